from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from helpers.credential_steps import offered, press, said
from hookscope.ui.records.credential_profile import ProfileChoice

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from hookscope.program import Program

FAR, NEAR = "https://api.example.com/platform", "http://127.0.0.1:4010"
ASKED = f"Your token will be sent to {FAR}. Use this address?"


class Told:
    """Counts how often another profile was taken."""

    def __init__(self, choice: ProfileChoice) -> None:
        self.count = 0
        choice.changed.connect(self._count)

    def _count(self) -> None:
        self.count += 1


@pytest.fixture
def choice(program: Program, qtbot: QtBot) -> ProfileChoice:
    choice = ProfileChoice(program)
    qtbot.addWidget(choice)
    choice.resize(500, 200)
    choice.show()
    return choice


@pytest.fixture
def told(choice: ProfileChoice) -> Told:
    return Told(choice)


def enter(choice: ProfileChoice, base: str) -> None:
    choice.buttons["custom"].click()
    choice.base.selectAll()
    choice.base.insert(base)


def test_it_shows_the_profile_and_where_tokens_go(choice: ProfileChoice) -> None:
    assert offered(choice) == ["Production", "Demo", "Custom address"]
    assert choice.buttons["production"].isChecked()
    hosts = "prod.apigateway.co and sso-api-prod.apigateway.co"
    assert said(choice) == f"The token goes to {hosts}, and to no other host."


def test_one_that_comes_with_the_program_takes_effect_at_once(
    choice: ProfileChoice, program: Program, told: Told
) -> None:
    choice.buttons["demo"].click()
    assert (program.records.profile.id, program.settings.records_profile, told.count) == ("demo", "demo", 1)
    assert "demo.apigateway.co" in said(choice)
    choice.buttons["production"].click()
    assert (program.records.profile.id, told.count) == ("production", 2)


def test_an_address_takes_effect_when_it_is_used(choice: ProfileChoice, program: Program, told: Told) -> None:
    choice.buttons["custom"].click()
    assert said(choice).endswith("Until then Production is in use.")
    assert (program.records.profile.id, told.count) == ("production", 0)
    assert not choice.use.isEnabled()
    enter(choice, f" {NEAR}/ ")
    choice.use.click()  # this computer: nothing to ask
    assert (program.records.profile.id, program.records.profile.apis["platform"], told.count) == ("custom", NEAR, 1)
    assert said(choice) == f"The token goes to {NEAR}, and to no other host."
    assert not choice.use.isEnabled()
    assert choice.buttons["custom"].isChecked()


def test_one_elsewhere_is_asked_about_in_place(
    choice: ProfileChoice, program: Program, told: Told, qtbot: QtBot
) -> None:
    enter(choice, FAR)
    qtbot.keyClick(choice.base, Qt.Key.Key_Return)
    assert choice.notice.sentence.raw_text() == ASKED
    assert [each.text() for each in choice.notice.buttons] == ["Cancel", "Use it"]
    assert (program.records.profile.id, told.count) == ("production", 0)
    press(choice, "Cancel")
    assert choice.buttons["production"].isChecked()
    assert not choice.base.isVisible()
    assert (program.records.profile.id, told.count) == ("production", 0)
    enter(choice, FAR)
    choice.use.click()
    press(choice, "Use it")
    assert (program.records.profile.id, program.settings.records_base, told.count) == ("custom", FAR, 1)
    assert choice.notice.isHidden()


def test_what_was_asked_about_is_what_is_used(choice: ProfileChoice, program: Program) -> None:
    enter(choice, FAR)
    choice.use.click()
    enter(choice, "https://other.example.com")  # while the question is on screen
    assert choice.notice.isHidden()
    assert program.records.profile.id == "production"


def test_one_that_was_used_before_is_asked_about_again(choice: ProfileChoice, program: Program) -> None:
    program.records.use_profile("custom", FAR)
    program.records.use_profile("production")
    choice.refresh()
    choice.buttons["custom"].click()
    assert choice.notice.sentence.raw_text() == ASKED
    assert program.records.profile.id == "production"
    press(choice, "Use it")
    assert program.records.profile.id == "custom"


def test_the_one_in_use_is_not_asked_about(choice: ProfileChoice, program: Program, told: Told) -> None:
    program.records.use_profile("custom", FAR)
    choice.refresh()
    assert choice.buttons["custom"].isChecked()
    assert choice.base.text() == FAR
    choice.buttons["custom"].click()
    assert choice.notice.isHidden()
    assert (program.records.profile.apis["platform"], told.count) == (FAR, 0)


@pytest.mark.parametrize(
    ("base", "part"),
    [
        ("http://api.example.com", "The token would go there unencrypted."),
        ("https://me:word@api.example.com", "This is not a plain address."),
        ("api.example.com", "This is not a plain address."),
        ("https://api.example.com?x=1", "A base address has no query."),
    ],
)
def test_what_is_no_base_is_told(choice: ProfileChoice, program: Program, base: str, part: str) -> None:
    enter(choice, base)
    choice.use.click()
    assert choice.notice.sentence.raw_text().startswith(part)
    assert program.records.profile.id == "production"
    choice.base.insert("x")
    assert choice.notice.isHidden()


def test_a_profile_that_cannot_be_saved_is_told_and_not_used(choice: ProfileChoice, program: Program) -> None:
    elsewhere = program.data_dir.with_name("elsewhere")
    program.data_dir.rename(elsewhere)
    choice.buttons["demo"].click()
    elsewhere.rename(program.data_dir)
    assert choice.notice.sentence.raw_text().startswith("The profile could not be changed (")
    assert choice.buttons["production"].isChecked()
    assert program.records.profile.id == "production"
