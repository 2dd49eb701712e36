"""The paragraph under *What does this mean?*."""

from __future__ import annotations

import pytest

from hookscope.ui.inspector.meaning import meaning
from hookscope.verification.verdict import FAILURES, UNAVAILABLE_REASONS

VERDICTS = [
    ("verified", "ok"),
    ("unsigned", "unsigned"),
    ("unconfigured", "unconfigured"),
    *(("failed", reason) for reason in FAILURES),
    *(("unavailable", reason) for reason in UNAVAILABLE_REASONS),
]


@pytest.mark.parametrize("strength", ["signature", "token", "basic"])
@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_has_one(verdict: tuple[str, str], strength: str) -> None:
    text = meaning(*verdict, strength)
    assert text.endswith(".")
    assert len(text) < 500


def test_it_says_what_a_match_proves() -> None:
    assert "nothing that is signed was changed" in meaning("verified", "ok", "signature")
    assert "not that nobody changed it" in meaning("verified", "ok", "token")
    assert "user name" in meaning("verified", "ok", "basic")
