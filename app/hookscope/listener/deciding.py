"""What is to be answered: what is wrong with the request itself comes first, then verification, then the rules."""

from __future__ import annotations

from typing import NamedTuple

from hookscope.deliveries import Outcome, Passed, SentResponse
from hookscope.endpoints import Endpoint
from hookscope.listener.answers import plain
from hookscope.listener.bodies import Body
from hookscope.listener.forwarding import Forward
from hookscope.listener.proof import turned_away
from hookscope.listener.snapshot import Snapshot
from hookscope.responses import Plan, RequestView, plan
from hookscope.responses.choosing import Turns

_PROBLEMS = {
    400: plain(400, "The body of this request cannot be read."),
    408: plain(408, "The body of this request did not come in time."),
    413: plain(413, "The body of this request is too large."),
    503: plain(503, "This request could not be kept. Please send it again."),
}
_BROKEN_OFF = SentResponse(0)
_CROWDED = plain(503, "Too many answers are held back at this time. Please send it again.")


class Decided(NamedTuple):
    """What is to happen, the rule that says so and those that did not, and whether the user answers by hand."""

    plan: Plan
    rule: str = ""
    passed: tuple[Passed, ...] = ()
    hold: bool = False
    forward: Forward | None = None

    @property
    def waits(self) -> bool:
        """Whether the answer does not go out at once and whole."""
        return self.hold or not self.plan.is_plain


def decide(snapshot: Snapshot, endpoint: Endpoint, body: Body, view: RequestView, turns: Turns) -> Decided:
    """What is to be answered; counts the request for the rules that answer every nth."""
    if body.outcome is not Outcome.WAITING:
        return Decided(Plan(_PROBLEMS.get(body.status, _BROKEN_OFF), problem=body.problem))
    if refusal := turned_away(snapshot.checks[endpoint.id], view.verdict):
        response, problem = refusal
        return Decided(Plan(response, problem=problem))
    choice = snapshot.choosers[endpoint.id].choose(view, turns)
    chosen = plan(choice.response, view, snapshot.files)
    handler = Forward(chosen.forward, endpoint.path, snapshot.forward_hosts) if chosen.forward else None
    return Decided(chosen, choice.rule, choice.passed, endpoint.hold, handler)


def crowded_out(decided: Decided, most: int) -> Decided:
    """The same when there is no place left for an answer that waits."""
    problem = f"{most} answers were held back already, so the sender got 503 at once."
    return Decided(Plan(_CROWDED, problem=problem), decided.rule, decided.passed)
