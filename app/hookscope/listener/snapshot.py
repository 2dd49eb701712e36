"""What the listener needs to know to take a request, immutable; a new one takes its place whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hookscope.deliveries import SentResponse
from hookscope.endpoints import Check, Endpoint, Matcher, pending_check
from hookscope.responses import planned

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The endpoints with their responses as they go out and their checks, and the largest body in bytes."""

    matcher: Matcher
    responses: Mapping[int, SentResponse]
    checks: Mapping[int, Check]
    body_limit: int = 25 * MEBIBYTE


def snapshot_of(
    endpoints: Iterable[Endpoint], body_limit: int = 25 * MEBIBYTE, checks: Mapping[int, Check] | None = None
) -> Snapshot:
    """A snapshot of these endpoints; those whose check is not given wait for their secrets."""
    kept, ready = tuple(endpoints), checks or {}
    return Snapshot(
        Matcher(kept),
        {endpoint.id: planned(endpoint.response) for endpoint in kept},
        {endpoint.id: ready.get(endpoint.id) or pending_check(endpoint) for endpoint in kept},
        body_limit,
    )
