"""Deliveries as the listener would store them, in a program of their own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from hookscope.deliveries import Arrival, Finish, Outcome, Request, Row, Store
from hookscope.ui.actions import Actions
from hookscope.ui.deliveries.list_pane import ListPane
from hookscope.ui.deliveries.live import Live
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.plain_label import PlainLabel

if TYPE_CHECKING:
    from hookscope.program import Program

Arrive = Callable[..., list[int]]


def arrival(number: int = 0, **changes: Any) -> Arrival:
    """A small request; its body holds its number."""
    request = Request("POST", "/order-created", (("Content-Type", "application/json"),), b'{"n": "no %d!"}' % number)
    usual: dict[str, Any] = {"request": request, "received_us": time.time_ns() // 1000, "endpoint_id": 1}
    return Arrival(**{**usual, "endpoint_name": "order-created", **changes})


def row(id: int = 1, **changes: Any) -> Row:
    """A row of the table that was answered with 200."""
    usual = Row(
        id=id,
        received_us=time.time_ns() // 1000,
        via="local",
        endpoint_id=1,
        endpoint_name="order-created",
        method="POST",
        target="/order-created",
        body_bytes=152,
        verdict_state="unconfigured",
        verdict_reason="unconfigured",
        status=200,
        outcome=Outcome.ANSWERED,
        took_us=12_000,
        attempt=1,
        again=False,
        ids=(),
        problem="",
        pinned=False,
        seen=False,
    )
    return usual._replace(**changes)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """A program that does not listen: deliveries come straight to its store."""
    from hookscope.program import Program

    program = Program(tmp_path / "data")
    yield program
    program.close()


@pytest.fixture
def arrive(program: Program) -> Arrive:
    """Store so many requests, each answered with 200 unless ``status``, ``outcome`` say otherwise; gives their ids."""

    def arrive(count: int, *, status: int = 200, outcome: Outcome = Outcome.ANSWERED, **changes: Any) -> list[int]:
        ids = asyncio.run(append_all(program.store, [arrival(number, **changes) for number in range(count)]))
        if outcome is not Outcome.WAITING:
            for id in ids:
                program.store.finish(id, Finish(outcome, status, 12_000))
        settle(program)
        return ids

    return arrive


async def append_all(store: Store, arrivals: list[Arrival]) -> list[int]:
    """Store these as the listener does."""
    return list(await asyncio.gather(*[store.append(each) for each in arrivals]))


def settle(program: Program) -> None:
    """Wait until all that was given to the store is written and reported."""
    program.store.write(lambda db: None).result(timeout=10)


@pytest.fixture
def live(program: Program, qapp: object) -> Iterator[Live]:
    live = Live(program.store)
    yield live
    live.stop()


class Pane:
    """The list in a window of its own, and what it said."""

    def __init__(self, program: Program, live: Live, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.window = QMainWindow()
        self.actions = Actions(self.window)
        self.pane = ListPane(program, live, self.actions)
        self.model, self.view = self.pane.model, self.pane.view
        self.chosen: list[int] = []
        self.pane.delivery_chosen.connect(self.chosen.append)
        qtbot.addWidget(self.window)
        self.window.setCentralWidget(self.pane)
        self.window.resize(1096, 400)
        self.window.show()

    def wait_for(self, count: int) -> None:
        """Wait until so many rows are shown."""
        self._qtbot.waitUntil(lambda: self.model.rowCount() == count and self.model.is_complete)

    def do(self, action: str) -> None:
        """What the key of this action does."""
        self.actions.action(action).trigger()

    def texts(self) -> list[str]:
        """Every text on screen outside the table, captions of buttons in brackets."""
        labels = [label.text() for label in self.pane.findChildren(PlainLabel) if label.isVisible() and label.text()]
        buttons = self.pane.findChildren(FlatButton)
        return labels + [f"[{button.text()}]" for button in buttons if button.isVisible()]

    def press(self, caption: str) -> None:
        """Press the visible button with this caption."""
        buttons = self.pane.findChildren(FlatButton)
        next(button for button in buttons if button.isVisible() and button.text() == caption).click()


@pytest.fixture
def pane(program: Program, live: Live, qtbot: QtBot) -> Pane:
    return Pane(program, live, qtbot)
