"""Who works in the record pane with the keys alone stays in it: Qt passes the focus of what goes on to anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from helpers.keyrings import MemoryKeyring, chosen
from helpers.open_records import ACCOUNT, ORDER, chip, deliver, pane_of, titled, window_on
from helpers.open_window import button, focused, until
from helpers.platform_api import Fault, PlatformApi
from hookscope.ui.records.record_pane import RecordPane
from hookscope.ui.window_content import WindowContent

pytestmark = pytest.mark.anyio

ORDER_TITLE, ACCOUNT_TITLE = "Order ORD-K3J2H1G0F9", f"Sales account {ACCOUNT}"


def press(key: Qt.Key = Qt.Key.Key_Return) -> None:
    QTest.keyClick(focused(), key)


async def pane_on_order(window: WindowContent) -> RecordPane:
    inspector = await deliver(window)
    inspector.look_up(ORDER)
    return pane_of(inspector)


async def test_return_on_an_id_looks_it_up(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await pane_on_order(window)
        await until(lambda: titled(pane, ORDER_TITLE))
        chip(pane, ACCOUNT).setFocus()
        press()
        await until(lambda: titled(pane, ACCOUNT_TITLE))
        assert chip(pane, ACCOUNT).hasFocus()


async def test_links_and_the_way_back_lead_into_the_record(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await pane_on_order(window)
        await until(lambda: titled(pane, ORDER_TITLE))
        pane.view.links.buttons[0].setFocus()
        press()
        await until(lambda: titled(pane, f"Business location {ACCOUNT}"))
        assert pane.view.fields.hasFocus()
        pane.head.types.links[0].setFocus()
        press()
        await until(lambda: titled(pane, ACCOUNT_TITLE))
        assert pane.view.fields.hasFocus()
        pane.head.crumbs.links[0].setFocus()
        press()
        await until(lambda: titled(pane, ORDER_TITLE))
        assert pane.view.fields.hasFocus()


async def test_stopping_and_trying_again(api: PlatformApi, tmp_path: Path) -> None:
    api.faults[f"/orders/{ORDER}"] = Fault.SLOW
    async with window_on(api, tmp_path) as window:
        pane = await pane_on_order(window)
        await until(pane.progress.isVisible)
        pane.progress.stop.setFocus()
        press()
        await until(lambda: button(pane.failure, "Try again").hasFocus())
        press()
        await until(pane.progress.stop.hasFocus)
        api.faults.clear()
        api.release()
        await until(lambda: titled(pane, ORDER_TITLE))
        assert pane.view.fields.hasFocus()


async def test_stopping_to_look_up_all(api: PlatformApi, tmp_path: Path) -> None:
    api.faults[""] = Fault.SLOW
    async with window_on(api, tmp_path) as window:
        inspector = await deliver(window)
        pane = inspector.record.open_pane()
        await until(pane.ids.all.isVisible)
        pane.ids.all.setFocus()
        press()
        assert pane.ids.stop.hasFocus()
        press()
        await until(pane.ids.all.hasFocus)


async def test_a_new_credential_leads_to_the_record(api: PlatformApi, tmp_path: Path) -> None:
    with chosen(MemoryKeyring()):
        async with window_on(api, tmp_path, token=False) as window:
            pane = await pane_on_order(window)
            await until(lambda: pane.credential is not None and pane.credential.isVisible())
            assert pane.credential is not None
            button(pane.credential, "Paste a token…").setFocus()
            press()
            QTest.keyClicks(focused(), api.new_token())
            press()
            await until(lambda: titled(pane, ORDER_TITLE))
            assert pane.view.fields.hasFocus()


async def test_closing_the_pane_leads_to_the_body(api: PlatformApi, tmp_path: Path) -> None:
    async with window_on(api, tmp_path) as window:
        pane = await pane_on_order(window)
        await until(lambda: titled(pane, ORDER_TITLE))
        pane.head.close_button.setFocus()
        press()
        assert pane.isHidden()
        assert focused().accessibleName() == "Body as a tree"
