"""What a webhook itself says: the names and values that a record is compared with. No Qt."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hookscope.ids.names import bare_name

if TYPE_CHECKING:
    from hookscope.deliveries.parts import Form, Pair
    from hookscope.ids import Found
    from hookscope.records.model import LookUp
    from hookscope.ui.inspector.content import Body
    from hookscope.ui.inspector.json_document import Value

VALUES_AT_MOST = 2_000
LONGEST = 1_000  # characters of a name or value; what a record is compared with is shorter

Said = tuple[str, str]


def payload_of(body: Body, query: Sequence[Pair]) -> tuple[Said, ...]:
    """Names and values of body, form and query; a name that stands for different values says nothing, so it is out."""
    said: dict[str, Said] = {}
    unclear: set[str] = set()
    for name, value in _all(body, query):
        key = bare_name(name)
        if said.setdefault(key, (name, value))[1] != value:
            unclear.add(key)
    return tuple(pair for key, pair in said.items() if key not in unclear)


def is_compared(look_up: LookUp, ids: Sequence[Found]) -> bool:
    """Whether a delivery with these ids speaks of this record: its id is there, and no other of the same type."""
    same_type = [found.value for found in ids if look_up.type in found.types]
    return same_type == [look_up.id] and not look_up.related


def _all(body: Body, query: Sequence[Pair]) -> Iterator[Said]:
    if body.tree is not None:
        yield from _members(body.tree.value)
    if body.form is not None:
        yield from _fields(body.form)
    yield from _parameters(query)


def _parameters(query: Sequence[Pair]) -> Iterator[Said]:
    return ((pair.name, pair.value) for pair in query[:VALUES_AT_MOST] if len(pair.value) <= LONGEST)


def _fields(form: Form) -> Iterator[Said]:
    for field in form.fields[:VALUES_AT_MOST]:
        if not field.file_name and len(field.data) <= LONGEST:
            yield field.name, field.data.decode("utf-8", "replace")


def _members(value: Value) -> Iterator[Said]:
    """The members that are no objects or arrays, the outermost first."""
    waiting: deque[Value] = deque([value])
    for _ in range(VALUES_AT_MOST):
        if not waiting:
            return
        inner = waiting.popleft()
        if isinstance(inner, tuple):
            yield from (said for name, member in inner[:VALUES_AT_MOST] if (said := _said(name, member)))
        members = [member for _, member in inner] if isinstance(inner, tuple) else inner
        if isinstance(members, list):
            waiting.extend(member for member in members[:VALUES_AT_MOST] if isinstance(member, (list, tuple)))


def _said(name: str, value: Value) -> Said | None:
    if isinstance(value, bool):
        return name, "true" if value else "false"
    text = value.decode() if isinstance(value, bytes) else value
    return (name, text) if isinstance(text, str) and len(text) <= LONGEST and len(name) <= LONGEST else None
