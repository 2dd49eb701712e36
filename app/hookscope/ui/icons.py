"""Icons from ``resources/icons``, coloured from the palette at the moment they are painted."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from hookscope.bundled import resources
from hookscope.ui.tokens import LIGHT, disabled_text, tokens

# Above this size a stroke that grew with the icon looks heavy beside text, so it is drawn at half the width.
_FINE_FROM = 32


@lru_cache(maxsize=512)
def icon(name: str, role: str = "muted") -> QIcon:
    """The icon ``resources/icons/<name>.svg`` in the colour of a token; it follows every change of the palette."""
    LIGHT.color(role)  # a wrong name of either kind is told here and not in the middle of a paint
    return QIcon(_Engine(name, role, _path(name).read_bytes()))


def application_icon() -> QIcon:
    """The program's own icon, in its own colours, at every size a desktop asks for."""
    renderer = QSvgRenderer(str(_path("hookscope")))
    result = QIcon()
    for side in (16, 20, 24, 32, 48, 64, 128, 256):
        result.addPixmap(_rendered(renderer, QSize(side, side)))
    return result


class _Engine(QIconEngine):
    def __init__(self, name: str, role: str, drawing: bytes) -> None:
        super().__init__()
        self._name = name
        self._role = role
        self._drawing = drawing

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._role, self._drawing)

    def iconName(self) -> str:
        return self._name

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        painter.drawPixmap(rect, self.scaledPixmap(rect.size(), mode, state, painter.device().devicePixelRatio()))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """``size`` is logical, whatever Qt's documentation says: the pixels are ``size * scale``."""
        color = self._color(mode)
        key = f"hookscope/{self._name}/{color.rgba():x}/{size.width()}x{size.height()}@{scale}"
        pixmap = QPixmap()
        if not QPixmapCache.find(key, pixmap):
            fine = size.width() >= _FINE_FROM
            pixmap = _tinted(_finer(self._drawing) if fine else self._drawing, color, size * scale)
            pixmap.setDevicePixelRatio(scale)
            QPixmapCache.insert(key, pixmap)
        return pixmap

    def _color(self, mode: QIcon.Mode) -> QColor:
        palette = QGuiApplication.palette()
        if mode == QIcon.Mode.Selected:
            return palette.color(QPalette.ColorRole.HighlightedText)
        current = tokens(palette)
        return disabled_text(current) if mode == QIcon.Mode.Disabled else current.color(self._role)


def _path(name: str) -> Path:
    return resources() / "icons" / f"{name}.svg"


def _tinted(drawing: bytes, color: QColor, pixels: QSize) -> QPixmap:
    pixmap = _rendered(QSvgRenderer(QByteArray(drawing)), pixels)
    painter = QPainter(pixmap)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixmap.rect(), color)
    painter.end()
    return pixmap


def _finer(drawing: bytes) -> bytes:
    return drawing.replace(b'stroke-width="1.5"', b'stroke-width="0.75"')


def _rendered(renderer: QSvgRenderer, pixels: QSize) -> QPixmap:
    pixmap = QPixmap(pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(QPoint(0, 0), pixels))
    painter.end()
    return pixmap
