"""The views of the record pane that ``helpers.shots`` takes pictures of, over the stand-in platform."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from helpers.album import Album, View
from helpers.open_records import ACCOUNT, BODY, ORDER
from helpers.open_window import first, post
from helpers.platform_api import Fault, PlatformApi
from hookscope.records.model import AccessToken
from hookscope.ui.inspector.delivery_inspector import DeliveryInspector
from hookscope.ui.records.record_pane import RecordPane

SAMPLE = {
    "accountId": "AG-7PQTGLLXQQ",
    "entityId": "AG-7PQTGLLXQQ:ORD-S548DKHMKX",
    "marketId": "default",
    "orderId": "AG-7PQTGLLXQQ:ORD-S548DKHMKX",
    "partnerId": "9YW9",
}
DIFFERENT = {**BODY, "status": "processing", "currency": "AUD"}
MANY = {"accounts": [f"AG-MANY{number:04}" for number in range(50)]}
LONG = f"{ACCOUNT}:ORD-NOTTHERE00"
MISSING = {"orderId": LONG}
NO_IDS = {"hello": "world"}
BODIES = (SAMPLE, DIFFERENT, MANY, MISSING, {"partnerId": "9YW9"}, NO_IDS)


async def deliver_all(album: Album) -> None:
    """One delivery for each body, the first one oldest."""
    for body in BODIES:
        await post(album.program.url(first(album.program)), json.dumps(body).encode())
    await album.rows(len(BODIES))


class Records:
    """The views over one stand-in."""

    def __init__(self, api: PlatformApi) -> None:
        self._api = api
        api.missing.add(LONG)

    def views(self) -> dict[str, View]:
        """All views by name."""
        return {
            "60-record": self._record(DIFFERENT, ORDER),
            "61-record-link": self._link,
            "62-record-refused": self._record(DIFFERENT, ORDER, scopes=("sales.account",), unfolded=True),
            "63-record-no-credential": self._record(DIFFERENT, ORDER, scopes=None),
            "64-record-example": self._example,
            "65-record-narrow": self._narrow,
            "66-record-all": self._all,
            "67-record-wait": self._wait,
            "68-record-nothing": self._record({"partnerId": "9YW9"}, "9YW9"),
            "69-record-no-ids": self._record(NO_IDS, ""),
            "70-record-not-found": self._record(MISSING, LONG),
            "71-record-search": self._search,
        }

    def _record(
        self, body: dict[str, Any], id: str, *, scopes: tuple[str, ...] | None = (), unfolded: bool = False
    ) -> View:
        """The record of an id of the delivery with this body, with a token for these scopes; ``None``: without one."""

        async def show(album: Album) -> None:
            pane = await self._open(album, body, scopes)
            if id:
                pane.look_up(id)
            await album.until(lambda: not pane.fetching.is_busy)
            await asyncio.sleep(0.2)
            pane.failure.unfold.setChecked(unfolded)
            await asyncio.sleep(0.1)

        return show

    async def _open(self, album: Album, body: dict[str, Any], scopes: tuple[str, ...] | None = ()) -> RecordPane:
        self._api.faults.clear()
        self._api.refusals.clear()
        program = album.program
        program.records.use_profile("custom", self._api.base)
        if scopes is None:
            await asyncio.wrap_future(program.records.forget_credential("custom"))
        else:
            token = AccessToken(self._api.new_token(*scopes))
            await asyncio.wrap_future(program.records.save_credential("custom", token, this_run=True))
        return await self._choose(album, body)

    async def _choose(self, album: Album, body: dict[str, Any]) -> RecordPane:
        album.content.list.view.selectRow(len(BODIES) - 1 - BODIES.index(body))
        album.content.panes.show_inspector()
        await asyncio.sleep(0.3)
        inspector = album.content.findChild(DeliveryInspector)
        assert inspector is not None
        inspector.record.close_pane()
        pane = inspector.record.open_pane()
        pane.view.find_bar.hide()
        await asyncio.sleep(0.1)
        return pane

    async def _link(self, album: Album) -> None:
        pane = await self._open(album, DIFFERENT)
        pane.look_up(ORDER)
        await album.until(pane.view.isVisible)
        pane.view.links.buttons[0].click()
        await asyncio.sleep(0.5)

    async def _example(self, album: Album) -> None:
        album.program.records.use_profile("production")
        pane = await self._choose(album, SAMPLE)
        pane.look_up_first()
        await asyncio.sleep(0.5)

    async def _narrow(self, album: Album) -> None:
        album.content.registry.action("inspector_right").setChecked(True)
        await self._record(DIFFERENT, ORDER)(album)

    async def _all(self, album: Album) -> None:
        pane = await self._open(album, MANY)
        for number in range(12, 50):
            self._api.faults[f"/salesAccounts/AG-MANY{number:04}"] = Fault.SLOW
        pane.ids.all.click()
        await album.until(lambda: pane.ids.progress.text() == "12 of 50")

    async def _wait(self, album: Album) -> None:
        pane = await self._open(album, DIFFERENT)
        self._api.refuse(3, retry_after="12")
        pane.look_up(ORDER)
        await album.until(pane.progress.isVisible)

    async def _search(self, album: Album) -> None:
        await self._record(DIFFERENT, ORDER)(album)
        inspector = album.content.findChild(DeliveryInspector)
        assert inspector is not None
        assert inspector.record.pane is not None
        inspector.record.pane.open_search()
        bar = inspector.record.pane.view.find_bar
        bar.field.setText("businessLocation")
        bar.find_next()
