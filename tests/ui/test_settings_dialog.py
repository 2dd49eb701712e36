from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QAccessible, QDesktopServices, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication, QSpinBox, QWidget
from shiboken6 import isValid

from helpers.credential_steps import offered, press
from helpers.keyrings import MemoryKeyring, absent, chosen
from hookscope import settings as settings_file
from hookscope.records.model import AccessToken
from hookscope.settings import LIMITS, Settings
from hookscope.ui.settings_dialog import GENERAL, RECORDS, SettingsDialog
from hookscope.ui.tasks import Tasks
from hookscope.ui.tokens import DARK, apply_theme

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from hookscope.program import Program


@pytest.fixture
def dialog(program: Program, qtbot: QtBot) -> Iterator[SettingsDialog]:
    failures: list[BaseException] = []
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = SettingsDialog(program, Tasks(failures.append), parent)
    dialog.open()
    yield dialog
    if isValid(dialog):  # it goes when it is closed
        dialog.close()
    assert not failures


@pytest.fixture
def _light_again(qapp: QApplication) -> Iterator[None]:
    yield
    apply_theme(qapp, "system")


class Opened(QObject):
    """Takes addresses that the desktop would open."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[QUrl] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.urls.append(url)


def write_host(dialog: SettingsDialog, text: str) -> None:
    dialog.host.selectAll()
    dialog.host.insert(text)


def test_it_shows_what_holds_and_offers_nothing_to_apply(dialog: SettingsDialog, program: Program) -> None:
    assert dialog.wanted() == program.settings
    assert not dialog.apply_button.isEnabled()
    assert dialog.host_note.text() == "Only this computer can send requests here."


def test_every_field_is_applied_and_saved(dialog: SettingsDialog, program: Program) -> None:
    dialog.body_limit.setValue(7)
    dialog.keep_count.setValue(500)
    dialog.keep_days.setValue(30)
    dialog.keep_mib.setValue(64)
    dialog.mask_values.click()
    dialog.apply_button.click()
    wanted = replace(Settings(), body_limit_mib=7, keep_count=500, keep_days=30, keep_mib=64, mask_values=False)
    assert program.settings == wanted
    assert settings_file.load(program.data_dir) == (wanted, "")
    assert not dialog.apply_button.isEnabled()
    assert dialog.isVisible()


def test_another_port_restarts_the_listener(dialog: SettingsDialog, program: Program, qtbot: QtBot) -> None:
    before = program.listener_state.port
    dialog.port.setValue(0)
    assert dialog.port.text() == "any free one"
    dialog.apply_button.click()
    qtbot.waitUntil(lambda: program.listener_state.state == "listening" and program.listener_state.port != before)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::"])
def test_an_address_that_others_reach_is_warned_about(dialog: SettingsDialog, host: str) -> None:
    write_host(dialog, host)
    assert dialog.host_note.text() == "Others on your network can then send requests here."
    assert dialog.apply_button.isEnabled()


def test_another_address_of_this_computer_is_not(dialog: SettingsDialog) -> None:
    write_host(dialog, "::1")
    assert dialog.host_note.text() == "Only this computer can send requests here."


@pytest.mark.parametrize("host", ["", "example.com", "127.0.0.1:80"])
def test_what_is_no_address_cannot_be_applied(dialog: SettingsDialog, host: str) -> None:
    write_host(dialog, host)
    assert dialog.host_note.text() == "Enter an IP address: 127.0.0.1 for this computer alone."
    assert not dialog.apply_button.isEnabled()


def test_the_numbers_have_the_bounds_of_the_settings(dialog: SettingsDialog) -> None:
    fields = {
        "port": dialog.port,
        "body_limit_mib": dialog.body_limit,
        "keep_count": dialog.keep_count,
        "keep_days": dialog.keep_days,
        "keep_mib": dialog.keep_mib,
    }
    assert {name: range(field.minimum(), field.maximum() + 1) for name, field in fields.items()} == LIMITS


@pytest.mark.usefixtures("_light_again")
def test_the_theme_is_applied_at_once(dialog: SettingsDialog, program: Program) -> None:
    dialog.theme.setCurrentIndex(2)
    dialog.apply_button.click()
    assert program.settings.theme == "dark"
    assert QApplication.palette().color(QPalette.ColorRole.Base) == DARK.base


def test_what_the_window_remembers_meanwhile_is_kept(dialog: SettingsDialog, program: Program) -> None:
    program.change_settings(replace(program.settings, window={"sidebar": 200}))
    dialog.mask_values.click()
    dialog.apply_button.click()
    assert program.settings.window == {"sidebar": 200}


def test_the_folder_can_be_opened(dialog: SettingsDialog, program: Program) -> None:
    opened = Opened()
    QDesktopServices.setUrlHandler("file", opened, "take")  # type: ignore[arg-type]  # the stubs ask for bytes
    dialog.open_button.click()
    QDesktopServices.unsetUrlHandler("file")
    assert [url.toLocalFile() for url in opened.urls] == [str(program.data_dir)]


def test_settings_that_cannot_be_saved_are_told_and_can_be_applied_again(
    dialog: SettingsDialog, program: Program
) -> None:
    dialog.mask_values.click()
    elsewhere = program.data_dir.with_name("elsewhere")
    program.data_dir.rename(elsewhere)
    dialog.apply_button.click()
    elsewhere.rename(program.data_dir)
    assert dialog.problem.isVisible()
    assert dialog.problem.text().startswith("The settings could not be saved (")
    dialog.apply_button.click()
    assert not dialog.problem.isVisible()
    assert settings_file.load(program.data_dir)[0].mask_values is False


def test_everything_has_a_name_and_closing_works(dialog: SettingsDialog) -> None:
    children = [child for child in dialog.findChildren(QWidget) if child.window() is dialog]
    focusable = [child for child in children if child.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(focusable) > 10
    for child in focusable:
        proxied = isinstance(child.parent(), QSpinBox)  # the field inside of one, which has the name
        assert proxied or QAccessible.queryAccessibleInterface(child).text(QAccessible.Text.Name), child
    dialog.close_button.click()
    assert not dialog.isVisible()


def test_records_are_a_page_of_their_own_and_take_effect_at_once(
    dialog: SettingsDialog, program: Program, qtbot: QtBot
) -> None:
    assert dialog.tabs.current() == GENERAL
    dialog.mask_values.click()
    dialog.tabs.set_current(RECORDS)
    assert not dialog.apply_button.isVisible()
    dialog.records.profile.buttons["demo"].click()
    assert program.settings.records_profile == "demo"
    assert program.settings.mask_values  # what was not applied is not
    dialog.tabs.set_current(GENERAL)
    assert dialog.apply_button.isVisible()
    dialog.apply_button.click()
    assert (program.settings.records_profile, program.settings.mask_values) == ("demo", False)


class AskedKeyring(MemoryKeyring):
    """Counts how often it is asked for a secret."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.count += 1
        return super().get_password(service, username)


def test_the_keyring_is_asked_only_when_the_records_are_shown(program: Program, qtbot: QtBot) -> None:
    keyring = AskedKeyring()
    with chosen(keyring):
        program.records.save_credential("demo", AccessToken("a-token")).result(10)
        before = keyring.count
        dialog = SettingsDialog(program, Tasks(lambda error: None))
        qtbot.addWidget(dialog)
        dialog.show()
        program.secrets.is_open().result(10)  # what was asked before it is answered now
        assert keyring.count == before
        dialog.tabs.set_current(RECORDS)
        qtbot.waitUntil(lambda: "Import key file…" in offered(dialog))
        assert keyring.count > before
        dialog.records.profile.buttons["demo"].click()
        qtbot.waitUntil(lambda: "Test this credential" in offered(dialog))
        dialog.close()


def test_it_has_room_in_the_smallest_window(dialog: SettingsDialog, qtbot: QtBot) -> None:
    with chosen(absent()):
        dialog.tabs.set_current(RECORDS)
        qtbot.waitUntil(lambda: "Import key file…" in offered(dialog))
        records = dialog.records
        records.profile.buttons["custom"].click()
        records.profile.base.insert("https://api.example.com/platform")
        press(dialog, "Use this address")
        QApplication.processEvents()
        assert dialog.size().width() <= 900
        assert dialog.size().height() <= 560
        buttons = [each for each in dialog.findChildren(QAbstractButton) if each.isVisible() and each.text()]
        assert len(buttons) > 8
        assert [each.text() for each in buttons if each.visibleRegion().boundingRect() != each.rect()] == []
