from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QLineEdit

from hookscope.ui.records.credential_form import PasteStep
from hookscope.ui.records.credential_paste import IS_KEY_FILE, KEY_FILE, SPACE, TOKEN, WORD

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

SEEDED = "seeded-token-92b1f7"


@pytest.fixture
def form(qtbot: QtBot) -> PasteStep:
    form = PasteStep()
    qtbot.addWidget(form)
    form.resize(360, 300)
    form.show()
    return form


def paste(form: PasteStep, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    form.value.clear()
    form.value.paste()
    QGuiApplication.clipboard().clear()


def said(form: PasteStep) -> str:
    return form.notice.sentence.raw_text() if form.notice.isVisible() else ""


def expired() -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": time.time() - 60}).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJSUzI1NiJ9.{claims}.c2ln"


def kept_by(form: PasteStep) -> str:
    """Everything that somebody could read of the step, also with *Show* and *Undo*."""
    form.reveal.click()
    form.value.undo()
    interface = QAccessible.queryAccessibleInterface(form.value)
    return f"{form.value.text()} {interface.text(QAccessible.Text.Value)} {said(form)} {form.value.toolTip()}"


def test_a_token_is_handed_over_and_forgotten(form: PasteStep, qtbot: QtBot) -> None:
    paste(form, SEEDED)
    with qtbot.waitSignal(form.submitted) as told:
        form.save.click()
    (entered,) = told.args or []
    assert (entered.kind, entered.value) == (TOKEN, SEEDED)
    assert form.value.echoMode() is QLineEdit.EchoMode.Password
    assert SEEDED not in kept_by(form)
    assert not form.save.isEnabled()


def test_what_is_left_out_of_it_is_said(form: PasteStep, qtbot: QtBot) -> None:
    paste(form, f" Bearer {SEEDED}\n")
    assert said(form) == f"{SPACE} {WORD}"
    with qtbot.waitSignal(form.submitted) as told:
        qtbot.keyClick(form.value, Qt.Key.Key_Return)
    (entered,) = told.args or []
    assert entered.value == SEEDED


def test_one_that_is_over_is_warned_about(form: PasteStep) -> None:
    paste(form, expired())
    assert said(form).startswith("By its own words this token expired on ")
    assert form.save.isEnabled()


def test_a_key_file_is_handed_over_as_one(form: PasteStep, qtbot: QtBot) -> None:
    text = json.dumps({"type": "service_account", "private_key": f"-----BEGIN\n{SEEDED}"}, indent=2)
    paste(form, text)
    assert said(form) == IS_KEY_FILE
    with qtbot.waitSignal(form.submitted) as told:
        form.save.click()
    (entered,) = told.args or []
    assert (entered.kind, json.loads(entered.value)) == (KEY_FILE, json.loads(text))


@pytest.mark.parametrize("text", ["", "  \n", "Bearer ", f"{SEEDED} and more", f"-----BEGIN KEY-----\n{SEEDED}"])
def test_what_is_no_token_cannot_be_saved(form: PasteStep, qtbot: QtBot, text: str) -> None:
    paste(form, text)
    assert not form.save.isEnabled()
    assert SEEDED not in said(form)
    with qtbot.assertNotEmitted(form.submitted):
        qtbot.keyClick(form.value, Qt.Key.Key_Return)


def test_it_is_masked_until_it_is_to_be_shown(form: PasteStep) -> None:
    assert form.value.echoMode() is QLineEdit.EchoMode.Password
    form.reveal.click()
    assert form.value.echoMode() is QLineEdit.EchoMode.Normal
    assert form.reveal.accessibleName() == "Hide what is entered"
    form.reveal.click()
    assert form.value.echoMode() is QLineEdit.EchoMode.Password


def test_it_is_forgotten_when_the_step_is_left(form: PasteStep, qtbot: QtBot) -> None:
    form.reveal.click()
    paste(form, SEEDED)
    with qtbot.waitSignal(form.closed):
        qtbot.keyClick(form.value, Qt.Key.Key_Escape)
    form.hide()
    form.show()
    assert form.value.echoMode() is QLineEdit.EchoMode.Password
    assert SEEDED not in kept_by(form)
