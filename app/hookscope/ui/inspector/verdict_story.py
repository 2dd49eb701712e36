"""A verdict as the *Verification* tab tells it: what stands where, in words. No Qt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hookscope.deliveries import Row, is_complete
from hookscope.endpoints import SecretNote
from hookscope.ui.deliveries.texts import time_text
from hookscope.ui.deliveries.words import Words, verdict_words
from hookscope.ui.inspector.meaning import NOT_WHOLE, meaning
from hookscope.visible import visible

if TYPE_CHECKING:
    from hookscope.verification import Repair, Verdict

LONGEST, LONGEST_WORD = 600, 60
"""Characters of a sentence, and of a word of it: a label breaks lines only between words."""

NOT_WHOLE_SENTENCE = "The request did not come whole, so it was not verified."
_SENTENCES: Mapping[str, str] = {
    "verified": "The signature is right: the body is what the sender signed.",
    "unconfigured": "No verification is set for this endpoint.",
    "unsigned": "The request has no signature.",
    "unavailable": "The token could not be read.",
    "failed": "The signature does not fit body and secret.",
}
"""Where no sentence was stored."""

_ON_THE_BUTTON = " Unlock it and check again."
_SAID_ALREADY = frozenset({"body_not_covered"})  # the first sentence of such a verdict says so
_NOUNS: Mapping[str, str] = {"token": "token", "basic": "password", "signature": "secret"}
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")


@dataclass(frozen=True, slots=True)
class VerdictStory:
    """One verdict in words. ``sent`` and ``expected`` begin the two digests where two were compared."""

    words: Words
    sentence: str
    diagnosis: tuple[str, ...] = ()
    repair: Repair | None = None
    steps: tuple[str, ...] = ()
    sent: str = ""
    expected: str = ""
    secret: str = ""
    warnings: tuple[str, ...] = ()
    meaning: str = ""


def tell(verdict: Verdict, row: Row) -> VerdictStory:
    """The verdict on a delivery in words."""
    from hookscope.verification.words import WARNINGS

    words = verdict_words(verdict.state, verdict.reason, verdict.strength)
    if not is_complete(row) and verdict.state == "unconfigured":
        return VerdictStory(words, NOT_WHOLE_SENTENCE, meaning=NOT_WHOLE)
    warnings = (WARNINGS.get(code, code) for code in verdict.warnings if code not in _SAID_ALREADY)
    return VerdictStory(
        words,
        _shown(verdict.message.removesuffix(_ON_THE_BUTTON) or _SENTENCES.get(verdict.state, words.text)),
        tuple(_shown(each.sentence) for each in verdict.diagnosis),
        next((each.repair for each in verdict.diagnosis if each.repair), None),
        tuple(map(_shown, verdict.steps)),
        verdict.got,
        verdict.expected,
        warnings=tuple(map(_shown, warnings)),
        meaning=meaning(verdict.state, verdict.reason, verdict.strength),
    )


def which_secret(verdict: Verdict, names: Sequence[str], notes: Mapping[str, SecretNote]) -> str:
    """Which of these secrets a request was verified with, by its label and date, never its value."""
    if verdict.state != "verified":
        return ""
    if verdict.secret is None:
        return "It fits the key that comes with the scheme."
    if verdict.secret >= len(names):
        return ""
    name = names[verdict.secret]
    note = notes.get(name, SecretNote(name))
    since = f" of {time_text(note.created_us)}" if note.created_us else ""
    return _shown(f"It fits the {_NOUNS.get(verdict.strength, 'secret')} “{note.label or name}”{since}.")


def is_same(now: Verdict, before: Verdict) -> bool:
    """Whether two verdicts come to the same for the same reason."""
    return (now.state, now.reason, now.scheme) == (before.state, before.reason, before.scheme)


def is_other(now: Verdict, before: Verdict) -> bool:
    """Whether today's check comes to something else that is worth telling without being asked."""
    return now.state in ("verified", "failed", "unsigned") and not is_same(now, before)


def _shown(text: str) -> str:
    return _LONG_WORD.sub(lambda found: found[0][:LONGEST_WORD] + "…", visible(text, LONGEST))
