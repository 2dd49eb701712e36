"""Which response answers a request, and why the rules before it did not."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import partial
from typing import NamedTuple

from hookscope.deliveries import Passed
from hookscope.responses.model import Response
from hookscope.responses.request_view import NotJson, RequestView
from hookscope.responses.rules import Comparison, Condition, Rule, RuleSet, Subject, attempt_range, every

SHOWN = 60

Turns = MutableMapping[str, int]
"""How many requests have reached each rule that answers every nth, by the name of the rule."""


class Choice(NamedTuple):
    """The response to a request, the name of its rule (empty for the default), and the rules before it."""

    rule: str
    response: Response
    passed: tuple[Passed, ...] = ()


_Check = Callable[[RequestView], str]
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
        for ready in self._rules:
            reason = _reason(ready, view, turns)
            if not reason:
                return Choice(ready.rule.name, ready.rule.response, tuple(passed))
            passed.append(Passed(ready.rule.name, reason))
        return self._default._replace(passed=tuple(passed))


def _ready(rule: Rule) -> _Ready:
    checks = tuple(partial(_CHECKS[each.subject], each) for each in rule.when if each.subject is not Subject.EVERY)
    turn = next((every(each.value) for each in rule.when if each.subject is Subject.EVERY), 0)
    return _Ready(rule, checks, turn)


def _reason(ready: _Ready, view: RequestView, turns: Turns) -> str:
    if not ready.rule.on:
        return "it is switched off"
    for check in ready.checks:
        if reason := check(view):
            return reason
    if not ready.every:
        return ""
    turns[ready.rule.name] = turn = turns.get(ready.rule.name, 0) + 1
    within = turn % ready.every
    return f"it answers every {_ordinal(ready.every)} request, and this is number {within}" if within else ""


def _text_check(condition: Condition, view: RequestView) -> str:
    found = _FOUND[condition.subject](view, condition.name)
    if _COMPARISONS[condition.comparison](found, condition.value):
        return ""
    return f"{_what(condition)} {_is(found)}, {_wanted(condition)}"


def _attempt_check(condition: Condition, view: RequestView) -> str:
    first, last = attempt_range(condition.value) or (1, 0)
    return "" if first <= view.attempt <= last else f"this is attempt {view.attempt}, not {condition.value}"


def _body_check(condition: Condition, view: RequestView) -> str:
    from hookscope.responses.expressions import ExpressionError, expression

    try:
        holds = expression(condition.value).holds(view.json)
    except (NotJson, ExpressionError) as error:
        return str(error)
    return "" if holds else f"{_shortened(condition.value)} does not hold for the body"


_CHECKS: dict[Subject, Callable[[Condition, RequestView], str]] = {
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

_COMPARISONS: dict[Comparison, Callable[[str | None, str], bool]] = {
    Comparison.IS: lambda found, value: found == value,
    Comparison.IS_NOT: lambda found, value: found != value,
    Comparison.CONTAINS: lambda found, value: found is not None and value in found,
    Comparison.STARTS: lambda found, value: found is not None and found.startswith(value),
    Comparison.LIKE: lambda found, value: found is not None and is_like(found, value),
    Comparison.PRESENT: lambda found, value: found is not None,
    Comparison.ABSENT: lambda found, value: found is None,
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


def _what(condition: Condition) -> str:
    if condition.subject.is_named:
        return f"the {_WORDS[condition.subject]} {condition.name}"
    return f"the {_WORDS[condition.subject]}"


_WORDS = {
    Subject.METHOD: "method",
    Subject.PATH: "path",
    Subject.HEADER: "header",
    Subject.QUERY: "query parameter",
    Subject.COOKIE: "cookie",
    Subject.VERDICT: "verdict",
}


def _is(found: str | None) -> str:
    if found is None:
        return "is missing"
    return f"is {_shortened(found)}" if found else "is empty"


def _wanted(condition: Condition) -> str:
    words = {
        Comparison.IS: "not",
        Comparison.IS_NOT: "which is excluded:",
        Comparison.CONTAINS: "without",
        Comparison.STARTS: "which does not begin with",
        Comparison.LIKE: "which is not like",
        Comparison.PRESENT: "and has to be there",
        Comparison.ABSENT: "and must not be there",
    }[condition.comparison]
    return f"{words} {_shortened(condition.value)}" if condition.comparison.has_value else words


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _ordinal(number: int) -> str:
    last = number % 100
    suffix = "th" if 11 <= last <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
