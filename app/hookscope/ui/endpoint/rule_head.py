"""What a rule has beside its response: its name, its place among the others, and its conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hookscope.responses import Flaw, Rule
from hookscope.responses.wording import condition_words
from hookscope.ui import scales
from hookscope.ui.endpoint.conditions_editor import ConditionsEditor
from hookscope.ui.endpoint.line import Line
from hookscope.ui.parts.flat_button import FlatButton, IconButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel

NAME_WIDTH = 200


class RuleHead(QWidget):
    """Edits name and conditions; these are folded into one line where there is little room."""

    changed = Signal()
    move_asked = Signal(int)  # down by so many places

    def __init__(self) -> None:
        super().__init__()
        self._rule = Rule("")
        self._roomy = True
        self._unfolded: bool | None = None  # as the user chose it
        self._loading = False
        self.name = QLineEdit()
        self.fold = FlatButton("Conditions")
        self.up = IconButton("chevron-up", "Move the rule up (Ctrl+Up in the list)")
        self.down = IconButton("chevron-down", "Move the rule down (Ctrl+Down in the list)")
        self.conditions = ConditionsEditor()
        self.problem = PlainLabel(role="bad", wrap=True)
        self.summary = PlainLabel(role="muted")
        self._problem_row = QWidget()
        self._lay_out()
        self.name.textEdited.connect(self._tell)
        self.conditions.changed.connect(self._tell)
        self.fold.clicked.connect(self._choose_fold)
        self.up.clicked.connect(lambda: self.move_asked.emit(-1))
        self.down.clicked.connect(lambda: self.move_asked.emit(1))

    def set_rule(self, rule: Rule, *, first: bool, last: bool) -> None:
        """Edit this rule from now on, which is the first or the last one or neither."""
        self._loading = True
        if rule.name != self.name.text():
            self.name.setText(rule.name)
            self.name.setCursorPosition(0)  # a long one is read from its start
        if rule.when != self.conditions.conditions():
            self.conditions.set_conditions(rule.when)
        self._loading = False
        self._rule = rule
        self.up.setEnabled(not first)
        self.down.setEnabled(not last)
        self._describe()

    def rule(self) -> Rule:
        """The rule as it is typed in, with the response it was given."""
        return replace(self._rule, name=self.name.text(), when=self.conditions.conditions())

    def show_flaws(self, flaws: Sequence[Flaw]) -> None:
        """Mark what is wrong with name and conditions and say why."""
        name = next((flaw.message for flaw in flaws if flaw.place == "name"), "")
        self.problem.setText(name)
        self._problem_row.setVisible(bool(name))
        self.conditions.mark({flaw.line: flaw.message for flaw in flaws if flaw.place == "when"})

    def go_to(self, flaw: Flaw) -> None:
        """Put the cursor where a flaw is."""
        if flaw.place == "name":
            self.enter_name()
        else:
            self.unfold()
            self.conditions.go_to(flaw.line)

    def enter_name(self) -> None:
        """Put the cursor into the name, which the next letter replaces."""
        self.name.setFocus()
        self.name.selectAll()

    def begin(self) -> None:
        """Show all of a new rule, which gets its name first."""
        self.unfold()
        self.enter_name()

    def unfold(self) -> None:
        """Show the conditions whatever room there is."""
        self._unfolded = True
        self._describe()

    def fold_again(self) -> None:
        """Show the conditions only where there is room, as at first."""
        self._unfolded = None
        self._describe()

    def set_roomy(self, roomy: bool) -> None:
        """Whether there is room for the conditions beside the rest."""
        if roomy != self._roomy:
            self._roomy = roomy
            self._describe()

    def _lay_out(self) -> None:
        self.name.setAccessibleName("Name of the rule")
        self.name.setFixedHeight(scales.FIELD)
        self.name.setMaximumWidth(NAME_WIDTH)
        self.fold.setCheckable(True)
        label = PlainLabel("Rule", elide="", role="muted")
        label.setBuddy(self.name)
        first = QHBoxLayout()
        first.setContentsMargins(scales.PANE, scales.S8, scales.PANE, scales.S8)
        first.setSpacing(scales.S8)
        first.addWidget(label)
        first.addWidget(self.name, 1)
        first.addWidget(self.fold)
        first.addWidget(self.summary, 2)
        first.addWidget(self.up)
        first.addWidget(self.down)
        problem = QHBoxLayout(self._problem_row)
        problem.setContentsMargins(scales.PANE, 0, scales.PANE, scales.S8)
        problem.setSpacing(scales.S8)
        problem.addWidget(IconLabel("cross-circle", "bad", "Error"))
        problem.addWidget(self.problem, 1)
        self._problem_row.hide()
        self.conditions.setContentsMargins(scales.PANE, 0, scales.PANE, scales.S8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(first)
        layout.addWidget(self._problem_row)
        layout.addWidget(self.conditions)
        layout.addWidget(Line())

    def _choose_fold(self, unfolded: bool) -> None:
        self._unfolded = unfolded
        self._describe()

    def _tell(self) -> None:
        if not self._loading:
            self._describe()
            self.changed.emit()

    def _describe(self) -> None:
        when = self.conditions.conditions()
        unfolded = self._roomy if self._unfolded is None else self._unfolded
        self.fold.setText(f"Conditions {len(when)}" if when else "Conditions")
        self.fold.setChecked(unfolded)
        self.conditions.setVisible(unfolded)
        words = " and ".join(map(condition_words, when)) or "every request"
        self.summary.setText("" if unfolded else words)
