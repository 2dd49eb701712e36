"""What to fill into the automation step, in its own order, and whether it has worked."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from hookscope.endpoints import Endpoint
from hookscope.ui import scales
from hookscope.ui.endpoint.history import History
from hookscope.ui.endpoint.line import Line
from hookscope.ui.endpoint.wording import clock
from hookscope.ui.parts.copy_button import CopyButton, CopyTextButton
from hookscope.ui.parts.empty_state import EmptyState
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel

LABELS = 140
SECURE = "https://"
PICKED = (
    ("accountId", "the account's id"),
    ("orderId", "the order's id"),
    ("marketId", "the market's id"),
    ("partnerId", "the partner's id"),
    ("entityId", "the entity's id"),
)
NOTES = (
    "Put ids here, not under Headers. All values must be text.",
    "Automations run once per account unless their settings allow more. Keep that in mind when you test again.",
)
WAITING = "Waiting for the first request from the automation…"


class SetUpTab(QStackedWidget):
    """The rows of the step *Send a webhook* for an endpoint; for the catch-all, why it has none."""

    new_endpoint_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps = _Steps()
        self._mark = IconLabel("ring", "muted", "Waiting")
        self.state = PlainLabel(WAITING)
        button = FlatButton("New endpoint…", icon="plus")
        button.clicked.connect(self.new_endpoint_asked)
        line = "Requests that no endpoint's path takes end here. Give each automation step an endpoint of its own."
        self.addWidget(self._page())
        self.addWidget(EmptyState("inbox", "Anything else", line, [button]))

    def show_endpoint(self, endpoint: Endpoint, address: str) -> None:
        """Show what to fill in for this endpoint, which is reached at this address."""
        self.setCurrentIndex(1 if endpoint.is_catch_all else 0)
        self.steps.show_endpoint(endpoint, address)

    def show_history(self, history: History) -> None:
        """Say whether a request has come."""
        if history.first_us:
            self._mark.set_icon("check", "ok", "Done")
            self.state.setText(f"First request at {clock(history.first_us, datetime.now(UTC))}. The step works.")
        else:
            self._mark.set_icon("ring", "muted", "Waiting")
            self.state.setText(WAITING)

    def _page(self) -> QWidget:
        page = QWidget()
        state = QHBoxLayout()
        state.setContentsMargins(scales.PANE, scales.S8, scales.PANE, scales.S8)
        state.setSpacing(scales.S8)
        state.addWidget(self._mark)
        state.addWidget(self.state, 1)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(_scrolled(self.steps), 1)
        layout.addWidget(Line())
        layout.addLayout(state)
        return page


class _Steps(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.address = PlainLabel(selectable=True)
        self.copy = CopyTextButton("Copy", "Copy the webhook URL")
        self.copy_bare = CopyTextButton("Copy without https://", "Copy the webhook URL without https://")
        self.reach = PlainLabel(
            "Only this computer reaches this address. The step needs a public one that begins with https://.",
            wrap=True,
            role="muted",
        )
        self.event_value = PlainLabel(selectable=True)
        self.copy_event = CopyButton("the value of event")
        self._lay_out()

    def show_endpoint(self, endpoint: Endpoint, address: str) -> None:
        public = address.startswith(SECURE)
        self.address.setText(address)
        self.copy.set_text(address)
        self.copy_bare.set_text(address.removeprefix(SECURE))
        self.copy_bare.setVisible(public)
        self.reach.setVisible(not public)
        self.event_value.setText(endpoint.name)
        self.copy_event.set_text(endpoint.name)

    def _lay_out(self) -> None:
        heading = PlainLabel("Set up the automation step", elide="")
        heading.setFont(scales.title())
        line = PlainLabel(
            "In Partner Center open the automation, add the step Send a webhook, and fill it in like this.",
            wrap=True,
            role="muted",
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(scales.PANE, scales.PANE, scales.PANE, scales.PANE)
        layout.setSpacing(scales.S4)
        layout.addWidget(heading)
        layout.addWidget(line)
        layout.addSpacing(scales.S8)
        layout.addLayout(self._rows())
        layout.addSpacing(scales.S8)
        for note in NOTES:
            layout.addWidget(PlainLabel(note, wrap=True, role="muted"))
        layout.addStretch(1)

    def _rows(self) -> QGridLayout:
        rows = QGridLayout()
        rows.setHorizontalSpacing(scales.S8)
        rows.setVerticalSpacing(scales.S4)
        rows.setColumnMinimumWidth(0, LABELS)
        rows.setColumnStretch(1, 1)
        self.address.setFont(scales.mono())
        address = QVBoxLayout()
        address.setSpacing(scales.S4)
        address.addLayout(_line(self.address, self.copy, self.copy_bare))
        address.addWidget(self.reach)
        for number, (label, value) in enumerate(
            (("Method", _line(_mono("POST"))), ("Webhook URL", address), ("JSON Body", self._body()))
        ):
            word = PlainLabel(label, elide="")
            word.setMinimumHeight(scales.BUTTON)
            rows.addWidget(word, number, 0, Qt.AlignmentFlag.AlignTop)
            rows.addLayout(value, number, 1)
        return rows

    def _body(self) -> QGridLayout:
        body = QGridLayout()
        body.setHorizontalSpacing(scales.S4)
        body.setVerticalSpacing(0)
        body.setColumnMinimumWidth(2, scales.S16)
        body.setColumnStretch(4, 1)
        for number, (name, what) in enumerate(PICKED):
            self._add_name(body, number, name)
            body.addWidget(PlainLabel(f"choose {what} with {{}}", elide="", role="muted"), number, 3, 1, 2)
        self._add_name(body, len(PICKED), "event")
        self.event_value.setFont(scales.mono())
        body.addLayout(_line(self.event_value, self.copy_event), len(PICKED), 3)
        return body

    def _add_name(self, body: QGridLayout, number: int, name: str) -> None:
        body.setRowMinimumHeight(number, scales.BUTTON)
        body.addWidget(_mono(name), number, 0)
        body.addWidget(CopyButton(f"the name {name}", name), number, 1)


def _line(*widgets: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(scales.S8)
    for widget in widgets:
        line.addWidget(widget)
    line.addStretch(1)
    return line


def _mono(text: str) -> PlainLabel:
    label = PlainLabel(text, elide="")
    label.setFont(QFont(scales.mono()))
    label.setMinimumHeight(scales.BUTTON)
    return label


def _scrolled(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(widget)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setAccessibleName("Set up")
    return area
