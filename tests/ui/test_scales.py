from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics
from PySide6.QtWidgets import QApplication

from hookscope.ui import scales


@pytest.mark.parametrize(
    ("font", "factor"), [(scales.title, 1.25), (scales.heading, 1.5), (scales.strong, 1.0), (scales.mono, 1.0)]
)
def test_fonts_follow_the_font_of_the_application(qapp: QApplication, font: object, factor: float) -> None:
    assert callable(font)
    assert font().pointSizeF() == pytest.approx(QApplication.font().pointSizeF() * factor)


def test_small_is_never_too_small(qapp: QApplication) -> None:
    before = QApplication.font()
    tiny = QFont(before)
    tiny.setPointSizeF(6)
    QApplication.setFont(tiny)
    try:
        assert scales.small().pointSizeF() >= 8.5
    finally:
        QApplication.setFont(before)


def test_strong_words_are_demibold(qapp: QApplication) -> None:
    assert scales.strong().weight() == scales.title().weight() == QFont.Weight.DemiBold
    assert QFontInfo(scales.mono()).fixedPitch()


def test_tabular_figures_leave_the_font_as_it_was(qapp: QApplication) -> None:
    font = QApplication.font()
    even = scales.tabular(font)
    assert even.isFeatureSet(QFont.Tag("tnum"))
    assert not font.isFeatureSet(QFont.Tag("tnum"))


def test_heights_are_a_line_and_what_is_round_it(qapp: QApplication) -> None:
    metrics = QFontMetrics(QApplication.font())
    line = metrics.height()
    heights = scales.row_height(metrics), scales.sidebar_row_height(metrics), scales.tree_row_height(metrics)
    assert heights == (line + 11, line + 13, line + 7)
    assert QSize(scales.TARGET, scales.TARGET) == QSize(24, 24)
