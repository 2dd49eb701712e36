"""What is said about responses, sizes and gaps."""

from __future__ import annotations

from typing import Any

import pytest

from hookscope.deliveries import Row
from hookscope.ui.inspector.wording import came_again, gap_text, sender_sentence, size_words, status_words, summary

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
PURCHASE = "vendasta-marketplace-purchase"
MARKETPLACE = "vendasta-marketplace"


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


@pytest.mark.parametrize(
    ("sender", "changes", "sentence"),
    [
        (PURCHASE, {}, "The Marketplace takes this as done. Use 200, and resolve the pending activation later."),
        (
            PURCHASE,
            {"status": 302},
            "The Marketplace rejects the activation after a 3xx and does not send it again.",
        ),
        (
            PURCHASE,
            {"status": 404},
            "The Marketplace rejects the activation after a 4xx and does not send it again.",
        ),
        (PURCHASE, {"status": 503}, "The activation stays pending, and the Marketplace sends again after a 5xx."),
        (
            PURCHASE,
            {"took_us": 30_100_000},
            "The response took 30.1 s. The Marketplace waits 30 s and then sends again; the activation stays pending.",
        ),
        (
            PURCHASE,
            {"outcome": "dropped", "status": 0},
            "The connection broke before the response was complete. What the Marketplace does then is not published.",
        ),
        (MARKETPLACE, {}, "The Marketplace asks for a 200. It sends again after a 5xx or a timeout."),
        (
            MARKETPLACE,
            {"status": 302},
            "What the Marketplace does after a 3xx is not published, except for purchases.",
        ),
        (
            MARKETPLACE,
            {"status": 404},
            "What the Marketplace does after a 4xx is not published, except for purchases.",
        ),
        (MARKETPLACE, {"status": 503}, "The Marketplace sends again after a 5xx."),
        (
            MARKETPLACE,
            {"took_us": 12_000_000},
            "The response took 12.0 s. The Marketplace waits 10 s and then sends again.",
        ),
        ("generic", {"status": 404}, ""),
        ("generic", {"took_us": 60_000_000}, ""),
    ],
)
def test_responses_to_other_senders(sender: str, changes: dict[str, Any], sentence: str) -> None:
    assert sender_sentence(ROW._replace(**changes), sender) == sentence


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


SECOND = 1_000_000
STILL_WAITING = "Came while the last one was still waiting for its response (12 s)"
THE_AUTOMATION_RAN_AGAIN = (
    "That is no retry: the automation ran again, someone pressed Retry in its Activity, or two steps use this address."
)


@pytest.mark.parametrize(
    ("sender", "before", "gap_s", "sentence"),
    [
        (AUTOMATION, {"status": 503}, 17, "Came again 17 s after a 503. The sender tries again after a 5xx."),
        (
            AUTOMATION,
            {"took_us": 74 * SECOND},
            80,
            "Came again because the last response took 74 s. The sender waits 60 s.",
        ),
        (
            AUTOMATION,
            {"took_us": 74 * SECOND},
            61,
            "Came again because the last response took 74 s. The sender waits 60 s.",
        ),
        (
            AUTOMATION,
            {"outcome": "waiting", "took_us": None},
            61,
            "Came again because the last one had no response after 61 s. The sender waits 60 s.",
        ),
        (
            AUTOMATION,
            {"outcome": "dropped", "status": 0},
            5,
            "Came again because the connection broke before the response was complete.",
        ),
        (
            AUTOMATION,
            {"outcome": "sender-gone", "took_us": 60 * SECOND},
            65,
            "Came again because the connection broke before the response was complete.",
        ),
        (
            AUTOMATION,
            {"outcome": "waiting", "took_us": None},
            12,
            f"{STILL_WAITING}: the sender did not wait, or two steps use this address.",
        ),
        (
            AUTOMATION,
            {"took_us": 74 * SECOND},
            12,
            f"{STILL_WAITING}: the sender did not wait, or two steps use this address.",
        ),
        (AUTOMATION, {}, 20, f"Came again 20 s after a 200. {THE_AUTOMATION_RAN_AGAIN}"),
        (AUTOMATION, {"status": 401}, 181, f"Came again 3 min after a 401. {THE_AUTOMATION_RAN_AGAIN}"),
        (AUTOMATION, {"status": 302}, 20, "Came again 20 s after a 302."),
        (AUTOMATION, {"outcome": "unknown", "took_us": None}, 20, "Came again 20 s later."),
        (PURCHASE, {"status": 503}, 31, "Came again 31 s after a 503. The sender tries again after a 5xx."),
        (PURCHASE, {"status": 404}, 31, "Came again 31 s after a 404. That is no retry."),
        (
            PURCHASE,
            {"took_us": 31_250_000},
            40,
            "Came again because the last response took 31.2 s. The sender waits 30 s.",
        ),
        (
            PURCHASE,
            {"outcome": "dropped"},
            31,
            "Came again 31 s after the connection broke before the response was complete.",
        ),
        (
            MARKETPLACE,
            {"outcome": "waiting", "took_us": None},
            9,
            "Came while the last one was still waiting for its response (9 s).",
        ),
        (MARKETPLACE, {}, 20, "Came again 20 s after a 200."),
        (MARKETPLACE, {"status": 404}, 20, "Came again 20 s after a 404."),
        ("generic", {"status": 503}, 17, "Came again 17 s after a 503."),
        ("generic", {"took_us": 74 * SECOND}, 80, "Came again 6 s after a 200."),
        (
            "",
            {"outcome": "waiting", "took_us": None},
            90,
            "Came while the last one was still waiting for its response (1 min).",
        ),
        (
            "",
            {"outcome": "sender-gone"},
            17,
            "Came again 17 s after the connection broke before the response was complete.",
        ),
    ],
)
def test_why_it_came_again(sender: str, before: dict[str, Any], gap_s: int, sentence: str) -> None:
    row = ROW._replace(received_us=gap_s * SECOND + 12_000)  # most were answered after 12 ms
    assert came_again(ROW._replace(**before), row, sender) == sentence


def test_a_sample_that_was_sent_again_came_from_here() -> None:
    assert came_again(ROW, ROW._replace(via="sample"), AUTOMATION) == "Sent from here: the same sample again."
