"""What the window remembers from one run to the next (a JSON object among the settings)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QRect
from PySide6.QtGui import QScreen

FILTERS_KEPT = 20
SCREEN_SETS_KEPT = 8


@dataclass(frozen=True, slots=True)
class WindowMemory:
    """Sizes in logical pixels, 0 for *not chosen yet*; ``looked``: the newest delivery each endpoint's list showed."""

    places: Mapping[str, Any] = field(default_factory=dict)  # screen set → [x, y, width, height, maximised]
    sidebar: int = 0
    inspector_height: int = 0
    inspector_width: int = 0
    inspector_open: bool = True
    inspector_right: bool = False
    record_open: bool = False
    record_width: int = 0
    endpoint: int = 0
    columns: Mapping[str, Any] = field(default_factory=dict)
    delivery_view: Mapping[str, Any] = field(default_factory=dict)
    endpoint_view: Mapping[str, Any] = field(default_factory=dict)
    filters: Sequence[Any] = ()
    looked: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> WindowMemory:
        """From the settings; what has the wrong type there is taken as never set."""
        default = cls()
        kept: dict[str, Any] = {}
        for item in fields(cls):
            value, wanted = data.get(item.name), getattr(default, item.name)
            if _same_kind(value, wanted):
                kept[item.name] = value
        memory = cls(**kept)
        return replace(memory, filters=tuple(text for text in memory.filters if isinstance(text, str))[:FILTERS_KEPT])

    def as_json(self) -> dict[str, Any]:
        """For the settings."""
        return {item.name: _plain(getattr(self, item.name)) for item in fields(self)}

    def without_layout(self) -> WindowMemory:
        """After *Reset the layout*: what the user looked at stays, sizes and columns go."""
        return WindowMemory(endpoint=self.endpoint, filters=self.filters, looked=self.looked)

    def with_filter(self, text: str) -> WindowMemory:
        """With this text as the newest of the filter history."""
        rest = [known for known in self.filters if known != text]
        return replace(self, filters=(text, *rest)[:FILTERS_KEPT])

    def place(self, screens: str) -> tuple[QRect, bool] | None:
        """Where the window was on this set of screens and whether it was maximised."""
        value = self.places.get(screens)
        if not isinstance(value, list) or len(value) != 5 or not all(isinstance(item, int) for item in value):
            return None
        return QRect(*value[:4]), bool(value[4])

    def with_place(self, screens: str, place: QRect, maximised: bool) -> WindowMemory:
        """With a new place on this set of screens."""
        others = [(key, value) for key, value in self.places.items() if key != screens]
        newest = (screens, [place.x(), place.y(), place.width(), place.height(), int(maximised)])
        return replace(self, places=dict([*others, newest][-SCREEN_SETS_KEPT:]))


class Peek(NamedTuple):
    """What the window needs to know before the settings are really read."""

    theme: str
    memory: WindowMemory

    @classmethod
    def of(cls, theme: Any, window: Any) -> Peek:
        """From the settings' values, whatever they are."""
        return cls(theme if isinstance(theme, str) else "system", WindowMemory.read(_mapping(window)))


def peek(folder: Path) -> Peek:
    """The look of the window from the settings file as it is; what is wrong with that is said by who reads it all."""
    try:
        values = _mapping(json.loads((folder / "settings.json").read_text("utf-8")))
    except (OSError, ValueError, RecursionError):
        values = {}
    return Peek.of(values.get("theme"), values.get("window"))


def screen_set(screens: Sequence[QScreen]) -> str:
    """A name for the screens as they stand now: ``1920x1080+0+0 1280x720+1920+0``."""
    areas = sorted((screen.geometry() for screen in screens), key=lambda area: (area.x(), area.y()))
    return " ".join(f"{area.width()}x{area.height()}+{area.x()}+{area.y()}" for area in areas)


def _same_kind(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, bool):
        return isinstance(value, bool)
    if isinstance(wanted, int):
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if isinstance(wanted, Mapping):
        return isinstance(value, Mapping)
    return isinstance(value, Sequence) and not isinstance(value, str)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value
