"""Deliveries in a real store, and an inspector that shows them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hookscope.deliveries import Arrival, Place, Request, SentResponse
from hookscope.ui.actions import Actions
from hookscope.ui.deliveries.live import Live
from hookscope.ui.inspector.content import Content, load
from hookscope.ui.inspector.delivery_inspector import DeliveryInspector
from hookscope.ui.tasks import Tasks

if TYPE_CHECKING:
    from hookscope.program import Program

Arrive = Callable[..., int]

JSON_HEADERS = (("Content-Type", "application/json"), ("X-Token", "0123456789abcdef"), ("Cookie", "theme=dark"))
ANSWER = SentResponse(
    200, (("Content-Type", "application/json"), ("Set-Cookie", "sid=0123456789ab")), b'{"ticket": "42"}'
)


@pytest.fixture
def arrive(program: Program) -> Arrive:
    """Stores a request to the first endpoint, as the listener does; keyword arguments change the arrival."""
    endpoint = program.endpoints.all()[0]

    def store(body: bytes = b"{}", **changes: Any) -> int:
        target = changes.pop("target", "/order-created?source=test")
        headers = changes.pop("headers", JSON_HEADERS)
        arrival = Arrival(
            request=Request(changes.pop("method", "POST"), target, headers, body, f"http://127.0.0.1:8787{target}"),
            received_us=time.time_ns() // 1000,
            duration_us=3_000,
            peer="127.0.0.1:53412",
            endpoint_id=endpoint.id,
            endpoint_name=endpoint.name,
            body_sha256=sha256(body).digest(),
            series=1,
            place=Place(1),
            planned=ANSWER,
        )

        async def append() -> int:
            return await program.store.append(replace(arrival, **changes))

        return asyncio.run(append())

    return store


@pytest.fixture
def content(program: Program, arrive: Arrive) -> Callable[..., Content]:
    """Stores a request and reads it back as the inspector does."""

    def read(body: bytes = b"{}", **changes: Any) -> Content:
        id = arrive(body, **changes)
        found = program.pages.submit(lambda db: load(db, id)).result(timeout=10)
        assert found is not None
        return found

    return read


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    found = QWidget()
    qtbot.addWidget(found)
    return found


@pytest.fixture
def actions(window: QWidget) -> Actions:
    return Actions(window)


@pytest.fixture
def inspector(program: Program, actions: Actions, qtbot: QtBot) -> Iterator[DeliveryInspector]:
    live = Live(program.store)
    found = DeliveryInspector(program, live, actions, Tasks(_fail))
    qtbot.addWidget(found)
    found.resize(900, 400)
    found.show()
    yield found
    live.stop()


def _fail(error: BaseException) -> None:
    raise error
