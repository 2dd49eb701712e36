"""The sender profiles behind the words of the table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pytestqt.qtbot import QtBot

from hookscope.ui.deliveries.senders import Senders

if TYPE_CHECKING:
    from hookscope.program import Program


def test_profiles_follow_the_endpoints(program: Program, qtbot: QtBot) -> None:
    endpoint = program.endpoints.all()[0]
    senders = Senders(program.endpoints)
    told: list[str] = []
    senders.changed.connect(lambda: told.append(senders.of(endpoint.id)))
    assert senders.of(endpoint.id) == endpoint.sender == "vendasta-automation"
    assert (senders.of(None), senders.of(9999)) == ("", "")
    added = program.endpoints.save(replace(endpoint, id=0, name="other", path="/other", sender="generic")).result(
        timeout=10
    )
    assert senders.of(added.id) == "generic"
    program.endpoints.delete(endpoint.id).result(timeout=10)
    assert senders.of(endpoint.id) == ""
    qtbot.waitUntil(lambda: len(told) == 2)
