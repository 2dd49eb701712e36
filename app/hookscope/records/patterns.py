"""Patterns of ids, measured before they are used: they are asked for every value that a stranger sends.

What is left of regular expressions has a length, and ends soon whatever it is asked for: nothing unbounded, no repeats
inside of repeats, no references and no looking around.
"""

from __future__ import annotations

import re
from math import prod
from typing import NamedTuple

from hookscope.ids.shapes import LONGEST_ID

LONGEST_SOURCE = 300
DEEPEST = 10
MOST_WAYS = 5_000
"""In how many ways at most a pattern may go through a text: each is one more try of a text that does not fit."""
FEWEST_LITERALS = 3

_NARROWER = "Give its repeats narrower bounds"
_BOUNDS = re.compile(r"\{([0-9]{1,6})?(,)?([0-9]{1,6})?\}")
_SET_OF_TWO_READINGS = re.compile(r"\[|--|&&|~~|\|\|")


class PatternError(ValueError):
    """A pattern cannot be used; the text is the rest of a sentence that begins with its place."""


class Measure(NamedTuple):
    """What a part of a pattern takes: how many fixed characters at least, how long a text, in how many ways."""

    literals: int
    shortest: int
    longest: int
    ways: int


_LITERAL = Measure(1, 1, 1, 1)
_ANY = Measure(0, 1, 1, 1)
_PLACE = Measure(0, 0, 0, 1)  # such as ^, which takes nothing


def check_pattern(source: str, *, literals: int = FEWEST_LITERALS, captures: bool = False) -> None:
    """Raise ``PatternError`` unless ids may be told by this pattern; ``captures`` asks for a group to take."""
    if len(source) > LONGEST_SOURCE:
        raise PatternError(f"has more than {LONGEST_SOURCE} characters.")
    measure = _Reader(source, captures).whole()
    if measure.shortest == 0:
        raise PatternError("fits an empty text. Ask for at least one character.")
    if measure.longest > LONGEST_ID:
        raise PatternError(
            f"fits more than {LONGEST_ID} characters. Give its repeats narrower bounds, such as {{4,40}}."
        )
    if measure.ways > MOST_WAYS:
        raise PatternError(f"may take too long. {_NARROWER}, or use fewer of them.")
    if measure.literals < literals:
        raise PatternError(f"has fewer than {literals} fixed characters, so it fits too much. Write more, or keys.")
    if captures and not _compiled(source).groups:
        raise PatternError("has no group. Put what is taken in round brackets.")
    _compiled(source)


def ways(source: str) -> int:
    """In how many ways at most a pattern that was checked goes through a text."""
    return _Reader(source, captures=False).whole().ways


def _compiled(source: str) -> re.Pattern[str]:
    try:
        return re.compile(source)
    except (re.error, OverflowError) as error:
        raise PatternError(f"is no regular expression: {error}.") from None


class _Reader:
    """Goes through a pattern once."""

    def __init__(self, source: str, captures: bool) -> None:
        self._source = source
        self._captures = captures
        self._at = 0
        self._depth = 0

    def whole(self) -> Measure:
        measure = self._alternatives()
        if self._at < len(self._source):
            raise PatternError(f"has a bracket too much at character {self._at + 1}.")
        return measure

    def _next(self, count: int = 1) -> str:
        return self._source[self._at : self._at + count]

    def _alternatives(self) -> Measure:
        found = [self._sequence()]
        while self._next() == "|":
            self._at += 1
            found.append(self._sequence())
        return Measure(
            min(each.literals for each in found),
            min(each.shortest for each in found),
            max(each.longest for each in found),
            sum(each.ways for each in found),
        )

    def _sequence(self) -> Measure:
        found = []
        while self._next() not in {"", "|", ")"}:
            found.append(self._repeated(self._one()))
        return Measure(
            sum(each.literals for each in found),
            sum(each.shortest for each in found),
            sum(each.longest for each in found),
            prod(each.ways for each in found),
        )

    def _one(self) -> Measure:
        character = self._next()
        if character == "(":
            return self._group()
        if character == "[":
            return self._set()
        if character == "\\":
            return self._escaped()
        self._at += 1
        return _ANY if character == "." else _PLACE if character in "^$" else _LITERAL

    def _group(self) -> Measure:
        self._at += 1
        if self._next() == "?":
            if self._next(2) != "?:":
                raise PatternError("can have no other groups with ? than (?:…).")
            self._at += 2
        elif not self._captures:
            raise PatternError("must have (?:…) instead of (…).")
        self._depth += 1
        if self._depth > DEEPEST:
            raise PatternError(f"has groups deeper than {DEEPEST}.")
        measure = self._alternatives()
        self._depth -= 1
        if self._next() != ")":
            raise PatternError("has a group that does not end.")
        self._at += 1
        return measure

    def _set(self) -> Measure:
        found = re.compile(r"\[\^?(\]?(?:\\.|[^\]\\])*)\]", re.DOTALL).match(self._source, self._at)
        if found is None:
            raise PatternError("has a set that does not end.")
        if _SET_OF_TWO_READINGS.search(re.sub(r"\\.", "", found[1], flags=re.DOTALL)):
            raise PatternError("has a set with [ or a doubled sign in it. Put \\ before each.")
        self._at = found.end()
        return _ANY

    def _escaped(self) -> Measure:
        character = self._source[self._at + 1 : self._at + 2]
        self._at += 2
        if character in {"d", "D", "w", "W", "s", "S"}:
            return _ANY
        if character in {"A", "b", "B", "Z"}:
            return _PLACE
        if not character or (character.isascii() and character.isalnum()):
            raise PatternError(f"cannot have \\{character}. Write the character itself.")
        return _LITERAL

    def _repeated(self, one: Measure) -> Measure:
        bounds = self._bounds()
        if bounds is None:
            return one
        fewest, most = bounds
        if most > 1 and one.ways > 1:
            raise PatternError("repeats a group that has alternatives or repeats in it. Write it out instead.")
        if self._next() in {"?", "+"}:  # not greedy, or never giving back
            self._at += 1
        return Measure(
            one.literals * fewest,
            one.shortest * fewest,
            one.longest * most,
            one.ways + 1 if most == 1 > fewest else max(most - fewest + 1, 1) * one.ways,
        )

    def _bounds(self) -> tuple[int, int] | None:
        if self._next() in {"*", "+"}:
            raise PatternError(f"has no bound for how long an id is: write {{1,40}} instead of {self._next()}.")
        if self._next() == "?":
            self._at += 1
            return 0, 1
        found = _BOUNDS.match(self._source, self._at)
        if found is None or found[0] in {"{}", "{,}"}:
            return None
        self._at = found.end()
        if found[2] and not found[3]:
            raise PatternError(f"has no bound for how long an id is: write a second number in {found[0]}.")
        fewest = int(found[1] or 0)
        return fewest, int(found[3]) if found[2] else fewest
