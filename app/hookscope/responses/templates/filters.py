"""The filters and the tests that templates have."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

from jinja2 import pass_context
from jinja2.filters import do_title

from hookscope.responses.templates.operators import calculated, holds, part_of
from hookscope.responses.templates.running import ITEM, LARGEST_TEXT, Run, Stop
from hookscope.responses.templates.values import (
    MANY,
    Headers,
    Missing,
    as_json,
    as_text,
    check,
    kind_of,
    number,
    whole,
)

_MOST_ITEMS = 10_000
_LARGEST_SLOW_TEXT = 32 << 10  # for what takes 100 ns for each character
_LONGEST_NUMBER = 1_000  # as text


def _guarded(function: Callable[..., object]) -> Callable[..., object]:
    """A filter or test that looks at the clock and takes only values."""

    @functools.wraps(function)
    def guarded(run: Run, value: object, *args: object, **kwargs: object) -> object:
        run.spend()
        check(value, *args, *kwargs.values())
        return function(run, value, *args, **kwargs)

    return pass_context(guarded)


def _text_of(run: Run, value: object, at_most: int = LARGEST_TEXT) -> str:
    """The text that a filter works on."""
    if isinstance(value, (list, tuple, dict)):
        raise Stop(f"a text is needed, not {kind_of(value)}")
    text = as_text(run, value)
    if len(text) > at_most:
        raise Stop(f"a text is longer than {at_most >> 10} KiB")
    return text


def _on_text(work: Callable[[str], str], at_most: int = LARGEST_TEXT) -> Callable[..., object]:
    """A filter that makes a text of a text."""

    def applied(run: Run, value: object) -> str:
        text = work(_text_of(run, value, at_most))
        run.room_for(len(text))
        return text

    return _guarded(applied)


@pass_context
def _default(run: Run, value: object, default_value: object = "", boolean: object = False) -> object:
    run.spend()
    return default_value if isinstance(value, Missing) or (boolean and not value) else value


def _tojson(run: Run, value: object, indent: object = None) -> str:
    return as_json(run, value, None if indent is None else min(max(whole(indent), 0), 8))


def _trim(run: Run, value: object, chars: object = None) -> str:
    unwanted = None if chars is None else _text_of(run, chars)
    if unwanted and len(unwanted) > 100:  # each character of the text is looked up among them one by one
        raise Stop("`trim` takes at most 100 characters")
    text = _text_of(run, value).strip(unwanted)
    run.room_for(len(text))
    return text


def _replace(run: Run, value: object, old: object, new: object, count: object = None) -> str:
    text, before, after = _text_of(run, value), _text_of(run, old), _text_of(run, new)
    most = -1 if count is None else whole(count)
    found = text.count(before) if most < 0 else min(text.count(before), most)
    run.room_for(len(text) + found * (len(after) - len(before)))
    return text.replace(before, after, found)


def _truncate(
    run: Run, value: object, length: object = 255, killwords: object = False, end: object = "...", leeway: object = 5
) -> str:
    text, mark, most = _text_of(run, value), _text_of(run, end), whole(length)
    if len(text) <= most + whole(leeway):
        return text
    cut = text[: max(0, most - len(mark))]
    text = (cut if killwords else cut.rsplit(" ", 1)[0]) + mark
    run.room_for(len(text))
    return text


def _urlencode(run: Run, value: Any) -> str:
    if not isinstance(value, dict):
        text = quote(_text_of(run, value, _LARGEST_SLOW_TEXT))
    else:
        pairs = [(name, _text_of(run, part)) for name, part in value.items()]
        if sum(len(name) + len(part) for name, part in pairs) > _LARGEST_SLOW_TEXT or len(pairs) > _MOST_ITEMS:
            raise Stop(f"a text is longer than {_LARGEST_SLOW_TEXT >> 10} KiB")
        text = "&".join(f"{quote_plus(name)}={quote_plus(part)}" for name, part in pairs)
    run.room_for(len(text))
    return text


def _int(run: Run, value: Any, default: object = 0, base: object = 10) -> object:
    if isinstance(value, str):
        exact = _converted(lambda text: int(text, whole(base)), value, None)
        return _converted(lambda text: int(float(text)), value, default) if exact is None else exact
    return _converted(int, value, default)


def _float(run: Run, value: Any, default: object = 0.0) -> object:
    return _converted(float, value, default)


def _converted(work: Callable[[Any], object], value: object, default: object) -> object:
    if isinstance(value, str) and len(value) > _LONGEST_NUMBER:
        return default
    try:
        return work(value)
    except (ValueError, TypeError, OverflowError):
        return default


def _round(run: Run, value: object, precision: object = 0, method: object = "common") -> object:
    exact, places = number(value), whole(precision)
    if abs(places) > 15:
        raise Stop("a number is rounded to at most 15 places")
    if method == "common":
        return round(exact, places)
    if method not in ("ceil", "floor"):
        raise Stop("`round` knows common, ceil and floor")
    work = math.ceil if method == "ceil" else math.floor
    return work(exact * 10**places) / 10**places


def _items_of(run: Run, value: Any) -> list[Any]:
    """A new list of what a filter works on."""
    if not isinstance(value, MANY):
        raise Stop(f"a list is needed, not {kind_of(value)}")
    if len(value) > _MOST_ITEMS:
        raise Stop("a list has more than 10 000 items")
    run.spend(len(value) * ITEM)
    return list(value)


def _parts_of(run: Run, items: list[Any], attribute: object) -> list[Any]:
    """The items, or what each holds under a name."""
    if attribute is None:
        return items
    parts = [part_of(item, attribute, "an item") for item in items]
    check(*parts)
    return parts


def _order_of(run: Run, items: list[Any], attribute: object, case_sensitive: object) -> list[Any]:
    """By what items are put in order: all numbers, or all texts."""
    keys = _parts_of(run, items, attribute)
    kinds = {kind_of(key) for key in keys}
    if len(kinds) > 1 or not kinds <= {"a number", "a text"}:
        raise Stop("only numbers, or only texts, can be put in order")
    if kinds == {"a text"} and not case_sensitive:
        run.spend(sum(map(len, keys)))
        return [key.lower() for key in keys]
    return keys


def _join(run: Run, value: object, d: object = "", attribute: object = None) -> str:
    texts = [as_text(run, part) for part in _parts_of(run, _items_of(run, value), attribute)]
    between = _text_of(run, d)
    run.room_for(sum(map(len, texts)) + len(between) * max(0, len(texts) - 1))
    return between.join(texts)


def _sort(
    run: Run, value: object, reverse: object = False, case_sensitive: object = False, attribute: object = None
) -> list[Any]:
    items = _items_of(run, value)
    keys = _order_of(run, items, attribute, case_sensitive)
    return [items[at] for at in sorted(range(len(items)), key=keys.__getitem__, reverse=bool(reverse))]


def _unique(run: Run, value: object, case_sensitive: object = False, attribute: object = None) -> list[Any]:
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
    def applied(run: Run, value: object, case_sensitive: object = False, attribute: object = None) -> object:
        items = _items_of(run, value)
        keys = _order_of(run, items, attribute, case_sensitive)
        return items[choose(range(len(items)), key=keys.__getitem__)] if items else Missing(f"there is no {word} item")

    return _guarded(applied)


def _sum(run: Run, value: object, attribute: object = None, start: object = 0) -> object:
    total = number(start)
    for part in _parts_of(run, _items_of(run, value), attribute):
        total = calculated(run, "+", total, number(part))
    return total


def _reverse(run: Run, value: object) -> object:
    if isinstance(value, str):
        run.room_for(len(value))
        return value[::-1]
    return _items_of(run, value)[::-1]


def _items(run: Run, value: object) -> list[Any]:
    if not isinstance(value, dict):
        raise Stop(f"an object is needed, not {kind_of(value)}")
    return list(zip(_items_of(run, value), value.values(), strict=True))


def _length(run: Run, value: object) -> int:
    if not isinstance(value, MANY):
        raise Stop(f"{kind_of(value)} has no length")
    return len(value)


def _end(ends: Callable[[Any], Iterator[object]], word: str) -> Callable[..., object]:
    def applied(run: Run, value: object) -> object:
        if not isinstance(value, MANY):
            raise Stop(f"a list is needed, not {kind_of(value)}")
        return next(ends(value), Missing(f"there is no {word} item"))

    return _guarded(applied)


FILTERS: dict[str, Callable[..., object]] = {
    "abs": _guarded(lambda run, value: abs(number(value))),
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
    "string": _guarded(as_text),
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
    return _guarded(lambda run, value, other: holds(run, sign, value, other))


def _is_of(*kinds: type) -> Callable[..., object]:
    return _guarded(lambda run, value: type(value) in kinds)


TESTS: dict[str, Callable[..., object]] = {
    "boolean": _is_of(bool),
    "defined": pass_context(lambda run, value: not isinstance(value, Missing)),
    "divisibleby": _guarded(lambda run, value, num: whole(value) % whole(num) == 0),
    "eq": _compares("eq"),
    "even": _guarded(lambda run, value: whole(value) % 2 == 0),
    "false": _guarded(lambda run, value: value is False),
    "float": _is_of(float),
    "ge": _compares("gteq"),
    "gt": _compares("gt"),
    "in": _compares("in"),
    "integer": _is_of(int),
    "le": _compares("lteq"),
    "lt": _compares("lt"),
    "mapping": _is_of(dict, Headers),
    "ne": _compares("ne"),
    "none": _is_of(type(None)),
    "number": _is_of(int, float),
    "odd": _guarded(lambda run, value: whole(value) % 2 == 1),
    "sequence": _is_of(list, tuple, str),
    "string": _is_of(str),
    "true": _guarded(lambda run, value: value is True),
    "undefined": pass_context(lambda run, value: isinstance(value, Missing)),
}
