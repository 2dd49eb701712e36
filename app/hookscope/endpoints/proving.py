"""Proof that an automation passes on what was answered: a second step sends the values back to a check endpoint."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, count, islice

from hookscope.deliveries import Outcome, Row, Via, queries
from hookscope.deliveries.model import FROM_OUTSIDE
from hookscope.deliveries.parts import unpacked
from hookscope.endpoints.checks import EndpointError, name_problem, path_problem
from hookscope.endpoints.model import Endpoint
from hookscope.responses import Response
from hookscope.responses.passing import LONGEST_VALUE, DeclaredKey, Kind, Value, read_fields
from hookscope.responses.request_view import LARGEST_JSON

SUFFIX = "-check"
CHOSEN = "its value from the outputs of the step Send a webhook"
LOOKED_BACK = 1000
"""So many deliveries before are looked at for the response that a check delivery belongs to."""

_UNFILLED = re.compile(r"\{\{.*\}\}|\{\..*\}", re.DOTALL)  # both ways of the step to write a placeholder


class ProofState(StrEnum):
    """What became of a value on its way through the automation."""

    SAME = "same"
    DIFFERENT = "different"
    UNFILLED = "unfilled"
    NOT_BACK = "not-back"
    NOT_SENT = "not-sent"
    NESTED = "nested"


@dataclass(frozen=True, slots=True)
class Proven:
    """A key with the value that was answered and the one that came back, as they are shown."""

    key: str
    state: ProofState
    sent: str = ""
    came: str = ""

    @property
    def words(self) -> str:
        """What became of the value: ``sent `42`, came back `42` ``."""
        return f"{self._sent_words()}, {self._came_words()}"

    def _sent_words(self) -> str:
        if self.state is ProofState.NOT_SENT:
            return "not sent"
        return (
            "sent nested, which is not passed on" if self.state is ProofState.NESTED else f"sent {_quoted(self.sent)}"
        )

    def _came_words(self) -> str:
        if self.state is ProofState.UNFILLED:
            return f"came back as the placeholder {_quoted(self.came)}"
        is_back = self.came or self.state in (ProofState.SAME, ProofState.DIFFERENT)
        return f"came back {_quoted(self.came)}" if is_back else "did not come back"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a check delivery proves, compared with the response to the delivery with the id ``compared`` (0: none).

    ``problem`` says in a sentence why nothing can be compared.
    """

    proven: tuple[Proven, ...] = ()
    compared: int = 0
    compared_us: int = 0
    problem: str = ""


def check_endpoint(proved: Endpoint, others: Collection[Endpoint]) -> Endpoint:
    """A new endpoint to which the second step sends the values; ``EndpointError`` where there is nothing to prove."""
    if proved.is_catch_all:
        raise EndpointError(f"“{proved.name}” answers many steps. Give the step an endpoint of its own first.")
    if proved.proves:
        raise EndpointError(f"{proved.name} is itself the check of {proved.proves}.")
    if not proved.response_keys:
        raise EndpointError("There is nothing to prove yet. Declare a key of the response first.")
    name = _free_name(proved.name, others)
    return Endpoint(name, _free_path(proved.path, others), Response(), sender=proved.sender, proves=proved.name)


def check_of_proved(proved: Endpoint, others: Iterable[Endpoint]) -> Endpoint | None:
    """The check endpoint that is there already."""
    return next((other for other in others if other.proves and _is_named(proved, other.proves)), None)


def proved_by(check: Endpoint, others: Iterable[Endpoint]) -> Endpoint | None:
    """The endpoint whose keys a check endpoint proves; ``None`` when it is gone, or this is no check endpoint."""
    return next((other for other in others if check.proves and _is_named(other, check.proves)), None)


def instructions(proved: Endpoint) -> list[tuple[str, str]]:
    """The fields of the second step's *JSON Body*, and what is chosen for each."""
    return [(each.key, CHOSEN) for each in proved.response_keys]


def proof(sent_body: bytes, came_body: bytes, keys: Sequence[DeclaredKey]) -> list[Proven]:
    """What became of each key between a response and the request of the step after it; never raises.

    The step sends every value as a text, so values are compared as texts: ``42`` and ``"42"`` are the same, and
    ``true`` and ``"true"``.
    """
    sent, came = read_fields(sent_body).values, read_fields(came_body).values
    return [_proven(each.key, sent.get(each.key), came.get(each.key)) for each in keys]


def proof_of(db: sqlite3.Connection, id: int, endpoints: Iterable[Endpoint]) -> Proof | None:
    """What a delivery proves; ``None`` when it did not come to a check endpoint, or is gone."""
    endpoints = list(endpoints)
    row = queries.rows(db, [id]).get(id)
    check = next((each for each in endpoints if row and each.id == row.endpoint_id), None)
    if row is None or check is None or not check.proves:
        return None
    proved = proved_by(check, endpoints)
    if proved is None:
        return Proof(problem=f"The endpoint {check.proves} is gone, so there is nothing to compare with.")
    if not proved.response_keys:
        return Proof(problem=f"{proved.name} declares no keys any more, so there is nothing to compare.")
    return _compare(db, row, proved)


def _compare(db: sqlite3.Connection, row: Row, proved: Endpoint) -> Proof:
    found = _answered_before(db, row, proved.id)
    if found is None:
        return Proof(problem=f"{proved.name} has answered no request with a 2xx before this one.")
    compared, us, is_small = found
    if not is_small or row.body_bytes > LARGEST_JSON:
        return Proof((), compared, us, _TOO_LARGE)
    answered, check = queries.delivery(db, compared), queries.delivery(db, row.id)
    if answered is None or check is None:
        return Proof(problem="A delivery was just deleted, so there is nothing to compare.")
    sent = unpacked(answered.response.headers, answered.response.body, LARGEST_JSON + 1).data
    came = unpacked(check.request.headers, check.request.body, LARGEST_JSON + 1).data
    if max(len(sent), len(came)) > LARGEST_JSON:
        return Proof((), compared, us, _TOO_LARGE)
    return Proof(tuple(proof(sent, came, proved.response_keys)), compared, us)


_TOO_LARGE = "A body is larger than 1 MiB, too large to compare."


def _answered_before(db: sqlite3.Connection, row: Row, endpoint_id: int) -> tuple[int, int, bool] | None:
    """The newest delivery before this one that was answered 2xx, when it came, and whether the answer is small enough.

    What was sent from here is no part of an automation's run, so only that is compared with what was sent from here.
    """
    vias = FROM_OUTSIDE if row.via in FROM_OUTSIDE else tuple(Via)
    found = db.execute(
        "SELECT before.id, received_us, length(coalesce(late.body, response_body)) <= ? FROM ("
        "SELECT id, received_us, status, outcome, via FROM delivery WHERE endpoint_id = ? AND id < ?"
        " ORDER BY id DESC LIMIT ?) AS before JOIN content ON content.id = before.id"
        " LEFT JOIN late_response AS late ON late.id = before.id"
        f" WHERE outcome = ? AND status BETWEEN 200 AND 299 AND via IN ({','.join('?' * len(vias))})"
        " ORDER BY before.id DESC LIMIT 1",
        (LARGEST_JSON, endpoint_id, row.id, LOOKED_BACK, Outcome.ANSWERED, *vias),
    ).fetchone()
    return (found[0], found[1], bool(found[2])) if found else None


def _proven(key: str, sent: Value | None, came: Value | None) -> Proven:
    state = _state(sent, came)
    return Proven(key, state, _shown(sent), _shown(came))


def _state(sent: Value | None, came: Value | None) -> ProofState:
    if sent is None:
        return ProofState.NOT_SENT
    if sent.kind is Kind.NESTED:
        return ProofState.NESTED
    if came is None:
        return ProofState.NOT_BACK
    if came.kind is not Kind.NESTED and came.text == sent.text:
        return ProofState.SAME
    return ProofState.UNFILLED if _UNFILLED.search(came.text) else ProofState.DIFFERENT


def _shown(value: Value | None) -> str:
    if value is None:
        return ""
    text = "{…}" if value.kind is Kind.NESTED else value.text
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"


def _quoted(text: str) -> str:
    return f"`{text}`" if text else "empty"


def _is_named(endpoint: Endpoint, name: str) -> bool:
    return endpoint.name.casefold() == name.casefold()


def _free_name(proved: str, others: Collection[Endpoint]) -> str:
    return next(name for name in _numbered(proved + SUFFIX) if not name_problem(name, others))


def _free_path(proved: str, others: Collection[Endpoint]) -> str:
    """A path like that of the proved endpoint; the step needs a whole address, so without ``*``."""
    plain = "/".join(part for part in proved.split("/") if part != "*").rstrip("/")
    bare = f"/{SUFFIX[1:]}"
    tries = islice(_numbered(plain + SUFFIX if plain else bare), len(others) + 1)  # all of them may be reserved
    return next(path for path in chain(tries, _numbered(bare)) if not path_problem(path, others))


def _numbered(base: str) -> Iterable[str]:
    return (base if number == 1 else f"{base}-{number}" for number in count(1))
