"""The application: Qt's event loop with asyncio on it, from the first window to the last."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from hookscope.ui.main_window import MainWindow
from hookscope.ui.memory import Peek, peek
from hookscope.ui.tokens import apply_theme

if TYPE_CHECKING:
    import asyncio
    from contextlib import AsyncExitStack
    from pathlib import Path

    from hookscope.program import Program
    from hookscope.ui.errors import Errors
    from hookscope.ui.window_content import WindowContent

POLL = 0.05  # seconds
WINDOWS_SIGNAL_PAUSE = 500  # ms: there Python sees Ctrl+C only when some of its code runs


def run(
    open_program: Callable[[], Program],
    on_shown: Callable[[MainWindow], None] | None = None,
    *,
    folder: Path | None = None,
    on_frame: Callable[[], None] | None = None,
    once: bool = False,
) -> int:
    """Open the window and run until it is closed; the exit code. With ``once`` it sends a sample, shows it and ends.

    With the data ``folder`` the empty window is on screen before the program is loaded. ``on_frame`` is called when it
    has been painted, ``on_shown`` when all that is in it has. What ``open_program`` raises is passed on, but for
    ``CannotStart``, which is said in a box.
    """
    qapp = _application()
    early = folder is not None and not _is_held(folder)
    window = _framed(qapp, peek(folder), on_frame) if folder is not None and early else None
    from hookscope.program import CannotStart  # here and below: loaded when the window is on screen

    try:
        program = open_program()
    except CannotStart as error:
        return _refuse(qapp, window, str(error))
    if window is None:
        window = _framed(qapp, Peek.of(program.settings.theme, program.settings.window), on_frame)
    return _run(qapp, window, program, on_shown, once=once)


def _application() -> QApplication:
    running = QApplication.instance()
    qapp = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    qapp.setApplicationName("hookscope")
    qapp.setApplicationDisplayName("Hookscope")
    qapp.setDesktopFileName("hookscope")
    qapp.setQuitOnLastWindowClosed(False)
    return qapp


def _is_held(folder: Path) -> bool:
    """Whether another process seems to have this folder: then there will be no window, or it can wait."""
    return (folder / "instance.json").exists()


def _framed(qapp: QApplication, known: Peek, on_frame: Callable[[], None] | None) -> MainWindow:
    apply_theme(qapp, known.theme)
    window = MainWindow(known.memory)
    window.show()
    qapp.processEvents()
    if on_frame is not None:
        on_frame()
    return window


def _refuse(qapp: QApplication, window: MainWindow | None, sentence: str) -> int:
    from hookscope.ui.errors import error_box

    if window is not None:
        window.close()
    sys.stderr.write(f"hookscope: {sentence}\n")
    box = error_box(None, sentence)
    box.finished.connect(lambda: qapp.exit(2))
    box.show()
    return qapp.exec()


def _run(
    qapp: QApplication,
    window: MainWindow,
    program: Program,
    on_shown: Callable[[MainWindow], None] | None,
    *,
    once: bool,
) -> int:
    from hookscope.ui.errors import Errors
    from hookscope.ui.tasks import Tasks

    errors = Errors(window)
    errors.install()
    content = window.fill(program, Tasks(errors.report))
    qapp.processEvents()  # all of it is on screen; what follows loads asyncio and the listener
    if on_shown is not None:
        on_shown(window)
    os.environ["QT_API"] = "pyside6"  # qasync asks this first
    import asyncio

    from qasync import QEventLoop

    try:
        with asyncio.Runner(loop_factory=lambda: QEventLoop(qapp)) as runner:
            runner.run(_live(qapp, window, content, errors, once=once))
    finally:
        errors.uninstall()
    return 0


async def _live(qapp: QApplication, window: MainWindow, content: WindowContent, errors: Errors, *, once: bool) -> None:
    import asyncio
    from contextlib import AsyncExitStack

    loop = asyncio.get_running_loop()
    loop.set_exception_handler(errors.from_loop)
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(content.program.stop)
        stack.push_async_callback(content.tasks.aclose)
        stack.callback(window.close)
        _stop_on_signals(loop, stop, stack)
        qapp.lastWindowClosed.connect(stop.set)
        if not window.isVisible():  # it was closed before anybody listened
            stop.set()
        qapp.commitDataRequest.connect(window.remember)
        qapp.commitDataRequest.connect(stop.set)
        content.start(stop.set)
        if once:
            content.tasks.spawn(_show_sample(content, stop), name="show one sample")
        await stop.wait()


async def _show_sample(content: WindowContent, stop: asyncio.Event) -> None:
    """Send a sample once the listener is there, and end when its row is."""
    import asyncio

    try:
        while content.program.listener_state.state == "off":  # noqa: ASYNC110  two states of other threads
            await asyncio.sleep(POLL)
        await content.program.send_sample(content.target())
        while not content.list.model.rowCount():  # noqa: ASYNC110
            await asyncio.sleep(POLL)
    finally:
        stop.set()


def _stop_on_signals(loop: asyncio.AbstractEventLoop, stop: asyncio.Event, stack: AsyncExitStack) -> None:
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
            stack.callback(loop.remove_signal_handler, number)
    except NotImplementedError:
        signal.signal(signal.SIGINT, lambda *_: stop.set())
        timer = QTimer()
        timer.timeout.connect(lambda: None)
        timer.start(WINDOWS_SIGNAL_PAUSE)
        stack.callback(timer.stop)
