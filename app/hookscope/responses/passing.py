"""What of a response's body an automation step hands to the steps after it: the values of the keys it lists."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol

from hookscope.responses.model import BodyKind, Response, has_body
from hookscope.responses.request_view import LARGEST_JSON

TYPES = ("string", "number", "boolean", "currency", "datetime", "json")
"""Types to offer for a key; the list of the step is not published, so any other may be typed in."""

LONGEST_VALUE = 200
MOST_OTHERS = 50
_NOTHING = ", so nothing is passed on."


class DeclaredKey(Protocol):
    """A key that the step lists, and the type it has there."""

    @property
    def key(self) -> str: ...

    @property
    def type(self) -> str: ...


class Kind(StrEnum):
    """What a value in JSON is."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    NESTED = "nested"


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the body: its text (empty for a nested one), and whether its key stands there more than once."""

    kind: Kind
    text: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """The values of a body by key; where it is no JSON object, why, as a sentence without its end.

    ``unread`` marks a body that may be an object and is too large or too deep to look into.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    problem: str = ""
    unread: bool = False


class KeyState(StrEnum):
    """What becomes of a key."""

    PASSED = "passed"
    EMPTY = "empty"
    MISSING = "missing"
    NESTED = "nested"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PassedKey:
    """A key with its value as it is shown; ``remark`` says in a few words what is odd about it."""

    key: str
    state: KeyState
    value: str = ""
    remark: str = ""
    type: str = "string"

    @property
    def words(self) -> str:
        """What becomes of the key: its value, or why it has none."""
        return _WORDS.get(self.state) or self.value


_WORDS = {
    KeyState.MISSING: "not in the body",
    KeyState.NESTED: "nested: not passed on",
    KeyState.UNKNOWN: "not known yet",
}


@dataclass(frozen=True, slots=True)
class Passing:
    """What is passed on: the declared keys in their order, then those of the body that are not declared.

    ``problem`` says in a sentence why nothing is passed on, ``note`` what makes that uncertain. ``more`` keys of the
    body are not listed.
    """

    keys: tuple[PassedKey, ...] = ()
    others: tuple[PassedKey, ...] = ()
    more: int = 0
    problem: str = ""
    note: str = ""
    nested: int = 0

    @property
    def is_flat(self) -> bool:
        """Whether the body is one flat JSON object."""
        return not self.problem and not self.nested

    @property
    def is_unknown(self) -> bool:
        """Whether nothing can be said before a request comes."""
        return any(each.state is KeyState.UNKNOWN for each in self.keys)


def passing(body: bytes | str, keys: Sequence[DeclaredKey]) -> Passing:
    """What a step that lists these keys hands on of this body; never raises."""
    fields = read_fields(body)
    if fields.problem:
        state = KeyState.UNKNOWN if fields.unread else KeyState.MISSING
        return _nothing(keys, state, fields.problem + ("." if fields.unread else _NOTHING))
    declared = {each.key for each in keys}
    others = [(key, value) for key, value in fields.values.items() if key not in declared]
    near = {_plain(key): key for key, _ in reversed(others)}
    return Passing(
        tuple(_declared(each, fields.values.get(each.key), near.get(_plain(each.key), "")) for each in keys),
        tuple(_passed(key, value, _TYPES.get(value.kind, TYPES[0])) for key, value in others[:MOST_OTHERS]),
        max(0, len(others) - MOST_OTHERS),
        nested=sum(value.kind is Kind.NESTED for value in fields.values.values()),
    )


_TYPES = {Kind.NUMBER: "number", Kind.BOOLEAN: "boolean"}


def passing_of(response: Response, rendered: bytes | None, keys: Sequence[DeclaredKey]) -> Passing:
    """The same of a response; ``rendered`` is its body as it goes out, where that is known."""
    if response.fault.drops:
        return _nothing(keys, KeyState.MISSING, "The sender gets no whole response" + _NOTHING)
    if response.kind is not BodyKind.FORWARD and not has_body(response.status):
        return _nothing(keys, KeyState.MISSING, f"A {response.status} has no body" + _NOTHING)
    if rendered is None and (unknown := _UNKNOWN.get(response.kind)):
        return _nothing(keys, KeyState.UNKNOWN, unknown)
    found = passing(response.body if rendered is None else rendered, keys)
    if 200 <= response.status <= 299 or response.kind is BodyKind.FORWARD:
        return found
    return replace(
        found, note=f"The step fails with a {response.status}. Whether it passes values on is not published."
    )


_UNKNOWN = {
    BodyKind.TEMPLATE: "The template decides for each request. Preview it with a delivery to see more here.",
    BodyKind.FILE: "The file decides, and it could not be read.",
    BodyKind.FORWARD: "Your handler decides. What it answered stands with each delivery.",
}


def line_words(found: Passing) -> str:
    """All of it in one line: *Passed on: ✓ ticket · ✗ queue (nested)*."""
    if not found.keys:
        return "Passed on: nothing, because no keys are declared."
    if found.problem:
        return found.problem
    return f"Passed on: {' · '.join(map(_short, found.keys))}"


def _short(each: PassedKey) -> str:
    if each.state is KeyState.PASSED:
        return f"✓ {each.key}"
    return f"{'!' if each.state is KeyState.EMPTY else '✗'} {each.key} ({_SHORT.get(each.state) or each.value})"


_SHORT = {KeyState.MISSING: "not in the body", KeyState.NESTED: "nested"}


def expected_payload(keys: Iterable[DeclaredKey]) -> str:
    """The *Expected payload* preview of the step: an object with the word ``value`` for each key."""
    return json.dumps({each.key: "value" for each in keys}, ensure_ascii=False, indent=2)


def key_problem(key: str, others: Iterable[DeclaredKey]) -> str:
    """Why this key cannot be declared beside the others, in a sentence; ``""`` when it can."""
    if not key.strip():
        return "Enter a key."
    if not key.isprintable() or len(key) > LONGEST_VALUE:
        return f"A key has no hidden characters and at most {LONGEST_VALUE}."
    return f"The key {key} is declared already." if any(other.key == key for other in others) else ""


def read_fields(body: bytes | str) -> Fields:
    """The values at the top of a body, if it is a JSON object; never raises."""
    if len(body) > LARGEST_JSON:
        return Fields(problem="The body is larger than 1 MiB, too large to look into", unread=True)
    if not body.strip():
        return Fields(problem="The body is empty")
    try:
        found = _parsed(body if isinstance(body, str) else body.decode())
    except RecursionError:
        return Fields(problem="The body is nested too deep to look into", unread=True)
    except UnicodeDecodeError:
        return Fields(problem="The body is not UTF-8")
    except ValueError:
        return Fields(problem="The body is not JSON")
    if not isinstance(found, _Object):
        return Fields(problem=f"The body is {_SPOKEN[_kind(found)]}, not one JSON object")
    return Fields({key: _value(value, key in found.repeated) for key, value in found.items()})


class _Number(str):
    """A number as it is written: it may be longer or more exact than any that Python has."""

    __slots__ = ()


class _Object(dict[str, Any]):
    """An object, with the keys that stand in it more than once; the last value counts."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.repeated: frozenset[str] = frozenset()
        if len(self) < len(pairs):
            self.repeated = frozenset(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)


def _parsed(text: str) -> Any:
    return json.loads(
        text, object_pairs_hook=_Object, parse_int=_Number, parse_float=_Number, parse_constant=_refuse_constant
    )


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


_KINDS: Mapping[type, Kind] = {str: Kind.TEXT, _Number: Kind.NUMBER, bool: Kind.BOOLEAN, type(None): Kind.NULL}
_SPOKEN = {
    Kind.TEXT: "a text",
    Kind.NUMBER: "a number",
    Kind.BOOLEAN: "true or false",
    Kind.NULL: "null",
    Kind.NESTED: "a list",  # an object is none of these
}


def _kind(value: Any) -> Kind:
    return _KINDS.get(type(value), Kind.NESTED)


def _value(value: Any, repeated: bool) -> Value:
    kind = _kind(value)
    if kind is Kind.NESTED:
        return Value(kind, "", repeated)
    return Value(kind, str(value) if isinstance(value, str) else json.dumps(value), repeated)


def _nothing(keys: Sequence[DeclaredKey], state: KeyState, sentence: str) -> Passing:
    return Passing(tuple(PassedKey(each.key, state, type=each.type) for each in keys), problem=sentence)


def _plain(key: str) -> str:
    """A key without what is easily mistaken: upper and lower case, dashes and blanks."""
    return re.sub(r"[\W_]", "", key).casefold() or key


def _declared(declared: DeclaredKey, value: Value | None, near: str) -> PassedKey:
    if value is None:
        remark = f"the body has `{_cut(near)}`" if near else ""
        return PassedKey(declared.key, KeyState.MISSING, "", remark, declared.type)
    return _passed(declared.key, value, declared.type)


def _passed(key: str, value: Value, type: str) -> PassedKey:
    state, shown = KeyState.PASSED, _cut(value.text)
    if value.kind is Kind.NESTED:
        state = KeyState.NESTED
    elif value.kind is Kind.NULL or not value.text.strip():
        state, shown = KeyState.EMPTY, value.text.strip() or "empty"
    return PassedKey(key, state, shown, _remark(value, type), type)


def _remark(value: Value, type: str) -> str:
    if value.repeated:
        return "twice in the body, the last one counts"
    expected = {"string": Kind.TEXT, "number": Kind.NUMBER, "boolean": Kind.BOOLEAN}.get(type.strip().lower())
    is_other = expected and value.kind is not expected and value.kind not in (Kind.NULL, Kind.NESTED)
    return f"{_SPOKEN[value.kind]} in the body" if is_other else ""


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"
