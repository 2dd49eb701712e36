"""What is read from the history, over a connection of its own."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.deliveries import NOON_US, arrival
from hookscope.deliveries import Arrival, Headers, Outcome, Request, queries, statements
from hookscope.deliveries.database import open_database

Fill = Callable[..., None]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_database(tmp_path).db) as db:
        db.execute("PRAGMA synchronous=OFF")
        yield db


@pytest.fixture
def fill(db: sqlite3.Connection) -> Fill:
    """Store these, with ids from 1."""

    def fill(*arrivals: Arrival) -> None:
        db.execute("BEGIN")
        statements.insert(db, list(enumerate(arrivals, start=1)))
        db.execute("COMMIT")

    return fill


def request(
    target: str = "/", headers: Headers = (), body: bytes = b"", method: str = "POST", **changes: Any
) -> Arrival:
    return arrival(request=Request(method, target, headers, body), **changes)


def test_newest_ids_page_by_page(db: sqlite3.Connection, fill: Fill) -> None:
    fill(*[arrival(number, endpoint_id=number % 2 or None) for number in range(1, 101)])
    db.execute("DELETE FROM delivery WHERE id BETWEEN 40 AND 60")
    pages, before = list[list[int]](), None
    while page := queries.newest_ids(db, before, 30):
        pages.append(list(page))
        before = page[-1]
    assert [len(page) for page in pages] == [30, 30, 19]
    assert [id for page in pages for id in page] == [*range(100, 60, -1), *range(39, 0, -1)]
    assert list(queries.newest_ids(db, 9, 3, endpoint_id=1)) == [7, 5, 3]
    assert list(queries.newest_ids(db, None, 2, endpoint_id=1)) == [99, 97]
    assert not queries.newest_ids(db, None, 5, endpoint_id=2)


def test_rows_by_id_without_those_that_are_gone(db: sqlite3.Connection, fill: Fill) -> None:
    fill(*[arrival(number) for number in range(1, 1201)])
    found = queries.rows(db, [1200, 5000, *range(1, 1200)])
    assert found == {id: statements.row_of_arrival(id, arrival(id)) for id in range(1, 1201)}
    assert queries.rows(db, []) == {}


def test_delivery_that_is_not_there(db: sqlite3.Connection) -> None:
    assert queries.delivery(db, 1) is None


def test_series_of_a_delivery_oldest_first(db: sqlite3.Connection, fill: Fill) -> None:
    fill(*[arrival(number, series=series) for number, series in enumerate([7, None, 8, 7, None, 7])])
    assert [row.id for row in queries.series(db, 4)] == [1, 4, 6]
    assert [row.id for row in queries.series(db, 3)] == [3]
    assert queries.series(db, 2) == []
    assert queries.series(db, 99) == []


def test_long_series_is_cut(db: sqlite3.Connection, fill: Fill) -> None:
    fill(*[arrival(number, series=1) for number in range(1005)])
    assert [row.id for row in queries.series(db, 1005)] == list(range(1, 1001))


def test_count_and_newest(db: sqlite3.Connection, fill: Fill) -> None:
    assert (queries.count(db), queries.newest_id(db)) == (0, 0)
    fill(*[arrival(endpoint_id=id) for id in (1, 2, None, 1)])
    assert (queries.count(db), queries.count(db, 1), queries.count(db, 3), queries.newest_id(db)) == (4, 2, 0, 4)


def test_how_often_each_rule_answered(db: sqlite3.Connection, fill: Fill) -> None:
    rules = [(3, "twice"), (3, ""), (3, "twice"), (3, "Twice"), (4, "twice"), (None, "twice")]
    fill(*[arrival(endpoint_id=endpoint_id, rule=rule) for endpoint_id, rule in rules])
    assert queries.count_by_rule(db, 3) == {"twice": 2, "Twice": 1}
    assert queries.count_by_rule(db, 9) == {}
    plan = db.execute(
        "EXPLAIN QUERY PLAN SELECT rule, count(*) FROM delivery WHERE endpoint_id = 3 AND rule != '' GROUP BY rule"
    ).fetchone()[3]
    assert "COVERING INDEX delivery_of_rule" in plan  # a count of a million rows reads none of them


def test_oldest_unpinned(db: sqlite3.Connection, fill: Fill) -> None:
    fill(*[arrival(number) for number in range(1, 11)])
    db.execute("UPDATE delivery SET pinned = 1 WHERE id IN (1, 3)")
    assert queries.oldest_unpinned(db, 3) == [2, 4, 5]
    assert queries.oldest_unpinned(db, 100) == [2, *range(4, 11)]
    assert queries.oldest_unpinned(db, 100, before_us=NOON_US + 5) == [2, 4]


def test_oldest_unpinned_that_hold_so_many_bytes(db: sqlite3.Connection, fill: Fill) -> None:
    fill(*[arrival(body=bytes(10_000)) for _ in range(10)])
    db.execute("UPDATE delivery SET pinned = 1 WHERE id = 2")
    assert queries.oldest_unpinned_of(db, 500, 1) == [1]
    assert queries.oldest_unpinned_of(db, 500, 25_000) == [1, 3, 4]
    assert queries.oldest_unpinned_of(db, 2, 25_000) == [1, 3]
    assert queries.oldest_unpinned_of(db, 500, 1 << 40) == [1, *range(3, 11)]


SOUGHT = [
    request("/orders/Alpha?x=1", method="PATCH"),
    request("/b", headers=(("X-Beta", "Value One"), ("X-Path", 'C:\\temp\\"q"'))),
    request("/c", body=b'{"gamma": "Delta 100%_done\\\\n"}'),
    request("/d", endpoint_name="Epsilon orders"),
    request("/e", ids=("AG-7PQTGLLXQQ", "ORD-S548DKHMKX")),
    request("/f", body=b"\x00\x01\xff\xfebefore\x00after\x00Zeta\x80"),
    request("/g", body="Größe \U0001f600".encode(), headers=(("X-Latin", "fa\xe7ade"),)),
    arrival(request=Request("", "", (), b"GET /bad url HTTP/1.1"), outcome=Outcome.REFUSED),
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("patch", [1]),
        ("ORDERS/alpha", [1]),
        ("alpha?x=1", [1]),
        ("x-beta", [2]),
        ("vALUE oNE", [2]),
        ("DELTA 100", [3]),
        ("100%_DONE", [3]),
        ("epsilon", [4]),
        ("orders", [4, 1]),
        ("ag-7pq", [5]),
        ("548dk", [5]),
        ("before\x00AFTER", [6]),
        ("zeta", [6]),
        ("Größe", [7]),
        ("\U0001f600", [7]),
        ("FA\xe7ADE", [7]),
        ("bad url", [8]),
        ("nowhere", []),
    ],
)
def test_text_is_found_in_every_field_in_any_case(
    db: sqlite3.Connection, fill: Fill, text: str, found: list[int]
) -> None:
    fill(*SOUGHT)
    assert list(queries.matching_ids(db, text, 100, 1)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("%", [3]),
        ("_", [3]),
        ("\\", [3, 2]),
        ("\\\\", [3]),
        ("C:\\temp", [2]),
        ('\\"q"', [2]),
        ('"', [3, 2]),
        ("[", []),
        (",", []),
        ('","', []),
        ("1%d", []),
        ("100_", []),
        ("'", []),
        ("*", []),
    ],
)
def test_characters_with_a_meaning_elsewhere_stand_for_themselves(
    db: sqlite3.Connection, fill: Fill, text: str, found: list[int]
) -> None:
    fill(*SOUGHT)
    assert list(queries.matching_ids(db, text, 100, 1)) == found


def test_matches_within_an_endpoint_and_between_ids(db: sqlite3.Connection, fill: Fill) -> None:
    fill(*[request(f"/{'yes' if number % 3 else 'no'}", endpoint_id=number % 2) for number in range(1, 31)])
    yes = [number for number in range(30, 0, -1) if number % 3]
    assert list(queries.matching_ids(db, "YES", 30, 1)) == yes
    assert list(queries.matching_ids(db, "yes", 20, 11)) == [id for id in yes if 11 <= id <= 20]
    assert list(queries.matching_ids(db, "yes", 20, 11, endpoint_id=1)) == [
        id for id in yes if 11 <= id <= 20 and id % 2
    ]
    slices = [queries.matching_ids(db, "yes", low + 6, low) for low in range(24, -7, -7)]
    assert [id for part in slices for id in part] == yes


@given(st.text(st.characters(max_codepoint=255, exclude_characters="\x00"), min_size=1), st.data())
def test_any_part_of_a_header_is_found(value: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(value) - 1))
    part = value[start : data.draw(st.integers(start + 1, len(value)))]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.executescript(_schema())
        statements.insert(db, [(1, request(headers=(("N", value),))), (2, request(headers=(("N", "\x7f"),)))])
        found = list(queries.matching_ids(db, part, 2, 1))
        assert 1 in found
        assert (2 in found) == (part.upper() in {"N", "/", "\x7f", *"POST", "PO", "OS", "ST", "POS", "OST", "POST"})


def _schema() -> str:
    from hookscope.deliveries.database import MIGRATIONS

    return "".join(MIGRATIONS)


@given(st.lists(st.tuples(st.text(st.characters(max_codepoint=255)), st.text(st.characters(max_codepoint=255)))))
def test_headers_are_packed_without_loss(pairs: list[tuple[str, str]]) -> None:
    packed = queries.pack_headers(tuple(pairs))
    assert queries.unpack_headers(packed) == tuple(pairs)
    assert json.loads(packed) == [list(pair) for pair in pairs]


@pytest.mark.parametrize("ids", [(), ("a",), ("AG-1:ORD-2", "ü b")])
def test_ids_are_joined_without_loss(ids: tuple[str, ...]) -> None:
    assert queries.split_ids(queries.join_ids(ids)) == ids
