"""Which links have room in a cell, and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from hookscope.ui.parts.links import GAP, IdLink, Laid, lay, room_beside


@pytest.fixture
def metrics(qapp: QApplication) -> QFontMetrics:
    return QFontMetrics(qapp.font())


def links(*texts: str) -> list[IdLink]:
    return [IdLink(text, f"id of {text}") for text in texts]


def shown(laid: Laid) -> list[str]:
    return [each.text for each in laid.links] + ([laid.rest] if laid.rest else [])


def test_they_stand_side_by_side_with_a_gap(metrics: QFontMetrics) -> None:
    laid = lay(links("ORD-1", "AG-2"), 1000, metrics, tail=20)
    first, second = laid.links
    assert (first.left, first.width) == (0, metrics.horizontalAdvance("ORD-1") + 20)
    assert second.left == first.width + GAP == first.width + 12
    assert laid.width == second.left + second.width
    assert [each.link.id for each in laid.links] == ["id of ORD-1", "id of AG-2"]
    assert laid.rest == ""


def test_what_has_no_room_is_counted(metrics: QFontMetrics) -> None:
    five = links(*["AG-7PQTGLLXQQ"] * 5)
    one = metrics.horizontalAdvance("AG-7PQTGLLXQQ")
    rest = metrics.horizontalAdvance("+3")
    room = 2 * one + 2 * GAP + rest
    assert shown(lay(five, room, metrics)) == ["AG-7PQTGLLXQQ"] * 2 + ["+3"]
    assert lay(five, room, metrics).rest_left == 2 * (one + GAP)
    assert shown(lay(five, room - 1, metrics)) == ["AG-7PQTGLLXQQ", "+4"]


def test_a_first_one_without_room_is_elided_in_its_middle(metrics: QFontMetrics) -> None:
    rest = GAP + metrics.horizontalAdvance("+1")
    laid = lay(links("AG-7PQTGLLXQQ", "AG-2"), rest + metrics.horizontalAdvance("AG-…XQQ") + 2, metrics)
    assert shown(laid) == ["AG-…XQQ", "+1"]
    assert laid.links[0].link.id == "id of AG-7PQTGLLXQQ"


def test_none_at_all(metrics: QFontMetrics) -> None:
    assert lay([], 100, metrics) == Laid(())
    assert Laid(()).width == 0


@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=20), st.integers(0, 600), st.integers(0, 20))
def test_all_are_shown_or_counted_within_the_room(texts: list[str], room: int, tail: int) -> None:
    metrics = QFontMetrics(QApplication.font())
    laid = lay(links(*texts), room, metrics, tail)
    count = len(laid.links)
    assert count + int(laid.rest or 0) == len(texts)
    assert [each.link.text for each in laid.links] == texts[:count]
    assert all(
        after.left >= before.left + before.width for before, after in zip(laid.links, laid.links[1:], strict=False)
    )
    if count > 1:
        end = laid.rest_left + metrics.horizontalAdvance(laid.rest) if laid.rest else laid.width
        assert end <= room
    assert all("\u202e" not in each.text and "\n" not in each.text for each in laid.links)


@given(st.integers(1, 200), st.integers(0, 400))
def test_a_word_is_seen_before_the_whole_text_is(remark: int, room: int) -> None:
    left = room_beside(remark, room)
    assert 0 <= left <= room
    assert left + 8 + remark < room or left <= 24
