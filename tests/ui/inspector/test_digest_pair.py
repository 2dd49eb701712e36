"""Two digests, compared digit by digit."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from hookscope.ui.inspector.digest_pair import DigestPair
from hookscope.ui.tokens import LIGHT


@pytest.fixture
def pair(qtbot: QtBot) -> DigestPair:
    found = DigestPair()
    qtbot.addWidget(found)
    return found


@pytest.mark.parametrize(
    ("sent", "computed", "places"),
    [
        ("00ff…", "00ff…", []),
        ("00ff…", "01fe…", [1, 3]),
        ("00", "00ff…", [2, 3]),
        ("00ff…", "", [0, 1, 2, 3]),
        ("", "", []),
    ],
)
def test_what_differs(pair: DigestPair, sent: str, computed: str, places: list[int]) -> None:
    pair.show_digests(sent, computed)
    assert pair.differing() == places


def test_it_is_spoken_and_painted(pair: DigestPair) -> None:
    pair.show_digests("0aff…", "0bff…")
    assert pair.accessibleName() == "Sent: 0aff…. Computed: 0bff…"
    pair.resize(pair.sizeHint())
    picture = pair.grab().toImage()
    pixels = range(picture.width())
    tinted = [x for x in pixels if QColor(picture.pixel(x, 2)) == LIGHT.difference]
    assert tinted
    assert max(tinted) - min(tinted) + 1 == len(tinted)  # one digit of four, so one piece


def test_hostile_digests_stay_short(pair: DigestPair) -> None:
    pair.show_digests("\u202e" + "x" * 5_000_000, "<b>a</b>")
    assert pair.sizeHint().width() < 800
    assert "\u202e" not in pair.accessibleName()
    pair.grab()
