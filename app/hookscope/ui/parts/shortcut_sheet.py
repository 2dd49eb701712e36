"""The sheet of keys."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from hookscope.ui import scales
from hookscope.ui.actions import Entry
from hookscope.ui.parts.plain_label import PlainLabel


class ShortcutSheet(QWidget):
    """Every action that has a key, by group, in two columns; it goes into a dialog or a page of the help."""

    def __init__(self, entries: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        groups = [_group(name, list(lines)) for name, lines in groupby(entries, lambda entry: entry.group)]
        half = (len(groups) + 1) // 2
        columns = QHBoxLayout(self)
        columns.setContentsMargins(scales.S24, scales.S24, scales.S24, scales.S24)
        columns.setSpacing(scales.S32)
        for part in (groups[:half], groups[half:]):
            columns.addLayout(_column(part))
        columns.addStretch(1)


def _column(groups: Sequence[QGridLayout]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(scales.S24)
    for group in groups:
        column.addLayout(group)
    column.addStretch(1)
    return column


def _group(name: str, entries: Sequence[Entry]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(scales.S24)
    grid.setVerticalSpacing(scales.S4)
    heading = PlainLabel(name, elide="")
    heading.setFont(scales.strong())
    grid.addWidget(heading, 0, 0, 1, 2)
    for line, entry in enumerate(entries, 1):
        grid.addWidget(PlainLabel(entry.text, elide=""), line, 0)
        grid.addWidget(PlainLabel(entry.keys, elide="", role="muted"), line, 1, Qt.AlignmentFlag.AlignRight)
    return grid
