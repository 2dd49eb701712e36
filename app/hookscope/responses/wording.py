"""Rules, conditions and responses as short sentences, for lists of rules."""

from __future__ import annotations

from collections.abc import Callable

from hookscope.responses.model import BodyKind, Fault, Response
from hookscope.responses.rules import Comparison, Condition, Rule, Subject, attempt_comparison, every
from hookscope.visible import visible

SHOWN = 60


def rule_sentence(rule: Rule) -> str:
    """What a rule does: ``attempt ≤ 2 → 503``."""
    conditions = " and ".join(map(condition_words, rule.when)) or "every request"
    return f"{conditions} → {response_words(rule.response)}"


def condition_words(condition: Condition) -> str:
    """A condition as part of a sentence: ``header X-Event is order.created``."""
    words = _WORDS.get(condition.subject)
    return words(condition.value) if words else _comparison_words(condition)


def response_words(response: Response) -> str:
    """What the sender gets: ``503``, ``200 after 61 s``, ``dropped``, ``my handler’s answer``."""
    if response.fault is Fault.HANG:
        return "no answer"
    after = f" after {response.delay_s:g} s" if response.delay_s else ""
    answer = "my handler’s answer" if response.kind is BodyKind.FORWARD else str(response.status)
    if response.fault is Fault.SLOW_BODY:
        return f"slow {answer}" + after.replace("after", "over")
    return _FAULTS.get(response.fault, answer) + after


def shortened(text: str) -> str:
    """The text as part of a sentence: cut where it is long, with control characters pictured."""
    return visible(text, SHOWN)


def ordinal(number: int) -> str:
    """A number as a place in a row: ``1st``, ``2nd``, ``3rd``, ``4th``."""
    suffix = "th" if 11 <= number % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


_FAULTS = {
    Fault.RESET_BEFORE: "dropped",
    Fault.CLOSE_BEFORE: "dropped",
    Fault.RESET_IN_HEADERS: "breaks off",
    Fault.CLOSE_IN_HEADERS: "breaks off",
    Fault.RESET_IN_BODY: "breaks off",
    Fault.CLOSE_IN_BODY: "breaks off",
}


def attempt_text(value: str) -> str:
    """Which attempts a comparison means: ``≤ 2`` for ``<=2``."""
    found = attempt_comparison(value)
    return " ".join(map(str, filter(None, found))) if found else shortened(value)


def _attempt_words(value: str) -> str:
    return f"attempt {attempt_text(value)}".strip()


def _every_words(value: str) -> str:
    number = every(value)
    return "every request" if number == 1 else f"every {ordinal(number) if number else 'nth'} request"


def _body_words(value: str) -> str:
    return f"body: {shortened(value)}".strip()


_WORDS: dict[Subject, Callable[[str], str]] = {
    Subject.BODY: _body_words,
    Subject.ATTEMPT: _attempt_words,
    Subject.EVERY: _every_words,
}


def _comparison_words(condition: Condition) -> str:
    what = f"{condition.subject} {shortened(condition.name)}".strip()
    how = COMPARISON_WORDS[condition.comparison]
    if not condition.comparison.has_value:
        return f"{what} {how}"
    is_whole = condition.comparison in (Comparison.IS, Comparison.IS_NOT)
    return f"{what} {how} {shortened(condition.value) or ('empty' if is_whole else '“”')}"


COMPARISON_WORDS = {
    Comparison.IS: "is",
    Comparison.IS_NOT: "is not",
    Comparison.CONTAINS: "contains",
    Comparison.STARTS: "begins with",
    Comparison.LIKE: "is like",
    Comparison.PRESENT: "is there",
    Comparison.ABSENT: "is missing",
}
"""How each comparison is read out."""
