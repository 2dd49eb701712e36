"""Which response answers a request, and why the rules before it did not."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import partial
from typing import NamedTuple

from hookscope.deliveries import Passed
from hookscope.deliveries.parts import holds_secret
from hookscope.responses.budget import Budget, OverBudget
from hookscope.responses.model import Response
from hookscope.responses.request_view import NotJson, RequestView
from hookscope.responses.rules import (
    Comparison,
    Condition,
    Rule,
    RuleSet,
    Subject,
    attempt_range,
    every,
)
from hookscope.responses.wording import attempt_text, ordinal, shortened

Turns = MutableMapping[str, int]
"""How many requests have reached each rule that answers every nth, by the name of the rule."""


class Choice(NamedTuple):
    """The response to a request, the name of its rule (empty for the default), and the rules before it."""

    rule: str
    response: Response
    passed: tuple[Passed, ...] = ()


_Check = Callable[[RequestView, Budget], str]
"""Why a condition does not hold, ``""`` when it does."""


class _Ready(NamedTuple):
    rule: Rule
    checks: tuple[_Check, ...]
    every: int


class Chooser:
    """The rules of an endpoint, ready to be asked. Never changes, so threads may share it."""

    def __init__(self, rule_set: RuleSet) -> None:
        """Take over rules that have no flaws."""
        self._default = Choice("", rule_set.default)
        self._rules = tuple(map(_ready, rule_set.rules))

    def choose(self, view: RequestView, turns: Turns) -> Choice:
        """The response to a request; counts it for the rules that answer every nth."""
        if not self._rules:
            return self._default
        passed: list[Passed] = []
        budget = Budget()
        for ready in self._rules:
            reason = _reason(ready, view, turns, budget)
            if not reason:
                return Choice(ready.rule.name, ready.rule.response, tuple(passed))
            passed.append(Passed(ready.rule.name, reason))
        return self._default._replace(passed=tuple(passed))


def _ready(rule: Rule) -> _Ready:
    checks = tuple(partial(_CHECKS[each.subject], each) for each in rule.when if each.subject is not Subject.EVERY)
    turn = next((every(each.value) for each in rule.when if each.subject is Subject.EVERY), 0)
    return _Ready(rule, checks, turn)


def _reason(ready: _Ready, view: RequestView, turns: Turns, budget: Budget) -> str:
    if not ready.rule.on:
        return "it is switched off"
    for check in ready.checks:
        if reason := check(view, budget):
            return reason
    if not ready.every:
        return ""
    turns[ready.rule.name] = turn = turns.get(ready.rule.name, 0) + 1
    within = turn % ready.every
    return f"it answers every {ordinal(ready.every)} request, and this is number {within}" if within else ""


def _text_check(condition: Condition, view: RequestView, budget: Budget) -> str:
    found = _FOUND[condition.subject](view, condition.name)
    try:
        budget.charge(len(found or "") >> 8)
    except OverBudget:
        return "the conditions take too long on this request"
    return "" if _fits(condition, found) else _mismatch(condition, found)


def _fits(condition: Condition, found: str | None) -> bool:
    """Whether one reading of a text is as wanted; of what is not wanted, whether none is."""
    if found is None:
        return condition.comparison in (Comparison.IS_NOT, Comparison.ABSENT)
    readings = _readings(found) if condition.subject in _RAW else (found,)
    if condition.comparison is Comparison.IS_NOT:
        return condition.value not in readings
    compare = _COMPARISONS[condition.comparison]
    return any(compare(reading, condition.value) for reading in readings)


_RAW = (Subject.PATH, Subject.HEADER, Subject.COOKIE)
"""What is kept as the bytes that came, each as one character; most senders mean UTF-8."""


def _readings(text: str) -> tuple[str, ...]:
    """A text as it is and, last, as the UTF-8 that it may be."""
    if text.isascii():
        return (text,)
    try:
        return text, text.encode("latin-1").decode()
    except UnicodeError:
        return (text,)


def _attempt_check(condition: Condition, view: RequestView, budget: Budget) -> str:
    first, last = attempt_range(condition.value) or (1, 0)
    within = first <= view.attempt <= last
    return "" if within else f"this is attempt {view.attempt}, not {attempt_text(condition.value)}"


def _body_check(condition: Condition, view: RequestView, budget: Budget) -> str:
    from hookscope.responses.expressions import ExpressionError, expression

    try:
        holds = expression(condition.value).holds(view.json, budget)
    except (NotJson, ExpressionError) as error:
        return str(error)
    return "" if holds else f"{shortened(condition.value)} does not hold for the body"


_CHECKS: dict[Subject, Callable[[Condition, RequestView, Budget], str]] = {
    **dict.fromkeys(Subject, _text_check),
    Subject.ATTEMPT: _attempt_check,
    Subject.BODY: _body_check,
}

_FOUND: dict[Subject, Callable[[RequestView, str], str | None]] = {
    Subject.METHOD: lambda view, name: view.request.method,
    Subject.PATH: lambda view, name: view.path,
    Subject.HEADER: lambda view, name: view.headers.get(name.lower()),
    Subject.QUERY: lambda view, name: view.query.get(name),
    Subject.COOKIE: lambda view, name: view.cookies.get(name),
    Subject.VERDICT: lambda view, name: view.verdict,
}

_COMPARISONS: dict[Comparison, Callable[[str, str], bool]] = {
    Comparison.IS: lambda found, value: found == value,
    Comparison.CONTAINS: lambda found, value: value in found,
    Comparison.STARTS: lambda found, value: found.startswith(value),
    Comparison.LIKE: lambda found, value: is_like(found, value),
    Comparison.PRESENT: lambda found, value: True,
    Comparison.ABSENT: lambda found, value: False,
}


def is_like(text: str, pattern: str) -> bool:
    """Whether a text fits a pattern in which ``*`` stands for any text; takes time as the text is long, never more."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    *middle, last = rest
    if not text.startswith(first):
        return False
    at = len(first)
    for piece in middle:
        found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return text.endswith(last) and len(text) - len(last) >= at


def _mismatch(condition: Condition, found: str | None) -> str:
    what = f"the {_WORDS[condition.subject]} {shortened(condition.name)}".rstrip()
    if found is None:
        return f"{what} is missing"
    if condition.comparison is Comparison.ABSENT:
        return f"{what} is there"
    excluded = condition.comparison is Comparison.IS_NOT
    if found and _is_secret(condition):
        return f"{what} has {'the excluded' if excluded else 'another'} value"
    shown = f"is {shortened(_readings(found)[-1])}" if found else "is empty"
    wanted = "which is excluded" if excluded else f"{_WANTED[condition.comparison]} {shortened(condition.value)}"
    return f"{what} {shown}, {wanted.rstrip()}"


def _is_secret(condition: Condition) -> bool:
    """Whether the value is likely a token, which is masked elsewhere too."""
    return condition.subject is Subject.COOKIE or (condition.subject.is_named and holds_secret(condition.name))


_WORDS = {
    Subject.METHOD: "method",
    Subject.PATH: "path",
    Subject.HEADER: "header",
    Subject.QUERY: "query parameter",
    Subject.COOKIE: "cookie",
    Subject.VERDICT: "verdict",
}
_WANTED = {
    Comparison.IS: "not",
    Comparison.CONTAINS: "without",
    Comparison.STARTS: "which does not begin with",
    Comparison.LIKE: "which is not like",
}
