"""*Prove it* on a real program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from hookscope.endpoints import Endpoint, ResponseKey
from hookscope.ui.endpoint.history import Came
from hookscope.ui.endpoint.proving import Prove, check_state

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from hookscope.program import Program


@pytest.fixture
def proved(program: Program, endpoint: Endpoint) -> Endpoint:
    return program.endpoints.save(replace(endpoint, response_keys=(ResponseKey("ticket"),))).result(10)


@pytest.fixture
def prove(program: Program) -> Iterator[Prove]:
    owner = QObject()
    yield Prove(program, owner)
    owner.deleteLater()


def test_the_check_endpoint_is_added_once(program: Program, proved: Endpoint, prove: Prove, qtbot: QtBot) -> None:
    with qtbot.waitSignal(prove.ready) as ready:
        prove.start(proved.id)
    check = program.endpoints.get(ready.args[0])
    assert check is not None
    assert (check.name, check.proves, check.path) == (f"{proved.name}-check", proved.name, f"{proved.path}-check")
    before = program.endpoints.all()
    with qtbot.waitSignal(prove.ready) as again:
        prove.start(proved.id)
    assert again.args == [check.id]
    assert program.endpoints.all() == before


def test_where_there_is_nothing_to_prove_it_says_why(
    program: Program, endpoint: Endpoint, prove: Prove, qtbot: QtBot
) -> None:
    before = program.endpoints.all()
    with qtbot.waitSignal(prove.message) as said:
        prove.start(endpoint.id)
    assert said.args == ["There is nothing to prove yet. Declare a key of the response first."]
    prove.start(4711)
    assert program.endpoints.all() == before


def test_the_state_leads_to_the_body() -> None:
    now = datetime.now(UTC)
    assert check_state(None, now).sentence == "Waiting for the first request from the automation…"
    came = check_state(Came(7, int(now.timestamp() * 1_000_000)), now)
    assert came.sentence == f"Last request at {now.astimezone():%H:%M:%S}. Its Body tab shows what came back."
    assert came.spoken == "Done"
