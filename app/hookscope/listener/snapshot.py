"""What the listener needs to know to take a request, immutable; a new one takes its place whole.

So no request ever meets half of an edited set of rules.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from hookscope.endpoints import Check, Endpoint, Matcher, pending_check
from hookscope.ids import Found, Shapes
from hookscope.responses import Chooser, Files, RequestView

MEBIBYTE = 1 << 20

FirstFinding: TypeAlias = Callable[[RequestView, Collection[Found], Endpoint, Sequence[Endpoint]], str]
"""The code of the first finding of a request, of its ids, the endpoint that takes it and all there are; often ``""``.

It is asked before the attempt is counted, on the listener's loop or in its worker.
"""


def no_finding(view: RequestView, ids: Collection[Found], endpoint: Endpoint, endpoints: Sequence[Endpoint]) -> str:
    """Find nothing."""
    return ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The endpoints with their rules and checks, the largest body in bytes, and what responses may use.

    ``forward_hosts`` are those beside this computer to which the user lets requests be forwarded, ``shapes`` tell ids.
    """

    matcher: Matcher
    choosers: Mapping[int, Chooser]
    checks: Mapping[int, Check]
    body_limit: int
    files: Files
    forward_hosts: frozenset[str]
    endpoints: tuple[Endpoint, ...]
    shapes: Shapes
    first_finding: FirstFinding


def snapshot_of(
    endpoints: Iterable[Endpoint],
    body_limit: int = 25 * MEBIBYTE,
    checks: Mapping[int, Check] | None = None,
    *,
    files: Files,
    forward_hosts: Iterable[str] = (),
    shapes: Shapes | None = None,
    first_finding: FirstFinding = no_finding,
) -> Snapshot:
    """A snapshot of these endpoints; those whose check is not given wait for their secrets."""
    kept, ready = tuple(endpoints), checks or {}
    return Snapshot(
        Matcher(kept),
        {endpoint.id: Chooser(endpoint.rule_set) for endpoint in kept},
        {endpoint.id: ready.get(endpoint.id) or pending_check(endpoint) for endpoint in kept},
        body_limit,
        files,
        frozenset(forward_hosts),
        kept,
        shapes or Shapes(),
        first_finding,
    )
