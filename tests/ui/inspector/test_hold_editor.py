"""Responding by hand: real requests over sockets that wait for what is typed."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hookscope.deliveries import SentResponse
from hookscope.endpoints import Endpoint
from hookscope.responses import BodyKind, Fault, Response
from hookscope.ui.actions import Actions
from hookscope.ui.inspector.delivery_inspector import BODY, RESPONSE, DeliveryInspector
from hookscope.ui.inspector.hold_editor import TOO_LATE, prepared, remaining_words

if TYPE_CHECKING:
    from hookscope.program import Program

Answer = Future[tuple[int, str | None, bytes]]
Send = Callable[[], Answer]


@pytest.fixture
def endpoint(program: Program) -> Endpoint:
    """The first endpoint, whose requests are held."""
    response = Response(202, (("X-A", "1"),), '{"ticket": "42"}')
    held = replace(program.endpoints.all()[0], hold=True, response=response)
    return program.endpoints.save(held).result(timeout=10)


@pytest.fixture
def send(program: Program, endpoint: Endpoint) -> Send:
    """Sends a request on a thread of its own."""
    pool = ThreadPoolExecutor(4)
    port = program.listener_state.port

    def exchange() -> tuple[int, str | None, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("POST", endpoint.path, b'{"orderId": "ORD-1"}')
            answer = connection.getresponse()
            return answer.status, answer.headers["X-A"], answer.read()
        finally:
            connection.close()

    return lambda: pool.submit(exchange)


def held(program: Program, qtbot: QtBot, count: int = 1) -> list[int]:
    """The ids of the requests that wait, once there are so many."""
    qtbot.waitUntil(lambda: len(program.held) == count)
    return sorted(program.held)


def show(inspector: DeliveryInspector, qtbot: QtBot, id: int) -> None:
    inspector.show_delivery(id)
    qtbot.waitUntil(lambda: inspector._content is not None and inspector._content.delivery.id == id)


def body_of(inspector: DeliveryInspector) -> str:
    return inspector.response.hold.form.response().body


def test_the_editor_holds_what_would_go_out_and_sends_what_is_typed(
    inspector: DeliveryInspector, program: Program, send: Send, qtbot: QtBot
) -> None:
    answer = send()
    (id,) = held(program, qtbot)
    show(inspector, qtbot, id)
    editor = inspector.response.hold
    assert inspector.tabs.current() == RESPONSE
    assert editor.isVisible()
    assert editor.form.response() == Response(202, (("X-A", "1"),), '{"ticket": "42"}')
    assert editor.remaining.raw_text().startswith("The prepared response goes out by itself in ")
    editor.form.set_response(Response(409, (), "not now", BodyKind.TEXT), "vendasta-automation")
    editor.send_button.click()
    assert answer.result(20) == (409, None, b"not now")
    qtbot.waitUntil(lambda: not editor.isVisible())
    qtbot.waitUntil(lambda: inspector.response.status.raw_text() == "409 Conflict")
    assert inspector.response.problem.texts() == ["You sent this response by hand."]


def test_the_connection_is_dropped(inspector: DeliveryInspector, program: Program, send: Send, qtbot: QtBot) -> None:
    answer = send()
    show(inspector, qtbot, held(program, qtbot)[0])
    inspector.response.hold.drop_button.click()
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        answer.result(20)
    qtbot.waitUntil(lambda: inspector.response.problem.texts() == ["You dropped the connection by hand."])


def test_a_response_that_cannot_be_sent_is_marked_and_not_sent(
    inspector: DeliveryInspector, program: Program, send: Send, qtbot: QtBot
) -> None:
    answer = send()
    (id,) = held(program, qtbot)
    show(inspector, qtbot, id)
    editor = inspector.response.hold
    editor.form.set_response(Response(200, (), "{broken"), "")
    editor.send_button.click()
    qtbot.wait(50)
    assert program.held == {id}
    assert not answer.done()
    assert editor.send_button.isEnabled()
    editor.form.set_response(Response(200, (), '{"a": 1}'), "")
    editor.send_button.click()
    assert answer.result(20)[2] == b'{"a": 1}'


def test_what_is_typed_stays_while_another_one_is_looked_at(
    inspector: DeliveryInspector, program: Program, send: Send, qtbot: QtBot
) -> None:
    answers = [send(), send()]
    first, second = held(program, qtbot, 2)
    inspector.tabs.set_current(BODY)
    show(inspector, qtbot, first)
    typing(inspector, '{"typed": "first"}')
    show(inspector, qtbot, second)
    assert body_of(inspector) == '{"ticket": "42"}'
    show(inspector, qtbot, first)
    assert body_of(inspector) == '{"typed": "first"}'
    answers.append(send())
    held(program, qtbot, 3)
    qtbot.wait(50)
    assert body_of(inspector) == '{"typed": "first"}'  # a new one takes nothing away
    inspector.response.hold.send()
    qtbot.waitUntil(lambda: any(answer.done() for answer in answers))
    assert {answer.result()[2] for answer in answers if answer.done()} == {b'{"typed": "first"}'}
    qtbot.waitUntil(lambda: inspector.response.hold._typed == {})
    for id in held(program, qtbot, 2):
        program.release(id, SentResponse(200))


def typing(inspector: DeliveryInspector, body: str) -> None:
    """Replace the body in the editor as a user does."""
    view = inspector.response.hold.form.body
    view.selectAll()
    view.insertPlainText(body)
    assert body_of(inspector) == body


def test_ctrl_return_sends_also_out_of_the_body(
    inspector: DeliveryInspector, program: Program, actions: Actions, send: Send, qtbot: QtBot
) -> None:
    action = actions.action("send_held")
    assert not action.isEnabled()
    answer = send()
    show(inspector, qtbot, held(program, qtbot)[0])
    assert action.isEnabled()
    inspector.addAction(action)  # in the window every widget is below the one that has the actions
    inspector.activateWindow()
    view = inspector.response.hold.form.body
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    QTest.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert answer.result(20)[0] == 202
    qtbot.waitUntil(lambda: not action.isEnabled())


def test_too_late(inspector: DeliveryInspector, program: Program, send: Send, qtbot: QtBot) -> None:
    answer = send()
    (id,) = held(program, qtbot)
    show(inspector, qtbot, id)
    program.release(id, SentResponse(200)).result(10)
    with qtbot.waitSignal(inspector.message) as told:
        inspector.response.hold.send()  # before the window knows
    assert told.args == [TOO_LATE]
    assert answer.result(20)[0] == 200


def test_the_tab_before_comes_back_with_the_next_delivery(
    inspector: DeliveryInspector, program: Program, arrive: Callable[..., int], send: Send, qtbot: QtBot
) -> None:
    answer = send()
    (id,) = held(program, qtbot)
    show(inspector, qtbot, id)
    assert inspector.memory()["tab"] == BODY
    program.release(id, SentResponse(200))
    assert answer.result(20)[0] == 200
    qtbot.waitUntil(lambda: not inspector.response.is_held())
    assert inspector.tabs.current() == RESPONSE
    other = arrive()
    show(inspector, qtbot, other)
    assert inspector.tabs.current() == BODY


@pytest.mark.parametrize(
    ("left_us", "fixed", "words"),
    [
        (37_000_000, True, "The prepared response goes out by itself in 37 s."),
        (36_000_001, True, "The prepared response goes out by itself in 37 s."),
        (0, True, "The prepared response goes out by itself now."),
        (-5, True, "The prepared response goes out by itself now."),
        (5_000_000, False, "What is set for this request (a handler or a fault) happens by itself in 5 s."),
    ],
)
def test_the_countdown(left_us: int, fixed: bool, words: str) -> None:
    assert remaining_words(left_us, fixed=fixed) == words


def test_what_is_not_fixed_begins_empty() -> None:
    assert prepared(SentResponse(0)) == Response()
    assert prepared(SentResponse(200, (("Content-Length", "2"),), b"ok")) == Response(200, (), "ok", BodyKind.TEXT)
    assert prepared(SentResponse(0)).fault is Fault.NONE
