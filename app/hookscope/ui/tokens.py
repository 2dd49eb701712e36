"""The colours: one token per role, for light and for dark, and the palette made of them."""

from __future__ import annotations

from dataclasses import dataclass, fields

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

HIGH_CONTRAST = "hookscope_high_contrast"
"""The property of the application that says that the system's own colours are to be used."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """One colour per role; ``white`` is the text on ``primary`` in both schemes."""

    window: QColor
    base: QColor
    alternate: QColor
    text: QColor
    muted: QColor
    link: QColor
    accent: QColor
    selected: QColor
    primary: QColor
    line: QColor
    field_border: QColor
    ok: QColor
    bad: QColor
    warn: QColor
    info: QColor
    strip_info: QColor
    strip_warn: QColor
    strip_bad: QColor
    strip_ok: QColor
    difference: QColor
    json_key: QColor
    json_string: QColor
    json_number: QColor
    json_literal: QColor
    white: QColor

    def color(self, role: str) -> QColor:
        """The colour of a token by its name; ``text`` for the empty name."""
        found: QColor = getattr(self, role or "text")
        return found


def _tokens(**colors: str) -> Tokens:
    return Tokens(**{name: QColor(value) for name, value in colors.items()})


LIGHT = _tokens(
    window="#F4F5F7",
    base="#FFFFFF",
    alternate="#F8F9FB",
    text="#1B1F24",
    muted="#5B6470",
    link="#1D4FD0",
    accent="#2457D6",
    selected="#DCE7FD",
    primary="#2457D6",
    line="#D3D8DF",
    field_border="#7C8694",
    ok="#1A7437",
    bad="#C2261F",
    warn="#8A5200",
    info="#1F5FBF",
    strip_info="#EAF1FE",
    strip_warn="#FFF4DC",
    strip_bad="#FDECEA",
    strip_ok="#E8F5EC",
    difference="#FFF0C2",
    json_key="#1F5FBF",
    json_string="#8A4B00",
    json_number="#7A2FA0",
    json_literal="#B02A5B",
    white="#FFFFFF",
)

DARK = _tokens(
    window="#202329",
    base="#17191D",
    alternate="#1C1F24",
    text="#E7E9EC",
    muted="#A3ABB6",
    link="#8DB4FF",
    accent="#7FA6FF",
    selected="#26355A",
    primary="#2F5FD6",
    line="#3A4049",
    field_border="#7D8794",
    ok="#63CB82",
    bad="#FF8F85",
    warn="#F0B35C",
    info="#86B5FF",
    strip_info="#1B2945",
    strip_warn="#3A2D10",
    strip_bad="#42211F",
    strip_ok="#16331F",
    difference="#4A3A10",
    json_key="#86B5FF",
    json_string="#F0B98D",
    json_number="#D0A2F2",
    json_literal="#FF9CB8",
    white="#FFFFFF",
)


def tokens(widget_or_palette: QWidget | QPalette | None = None) -> Tokens:
    """The tokens that fit a palette (a widget's, or the application's), by the lightness of its base."""
    if widget_or_palette is None:
        palette = QGuiApplication.palette()
    elif isinstance(widget_or_palette, QWidget):
        palette = widget_or_palette.palette()
    else:
        palette = widget_or_palette
    app = QGuiApplication.instance()
    if app is not None and app.property(HIGH_CONTRAST):
        return high_contrast_tokens(palette)
    return LIGHT if palette.color(QPalette.ColorRole.Base).lightness() > 127 else DARK


def high_contrast_tokens(palette: QPalette) -> Tokens:
    """Only the system's own colours: its text for every state, its base and highlight for every area."""
    role = QPalette.ColorRole
    text, base = palette.color(role.Text), palette.color(role.Base)
    areas = ("base", "alternate", "strip_info", "strip_warn", "strip_bad", "strip_ok", "difference", "selected")
    colors = {field.name: text for field in fields(Tokens)} | dict.fromkeys(areas, base)
    colors |= {
        "window": palette.color(role.Window),
        "link": palette.color(role.Link),
        "accent": palette.color(role.Highlight),
        "primary": palette.color(role.Highlight),
        "white": palette.color(role.HighlightedText),
    }
    return Tokens(**colors)


def palette_for(tokens: Tokens) -> QPalette:
    """The palette that gives Fusion these colours, for active, inactive and disabled widgets."""
    palette = QPalette()
    for role, color in _roles(tokens).items():
        palette.setColor(QPalette.ColorGroup.All, role, color)
    for role, color in _disabled_roles(tokens).items():
        palette.setColor(QPalette.ColorGroup.Disabled, role, color)
    return palette


def _roles(tokens: Tokens) -> dict[QPalette.ColorRole, QColor]:
    role = QPalette.ColorRole
    button = mix(tokens.base, tokens.window, 0.5)
    return {
        role.Window: tokens.window,
        role.WindowText: tokens.text,
        role.Base: tokens.base,
        role.AlternateBase: tokens.alternate,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.muted,
        role.Button: button,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.white,
        role.ToolTipBase: tokens.base,
        role.ToolTipText: tokens.text,
        role.Link: tokens.link,
        role.LinkVisited: tokens.link,
        role.Accent: tokens.accent,
        role.Highlight: tokens.primary,
        role.HighlightedText: tokens.white,
        role.Mid: tokens.line,
        role.Light: mix(button, tokens.white, 0.5 if button.lightness() > 127 else 0.06),
        role.Midlight: mix(button, tokens.line, 0.4),
        role.Dark: tokens.field_border,
        role.Shadow: mix(tokens.field_border, QColor("black"), 0.5),
    }


def _disabled_roles(tokens: Tokens) -> dict[QPalette.ColorRole, QColor]:
    role = QPalette.ColorRole
    faint = disabled_text(tokens)
    return {
        role.WindowText: faint,
        role.Text: faint,
        role.ButtonText: faint,
        role.PlaceholderText: faint,
        role.Link: faint,
        role.LinkVisited: faint,
        role.Accent: tokens.field_border,
        role.Base: tokens.window,
        role.Highlight: tokens.line,
        role.HighlightedText: tokens.text,
    }


def disabled_text(tokens: Tokens) -> QColor:
    """The colour of text and icons that cannot be used now."""
    return mix(tokens.muted, tokens.window, 0.4)


def field_palette(tokens: Tokens) -> QPalette:
    """The palette of fields and boxes: their outline is a darker ``Window``, which nothing else in them uses."""
    palette = palette_for(tokens)
    palette.setColor(QPalette.ColorGroup.All, QPalette.ColorRole.Window, tokens.field_border.lighter(_OUTLINE_DARKER))
    return palette


def mix(first: QColor, second: QColor, share: float) -> QColor:
    """A colour between two; ``share`` 0 is the first, 1 the second."""
    channels = zip(first.getRgb()[:3], second.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(a + (b - a) * share) for a, b in channels))


def apply_theme(app: QApplication, theme: str) -> None:
    """Give the application its style and colours: ``system`` (followed when it changes), ``light`` or ``dark``."""
    found = app.findChild(_Theme)
    (found if isinstance(found, _Theme) else _Theme(app)).choose(theme)


class _Theme(QObject):
    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._theme = "system"
        # Both are kept: when the Python object of the style hints goes, that of the accessibility hints is void.
        self._hints = app.styleHints()
        self._accessibility = self._hints.accessibility()
        app.setStyle("Fusion")
        self._hints.colorSchemeChanged.connect(self._apply)
        self._accessibility.contrastPreferenceChanged.connect(self._apply)

    def choose(self, theme: str) -> None:
        self._theme = theme
        # The platform's own dialogs and title bars follow this; where it does nothing, the palette below still does.
        self._hints.setColorScheme(_SCHEMES.get(theme, Qt.ColorScheme.Unknown))
        self._apply()

    def _apply(self) -> None:
        high_contrast = self._accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast
        self._app.setProperty(HIGH_CONTRAST, high_contrast)
        chosen = DARK if self._is_dark() else LIGHT
        self._app.setPalette(QPalette() if high_contrast else palette_for(chosen))
        for name in _FIELDS:
            # The stubs ask for bytes, which PySide6 refuses.
            self._app.setPalette(QPalette() if high_contrast else field_palette(chosen), name)  # type: ignore[arg-type]

    def _is_dark(self) -> bool:
        return _SCHEMES.get(self._theme, self._hints.colorScheme()) == Qt.ColorScheme.Dark


_FIELDS = ("QLineEdit", "QAbstractSpinBox", "QComboBox", "QCheckBox", "QRadioButton", "QProgressBar", "QSlider")
_OUTLINE_DARKER = 140
_SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
