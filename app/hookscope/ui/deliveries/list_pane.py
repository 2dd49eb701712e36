"""The list of deliveries with what belongs to it: pill, line about hidden arrivals, empty states, menus, keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMenu, QStackedWidget, QVBoxLayout, QWidget

from hookscope.ui.actions import Actions
from hookscope.ui.deliveries.choice import Choice
from hookscope.ui.deliveries.column_layout import ColumnLayout
from hookscope.ui.deliveries.columns import make_columns
from hookscope.ui.deliveries.delivery_view import DeliveryView
from hookscope.ui.deliveries.empty_pages import EmptyPages
from hookscope.ui.deliveries.live import Live
from hookscope.ui.deliveries.row_commands import RowCommands
from hookscope.ui.deliveries.senders import Senders
from hookscope.ui.deliveries.table_model import DeliveryModel
from hookscope.ui.parts.strip import Strip

if TYPE_CHECKING:
    from hookscope.program import Program

SECOND = 1000
LOOKED_AT = 300  # ms that a delivery is chosen before it counts as seen


class ListPane(QWidget):
    """The live list.

    ``delivery_chosen`` has the id of the current row or 0, ``open_requested`` asks for the inspector. The filter is the
    window's, so the pane only asks for it to be changed.
    """

    delivery_chosen = Signal(int)
    open_requested = Signal(int)
    look_up_requested = Signal(str, str)  # id, and its type or nothing: the first that fits
    filter_requested = Signal(str)  # show only what holds this text
    counted = Signal(int, int, bool)  # shown, of how many, still searching
    searched = Signal(int)  # percent
    show_all_requested = Signal()  # no filter, all endpoints
    clear_filter_requested = Signal()
    endpoint_requested = Signal(int)  # show only this endpoint
    set_up_requested = Signal()
    create_endpoint_requested = Signal(str)  # path
    like_requested = Signal(object)  # Delivery: requests like it are to be responded to as it was
    message = Signal(str)

    def __init__(self, program: Program, live: Live, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._program = program
        self._senders = Senders(program.endpoints)

        def short(id: str) -> str:
            return program.records.catalogue.short(id)  # the types are loaded with the first id on show

        columns = make_columns(self._senders.of, short)
        self.model = DeliveryModel(program.pages, program.searches, live, columns, self)
        self.view = DeliveryView(self.model)
        self._columns = ColumnLayout(self.view, columns)
        self._choice = Choice(self.view, self.model)
        self._commands = RowCommands(program, self.model, self.view, self._choice, short)
        self._hidden = Strip("info", "", ("Show all", self.show_all_requested.emit))
        self._empty = self._empty_pages(actions)
        self._stack = QStackedWidget()
        self._shown_filter = self.model.filter
        self._seen = self._timer(LOOKED_AT, self._mark_seen)
        self._tick = self._timer(SECOND, self._show_waiting)
        self._lay_out()
        self._connect()
        self._commands.serve(actions)

    # --- what the window asks for ------------------------------------------------------------------------------------

    def set_filter(self, text: str, endpoint_id: int | None) -> None:
        """Show only deliveries that hold this text, of this endpoint (``None``: of all)."""
        self._columns.set_not_now({"endpoint"} if endpoint_id is not None else set())
        self.model.set_filter(text, endpoint_id)
        self._show_page()

    def select(self, id: int) -> bool:
        """Choose a delivery and scroll to it; ``False`` when the filter does not let it through."""
        return self._choice.choose(id)

    def focus_table(self) -> None:
        """Give the keyboard to the list, or to the buttons that stand in its place."""
        if self._stack.currentWidget() is self.view:
            self.view.setFocus()
        else:
            self._empty.focus_first()

    def column_state(self) -> dict[str, Any]:
        """Order, widths and choice of columns as JSON values."""
        return self._columns.state()

    def restore_columns(self, state: Mapping[str, Any]) -> None:
        """Take up a state of ``column_state``; an empty one is that of the first start."""
        self._columns.restore(state)

    def columns_menu(self) -> QMenu:
        """A menu of the columns for a button elsewhere."""
        menu = QMenu(self)
        menu.aboutToShow.connect(partial(self._columns.fill_menu, menu))
        return menu

    # --- how it is built ---------------------------------------------------------------------------------------------

    def _empty_pages(self, actions: Actions) -> EmptyPages:
        return EmptyPages(
            send_sample=actions.action("send_sample").trigger,
            set_up=self.set_up_requested.emit,
            copy_address=actions.action("copy_address").trigger,
            clear_filter=self.clear_filter_requested.emit,
            stop_search=self.model.stop_search,
        )

    def _timer(self, interval: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval)
        timer.timeout.connect(slot)
        return timer

    def _lay_out(self) -> None:
        self._hidden.hide()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        self.setFocusProxy(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._hidden)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.model.modelReset.connect(self._take_reset)
        self.model.counted.connect(self._show_page)
        self.model.searched.connect(self._show_page)
        self.model.counted.connect(self.counted)
        self.model.searched.connect(self.searched)
        self.model.hidden_arrivals.connect(self._show_hidden)
        self.view.resized.connect(self._columns.fit)
        self.view.viewed.connect(self._watch_waiting)
        self._choice.changed.connect(self._seen.start)
        self._choice.changed.connect(self.delivery_chosen)
        self.view.look_up_requested.connect(self.look_up_requested)
        self._commands.open_requested.connect(self.open_requested)
        self._commands.look_up_requested.connect(self.look_up_requested)
        self._commands.filter_requested.connect(self.filter_requested)
        self._commands.endpoint_requested.connect(self.endpoint_requested)
        self._commands.create_endpoint_requested.connect(self.create_endpoint_requested)
        self._commands.like_requested.connect(self.like_requested)
        self._commands.message.connect(self.message)
        self._senders.changed.connect(self._take_endpoints, Qt.ConnectionType.QueuedConnection)

    # --- what the list shows -----------------------------------------------------------------------------------------

    def _take_reset(self) -> None:
        if self.model.filter == self._shown_filter:
            self.view.restore_anchor()
        else:
            self._shown_filter = self.model.filter
            self.view.to_top()
            if self.model.index_of(self._choice.id) >= 0:
                self.view.scrollTo(self.view.currentIndex())
        self._show_page()

    def _show_page(self) -> None:
        """The rows, or why there are none; while the filter is being changed what was there before."""
        if self.model.rowCount():
            self._turn_to(self.view)
        elif self.model.is_settled:
            self._turn_to(self._empty if self._choose_reason() else self.view)

    def _turn_to(self, page: QWidget) -> None:
        if page is not self._stack.currentWidget():
            focus = QApplication.focusWidget()
            here = focus is not None and self._stack.isAncestorOf(focus)
            self._stack.setCurrentWidget(page)
            if here:
                self.focus_table()

    def _choose_reason(self) -> bool:
        """Whether there is a reason to show; not so while the ids are still being read."""
        text, endpoint_id = self.model.filter
        _, stored, searching = self.model.counts
        if searching:
            self._empty.show_searching(self.model.percent, stored)
        elif text and stored:
            self._empty.show_no_match(stored)
        elif endpoint_id is not None:
            self._show_empty_endpoint(endpoint_id)
        else:
            self._empty.show_first_start()
        return searching or self.model.is_complete

    def _show_empty_endpoint(self, endpoint_id: int) -> None:
        endpoint = self._program.endpoints.get(endpoint_id)
        self._empty.show_endpoint(endpoint.name if endpoint else "this endpoint", self._program.url(endpoint))

    def _show_hidden(self, count: int) -> None:
        text = hidden_text(count, filtered=bool(self.model.filter[0]))
        self._hidden.label.setText(text)
        self._hidden.setAccessibleName(text)
        self._hidden.setVisible(count > 0)

    def _take_endpoints(self) -> None:
        self.model.touch(*self.view.visible_rows())
        self._show_page()

    # --- time that passes --------------------------------------------------------------------------------------------

    def _watch_waiting(self) -> None:
        if not self._tick.isActive():
            self._tick.start()

    def _show_waiting(self) -> None:
        """Count the seconds of rows that wait; painting them starts the timer again."""
        if self.view.isVisible() and self.model.waits(*self.view.visible_rows()):
            self.model.touch(*self.view.visible_rows())

    def _mark_seen(self) -> None:
        id = self._choice.id
        row = self.model.cached(self.model.index_of(id))
        if id and not (row and row.seen):
            self._program.store.mark_seen([id])


def hidden_text(count: int, *, filtered: bool) -> str:
    """How many came that are not shown, and why: *A filter hides 3 new deliveries*."""
    deliveries = "1 new delivery" if count == 1 else f"{count:,} new deliveries"
    return f"A filter hides {deliveries}." if filtered else f"{deliveries} came to other endpoints."
