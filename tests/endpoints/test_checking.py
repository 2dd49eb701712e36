"""From what the keyring gave to a check that is used on the way of a request."""

from __future__ import annotations

import pytest

from hookscope.deliveries import Request
from hookscope.endpoints import Endpoint, Schemes, check_of, pending_check
from hookscope.secret_store import Secret

TOKEN = "8k1f-not-a-real-token"
ENDPOINT = Endpoint("a", "/a", scheme="vendasta-send", secrets=("a", "b"), reject_unverified=True)
REQUEST = Request("POST", "/a", (("Signature", TOKEN),), b"{}")
LOCKED = Secret(reason="keyring_locked", sentence="The keyring is locked. Unlock it.")


def state(endpoint: Endpoint, found: dict[str, Secret]) -> tuple[str, str]:
    note = check_of(endpoint, Schemes().get(endpoint.scheme), found).note(REQUEST, 0)
    return note.state, note.reason


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"a": Secret("x"), "b": Secret(TOKEN)}, ("verified", "ok")),
        ({"a": LOCKED, "b": Secret(TOKEN)}, ("verified", "ok")),
        ({"a": LOCKED, "b": LOCKED}, ("unavailable", "keyring_locked")),
        ({"a": Secret("x"), "b": Secret("y")}, ("failed", "signature_mismatch")),
    ],
)
def test_the_secrets_that_can_be_had_are_used(found: dict[str, Secret], expected: tuple[str, str]) -> None:
    assert state(ENDPOINT, found) == expected


def test_a_check_says_why_it_cannot_judge() -> None:
    check = check_of(ENDPOINT, Schemes().get(ENDPOINT.scheme), {"a": LOCKED, "b": LOCKED})
    verdict = check.verdict(REQUEST, 0)
    assert (verdict.message, verdict.strength, verdict.scheme) == (LOCKED.sentence, "token", "vendasta-send")
    assert check.reject


def test_until_the_keyring_is_read_nothing_is_judged() -> None:
    assert pending_check(ENDPOINT).note(REQUEST, 0).state == "unavailable"
    assert pending_check(Endpoint("a", "/a")).note(REQUEST, 0).state == "unconfigured"
    assert pending_check(Endpoint("a", "/a")).verdict(REQUEST, 0).message == "No verification is set for this endpoint."


def test_a_scheme_that_is_gone_is_said() -> None:
    check = check_of(Endpoint("a", "/a", scheme="gone"), None, {})
    assert check.verdict(REQUEST, 0).message.startswith("There is no scheme “gone” any more.")


def test_no_secret_is_shown_with_a_check() -> None:
    check = check_of(ENDPOINT, Schemes().get(ENDPOINT.scheme), {"a": Secret(TOKEN), "b": Secret(TOKEN)})
    assert TOKEN not in repr(check)
