"""How far the look-up of an id is. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from hookscope.records.model import Code

if TYPE_CHECKING:
    from hookscope.program import Program
    from hookscope.records.model import LookUp


class State(NamedTuple):
    """An icon, the token of its colour, and what a screen reader says."""

    icon: str
    role: str
    words: str


NOT_FETCHED = State("look-up", "muted", "not fetched")
UNDER_WAY = State("clock", "info", "being fetched")
FETCHED = State("check", "ok", "fetched")
FAILED = State("cross-circle", "bad", "failed")
EXAMPLE = State("note", "muted", "example")
_NOT_TRIED = (Code.NO_CREDENTIAL, Code.KEYRING)
NOTHING = State("dash-circle", "muted", "nothing to look up")


def state_of(look_ups: Sequence[LookUp], program: Program, begun: Callable[[LookUp], bool]) -> State:
    """The state of an id with these look-ups; ``begun`` knows which the window has begun a moment ago."""
    if not look_ups:
        return NOTHING
    if any(begun(look_up) or program.records.look_ups.is_under_way(look_up) for look_up in look_ups):
        return UNDER_WAY
    states = [_state(look_up, program) for look_up in look_ups]
    return next((state for state in states if state is not NOT_FETCHED), NOT_FETCHED)


def has_example(look_up: LookUp, program: Program) -> bool:
    """Whether an example of ours is shown instead of asking the platform."""
    return not program.records.profile.is_custom and program.records.catalogue.example(look_up) is not None


def _state(look_up: LookUp, program: Program) -> State:
    known = program.records.look_ups
    if has_example(look_up, program):
        return EXAMPLE
    failure = known.failure(look_up)
    if failure is not None and failure.code not in _NOT_TRIED:
        return FAILED
    return FETCHED if known.kept(look_up) is not None else NOT_FETCHED
