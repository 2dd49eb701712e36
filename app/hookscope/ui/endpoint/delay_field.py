"""The delay of a response: a slider on which the sender's limit is marked, and a field for the seconds."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QWidget,
)

from hookscope.responses.model import LONGEST_DELAY_S
from hookscope.ui import scales
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.tokens import tokens

SLIDER_S = 120
SLIDER_WIDTH = 120
MARK = 2  # pixels


class DelayField(QWidget):
    """Edits a delay in seconds; one that is not edited comes back as it was given, with all its digits."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._delay_s = 0.0
        self.slider = LimitSlider()
        self.seconds = QDoubleSpinBox()
        self._lay_out()
        self.slider.valueChanged.connect(self.seconds.setValue)
        self.seconds.valueChanged.connect(self._take)

    def set_delay(self, delay_s: float, limit_s: float | None) -> None:
        """Show this delay, and the limit of the sender as a mark; ``None`` for no limit."""
        with QSignalBlocker(self.seconds):
            self.seconds.setValue(delay_s)
        self._delay_s = delay_s
        self.slider.set_limit(limit_s)
        self._follow()

    def delay(self) -> float:
        """The delay in seconds."""
        return self._delay_s

    def _lay_out(self) -> None:
        self.seconds.setRange(0, LONGEST_DELAY_S)
        self.seconds.setDecimals(1)
        self.seconds.setSuffix(" s")
        self.seconds.setFixedHeight(scales.FIELD)
        self.seconds.setAccessibleName("Delay")
        label = PlainLabel("Delay", elide="", role="muted")
        label.setBuddy(self.seconds)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S8)
        for widget in (label, self.slider, self.seconds):
            layout.addWidget(widget)

    def _take(self, seconds: float) -> None:
        self._delay_s = seconds
        self._follow()
        self.changed.emit()

    def _follow(self) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(self.seconds.value()))


class LateHint(QWidget):
    """What the sender does about a delay that is too long; hidden while it is not."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = IconLabel("clock", "warn", "Warning")
        self.label = PlainLabel(role="warn")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S4)
        layout.addWidget(self._icon)
        layout.addWidget(self.label)
        self.hide()

    def show_words(self, words: str) -> None:
        """Say this, or nothing with ``""``."""
        self.label.setText(words)
        self.setVisible(bool(words))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), scales.FIELD)


class LimitSlider(QSlider):
    """From 0 to 120 seconds, with an upright mark where the sender gives up."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._limit_s: float | None = None
        self.setRange(0, SLIDER_S)
        self.setPageStep(10)
        self.setFixedSize(SLIDER_WIDTH, scales.FIELD)
        self.setAccessibleName("Delay up to 120 seconds")

    def set_limit(self, limit_s: float | None) -> None:
        """Mark these seconds; ``None`` marks nothing."""
        self._limit_s = limit_s
        words = f"The mark is where the sender gives up: {limit_s:g} s" if limit_s else ""
        self.setToolTip(words)
        self.setAccessibleDescription(words)
        self.update()

    def mark(self) -> QRect:
        """The place of the mark; nothing without a limit, or with one beyond the slider."""
        if self._limit_s is None or self._limit_s > SLIDER_S:
            return QRect()
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        part = QStyle.SubControl
        groove = self._part(option, part.SC_SliderGroove)
        handle = self._part(option, part.SC_SliderHandle).width()
        way = groove.width() - handle
        x = groove.left() + handle // 2 + round(way * self._limit_s / SLIDER_S) - MARK // 2
        return QRect(x, scales.S4, MARK, self.height() - 2 * scales.S4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.mark(), tokens(self).color("bad" if self._is_past() else "field_border"))
        painter.end()
        super().paintEvent(event)  # the handle stands over the mark

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def _is_past(self) -> bool:
        return self._limit_s is not None and self.value() > self._limit_s

    def _part(self, option: QStyleOptionSlider, part: QStyle.SubControl) -> QRect:
        return self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)
