"""What the user does with the secrets of an endpoint, and what came of it, said in a bar."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from hookscope.checks import Checks, NewSecret
from hookscope.endpoints import Endpoint, EndpointError
from hookscope.secret_store import BadSecret, KeyringAbsent, KeyringTrouble
from hookscope.ui.endpoint.crossing import Crossing
from hookscope.ui.parts.flat_button import Action
from hookscope.ui.parts.message_bar import MessageBar

SECRET, WAITING = "secret", "waiting"  # keys of messages
UNLOCK, AGAIN, KEEP = "Unlock and check again", "Try again", "Keep for this run"

Attempt = Callable[[bool], None]  # whether the secret is to stay in memory


class SecretActions(QObject):
    """Changes the secrets of endpoints. Nothing is kept for this run before the user has agreed to that."""

    stored = Signal(int)  # the endpoint that has a new secret
    changed = Signal()  # what there is, or where it is kept

    def __init__(self, checks: Checks, notes: MessageBar) -> None:
        super().__init__(notes)
        self._checks = checks
        self._notes = notes
        self._crossing = Crossing(self)
        self._generating = False

    def generate(self, endpoint: Endpoint, *, this_run: bool = False) -> None:
        """Make a token, store it, let the endpoint verify with it, and copy it; one after the other."""
        if self._generating:
            return
        self._generating = True
        done = self._checks.generate(endpoint, this_run=this_run)
        again = partial(self._generate_again, endpoint)
        self._crossing.follow(done, partial(self._take, endpoint, again, copied=True, this_run=this_run))

    def add(self, endpoint: Endpoint, value: str, label: str, *, this_run: bool = False) -> None:
        """Store a secret that was entered."""
        try:
            done = self._checks.add(endpoint, value, label=label, this_run=this_run)
        except BadSecret as error:
            self._notes.show_message(str(error), "bad", key=SECRET)
            return
        again = partial(self._add_again, endpoint, value, label)
        self._crossing.follow(done, partial(self._take, endpoint, again, copied=False, this_run=this_run))

    def remove(self, endpoint: Endpoint, name: str) -> None:
        """Take a secret from an endpoint and from the keyring."""
        again = partial(self.remove, endpoint, name)
        self._crossing.follow(self._checks.remove(endpoint, name), partial(self._report, again, "Removed."))

    def save_kept(self, name: str) -> None:
        """Put a secret that was kept for this run into the keyring."""
        again = partial(self.save_kept, name)
        saved = self._checks.secrets.save_kept(name)
        self._crossing.follow(saved, partial(self._report, again, "Saved in the keyring."))

    def read_again(self) -> None:
        """Read all secrets anew, which asks to unlock a locked keyring."""
        self._notes.dismiss(SECRET)
        self._checks.read()

    def show_waiting(self, sentence: str) -> None:
        """Say that the keyring keeps us waiting, or with ``""`` that it has answered."""
        if sentence:
            self._notes.show_message(sentence, "info", key=WAITING)
        else:
            self._notes.dismiss(WAITING)

    def fail(self, sentence: str) -> None:
        """Say why a secret cannot be read."""
        self._notes.show_message(sentence, "warn", [(UNLOCK, self.read_again)], key=SECRET)

    def _generate_again(self, endpoint: Endpoint, this_run: bool) -> None:
        self.generate(endpoint, this_run=this_run)

    def _add_again(self, endpoint: Endpoint, value: str, label: str, this_run: bool) -> None:
        self.add(endpoint, value, label, this_run=this_run)

    def _take(
        self, endpoint: Endpoint, again: Attempt, done: Future[NewSecret], *, copied: bool, this_run: bool
    ) -> None:
        if copied:
            self._generating = False
        try:
            new = done.result()
        except KeyringTrouble as trouble:
            self._notes.show_message(str(trouble), "warn", _ways_out(trouble, again), key=SECRET)
        except (EndpointError, sqlite3.Error, CancelledError) as error:
            self._notes.show_message(f"Nothing was stored. {error}", "bad", key=SECRET)
        else:
            if copied:
                QGuiApplication.clipboard().setText(new.value)
            self._notes.show_message(_stored(endpoint, copied=copied, this_run=this_run), "ok", key=SECRET)
            self.stored.emit(endpoint.id)

    def _report(self, again: Callable[[], None], success: str, done: Future[Any]) -> None:
        try:
            done.result()
        except KeyringTrouble as trouble:
            self._notes.show_message(str(trouble), "warn", [(AGAIN, again)], key=SECRET)
        except (EndpointError, sqlite3.Error, CancelledError) as error:
            self._notes.show_message(str(error), "bad", key=SECRET)
        else:
            self._notes.show_message(success, "ok", key=SECRET)
            self.changed.emit()


def _ways_out(trouble: KeyringTrouble, again: Attempt) -> list[Action]:
    keep = (KEEP, partial(again, True))
    if isinstance(trouble, KeyringAbsent):
        return [keep, (AGAIN, partial(again, False))]
    return [(UNLOCK, partial(again, False)), keep]


def _stored(endpoint: Endpoint, *, copied: bool, this_run: bool) -> str:
    place = "kept for this run only" if this_run else "stored in the keyring"
    after = " The one before stays valid until you remove it." if endpoint.secrets else ""
    if copied:
        return f"A token for {endpoint.name} was generated, {place} and copied. Paste it into the step.{after}"
    return f"The secret of {endpoint.name} is {place}.{after}"
