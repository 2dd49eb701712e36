from __future__ import annotations

import time

import pytest
from pytestqt.qtbot import QtBot

from hookscope.ui.records.age_label import SLOW, Age, AgeLabel, age


@pytest.mark.parametrize(
    ("seconds", "words", "look_in"),
    [
        (-5, "fetched just now", 1),
        (0.9, "fetched just now", 1),
        (3.2, "fetched 3 s ago", 1),
        (59.9, "fetched 59 s ago", 1),
        (60, "fetched 1 min ago", SLOW),
        (3599, "fetched 59 min ago", SLOW),
        (3600, "fetched 1 h ago", SLOW),
        (86_400 * 3, "fetched 3 d ago", SLOW),
    ],
)
def test_the_age_in_words(seconds: float, words: str, look_in: int) -> None:
    assert age(seconds) == Age(words, look_in)


def test_only_an_age_that_is_seen_follows_the_time(qtbot: QtBot) -> None:
    label = AgeLabel()
    qtbot.addWidget(label)
    label.set_time(time.time() - 3)
    assert label.text() == "fetched 3 s ago"
    assert not follows(label)
    label.show()
    assert follows(label)
    qtbot.waitUntil(lambda: label.text() != "fetched 3 s ago")
    label.hide()
    assert not follows(label)


def follows(label: AgeLabel) -> bool:
    return label.follows
