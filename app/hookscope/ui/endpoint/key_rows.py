"""Keys of a response, as they are read: what becomes of the declared ones, and what else is in the body."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from hookscope.responses.passing import KeyState, PassedKey
from hookscope.ui import scales
from hookscope.ui.parts.flat_button import IconButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel

_MARKS = {
    KeyState.PASSED: ("check", "ok", "Passed on"),
    KeyState.EMPTY: ("warning", "warn", "Empty"),
    KeyState.MISSING: ("cross-circle", "bad", "Missing"),
    KeyState.NESTED: ("cross-circle", "bad", "Nested"),
    KeyState.UNKNOWN: ("ring", "muted", "Not known"),
}


class DeclaredKeys(QWidget):
    """Each declared key: its state, its type, and its value or why it has none."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Sequence[PassedKey] | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(scales.S8)

    def show_keys(self, keys: Sequence[PassedKey]) -> None:
        """Show these; the same ones stay as they are."""
        if keys != self._shown:
            self._shown = keys
            clear(self._layout)
            for each in keys:
                self._layout.addWidget(_declared(each))


class OtherKeys(QWidget):
    """The keys of the body that are not declared, muted; all but nested ones can be."""

    declare_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: list[IconButton] = []
        self._shown: tuple[Sequence[PassedKey], int] | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)

    def show_keys(self, keys: Sequence[PassedKey], more: int) -> None:
        """Show these and how many more there are; the same ones stay as they are."""
        if (keys, more) == self._shown:
            return
        self._shown = keys, more
        clear(self._layout)
        self.buttons = []
        for each in keys:
            self._layout.addWidget(self._row(each))
        if more:
            self._layout.addWidget(PlainLabel(f"and {more:,} more", role="muted"))

    def _row(self, each: PassedKey) -> QWidget:
        row = QWidget()
        row.setMinimumHeight(scales.TARGET)
        line = QHBoxLayout(row)
        line.setContentsMargins(scales.ICON + scales.S8, 0, 0, 0)
        line.setSpacing(scales.S8)
        name, value = PlainLabel(each.key, role="muted"), PlainLabel(_other_words(each), role="muted")
        for label in (name, value):
            label.setFont(scales.mono())
        if each.state is KeyState.NESTED:
            value.setFont(self.font())
        line.addWidget(name, 1)
        line.addWidget(value, 1)
        if each.state is KeyState.NESTED:
            line.addSpacing(scales.TARGET)
        else:
            line.addWidget(self._declare(each.key))
        return row

    def _declare(self, key: str) -> IconButton:
        button = IconButton("plus", f"Declare {key}")
        button.setFixedSize(scales.TARGET, scales.TARGET)
        button.clicked.connect(lambda: self.declare_asked.emit(key))
        self.buttons.append(button)
        return button


def wrapped(text: str, role: str = "") -> PlainLabel:
    """A label over several lines that no long key makes wider than its place."""
    label = PlainLabel(text, wrap=True, role=role)
    label.setMinimumWidth(1)
    return label


def clear(layout: QLayout) -> None:
    """Take all widgets out of a layout and delete them."""
    while item := layout.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()


def _declared(each: PassedKey) -> QWidget:
    row = QWidget()
    row.setAccessibleName(f"{each.key}: {', '.join(filter(None, (each.words, each.remark)))}")
    name, kind = PlainLabel(each.key, elide="middle"), PlainLabel(each.type, role="muted")
    name.setFont(scales.mono())
    grid = QGridLayout(row)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(scales.S8)
    grid.setVerticalSpacing(0)
    grid.setColumnStretch(1, 1)
    grid.addWidget(IconLabel(*_MARKS[each.state]), 0, 0)
    grid.addWidget(name, 0, 1)
    grid.addWidget(kind, 0, 2, Qt.AlignmentFlag.AlignRight)
    grid.addWidget(_words(each), 1, 1, 1, 2)
    if each.remark:
        grid.addWidget(wrapped(each.remark, "muted"), 2, 1, 1, 2)
    return row


def _words(each: PassedKey) -> PlainLabel:
    if each.state is KeyState.PASSED:
        label = PlainLabel(each.words)
        label.setFont(scales.mono())
        return label
    return wrapped(each.words, _MARKS[each.state][1])


def _other_words(each: PassedKey) -> str:
    return "nested" if each.state is KeyState.NESTED else each.words
