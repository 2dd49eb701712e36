"""What is found in a request on its way: ids for its row and its response, and the first finding."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pytest

from helpers.core import Core
from helpers.ids import ACCOUNT, ORDER, PARTNER, SHAPES, USER, form_of
from helpers.raw_client import RawClient, Reply, request
from helpers.verdicts import jwt
from hookscope.deliveries import Outcome, Row
from hookscope.endpoints import Endpoint
from hookscope.ids import Found
from hookscope.listener.examining import IDS_AT_MOST, LARGE
from hookscope.responses import BodyKind, RequestView, Response

JSON = (("Content-Type", "application/json"),)
FORM_HEADERS, FORM = form_of("sep", ("orderId", "", ORDER), ("file", "a.txt", USER))
TOKEN = jwt({"orderId": ORDER, "partnerId": PARTNER}).decode()


class Finder:
    """Finds the code ``odd`` in a body with that word, and remembers what it was asked and on which thread."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[str, ...], str, int]] = []
        self.threads: list[str] = []

    def __call__(
        self, view: RequestView, ids: Collection[Found], endpoint: Endpoint, endpoints: Sequence[Endpoint]
    ) -> str:
        self.asked.append((tuple(each.value for each in ids), endpoint.path, len(endpoints)))
        self.threads.append(threading.current_thread().name)
        return "odd" if "odd" in view.text else ""


@pytest.fixture
def finder() -> Finder:
    return Finder()


@pytest.fixture
def core(tmp_path: Path, finder: Finder) -> Iterator[Core]:
    with Core(tmp_path, shapes=SHAPES, first_finding=finder) as running:
        yield running


def post(core: Core, body: bytes = b"", headers: tuple[tuple[str, str], ...] = (), target: str = "/a") -> Reply:
    with RawClient(core.port, request(target=target, body=body, headers=headers)) as client:
        return client.reply()


def row_of(core: Core, body: bytes = b"", headers: tuple[tuple[str, str], ...] = (), target: str = "/a") -> Row:
    """The row of this request, the same as reported and as stored."""
    assert post(core, body, headers, target).status == 200
    (delivery,) = core.stopped(1)
    (reported,) = [row for changes in core.watch.changes for row in changes.new]
    assert (reported.ids, reported.finding) == (delivery.row.ids, delivery.row.finding)
    return delivery.row


@pytest.mark.parametrize(
    ("body", "headers", "target"),
    [
        (json.dumps({"a": [{"b": ORDER}], "partnerId": PARTNER}).encode(), JSON, "/a"),
        (json.dumps({"text": json.dumps({"orderId": ORDER})}).encode(), (), "/a"),
        (gzip.compress(json.dumps({"orderId": ORDER}).encode(), mtime=0), (("Content-Encoding", "gzip"),), "/a"),
        (
            f"orderId={ORDER.replace(':', '%3A')}".encode(),
            (("Content-Type", "application/x-www-form-urlencoded"),),
            "/a",
        ),
        (FORM, FORM_HEADERS, "/a"),
        (TOKEN.encode(), (("Content-Type", "text/plain"),), "/a"),
        (b"", (("Authorization", f"Bearer {TOKEN}"),), "/a"),
        (b"", (("orderId", ORDER), ("partnerId", PARTNER)), "/a"),
        (b"", (("Cookie", f"order={ORDER}; partnerId={PARTNER}"),), "/a"),
        (b"", (), f"/a?order={ORDER}&partnerId={PARTNER}"),
        (b"", (), f"/a?token={TOKEN}"),
    ],
    ids=["json", "text", "gzip", "form", "multipart", "token", "bearer", "header", "cookie", "query", "query token"],
)
def test_an_id_with_a_record_arrives_in_the_row(
    core: Core, body: bytes, headers: tuple[tuple[str, str], ...], target: str
) -> None:
    assert row_of(core, body, headers, target).ids == (ORDER,)


def test_ids_stand_in_the_order_of_their_types(core: Core) -> None:
    body = json.dumps({"accountId": ACCOUNT, "userId": USER, "orderId": ORDER}).encode()
    assert row_of(core, body, JSON).ids == (ORDER, ACCOUNT, USER)


def test_a_row_has_at_most_so_many_ids(core: Core) -> None:
    row = row_of(core, json.dumps([f"AG-{number:04}" for number in range(300)]).encode())
    assert row.ids == tuple(f"AG-{number:04}" for number in range(IDS_AT_MOST))


def test_a_template_knows_the_ids(core: Core) -> None:
    core.answer(Response(200, (), "{{ ids[0] }} {{ ids | length }} {{ attempt }}", BodyKind.TEMPLATE), "/a")
    body = json.dumps({"accountId": ACCOUNT, "orderId": ORDER, "partnerId": PARTNER}).encode()
    assert post(core, body).body.decode() == f"{ORDER} 2 1"
    assert post(core).status == 500
    core.answer(Response(503, (), "{{ ids | join(' ') }}, attempt {{ attempt }}", BodyKind.TEMPLATE), "/a")
    assert [post(core, body, target="/a?x").body.decode() for _ in range(2)] == [
        f"{ORDER} {ACCOUNT}, attempt 1",
        f"{ORDER} {ACCOUNT}, attempt 2",
    ]


def test_the_first_finding_arrives_in_the_row(core: Core, finder: Finder) -> None:
    core.answer(Response(), "/a")
    row = row_of(core, json.dumps({"odd": ORDER, "partnerId": PARTNER}).encode())
    assert (row.finding, row.status) == ("odd", 200)
    assert finder.asked == [((ORDER, PARTNER), "/a", len(core.endpoints.all()))]


def test_without_a_finding_there_is_none(core: Core) -> None:
    assert row_of(core, b"{}").finding == ""


@pytest.mark.parametrize(
    ("body", "headers", "thread"),
    [
        (b"[" + b" " * (LARGE - 2) + b"]", (), "listener"),
        (b"[" + b" " * (LARGE - 1) + b"]", (), "large-bodies_0"),
        (gzip.compress(b"[]", mtime=0), (("Content-encoding", "gzip"),), "large-bodies_0"),
        (b"[]", (("Content-Type", "gzip"),), "listener"),
    ],
)
def test_what_takes_long_is_searched_in_the_worker(
    core: Core, finder: Finder, body: bytes, headers: tuple[tuple[str, str], ...], thread: str
) -> None:
    row_of(core, body, headers)
    assert finder.threads == [thread]


def test_what_did_not_come_whole_has_ids_but_no_finding(core: Core, finder: Finder) -> None:
    data = request(target=f"/a?order={ORDER}", body=b"odd")[:-1]
    with RawClient(core.port, data):
        pass
    (delivery,) = core.stopped(1)
    assert (delivery.row.outcome, delivery.row.ids, delivery.row.finding) == (Outcome.INCOMPLETE, (ORDER,), "")
    assert finder.asked == []


def test_a_refused_request_has_no_ids(core: Core, finder: Finder) -> None:
    with RawClient(core.port, f"{ORDER}\r\n\r\n".encode()) as client:
        assert client.reply().status == 400
    (delivery,) = core.stopped(1)
    assert (delivery.row.outcome, delivery.row.ids, delivery.row.finding) == (Outcome.REFUSED, (), "")
    assert finder.asked == []


HOSTILE = {
    "deep": b'{"a":' * 50_000,
    "many": json.dumps([ORDER] * 40_000).encode(),
    "texts": json.dumps(["[" * 100] * 5_000).encode(),
    "half a character": json.dumps("\ud800" + ORDER).encode(),
    "half a character as a name": json.dumps({"\ud800": ORDER}).encode(),
    "packed": gzip.compress(b"[" + b"1," * 2_000_000 + b"1]", mtime=0),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_is_stored_and_answered(core: Core, name: str) -> None:
    body = HOSTILE[name]
    headers = (("Content-Encoding", "gzip"),) if name == "packed" else ()
    assert post(core, body, headers).status == 200
    assert core.stopped(1)[0].request.body == body


@pytest.mark.logs("a request could not be searched for ids and findings")
def test_a_fault_in_the_search_costs_no_request(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def faulty(*_: object) -> str:
        raise KeyError("fault")

    with Core(tmp_path, shapes=SHAPES, first_finding=faulty) as core:
        assert [post(core, ORDER.encode()).status for _ in range(3)] == [200] * 3
        found = core.stopped(3)
    assert [(each.row.ids, each.row.finding) for each in found] == [((ORDER,), "")] * 3
    assert len(caplog.records) == 1


def test_without_shapes_no_ids(tmp_path: Path) -> None:
    with Core(tmp_path) as core:
        assert row_of(core, ORDER.encode()).ids == ()


def test_new_shapes_count_from_the_next_request(core: Core) -> None:
    assert post(core, ORDER.encode()).status == 200
    core._shapes = None
    core.listener.use(core._snapshot())
    assert post(core, ORDER.encode()).status == 200
    assert [each.row.ids for each in core.stopped(2)] == [(ORDER,), ()]
