"""JSON as it was sent: duplicate keys, the order of members and the digits of numbers survive."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from hookscope.responses import json_flaw

Value: TypeAlias = "bool | str | bytes | list[Value] | tuple[tuple[str, Value], ...] | None"
"""``bytes`` are the digits of a number, a ``tuple`` of pairs is an object."""

Container: TypeAlias = "list[Value] | tuple[tuple[str, Value], ...]"

VALUES_AT_MOST = 100_000
"""Parsing holds the interpreter's lock; so many values keep it well under 200 ms."""

# Built-in types only: a class of our own as a hook makes parsing four to eight times slower.
_DECODER = json.JSONDecoder(
    object_pairs_hook=tuple, parse_int=str.encode, parse_float=str.encode, parse_constant=str.encode
)

_STEP = re.compile(r'\.?(?:([A-Za-z_][A-Za-z0-9_]*)|("(?:[^"\\]|\\.)*"))|\[([0-9]{1,9})\]')  # of a JMESPath
_LONE_HALF = re.compile("[\ud800-\udfff]")  # no clipboard takes half of a surrogate pair


class NotATree(Exception):
    """Why there is no tree for a text, in one sentence."""


class NotJson(NotATree):
    """The text is not JSON; the sentence names the place."""


def parse(text: str) -> Value:
    """The value that a text holds; raises ``NotJson``, and ``NotATree`` for what is too deep or too much."""
    if text.count(",") + text.count("[") + text.count("{") > VALUES_AT_MOST:
        raise NotATree(f"The body has more than {VALUES_AT_MOST:,} values, so it is shown as text.")
    try:
        value: Value = _DECODER.decode(text)
    except json.JSONDecodeError:
        flaw = json_flaw(text)
        raise NotJson(f"The body is not JSON. {flaw.message if flaw else ''}".rstrip()) from None
    except RecursionError:
        raise NotATree("The body is nested too deep for a tree, so it is shown as text.") from None
    return value


def items_of(value: Value) -> Container:
    """The items of an object or array; of anything else none."""
    return value if isinstance(value, (list, tuple)) else []


def is_container(value: Value) -> bool:
    """Whether the value is an object or an array."""
    return isinstance(value, (list, tuple))


def token(value: Value) -> str:
    """The name of the colour for a value."""
    if isinstance(value, str):
        return "json_string"
    if isinstance(value, bytes):
        return "json_number"
    return "muted" if is_container(value) else "json_literal"


def short(value: Value, limit: int = 500) -> str:
    """A value in one line: scalars as JSON, cut, and objects and arrays by how much they hold."""
    if isinstance(value, tuple):
        return _counted(len(value), "field") if value else "{}"
    if isinstance(value, list):
        return _counted(len(value), "item") if value else "[]"
    if isinstance(value, str) and len(value) > limit:
        return f"{_scalar(value[:limit])[:-1]}…"
    text = _scalar(value)
    return text if len(text) <= limit else f"{text[:limit]}…"


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _scalar(value: Value) -> str:
    if isinstance(value, bytes):
        return value.decode()
    return _LONE_HALF.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def plain(value: Value) -> str:
    """What *Copy value* takes: a string without its quotes, anything else as JSON."""
    return value if isinstance(value, str) else to_json(value)


def to_json(value: Value) -> str:
    """JSON text in one line; no depth is too deep."""
    out: list[str] = []
    outer: list[tuple[Iterator[tuple[str, Value]], str]] = []
    members, end = iter([("", value)]), ""
    while True:
        for prefix, member in members:
            out.append(prefix)
            if isinstance(member, (list, tuple)):
                outer.append((members, end))
                out.append("[" if isinstance(member, list) else "{")
                members, end = _members(member), "]" if isinstance(member, list) else "}"
                break
            out.append(_scalar(member))
        else:
            out.append(end)
            if not outer:
                return "".join(out)
            members, end = outer.pop()


def _members(container: Container) -> Iterator[tuple[str, Value]]:
    for item in range(len(container)):
        key, member = member_of(container, item)
        prefix = f"{_scalar(key)}: " if isinstance(key, str) else ""
        yield f", {prefix}" if item else prefix, member


def member_of(container: Container, item: int) -> tuple[str | int, Value]:
    """The key (of an array the number) and the value of an item."""
    return (item, container[item]) if isinstance(container, list) else container[item]


def items_at(value: Container, path: str) -> list[int] | None:
    """The item numbers that lead to what stands at a JMESPath of names and numbers; ``None`` when nothing does.

    Of several members with one name it is the last, which is the one that programs read.
    """
    items: list[int] = []
    place = 0
    while place < len(path):
        step = _STEP.match(path, place)
        item = _item_at(value, step) if step else None
        if step is None or item is None:
            return None
        items.append(item)
        value, place = items_of(member_of(value, item)[1]), step.end()
    return items


def _item_at(container: Container, step: re.Match[str]) -> int | None:
    name, quoted, number = step.groups()
    if isinstance(container, list):
        return int(number) if number and int(number) < len(container) else None
    try:
        wanted = json.loads(quoted) if quoted else name
    except ValueError:
        return None
    return next((item for item in reversed(range(len(container))) if container[item][0] == wanted), None)


def find(value: Container, text: str, after: Sequence[int] = ()) -> list[int] | None:
    """The item numbers that lead to the next key or scalar with this text, upper and lower case alike.

    The search begins behind the item that ``after`` leads to and goes on at the beginning.
    """
    wanted = text.lower()
    for start in (after, ()):
        path = _next_match(value, wanted, start)
        if path is not None:
            return path
    return None


def _next_match(value: Container, wanted: str, after: Sequence[int]) -> list[int] | None:
    ways: list[tuple[Container, int]] = []
    inner: Value = value
    for item in after:
        if isinstance(inner, (list, tuple)):
            ways.append((inner, item + 1))
            inner = member_of(inner, item)[1]
    if isinstance(inner, (list, tuple)):
        ways.append((inner, 0))
    while ways:
        container, item = ways.pop()
        if item >= len(container):
            continue
        ways.append((container, item + 1))
        key, member = member_of(container, item)
        if _has(key, wanted) or _has(member, wanted):
            return [number - 1 for _, number in ways]
        if isinstance(member, (list, tuple)):
            ways.append((member, 0))
    return None


def _has(value: Value | int, wanted: str) -> bool:
    if isinstance(value, str):
        return wanted in value.lower()
    if isinstance(value, bytes):
        return wanted in value.decode()
    return (value is None or isinstance(value, bool)) and wanted in _scalar(value)
