from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget

from hookscope.ui.tokens import apply_theme


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> Iterator[None]:
    apply_theme(qapp, "light")
    QApplication.processEvents()
    yield
    apply_theme(qapp, "system")
    QApplication.processEvents()


@pytest.fixture
def go_dark(qapp: QApplication) -> Callable[[], None]:
    def change() -> None:
        apply_theme(qapp, "dark")
        QApplication.processEvents()

    return change


@pytest.fixture
def colors() -> Callable[[QWidget], set[str]]:
    """The names of all colours that a widget shows."""

    def found(widget: QWidget) -> set[str]:
        image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        pixels = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
        return {QColor(pixel).name() for pixel in pixels}

    return found
