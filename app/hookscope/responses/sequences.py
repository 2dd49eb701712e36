"""Sequences: ``503, 503, then 200`` as rules over the attempts of a message."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import count, groupby
from typing import NamedTuple

from hookscope.responses.model import BodyKind, Fault, Response, flaws
from hookscope.responses.presets import plain
from hookscope.responses.rules import Condition, Rule, Subject

MOST = 20
_TIMES = re.compile(r"(?<=[0-9])\s*[x×*]\s*(?=[0-9])", re.IGNORECASE)
_GAPS = re.compile(r"(?:[\s,;→]|->)+")
_STEP = re.compile(r"(?:([0-9]{1,6})x)?([0-9]{1,6})")
_FILLERS = ("then", "and")


class SequenceFlaw(ValueError):
    """A text is no sequence; the text of the error is one sentence."""


class _Run(NamedTuple):
    """Neighbouring attempts that get one status; ``last`` is 0 for all that follow."""

    status: int
    first: int
    last: int


def sequence_rules(text: str, default: Response, taken_names: Collection[str]) -> tuple[Rule, ...]:
    """The rules that answer the attempts of a message with these statuses, the last one all that follow, too.

    Headers and body are those of the default. What the default says anyway gets no rule. Raises ``SequenceFlaw``.
    """
    runs = _runs(statuses_of(text))
    if _says(default, runs[-1].status):
        runs = runs[:-1]
    taken = {name.casefold() for name in taken_names}
    return tuple(Rule(_free(_name(run), taken), _when(run), plain(default, run.status)) for run in runs)


def statuses_of(text: str) -> list[int]:
    """The statuses in their order; raises ``SequenceFlaw``."""
    words = [word for word in _GAPS.split(_TIMES.sub("x", text.lower())) if word and word not in _FILLERS]
    found: list[int] = []
    for word in words:
        found += _step(word)
        if len(found) > MOST:
            raise SequenceFlaw(f"A sequence has at most {MOST} statuses.")
    if not found:
        raise SequenceFlaw("Enter statuses, such as 503, 503, then 200.")
    return found


def _step(word: str) -> list[int]:
    found = _STEP.fullmatch(word)
    if not found:
        raise SequenceFlaw(f"“{word[:20]}” is not a status. Write for example 503, 503, then 200.")
    times, status = int(found[1] or 1), int(found[2])
    for flaw in flaws(Response(status, body="", kind=BodyKind.TEXT)):
        raise SequenceFlaw(flaw.message)
    if not times:
        raise SequenceFlaw("Write how often a status comes as a number from 1, such as 2x503.")
    return [status] * min(times, MOST + 1)


def _runs(statuses: list[int]) -> list[_Run]:
    runs, first = [], 1
    for status, group in groupby(statuses):
        after = first + len(list(group))
        runs.append(_Run(status, first, after - 1))
        first = after
    return [*runs[:-1], runs[-1]._replace(last=0)]


def _says(default: Response, status: int) -> bool:
    is_plain = default.kind is not BodyKind.FORWARD and not default.delay_s and default.fault is Fault.NONE
    return is_plain and default.status == status


def _when(run: _Run) -> tuple[Condition, ...]:
    """The earlier attempts belong to the rules before, so an upper bound will do."""
    if not run.last:
        return (Condition(Subject.ATTEMPT, f">={run.first}"),) if run.first > 1 else ()
    return (Condition(Subject.ATTEMPT, f"<={run.last}" if run.first < run.last else f"{run.last}"),)


def _name(run: _Run) -> str:
    if not run.last:
        return f"From attempt {run.first}: {run.status}" if run.first > 1 else f"All attempts: {run.status}"
    attempts = f"Attempt {run.first}" if run.first == run.last else f"Attempts {run.first}–{run.last}"
    return f"{attempts}: {run.status}"


def _free(wanted: str, taken: set[str]) -> str:
    names = (wanted if number == 1 else f"{wanted} ({number})" for number in count(1))
    name = next(name for name in names if name.casefold() not in taken)
    taken.add(name.casefold())
    return name
