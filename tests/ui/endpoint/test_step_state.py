from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hookscope.ui.endpoint.history import Came
from hookscope.ui.endpoint.step_state import WAITING, step_state

NOW = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
LOCAL = NOW.astimezone().tzinfo
FIRST, LATER = (int(datetime(2026, 11, 24, 12, minute, tzinfo=LOCAL).timestamp() * 1_000_000) for minute in (4, 9))


def test_nothing_has_come_yet() -> None:
    assert step_state(None, None, NOW).sentence == WAITING


@pytest.mark.parametrize(
    ("state", "strength", "sentence", "to_look_at"),
    [
        ("verified", "token", ", token matches. The step works.", False),
        ("verified", "basic", ", password matches. The step works.", False),
        ("verified", "signature", ", signature right. The step works.", False),
        ("unconfigured", "", ". The step works.", False),
        ("failed", "token", ", but the token is wrong.", True),
        ("failed", "signature", ", but the signature is wrong.", True),
        ("unsigned", "token", ", but it has no token.", True),
        ("unavailable", "basic", ", but the password could not be checked.", True),
    ],
)
def test_the_first_request_is_judged(state: str, strength: str, sentence: str, to_look_at: bool) -> None:
    came = Came(7, FIRST, state, strength)
    found = step_state(came, came._replace(id=9, us=LATER), NOW)
    assert found.sentence == f"First request at 24 Nov 12:04{sentence}"
    assert found.delivery_id == (7 if to_look_at else 0)


def test_the_newest_one_counts_once_it_is_judged_differently() -> None:
    wrong, right = Came(7, FIRST, "failed", "token"), Came(9, LATER, "verified", "token")
    assert step_state(wrong, right, NOW).sentence == "Last request at 24 Nov 12:09, token matches. The step works."
    found = step_state(right, wrong, NOW)
    assert (found.sentence, found.delivery_id) == ("Last request at 24 Nov 12:04, but the token is wrong.", 7)
