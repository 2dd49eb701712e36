"""The place under the list: a delivery, an endpoint, or what to do while neither is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from hookscope.ui.parts.empty_state import EmptyState

if TYPE_CHECKING:
    from hookscope.program import Program
    from hookscope.responses import Rule
    from hookscope.ui.actions import Actions
    from hookscope.ui.deliveries.live import Live
    from hookscope.ui.endpoint.endpoint_inspector import EndpointInspector
    from hookscope.ui.inspector.delivery_inspector import DeliveryInspector
    from hookscope.ui.tasks import Tasks

NOTHING = ("Choose a delivery", "↑ ↓ to move, Space to open, Ctrl+L to look up its record.")


class InspectorStack(QStackedWidget):
    """Shows one inspector; each is made when it is first needed, which keeps the start quick."""

    endpoint_requested = Signal(int)
    delivery_requested = Signal(int)
    response_requested = Signal(int, str)  # this rule of this endpoint is to be changed; "" for the default response
    like_requested = Signal(object)  # Delivery: requests like it are to be responded to as it was
    verification_requested = Signal(int)  # how this endpoint verifies is to be chosen
    held_shown = Signal()  # the editor of a held request is shown, or not any more
    prove_requested = Signal(int)  # that what this endpoint answers comes through
    filter_requested = Signal(str)  # show only deliveries that hold this text
    pane_made = Signal(object)  # RecordPane, inside of this
    message = Signal(str)
    endpoint_renamed = Signal(int)

    def __init__(
        self, program: Program, live: Live, actions: Actions, tasks: Tasks, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._parts = (program, live, actions)
        self._tasks = tasks
        self._record = (False, 0)  # whether the record pane is open, and its width
        self._delivery: DeliveryInspector | None = None
        self._endpoint: EndpointInspector | None = None
        self._delivery_view: Mapping[str, Any] = {}
        self._endpoint_view: Mapping[str, Any] = {}
        self.addWidget(EmptyState("look-up", *NOTHING))

    def restore(self, delivery_view: Mapping[str, Any], endpoint_view: Mapping[str, Any]) -> None:
        """Views and tabs as they were last time, for when an inspector is made."""
        self._delivery_view, self._endpoint_view = delivery_view, endpoint_view

    def memory(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """What :meth:`restore` takes."""
        return (
            self._delivery.memory() if self._delivery is not None else self._delivery_view,
            self._endpoint.memory() if self._endpoint is not None else self._endpoint_view,
        )

    def restore_record(self, *, open: bool, width: int) -> None:
        """The record pane as it was last time."""
        self._record = (open, width)
        if self._delivery is not None:
            self._delivery.record.restore(open=open, width=width)

    def record_memory(self) -> tuple[bool, int]:
        """Whether the record pane is open, and its width, 0 where that was never chosen."""
        if self._delivery is None:
            return self._record
        return self._delivery.record.open, self._delivery.record.pane_width

    def look_up(self, id: str, type: str = "") -> None:
        """Show the record of an id of the delivery that was shown last."""
        self._delivery_inspector().look_up(id, type)

    def look_up_first(self) -> None:
        """Show the record of the first id of the delivery that was shown last."""
        self._delivery_inspector().look_up_first()

    def enter(self) -> None:
        """Give the keyboard to the tabs of what is shown; they are there before a delivery is read."""
        for inspector in (self._delivery, self._endpoint):
            if inspector is not None and inspector is self.currentWidget():
                inspector.tabs.bar.setFocus(Qt.FocusReason.TabFocusReason)

    def shows_something(self) -> bool:
        """Whether a delivery or an endpoint is on show."""
        return self.currentIndex() > 0

    def shows_delivery(self) -> bool:
        """Whether a delivery is on show."""
        return self._delivery is not None and self.currentWidget() is self._delivery

    def show_nothing(self) -> None:
        """Nothing is chosen."""
        self.setCurrentIndex(0)

    def show_delivery(self, id: int) -> None:
        """Show a delivery."""
        self._delivery_inspector().show_delivery(id)
        self.setCurrentWidget(self._delivery_inspector())

    def show_endpoint(self, id: int) -> EndpointInspector:
        """Show an endpoint."""
        inspector = self._endpoint_inspector()
        inspector.show_endpoint(id)
        self.setCurrentWidget(inspector)
        return inspector

    def show_held(self, id: int) -> None:
        """Show the editor of a held request."""
        from hookscope.ui.inspector.delivery_inspector import RESPONSE

        self.show_delivery(id)
        self._delivery_inspector().tabs.set_current(RESPONSE)

    def held_on_show(self) -> int:
        """The held request whose editor is shown, 0 when there is none."""
        shown = self._delivery if self.isVisible() and self.currentWidget() is self._delivery else None
        return shown.held_on_show() if shown is not None else 0

    def show_response(self, id: int, rule: str = "") -> None:
        """Show what an endpoint answers: by one of its rules, else by default."""
        inspector = self.show_endpoint(id)
        inspector.show_response()
        inspector.response.show_rule(rule)

    def add_rule(self, id: int, rule: Rule) -> None:
        """Add a rule to the draft of an endpoint, and show it."""
        self.show_endpoint(id).add_rule(rule)

    def show_verification(self, id: int) -> None:
        """Show how an endpoint verifies."""
        self.show_endpoint(id).restore({"tab": "verification"})

    def show_set_up(self, id: int) -> None:
        """Show how to set up the automation step for an endpoint."""
        from hookscope.ui.endpoint.endpoint_inspector import SET_UP

        self.show_endpoint(id).tabs.set_current(SET_UP)

    def _delivery_inspector(self) -> DeliveryInspector:
        if self._delivery is None:
            from hookscope.ui.inspector.delivery_inspector import DeliveryInspector

            self._delivery = DeliveryInspector(*self._parts, self._tasks)
            self._delivery.restore(self._delivery_view)
            self._delivery.pane_made.connect(self.pane_made)
            self._delivery.record.restore(open=self._record[0], width=self._record[1])
            self._delivery.endpoint_requested.connect(self.endpoint_requested)
            self._delivery.delivery_requested.connect(self.delivery_requested)
            self._delivery.change_response_requested.connect(self.response_requested)
            self._delivery.like_requested.connect(self.like_requested)
            self._delivery.held_shown.connect(self.held_shown)
            self._delivery.verification_requested.connect(self.verification_requested)
            self._delivery.filter_requested.connect(self.filter_requested)
            self._delivery.message.connect(self.message)
            self.addWidget(self._delivery)
        return self._delivery

    def _endpoint_inspector(self) -> EndpointInspector:
        if self._endpoint is None:
            from hookscope.ui.endpoint.endpoint_inspector import EndpointInspector

            self._endpoint = EndpointInspector(*self._parts)
            self._endpoint.restore(self._endpoint_view)
            self._endpoint.renamed.connect(self.endpoint_renamed)
            self._endpoint.message.connect(self.message)
            self._endpoint.delivery_requested.connect(self._look_at_verdict)
            self._endpoint.prove_requested.connect(self.prove_requested)
            self._follow_tab_keys(self._endpoint)
            self.addWidget(self._endpoint)
        return self._endpoint

    def _look_at_verdict(self, id: int) -> None:
        from hookscope.ui.inspector.delivery_inspector import VERIFICATION

        self._delivery_inspector().tabs.set_current(VERIFICATION)
        self.delivery_requested.emit(id)

    def _follow_tab_keys(self, inspector: EndpointInspector) -> None:
        """The inspector of a delivery takes the same keys while it is on show."""

        def choose(number: int) -> None:
            if inspector.isVisible():
                inspector.tabs.set_current(number)

        for number in range(inspector.tabs.count()):
            self._parts[2].action(f"tab_{number + 1}").triggered.connect(lambda _=False, number=number: choose(number))
