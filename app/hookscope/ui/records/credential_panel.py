"""The credential in use: whose it is, what it may read, whether it works, and how to replace or remove it."""

from __future__ import annotations

from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from hookscope.records.model import AccessToken, Credential, LookUpFailed
from hookscope.secret_store import KeyringAbsent, KeyringTrouble
from hookscope.ui import scales
from hookscope.ui.endpoint.crossing import Crossing
from hookscope.ui.endpoint.flow import FlowGroup
from hookscope.ui.pane_ring import has_focus
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.records import credential_words as words
from hookscope.ui.records.credential_notice import Notice
from hookscope.ui.records.credential_page import CredentialPage

if TYPE_CHECKING:
    import asyncio

    from hookscope.program import Program
    from hookscope.ui.tasks import Tasks


class CredentialPanel(QWidget):
    """Shows the credential of the profile in use, and asks for one where there is none.

    It looks again each time it is shown; ``refresh`` is for who has changed the profile meanwhile.
    """

    changed = Signal()

    def __init__(self, program: Program, tasks: Tasks) -> None:
        super().__init__()
        self._program = program
        self._tasks = tasks
        self._crossing = Crossing(self)
        self._credential: Credential | None = None
        self._asked = 0
        self._testing: asyncio.Task[Any] | None = None
        self.name = PlainLabel(wrap=True, breaks=True)
        self.kept = PlainLabel(words.FOR_RUN, wrap=True, role="warn")
        self.asks = PlainLabel(wrap=True)
        self.has = PlainLabel(wrap=True, breaks=True, role="muted")
        self.test = FlatButton(words.TEST)
        self.replace = FlatButton(words.REPLACE)
        self.remove = FlatButton("Remove", icon="trash")
        self.notice = Notice()
        self.page = CredentialPage(program, tasks)
        self._in_use = QWidget()
        self._lay_out()
        self._connect()
        self._show_only(self.notice)

    def refresh(self) -> None:
        """Read the credential of the profile in use again."""
        self._stop_test()
        self._asked += 1
        reading = self._program.records.credentials.read(self._program.records.profile.id)
        number = self._asked
        self._crossing.follow(reading, lambda done: self._take(done) if number == self._asked else None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.page.isHidden() or self.page.is_idle:
            self.refresh()

    def _take(self, done: Future[Credential | None]) -> None:
        try:
            self._credential = done.result()
        except KeyringAbsent:  # which is said when one is to be kept
            self._credential = None
        except KeyringTrouble as trouble:
            self._credential = None
            self.notice.say("warn", str(trouble), [(words.AGAIN, self.refresh), (words.REPLACE, self._replace)])
            self._show_only(self.notice)
            return
        except CancelledError:  # the program ends
            return
        if self._credential is None:
            self.page.restart()
            self._show_only(self.page)
            self._pass_focus(self.page.start.import_button)
        else:
            self._describe(self._credential)

    def _describe(self, credential: Credential) -> None:
        look_ups = self._program.records.look_ups
        self.name.setText(f"{words.credential_words(credential)} ({self._program.records.profile.name})")
        self.kept.setVisible(self._program.records.credentials.is_kept(self._program.records.profile.id))
        self._say(
            self.asks, words.scopes_words("Asks for", () if isinstance(credential, AccessToken) else look_ups.scopes())
        )
        self._say(self.has, words.scopes_words(words.HAS, self._granted(credential)))
        self.notice.clear()
        self._show_only(self._in_use)
        self._pass_focus(self.test)

    def _granted(self, credential: Credential) -> tuple[str, ...]:
        """What the token says of itself: a pasted one at once, one for a key after it was asked for."""
        from hookscope.records.tokens import scopes_of

        return (
            scopes_of(credential.value)
            if isinstance(credential, AccessToken)
            else self._program.records.look_ups.granted()
        )

    def _say(self, label: PlainLabel, sentence: str) -> None:
        label.setText(sentence)
        label.setVisible(bool(sentence))

    def _hold_focus(self) -> None:
        """Keep the focus here while what has it goes: Qt would give it to anything in the window."""
        if has_focus(self):
            self.setFocus()

    def _pass_focus(self, wanted: QWidget) -> None:
        if self.window().focusWidget() is self:
            wanted.setFocus()

    def _show_only(self, wanted: QWidget) -> None:
        """The notice stands alone, or under the credential."""
        self._hold_focus()
        self._in_use.setVisible(wanted is self._in_use)
        self.page.setVisible(wanted is self.page)

    # --- test ----------------------------------------------------------------------------------------------------

    def _start_test(self) -> None:
        self._enable(False)
        self.notice.say("info", words.TESTING, [(words.STOP, self._give_up)])
        self._pass_focus(self.notice.buttons[0])
        self._testing = self._tasks.spawn(self._test(), name="test a credential")

    async def _test(self) -> None:
        try:
            user = await self._program.records.look_ups.test()
        except LookUpFailed as failed:
            self._end_test("bad", failed.sentence, failed.detail)
        else:
            self._end_test("ok", words.accepted_words(user.email or user.subject, user.roles))

    def _end_test(self, kind: str, sentence: str, detail: str = "") -> None:
        if isValid(self):
            self._testing = None
            self._enable(True)
            self._pass_focus(self.test)
            if self._credential is not None:
                self._say(self.has, words.scopes_words(words.HAS, self._granted(self._credential)))
            self.notice.say(kind, sentence, detail=detail)

    def _give_up(self) -> None:
        self._stop_test()
        self.test.setFocus()

    def _stop_test(self) -> None:
        if self._testing is not None:
            self._testing.cancel()
            self._testing = None
            self._enable(True)
            self.notice.clear()

    def _enable(self, enabled: bool) -> None:
        self._hold_focus()
        for button in (self.test, self.replace, self.remove):
            button.setEnabled(enabled)

    # --- replace and remove --------------------------------------------------------------------------------------

    def _replace(self) -> None:
        self.notice.clear()
        self.page.restart(words.credential_words(self._credential) if self._credential else words.THE_ONE)
        self._show_only(self.page)
        self.page.start.import_button.setFocus()

    def _ask_removal(self) -> None:
        self._enable(False)
        actions = [(words.CANCEL, self._keep), ("Remove", self._remove)]
        self.notice.say("warn", words.REMOVE, actions)
        self.notice.buttons[0].setFocus()

    def _keep(self) -> None:
        self._enable(True)
        self.notice.clear()
        self.remove.setFocus()

    def _remove(self) -> None:
        self._hold_focus()
        self.notice.say("info", words.REMOVING)
        self._crossing.follow(self._program.records.forget_credential(self._program.records.profile.id), self._removed)

    def _removed(self, done: Future[None]) -> None:
        self._enable(True)
        try:
            done.result()
        except KeyringTrouble as trouble:
            self.notice.say("warn", str(trouble), [(words.AGAIN, self._remove), (words.CANCEL, self._keep)])
        except CancelledError:
            self.notice.clear()
        else:
            self._renewed()

    def _renewed(self) -> None:
        self._hold_focus()
        self.notice.clear()
        self.refresh()
        self.changed.emit()

    def _connect(self) -> None:
        self.test.clicked.connect(self._start_test)
        self.replace.clicked.connect(self._replace)
        self.remove.clicked.connect(self._ask_removal)
        self.page.changed.connect(self._renewed)
        self.page.cancelled.connect(self.refresh)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(scales.S8)
        line.addWidget(IconLabel("key", "muted", "Credential"))
        line.addWidget(self.name, 1)
        inner = QVBoxLayout(self._in_use)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(scales.S8)
        inner.addLayout(line)
        for label in (self.kept, self.asks, self.has):
            inner.addWidget(label)
        inner.addWidget(FlowGroup(self.test, self.replace, self.remove))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S12)
        layout.addWidget(self._in_use)
        layout.addWidget(self.notice)
        layout.addWidget(self.page, 1)
        layout.addStretch(0)
