"""The window itself: its place on the screen, and the frame that is painted before anything heavy is loaded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hookscope.ui.memory import WindowMemory, screen_set

if TYPE_CHECKING:
    from hookscope.program import Program
    from hookscope.ui.relay import Relay
    from hookscope.ui.tasks import Tasks
    from hookscope.ui.window_content import WindowContent

FIRST_SIZE = (1280, 760)
LEAST_SIZE = (900, 560)
BAR = 40


class MainWindow(QWidget):
    """The one window of a program, shown at once and filled a moment later: ``content`` is ``None`` until then."""

    program: Program
    relay: Relay

    def __init__(self, memory: WindowMemory) -> None:
        super().__init__()
        self.content: WindowContent | None = None
        self.setWindowTitle("Hookscope")
        self.setMinimumSize(*LEAST_SIZE)
        self._restore_place(memory)

    def fill(self, program: Program, tasks: Tasks) -> WindowContent:
        """Put everything into the window."""
        from hookscope.ui.icons import application_icon  # here: loaded after the first picture
        from hookscope.ui.relay import Relay
        from hookscope.ui.window_content import WindowContent

        self.program = program
        self.relay = Relay(program)
        self.content = WindowContent(program, tasks, self.relay)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.content)
        layout.activate()  # its first size is the right one
        self.content.show()
        self.relay.show_asked.connect(self.bring_to_front)
        self.setWindowIcon(application_icon())
        return self.content

    def bring_to_front(self) -> None:
        """Come up before other windows, also from the task bar."""
        self.setWindowState((self.windowState() & ~Qt.WindowState.WindowMinimized) | Qt.WindowState.WindowActive)
        self.show()
        self.raise_()
        self.activateWindow()

    def remember(self) -> None:
        """Write into the settings what the window looks like and where it is."""
        if self.content is None:
            return
        screens = screen_set(QGuiApplication.screens())
        memory = self.content.memory_now().with_place(screens, self.normalGeometry(), self.isMaximized())
        self.program.change_settings(replace(self.program.settings, window=memory.as_json()))

    def closeEvent(self, event: QCloseEvent) -> None:
        self.remember()
        if self.content is not None:
            self.content.live.stop()
        super().closeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lines where the content will have them; once it is there it covers them."""
        if self.content is None:
            painter = QPainter(self)
            painter.fillRect(QRect(0, BAR, self.width(), 1), self.palette().mid())

    def _restore_place(self, memory: WindowMemory) -> None:
        place = memory.place(screen_set(QGuiApplication.screens()))
        if place is None:
            room = QGuiApplication.primaryScreen().availableSize()
            self.resize(min(FIRST_SIZE[0], room.width()), min(FIRST_SIZE[1], room.height()))
            return
        self.setGeometry(place[0])
        if place[1]:
            self.setWindowState(Qt.WindowState.WindowMaximized)
