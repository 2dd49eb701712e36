"""What goes into the tables comes out again, to the byte."""

from __future__ import annotations

import gzip
import random
from contextlib import closing
from pathlib import Path

import pytest

from helpers.deliveries import NOON_US, arrival, save, settle
from hookscope.deliveries import (
    Arrival,
    Delivery,
    Finish,
    Headers,
    Outcome,
    Passed,
    Place,
    Reader,
    Request,
    Row,
    SentResponse,
    Store,
    VerdictNote,
    Via,
    queries,
)
from hookscope.deliveries.statements import ended, row_of_arrival

LATIN_1 = "".join(map(chr, range(256)))


def random_text(rng: random.Random, longest: int) -> str:
    return "".join(rng.choices(LATIN_1, k=rng.randrange(longest + 1)))


def random_body(rng: random.Random) -> bytes:
    kind = rng.randrange(6)
    if kind == 0:
        return rng.randbytes(rng.choice([0, 1, 20, 3000]))
    text = "".join(rng.choices('aB \x00\n"\\{}[]é€\u202e\U0001f600', k=rng.randrange(300)))
    if kind == 1:
        return gzip.compress(text.encode(), mtime=0)
    return text.encode(["utf-8", "utf-16", "utf-8-sig", "utf-32-be"][kind - 2])


def random_headers(rng: random.Random) -> Headers:
    names = ["Host", "HOST", "x-Dup", "X-dup", "x-dup", random_text(rng, 12)]
    return tuple((rng.choice(names), random_text(rng, 40)) for _ in range(rng.randrange(8)))


def random_arrival(rng: random.Random) -> Arrival:
    """Anything a request and its answer could hold."""
    request = Request(random_text(rng, 9), random_text(rng, 60), random_headers(rng), random_body(rng), "http://x/é")
    return Arrival(
        request,
        received_us=rng.randrange(1 << 52),
        duration_us=rng.randrange(1 << 40),
        peer=random_text(rng, 20),
        http_version=rng.choice(["1.0", "1.1"]),
        via=rng.choice(list(Via)),
        endpoint_id=rng.choice([None, 1, 77]),
        endpoint_name=rng.choice([None, "", "name € \U0001f600"]),
        body_sha256=rng.randbytes(32),
        series_key=rng.randbytes(16),
        series=rng.choice([None, 5]),
        place=rng.choice([None, Place(), Place(3, again=True)]),
        verdict=VerdictNote("failed", rng.choice([None, "s"]), random_text(rng, 9), random_text(rng, 9)),
        ids=tuple(rng.choices(["AG-7PQTGLLXQQ", "ORD,1", 'U"2'], k=rng.randrange(3))),
        finding=rng.choice(["", "body-empty"]),
        rule=random_text(rng, 9),
        passed=tuple(Passed(*pair) for pair in random_headers(rng)),
        planned=SentResponse(rng.choice([0, 200, 503]), random_headers(rng), random_body(rng)),
        outcome=rng.choice(list(Outcome)),
        problem=random_text(rng, 30),
    )


def expected(id: int, arrival: Arrival) -> Delivery:
    """The delivery as it should come back."""
    row = row_of_arrival(id, arrival)
    rest = arrival.http_version, arrival.peer, arrival.duration_us, arrival.rule, arrival.passed
    return Delivery(row, arrival.request, arrival.planned, arrival.verdict, *rest)


def stored(reader: Reader, ids: list[int]) -> list[Delivery | None]:
    return reader.submit(lambda db: [queries.delivery(db, id) for id in ids]).result()


def test_ten_thousand_random_requests_come_back_to_the_byte(store: Store, reader: Reader) -> None:
    rng = random.Random(20_261_123)
    arrivals = [random_arrival(rng) for _ in range(10_000)]
    ids = save(store, *arrivals)
    assert ids == list(range(1, 10_001))
    for id, sent, delivery in zip(ids, arrivals, stored(reader, ids), strict=True):
        assert delivery == expected(id, sent)


def test_megabytes_come_back(store: Store, reader: Reader) -> None:
    whole = arrival(body=random.Random(1).randbytes(25 << 20), planned=SentResponse(200, body=b"\x00\xff" * (1 << 20)))
    (id,) = save(store, whole)
    assert stored(reader, [id]) == [expected(id, whole)]


def test_row_that_is_reported_is_the_row_that_is_read(store: Store, reader: Reader) -> None:
    whole = random_arrival(random.Random(3))
    (id,) = save(store, whole)
    assert reader.submit(lambda db: queries.rows(db, [id])).result() == {id: row_of_arrival(id, whole)}


def test_row_says_what_arrived() -> None:
    row = row_of_arrival(
        12,
        arrival(
            body=b"12345",
            via=Via.SAMPLE,
            endpoint_id=3,
            endpoint_name="orders",
            body_sha256=b"h",
            place=Place(2, again=True),
            ids=("a", "b"),
            finding="placeholder",
            planned=SentResponse(202),
            verdict=VerdictNote("failed", "scheme", "reason"),
            problem="It is late.",
        ),
    )
    assert row == Row(
        id=12,
        received_us=NOON_US,
        via="sample",
        endpoint_id=3,
        endpoint_name="orders",
        method="POST",
        target="/0",
        body_bytes=5,
        verdict_state="failed",
        verdict_reason="reason",
        status=202,
        outcome="waiting",
        took_us=None,
        attempt=2,
        again=True,
        ids=("a", "b"),
        problem="It is late.",
        pinned=False,
        seen=False,
        verdict_scheme="scheme",
        body_sha256=b"h",
        finding="placeholder",
    )


@pytest.fixture
def half_ended(store: Store) -> list[int]:
    """Seventy deliveries, more than go into one statement, of which every second one has ended."""
    ids = save(store, *[arrival(number, problem="It came slowly.") for number in range(70)])
    for id in ids[::2]:
        store.finish(id, Finish(Outcome.DROPPED, 0, id * 1000, "The sender left." if id % 4 == 1 else ""))
    settle(store)
    return ids


def test_end_is_noted_on_its_own_delivery(half_ended: list[int], store: Store, reader: Reader) -> None:
    rows = reader.submit(lambda db: queries.rows(db, half_ended)).result()
    for id in half_ended:
        row, before = rows[id], row_of_arrival(id, arrival(id - 1, problem="It came slowly."))
        if id % 2 == 0:
            assert row == before
        else:
            problem = "The sender left." if id % 4 == 1 else "It came slowly."
            assert row == ended(before, Finish(Outcome.DROPPED, 0, id * 1000, problem))
            assert (row.outcome, row.status, row.took_us, row.problem) == ("dropped", 0, id * 1000, problem)


def test_row_that_ended_keeps_its_problem_unless_there_is_a_newer_one() -> None:
    row = row_of_arrival(1, arrival(problem="It came slowly."))
    assert ended(row, Finish(Outcome.ANSWERED, 200, 5)).problem == "It came slowly."
    assert ended(row, Finish(Outcome.DROPPED, 0, 5, "The sender left.")).problem == "The sender left."


def test_what_was_decided_later_takes_the_place_of_what_was_planned(store: Store, reader: Reader) -> None:
    ids = save(store, *[arrival(number, planned=SentResponse(200, (("X-A", "1"),), b"planned")) for number in range(3)])
    late = SentResponse(207, (("X-B", "é"), ("X-B", "2")), b"\x00late")
    store.finish(ids[0], Finish(Outcome.ANSWERED, 207, 5, sent=late))
    store.finish(ids[1], Finish(Outcome.DROPPED, 0, 5, sent=SentResponse(0)))
    store.finish(ids[2], Finish(Outcome.ANSWERED, 200, 5))
    settle(store)
    found = [delivery.response for delivery in stored(reader, ids) if delivery]
    assert found == [late, SentResponse(0), SentResponse(200, (("X-A", "1"),), b"planned")]
    store.delete(ids[:1])
    assert store.write(lambda db: db.execute("SELECT id FROM late_response").fetchall()).result() == [(ids[1],)]


def test_evidence_stays_when_a_delivery_ends(half_ended: list[int], tmp_path: Path) -> None:
    with closing(Reader(tmp_path, "other")) as reader:
        (delivery,) = stored(reader, [1])
    assert delivery is not None
    assert (delivery.request, delivery.response.status) == (arrival(0).request, 0)
