"""What is found out about a request before it is answered: its hash, the verdict, and the id of its message."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from hookscope.deliveries import Request, SentResponse, VerdictNote
from hookscope.endpoints import Check
from hookscope.listener.answers import plain

DIAGNOSED = 64 << 10  # what fails with a larger one is diagnosed when somebody looks at it

_TURNED_AWAY = {  # flat: the reason is for the user, a forger learns nothing from it
    "failed": plain(401, "Not verified."),
    "unsigned": plain(401, "Not verified."),
    "unavailable": plain(503, "This request cannot be verified now. Please send it again."),
}
_NOT_WHOLE = VerdictNote()


class Proof(NamedTuple):
    """The hash of the body, the verdict, and what stays the same when the message is sent again."""

    body_sha256: bytes
    verdict: VerdictNote
    delivery_id: str | None


def prove(check: Check, request: Request, at: float, *, whole: bool) -> Proof:
    """Verify a request that arrived at this time; one whose body is not ``whole`` is not verified."""
    digest = sha256(request.body).digest()
    if not whole:
        return Proof(digest, _NOT_WHOLE, None)
    return Proof(digest, check.note(request, at, diagnose=False), check.delivery_id(request))


def wants_diagnosis(proof: Proof, request: Request) -> bool:
    """Whether a mistake is to be looked for at once."""
    return proof.verdict.state in ("failed", "unsigned") and len(request.body) <= DIAGNOSED


def diagnosed(check: Check, request: Request, at: float, proof: Proof) -> Proof:
    """The same with the mistake that explains the failure, if it is a known one; takes milliseconds."""
    return proof._replace(verdict=check.note(request, at))


def turned_away(check: Check, verdict_state: str) -> tuple[SentResponse, str] | None:
    """What is answered instead where an endpoint throws out what is not verified, and a sentence for the row."""
    response = _TURNED_AWAY.get(verdict_state) if check.reject else None
    if response is None:
        return None
    return response, f"It was not verified, so this endpoint answered {response.status} as it is set to."
