"""Ids in a cell that lead to their records: which of them are shown, and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from hookscope.ui import scales
from hookscope.visible import visible

TypesOf = Callable[[str, str], tuple[str, ...]]
"""The types of ids that a value has the shape of, under a name."""

GAP = scales.S12
_LEAST_TEXT = 24


def no_types(value: str, key: str) -> tuple[str, ...]:
    """Takes no value for an id."""
    return ()


class IdLink(NamedTuple):
    """A word that leads to a record: what is shown, the id, and its type (empty: the first that fits)."""

    text: str
    id: str
    type: str = ""


class Extras(NamedTuple):
    """What a cell has beside its text: links, which take its place, and else a word behind it."""

    links: tuple[IdLink, ...] = ()
    remark: str = ""


class Placed(NamedTuple):
    """A link as it is shown; ``left`` counts from where the text of the cell begins."""

    link: IdLink
    text: str
    left: int
    width: int


class Laid(NamedTuple):
    """The links that have room, and how many more there are (*+3*)."""

    links: tuple[Placed, ...]
    rest: str = ""
    rest_left: int = 0

    @property
    def width(self) -> int:
        """Where the last link ends; what is behind it does not count."""
        return self.links[-1].left + self.links[-1].width if self.links else 0


def lay(links: Sequence[IdLink], room: int, metrics: QFontMetrics, tail: int = 0) -> Laid:
    """As many links side by side as fit, the first one elided if need be; each has a ``tail`` for its icon."""
    texts = [visible(link.text) for link in links]
    widths = [metrics.horizontalAdvance(text) + tail for text in texts]
    count = len(links)
    while count > 1 and sum(widths[:count]) + GAP * (count - 1) + _rest(len(links) - count, metrics) > room:
        count -= 1
    if count == 1:
        first = max(room - _rest(len(links) - 1, metrics) - tail, 0)
        texts[0] = metrics.elidedText(texts[0], Qt.TextElideMode.ElideMiddle, first)
        widths[0] = metrics.horizontalAdvance(texts[0]) + tail
    placed: list[Placed] = []
    left = 0
    for link, text, width in zip(links[:count], texts, widths, strict=False):
        placed.append(Placed(link, text, left, width))
        left += width + GAP
    return Laid(tuple(placed), f"+{len(links) - count}" if count < len(links) else "", left)


def room_beside(remark: int, room: int) -> int:
    """The room for a text that has a remark of this width behind it, which is seen before the whole text is."""
    return max(room - scales.S8 - remark - 1, min(room, _LEAST_TEXT))  # one more: advances are rounded


def _rest(count: int, metrics: QFontMetrics) -> int:
    return GAP + metrics.horizontalAdvance(f"+{count}") if count else 0
