from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from hookscope.bundled import resources
from hookscope.ui.icons import application_icon, icon
from hookscope.ui.tokens import DARK, LIGHT, apply_theme, disabled_text

# INTERFACE.md 2.15
NAMES = [
    "public",
    "local",
    "sample",
    "replay",
    "shield",
    "key",
    "cross-circle",
    "dash-circle",
    "lock",
    "clock",
    "check",
    "warning",
    "info",
    "pin",
    "dot",
    "look-up",
    "copy",
    "eye",
    "eye-off",
    "refresh",
    "play",
    "stop",
    "drop",
    "search",
    "filter",
    "columns",
    "plus",
    "trash",
    "settings",
    "menu",
    "more",
    "external",
    "chevron-up",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "half-disc",
    "disc",
    "ring",
    "square",
    "triangle",
    "hold",
    "compare",
    "note",
]
FILES = sorted(path for path in (resources() / "icons").glob("*.svg") if path.stem != "hookscope")
SIZE = QSize(16, 16)


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    apply_theme(qapp, "light")
    yield qapp
    apply_theme(qapp, "system")


def strongest(pixmap: QPixmap) -> QColor:
    """The colour of the most opaque pixel."""
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(pixels, key=QColor.alpha)


def near(first: QColor, second: QColor) -> bool:
    pairs = ((first.red(), second.red()), (first.green(), second.green()), (first.blue(), second.blue()))
    return all(abs(one - two) <= 2 for one, two in pairs)


def test_all_icons_are_there() -> None:
    assert set(NAMES) <= {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_icon_is_a_line_drawing_on_the_grid(app: QApplication, path: Path) -> None:
    text = path.read_text("utf-8")
    assert QSvgRenderer(str(path)).isValid()
    assert 'viewBox="0 0 16 16"' in text
    assert 'stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"' in text
    assert set(re.findall(r'(?:stroke|fill)="([^"]*)"', text)) <= {"none", "#000"}


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_stays_inside_its_square(app: QApplication, name: str) -> None:
    image = icon(name, "text").pixmap(SIZE).toImage()
    opaque = [image.pixelColor(x, y).alpha() > 128 for x in range(16) for y in range(16)]
    assert any(opaque)
    assert not all(opaque)
    corners = [image.pixelColor(x, y).alpha() for x in (0, 15) for y in (0, 15)]
    assert max(corners) < 64


def test_the_colour_is_that_of_the_palette_when_it_is_painted(app: QApplication) -> None:
    kept = icon("disc", "bad")
    assert near(strongest(kept.pixmap(SIZE)), LIGHT.bad)
    apply_theme(app, "dark")
    assert near(strongest(kept.pixmap(SIZE)), DARK.bad)


def test_modes_have_colours_of_their_own(app: QApplication) -> None:
    assert near(strongest(icon("disc", "bad").pixmap(SIZE, QIcon.Mode.Disabled)), disabled_text(LIGHT))
    assert near(strongest(icon("disc", "bad").pixmap(SIZE, QIcon.Mode.Selected)), LIGHT.white)


def test_painting_leaves_what_is_under_the_icon(app: QApplication) -> None:
    canvas = QPixmap(SIZE)
    canvas.fill(QColor("#FFEE00"))
    painter = QPainter(canvas)
    icon("dot", "text").paint(painter, canvas.rect())
    painter.end()
    image = canvas.toImage()
    assert image.pixelColor(0, 0) == QColor("#FFEE00")
    assert near(image.pixelColor(8, 8), LIGHT.text)


def test_twice_the_scale_has_twice_the_pixels(app: QApplication) -> None:
    pixmap = icon("shield").pixmap(SIZE, 2.0)
    assert pixmap.size() == QSize(32, 32)
    assert pixmap.devicePixelRatio() == 2.0


def test_large_icons_have_finer_strokes(app: QApplication) -> None:
    image = icon("menu", "text").pixmap(QSize(48, 48)).toImage()
    column = [image.pixelColor(24, y).alpha() > 128 for y in range(48)]
    assert sum(column) <= 3 * 3


def test_the_same_icon_is_made_once(app: QApplication) -> None:
    assert icon("copy", "text") is icon("copy", "text")
    assert icon("copy").cacheKey() != icon("copy", "text").cacheKey()


def test_wrong_names_are_told_at_once(app: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")
    with pytest.raises(AttributeError):
        icon("copy", "mauve")


def test_the_program_has_an_icon_of_every_size(app: QApplication) -> None:
    sizes = {size.width() for size in application_icon().availableSizes()}
    assert {16, 32, 48, 256} <= sizes
    assert application_icon().pixmap(QSize(64, 64)).toImage().pixelColor(10, 32) == QColor("#2457D6")
