"""From the response a user wrote to the status, headers and bytes that are planned for the wire."""

from __future__ import annotations

from hookscope.deliveries import SentResponse
from hookscope.responses.model import BodyKind, Response, has_body

CONTENT_TYPES = {BodyKind.JSON: "application/json", BodyKind.TEXT: "text/plain; charset=utf-8"}


def implied_headers(response: Response) -> tuple[tuple[str, str], ...]:
    """The ``Content-Type`` that the kind of body brings along, unless the user wrote one or there is no body."""
    if not has_body(response.status) or not response.body:
        return ()
    if any(name.lower() == "content-type" for name, _ in response.headers):
        return ()
    return (("Content-Type", CONTENT_TYPES[response.kind]),)


def planned(response: Response) -> SentResponse:
    """What goes out for this response, but for the headers that frame the message."""
    body = response.body.encode() if has_body(response.status) else b""
    return SentResponse(response.status, response.headers + implied_headers(response), body)
