"""The ways from a record to others. A link is the platform's text: one that leaves its API is shown, never followed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from hookscope.ids import Found
from hookscope.records.catalogue import SAFE_IN_PATHS, Catalogue
from hookscope.records.model import Link, LookUp, Profile, Record
from hookscope.records.profiles import LONGEST_ADDRESS, address_of
from hookscope.visible import visible

ELSEWHERE = "This link leads to another host, so it is not followed with your token."
UNCLEAR = "This link is no plain address of the platform's API, so it is not followed with your token."
LINKS_AT_MOST = 30
LOOKED_AT_AT_MOST = 100
LONGEST_NAME = 60

_OTHER_PAGES = ("related", "next")


def links(record: Record, catalogue: Catalogue, profile: Profile) -> tuple[Link, ...]:
    """The ways on from a record, each once."""
    found: dict[tuple[LookUp | None, str], Link] = {}
    for link in islice(_Links(record, catalogue, profile).all(), LOOKED_AT_AT_MOST):
        if link.look_up != record.look_up:
            found.setdefault((link.look_up, link.address), link)
    return tuple(found.values())[:LINKS_AT_MOST]


class _Links:
    """The links of one record."""

    def __init__(self, record: Record, catalogue: Catalogue, profile: Profile) -> None:
        self._look_up = record.look_up
        self._document = record.document
        self._catalogue = catalogue
        self._profile = profile
        self._beside = [Found(self._look_up.id, (self._look_up.type,), ())]
        self._known = {_target(each): each for each in catalogue.related(self._look_up)}

    def all(self) -> Iterator[Link]:
        data = _member(self._document, "data")
        for name, relationship in _members(_member(data, "relationships")):
            by_id = tuple(self._by_ids(name, _member(relationship, "data")))
            yield from by_id or self._addresses(_member(relationship, "links"), name)
        if isinstance(data, list):
            yield from self._by_ids("", data)
        yield from self._addresses(_member(data, "links"))
        yield from self._addresses(_member(self._document, "links"))

    def _by_ids(self, name: str, data: Any) -> Iterator[Link]:
        for each in data[:LOOKED_AT_AT_MOST] if isinstance(data, list) else [data]:
            id, resource = _member(each, "id"), _member(each, "type")
            look_up = self._by_id(id, resource) if isinstance(id, str) and len(id) <= LONGEST_ADDRESS else None
            if look_up is not None:
                yield Link(self._named(_readable(name) or look_up.title, look_up), look_up)

    def _by_id(self, id: str, resource: Any) -> LookUp | None:
        """The look-up of an id: of the resource it is said to be, else of the first type it looks like."""
        look_ups = self._catalogue.look_ups(id, self._beside)
        for look_up in look_ups:
            if look_up.path.split("/")[1] == resource:
                return look_up
        is_own = id == self._look_up.id  # such as custom fields, which have the id of what they belong to
        return look_ups[0] if look_ups and not is_own else None

    def _addresses(self, links: Any, name: str = "") -> Iterator[Link]:
        for kind in _OTHER_PAGES:
            link = _member(links, kind)
            address = _member(link, "href") if isinstance(link, dict) else link
            if isinstance(address, str) and address:
                yield self._followed(address, name if name and kind == "related" else f"{name} {kind} page".strip())

    def _followed(self, address: str, name: str) -> Link:
        title = _readable(name)
        call = _below_an_api(address, self._look_up.api, self._profile)
        if isinstance(call, str):
            return Link(title, address=visible(address, LONGEST_ADDRESS), why=call)
        api, path, parameters = call
        known = self._known.get(call) or self._by_path(call)
        if known is not None:
            return Link(title if known.related else self._named(title, known), known)
        related = visible(name, LONGEST_NAME)
        return Link(title, LookUp(self._look_up.id, "", title, api, path, parameters, related=related))

    def _named(self, title: str, look_up: LookUp) -> str:
        return f"{title} {visible(self._catalogue.short(look_up.id), 80)}"

    def _by_path(self, call: _Call) -> LookUp | None:
        """The look-up of a record that has exactly this path."""
        id = unquote(call[1].rpartition("/")[2])
        return next((each for each in self._catalogue.look_ups(id, self._beside) if _target(each) == call), None)


_Call = tuple[str, str, tuple[tuple[str, str], ...]]
"""An API by name, the encoded path below its base address, and parameters."""


def _target(look_up: LookUp) -> _Call:
    return look_up.api, look_up.path, look_up.parameters


def _below_an_api(text: str, near: str, profile: Profile) -> _Call | str:
    """The call that an address stands for; a sentence why it is not followed."""
    bases = {name: base for name, url in profile.apis.items() if (base := address_of(url)) is not None}
    if text.startswith("/") and near in bases:
        text = bases[near].site + text
    address = address_of(text)
    if address is None:
        return UNCLEAR
    same_host = {name: base for name, base in bases.items() if base.origin == address.origin}
    parameters = _parameters(address.query)
    for name, base in same_host.items():
        path = _plain_path(address.path, base.path)
        if path and parameters is not None:
            return name, path, parameters
    return UNCLEAR if same_host else ELSEWHERE


def _plain_path(path: str, base: str) -> str:
    """The path below a base, encoded as ours are.

    It is ``""`` for one that is not below it, and for one that a server could read in another way.
    """
    if not path.startswith(f"{base}/"):
        return ""
    segments = [unquote(segment, errors="replace") for segment in path[len(base) + 1 :].split("/")]
    if not all(map(_is_plain, segments)):
        return ""
    return "".join("/" + quote(segment, safe=SAFE_IN_PATHS) for segment in segments)


def _is_plain(segment: str) -> bool:
    # A percent sign that is left could be decoded once more by what is behind the first server, and some servers leave
    # out what follows a semicolon.
    is_dots = segment.partition(";")[0].strip(".") == ""
    return not is_dots and segment.isprintable() and re.search(r"[/\\%\ufffd]", segment) is None


def _parameters(query: str) -> tuple[tuple[str, str], ...] | None:
    try:
        return tuple(parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=20))
    except ValueError:
        return None


# --- documents -------------------------------------------------------------------------------------------------------


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _members(value: Any) -> list[tuple[str, Any]]:
    return list(islice(value.items(), LOOKED_AT_AT_MOST)) if isinstance(value, dict) else []


def _readable(name: str) -> str:
    """A name of the API as words: *Business location* for ``businessLocation``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_-]+", " ", name[: 2 * LONGEST_NAME])
    lowered = " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in spaced.split())
    return visible(lowered[:1].upper() + lowered[1:], LONGEST_NAME)
