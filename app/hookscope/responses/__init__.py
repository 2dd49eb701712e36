"""What an endpoint answers: the model of a response, why one cannot be applied, and what goes out for it."""

from __future__ import annotations

from hookscope.responses.model import (
    BodyKind,
    Flaw,
    Headers,
    Response,
    flaws,
    has_body,
    json_flaw,
    status_name,
)
from hookscope.responses.planning import implied_headers, planned

__all__ = [
    "BodyKind",
    "Flaw",
    "Headers",
    "Response",
    "flaws",
    "has_body",
    "implied_headers",
    "json_flaw",
    "planned",
    "status_name",
]
