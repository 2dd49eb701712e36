"""What is wrong with a delivery that was received all the same, and what to do about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from hookscope.endpoints import Endpoint
from hookscope.findings.empty_body import empty_body
from hookscope.findings.flat_body import flat_body
from hookscope.findings.model import Finding
from hookscope.findings.near_path import near_path
from hookscope.findings.placeholders import unfilled
from hookscope.ids import Found
from hookscope.responses import RequestView
from hookscope.responses.senders import sender_of


def find(
    view: RequestView, ids: Collection[Found], endpoint: Endpoint | None, endpoints: Sequence[Endpoint]
) -> tuple[Finding, ...]:
    """All findings of a request that came whole, the one to show first at the front; never raises.

    ``endpoint`` took the request, ``None`` when it is gone. At a wrong path nothing else matters yet, and an empty
    body has nothing else wrong with it, so these come first.
    """
    if not view.request.method:  # bytes that are no request
        return ()
    wrong = near_path(view.request.target, endpoint, endpoints) if endpoint and endpoint.is_catch_all else None
    empty = empty_body(view, ids)
    found = (wrong, empty, unfilled(view), *(flat_body(view) if not empty and _promises_flat(endpoint) else ()))
    return tuple(each for each in found if each is not None)


def _promises_flat(endpoint: Endpoint | None) -> bool:
    """Whether one flat object of texts comes here; what no path claims may come from anybody."""
    return endpoint is not None and not endpoint.is_catch_all and sender_of(endpoint.sender).flat_text_body
