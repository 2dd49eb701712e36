"""The tab *Response* of an endpoint: its rules and its default response as one draft, until it is applied."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from hookscope.endpoints import Endpoint, EndpointError, ForwardNotAllowed, ResponseKey
from hookscope.responses import BodyKind, FileFailure, Files, Flaw, Response, Rule, RuleSet, rule_set_flaws
from hookscope.responses.senders import sender_of
from hookscope.responses.sequences import SequenceFlaw, sequence_rules
from hookscope.ui import scales
from hookscope.ui.endpoint import rule_edits as edits
from hookscope.ui.endpoint.crossing import Crossing
from hookscope.ui.endpoint.history import History
from hookscope.ui.endpoint.line import Line, UprightLine
from hookscope.ui.endpoint.passing_panel import PassingLine, PassingPanel
from hookscope.ui.endpoint.response_question import Question, question
from hookscope.ui.endpoint.rule_editor import RuleEditor
from hookscope.ui.endpoint.rule_list import RuleList
from hookscope.ui.endpoint.sequence_row import SequenceRow
from hookscope.ui.endpoint.wording import clock, counted
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.message_bar import MessageBar
from hookscope.ui.parts.plain_label import PlainLabel

if TYPE_CHECKING:
    from hookscope.program import Program

SETTLE_MS = 300  # without an edit, before a draft is checked and kept
PANEL_FROM, LIST_FROM = 1080, 820  # under these widths what is passed on is one line, and the rules are a drop-down
ASK, TOLD = "ask", "told"


class ResponseEditor(QWidget):
    """Edits what an endpoint answers. Edits are a draft that is kept at once; requests get it from *Apply* on."""

    draft_changed = Signal(bool)  # whether there is something to apply
    message = Signal(str)
    prove_requested = Signal(int)  # that what this endpoint answers comes through

    def __init__(self, program: Program, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._program = program
        self._endpoints = program.endpoints
        self._files = Files(program.files.folder)  # each belongs to one thread
        self._crossing = Crossing(self)
        self._endpoint: Endpoint | None = None
        self._draft = RuleSet()
        self._sent = 0
        self._flaws: list[Flaw] = []
        self._agreed: set[int] = set()  # the statuses that the user wants in spite of what they do
        self._previewed: bytes | None = None
        self._loading = False
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self.notes = MessageBar()
        self.sequence = SequenceRow()
        self.rules = RuleList()
        self.editor = RuleEditor(program)
        self.panel = PassingPanel()
        self.passing = PassingLine()
        self.state = PlainLabel(role="muted")
        self.discard_button = FlatButton("Discard")
        self.apply_button = FlatButton("Apply", primary=True)
        self.form = self.editor.form
        self._lay_out()
        self._connect()

    def show_endpoint(self, endpoint: Endpoint) -> None:
        """Edit what this endpoint answers, from its draft when it has one."""
        self.flush()
        before, self._endpoint = self._endpoint, endpoint
        if before is None or before.id != endpoint.id:
            self._sent = 0
            self._forget_questions()
            self.sequence.hide()
            self._load(0)
        elif (before.rule_set, before.sender) != (endpoint.rule_set, endpoint.sender):
            self._load(self.rules.row())  # what was edited here is a draft by now, and stays
        self._fit()
        self._check()

    def show_history(self, history: History) -> None:
        """Take over how often the response was sent, and how often each rule answered."""
        self._sent = history.sent
        if self.isVisible():
            self.form.look_again()
        self.rules.show_counts(history.by_rule, history.total)
        self._describe()

    def show_rule(self, name: str) -> None:
        """Choose the rule with this name, the default response for ``""`` or one that there is no more."""
        names = edits.names(self._draft)
        self._show(names.index(name) if name in names else len(names))

    def add_rule(self, rule: Rule) -> None:
        """Add a rule before the others to the draft, and choose it."""
        self._take(edits.inserted(self._draft, 0, edits.with_free_name(self._draft, rule)), 0)

    def has_draft(self) -> bool:
        """Whether the rules differ from what requests get now."""
        return self._endpoint is not None and self._draft != self._endpoint.rule_set

    def apply(self) -> None:
        """Let requests get the draft from the next one on; one that cannot be sent shows where it is wrong."""
        self._check()
        if self._endpoint is None or not self.has_draft():
            return
        if self._flaws:
            self._go_to(self._flaws[0])
        elif asked := question(sender_of(self._endpoint.sender), self._endpoint.rule_set, self._draft, self._agreed):
            self._ask_in_draft(asked)
        else:
            self._save()

    def discard(self) -> None:
        """Go back to what requests get now."""
        if self._endpoint:
            self._forget_questions()
            self._endpoints.keep_draft(self._endpoint.id, None)
            self._load(self.rules.row())
            self._check()

    def ask_status(self, asked: Question, then: Callable[[], None]) -> None:
        """Ask whether a status is wanted in spite of what it does; ``then`` comes when it is."""
        self._ask(asked.sentence, f"Use {asked.status}", then)

    def flush(self) -> None:
        """Keep the draft now instead of in a moment."""
        if self._settle.isActive():
            self._check()

    def hideEvent(self, event: QHideEvent) -> None:
        self.flush()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        last = self._last.minimumSize().width()
        narrowest = max(self.editor.minimumSizeHint().width(), self.rules.narrowest(), last)
        return QSize(narrowest, super().minimumSizeHint().height())  # as it can be, also while it is wide

    # --- how it is built ---------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.discard_button.setToolTip("Go back to what requests get now")
        self._edge, self._panel_edge = UprightLine(), UprightLine()
        self._under = Line()
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.editor, 1)
        middle.addWidget(self.passing)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(0)
        self._columns.addWidget(self.rules)
        self._columns.addWidget(self._edge)
        self._columns.addWidget(self._under)
        self._columns.addLayout(middle, 1)
        self._columns.addWidget(self._panel_edge)
        self._columns.addWidget(self.panel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notes)
        layout.addWidget(self.sequence)
        layout.addLayout(self._columns, 1)
        layout.addWidget(Line())
        self._last = self._last_line()
        layout.addLayout(self._last)
        self._fit()

    def _last_line(self) -> QHBoxLayout:
        last = QHBoxLayout()
        last.setContentsMargins(scales.PANE, scales.S8, scales.PANE, scales.S8)
        last.setSpacing(scales.S8)
        last.addWidget(self.state, 1)
        last.addWidget(self.discard_button)
        last.addWidget(self.apply_button)
        return last

    def _fit(self) -> None:
        """Show beside the editor what there is room for."""
        narrow, slim = self.width() < LIST_FROM, self.width() < PANEL_FROM
        self.rules.set_narrow(narrow)
        direction = QBoxLayout.Direction
        self._columns.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self._edge.setVisible(not narrow)
        self._under.setVisible(narrow)
        passes_on = self._endpoint is not None and sender_of(self._endpoint.sender).reads_response
        for widget in (self._panel_edge, self.panel):
            widget.setVisible(passes_on and not slim)
        self.passing.setVisible(passes_on and slim)

    def _connect(self) -> None:
        self._settle.timeout.connect(self._check)
        self.rules.chosen.connect(self._show)
        self.rules.edited.connect(self._take)
        self.rules.added.connect(self.editor.head.begin)
        self.rules.rename_asked.connect(self.editor.head.enter_name)
        self.rules.sequence_asked.connect(self.sequence.open_row)
        self.rules.count_anew_asked.connect(self._count_anew)
        self.sequence.submitted.connect(self._add_sequence)
        self.sequence.closed.connect(self._close_sequence)
        self.editor.changed.connect(self._edited)
        self.form.previewed.connect(self._take_preview)
        self.editor.move_asked.connect(self.rules.move_by)
        for place in (self.panel, self.passing):
            place.keys_edited.connect(self._set_keys)
            place.prove_requested.connect(self._ask_proof)
        self.discard_button.clicked.connect(self.discard)
        self.apply_button.clicked.connect(self.apply)

    # --- the draft ---------------------------------------------------------------------------------------------------

    def _load(self, row: int) -> None:
        if self._endpoint:
            self._settle.stop()
            self._draft = self._endpoints.draft(self._endpoint.id) or self._endpoint.rule_set
            self._show(row)

    def _show(self, row: int) -> None:
        """Show the draft with this row chosen."""
        if self._endpoint is None:
            return
        self._loading = True
        self.rules.show_rules(self._draft, row)
        self.editor.show_row(self._endpoint.id, self._endpoint.sender, self._draft, self.rules.row())
        self._loading = False
        self._show_flaws()
        self._show_passing()

    def _take(self, draft: RuleSet, row: int) -> None:
        """The rules were edited as a whole."""
        self._draft = draft
        self._show(row)
        self._begin_settling()

    def _edited(self) -> None:
        """The row that is shown was edited."""
        if not self._loading:
            self._draft = self.editor.edited(self._draft)
            self.rules.show_rules(self._draft, self.rules.row())
            self._begin_settling()

    def _begin_settling(self) -> None:
        self._forget_questions()
        self._settle.start()
        self._enable(True)

    def _check(self) -> None:
        """Look for flaws, and keep the draft."""
        self._settle.stop()
        if self._endpoint is None:
            return
        self._flaws = rule_set_flaws(self._draft)
        self._show_flaws()
        self._show_passing()
        draft = self._draft if self.has_draft() else None
        if draft != self._endpoints.draft(self._endpoint.id):
            self._endpoints.keep_draft(self._endpoint.id, draft)
        self._describe()

    def _row_of(self, flaw: Flaw) -> int:
        return flaw.rule - 1 if flaw.rule else len(self._draft.rules)

    def _show_flaws(self) -> None:
        said = {self._row_of(flaw): flaw.message for flaw in reversed(self._flaws)}
        self.rules.show_flaws(said)
        row = self.rules.row()
        self.editor.show_flaws([flaw for flaw in self._flaws if self._row_of(flaw) == row])

    def _go_to(self, flaw: Flaw) -> None:
        self._show(self._row_of(flaw))
        self.editor.go_to(flaw)

    def _describe(self) -> None:
        if self._endpoint is None:
            return
        drafted = self.has_draft()
        applied_us, now = self._endpoints.applied_us(self._endpoint.id), datetime.now(UTC)
        if drafted:
            self.state.setText(
                f"Draft. Requests still get the response applied at {clock(applied_us, now, seconds=False)}."
            )
        else:
            self.state.setText(f"In use since {clock(applied_us, now)}, {_times(self._sent)}.")
        self._enable(drafted)

    def _enable(self, drafted: bool) -> None:
        self.discard_button.setEnabled(drafted)
        self.apply_button.setEnabled(drafted)
        self.draft_changed.emit(drafted)

    # --- applying ----------------------------------------------------------------------------------------------------

    def _save(self) -> None:
        if self._endpoint:
            edit = partial(_with_rules, rule_set=self._draft)
            self._crossing.follow(self._endpoints.change(self._endpoint.id, edit), self._saved)

    def _saved(self, done: Future[Endpoint]) -> None:
        try:
            done.result()
        except ForwardNotAllowed as error:
            self._ask_forward(error.host)
        except EndpointError as error:
            self.message.emit(str(error))
        except sqlite3.Error as error:
            self.message.emit(f"The response could not be applied ({error}). Requests get the one before. Try again.")

    def _ask_in_draft(self, asked: Question) -> None:
        def use() -> None:
            self._agreed.add(asked.status)
            self.apply()

        self._show(asked.row)
        self.ask_status(asked, use)

    def _ask_forward(self, host: str) -> None:
        if self._endpoint is None:
            return

        def allow() -> None:
            self._crossing.follow(self._endpoints.allow_forward(host), lambda done: self._save())

        where = self._endpoint.path or "every other path"
        sentence = f"Requests to {where} would be forwarded to {host}, off this computer, with headers and body."
        self._ask(f"{sentence} Allow that host?", f"Allow {host}", allow)

    def _ask(self, sentence: str, word: str, then: Callable[[], None]) -> None:
        def agree() -> None:
            self.rules.focus()  # the button goes away
            then()

        self.notes.show_message(sentence, "warn", [("Cancel", self.rules.focus), (word, agree)], key=ASK)
        cancel = [button for button in self.notes.findChildren(FlatButton) if button.text() == "Cancel"]
        cancel[-1].setFocus()

    def _forget_questions(self) -> None:
        self._agreed.clear()
        for key in (ASK, TOLD):
            self.notes.dismiss(key)

    # --- what belongs to no rule -------------------------------------------------------------------------------------

    def _show_passing(self) -> None:
        if self._endpoint is None:
            return
        row, rules = self.rules.row(), self._draft.rules
        response = rules[row].response if row < len(rules) else self._draft.default
        rendered = self._rendered(response)
        for place in (self.panel, self.passing):
            place.show_response(response, rendered, self._endpoint.response_keys)

    def _rendered(self, response: Response) -> bytes | None:
        """The body as it would go out, where it is not what is typed in."""
        if response.kind is BodyKind.TEMPLATE:
            return self._previewed
        if response.kind is not BodyKind.FILE:
            return None
        try:
            return self._files.read(response.body)
        except FileFailure:
            return None

    def _take_preview(self, rendered: bytes | None) -> None:
        self._previewed = rendered
        self._show_passing()

    def _set_keys(self, keys: tuple[ResponseKey, ...]) -> None:
        if self._endpoint:
            edit = partial(_with_keys, keys=keys)
            self._crossing.follow(self._endpoints.change(self._endpoint.id, edit), self._saved)

    def _ask_proof(self) -> None:
        if self._endpoint:
            self.prove_requested.emit(self._endpoint.id)

    def _count_anew(self) -> None:
        if self._endpoint:
            self._program.count_anew(self._endpoint)
            self.notes.show_message("The next request of every message counts as attempt 1.", key=TOLD)

    def _close_sequence(self) -> None:
        self.sequence.hide()
        self.rules.focus()

    def _add_sequence(self, text: str) -> None:
        try:
            rules = sequence_rules(text, self._draft.default, edits.names(self._draft))
        except SequenceFlaw as flaw:
            self.sequence.show_flaw(str(flaw))
        else:
            self._take(edits.inserted(self._draft, 0, *rules), 0)
            self._close_sequence()


def _with_rules(before: Endpoint, rule_set: RuleSet) -> Endpoint:
    return replace(before, rules=rule_set.rules, response=rule_set.default)


def _with_keys(before: Endpoint, keys: tuple[ResponseKey, ...]) -> Endpoint:
    return replace(before, response_keys=keys)


def _times(sent: int) -> str:
    if sent == 0:
        return "not sent yet"
    return "sent once" if sent == 1 else f"sent {counted(sent, 'time', 'times')}"
