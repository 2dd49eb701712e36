from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hookscope.responses import Fault
from hookscope.ui.endpoint.fault_field import FaultField

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

OFFERED = ["Respond", "Close without a response", "Break off in the middle"]


@pytest.fixture
def field(qtbot: QtBot) -> FaultField:
    field = FaultField()
    qtbot.addWidget(field)
    return field


def entries(field: FaultField) -> list[str]:
    return [field.choice.itemText(index) for index in range(field.choice.count())]


def test_three_are_offered(field: FaultField) -> None:
    assert entries(field) == OFFERED
    chosen = []
    for index in range(3):
        field.choice.setCurrentIndex(index)
        chosen.append(field.fault())
    assert chosen == [Fault.NONE, Fault.CLOSE_BEFORE, Fault.RESET_IN_BODY]


def test_one_of_a_workspace_file_has_an_entry_until_another_response_comes(field: FaultField, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(field.changed):
        field.set_fault(Fault.HANG)
    assert entries(field) == [*OFFERED, "Never respond"]
    assert field.fault() is Fault.HANG
    with qtbot.waitSignal(field.changed):
        field.choice.setCurrentIndex(0)
    assert field.fault() is Fault.NONE
    field.set_fault(Fault.SLOW_BODY)
    assert entries(field) == [*OFFERED, "Respond with a slow body"]
    field.set_fault(Fault.NONE)
    assert entries(field) == OFFERED
