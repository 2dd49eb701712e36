"""The result of verification: a state, its reason, and how it came about.

States: ``verified``, ``failed``, ``unsigned`` (what the scheme looks for is not there), ``unconfigured`` (no scheme),
``unavailable`` (the secret or key cannot be read).
"""

from __future__ import annotations

from dataclasses import dataclass

from hookscope.verification import words
from hookscope.verification.words import Story

VERIFIED, FAILED, UNSIGNED = "verified", "failed", "unsigned"
UNCONFIGURED, UNAVAILABLE = "unconfigured", "unavailable"

OK = "ok"
FAILURES = (
    "missing_header",
    "missing_timestamp",
    "ambiguous_header",
    "malformed_signature",
    "bad_encoding",
    "malformed_body",
    "alg_not_allowed",
    "invalid_secret",
    "missing_context",
    "key_unavailable",
    "timestamp_malformed",
    "timestamp_too_old",
    "timestamp_in_future",
    "signature_mismatch",
    "body_hash_mismatch",
    "claim_missing",
    "claim_mismatch",
    "token_expired",
    "token_not_yet_valid",
    "insufficient_coverage",
)
UNAVAILABLE_REASONS = ("keyring_locked", "keyring_absent", "secret_missing")

BODY_NOT_COVERED, NO_REPLAY_WINDOW, WEAK_ALGORITHM = "body_not_covered", "no_replay_window", "weak_algorithm"


@dataclass(frozen=True, slots=True)
class Repair:
    """A change of configuration that would make a failed request verify.

    ``options`` are values to set for the scheme, ``scheme`` another scheme to choose; neither is ever a secret.
    """

    label: str
    options: tuple[tuple[str, str], ...] = ()
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A known mistake that explains a failure: its code, one sentence, and the change that repairs it, if one does."""

    code: str
    sentence: str
    repair: Repair | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification came to.

    ``message`` is one sentence. ``secret`` is the index of the secret that matched. ``story`` is what was done, as
    data, since sentences are not needed on the way of a request. ``expected`` and ``got`` begin the two digests in hex
    where two were compared: enough to see that they differ, too little to verify anything. A diagnosis never changes
    the state. Nothing here holds a secret.
    """

    state: str
    reason: str
    message: str = ""
    strength: str = ""
    scheme: str | None = None
    warnings: tuple[str, ...] = ()
    story: tuple[Story, ...] = ()
    diagnosis: tuple[Diagnosis, ...] = ()
    secret: int | None = None
    expected: str = ""
    got: str = ""

    @property
    def steps(self) -> tuple[str, ...]:
        """What was done, a sentence each."""
        return words.sentences(self.story)
