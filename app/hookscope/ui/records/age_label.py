"""How long ago a record was fetched."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from hookscope.dates import day_of_year
from hookscope.ui import scales
from hookscope.ui.parts.plain_label import PlainLabel, plain_tooltip

MINUTE, HOUR, DAY = 60, 3600, 86_400
SLOW = 30  # seconds between two looks at the clock, once the first minute is over


class Age(NamedTuple):
    """The words, and after how many seconds to look again."""

    words: str
    look_in: int


def age(seconds: float) -> Age:
    """*fetched 3 s ago*, *fetched 4 min ago*; a clock that was put back makes it now."""
    passed = max(0, int(seconds))
    if passed < MINUTE:
        return Age(f"fetched {passed} s ago" if passed else "fetched just now", 1)
    for unit, word, over in ((MINUTE, "min", HOUR), (HOUR, "h", DAY)):
        if passed < over:
            return Age(f"fetched {passed // unit} {word} ago", SLOW)
    return Age(f"fetched {passed // DAY} d ago", SLOW)


class AgeLabel(PlainLabel):
    """Follows the time while it is seen, and then only as often as its words change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(role="muted", parent=parent)
        self._fetched_at = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._say)
        self.setFont(scales.tabular(self.font()))

    def set_time(self, fetched_at: float) -> None:
        """Tell the age of this moment (seconds since 1970)."""
        self._fetched_at = fetched_at
        then = datetime.fromtimestamp(fetched_at, UTC).astimezone()
        self.setToolTip(plain_tooltip(f"{day_of_year(then)} {then:%H:%M:%S}"))
        self._say()

    @property
    def follows(self) -> bool:
        """Whether it looks at the clock again."""
        return self._timer.isActive()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._say()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _say(self) -> None:
        words, look_in = age(time.time() - self._fetched_at)
        self.setText(words)
        if self.isVisible():
            self._timer.start(look_in * 1000)
