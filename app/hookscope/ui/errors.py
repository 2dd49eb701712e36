"""What nobody expected: logged, and shown once per distinct error, as plain text."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from hookscope.visible import visible

if TYPE_CHECKING:
    import asyncio

log = logging.getLogger(__name__)

SENTENCE = "Something in Hookscope went wrong. What arrives is still captured; please report this."


class Errors(QObject):
    """The one place where unexpected errors of all threads end; its boxes are over ``window``."""

    _reported = Signal(str, str)  # what identifies the error, its details; crosses to the window's thread

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self._window = window
        self._known: set[str] = set()
        self._reported.connect(self._show)

    def report(self, error: BaseException) -> None:
        """Log an error and show it once; from any thread."""
        log.error("unexpected error", exc_info=error)
        details = "".join(traceback.format_exception(error))
        self._reported.emit(_identity(error), details)

    def install(self) -> None:
        """Take the errors that end nowhere: in slots, in threads."""
        sys.excepthook = self._from_main
        threading.excepthook = self._from_thread

    def uninstall(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def from_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """An exception handler for the event loop."""
        error = context.get("exception")
        if error is None:
            log.error("event loop: %s", context.get("message"))
        else:
            self.report(error)

    def _from_main(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            self.report(error)

    def _from_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self.report(arguments.exc_value)

    def _show(self, identity: str, details: str) -> None:
        if identity not in self._known:
            self._known.add(identity)
            error_box(self._window, SENTENCE, details).show()


def error_box(parent: QWidget | None, sentence: str, details: str = "") -> QMessageBox:
    """A modeless box with one plain sentence, deleted when closed."""
    box = QMessageBox(QMessageBox.Icon.Warning, "Hookscope", visible(sentence, 2000), parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setModal(False)
    if details:
        box.setDetailedText(details)
    return box


def _identity(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__qualname__} {place}"
