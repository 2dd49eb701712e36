"""Templates of responses: Jinja2 over a request, in a sandbox that is narrower than Jinja's own.

A template runs on the listener's loop, over what a stranger sent, and may come from a stranger's workspace file. So it
is made only of what the lists here name, works only on the values of JSON, and puts functions that count what they
take in the place of Jinja's operators.
"""

from __future__ import annotations

import functools
import inspect
import io
import json
import math
import operator
import re
import time
import traceback
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import quote, quote_plus

import jinja2
from jinja2 import StrictUndefined, TemplateSyntaxError, nodes, pass_context
from jinja2.filters import do_title
from jinja2.lexer import TokenStream
from jinja2.parser import Parser
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hookscope.responses.model import Flaw
from hookscope.responses.request_view import LARGEST_JSON, NotJson, RequestView
from hookscope.visible import visible

LARGEST_SOURCE = 64 << 10
LARGEST_OUTPUT = 1 << 20
MOST_STEPS = 10_000
MOST_SECONDS = 0.05

_MOST_TOKENS = 5_000
_DEEPEST = 50
_MOST_NESTED_LOOPS = 10
_LARGEST_TEXT = 256 << 10  # one text that is made, in characters
_MOST_MADE = 4 << 20  # all that is made, in characters
_ITEM = 64  # what one item of a list that is made counts
_MOST_ITEMS = 10_000
_LARGEST_SLOW_TEXT = 32 << 10  # for what takes 100 ns for each character
_LONGEST_NUMBER = 1_000  # as text
_MOST_DIGITS = 4_000  # Python refuses to write more than 4 300
_MOST_BITS = 13_287
_QUICK_JSON = 64 << 10  # of a body this large, every part is written in a few ms


class TemplateFlaw(ValueError):
    """Why a template cannot be used, in a sentence that begins with its line (from 1)."""

    def __init__(self, line: int, problem: str) -> None:
        self.line = line
        self.sentence = f"Line {line}: {problem}"
        super().__init__(self.sentence)


class TemplateFailure(Exception):
    """Why a template gave nothing for one request: its line (from 1), and the reason as part of a sentence."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(f"Line {line}: {reason}.")


class Template:
    """A compiled template; threads may share it."""

    __slots__ = ("_code",)

    def __init__(self, source: str) -> None:
        self._code = _compiled_code(source)

    def render(self, view: RequestView) -> str:
        """The text for one request; raises ``TemplateFailure``, and nothing else."""
        run = _Run(view)
        try:
            return self._written(run)
        except Exception as error:
            raise TemplateFailure(self._line_of(error), _reason(error)) from error

    def _written(self, run: _Run) -> str:
        pieces = cast("Generator[str]", self._code.root_render_func(run))
        output = io.StringIO()
        size = 0
        for piece in pieces:
            size += len(piece) if piece.isascii() else len(piece.encode())
            if size > LARGEST_OUTPUT:
                pieces.throw(_Stop("the output is larger than 1 MiB"))  # raised inside, so that its line is known
            output.write(piece)
        return output.getvalue()

    def _line_of(self, error: Exception) -> int:
        line = 1
        for frame, at in traceback.walk_tb(error.__traceback__):
            if frame.f_globals.get("__jinja_template__") is self._code:
                line = self._code.get_corresponding_lineno(at)
        return line


@functools.lru_cache(maxsize=32)
def compiled(source: str) -> Template:
    """The template of a source, compiled once; raises ``TemplateFlaw``."""
    return Template(source)


def template_flaw(source: str) -> Flaw | None:
    """Why this template cannot be used, ``None`` when it can."""
    try:
        compiled(source)
    except TemplateFlaw as flaw:
        return Flaw("body", flaw.sentence, flaw.line, 1)
    return None


# What a rendering may take


class _Stop(Exception):
    """Ends a rendering; the text is the reason."""


class _Run(Context):
    """One rendering: the request it is about, and what is left of its bounds."""

    def __init__(self, view: RequestView) -> None:
        super().__init__(_ENVIRONMENT, {}, None, {})
        self.view = view
        self.known: dict[str, object] = {}
        self.steps = MOST_STEPS
        self.room = _MOST_MADE
        self.started = time.thread_time()
        self.deadline = time.monotonic() + MOST_SECONDS

    def spend(self, made: int = 0) -> None:
        """Counts what an operation makes, and looks at the clock."""
        self.room -= made
        if self.room < 0:
            raise _Stop("more than 4 MiB are made on the way")
        if time.monotonic() > self.deadline:
            self._look_again()

    def _look_again(self) -> None:
        # Only its own work counts: a template must not fail because other threads kept this one waiting.
        left = self.started + MOST_SECONDS - time.thread_time()
        if left <= 0:
            raise _Stop("it takes longer than 50 ms")
        self.deadline = time.monotonic() + left

    def forgive(self, seconds: float) -> None:
        """Leaves work that has bounds of its own out of the time."""
        self.started += seconds
        self.deadline += seconds

    def room_for(self, characters: int) -> None:
        """Counts a text that is about to be made."""
        if characters > _LARGEST_TEXT:
            raise _Stop("a text is longer than 256 KiB")
        self.spend(characters)

    def step(self) -> None:
        """Counts a pass of a loop."""
        self.steps -= 1
        if self.steps < 0:
            raise _Stop("the loops take more than 10 000 steps")
        self.spend()


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (ZeroDivisionError, "a number is divided by 0"),
    (OverflowError, "a number is too large"),
    (UnicodeError, "half of a character stands alone"),
    (RecursionError, "the values are nested too deeply"),
    (MemoryError, "it takes too much memory"),
)


def _reason(error: Exception) -> str:
    if isinstance(error, (_Stop, jinja2.UndefinedError)):
        return str(error)
    if "unpack" in str(error):  # Python's words, for both of its exceptions
        return "an item does not have as many parts as the loop has names"
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), "this cannot be worked out")


# What a template knows of the request


class _Missing(StrictUndefined):
    """What is not there: it can be asked for more, has a default, and fails in every other use."""

    __slots__ = ()

    @property
    def reason(self) -> str:
        """What is not there, as part of a sentence."""
        if self._undefined_hint:
            return self._undefined_hint
        return f"`{visible(str(self._undefined_name), 60)}` is not known; there are {_listed(_NAMES)}"

    @property
    def _undefined_message(self) -> str:
        return self.reason


class _Headers(dict[str, str]):
    """Headers by their names in any case."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())


def _json(view: RequestView) -> object:
    try:
        return view.json
    except NotJson as problem:
        return _Missing(str(problem))


def _body(view: RequestView) -> object:
    return _Missing("the body is larger than 1 MiB") if len(view.request.body) > LARGEST_JSON else view.text


def _now(view: RequestView) -> str:
    seconds, rest = divmod(view.now_us, 1_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC).isoformat()[:19]}.{rest // 1000:03}Z"


_NAMES: dict[str, Callable[[RequestView], object]] = {
    "method": lambda view: view.request.method,
    "path": lambda view: view.path,
    "target": lambda view: view.request.target,
    "query": lambda view: dict(view.query),
    "headers": lambda view: _Headers(view.headers),
    "cookies": lambda view: dict(view.cookies),
    "json": _json,
    "text": _body,
    "ids": lambda view: list(view.ids),
    "attempt": lambda view: view.attempt,
    "verdict": lambda view: str(view.verdict),
    "now": _now,
    "now_unix": lambda view: view.now_us // 1_000_000,
}
_FROM_BODY = ("json", "text")
_PLACES = {"json": "the body", "query": "the query", "headers": "the headers", "cookies": "the cookies"}
_LOOP_NAMES = ("index", "index0", "first", "last", "length")


@pass_context
def _known(run: _Run, name: str) -> object:
    """One of the names, worked out when it is first used: a body that no one asks for is not parsed."""
    if name not in run.known:
        started = time.thread_time() if name in _FROM_BODY else 0
        run.known[name] = _NAMES[name](run.view)
        if started:
            run.forgive(time.thread_time() - started)
    return run.known[name]


# Values: those of JSON, and nothing else of Python

_KINDS: dict[type, str] = {
    str: "a text",
    int: "a number",
    float: "a number",
    bool: "a boolean",
    type(None): "null",
    list: "a list",
    tuple: "a list",
    dict: "an object",
    _Headers: "an object",
}
_MANY = (list, tuple, dict, str)


def _check(*values: object) -> None:
    for value in values:
        if type(value) not in _KINDS:
            raise _Stop(value.reason if isinstance(value, _Missing) else "`loop` is no value")


def _kind(value: object) -> str:
    return _KINDS[type(value)]


def _is_number(value: object) -> bool:
    return type(value) is int or type(value) is float


def _number(value: Any) -> Any:
    if not _is_number(value):
        raise _Stop(f"a number is needed, not {_kind(value)}")
    return value


def _whole(value: object) -> int:
    if type(value) is not int:
        raise _Stop("a whole number is needed" + ("" if type(value) is float else f", not {_kind(value)}"))
    return value


def _key(value: Any, key: Any, place: str) -> object:
    """What an object or list holds under a key; never an attribute of Python's."""
    if isinstance(value, dict):
        if isinstance(key, str) and key in value:
            return value[key]
    elif isinstance(value, (list, tuple, str)):
        if type(key) is int and -len(value) <= key < len(value):
            return value[key]
    elif isinstance(value, LoopContext):
        return _of_loop(value, key)
    elif isinstance(value, _Missing):
        return value
    return key if isinstance(key, _Missing) else _Missing(f"`{_shown(key)}` is not in {place}")


def _of_loop(loop: LoopContext, key: Any) -> object:
    if isinstance(key, str) and key in _LOOP_NAMES:
        return getattr(loop, key)
    return _Missing(f"`{_shown(key)}` is not in `loop`; there are {_listed(_LOOP_NAMES)}")


def _shown(key: object) -> str:
    return visible(str(key), 60) if isinstance(key, (str, int, float)) else "a list"


@pass_context
def _slice(run: _Run, value: Any, start: Any, stop: Any, step: Any) -> object:
    run.spend()
    _check(value, start, stop, step)
    if not isinstance(value, (str, list, tuple)):
        raise _Stop(f"a part can be taken of a text or list, not of {_kind(value)}")
    part = slice(*(None if end is None else _whole(end) for end in (start, stop, step)))
    if part.step == 0:
        raise _Stop("a part cannot be taken in steps of 0")
    size = len(range(*part.indices(len(value))))
    if isinstance(value, str):
        run.room_for(size)
    else:
        run.spend(size * _ITEM)
    return value[part]


def _listed(names: Any) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}"


# Values as text

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


@pass_context
def _printed(run: _Run, value: object) -> str:
    """A value as ``{{ }}`` prints it."""
    run.spend()
    if type(value) is not str:
        _check(value)
    text = _text(run, value)
    if not text.isascii():
        text.encode()  # raises for half of a character, here where the line is known
    return text


def _text(run: _Run, value: object) -> str:
    return value if isinstance(value, str) else _json_text(run, value)


def _json_text(run: _Run, value: object, indent: int | None = None) -> str:
    if isinstance(value, str):
        run.room_for(len(value))
    try:
        if isinstance(value, (list, tuple, dict)) and not (indent is None and _is_small(run)):
            encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, indent=indent)
            return _written_in_pieces(run, encoder.iterencode(value))
        text = _ENCODER.encode(value)
    except ValueError:
        raise _Stop("NaN and Infinity are not JSON") from None
    run.room_for(len(text))
    return text


def _is_small(run: _Run) -> bool:
    # No list or object can be made that is larger than what the body and the template hold.
    return len(run.view.request.body) <= _QUICK_JSON


def _written_in_pieces(run: _Run, pieces: Iterator[str]) -> str:
    output = io.StringIO()
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > _LARGEST_TEXT:
            run.room_for(size)
        run.spend(len(piece))
        output.write(piece)
    return output.getvalue()


def _text_of(run: _Run, value: object, at_most: int = _LARGEST_TEXT) -> str:
    """The text that a filter works on."""
    if isinstance(value, (list, tuple, dict)):
        raise _Stop(f"a text is needed, not {_kind(value)}")
    text = _text(run, value)
    if len(text) > at_most:
        raise _Stop(f"a text is longer than {at_most >> 10} KiB")
    return text


# Operators

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


def _calculated(run: _Run, sign: str, left: Any, right: Any) -> object:
    run.spend()
    _check(left, right)
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        run.room_for(len(left) + len(right))
        return left + right
    if not _is_number(left) or not _is_number(right):
        raise _Stop(f"{_kind(left)} and {_kind(right)} cannot be {_DONE[sign]}")
    if sign == "*" and type(left) is type(right) is int and left.bit_length() + right.bit_length() > _MOST_BITS + 1:
        raise _Stop("a number has more than 4 000 digits")
    result = _CALCULATIONS[sign](left, right)
    if type(result) is int and result.bit_length() > _MOST_BITS:
        raise _Stop("a number has more than 4 000 digits")
    return cast("object", result)


@pass_context
def _joined(run: _Run, *values: object) -> str:
    run.spend()
    _check(*values)
    texts = [_text(run, value) for value in values]
    run.room_for(sum(map(len, texts)))
    return "".join(texts)


@pass_context
def _compared(run: _Run, left: object, *rest: Any) -> bool:
    """A chain of comparisons: each sign is followed by the value at its right."""
    for sign, right in zip(rest[::2], rest[1::2], strict=True):
        if not _holds(run, sign, left, right):
            return False
        left = right
    return True


def _holds(run: _Run, sign: str, left: Any, right: Any) -> bool:
    run.spend()
    _check(left, right)
    if sign in ("in", "notin"):
        if not isinstance(right, _MANY) or (isinstance(right, str) and not isinstance(left, str)):
            raise _Stop(f"{_kind(left)} cannot be in {_kind(right)}")
        inside = left in right if isinstance(left, str) or not isinstance(right, dict) else False
        return inside is (sign == "in")
    both_texts = isinstance(left, str) and isinstance(right, str)
    if sign not in ("eq", "ne") and not both_texts and not (_is_number(left) and _is_number(right)):
        raise _Stop(f"{_kind(left)} and {_kind(right)} cannot be compared")
    return _COMPARISONS[sign](left, right)


@pass_context
def _each(run: _Run, value: Any) -> Iterator[object]:
    """What a loop goes through; every pass counts."""
    _check(value)
    if not isinstance(value, _MANY):
        raise _Stop(f"a loop goes through a list, not {_kind(value)}")
    for item in value:
        run.step()
        yield item


# Filters


def _guarded(function: Callable[..., object]) -> Callable[..., object]:
    """A filter or test that looks at the clock and takes only values."""

    @functools.wraps(function)
    def guarded(run: _Run, value: object, *args: object, **kwargs: object) -> object:
        run.spend()
        _check(value, *args, *kwargs.values())
        return function(run, value, *args, **kwargs)

    return pass_context(guarded)


def _on_text(work: Callable[[str], str], at_most: int = _LARGEST_TEXT) -> Callable[..., object]:
    """A filter that makes a text of a text."""

    def applied(run: _Run, value: object) -> str:
        text = work(_text_of(run, value, at_most))
        run.room_for(len(text))
        return text

    return _guarded(applied)


@pass_context
def _default(run: _Run, value: object, default_value: object = "", boolean: object = False) -> object:
    run.spend()
    return default_value if isinstance(value, _Missing) or (boolean and not value) else value


def _tojson(run: _Run, value: object, indent: object = None) -> str:
    return _json_text(run, value, None if indent is None else min(max(_whole(indent), 0), 8))


def _trim(run: _Run, value: object, chars: object = None) -> str:
    # Each character is looked up among chars one by one.
    unwanted = None if chars is None else _text_of(run, chars)[:100]
    text = _text_of(run, value).strip(unwanted)
    run.room_for(len(text))
    return text


def _replace(run: _Run, value: object, old: object, new: object, count: object = None) -> str:
    text, before, after = _text_of(run, value), _text_of(run, old), _text_of(run, new)
    most = -1 if count is None else _whole(count)
    found = text.count(before) if most < 0 else min(text.count(before), most)
    run.room_for(len(text) + found * (len(after) - len(before)))
    return text.replace(before, after, found)


def _truncate(
    run: _Run, value: object, length: object = 255, killwords: object = False, end: object = "...", leeway: object = 5
) -> str:
    text, mark, most = _text_of(run, value), _text_of(run, end), _whole(length)
    if len(text) <= most + _whole(leeway):
        return text
    cut = text[: max(0, most - len(mark))]
    text = (cut if killwords else cut.rsplit(" ", 1)[0]) + mark
    run.room_for(len(text))
    return text


def _urlencode(run: _Run, value: Any) -> str:
    if not isinstance(value, dict):
        text = quote(_text_of(run, value, _LARGEST_SLOW_TEXT))
    else:
        pairs = [(name, _text_of(run, part)) for name, part in value.items()]
        if sum(len(name) + len(part) for name, part in pairs) > _LARGEST_SLOW_TEXT or len(pairs) > _MOST_ITEMS:
            raise _Stop(f"a text is longer than {_LARGEST_SLOW_TEXT >> 10} KiB")
        text = "&".join(f"{quote_plus(name)}={quote_plus(part)}" for name, part in pairs)
    run.room_for(len(text))
    return text


def _int(run: _Run, value: Any, default: object = 0, base: object = 10) -> object:
    if isinstance(value, str):
        exact = _converted(lambda text: int(text, _whole(base)), value, None)
        return _converted(lambda text: int(float(text)), value, default) if exact is None else exact
    return _converted(int, value, default)


def _float(run: _Run, value: Any, default: object = 0.0) -> object:
    return _converted(float, value, default)


def _converted(work: Callable[[Any], object], value: object, default: object) -> object:
    if isinstance(value, str) and len(value) > _LONGEST_NUMBER:
        return default
    try:
        return work(value)
    except (ValueError, TypeError, OverflowError):
        return default


def _round(run: _Run, value: object, precision: object = 0, method: object = "common") -> object:
    number, places = _number(value), _whole(precision)
    if abs(places) > 15:
        raise _Stop("a number is rounded to at most 15 places")
    if method == "common":
        return cast("object", round(number, places))
    if method not in ("ceil", "floor"):
        raise _Stop("`round` knows common, ceil and floor")
    work = math.ceil if method == "ceil" else math.floor
    return cast("object", work(number * 10**places) / 10**places)


def _items_of(run: _Run, value: Any) -> list[Any]:
    """A new list of what a filter works on."""
    if not isinstance(value, _MANY):
        raise _Stop(f"a list is needed, not {_kind(value)}")
    if len(value) > _MOST_ITEMS:
        raise _Stop("a list has more than 10 000 items")
    run.spend(len(value) * _ITEM)
    return list(value)


def _parts_of(run: _Run, items: list[Any], attribute: object) -> list[Any]:
    """The items, or what each holds under a name."""
    if attribute is None:
        return items
    parts = [_key(item, attribute, "an item") for item in items]
    _check(*parts)
    return parts


def _order_of(run: _Run, items: list[Any], attribute: object, case_sensitive: object) -> list[Any]:
    """By what items are put in order: all numbers, or all texts."""
    keys = _parts_of(run, items, attribute)
    kinds = {_kind(key) for key in keys}
    if len(kinds) > 1 or not kinds <= {"a number", "a text"}:
        raise _Stop("only numbers, or only texts, can be put in order")
    if kinds == {"a text"} and not case_sensitive:
        run.spend(sum(map(len, keys)))
        return [key.lower() for key in keys]
    return keys


def _join(run: _Run, value: object, d: object = "", attribute: object = None) -> str:
    texts = [_text(run, part) for part in _parts_of(run, _items_of(run, value), attribute)]
    between = _text_of(run, d)
    run.room_for(sum(map(len, texts)) + len(between) * max(0, len(texts) - 1))
    return between.join(texts)


def _sort(
    run: _Run, value: object, reverse: object = False, case_sensitive: object = False, attribute: object = None
) -> list[Any]:
    items = _items_of(run, value)
    keys = _order_of(run, items, attribute, case_sensitive)
    return [items[at] for at in sorted(range(len(items)), key=keys.__getitem__, reverse=bool(reverse))]


def _unique(run: _Run, value: object, case_sensitive: object = False, attribute: object = None) -> list[Any]:
    items = _items_of(run, value)
    seen: set[Any] = set()
    found = []
    for key, item in zip(_order_of(run, items, attribute, case_sensitive), items, strict=True):
        run.spend()  # each time, because numbers can be chosen so that a set takes long to tell them apart
        if key not in seen:
            seen.add(key)
            found.append(item)
    return found


def _extreme(choose: Callable[..., int], word: str) -> Callable[..., object]:
    def applied(run: _Run, value: object, case_sensitive: object = False, attribute: object = None) -> object:
        items = _items_of(run, value)
        keys = _order_of(run, items, attribute, case_sensitive)
        return items[choose(range(len(items)), key=keys.__getitem__)] if items else _Missing(f"there is no {word} item")

    return _guarded(applied)


def _sum(run: _Run, value: object, attribute: object = None, start: object = 0) -> object:
    total = _number(start)
    for part in _parts_of(run, _items_of(run, value), attribute):
        total = _calculated(run, "+", total, _number(part))
    return total


def _reverse(run: _Run, value: object) -> object:
    if isinstance(value, str):
        run.room_for(len(value))
        return value[::-1]
    return _items_of(run, value)[::-1]


def _items(run: _Run, value: object) -> list[Any]:
    if not isinstance(value, dict):
        raise _Stop(f"an object is needed, not {_kind(value)}")
    return list(zip(_items_of(run, value), value.values(), strict=True))


def _length(run: _Run, value: object) -> int:
    if not isinstance(value, _MANY):
        raise _Stop(f"{_kind(value)} has no length")
    return len(value)


def _end(ends: Callable[[Any], Iterator[object]], word: str) -> Callable[..., object]:
    def applied(run: _Run, value: object) -> object:
        if not isinstance(value, _MANY):
            raise _Stop(f"a list is needed, not {_kind(value)}")
        return next(ends(value), _Missing(f"there is no {word} item"))

    return _guarded(applied)


_FILTERS: dict[str, Callable[..., object]] = {
    "abs": _guarded(lambda run, value: abs(_number(value))),
    "capitalize": _on_text(str.capitalize),
    "count": _guarded(_length),
    "d": _default,
    "default": _default,
    "first": _end(iter, "first"),
    "float": _guarded(_float),
    "int": _guarded(_int),
    "items": _guarded(_items),
    "join": _guarded(_join),
    "last": _end(reversed, "last"),
    "length": _guarded(_length),
    "list": _guarded(_items_of),
    "lower": _on_text(str.lower),
    "max": _extreme(max, "largest"),
    "min": _extreme(min, "smallest"),
    "replace": _guarded(_replace),
    "reverse": _guarded(_reverse),
    "round": _guarded(_round),
    "sort": _guarded(_sort),
    "string": _guarded(_text),
    "sum": _guarded(_sum),
    "title": _on_text(do_title, _LARGEST_SLOW_TEXT),
    "tojson": _guarded(_tojson),
    "trim": _guarded(_trim),
    "truncate": _guarded(_truncate),
    "unique": _guarded(_unique),
    "upper": _on_text(str.upper),
    "urlencode": _guarded(_urlencode),
}


# Tests


def _compares(sign: str) -> Callable[..., object]:
    return _guarded(lambda run, value, other: _holds(run, sign, value, other))


def _is_of(*kinds: type) -> Callable[..., object]:
    return _guarded(lambda run, value: type(value) in kinds)


_TESTS: dict[str, Callable[..., object]] = {
    "boolean": _is_of(bool),
    "defined": pass_context(lambda run, value: not isinstance(value, _Missing)),
    "divisibleby": _guarded(lambda run, value, num: _whole(value) % _whole(num) == 0),
    "eq": _compares("eq"),
    "even": _guarded(lambda run, value: _whole(value) % 2 == 0),
    "false": _guarded(lambda run, value: value is False),
    "float": _is_of(float),
    "ge": _compares("gteq"),
    "gt": _compares("gt"),
    "in": _compares("in"),
    "integer": _is_of(int),
    "le": _compares("lteq"),
    "lt": _compares("lt"),
    "mapping": _is_of(dict, _Headers),
    "ne": _compares("ne"),
    "none": _is_of(type(None)),
    "number": _is_of(int, float),
    "odd": _guarded(lambda run, value: _whole(value) % 2 == 1),
    "sequence": _is_of(list, tuple, str),
    "string": _is_of(str),
    "true": _guarded(lambda run, value: value is True),
    "undefined": pass_context(lambda run, value: isinstance(value, _Missing)),
}
# No template can name these: a name has no brackets.
_OPERATORS: dict[str, Callable[..., object]] = {
    "(compared)": _compared,
    "(each)": _each,
    "(joined)": _joined,
    "(key)": _key,
    "(known)": _known,
    "(slice)": _slice,
}


# From the source to code: the tags


_TAGS = ("for", "if", "set")
_MIDDLES = {"elif": ("if",), "else": ("if", "for")}
_ENDS = {"endfor": "for", "endif": "if"}
_ESCAPE = re.compile(
    r"""\\(?:[\\'"abfnrtv\n]|[0-3][0-7]{0,2}|[4-7][0-7]?(?![0-7])"""
    r"""|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4})|(?P<wrong>\\.?)""",
    re.DOTALL,
)


class _Outline:
    """Follows the tags from one to the next, to tell what is missing with the line where it belongs."""

    def __init__(self) -> None:
        self.tag_line = 0  # of the tag that is open
        self.word = ""  # of the tag that is open
        self.blocks: list[tuple[str, int]] = []
        self.tokens = 0

    def take(self, line: int, kind: str, value: str) -> None:
        """Looks at the next token."""
        if kind in ("whitespace", "data", "comment"):
            return
        self.tokens += 1
        if self.tokens > _MOST_TOKENS:
            raise TemplateFlaw(line, "the tags hold more than 5 000 words and signs up to here.")
        if kind in ("block_begin", "variable_begin"):
            self.tag_line, self.word = line, "" if kind == "block_begin" else "{{"
        elif kind in ("block_end", "variable_end"):
            self._end_tag()
        elif not self.word and self.tag_line:
            self.word = value
            self._take_word(line, value)
        elif kind == "operator" and value == "=" and self.word == "set":
            self.word = "set ="
        elif kind in _TOKEN_CHECKS:
            _TOKEN_CHECKS[kind](line, value)

    def end(self) -> None:
        """Looks at what is still open."""
        if self.tag_line:
            raise TemplateFlaw(self.tag_line, "this tag has no end.")
        if self.blocks:
            word, line = self.blocks[-1]
            raise TemplateFlaw(line, f"this `{word}` has no `end{word}`.")

    def _end_tag(self) -> None:
        if self.word == "set":
            raise TemplateFlaw(self.tag_line, "`set` needs a name and a value, as in `set name = json.name`.")
        self.tag_line = 0

    def _take_word(self, line: int, word: str) -> None:
        if word in ("for", "if"):
            self.blocks.append((word, line))
            if [begin for begin, _ in self.blocks].count("for") > _MOST_NESTED_LOOPS:
                raise TemplateFlaw(line, "loops are nested too deeply.")
        elif word in _MIDDLES:
            if not self.blocks or self.blocks[-1][0] not in _MIDDLES[word]:
                raise TemplateFlaw(line, f"this `{word}` belongs to no `{_MIDDLES[word][0]}`.")
        elif word in _ENDS:
            self._end_block(line, word)
        elif word not in _TAGS:
            raise TemplateFlaw(line, f"`{visible(word, 40)}` is not possible; there are {_listed(_TAGS)}.")

    def _end_block(self, line: int, word: str) -> None:
        begin = _ENDS[word]
        if begin not in [open_word for open_word, _ in self.blocks]:
            raise TemplateFlaw(line, f"this `{word}` belongs to no `{begin}`.")
        open_word, open_line = self.blocks.pop()
        if open_word != begin:
            raise TemplateFlaw(open_line, f"this `{open_word}` has no `end{open_word}`.")


def _check_string(line: int, value: str) -> None:
    # Python warns of wrong escapes, and will refuse them.
    if wrong := next((found["wrong"] for found in _ESCAPE.finditer(value) if found["wrong"]), ""):
        raise TemplateFlaw(line, f"`{visible(wrong)}` is no escape. Write two backslashes for one.")


def _check_number(line: int, value: str) -> None:
    if len(value) > _MOST_DIGITS:
        raise TemplateFlaw(line, "this number is too large.")


def _check_float(line: int, value: str) -> None:
    if math.isinf(float(value)):
        raise TemplateFlaw(line, "this number is too large.")


_TOKEN_CHECKS = {"string": _check_string, "integer": _check_number, "float": _check_float}
_SIGNS = {
    "end of print statement": "`}}`",
    "begin of print statement": "`{{`",
    "end of statement block": "`%}`",
    "begin of statement block": "`{%`",
    "end of template": "the end",
    "string": "a text in quotes",
    "integer": "a number",
    "float": "a number",
    "name": "a name",
}
_PROBLEMS = (
    (r"Missing end of comment tag", "this comment has no end."),
    (r"Missing end of raw directive", "this `raw` has no `endraw`."),
    (r"unexpected char (?:\"'\"|'\"') at \d+", "this text in quotes has no end."),
    (r"unexpected char (.+) at \d+", "{0} cannot stand here."),
    (r"unexpected '(.)', expected '(.)'", "{1} is missing before {0}."),
    (r"expected token '(.+)', got '(.+)'", "{0} is missing before {1}."),
    (r"Expected an expression, got '(.+)'", "a value is missing before {0}."),
    (r"unexpected '(.+)'", "{0} cannot stand here."),
    (r"Encountered unknown tag '(.+?)'", "{0} cannot stand here."),
    (r"expected name or number", "a name is missing after the dot."),
    (r"tag name expected", "`{%` needs one of for, if and set."),
    (r"can't assign to '(.+)'", "only a name can be set."),
    (r"invalid syntax for function call expression", "the values in brackets are not understood."),
    (r"You cannot chain multiple tests with is", "one `is` cannot follow another."),
    (r"Invalid character in identifier", "a name has a character that names do not have."),
)


def _translated(error: TemplateSyntaxError, tag_line: int = 0) -> TemplateFlaw:
    """Jinja's message as a plain sentence."""
    message = error.message or ""
    for pattern, sentence in _PROBLEMS:
        if found := re.match(pattern, message, re.DOTALL):
            parts = [_SIGNS.get(part, f"`{visible(part.strip(chr(39)), 40)}`") for part in found.groups()]
            problem = sentence.format(*parts) if parts else sentence
            break
    else:
        problem = "this is not understood."
    if tag_line and tag_line != error.lineno:
        problem = f"{problem[:-1]}, or the tag of line {tag_line} has no end."
    return TemplateFlaw(error.lineno, problem)


# From the source to code: the tree

_Kinds = frozenset[type[nodes.Node]]
_STATEMENTS: _Kinds = frozenset((nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign))
_VALUES: _Kinds = frozenset((nodes.Name, nodes.Const, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair))
_PARTS: _Kinds = frozenset((nodes.Getattr, nodes.Getitem, nodes.Slice))
_USES: _Kinds = frozenset((nodes.Filter, nodes.Test, nodes.Keyword))
_CHOICES: _Kinds = frozenset((nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Compare, nodes.Operand))
_SUMS: _Kinds = frozenset((nodes.Add, nodes.Sub, nodes.Neg, nodes.Pos, nodes.Concat))
_PRODUCTS: _Kinds = frozenset((nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod))
_ALLOWED = _STATEMENTS | _VALUES | _PARTS | _USES | _CHOICES | _SUMS | _PRODUCTS
_REFUSALS: dict[type[nodes.Node], str] = {
    nodes.Call: "calls are not possible; filters are there instead, as in `json.name|upper`.",
    nodes.Pow: "`**` is not possible.",
    nodes.NSRef: "only a name can be set.",
}


def _narrowed(node: nodes.Node, line: int = 1, depth: int = 0) -> nodes.Node:
    """The tree, refused if it holds anything that is not on the list, with our functions in the place of operators."""
    line = node.lineno or line
    if type(node) not in _ALLOWED:
        raise TemplateFlaw(line, _REFUSALS.get(type(node), "this is not possible in a template."))
    if depth > _DEEPEST:
        raise TemplateFlaw(line, "this is nested too deeply.")
    place = _place(node.node) if isinstance(node, (nodes.Getattr, nodes.Getitem)) else ""
    for field, value in node.iter_fields():
        if isinstance(value, nodes.Node):
            setattr(node, field, _narrowed(value, line, depth + 1))
        elif isinstance(value, list):
            setattr(node, field, [_narrowed(child, line, depth + 1) for child in value])
    if isinstance(node, (nodes.Getattr, nodes.Getitem)):
        return _narrowed_key(node, place)
    narrow = _NARROWINGS.get(type(node))
    return narrow(node, line) if narrow else node


def _place(node: nodes.Node) -> str:
    """Where something is looked for, in the words of the template."""
    path = _path(node)
    return _PLACES.get(path) or (f"`{visible(path, 60)}`" if path else "this value")


def _path(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if not isinstance(node, (nodes.Getattr, nodes.Getitem)) or not (path := _path(node.node)):
        return ""
    if isinstance(node, nodes.Getattr):
        return f"{path}.{node.attr}"
    return f"{path}[{node.arg.value!r}]" if isinstance(node.arg, nodes.Const) else ""


def _instead(name: str, value: nodes.Node, args: list[Any], line: int) -> nodes.Filter:
    return nodes.Filter(value, name, args, [], None, None, lineno=line)


def _narrowed_key(node: nodes.Getattr | nodes.Getitem, place: str) -> nodes.Node:
    if isinstance(node, nodes.Getattr):
        return _instead("(key)", node.node, [nodes.Const(node.attr), nodes.Const(place)], node.lineno)
    if isinstance(node.arg, nodes.Slice):
        ends = [end or nodes.Const(None) for end in (node.arg.start, node.arg.stop, node.arg.step)]
        return _instead("(slice)", node.node, ends, node.lineno)
    return _instead("(key)", node.node, [node.arg, nodes.Const(place)], node.lineno)


def _narrowed_name(node: Any, line: int) -> nodes.Node:
    if node.ctx != "load" and (node.name in _NAMES or node.name in ("loop", "self")):
        raise TemplateFlaw(line, f"`{node.name}` has a meaning already and cannot be set.")
    if node.name == "self":  # Jinja gives it a meaning that templates here do not have
        raise TemplateFlaw(line, f"`self` is not known; there are {_listed(_NAMES)}.")
    if node.ctx == "load" and node.name in _NAMES:
        return _instead("(known)", nodes.Const(node.name), [], line)
    return cast("nodes.Node", node)


def _narrowed_const(node: Any, line: int) -> nodes.Node:
    if type(node.value) is int and node.value.bit_length() > _MOST_BITS:
        raise TemplateFlaw(line, "this number is too large.")
    return cast("nodes.Node", node)


def _narrowed_container(node: Any, line: int) -> nodes.Node:
    """Only of fixed values: a list that holds itself twice, again and again, would grow beyond every bound."""
    if isinstance(node, nodes.Tuple) and node.ctx == "store":
        fixed = all(isinstance(item, nodes.Name) for item in node.items)
    else:
        fixed = _is_fixed(node)
    if not fixed:
        raise TemplateFlaw(line, "a list or object in a template may hold only fixed values.")
    return cast("nodes.Node", node)


def _is_fixed(node: nodes.Node) -> bool:
    if isinstance(node, (nodes.Tuple, nodes.List)):
        return all(map(_is_fixed, node.items))
    if isinstance(node, nodes.Dict):
        return all(_is_fixed_text(pair.key) and _is_fixed(pair.value) for pair in node.items)
    return isinstance(node.node if isinstance(node, nodes.Neg) else node, nodes.Const)


def _is_fixed_text(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and isinstance(node.value, str)


def _narrowed_loop(node: Any, line: int) -> nodes.Node:
    if node.recursive:
        raise TemplateFlaw(line, "a loop cannot be recursive.")
    node.iter = _instead("(each)", node.iter, [], line)
    return cast("nodes.Node", node)


def _narrowed_assignment(node: Any, line: int) -> nodes.Node:
    if not isinstance(node.target, nodes.Name):
        raise TemplateFlaw(line, "only one name can be set at a time.")
    return cast("nodes.Node", node)


def _narrowed_condition(node: Any, line: int) -> nodes.Node:
    node.expr2 = node.expr2 or nodes.Const("")  # Jinja's own value for it knows nothing of _Missing
    return cast("nodes.Node", node)


def _narrowed_comparison(node: Any, line: int) -> nodes.Node:
    rest = [part for operand in node.ops for part in (nodes.Const(operand.op), operand.expr)]
    return _instead("(compared)", node.expr, rest, line)


def _narrowed_concatenation(node: Any, line: int) -> nodes.Node:
    return _instead("(joined)", node.nodes[0], node.nodes[1:], line)


def _narrowed_use(node: Any, line: int) -> nodes.Node:
    """A filter or test: one of ours, with values that it takes."""
    word, known = ("filter", _FILTERS) if isinstance(node, nodes.Filter) else ("test", _TESTS)
    if node.name not in known:
        raise TemplateFlaw(line, f"there is no {word} `{visible(node.name, 40)}`; there are {_listed(known)}.")
    if node.dyn_args or node.dyn_kwargs:
        raise TemplateFlaw(line, "values with * are not possible.")
    names = [keyword.key for keyword in node.kwargs]
    try:
        inspect.signature(known[node.name]).bind(None, None, *node.args, **dict.fromkeys(names))
    except TypeError:
        names = ["", ""]  # refused like a name that is there twice
    if len(set(names)) < len(names):
        raise TemplateFlaw(line, f"`{node.name}` does not take these values.")
    return cast("nodes.Node", node)


_NARROWINGS: dict[type[nodes.Node], Callable[[Any, int], nodes.Node]] = {
    nodes.Name: _narrowed_name,
    nodes.Const: _narrowed_const,
    nodes.Tuple: _narrowed_container,
    nodes.List: _narrowed_container,
    nodes.Dict: _narrowed_container,
    nodes.For: _narrowed_loop,
    nodes.Assign: _narrowed_assignment,
    nodes.CondExpr: _narrowed_condition,
    nodes.Compare: _narrowed_comparison,
    nodes.Concat: _narrowed_concatenation,
    nodes.Filter: _narrowed_use,
    nodes.Test: _narrowed_use,
}


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja with our lists in the place of its own; its own sandbox stays behind them."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    intercepted_unops = frozenset({"+", "-"})

    def __init__(self) -> None:
        # Nothing is worked out when a template is compiled: that would be outside of all bounds.
        super().__init__(undefined=_Missing, finalize=_printed, keep_trailing_newline=True, optimized=False)
        self.globals = {}
        self.filters = _FILTERS | _OPERATORS
        self.tests = dict(_TESTS)

    def is_safe_callable(self, obj: object) -> bool:
        return False

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        return _calculated(cast("_Run", context), operator, left, right)

    def call_unop(self, context: Context, operator: str, arg: object) -> object:
        _check(arg)
        return -_number(arg) if operator == "-" else _number(arg)

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        outline = _Outline()
        tokens = []
        try:
            for token in self.lexer.tokeniter(source, name):
                outline.take(*token)
                tokens.append(token)
        except TemplateSyntaxError as error:
            raise _translated(error, outline.tag_line) from error
        outline.end()
        return TokenStream(self.lexer.wrap(tokens), None, None)


_ENVIRONMENT = _Environment()


def _compiled_code(source: str) -> jinja2.Template:
    _check_source(source)
    try:
        tree = cast("nodes.Template", _narrowed(Parser(_ENVIRONMENT, source).parse()))
        return jinja2.Template.from_code(_ENVIRONMENT, _ENVIRONMENT.compile(tree), {})
    except TemplateFlaw:
        raise
    except TemplateSyntaxError as error:
        raise _translated(error) from error
    except Exception as error:  # Python's own limits: of the stack, of nested brackets and blocks
        raise TemplateFlaw(1, "the template is nested too deeply.") from error


def _check_source(source: str) -> None:
    try:
        size = len(source.encode())
    except UnicodeEncodeError as error:
        line = len(re.findall(r"\r\n|\r|\n", source[: error.start])) + 1
        raise TemplateFlaw(line, "half of a character stands here alone. Delete it.") from None
    if size > LARGEST_SOURCE:
        raise TemplateFlaw(1, "the template is larger than 64 KiB.")
