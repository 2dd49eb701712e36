from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from hookscope.endpoints import Schemes
from hookscope.ui.endpoint.secret_form import TAKE_SPACE, SecretForm

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LONG = "0123456789abcdef-long-enough"
SCHEMES = Schemes()


@pytest.fixture
def form(window: QWidget) -> SecretForm:
    form = SecretForm(window)
    form.resize(900, 200)
    window.show()
    scheme = SCHEMES.get("github")
    assert scheme is not None
    form.start(scheme)
    return form


def test_what_is_entered_is_handed_over_to_the_byte(form: SecretForm, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText(f" {LONG}\r\n")
    form.value.paste()
    form.label.setText(" old key ")
    with qtbot.waitSignal(form.submitted) as told:
        form.add.click()
    assert told.args == [f" {LONG}\r\n", "old key"]


def test_white_space_goes_only_when_the_user_says_so(form: SecretForm) -> None:
    form.value.setText(f"{LONG}\n")
    assert form.doubts() == ["There is a line break at its end."]
    assert form.take_space.text() == TAKE_SPACE
    assert form.take_space.isVisible()
    assert form.value.text() == f"{LONG}\n"
    form.take_space.click()
    assert form.value.text() == LONG
    assert form.doubts() == []
    assert not form.take_space.isVisible()


def test_it_is_masked_until_it_is_to_be_shown(form: SecretForm) -> None:
    assert form.value.echoMode() is QLineEdit.EchoMode.Password
    form.reveal.click()
    assert form.value.echoMode() is QLineEdit.EchoMode.Normal
    assert form.reveal.accessibleName() == "Hide what is entered"
    form.hide()
    assert form.value.echoMode() is QLineEdit.EchoMode.Password
    form.clear()
    assert form.value.echoMode() is QLineEdit.EchoMode.Password
    assert form.value.text() == ""


def test_nothing_and_blanks_cannot_be_added(form: SecretForm, qtbot: QtBot) -> None:
    for text in ("", "  \n"):
        form.value.setText(text)
        assert not form.add.isEnabled()
        with qtbot.assertNotEmitted(form.submitted):
            qtbot.keyClick(form.value, Qt.Key.Key_Return)


def test_return_adds_and_escape_closes(form: SecretForm, qtbot: QtBot) -> None:
    form.value.setText(LONG)
    with qtbot.waitSignal(form.submitted):
        qtbot.keyClick(form.label, Qt.Key.Key_Return)
    with qtbot.waitSignal(form.closed):
        qtbot.keyClick(form.value, Qt.Key.Key_Escape)


def test_one_that_is_too_long_is_not_cut(form: SecretForm) -> None:
    form.value.setText("x" * 70_000)
    assert len(form.value.text()) == 65_537  # which the secret store refuses


@pytest.mark.parametrize(
    ("scheme", "word"), [("vendasta-send", "Token"), ("discord", "Public key"), ("basic", "user:password")]
)
def test_the_field_says_what_is_wanted(form: SecretForm, scheme: str, word: str) -> None:
    found = SCHEMES.get(scheme)
    assert found is not None
    form.start(found)
    assert form.value.accessibleName() == word


def test_everything_has_a_name(form: SecretForm, unnamed: Callable[[QWidget], list[str]]) -> None:
    form.value.setText(" x ")
    assert unnamed(form) == []
