"""What is prepared of a body before it is shown."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import pytest

from helpers.ids import ACCOUNT, ORDER, PARTNER, SHAPES, places
from helpers.verdicts import MARKETPLACE_CLAIM, jwt, marketplace_claims
from hookscope.deliveries import Headers, Outcome, Place, VerdictNote
from hookscope.findings.model import BODY_EMPTY
from hookscope.ids import Part
from hookscope.ui.inspector.content import Body, Content, Tree, body_of, load
from hookscope.ui.inspector.token_body import LARGEST
from hookscope.verification import Verdict, note_of

if TYPE_CHECKING:
    from hookscope.program import Program

JSON: Headers = (("Content-Type", "application/json; charset=utf-8"),)
PLAIN: Headers = (("Content-Type", "text/plain"),)


def test_json_by_its_type_and_by_its_looks() -> None:
    for headers in (JSON, PLAIN, ()):
        assert body_of(headers, b' {"a": 1}').tree == Tree((("a", b"1"),))
    assert body_of(JSON, b"null").tree == Tree(None)
    assert body_of(PLAIN, b"null").tree is None


@pytest.mark.parametrize(
    ("headers", "raw", "notes"),
    [
        (JSON, b'{"a" 1}', ("The body is not JSON. Line 1, column 6: a colon is missing.",)),
        (PLAIN, b"{{ hello }}", ()),
        (JSON, b"\x00\x01", ("The body is not JSON: it has bytes that no text has.",)),
        (PLAIN, b"[" * 100_000, ("The body is nested too deep for a tree, so it is shown as text.",)),
        (PLAIN, b"caf\xe9", ("Some bytes are no UTF-8; “\ufffd” stands for them.",)),
        ((("Content-Type", "text/plain; charset=latin1"),), b"caf\xe9", ()),
        (
            (*JSON, ("Content-Encoding", "gzip")),
            b"{}",
            ("The body says that it is gzip but is not. It is shown as it was sent.",),
        ),
    ],
)
def test_what_cannot_be_shown_says_why(headers: Headers, raw: bytes, notes: tuple[str, ...]) -> None:
    body = body_of(headers, raw)
    assert body.notes == notes
    assert body.raw == raw


def test_packed_bodies_are_unpacked_for_tree_and_text_and_stay_as_bytes() -> None:
    packed = gzip.compress(b'{"a": 1}')
    body = body_of((*JSON, ("Content-Encoding", "gzip")), packed)
    assert (body.raw, body.text.text, body.tree) == (packed, '{"a": 1}', Tree((("a", b"1"),)))


def test_forms_are_no_trees() -> None:
    body = body_of((("Content-Type", "application/x-www-form-urlencoded"),), b"a=1")
    assert body.tree is None
    assert body.form is not None
    assert [(field.name, field.data) for field in body.form.fields] == [("a", b"1")]


def test_no_body() -> None:
    body = body_of(JSON, b"")
    assert (body.tree, body.form, body.notes, body.binary) == (None, None, (), False)
    assert Body().raw == b""


def test_everything_of_a_delivery(content: Callable[..., Content]) -> None:
    first = content(b'{"a": 1}')
    found = content(b'{"a": 1}', place=Place(2))
    assert [(pair.name, pair.value) for pair in found.query] == [("source", "test")]
    assert [(pair.name, pair.value) for pair in found.cookies] == [("theme", "dark")]
    assert found.request_body.tree == Tree((("a", b"1"),))
    assert found.response_body.tree == Tree((("ticket", "42"),))
    assert [row.id for row in found.series] == [first.delivery.id, found.delivery.id]


def test_a_token_is_taken_apart_whatever_its_type() -> None:
    for headers in (JSON, PLAIN, ()):
        body = body_of(headers, jwt({"data": {"a": 1}, "iss": "me"}))
        assert body.token is not None
        assert body.tree == Tree((("data", (("a", b"1"),)),))
        assert body.text.text.startswith("ey")
        assert body.notes == ()


def test_a_packed_token_and_one_that_is_too_large() -> None:
    token = jwt({"data": {"a": 1}})
    assert body_of((("Content-Encoding", "gzip"),), gzip.compress(token)).token is not None
    large = body_of(PLAIN, jwt({"data": "x" * LARGEST}))
    assert (large.token, large.tree) == (None, None)


def test_the_scheme_knows_which_claim_is_the_payload(program: Program, content: Callable[..., Content]) -> None:
    claims = {"other": {"first": 1}, **marketplace_claims(1_795_435_200)}
    note = VerdictNote("failed", "vendasta-marketplace", "signature_mismatch", "", "signature")
    id = content(jwt(claims), headers=PLAIN, verdict=note).delivery.id
    for schemes, payload in ((program.endpoints.schemes, MARKETPLACE_CLAIM), (None, "other")):
        found = program.pages.submit(partial(load, id=id, schemes=schemes)).result(timeout=10)
        assert found is not None
        assert found.request_body.token is not None
        assert [name for name, _ in found.request_body.token.payload] == [payload]


def test_the_verdict_comes_back_as_it_was_recorded(content: Callable[..., Content]) -> None:
    verdict = Verdict("failed", "signature_mismatch", "No.", "signature", "github", expected="00…", got="01…")
    assert content(verdict=note_of(verdict)).verdict == verdict


@pytest.fixture
def searched(program: Program, content: Callable[..., Content]) -> Callable[..., Content]:
    """Stores a request and reads it back with its ids and findings."""

    def read(*arguments: bytes, **changes: object) -> Content:
        id = content(*arguments, **changes).delivery.id
        job = partial(load, id=id, endpoints=program.endpoints.all(), shapes=SHAPES)
        found = program.pages.submit(job).result(timeout=10)
        assert found is not None
        return found

    return read


def test_ids_come_with_every_place_also_those_without_a_record(searched: Callable[..., Content]) -> None:
    body = json.dumps({"data": [{"orderId": ORDER}], "partnerId": PARTNER}).encode()
    found = searched(gzip.compress(body), headers=(*JSON, ("Content-Encoding", "gzip"), ("X-Account", ACCOUNT)))
    assert places(found.ids) == {
        ORDER: [(Part.BODY, "data[0].orderId")],
        ACCOUNT: [(Part.HEADER, "X-Account")],
        PARTNER: [(Part.BODY, "partnerId")],
    }
    assert [each.fetched for each in found.ids] == [True, True, False]


def test_findings_are_those_of_its_ids_and_its_endpoint(searched: Callable[..., Content]) -> None:
    found = searched(b"", headers=(("orderId", ORDER),))
    assert [finding.code for finding in found.findings] == [BODY_EMPTY]
    assert searched(b"", headers=()).findings == ()
    assert searched(b"", headers=(("orderId", ORDER),), endpoint_id=77).findings == found.findings


@pytest.mark.parametrize("outcome", [Outcome.INCOMPLETE, Outcome.TOO_LARGE, Outcome.NOT_SAVED])
def test_what_did_not_come_whole_has_ids_but_no_findings(searched: Callable[..., Content], outcome: Outcome) -> None:
    found = searched(b"", headers=(("orderId", ORDER),), outcome=outcome)
    assert (places(found.ids), found.findings) == ({ORDER: [(Part.HEADER, "orderId")]}, ())


def test_bytes_that_are_no_request_have_neither(searched: Callable[..., Content]) -> None:
    found = searched(ORDER.encode(), headers=(), method="", target="", outcome=Outcome.REFUSED)
    assert (found.ids, found.findings) == ((), ())
