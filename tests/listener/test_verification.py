"""Requests are judged as they arrive: the verdict is in the row, and nobody waits for it."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import threading
import time
from dataclasses import replace

import pytest

from helpers.core import Core
from helpers.raw_client import RawClient, request
from hookscope.deliveries import Delivery, Outcome, Via
from hookscope.endpoints import Endpoint
from hookscope.responses import Response
from hookscope.verification import verdict_of

TOKEN = "8k1f-not-a-real-token"
SEND = Endpoint("orders", "/orders", scheme="vendasta-send")
GITHUB = Endpoint("hub", "/hub", scheme="github")


def send(core: Core, data: bytes) -> int:
    with RawClient(core.port, data) as client:
        return client.reply().status


def with_token(token: str, **other: object) -> bytes:
    return request(target="/orders", headers=(("Signature", token),), body=b"{}", **other)  # type: ignore[arg-type]


def signed(body: bytes, lost: bytes = b"", **headers: str) -> bytes:
    """A request signed as GitHub does, whose body has lost its end on the way."""
    digest = hmac.new(TOKEN.encode(), body + lost, hashlib.sha256).hexdigest()
    extra = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return request(target="/hub", headers=(("X-Hub-Signature-256", f"sha256={digest}"), *extra), body=body)


def verdicts(deliveries: list[Delivery]) -> list[tuple[str, str]]:
    return [(each.verdict.state, each.verdict.reason) for each in deliveries]


def test_the_verdict_is_stored_with_its_story(core: Core) -> None:
    core.verify(SEND, "an older one", TOKEN)
    for data in (with_token(TOKEN), with_token("wrong"), request(target="/orders", body=b"{}"), request(target="/")):
        assert send(core, data) == 200
    found = core.stopped(4)
    assert verdicts(found) == [
        ("verified", "ok"),
        ("failed", "signature_mismatch"),
        ("unsigned", "unsigned"),
        ("unconfigured", "unconfigured"),
    ]
    assert [each.row.verdict_scheme for each in found] == [*["vendasta-send"] * 3, None]
    assert [each.row.verdict_strength for each in found] == [*["token"] * 3, ""]
    verdict = verdict_of(found[0].verdict)
    assert verdict.secret == 1
    assert verdict.steps == ("Found the header `Signature`.", "It is the secret.", "It fits secret number 2 of 2.")
    assert verdict.message
    assert not any(TOKEN in each.verdict.details for each in found)


def test_a_change_of_the_secrets_counts_from_the_next_request(core: Core) -> None:
    endpoint = core.verify(SEND, "before")
    send(core, with_token(TOKEN))
    core.verify(endpoint, TOKEN)
    send(core, with_token(TOKEN))
    assert [state for state, _ in verdicts(core.stopped(2))] == ["failed", "verified"]


def test_secrets_that_cannot_be_read_are_no_failure_of_the_sender(core: Core) -> None:
    core.endpoints.save(replace(SEND, secrets=("lost",))).result()
    core.checks.read().result()  # there is no keyring here
    send(core, with_token(TOKEN))
    core.endpoints.save(Endpoint("bare", "/bare", scheme="vendasta-send")).result()
    send(core, request(target="/bare", headers=(("Signature", TOKEN),)))
    found = core.stopped(2)
    assert verdicts(found) == [("unavailable", "keyring_absent"), ("unavailable", "secret_missing")]
    assert "keyring" in verdict_of(found[0].verdict).message


@pytest.mark.parametrize(
    ("data", "status", "state"),
    [
        (with_token(TOKEN), 202, "verified"),
        (with_token("wrong"), 401, "failed"),
        (request(target="/orders"), 401, "unsigned"),
    ],
)
def test_what_is_not_verified_can_be_turned_away(core: Core, data: bytes, status: int, state: str) -> None:
    core.verify(replace(SEND, reject_unverified=True, response=Response(202)), TOKEN)
    with RawClient(core.port, data) as client:
        reply = client.reply()
    (delivery,) = core.stopped(1)
    assert (reply.status, delivery.row.status, delivery.row.verdict_state) == (status, status, state)
    assert delivery.row.outcome == Outcome.ANSWERED
    assert ("not verified" in delivery.row.problem) == (status == 401)
    if status == 401:
        assert reply.body == b"Not verified.\n"  # flat: a forger learns nothing


def test_a_locked_keyring_asks_the_sender_to_try_again(core: Core) -> None:
    core.endpoints.save(replace(SEND, reject_unverified=True, secrets=("lost",))).result()
    core.checks.read().result()
    assert send(core, with_token(TOKEN)) == 503
    core.endpoints.save(Endpoint("free", "/free", reject_unverified=True)).result()
    assert send(core, request(target="/free")) == 200  # nothing is verified here, so nothing is turned away
    assert verdicts(core.stopped(2))[0] == ("unavailable", "keyring_absent")


def test_a_turned_away_request_is_a_retry_when_it_comes_again(core: Core) -> None:
    core.verify(replace(SEND, reject_unverified=True), TOKEN)
    assert [send(core, with_token("wrong")) for _ in range(2)] == [401, 401]
    assert [each.row.attempt for each in core.stopped(2)] == [1, 2]


def test_the_senders_own_id_tells_its_retries(core: Core) -> None:
    core.verify(replace(GITHUB, response=Response(503)), TOKEN)
    for body, id in ((b"{}", "a"), (b'{"again": 1}', "a"), (b"{}", "b")):
        send(core, signed(body, X_GitHub_Delivery=id))
    assert [each.row.attempt for each in core.stopped(3)] == [1, 2, 1]


def test_our_own_samples_do_not_count_for_the_sender(core: Core) -> None:
    core.verify(replace(GITHUB, response=Response(503)), TOKEN)
    for _ in range(2):
        with RawClient(core.port) as client:
            core.listener.announce(client.local_port, Via.SAMPLE)
            client.send(signed(b"{}", X_GitHub_Delivery="a"))
            client.reply()
    send(core, signed(b"{}", X_GitHub_Delivery="a"))
    assert [each.row.attempt for each in core.stopped(3)] == [1, 2, 1]


def test_a_large_body_is_verified_while_others_are_answered(core: Core) -> None:
    """The loop is free: senders with little to say are answered between the parts of one who says a lot."""
    core.verify(GITHUB, TOKEN)
    body = b"x" * (24 << 20)
    waits: list[float] = []
    with RawClient(core.port) as large:
        sender = threading.Thread(target=large.send, args=(signed(body),))
        sender.start()
        while sender.is_alive():
            started = time.monotonic()
            send(core, request(target="/", body=b"small"))
            waits.append(time.monotonic() - started)
        assert large.reply().status == 200
    sender.join()
    assert len(waits) > 2  # how long each may take is measured in tests/bench
    assert [each.row.verdict_state for each in core.stopped(len(waits) + 1) if each.row.body_bytes == len(body)] == [
        "verified"
    ]


def test_a_large_bodys_mistake_is_found_when_somebody_looks(core: Core) -> None:
    core.verify(GITHUB, TOKEN)
    for size in (1000, 100_000):
        send(core, signed(b"x" * size, lost=b"\n"))
    found = core.stopped(2)
    assert verdicts(found) == [("failed", "signature_mismatch")] * 2
    assert [bool(verdict_of(each.verdict).diagnosis) for each in found] == [True, False]


def test_a_request_that_broke_off_is_not_judged(core: Core) -> None:
    core.verify(SEND, TOKEN)
    with RawClient(core.port, with_token(TOKEN).replace(b"Content-Length: 2", b"Content-Length: 9")):
        pass
    (delivery,) = core.stopped(1)
    assert (delivery.row.outcome, delivery.verdict.state) == (Outcome.INCOMPLETE, "unconfigured")


def test_what_was_signed_is_what_came(core: Core) -> None:
    core.verify(GITHUB, TOKEN)
    packed = gzip.compress(json.dumps({"a": "\u00e9"}).encode())
    send(core, signed(packed, Content_Encoding="gzip"))
    assert verdicts(core.stopped(1)) == [("verified", "ok")]
