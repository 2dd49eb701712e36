"""Words for outcomes and verdicts."""

from __future__ import annotations

from typing import Any

import pytest

from hookscope.deliveries import Outcome
from hookscope.endpoints import Check
from hookscope.listener.proof import turned_away
from hookscope.listener.waiting import DROPPED_BY_HAND, SENT_BY_HAND
from hookscope.ui.deliveries.words import (
    BY_HAND,
    has_warning,
    is_problem,
    minutes,
    response_words,
    verdict_words,
    warnings,
    was_turned_away,
)
from hookscope.ui.icons import icon
from hookscope.verification.verdict import FAILURES, UNAVAILABLE_REASONS
from ui.deliveries.conftest import row

AUTOMATION = "vendasta-automation"
PURCHASE = "vendasta-marketplace-purchase"
MARKETPLACE = "vendasta-marketplace"
AWAY = "It was not verified, so this endpoint answered 401 as it is set to."


@pytest.mark.parametrize(
    ("status", "outcome", "words"),
    [
        (200, Outcome.ANSWERED, ("200 done", "ok")),
        (204, Outcome.ANSWERED, ("204 done", "ok")),
        (302, Outcome.ANSWERED, ("302 unclear", "info")),
        (404, Outcome.ANSWERED, ("404 no retry", "warn")),
        (503, Outcome.ANSWERED, ("503 retry", "bad")),
        (200, Outcome.DROPPED, ("dropped, retry", "bad")),
        (200, Outcome.SENDER_GONE, ("sender gone", "bad")),
        (400, Outcome.REFUSED, ("refused", "bad")),
        (413, Outcome.TOO_LARGE, ("too big", "bad")),
        (0, Outcome.INCOMPLETE, ("broke off", "bad")),
        (503, Outcome.NOT_SAVED, ("not saved", "bad")),
        (200, Outcome.UNKNOWN, ("unknown", "muted")),
    ],
)
def test_response_to_an_automation(status: int, outcome: Outcome, words: tuple[str, str]) -> None:
    assert response_words(status, outcome, AUTOMATION)[:2] == words


@pytest.mark.parametrize(
    ("sender", "status", "took_s", "words"),
    [
        (PURCHASE, 200, 30, ("200 done", "ok")),
        (PURCHASE, 302, 0, ("302 rejected", "bad")),
        (PURCHASE, 404, 0, ("404 rejected", "bad")),
        (PURCHASE, 503, 0, ("503 retry", "bad")),
        (PURCHASE, 404, 31, ("404 retry", "bad")),
        (MARKETPLACE, 204, 10, ("204 done", "ok")),
        (MARKETPLACE, 302, 0, ("302 unclear", "info")),
        (MARKETPLACE, 404, 0, ("404 unclear", "warn")),
        (MARKETPLACE, 503, 0, ("503 retry", "bad")),
        (MARKETPLACE, 200, 11, ("200 retry", "bad")),
        ("generic", 302, 99, ("302", "info")),
        ("generic", 404, 0, ("404", "warn")),
        (AUTOMATION, 101, 0, ("101", "info")),
        ("generic", 999, 0, ("999", "muted")),
    ],
)
def test_a_status_goes_by_the_profile_of_its_sender(
    sender: str, status: int, took_s: int, words: tuple[str, str]
) -> None:
    assert response_words(status, Outcome.ANSWERED, sender, took_s * 1_000_000)[:2] == words


@pytest.mark.parametrize(
    ("sender", "text"),
    [(PURCHASE, "dropped, unclear"), (MARKETPLACE, "dropped, unclear"), ("generic", "dropped")],
)
def test_a_dropped_connection_is_bad_whatever_its_sender_does(sender: str, text: str) -> None:
    assert response_words(0, Outcome.DROPPED, sender)[:2] == (text, "bad")


@pytest.mark.parametrize("sender", [AUTOMATION, PURCHASE, MARKETPLACE, "generic"])
def test_every_outcome_has_words(sender: str) -> None:
    assert all(response_words(200, outcome, sender).text for outcome in Outcome)


@pytest.mark.parametrize(
    ("age", "text"),
    [(0, "waiting"), (1_000_000, "waiting 0:01"), (48_900_000, "waiting 0:48"), (754_000_000, "waiting 12:34")],
)
def test_waiting(age: int, text: str) -> None:
    assert response_words(200, Outcome.WAITING, AUTOMATION, age)[:2] == (text, "muted")


def test_an_answer_after_a_minute_is_too_late_for_an_automation() -> None:
    assert response_words(200, Outcome.ANSWERED, AUTOMATION, 60_000_000)[:2] == ("200 done", "ok")
    assert response_words(200, Outcome.ANSWERED, AUTOMATION, 60_000_001)[:2] == ("200 retry", "bad")


def test_nothing_is_said_about_a_sender_without_known_rules() -> None:
    assert response_words(200, Outcome.ANSWERED, "")[:2] == ("200", "ok")
    assert response_words(200, Outcome.ANSWERED, "", 70_000_000)[:2] == ("200", "ok")
    assert response_words(503, Outcome.ANSWERED, "other")[:2] == ("503", "bad")
    assert response_words(200, Outcome.DROPPED, "")[:2] == ("dropped", "bad")


@pytest.mark.parametrize(
    ("state", "reason", "strength", "text"),
    [
        ("verified", "ok", "signature", "Signed"),
        ("verified", "ok", "token", "Token matches"),
        ("verified", "ok", "basic", "Password matches"),
        ("unconfigured", "unconfigured", "signature", "Not checked"),
        ("unsigned", "missing_header", "token", "No token"),
        ("unsigned", "missing_header", "signature", "No signature"),
        ("unavailable", "keyring_locked", "token", "Can't check"),
        ("failed", "signature_mismatch", "token", "Wrong token"),
        ("failed", "signature_mismatch", "signature", "Wrong signature"),
        ("failed", "body_hash_mismatch", "signature", "Body changed"),
        ("failed", "timestamp_too_old", "signature", "Too old"),
        ("failed", "timestamp_in_future", "signature", "Clock ahead"),
        ("failed", "token_expired", "signature", "Expired"),
        ("failed", "token_not_yet_valid", "signature", "Not valid yet"),
        ("failed", "malformed_signature", "signature", "Unreadable"),
        ("failed", "ambiguous_header", "token", "Header twice"),
        ("failed", "alg_not_allowed", "signature", "Wrong algorithm"),
        ("failed", "insufficient_coverage", "signature", "Parts unsigned"),
        ("failed", "claim_mismatch", "signature", "Wrong claim"),
        ("failed", "invalid_secret", "token", "Can't check"),
    ],
)
def test_verdicts(state: str, reason: str, strength: str, text: str) -> None:
    words = verdict_words(state, reason, strength)
    assert words.text == text
    assert words.icon  # colour is never the only sign


@pytest.mark.parametrize("strength", ["signature", "token", "basic"])
@pytest.mark.parametrize("reason", FAILURES)
def test_every_reason_of_a_failure_has_words(reason: str, strength: str) -> None:
    words = verdict_words("failed", reason, strength)
    assert words.token == ("warn" if words.text == "Can't check" else "bad")
    assert not icon(words.icon, words.token).isNull()
    usual = verdict_words("failed", "signature_mismatch", strength)
    assert (words == usual) == (reason == "signature_mismatch")


@pytest.mark.parametrize("reason", UNAVAILABLE_REASONS)
def test_what_cannot_be_checked(reason: str) -> None:
    assert verdict_words("unavailable", reason, "signature") == ("Can't check", "warn", "lock")


def test_a_verdict_of_a_newer_version_has_words_too() -> None:
    assert verdict_words("failed", "something_new", "token").text == "Wrong token"
    assert verdict_words("verified", "ok", "something new").text == "Signed"
    assert verdict_words("something new", "", "").text == "Not checked"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"status": 503}, True),
        ({"outcome": Outcome.REFUSED}, True),
        ({"outcome": Outcome.INCOMPLETE}, True),
        ({"outcome": Outcome.DROPPED}, True),
        ({"verdict_state": "failed"}, True),
        ({"verdict_state": "failed", "outcome": Outcome.WAITING}, True),
        ({"verdict_state": "unsigned", "status": 401, "problem": AWAY}, True),
        ({"verdict_state": "unavailable", "status": 503, "outcome": Outcome.WAITING, "problem": AWAY}, True),
        ({"status": 500, "problem": "The template failed at line 2. The sender got 500."}, True),
        ({"status": 500, "outcome": Outcome.WAITING, "problem": "The template failed at line 2."}, True),
        ({"status": 503, "problem": "400 answers were held back already, so the sender got 503 at once."}, True),
        ({"status": 502, "problem": "Your handler at 127.0.0.1:3000 does not answer. The sender got 502."}, True),
        ({"problem": SENT_BY_HAND}, False),
        ({"problem": DROPPED_BY_HAND, "outcome": Outcome.DROPPED, "status": 0}, True),
        ({"verdict_state": "unsigned"}, False),
        ({"verdict_state": "verified"}, False),
        ({"status": 404}, False),
        ({"status": 503, "outcome": Outcome.WAITING}, False),
        ({"outcome": Outcome.UNKNOWN}, False),
    ],
)
def test_problems(changes: dict[str, Any], problem: bool) -> None:
    assert is_problem(row(**changes)) is problem


@pytest.mark.parametrize("state", ["failed", "unsigned", "unavailable"])
def test_what_was_turned_away_is_told_from_what_went_wrong_otherwise(state: str) -> None:
    refusal = turned_away(Check(reject=True), state)
    assert refusal is not None
    assert was_turned_away(row(verdict_state=state, problem=refusal[1]))
    assert has_warning(row(verdict_state=state, problem=refusal[1]))
    failed = row(verdict_state=state, problem="The template failed at line 2. The sender got 500.")
    assert not was_turned_away(failed)
    assert has_warning(failed)
    assert not was_turned_away(row(verdict_state=state))
    assert not has_warning(row(verdict_state="unconfigured", problem="broke off", outcome=Outcome.INCOMPLETE))
    assert not was_turned_away(row(problem=refusal[1], outcome=Outcome.SENDER_GONE))


def test_what_was_answered_by_hand_is_no_warning() -> None:
    assert {SENT_BY_HAND, DROPPED_BY_HAND} == BY_HAND
    assert not has_warning(row(verdict_state="failed", problem=SENT_BY_HAND))
    assert not was_turned_away(row(verdict_state="failed", problem=SENT_BY_HAND))


def test_minutes() -> None:
    assert [minutes(us) for us in (-5, 0, 59_999_999, 60_000_000, 3_600_000_000)] == [
        "0:00",
        "0:00",
        "0:59",
        "1:00",
        "60:00",
    ]


def test_a_finding_is_a_problem_though_the_response_was_right() -> None:
    assert not is_problem(row())
    assert is_problem(row(finding="body-empty"))
    assert warnings(row(finding="body-empty", outcome=Outcome.WAITING)) == ["body empty"]
    assert warnings(row(finding="body-empty", problem=SENT_BY_HAND)) == ["body empty"]
    assert warnings(row(problem="broke off", outcome=Outcome.INCOMPLETE)) == []
