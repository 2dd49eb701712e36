"""Series and attempts: which requests are one message sent again.

A series ends when one of its attempts was answered 2xx completely; the next request with the same key begins a new
series and is marked *again*. An attempt that is still being answered does not end it.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections import OrderedDict
from dataclasses import dataclass

from hookscope.deliveries.model import Outcome, Place

KEYS_KEPT = 10_000
READ_BACK_US = 24 * 3600 * 1_000_000
READ_BACK_ROWS = 50_000


@dataclass(slots=True)
class _Series:
    number: int
    message: int
    endpoint_id: int | None
    attempts: int = 0
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """Where a request stands: its place, the number its message has in the store, and a token for ``finished``."""

    place: Place
    message: int
    key: bytes
    series: int


def message_key(
    endpoint_id: int | None, method: str, target: str, body_sha256: bytes, delivery_id: str | None = None
) -> bytes:
    """16 bytes that redeliveries of one message share: the sender's own id, else endpoint, method, target and body."""
    if delivery_id is not None:
        text = f"id {endpoint_id} {delivery_id}"
    else:
        text = f"same {endpoint_id} {method} {target} {body_sha256.hex()}"  # neither method nor target has a blank
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def sample_key(endpoint_id: int | None, method: str, target: str, body_sha256: bytes) -> bytes:
    """16 bytes that a sample shares with nothing but itself sent again."""
    text = f"sample {endpoint_id} {method} {target} {body_sha256.hex()}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def own_key() -> bytes:
    """A key that nothing else shares, for a replay."""
    return os.urandom(16)


class SeriesCounter:
    """Counts attempts in order of arrival; lives on the listener's loop and is not shared between threads."""

    def __init__(self, next_message: int = 1) -> None:
        self._series: OrderedDict[bytes, _Series] = OrderedDict()
        self._next_message = next_message
        self._next_number = 1

    def count(self, key: bytes, endpoint_id: int | None = None, *, anew: bool = False) -> Counted:
        """Take the next place in the series of this key, which is one of this endpoint.

        With ``anew``, what comes after the end of a series is another message and not marked *again*.
        """
        before = self._series.get(key)
        if before is None or (before.ended and anew):
            now = self._begin(key, self._new_message(), endpoint_id)
        elif before.ended:
            now = self._begin(key, before.message, endpoint_id)
        else:
            now = before
        now.attempts += 1
        self._series.move_to_end(key)
        if len(self._series) > KEYS_KEPT:
            self._series.popitem(last=False)
        again = before is not None and before.ended and not anew
        return Counted(Place(now.attempts, again), now.message, key, now.number)

    def finished(self, counted: Counted, outcome: Outcome, status: int) -> None:
        """End the series when this attempt was answered 2xx completely and no newer series has begun."""
        series = self._series.get(counted.key)
        if series is not None and series.number == counted.series and _ends(outcome, status):
            series.ended = True

    def end_all(self, endpoint_id: int) -> None:
        """End all series of an endpoint: what comes again is attempt 1."""
        for series in self._series.values():
            if series.endpoint_id == endpoint_id:
                series.ended = True

    def remember(self, key: bytes, message: int, place: Place, *, ends: bool, endpoint_id: int | None = None) -> None:
        """Take in a stored delivery; to be called in order of arrival, before the first ``count``."""
        series = self._series.get(key)
        if series is None or place.again or series.message != message:
            series = self._begin(key, message, endpoint_id)
        series.attempts = max(series.attempts, place.attempt)
        series.ended = series.ended or ends
        self._series.move_to_end(key)
        if len(self._series) > KEYS_KEPT:
            self._series.popitem(last=False)

    def _begin(self, key: bytes, message: int, endpoint_id: int | None) -> _Series:
        series = _Series(self._next_number, message, endpoint_id)
        self._next_number += 1
        self._series[key] = series
        return series

    def _new_message(self) -> int:
        self._next_message += 1
        return self._next_message - 1


def _ends(outcome: Outcome, status: int) -> bool:
    return outcome is Outcome.ANSWERED and 200 <= status <= 299


def read_back(db: sqlite3.Connection, now_us: int) -> SeriesCounter:
    """A counter that knows the newest messages of the last 24 hours."""
    newest = db.execute("SELECT max(series) FROM delivery").fetchone()[0] or 0
    counter = SeriesCounter(newest + 1)
    rows = db.execute(
        "SELECT series_key, series, attempt, again, outcome, status, endpoint_id, received_us FROM"
        " (SELECT * FROM delivery ORDER BY id DESC LIMIT ?) WHERE series IS NOT NULL AND received_us >= ? ORDER BY id",
        (READ_BACK_ROWS, now_us - READ_BACK_US),
    )
    anew = dict(db.execute("SELECT id, counted_us FROM endpoint"))
    for key, message, attempt, again, outcome, status, endpoint_id, received_us in rows:
        ends = _ends(Outcome(outcome), status) or received_us <= anew.get(endpoint_id, 0)
        counter.remember(key, message, Place(attempt, bool(again)), ends=ends, endpoint_id=endpoint_id)
    return counter
