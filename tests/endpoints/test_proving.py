"""Check endpoints, and what their deliveries prove, with requests over real sockets."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.core import Core
from helpers.deliveries import arrival, save
from hookscope.deliveries import Finish, Outcome, Request, SentResponse, Via
from hookscope.endpoints import CATCH_ALL_NAME, Endpoint, EndpointError, ResponseKey
from hookscope.endpoints.proving import (
    CHOSEN,
    Proof,
    ProofState,
    check_endpoint,
    check_of_proved,
    instructions,
    proof,
    proof_of,
    proved_by,
)
from hookscope.responses import Response

KEYS = (ResponseKey("ticket"), ResponseKey("queue", "number"))
PROVED = Endpoint("order-created", "/order-created", id=1, sender="vendasta-automation", response_keys=KEYS)

# --- the check endpoint ----------------------------------------------------------------------------------------------


def test_the_check_endpoint_stands_beside_the_proved_one() -> None:
    check = check_endpoint(replace(PROVED, scheme="vendasta-send", secrets=("a",), reject_unverified=True), ())
    assert check == Endpoint(
        "order-created-check", "/order-created-check", Response(), sender=PROVED.sender, proves="order-created"
    )


def test_a_taken_name_or_path_gets_a_number() -> None:
    others = (
        PROVED,
        Endpoint("Order-Created-CHECK", "/a", id=2),
        Endpoint("b", "/order-created-check/", id=3),
        Endpoint("c", "/order-created-check-2", id=4),
    )
    check = check_endpoint(PROVED, others)
    assert (check.name, check.path) == ("order-created-check-2", "/order-created-check-3")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/check"),
        ("/a/", "/a-check"),
        ("/orders/*", "/orders-check"),
        ("/*/paid", "/paid-check"),
        ("/*", "/check"),
    ],
)
def test_the_path_can_be_typed_into_the_step(path: str, expected: str) -> None:
    assert check_endpoint(replace(PROVED, path=path), ()).path == expected


@pytest.mark.parametrize(
    ("proved", "sentence"),
    [
        (Endpoint(CATCH_ALL_NAME, "", response_keys=KEYS), "answers many steps"),
        (replace(PROVED, response_keys=()), "There is nothing to prove yet."),
        (replace(PROVED, proves="x"), "order-created is itself the check of x."),
    ],
)
def test_where_there_is_nothing_to_prove_it_says_why(proved: Endpoint, sentence: str) -> None:
    with pytest.raises(EndpointError, match=sentence):
        check_endpoint(proved, ())


def test_a_check_endpoint_can_be_kept_and_found_again(core: Core) -> None:
    proved = core.endpoints.save(replace(PROVED, id=0)).result(10)
    assert check_of_proved(proved, core.endpoints.all()) is None
    check = core.endpoints.save(check_endpoint(proved, core.endpoints.all())).result(10)
    assert check_of_proved(proved, core.endpoints.all()) == check
    assert proved_by(check, core.endpoints.all()) == proved
    assert proved_by(proved, core.endpoints.all()) is None
    assert httpx.post(f"http://127.0.0.1:{core.port}/order-created-check").json() == {}


def test_the_second_step_sends_each_key_with_a_chosen_value() -> None:
    assert instructions(PROVED) == [("ticket", CHOSEN), ("queue", CHOSEN)]


# --- what came back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "came", "state", "words"),
    [
        ({"ticket": "42"}, {"ticket": "42"}, ProofState.SAME, "sent `42`, came back `42`"),
        ({"ticket": 42}, {"ticket": "42"}, ProofState.SAME, "sent `42`, came back `42`"),
        ({"ticket": True}, {"ticket": "true"}, ProofState.SAME, "sent `true`, came back `true`"),
        ({"ticket": ""}, {"ticket": ""}, ProofState.SAME, "sent empty, came back empty"),
        ({"ticket": "42"}, {"ticket": "43"}, ProofState.DIFFERENT, "sent `42`, came back `43`"),
        ({"ticket": "42"}, {"ticket": ""}, ProofState.DIFFERENT, "sent `42`, came back empty"),
        ({"ticket": "42"}, {"ticket": {"a": 1}}, ProofState.DIFFERENT, "sent `42`, came back `{…}`"),
        ({"ticket": ""}, {"ticket": []}, ProofState.DIFFERENT, "sent empty, came back `{…}`"),
        ({"ticket": "42"}, {"Ticket": "42"}, ProofState.NOT_BACK, "sent `42`, did not come back"),
        ({}, {"ticket": "42"}, ProofState.NOT_SENT, "not sent, came back `42`"),
        ({}, {}, ProofState.NOT_SENT, "not sent, did not come back"),
        ({"ticket": {}}, {}, ProofState.NESTED, "sent nested, which is not passed on, did not come back"),
        ({"ticket": []}, {"ticket": "x"}, ProofState.NESTED, "sent nested, which is not passed on, came back `x`"),
        (
            {"ticket": "42"},
            {"ticket": "{{ ticket }}"},
            ProofState.UNFILLED,
            "sent `42`, came back as the placeholder `{{ ticket }}`",
        ),
        (
            {"ticket": "42"},
            {"ticket": "{.WorkflowStep.a.ticket}"},
            ProofState.UNFILLED,
            "sent `42`, came back as the placeholder `{.WorkflowStep.a.ticket}`",
        ),
    ],
)
def test_a_value_is_followed_there_and_back(
    sent: dict[str, Any], came: dict[str, Any], state: ProofState, words: str
) -> None:
    (found,) = proof(json.dumps(sent).encode(), json.dumps(came).encode(), KEYS[:1])
    assert (found.key, found.state, found.words) == ("ticket", state, words)


def test_values_that_differ_only_where_they_are_cut_are_different() -> None:
    (found,) = proof(b'{"ticket": "%s1"}' % (b"x" * 500), b'{"ticket": "%s2"}' % (b"x" * 500), KEYS[:1])
    assert found.state is ProofState.DIFFERENT
    assert len(found.sent) == 201


@given(st.binary(), st.binary())
def test_no_bodies_make_it_raise(sent: bytes, came: bytes) -> None:
    assert [each.key for each in proof(sent, came, KEYS)] == ["ticket", "queue"]


@given(st.text(), st.sampled_from([b"", b"\xff", b"[]", b"42"]))
def test_a_text_that_was_sent_and_came_is_the_same(text: str, other: bytes) -> None:
    body = json.dumps({"ticket": text}).encode()
    assert proof(body, body, KEYS[:1])[0].state is ProofState.SAME
    assert proof(body, other, KEYS[:1])[0].state is ProofState.NOT_BACK


# --- deliveries ------------------------------------------------------------------------------------------------------


@pytest.fixture
def proved(core: Core) -> Endpoint:
    response = Response(body='{"ticket": 42, "queue": {"a": 1}}')
    return core.endpoints.save(replace(PROVED, id=0, response=response)).result(10)


@pytest.fixture
def check(core: Core, proved: Endpoint) -> Endpoint:
    return core.endpoints.save(check_endpoint(proved, core.endpoints.all())).result(10)


def post(core: Core, path: str, body: bytes = b"{}", **headers: str) -> None:
    httpx.post(f"http://127.0.0.1:{core.port}{path}", content=body, headers=headers)


def read(core: Core, id: int) -> Proof | None:
    return core.read(lambda db: proof_of(db, id, core.endpoints.all()))


def words(found: Proof | None) -> list[str]:
    assert found is not None
    return [f"{each.key}: {each.words}" for each in found.proven]


def test_a_check_delivery_is_compared_with_the_response_before_it(
    core: Core, proved: Endpoint, check: Endpoint
) -> None:
    post(core, proved.path)
    post(core, check.path, b'{"ticket": "42"}')
    post(core, proved.path)
    first, second, third = core.settled(3)
    found = read(core, second.id)
    assert words(found) == [
        "ticket: sent `42`, came back `42`",
        "queue: sent nested, which is not passed on, did not come back",
    ]
    assert found is not None
    assert (found.compared, found.compared_us) == (first.id, first.row.received_us)
    assert read(core, first.id) is None
    assert read(core, third.id) is None
    assert read(core, 4711) is None


def test_the_newest_response_that_was_a_2xx_counts(core: Core, proved: Endpoint, check: Endpoint) -> None:
    post(core, proved.path)
    core.endpoints.save(replace(proved, response=Response(201, body='{"ticket": 43}'))).result(10)
    post(core, proved.path)
    core.endpoints.save(replace(proved, response=Response(503, body='{"ticket": 44}'))).result(10)
    post(core, proved.path)
    post(core, check.path, b'{"ticket": "43"}')
    deliveries = core.settled(4)
    found = read(core, deliveries[-1].id)
    assert found is not None
    assert found.compared == deliveries[1].id
    assert words(found)[0] == "ticket: sent `43`, came back `43`"


def test_packed_bodies_are_unpacked(core: Core, proved: Endpoint, check: Endpoint) -> None:
    post(core, proved.path)
    post(core, check.path, gzip.compress(b'{"ticket": "42"}'), **{"Content-Encoding": "gzip"})
    post(core, check.path, gzip.compress(b" " * (2 << 20)), **{"Content-Encoding": "gzip"})
    *_, small, large = core.settled(3)
    assert words(read(core, small.id))[0] == "ticket: sent `42`, came back `42`"
    found = read(core, large.id)
    assert found is not None
    assert found.problem == "A body is larger than 1 MiB, too large to compare."


def test_a_body_in_slices_is_compared_and_one_over_the_limit_is_not(
    core: Core, proved: Endpoint, check: Endpoint
) -> None:
    post(core, proved.path)
    for size in (400 << 10, 2 << 20):
        post(core, check.path, b'{"ticket": "42", "x": "%s"}' % (b"x" * size))
    *_, small, large = core.settled(3)
    assert words(read(core, small.id))[0] == "ticket: sent `42`, came back `42`"
    found = read(core, large.id)
    assert found is not None
    assert (found.proven, found.problem) == ((), "A body is larger than 1 MiB, too large to compare.")


def test_a_large_response_is_not_compared(core: Core, proved: Endpoint, check: Endpoint) -> None:
    huge = Response(body=json.dumps({"ticket": "x" * (1 << 20)}))
    core.endpoints.save(replace(proved, response=huge)).result(10)
    post(core, proved.path)
    post(core, check.path)
    found = read(core, core.settled(2)[-1].id)
    assert found is not None
    assert found.problem == "A body is larger than 1 MiB, too large to compare."


def test_what_was_decided_late_is_what_was_answered(core: Core, proved: Endpoint, check: Endpoint) -> None:
    planned = arrival(endpoint_id=proved.id, planned=SentResponse(200, (), b'{"ticket": 1}'))
    came = arrival(endpoint_id=check.id, request=Request("POST", check.path, body=b'{"ticket": "2"}'))
    first, second = save(core.store, planned, came)
    core.store.finish(first, Finish(Outcome.ANSWERED, 200, 1, sent=SentResponse(200, (), b'{"ticket": 2}')))
    core.store.write(lambda db: None).result(10)
    assert words(read(core, second))[0] == "ticket: sent `2`, came back `2`"


def test_a_large_response_that_was_only_planned_does_not_count(core: Core, proved: Endpoint, check: Endpoint) -> None:
    planned = arrival(endpoint_id=proved.id, planned=SentResponse(200, (), b" " * (2 << 20)))
    first, second = save(core.store, planned, arrival(endpoint_id=check.id))
    core.store.finish(first, Finish(Outcome.ANSWERED, 200, 1, sent=SentResponse(200, (), b'{"ticket": 2}')))
    core.store.write(lambda db: None).result(10)
    assert words(read(core, second))[0] == "ticket: sent `2`, did not come back"


def test_what_was_sent_from_here_is_no_part_of_a_run(core: Core, proved: Endpoint, check: Endpoint) -> None:
    answer = SentResponse(200, (), b'{"ticket": 1}')
    sample = arrival(endpoint_id=proved.id, via=Via.SAMPLE, outcome=Outcome.ANSWERED, planned=answer)
    came = arrival(endpoint_id=check.id, via=Via.PUBLIC)
    resent = arrival(endpoint_id=check.id, via=Via.REPLAY)
    first, second, third = save(core.store, sample, came, resent)
    found = read(core, second)
    assert found is not None
    assert found.problem == "order-created has answered no request with a 2xx before this one."
    found = read(core, third)
    assert found is not None
    assert found.compared == first


def test_without_the_proved_endpoint_it_says_so(core: Core, proved: Endpoint, check: Endpoint) -> None:
    post(core, check.path)
    (delivery,) = core.settled(1)
    core.endpoints.save(replace(proved, response_keys=())).result(10)
    found = read(core, delivery.id)
    assert found is not None
    assert found.problem == "order-created declares no keys any more, so there is nothing to compare."
    core.endpoints.delete(proved.id).result(10)
    found = read(core, delivery.id)
    assert found is not None
    assert found.problem == "The endpoint order-created is gone, so there is nothing to compare with."
