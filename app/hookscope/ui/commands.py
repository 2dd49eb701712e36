"""What the menus, the bar and the keys set off."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from hookscope.deliveries import Delivery, Outcome
from hookscope.endpoints import ForwardRefused, WorkspaceError
from hookscope.ui.endpoint.crossing import Crossing
from hookscope.visible import visible

if TYPE_CHECKING:
    from hookscope.endpoints import Endpoint
    from hookscope.program import Program
    from hookscope.ui.actions import Actions
    from hookscope.ui.endpoint.proving import Prove
    from hookscope.ui.parts.message_bar import MessageBar
    from hookscope.ui.tasks import Tasks

FILES = "Workspace files (*.toml)"
FILE_NAME = "hookscope.toml"
WORKSPACE = "workspace"


class Commands(QObject):
    """Acts on the program for the window and says in the message bar what came of it.

    ``target`` gives the endpoint that the connection bar shows. Dialogs are loaded when they are asked for.
    """

    endpoint_made = Signal(int)
    check_made = Signal(int)  # the endpoint whose *Set up* says how to prove another one
    rule_made = Signal(int, object)  # of which endpoint, and the Rule

    def __init__(
        self,
        window: QWidget,
        program: Program,
        tasks: Tasks,
        actions: Actions,
        messages: MessageBar,
        target: Callable[[], Endpoint],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._program = program
        self._tasks = tasks
        self._actions = actions
        self._messages = messages
        self._target = target
        self._crossing = Crossing(self)
        self._prove: Prove | None = None

    def copy_address(self) -> None:
        """Put the address of the target on the clipboard."""
        QGuiApplication.clipboard().setText(self._program.url(self._target()))

    def send_sample(self) -> None:
        """Send the sample to the target."""
        self._tasks.spawn(self._send_sample(self._target()), name="send a sample")

    def hold_requests(self, wanted: bool) -> None:
        """Hold every request to the target until the user responds, or no more."""
        saving = self._program.endpoints.change(self._target().id, lambda stored: replace(stored, hold=wanted))
        self._crossing.follow(saving, self._take_saved)

    def respond_like(self, delivery: Delivery) -> None:
        """Make a rule that responds to requests like this one as it was responded to, for the user to look at."""
        endpoint = self._program.endpoints.get(delivery.row.endpoint_id or 0)
        if endpoint is None:
            return
        from hookscope.responses.like import left_out, rule_like

        drafted = self._program.endpoints.draft(endpoint.id) or endpoint.rule_set
        names = [rule.name for rule in drafted.rules]
        dropped = delivery.row.outcome == Outcome.DROPPED
        rule = rule_like(delivery.request, delivery.response, names, delivery.id, path=endpoint.path, dropped=dropped)
        self.rule_made.emit(endpoint.id, rule)
        if note := left_out(delivery.response):
            self._messages.show_message(note, "info", key="like")
        else:
            self._messages.dismiss("like")

    def prove(self, id: int) -> None:
        """Prove that what this endpoint answers reaches the next step, by a check endpoint."""
        from hookscope.ui.endpoint.proving import Prove

        if self._prove is None:
            self._prove = Prove(self._program, self)
            self._prove.ready.connect(self.check_made)
            self._prove.message.connect(lambda text: self._messages.show_message(text, "warn", key="prove"))
        self._prove.start(id)

    def use_port(self, port: int) -> None:
        """Listen on another port from now on, also next time."""
        self._program.change_settings(replace(self._program.settings, port=port))

    def new_endpoint(self, target: str = "") -> None:
        """Ask for a new endpoint; ``target`` proposes the path of a request that no endpoint took."""
        from hookscope.ui.endpoint.new_endpoint import NewEndpointDialog

        dialog = NewEndpointDialog(self._program, self._window, target=target)
        dialog.saved.connect(self.endpoint_made)
        dialog.open()

    def open_settings(self) -> None:
        """Show the settings."""
        from hookscope.ui.settings_dialog import SettingsDialog

        SettingsDialog(self._program, self._tasks, self._window).open()

    def show_data_folder(self) -> None:
        """Open the folder with everything in it."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._program.data_dir)))

    def show_shortcuts(self) -> None:
        """Show the sheet of keys."""
        from hookscope.ui.help import KEYS

        self._show_help(KEYS)

    def show_kept(self) -> None:
        """Show what is kept of a request."""
        from hookscope.ui.help import KEPT

        self._show_help(KEPT)

    def show_about(self) -> None:
        """Show what this program is."""
        from hookscope.ui.help import about_box

        about_box(self._window).show()

    def import_workspace(self) -> None:
        """Ask for a workspace file and take over its endpoints."""
        dialog = self._file_dialog("Import workspace", QFileDialog.AcceptMode.AcceptOpen)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.import_file(Path(name)))
        dialog.open()

    def export_workspace(self) -> None:
        """Ask for a file and write all endpoints to it."""
        dialog = self._file_dialog("Export workspace", QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(FILE_NAME)
        dialog.fileSelected.connect(lambda name: self.export_file(Path(name), self._program.export_workspace()))
        dialog.open()

    def import_file(self, path: Path, allow_forward: tuple[str, ...] = ()) -> None:
        """Take over the endpoints of a workspace file; asks before requests are forwarded off this computer."""
        try:
            endpoints = self._program.import_workspace(path.read_text("utf-8"), allow_forward)
        except ForwardRefused as error:
            self._ask_forward(path, (*allow_forward, error.host))
            return
        except (OSError, UnicodeDecodeError, WorkspaceError) as error:
            self._messages.show_message(f"{path.name} was not imported. {_sentence(error)}", "bad", key=WORKSPACE)
            return
        names = ", ".join(endpoint.name for endpoint in endpoints)
        self._messages.show_message(f"Imported from {path.name}: {names or 'no endpoint'}.", "ok", key=WORKSPACE)

    def _ask_forward(self, path: Path, hosts: tuple[str, ...]) -> None:
        host = visible(hosts[-1])
        sentence = (
            f"{path.name} forwards requests to {host}, off this computer, with headers and body. Allow that host?"
        )
        actions = [
            ("Cancel", lambda: self._messages.dismiss(WORKSPACE)),
            (f"Allow {host}", lambda: self.import_file(path, hosts)),
        ]
        self._messages.show_message(sentence, "warn", actions, key=WORKSPACE)

    def export_file(self, path: Path, text: str) -> None:
        """Write a workspace file."""
        try:
            path.write_text(text, "utf-8")
        except OSError as error:
            self._messages.show_message(f"{path.name} was not written. {_sentence(error)}", "bad", key=WORKSPACE)
        else:
            self._messages.show_message(f"Written to {path}.", "ok", key=WORKSPACE)

    def _take_saved(self, saved: Future[Endpoint]) -> None:
        if error := saved.exception():
            self._actions.action("hold").setChecked(self._target().hold)
            self._messages.show_message(f"The endpoint was not changed. {_sentence(error)}", "bad", key="hold")
        else:
            self._messages.dismiss("hold")

    def _show_help(self, page: int) -> None:
        from hookscope.ui.help import HelpDialog

        HelpDialog(self._actions.sheet(), self._program.data_dir, page, self._window).show()

    def _file_dialog(self, title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
        dialog = QFileDialog(self._window, title, "", FILES)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(mode)
        dialog.setDefaultSuffix("toml")
        return dialog

    async def _send_sample(self, endpoint: Endpoint) -> None:
        from hookscope.sender import SendError

        try:
            await self._program.send_sample(endpoint)
        except SendError as error:
            self._messages.show_message(str(error), "bad", key="sample")
        else:
            self._messages.dismiss("sample")


def _sentence(error: BaseException) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "It is not a text in UTF-8."
    if isinstance(error, OSError):
        return f"{error.strerror or error}."
    return str(error)
