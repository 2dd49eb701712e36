"""What an endpoint answers: the model of a response, why one cannot be applied, and what goes out for it."""

from __future__ import annotations

from hookscope.responses.model import (
    BodyKind,
    Fault,
    Headers,
    Response,
    faults,
    has_body,
    json_fault,
    status_name,
)
from hookscope.responses.planning import implied_headers, planned

__all__ = [
    "BodyKind",
    "Fault",
    "Headers",
    "Response",
    "faults",
    "has_body",
    "implied_headers",
    "json_fault",
    "planned",
    "status_name",
]
