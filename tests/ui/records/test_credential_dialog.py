from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QRadioButton, QWidget
from shiboken6 import isValid

from helpers.credential_steps import key_text, offered, press, said
from helpers.keyrings import MemoryKeyring
from helpers.open_window import until
from hookscope.records.profiles import load_profiles
from hookscope.ui.records import credential_words as words
from hookscope.ui.records.credential_dialog import CredentialDialog
from hookscope.ui.tasks import Tasks

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from hookscope.program import Program

pytestmark = pytest.mark.anyio

EMPTY = [words.IMPORT, words.PASTE, words.WHERE]


@pytest.fixture
def demo_key(tmp_path: Path) -> Path:
    path = tmp_path / "demo.json"
    path.write_text(key_text(load_profiles()["demo"]), "utf-8")
    return path


@asynccontextmanager
async def opened(program: Program) -> AsyncIterator[CredentialDialog]:
    failures: list[BaseException] = []
    tasks = Tasks(failures.append)
    window = QWidget()
    window.show()
    dialog = CredentialDialog(program, tasks, window)
    dialog.open()
    try:
        await until(lambda: offered(dialog.page.panel) == EMPTY)
        yield dialog
    finally:
        await tasks.aclose()
        await program.records.look_ups.aclose()
        window.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not failures


async def test_the_profile_follows_a_key_of_another(
    program: Program, memory: MemoryKeyring, demo_key: Path, qtbot: QtBot
) -> None:
    async with opened(program) as dialog:
        dialog.page.panel.page.import_file(demo_key)
        await until(lambda: "Add a demo profile" in offered(dialog))
        press(dialog, "Add a demo profile")
        await until(lambda: words.KEEP_FILE in offered(dialog))
        assert dialog.page.profile.buttons["demo"].isChecked()
        with qtbot.waitSignal(dialog.changed):
            press(dialog, words.KEEP_FILE)
        await until(lambda: "Test this credential" in offered(dialog))
        assert dialog.page.profile.buttons["demo"].isChecked()
        assert "(Demo)" in said(dialog)


async def test_the_credential_follows_the_profile(program: Program, memory: MemoryKeyring, qtbot: QtBot) -> None:
    async with opened(program) as dialog:
        press(dialog, words.PASTE)
        dialog.page.panel.page.paste.value.setText("a-token")
        press(dialog, "Save")
        await until(lambda: "Test this credential" in offered(dialog))
        with qtbot.waitSignal(dialog.changed):
            dialog.page.profile.buttons["demo"].click()
        await until(lambda: offered(dialog.page.panel) == EMPTY)
        dialog.page.profile.buttons["production"].click()
        await until(lambda: "Test this credential" in offered(dialog))


async def test_everything_has_a_name_in_every_step(program: Program, memory: MemoryKeyring) -> None:
    async with opened(program) as dialog:
        dialog.page.profile.buttons["custom"].click()
        for word, back in ((words.WHERE, "Back"), (words.IMPORT, words.CANCEL), (words.PASTE, words.CANCEL)):
            assert unnamed(dialog) == []
            press(dialog, word)
            assert unnamed(dialog) == []
            press(dialog, back)


def unnamed(dialog: QWidget) -> list[QWidget]:
    """What can have the keyboard now and that a screen reader would call nothing."""
    shown = [each for each in dialog.findChildren(QWidget) if each.isVisible()]
    focusable = [each for each in shown if takes_focus(each)]
    assert len(focusable) > 4
    return [each for each in focusable if not QAccessible.queryAccessibleInterface(each).text(QAccessible.Text.Name)]


def takes_focus(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def chain(dialog: QWidget) -> Iterator[QWidget]:
    """The widgets of a window as Tab goes through them."""
    each = dialog.nextInFocusChain()
    while each is not None and each is not dialog:
        yield each
        each = each.nextInFocusChain()


async def test_the_keyboard_goes_through_it_from_top_to_bottom(program: Program, memory: MemoryKeyring) -> None:
    async with opened(program) as dialog:
        press(dialog, words.PASTE)
        dialog.page.panel.page.paste.value.setText("a-token")
        order = [each for each in chain(dialog) if each.isVisible() and each.isEnabled() and takes_focus(each)]
        tops = [widget.mapTo(dialog, widget.rect().center()).y() for widget in order]
        assert len(order) >= 6
        assert tops == sorted(tops)


async def test_tab_reaches_the_profile_that_is_in_use(program: Program, memory: MemoryKeyring) -> None:
    program.records.use_profile("custom", "http://127.0.0.1:4010")
    async with opened(program) as dialog:
        reached = [each.text() for each in chain(dialog) if isinstance(each, QRadioButton) and takes_focus(each)]
        assert reached == ["Custom address"]


async def test_return_in_the_address_presses_no_other_button(
    program: Program, memory: MemoryKeyring, qtbot: QtBot
) -> None:
    async with opened(program) as dialog:
        dialog.page.profile.buttons["custom"].click()
        qtbot.keyClicks(dialog.page.profile.base, "no address")
        qtbot.keyClick(dialog.page.profile.base, Qt.Key.Key_Return)
        assert offered(dialog.page.panel) == EMPTY
        assert dialog.page.profile.base.hasFocus()


async def test_it_goes_when_it_is_closed_also_while_something_is_asked(
    program: Program, memory: MemoryKeyring, demo_key: Path
) -> None:
    async with opened(program) as dialog:
        page = dialog.page.panel.page
        page.import_file(demo_key)
        dialog.close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert not isValid(page)
        await until(lambda: not page._tasks._running)
