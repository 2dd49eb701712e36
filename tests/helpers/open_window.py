"""The window over a real program, for tests of coroutines: opened, fed over sockets, closed."""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from hookscope.endpoints import Endpoint
from hookscope.program import Program
from hookscope.ui.endpoint.endpoint_inspector import EndpointInspector
from hookscope.ui.inspector.delivery_inspector import DeliveryInspector
from hookscope.ui.main_window import MainWindow
from hookscope.ui.memory import WindowMemory
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.tasks import Tasks
from hookscope.ui.window_content import WindowContent

LONGEST = 10.0  # seconds


@asynccontextmanager
async def opened(program: Program, *, width: int = 1280, height: int = 760) -> AsyncIterator[WindowContent]:
    """The window on screen and started, closed and gone afterwards."""
    failures: list[BaseException] = []
    stopped = asyncio.Event()
    window = MainWindow(WindowMemory.read(program.settings.window))
    window.resize(width, height)
    window.show()
    content = window.fill(program, Tasks(failures.append))
    content.start(stopped.set)
    try:
        await until(lambda: program.listener_state.state != "off" and window.isActiveWindow())
        yield content
    finally:
        await content.tasks.aclose()
        await program.records.aclose()
        window.close()
        await asyncio.sleep(0.05)
        for reader in (program.pages, program.searches):
            reader.submit(lambda db: None).result()  # no answer is under way to a window that is being deleted
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not failures


async def until(condition: Callable[[], object]) -> None:
    """Wait for what happens in other threads or later on this one."""
    end = asyncio.get_running_loop().time() + LONGEST
    while not condition():
        assert asyncio.get_running_loop().time() < end, "it did not happen"
        await asyncio.sleep(0.01)


async def post(url: str, body: bytes = b'{"orderId": "ORD-1"}', **headers: str) -> tuple[int, bytes]:
    """Send a request over a socket of its own; status and body of the answer."""

    def send() -> tuple[int, bytes]:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=LONGEST)
        try:
            connection.request("POST", parts.path or "/", body, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    return await asyncio.to_thread(send)


@contextmanager
def running(folder: Path) -> Iterator[Program]:
    """A program that listens on a free port, until the end of the block."""
    program = Program(folder)
    program.listen(0).result(timeout=LONGEST)
    try:
        yield program
    finally:
        program.close()


def first(program: Program) -> Endpoint:
    """The first endpoint."""
    return program.endpoints.all()[0]


def rows(window: WindowContent) -> int:
    """How many rows the list has."""
    return window.list.model.rowCount()


async def delivery_inspector(window: WindowContent) -> DeliveryInspector:
    """The inspector of a delivery, once it is the one on show."""
    await until(lambda: isinstance(window.stack.currentWidget(), DeliveryInspector))
    inspector = window.stack.currentWidget()
    assert isinstance(inspector, DeliveryInspector)
    return inspector


def endpoint_inspector(window: WindowContent) -> EndpointInspector:
    """The inspector of an endpoint, which is the one on show."""
    inspector = window.stack.currentWidget()
    assert isinstance(inspector, EndpointInspector)
    return inspector


def focused() -> QWidget:
    """The widget that has the focus."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def button(parent: QWidget, text: str) -> FlatButton:
    """The button with this word."""
    return next(found for found in parent.findChildren(FlatButton) if found.text() == text)
