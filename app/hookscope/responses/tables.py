"""Responses and rules as tables: the shape of the workspace file, of presets, and of what the database keeps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from hookscope.responses.model import BodyKind, Fault, Response
from hookscope.responses.rules import Comparison, Condition, Rule, RuleSet, Subject
from hookscope.strict_table import StrictTable, TableError

LINE = 80
_BODY_KEYS = {
    "json": BodyKind.JSON,
    "json_text": BodyKind.JSON,
    "body": BodyKind.TEXT,
    "template": BodyKind.TEMPLATE,
    "file": BodyKind.FILE,
    "forward": BodyKind.FORWARD,
}
_KEY_OF = {kind: key for key, kind in _BODY_KEYS.items()}


def response_to_table(response: Response) -> dict[str, Any]:
    """A response as a table, its body to the byte; delay and fault only where there are any."""
    table: dict[str, Any] = {"status": response.status}
    if response.headers:
        table["headers"] = [list(header) for header in response.headers]
    table[_KEY_OF[response.kind]] = response.body
    if response.delay_s:
        table["delay_s"] = response.delay_s
    if response.fault is not Fault.NONE:
        table["fault"] = response.fault.value
    return table


def response_from_table(table: StrictTable, usual: Response = Response()) -> Response:
    """The response that a table describes, what it leaves out as in ``usual``; a body has one key."""
    given = [key for key in _BODY_KEYS if key in table]
    if len(given) > 1:
        raise TableError(f"{table.place(given[1])} cannot stand beside {given[0]}. Keep one of them.")
    body, kind = usual.body, usual.kind
    if given:
        kind = _BODY_KEYS[given[0]]
        body = _json_of(table) if given[0] == "json" else table.text(given[0])
    return Response(
        table.integer("status", usual.status),
        table.pairs("headers", usual.headers),
        body,
        kind,
        table.number("delay_s", usual.delay_s),
        table.one_of("fault", Fault, usual.fault),
    )


def json_text(value: object) -> str:
    """A value as JSON text: one line when it is short, else indented; raises ``ValueError`` for what JSON has not."""
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return line if len(line) <= LINE else json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)


def _json_of(table: StrictTable) -> str:
    try:
        return json_text(table.value("json"))
    except (TypeError, ValueError):
        raise TableError(f"{table.place('json')} has a date, nan or inf, which JSON has not. Write a text.") from None


def rule_to_table(rule: Rule) -> dict[str, Any]:
    """A rule as a table."""
    table: dict[str, Any] = {"name": rule.name}
    if not rule.on:
        table["on"] = False
    if rule.when:
        table["when"] = _when(rule.when)
    return {**table, "response": response_to_table(rule.response)}


def rule_from_table(table: StrictTable, usual: Response = Response()) -> Rule:
    """The rule that a table describes; what its response leaves out is as in ``usual``."""
    return Rule(
        table.text("name"),
        tuple(_when_of(table)),
        response_from_table(table.table("response", required=False), usual),
        table.flag("on", True),
    )


def rule_set_to_table(rule_set: RuleSet) -> dict[str, Any]:
    """Rules and default as a table."""
    rules = {"rule": list(map(rule_to_table, rule_set.rules))} if rule_set.rules else {}
    return {**rules, "response": response_to_table(rule_set.default)}


def rule_set_from_table(table: StrictTable) -> RuleSet:
    """The rules and the default that a table describes."""
    rules = tuple(map(rule_from_table, table.tables("rule")))
    return RuleSet(rules, response_from_table(table.table("response", required=False)))


def _when(conditions: Sequence[Condition]) -> dict[str, Any] | list[dict[str, Any]]:
    """The conditions as a table, or, when a draft has two on one thing, as a table each."""
    entries: list[tuple[str, Any]] = []
    spelled = False
    for condition in conditions:
        # TOML writes texts before inner tables. So behind the first inner table all are some, which keeps the order.
        spelled = spelled or condition.comparison is not Comparison.IS
        key = f"{condition.subject}.{condition.name}" if condition.subject.is_named else condition.subject.value
        value = condition.value if condition.comparison.has_value else True
        entries.append((key, {condition.comparison.value: value} if spelled else value))
    table = dict(entries)
    return table if len(table) == len(entries) else [{key: value} for key, value in entries]


def _when_of(rule: StrictTable) -> list[Condition]:
    if "when" in rule and isinstance(rule.value("when"), list):
        return [condition for table in rule.tables("when") for condition in _conditions(table)]
    return _conditions(rule.table("when", required=False))


def _conditions(table: StrictTable) -> list[Condition]:
    found = []
    for key in table.names():
        subject, dot, name = key.partition(".")
        if subject not in Subject.__members__.values() or (dot and not Subject(subject).is_named):
            raise TableError(_unknown(table, key))
        if Subject(subject).is_named and not dot and isinstance(table.value(key), dict):
            inner = table.table(key)  # header.X without quotes is a table in a table
            found += [_condition(inner, each, Subject(subject), each) for each in inner.names()]
        else:
            found.append(_condition(table, key, Subject(subject), name))
    return found


def _unknown(table: StrictTable, key: str) -> str:
    close = get_close_matches(key.partition(".")[0], [subject.value for subject in Subject], n=1)
    hint = f"Did you mean {close[0]}?" if close else f"It must be one of {', '.join(map(_key_shown, Subject))}."
    return f"{table.place(key)} is not known. {hint}"


def _key_shown(subject: Subject) -> str:
    return f"{subject}.X" if subject.is_named else subject.value


def _condition(table: StrictTable, key: str, subject: Subject, name: str) -> Condition:
    value = table.value(key)
    if not isinstance(value, dict):
        return Condition(subject, _text(table, key), name)
    inner = table.table(key)
    names = inner.names()
    if len(names) != 1 or names[0] not in Comparison.__members__.values():
        listed = ", ".join(comparison.value for comparison in Comparison)
        raise TableError(f"{table.place(key)} must be a text or have one of these: {listed}.")
    comparison = Comparison(names[0])
    if comparison.has_value:
        return Condition(subject, _text(inner, comparison.value), name, comparison)
    if not inner.flag(comparison.value):
        raise TableError(f"{inner.place(comparison.value)} can only be true.")
    return Condition(subject, "", name, comparison)


def _text(table: StrictTable, key: str) -> str:
    """A text, or a whole number as one."""
    value = table.value(key)
    return str(table.integer(key)) if isinstance(value, int) and not isinstance(value, bool) else table.text(key)
