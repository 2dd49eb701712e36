"""The inspector of an endpoint: title line, *Set up*, *Response* and *Verification*."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from hookscope.endpoints import Endpoint, EndpointError, Matcher, export_workspace
from hookscope.endpoints.proving import proved_by
from hookscope.responses import Rule
from hookscope.ui import scales
from hookscope.ui.endpoint.crossing import Crossing
from hookscope.ui.endpoint.history import History, HistoryWatch
from hookscope.ui.endpoint.naming import free_name, free_path, slug
from hookscope.ui.endpoint.new_endpoint import NewEndpointDialog
from hookscope.ui.endpoint.response_editor import ResponseEditor
from hookscope.ui.endpoint.response_settings import ResponseSettings
from hookscope.ui.endpoint.setup_tab import SetUpTab
from hookscope.ui.endpoint.token_place import token_place
from hookscope.ui.endpoint.verification_tab import VerificationTab
from hookscope.ui.endpoint.wording import age, counted
from hookscope.ui.parts.flat_button import FlatButton, IconButton
from hookscope.ui.parts.message_bar import MessageBar
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.parts.tab_bar import Tabs
from hookscope.ui.relay import Relay

if TYPE_CHECKING:
    from hookscope.program import Program
    from hookscope.ui.actions import Actions
    from hookscope.ui.deliveries.live import Live

TAB_NAMES = ("set_up", "response", "verification")
SET_UP, RESPONSE, VERIFICATION = range(3)


class EndpointInspector(QWidget):
    """Shows one endpoint. ``renamed`` comes for one that was added by *Duplicate*, too."""

    renamed = Signal(int)
    deleted = Signal(int)
    message = Signal(str)
    delivery_requested = Signal(int)  # whose verdict is worth a look
    prove_requested = Signal(int)  # that what this endpoint answers comes through

    def __init__(self, program: Program, live: Live, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._program = program
        self._actions = actions
        self._crossing = Crossing(self)
        self._relay = Relay(program)
        self._endpoint: Endpoint | None = None
        self._history = History(0, 0)
        self._watch = HistoryWatch(program.pages, live, self)
        self._ageing = QTimer(self)
        self._ageing.setSingleShot(True)
        self.name = PlainLabel()
        self.facts = PlainLabel(role="muted")
        self.menu = QMenu(self)
        self.question = MessageBar()
        self.tabs = Tabs("Endpoint")
        self.set_up = SetUpTab(program.checks)
        self.response = ResponseEditor(program)
        self.settings = ResponseSettings(program, self)
        self.verification = VerificationTab(program, self._relay)
        self._fill_menu()
        self._lay_out()
        self._connect()

    def show_endpoint(self, id: int) -> None:
        """Show an endpoint; nothing happens when there is none with this id."""
        endpoint = self._program.endpoints.get(id)
        if endpoint is None:
            return
        if self._endpoint is None or self._endpoint.id != id:
            self.question.dismiss("delete")
            self._history = History(id, 0)
        self._endpoint = endpoint
        for action in self._only_real:
            action.setVisible(not endpoint.is_catch_all)
        self.response.show_endpoint(endpoint)
        self.settings.show_endpoint(endpoint)
        self.verification.show_endpoint(endpoint)
        self._show_address()
        self._watch.watch(id, self._program.endpoints.applied_us(id))
        self._take_history(self._history)

    def show_response(self, rule: str | None = None) -> None:
        """Go to the tab *Response*, and there to a rule (``""``: the default response)."""
        self.tabs.set_current(RESPONSE)
        if rule is not None:
            self.response.show_rule(rule)

    def add_rule(self, rule: Rule) -> None:
        """Go to the tab *Response* with this rule before the others in the draft, and chosen."""
        self.show_response()
        self.response.add_rule(rule)

    def show_verification(self) -> None:
        """Go to the tab *Verification*."""
        self.tabs.set_current(VERIFICATION)

    def rename(self) -> None:
        """Ask for another name and path."""
        if self._endpoint:
            dialog = NewEndpointDialog(self._program, self, renamed=self._endpoint)
            dialog.saved.connect(self.renamed)
            dialog.open()

    def duplicate(self) -> None:
        """Add an endpoint like this one, with a name and a path of its own."""
        if self._endpoint:
            others = self._program.endpoints.all()
            name = free_name(self._endpoint.name, others)
            copy = replace(self._endpoint, id=0, name=name, path=free_path(name, others))
            self._crossing.follow(self._program.endpoints.save(copy), self._added)

    def export(self) -> None:
        """Ask where to write this endpoint as a workspace file."""
        if self._endpoint:
            own = self._program.endpoints.schemes.own
            used = {id: table for id, table in own.items() if id == self._endpoint.scheme}
            text = export_workspace([self._endpoint], used)
            dialog = QFileDialog(self, "Export the endpoint", f"{slug(self._endpoint.name) or 'endpoint'}.toml")
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix("toml")
            dialog.fileSelected.connect(lambda path: self._write(Path(path), text))
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

    def ask_delete(self) -> None:
        """Ask, in a line over the tabs, whether this endpoint is to go."""
        if self._endpoint and not self._endpoint.is_catch_all:
            actions: list[tuple[str, Callable[[], None]]] = [
                ("Delete", self._delete),
                ("Keep", self.tabs.bar.setFocus),
            ]
            self.question.show_message(self._delete_question(self._endpoint), "warn", actions, key="delete")
            self.question.findChildren(FlatButton)[-1].setFocus()

    def memory(self) -> dict[str, Any]:
        """What to remember: the tab."""
        return {"tab": TAB_NAMES[self.tabs.current()]}

    def restore(self, memory: Mapping[str, Any]) -> None:
        """Take up what ``memory`` gave."""
        if memory.get("tab") in TAB_NAMES:
            self.tabs.set_current(TAB_NAMES.index(memory["tab"]))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch.set_active(True)
        self._show_facts()
        self._allow_apply()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._watch.set_active(False)
        self._ageing.stop()
        self._actions.action("apply").setEnabled(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.settings.set_room(self.width() - self.tabs.bar.sizeHint().width() - 2 * scales.S8)

    def _fill_menu(self) -> None:
        add = self.menu.addAction
        rename = add("Rename…", self.rename)
        duplicate = add("Duplicate", self.duplicate)
        add("Export…", self.export)
        separator = self.menu.addSeparator()
        delete = add("Delete…", self.ask_delete)
        self._only_real = (rename, duplicate, separator, delete)

    def _lay_out(self) -> None:
        self.name.setFont(scales.strong())
        button = IconButton("more", "Menu of the endpoint")
        button.setMenu(self.menu)
        title = QHBoxLayout()
        title.setContentsMargins(scales.PANE, 0, scales.S8, 0)
        title.setSpacing(scales.S8)
        title.addWidget(self.name)
        title.addWidget(self.facts, 1)
        title.addWidget(button)
        bar = QWidget()
        bar.setFixedHeight(scales.TITLE)
        bar.setLayout(title)
        self.tabs.add(self.set_up, "Set up")
        self.tabs.add(self.response, "Response")
        self.tabs.add(self.verification, "Verification")
        self.settings.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (bar, self.question):
            layout.addWidget(widget)
        layout.addWidget(self.tabs, 1)
        QWidget.setTabOrder(self.tabs.bar, self.settings.profile)
        QWidget.setTabOrder(self.settings.profile, self.settings.hold)

    def _connect(self) -> None:
        self._relay.endpoints_changed.connect(self._refresh)
        self._relay.listener_changed.connect(self._show_address)
        self._relay.checks_changed.connect(self._show_address)
        self._relay.keyring_waiting.connect(self.set_up.deeds.show_waiting)
        self._watch.changed.connect(self._take_history)
        self._ageing.timeout.connect(self._show_facts)
        self.tabs.current_changed.connect(self._show_settings)
        self.settings.message.connect(self.message)
        self.settings.status_asked.connect(self.response.ask_status)
        self.response.message.connect(self.message)
        self.response.prove_requested.connect(self.prove_requested)
        self.response.draft_changed.connect(self._allow_apply)
        self.set_up.verification_asked.connect(self.show_verification)
        self.set_up.response_asked.connect(self.show_response)
        self.set_up.delivery_requested.connect(self.delivery_requested)
        self.set_up.new_endpoint_asked.connect(self._actions.action("new_endpoint").trigger)
        self._actions.action("apply").triggered.connect(self.response.apply)
        self._actions.action("apply").setEnabled(False)

    def _refresh(self) -> None:
        if self._endpoint is None:
            return
        id = self._endpoint.id
        if self._program.endpoints.get(id) is None:
            self._endpoint = None
            self._watch.watch(0, 0)
            self.deleted.emit(id)
        else:
            self.show_endpoint(id)

    def _show_address(self) -> None:
        if self._endpoint:
            endpoint = self._endpoint
            proved = proved_by(endpoint, self._program.endpoints.all())
            self.set_up.show_endpoint(endpoint, self._program.url(endpoint), self._scheme_name(endpoint), proved)
            self.set_up.show_history(self._history)

    def _show_settings(self, tab: int) -> None:
        self.tabs.set_corner(self.settings if tab == RESPONSE else None)

    def _take_history(self, history: History) -> None:
        self._history = history
        self.response.show_history(history)
        self.set_up.show_history(history)
        self.verification.show_history(history)
        self._show_facts()

    def _scheme_name(self, endpoint: Endpoint) -> str:
        """What the card calls another sender."""
        return "" if token_place(endpoint) else self._program.endpoints.schemes.name(endpoint.scheme)

    def _show_facts(self) -> None:
        """Name, path and how much has come, and when that has to be said anew."""
        if self._endpoint is None:
            return
        self.name.setText(self._endpoint.name)
        total, last_us = self._history.total, self._history.last_us
        words, changes_in = age(last_us, datetime.now(UTC)) if last_us else ("", 0)
        came = f"{counted(total, 'delivery', 'deliveries')}, last {words}" if total else "no deliveries yet"
        self.facts.setText(f"{self._endpoint.path or 'every other path'} · {came}")
        if changes_in and self.isVisible():
            self._ageing.start(changes_in * 1000)

    def _allow_apply(self) -> None:
        self._actions.action("apply").setEnabled(self.isVisible() and self.response.apply_button.isEnabled())

    def _delete_question(self, endpoint: Endpoint) -> str:
        others = [other for other in self._program.endpoints.all() if other.id != endpoint.id]
        heir = Matcher(others).match(endpoint.path)
        total = self._history.total
        kept = f" Its {counted(total, 'delivery is', 'deliveries are')} kept." if total else ""
        return f"Delete {endpoint.name}?{kept} Requests to {endpoint.path} then go to {heir.name}."

    def _delete(self) -> None:
        if self._endpoint:
            self.tabs.bar.setFocus()  # not the button that goes away
            self._crossing.follow(self._program.endpoints.delete(self._endpoint.id), self._succeeded)

    def _added(self, saved: Future[Endpoint]) -> None:
        if self._succeeded(saved):
            self.renamed.emit(saved.result().id)

    def _succeeded(self, done: Future[Any]) -> bool:
        try:
            done.result()
        except EndpointError as error:
            self.message.emit(str(error))
        except sqlite3.Error as error:
            self.message.emit(f"The endpoint could not be changed ({error}). Try again.")
        else:
            return True
        return False

    def _write(self, path: Path, text: str) -> None:
        try:
            path.write_text(text, "utf-8", newline="\n")
        except OSError as error:
            self.message.emit(f"{path} could not be written ({error.strerror}). Choose another place.")
