from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from hookscope.endpoints import Endpoint, name_problem, path_problem
from hookscope.responses import Response
from hookscope.ui.endpoint.new_endpoint import NewEndpointDialog

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from hookscope.program import Program


@pytest.fixture
def make(program: Program, qtbot: QtBot) -> Callable[..., NewEndpointDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)

    def make(**options: object) -> NewEndpointDialog:
        dialog = NewEndpointDialog(program, parent, **options)  # type: ignore[arg-type]
        dialog.open()
        return dialog

    return make


def write(field: QLineEdit, text: str) -> None:
    field.selectAll()
    field.insert(text)


def test_the_path_follows_the_name_until_it_is_edited(make: Callable[..., NewEndpointDialog], program: Program) -> None:
    dialog = make()
    write(dialog.name, "Order créé")
    assert dialog.path.text() == "/order-cree"
    assert dialog.address.text() == f"{program.url()}/order-cree"
    write(dialog.path, "/mine")
    write(dialog.name, "Invoices")
    assert dialog.path.text() == "/mine"
    dialog.close()


def test_nothing_is_wrong_before_anything_is_typed(make: Callable[..., NewEndpointDialog]) -> None:
    dialog = make()
    assert dialog.name_fault.text() == ""
    assert dialog.path_note.text() == "Takes this path and all below it. * is one segment: /orders/*/paid"
    assert not dialog.save_button.isEnabled()
    dialog.close()


@pytest.mark.parametrize("path", ["orders", "/a*", "/my-automation", "/a?b", "/a b", ""])
def test_a_wrong_path_is_told_in_one_sentence(
    make: Callable[..., NewEndpointDialog], program: Program, path: str
) -> None:
    dialog = make()
    write(dialog.name, "new")
    write(dialog.path, path)
    assert dialog.path_note.text() == path_problem(path, program.endpoints.all()) != ""
    assert dialog.address.text() == ""
    assert not dialog.save_button.isEnabled()
    write(dialog.path, "/orders/*/paid")
    assert dialog.save_button.isEnabled()
    dialog.close()


def test_a_taken_name_is_told_under_its_field(make: Callable[..., NewEndpointDialog], program: Program) -> None:
    dialog = make()
    write(dialog.name, "My-Automation")
    assert dialog.name_fault.text() == name_problem("My-Automation", program.endpoints.all()) != ""
    assert dialog.path.text() == "/my-automation-2"
    assert not dialog.save_button.isEnabled()
    write(dialog.name, "")
    assert dialog.name_fault.text() == name_problem("", [])
    dialog.close()


def test_the_return_key_creates_it(make: Callable[..., NewEndpointDialog], program: Program, qtbot: QtBot) -> None:
    dialog = make()
    write(dialog.name, "order-created")
    with qtbot.waitSignal(dialog.finished), qtbot.waitSignal(dialog.saved) as told:
        QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert told.args is not None
    (id,) = told.args
    assert program.endpoints.get(id) == Endpoint("order-created", "/order-created", id=id)


def test_the_return_key_does_nothing_while_something_is_wrong(
    make: Callable[..., NewEndpointDialog], program: Program
) -> None:
    dialog = make()
    before = program.endpoints.all()
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert program.endpoints.all() == before
    dialog.close()


def test_a_path_that_is_taken_meanwhile_keeps_the_dialog_open(
    make: Callable[..., NewEndpointDialog], program: Program, qtbot: QtBot
) -> None:
    dialog = make()
    write(dialog.name, "orders")
    program.endpoints.save(Endpoint("other", "/orders"))
    dialog.accept()
    qtbot.waitUntil(lambda: "“other”" in dialog.path_note.text())
    assert dialog.isVisible()
    dialog.close()


def test_a_request_that_no_endpoint_took_proposes_path_and_name(make: Callable[..., NewEndpointDialog]) -> None:
    dialog = make(target="/order-creatd/x?y=1")
    assert (dialog.name.text(), dialog.path.text()) == ("order-creatd-x", "/order-creatd/x")
    assert dialog.save_button.isEnabled()
    write(dialog.name, "orders")
    assert dialog.path.text() == "/order-creatd/x"
    dialog.close()


def test_a_target_whose_path_cannot_be_used_is_told_at_once(make: Callable[..., NewEndpointDialog]) -> None:
    dialog = make(target="/a b")
    assert dialog.path_note.text() == path_problem("/a b", [])
    dialog.close()


def test_renaming_keeps_everything_else(
    make: Callable[..., NewEndpointDialog], program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    dialog = make(renamed=endpoint)
    assert dialog.save_button.text() == "Rename"
    newer = program.endpoints.save(replace(endpoint, response=Response(503))).result()
    write(dialog.name, "renamed")
    assert dialog.path.text() == endpoint.path
    write(dialog.path, "/elsewhere")
    assert dialog.path_note.text() == (
        "Requests to /my-automation will not come here any more. Change the address in the automation step."
    )
    with qtbot.waitSignal(dialog.saved) as told:
        dialog.save_button.click()
    assert told.args == [endpoint.id]
    assert program.endpoints.get(endpoint.id) == replace(newer, name="renamed", path="/elsewhere")


def test_cancelling_changes_nothing(make: Callable[..., NewEndpointDialog], program: Program, qtbot: QtBot) -> None:
    before = program.endpoints.all()
    dialog = make()
    write(dialog.name, "new")
    with qtbot.waitSignal(dialog.finished) as told:
        dialog.cancel_button.click()
    assert told.args == [QDialog.DialogCode.Rejected.value]
    assert program.endpoints.all() == before


def test_everything_has_a_name(make: Callable[..., NewEndpointDialog], unnamed: Callable[[QWidget], list[str]]) -> None:
    dialog = make()
    assert unnamed(dialog) == []
    dialog.close()
