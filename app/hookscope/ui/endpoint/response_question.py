"""What the user is asked before a rule set is applied."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from hookscope.responses import BodyKind, Response, RuleSet
from hookscope.responses.senders import Sender


class Question(NamedTuple):
    """A status that does harm with this sender: what to ask, and the row of the first response that has it."""

    sentence: str
    status: int
    row: int


def question(sender: Sender, applied: RuleSet, draft: RuleSet, agreed: Collection[int]) -> Question | None:
    """The first question about what is new in a draft, but for the statuses that the user has agreed to."""
    for row, response in _new_responses(applied, draft):
        effect = sender.effect_of(response.status, response.delay_s, response.fault.drops)
        asked = effect.question(response.status) if effect else ""
        if asked and response.status not in agreed:
            return Question(asked, response.status, row)
    return None


def _new_responses(applied: RuleSet, draft: RuleSet) -> Iterator[tuple[int, Response]]:
    """The responses that some request gets that it did not get before; a handler's status is not known."""
    known = {(rule.when, rule.response) for rule in applied.rules if rule.on}
    for row, rule in enumerate(draft.rules):
        if rule.on and (rule.when, rule.response) not in known and rule.response.kind is not BodyKind.FORWARD:
            yield row, rule.response
    if draft.default != applied.default and draft.default.kind is not BodyKind.FORWARD:
        yield len(draft.rules), draft.default
