"""What the program is set to while it is measured: two endpoints that verify, and one whose answers are late."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hookscope.program import Program

SECRET = "the-secret-of-the-bench-0123456789"
TOKEN = "Signature"
SIGNATURE = "X-Hub-Signature-256"
LARGE_PATH = "/large"
LATE_PATH = "/late"


def set_endpoints(program: Program) -> None:
    """Verify a token at the first endpoint, and a signature at one for large bodies; all stay for the next start.

    The secret is in memory only.
    """
    from hookscope.endpoints import Endpoint
    from hookscope.responses import Response

    program.secrets.keep_for_this_run("bench", SECRET)
    first, *others = program.endpoints.all()
    if first.scheme:
        return
    program.endpoints.save(replace(first, scheme="vendasta-send", secrets=("bench",))).result()
    if all(endpoint.path != LARGE_PATH for endpoint in others):
        program.endpoints.save(Endpoint("large", LARGE_PATH, scheme="github", secrets=("bench",))).result()
        program.endpoints.save(Endpoint("late", LATE_PATH, Response(delay_s=600))).result()
