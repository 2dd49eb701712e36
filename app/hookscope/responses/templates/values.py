"""The values that templates work on: those of JSON, and nothing else of Python."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from jinja2 import StrictUndefined, pass_context

from hookscope.responses.templates.running import LARGEST_TEXT, Run, Stop
from hookscope.visible import visible


class Missing(StrictUndefined):
    """What is not there: it can be asked for more, has a default, and fails in every other use."""

    __slots__ = ()

    @property
    def reason(self) -> str:
        """What is not there, as part of a sentence."""
        return self._undefined_hint or f"`{visible(str(self._undefined_name), 60)}` is not set here"

    @property
    def _undefined_message(self) -> str:
        return self.reason


class Headers(dict[str, str]):
    """Headers by their names in any case."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())


MANY = (list, tuple, dict, str)
_KINDS: dict[type, str] = {
    str: "a text",
    int: "a number",
    float: "a number",
    bool: "a boolean",
    type(None): "null",
    list: "a list",
    tuple: "a list",
    dict: "an object",
    Headers: "an object",
}


def check(*values: object) -> None:
    """Refuses what is no value."""
    for value in values:
        if type(value) not in _KINDS:
            raise Stop(value.reason if isinstance(value, Missing) else "`loop` is no value")


def kind_of(value: object) -> str:
    """What a value is, in the words of JSON."""
    return _KINDS[type(value)]


def is_number(value: object) -> bool:
    """Whether a value is a number; a boolean, which is one for Python, is none."""
    return type(value) is int or type(value) is float


def number(value: Any) -> Any:
    """The value, which has to be a number."""
    if not is_number(value):
        raise Stop(f"a number is needed, not {kind_of(value)}")
    return value


def whole(value: object) -> int:
    """The value, which has to be a whole number."""
    if type(value) is not int:
        raise Stop("a whole number is needed" + ("" if type(value) is float else f", not {kind_of(value)}"))
    return value


def listed(names: Iterable[str]) -> str:
    """Names as they stand in a sentence."""
    *most, last = names
    return f"{', '.join(most)} and {last}"


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


@pass_context
def printed(run: Run, value: object) -> str:
    """A value as ``{{ }}`` prints it."""
    run.spend()
    if type(value) is not str:
        check(value)
    text = as_text(run, value)
    if not text.isascii():
        text.encode()  # raises for half of a character, here where the line is known
    return text


def as_text(run: Run, value: object) -> str:
    """A text as it is, and anything else as JSON."""
    return value if isinstance(value, str) else as_json(run, value)


def as_json(run: Run, value: object, indent: int | None = None) -> str:
    """A value as JSON."""
    if isinstance(value, str):
        run.room_for(len(value))
    try:
        if isinstance(value, (list, tuple, dict)) and (indent is not None or not run.holds_little):
            encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, indent=indent)
            return _written_in_pieces(run, encoder.iterencode(value))
        text = _ENCODER.encode(value)
    except ValueError:
        raise Stop("NaN and Infinity are not JSON") from None
    run.room_for(len(text))
    return text


def _written_in_pieces(run: Run, pieces: Iterator[str]) -> str:
    output = io.StringIO()
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > LARGEST_TEXT:
            run.room_for(size)
        run.spend(len(piece))
        output.write(piece)
    return output.getvalue()
