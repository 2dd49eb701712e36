"""Why there is no record, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hookscope.ui import scales
from hookscope.ui.endpoint.flow import FlowGroup
from hookscope.ui.icons import icon
from hookscope.ui.parts.flat_button import Action, FlatButton, action_button
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel

DETAIL_AT_MOST = 4_000


class FailurePage(QScrollArea):
    """A sentence, buttons, a hint, and the platform's own words, folded."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mark = IconLabel("cross-circle", "bad", "Error")
        self.sentence = _wrapped()
        self.hint = _wrapped("muted")
        self.buttons: list[FlatButton] = []
        self.unfold = FlatButton("What the platform said", icon="chevron-right")
        self.unfold.setFlat(True)
        self.unfold.setCheckable(True)
        self.unfold.toggled.connect(self._unfold)
        self.detail = _wrapped(selectable=True)
        self.detail.setFont(scales.mono())
        self.detail.setAccessibleName("What the platform said")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lay_out()

    def show_failure(self, sentence: str, actions: Sequence[Action] = (), hint: str = "", detail: str = "") -> None:
        """Say what happened; ``detail`` is text of the platform, to be shown word for word."""
        self.mark.set_icon("cross-circle", "bad", "Error")
        self.sentence.setText(sentence)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self.unfold.setChecked(False)
        self.unfold.setVisible(bool(detail))
        more = f"\n… {len(detail) - DETAIL_AT_MOST:,} more characters" if len(detail) > DETAIL_AT_MOST else ""
        self.detail.setText(detail[:DETAIL_AT_MOST] + more)
        self.detail.hide()
        self._show_buttons(actions)
        self.verticalScrollBar().setValue(0)

    def show_stopped(self, actions: Sequence[Action]) -> None:
        """Say that it was given up."""
        self.show_failure("Stopped before there was an answer.", actions)
        self.mark.set_icon("stop", "muted", "Stopped")

    def stops(self) -> list[QWidget]:
        """What Tab reaches, in order."""
        return [*self.buttons, self.unfold, self.detail]

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(scales.S8)
        first.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        first.addWidget(self.sentence, 1)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(scales.PANE, scales.PANE, scales.PANE, scales.PANE)
        self._column.setSpacing(scales.S8)
        self._column.addLayout(first)
        self._column.addWidget(self.hint)
        self._group = FlowGroup()
        self._column.addWidget(self._group)
        self._column.addWidget(self.unfold)
        self._column.addWidget(self.detail)
        self._column.addStretch(1)
        self.setWidget(content)

    def _show_buttons(self, actions: Sequence[Action]) -> None:
        self.buttons = [action_button(*action) for action in actions]
        group = FlowGroup(*self.buttons)
        self._column.replaceWidget(self._group, group)
        self._group.hide()
        self._group.deleteLater()
        self._group = group
        group.setVisible(bool(actions))

    def _unfold(self, open: bool) -> None:
        self.unfold.setIcon(icon("chevron-down" if open else "chevron-right"))
        self.detail.setVisible(open)


def _wrapped(role: str = "", *, selectable: bool = False) -> PlainLabel:
    label = PlainLabel(wrap=True, breaks=True, role=role, selectable=selectable)
    label.setMinimumWidth(1)
    return label
