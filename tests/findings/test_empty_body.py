"""Fields that came as headers instead of in the body."""

from __future__ import annotations

import gzip

import pytest

from findings.conftest import codes, findings, found
from hookscope.ids import Found, Part, Place

IDS = [
    found("AG-KXTW8RPLMN", Part.HEADER, "accountId"),
    found("AG-KXTW8RPLMN:ORD-Q2WZ7HJ9VB", Part.HEADER, "orderId"),
    Found("ACME", ("partner",), (Place(Part.QUERY, "p"), Place(Part.HEADER, "partnerId")), fetched=False),
]


def test_the_sentence_counts_them_and_the_fix_says_where_they_belong() -> None:
    (only,) = findings(b"", ids=IDS)
    assert (only.code, only.words) == ("body-empty", "body empty")
    assert only.sentence == "The body is empty, and 3 ids came as headers."
    assert only.fix == "In the step, put the fields under JSON Body, not under Headers."


def test_one_id() -> None:
    (only,) = findings(b"", ids=IDS[:1])
    assert only.sentence == "The body is empty, and 1 id came as a header."


@pytest.mark.parametrize("body", [b"", b" \r\n", b"{}", b"{ }", b"[]", b"null", b'""'])
def test_a_body_without_fields_is_empty(body: bytes) -> None:
    assert codes(body, ids=IDS) == ["body-empty"]


def test_a_packed_body_is_unpacked_first() -> None:
    headers = (("Content-Encoding", "gzip"),)
    assert codes(gzip.compress(b"{}"), ids=IDS, headers=headers) == ["body-empty"]
    assert codes(gzip.compress(b'{"a": "b"}'), ids=IDS, headers=headers) == []


def test_a_body_with_fields_is_not_empty() -> None:
    assert codes(b'{"a": ""}', ids=IDS) == []


def test_cookies_are_called_cookies() -> None:
    (only,) = findings(b"", ids=[found("AG-KXTW8RPLMN", Part.COOKIE, "accountId")])
    assert only.sentence == "The body is empty, and 1 id came as a cookie."
    assert only.fix.endswith("not under Cookies.")


@pytest.mark.parametrize("part", [Part.QUERY, Part.TOKEN, Part.BODY, Part.FORM])
def test_ids_elsewhere_are_there_on_purpose(part: Part) -> None:
    assert codes(b"", ids=[found("AG-KXTW8RPLMN", part, "accountId")]) == []


def test_without_ids_an_empty_body_is_nothing_to_tell() -> None:
    assert codes(b"") == []


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_method_without_body_is_part_of_the_mistake(method: str) -> None:
    (only,) = findings(b"", ids=IDS, method=method)
    assert only.fix == "In the step, choose the method POST and put the fields under JSON Body, not under Headers."
    assert codes(b"", method=method) == []


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_methods_that_no_step_has_are_left_alone(method: str) -> None:
    assert codes(b"", ids=IDS, method=method) == []
