"""What arrived and what became of it, as plain data.

Text that a sender controls (method, target, header names and values) is kept as ``str`` decoded from latin-1, so that
every byte has exactly one character and none is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

Headers = tuple[tuple[str, str], ...]


class Via(StrEnum):
    """How a request came here."""

    PUBLIC = "public"
    LOCAL = "local"
    SAMPLE = "sample"
    REPLAY = "replay"


FROM_OUTSIDE = (Via.PUBLIC, Via.LOCAL)
"""What Hookscope did not send itself."""


class Outcome(StrEnum):
    """What became of a delivery; ``WAITING`` until that is known."""

    WAITING = "waiting"
    ANSWERED = "answered"
    DROPPED = "dropped"
    SENDER_GONE = "sender-gone"
    REFUSED = "refused"
    INCOMPLETE = "incomplete"
    TOO_LARGE = "too-large"
    NOT_SAVED = "not-saved"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request as it came over the wire.

    ``target`` is the raw request target, ``headers`` keep order, case and duplicates, ``body`` is what was sent after
    de-chunking and before anything else. ``url`` is the public, absolute address.
    """

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    url: str = ""

    def header(self, name: str) -> str | None:
        """The first value of a header, names compared without case; ``None`` when there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class SentResponse:
    """A response as it goes over the wire; ``status`` 0 means that nothing is sent."""

    status: int
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class VerdictNote:
    """A verdict as it is stored with its delivery: the words of DESIGN.md section 5, details as JSON text.

    ``strength`` is ``signature``, ``token`` or ``basic``, and empty where nothing is verified.
    """

    state: str = "unconfigured"
    scheme: str | None = None
    reason: str = "unconfigured"
    details: str = ""
    strength: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a delivery in its series; ``again`` marks attempt 1 after a series that had ended."""

    attempt: int = 1
    again: bool = False


class Passed(NamedTuple):
    """A rule that did not answer, and why, as part of a sentence."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Everything that is stored before a request is answered (step 6 of DESIGN.md section 3).

    ``received_us`` is the arrival of the last body byte in microseconds since 1970, ``duration_us`` counts from the
    first byte of the request, ``peer`` is ``address:port``. For a refused request ``request.method`` is empty and
    ``request.body`` holds its raw bytes. ``problem`` says in one sentence what was wrong with the request
    or its response. ``rule`` is the name of the rule that answers, empty for the default; ``passed`` are those before.
    ``ids`` are those with a record, ``finding`` is the code of what is to be told first about the request.
    """

    request: Request
    received_us: int
    duration_us: int = 0
    peer: str = ""
    http_version: str = "1.1"
    via: Via = Via.LOCAL
    endpoint_id: int | None = None
    endpoint_name: str | None = None
    body_sha256: bytes = b""
    series_key: bytes = b""
    series: int | None = None
    place: Place | None = None
    verdict: VerdictNote = VerdictNote()
    ids: tuple[str, ...] = ()
    finding: str = ""
    rule: str = ""
    passed: tuple[Passed, ...] = ()
    planned: SentResponse = SentResponse(200)
    outcome: Outcome = Outcome.WAITING
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Finish:
    """What really happened to a delivery (step 8); ``took_us`` counts from arrival to the end of the response.

    ``sent`` is what went out where that was not known before.
    """

    outcome: Outcome
    status: int
    took_us: int
    problem: str = ""
    sent: SentResponse | None = None


class Row(NamedTuple):
    """What a line of the table shows. ``status`` is the planned one until the outcome is known, 0 when none is sent."""

    id: int
    received_us: int
    via: str
    endpoint_id: int | None
    endpoint_name: str | None
    method: str
    target: str
    body_bytes: int
    verdict_state: str
    verdict_reason: str
    status: int
    outcome: str
    took_us: int | None
    attempt: int | None
    again: bool
    ids: tuple[str, ...]
    problem: str
    pinned: bool
    seen: bool
    verdict_scheme: str | None = None
    body_sha256: bytes = b""
    verdict_strength: str = ""
    finding: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A stored delivery, whole."""

    row: Row
    request: Request
    response: SentResponse
    verdict: VerdictNote
    http_version: str
    peer: str
    duration_us: int
    rule: str
    passed: tuple[Passed, ...] = ()

    @property
    def id(self) -> int:
        """The number of the delivery; numbers rise in order of arrival and are never used twice."""
        return self.row.id


def iso_time(microseconds: int) -> str:
    """RFC 3339 in UTC with microseconds: ``2026-11-23T12:00:00.123456Z``."""
    seconds, rest = divmod(microseconds, 1_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:06d}Z"


def is_complete(row: Row) -> bool:
    """Whether all of the request came and was kept."""
    return row.outcome not in (Outcome.REFUSED, Outcome.INCOMPLETE, Outcome.TOO_LARGE, Outcome.NOT_SAVED)
