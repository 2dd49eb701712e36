"""Whether the automation step works, from the requests that have come."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from hookscope.ui.endpoint.history import Came
from hookscope.ui.endpoint.wording import clock

WAITING = "Waiting for the first request from the automation…"
_PROVEN = {"token": "token matches", "basic": "password matches", "signature": "signature right"}
_NOUNS = {"basic": "password", "signature": "signature"}


class StepState(NamedTuple):
    """A sentence, its icon with the token of its colour and a word for it, and the delivery to look at (0: none)."""

    sentence: str
    icon: str = "ring"
    role: str = "muted"
    spoken: str = "Waiting"
    delivery_id: int = 0


def step_state(first: Came | None, newest: Came | None, now: datetime) -> StepState:
    """What the first request shows, or the newest one where that was judged differently."""
    if first is None:
        return StepState(WAITING)
    is_first = newest is None or newest.state == first.state
    came = first if is_first or newest is None else newest
    when = f"{'First' if is_first else 'Last'} request at {clock(came.us, now)}"
    if came.state == "verified":
        return StepState(f"{when}, {_PROVEN.get(came.strength, 'verified')}. The step works.", "check", "ok", "Done")
    if came.state == "unconfigured":
        return StepState(f"{when}. The step works.", "check", "ok", "Done")
    return StepState(f"{when}, but {_problem(came)}.", *_MARKS[came.state], came.id)


_MARKS = {
    "failed": ("cross-circle", "bad", "Wrong"),
    "unsigned": ("dash-circle", "warn", "Missing"),
    "unavailable": ("lock", "warn", "Not checked"),
}


def _problem(came: Came) -> str:
    noun = _NOUNS.get(came.strength, "token")
    if came.state == "failed":
        return f"the {noun} is wrong"
    return f"it has no {noun}" if came.state == "unsigned" else f"the {noun} could not be checked"
