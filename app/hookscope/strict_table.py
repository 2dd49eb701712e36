"""Reads a table of TOML or JSON strictly: a wrong type, a missing or an unknown key is an error that names its place.

Places count from 1, as people do: ``endpoint[2].response.status`` is in the second endpoint.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


class TableError(ValueError):
    """A table is not as it should be; the text is one sentence that names the place."""


class StrictTable:
    """One table. Ask for every key it may have, inner tables included, then call ``finish`` on the outermost one.

    A getter without a default raises ``TableError`` when its key is missing, every getter when the type is wrong.
    """

    def __init__(self, values: object, place: str = "") -> None:
        if not isinstance(values, dict):
            raise TableError(f"{place or 'The file'} must be a table.")
        self._values: dict[str, Any] = values
        self._place = place
        self._asked: set[str] = set()
        self._inner: list[StrictTable] = []

    def __contains__(self, key: str) -> bool:
        """Whether the key is there; this does not count as asking for it."""
        return key in self._values

    def names(self) -> tuple[str, ...]:
        """All keys that are there; this does not count as asking for them."""
        return tuple(self._values)

    def place(self, key: str) -> str:
        """Where a key is, as errors name it; a key that could trick a terminal is quoted."""
        shown = key if _BARE_KEY.fullmatch(key) else json.dumps(key)
        return f"{self._place}.{shown}" if self._place else shown

    def text(self, key: str, default: str | None = None) -> str:
        """A text."""
        return self._typed(key, default, str, "a text")

    def filled(self, key: str, default: str | None = None) -> str:
        """A text that is not blank where it is there."""
        text = self.text(key, default)
        if key in self and not text.strip():
            raise TableError(f"{self.place(key)} is empty.")
        return text

    def one_of(self, key: str, kind: type[E], default: E | None = None) -> E:
        """One of the words of an enumeration."""
        word = self.text(key, default)
        if word not in kind.__members__.values():
            raise TableError(f"{self.place(key)} must be one of {', '.join(each.value for each in kind)}.")
        return kind(word)

    def flag(self, key: str, default: bool | None = None) -> bool:
        """True or false."""
        return self._typed(key, default, bool, "true or false")

    def integer(self, key: str, default: int | None = None, within: range | None = None) -> int:
        """A whole number, within a range if one is given."""
        number = self._typed(key, default, int, "a whole number")
        if within is not None and number not in within:
            raise TableError(f"{self.place(key)} must be from {within[0]} to {within[-1]}.")
        return number

    def number(self, key: str, default: float | None = None) -> float:
        """A number, whole or not."""
        number = self._typed(key, default, (int, float), "a number")
        if not math.isfinite(number):
            raise TableError(f"{self.place(key)} must be a number.")
        return float(number)

    def texts(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """A list of texts."""
        values = self._typed(key, default, (list, tuple), "a list of texts")
        if not all(isinstance(value, str) for value in values):
            raise TableError(f"{self.place(key)} must be a list of texts.")
        return tuple(values)

    def pairs(self, key: str, default: Sequence[tuple[str, str]] | None = None) -> tuple[tuple[str, str], ...]:
        """A list of pairs of texts, such as headers."""
        pairs: Sequence[Any] = self._typed(key, default, (list, tuple), "a list of pairs")
        for number, pair in enumerate(pairs, 1):
            if not isinstance(pair, (list, tuple)) or [type(part) for part in pair] != [str, str]:
                raise TableError(f"{self.place(key)}[{number}] must be a pair of texts.")
        return tuple((name, value) for name, value in pairs)

    def value(self, key: str, default: Any = None) -> Any:
        """Whatever is there."""
        return self._take(key, default)

    def table(self, key: str, *, required: bool = True) -> StrictTable:
        """An inner table; an empty one when it is missing and not required."""
        inner = StrictTable(self._take(key, None if required else {}), self.place(key))
        self._inner.append(inner)
        return inner

    def tables(self, key: str) -> tuple[StrictTable, ...]:
        """A list of inner tables, empty when it is missing."""
        values = self._typed(key, [], list, "a list of tables")
        inner = tuple(StrictTable(value, f"{self.place(key)}[{number}]") for number, value in enumerate(values, 1))
        self._inner.extend(inner)
        return inner

    def finish(self) -> None:
        """Refuse every key, here and in the inner tables, that nobody has asked for."""
        for key in self._values:
            if key not in self._asked:
                close = get_close_matches(key, self._asked, n=1)
                hint = f" Did you mean {close[0]}?" if close else ""
                raise TableError(f"{self.place(key)} is not known.{hint}")
        for inner in self._inner:
            inner.finish()

    def _typed(self, key: str, default: T | None, kind: type[T] | tuple[type, ...], what: str) -> T:
        value: T = self._take(key, default)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise TableError(f"{self.place(key)} must be {what}.")
        return value

    def _take(self, key: str, default: Any) -> Any:
        self._asked.add(key)
        if key in self._values:
            return self._values[key]
        if default is None:
            raise TableError(f"{self.place(key)} is missing.{self._near_miss(key)}")
        return default

    def _near_miss(self, key: str) -> str:
        close = get_close_matches(key, self._values.keys() - self._asked, n=1)
        return f" Did you write it as {self.place(close[0])}?" if close else ""
