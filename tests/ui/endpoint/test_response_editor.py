from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from hookscope.endpoints import Endpoint
from hookscope.program import Program
from hookscope.responses import BodyKind, Response, RuleSet
from hookscope.ui.endpoint.history import History
from hookscope.ui.endpoint.response_editor import ResponseEditor

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def editor(program: Program, endpoint: Endpoint, qtbot: QtBot) -> Iterator[ResponseEditor]:
    program.endpoints.save(Endpoint("other", "/other", Response(body="[]"))).result()
    editor = ResponseEditor(program)
    qtbot.addWidget(editor)
    editor.show_endpoint(endpoint)
    editor.show()
    yield editor
    editor.flush()


def write(editor: ResponseEditor, body: str) -> None:
    editor.form.body.selectAll()
    editor.form.body.insertPlainText(body)


def apply(editor: ResponseEditor, program: Program, endpoint: Endpoint, qtbot: QtBot) -> Endpoint:
    """Apply, and hand the editor the endpoint as the inspector does."""
    wanted = editor.form.response()
    editor.apply()
    qtbot.waitUntil(lambda: stored(program, endpoint).response == wanted)
    editor.show_endpoint(stored(program, endpoint))
    return stored(program, endpoint)


def stored(program: Program, endpoint: Endpoint) -> Endpoint:
    found = program.endpoints.get(endpoint.id)
    assert found is not None
    return found


def test_without_an_edit_there_is_nothing_to_apply(editor: ResponseEditor) -> None:
    assert not editor.has_draft()
    assert not editor.apply_button.isEnabled()
    assert not editor.discard_button.isEnabled()
    assert editor.state.text().startswith("In use since ")


def test_an_edit_is_a_draft_and_requests_still_get_what_was_applied(
    editor: ResponseEditor, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(editor.draft_changed) as told:
        write(editor, '{"new": 1}')
    assert told.args == [True]
    qtbot.waitUntil(lambda: program.endpoints.draft(endpoint.id) == RuleSet(default=Response(body='{"new": 1}')))
    assert editor.state.text().startswith("Draft. Requests still get the response applied at ")
    assert httpx.post(program.url(endpoint)).text == "{}"


def test_applying_takes_effect_from_the_next_request(
    editor: ResponseEditor, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    write(editor, '{"new": "é"}')
    editor.form.status.number.setValue(503)
    editor.form.headers.set_headers((("X-A", "1"), ("X-A", "2")))
    apply(editor, program, endpoint, qtbot)
    got = httpx.post(program.url(endpoint))
    assert (got.status_code, got.text, got.headers.get_list("x-a")) == (503, '{"new": "é"}', ["1", "2"])
    assert not editor.apply_button.isEnabled()
    assert program.endpoints.draft(endpoint.id) is None


def test_applying_leaves_cursor_and_undo_where_they_are(
    editor: ResponseEditor, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    write(editor, '{"new": 1}')
    before = editor.form.body.textCursor().position()
    apply(editor, program, endpoint, qtbot)
    assert editor.form.body.textCursor().position() == before > 0
    editor.form.body.undo()
    assert editor.form.body.body() == "{}"


def test_the_line_says_how_often_it_was_sent(editor: ResponseEditor, endpoint: Endpoint) -> None:
    said = []
    for sent in (0, 1, 3, 1200):
        editor.show_history(History(endpoint.id, 0, sent=sent))
        said.append(editor.state.text().partition(", ")[2])
    assert said == ["not sent yet.", "sent once.", "sent 3 times.", "sent 1,200 times."]


def test_a_wrong_draft_cannot_be_applied_and_says_where(
    editor: ResponseEditor, program: Program, endpoint: Endpoint
) -> None:
    write(editor, '{\n  "a": 1,\n  "bb": "x" 2\n}')
    editor.apply()
    assert editor.form.note.label.text() == "Line 3, column 13: a comma is missing."
    assert editor.form.body.textCursor().blockNumber() == 2
    assert editor.form.body.textCursor().positionInBlock() == 12
    assert stored(program, endpoint).response == Response()
    assert program.endpoints.draft(endpoint.id) == RuleSet(default=editor.form.response())


def test_an_edit_that_leads_back_is_no_draft(editor: ResponseEditor, program: Program, endpoint: Endpoint) -> None:
    write(editor, "[]")
    editor.flush()
    assert program.endpoints.draft(endpoint.id) is not None
    write(editor, "{}")
    editor.flush()
    assert program.endpoints.draft(endpoint.id) is None
    assert not editor.apply_button.isEnabled()


def test_discarding_goes_back(editor: ResponseEditor, program: Program, endpoint: Endpoint) -> None:
    write(editor, "[")
    editor.flush()
    editor.discard_button.click()
    assert editor.form.response() == Response()
    assert program.endpoints.draft(endpoint.id) is None
    assert not editor.form.note.isVisible()
    assert editor.state.text().startswith("In use since ")


def test_a_draft_survives_another_choice(editor: ResponseEditor, program: Program, endpoint: Endpoint) -> None:
    other = program.endpoints.all()[1]
    write(editor, "[1,")
    editor.show_endpoint(other)
    assert editor.form.response() == other.response
    assert program.endpoints.draft(other.id) is None
    editor.show_endpoint(endpoint)
    assert editor.form.response().body == "[1,"
    assert editor.form.note.label.text() == "Line 1, column 4: a value is missing."


def test_a_draft_survives_a_restart(tmp_path: Path, qtbot: QtBot) -> None:
    draft = Response(404, (("X-A", "é"), ("", "no name")), "{\r\n", BodyKind.TEXT)
    first = Program(tmp_path / "data")
    id = first.endpoints.all()[0].id
    editor = ResponseEditor(first)
    qtbot.addWidget(editor)
    editor.show_endpoint(first.endpoints.all()[0])
    editor.show()
    editor.form.set_response(draft, "")
    editor.form.changed.emit()
    editor.close()
    first.close()
    second = Program(tmp_path / "data")
    assert second.endpoints.draft(id) == RuleSet(default=draft)
    second.close()


def test_a_response_applied_elsewhere_is_shown_when_nothing_was_edited(
    editor: ResponseEditor, program: Program, endpoint: Endpoint
) -> None:
    newer = program.endpoints.save(replace(endpoint, response=Response(201))).result()
    editor.show_endpoint(newer)
    assert editor.form.response() == Response(201)
    assert not editor.has_draft()


def test_a_draft_stays_when_another_response_is_applied_elsewhere(
    editor: ResponseEditor, program: Program, endpoint: Endpoint
) -> None:
    write(editor, "[]")
    newer = program.endpoints.save(replace(endpoint, response=Response(201))).result()
    editor.show_endpoint(newer)
    assert editor.form.response() == Response(body="[]")
    assert editor.has_draft()


def test_applying_keeps_a_name_that_was_changed_meanwhile(
    editor: ResponseEditor, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    program.endpoints.save(replace(endpoint, name="renamed")).result()
    write(editor, "[]")
    assert apply(editor, program, endpoint, qtbot).name == "renamed"


def test_an_endpoint_that_was_deleted_meanwhile_is_told(
    editor: ResponseEditor, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    program.endpoints.delete(endpoint.id).result()
    write(editor, "[]")
    with qtbot.waitSignal(editor.message) as told:
        editor.apply()
    assert told.args == ["“my-automation” was deleted meanwhile."]
