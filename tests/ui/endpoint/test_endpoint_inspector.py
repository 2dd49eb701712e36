from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from PySide6.QtWidgets import QAbstractButton, QDialog, QFileDialog, QMenu, QWidget

from helpers.open_window import focused
from hookscope.endpoints import Endpoint, parse_workspace
from hookscope.responses import Condition, Response, Rule, Subject
from hookscope.ui.actions import Actions
from hookscope.ui.deliveries.live import Live
from hookscope.ui.endpoint.endpoint_inspector import RESPONSE, VERIFICATION, EndpointInspector
from hookscope.ui.endpoint.new_endpoint import NewEndpointDialog

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from hookscope.program import Program

Post = Callable[..., httpx.Response]
OWN_SCHEMES = """
version = 1

[scheme.mine]
algorithm = "hmac-sha256"
signature = [{ name = "X-Mine", encoding = "hex" }]
template = "{body}"

[scheme.not-used]
algorithm = "hmac-sha256"
signature = [{ name = "X-Other", encoding = "hex" }]
template = "{body}"

[[endpoint]]
name = "verified"
path = "/verified"
scheme = "mine"
"""


def entries(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.isVisible() and action.text()]


def press(widget: QWidget, word: str) -> None:
    shown = [button for button in widget.findChildren(QAbstractButton) if button.isVisible()]
    next(button for button in shown if button.text() == word).click()


def edit(inspector: EndpointInspector, body: str) -> None:
    inspector.response.form.body.selectAll()
    inspector.response.form.body.insertPlainText(body)


def test_the_title_says_what_came_and_the_step_works(inspector: EndpointInspector, post: Post, qtbot: QtBot) -> None:
    assert inspector.name.text() == "my-automation"
    assert inspector.facts.text() == "/my-automation · no deliveries yet"
    assert inspector.set_up.state.text() == "Waiting for the first request from the automation…"
    post()
    qtbot.waitUntil(lambda: inspector.facts.text() == "/my-automation · 1 delivery, last just now")
    assert inspector.set_up.state.text().startswith("First request at ")
    post("/below")
    qtbot.waitUntil(lambda: inspector.facts.text() == "/my-automation · 2 deliveries, last just now")


def test_responses_count_from_apply_on(inspector: EndpointInspector, post: Post, qtbot: QtBot) -> None:
    post()
    qtbot.waitUntil(lambda: inspector.response.state.text().endswith(", sent once."))
    edit(inspector, '{"a": 1}')
    inspector.response.apply()
    qtbot.waitUntil(lambda: inspector.response.state.text().endswith(", not sent yet."))
    assert [post().text for _ in range(3)] == ['{"a": 1}'] * 3
    qtbot.waitUntil(lambda: inspector.response.state.text().endswith(", sent 3 times."))


def test_ctrl_s_applies_only_while_there_is_a_draft_on_show(
    inspector: EndpointInspector, actions: Actions, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    action = actions.action("apply")
    assert not action.isEnabled()
    inspector.show_response()
    edit(inspector, "[]")
    assert action.isEnabled()
    inspector.hide()
    assert not action.isEnabled()
    inspector.show()
    assert action.isEnabled()
    action.trigger()
    qtbot.waitUntil(lambda: program.endpoints.get(endpoint.id) == replace(endpoint, response=Response(body="[]")))
    qtbot.waitUntil(lambda: not action.isEnabled())


def test_rules_count_while_requests_come(
    inspector: EndpointInspector, program: Program, endpoint: Endpoint, post: Post, qtbot: QtBot
) -> None:
    rule = Rule("fail twice", (Condition(Subject.ATTEMPT, "<=2"),), Response(503))
    program.endpoints.save(replace(endpoint, rules=(rule,))).result()
    model = inspector.response.rules.model
    qtbot.waitUntil(lambda: model.rowCount() == 2)
    assert [post().status_code for _ in range(3)] == [503, 503, 200]
    qtbot.waitUntil(lambda: [model.line(row).answered for row in range(2)] == [2, 1])


def test_a_rule_is_added_to_the_draft_and_shown(
    inspector: EndpointInspector, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    rule = Rule("like that one", (Condition(Subject.METHOD, "POST"),), Response(202))
    inspector.add_rule(rule)
    assert inspector.tabs.current() == RESPONSE
    assert inspector.response.editor.head.name.text() == "like that one"
    assert inspector.response.form.response() == Response(202)
    qtbot.waitUntil(lambda: program.endpoints.draft(endpoint.id) is not None)
    assert program.endpoints.get(endpoint.id) == endpoint


def test_the_rule_that_answered_is_gone_to(
    inspector: EndpointInspector, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    rules = tuple(Rule(name, (), Response(status)) for name, status in (("a", 201), ("b", 202)))
    program.endpoints.save(replace(endpoint, rules=rules)).result()
    qtbot.waitUntil(lambda: inspector.response.rules.model.rowCount() == 3)
    shown = []
    for name in ("b", "", "a", "gone"):
        inspector.show_response(name)
        shown.append(inspector.response.form.response().status)
    assert shown == [202, 200, 201, 200]
    assert inspector.tabs.current() == RESPONSE


def test_tab_goes_from_the_rules_to_apply(inspector: EndpointInspector, program: Program, endpoint: Endpoint) -> None:
    inspector.show_response()
    inspector.add_rule(Rule("new", (), Response(201)))
    response = inspector.response
    wanted: list[QWidget] = [inspector.tabs.bar, inspector.settings.profile, inspector.settings.hold]
    wanted += [response.rules.view, response.rules.add_button, response.rules.presets_button]
    wanted += [response.editor.head.name, response.editor.head.fold, response.form.status.number]
    wanted += [response.form.body, response.discard_button, response.apply_button]
    found: list[QWidget] = []
    at = inspector.tabs.bar.nextInFocusChain()
    while at is not None and at is not inspector.tabs.bar:
        found.append(at)
        at = at.nextInFocusChain()
    places = [found.index(widget) for widget in wanted[1:]]
    assert places == sorted(places)


def test_sender_and_hold_are_beside_the_tab_they_belong_to(inspector: EndpointInspector) -> None:
    assert not inspector.settings.isVisible()
    inspector.show_response()
    assert inspector.settings.isVisible()
    inspector.show_verification()
    assert not inspector.settings.isVisible()


@pytest.mark.parametrize(("width", "word"), [(1096, "Hold requests and respond by hand"), (600, "Hold")])
def test_sender_and_hold_leave_room_for_the_tabs(
    inspector: EndpointInspector, window: QWidget, width: int, word: str, qtbot: QtBot
) -> None:
    inspector.show_response()
    window.resize(width, 400)
    assert window.width() == width
    assert inspector.settings.hold.text() == word
    bar = inspector.tabs.bar
    qtbot.waitUntil(lambda: bar.width() >= bar.sizeHint().width())


def test_the_response_gets_narrow_again_after_it_was_wide(inspector: EndpointInspector, window: QWidget) -> None:
    inspector.show_response()
    for width in (1600, 600):
        window.resize(width, 400)
        assert window.width() == width
    assert inspector.response.rules.is_narrow()
    assert inspector.response.rules.drop_down.isVisible()


def test_a_sender_to_whom_an_applied_status_does_harm_is_asked_about(
    inspector: EndpointInspector, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    program.endpoints.save(replace(endpoint, response=Response(404))).result()
    qtbot.waitUntil(lambda: inspector.response.form.response().status == 404)
    inspector.show_response()
    profile = inspector.settings.profile
    for answer, sender in (("Cancel", "vendasta-automation"), ("Use 404", "vendasta-marketplace-purchase")):
        profile.activated.emit(profile.findData("vendasta-marketplace-purchase"))
        assert inspector.response.notes.messages() == ["A 404 here rejects a real purchase. Use it anyway?"]
        press(inspector.response.notes, answer)
        qtbot.waitUntil(lambda sender=sender: program.endpoints.get(endpoint.id).sender == sender)  # type: ignore[misc, union-attr]
        assert inspector.response.notes.messages() == []
        assert inspector.response.rules.isAncestorOf(focused())


def test_a_proof_is_asked_for(inspector: EndpointInspector, endpoint: Endpoint, qtbot: QtBot) -> None:
    with qtbot.waitSignal(inspector.prove_requested) as told:
        inspector.response.panel.prove_requested.emit()
    assert told.args == [endpoint.id]


def test_another_endpoint_takes_the_place(
    inspector: EndpointInspector, program: Program, post: Post, qtbot: QtBot
) -> None:
    post()
    qtbot.waitUntil(lambda: "1 delivery" in inspector.facts.text())
    other = program.endpoints.save(Endpoint("other", "/other", Response(503))).result()
    inspector.ask_delete()
    inspector.show_endpoint(other.id)
    assert inspector.name.text() == "other"
    assert inspector.facts.text() == "/other · no deliveries yet"
    assert inspector.response.form.response() == Response(503)
    assert inspector.question.messages() == []
    assert inspector.set_up.steps.address.text() == f"{program.url()}/other"
    assert not inspector.set_up.state.text().startswith("First")


def test_an_endpoint_that_does_not_exist_changes_nothing(inspector: EndpointInspector) -> None:
    inspector.show_endpoint(99)
    assert inspector.name.text() == "my-automation"


def test_the_address_follows_the_listener(inspector: EndpointInspector, program: Program, qtbot: QtBot) -> None:
    before = inspector.set_up.steps.address.text()
    program.listen(0)
    qtbot.waitUntil(lambda: inspector.set_up.steps.address.text() != before)
    assert inspector.set_up.steps.address.text() == f"{program.url()}/my-automation"


def test_a_change_made_elsewhere_is_shown(
    inspector: EndpointInspector, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    program.endpoints.save(replace(endpoint, name="new-name", response=Response(201)))
    qtbot.waitUntil(lambda: inspector.name.text() == "new-name")
    assert inspector.response.form.response() == Response(201)


def test_renaming(inspector: EndpointInspector, qtbot: QtBot) -> None:
    inspector.rename()
    dialog = inspector.findChild(NewEndpointDialog)
    assert isinstance(dialog, NewEndpointDialog)
    dialog.name.selectAll()
    dialog.name.insert("renamed")
    with qtbot.waitSignal(inspector.renamed):
        dialog.accept()
    qtbot.waitUntil(lambda: inspector.name.text() == "renamed")


def test_duplicating_keeps_the_response(
    inspector: EndpointInspector, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    program.endpoints.save(replace(endpoint, response=Response(418))).result()
    qtbot.waitUntil(lambda: inspector.response.form.status.status() == 418)
    with qtbot.waitSignal(inspector.renamed) as told:
        inspector.duplicate()
    assert told.args is not None
    copy = program.endpoints.get(told.args[0])
    assert copy == Endpoint("my-automation 2", "/my-automation-2", Response(418), id=told.args[0])


def test_deleting_asks_with_the_counts_and_keeps_the_deliveries(
    inspector: EndpointInspector, program: Program, endpoint: Endpoint, post: Post, qtbot: QtBot
) -> None:
    post()
    qtbot.waitUntil(lambda: "1 delivery" in inspector.facts.text())
    inspector.ask_delete()
    assert inspector.question.messages() == [
        "Delete my-automation? Its 1 delivery is kept. Requests to /my-automation then go to Anything else."
    ]
    assert program.endpoints.get(endpoint.id) is not None
    with qtbot.waitSignal(inspector.deleted) as told:
        press(inspector.question, "Delete")
    assert told.args == [endpoint.id]
    assert program.endpoints.get(endpoint.id) is None
    assert program.pages.submit(lambda db: db.execute("SELECT count(*) FROM delivery").fetchone()).result() == (1,)


def test_the_question_names_the_endpoint_that_takes_over(inspector: EndpointInspector, program: Program) -> None:
    below = program.endpoints.save(Endpoint("below", "/my-automation/a")).result()
    inspector.show_endpoint(below.id)
    inspector.ask_delete()
    assert inspector.question.messages() == ["Delete below? Requests to /my-automation/a then go to my-automation."]


def test_an_endpoint_is_kept_when_the_user_says_so(
    inspector: EndpointInspector, program: Program, endpoint: Endpoint
) -> None:
    inspector.ask_delete()
    press(inspector.question, "Keep")
    assert inspector.question.messages() == []
    assert program.endpoints.get(endpoint.id) == endpoint


def test_an_endpoint_deleted_elsewhere_is_told(
    inspector: EndpointInspector, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(inspector.deleted) as told:
        program.endpoints.delete(endpoint.id)
    assert told.args == [endpoint.id]


def test_exporting_writes_a_workspace_file(
    inspector: EndpointInspector, program: Program, endpoint: Endpoint, tmp_path: Path, qtbot: QtBot
) -> None:
    rule = Rule("fail twice", (Condition(Subject.ATTEMPT, "<=2"),), Response(503), on=False)
    ruled = program.endpoints.save(replace(endpoint, rules=(rule,), hold=True)).result()
    inspector.show_endpoint(endpoint.id)
    inspector.export()
    dialog = inspector.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "one.toml"))
    dialog.close()
    (written,) = parse_workspace((tmp_path / "one.toml").read_text("utf-8")).endpoints
    assert written.rules == (rule,)
    assert replace(written, hold=ruled.hold) == replace(ruled, id=0)


def test_exporting_writes_the_own_scheme_that_is_used_and_no_other(
    inspector: EndpointInspector, program: Program, tmp_path: Path
) -> None:
    program.import_workspace(OWN_SCHEMES)
    (verified,) = (each for each in program.endpoints.all() if each.scheme == "mine")
    inspector.show_endpoint(verified.id)
    inspector.export()
    dialog = inspector.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "one.toml"))
    dialog.close()
    assert list(parse_workspace((tmp_path / "one.toml").read_text("utf-8")).schemes) == ["mine"]


def test_a_file_that_cannot_be_written_is_told(inspector: EndpointInspector, tmp_path: Path, qtbot: QtBot) -> None:
    inspector.export()
    dialog = inspector.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    with qtbot.waitSignal(inspector.message) as told:
        dialog.fileSelected.emit(str(tmp_path / "missing" / "one.toml"))
    dialog.close()
    assert told.args == [
        f"{tmp_path}/missing/one.toml could not be written (No such file or directory). Choose another place."
    ]


def test_the_catch_all_is_neither_renamed_nor_deleted(inspector: EndpointInspector, program: Program) -> None:
    assert entries(inspector.menu) == ["Rename…", "Duplicate", "Export…", "Delete…"]
    inspector.show_endpoint(program.endpoints.all()[-1].id)
    assert entries(inspector.menu) == ["Export…"]
    assert inspector.facts.text() == "every other path · no deliveries yet"
    inspector.ask_delete()
    assert inspector.question.messages() == []


def test_the_catch_all_offers_a_new_endpoint(
    inspector: EndpointInspector, program: Program, actions: Actions, qtbot: QtBot
) -> None:
    inspector.show_endpoint(program.endpoints.all()[-1].id)
    with qtbot.waitSignal(actions.action("new_endpoint").triggered):
        press(inspector.set_up, "New endpoint…")


@pytest.mark.parametrize("tab", [0, 1, 2])
def test_the_tab_is_remembered(inspector: EndpointInspector, tab: int) -> None:
    inspector.tabs.set_current(tab)
    memory = inspector.memory()
    inspector.tabs.set_current((tab + 1) % 3)
    inspector.restore(memory)
    assert inspector.tabs.current() == tab
    inspector.restore({"tab": "rules of a later version"})
    assert inspector.tabs.current() == tab


def test_the_age_is_said_anew_only_while_it_is_on_show(
    inspector: EndpointInspector, endpoint: Endpoint, post: Post, qtbot: QtBot
) -> None:
    assert not inspector._ageing.isActive()
    post()
    qtbot.waitUntil(lambda: "last just now" in inspector.facts.text())
    assert 0 < inspector._ageing.interval() <= 60_000
    assert inspector._ageing.isActive()
    inspector.hide()
    inspector.show_endpoint(endpoint.id)
    assert not inspector._ageing.isActive()
    inspector.show()
    assert inspector._ageing.isActive()


def test_a_hidden_inspector_reads_nothing_until_it_is_shown_again(
    inspector: EndpointInspector, live: Live, post: Post, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: inspector._history.settled_id >= 0)
    inspector.hide()
    with qtbot.waitSignal(live.changed), qtbot.assertNotEmitted(inspector._watch.changed, wait=700):
        post()
    assert not inspector._ageing.isActive()
    inspector.show()
    qtbot.waitUntil(lambda: "1 delivery" in inspector.facts.text())


def test_the_card_leads_to_the_verification(
    inspector: EndpointInspector, program: Program, endpoint: Endpoint, qtbot: QtBot
) -> None:
    program.endpoints.save(replace(endpoint, scheme="github")).result()
    qtbot.waitUntil(lambda: "those of GitHub" in inspector.set_up.steps.elsewhere.text())
    inspector.set_up.steps.to_verification.click()
    assert inspector.tabs.current() == VERIFICATION


def test_a_token_that_is_wrong_leads_to_the_delivery(
    inspector: EndpointInspector, program: Program, endpoint: Endpoint, post: Post, qtbot: QtBot
) -> None:
    program.secrets.keep_for_this_run("t", "the right token")
    program.endpoints.save(replace(endpoint, scheme="vendasta-send", secrets=("t",))).result()
    program.read_secrets().result()
    post()
    qtbot.waitUntil(lambda: inspector.set_up.state.text().endswith(", but it has no token."))
    with qtbot.waitSignal(inspector.delivery_requested) as asked:
        inspector.set_up.look.click()
    assert asked.args == [1]


def test_everything_has_a_name(inspector: EndpointInspector, unnamed: Callable[[QWidget], list[str]]) -> None:
    inspector.ask_delete()
    assert unnamed(inspector) == []
    assert not inspector.findChildren(QDialog)
