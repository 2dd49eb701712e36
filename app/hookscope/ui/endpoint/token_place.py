"""Where the token of an automation step stands, and what it is called there."""

from __future__ import annotations

from typing import NamedTuple

from hookscope.endpoints import Endpoint

SEND, TRIGGER, MARKETPLACE = "vendasta-send", "vendasta-trigger", "vendasta-marketplace"
HEADER, COOKIE, QUERY, JSON = "header", "cookie", "query", "json"
PLACES = ((HEADER, "Header"), (COOKIE, "Cookie"), (QUERY, "Query parameter"), (JSON, "JSON body key"))
USUAL_NAME = "Signature"


class TokenPlace(NamedTuple):
    """A place (header, cookie, query or json) and the name of the token in it."""

    place: str
    name: str


def token_place(endpoint: Endpoint) -> TokenPlace | None:
    """Where the step has to send its token, also while none is set; ``None`` for senders that sign on their own."""
    if endpoint.scheme == TRIGGER:
        return TokenPlace(HEADER, "verifier-token")
    if endpoint.scheme not in ("", SEND):
        return None
    options = endpoint.scheme_options
    return TokenPlace(options.get("place", HEADER), options.get("name", USUAL_NAME))
