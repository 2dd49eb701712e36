"""Nothing of a key or a token can be seen or copied in the window, whatever comes of a look-up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QTreeView

from helpers.credential_steps import all_logs, everywhere, on_disk
from helpers.keyrings import MemoryKeyring
from helpers.open_records import ORDER, chip, click, deliver, pane_of, titled, window_on
from helpers.open_window import until
from helpers.platform_api import Fault, PlatformApi
from hookscope.records.key_file import read_key
from hookscope.records.model import AccessToken, Credential
from hookscope.ui.inspector.delivery_inspector import DeliveryInspector
from hookscope.ui.records.record_pane import RecordPane
from hookscope.ui.window_content import WindowContent

pytestmark = pytest.mark.anyio
ORDER_TITLE = "Order ORD-K3J2H1G0F9"
REFUSALS = (
    Fault.ECHO,
    Fault.REDIRECT,
    Fault.PROBLEM,
    Fault.NOT_JSON,
    Fault.BROKEN_OFF,
    Fault.CRM_ERROR,
    Fault.BOMB,
    Fault.HUGE,
)


class Looker:
    """Keeps all that can be seen of a window, heard of it, or was copied from it."""

    def __init__(self, window: WindowContent) -> None:
        self.window = window
        self.seen: list[str] = []
        self.copied: list[str] = []
        QGuiApplication.clipboard().dataChanged.connect(self._take_copied)

    def look(self) -> None:
        """Look at everything, on show or not, also at what is in models."""
        top = self.window.window()
        self.seen.append(everywhere(top))
        self.seen.append(top.windowTitle())
        for view in top.findChildren(QTreeView):
            self.seen += _cells(view)

    def close(self) -> None:
        QGuiApplication.clipboard().dataChanged.disconnect(self._take_copied)

    def text(self) -> str:
        return "\n".join([*self.seen, *self.copied]).replace("\u200b", "")  # which labels break long words with

    def _take_copied(self) -> None:
        mime = QGuiApplication.clipboard().mimeData()
        self.copied += [bytes(mime.data(kind).data()).decode("utf-8", "replace") for kind in mime.formats()]


def _cells(view: QTreeView) -> list[str]:
    model = view.model()
    rows, columns = min(model.rowCount(), 50), model.columnCount()
    return [str(model.index(row, column).data()) for row in range(rows) for column in range(columns)]


def copy_all(pane: RecordPane, inspector: DeliveryInspector) -> None:
    """Copy whatever the menus of record and delivery copy."""
    menus = [each for parent in (pane, inspector) for each in parent.findChildren(QMenu)]
    entries = [action for menu in menus for action in menu.actions() if action.text().startswith("Copy")]
    assert len(entries) >= 3
    for entry in entries:
        if entry.isEnabled():
            entry.trigger()
    for view in pane.findChildren(QTreeView):
        view.setCurrentIndex(view.model().index(0, 1))
        QTest.keySequence(view, "Ctrl+C")


async def look_up_everything(api: PlatformApi, looker: Looker) -> None:
    """Look a record up, copy it, and meet failures."""
    window = looker.window
    inspector = await deliver(window)
    inspector.body.look_up_requested.emit(ORDER, "order")
    pane = pane_of(inspector)
    await until(lambda: titled(pane, ORDER_TITLE))
    looker.look()
    copy_all(pane, inspector)
    assert any("$TOKEN" in text for text in looker.copied)
    for fault in REFUSALS:
        api.faults[""] = fault
        await click(pane.head.refresh if pane.view.isVisible() else chip(pane, ORDER))
        await until(lambda: pane.failure.isVisible())
        looker.look()
        api.faults.clear()
        await click(chip(pane, ORDER))
        await until(lambda: titled(pane, ORDER_TITLE))


def secrets_of(api: PlatformApi) -> set[str]:
    """Each line of the key, the assertions, the tokens, and the end of each, which is a signature."""
    lines = {line for line in json.loads(api.key_text())["private_key"].splitlines() if not line.startswith("-")}
    assertions = {seen.body.decode().partition("assertion=")[2] for seen in api.tokens_asked()}
    whole = {*lines, *assertions, *api.grants}
    return {secret for secret in {*whole, *(each.rpartition(".")[2] for each in whole)} if len(secret) > 15}


@pytest.mark.parametrize("kind", ["key", "token"])
async def test_nothing_of_a_credential_is_in_the_window(
    api: PlatformApi, memory: MemoryKeyring, tmp_path: Path, kind: str
) -> None:
    with all_logs() as logged:
        async with window_on(api, tmp_path, token=False) as window:
            program, looker = window.program, Looker(window)
            credential: Credential = (
                read_key(api.key_text(), program.records.profile) if kind == "key" else AccessToken(api.new_token())
            )
            program.records.save_credential("custom", credential).result(10)
            try:
                await look_up_everything(api, looker)
            finally:
                looker.close()
    secrets = secrets_of(api)
    assert len(secrets) > 20
    said = looker.text() + "\n".join(logged)
    assert ORDER in said
    assert not [secret for secret in secrets if secret in said]
    assert api.seen_by("elsewhere") == []
    kept = "".join(memory.items.values())
    assert not [secret for secret in secrets if secret.encode() in on_disk(tmp_path)]
    assert any(secret in kept for secret in secrets)
