"""Push and tool buttons without Fusion's gradient, under which white text falls below a readable contrast."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QToolButton, QWidget

from hookscope.ui import scales
from hookscope.ui.icons import icon as icon_named
from hookscope.ui.parts.plain_label import plain_tooltip
from hookscope.ui.tokens import Tokens, disabled_text, mix, tokens

Action = tuple[str, Callable[[], object]]
"""What a button says, and what it does."""

_MENU_MARK = 12
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FlatButton(QPushButton):
    """A flat push button, 28 px high; with ``setFlat`` it has no border until the pointer is on it."""

    def __init__(self, text: str, *, primary: bool = False, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(_escaped(text), parent)
        self._primary = primary
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAutoDefault(primary)
        if icon:
            self.setIcon(icon_named(icon, "white" if primary else "text"))

    def setText(self, text: str) -> None:
        super().setText(_escaped(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not click_on_return(self, event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        width = 2 * self._padding() + self.fontMetrics().horizontalAdvance(_shown(self.text()))
        if not self.icon().isNull():
            width += scales.ICON + (scales.S4 if self.text() else 0)
        if self.menu() is not None:
            width += _MENU_MARK + scales.S4
        return QSize(width, max(scales.BUTTON, self.fontMetrics().height() + scales.S12))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = tokens(self)
        fill, border, text = self._colors(current)
        _draw_box(painter, self, fill, border)
        self._draw_content(painter, text)
        if self.hasFocus():
            _draw_ring(painter, self, current, on_primary=self._primary)

    def _padding(self) -> int:
        return scales.S8 if self.isFlat() else scales.S12

    def _colors(self, current: Tokens) -> tuple[QColor | None, QColor | None, QColor]:
        if not self.isEnabled():
            return None, None if self.isFlat() else current.line, disabled_text(current)
        if self._primary:
            shade = 0.24 if self.isDown() else 0.12 if self.underMouse() else 0.0
            return mix(current.primary, QColor("black"), shade), None, current.white
        fill = _hover_fill(self, current)
        if self.isFlat():
            return fill, None, current.text
        return fill or current.base, mix(current.line, current.field_border, 0.35), current.text

    def _draw_content(self, painter: QPainter, color: QColor) -> None:
        area = self.rect().adjusted(self._padding(), 0, -self._padding(), 0)
        if self.menu() is not None:
            mark = QRect(area.right() - _MENU_MARK + 1, area.center().y() - _MENU_MARK // 2 + 1, _MENU_MARK, _MENU_MARK)
            icon_named("chevron-down", "white" if self._primary else "muted").paint(painter, mark)
            area.setRight(mark.left() - scales.S4)
        text = _shown(self.text())
        width = self.fontMetrics().horizontalAdvance(text)
        if not self.icon().isNull():
            whole = scales.ICON + (scales.S4 + width if text else 0)
            left = area.left() + max(0, (area.width() - whole) // 2)
            _draw_icon(painter, self, QRect(left, area.center().y() - 7, scales.ICON, scales.ICON))
            area.setLeft(left + scales.ICON + scales.S4)
            painter.setPen(color)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
            return
        painter.setPen(color)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)


class IconButton(QToolButton):
    """A square button of one icon; its name is its tooltip and what a screen reader says."""

    def __init__(self, icon: str, accessible_name: str, *, role: str = "muted", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setIcon(icon_named(icon, role))
        self.setIconSize(QSize(scales.ICON, scales.ICON))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.set_name(accessible_name)

    def set_name(self, name: str) -> None:
        """Change what the button is called, in its tooltip and for a screen reader."""
        self.setAccessibleName(name)
        self.setToolTip(plain_tooltip(name))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not click_on_return(self, event):
            super().keyPressEvent(event)

    def set_icon(self, icon: str, role: str = "muted") -> None:
        """Show another icon."""
        self.setIcon(icon_named(icon, role))

    def sizeHint(self) -> QSize:
        return QSize(scales.BUTTON, scales.BUTTON)

    def minimumSizeHint(self) -> QSize:
        return QSize(scales.TARGET, scales.TARGET)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = tokens(self)
        _draw_box(painter, self, _hover_fill(self, current), None)
        centre = self.rect().center() - QPoint(scales.ICON // 2 - 1, scales.ICON // 2 - 1)
        _draw_icon(painter, self, QRect(centre, QSize(scales.ICON, scales.ICON)))
        if self.hasFocus():
            _draw_ring(painter, self, current, on_primary=False)


def action_button(caption: str, call: Callable[[], object], *, primary: bool = False) -> FlatButton:
    """A button that calls this when it is clicked."""
    button = FlatButton(caption, primary=primary)
    button.clicked.connect(lambda: call())
    return button


def click_on_return(button: QAbstractButton, event: QKeyEvent) -> bool:
    """Click the button that has the focus if Return was pressed: by themselves buttons do so on some systems only."""
    if event.key() not in _RETURN or event.isAutoRepeat():
        return False
    button.click()
    return True


def _escaped(text: str) -> str:
    # Letters with Alt belong to the system: no button gets a mnemonic.
    return text.replace("&", "&&")


def _shown(text: str) -> str:
    return text.replace("&&", "&")


def _hover_fill(button: QAbstractButton, current: Tokens) -> QColor | None:
    if not button.isEnabled():
        return None
    if button.isDown() or button.isChecked():
        return mix(current.window, current.text, 0.14)
    return mix(current.window, current.text, 0.07) if button.underMouse() else None


def _draw_box(painter: QPainter, button: QWidget, fill: QColor | None, border: QColor | None) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(border, 1) if border else Qt.PenStyle.NoPen)
    painter.setBrush(fill or Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(button.rect()).adjusted(0.5, 0.5, -0.5, -0.5), scales.RADIUS, scales.RADIUS)


def _draw_ring(painter: QPainter, button: QWidget, current: Tokens, *, on_primary: bool) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = 2.5 if on_primary else 1.0
    painter.setPen(QPen(current.white if on_primary else current.accent, 1 if on_primary else 2))
    painter.drawRoundedRect(
        QRectF(button.rect()).adjusted(inset, inset, -inset, -inset), scales.RADIUS - 1, scales.RADIUS - 1
    )


def _draw_icon(painter: QPainter, button: QAbstractButton, area: QRect) -> None:
    mode = QIcon.Mode.Normal if button.isEnabled() else QIcon.Mode.Disabled
    button.icon().paint(painter, area, Qt.AlignmentFlag.AlignCenter, mode)
