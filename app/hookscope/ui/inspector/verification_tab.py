"""The *Verification* tab: what was found at arrival, what may be wrong, and what today's check says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hookscope.endpoints import Endpoint, EndpointError
from hookscope.ui import scales
from hookscope.ui.deliveries.words import was_turned_away
from hookscope.ui.endpoint.crossing import Crossing
from hookscope.ui.inspector.content import Content
from hookscope.ui.inspector.copying import copying, popup
from hookscope.ui.inspector.link_button import LinkButton
from hookscope.ui.inspector.second_look import SecondLook
from hookscope.ui.inspector.verdict_block import VerdictBlock
from hookscope.ui.inspector.verdict_story import VerdictStory, is_other, is_same, tell, which_secret
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.relay import Relay

if TYPE_CHECKING:
    from hookscope.program import Program
    from hookscope.verification import Repair, Verdict

SET = "Set. From the next request on this is used."
NOT_SET = "It could not be saved. Try again."
WAITING = "Waiting for the keyring. If it asks to be unlocked, answer it."
STAYS = "What was recorded at arrival stays."
WIDEST = 760
CHOOSE, AGAIN, THIS_AGAIN = "Choose one", "Check again", "Check this delivery again"

_CONFIGURE: Mapping[str, str] = {
    "invalid_secret": "Enter another",
    "key_unavailable": "Enter another",
    "secret_missing": "Enter one",
    "keyring_absent": "Enter one",
}
_INDENT = scales.ICON + scales.S8


class VerificationTab(QScrollArea):
    """Tells the verdict that was recorded at arrival and, where it is another one, what today's check comes to.

    ``configure_requested`` asks for the verification of the endpoint.
    """

    configure_requested = Signal()

    def __init__(self, program: Program, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._program = program
        self._content: Content | None = None
        self._story: VerdictStory | None = None
        self._now: Verdict | None = None
        self._asked = False
        self._look = SecondLook(program, self)
        self._crossing = Crossing(self)
        self._relay = Relay(program)
        self.turned_away = PlainLabel(wrap=True)
        self.recorded = VerdictBlock()
        self.configure = FlatButton(CHOOSE)
        self.unlock = FlatButton("Unlock and check again")
        self.again = FlatButton(AGAIN)
        self.question = LinkButton()
        self.answer = PlainLabel(wrap=True)
        self.now = VerdictBlock("Now", STAYS)
        self._lay_out()
        self._connect()

    def show_content(self, content: Content) -> None:
        """Show another delivery, or what has become of the one that is shown."""
        before, self._content = self._content, content
        row = content.delivery.row
        self._warning.setVisible(was_turned_away(row))
        self.turned_away.setText(row.problem)
        if before is None or before.delivery.id != content.delivery.id:
            self._begin(content)
        else:
            self._show_buttons(content)

    def text(self) -> str:
        """All that is told, as lines."""
        away = [self.turned_away.text()] if not self._warning.isHidden() else []
        now = [self.now.text()] if not self.now.isHidden() else []
        return "\n".join([*away, self.recorded.text(), *now])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._now is None:
            self._look_again()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        popup(self, [copying("Copy what this says", self.text)], event.globalPos())

    # --- how it is built ---------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        for button in (self.configure, self.unlock, self.again):
            self.recorded.buttons.addWidget(button)
        for block in (self.recorded, self.now):
            block.buttons.addStretch(1)
        self._warning = _line(IconLabel("warning", "warn", "Warning"), self.turned_away)
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(scales.PANE, scales.PANE, scales.PANE, scales.PANE)
        layout.setSpacing(scales.S12)
        for part in (self._warning, self.recorded, self._explanation(), self.now):
            layout.addWidget(part)
        layout.addStretch(1)
        self.setWidget(_narrow(column))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Verification")

    def _explanation(self) -> QWidget:
        self.question.set_words("What does this mean?", "Explain the verdict here")
        part = QWidget()
        layout = QVBoxLayout(part)
        layout.setContentsMargins(_INDENT - scales.S4, 0, 0, 0)  # the word of a link has a margin of its own
        layout.setSpacing(scales.S4)
        self.answer.setContentsMargins(scales.S4, 0, 0, 0)
        layout.addWidget(self.question, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.answer)
        return part

    def _connect(self) -> None:
        self.configure.clicked.connect(lambda: self.configure_requested.emit())
        self.unlock.clicked.connect(lambda: self._read_secrets())
        self.again.clicked.connect(lambda: self._check_again())
        self.question.clicked.connect(lambda: self._explain(opened=self.answer.isHidden()))
        for block in (self.recorded, self.now):
            block.repair_asked.connect(lambda block=block: self._repair(block))
        self._look.judged.connect(self._take)
        self._relay.checks_changed.connect(self._follow_checks)

    # --- what was recorded -------------------------------------------------------------------------------------------

    def _begin(self, content: Content) -> None:
        self._now, self._asked = None, False
        self._story = tell(content.verdict, content.delivery.row)
        for block in (self.recorded, self.now):
            block.tell("")
        self.recorded.show_story(self._story)
        self.answer.setText(self._story.meaning)
        self.again.setText(AGAIN)
        self.unlock.setEnabled(True)
        self.now.hide()
        self._explain(opened=False)
        self._show_buttons(content)
        self.verticalScrollBar().setValue(0)
        self._look_again()

    def _explain(self, *, opened: bool) -> None:
        self.answer.setVisible(opened)
        self.question.setAccessibleDescription("shown" if opened else "not shown")

    def _show_buttons(self, content: Content) -> None:
        endpoint, verdict = self._look.endpoint(content.delivery), content.verdict
        words = "" if endpoint is None else self._configure_words(endpoint, verdict)
        self.configure.setText(words or CHOOSE)
        self.configure.updateGeometry()
        self.configure.setVisible(bool(words))
        self.unlock.setVisible(endpoint is not None and verdict.reason == "keyring_locked")
        self.again.setVisible(endpoint is not None and bool(endpoint.scheme) and self.unlock.isHidden())
        repair = self._story.repair if self._story and self.now.isHidden() else None
        self.recorded.repair.setVisible(endpoint is not None and self._fits(repair, endpoint, verdict))

    def _configure_words(self, endpoint: Endpoint, verdict: Verdict) -> str:
        """What the way to the endpoint's verification is called, ``""`` where it leads to nothing better."""
        if not endpoint.scheme:
            return CHOOSE if verdict.state == "unconfigured" else ""
        if self._program.endpoints.schemes.get(endpoint.scheme) is None:
            return "Choose another"
        return _CONFIGURE.get(verdict.reason, "")

    def _fits(self, repair: Repair | None, endpoint: Endpoint, verdict: Verdict) -> bool:
        """Whether this change is still one for the endpoint as it is now."""
        scheme = self._program.endpoints.schemes.get(endpoint.scheme)
        if repair is None or scheme is None or scheme.id != verdict.scheme:
            return False
        return _repaired(endpoint, repair) != endpoint

    # --- what today's check says -------------------------------------------------------------------------------------

    def _follow_checks(self) -> None:
        self._now = None
        if self._content is not None:
            self._show_buttons(self._content)
            self._look_again()

    def _look_again(self) -> None:
        if self._content is not None and (self._asked or self.isVisible()):
            self._look.look(self._content.delivery)

    def _check_again(self) -> None:
        self._asked, self._now = True, None
        self._look_again()

    def _take(self, id: int, verdict: Verdict) -> None:
        content = self._content
        if content is None or content.delivery.id != id:
            return
        first = self._asked and self.now.isHidden()
        self._now = verdict
        if is_same(verdict, content.verdict):
            self._complete(content, verdict)
        self.now.setVisible(self._asked or is_other(verdict, content.verdict))
        self.now.show_story(replace(tell(verdict, content.delivery.row), secret=self._secret(content, verdict)))
        self._show_buttons(content)
        if first:
            QTimer.singleShot(0, self, lambda: self.ensureWidgetVisible(self.now, 0, scales.PANE))

    def _complete(self, content: Content, verdict: Verdict) -> None:
        """Add what is not recorded: which secret fits, and why it failed where nobody had the time to look."""
        self.recorded.show_secret(self._secret(content, verdict))
        if not content.verdict.diagnosis:
            diagnosed = replace(content.verdict, diagnosis=verdict.diagnosis)
            self._story = tell(diagnosed, content.delivery.row)
            self.recorded.show_diagnosis(self._story)

    def _secret(self, content: Content, verdict: Verdict) -> str:
        endpoint = self._look.endpoint(content.delivery)
        names = () if endpoint is None else self._look.secrets(endpoint)
        return which_secret(verdict, names, self._program.endpoints.secret_notes())

    # --- what can be done --------------------------------------------------------------------------------------------

    def _repair(self, block: VerdictBlock) -> None:
        endpoint = None if self._content is None else self._look.endpoint(self._content.delivery)
        if endpoint is not None and (repair := block.offered) is not None:
            saving = self._program.endpoints.change(endpoint.id, lambda stored: _repaired(stored, repair))
            self._follow(saving, lambda saved: self._take_saved(block, saved))

    def _follow(self, future: Future[Any], then: Callable[[Future[Any]], None]) -> None:
        """Call ``then`` once that is done, unless another delivery is on show by then."""
        before = self._id()
        self._crossing.follow(future, lambda done: then(done) if self._id() == before else None)

    def _id(self) -> int:
        return self._content.delivery.id if self._content else 0

    def _take_saved(self, block: VerdictBlock, saved: Future[Endpoint]) -> None:
        if error := saved.exception():
            block.tell(str(error) if isinstance(error, EndpointError) else NOT_SET, "bad")
            return
        block.tell(SET, "ok")
        self.again.setText(THIS_AGAIN)
        self.again.updateGeometry()
        self.again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _read_secrets(self) -> None:
        self.unlock.setEnabled(False)
        self.recorded.tell(WAITING)
        self._follow(self._program.checks.read(), self._take_secrets)

    def _take_secrets(self, read: Future[Any]) -> None:
        self.unlock.setEnabled(True)
        self.recorded.tell("")
        self._check_again()


def _narrow(column: QWidget) -> QWidget:
    """A page on which lines do not get too long to be read."""
    column.setMaximumWidth(WIDEST)
    page = QWidget()
    layout = QHBoxLayout(page)  # only a row asks for the height at the width that a widget really gets
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(column, 1000)
    layout.addStretch(1)
    return page


def _line(icon: IconLabel, label: PlainLabel) -> QWidget:
    line = QWidget()
    layout = QHBoxLayout(line)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(scales.S8)
    layout.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
    layout.addWidget(label, 1)
    return line


def _repaired(endpoint: Endpoint, repair: Repair) -> Endpoint:
    """The endpoint with another scheme or other options, as the repair says."""
    if repair.scheme and repair.scheme != endpoint.scheme:
        return replace(endpoint, scheme=repair.scheme, scheme_options=dict(repair.options))
    return replace(endpoint, scheme_options={**endpoint.scheme_options, **dict(repair.options)})
