"""One sentence for each way a look-up can come to nothing, and what the platform said of it."""

from __future__ import annotations

import json
import socket
import ssl
import time
from email.utils import formatdate
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.records import failures
from hookscope.records.answer import Answer
from hookscope.records.failures import Said, Subject, refusal, retry_after, said, subject_of, token_refusal
from hookscope.records.model import Code, LookUpFailed

NOW = 1_800_000_000.0
ORDER = subject_of("Order", "ORD-1234567", ("order:read", "order"))
JSON_API_ERROR = {
    "id": "req-17",
    "status": "422",
    "code": "QueryParameterBadValue",
    "title": "Query parameter value not allowed",
    "detail": "The query parameter 'page[size]' does not support the value 'lastName'.",
}
ESCAPES = "\x1b[31mred\u202e"


def answer(status: int, document: Any = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, b"" if document is None else json.dumps(document).encode())


def refused(status: int, document: Any = None, *granted: str, subject: Subject = ORDER) -> LookUpFailed:
    return refusal(answer(status, document), subject, granted, now=NOW)


# --- sentences -------------------------------------------------------------------------------------------------------


def test_a_token_that_is_not_accepted() -> None:
    failed = refused(401)
    assert (failed.code, failed.status) == (Code.TOKEN_REFUSED, 401)
    assert failed.sentence == "The platform does not accept the token any more."


@pytest.mark.parametrize(
    ("granted", "rest"),
    [
        (("sales.account",), "It needs the scope `order:read` or `order`; it has `sales.account`."),
        (("a", "b", "c"), "It needs the scope `order:read` or `order`; it has `a`, `b` and `c`."),
        ((), "It needs the scope `order:read` or `order`."),
        (("order",), "It has the scope that is needed, so it is the account behind it that may not."),
    ],
)
def test_a_credential_that_may_not(granted: tuple[str, ...], rest: str) -> None:
    failed = refused(403, None, *granted)
    assert failed.code is Code.FORBIDDEN
    assert failed.sentence == f"This credential may not read orders. {rest}"


def test_scopes_in_a_sentence_are_bounded_and_visible() -> None:
    sentence = refused(403, None, *(f"scope-{number}{ESCAPES}" for number in range(100))).sentence
    assert sentence.isprintable()
    assert "`scope-11‹U+001B›[31mred‹U+202E›` and others." in sentence
    assert "scope-12" not in sentence


def test_the_scopes_of_a_link_are_not_known() -> None:
    link = Subject("what this link points to", "is nothing where this link points to")
    assert refused(403, None, "order", subject=link).sentence == (
        "This credential may not read what this link points to."
    )
    assert refused(404, subject=link).sentence == "There is nothing where this link points to for this credential."


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Order", "There is no order ORD-1234567 for this credential."),
        ("Sales account", "There is no sales account ORD-1234567 for this credential."),
        ("SMS message", "There is no SMS message ORD-1234567 for this credential."),
        ("Custom fields", "There are no custom fields of ORD-1234567 for this credential."),
    ],
)
def test_what_is_not_there(title: str, sentence: str) -> None:
    failed = refused(404, subject=subject_of(title, "ORD-1234567", ()))
    assert (failed.code, failed.sentence) == (Code.NOT_FOUND, sentence)


def test_a_sample_id_that_is_not_there() -> None:
    sample = subject_of("Order", "ORD-1234567", (), is_sample=True)
    assert refused(404, subject=sample).sentence == (
        "There is no order ORD-1234567 for this credential. This is the documentation's sample id."
    )


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (406, "The platform answers 406 instead of giving orders."),
        (422, "The platform answers 422 instead of giving orders."),
        (500, "The platform has a problem of its own (500). Try again later."),
        (503, "The platform has a problem of its own (503). Try again later."),
    ],
)
def test_any_other_answer(status: int, sentence: str) -> None:
    failed = refused(status)
    assert (failed.code, failed.sentence, failed.status) == (Code.PLATFORM, sentence, status)


def test_a_long_secret_is_hidden_also_where_the_text_is_cut() -> None:
    secret = "s3cret~" * 1_000
    assert "s3cret" not in failures.not_json(Answer(200, {}, f"<html>{secret}".encode()), secret).detail


def test_an_answer_that_is_not_json() -> None:
    failed = failures.not_json(Answer(200, {}, f"<html>{ESCAPES}".encode()))
    assert (failed.code, failed.status) == (Code.NOT_JSON, 200)
    assert failed.sentence.startswith("The answer is not JSON.")
    assert failed.detail == "<html>‹U+001B›[31mred‹U+202E›"


def test_a_redirect_shows_where_it_points() -> None:
    failed = failures.redirected(302, f"https://elsewhere.example/{ESCAPES}" + "x" * 9_000, "")
    assert (failed.code, failed.status) == (Code.REDIRECT, 302)
    assert failed.detail.startswith("to https://elsewhere.example/‹U+001B›[31mred")
    assert len(failed.detail) < 600


# --- waits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "document", "wait_s", "words"),
    [
        ({"retry_after": "12"}, None, 12, "12 s"),
        ({"retry_after": "0"}, None, 0, "1 s"),
        ({"retry_after": formatdate(NOW + 30, usegmt=True)}, None, 30, "30 s"),
        ({"retry_after": "600"}, None, 600, "10 min"),
        ({"retry_after": "999999"}, None, 86_400, "24 h"),
        ({}, {"code": 429, "message": "Rate limit exceeded.", "details": {"retryAfter": 12}}, 12, "12 s"),
        ({"retry_after": "3"}, {"details": {"retryAfter": 12}}, 3, "3 s"),
        ({"retry_after": "soon"}, {"details": {"retryAfter": "later"}}, 5, "5 s"),
        ({}, {"details": [12]}, 5, "5 s"),
        ({}, None, 5, "5 s"),
    ],
)
def test_too_many_requests(headers: dict[str, str], document: Any, wait_s: float, words: str) -> None:
    failed = refusal(answer(429, document, **headers), ORDER, (), now=NOW)
    assert (failed.code, failed.status, failed.wait_s) == (Code.RATE_LIMITED, 429, wait_s)
    assert failed.sentence == f"Too many requests. Try again in {words}."


def test_a_date_is_measured_by_the_clock_that_made_it() -> None:
    until, sent = (formatdate(NOW + offset, usegmt=True) for offset in (5_030, 5_000))
    assert retry_after(answer(429, retry_after=until, date=sent), NOW) == 30


def test_a_problem_of_the_platform_may_say_how_long_it_takes() -> None:
    assert refusal(answer(503, retry_after="30"), ORDER, (), now=NOW).wait_s == 30


@given(st.text() | st.from_regex(r"[0-9 .,+-]{0,30}"))
def test_any_value_of_retry_after_is_a_bounded_wait_or_none(value: str) -> None:
    found = retry_after(Answer(429, {"retry-after": value}, b""), NOW)
    assert found is None or 0 <= found <= 86_400


@given(st.datetimes())
def test_any_date_in_retry_after_is_a_bounded_wait(moment: Any) -> None:
    value = moment.strftime(f"%a, %d %b {moment.year:04} %H:%M:%S GMT")
    found = retry_after(Answer(429, {"retry-after": value}, b""), NOW)
    assert found is not None
    assert 0 <= found <= 86_400


# --- what the platform said ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (
            {"errors": [JSON_API_ERROR]},
            Said(
                "QueryParameterBadValue",
                "Query parameter value not allowed: The query parameter 'page[size]' does not support the value"
                " 'lastName'. (for support: req-17)",
            ),
        ),
        ({"errors": [{"title": "One"}, {"detail": "Two."}]}, Said("", "One Two.")),
        ({"errors": [{"code": "NotReady"}]}, Said("NotReady", "NotReady")),
        ({"errors": []}, Said("", "")),
        ({"errors": [17, None]}, Said("", "")),
        ({"code": 429, "message": "Rate limit exceeded."}, Said("", "Rate limit exceeded.")),
        (
            {"type": "https://stoplight.io/prism/errors#UNAUTHORIZED", "title": "Invalid security", "status": 401},
            Said("", "Invalid security"),
        ),
        ({"error": "contact exists", "fieldViolations": {}}, Said("contact exists", "contact exists")),
        (
            {"error": "invalid_grant", "error_description": "The key is unknown."},
            Said("invalid_grant", "invalid_grant: The key is unknown."),
        ),
        ({"errors": "text", "message": "No."}, Said("", "No.")),
        ({"unknown": "shape"}, Said("", "")),
        ([], Said("", "")),
        (None, Said("", "")),
    ],
)
def test_the_shapes_of_errors(document: Any, expected: Said) -> None:
    assert said(answer(400, document)) == expected


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names = st.sampled_from(["errors", "error", "code", "title", "detail", "message", "details", "retryAfter", "id"])
    return st.dictionaries(names, inner)


@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | _objects(inner)))
def test_any_body_of_an_error_is_shown_bounded_and_visible(document: Any) -> None:
    for made in (refused(400, document), refused(429, document), token_refusal(answer(400, document), NOW, "")):
        assert len(made.detail) < 6_000
        assert visible_only(made.detail)
        assert made.sentence.endswith(".")


def visible_only(text: str) -> bool:
    return not any(mark in text for mark in "\x00\x1b\n\u202e\u2028\u200b")


@pytest.mark.parametrize("word", ["opaque-token-17", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "Bearer tok"])
def test_a_token_is_not_shown_although_the_platform_repeats_it(word: str) -> None:
    document = {"errors": [{"title": "Bad", "detail": f"You sent {word} and more"}]}
    for made in (
        refusal(answer(400, document), ORDER, (), now=NOW, secret="opaque-token-17"),
        token_refusal(answer(400, document), NOW, "opaque-token-17"),
        failures.redirected(302, f"https://elsewhere.example/?token={word}", "opaque-token-17"),
        failures.not_json(Answer(200, {}, f"<{word}>".encode()), "opaque-token-17"),
    ):
        assert word not in made.detail
        assert "…" in made.detail


def test_a_token_at_the_end_of_what_is_looked_at_is_not_shown_either() -> None:
    body = b"x" * 480 + b"opaque-token-17"
    assert "opaque" not in failures.not_json(Answer(200, {}, body), "opaque-token-17").detail


def test_what_looks_almost_like_a_token_a_thousand_times_takes_no_time() -> None:
    begun = time.process_time()
    failures.not_json(Answer(200, {}, b"eyJ" * 1_000_000))
    refused(400, {"message": "eyJ" * 1_000_000})
    assert time.process_time() - begun < 2


# --- the token address -----------------------------------------------------------------------------------------------


def test_a_key_that_is_not_accepted() -> None:
    failed = token_refusal(answer(400, {"error": "invalid_grant", "error_description": "Unknown key."}), NOW, "")
    assert (failed.code, failed.status, failed.detail) == (Code.KEY_REFUSED, 400, "invalid_grant: Unknown key.")
    assert failed.sentence == "The platform does not accept this key. Import another."


@pytest.mark.parametrize(
    ("offset", "is_wrong"), [(-301, True), (-299, False), (0, False), (299, False), (301, True), (90_000, True)]
)
def test_a_clock_that_is_wrong(offset: float, is_wrong: bool) -> None:
    made = answer(400, {"error": "invalid_grant"}, date=formatdate(NOW + offset, usegmt=True))
    failed = token_refusal(made, NOW, "")
    assert failed.code is Code.KEY_REFUSED
    assert failed.sentence.startswith("The clock of this computer is wrong.") is is_wrong


def test_a_token_address_with_a_problem() -> None:
    failed = token_refusal(answer(502), NOW, "")
    assert (failed.code, failed.status) == (Code.PLATFORM, 502)
    assert failed.sentence == "The platform has a problem of its own and gives no token (502). Try again later."
    assert token_refusal(answer(429, retry_after="7"), NOW, "").wait_s == 7


# --- no answer -------------------------------------------------------------------------------------------------------


def test_nothing_came() -> None:
    assert failures.timed_out(15.0).sentence == "No answer for 15 s."
    assert failures.timed_out(15.0).code is Code.TIMEOUT
    assert failures.too_large(4 << 20).sentence == "The answer is larger than 4 MiB, so it was not read to its end."


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "beginning"),
    [
        (
            caused(httpx.ConnectError("tls"), ssl.SSLCertVerificationError("no")),
            "The certificate of api.example is not",
        ),
        (caused(httpx.ConnectError("tls"), ssl.SSLError("no")), "No encrypted connection to api.example can be made"),
        (caused(httpx.ConnectError("dns"), socket.gaierror(-2, "no")), "The address of api.example cannot be found."),
        (
            caused(httpx.ConnectError("all"), ExceptionGroup("all", [ConnectionRefusedError()])),
            "api.example does not accept connections.",
        ),
        (httpx.ProxyError("407"), "The proxy of this computer does not connect to api.example."),
        (httpx.RemoteProtocolError("no HTTP"), "The connection to api.example broke off, or it does not speak HTTP."),
        (httpx.ReadError("reset"), "The connection to api.example broke off."),
        (httpx.ConnectError("unknown"), "api.example cannot be reached. Check the network connection."),
    ],
)
def test_the_reason_of_the_network(error: Exception, beginning: str) -> None:
    failed = failures.unreachable("api.example", error)
    assert failed.code is Code.NETWORK
    assert failed.sentence.startswith(beginning)


def test_errors_that_lead_to_each_other() -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    assert failures.unreachable("api.example", first).sentence.startswith("api.example cannot be reached.")
