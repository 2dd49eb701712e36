from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from hookscope.responses import BodyKind, Response, flaws
from hookscope.ui.endpoint.response_form import ResponseForm

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

AUTOMATION = "vendasta-automation"


@pytest.fixture
def form(qtbot: QtBot) -> ResponseForm:
    form = ResponseForm()
    qtbot.addWidget(form)
    form.resize(900, 400)
    form.show()
    return form


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(
        Response,
        st.integers(100, 599),
        st.lists(st.tuples(st.text("abcX-", min_size=1), st.text("ab=;é"))).map(tuple),
        st.text(),
        st.sampled_from([BodyKind.JSON, BodyKind.TEXT]),
    )
)
def test_a_response_that_is_not_edited_comes_back_as_it_is(form: ResponseForm, response: Response) -> None:
    form.set_response(response, AUTOMATION)
    assert form.response() == response


def test_every_field_is_part_of_the_response(form: ResponseForm, qtbot: QtBot) -> None:
    form.set_response(Response(), AUTOMATION)
    with qtbot.waitSignal(form.changed):
        form.status.number.setValue(503)
    with qtbot.waitSignal(form.changed):
        form.kind.setCurrentIndex(1)
    with qtbot.waitSignal(form.changed):
        form.body.insertPlainText("later")
    with qtbot.waitSignal(form.changed):
        form.headers.add.click()
    assert form.response() == Response(503, (), "later{}", BodyKind.TEXT)


def test_the_status_has_its_name_and_what_the_sender_does(form: ResponseForm) -> None:
    said = []
    for status in (200, 302, 404, 503, 299):
        form.set_response(Response(status), AUTOMATION)
        said.append((form.status.name.text(), form.status.chip.text()))
    assert said == [
        ("OK", "automation: done"),
        ("Found", "automation: unclear"),
        ("Not Found", "automation: no retry"),
        ("Service Unavailable", "automation: tries again"),
        ("No standard name", "automation: done"),
    ]


def test_nothing_is_said_of_an_unknown_sender(form: ResponseForm) -> None:
    form.set_response(Response(), "somebody")
    assert not form.status.chip.isVisible()


def test_the_first_flaw_is_said_and_each_is_marked(form: ResponseForm) -> None:
    response = Response(150, (("X-A", "1"), ("Connection", "close")), "[1 2]")
    form.set_response(response, AUTOMATION)
    form.show_flaws(flaws(response)[1:])
    assert (
        form.note.label.text() == "Connection belongs to the connection, which the listener looks after. Take it out."
    )
    form.set_response(Response(200, (), "[1 2]"), AUTOMATION)
    form.show_flaws(flaws(form.response()))
    assert form.note.label.text() == "Line 1, column 4: a comma is missing."
    assert form.body.flaw_line() == 1
    form.show_flaws([])
    assert not form.note.isVisible()
    assert form.body.flaw_line() == 0


def test_the_cursor_goes_where_the_flaw_is(form: ResponseForm) -> None:
    response = Response(150, (("X-A", "1"), ("Connection", "close")))
    form.set_response(response, AUTOMATION)
    form.activateWindow()
    status, header = flaws(response)
    form.go_to(status)
    assert form.focusWidget() is form.status.number
    form.go_to(header)
    assert form.headers.isVisible()
    focused = form.focusWidget()
    assert focused is not None
    assert focused.accessibleName() == "Name of header 2"
    form.body.selectAll()
    form.body.insertPlainText("x")
    form.go_to(flaws(Response(body="x"))[0])
    assert form.focusWidget() is form.body


def test_a_body_that_is_not_sent_is_told(form: ResponseForm) -> None:
    form.set_response(Response(204, (), "x"), AUTOMATION)
    form.show_flaws([])
    assert form.note.label.text() == "A 204 comes without a body: what stands here is not sent."


def test_the_content_type_that_goes_out_is_told(form: ResponseForm) -> None:
    said = []
    for response in (
        Response(),
        Response(kind=BodyKind.TEXT),
        Response(headers=(("content-type", "x/y"),)),
        Response(204),
    ):
        form.set_response(response, AUTOMATION)
        said.append((form.headers_button.text(), form.headers.implied.text()))
    assert said == [
        ("Headers", "Sent as well: Content-Type: application/json"),
        ("Headers", "Sent as well: Content-Type: text/plain; charset=utf-8"),
        ("Headers 1", ""),
        ("Headers", ""),
    ]


def test_only_json_can_be_laid_out(form: ResponseForm) -> None:
    form.set_response(Response(body='{"a":1}'), AUTOMATION)
    form.format.click()
    assert form.response().body == '{\n  "a": 1\n}'
    form.kind.setCurrentIndex(1)
    assert not form.format.isEnabled()


def test_headers_are_folded_and_as_high_as_they_are_many(form: ResponseForm) -> None:
    form.set_response(Response(), AUTOMATION)
    assert not form.headers.isVisible()
    form.headers_button.click()
    heights = []
    for number in (0, 2, 40):
        form.set_response(Response(headers=(("X", "1"),) * number), AUTOMATION)
        QApplication.processEvents()
        heights.append(form._headers_area.height())
    assert heights[0] < heights[1] < heights[2] <= 168


def test_a_narrow_form_stands_in_two_lines(qtbot: QtBot) -> None:
    host, form = QWidget(), ResponseForm()
    qtbot.addWidget(host)
    QVBoxLayout(host).addWidget(form)
    form.set_response(Response(500), AUTOMATION)
    host.show()
    seen = []
    for width in (900, 360):
        host.resize(width, 400)
        QApplication.processEvents()
        below = form.format.mapTo(form, form.format.rect().topLeft()).y() > form.status.geometry().bottom()
        seen.append((host.width(), below))
    assert seen == [(900, False), (360, True)]


def test_the_tab_key_goes_from_top_to_bottom(form: ResponseForm) -> None:
    form.set_response(Response(headers=(("a", "b"),)), AUTOMATION)
    form.headers_button.setChecked(True)
    form.headers.add.click()
    QApplication.processEvents()
    form.activateWindow()
    form.status.number.setFocus()
    visited: list[str] = []
    while (focused := form.focusWidget()) is not form.body:
        assert focused is not None
        assert len(visited) < 20
        visited.append(focused.accessibleName() or getattr(focused, "text", str)())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    rows = [name for n in (1, 2) for name in (f"Name of header {n}", f"Value of header {n}", f"Remove header {n}")]
    assert visited == ["Status", "Headers 1", "Kind of body", "Format", *rows, "Add header"]


def test_everything_has_a_name(form: ResponseForm, unnamed: Callable[[QWidget], list[str]]) -> None:
    form.set_response(Response(headers=(("a", "b"),)), AUTOMATION)
    assert unnamed(form) == []
