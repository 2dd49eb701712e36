"""What is in the window: connection bar, sidebar, list and inspector, and how they act on one another."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget

from hookscope.ui.actions import Actions
from hookscope.ui.commands import Commands
from hookscope.ui.connection_bar import ConnectionBar
from hookscope.ui.deliveries.list_pane import ListPane
from hookscope.ui.deliveries.live import Live
from hookscope.ui.filter_row import FilterRow
from hookscope.ui.held_notice import HeldNotice
from hookscope.ui.inspector_stack import InspectorStack
from hookscope.ui.memory import WindowMemory
from hookscope.ui.menus import Help, main_menu, system_menu_bar
from hookscope.ui.navigation import Navigation
from hookscope.ui.pane_ring import PaneRing
from hookscope.ui.panes import LOW, Panes
from hookscope.ui.parts.message_bar import MessageBar
from hookscope.ui.sidebar import ALL, NewCounts, Sidebar
from hookscope.ui.splitter import Line, Splitter

if TYPE_CHECKING:
    from collections.abc import Callable

    from hookscope.deliveries import Changes
    from hookscope.endpoints import Endpoint
    from hookscope.program import Program
    from hookscope.ui.relay import Relay
    from hookscope.ui.tasks import Tasks

NARROW = 1100  # under this width the sidebar becomes a drop-down
SIDEBAR, SIDEBAR_LEAST, SIDEBAR_MOST = 184, 150, 320


class WindowContent(QWidget):
    """All parts of the window, connected with one another and with the program."""

    def __init__(self, program: Program, tasks: Tasks, relay: Relay) -> None:
        super().__init__()
        self.program = program
        self.tasks = tasks
        self.memory = WindowMemory.read(program.settings.window)
        self.registry = Actions(self)
        self.live = Live(program.store, self)
        self.relay = relay
        self.messages = MessageBar()
        self.sidebar = Sidebar(NewCounts(self.memory.looked))
        self.list = ListPane(program, self.live, self.registry)
        self.stack = InspectorStack(program, self.live, self.registry, tasks)
        self.panes = Panes(self.list, self.stack)
        self._navigation = Navigation(self.sidebar, self.list, self.panes, self.stack, self)
        self.commands = Commands(self, program, tasks, self.registry, self.messages, self.target)
        self.held = HeldNotice(lambda: program.held, self.messages, self.stack.held_on_show, self)
        self.bar = ConnectionBar(self._menu())
        self.filter_row = FilterRow(self.sidebar.model, self.list.columns_menu())
        self._reachable = False
        self._target_id = 0
        self._just_chosen = ALL  # in the drop-down; its list is not read yet
        self._across = Splitter(Qt.Orientation.Horizontal)
        self._ring = PaneRing()
        self._lay_out()
        self._connect()
        self._restore()

    def start(self, stop: Callable[[], None]) -> None:
        """Begin what could wait until the window was on screen; needs the running event loop."""
        self.relay.stop_asked.connect(stop)
        self.registry.action("quit").triggered.connect(stop)
        self.sidebar.count_unseen(self.program.pages, [endpoint.id for endpoint in self.program.endpoints.all()])
        self.relay.listener_changed.connect(self._open_control)
        self.program.read_secrets(first_token=True)
        if self.program.listener_state.state == "off":
            self.program.listen()
        else:
            self._open_control()

    def target(self) -> Endpoint:
        """The endpoint whose address the bar shows: the one chosen last, else the first."""
        endpoints = self.program.endpoints.all()
        return next((endpoint for endpoint in endpoints if endpoint.id == self._target_id), endpoints[0])

    def memory_now(self) -> WindowMemory:
        """What is to be remembered of all this."""
        height, width = self.panes.sizes()
        delivery_view, endpoint_view = self.stack.memory()
        record_open, record_width = self.stack.record_memory()
        return replace(
            self.memory,
            sidebar=self._across.sizes()[0] or self.memory.sidebar,
            inspector_height=height,
            inspector_width=width,
            inspector_open=self.panes.open,
            inspector_right=self.panes.right,
            record_open=record_open,
            record_width=record_width,
            endpoint=self.sidebar.current(),
            columns=self.list.column_state(),
            delivery_view=delivery_view,
            endpoint_view=endpoint_view,
            looked=self.sidebar.counts.looked(),
        )

    def reset_layout(self) -> None:
        """Sizes, columns and the place of the inspector as they were at first."""
        self.memory = self.memory.without_layout()
        self.list.restore_columns({})
        self._restore_sizes()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW
        self.sidebar.setVisible(not narrow)
        self.bar.set_narrow(narrow)
        self.filter_row.set_narrow(narrow)
        self.panes.set_low(event.size().height() < LOW)

    # --- how it is built ---------------------------------------------------------------------------------------------

    def _menu(self) -> QMenu | None:
        help = Help(self.commands.show_kept, self.commands.show_about)
        if sys.platform == "darwin":
            self._menu_bar = system_menu_bar(self.registry, self, help)
            return None
        return main_menu(self.registry, self, help)

    def _lay_out(self) -> None:
        right = _column(self.filter_row, Line(), self.messages, self.panes)
        self.sidebar.setMinimumWidth(SIDEBAR_LEAST)
        self.sidebar.setMaximumWidth(SIDEBAR_MOST)
        self._across.addWidget(self.sidebar)
        self._across.addWidget(right)
        self._across.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(_column(self.bar, Line(), self._across))
        self._ring.add(self.bar)
        self._ring.add(self.sidebar, self.sidebar.view.setFocus)
        self._ring.add(self.filter_row, self.filter_row.field.setFocus)
        self._ring.add(self.list, self.list.focus_table)
        self._ring.add(self.stack, self.stack.enter)
        self.list.focus_table()

    def _connect(self) -> None:
        self._connect_program()
        self._connect_choices()
        self._connect_list()
        self._connect_actions()

    def _connect_program(self) -> None:
        self.relay.endpoints_changed.connect(self._take_endpoints)
        self.relay.listener_changed.connect(self._take_listener)
        self.relay.trouble.connect(self._take_trouble)
        self.relay.held_changed.connect(self.held.refresh)
        self.stack.held_shown.connect(self.held.refresh)
        self.held.show_requested.connect(self._navigation.to_held)
        self.live.changed.connect(self._take_changes)

    def _connect_choices(self) -> None:
        self.sidebar.chosen.connect(self._choose_endpoint)
        self.sidebar.menu_asked.connect(self._open_endpoint_menu)
        self.sidebar.new_endpoint_asked.connect(self.registry.action("new_endpoint").trigger)
        self.filter_row.endpoint_chosen.connect(self._choose_in_drop_down)
        self.filter_row.filter_changed.connect(self._filter)
        self.filter_row.filter_used.connect(self._remember_filter)
        self.filter_row.list_asked.connect(self._navigation.to_list)
        self.stack.endpoint_requested.connect(self.sidebar.choose)
        self.stack.endpoint_renamed.connect(self.sidebar.choose)
        self.stack.delivery_requested.connect(self._navigation.to_delivery)
        self.stack.response_requested.connect(self._navigation.to_response)
        self.stack.like_requested.connect(self.commands.respond_like)
        self.stack.prove_requested.connect(self.commands.prove)
        self.stack.verification_requested.connect(self._navigation.to_verification)
        self.stack.pane_made.connect(self._ring.add)
        self.stack.filter_requested.connect(self._filter_by)
        self.stack.message.connect(self._say)
        self.commands.endpoint_made.connect(self.sidebar.choose)
        self.commands.rule_made.connect(self._navigation.to_new_rule)
        self.commands.check_made.connect(self._navigation.to_set_up)
        self.bar.copy_asked.connect(self.commands.copy_address)
        self.bar.sample_asked.connect(self.commands.send_sample)
        self.bar.port_asked.connect(self.commands.use_port)
        self.bar.retry_asked.connect(lambda: self.program.listen())

    def _connect_list(self) -> None:
        self.list.delivery_chosen.connect(self._choose_delivery)
        self.list.open_requested.connect(self._navigation.to_inspector)
        self.list.look_up_requested.connect(self._navigation.to_record)
        self.list.filter_requested.connect(self._filter_by)
        self.list.counted.connect(self._take_counts)
        self.list.model.modelReset.connect(self._divide)
        self.list.show_all_requested.connect(self._show_all)
        self.list.clear_filter_requested.connect(self.filter_row.clear)
        self.list.endpoint_requested.connect(self.sidebar.choose)
        self.list.set_up_requested.connect(lambda: self._navigation.to_set_up(self.target().id))
        self.list.create_endpoint_requested.connect(self.commands.new_endpoint)
        self.list.like_requested.connect(self.commands.respond_like)
        self.list.message.connect(self._say)

    def _connect_actions(self) -> None:
        for name, slot in (
            ("filter", self._to_filter),
            ("toggle_inspector", self.panes.toggle_inspector),
            ("back", self._navigation.to_list),
            ("next_pane", self._ring.next),
            ("previous_pane", self._ring.previous),
            ("reset_layout", self.reset_layout),
            ("look_up", self._navigation.to_first_record),
            ("send_sample", self.commands.send_sample),
            ("copy_address", self.commands.copy_address),
            ("new_endpoint", self.commands.new_endpoint),
            ("import_workspace", self.commands.import_workspace),
            ("export_workspace", self.commands.export_workspace),
            ("settings", self.commands.open_settings),
            ("shortcuts", self.commands.show_shortcuts),
        ):
            self.registry.action(name).triggered.connect(lambda _checked=False, slot=slot: slot())
        self.registry.action("hold").triggered.connect(self.commands.hold_requests)
        self.registry.action("inspector_right").toggled.connect(self.panes.set_right)

    # --- what is remembered ------------------------------------------------------------------------------------------

    def _restore(self) -> None:
        for number, notice in enumerate(self.program.notices):
            action = ("Show the folder", self.commands.show_data_folder)
            self.messages.show_message(notice, "warn", [action], key=f"notice {number}")
        self._restore_sizes()
        self.list.restore_columns(dict(self.memory.columns))
        self.stack.restore(self.memory.delivery_view, self.memory.endpoint_view)
        self.filter_row.set_history(self.memory.filters)
        self.sidebar.set_endpoints(self.program.endpoints.all())
        self.sidebar.choose(self.memory.endpoint)
        self._take_listener()

    def _restore_sizes(self) -> None:
        memory = self.memory
        width = min(max(memory.sidebar or SIDEBAR, SIDEBAR_LEAST), SIDEBAR_MOST)
        self._across.setSizes([width, max(self.width() - width, 0)])
        self.panes.restore(
            height=memory.inspector_height,
            width=memory.inspector_width,
            open=memory.inspector_open,
            right=memory.inspector_right,
        )
        self.stack.restore_record(open=memory.record_open, width=memory.record_width)
        self.registry.action("inspector_right").setChecked(memory.inspector_right)

    def _remember_filter(self, text: str) -> None:
        self.memory = self.memory.with_filter(text)
        self.filter_row.set_history(self.memory.filters)

    def _open_control(self) -> None:
        """Be reachable for other processes; once the listener's thread is up, because this waits for it."""
        if not self._reachable:
            self._reachable = True
            self.program.open_control({"show": self.relay.ask_show, "stop": self.relay.ask_stop})

    # --- what happens ------------------------------------------------------------------------------------------------

    def _choose_endpoint(self, id: int) -> None:
        if id != ALL:
            self._target_id = id
        self.sidebar.look_at(id)
        self.filter_row.set_endpoint_row(self.sidebar.model.row_of(id))
        self._show_target()
        self._filter()
        self._show_chosen(endpoint_first=True)

    def _choose_in_drop_down(self, row: int) -> None:
        self._just_chosen = self.sidebar.model.endpoint_id(row)
        self.sidebar.choose(self._just_chosen)

    def _choose_delivery(self, id: int) -> None:
        self._navigation.delivery = id
        self._show_chosen(endpoint_first=False)

    def _show_chosen(self, *, endpoint_first: bool) -> None:
        endpoint = self.sidebar.current()
        if endpoint != ALL and (endpoint_first or not self._navigation.delivery):
            self.stack.show_endpoint(endpoint)
        elif self._navigation.delivery:
            self.stack.show_delivery(self._navigation.delivery)
        else:
            self.stack.show_nothing()
        self._divide()

    def _take_counts(self, shown: int, total: int, searching: bool) -> None:
        self.filter_row.set_counts(shown, total, searching)
        self._divide()

    def _divide(self) -> None:
        """The whole height for the list's empty state while there is nothing to choose a delivery from."""
        if not self.list.model.is_complete:
            self.panes.set_idle(False)
            return
        none_stored = self.list.model.counts[1] == 0
        self.panes.set_idle(none_stored and not self.stack.shows_something())
        chosen, self._just_chosen = self._just_chosen, ALL
        if none_stored and chosen != ALL and chosen == self.sidebar.current():
            self.panes.cover_list()  # from an empty list nothing leads there

    def _show_all(self) -> None:
        self.filter_row.clear()
        self.sidebar.choose(ALL)

    def _open_endpoint_menu(self, id: int, place: QPoint) -> None:
        self.sidebar.choose(id)
        inspector = self.stack.show_endpoint(id)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in ("copy_address", "send_sample", "hold"):
            menu.addAction(self.registry.action(name))
        menu.addSeparator()
        menu.addActions(inspector.menu.actions())
        menu.popup(place)

    def _filter(self) -> None:
        self.list.set_filter(self.filter_row.text(), self.sidebar.current() or None)

    def _filter_by(self, text: str) -> None:
        """Show only what holds this text, and go where that is seen: the value that was chosen may be gone."""
        self.filter_row.set_text(text)
        self._navigation.to_list()

    def _to_filter(self) -> None:
        self.filter_row.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter_row.field.selectAll()

    def _take_endpoints(self, endpoints: tuple[Endpoint, ...]) -> None:
        focused = QApplication.focusWidget()
        inside = focused is not None and self.stack.isAncestorOf(focused)
        self.sidebar.set_endpoints(endpoints)
        self.filter_row.set_endpoint_row(self.sidebar.model.row_of(self.sidebar.current()))
        self._show_target()
        if inside and not self.stack.shows_something():  # the endpoint on show was deleted
            self._navigation.to_list()

    def _take_listener(self) -> None:
        self.bar.show_state(self.program.listener_state)
        self._show_target()

    def _show_target(self) -> None:
        target = self.target()
        self.bar.show_address(self.program.url(target))
        self.registry.action("hold").setChecked(target.hold)

    def _say(self, sentence: str) -> None:
        self.messages.show_message(sentence, "info", key="said")

    def _take_trouble(self, sentence: str) -> None:
        if sentence:
            self.messages.show_message(sentence, "bad", [("Free space…", self.commands.open_settings)], key="trouble")
        else:
            self.messages.dismiss("trouble")

    def _take_changes(self, changes: Changes) -> None:
        self.sidebar.apply(changes)


def _column(*parts: QWidget) -> QWidget:
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for part in parts:
        layout.addWidget(part)
    layout.setStretch(layout.count() - 1, 1)
    return column
