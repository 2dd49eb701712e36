"""All findings together: their order, their words, and that nothing a sender sends makes them raise."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findings.conftest import (
    CATCH_ALL,
    ENDPOINTS,
    JSON,
    OTHER,
    SEND_A_WEBHOOK,
    TRIGGER,
    TRIGGER_A_WEBHOOK,
    codes,
    findings,
    found,
)
from hookscope.bundled import resources
from hookscope.deliveries import Request
from hookscope.endpoints import Endpoint
from hookscope.findings import find, words_of
from hookscope.findings.model import WORDS
from hookscope.ids import Part
from hookscope.responses import RequestView
from hookscope.sender.samples import load_sample, sample_request

HEADER_ID = found("AG-KXTW8RPLMN", Part.HEADER, "accountId")
SAMPLES = sorted(path.stem for path in (resources() / "samples").glob("*.json"))


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (SEND_A_WEBHOOK, JSON),
        (SEND_A_WEBHOOK, ()),
        (TRIGGER_A_WEBHOOK, JSON + TRIGGER),
        ({}, JSON),
        (b"", ()),
        (SEND_A_WEBHOOK | {"note": "", "list": '[{"a": {"b": 1}}]', "braces": "{ {a} } }} {"}, JSON),
    ],
)
def test_what_the_documentation_shows_is_right(body: object, headers: Any) -> None:
    assert codes(body, headers=headers, ids=[found("AG-KXTW8RPLMN", Part.BODY, "accountId")]) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_our_samples_are_right(name: str) -> None:
    request = sample_request(load_sample(name), "http://127.0.0.1:8787/order-created", "/order-created")
    assert find(RequestView(request), (), ENDPOINTS[1], ENDPOINTS) == ()


def test_the_one_to_show_first_is_at_the_front() -> None:
    body = {"name": "{{ businessName }}", "customer": {"id": "1"}, "quantity": 3}
    wrong = codes(body, endpoint=CATCH_ALL, target="/order-craeted")
    assert wrong == ["wrong-path", "placeholder"]  # what no path claims may come from anybody, so it need not be flat
    assert codes(body) == ["placeholder", "body-not-flat", "value-not-text"]
    headers = (*JSON, ("Signature", "{{ token }}"))
    assert codes(b"", headers=headers, ids=[HEADER_ID]) == ["body-empty", "placeholder"]


def test_what_is_no_request_has_none() -> None:
    assert codes(b"\x16\x03\x01{{ a }}", method="", target="", headers=(), endpoint=None) == []


def test_every_kind_has_words_and_two_sentences() -> None:
    shown = [
        *findings(b"", ids=[HEADER_ID]),
        *findings({"a": "{{ b }}"}, endpoint=CATCH_ALL, target="/github1"),
        *findings({"c": {}, "d": 1}),
        *findings(b"{"),
    ]
    assert {each.code for each in shown} == set(WORDS)
    for each in shown:
        assert each.words == words_of(each.code)
        assert each.words[0].islower()
        assert each.sentence.endswith(".")
        assert each.fix.endswith((".", "?"))
        assert each.tone == "warn"


def test_a_kind_of_a_newer_version_has_words_too() -> None:
    assert words_of("body-empty") == "body empty"
    assert words_of("clock-wrong") == "clock wrong"


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.sampled_from(["{{ a }}", "{.W.a}", "{{", "}}", "\ud800"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
bodies = st.one_of(
    st.binary(),
    json_values.map(lambda value: json.dumps(value).encode()),
    st.text(alphabet='{}.a"[],: \\u7%&=').map(str.encode),
)
latin = st.text(st.characters(max_codepoint=255))
targets = latin | st.text(alphabet="/order-catedOR*%7B{}.?=&#").map("/{}".format)
headers = st.lists(
    st.tuples(
        st.sampled_from(["Content-Type", "Content-Encoding", "X"]) | latin,
        st.sampled_from(
            ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "gzip", "br"]
        )
        | latin,
    )
).map(tuple)


@given(bodies, targets, headers, st.sampled_from([*ENDPOINTS, None]), st.sampled_from(["POST", "GET", "HEAD", "ß", ""]))
def test_it_never_raises(body: bytes, target: str, headers: Any, endpoint: Endpoint | None, method: str) -> None:
    view = RequestView(Request(method, target, headers, body))
    for each in find(view, [HEADER_ID], endpoint, ENDPOINTS):
        assert each.sentence
        assert each.words == words_of(each.code)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b'{"a": ' + b"9" * 5000 + b"}", b"\xff\xfe{"])
def test_extremes_do_not_raise(body: bytes) -> None:
    assert len(codes(body)) <= 1


def test_other_senders_promise_nothing() -> None:
    assert codes({"a": {"b": 1}, "c": 2}, endpoint=OTHER) == []
    assert codes(b"<a/>", endpoint=OTHER, headers=(("Content-Type", "text/xml"),)) == []
    assert codes({"a": {"b": 1}, "c": 2}, endpoint=None) == []
