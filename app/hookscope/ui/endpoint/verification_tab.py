"""How the requests of an endpoint are verified: the scheme, its options, its secrets."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from hookscope.endpoints import Endpoint, EndpointError
from hookscope.ui.answers import Answers
from hookscope.ui.endpoint.crossing import Crossing
from hookscope.ui.endpoint.history import History
from hookscope.ui.endpoint.line import Line
from hookscope.ui.endpoint.option_fields import missing_options, option_word
from hookscope.ui.endpoint.scheme_choice import SchemeChoice
from hookscope.ui.endpoint.scheme_search import SchemeSearch
from hookscope.ui.endpoint.secret_actions import SECRET, UNLOCK, SecretActions
from hookscope.ui.endpoint.secret_list import SecretLine
from hookscope.ui.endpoint.verification_page import VerificationPage
from hookscope.ui.endpoint.wording import added
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.message_bar import MessageBar
from hookscope.ui.relay import Relay

if TYPE_CHECKING:
    from hookscope.program import Program
    from hookscope.verification import Scheme

SETTLE_MS = 250  # after a choice before it is in use: the arrow keys pass by others
STATE, SAVING, REMOVAL = "state", "saving", "removal"


@dataclass(frozen=True, slots=True)
class _Draft:
    """A scheme with its options that is not in use yet."""

    scheme: str
    options: Mapping[str, str]


class VerificationTab(QWidget):
    """Edits the verification of one endpoint; what is complete is in use at once. Schemes are loaded when it shows."""

    def __init__(self, program: Program, relay: Relay, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._program = program
        self._crossing = Crossing(self)
        self._answers = Answers(self)
        self._endpoint: Endpoint | None = None
        self._schemes: Mapping[str, Scheme] = {}
        self._own: Mapping[str, object] | None = None  # the user's schemes that are among them
        self._draft: _Draft | None = None
        self._reject: bool | None = None  # as it was set, until that is saved
        self._entered_for = ""  # the scheme for which the secrets were entered
        self._change = ""  # what is to be said about a change of the scheme
        self._state = ""
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self.notes = MessageBar()
        self.choice = SchemeChoice()
        self.search = SchemeSearch()
        self.page = VerificationPage(program.secrets, program.searches)
        self.deeds = SecretActions(program.checks, self.notes)
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect(relay)

    def show_endpoint(self, endpoint: Endpoint) -> None:
        """Show how this endpoint is verified."""
        if self._endpoint is None or self._endpoint.id != endpoint.id:
            self._flush()
            self._draft = self._reject = None
            self._entered_for = endpoint.scheme
            self._forget_all()
        self._endpoint = endpoint
        if self.isVisible():
            self._load()
        self._refresh()

    def show_history(self, history: History) -> None:
        """Take over how many deliveries there are."""
        self.page.recheck.set_total(history.total)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._load()
        self.deeds.show_waiting(self._program.secrets.waiting)

    def hideEvent(self, event: QHideEvent) -> None:
        self._flush()
        self._close_search()
        self._dismiss(REMOVAL, SECRET)
        super().hideEvent(event)

    # --- how it is built ---------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._pages.addWidget(self.page)
        self._pages.addWidget(self.search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.notes, self.choice, Line()):
            layout.addWidget(widget)
        layout.addWidget(self._pages, 1)

    def _connect(self, relay: Relay) -> None:
        relay.checks_changed.connect(self._refresh)
        relay.keyring_waiting.connect(self.deeds.show_waiting)
        self._settle.timeout.connect(self._save)
        self.choice.chosen.connect(self._choose)
        self.choice.search_asked.connect(self._open_search)
        self.search.chosen.connect(self._take_found)
        self.search.closed.connect(self._close_search)
        page = self.page
        page.options.edited.connect(self._edit_options)
        page.generate.clicked.connect(self._generate)
        page.add_secret.clicked.connect(self._open_form)
        page.form.submitted.connect(self._add_secret)
        page.form.closed.connect(self._close_form)
        page.secrets.remove_asked.connect(self._ask_remove)
        page.secrets.save_asked.connect(self.deeds.save_kept)
        page.secrets.failed.connect(self.deeds.fail)
        page.reject.clicked.connect(self._set_reject)
        self.deeds.stored.connect(self._secret_stored)
        self.deeds.changed.connect(self._refresh)

    # --- what is on show ---------------------------------------------------------------------------------------------

    def _load(self) -> None:
        """Load the schemes, on a reader's thread: verification brings libraries that take their time."""
        schemes = self._program.endpoints.schemes
        if self._own != schemes.own:
            self._own = schemes.own
            self._answers.ask(self._program.searches, lambda db: schemes.all(), self._take_schemes)

    def _take_schemes(self, schemes: Mapping[str, Scheme]) -> None:
        self._schemes = schemes
        self.choice.set_count(len(schemes))
        self.search.set_schemes(schemes.values())
        self._refresh()

    def _refresh(self) -> None:
        endpoint = self._endpoint
        if endpoint is None:
            return
        if (now := self._program.endpoints.get(endpoint.id)) is not None:
            endpoint = self._endpoint = now
        self.setEnabled(bool(self._schemes))
        draft = self._chosen()
        scheme = self._schemes.get(draft.scheme)
        self.choice.set_chosen(draft.scheme, scheme.name if scheme else draft.scheme)
        reject = endpoint.reject_unverified if self._reject is None else self._reject
        self.page.show_scheme(scheme, draft.options, replace(endpoint, reject_unverified=reject))
        self.page.show_secrets(self._lines(endpoint), scheme)
        self.page.recheck.set_endpoint(endpoint, self._program.checks.get(endpoint))
        self._show_missing()
        self._show_state(endpoint)
        self._order_keys()

    def _lines(self, endpoint: Endpoint) -> tuple[SecretLine, ...]:
        checks, notes, now = self._program.checks, self._program.endpoints.secret_notes(), datetime.now(UTC)
        kept = self._program.secrets.kept()

        def line(name: str) -> SecretLine:
            note = notes.get(name)
            label, since = (note.label, added(note.created_us, now)) if note else ("", "")
            return SecretLine(name, label, since, checks.masked(name), checks.trouble(name), name in kept)

        return tuple(map(line, endpoint.secrets))

    def _order_keys(self) -> None:
        """Let Tab go from top to bottom, also to what was made later."""
        before: QWidget = self.choice.search
        for widget in self.page.focusable():
            QWidget.setTabOrder(before, widget)
            before = widget

    def _show_missing(self) -> None:
        missing = self._missing()
        words = " and ".join(option_word(name) for name in missing)
        self.page.show_note(f"Not in use yet. Fill in: {words}." if missing else self._change)

    def _show_state(self, endpoint: Endpoint) -> None:
        """Say why requests cannot be verified, when that is the keyring's doing."""
        checks = self._program.checks
        trouble = next((said for name in endpoint.secrets if (said := checks.trouble(name))), "")
        state = trouble if endpoint.scheme and checks.get(endpoint).verifier is None else ""
        if state == self._state:
            return
        self._state = state
        self.notes.dismiss(STATE)
        if state:
            ways = [(UNLOCK, self.deeds.read_again), ("Add a secret…", self._open_form)]
            self.notes.show_message(state, "warn", ways, key=STATE)

    def _forget_all(self) -> None:
        """Everything that belongs to the endpoint before."""
        self._close_form()
        self._close_search()
        self.choice.forget_found()
        self.page.options.set_options(None, {})
        self._change = self._state = ""
        self._dismiss(STATE, SAVING, REMOVAL, SECRET)

    def _dismiss(self, *keys: str) -> None:
        for key in keys:
            self.notes.dismiss(key)

    # --- the scheme --------------------------------------------------------------------------------------------------

    def _chosen(self) -> _Draft:
        """What is on show: the draft, else what is in use."""
        if self._draft or self._endpoint is None:
            return self._draft or _Draft("", {})
        return _Draft(self._endpoint.scheme, self._endpoint.scheme_options)

    def _missing(self) -> list[str]:
        chosen = self._chosen()
        scheme = self._schemes.get(chosen.scheme)
        return missing_options(scheme, chosen.options) if scheme else []

    def _change_of(self, id: str) -> str:
        from hookscope.endpoints.secret_entry import change_words

        if self._endpoint is None:
            return ""
        before, after = self._schemes.get(self._entered_for), self._schemes.get(id)
        return change_words(before, after, len(self._endpoint.secrets))

    def _open_search(self) -> None:
        self._pages.setCurrentWidget(self.search)
        self.search.start(self._chosen().scheme)

    def _close_search(self) -> None:
        if self._pages.currentWidget() is not self.search:
            return
        had_focus = self.search.field.hasFocus() or self.search.view.hasFocus() or self.search.cancel.hasFocus()
        self._pages.setCurrentWidget(self.page)
        if had_focus:
            self.choice.search.setFocus()

    def _take_found(self, id: str) -> None:
        self._close_search()
        self._choose(id)

    def _choose(self, id: str) -> None:
        endpoint = self._endpoint
        if endpoint is None:
            return
        self._close_search()
        self._close_form()
        self._dismiss(SAVING, REMOVAL, SECRET)
        self._draft = _Draft(id, endpoint.scheme_options if id == endpoint.scheme else {})
        self._change = self._change_of(id)
        self._refresh()
        if missing := self._missing():
            self._settle.stop()
            self.page.options.go_to(missing[0])
        else:
            self._settle.start()

    def _edit_options(self, options: dict[str, str]) -> None:
        if self._endpoint:
            self._draft = _Draft(self._chosen().scheme, options)
            self._refresh()
            self._save()

    def _flush(self) -> None:
        if self._settle.isActive():
            self._save()

    def _save(self) -> None:
        """Use the draft from now on, unless something is missing in it."""
        self._settle.stop()
        endpoint, draft = self._endpoint, self._draft
        if endpoint is None or draft is None or self._missing():
            return
        edit = partial(_with_scheme, draft=draft)
        done = self._program.endpoints.change(endpoint.id, edit)
        self._crossing.follow(done, partial(self._saved, draft))

    def _saved(self, draft: _Draft, done: Future[Endpoint]) -> None:
        if self._draft is draft:
            self._draft = None
        self._tell(done)
        self._refresh()

    def _set_reject(self, reject: bool) -> None:
        if self._endpoint:
            self._reject = reject
            edit = partial(_with_reject, reject=reject)
            done = self._program.endpoints.change(self._endpoint.id, edit)
            self._crossing.follow(done, partial(self._saved_reject, reject))

    def _saved_reject(self, reject: bool, done: Future[Endpoint]) -> None:
        if self._reject is reject:
            self._reject = None
        self._tell(done)
        self._refresh()

    def _tell(self, done: Future[Endpoint]) -> None:
        try:
            done.result()
        except EndpointError as error:
            self.notes.show_message(f"Not changed. {error}", "bad", key=SAVING)
        except sqlite3.Error as error:
            self.notes.show_message(f"Not changed: it could not be saved ({error}). Try again.", "bad", key=SAVING)
        else:
            self.notes.dismiss(SAVING)

    # --- the secrets -------------------------------------------------------------------------------------------------

    def _generate(self) -> None:
        self._flush()
        self._dismiss(REMOVAL)
        if self._endpoint:
            self.deeds.generate(self._endpoint)

    def _open_form(self) -> None:
        scheme = self._schemes.get(self._chosen().scheme)
        if scheme is not None:
            self.page.open_form(scheme)

    def _close_form(self) -> None:
        self.page.close_form()

    def _add_secret(self, value: str, label: str) -> None:
        self._flush()
        if self._endpoint:
            self.deeds.add(self._endpoint, value, label)

    def _secret_stored(self, id: int) -> None:
        if self._endpoint and self._endpoint.id == id:
            self._change, self._entered_for = "", self._chosen().scheme
            self._close_form()
            self._refresh()

    def _ask_remove(self, line: SecretLine) -> None:
        endpoint = self._endpoint
        if endpoint is None:
            return
        remove = partial(self.deeds.remove, endpoint, line.name)
        self._dismiss(SECRET)
        sentence = f"Remove “{line.spoken}”? Requests with it fail from then on."
        self.notes.show_message(sentence, "warn", [("Remove", remove), ("Keep", self.setFocus)], key=REMOVAL)
        self.notes.findChildren(FlatButton)[-1].setFocus()


def _with_scheme(before: Endpoint, draft: _Draft) -> Endpoint:
    return replace(before, scheme=draft.scheme, scheme_options=dict(draft.options))


def _with_reject(before: Endpoint, reject: bool) -> Endpoint:
    return replace(before, reject_unverified=reject)
