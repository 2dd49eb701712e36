"""The ways through the window: each brings one thing into sight, wherever one was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from hookscope.ui.deliveries.list_pane import ListPane
from hookscope.ui.inspector_stack import InspectorStack
from hookscope.ui.panes import Panes
from hookscope.ui.sidebar import Sidebar

if TYPE_CHECKING:
    from hookscope.responses import Rule


class Navigation(QObject):
    """Moves sidebar, list and inspector together; ``delivery`` is the one that was chosen last, 0 for none."""

    def __init__(self, sidebar: Sidebar, list: ListPane, panes: Panes, stack: InspectorStack, parent: QObject) -> None:
        super().__init__(parent)
        self.delivery = 0
        self._sidebar = sidebar
        self._list = list
        self._panes = panes
        self._stack = stack

    def to_list(self) -> None:
        """The list, and the keyboard in it."""
        self._panes.show_list()
        self._list.focus_table()

    def to_inspector(self) -> None:
        """The inspector, and the keyboard in it."""
        self._panes.show_inspector()
        self._stack.enter()

    def to_delivery(self, id: int) -> None:
        """A delivery, in the list where that has it."""
        if not self._list.select(id):
            self._stack.show_delivery(id)

    def to_record(self, id: str, type: str) -> None:
        """The record of an id of the chosen delivery."""
        self._stack.show_delivery(self.delivery)
        self._panes.show_inspector()
        self._stack.look_up(id, type)

    def to_first_record(self) -> None:
        """That of the first id of the delivery on show, else of the chosen one."""
        if self.delivery and not self._stack.shows_delivery():
            self._stack.show_delivery(self.delivery)
        if self._stack.shows_delivery():
            self._panes.show_inspector()
            self._stack.look_up_first()

    def to_held(self, id: int) -> None:
        """The editor of a held request, and the keyboard in it."""
        self._list.select(id)
        self._panes.show_inspector()
        self._stack.show_held(id)
        self._stack.enter()

    def to_response(self, id: int, rule: str) -> None:
        """The response of an endpoint that this rule leads to."""
        self._sidebar.choose(id)
        self._stack.show_response(id, rule)

    def to_new_rule(self, id: int, rule: Rule) -> None:
        """The rule that is to be added to an endpoint."""
        self._sidebar.choose(id)
        self._panes.show_inspector()
        self._stack.add_rule(id, rule)

    def to_verification(self, id: int) -> None:
        """How an endpoint verifies."""
        self._sidebar.choose(id)
        self._stack.show_verification(id)

    def to_set_up(self, id: int) -> None:
        """How an endpoint is set up."""
        self._sidebar.choose(id)
        self._panes.show_inspector()
        self._stack.show_set_up(id)
