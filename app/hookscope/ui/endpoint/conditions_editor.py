"""The conditions of a rule as rows: what of the request, how it is compared, and with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hookscope.responses import Comparison, Condition, Subject
from hookscope.responses.rules import VERDICTS
from hookscope.responses.wording import COMPARISON_WORDS
from hookscope.ui import scales
from hookscope.ui.endpoint.field_rows import FieldRows
from hookscope.ui.parts.flat_button import FlatButton, IconButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel

NO_CONDITION = "Answers every request that gets here."
LIKE_HINT = "* stands for anything"
SUBJECT_WORDS = {
    Subject.METHOD: "Method",
    Subject.PATH: "Path",
    Subject.HEADER: "Header",
    Subject.QUERY: "Query",
    Subject.COOKIE: "Cookie",
    Subject.BODY: "Body (JMESPath)",
    Subject.VERDICT: "Verdict",
    Subject.ATTEMPT: "Attempt",
    Subject.EVERY: "Every nth",
}
_VERDICT_HINTS = {
    "verified": "Signed, or the token matches",
    "failed": "The signature or token is wrong, or too old",
    "unsigned": "No signature or token",
    "unavailable": "The secret could not be read",
    "unconfigured": "Not checked: no verification is set",
}
_NAME_EXAMPLES = {Subject.HEADER: "X-Event", Subject.QUERY: "Name", Subject.COOKIE: "Name"}
_VALUE_EXAMPLES = {
    Subject.METHOD: "POST",
    Subject.PATH: "/orders",
    Subject.BODY: "orderId == 'A-1'",
    Subject.ATTEMPT: "<=2",
    Subject.EVERY: "3",
}
_METHODS = ("POST", "GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_HEADERS = (
    "Accept",
    "Authorization",
    "Content-Type",
    "Host",
    "Idempotency-Key",
    "Origin",
    "Signature",
    "User-Agent",
    "X-Event",
    "X-Event-Type",
    "X-Forwarded-For",
    "X-GitHub-Event",
    "X-Request-Id",
    "X-Shopify-Topic",
    "X-Signature",
)
_NARROWEST = 72


def comparisons_of(condition: Condition) -> tuple[Comparison, ...]:
    """How its subject can be compared, in the order of the drop-down, with what the condition has now."""
    if not condition.subject.is_text:
        usual: Sequence[Comparison] = (Comparison.IS,)
    elif condition.subject is Subject.VERDICT:
        usual = (Comparison.IS, Comparison.IS_NOT)
    elif condition.subject.is_named:
        usual = tuple(Comparison)
    else:  # every request has a method and a path
        usual = [each for each in Comparison if each.has_value]
    return (*usual, *{condition.comparison}.difference(usual))


def about(condition: Condition, subject: Subject) -> Condition:
    """The condition on another subject, with what of it still makes sense."""
    if condition.subject is subject:
        return condition
    bare = Condition(subject, comparison=condition.comparison)
    comparison = bare.comparison if bare.comparison in comparisons_of(Condition(subject)) else Comparison.IS
    if condition.subject.is_named and subject.is_named:
        return Condition(subject, condition.value, condition.name, comparison)
    return Condition(subject, comparison=comparison)


class _Choice(QComboBox):
    """A drop-down that the wheel does not change while somebody scrolls past."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(scales.FIELD)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def add(self, text: str, data: str, hint: str = "") -> None:
        self.addItem(text, data)
        if hint:
            self.setItemData(self.count() - 1, hint, Qt.ItemDataRole.ToolTipRole)


class _Row(QWidget):
    """One condition: its fields, what removes it, and below them what is wrong with it."""

    changed = Signal()

    def __init__(self, condition: Condition) -> None:
        super().__init__()
        self.condition = condition
        self.subject = _Choice()
        for subject, words in SUBJECT_WORDS.items():
            self.subject.add(words, subject)
        self.name = _field()
        self.comparison = _Choice()
        self.value = _field()
        self.verdict = _Choice()
        self.verdict.setPlaceholderText("Choose one")
        for state in VERDICTS:
            self.verdict.add(state, state, _VERDICT_HINTS[state])
        self.remove = IconButton("trash", "Remove condition")
        self._sign = IconLabel("cross-circle", "bad", "Problem")
        self.problem = PlainLabel(wrap=True, role="bad")
        self._lay_out()
        self._show()
        self.mark("")
        self._connect()

    def widgets(self) -> tuple[QWidget, ...]:
        return (self,)

    def fields(self) -> tuple[QWidget, ...]:
        return self.subject, self.name, self.comparison, self.value, self.verdict, self.remove

    def number(self, number: int) -> None:
        self.subject.setAccessibleName(f"Subject of condition {number}")
        self.name.setAccessibleName(f"Name in condition {number}")
        self.comparison.setAccessibleName(f"Comparison of condition {number}")
        for field in (self.value, self.verdict):
            field.setAccessibleName(f"Value of condition {number}")
        self.remove.set_name(f"Remove condition {number}")

    def mark(self, problem: str) -> None:
        self.problem.setText(problem)
        for widget in (self._sign, self.problem):
            widget.setVisible(bool(problem))
        for field in self.fields()[:-1]:
            field.setAccessibleDescription(problem)

    def go_to(self) -> None:
        """Put the cursor where something is missing, else into the value."""
        condition = self.condition
        if condition.subject.is_named and not condition.name:
            self.name.setFocus()
        elif condition.subject is Subject.VERDICT:
            self.verdict.setFocus()
        else:
            (self.value if condition.comparison.has_value else self.comparison).setFocus()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(scales.S8)
        line.addWidget(self.subject)
        line.addWidget(self.name, 2)
        line.addWidget(self.comparison)
        line.addWidget(self.value, 3)
        line.addWidget(self.verdict)
        line.addStretch(0)
        line.addWidget(self.remove)
        below = QHBoxLayout()
        below.setSpacing(scales.S8)
        below.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self.problem, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S4)
        layout.addLayout(line)
        layout.addLayout(below)

    def _connect(self) -> None:
        self.subject.activated.connect(self._change_subject)
        self.comparison.activated.connect(self._change_comparison)
        self.verdict.activated.connect(lambda: self._change(value=self.verdict.currentData()))
        # A chosen completion sets the text without editing it.
        self.name.textChanged.connect(lambda text: self._change(name=text.strip()))
        self.value.textChanged.connect(lambda text: self._change(value=text))

    def _change_subject(self) -> None:
        changed = about(self.condition, Subject(self.subject.currentData()))
        if changed != self.condition:
            self.condition = changed
            self._show()
            self.changed.emit()

    def _change_comparison(self) -> None:
        comparison = Comparison(self.comparison.currentData())
        if comparison is not self.condition.comparison:
            # The field keeps what it holds while it is hidden.
            value = (self.condition.value or self.value.text()) if comparison.has_value else ""
            self.condition = replace(self.condition, value=value, comparison=comparison)
            self._show_places()
            self.changed.emit()

    def _change(self, **parts: str) -> None:
        before, self.condition = self.condition, replace(self.condition, **parts)  # type: ignore[arg-type]
        if self.condition != before:
            self.changed.emit()

    def _show(self) -> None:
        """Show the condition as it is."""
        condition = self.condition
        self.subject.setCurrentIndex(self.subject.findData(condition.subject.value))
        self.verdict.setCurrentIndex(self.verdict.findData(condition.value))
        with QSignalBlocker(self.name), QSignalBlocker(self.value):
            for field, text in ((self.name, condition.name), (self.value, condition.value)):
                field.setText(text)
                field.setCursorPosition(0)  # a long one is read from its start
        self.comparison.clear()
        for comparison in comparisons_of(condition):
            hint = LIKE_HINT if comparison is Comparison.LIKE else ""
            self.comparison.add(COMPARISON_WORDS[comparison], comparison, hint)
        self.comparison.setCurrentIndex(self.comparison.findData(condition.comparison.value))
        self._complete()
        self._show_places()

    def _show_places(self) -> None:
        """Show the fields that this condition has."""
        condition = self.condition
        is_verdict = condition.subject is Subject.VERDICT
        self.name.setVisible(condition.subject.is_named)
        self.comparison.setVisible(self.comparison.count() > 1)
        self.value.setVisible(condition.comparison.has_value and not is_verdict)
        self.verdict.setVisible(is_verdict)
        self.name.setPlaceholderText(_NAME_EXAMPLES.get(condition.subject, ""))
        is_like = condition.comparison is Comparison.LIKE
        self.value.setPlaceholderText(LIKE_HINT if is_like else _VALUE_EXAMPLES.get(condition.subject, "Value"))

    def _complete(self) -> None:
        subject = self.condition.subject
        _offer(self.name, _HEADERS if subject is Subject.HEADER else ())
        _offer(self.value, _METHODS if subject is Subject.METHOD else ())


class ConditionsEditor(QWidget):
    """Edits the conditions of one rule, all of which have to hold; without any it answers every request."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.empty = PlainLabel(NO_CONDITION, role="muted")
        self.add = FlatButton("Condition", icon="plus")
        self.add.setAccessibleName("Add condition")
        self._rows = FieldRows[_Row](self.add, self._count_changed)
        below = QHBoxLayout()
        below.setSpacing(scales.S8)
        below.addWidget(self.add)
        below.addWidget(self.empty, 1)
        below.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S4)
        layout.addLayout(self._rows.grid)
        layout.addLayout(below)
        layout.addStretch()
        self.add.clicked.connect(self._add_new)

    def set_conditions(self, conditions: tuple[Condition, ...]) -> None:
        """Edit these conditions from now on."""
        if conditions == self.conditions():
            return  # what has the focus keeps it
        self._rows.set(map(self._row, conditions))
        self.empty.setVisible(not conditions)

    def conditions(self) -> tuple[Condition, ...]:
        """The conditions as they are typed in, finished or not."""
        return tuple(row.condition for row in self._rows)

    def mark(self, problems: Mapping[int, str]) -> None:
        """Say what is wrong with conditions, by their number from 1; with the others nothing is."""
        for number, row in enumerate(self._rows, 1):
            row.mark(problems.get(number, ""))

    def go_to(self, number: int) -> None:
        """Put the cursor into a condition, by its number from 1."""
        if 0 < number <= len(self._rows):
            self._rows[number - 1].go_to()

    def _row(self, condition: Condition) -> _Row:
        row = _Row(condition)
        row.changed.connect(self.changed)
        return row

    def _add_new(self) -> None:
        counted = any(condition.subject is Subject.ATTEMPT for condition in self.conditions())
        self._rows.add(self._row(Condition(Subject.HEADER if counted else Subject.ATTEMPT)))
        self._count_changed()

    def _count_changed(self) -> None:
        self.empty.setVisible(not self._rows)
        self.changed.emit()


def _field() -> QLineEdit:
    field = QLineEdit()
    field.setFont(scales.mono())
    field.setFixedHeight(scales.FIELD)
    field.setMinimumWidth(_NARROWEST)
    return field


def _offer(field: QLineEdit, words: Sequence[str]) -> None:
    """Complete what is typed into the field from these words."""
    if not words:
        field.setCompleter(None)  # type: ignore[arg-type]  # deletes the one before, as does another
        return
    completer = QCompleter(list(words), field)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    field.setCompleter(completer)
