"""Presets: the usual experiments with a response as rules, data from ``resources/presets``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from hookscope.bundled import resources
from hookscope.responses.model import BodyKind, Fault, Response, json_flaw
from hookscope.responses.rules import Rule, RuleSet, rule_set_flaws
from hookscope.responses.tables import rule_from_table
from hookscope.strict_table import StrictTable, TableError


@dataclass(frozen=True, slots=True)
class Preset:
    """One entry of the menu; the rules are tables, because what they leave out is as in the endpoint's default."""

    name: str
    order: int
    tables: tuple[Mapping[str, Any], ...]

    def rules(self, default: Response = Response()) -> tuple[Rule, ...]:
        """Its rules beside this default response."""
        usual = plain(default)
        return tuple(rule_from_table(StrictTable(table), usual) for table in self.tables)

    def apply(self, rule_set: RuleSet) -> RuleSet:
        """The rule set with these rules on top, without those that a preset made before."""
        made = _folded(rule.name for preset in load_presets() for rule in preset.rules())
        kept = tuple(rule for rule in rule_set.rules if rule.name.casefold() not in made)
        own = self.rules(rule_set.default)
        if not kept and own and not own[-1].when and own[-1].response == rule_set.default:
            own = own[:-1]
        return RuleSet(own + kept, rule_set.default)


def plain(default: Response, status: int = 200) -> Response:
    """The headers and body of a default response with another status, at once and whole.

    A handler's answer is not taken over, for its status is the handler's, nor is a body that this status cannot have.
    """
    body, kind = default.body, default.kind
    if kind is BodyKind.FORWARD or (kind is BodyKind.JSON and json_flaw(body)):
        body, kind = Response().body, BodyKind.JSON
    if status == 205:  # comes without a body
        body, kind = "", BodyKind.TEXT
    return replace(default, status=status, body=body, kind=kind, delay_s=0.0, fault=Fault.NONE)


@cache
def load_presets() -> tuple[Preset, ...]:
    """The presets that come with the program, in the order of the menu; raises ``TableError``."""
    paths = (resources() / "presets").glob("*.toml")
    return in_order(map(read_preset, sorted(paths)))


def in_order(presets: Iterable[Preset]) -> tuple[Preset, ...]:
    """The presets by their ``order``; raises ``TableError`` when two, or two of their rules, cannot be told apart."""
    found = tuple(sorted(presets, key=lambda preset: preset.order))
    rules = [rule.name for preset in found for rule in preset.rules()]
    for what, values in (("name", [preset.name for preset in found]), ("order", [str(each.order) for each in found])):
        if len(_folded(values)) < len(values):
            raise TableError(f"Two presets have the same {what}.")
    if len(_folded(rules)) < len(rules):
        raise TableError("Two presets have a rule with the same name.")
    return found


def read_preset(path: Path) -> Preset:
    """The preset in a file; raises ``TableError`` that names the file and the place in it."""
    try:
        values = tomllib.loads(path.read_text("utf-8"))
        table = StrictTable(values)
        rules = tuple(map(rule_from_table, table.tables("rule")))
        preset = Preset(table.text("name"), table.integer("order"), tuple(values.get("rule", ())))
        table.finish()
        _check(preset, rules)
    except ValueError as error:  # of TOML and UTF-8, too
        raise TableError(f"{path.name}: {error}") from None
    return preset


def _check(preset: Preset, rules: Sequence[Rule]) -> None:
    if not preset.name.strip():
        raise TableError("name is empty.")
    if not rules:
        raise TableError("rule is missing. A preset has at least one.")
    for flaw in rule_set_flaws(RuleSet(tuple(rules))):
        raise TableError(f"rule[{flaw.rule}].{flaw.place}: {flaw.message}")


def _folded(names: Iterable[str]) -> set[str]:
    return {name.casefold() for name in names}
