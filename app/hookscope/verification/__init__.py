"""Whether a request comes from who it says: schemes as data, a verdict with its reason, and signing."""

from __future__ import annotations

from hookscope.verification.model import Scheme
from hookscope.verification.notes import note_of, verdict_of
from hookscope.verification.parsing import SchemeError, load_schemes, parse_scheme, read_schemes
from hookscope.verification.signing import SignError, sign
from hookscope.verification.verdict import Diagnosis, Repair, Verdict
from hookscope.verification.verifier import NO_SCHEME, Verifier, verify

__all__ = [
    "NO_SCHEME",
    "Diagnosis",
    "Repair",
    "Scheme",
    "SchemeError",
    "SignError",
    "Verdict",
    "Verifier",
    "load_schemes",
    "note_of",
    "parse_scheme",
    "read_schemes",
    "sign",
    "verdict_of",
    "verify",
]
