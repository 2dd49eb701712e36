"""Verdicts in words."""

from __future__ import annotations

import pytest

from hookscope.deliveries import Outcome
from hookscope.endpoints import SecretNote
from hookscope.ui.deliveries.texts import time_text
from hookscope.ui.inspector.verdict_story import LONGEST_WORD, is_other, tell, which_secret
from hookscope.verification import NO_SCHEME, Diagnosis, Repair, Verdict
from hookscope.verification.verdict import FAILURES
from ui.deliveries.conftest import row

TOKEN = Verdict("verified", "ok", "The token is right.", "token", "vendasta-send", ("body_not_covered",), secret=0)
CREATED = 1_795_435_200_000_000


def test_a_failure_with_all_there_is() -> None:
    repair = Repair("Use that name", (("name", "X"),))
    mistakes = (Diagnosis("a", "One thing."), Diagnosis("b", "Another.", repair))
    story = (("found", "header `S`", 1),)
    failed = Verdict("failed", "signature_mismatch", "It does not fit.", "signature", "github", (), story, mistakes)
    told = tell(failed, row())
    assert (told.words.text, told.sentence) == ("Wrong signature", "It does not fit.")
    assert (told.diagnosis, told.repair) == (("One thing.", "Another."), repair)
    assert told.steps == ("Found 1 signature in the header `S`.",)


@pytest.mark.parametrize("state", ["verified", "failed", "unsigned", "unavailable", "unconfigured"])
def test_a_verdict_without_a_sentence_gets_one(state: str) -> None:
    assert tell(Verdict(state, "x", "", "token"), row()).sentence.endswith(".")


def test_the_sentence_does_not_say_what_stands_on_the_button() -> None:
    locked = "The keyring is locked, so the token could not be read. Unlock it and check again."
    told = tell(Verdict("unavailable", "keyring_locked", locked, "token", "vendasta-send"), row())
    assert told.sentence == "The keyring is locked, so the token could not be read."


def test_warnings_are_sentences_and_none_says_what_the_first_line_says() -> None:
    assert tell(TOKEN, row()).warnings == ()
    signed = Verdict("verified", "ok", "Right.", "signature", "x", ("no_replay_window", "body_not_covered"))
    assert tell(signed, row()).warnings == ("An old request can be sent again: its age is not checked.",)


def test_what_did_not_come_whole_was_not_verified() -> None:
    told = tell(NO_SCHEME, row(outcome=Outcome.INCOMPLETE))
    assert told.sentence == "The request did not come whole, so it was not verified."
    assert tell(NO_SCHEME, row()).sentence == "No verification is set for this endpoint."


@pytest.mark.parametrize("reason", FAILURES)
def test_hostile_sentences_stay_short_and_visible(reason: str) -> None:
    hostile = "\u202e<b>" + "x" * 1_000_000
    told = tell(Verdict("failed", reason, hostile, "token", diagnosis=(Diagnosis("a", hostile),)), row())
    for text in (told.sentence, *told.diagnosis):
        assert len(text) <= LONGEST_WORD + 1
        assert text.startswith("‹U+202E›<b>xx")


def test_which_secret_fits() -> None:
    notes = {"new": SecretNote("new", "generated", CREATED), "old": SecretNote("old", "", CREATED)}
    assert which_secret(TOKEN, ["new", "old"], notes) == f"It fits the token “generated” of {time_text(CREATED)}."
    password = Verdict("verified", "ok", "", "basic", "basic", secret=1)
    assert which_secret(password, ["new", "old"], notes) == f"It fits the password “old” of {time_text(CREATED)}."
    assert which_secret(TOKEN, ["unknown"], {}) == "It fits the token “unknown”."
    assert which_secret(TOKEN, [], notes) == ""
    assert which_secret(Verdict("failed", "x", secret=0), ["new"], notes) == ""
    published = Verdict("verified", "ok", "", "signature", "vendasta-marketplace")
    assert which_secret(published, [], {}) == "It fits the key that comes with the scheme."


def test_what_is_worth_telling_unasked() -> None:
    failed = Verdict("failed", "signature_mismatch", "", "token", "vendasta-send")
    assert is_other(TOKEN, failed)
    assert is_other(failed, NO_SCHEME)
    assert not is_other(TOKEN, TOKEN)
    assert not is_other(NO_SCHEME, TOKEN)
    assert not is_other(Verdict("unavailable", "keyring_locked"), TOKEN)
