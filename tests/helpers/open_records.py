"""The window over the stand-in platform: deliveries whose ids are looked up there."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from helpers.open_window import delivery_inspector, first, opened, post, running, until
from helpers.platform_api import PlatformApi
from hookscope.program import Program
from hookscope.records.model import AccessToken
from hookscope.ui import scales
from hookscope.ui.inspector.delivery_inspector import DeliveryInspector
from hookscope.ui.records.id_chips import IdChip
from hookscope.ui.records.record_pane import RecordPane
from hookscope.ui.window_content import WindowContent

TALLEST = scales.TITLE  # of all that is clicked
ACCOUNT = "AG-X5FZQG6T25"
ORDER = f"{ACCOUNT}:ORD-K3J2H1G0F9"
USER = "U-0b9f1c52-7a44-4a0e-9d55-1c9be2f0a7d3"
BODY: dict[str, Any] = {"orderId": ORDER, "accountId": ACCOUNT, "userId": USER, "partnerId": "ABCD"}
"""As in the guide's example, with ids that are neither the documentation's nor those of our samples."""


@contextmanager
def trusting(api: PlatformApi) -> Iterator[None]:
    """Let the program trust the stand-in's certificate."""
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(api.authority_path)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SSL_CERT_FILE"]
        else:
            os.environ["SSL_CERT_FILE"] = before


@asynccontextmanager
async def window_on(
    api: PlatformApi, folder: Path, *, scopes: tuple[str, ...] = (), token: bool = True, width: int = 1280
) -> AsyncIterator[WindowContent]:
    """The window with the stand-in as its platform and a token for it; ``scopes`` are what that may do, else all."""
    with trusting(api), running(folder / "data") as program:
        program.records.use_profile("custom", api.base)
        if token:
            program.records.save_credential("custom", AccessToken(api.new_token(*scopes)), this_run=True).result(10)
        async with opened(program, width=width) as window:
            yield window


async def deliver(window: WindowContent, body: dict[str, Any] | None = None) -> DeliveryInspector:
    """Send a request with this body and choose it in the list."""
    program: Program = window.program
    model = window.list.model
    count = model.rowCount()
    await post(program.url(first(program)), json.dumps(BODY if body is None else body).encode())
    await until(lambda: model.rowCount() == count + 1 and model.cached(0))
    window.list.view.selectRow(0)
    window.panes.show_inspector()
    inspector = await delivery_inspector(window)
    row = model.cached(0)
    await until(lambda: row and inspector._content and inspector._content.delivery.id == row.id)
    return inspector


def pane_of(inspector: DeliveryInspector) -> RecordPane:
    """The record pane, which is on show."""
    pane = inspector.record.pane
    assert pane is not None
    assert pane.isVisible()
    return pane


def chip(pane: RecordPane, id: str) -> IdChip:
    """The chip of an id."""
    return next(each for each in pane.ids.chips.chips if each.id == id)


def states(pane: RecordPane) -> dict[str, str]:
    """What a screen reader says of each id."""
    return {each.id: each.state.words for each in pane.ids.chips.chips}


async def click(widget: QWidget) -> None:
    """Press and release the left button on a widget, once it has its place: before, it is a window's size or flat."""
    await until(lambda: widget.isVisible() and scales.TARGET <= widget.height() <= TALLEST)
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def titled(pane: RecordPane, title: str) -> bool:
    """Whether the record with this title is on show."""
    return pane.head.title.raw_text() == title and pane.view.isVisible()


def fields(pane: RecordPane) -> dict[str, str]:
    """The fields as they are read; what the payload said stands under an empty name."""
    model = pane.view.fields.fields
    return {model.index(row, 0).data(): model.index(row, 1).data() for row in range(model.rowCount())}


def seen_texts(widget: QWidget) -> list[str]:
    """The words of all labels on show."""
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible() and label.text()]
