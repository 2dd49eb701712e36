"""How deliveries get into the tables: as few statements a commit as possible.

Each statement releases the interpreter's lock and has to win it back from the listener's thread; a row a statement
would cost more than the rows themselves.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from typing import TypeVar

from hookscope.deliveries import queries
from hookscope.deliveries.model import Arrival, Finish, Row

T = TypeVar("T")

_AT_ONCE = 32  # rows in one statement: 26 values each stay under every limit of SQLite

_DELIVERY = (
    "id, received_us, duration_us, via, endpoint_id, endpoint_name, method, target, http_version, peer, body_bytes,"
    " body_sha256, verdict_state, verdict_scheme, verdict_reason, ids, series, series_key, attempt, again, rule,"
    " status, outcome, problem, verdict_strength, finding"
)
_CONTENT = "id, url, headers, response_headers, verdict_details, passed, response_body, body"


def insert(db: sqlite3.Connection, numbered: Sequence[tuple[int, Arrival]]) -> None:
    """Add deliveries under these ids, inside the caller's transaction."""
    for part in _parts(numbered):
        rows = chain.from_iterable(_delivery_values(id, arrival) for id, arrival in part)
        db.execute(_insert("delivery", _DELIVERY, len(part)), tuple(rows))
        rows = chain.from_iterable(_content_values(id, arrival) for id, arrival in part)
        db.execute(_insert("content", _CONTENT, len(part)), tuple(rows))


def insert_without_body(db: sqlite3.Connection, id: int, arrival: Arrival) -> None:
    """Add a delivery whose body is stored elsewhere, inside the caller's transaction."""
    db.execute(_insert("delivery", _DELIVERY, 1), _delivery_values(id, arrival))
    *values, _body = _content_values(id, arrival)
    db.execute(_insert("content", _CONTENT, 1), (*values, b""))


def end(db: sqlite3.Connection, ends: Sequence[tuple[int, Finish]]) -> None:
    """Note what became of deliveries, inside the caller's transaction."""
    late = [(queries.pack_headers(f.sent.headers), f.sent.body, id) for id, f in ends if f.sent]
    if late:  # of deliveries that have not been deleted meanwhile
        db.executemany(
            "INSERT OR REPLACE INTO late_response(headers, body, id) SELECT ?, ?, id FROM delivery WHERE id = ?", late
        )
    for part in _parts(ends):
        values = chain.from_iterable((id, f.outcome.value, f.status, f.took_us, f.problem) for id, f in part)
        db.execute(_end(len(part)), tuple(values))


def row_of_arrival(id: int, arrival: Arrival) -> Row:
    """What the table shows of a delivery that has just been stored."""
    request, verdict, place = arrival.request, arrival.verdict, arrival.place
    return Row(
        id,
        arrival.received_us,
        arrival.via,
        arrival.endpoint_id,
        arrival.endpoint_name,
        request.method,
        request.target,
        len(request.body),
        verdict.state,
        verdict.reason,
        arrival.planned.status,
        arrival.outcome,
        None,
        place.attempt if place else None,
        place.again if place else False,
        arrival.ids,
        arrival.problem,
        pinned=False,
        seen=False,
        verdict_scheme=verdict.scheme,
        body_sha256=arrival.body_sha256,
        verdict_strength=verdict.strength,
        finding=arrival.finding,
    )


def ended(row: Row, finish: Finish) -> Row:
    """The row with what became of the delivery."""
    problem = finish.problem or row.problem
    return row._replace(outcome=finish.outcome, status=finish.status, took_us=finish.took_us, problem=problem)


def _parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


@cache
def _insert(table: str, columns: str, rows: int) -> str:
    return f"INSERT INTO {table}({columns}) VALUES {_marks(columns.count(',') + 1, rows)}"


@cache
def _end(rows: int) -> str:
    return (
        f"WITH ended(id, outcome, status, took_us, problem) AS (VALUES {_marks(5, rows)})"
        " UPDATE delivery SET outcome = ended.outcome, status = ended.status, took_us = ended.took_us,"
        " problem = coalesce(nullif(ended.problem, ''), delivery.problem) FROM ended WHERE delivery.id = ended.id"
    )


def _marks(columns: int, rows: int) -> str:
    return ",".join([f"({','.join('?' * columns)})"] * rows)


def _delivery_values(id: int, arrival: Arrival) -> tuple[object, ...]:
    request, verdict, place = arrival.request, arrival.verdict, arrival.place
    return (
        id,
        arrival.received_us,
        arrival.duration_us,
        arrival.via.value,  # a plain str: the members of an enum are bound through a slower way
        arrival.endpoint_id,
        arrival.endpoint_name,
        request.method,
        request.target,
        arrival.http_version,
        arrival.peer,
        len(request.body),
        arrival.body_sha256,
        verdict.state,
        verdict.scheme,
        verdict.reason,
        queries.join_ids(arrival.ids),
        arrival.series,
        arrival.series_key,
        place.attempt if place else None,
        place.again if place else False,
        arrival.rule,
        arrival.planned.status,
        arrival.outcome.value,
        arrival.problem,
        verdict.strength,
        arrival.finding,
    )


def _content_values(id: int, arrival: Arrival) -> tuple[object, ...]:
    request, planned = arrival.request, arrival.planned
    headers = queries.pack_headers(request.headers)
    response_headers = queries.pack_headers(planned.headers)
    passed = queries.pack_headers(arrival.passed) if arrival.passed else ""
    return (id, request.url, headers, response_headers, arrival.verdict.details, passed, planned.body, request.body)
