from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QWidget

from hookscope.endpoints import Endpoint
from hookscope.responses import Condition, Response, Rule, Subject
from hookscope.responses.senders import load_senders
from hookscope.ui.endpoint.response_question import Question
from hookscope.ui.endpoint.response_settings import ResponseSettings

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from hookscope.program import Program

PURCHASE = "vendasta-marketplace-purchase"


@pytest.fixture
def settings(program: Program, endpoint: Endpoint, qtbot: QtBot) -> ResponseSettings:
    settings = ResponseSettings(program)
    qtbot.addWidget(settings)
    settings.show_endpoint(endpoint)
    settings.show()
    return settings


def stored(program: Program, endpoint: Endpoint) -> Endpoint:
    found = program.endpoints.get(endpoint.id)
    assert found is not None
    return found


def test_it_shows_what_is_set(settings: ResponseSettings, endpoint: Endpoint) -> None:
    assert settings.profile.currentText() == load_senders()["vendasta-automation"].name
    assert not settings.hold.isChecked()
    settings.show_endpoint(replace(endpoint, sender="generic", hold=True))
    assert settings.profile.currentText() == load_senders()["generic"].name
    assert settings.hold.isChecked()


def test_both_are_saved_at_once_and_nothing_else_is_lost(
    settings: ResponseSettings, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    program.endpoints.save(replace(endpoint, name="renamed")).result()
    settings.hold.click()
    settings.profile.activated.emit(settings.profile.findData("generic"))
    wanted = replace(endpoint, name="renamed", sender="generic", hold=True)
    qtbot.waitUntil(lambda: stored(program, endpoint) == wanted)
    qtbot.waitUntil(lambda: settings.profile.currentData() == "generic")
    settings.hold.click()
    qtbot.waitUntil(lambda: not stored(program, endpoint).hold)


def test_what_comes_in_between_does_not_turn_the_switch_back(
    settings: ResponseSettings, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    settings.hold.click()
    settings.show_endpoint(endpoint)  # as it was before
    assert settings.hold.isChecked()
    qtbot.waitUntil(lambda: stored(program, endpoint).hold)


def test_what_cannot_be_saved_is_told_and_taken_back(
    settings: ResponseSettings, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    program.endpoints.delete(endpoint.id).result()
    with qtbot.waitSignal(settings.message) as told:
        settings.hold.click()
    assert told.args == ["The endpoint was deleted meanwhile."]
    assert not settings.hold.isChecked()


def test_a_sender_to_whom_an_applied_status_does_harm_is_asked_about(
    settings: ResponseSettings, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    rules = (Rule("a", (Condition(Subject.METHOD, "PUT"),), Response(404)), Rule("b", (), Response(302)))
    settings.show_endpoint(program.endpoints.save(replace(endpoint, rules=rules)).result())
    asked: list[tuple[Question, Callable[[], None]]] = []
    settings.status_asked.connect(lambda question, then: asked.append((question, then)))
    settings.profile.activated.emit(settings.profile.findData(PURCHASE))
    assert [question.sentence for question, _ in asked] == ["A 404 here rejects a real purchase. Use it anyway?"]
    assert settings.profile.currentData() == "vendasta-automation"
    asked[-1][1]()
    assert [question.status for question, _ in asked] == [404, 302]
    assert stored(program, endpoint).sender == "vendasta-automation"
    asked[-1][1]()
    qtbot.waitUntil(lambda: stored(program, endpoint).sender == PURCHASE)
    qtbot.waitUntil(lambda: settings.profile.currentData() == PURCHASE)
    settings.profile.activated.emit(settings.profile.findData(PURCHASE))  # the one it has
    assert len(asked) == 2


def test_the_switch_says_what_happens_by_itself(settings: ResponseSettings) -> None:
    assert settings.hold.text() == "Hold requests and respond by hand"
    assert "After 50 s the prepared one goes out by itself." in settings.hold.toolTip()


def test_everything_has_a_name(settings: ResponseSettings, unnamed: Callable[[QWidget], list[str]]) -> None:
    assert unnamed(settings) == []
    settings.set_room(100)
    assert unnamed(settings) == []
