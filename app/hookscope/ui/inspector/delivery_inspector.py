"""The inspector of a delivery (INTERFACE.md 2.7)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from hookscope.deliveries import Changes, Outcome, Row, queries
from hookscope.endpoints import Endpoint
from hookscope.ui.answers import Answers
from hookscope.ui.inspector.attempts_tab import AttemptsTab
from hookscope.ui.inspector.body_and_record import BodyAndRecord
from hookscope.ui.inspector.body_tab import BodyTab
from hookscope.ui.inspector.body_view import VIEWS, BodyView
from hookscope.ui.inspector.content import Content, load
from hookscope.ui.inspector.headers_tab import HeadersTab
from hookscope.ui.inspector.hold_editor import HoldEditor
from hookscope.ui.inspector.response_tab import ResponseTab
from hookscope.ui.inspector.title_line import TitleLine
from hookscope.ui.inspector.verification_tab import VerificationTab
from hookscope.ui.inspector.view_switch import ViewSwitch
from hookscope.ui.parts.empty_state import EmptyState
from hookscope.ui.parts.tab_bar import Tabs
from hookscope.ui.relay import Relay

if TYPE_CHECKING:
    from hookscope.program import Program
    from hookscope.ui.actions import Actions
    from hookscope.ui.deliveries.live import Live
    from hookscope.ui.records.record_pane import RecordPane
    from hookscope.ui.tasks import Tasks

SERIES_AFTER_MS = 100
BODY, HEADERS, VERIFICATION, RESPONSE, ATTEMPTS = range(5)


class DeliveryInspector(QWidget):
    """One delivery, whole: what arrived, what was answered, which attempts there were.

    ``endpoint_requested``, ``delivery_requested``, ``change_response_requested`` and ``verification_requested`` carry
    the id of what to show instead. While a held request is shown the tab is *Response*; the one before comes back.
    """

    endpoint_requested = Signal(int)
    delivery_requested = Signal(int)
    change_response_requested = Signal(int, str)  # of which endpoint, and the name of the rule, empty for the default
    like_requested = Signal(object)  # Delivery: requests like it are to be responded to as it was
    verification_requested = Signal(int)  # how this endpoint verifies is to be chosen
    held_shown = Signal()  # the editor of a held request is shown, or not any more
    filter_requested = Signal(str)  # show only deliveries that hold this text
    pane_made = Signal(object)  # RecordPane
    message = Signal(str)

    def __init__(
        self, program: Program, live: Live, actions: Actions, tasks: Tasks, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._program = program
        self._tasks = tasks
        self._answers = Answers(self)
        self._wanted = 0
        self._content: Content | None = None
        self._look_up_later: Callable[[RecordPane], None] | None = None  # once the delivery is read
        self._tab_before: int | None = None
        self._relay = Relay(program)
        self._series_timer = QTimer(self)  # under load many attempts come at once
        self._series_timer.setSingleShot(True)
        self._series_timer.setInterval(SERIES_AFTER_MS)
        self._series_timer.timeout.connect(self._ask_series)
        self.title = TitleLine()
        self.tabs = Tabs("Parts of the delivery")
        self.body = BodyTab()
        self.record = BodyAndRecord(self.body, self._made_pane)
        self.headers = HeadersTab()
        self.verification = VerificationTab(program)
        self.response = ResponseTab(HoldEditor(program, actions))
        self.attempts = AttemptsTab()
        self.switch = ViewSwitch()
        self._lay_out()
        self._connect()
        self._follow(actions)
        live.changed.connect(self._take_changes)

    def show_delivery(self, id: int) -> None:
        """Show another delivery as soon as it is read; what was shown stays until then."""
        if id != self._wanted:
            self._wanted = id
            self._look_up_later = None
            self._ask(id, self._show)

    def look_up(self, id: str, type: str = "") -> None:
        """Show the record of an id of the delivery that was chosen last."""
        self._look_up(lambda pane: pane.look_up(id, type))

    def look_up_first(self) -> None:
        """Show the record of the first id of the delivery that was chosen last."""
        self._look_up(lambda pane: pane.look_up_first())

    def held_on_show(self) -> int:
        """The held request whose editor is shown, 0 when there is none."""
        return self._shown_id() if self.response.hold.isVisible() else 0

    def memory(self) -> dict[str, Any]:
        """What :meth:`restore` takes."""
        return {"view": self._view, "tab": self.tabs.current() if self._tab_before is None else self._tab_before}

    def restore(self, memory: Mapping[str, Any]) -> None:
        """Choose the view and the tab that were chosen last time."""
        if memory.get("view") in VIEWS:
            self._set_view(memory["view"])
        if isinstance(tab := memory.get("tab"), int):
            self.tabs.set_current(tab)

    def _lay_out(self) -> None:
        self._view = VIEWS[0]
        pages = (self.record, self.headers, self.verification, self.response, self.attempts)
        for page, word in zip(pages, ("Body", "Headers", "Verification", "Response", "Attempts"), strict=True):
            self.tabs.add(page, word)
        self.tabs.set_corner(self.switch)
        self.body.findings.reached_after = self.tabs.bar
        found = QWidget()
        layout = QVBoxLayout(found)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.title)
        layout.addWidget(self.tabs, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(QWidget())
        self._pages.addWidget(found)
        self._pages.addWidget(
            EmptyState("inbox", "This delivery is gone", "It was deleted, or made room for newer ones.")
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)

    def _connect(self) -> None:
        self.title.endpoint_clicked.connect(lambda: self.endpoint_requested.emit(self._endpoint_id()))
        self.response.change_requested.connect(self._ask_change)
        self.response.like_requested.connect(self._ask_like)
        self.response.hold.message.connect(self.message)
        self.response.hold.shown.connect(self.held_shown)
        self._relay.held_changed.connect(self._take_held)
        self.verification.configure_requested.connect(lambda: self.verification_requested.emit(self._endpoint_id()))
        self.attempts.delivery_requested.connect(self.delivery_requested)
        self.body.endpoint_requested.connect(self.endpoint_requested)
        self.body.proof.delivery_requested.connect(self.delivery_requested)
        self.record.pane_shown.connect(self._fill_pane)
        for part in (self.body, self.headers, self.response.headers, self.response.body):
            part.set_types_of(self._program.records.catalogue.shapes.types_of)
            part.look_up_requested.connect(self.look_up)
            part.filter_requested.connect(self.filter_requested)
        self.switch.chosen.connect(self._set_view)
        self.switch.find_asked.connect(lambda: self._body_on_show().find_bar.open())
        self.tabs.current_changed.connect(self._mark_view)
        for view in (self.body.body, self.response.body):
            view.changed.connect(self._mark_view)

    def _follow(self, actions: Actions) -> None:
        for number in range(self.tabs.count()):
            action = actions.action(f"tab_{number + 1}")
            action.triggered.connect(partial(self._when_visible, partial(self.tabs.set_current, number)))
        actions.action("find").triggered.connect(partial(self._when_visible, self._find))
        actions.action("find_next").triggered.connect(partial(self._when_visible, self._find_next))

    def _when_visible(self, call: Any, checked: bool = False) -> None:
        """The endpoint's inspector takes the same keys while it is on show."""
        if self.isVisible():
            call()

    def _find(self) -> None:
        if pane := self._pane_in_use():
            pane.open_search()
        else:
            self._body_to_search().find_bar.open()

    def _find_next(self) -> None:
        if pane := self._pane_in_use():
            pane.search_next()
        else:
            self._body_to_search().find_bar.find_next()

    def _pane_in_use(self) -> RecordPane | None:
        """The record pane while it has the focus, or is all there is."""
        pane, focused = self.record.pane, QApplication.focusWidget()
        if pane is None or not pane.isVisible():
            return None
        return pane if self.body.isHidden() or (focused is not None and pane.isAncestorOf(focused)) else None

    def _body_to_search(self) -> BodyView:
        if not self._shows_body():
            self.tabs.set_current(BODY)
        return self._body_on_show()

    # --- the record --------------------------------------------------------------------------------------------------

    def _made_pane(self) -> RecordPane:
        from hookscope.ui.records.record_pane import RecordPane  # loaded when the first record is asked for

        pane = RecordPane(self._program, self._tasks, self._relay)
        pane.closed.connect(self.record.close_pane)
        pane.body_requested.connect(self.record.show_body)
        pane.filter_requested.connect(self.filter_requested)
        pane.message.connect(self.message)
        self.pane_made.emit(pane)
        return pane

    def _fill_pane(self) -> None:
        if self._content is not None and self.record.pane is not None:
            self.record.pane.show_content(self._content)

    def _look_up(self, call: Callable[[RecordPane], None]) -> None:
        if self._shown_id() != self._wanted:
            self._look_up_later = call
            return
        if self._content is not None:
            self.tabs.set_current(BODY)
            call(self.record.open_pane())

    def _shows_body(self) -> bool:
        return self.tabs.current() == BODY or (self.tabs.current() == RESPONSE and not self.response.is_held())

    def _body_on_show(self) -> BodyView:
        return self.response.body if self.tabs.current() == RESPONSE else self.body.body

    def _set_view(self, view: str) -> None:
        self._view = view
        self.body.body.set_view(view)
        self.response.body.set_view(view)

    def _mark_view(self) -> None:
        self.switch.setVisible(self._shows_body())
        body = self._body_on_show()
        self.switch.show_view(body.view, tree=body.has_tree)

    def _shown_id(self) -> int:
        return self._content.delivery.id if self._content else 0

    def _ask_change(self) -> None:
        if self._content is not None:
            self.change_response_requested.emit(self._endpoint_id(), self._content.delivery.rule)

    def _ask_like(self) -> None:
        if self._content is not None:
            self.like_requested.emit(self._content.delivery)

    def _endpoint_id(self) -> int:
        return (self._content and self._content.delivery.row.endpoint_id) or 0

    def _ask(self, id: int, then: Any) -> None:
        schemes, endpoints = self._program.endpoints.schemes, self._program.endpoints.all()
        shapes = self._program.records.catalogue.shapes

        def job(db: sqlite3.Connection) -> Content | None:
            # who runs through the list leaves many behind
            return load(db, id, schemes, endpoints, shapes=shapes) if self._wanted == id else None

        self._answers.ask(self._program.pages, job, then, failed=self._failed, wanted=lambda: self._wanted == id)

    def _failed(self) -> None:
        self.message.emit("The delivery could not be read. Choose it again.")
        self._wanted = 0

    def _show(self, content: Content | None) -> None:
        if content is None or content.delivery.id != self._shown_id():
            self._turn_back()
        self._content = content
        self._pages.setCurrentIndex(2 if content is None else 1)
        if content is not None:
            self.body.show_content(content, self._program.endpoints.all())
            self.headers.show_content(content, masking=self._program.settings.mask_values)
            self.tabs.set_title(HEADERS, f"Headers {len(content.delivery.request.headers)}")
            self._show_result(content)
            if self.record.shows_pane:
                self._fill_pane()
            if later := self._look_up_later:
                self._look_up_later = None
                self._look_up(later)

    def _show_result(self, content: Content) -> None:
        """Show what can still change: the request itself never does."""
        self._content = content
        row = content.delivery.row
        self.title.show_row(row, self._sender(row), endpoint_exists=self._endpoint(row) is not None)
        self.verification.show_content(content)
        self._show_response(content)
        self._show_attempts(content)

    def _show_response(self, content: Content) -> None:
        row = content.delivery.row
        held = row.outcome == Outcome.WAITING and row.id in self._program.held
        masking = self._program.settings.mask_values
        self.response.show_content(content, self._endpoint(row), held=held, masking=masking)
        self._turn_to_response(held=held)
        self._mark_view()

    def _turn_to_response(self, *, held: bool) -> None:
        """Show the editor of a held request, and go back to the tab before with the next delivery."""
        if held and self._tab_before is None:
            self._tab_before = self.tabs.current()
            self.tabs.set_current(RESPONSE)

    def _turn_back(self) -> None:
        before, self._tab_before = self._tab_before, None
        if before is not None and self.tabs.current() == RESPONSE:
            self.tabs.set_current(before)

    def _take_held(self) -> None:
        held = self._program.held
        self.response.hold.keep_only(held)
        content = self._content
        if content is not None and (content.delivery.id in held) != self.response.is_held():
            self._show_response(content)

    def _show_attempts(self, content: Content) -> None:
        row = content.delivery.row
        self.attempts.show_rows(content.series, row.id, self._sender(row))
        self.tabs.set_title(ATTEMPTS, f"Attempts {len(content.series)}")

    def _endpoint(self, row: Row) -> Endpoint | None:
        return self._program.endpoints.get(row.endpoint_id) if row.endpoint_id is not None else None

    def _sender(self, row: Row) -> str:
        endpoint = self._endpoint(row)
        return endpoint.sender if endpoint else ""

    def _take_changes(self, changes: Changes) -> None:
        shown = self._content
        if shown is None:
            return
        if self._wanted in changes.removed:
            self._show(None)
            return
        known = {row.id: _result(row) for row in (*shown.series, shown.delivery.row)}
        changed = {row.id for row in changes.changed if row.id in known and _result(row) != known[row.id]}
        if shown.delivery.id in changed:
            self._ask(self._wanted, self._show_again)
        elif changed or any(_same_message(row, shown.delivery.row) for row in changes.new):
            self._series_timer.start()

    def _ask_series(self) -> None:
        id = self._wanted
        self._answers.ask(
            self._program.pages,
            lambda db: queries.series(db, id),
            self._show_series,
            wanted=lambda: self._content is not None and self._content.delivery.id == self._wanted == id,
        )

    def _show_series(self, rows: list[Row]) -> None:
        if self._content is not None:
            self._content = replace(self._content, series=tuple(rows))
            self._show_attempts(self._content)

    def _show_again(self, content: Content | None) -> None:
        if content is None or self._content is None or content.delivery.id != self._content.delivery.id:
            self._show(content)
        else:
            self._show_result(content)


def _result(row: Row) -> Row:
    """A row without what the user does to it."""
    return row._replace(seen=False, pinned=False)


def _same_message(row: Row, shown: Row) -> bool:
    """Whether a new delivery may be another attempt of the one that is shown; only the store knows for certain."""
    later = row.again or (row.attempt or 0) > 1
    return later and (row.endpoint_id, row.method) == (shown.endpoint_id, shown.method)
