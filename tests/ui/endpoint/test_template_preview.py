from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest
from PySide6.QtWidgets import QWidget

from hookscope.deliveries import queries
from hookscope.endpoints import Endpoint
from hookscope.responses import BodyKind, Response, flaws
from hookscope.ui.endpoint.response_form import ResponseForm
from hookscope.ui.endpoint.template_preview import LONGEST_SHOWN, NONE_YET, OFFERED, TemplatePreview

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from hookscope.program import Program

Post = Callable[..., httpx.Response]

AUTOMATION = "vendasta-automation"
ORDER = b'{"orderId": "ORD-1"}'


@pytest.fixture
def form(program: Program, qtbot: QtBot) -> ResponseForm:
    form = ResponseForm(program=program)
    qtbot.addWidget(form)
    form.resize(900, 400)
    form.show()
    return form


@pytest.fixture
def preview(form: ResponseForm, endpoint: Endpoint) -> TemplatePreview:
    assert form.area.preview
    form.set_place(endpoint.id)
    return form.area.preview


def edit(form: ResponseForm, source: str) -> None:
    form.set_response(Response(body=source, kind=BodyKind.TEMPLATE), AUTOMATION)
    form.show_flaws(flaws(form.response()))


def test_a_template_is_filled_in_for_the_newest_delivery(
    form: ResponseForm, preview: TemplatePreview, post: Post, program: Program, qtbot: QtBot
) -> None:
    post("?a=1", b'{"orderId": "ORD-0"}')
    post("?a=2", ORDER)
    with qtbot.waitSignal(form.previewed, check_params_cb=lambda rendered: rendered is not None) as told:
        edit(form, "{{ json.orderId }} {{ attempt }} {{ verdict }} {{ query.a }} {{ now_unix }} é")
    row = program.pages.submit(lambda db: queries.rows(db, [2])).result()[2]
    expected = f"ORD-1 1 {row.verdict_state} 2 {row.received_us // 1_000_000} é"
    assert told.args == [expected.encode()]
    assert preview.text.toPlainText() == expected
    assert preview.choice.currentText().startswith("2 · ")
    assert preview.choice.currentText().endswith("?a=2")


def test_another_delivery_can_be_chosen_and_stays_chosen(
    form: ResponseForm, preview: TemplatePreview, post: Post, qtbot: QtBot
) -> None:
    post("", b'{"orderId": "ORD-0"}')
    post("", ORDER)
    edit(form, "{{ json.orderId }}")
    qtbot.waitUntil(lambda: preview.rendered == b"ORD-1")
    preview.choice.setCurrentIndex(1)
    qtbot.waitUntil(lambda: preview.rendered == b"ORD-0")
    post("", b'{"orderId": "ORD-2"}')
    form.look_again()
    qtbot.waitUntil(lambda: preview.choice.count() == 3)
    assert preview.choice.currentData() == 1
    assert preview.rendered == b"ORD-0"


def test_the_attempt_and_the_time_are_those_of_the_delivery(
    form: ResponseForm, preview: TemplatePreview, program: Program, endpoint: Endpoint, post: Post, qtbot: QtBot
) -> None:
    program.endpoints.save(replace(endpoint, response=Response(503))).result(5)
    post("", ORDER)
    post("", ORDER)
    edit(form, "{{ attempt }}")
    qtbot.waitUntil(lambda: preview.rendered == b"2")


def test_an_edit_is_previewed_a_moment_later(
    form: ResponseForm, preview: TemplatePreview, post: Post, qtbot: QtBot
) -> None:
    post("", ORDER)
    edit(form, "{{ json.orderId }}")
    qtbot.waitUntil(lambda: preview.rendered == b"ORD-1")
    form.body.insertPlainText("x")
    assert preview.rendered == b"ORD-1"
    qtbot.waitUntil(lambda: preview.rendered == b"xORD-1")


def test_another_template_is_previewed_at_once(
    form: ResponseForm, preview: TemplatePreview, post: Post, qtbot: QtBot
) -> None:
    post("", ORDER)
    edit(form, "{{ json.orderId }}")
    qtbot.waitUntil(lambda: preview.rendered == b"ORD-1")
    edit(form, "{{ method }}")
    assert preview.rendered == b"POST"


def test_a_failure_is_said_and_its_line_marked(
    form: ResponseForm, preview: TemplatePreview, post: Post, qtbot: QtBot
) -> None:
    post("", ORDER)
    edit(form, "{\n{{ json.orderid }}\n}")
    qtbot.waitUntil(lambda: preview.failure is not None)
    assert preview.problem.label.text() == (
        "The template failed at line 2 (`orderid` is not in the body). The sender would get 500."
    )
    assert form.body.flaw_line() == 2
    assert preview.rendered is None
    form.show_flaws([])
    assert form.body.flaw_line() == 2
    form.body.selectAll()
    form.body.insertPlainText("{{ json.orderId }}")
    qtbot.waitUntil(lambda: preview.rendered == b"ORD-1")
    assert form.body.flaw_line() == 0
    assert not preview.problem.isVisible()


def test_a_template_that_cannot_be_used_is_said_once(
    form: ResponseForm, preview: TemplatePreview, post: Post, qtbot: QtBot
) -> None:
    post("", ORDER)
    edit(form, "a\n{{ json.orderId|nonsense }}")
    qtbot.waitUntil(lambda: preview.choice.count() == 1)
    assert form.note.isVisible()
    assert form.body.flaw_line() == 2
    assert not preview.problem.isVisible()


def test_no_delivery_yet(form: ResponseForm, preview: TemplatePreview, post: Post, qtbot: QtBot) -> None:
    edit(form, "{{ method }}")
    assert preview.none_yet.isVisible()
    assert preview.none_yet.text() == NONE_YET
    post()
    form.look_again()
    qtbot.waitUntil(lambda: preview.rendered == b"POST")
    assert not preview.none_yet.isVisible()


def test_another_kind_ends_the_preview(form: ResponseForm, preview: TemplatePreview, post: Post, qtbot: QtBot) -> None:
    post("", ORDER)
    edit(form, "{{ json.orderid }}")
    qtbot.waitUntil(lambda: preview.failure is not None)
    form.kind.setCurrentText("Text")
    assert not preview.isVisible()
    assert form.body.flaw_line() == 0
    form.kind.setCurrentText("Template")
    qtbot.waitUntil(lambda: form.body.flaw_line() == 1)
    edit(form, "{{ json.orderId }}")
    qtbot.waitUntil(lambda: preview.rendered == b"ORD-1")
    with qtbot.waitSignal(form.previewed, check_params_cb=lambda rendered: rendered is None):
        form.set_response(Response(), AUTOMATION)


def test_deliveries_of_another_endpoint_are_not_offered(
    form: ResponseForm, preview: TemplatePreview, program: Program, post: Post, qtbot: QtBot
) -> None:
    post("", ORDER)
    edit(form, "{{ json.orderId }}")
    qtbot.waitUntil(lambda: preview.rendered == b"ORD-1")
    other = program.endpoints.save(Endpoint("other", "/other")).result(5)
    form.set_place(other.id)
    assert preview.rendered is None
    assert preview.choice.count() == 0


def test_only_the_newest_are_offered(form: ResponseForm, preview: TemplatePreview, post: Post, qtbot: QtBot) -> None:
    for _ in range(OFFERED + 2):
        post()
    edit(form, "x")
    qtbot.waitUntil(lambda: preview.choice.count() == OFFERED)
    assert preview.choice.itemData(0) == OFFERED + 2


def test_of_a_long_result_the_beginning_is_shown(
    form: ResponseForm, preview: TemplatePreview, post: Post, qtbot: QtBot
) -> None:
    post("", b"y" * (LONGEST_SHOWN + 1))
    with qtbot.waitSignal(form.previewed, check_params_cb=lambda rendered: rendered is not None) as told:
        edit(form, "{{ text }}")
    assert told.args == [b"y" * (LONGEST_SHOWN + 1)]
    assert preview.problem.label.text() == "Only the first 65,536 of 65,537 characters are shown."


def test_everything_has_a_name(
    form: ResponseForm,
    preview: TemplatePreview,
    post: Post,
    qtbot: QtBot,
    unnamed: Callable[[QWidget], list[str]],
) -> None:
    post()
    edit(form, "x")
    qtbot.waitUntil(preview.text.isVisible)
    assert unnamed(form) == []
