"""The record pane in the real window, over the stand-in platform."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from helpers.keyrings import chosen
from helpers.open_records import (
    ACCOUNT,
    BODY,
    ORDER,
    USER,
    chip,
    click,
    deliver,
    fields,
    pane_of,
    seen_texts,
    states,
    titled,
    window_on,
)
from helpers.open_window import button, focused, opened, running, until
from helpers.platform_api import Fault, PlatformApi
from hookscope.records.model import AccessToken
from hookscope.ui.records.credential_dialog import CredentialDialog
from hookscope.ui.records.record_pane import RecordPane
from hookscope.ui.window_content import WindowContent

pytestmark = pytest.mark.anyio

ORDER_TITLE, ACCOUNT_TITLE = "Order ORD-K3J2H1G0F9", f"Sales account {ACCOUNT}"


async def test_one_click_fetches_and_shows_the_record(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        inspector = await deliver(window)
        assert inspector.record.pane is None
        inspector.body.look_up_requested.emit(ORDER, "order")
        pane = pane_of(inspector)
        await until(lambda: titled(pane, ORDER_TITLE))
        assert fields(pane)["Status"] == "Draft"
        assert pane.head.age.text().startswith("fetched ")
        assert states(pane) == {
            ORDER: "fetched", ACCOUNT: "not fetched", USER: "not fetched", "ABCD": "nothing to look up",
        }  # fmt: skip
        assert chip(pane, ORDER).isChecked()
        assert len(api.asked(f"/orders/{ORDER}")) == 1


async def test_three_look_ups_of_the_guide_take_one_click_each(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        inspector = await deliver(window)
        tree = inspector.body.body.tree
        for key, title in (("orderId", ORDER_TITLE), ("accountId", ACCOUNT_TITLE), ("userId", f"User {USER}")):
            row = list(BODY).index(key)
            cell = tree.visualRect(tree.json.index(row, 1))
            QTest.mouseClick(
                tree.viewport(), Qt.MouseButton.LeftButton, pos=cell.center() - QPoint(cell.width() // 3, 0)
            )
            await until(partial(titled, pane_of(inspector), title))
        assert sorted(seen.path for seen in api.requests) == sorted(
            f"/platform/{path}" for path in (f"orders/{ORDER}", f"salesAccounts/{ACCOUNT}", f"users/{USER}")
        )
        assert not api.problems


async def test_what_was_fetched_is_kept_and_refresh_asks_again(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        await click(chip(pane, USER))
        await until(lambda: pane.head.title.raw_text() == f"User {USER}" and pane.view.isVisible())
        await click(chip(pane, ORDER))
        await until(lambda: titled(pane, ORDER_TITLE))
        assert len(api.asked(f"/orders/{ORDER}")) == 1
        await click(pane.head.refresh)
        await until(lambda: len(api.asked(f"/orders/{ORDER}")) == 2 and states(pane)[ORDER] == "fetched")
        assert titled(pane, ORDER_TITLE)


async def test_what_record_and_payload_say_differently_is_marked(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window, {**BODY, "status": "processing"})
        model = pane.view.fields.fields
        assert [model.index(row, 1).data() for row in range(2)] == ["Draft", "payload: processing"]
        other = f"{ACCOUNT}:ORD-Z9Y8X7W6V5"
        await deliver(window, {**BODY, "status": "processing", "entityId": other})
        await until(lambda: other in states(pane))
        await until(lambda: not model.differs(0))  # with two orders the status may be that of the other
        assert titled(pane, ORDER_TITLE)


async def test_links_lead_on_and_the_breadcrumb_back(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        location = pane.view.links.buttons[0]
        assert location.accessibleName().startswith(f"Business location {ACCOUNT}")
        await click(location)
        await until(lambda: titled(pane, f"Business location {ACCOUNT}"))
        assert [link.accessibleName() for link in pane.head.crumbs.links] == [
            f"‹ {ORDER_TITLE}: Go back to this record"
        ]
        assert [link.accessibleName() for link in pane.head.types.links] == ["Sales account: Look it up as this"]
        assert chip(pane, ACCOUNT).isChecked()  # whose record it is
        await click(pane.head.types.links[0])
        await until(lambda: titled(pane, ACCOUNT_TITLE))
        await click(pane.head.crumbs.links[0])
        await until(lambda: titled(pane, ORDER_TITLE))
        assert pane.head.crumbs.links == []
        await click(next(each for each in pane.view.links.buttons if each.accessibleName().startswith("Fulfilment")))
        await until(lambda: titled(pane, f"Fulfilment forms of order {ORDER.partition(':')[2]}"))


async def test_a_record_on_the_way_is_gone_back_to(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        look_up = pane._trail[0]
        await click(pane.view.links.buttons[0])
        await until(lambda: titled(pane, f"Business location {ACCOUNT}"))
        pane.view.link_chosen.emit(look_up)
        await until(lambda: titled(pane, ORDER_TITLE))
        assert pane.head.crumbs.links == []


async def test_links_elsewhere_are_shown_and_never_asked(api: PlatformApi, tmp_path: Path) -> None:
    api.faults[f"/orders/{ORDER}"] = Fault.FOREIGN_LINKS
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        assert any("not followed with your token" in text for text in seen_texts(pane.view.links))
        assert not api.seen_by("elsewhere")


async def test_the_menu_shows_the_credential_in_use(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        pane.head.more.menu().actions()[-1].trigger()
        dialog = window.window().findChild(CredentialDialog)
        assert isinstance(dialog, CredentialDialog)
        await until(lambda: dialog.page.panel.name.raw_text())
        assert dialog.isVisible()
        dialog.close()


async def test_the_menu_copies_json_and_curl_without_the_token(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        as_json, as_curl, _, _ = pane.head.more.menu().actions()
        as_json.trigger()
        assert '"statusCode": "draft"' in QGuiApplication.clipboard().text()
        as_curl.trigger()
        copied = QGuiApplication.clipboard().text()
        assert copied.startswith("curl ")
        assert "$TOKEN" in copied
        assert not any(token in copied for token in api.grants)


# --- what goes wrong -------------------------------------------------------------------------------------------------


async def test_a_refusal_names_the_scopes(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path, scopes=("sales.account",)) as window:
        inspector = await deliver(window)
        inspector.look_up(ORDER)
        pane = pane_of(inspector)
        await until(pane.failure.isVisible)
        sentence = pane.failure.sentence.raw_text()
        assert sentence.startswith("This credential may not read orders. It needs the scope `order:read` or `order`")
        assert "it has `sales.account`" in sentence
        assert pane.failure.hint.raw_text() == "The scopes it has are those the token itself names."
        assert states(pane)[ORDER] == "failed"
        await click(pane.failure.unfold)
        assert "lacks the scope" in pane.failure.detail.raw_text()


async def test_a_token_that_ended_asks_for_a_new_one(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        api.revoke()
        await click(chip(pane, USER))
        await until(pane.failure.isVisible)
        assert pane.failure.sentence.raw_text() == "The platform does not accept the token any more."
        await click(button(pane.failure, "Get a new one"))
        assert pane.credential is not None
        assert pane.credential.isVisible()
        await click(pane.credential.start.cancel_button)
        assert pane.failure.isVisible()
        await click(button(pane.failure, "Get a new one"))
        window.program.records.save_credential("custom", AccessToken(api.new_token()), this_run=True).result(10)
        await until(lambda: titled(pane, f"User {USER}"))


async def test_without_a_credential_one_is_asked_for_and_the_record_follows(api: PlatformApi, tmp_path: Path) -> None:
    with chosen():
        await ask_for_a_credential(api, tmp_path)


async def test_a_credential_that_is_being_entered_stays_where_it_is(api: PlatformApi, tmp_path: Path) -> None:
    with chosen():
        async with window_on(api, tmp_path, token=False) as window:
            inspector = await deliver(window)
            inspector.look_up(ORDER)
            pane = pane_of(inspector)
            await until(lambda: pane.credential and pane.credential.isVisible())
            assert pane.credential is not None
            await click(pane.credential.start.paste_button)
            await deliver(window, {"accountId": "AG-W1W2W3W4W5"})
            await until(lambda: "AG-W1W2W3W4W5" in states(pane))
            assert pane.credential.paste.isVisible()
            pane.credential.paste.value.setText(api.new_token())
            await click(pane.credential.paste.save)
            await until(pane.empty.isVisible)  # nobody has asked for this delivery's record
            assert not api.requests


async def ask_for_a_credential(api: PlatformApi, folder: Path) -> None:
    async with window_on(api, folder, token=False) as window:
        inspector = await deliver(window)
        inspector.look_up(ORDER)
        pane = pane_of(inspector)
        await until(lambda: pane.credential and pane.credential.isVisible())
        assert not api.requests
        assert states(pane)[ORDER] == "not fetched"  # nothing was tried
        window.program.records.save_credential("custom", AccessToken(api.new_token()), this_run=True).result(10)
        await until(lambda: titled(pane, ORDER_TITLE))


async def test_a_broken_connection_can_be_tried_again(api: PlatformApi, tmp_path: Path) -> None:
    api.faults[f"/orders/{ORDER}"] = Fault.BROKEN_OFF
    async with window_on(api, tmp_path) as window:
        inspector = await deliver(window)
        inspector.look_up(ORDER)
        pane = pane_of(inspector)
        await until(pane.failure.isVisible)
        del api.faults[f"/orders/{ORDER}"]
        await click(button(pane.failure, "Try again"))
        await until(lambda: titled(pane, ORDER_TITLE))
        assert states(pane)[ORDER] == "fetched"


async def test_a_refresh_that_fails_leads_back_to_what_there_was(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        api.faults[f"/orders/{ORDER}"] = Fault.SERVER_ERROR
        await click(pane.head.refresh)
        await until(pane.failure.isVisible)
        await click(button(pane.failure, "Show what was fetched before"))
        await until(lambda: titled(pane, ORDER_TITLE))


async def test_too_many_requests_are_waited_for_in_sight(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        inspector = await deliver(window)
        api.refuse(1, retry_after="2")
        inspector.look_up(ORDER)
        pane = pane_of(inspector)
        await until(pane.progress.isVisible)
        assert pane.progress.words.raw_text().startswith("Too many requests. Trying again in ")
        await until(lambda: titled(pane, ORDER_TITLE))
        assert pane.progress.isHidden()


async def test_what_takes_long_can_be_stopped(api: PlatformApi, tmp_path: Path) -> None:
    api.faults[f"/orders/{ORDER}"] = Fault.SLOW
    async with window_on(api, tmp_path) as window:
        inspector = await deliver(window)
        inspector.look_up(ORDER)
        pane = pane_of(inspector)
        await until(pane.progress.isVisible)
        assert pane.progress.words.raw_text() == f"Fetching {ORDER_TITLE}…"
        assert states(pane)[ORDER] == "being fetched"
        await until(lambda: api.at_once)
        await click(pane.progress.stop)
        await until(lambda: not api.at_once)  # the request itself is given up
        assert pane.progress.isHidden()
        assert pane.failure.sentence.raw_text() == "Stopped before there was an answer."
        await until(lambda: states(pane)[ORDER] == "not fetched")
        api.faults.clear()
        await click(button(pane.failure, "Try again"))
        await until(lambda: titled(pane, ORDER_TITLE))


async def test_a_way_is_offered_once(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        await click(chip(pane, USER))
        await until(lambda: titled(pane, f"User {USER}"))
        words = [link.accessibleName() for link in pane.view.links.buttons]
        assert "Business locations: Look it up" in words  # the record and our description of it both lead there
        assert len(words) == len(set(words))


# --- another delivery ------------------------------------------------------------------------------------------------


async def test_another_delivery_shows_its_ids_and_fetches_nothing(api: PlatformApi, tmp_path: Path) -> None:
    other = "AG-W1W2W3W4W5"
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        asked = len(api.requests)
        await deliver(window, {"accountId": other})
        await until(lambda: states(pane) == {other: "not fetched"})
        assert pane.empty.isVisible()
        assert seen_texts(pane.empty)[-2] == "Choose an id"
        await asyncio.sleep(0.2)
        assert len(api.requests) == asked
        window.list.view.selectRow(1)
        await until(lambda: titled(pane, ORDER_TITLE))  # which is kept
        assert len(api.requests) == asked


async def test_a_late_record_is_kept_and_takes_nobody_elses_place(api: PlatformApi, tmp_path: Path) -> None:
    api.faults[f"/orders/{ORDER}"] = Fault.SLOW
    async with window_on(api, tmp_path) as window:
        inspector = await deliver(window, {"orderId": ORDER})
        inspector.look_up(ORDER)
        pane = pane_of(inspector)
        await until(lambda: api.at_once)
        await deliver(window, {"userId": USER})
        await click(chip(pane, USER))
        await until(lambda: titled(pane, f"User {USER}"))
        api.release()
        await until(lambda: not api.at_once)
        await asyncio.sleep(0.2)
        assert titled(pane, f"User {USER}")
        window.list.view.selectRow(1)
        await until(lambda: titled(pane, ORDER_TITLE))
        assert states(pane)[ORDER] == "fetched"
        assert len(api.asked(f"/orders/{ORDER}")) == 1


async def test_a_click_in_the_list_is_for_the_delivery_that_it_chooses(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        await deliver(window)
        inspector = await deliver(window, {"userId": USER})
        window.list.view.selectRow(1)
        window.list.look_up_requested.emit(ORDER, "order")
        await until(lambda: inspector.record.pane and titled(inspector.record.pane, ORDER_TITLE))
        assert ORDER in states(pane_of(inspector))


async def test_what_stands_beside_an_id_is_that_of_its_delivery(api: PlatformApi, tmp_path: Path) -> None:
    contact = "ContactID-0b9f1c52-7a44-4a0e-9d55-1c9be2f0a7d3"
    async with window_on(api, tmp_path) as window:
        await deliver(window, {"contactId": contact, "partnerId": "ABCD"})
        inspector = await deliver(window, {"partnerId": "WXYZ"})
        window.list.view.selectRow(1)
        window.list.look_up_requested.emit(contact, "")  # which needs to know the partner
        await until(lambda: inspector.record.pane and titled(inspector.record.pane, f"Contact {contact}"))
        assert len(api.asked(f"/ABCD/contacts/{contact}")) == 1


async def test_a_click_on_an_id_in_the_list(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        await deliver(window, {"userId": USER})
        inspector = await deliver(window)
        view, model = window.list.view, window.list.model
        headings = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
        cell = view.visualRect(model.index(1, headings.index("Ids")))
        place = QPoint(cell.left() + 20, cell.center().y())
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        await until(lambda: inspector.record.pane and titled(inspector.record.pane, f"User {USER}"))
        assert states(pane_of(inspector)) == {USER: "fetched"}


async def test_another_platform_forgets_what_was_fetched(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        window.program.records.use_profile("demo")
        await until(pane.empty.isVisible)
        assert states(pane)[ORDER] == "not fetched"
        assert pane.head.title.raw_text() == "Record"


# --- without a record ------------------------------------------------------------------------------------------------


async def test_states_without_a_record(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        await deliver(window, {"hello": "world"})
        await until(lambda: "No ids in this delivery" in seen_texts(pane.empty))
        assert pane.ids.isHidden()
        await deliver(window, {"partnerId": "9YW9"})
        await until(lambda: "Nothing to look up for 9YW9" in seen_texts(pane.empty))
        assert "A partner id names your company. No record belongs to it." in seen_texts(pane.empty)
        await click(chip(pane, "9YW9"))
        assert "Nothing to look up for 9YW9" in seen_texts(pane.empty)


async def test_examples_need_no_key_and_no_network(tmp_path: Path) -> None:
    with running(tmp_path / "data") as program:
        async with opened(program) as window:
            inspector = await deliver(window, {"orderId": "AG-1234567:ORD-1234567", "accountId": "AG-1234567"})
            window.registry.action("look_up").trigger()
            pane = pane_of(inspector)
            await until(lambda: titled(pane, "Order ORD-1234567"))
            assert pane.view.example.isVisible()
            assert "Example record. Not from your account." in seen_texts(pane.view)
            assert set(states(pane).values()) == {"example"}
            assert pane.ids.all.isHidden()
            assert pane.head.age.isHidden()
            await click(pane.view.links.buttons[0])
            await until(lambda: "1234567" in pane.head.title.raw_text() and pane.head.crumbs.links)
            assert pane.view.example.isVisible()


# --- many ids --------------------------------------------------------------------------------------------------------


def many(count: int) -> dict[str, list[str]]:
    return {"accounts": [f"AG-MANY{number:04}" for number in range(count)]}


class Gaps:
    """The longest time in which the window's loop did nothing else."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.timeout.connect(self._tick)
        self._timer.start(5)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now

    def stop(self) -> None:
        self._timer.stop()


async def test_fifty_ids_are_fetched_with_progress(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        await looked_up(window)
        inspector = await deliver(window, many(50))
        pane = pane_of(inspector)
        await until(lambda: len(states(pane)) == 50)
        assert pane.ids.all.accessibleName().startswith("Look up all (50)")
        told: list[str] = []
        pane.fetching.counted.connect(lambda done, of: told.append(f"{done} of {of}"))
        gaps = Gaps()
        await click(pane.ids.all)
        await until(lambda: set(states(pane).values()) == {"fetched"} and not pane.fetching.fetches_all)
        gaps.stop()
        assert told == [f"{done} of 50" for done in range(1, 51)]
        assert gaps.longest < 1.0
        assert pane.ids.all.isHidden()
        assert pane.ids.stop.isHidden()
        await until(lambda: titled(pane, "Sales account AG-MANY0000"))  # nothing was shown before
        assert api.most_at_once <= 10


async def test_fetching_all_can_be_stopped(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        await looked_up(window)
        inspector = await deliver(window, many(50))
        pane = pane_of(inspector)
        await until(lambda: len(states(pane)) == 50)
        for number in range(10, 50):
            api.faults[f"/salesAccounts/AG-MANY{number:04}"] = Fault.SLOW
        await click(pane.ids.all)
        await until(lambda: pane.ids.progress.text() == "10 of 50")
        assert pane.ids.stop.isVisible()
        await click(pane.ids.stop)
        await until(lambda: not pane.fetching.fetches_all and not api.at_once)
        assert list(states(pane).values()).count("fetched") == 10
        assert pane.ids.all.isVisible()


async def test_a_refused_credential_ends_the_rest(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        await looked_up(window)
        inspector = await deliver(window, many(20))
        pane = pane_of(inspector)
        await until(lambda: len(states(pane)) == 20)
        api.revoke()
        await click(pane.ids.all)
        await until(pane.failure.isVisible)
        assert pane.failure.sentence.raw_text() == "The platform does not accept the token any more."
        assert len(api.asked("/salesAccounts/AG-MANY0019")) == 0


# --- keys and room ---------------------------------------------------------------------------------------------------


async def test_ctrl_l_looks_up_the_first_id_from_the_list(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        inspector = await deliver(window)
        window.list.focus_table()
        window.registry.action("look_up").trigger()
        await until(lambda: inspector.record.pane and titled(inspector.record.pane, ORDER_TITLE))
        assert window.list.view.hasFocus()  # who works in the list goes on there
        window.sidebar.choose(window.program.endpoints.all()[0].id)  # the endpoint is on show now
        inspector.record.close_pane()
        window.registry.action("look_up").trigger()
        await until(lambda: inspector.isVisible() and titled(pane_of(inspector), ORDER_TITLE))


async def test_ctrl_l_without_a_delivery_does_nothing(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        window.registry.action("look_up").trigger()
        assert not window.stack.shows_something()
        inspector = await deliver(window)
        shown = window.list.model.cached(0)
        await deliver(window, {"userId": USER})
        assert shown is not None
        window.filter_row.clear()
        window.stack.delivery_requested.emit(shown.id)
        await until(lambda: inspector._content and inspector._content.delivery.id == shown.id)
        window.registry.action("look_up").trigger()
        await until(lambda: inspector.record.pane and titled(inspector.record.pane, ORDER_TITLE))


async def test_the_search_is_that_of_the_pane_with_the_focus(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        inspector = window.stack.currentWidget()
        pane.view.fields.setFocus()
        window.registry.action("find").trigger()
        bar = pane.view.find_bar
        assert bar.isVisible()
        assert bar.field.hasFocus()
        bar.field.setText("monthly")
        window.registry.action("find_next").trigger()
        assert pane.view.fields.currentIndex().row() == 1
        window.registry.action("find_next").trigger()
        assert pane.view.tree.json.path(pane.view.tree.currentIndex()).endswith("lineItems[0].intervalCode")
        window.registry.action("find_next").trigger()
        assert pane.view.fields.currentIndex().row() == 1  # again from the top
        bar.shut()
        inspector.body.body.tree.setFocus()  # type: ignore[union-attr]
        window.registry.action("find").trigger()
        assert not bar.isVisible()
        assert inspector.body.body.find_bar.isVisible()  # type: ignore[union-attr]


async def test_f6_reaches_the_pane(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        window.stack.enter()
        window.registry.action("next_pane").trigger()
        assert chip(pane, ORDER).hasFocus()
        window.registry.action("next_pane").trigger()
        assert window.bar.isAncestorOf(focused())
        window.registry.action("previous_pane").trigger()
        assert chip(pane, ORDER).hasFocus()
        window.registry.action("previous_pane").trigger()
        assert window.stack.isAncestorOf(focused())
        assert not pane.isAncestorOf(focused())


async def test_tab_goes_from_top_to_bottom(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        await click(pane.view.links.buttons[0])
        await until(lambda: titled(pane, f"Business location {ACCOUNT}"))
        await until(lambda: all(stop.isVisible() for stop in pane.view.links.stops))
        window.stack.enter()
        window.registry.action("next_pane").trigger()
        stops: list[QWidget] = []
        while pane.isAncestorOf(focused()) and len(stops) < 30:
            stops.append(focused())
            QTest.keyClick(focused(), Qt.Key.Key_Tab)
        head = pane.head
        buttons = [*head.crumbs.links, head.refresh, head.more, head.close_button, *head.types.links]
        record = [pane.view.fields, pane.view.tree, *pane.view.links.stops]
        assert stops == [chip(pane, ACCOUNT), pane.ids.all, *buttons, *record]


async def test_escape_leads_back_to_the_list_as_everywhere(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        chip(pane, ORDER).setFocus()
        QTest.keyClick(focused(), Qt.Key.Key_Escape)
        assert window.list.view.hasFocus()
        assert pane.isVisible()


async def test_in_a_narrow_inspector_the_record_covers_the_body(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path, width=900) as window:
        inspector = await deliver(window)
        window.registry.action("inspector_right").setChecked(True)
        await until(lambda: inspector.width() < 760)
        inspector.look_up(ORDER)
        pane = pane_of(inspector)
        await until(lambda: titled(pane, ORDER_TITLE))
        assert not inspector.body.isVisible()
        assert pane.head.body.isVisible()
        await click(pane.head.body)
        assert inspector.body.isVisible()
        assert not pane.isVisible()


async def test_the_pane_is_closed_and_remembered(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        assert window.memory_now().record_open
        await click(pane.head.close_button)
        assert not pane.isVisible()
        assert not window.memory_now().record_open
        window.stack.restore_record(open=True, width=444)
        assert pane.isVisible()
        assert pane.width() == 444
        assert window.memory_now().record_width == 444
        window.reset_layout()
        assert not pane.isVisible()
        assert window.memory_now().record_width == 0


async def test_a_value_filters_the_list(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        pane.view.filter_requested.emit(ACCOUNT)
        await until(lambda: window.filter_row.text() == ACCOUNT)
        assert window.list.model.rowCount() == 1


async def test_everything_in_the_pane_that_takes_the_focus_has_a_name(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await looked_up(window)
        pane.open_search()
        nameless = [
            child
            for child in pane.findChildren(QWidget)
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus
            and child.focusProxy() is None
            and not QAccessible.queryAccessibleInterface(child).text(QAccessible.Text.Name)
        ]
        assert nameless == []
        assert QApplication.focusWidget() is pane.view.find_bar.field


async def looked_up(window: WindowContent, body: dict[str, str] | None = None) -> RecordPane:
    """Deliver a body with an order and look that up."""
    inspector = await deliver(window, body)
    inspector.look_up(ORDER)
    pane = pane_of(inspector)
    await until(lambda: titled(pane, ORDER_TITLE))
    return pane
