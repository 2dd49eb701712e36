"""Held requests and rules made from deliveries, in the whole window."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from helpers.open_window import (
    button,
    delivery_inspector,
    endpoint_inspector,
    first,
    focused,
    opened,
    post,
    rows,
    until,
)
from hookscope.deliveries import SentResponse
from hookscope.endpoints import Endpoint, ResponseKey
from hookscope.program import Program
from hookscope.responses import Condition, Response, Rule, Subject
from hookscope.ui.endpoint.endpoint_inspector import RESPONSE as ENDPOINT_RESPONSE
from hookscope.ui.endpoint.endpoint_inspector import SET_UP
from hookscope.ui.held_notice import words
from hookscope.ui.inspector.delivery_inspector import BODY, RESPONSE
from hookscope.ui.window_content import WindowContent

pytestmark = pytest.mark.anyio


def change(program: Program, **changes: object) -> Endpoint:
    return program.endpoints.save(replace(first(program), **changes)).result(timeout=10)  # type: ignore[arg-type]


async def held(window: WindowContent, count: int) -> list[int]:
    await until(lambda: len(window.program.held) == count and rows(window) >= count)
    return sorted(window.program.held)


async def test_a_line_says_how_many_wait_and_shows_the_oldest(program: Program) -> None:
    change(program, hold=True)
    async with opened(program) as window:
        answers = [asyncio.create_task(post(program.url(first(program)))) for _ in range(2)]
        oldest, newest = await held(window, 2)
        await until(lambda: window.messages.messages() == ["2 requests wait for your response."])
        button(window.messages, "Show").click()
        inspector = await delivery_inspector(window)
        await until(lambda: inspector.response.hold.isVisible())
        assert inspector.tabs.current() == RESPONSE
        assert window.list._choice.id == oldest
        assert window.messages.messages() == []
        inspector.response.hold.send()
        await until(lambda: window.messages.messages() == ["1 request waits for your response."])
        window.list.select(newest)
        await until(lambda: inspector.response.hold.isVisible() and window.messages.messages() == [])
        inspector.tabs.set_current(BODY)
        await until(lambda: window.messages.messages() == ["1 request waits for your response."])
        button(window.messages, "Show").click()
        await until(lambda: inspector.tabs.current() == RESPONSE)
        inspector.response.hold.send()
        assert [status for status, _ in await asyncio.gather(*answers)] == [200, 200]
        await until(lambda: window.messages.messages() == [])


async def test_showing_what_waits_brings_the_keyboard_along(program: Program) -> None:
    change(program, hold=True)
    async with opened(program) as window:
        answer = asyncio.create_task(post(program.url(first(program))))
        await held(window, 1)
        await until(lambda: window.messages.messages() == ["1 request waits for your response."])
        show = button(window.messages, "Show")
        show.setFocus()
        show.click()
        inspector = await delivery_inspector(window)
        await until(lambda: window.messages.messages() == [])
        assert inspector.isAncestorOf(focused())
        await until(lambda: inspector.response.hold.isVisible())
        inspector.response.hold.send()
        assert (await answer)[0] == 200


async def test_new_ones_do_not_lead_away_from_what_is_edited(program: Program) -> None:
    change(program, hold=True)
    async with opened(program) as window:
        answers = [asyncio.create_task(post(program.url(first(program))))]
        (id,) = await held(window, 1)
        window.list.select(id)
        inspector = await delivery_inspector(window)
        await until(lambda: inspector.response.hold.isVisible())
        inspector.response.hold.form.body.setFocus()
        answers.append(asyncio.create_task(post(program.url(first(program)))))
        await held(window, 2)
        await until(lambda: window.messages.messages() == ["2 requests wait for your response."])
        assert window.list._choice.id == id
        assert inspector.response.hold.form.body.hasFocus()
        for each in program.held:
            program.release(each, SentResponse(204))
        await asyncio.gather(*answers)


def menu_texts(window: WindowContent) -> list[str]:
    menu = next(menu for menu in window.findChildren(QMenu) if menu.isVisible())
    texts = [action.text().replace("&", "") for action in menu.actions() if action.text()]
    menu.close()
    return texts


async def test_holding_is_switched_in_the_menu_of_the_endpoint(program: Program) -> None:
    async with opened(program) as window:
        hold = window.registry.action("hold")
        window._open_endpoint_menu(first(program).id, QPoint(0, 0))
        assert menu_texts(window)[:4] == ["Copy address", "Send a sample", "Hold requests", "Rename…"]
        assert not hold.isChecked()
        hold.trigger()
        await until(lambda: first(program).hold)
        assert hold.isChecked()
        window.sidebar.choose(program.endpoints.all()[-1].id)
        assert not hold.isChecked()
        window.sidebar.choose(first(program).id)
        assert hold.isChecked()
        change(program, hold=False)
        await until(lambda: not hold.isChecked())


@pytest.mark.logs("a change could not be written")
async def test_an_endpoint_that_cannot_be_changed_says_so(program: Program) -> None:
    async with opened(program) as window:
        program.store.write(lambda db: db.execute("DROP TABLE endpoint")).result(timeout=10)
        window.registry.action("hold").trigger()
        await until(lambda: bool(window.messages.messages()))
        assert window.messages.messages()[0].startswith("The endpoint was not changed.")
        assert not window.registry.action("hold").isChecked()


async def test_respond_like_this_makes_a_draft_of_a_rule(program: Program) -> None:
    change(program, response=Response(503, (("Retry-After", "5"),), '{"busy": true}'))
    async with opened(program) as window:
        await post(program.url(first(program)), b'{"event": "order.paid"}')
        await until(lambda: rows(window) == 1 and window.list.model.cached(0))
        window.list.view.selectRow(0)
        inspector = await delivery_inspector(window)
        inspector.tabs.set_current(RESPONSE)
        await until(lambda: inspector.response.like.isVisible())
        id = window.list._choice.id
        inspector.response.like.click()
        assert endpoint_inspector(window).tabs.current() == ENDPOINT_RESPONSE
        await until(lambda: program.endpoints.draft(first(program).id))
        draft = program.endpoints.draft(first(program).id)
        assert draft is not None
        when = (Condition(Subject.METHOD, "POST"), Condition(Subject.BODY, "event == 'order.paid'"))
        response = Response(503, (("Retry-After", "5"),), '{"busy": true}')
        assert draft.rules == (Rule(f"Like delivery {id}", when, response),)
        assert first(program).rules == ()


async def test_the_way_to_the_rule_that_answered(program: Program) -> None:
    rules = (Rule("one", (Condition(Subject.METHOD, "GET"),)), Rule("two", response=Response(409)))
    change(program, rules=rules)
    async with opened(program) as window:
        await post(program.url(first(program)))
        await until(lambda: rows(window) == 1 and window.list.model.cached(0))
        window.list.view.selectRow(0)
        inspector = await delivery_inspector(window)
        inspector.tabs.set_current(RESPONSE)
        await until(lambda: inspector.response.trace.isVisible())
        assert inspector.response.trace.answered.texts() == ["Answered by the rule “two”"]
        assert inspector.response.trace.passed.texts() == ["“one”: the method is POST, not GET"]
        inspector.response.change.click()
        shown = endpoint_inspector(window)
        assert shown.tabs.current() == ENDPOINT_RESPONSE
        assert shown.response.form.response().status == 409


async def test_a_check_endpoint_is_made_and_its_deliveries_tell_what_came_back(program: Program) -> None:
    change(program, response_keys=(ResponseKey("ticket"),), response=Response(200, (), '{"ticket": "42"}'))
    async with opened(program) as window:
        window.sidebar.choose(first(program).id)
        endpoint_inspector(window).prove_requested.emit(first(program).id)
        await until(lambda: any(each.proves for each in program.endpoints.all()))
        check = next(each for each in program.endpoints.all() if each.proves)
        await until(lambda: window.sidebar.current() == check.id)
        assert endpoint_inspector(window).tabs.current() == SET_UP
        await post(program.url(first(program)))
        await post(program.url(check), b'{"ticket": "42"}')
        await until(lambda: rows(window) == 1 and window.list.model.cached(0))
        window.list.view.selectRow(0)
        inspector = await delivery_inspector(window)
        await until(lambda: inspector.body.proof.isVisible())
        asked: list[int] = []
        inspector.delivery_requested.connect(asked.append)
        compared_with = window.list._choice.id - 1
        inspector.body.proof.compared.click()
        assert asked == [compared_with]


async def test_what_cannot_be_proved_says_why(program: Program) -> None:
    async with opened(program) as window:
        window.commands.prove(first(program).id)
        assert window.messages.messages() == ["There is nothing to prove yet. Declare a key of the response first."]


def test_words() -> None:
    assert [words(count) for count in (1, 2, 1_234)] == [
        "1 request waits for your response.",
        "2 requests wait for your response.",
        "1,234 requests wait for your response.",
    ]
