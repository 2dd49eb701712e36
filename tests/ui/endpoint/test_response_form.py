from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hookscope.responses import BodyKind, Fault, Flaw, Response, flaws
from hookscope.ui.endpoint.body_editor import LONGEST_PASTE
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
        st.sampled_from(BodyKind),
        st.floats(-1, 700),
        st.sampled_from(Fault),
    )
)
def test_a_response_that_is_not_edited_comes_back_as_it_is(form: ResponseForm, response: Response) -> None:
    form.set_response(response, AUTOMATION)
    assert form.response() == response


def test_setting_a_response_is_no_edit(form: ResponseForm, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(form.changed):
        for kind in BodyKind:
            form.set_response(Response(404, (("a", "b"),), "x", kind, 5.0, Fault.HANG), AUTOMATION)


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
    with qtbot.waitSignal(form.changed):
        form.delay.seconds.setValue(2.5)
    with qtbot.waitSignal(form.changed):
        form.fault.choice.setCurrentIndex(2)
    assert form.response() == Response(503, (), "later{}", BodyKind.TEXT, 2.5, Fault.RESET_IN_BODY)


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


def test_the_chip_speaks_of_the_whole_response(form: ResponseForm) -> None:
    said = []
    for response in (
        Response(),
        Response(delay_s=60),
        Response(delay_s=60.5),
        Response(fault=Fault.CLOSE_BEFORE),
        Response(fault=Fault.HANG),
        Response(body="http://127.0.0.1/", kind=BodyKind.FORWARD, delay_s=61),
    ):
        form.set_response(response, AUTOMATION)
        said.append(form.status.chip.text().removeprefix("automation: "))
    assert said == ["done", "done", *["tries again"] * 4]
    form.set_response(Response(body="http://127.0.0.1/", kind=BodyKind.FORWARD), AUTOMATION)
    assert not form.status.isVisible()


def test_nothing_is_said_of_an_unknown_sender(form: ResponseForm) -> None:
    form.set_response(Response(delay_s=200, fault=Fault.CLOSE_BEFORE), "somebody")
    assert not form.status.chip.isVisible()
    assert not form.late.isVisible()


def test_a_delay_past_the_limit_says_what_the_sender_does(form: ResponseForm) -> None:
    form.set_response(Response(), AUTOMATION)
    form.delay.slider.setValue(60)
    assert not form.late.isVisible()
    form.delay.slider.setValue(61)
    assert form.late.isVisible()
    assert form.late.label.text() == "the sender gives up at 60 s and retries"


def test_what_a_drop_looks_like_behind_the_tunnel_is_said(form: ResponseForm) -> None:
    form.set_response(Response(), AUTOMATION)
    assert not form.fault_note.isVisible()
    form.fault.choice.setCurrentText("Close without a response")
    assert form.fault_note.label.text() == (
        "Through ngrok the sender sees ngrok's own 502 instead of the dropped connection, and tries again."
    )
    form.fault.choice.setCurrentText("Respond")
    assert not form.fault_note.isVisible()


def test_a_handlers_answer_leaves_only_its_address_to_edit(form: ResponseForm) -> None:
    form.set_response(Response(404, (("a", "b"),), "x"), AUTOMATION)
    form.headers_button.click()
    form.kind.setCurrentText("What my handler answers")
    for widget in (form.status.number, form.headers_button, form.headers, form.body, form.format):
        assert not widget.isVisible()
    form.area.forward.address.setText("http://127.0.0.1:3000/hooks")
    form.area.forward.address.setModified(True)
    assert form.response() == Response(404, (("a", "b"),), "http://127.0.0.1:3000/hooks", BodyKind.FORWARD)
    form.kind.setCurrentText("JSON")
    assert form.headers.isVisible()
    assert form.response() == Response(404, (("a", "b"),), "x")


def test_a_flaw_of_an_address_is_said_at_its_field_alone(form: ResponseForm) -> None:
    form.set_response(Response(kind=BodyKind.FORWARD, body="ftp://x"), AUTOMATION)
    found = flaws(form.response())
    form.show_flaws(found)
    assert form.area.forward.problem.label.text() == found[0].message
    assert not form.note.isVisible()
    form.activateWindow()
    form.go_to(found[0])
    assert form.focusWidget() is form.area.forward.address


def test_flaws_of_a_rule_itself_are_not_told_here(form: ResponseForm) -> None:
    form.set_response(Response(), AUTOMATION)
    form.show_flaws([Flaw("name", "A rule needs a name.", rule=1)])
    assert not form.note.isVisible()


def test_by_hand_there_are_only_status_headers_and_two_kinds(qtbot: QtBot) -> None:
    form = ResponseForm(by_hand=True)
    qtbot.addWidget(form)
    form.set_response(Response(201, (("a", "b"),), "x", BodyKind.TEMPLATE, 5.0, Fault.HANG), AUTOMATION)
    form.show()
    assert [form.kind.itemText(index) for index in range(form.kind.count())] == ["JSON", "Text"]
    assert not any(widget.isVisible() for widget in (form.delay, form.fault, form.late, form.fault_note, form.insert))
    assert form.response() == Response(201, (("a", "b"),), "x", BodyKind.TEXT)
    assert form.status.chip.text() == "automation: done"


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
    response = Response(150, (("X-A", "1"), ("Connection", "close")), delay_s=-1)
    form.set_response(response, AUTOMATION)
    form.activateWindow()
    status, header, delay = flaws(response)
    form.go_to(delay)
    assert form.focusWidget() is form.delay.seconds
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


def test_what_is_chosen_from_the_menu_comes_into_the_template(form: ResponseForm) -> None:
    form.set_response(Response(body="", kind=BodyKind.TEMPLATE), AUTOMATION)
    form.activateWindow()
    menu = form.insert.menu()
    assert menu is not None
    next(action for action in menu.actions() if action.text().startswith("json")).trigger()
    assert form.focusWidget() is form.body
    QTest.keyClicks(form.body, "orderId")
    assert form.response().body == "{{ json.orderId }}"
    form.kind.setCurrentText("JSON")
    assert not form.insert.isVisible()


def test_headers_are_folded_and_as_high_as_they_are_many(form: ResponseForm, qtbot: QtBot) -> None:
    form.set_response(Response(), AUTOMATION)
    assert not form.headers.isVisible()
    form.headers_button.click()
    area = form._headers_area
    for number in (2, 40):
        before = area.height()
        form.set_response(Response(headers=(("X", "1"),) * number), AUTOMATION)
        qtbot.waitUntil(partial(is_higher, form, before))


def is_higher(form: ResponseForm, before: int) -> bool:
    area = form._headers_area
    return before < area.height() == area.sizeHint().height() <= 168


def is_wide(form: ResponseForm, width: int) -> bool:
    return form.width() == width


@pytest.mark.parametrize("kind", BodyKind)
def test_nothing_is_cut_in_a_narrow_form(qtbot: QtBot, kind: BodyKind) -> None:
    host, form = QWidget(), ResponseForm()
    qtbot.addWidget(host)
    layout = QVBoxLayout(host)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(form)
    form.set_response(Response(500, kind=kind, delay_s=90, fault=Fault.CLOSE_IN_HEADERS), AUTOMATION)
    host.show()
    for width in (900, 560, 360):
        host.resize(width, 500)
        qtbot.waitUntil(partial(is_wide, form, width))
        shown = [form.status, form.delay, form.late, form.fault, form.headers_button, form.kind, form.format]
        places = [QRect(each.mapTo(form, QPoint()), each.size()) for each in shown if each.isVisible()]
        assert all(form.rect().contains(place) for place in places)
        assert not any(a.intersects(b) for a, b in combinations(places, 2))
        assert form.late.label.width() >= form.late.label.sizeHint().width()


def test_the_tab_key_goes_from_top_to_bottom(form: ResponseForm, qtbot: QtBot) -> None:
    form.set_response(Response(headers=(("a", "b"),)), AUTOMATION)
    form.headers_button.setChecked(True)
    form.headers.add.click()
    qtbot.waitUntil(lambda: all(row.remove.isVisible() for row in form.headers._rows))
    form.activateWindow()
    form.status.number.setFocus()
    visited: list[str] = []
    while (focused := form.focusWidget()) is not form.body:
        assert focused is not None
        assert len(visited) < 20
        visited.append(focused.accessibleName() or getattr(focused, "text", str)())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    rows = [name for n in (1, 2) for name in (f"Name of header {n}", f"Value of header {n}", f"Remove header {n}")]
    first = ["Status", "Delay up to 120 seconds", "Delay", "What happens then", "Headers 1", "Kind of body", "Format"]
    assert visited == [*first, *rows, "Add header"]


def test_everything_has_a_name(form: ResponseForm, unnamed: Callable[[QWidget], list[str]]) -> None:
    form.set_response(Response(headers=(("a", "b"),)), AUTOMATION)
    assert unnamed(form) == []


def test_what_is_too_long_to_edit_is_not_pasted(qtbot: QtBot) -> None:
    form = ResponseForm()
    qtbot.addWidget(form)
    form.set_response(Response(body="{}"), "generic")
    for size, taken in ((LONGEST_PASTE + 1, False), (LONGEST_PASTE, True)):
        pasted = QMimeData()
        pasted.setText("x" * size)
        form.body.selectAll()
        form.body.insertFromMimeData(pasted)
        assert (form.response().body == "x" * size) is taken
        if not taken:
            assert form.note.label.text() == "That is too long to edit here (500,001 characters). Choose File instead."
