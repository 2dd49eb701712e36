"""What the program is set to while it is measured: two endpoints that verify, with a secret in memory only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hookscope.program import Program

SECRET = "the-secret-of-the-bench-0123456789"
TOKEN = "Signature"
SIGNATURE = "X-Hub-Signature-256"
LARGE_PATH = "/large"


def verify_all(program: Program) -> None:
    """Verify a token at the first endpoint, and a signature at one for large bodies; both stay for the next start."""
    from hookscope.endpoints import Endpoint

    program.secrets.keep_for_this_run("bench", SECRET)
    first, *others = program.endpoints.all()
    if first.scheme:
        return
    program.endpoints.save(replace(first, scheme="vendasta-send", secrets=("bench",))).result()
    if all(endpoint.path != LARGE_PATH for endpoint in others):
        program.endpoints.save(Endpoint("large", LARGE_PATH, scheme="github", secrets=("bench",))).result()
