"""Getting a credential, in place of the record: a key file or a token, checked, kept, and the file dealt with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QStandardPaths, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from hookscope.records.model import AccessToken, Credential, Profile, ServiceKey
from hookscope.secret_store import BadSecret, KeyringAbsent, KeyringTrouble
from hookscope.ui import scales
from hookscope.ui.endpoint.crossing import Crossing
from hookscope.ui.pane_ring import has_focus
from hookscope.ui.parts.flat_button import Action
from hookscope.ui.records import credential_words as words
from hookscope.ui.records.credential_file import Judged, NotDeleted, Original, delete, import_key, judge
from hookscope.ui.records.credential_form import PasteStep
from hookscope.ui.records.credential_notice import Notice
from hookscope.ui.records.credential_paste import KEY_FILE, Pasted
from hookscope.ui.records.credential_steps import ImportStep, OutcomeStep, StartStep, WhereStep
from hookscope.ui.tokens import tokens

if TYPE_CHECKING:
    from hookscope.program import Program
    from hookscope.ui.tasks import Tasks

OVER = 2  # width of the line around the page while a file is over it


class CredentialPage(QWidget):
    """Asks for the credential of the profile in use; every step is in the page, only the file is chosen in a dialog.

    ``changed`` comes when there is one and nothing is left to decide, ``cancelled`` when the old one is to stay.
    """

    changed = Signal()
    cancelled = Signal()
    profile_changed = Signal()  # because the key was of another one

    def __init__(self, program: Program, tasks: Tasks) -> None:
        super().__init__()
        self._program = program
        self._tasks = tasks
        self._crossing = Crossing(self)
        self._is_over = False
        self.start = StartStep()
        self.file = ImportStep()
        self.paste = PasteStep()
        self.where = WhereStep()
        self.outcome = OutcomeStep()
        self._steps = (self.start, self.file, self.paste, self.where, self.outcome)
        self.setAcceptDrops(True)
        self.setAccessibleName("Credential")
        self._lay_out()
        self._connect()
        self._show(self.start)

    def restart(self, replaced: str = "") -> None:
        """Begin again; ``replaced`` is what the credential is called that stays until there is a new one."""
        self.start.set_replaced(replaced)
        self._show(self.start)

    @property
    def is_idle(self) -> bool:
        """Whether nothing was begun: with a step open or a question asked, the page is better left where it is."""
        return not self.start.isHidden()

    def import_file(self, path: Path) -> None:
        """Import a key file that was chosen or dropped."""
        self._show(self.file)
        self.file.notice.say("info", words.READING_FILE)
        self._judge(partial(import_key, path, self._program.records.profile), self.file.notice)

    def _take_pasted(self, entered: Pasted) -> None:
        if entered.kind == KEY_FILE:
            self.paste.notice.say("info", words.READING_FILE)
            self._judge(partial(judge, entered.value, self._program.records.profile), self.paste.notice)
        else:
            self._save(AccessToken(entered.value), self._program.records.profile)

    def _judge(self, work: Callable[[], Judged], notice: Notice) -> None:
        self._enable(False)
        self._tasks.spawn(self._judged(work, self._program.records.profile, notice), name="read a key file")

    async def _judged(self, work: Callable[[], Judged], profile: Profile, notice: Notice) -> None:
        from asyncio import to_thread

        judged = await to_thread(work)
        if not isValid(self):
            return
        self._enable(True)
        if judged.key is None:
            self._refuse(notice, judged.sentence)
        elif judged.owner is None:
            self._save(judged.key, profile, judged.original)
        else:
            go_on = partial(self._go_to_owner, judged.owner, judged.key, judged.original)
            self._refuse(notice, judged.sentence, [(words.owner_words(judged.owner), go_on)])

    def _refuse(self, notice: Notice, sentence: str, actions: Sequence[Action] = ()) -> None:
        """Say below a step what is wrong, in sight, and let it be mended there."""
        notice.say("bad", sentence, actions)
        entry = self.file.choose if notice is self.file.notice else self.paste.value
        if self.window().focusWidget() is self:
            (notice.buttons[0] if notice.buttons else entry).setFocus()
        self._reveal_notice()

    def _reveal_notice(self) -> None:
        """Bring what is said below a step into sight, also once it has its height."""
        for notice in (self.file.notice, self.paste.notice):
            if notice.isVisible():
                self._area.ensureWidgetVisible(notice, 0, 0)

    def _go_to_owner(self, owner: Profile, key: ServiceKey, original: Original | None) -> None:
        """Change to the profile that a key is of, and go on there."""
        try:
            self._program.records.use_profile(owner.id)
        except OSError as error:
            self._say("bad", words.unsaved_words(error), [self._back()])
        else:
            self.profile_changed.emit()
            self._save(key, owner, original)

    def _save(
        self, credential: Credential, profile: Profile, original: Original | None = None, *, this_run: bool = False
    ) -> None:
        if profile != self._program.records.profile:  # or it would become the credential of another address
            self._say("bad", words.CHANGED, [self._back()])
            return
        again = partial(self._save, credential, profile, original)
        self._say("info", words.SAVING)
        try:
            saving = self._program.records.save_credential(profile.id, credential, this_run=this_run)
        except BadSecret as fault:
            self._say("bad", str(fault), [self._back()])
            return
        self._crossing.follow(saving, partial(self._saved, again, None if this_run else original))

    def _saved(self, again: Callable[..., None], original: Original | None, done: Future[None]) -> None:
        keep = (words.KEEP_FOR_RUN, partial(again, this_run=True))
        try:
            done.result()
        except KeyringAbsent as trouble:
            self._say("warn", str(trouble), [keep, (words.HELP, partial(self._explain, keep, again)), self._back()])
        except KeyringTrouble as trouble:
            self._say("warn", str(trouble), [(words.AGAIN, again), keep, self._back()])
        except CancelledError:  # the program ends
            self._show(self.start)
        else:
            self._ask_about(original)

    def _explain(self, keep: Action, again: Callable[[], None]) -> None:
        self._say("info", words.ABOUT_KEYRINGS, [(words.AGAIN, again), keep, self._back()])

    def _ask_about(self, original: Original | None) -> None:
        if original is None:
            self._finish()
            return
        actions: list[Action] = [(words.KEEP_FILE, self._finish), (words.DELETE_FILE, partial(self._delete, original))]
        self._say("ok", words.IN_KEYRING, actions, detail=str(original.path), primary=True)

    def _delete(self, original: Original) -> None:
        self._enable(False)
        self._tasks.spawn(self._deleted(original), name="delete a key file")

    async def _deleted(self, original: Original) -> None:
        from asyncio import to_thread

        try:
            await to_thread(delete, original)
            kind, sentence = "ok", words.DELETED
        except NotDeleted as fault:
            kind, sentence = "bad", str(fault)
        if isValid(self):
            self._enable(True)
            detail = "" if kind == "ok" else str(original.path)
            self._say(kind, sentence, [(words.DONE, self._finish)], detail=detail, primary=True)

    def _finish(self) -> None:
        self._show(self.start)
        self.changed.emit()

    def _back(self) -> Action:
        return words.CANCEL, self._close_step

    def _say(
        self, kind: str, sentence: str, actions: list[Action] | None = None, *, detail: str = "", primary: bool = False
    ) -> None:
        self._show(self.outcome)
        notice = self.outcome.notice
        notice.say(kind, sentence, actions or (), detail=detail, primary=primary)
        if notice.buttons:
            notice.buttons[0].setFocus()

    def _show(self, wanted: QWidget) -> None:
        """Show one step; what the others knew is forgotten."""
        self._hold_focus()
        for step in self._steps:
            step.setVisible(step is wanted)
        for notice in (self.file.notice, self.outcome.notice):
            notice.clear()
        self.paste.forget()

    def _open(self, step: QWidget, first: QWidget) -> None:
        self._show(step)
        first.setFocus()

    def _close_step(self) -> None:
        self._open(self.start, self.start.import_button)

    def _hold_focus(self) -> None:
        """Keep the focus in the page while what has it goes: Qt would give it to anything in the window."""
        if has_focus(self):
            self.setFocus()

    def _enable(self, enabled: bool) -> None:
        self._hold_focus()
        for step in self._steps:
            step.setEnabled(enabled)

    def _choose(self) -> None:
        downloads = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        dialog = QFileDialog(self, words.CHOOSE_FILE, downloads, words.FROM_FILE)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.import_file(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _connect(self) -> None:
        start = self.start
        start.import_button.clicked.connect(lambda: self._open(self.file, self.file.choose))
        start.paste_button.clicked.connect(lambda: self._open(self.paste, self.paste.value))
        start.where_button.clicked.connect(lambda: self._open(self.where, self.where.back))
        start.closed.connect(self.cancelled)
        for step in (self.file, self.paste, self.where):
            step.closed.connect(self._close_step)
        self.file.choose.clicked.connect(self._choose)
        self.paste.submitted.connect(self._take_pasted)
        self._area.verticalScrollBar().rangeChanged.connect(self._reveal_notice)

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setMaximumWidth(scales.TEXT_COLUMN)
        steps = QVBoxLayout(inner)
        steps.setContentsMargins(scales.PANE, scales.PANE, scales.PANE, scales.PANE)
        for step in self._steps:
            steps.addWidget(step)
        page = QWidget()
        across = QHBoxLayout(page)
        across.setContentsMargins(0, 0, 0, 0)
        across.addStretch(1)
        across.addWidget(inner, 1000)
        across.addStretch(1)
        area = self._area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        for widget in (page, area.viewport()):
            widget.setAutoFillBackground(False)  # it stands in places of different colours
        layout = QVBoxLayout(self)
        layout.setContentsMargins(OVER, OVER, OVER, OVER)
        layout.addWidget(area)

    # --- a file that is dropped here -----------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._set_over(_key_file_in(event.mimeData()) is not None and self.start.isEnabled())
        if self._is_over:
            _accept_copy(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._set_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._set_over(False)
        if (path := _key_file_in(event.mimeData())) and self.start.isEnabled():
            _accept_copy(event)
            self.import_file(path)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._is_over:
            painter = QPainter(self)
            painter.setPen(QPen(tokens(self).accent, OVER))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _set_over(self, over: bool) -> None:
        self._is_over = over
        self.update()


def _accept_copy(event: QDropEvent) -> None:
    """Take what is dropped; never as a move, after which its owner may delete the file."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()


def _key_file_in(data: QMimeData) -> Path | None:
    """The one file that is dragged, when its name ends as that of a key file."""
    names = [url.toLocalFile() for url in data.urls()]
    return Path(names[0]) if len(names) == 1 and names[0].lower().endswith(".json") else None
