"""What the listener needs to know to take a request, immutable; a new one takes its place whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hookscope.deliveries import SentResponse
from hookscope.endpoints import Endpoint, Matcher
from hookscope.responses import planned

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The endpoints with their responses as they go out, and the largest body in bytes."""

    matcher: Matcher
    responses: Mapping[int, SentResponse]
    body_limit: int = 25 * MEBIBYTE


def snapshot_of(endpoints: Iterable[Endpoint], body_limit: int = 25 * MEBIBYTE) -> Snapshot:
    """A snapshot of these endpoints."""
    kept = tuple(endpoints)
    return Snapshot(Matcher(kept), {endpoint.id: planned(endpoint.response) for endpoint in kept}, body_limit)
