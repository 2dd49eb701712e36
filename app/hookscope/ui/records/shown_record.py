"""Everything the pane shows of one record, prepared on a reader's thread. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hookscope.records import reading
from hookscope.records.links import LINKS_AT_MOST
from hookscope.records.model import Link, LookUp, Profile, Record, ShownField
from hookscope.ui.inspector import json_document
from hookscope.ui.inspector.content import Tree
from hookscope.ui.inspector.json_document import NotATree

if TYPE_CHECKING:
    from hookscope.records.catalogue import Catalogue

FIELDS_AT_MOST = 60

Payload = Callable[[], Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A record as it is read; without a ``tree`` it is shown as text. There may be ``more_links`` in it."""

    record: Record
    fields: tuple[ShownField, ...]
    tree: Tree | None
    links: tuple[Link, ...]
    more_links: bool = False


def prepare(record: Record, catalogue: Catalogue, profile: Profile, payload: Payload) -> ShownRecord:
    """Read a record; ``payload`` gives the names and values that it is compared with."""
    fields = reading.shown_fields(catalogue.fields_of(record.look_up), record.document, payload())
    found = reading.links(record, catalogue, profile)
    links = _with_related(found, catalogue.related(record.look_up))
    more = len(found) >= LINKS_AT_MOST
    return ShownRecord(record, fields[:FIELDS_AT_MOST], _tree(record.text), links, more)


def _with_related(found: tuple[Link, ...], related: Sequence[LookUp]) -> tuple[Link, ...]:
    """Each once: of two with the same words the look-up whose fields are known stays."""
    known = {link.look_up for link in found}
    ours = {each.title: Link(each.title, each) for each in related if each not in known}
    others = [link for link in found if link.look_up is None or link.title not in ours]
    return (*others, *ours.values())


def _tree(text: str) -> Tree | None:
    try:
        return Tree(json_document.parse(text))
    except NotATree:
        return None
