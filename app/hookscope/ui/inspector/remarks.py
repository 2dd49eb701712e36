"""Words beside a value that the sender probably did not mean to send like this."""

from __future__ import annotations

from hookscope.findings.placeholders import placeholder_in

NOT_FILLED_IN, EMPTY = "not filled in", "empty"
_LOOKED_AT = 10_000


def remark_of(value: str) -> str:
    """*empty*, or *not filled in* where a placeholder of the automation was left; else nothing."""
    if not value:
        return EMPTY
    return NOT_FILLED_IN if placeholder_in(value[:_LOOKED_AT]) else ""
