"""What is read from the history: plain functions over a connection, each one short."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

from hookscope.deliveries import slices
from hookscope.deliveries.model import Delivery, Headers, Passed, Request, Row, SentResponse, VerdictNote

_ROW = (
    "delivery.id, received_us, via, endpoint_id, endpoint_name, method, target, body_bytes, verdict_state,"
    " verdict_reason, status, outcome, took_us, attempt, again, ids, problem, pinned, seen, verdict_scheme,"
    " body_sha256, verdict_strength, finding"
)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # made once: dumps() would each time
_ABOUT_A_ROW = 1024  # bytes of a delivery beside its bodies
_AT_ONCE = 500  # bound values in one statement; SQLite's own limit was 999 for long


def row_of(values: Sequence[Any]) -> Row:
    """A table row from the columns of a query made with ``_ROW``."""
    *first, again, ids, problem, pinned, seen, verdict_scheme, body_sha256, strength, finding = values
    last = bool(again), split_ids(ids), problem, bool(pinned), bool(seen), verdict_scheme, body_sha256, strength
    return Row._make((*first, *last, finding))


def split_ids(text: str) -> tuple[str, ...]:
    """The ids of a delivery, which are stored one a line."""
    return tuple(text.split("\n")) if text else ()


def pack_headers(headers: Headers) -> str:
    """Header pairs as the text that is stored; every character survives."""
    return _encode(headers)


def unpack_headers(text: str) -> Headers:
    """Header pairs from the text that is stored."""
    return tuple((name, value) for name, value in json.loads(text))


def unpack_passed(text: str) -> tuple[Passed, ...]:
    """The rules that did not answer, from the text that is stored."""
    return tuple(Passed(rule, reason) for rule, reason in json.loads(text)) if text else ()


def newest_ids(db: sqlite3.Connection, before: int | None, limit: int, endpoint_id: int | None = None) -> array[int]:
    """At most ``limit`` ids under ``before``, newest first."""
    where, values = "id < ?", [before if before is not None else 1 << 62]
    if endpoint_id is not None:
        where, values = f"endpoint_id = ? AND {where}", [endpoint_id, *values]
    rows = db.execute(f"SELECT id FROM delivery WHERE {where} ORDER BY id DESC LIMIT ?", (*values, limit))
    return array("q", [row[0] for row in rows.fetchall()])


def rows(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Row]:
    """Table rows by id; ids that are gone are left out."""
    found: dict[int, Row] = {}
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        marks = ",".join("?" * len(part))
        for values in db.execute(f"SELECT {_ROW} FROM delivery WHERE id IN ({marks})", tuple(part)):
            found[values[0]] = row_of(values)
    return found


def series(db: sqlite3.Connection, id: int) -> list[Row]:
    """All deliveries of the same message, oldest first, at most 1 000."""
    same = "series = (SELECT series FROM delivery WHERE id = ?)"
    found = db.execute(f"SELECT {_ROW} FROM delivery WHERE {same} ORDER BY id LIMIT 1000", (id,))
    return [row_of(values) for values in found]


def delivery(db: sqlite3.Connection, id: int) -> Delivery | None:
    """A delivery whole, or ``None`` when it is gone."""
    values = db.execute(
        f"SELECT {_ROW}, verdict_details, url, content.headers, content.body,"
        " coalesce(late.headers, response_headers), coalesce(late.body, response_body), passed,"
        " http_version, peer, duration_us, rule FROM delivery JOIN content ON content.id = delivery.id"
        " LEFT JOIN late_response AS late ON late.id = delivery.id WHERE delivery.id = ?",
        (id,),
    ).fetchone()
    found = _delivery(values) if values else None
    if found and found.row.body_bytes and not found.request.body:
        return _with_large_body(db, found)
    return found


def _with_large_body(db: sqlite3.Connection, delivery: Delivery) -> Delivery | None:
    body = slices.read(db, delivery.id)
    return replace(delivery, request=replace(delivery.request, body=body)) if body else None  # it has just gone


def _delivery(values: tuple[Any, ...]) -> Delivery:
    row = row_of(values[: len(Row._fields)])
    details, url, headers, body, response_headers, response_body, passed, *more = values[len(Row._fields) :]
    http_version, peer, duration_us, rule = more
    request = Request(row.method, row.target, unpack_headers(headers), body, url)
    response = SentResponse(row.status, unpack_headers(response_headers), response_body)
    verdict = VerdictNote(row.verdict_state, row.verdict_scheme, row.verdict_reason, details, row.verdict_strength)
    return Delivery(row, request, response, verdict, http_version, peer, duration_us, rule, unpack_passed(passed))


def count(db: sqlite3.Connection, endpoint_id: int | None = None) -> int:
    """How many deliveries are stored, of one endpoint or of all."""
    if endpoint_id is None:
        found = db.execute("SELECT count(*) FROM delivery").fetchone()[0]
    else:
        found = db.execute("SELECT count(*) FROM delivery WHERE endpoint_id = ?", (endpoint_id,)).fetchone()[0]
    return int(found)


def count_by_rule(db: sqlite3.Connection, endpoint_id: int) -> dict[str, int]:
    """How many stored deliveries of an endpoint each of its rules answered, by name; not those of the default."""
    where = "endpoint_id = ? AND rule != ''"
    return dict(db.execute(f"SELECT rule, count(*) FROM delivery WHERE {where} GROUP BY rule", (endpoint_id,)))


def newest_id(db: sqlite3.Connection) -> int:
    """The highest id that is stored, 0 when there is none."""
    return db.execute("SELECT max(id) FROM delivery").fetchone()[0] or 0


def matching_ids(db: sqlite3.Connection, text: str, high: int, low: int, endpoint_id: int | None = None) -> array[int]:
    """Ids from ``low`` to ``high``, newest first, in which the text occurs, upper and lower case alike (ASCII)."""
    like, packed, sought = _like(text), _like(_encode(text)[1:-1]), _ascii_lower(text)
    where, values = "delivery.id BETWEEN ? AND ?", [low, high]
    if endpoint_id is not None:
        where, values = f"{where} AND endpoint_id = ?", [*values, endpoint_id]
    found = db.execute(
        f"SELECT delivery.id FROM delivery JOIN content ON content.id = delivery.id WHERE {where} AND ("
        " method LIKE ? ESCAPE '\\' OR target LIKE ? ESCAPE '\\' OR endpoint_name LIKE ? ESCAPE '\\'"
        " OR ids LIKE ? ESCAPE '\\' OR headers LIKE ? ESCAPE '\\'"
        " AND EXISTS(SELECT 1 FROM json_tree(headers) WHERE atom LIKE ? ESCAPE '\\')"  # not the marks between them
        f" OR instr(lower(CAST(body AS TEXT)), ?) > 0 OR {slices.CONTAINS}) ORDER BY delivery.id DESC",
        (*values, like, like, like, like, packed, like, sought, len(sought.encode()), sought),
    )
    return array("q", [row[0] for row in found.fetchall()])


def _like(text: str) -> str:
    return "%" + "".join(f"\\{char}" if char in "\\%_" else char for char in text) + "%"


def _ascii_lower(text: str) -> str:
    return "".join(char.lower() if char.isascii() else char for char in text)


def oldest_unpinned(db: sqlite3.Connection, limit: int, before_us: int | None = None) -> list[int]:
    """At most ``limit`` ids to remove, oldest first, pinned ones never; ``before_us`` asks only for what is older."""
    found = db.execute(
        "SELECT id FROM (SELECT id, received_us FROM delivery WHERE pinned = 0 ORDER BY id LIMIT ?)"
        " WHERE received_us < ?",  # ids rise with time, so the oldest are enough to look at
        (limit, 1 << 62 if before_us is None else before_us),
    )
    return [row[0] for row in found.fetchall()]


def oldest_unpinned_of(db: sqlite3.Connection, limit: int, size: int) -> list[int]:
    """As few of the oldest unpinned ids as hold about so many bytes together, at most ``limit``."""
    found = db.execute(
        "SELECT oldest.id, body_bytes + length(response_body) + coalesce(length(late.body), 0) FROM ("
        "SELECT id, body_bytes FROM delivery WHERE pinned = 0 ORDER BY id LIMIT ?) AS oldest"
        " JOIN content ON content.id = oldest.id LEFT JOIN late_response AS late ON late.id = oldest.id"
        " ORDER BY oldest.id",
        (limit,),
    ).fetchall()
    before = accumulate((bodies + _ABOUT_A_ROW for _, bodies in found), initial=0)
    return [id for (id, _), bytes_before in zip(found, before, strict=False) if bytes_before < size]


def join_ids(values: Iterable[str]) -> str:
    """Ids as the text that is stored, one a line."""
    return "\n".join(values)
