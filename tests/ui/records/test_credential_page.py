from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QVBoxLayout, QWidget

from helpers.credential_steps import (
    SEEDED,
    LockedKeyring,
    all_logs,
    everywhere,
    is_secret_in,
    key_text,
    offered,
    on_disk,
    press,
    said,
)
from helpers.keyrings import MemoryKeyring, absent, chosen
from helpers.open_window import until
from hookscope.records.model import AccessToken, Credential, ServiceKey
from hookscope.records.profiles import load_profiles
from hookscope.ui.records import credential_words as words
from hookscope.ui.records.credential_page import CredentialPage
from hookscope.ui.tasks import Tasks

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from hookscope.program import Program

pytestmark = pytest.mark.anyio

PRODUCTION, DEMO = (load_profiles()[id] for id in ("production", "demo"))
NO_KEYRING = "No keyring is available. Tokens can be kept for this run only."
LOCKED = "The keyring is locked, so the token could not be saved. Unlock it and try again."


class Page:
    """The page over a real program, and how often it said what."""

    def __init__(self, program: Program, tasks: Tasks) -> None:
        self.program = program
        self.page = CredentialPage(program, tasks)
        self._changes = self._cancels = 0
        self.page.changed.connect(self._count_change)
        self.page.cancelled.connect(self._count_cancel)

    def press(self, word: str) -> None:
        press(self.page, word)

    def is_idle(self) -> bool:
        return self.page.is_idle

    def changes(self) -> int:
        return self._changes

    def cancels(self) -> int:
        return self._cancels

    def said(self) -> str:
        return said(self.page)

    def focused(self) -> str:
        """The word of the button that has the keyboard, or gets it with the window."""
        button = self.page.window().focusWidget()
        return button.text() if isinstance(button, QAbstractButton) else ""

    async def says(self, sentence: str) -> None:
        await until(lambda: sentence in said(self.page).splitlines())

    async def kept(self, profile_id: str = "production") -> Credential | None:
        return await asyncio.wrap_future(self.program.records.credentials.read(profile_id))

    def _count_change(self) -> None:
        self._changes += 1

    def _count_cancel(self) -> None:
        self._cancels += 1


class Opened(QObject):
    """Takes addresses that the desktop would open."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.urls.append(url.toString())


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key.json"
    path.write_text(key_text(PRODUCTION), "utf-8")
    return path


@asynccontextmanager
async def opened(program: Program) -> AsyncIterator[Page]:
    """The page in a pane of the smallest width."""
    failures: list[BaseException] = []
    tasks = Tasks(failures.append)
    window = QWidget()
    page = Page(program, tasks)
    layout = QVBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(page.page)
    window.resize(360, 420)
    window.show()
    try:
        await until(window.isActiveWindow)
        yield page
    finally:
        await tasks.aclose()
        await program.records.look_ups.aclose()
        window.close()
        window.deleteLater()
    assert not failures


def is_there(path: Path) -> bool:
    return path.exists()


def content(path: Path) -> str:
    return path.read_text("utf-8")


def write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def choose(page: Page, path: Path) -> None:
    """Choose a file in the dialog, which is not the system's as long as nobody looks at it."""
    page.press("Choose the file…")
    dialog = page.page.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(path))
    dialog.reject()


async def imported(page: Page, path: Path) -> None:
    page.press(words.IMPORT)
    choose(page, path)
    await page.says(words.IN_KEYRING)


async def test_it_says_what_is_needed_and_where_to_get_it(program: Program) -> None:
    opened_pages = Opened()
    async with opened(program) as page:
        assert page.said().splitlines() == [words.HEADING, words.NEEDED]
        assert offered(page.page) == [words.IMPORT, words.PASTE, words.WHERE]
        assert page.is_idle()
        page.press(words.WHERE)
        assert words.PATH in page.said()
        assert words.NO_ENTRY in page.said()
        assert not page.is_idle()
        QDesktopServices.setUrlHandler("https", opened_pages, "take")  # type: ignore[arg-type]  # the stubs ask for bytes
        page.press(words.OPEN_PAGE)
        QDesktopServices.unsetUrlHandler("https")
        assert opened_pages.urls == ["https://partners.vendasta.com/integrations/service-accounts"]
        page.press("Back")
        assert page.is_idle()


async def test_a_key_file_is_imported_and_kept(program: Program, memory: MemoryKeyring, key_file: Path) -> None:
    async with opened(program) as page:
        page.press(words.IMPORT)
        assert words.PATH in page.said()
        assert words.NO_ENTRY in page.said()
        choose(page, key_file)
        await page.says(words.IN_KEYRING)
        assert str(key_file) in page.said()
        assert not page.changes()  # there is something left to decide
        assert page.focused() == words.KEEP_FILE
        page.press(words.KEEP_FILE)
        assert page.changes() == 1
        assert is_there(key_file)
        kept = await page.kept()
        assert isinstance(kept, ServiceKey)
        assert kept.text == content(key_file)


async def test_the_file_is_deleted_when_the_user_says_so(
    program: Program, memory: MemoryKeyring, key_file: Path
) -> None:
    async with opened(program) as page:
        await imported(page, key_file)
        page.press(words.DELETE_FILE)
        await page.says("The file was deleted.")
        assert not is_there(key_file)
        page.press(words.DONE)
        assert page.changes() == 1


async def test_a_file_that_is_another_one_now_stays(program: Program, memory: MemoryKeyring, key_file: Path) -> None:
    async with opened(program) as page:
        await imported(page, key_file)
        write(key_file, "other")
        page.press(words.DELETE_FILE)
        await page.says("The file has changed since it was imported, so it was not deleted. Delete it yourself.")
        assert content(key_file) == "other"
        page.press(words.DONE)
        assert page.changes() == 1


async def test_what_is_wrong_with_a_file_is_said_and_another_can_be_chosen(
    program: Program, memory: MemoryKeyring, key_file: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.json"
    async with opened(program) as page:
        page.press(words.IMPORT)
        write(wrong, key_text(PRODUCTION, token_uri=None))
        choose(page, wrong)
        await page.says("This is not a service account key: `token_uri` is missing.")
        write(wrong, key_text(PRODUCTION, assertionHeaderData={"alg": "ES256"}))
        choose(page, wrong)
        await page.says("This key is for the old SDKs (ES256). Create one with RS256.")
        choose(page, tmp_path / "gone.json")
        await page.says("“gone.json” could not be read (No such file or directory). Choose another.")
        choose(page, key_file)
        await page.says(words.IN_KEYRING)
        assert not memory.items.keys() - {key for key in memory.items if "@records/production" in key[1]}


async def test_a_demo_key_brings_the_demo_profile(program: Program, memory: MemoryKeyring, key_file: Path) -> None:
    write(key_file, key_text(DEMO))
    async with opened(program) as page:
        page.press(words.IMPORT)
        choose(page, key_file)
        await page.says("This is a demo key, and the profile is production.")
        assert program.records.profile == PRODUCTION
        page.press("Add a demo profile")
        await page.says(words.IN_KEYRING)
        assert program.records.profile == DEMO
        assert program.settings.records_profile == "demo"
        page.press(words.KEEP_FILE)
        assert isinstance(await page.kept("demo"), ServiceKey)
        assert await page.kept("production") is None


async def test_the_focus_is_where_a_refused_file_can_be_mended(
    program: Program, memory: MemoryKeyring, key_file: Path
) -> None:
    async with opened(program) as page:
        page.press(words.IMPORT)
        write(key_file, "no key")
        choose(page, key_file)
        await page.says("This is not a service account key: it is not JSON.")
        assert page.page.window().focusWidget() is page.page.file.choose
        write(key_file, key_text(DEMO))
        choose(page, key_file)
        await until(lambda: "Add a demo profile" in offered(page.page))
        assert page.page.window().focusWidget() is page.page.file.notice.buttons[0]


async def test_a_production_key_brings_that_profile_back(
    program: Program, memory: MemoryKeyring, key_file: Path
) -> None:
    program.records.use_profile("demo")
    async with opened(program) as page:
        page.press(words.IMPORT)
        choose(page, key_file)
        await page.says("This is a production key, and the profile is demo.")
        page.press("Use the production profile")
        await page.says(words.IN_KEYRING)
        assert program.records.profile == PRODUCTION


async def test_a_profile_that_cannot_be_saved_is_told(program: Program, memory: MemoryKeyring, key_file: Path) -> None:
    write(key_file, key_text(DEMO))
    elsewhere = program.data_dir.with_name("elsewhere")
    async with opened(program) as page:
        page.press(words.IMPORT)
        choose(page, key_file)
        await page.says("This is a demo key, and the profile is production.")
        program.data_dir.rename(elsewhere)
        page.press("Add a demo profile")
        elsewhere.rename(program.data_dir)
        assert page.said().startswith("The profile could not be changed (")
        assert program.records.profile == PRODUCTION
        assert not memory.items
        page.press(words.CANCEL)
        assert page.is_idle()


async def test_a_token_is_pasted(program: Program, memory: MemoryKeyring) -> None:
    async with opened(program) as page:
        page.press(words.PASTE)
        page.page.paste.value.setText(f" Bearer {SEEDED}\n")
        page.press("Save")
        await until(lambda: page.changes() == 1)
        assert await page.kept() == AccessToken(SEEDED)
        assert page.page.paste.value.text() == ""


async def test_a_key_file_that_is_pasted_is_one_without_a_file(program: Program, memory: MemoryKeyring) -> None:
    async with opened(program) as page:
        page.press(words.PASTE)
        page.page.paste.value.setText(key_text(PRODUCTION))
        page.press("Save")
        await until(lambda: page.changes() == 1)
        assert isinstance(await page.kept(), ServiceKey)
        page.press(words.PASTE)
        page.page.paste.value.setText(key_text(PRODUCTION, client_email=None))
        page.press("Save")
        await page.says("This is not a service account key: `client_email` is missing.")
        page.page.paste.value.setText(key_text(DEMO))
        page.press("Save")
        await page.says("This is a demo key, and the profile is production.")
        page.press("Add a demo profile")
        await until(lambda: page.changes() == 2)
        assert isinstance(await page.kept("demo"), ServiceKey)


async def test_without_a_keyring_it_is_kept_for_this_run_only_when_the_user_agrees(
    program: Program, key_file: Path
) -> None:
    with chosen(absent()):
        async with opened(program) as page:
            page.press(words.IMPORT)
            choose(page, key_file)
            await page.says(NO_KEYRING)
            assert offered(page.page) == ["Keep for this run", "Help", "Cancel"]
            page.press("Help")
            assert words.ABOUT_KEYRINGS in page.said()
            page.press("Try again")
            await page.says(NO_KEYRING)
            assert not program.records.credentials.is_kept("production")
            page.press("Keep for this run")
            await until(lambda: page.changes() == 1)  # the file is not asked about: it is still needed
            assert program.records.credentials.is_kept("production")
            assert isinstance(await page.kept(), ServiceKey)
    assert is_there(key_file)


async def test_it_can_be_given_up_where_there_is_no_keyring(program: Program) -> None:
    with chosen(absent()):
        async with opened(program) as page:
            page.press(words.PASTE)
            page.page.paste.value.setText(SEEDED)
            page.press("Save")
            await page.says(NO_KEYRING)
            page.press("Cancel")
            assert page.is_idle()
            assert not program.records.credentials.is_kept("production")
            assert not page.changes()


async def test_a_token_for_one_address_is_not_kept_for_another(program: Program) -> None:
    program.records.use_profile("custom", "http://127.0.0.1:4010")
    with chosen(absent()):
        async with opened(program) as page:
            page.press(words.PASTE)
            page.page.paste.value.setText(SEEDED)
            page.press("Save")
            await page.says(NO_KEYRING)
            program.records.use_profile("custom", "http://127.0.0.1:4011")  # as in the settings, meanwhile
            page.press("Keep for this run")
            assert page.said() == words.CHANGED
            assert not program.records.credentials.is_kept("custom")
            assert not page.changes()


async def test_a_locked_keyring_can_be_tried_again(program: Program, key_file: Path) -> None:
    locked = LockedKeyring()
    with chosen(locked):
        async with opened(program) as page:
            page.press(words.IMPORT)
            choose(page, key_file)
            await page.says(LOCKED)
            assert offered(page.page) == ["Try again", "Keep for this run", "Cancel"]
            locked.locked = False
            page.press("Try again")
            await page.says(words.IN_KEYRING)


async def test_the_credential_that_is_replaced_stays_until_there_is_another(
    program: Program, memory: MemoryKeyring, qtbot: QtBot
) -> None:
    async with opened(program) as page:
        page.page.restart("A pasted token")
        assert "A pasted token stays until there is a new one." in page.said()
        page.press(words.PASTE)
        qtbot.keyClick(page.page.paste.value, Qt.Key.Key_Escape)
        assert "A pasted token stays until there is a new one." in page.said()
        page.press(words.CANCEL)
        assert (page.cancels(), page.changes()) == (1, 0)


def dragged(*names: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(name) for name in names])
    return data


BOTH = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def drag_over(page: QWidget, data: QMimeData) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Qt 6.12 wants a point that Qt 6.11 does not take
        event = QDragEnterEvent(QPoint(9, 9), BOTH, data, LEFT, PLAIN)
    event.ignore()
    QApplication.sendEvent(page, event)
    return event.isAccepted()


def drop(page: QWidget, data: QMimeData) -> QDropEvent:
    """Drop as from a file manager that would rather move the file."""
    event = QDropEvent(QPointF(9, 9), BOTH, data, LEFT, PLAIN)
    event.setDropAction(Qt.DropAction.MoveAction)
    event.ignore()
    QApplication.sendEvent(page, event)
    return event


async def test_a_file_can_be_dropped(program: Program, memory: MemoryKeyring, key_file: Path) -> None:
    data = dragged(str(key_file))
    async with opened(program) as page:
        before = page.page.grab().toImage()
        assert drag_over(page.page, data)
        assert page.page.grab().toImage() != before
        event = drop(page.page, data)
        assert (event.isAccepted(), event.dropAction()) == (True, Qt.DropAction.CopyAction)
        assert not drag_over(page.page, data)  # while the first one is read
        await page.says(words.IN_KEYRING)


@pytest.mark.parametrize("names", [("/tmp/key.txt",), ("/tmp/a.json", "/tmp/b.json"), ()])
async def test_nothing_else_can_be_dropped(program: Program, names: tuple[str, ...]) -> None:
    data = dragged(*names)
    async with opened(program) as page:
        assert not drag_over(page.page, data)
        assert not drop(page.page, data).isAccepted()
        assert page.is_idle()


async def test_a_link_of_the_web_cannot_be_dropped(program: Program) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.com/key.json")])
    async with opened(program) as page:
        assert not drag_over(page.page, data)


async def test_nothing_secret_is_left_anywhere(program: Program, memory: MemoryKeyring, key_file: Path) -> None:
    with all_logs() as logs:
        async with opened(program) as page:
            await imported(page, key_file)
            assert not is_secret_in(everywhere(page.page))
            page.press(words.KEEP_FILE)
            page.press(words.PASTE)
            page.page.paste.value.setText(SEEDED)
            assert SEEDED not in page.said()
            page.press("Save")
            await until(lambda: page.changes() == 2)
            assert not is_secret_in(everywhere(page.page))
        logging.getLogger("helpers").debug("heard")
    assert "heard" in logs
    assert not is_secret_in("\n".join(logs))
    assert not is_secret_in(on_disk(program.data_dir).decode("latin-1"))


async def test_nothing_is_wider_than_the_narrowest_pane(program: Program, key_file: Path) -> None:
    write(key_file, key_text(DEMO))
    with chosen(absent()):
        async with opened(program) as page:
            for word in (words.WHERE, words.IMPORT, words.PASTE):
                page.press(word)
                assert overhanging(page.page) == []
                page.press("Back" if word == words.WHERE else words.CANCEL)
            page.press(words.IMPORT)
            choose(page, key_file)
            await page.says("This is a demo key, and the profile is production.")
            page.press("Add a demo profile")
            await page.says(NO_KEYRING)
            assert overhanging(page.page) == []


def overhanging(page: QWidget) -> list[QWidget]:
    """What is on screen and cut off at the right, or higher than the room for its text."""
    shown = [each for each in page.findChildren(QWidget) if each.isVisible()]
    return [each for each in shown if each.mapTo(page, each.rect().topRight()).x() >= page.width()]
