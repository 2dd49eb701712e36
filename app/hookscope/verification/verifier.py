"""Verification: one verdict for every request, whatever is in it."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from hookscope.deliveries import Request, VerdictNote
from hookscope.verification import words
from hookscope.verification.context import Context, Refused
from hookscope.verification.diagnosis import diagnose as find_mistakes
from hookscope.verification.job import Job, Match, Unavailable, Unsigned
from hookscope.verification.judging import judge, options_of, with_options
from hookscope.verification.model import Scheme
from hookscope.verification.notes import note_of
from hookscope.verification.quick import Quick, quick_match
from hookscope.verification.verdict import (
    BODY_NOT_COVERED,
    FAILED,
    OK,
    UNAVAILABLE,
    UNCONFIGURED,
    UNSIGNED,
    VERIFIED,
    Verdict,
)

log = logging.getLogger(__name__)

SHOWN = 16  # hex digits of a digest: enough to see that two differ, too few to verify anything

LONGEST_ID = 512
VERDICTS_KEPT = 256

NO_SCHEME = Verdict(UNCONFIGURED, UNCONFIGURED, "No verification is set for this endpoint.")


class Verifier:
    """A scheme with the options and secrets of an endpoint, ready to be used many times, from any thread."""

    def __init__(self, scheme: Scheme, secrets: Sequence[bytes] = (), options: Mapping[str, str] | None = None) -> None:
        self.scheme = scheme
        self.options = options_of(scheme, options or {})
        self.secrets = tuple(secrets)
        self._bound = with_options(scheme, self.options)
        self._quick = None if "hex_case" in self.options else quick_match(self._bound, self.secrets)
        self._made: dict[Quick, Verdict] = {}

    def __repr__(self) -> str:
        return f"Verifier({self.scheme.id})"  # never the secrets

    def verify(self, request: Request, at: float, *, diagnose: bool = True) -> Verdict:
        """The verdict on a request that arrived at this time, in seconds since 1970; never raises."""
        try:
            if self._quick is not None and math.isfinite(at) and (quick := self._quick(request, at)) is not None:
                return self._quickly(request, at, quick)
            job = self._job(request, at)
            verdict = self._verdict(job)
            mistaken = diagnose and verdict.state in (FAILED, UNSIGNED)
            return replace(verdict, diagnosis=find_mistakes(job, verdict, self.scheme)) if mistaken else verdict
        except Exception as error:  # noqa: BLE001  no request may end the way of another
            # Without its text and traceback, which might hold what the request or the secret is.
            log.error("a request could not be verified with %s (%s)", self.scheme.id, type(error).__name__)
            return self._ended(FAILED, "malformed_signature", "The request could not be verified. Please report this.")

    def note(self, request: Request, at: float, *, diagnose: bool = True) -> VerdictNote:
        """The same verdict as it is stored with a delivery."""
        return note_of(self.verify(request, at, diagnose=diagnose))

    def delivery_id(self, request: Request) -> str | None:
        """What stays the same over the redeliveries of a message; ``None`` where the request has no such thing."""
        place = self.scheme.delivery_id
        if place is None:
            return None
        try:
            found = Context(request, self.options).find(place.source, place.name)
        except Refused:
            return None
        return found.decode("latin-1") if found and len(found) <= LONGEST_ID else None

    def _quickly(self, request: Request, at: float, key: Quick) -> Verdict:
        """The verdict on a match; that of the long way, which is the same for all texts of one length."""
        kept = self._made.get(key)
        if kept is not None:
            return kept
        made = self._verdict(self._job(request, at))
        if made.state == VERIFIED:
            if len(self._made) >= VERDICTS_KEPT:
                self._made.clear()
            self._made[key] = made
        return made

    def _job(self, request: Request, at: float) -> Job:
        context = Context(request, self.options, decoded_body=self._bound.decoded_body)
        return Job(self._bound, self.secrets, context, at)

    def _verdict(self, job: Job) -> Verdict:
        try:
            self._need_options()
            match = judge(job)
        except Unsigned as error:
            return self._ended(UNSIGNED, UNSIGNED, str(error), job)
        except Refused as error:
            return self._ended(FAILED, error.reason, str(error), job)
        except Unavailable as error:
            return self._ended(UNAVAILABLE, error.reason, str(error), job)
        return self._verified(job, match)

    def _need_options(self) -> None:
        missing = [
            name for name, default in self.scheme.options.items() if default is None and not self.options.get(name)
        ]
        if missing:
            raise Refused("missing_context", f"The option {missing[0]} is not set for this endpoint.")

    def _verified(self, job: Job, match: Match) -> Verdict:
        strength = self.scheme.strength
        uncovered = strength == "signature" and BODY_NOT_COVERED in match.warnings
        if match.secret is not None and len(self.secrets) > 1:
            job.note("secret", match.secret + 1, len(self.secrets))
        return Verdict(
            VERIFIED,
            OK,
            words.VERIFIED["uncovered" if uncovered else strength],
            strength,
            self.scheme.id,
            match.warnings,
            tuple(job.story),
            secret=match.secret,
        )

    def _ended(self, state: str, reason: str, message: str, job: Job | None = None) -> Verdict:
        if job is None:
            return Verdict(state, reason, message, self.scheme.strength, self.scheme.id)
        compared = reason == "signature_mismatch" and self.scheme.kind not in ("static", "basic")
        return Verdict(
            state,
            reason,
            message,
            self.scheme.strength,
            self.scheme.id,
            story=tuple(job.story),
            expected=_shown(job.expected) if compared else "",
            got=_shown(job.got) if compared else "",
        )


def verify(
    request: Request,
    scheme: Scheme,
    secrets: Sequence[bytes] = (),
    at: float = 0.0,
    options: Mapping[str, str] | None = None,
    *,
    diagnose: bool = True,
) -> Verdict:
    """The verdict on one request that arrived at ``at``, in seconds since 1970; never raises, and fetches nothing."""
    return Verifier(scheme, secrets, options).verify(request, at, diagnose=diagnose)


def _shown(digest: bytes) -> str:
    text = digest.hex()
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
