from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from hookscope.endpoints import Endpoint, ResponseKey
from hookscope.program import Program
from hookscope.responses import BodyKind, Condition, Response, Rule, RuleSet, Subject
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


def test_a_long_name_of_a_rule_is_read_from_its_start(editor: ResponseEditor) -> None:
    editor.add_rule(Rule("W" * 80))
    assert editor.editor.head.name.cursorPosition() == 0


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
    editor.form.changed.emit()
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
    assert editor.form.body.document().isUndoAvailable()
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
    assert told.args == ["The endpoint was deleted meanwhile."]


# --- rules -----------------------------------------------------------------------------------------------------------

TWICE = Rule("fail twice", (Condition(Subject.ATTEMPT, "<=2"),), Response(503))
PUT = Rule("put", (Condition(Subject.METHOD, "PUT"),), Response(405))


@pytest.fixture
def ruled(editor: ResponseEditor, program: Program, endpoint: Endpoint) -> Endpoint:
    """The endpoint with two rules, on show."""
    ruled = program.endpoints.save(replace(endpoint, rules=(TWICE, PUT))).result()
    editor.show_endpoint(ruled)
    return ruled


def draft(program: Program, endpoint: Endpoint) -> RuleSet | None:
    return program.endpoints.draft(endpoint.id)


def button(widget: QWidget, word: str) -> QAbstractButton:
    return [each for each in widget.findChildren(QAbstractButton) if each.text() == word][-1]


def choose_preset(editor: ResponseEditor, name: str) -> None:
    editor.rules.presets.aboutToShow.emit()
    next(action for action in editor.rules.presets.actions() if action.text() == name).trigger()


def test_the_first_rule_is_edited_with_its_conditions(editor: ResponseEditor, ruled: Endpoint) -> None:
    assert editor.rules.row() == 0
    assert editor.editor.head.isVisible()
    assert editor.editor.head.rule() == replace(TWICE, response=TWICE.response)
    assert editor.form.response() == TWICE.response
    assert not editor.has_draft()


def test_the_default_has_neither_name_nor_conditions(editor: ResponseEditor, ruled: Endpoint) -> None:
    editor.show_rule("")
    assert editor.rules.row() == 2
    assert not editor.editor.head.isVisible()
    assert editor.form.response() == ruled.response


def test_a_rule_is_edited_as_a_draft_and_in_the_list_at_once(
    editor: ResponseEditor, program: Program, ruled: Endpoint, qtbot: QtBot
) -> None:
    editor.show_rule("put")
    editor.form.status.number.setValue(409)
    editor.editor.head.name.selectAll()
    qtbot.keyClicks(editor.editor.head.name, "no put")
    assert editor.rules.model.line(1).title == "no put"
    assert editor.rules.model.line(1).sentence == "method is PUT → 409"
    editor.flush()
    assert draft(program, ruled) == RuleSet((TWICE, replace(PUT, name="no put", response=Response(409))))
    assert httpx.put(program.url(ruled)).status_code == 503


def test_another_rule_is_edited_from_its_own_text(editor: ResponseEditor, ruled: Endpoint) -> None:
    write(editor, '{"a": 1}')
    editor.show_rule("put")
    assert editor.form.body.body() == "{}"
    editor.show_rule("fail twice")
    assert editor.form.body.body() == '{"a": 1}'


def test_what_was_undone_in_one_rule_is_not_redone_in_another_like_it(editor: ResponseEditor, ruled: Endpoint) -> None:
    editor.add_rule(replace(TWICE, name="like it"))
    write(editor, "[]")
    editor.form.body.undo()
    editor.form.body.undo()
    assert editor.form.response() == TWICE.response
    editor.show_rule("fail twice")
    assert not editor.form.body.document().isRedoAvailable()


def test_all_edits_are_applied_as_one(
    editor: ResponseEditor, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    choose_preset(editor, "Fail twice, then accept")
    write(editor, '{"error": "later"}')
    editor.show_rule("")
    write(editor, '{"ticket": "42"}')
    editor.apply()
    qtbot.waitUntil(lambda: len(stored(program, endpoint).rules) >= 1)
    got = [httpx.post(program.url(endpoint), content=b"{}") for _ in range(3)]
    assert [each.status_code for each in got] == [503, 503, 200]
    assert [each.text for each in got] == ['{"error": "later"}'] * 2 + ['{"ticket": "42"}']


def test_whole_edits_are_drafts_too_and_can_be_discarded(
    editor: ResponseEditor, program: Program, ruled: Endpoint
) -> None:
    editor.rules.move_by(1)
    editor.rules.switch(0, False)
    editor.rules.delete()
    editor.flush()
    assert draft(program, ruled) == RuleSet((replace(PUT, on=False),))
    assert stored(program, ruled).rules == (TWICE, PUT)
    editor.discard()
    assert editor.rules.model.rule_set() == ruled.rule_set
    assert draft(program, ruled) is None
    assert not editor.apply_button.isEnabled()


def test_switching_forth_and_back_is_no_draft(editor: ResponseEditor, program: Program, ruled: Endpoint) -> None:
    editor.rules.switch(0, False)
    assert editor.apply_button.isEnabled()
    editor.rules.switch(0, True)
    editor.flush()
    assert draft(program, ruled) is None
    assert not editor.apply_button.isEnabled()


def test_apply_goes_to_the_rule_at_fault(editor: ResponseEditor, program: Program, ruled: Endpoint) -> None:
    editor.show_rule("put")
    write(editor, '{"a" 1}')
    editor.show_rule("")
    editor.apply()
    assert editor.rules.row() == 1
    assert editor.form.body.textCursor().positionInBlock() == 5
    assert "a colon is missing" in editor.rules.model.line(1).flaw
    assert not editor.rules.model.line(0).flaw
    assert stored(program, ruled) == ruled


def test_a_name_that_is_taken_is_said_at_the_name(editor: ResponseEditor, ruled: Endpoint, qtbot: QtBot) -> None:
    editor.show_rule("put")
    editor.editor.head.name.selectAll()
    qtbot.keyClicks(editor.editor.head.name, "Fail twice")
    editor.show_rule("")
    editor.apply()
    qtbot.waitUntil(editor.editor.head.name.hasFocus)
    assert editor.editor.head.problem.text() == "There is a rule “Fail twice” already."
    assert editor.editor.head.problem.isVisible()


def test_a_condition_that_is_wrong_is_unfolded_and_gone_to(
    editor: ResponseEditor, program: Program, ruled: Endpoint
) -> None:
    wrong = replace(PUT, when=(Condition(Subject.METHOD, "PUT"), Condition(Subject.ATTEMPT, "never")))
    editor.resize(1100, 250)
    editor.add_rule(replace(wrong, name="wrong"))
    assert not editor.editor.head.conditions.isVisible()
    editor.apply()
    assert editor.editor.head.conditions.isVisible()
    assert editor.editor.head.conditions.isAncestorOf(editor.focusWidget())


def test_a_draft_of_rules_is_there_after_a_restart(tmp_path: Path, qtbot: QtBot) -> None:
    first = Program(tmp_path / "data")
    endpoint = first.endpoints.all()[0]
    editor = ResponseEditor(first)
    qtbot.addWidget(editor)
    editor.show_endpoint(endpoint)
    editor.show()
    editor.add_rule(replace(TWICE, name="", on=False))
    editor.close()
    first.close()
    second = Program(tmp_path / "data")
    again = ResponseEditor(second)
    qtbot.addWidget(again)
    again.show_endpoint(endpoint)
    assert again.rules.model.rule_set() == RuleSet((replace(TWICE, name="", on=False),))
    assert again.has_draft()
    second.close()


def test_rules_applied_elsewhere_are_shown_when_nothing_was_edited(
    editor: ResponseEditor, program: Program, ruled: Endpoint
) -> None:
    editor.show_endpoint(program.endpoints.save(replace(ruled, rules=(PUT,))).result())
    assert editor.rules.model.rule_set() == RuleSet((PUT,))
    assert editor.form.response() == PUT.response
    assert not editor.has_draft()


def test_a_rule_that_is_added_from_outside_is_the_first_and_has_its_own_name(
    editor: ResponseEditor, ruled: Endpoint
) -> None:
    editor.add_rule(replace(PUT, name="Put"))
    assert [rule.name for rule in editor.rules.model.rule_set().rules] == ["Put 2", "fail twice", "put"]
    assert editor.rules.row() == 0
    assert editor.has_draft()


def test_a_new_rule_changes_nothing_and_waits_for_its_name(
    editor: ResponseEditor, program: Program, ruled: Endpoint, qtbot: QtBot
) -> None:
    editor.resize(1100, 250)
    editor.rules.add_button.click()
    qtbot.waitUntil(editor.editor.head.name.hasFocus)
    assert editor.editor.head.conditions.isVisible()
    assert editor.editor.head.name.selectedText() == "rule 1"
    assert editor.editor.head.rule() == Rule("rule 1", (), ruled.response)


def test_the_counters_are_those_of_the_history(editor: ResponseEditor, ruled: Endpoint) -> None:
    editor.show_history(History(ruled.id, 0, total=10, by_rule={"fail twice": 6, "gone": 1}))
    assert [editor.rules.model.line(row).answered for row in range(3)] == [6, 0, 3]


# --- sequences -------------------------------------------------------------------------------------------------------


def test_a_sequence_becomes_rules(editor: ResponseEditor, program: Program, endpoint: Endpoint, qtbot: QtBot) -> None:
    editor.rules.sequence_asked.emit()
    qtbot.waitUntil(editor.sequence.field.hasFocus)
    editor.sequence.field.selectAll()
    qtbot.keyClicks(editor.sequence.field, "503, 502, 200\r")
    assert not editor.sequence.isVisible()
    editor.apply()
    qtbot.waitUntil(lambda: bool(stored(program, endpoint).rules))
    assert [httpx.post(program.url(endpoint)).status_code for _ in range(3)] == [503, 502, 200]


def test_a_text_that_is_no_sequence_says_so(editor: ResponseEditor, endpoint: Endpoint, qtbot: QtBot) -> None:
    editor.rules.sequence_asked.emit()
    editor.sequence.field.setText("soon")
    editor.sequence.add_button.click()
    assert editor.sequence.isVisible()
    assert editor.sequence.note.text().startswith("“soon” is not a status.")
    qtbot.keyClick(editor.sequence.field, Qt.Key.Key_Escape)
    assert not editor.sequence.isVisible()
    assert not editor.has_draft()


def test_attempts_count_anew(editor: ResponseEditor, program: Program, ruled: Endpoint, qtbot: QtBot) -> None:
    assert [httpx.post(program.url(ruled)).status_code for _ in range(3)] == [503, 503, 200]
    assert httpx.post(program.url(ruled)).status_code == 503  # a new series
    editor.rules.count_anew_asked.emit()
    assert editor.notes.messages() == ["The next request of every message counts as attempt 1."]
    assert [httpx.post(program.url(ruled)).status_code for _ in range(3)] == [503, 503, 200]


# --- questions -------------------------------------------------------------------------------------------------------

REJECTS = "A 404 here rejects a real purchase. Use it anyway?"


@pytest.fixture
def purchase(editor: ResponseEditor, program: Program, endpoint: Endpoint) -> Endpoint:
    purchase = program.endpoints.save(replace(endpoint, sender="vendasta-marketplace-purchase")).result()
    editor.show_endpoint(purchase)
    return purchase


def test_a_status_that_rejects_a_purchase_is_asked_about(
    editor: ResponseEditor, program: Program, purchase: Endpoint, qtbot: QtBot
) -> None:
    editor.form.status.number.setValue(404)
    editor.apply()
    assert editor.notes.messages() == [REJECTS]
    qtbot.waitUntil(button(editor.notes, "Cancel").hasFocus)
    button(editor.notes, "Cancel").click()
    assert editor.notes.messages() == []
    assert stored(program, purchase).response == Response(200)
    assert editor.has_draft()
    editor.apply()
    button(editor.notes, "Use 404").click()
    qtbot.waitUntil(lambda: stored(program, purchase).response == Response(404))
    assert editor.notes.messages() == []


def test_every_status_that_rejects_is_asked_about_once(
    editor: ResponseEditor, program: Program, purchase: Endpoint, qtbot: QtBot
) -> None:
    for name, status in (("a", 404), ("b", 302), ("c", 404)):
        editor.add_rule(Rule(name, (Condition(Subject.METHOD, name),), Response(status)))
    editor.apply()
    assert editor.notes.messages() == [REJECTS]
    button(editor.notes, "Use 404").click()
    assert editor.notes.messages() == [REJECTS.replace("404", "302")]
    assert editor.rules.row() == 1
    qtbot.waitUntil(lambda: button(editor.notes, "Cancel").hasFocus())
    button(editor.notes, "Use 302").click()
    qtbot.waitUntil(lambda: len(stored(program, purchase).rules) == 3)


def test_an_edit_takes_the_question_away(editor: ResponseEditor, purchase: Endpoint) -> None:
    editor.form.status.number.setValue(404)
    editor.apply()
    editor.form.status.number.setValue(405)
    assert editor.notes.messages() == []


def test_a_host_elsewhere_is_asked_about(
    editor: ResponseEditor, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    forward = Rule("hand over", (), Response(body="https://example.com/hooks", kind=BodyKind.FORWARD))
    editor.add_rule(forward)
    editor.apply()
    qtbot.waitUntil(lambda: bool(editor.notes.messages()))
    asked = "Requests to /my-automation would be forwarded to example.com, off this computer, with headers and body."
    assert editor.notes.messages() == [f"{asked} Allow that host?"]
    qtbot.waitUntil(button(editor.notes, "Cancel").hasFocus)
    assert program.endpoints.forward_hosts() == frozenset()
    assert stored(program, endpoint).rules == ()
    button(editor.notes, "Allow example.com").click()
    qtbot.waitUntil(lambda: stored(program, endpoint).rules == (forward,))
    assert program.endpoints.forward_hosts() == {"example.com"}


# --- what is passed on, and the layout -------------------------------------------------------------------------------


def test_what_is_passed_on_follows_the_row_and_its_keys_are_saved_at_once(
    editor: ResponseEditor, program: Program, ruled: Endpoint, qtbot: QtBot
) -> None:
    keys = (ResponseKey("ticket"),)
    editor.panel.keys_edited.emit(keys)
    qtbot.waitUntil(lambda: stored(program, ruled).response_keys == keys)
    editor.show_endpoint(stored(program, ruled))
    editor.show_rule("")
    write(editor, '{"ticket": "42"}')
    editor.flush()
    assert editor.passing.words.text() == "Passed on: ✓ ticket"
    editor.show_rule("put")
    assert editor.passing.words.text() == "Passed on: ✗ ticket (not in the body)"
    assert stored(program, ruled).rules == ruled.rules


def test_a_file_is_read_for_what_is_passed_on(
    editor: ResponseEditor, program: Program, endpoint: Endpoint, tmp_path: Path
) -> None:
    (tmp_path / "reply.json").write_text('{"ticket": "1"}')
    name = program.files.add(tmp_path / "reply.json")
    keyed = replace(endpoint, response=Response(body=name, kind=BodyKind.FILE), response_keys=(ResponseKey("ticket"),))
    editor.show_endpoint(program.endpoints.save(keyed).result())
    assert editor.passing.words.text() == "Passed on: ✓ ticket"


def test_a_template_is_filled_in_for_what_is_passed_on(
    editor: ResponseEditor, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    httpx.post(program.url(endpoint), content=b'{"id": 7}', headers={"Content-Type": "application/json"})
    template = Response(body='{"ticket": "{{ json.id }}"}', kind=BodyKind.TEMPLATE)
    keyed = replace(endpoint, response=template, response_keys=(ResponseKey("ticket"),))
    editor.show_endpoint(program.endpoints.save(keyed).result())
    qtbot.waitUntil(lambda: editor.passing.words.text() == "Passed on: ✓ ticket")


def test_a_proof_is_asked_for_with_the_endpoint(editor: ResponseEditor, endpoint: Endpoint, qtbot: QtBot) -> None:
    with qtbot.waitSignal(editor.prove_requested) as told:
        editor.panel.prove_requested.emit()
    assert told.args == [endpoint.id]


@pytest.mark.parametrize(
    ("width", "panel", "list_"), [(1080, True, True), (1079, False, True), (820, False, True), (819, False, False)]
)
def test_what_there_is_room_for(editor: ResponseEditor, ruled: Endpoint, width: int, panel: bool, list_: bool) -> None:
    editor.resize(width, 260)
    assert editor.width() == width
    assert (editor.panel.isVisible(), editor.passing.isVisible()) == (panel, not panel)
    assert (editor.rules.view.isVisible(), editor.rules.drop_down.isVisible()) == (list_, not list_)


def test_conditions_are_folded_where_there_is_little_room_and_unfold_when_asked(
    editor: ResponseEditor, ruled: Endpoint
) -> None:
    head = editor.editor.head
    editor.resize(1100, 700)
    assert head.conditions.isVisible()
    editor.resize(1100, 260)
    assert not head.conditions.isVisible()
    assert head.summary.text() == "attempt ≤ 2"
    head.fold.click()
    assert head.conditions.isVisible()
    editor.show_rule("put")
    assert not head.conditions.isVisible()


def test_another_sender_has_other_words(editor: ResponseEditor, program: Program, endpoint: Endpoint) -> None:
    before = editor.form.status.chip.text()
    editor.show_endpoint(program.endpoints.save(replace(endpoint, sender="vendasta-marketplace-purchase")).result())
    assert editor.form.status.chip.text() != before


def test_what_a_next_step_sees_is_left_out_where_there_is_none(editor: ResponseEditor, ruled: Endpoint) -> None:
    for sender, seen in (("vendasta-marketplace", False), ("vendasta-automation", True)):
        editor.show_endpoint(replace(ruled, sender=sender))
        for width in (1080, 1000):
            editor.resize(width, 600)
            assert (editor.panel.isVisible() or editor.passing.isVisible()) is seen
