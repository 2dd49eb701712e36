"""News from the program's threads, as signals of the window's thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from hookscope.program import Program


class Relay(QObject):
    """Signals that may be emitted from any thread; receivers in the window run on the window's thread.

    It has no parent: the program's subscriptions keep it alive, so that a late emit never meets a deleted object.
    """

    endpoints_changed = Signal(object)  # tuple[Endpoint, ...]
    listener_changed = Signal(object)  # ListenerState
    checks_changed = Signal()  # what requests are verified with
    keyring_waiting = Signal(str)  # a sentence while the keyring keeps us waiting, "" when it has answered
    trouble = Signal(str)  # a sentence while requests cannot be saved, "" when it is over
    held_changed = Signal(object)  # frozenset[int]: the deliveries whose response waits for the user
    records_changed = Signal()  # the profile or the credential that records are looked up with
    show_asked = Signal()
    stop_asked = Signal()

    def __init__(self, program: Program) -> None:
        super().__init__()
        program.endpoints.subscribe(lambda endpoints: self.endpoints_changed.emit(endpoints))
        program.subscribe_listener(lambda state: self.listener_changed.emit(state))
        program.subscribe_held(lambda held: self.held_changed.emit(held))
        program.checks.subscribe(lambda: self.checks_changed.emit())
        program.secrets.subscribe_waiting(lambda sentence: self.keyring_waiting.emit(sentence))
        program.records.subscribe(lambda: self.records_changed.emit())
        program.store.subscribe_trouble(lambda sentence: self.trouble.emit(sentence))

    def ask_show(self) -> None:
        """Another process wants the window in front."""
        self.show_asked.emit()

    def ask_stop(self) -> None:
        """Another process wants this one to end."""
        self.stop_asked.emit()
