"""An inspector over a real program, and what is asked of every widget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import httpx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from hookscope.endpoints import Endpoint
from hookscope.ui.actions import Actions
from hookscope.ui.deliveries.live import Live
from hookscope.ui.endpoint.endpoint_inspector import EndpointInspector

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from hookscope.program import Program

Post = Callable[..., httpx.Response]


@pytest.fixture
def live(program: Program) -> Iterator[Live]:
    live = Live(program.store)
    yield live
    live.stop()


@pytest.fixture
def endpoint(program: Program) -> Endpoint:
    """The first endpoint of a new program."""
    return program.endpoints.all()[0]


@pytest.fixture
def post(program: Program, endpoint: Endpoint) -> Post:
    """Sends a request to the first endpoint, or below it, over a real connection."""

    def send(below: str = "", body: bytes = b"{}") -> httpx.Response:
        return httpx.post(program.url(endpoint) + below, content=body)

    return send


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 500)
    return window


@pytest.fixture
def actions(window: QWidget) -> Actions:
    return Actions(window)


@pytest.fixture
def inspector(program: Program, live: Live, actions: Actions, endpoint: Endpoint, window: QWidget) -> EndpointInspector:
    inspector = EndpointInspector(program, live, actions)
    QVBoxLayout(window).addWidget(inspector)
    inspector.show_endpoint(endpoint.id)
    window.show()
    return inspector


@pytest.fixture
def unnamed() -> Callable[[QWidget], list[str]]:
    """The widgets that can have the focus and that a screen reader would call nothing."""

    def found(widget: QWidget) -> list[str]:
        focusable = [
            child
            for child in widget.findChildren(QWidget)
            if child.window() is widget.window()
            and child.focusPolicy() & Qt.FocusPolicy.TabFocus
            and not isinstance(child, QScrollArea)
        ]
        assert focusable
        return [repr(child) for child in focusable if not spoken(child)]

    return found


def spoken(widget: QWidget) -> str:
    if widget.focusProxy():  # what has the focus instead is asked itself
        return "another"
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
