"""What to fill into the automation step, in its own order, and whether it has worked."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QHideEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hookscope.checks import Checks
from hookscope.endpoints import Endpoint, ResponseKey
from hookscope.secret_store import SecretStore
from hookscope.ui import scales
from hookscope.ui.endpoint.history import History
from hookscope.ui.endpoint.line import Line
from hookscope.ui.endpoint.secret_actions import SECRET, SecretActions
from hookscope.ui.endpoint.step_state import StepState, step_state
from hookscope.ui.endpoint.token_place import COOKIE, HEADER, JSON, QUERY, token_place
from hookscope.ui.endpoint.token_row import TokenRow
from hookscope.ui.parts.copy_button import CopyButton, CopyTextButton
from hookscope.ui.parts.empty_state import EmptyState
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.message_bar import MessageBar
from hookscope.ui.parts.plain_label import PlainLabel

LABELS = 140
SECURE = "https://"
ELSEWHERE = "elsewhere"
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
ONLY_LISTED = "Only keys listed here reach the next steps."


class SetUpTab(QStackedWidget):
    """The rows of the step *Send a webhook* for an endpoint; for the catch-all, why it has none."""

    new_endpoint_asked = Signal()
    verification_asked = Signal()
    delivery_requested = Signal(int)  # whose verdict is worth a look

    def __init__(self, checks: Checks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._checks = checks
        self._endpoint: Endpoint | None = None
        self._state = StepState("")
        self.notes = MessageBar()
        self.deeds = SecretActions(checks, self.notes)
        self.steps = _Steps(checks.secrets)
        self._mark = IconLabel("ring", "muted", "Waiting")
        self.state = PlainLabel()
        self.look = FlatButton("Look at it")
        button = FlatButton("New endpoint…", icon="plus")
        button.clicked.connect(self.new_endpoint_asked)
        line = "Requests that no endpoint's path takes end here. Give each automation step an endpoint of its own."
        self.addWidget(self._page())
        self._connect()
        self.show_history(History(0, 0))
        self.addWidget(EmptyState("inbox", "Anything else", line, [button]))

    def show_endpoint(self, endpoint: Endpoint, address: str, scheme: str = "") -> None:
        """Show what to fill in for this endpoint, which is reached at this address; ``scheme`` is its scheme's name."""
        if self._endpoint is None or self._endpoint.id != endpoint.id:
            self.notes.dismiss(SECRET)
        self._endpoint = endpoint
        self.setCurrentIndex(1 if endpoint.is_catch_all else 0)
        self.steps.show_endpoint(endpoint, address)
        first = endpoint.secrets[0] if endpoint.scheme and endpoint.secrets else ""
        self.steps.show_token(endpoint, first, self._checks.masked(first), scheme)

    def show_history(self, history: History) -> None:
        """Say whether a request has come, and whether its token was right."""
        self._state = state = step_state(history.first, history.newest, datetime.now(UTC))
        self._mark.set_icon(state.icon, state.role, state.spoken)
        self.state.setText(state.sentence)
        self.look.setVisible(bool(state.delivery_id))

    def hideEvent(self, event: QHideEvent) -> None:
        self.notes.dismiss(SECRET)
        super().hideEvent(event)

    def _connect(self) -> None:
        self.steps.token.generate_asked.connect(self._generate)
        self.steps.token.failed.connect(self.deeds.fail)
        self.steps.to_verification.clicked.connect(self.verification_asked)
        self.look.clicked.connect(lambda: self.delivery_requested.emit(self._state.delivery_id))

    def _generate(self) -> None:
        if self._endpoint:
            self.deeds.generate(self._endpoint)

    def _page(self) -> QWidget:
        page = QWidget()
        state = QHBoxLayout()
        state.setContentsMargins(scales.PANE, scales.S8, scales.PANE, scales.S8)
        state.setSpacing(scales.S8)
        state.addWidget(self._mark)
        state.addWidget(self.state)
        state.addWidget(self.look)
        state.addStretch(1)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notes)
        layout.addWidget(_scrolled(self.steps), 1)
        layout.addWidget(Line())
        layout.addLayout(state)
        return page


class _Steps(QWidget):
    def __init__(self, secrets: SecretStore) -> None:
        super().__init__()
        self.token = TokenRow(secrets)
        self.elsewhere = PlainLabel(role="muted")
        self.to_verification = FlatButton("Verification")
        self._places: dict[str, _Place] = {}
        self._keys = QGridLayout()
        self._names: list[QWidget] = []
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
        self.show_keys(endpoint.response_keys)
        self.event_value.setText(endpoint.name)
        self.copy_event.set_text(endpoint.name)

    def show_token(self, endpoint: Endpoint, secret: str, masked: str, scheme: str) -> None:
        """Put the token where the step sends it; for another sender say where its secret is set."""
        place = token_place(endpoint)
        for name, row in self._places.items():
            row.setVisible(name == (place.place if place else ELSEWHERE))
        if place:
            self._places[place.place].hold(self.token)
            self.token.show_token(place.name, secret, masked)
        self.token.setVisible(place is not None)
        self.elsewhere.setText(
            f"Requests are verified as those of {scheme}. The secret has its place under Verification."
        )
        self._order_keys(last=place is not None and place.place == JSON)

    def _order_keys(self, *, last: bool) -> None:
        """Let Tab go from top to bottom, wherever the token stands."""
        token, head = self.token.focusable(), [self.copy, self.copy_bare]
        order = [*head, *([] if last else token), *self._names, self.copy_event, *(token if last else [])]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def show_keys(self, keys: tuple[ResponseKey, ...]) -> None:
        """Show which keys of the response the step is to list."""
        while item := self._keys.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for row, each in enumerate(keys):
            self._add_name(self._keys, row, each.key)
            self._keys.addWidget(PlainLabel(each.type, elide="", role="muted"), row, 3)
        self._keys.addWidget(_aligned(PlainLabel(ONLY_LISTED, wrap=True, role="muted")), len(keys), 0, 1, 5)

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

    def _rows(self) -> QVBoxLayout:
        rows = QVBoxLayout()
        rows.setSpacing(scales.S4)
        self.address.setFont(scales.mono())
        address = QVBoxLayout()
        address.setSpacing(scales.S4)
        address.addLayout(_line(self.address, self.copy, self.copy_bare))
        address.addWidget(self.reach)
        address.setContentsMargins(0, 0, 0, scales.S4)
        rows.addWidget(_Place("Method", _line(_mono("POST"))))
        rows.addWidget(_Place("Webhook URL", address))
        for place, label in ((QUERY, "Query parameters"), (HEADER, "Headers"), (COOKIE, "Cookies")):
            self._places[place] = _Place(label, QVBoxLayout())
            rows.addWidget(self._places[place])
        self._places[ELSEWHERE] = _Place("Verification", _line(self.elsewhere, self.to_verification))
        rows.addWidget(self._places[ELSEWHERE])
        rows.addWidget(_Place("JSON Body", self._body()))
        self._keys.setHorizontalSpacing(scales.S4)
        self._keys.setVerticalSpacing(0)
        self._keys.setColumnMinimumWidth(2, scales.S16)
        self._keys.setColumnStretch(4, 1)
        rows.addWidget(_Place("Response body", self._keys))
        return rows

    def _body(self) -> QGridLayout:
        body = QGridLayout()
        body.setHorizontalSpacing(scales.S4)
        body.setVerticalSpacing(0)
        body.setColumnMinimumWidth(2, scales.S16)
        body.setColumnStretch(4, 1)
        for number, (name, what) in enumerate(PICKED):
            self._names.append(self._add_name(body, number, name))
            body.addWidget(PlainLabel(f"choose {what} with {{}}", elide="", role="muted"), number, 3, 1, 2)
        self._names.append(self._add_name(body, len(PICKED), "event"))
        self.event_value.setFont(scales.mono())
        body.addLayout(_line(self.event_value, self.copy_event), len(PICKED), 3)
        self._places[JSON] = _Place("", QVBoxLayout())
        body.addWidget(self._places[JSON], len(PICKED) + 1, 0, 1, 5)
        return body

    def _add_name(self, body: QGridLayout, number: int, name: str) -> QWidget:
        copy = CopyButton(f"the name {name}", name)
        body.setRowMinimumHeight(number, scales.BUTTON)
        body.addWidget(_mono(name), number, 0)
        body.addWidget(copy, number, 1)
        return copy


class _Place(QWidget):
    """A row of the step: its label, and what is filled in; without a label it is part of another row."""

    def __init__(self, label: str, value: QLayout) -> None:
        super().__init__()
        self._value = value
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S8)
        if label:
            word = _aligned(PlainLabel(label, elide=""))
            word.setMinimumWidth(LABELS)
            layout.addWidget(word, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(value, 1)

    def hold(self, widget: QWidget) -> None:
        """Take a widget over from another row."""
        if self._value.indexOf(widget) < 0:
            self._value.addWidget(widget)


def _aligned(label: PlainLabel) -> PlainLabel:
    """A label whose one line stands at the height of the fields beside it."""
    label.setMinimumHeight(scales.BUTTON)
    return label


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
