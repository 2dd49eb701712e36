"""Rules: conditions on a request and the response they lead to; the first that fits answers, else the default."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from hookscope.responses.model import TOKEN, Flaw, Response, flaws


class Subject(StrEnum):
    """What of a request a condition is about."""

    METHOD = "method"
    PATH = "path"
    HEADER = "header"
    QUERY = "query"
    COOKIE = "cookie"
    BODY = "body"
    VERDICT = "verdict"
    ATTEMPT = "attempt"
    EVERY = "every"

    @property
    def is_named(self) -> bool:
        """Whether there are several, told apart by name."""
        return self in (Subject.HEADER, Subject.QUERY, Subject.COOKIE)

    @property
    def is_text(self) -> bool:
        """Whether it is compared with a text."""
        return self not in (Subject.BODY, Subject.ATTEMPT, Subject.EVERY)


class Comparison(StrEnum):
    """How a text is compared. There is no regular expression: one over what a sender chooses can take for ever."""

    IS = "is"
    IS_NOT = "not"
    CONTAINS = "contains"
    STARTS = "starts"
    LIKE = "like"
    PRESENT = "present"
    ABSENT = "absent"

    @property
    def has_value(self) -> bool:
        """Whether it compares with something."""
        return self not in (Comparison.PRESENT, Comparison.ABSENT)


VERDICTS = ("verified", "failed", "unsigned", "unavailable", "unconfigured")
LONGEST_EXPRESSION = 4_096
LONGEST_VALUE = 10_000
LONGEST_NAME = 200
MOST_RULES, MOST_CONDITIONS = 200, 20  # each delivery remembers why the rules before its own did not answer


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a rule.

    ``name`` says which header, query parameter or cookie. ``value`` is what a text is compared with (in ``like``, ``*``
    stands for any text), the JMESPath expression of a body, a comparison such as ``<=2`` of an attempt, and the ``n``
    of every nth request.
    """

    subject: Subject
    value: str = ""
    name: str = ""
    comparison: Comparison = Comparison.IS


@dataclass(frozen=True, slots=True)
class Rule:
    """Answers what fits all its conditions, unless it is switched off; the name is its own within an endpoint."""

    name: str
    when: tuple[Condition, ...] = ()
    response: Response = Response()
    on: bool = True


@dataclass(frozen=True, slots=True)
class RuleSet:
    """What an endpoint answers: the response of the first rule that fits, else the default."""

    rules: tuple[Rule, ...] = ()
    default: Response = Response()

    def responses(self) -> tuple[Response, ...]:
        """Those of the rules in order, then the default."""
        return (*(rule.response for rule in self.rules), self.default)


_ATTEMPT = re.compile(r"(<=|>=|[<>=≤≥])? *([1-9][0-9]{0,5})")
_SIGNS = {"<=": "≤", ">=": "≥", "=": ""}


def attempt_comparison(value: str) -> tuple[str, int] | None:
    """The sign and the number of ``<=2`` (``≤``, 2) or ``3`` (no sign, 3), ``None`` when it is no such comparison."""
    found = _ATTEMPT.fullmatch(value.strip())
    if not found:
        return None
    sign = found[1] or ""
    return _SIGNS.get(sign, sign), int(found[2])


def attempt_range(value: str) -> tuple[int, int] | None:
    """The first and the last attempt that ``<=2``, ``3`` or ``>4`` means, ``None`` when it is no such comparison."""
    found = attempt_comparison(value)
    if found is None:
        return None
    (sign, number), most = found, 1 << 62
    ranges = {"≤": (1, number), "<": (1, number - 1), "≥": (number, most), ">": (number + 1, most)}
    return ranges.get(sign, (number, number))


def every(value: str) -> int:
    """The n of every nth request, 0 when it is none."""
    found = re.fullmatch(r"[1-9][0-9]{0,5}", value.strip())
    return int(value) if found else 0


def rule_set_flaws(rule_set: RuleSet) -> list[Flaw]:
    """All reasons why these rules cannot be applied, with the number of the rule; those of the default come last."""
    rules = rule_set.rules
    if len(rules) > MOST_RULES:
        problem = f"There are {len(rules):,} rules. An endpoint has at most {MOST_RULES}."
        return [Flaw("name", problem, rule=MOST_RULES + 1)]
    found = [flaw for number, rule in enumerate(rules, 1) for flaw in _rule_flaws(rules, number, rule)]
    return found + flaws(rule_set.default)


def _rule_flaws(rules: Sequence[Rule], number: int, rule: Rule) -> Iterator[Flaw]:
    if problem := name_problem(rule.name, [other.name for other in rules[: number - 1]]):
        yield Flaw("name", problem, rule=number)
    if len(rule.when) > MOST_CONDITIONS:
        yield Flaw("when", f"A rule has at most {MOST_CONDITIONS} conditions.", MOST_CONDITIONS + 1, rule=number)
    for place, condition in enumerate(rule.when[:MOST_CONDITIONS], 1):
        if problem := condition_problem(condition, rule.when[: place - 1]):
            yield Flaw("when", problem, place, rule=number)
    for flaw in flaws(rule.response):
        yield replace(flaw, rule=number)


def name_problem(name: str, others: Sequence[str]) -> str:
    """Why a rule cannot have this name beside the others; ``""`` when it can."""
    if not name.strip():
        return "A rule needs a name."
    if not name.isprintable() or name != name.strip() or len(name) > 80:
        return "The name of a rule has up to 80 characters, no line breaks, and no blanks around it."
    if any(other.casefold() == name.casefold() for other in others):
        return f"There is a rule “{name}” already."
    return ""


def condition_problem(condition: Condition, others: Sequence[Condition] = ()) -> str:
    """Why a condition cannot be used beside the others of its rule; ``""`` when it can."""
    if any(_same_place(condition, other) for other in others):
        what = f"{condition.subject} {condition.name}".strip()
        return f"There are two conditions on {what}. Keep one of them."
    check = _CHECKS.get(condition.subject)
    return _name_problem(condition) or _value_problem(condition) or (check(condition) if check else "")


def _name_problem(condition: Condition) -> str:
    name, subject = condition.name, condition.subject
    if not subject.is_named:
        return ""
    if not name.strip():
        return f"Enter the name of the {_NAMED[subject]}."
    if name != name.strip() or len(name) > LONGEST_NAME or _is_broken(name):
        return f"The name of a {_NAMED[subject]} has up to {LONGEST_NAME} characters and no blanks around it."
    if subject is Subject.HEADER and not TOKEN.fullmatch(name):
        return f"“{name}” is not a header name. Use letters, digits and dashes."
    return ""


def _value_problem(condition: Condition) -> str:
    if len(condition.value) > LONGEST_VALUE:
        return f"A value has at most {LONGEST_VALUE:,} characters."
    if _is_broken(condition.value):
        return "There is half of a character in the value. Delete it."
    if not condition.subject.is_text and condition.comparison is not Comparison.IS:
        return f"A condition on {condition.subject} has only a value. Take “{condition.comparison}” out."
    return ""


def _is_broken(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _same_place(one: Condition, other: Condition) -> bool:
    fold = str.lower if one.subject is Subject.HEADER else str
    return one.subject is other.subject and fold(one.name) == fold(other.name)


_NAMED = {Subject.HEADER: "header", Subject.QUERY: "query parameter", Subject.COOKIE: "cookie"}


def _always_there_problem(condition: Condition) -> str:
    if condition.comparison.has_value:
        return ""
    return f"Every request has a {condition.subject}. Compare it with a value."


def _method_problem(condition: Condition) -> str:
    if condition.comparison is Comparison.IS and not TOKEN.fullmatch(condition.value):
        return "Enter a method, such as POST."
    return _always_there_problem(condition)


def _path_problem(condition: Condition) -> str:
    if condition.comparison is Comparison.IS and not condition.value.startswith(("/", "*")):
        return "Enter a path that begins with /."
    return _always_there_problem(condition)


def _verdict_problem(condition: Condition) -> str:
    if condition.comparison in (Comparison.IS, Comparison.IS_NOT) and condition.value in VERDICTS:
        return ""
    return f"A verdict is one of {', '.join(VERDICTS)}."


def _attempt_problem(condition: Condition) -> str:
    found = attempt_range(condition.value)
    if found is None or found[1] < 1:
        return "Write the attempt as a number or comparison: 1, <=2, >=3."
    return ""


def _every_problem(condition: Condition) -> str:
    return "" if every(condition.value) else "Write how many requests: 3 answers every third."


def _expression_problem(condition: Condition) -> str:
    from hookscope.responses.expressions import expression_problem  # brings a library that most starts can miss

    return expression_problem(condition.value)


_CHECKS = {
    Subject.METHOD: _method_problem,
    Subject.PATH: _path_problem,
    Subject.VERDICT: _verdict_problem,
    Subject.ATTEMPT: _attempt_problem,
    Subject.EVERY: _every_problem,
    Subject.BODY: _expression_problem,
}
