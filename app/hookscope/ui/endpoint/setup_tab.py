"""What to fill into the automation step, in its own order, and whether it has worked."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
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
from hookscope.ui.endpoint.proving import check_state
from hookscope.ui.endpoint.secret_actions import SECRET, SecretActions
from hookscope.ui.endpoint.step_fields import SentBack, add_name, fixed, lay_out_fields
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
IDS_HERE = "Put ids here, not under Headers. All values must be text."
RUN_ONCE = "Automations run once per account unless their settings allow more. Keep that in mind when you test again."
ONLY_LISTED = "Only keys listed here reach the next steps."
HEADING = "Set up the automation step"
FIRST_STEP = "In Partner Center open the automation, add the step Send a webhook, and fill it in like this."
SECOND_STEP = "Add a second step Send a webhook after the first one and fill it in like this."


class SetUpTab(QStackedWidget):
    """The rows of the step *Send a webhook* for an endpoint; for the catch-all, why it has none."""

    new_endpoint_asked = Signal()
    verification_asked = Signal()
    response_asked = Signal()  # where the keys of the response are declared
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

    def show_endpoint(self, endpoint: Endpoint, address: str, scheme: str = "", proved: Endpoint | None = None) -> None:
        """Show what to fill in for this endpoint, which is reached at this address.

        ``scheme`` is its scheme's name, ``proved`` the endpoint whose keys it proves, if it does and that is there.
        """
        if self._endpoint is None or self._endpoint.id != endpoint.id:
            self.notes.dismiss(SECRET)
        self._endpoint = endpoint
        self.setCurrentIndex(1 if endpoint.is_catch_all else 0)
        self.steps.show_endpoint(endpoint, address)
        self.steps.show_proved(endpoint, proved)
        first = endpoint.secrets[0] if endpoint.scheme and endpoint.secrets else ""
        self.steps.show_token(endpoint, first, self._checks.masked(first), scheme)

    def show_history(self, history: History) -> None:
        """Say whether a request has come, and whether its token was right."""
        now = datetime.now(UTC)
        is_check = self._endpoint is not None and bool(self._endpoint.proves)
        state = check_state(history.newest, now) if is_check else step_state(history.first, history.newest, now)
        self._state = state
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
        self.steps.to_keys.clicked.connect(self.response_asked)
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
        self._line = PlainLabel(FIRST_STEP, wrap=True, role="muted")
        self._ids_here = PlainLabel(IDS_HERE, wrap=True, role="muted")
        self._keys = QGridLayout()
        self.to_keys = FlatButton("Edit keys")
        self._response = _Place("Response body", QVBoxLayout())
        self._picked = QWidget()
        self._sent_back = SentBack()
        self._names: list[QWidget] = []
        self._key_names: list[QWidget] = []
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

    def show_proved(self, endpoint: Endpoint, proved: Endpoint | None) -> None:
        """Show the first step's rows, or those of the second one, which sends back what the first passed on."""
        is_check = bool(endpoint.proves)
        self._line.setText(SECOND_STEP if is_check else FIRST_STEP)
        for widget in (self._picked, self._ids_here, self._response):
            widget.setVisible(not is_check)
        self._sent_back.setVisible(is_check)
        if is_check:
            self._sent_back.show_keys(endpoint.proves, proved)

    def show_token(self, endpoint: Endpoint, secret: str, masked: str, scheme: str) -> None:
        """Put the token where the step sends it; for another sender say where its secret is set."""
        place = token_place(endpoint)
        needed = bool(endpoint.scheme or not endpoint.proves)  # a check endpoint does without
        for name, row in self._places.items():
            row.setVisible(needed and name == (place.place if place else ELSEWHERE))
        if place:
            self._places[place.place].hold(self.token)
            self.token.show_token(place.name, secret, masked)
        self.token.setVisible(needed and place is not None)
        self.elsewhere.setText(
            f"Requests are verified as those of {scheme}. The secret has its place under Verification."
        )
        self._order_keys(last=place is not None and place.place == JSON)

    def _order_keys(self, *, last: bool) -> None:
        """Let Tab go from top to bottom, wherever the token stands."""
        token, head = self.token.focusable(), [self.copy, self.copy_bare]
        body = [*self._names, self.copy_event, *self._sent_back.buttons]
        order = [*head, *([] if last else token), *body, *(token if last else []), *self._key_names, self.to_keys]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def show_keys(self, keys: tuple[ResponseKey, ...]) -> None:
        """Show which keys of the response the step is to list."""
        while item := self._keys.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self._key_names = []
        for row, each in enumerate(keys):
            self._key_names.append(add_name(self._keys, row, each.key))
            self._keys.addWidget(PlainLabel(each.type, role="muted"), row, 3)

    def _lay_out(self) -> None:
        heading = PlainLabel(HEADING, elide="")
        heading.setFont(scales.title())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(scales.PANE, scales.PANE, scales.PANE, scales.PANE)
        layout.setSpacing(scales.S4)
        layout.addWidget(heading)
        layout.addWidget(self._line)
        layout.addSpacing(scales.S8)
        layout.addLayout(self._rows())
        layout.addSpacing(scales.S8)
        layout.addWidget(self._ids_here)
        layout.addWidget(PlainLabel(RUN_ONCE, wrap=True, role="muted"))
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
        rows.addWidget(_Place("Method", _line(fixed("POST"))))
        rows.addWidget(_Place("Webhook URL", address))
        for place, label in ((QUERY, "Query parameters"), (HEADER, "Headers"), (COOKIE, "Cookies")):
            self._places[place] = _Place(label, QVBoxLayout())
            rows.addWidget(self._places[place])
        self._places[ELSEWHERE] = _Place("Verification", _line(self.elsewhere, self.to_verification))
        rows.addWidget(self._places[ELSEWHERE])
        rows.addWidget(_Place("JSON Body", self._body()))
        lay_out_fields(self._keys)
        self._response.value.addLayout(self._keys)
        self._response.value.addLayout(_line(_aligned(PlainLabel(ONLY_LISTED, role="muted")), self.to_keys))
        rows.addWidget(self._response)
        return rows

    def _body(self) -> QVBoxLayout:
        fields = QGridLayout(self._picked)
        lay_out_fields(fields)
        for number, (name, what) in enumerate(PICKED):
            self._names.append(add_name(fields, number, name))
            fields.addWidget(PlainLabel(f"choose {what} with {{}}", elide="", role="muted"), number, 3, 1, 2)
        self._names.append(add_name(fields, len(PICKED), "event"))
        self.event_value.setFont(scales.mono())
        fields.addLayout(_line(self.event_value, self.copy_event), len(PICKED), 3)
        self._places[JSON] = _Place("", QVBoxLayout())
        body = QVBoxLayout()
        body.setSpacing(0)
        for widget in (self._picked, self._sent_back, self._places[JSON]):
            body.addWidget(widget)
        return body


class _Place(QWidget):
    """A row of the step: its label, and what is filled in; without a label it is part of another row."""

    def __init__(self, label: str, value: QBoxLayout) -> None:
        super().__init__()
        self.value = value
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
        if self.value.indexOf(widget) < 0:
            self.value.addWidget(widget)


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


def _scrolled(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(widget)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setAccessibleName("Set up")
    return area
