"""What is said about responses, sizes and gaps."""

from __future__ import annotations

from typing import Any

import pytest

from hookscope.deliveries import Row
from hookscope.ui.inspector.wording import gap_text, sender_sentence, size_words, status_words, summary

ROW = Row(
    id=1,
    received_us=0,
    via="local",
    endpoint_id=1,
    endpoint_name="order-created",
    method="POST",
    target="/",
    body_bytes=152,
    verdict_state="unconfigured",
    verdict_reason="unconfigured",
    status=200,
    outcome="answered",
    took_us=12_000,
    attempt=1,
    again=False,
    ids=(),
    problem="",
    pinned=False,
    seen=False,
)
AUTOMATION = "vendasta-automation"


@pytest.mark.parametrize(
    ("changes", "heading", "token", "sentence"),
    [
        ({}, "200 OK", "ok", "An automation takes this as done and does not send it again."),
        ({"status": 302}, "302 Found", "info", "What an automation does after a redirect is not published."),
        ({"status": 404}, "404 Not Found", "warn", "An automation never sends again after a 4xx."),
        ({"status": 503}, "503 Service Unavailable", "bad", "An automation sends again after a 5xx."),
        ({"status": 299}, "299", "ok", "An automation takes this as done and does not send it again."),
        (
            {"took_us": 74_000_000},
            "200 OK",
            "bad",
            "The response took 74.0 s. An automation waits 60 s and then sends again.",
        ),
        (
            {"outcome": "dropped", "status": 0},
            "No response",
            "bad",
            "The connection broke before the response was complete. An automation then sends again.",
        ),
        (
            {"outcome": "sender-gone"},
            "200 OK",
            "bad",
            "The connection broke before the response was complete. An automation then sends again.",
        ),
        ({"outcome": "waiting", "took_us": None}, "No response yet", "muted", "The sender is still waiting."),
        (
            {"outcome": "unknown", "took_us": None},
            "Unknown response",
            "muted",
            "The program ended before it was known what the sender got.",
        ),
        (
            {"outcome": "refused", "status": 400},
            "400 Bad Request",
            "bad",
            "An automation never sends again after a 4xx.",
        ),
    ],
)
def test_responses(changes: dict[str, Any], heading: str, token: str, sentence: str) -> None:
    row = ROW._replace(**changes)
    words = status_words(row, AUTOMATION)
    assert (words.text, words.token, sender_sentence(row, AUTOMATION)) == (heading, token, sentence)


def test_of_a_sender_without_known_rules_only_facts_are_said() -> None:
    assert sender_sentence(ROW._replace(status=503), "someone") == ""
    assert sender_sentence(ROW._replace(took_us=74_000_000), "") == "The response took 74.0 s."
    assert (
        sender_sentence(ROW._replace(outcome="dropped"), "") == "The connection broke before the response was complete."
    )


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "152 B · 200 after 12 ms · from this computer"),
        ({"status": 503, "attempt": 2}, "152 B · 503 after 12 ms · attempt 2 · from this computer"),
        ({"again": True, "via": "public"}, "152 B · 200 after 12 ms · sent again · through the public address"),
        ({"outcome": "waiting", "took_us": None}, "152 B · waiting · from this computer"),
        ({"outcome": "incomplete", "took_us": None}, "152 B, incomplete · broke off · from this computer"),
        ({"outcome": "refused", "took_us": None, "attempt": None}, "152 B · refused · from this computer"),
    ],
)
def test_the_summary_of_the_title(changes: dict[str, Any], text: str) -> None:
    assert summary(ROW._replace(**changes), AUTOMATION) == text


def test_sizes_tell_whether_the_body_is_whole() -> None:
    assert size_words(ROW._replace(outcome="incomplete", body_bytes=2_400)) == "2.4 kB, incomplete"


@pytest.mark.parametrize(
    ("microseconds", "text"),
    [
        (-5, "0 ms"),
        (300_000, "300 ms"),
        (17_900_000, "17 s"),
        (185_000_000, "3 min"),
        (7_300_000_000, "2 h"),
        (4 * 86_400_000_000, "4 d"),
    ],
)
def test_gaps(microseconds: int, text: str) -> None:
    assert gap_text(microseconds) == text
