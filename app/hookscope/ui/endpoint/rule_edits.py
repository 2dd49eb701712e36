"""What can be done to the rules of an endpoint, each from one rule set to the next."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count

from hookscope.responses import Rule, RuleSet

_AUTOMATIC = re.compile(r"rule \d+")
LONGEST_BASE = 70  # characters of a name, which leaves room for a number


def is_automatic(name: str) -> bool:
    """Whether a rule has no name, or the one it was made with, which says nothing about it."""
    return not name.strip() or _AUTOMATIC.fullmatch(name) is not None


def names(rule_set: RuleSet) -> tuple[str, ...]:
    """The names of all rules, in order."""
    return tuple(rule.name for rule in rule_set.rules)


def new_rule(rule_set: RuleSet) -> Rule:
    """A rule for every request with the default response: it changes nothing until it is edited."""
    taken = _folded(rule_set)
    name = next(name for number in count(1) if (name := f"rule {number}") not in taken)
    return Rule(name, (), rule_set.default)


def with_free_name(rule_set: RuleSet, rule: Rule) -> Rule:
    """The rule with a name of its own beside these: the same, or with the lowest number from 2."""
    taken = _folded(rule_set)
    if rule.name.casefold() not in taken:
        return rule
    base = re.sub(r" \d+$", "", rule.name)[:LONGEST_BASE].rstrip()
    name = next(name for number in count(2) if (name := f"{base} {number}").casefold() not in taken)
    return replace(rule, name=name)


def inserted(rule_set: RuleSet, at: int, *rules: Rule) -> RuleSet:
    """With these rules before the one at a place, which counts from 0."""
    return replace(rule_set, rules=(*rule_set.rules[:at], *rules, *rule_set.rules[at:]))


def changed(rule_set: RuleSet, at: int, rule: Rule) -> RuleSet:
    """With this rule at a place."""
    return replace(rule_set, rules=(*rule_set.rules[:at], rule, *rule_set.rules[at + 1 :]))


def without(rule_set: RuleSet, at: int) -> RuleSet:
    """Without the rule at a place."""
    return replace(rule_set, rules=(*rule_set.rules[:at], *rule_set.rules[at + 1 :]))


def moved(rule_set: RuleSet, at: int, by: int) -> RuleSet:
    """With the rule at a place moved down, or up with a negative number; never beyond the others."""
    to = min(max(at + by, 0), len(rule_set.rules) - 1)
    return inserted(without(rule_set, at), to, rule_set.rules[at])


def duplicated(rule_set: RuleSet, at: int) -> RuleSet:
    """With a second one after the rule at a place."""
    return inserted(rule_set, at + 1, with_free_name(rule_set, rule_set.rules[at]))


def first_difference(before: RuleSet, after: RuleSet) -> int:
    """The place of the first rule that is new or another; that of the default when no rule is."""
    known = set(before.rules)
    return next((at for at, rule in enumerate(after.rules) if rule not in known), len(after.rules))


def _folded(rule_set: RuleSet) -> set[str]:
    return {name.casefold() for name in names(rule_set)}
