"""The middle of the tab *Response*: one rule with its conditions, or the default response."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hookscope.responses import Flaw, RuleSet
from hookscope.ui.endpoint import rule_edits as edits
from hookscope.ui.endpoint.form_area import FormArea
from hookscope.ui.endpoint.response_form import ResponseForm
from hookscope.ui.endpoint.rule_head import RuleHead

if TYPE_CHECKING:
    from hookscope.program import Program

ROOMY = 380  # pixels of height from which the conditions have room beside the response
_OF_THE_RULE = ("name", "when")


class RuleEditor(QWidget):
    """Edits one row of a rule set; the row after the last rule is the default response."""

    changed = Signal()
    move_asked = Signal(int)

    def __init__(self, program: Program) -> None:
        super().__init__()
        self._row = 0
        self._place = (0, 0, "")
        self.head = RuleHead()
        self.form = ResponseForm(program=program)
        self._lay_out()
        self.head.changed.connect(self.changed)
        self.form.changed.connect(self.changed)
        self.head.move_asked.connect(self.move_asked)

    def show_row(self, endpoint_id: int, sender: str, rule_set: RuleSet, row: int) -> None:
        """Edit a row of the rules of an endpoint; what is on show already keeps its cursor."""
        is_rule = row < len(rule_set.rules)
        response = rule_set.rules[row].response if is_rule else rule_set.default
        place = (endpoint_id, row, sender)
        if (place[0], place[1]) != (self._place[0], self._place[1]):
            self.head.fold_again()
        if place != self._place or response != self.form.response():
            self.form.set_place(endpoint_id)
            self.form.set_response(response, sender)
        self._place, self._row = place, row
        self.head.setVisible(is_rule)
        if is_rule:
            self.head.set_rule(rule_set.rules[row], first=row == 0, last=row + 1 == len(rule_set.rules))

    def edited(self, rule_set: RuleSet) -> RuleSet:
        """The rule set with its row as it is typed in."""
        response = self.form.response()
        if self._row >= len(rule_set.rules):
            return replace(rule_set, default=response)
        return edits.changed(rule_set, self._row, replace(self.head.rule(), response=response))

    def show_flaws(self, flaws: Sequence[Flaw]) -> None:
        """Mark what is wrong with the row."""
        self.head.show_flaws([flaw for flaw in flaws if flaw.place in _OF_THE_RULE])
        self.form.show_flaws([flaw for flaw in flaws if flaw.place not in _OF_THE_RULE])

    def go_to(self, flaw: Flaw) -> None:
        """Put the cursor where a flaw of the row is."""
        (self.head if flaw.place in _OF_THE_RULE else self.form).go_to(flaw)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._inner.minimumSizeHint().width(), 0)  # it is scrolled

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.head.set_roomy(self.height() >= ROOMY)

    def _lay_out(self) -> None:
        self._inner = QWidget()
        inner = QVBoxLayout(self._inner)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self.head)
        inner.addWidget(self.form, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(FormArea(self._inner))
