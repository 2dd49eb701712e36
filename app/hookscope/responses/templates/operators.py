"""What stands in the place of Jinja's operators: functions that look at their values, and count what they make."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import LoopContext

from hookscope.responses.templates.names import known
from hookscope.responses.templates.running import ITEM, MOST_BITS, Run, Stop
from hookscope.responses.templates.values import MANY, Missing, as_text, check, is_number, kind_of, listed, whole
from hookscope.visible import visible

_DONE = {
    "+": "added",
    "-": "subtracted",
    "*": "multiplied",
    "/": "divided",
    "//": "divided",
    "%": "divided",
}
_CALCULATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
}


def calculated(run: Run, sign: str, left: Any, right: Any) -> object:
    """What an arithmetic sign makes of two values."""
    run.spend()
    check(left, right)
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        run.room_for(len(left) + len(right))
        return left + right
    if not is_number(left) or not is_number(right):
        raise Stop(f"{kind_of(left)} and {kind_of(right)} cannot be {_DONE[sign]}")
    result = _CALCULATIONS[sign](left, right)
    if type(result) is int and result.bit_length() > MOST_BITS:
        raise Stop("a number has more than 4 000 digits")
    return result


@pass_context
def _joined(run: Run, *values: object) -> str:
    run.spend()
    check(*values)
    texts = [as_text(run, value) for value in values]
    run.room_for(sum(map(len, texts)))
    return "".join(texts)


@pass_context
def _compared(run: Run, left: object, *rest: Any) -> bool:
    """A chain of comparisons: each sign is followed by the value at its right."""
    for sign, right in zip(rest[::2], rest[1::2], strict=True):
        if not holds(run, sign, left, right):
            return False
        left = right
    return True


def holds(run: Run, sign: str, left: Any, right: Any) -> bool:
    """Whether a comparison is true."""
    run.spend()
    check(left, right)
    if sign in ("in", "notin"):
        if not isinstance(right, MANY) or (isinstance(right, str) and not isinstance(left, str)):
            raise Stop(f"{kind_of(left)} cannot be in {kind_of(right)}")
        inside = left in right if isinstance(left, str) or not isinstance(right, dict) else False
        return inside is (sign == "in")
    both_texts = isinstance(left, str) and isinstance(right, str)
    if sign not in ("eq", "ne") and not both_texts and not (is_number(left) and is_number(right)):
        raise Stop(f"{kind_of(left)} and {kind_of(right)} cannot be compared")
    return _COMPARISONS[sign](left, right)


@pass_context
def _each(run: Run, value: Any) -> Iterator[object]:
    """What a loop goes through; every pass counts."""
    check(value)
    if not isinstance(value, MANY):
        raise Stop(f"a loop goes through a list, not {kind_of(value)}")
    for item in value:
        run.step()
        yield item


def part_of(value: Any, key: Any, place: str) -> object:
    """What an object or list holds under a key; never an attribute of Python's."""
    if isinstance(value, dict):
        if isinstance(key, str) and key in value:
            return value[key]
    elif isinstance(value, (list, tuple, str)):
        if type(key) is int and -len(value) <= key < len(value):
            return value[key]
    elif isinstance(value, LoopContext):
        return _of_loop(value, key)
    elif isinstance(value, Missing):
        return value
    return key if isinstance(key, Missing) else Missing(f"`{_shown(key)}` is not in {place}")


_LOOP_NAMES = ("index", "index0", "first", "last", "length")


def _of_loop(loop: LoopContext, key: Any) -> object:
    if isinstance(key, str) and key in _LOOP_NAMES:
        return getattr(loop, key)
    return Missing(f"`{_shown(key)}` is not in `loop`; there are {listed(_LOOP_NAMES)}")


def _shown(key: object) -> str:
    return visible(str(key), 60) if isinstance(key, (str, int, float)) else "a list"


@pass_context
def _slice(run: Run, value: Any, start: Any, stop: Any, step: Any) -> object:
    run.spend()
    check(value, start, stop, step)
    if not isinstance(value, (str, list, tuple)):
        raise Stop(f"a part can be taken of a text or list, not of {kind_of(value)}")
    part = slice(*(None if end is None else whole(end) for end in (start, stop, step)))
    if part.step == 0:
        raise Stop("a part cannot be taken in steps of 0")
    size = len(range(*part.indices(len(value))))
    if isinstance(value, str):
        run.room_for(size)
    else:
        run.spend(size * ITEM)
    return value[part]


# No template can name these: a name has no brackets.
OPERATORS: dict[str, Callable[..., object]] = {
    "(compared)": _compared,
    "(each)": _each,
    "(joined)": _joined,
    "(known)": known,
    "(part)": part_of,
    "(slice)": _slice,
}
