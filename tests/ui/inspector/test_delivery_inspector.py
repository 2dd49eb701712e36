"""The inspector from end to end: a real store, a real reader, real signals."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hookscope.deliveries import Finish, Outcome, Place
from hookscope.ui.actions import Actions
from hookscope.ui.inspector.delivery_inspector import ATTEMPTS, BODY, HEADERS, RESPONSE, VERIFICATION, DeliveryInspector
from hookscope.ui.parts.empty_state import EmptyState

if TYPE_CHECKING:
    from hookscope.program import Program

Arrive = Callable[..., int]


def show(inspector: DeliveryInspector, qtbot: QtBot, id: int) -> None:
    inspector.show_delivery(id)
    qtbot.waitUntil(lambda: inspector._content is not None and inspector._content.delivery.id == id)


def titles(inspector: DeliveryInspector) -> list[str]:
    return [inspector.tabs.bar.tabText(tab) for tab in range(inspector.tabs.count())]


def test_a_delivery_is_shown(inspector: DeliveryInspector, arrive: Arrive, qtbot: QtBot) -> None:
    show(inspector, qtbot, arrive(b'{"accountId": "AG-7PQTGLLXQQ"}'))
    assert titles(inspector) == ["Body", "Headers 3", "Verification", "Response", "Attempts 1"]
    assert inspector.title.request.raw_text() == "POST /order-created?source=test"
    assert inspector.body.body.tree.json.index(0, 1).data() == '"AG-7PQTGLLXQQ"'
    assert inspector.switch.isVisible()


def test_of_many_wanted_only_the_last_is_shown(
    inspector: DeliveryInspector, program: Program, arrive: Arrive, qtbot: QtBot
) -> None:
    ids = [arrive(b"[%d]" % number) for number in range(20)]
    shown: list[str] = []
    inspector.body.body.changed.connect(lambda: shown.append(inspector.body.body.tree.json.index(0, 1).data()))
    hold = threading.Event()
    program.pages.submit(lambda db: hold.wait(5))
    for id in ids:
        inspector.show_delivery(id)
    hold.set()
    qtbot.waitUntil(lambda: bool(shown))
    qtbot.wait(50)
    assert set(shown) == {"19"}


def test_the_response_comes_later_and_the_body_stays_as_it_is(
    inspector: DeliveryInspector, program: Program, arrive: Arrive, qtbot: QtBot
) -> None:
    id = arrive(b'{"a": [1, 2]}')
    show(inspector, qtbot, id)
    tree = inspector.body.body.tree
    tree.collapse(tree.json.index(0, 0))
    assert "waiting" in inspector.title.summary.raw_text()
    program.store.finish(id, Finish(Outcome.ANSWERED, 200, 12_000))
    qtbot.waitUntil(lambda: "200 after 12 ms" in inspector.title.summary.raw_text())
    qtbot.waitUntil(lambda: inspector.response.timing.raw_text().startswith("sent 12 ms"))
    assert not tree.isExpanded(tree.json.index(0, 0))


def test_what_the_user_does_to_a_row_reads_nothing(
    inspector: DeliveryInspector, program: Program, arrive: Arrive, qtbot: QtBot
) -> None:
    id = arrive()
    show(inspector, qtbot, id)
    before = inspector._content
    program.store.mark_seen([id])
    program.store.set_pinned([id], True)
    program.store.write(lambda db: None).result(timeout=10)
    qtbot.wait(100)
    assert inspector._content is before


def test_another_attempt_is_listed_as_it_arrives(inspector: DeliveryInspector, arrive: Arrive, qtbot: QtBot) -> None:
    first = arrive()
    show(inspector, qtbot, first)
    assert inspector.attempts.currentIndex() == 0
    arrive(place=Place(2))
    qtbot.waitUntil(lambda: titles(inspector)[ATTEMPTS] == "Attempts 2")
    assert inspector.attempts.currentIndex() == 1
    arrive(series=2)
    qtbot.wait(100)
    assert titles(inspector)[ATTEMPTS] == "Attempts 2"


def test_a_removed_delivery_says_that_it_is_gone(
    inspector: DeliveryInspector, program: Program, arrive: Arrive, qtbot: QtBot
) -> None:
    id = arrive()
    show(inspector, qtbot, id)
    program.store.delete([id])
    qtbot.waitUntil(lambda: any(state.isVisible() for state in inspector.findChildren(EmptyState)))
    show(inspector, qtbot, arrive())
    assert inspector.tabs.isVisible()


def test_links_lead_to_the_endpoint(
    inspector: DeliveryInspector, program: Program, arrive: Arrive, qtbot: QtBot
) -> None:
    show(inspector, qtbot, arrive())
    endpoint = program.endpoints.all()[0].id
    with qtbot.waitSignal(inspector.endpoint_requested) as asked:
        inspector.title.endpoint.click()
    assert asked.args == [endpoint]
    inspector.tabs.set_current(RESPONSE)
    with qtbot.waitSignal(inspector.change_response_requested) as asked:
        inspector.response.change.click()
    assert asked.args == [endpoint, ""]


def test_verification_is_chosen_at_the_endpoint(
    inspector: DeliveryInspector, program: Program, arrive: Arrive, qtbot: QtBot
) -> None:
    show(inspector, qtbot, arrive())
    inspector.tabs.set_current(VERIFICATION)
    assert inspector.verification.configure.isVisible()
    with qtbot.waitSignal(inspector.verification_requested) as asked:
        inspector.verification.configure.click()
    assert asked.args == [program.endpoints.all()[0].id]


def test_deliveries_of_a_deleted_endpoint_lead_nowhere(
    inspector: DeliveryInspector, arrive: Arrive, qtbot: QtBot
) -> None:
    show(inspector, qtbot, arrive(endpoint_id=999, endpoint_name="gone"))
    assert not inspector.title.endpoint.isEnabled()
    assert inspector.response.change.isHidden()


def test_view_and_tab_are_remembered(inspector: DeliveryInspector, arrive: Arrive, qtbot: QtBot) -> None:
    show(inspector, qtbot, arrive())
    inspector.switch.bar.setCurrentIndex(2)
    inspector.tabs.set_current(RESPONSE)
    assert inspector.memory() == {"view": "bytes", "tab": RESPONSE}
    assert inspector.response.body.view == "bytes"
    inspector.restore({"view": "text", "tab": HEADERS})
    assert inspector.memory() == {"view": "text", "tab": HEADERS}
    assert not inspector.switch.isVisible()
    inspector.restore({"view": "nonsense", "tab": "1"})
    assert inspector.memory() == {"view": "text", "tab": HEADERS}


def test_a_body_without_a_tree_does_not_change_the_choice(
    inspector: DeliveryInspector, arrive: Arrive, qtbot: QtBot
) -> None:
    show(inspector, qtbot, arrive(b"hello", headers=()))
    assert inspector.switch.bar.currentIndex() == 1
    assert not inspector.switch.bar.isTabEnabled(0)
    show(inspector, qtbot, arrive(b"{}"))
    assert inspector.switch.bar.currentIndex() == 0
    assert inspector.memory()["view"] == "tree"


def test_keys(inspector: DeliveryInspector, actions: Actions, arrive: Arrive, qtbot: QtBot) -> None:
    show(inspector, qtbot, arrive(b'{"a": "needle"}'))
    actions.action("tab_5").trigger()
    assert inspector.tabs.current() == ATTEMPTS
    actions.action("find").trigger()
    assert inspector.tabs.current() == BODY
    bar = inspector.body.body.find_bar
    assert bar.isVisible()
    bar.field.setText("needle")
    actions.action("find_next").trigger()
    assert inspector.body.body.tree.currentIndex().row() == 0
    inspector.hide()
    actions.action("tab_2").trigger()
    assert inspector.tabs.current() == BODY


@pytest.mark.logs("The history could not be read")
def test_a_failing_read_is_told_and_can_be_repeated(
    inspector: DeliveryInspector, program: Program, arrive: Arrive, qtbot: QtBot
) -> None:
    id = arrive()
    whole = "SELECT name FROM sqlite_master WHERE name = 'content'"
    program.store.write(lambda db: db.execute("ALTER TABLE content RENAME TO away")).result(timeout=10)
    with qtbot.waitSignal(inspector.message) as told:
        inspector.show_delivery(id)
    assert told.args == ["The delivery could not be read. Choose it again."]
    program.store.write(lambda db: db.execute("ALTER TABLE away RENAME TO content")).result(timeout=10)
    assert program.pages.submit(lambda db: db.execute(whole).fetchall()).result(timeout=10)
    show(inspector, qtbot, id)


def test_everything_that_takes_the_focus_has_a_name(inspector: DeliveryInspector, arrive: Arrive, qtbot: QtBot) -> None:
    show(inspector, qtbot, arrive())
    nameless = []
    for widget in inspector.findChildren(QWidget):
        if widget.isHidden() or widget.window() is not inspector.window():  # a list is named by the field that opens it
            continue
        if widget.focusPolicy() is not Qt.FocusPolicy.NoFocus and widget.focusProxy() is None:
            spoken = QAccessible.queryAccessibleInterface(widget)
            if not spoken.text(QAccessible.Text.Name):
                nameless.append(widget)
    assert nameless == []


def test_nothing_of_verification_is_loaded_before_a_delivery_is_read() -> None:
    code = f"""
import sys
sys.path[:0] = {sys.path!r}
import hookscope.ui.window_content, hookscope.ui.deliveries.list_pane, hookscope.ui.inspector.delivery_inspector
print([name for name in sys.modules if name.startswith(("hookscope.verification", "keyring", "cryptography"))])
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
