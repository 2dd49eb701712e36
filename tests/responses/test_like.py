"""Rules made from deliveries: they fit the request they were made from, whatever its sender chose to put into it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hookscope.deliveries import Request, SentResponse
from hookscope.responses import (
    BodyKind,
    Chooser,
    Comparison,
    Condition,
    Fault,
    RequestView,
    Response,
    RuleSet,
    Subject,
    planned,
    rule_set_flaws,
)
from hookscope.responses.expressions import expression
from hookscope.responses.like import LEFT_OUT, conditions_like, equality, left_out, response_like, rule_like

JSON_TYPE = ("Content-Type", "application/json")


def request(body: Any = None, *, target: str = "/order-created", method: str = "POST") -> Request:
    data = b"" if body is None else json.dumps(body).encode()
    return Request(method, target, (("Host", "h"), JSON_TYPE), data)


def body_condition(body: Any) -> str:
    found = [each.value for each in conditions_like(request(body), "/order-created") if each.subject is Subject.BODY]
    return found[0] if found else ""


@pytest.mark.parametrize(
    ("body", "condition"),
    [
        ({"id": 5, "event": "order.paid"}, "event == 'order.paid'"),
        ({"action": "opened", "type": "issue"}, "type == 'issue'"),
        ({"type": "", "action": "opened"}, "action == 'opened'"),
        ({"type": "x" * 101, "orderId": "ORD-1"}, "orderId == 'ORD-1'"),
        ({"type": 5, "paid": "p", "valid": "v", "order_id": 17}, "order_id == `17`"),
        ({"order": {"lines": {"id": 1}, "id": "it's"}, "a": 1}, "order.id == 'it\\'s'"),
        ({"order-id": "a\\"}, '"order-id" == `"a\\\\"`'),
        ({"ID": "two\nlines"}, 'ID == `"two\\nlines"`'),
        ({"id": True, "ids": [1], "note": "x"}, ""),
        ({"a": {"b": {"c": {"id": 1}}}}, ""),
        (["id"], ""),
        (None, ""),
    ],
)
def test_the_condition_on_the_body(body: Any, condition: str) -> None:
    assert body_condition(body) == condition


KEYS = st.text(max_size=12) | st.sampled_from(["id", "orderId", "event", "type", 'a"b', "a\\", "it's", "`", "a.b", "@"])
VALUES = st.text(max_size=12) | st.text("\\'`\"\n{}", max_size=6) | st.integers() | st.none() | st.booleans()
BODIES = st.dictionaries(KEYS, st.recursive(VALUES, lambda inner: st.dictionaries(KEYS, inner, max_size=3)), max_size=5)


@given(BODIES)
@example({"id": "' || `true` || '"})
@example({"event": "a\\' == 'a"})
@example({'" == `1` || "id': "x"})
@example({"orderId": "`\\u0060`"})
def test_the_rule_fits_the_body_it_was_made_from(body: dict[str, Any]) -> None:
    asked = request(body)
    rule = rule_like(asked, SentResponse(503), [], 7, path="/order-created")
    assert len(rule.when) <= 3
    assert rule_set_flaws(RuleSet((rule,))) == []
    assert Chooser(RuleSet((rule,))).choose(RequestView(asked), {}).rule == rule.name


@given(st.lists(KEYS, min_size=1, max_size=3), st.text() | st.integers(), st.text() | st.integers())
def test_an_equality_holds_for_its_value_and_for_no_other(path: list[str], value: str | int, other: str | int) -> None:
    def document(inner: str | int) -> Any:
        found: Any = inner
        for key in reversed(path):
            found = {key: found, f"{key}x": "another"}
        return found

    written = expression(equality(tuple(path), value))
    assert written.holds(document(value))
    assert written.holds(document(other)) == (value == other)


@given(st.text(max_size=30), st.sampled_from(["", "/", "/a", "/a/*", "/*/b/"]))
@example("/a/%E2%82/%AC", "/a/*")
@example("/a/*/c/?x", "/a/*")
def test_the_path_fits_the_target_it_was_made_from(target: str, endpoint_path: str) -> None:
    raw = target.encode("utf-8", "replace").decode("latin-1")
    asked = Request("GET", raw)
    rule = rule_like(asked, SentResponse(200), [], 7, path=endpoint_path)
    assert Chooser(RuleSet((rule,))).choose(RequestView(asked), {}).rule == rule.name


@pytest.mark.parametrize(
    ("target", "endpoint_path", "condition"),
    [
        ("/order-created?a=b", "/order-created", None),
        ("/order-created/", "/order-created", None),
        ("/order-created/b%20c?x", "/order-created/", Condition(Subject.PATH, "/order-created/b c")),
        ("/a", "", Condition(Subject.PATH, "/a")),
        ("/a", "/", Condition(Subject.PATH, "/a")),
        ("/shops/5", "/shops/*", None),
        ("/shops/5/paid", "/shops/*", Condition(Subject.PATH, "/shops/*/paid", comparison=Comparison.LIKE)),
        ("/" + "a" * 10_001, "", None),
    ],
)
def test_the_condition_on_the_path(target: str, endpoint_path: str, condition: Condition | None) -> None:
    method, *more = conditions_like(request(target=target), endpoint_path)
    assert method == Condition(Subject.METHOD, "POST")
    assert more == ([] if condition is None else [condition])


def test_the_name_is_its_own() -> None:
    taken = ["like DELIVERY 812", "Like delivery 812 (2)", "other"]
    assert rule_like(request(), SentResponse(200), [], 812).name == "Like delivery 812"
    assert rule_like(request(), SentResponse(200), taken, 812).name == "Like delivery 812 (3)"


@pytest.mark.parametrize(
    "response",
    [
        Response(503, (("Retry-After", "5"), ("X-A", "1"), ("X-A", "2")), '{"a": 1}'),
        Response(200, (), "hello", BodyKind.TEXT),
        Response(204, (), "", BodyKind.TEXT),
        Response(200, (("content-type", "application/problem+json"),), "{}"),
    ],
)
def test_what_was_sent_becomes_the_response_again(response: Response) -> None:
    sent = planned(response)
    framed = SentResponse(sent.status, (*sent.headers, ("Content-Length", "9"), ("Connection", "close")), sent.body)
    assert response_like(framed) == response
    assert planned(response_like(framed)) == sent
    assert left_out(framed) == ""


def test_json_that_is_none_is_text() -> None:
    found = response_like(SentResponse(200, (JSON_TYPE,), b"{broken"))
    assert (found.kind, found.headers, found.body) == (BodyKind.TEXT, (JSON_TYPE,), "{broken")


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"a\0b"])
def test_a_body_that_is_no_text_is_left_out_with_what_describes_it(body: bytes) -> None:
    headers = (("Content-Type", "image/png"), ("Content-Encoding", "gzip"), ("X-A", "1"), ("Transfer-Encoding", "x"))
    sent = SentResponse(201, headers, body)
    assert response_like(sent) == Response(201, (("X-A", "1"),), "", BodyKind.TEXT)
    assert left_out(sent) == LEFT_OUT


def test_a_connection_that_was_dropped_is_dropped_again() -> None:
    assert response_like(SentResponse(0), dropped=True) == Response(fault=Fault.RESET_BEFORE)
    broken = response_like(SentResponse(200, (JSON_TYPE, ("Content-Length", "9")), b'{"a"'), dropped=True)
    assert (broken.fault, broken.body, broken.kind) == (Fault.RESET_IN_BODY, '{"a"', BodyKind.TEXT)
