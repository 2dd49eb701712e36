from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from hookscope.ui.tokens import (
    DARK,
    HIGH_CONTRAST,
    LIGHT,
    Tokens,
    apply_theme,
    disabled_text,
    field_palette,
    palette_for,
    tokens,
)

GROUND = ("base", "alternate", "window", "selected")
SCHEMES = {"light": LIGHT, "dark": DARK}

# INTERFACE.md 2.2: contrast on base, alternate, window and a selected row; None is a dash in the table.
RATIOS = {
    ("light", "text"): (16.6, 15.7, 15.2, 13.3),
    ("light", "muted"): (6.0, 5.7, 5.5, 4.8),
    ("light", "link"): (6.8, 6.5, 6.3, 5.5),
    ("light", "accent"): (6.2, None, 5.7, 5.0),
    ("light", "field_border"): (3.7, None, None, None),
    ("light", "ok"): (5.8, 5.5, 5.4, 4.7),
    ("light", "bad"): (5.9, 5.6, 5.4, 4.7),
    ("light", "warn"): (6.4, 6.1, 5.9, 5.1),
    ("light", "info"): (6.1, 5.8, 5.6, 4.9),
    ("dark", "text"): (14.5, 13.6, 12.9, 9.9),
    ("dark", "muted"): (7.6, 7.1, 6.8, 5.2),
    ("dark", "link"): (8.5, 8.0, 7.6, 5.8),
    ("dark", "accent"): (7.4, None, 6.6, 5.1),
    ("dark", "field_border"): (4.8, None, None, None),
    ("dark", "ok"): (8.7, 8.2, 7.8, 6.0),
    ("dark", "bad"): (8.0, 7.5, 7.1, 5.5),
    ("dark", "warn"): (9.5, 8.9, 8.5, 6.5),
    ("dark", "info"): (8.4, 7.9, 7.6, 5.8),
}
CELLS = [
    (scheme, token, ground, ratio)
    for (scheme, token), row in RATIOS.items()
    for ground, ratio in zip(GROUND, row, strict=True)
    if ratio is not None
]
JSON = ("json_key", "json_string", "json_number", "json_literal")


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    apply_theme(qapp, "light")
    yield qapp
    qapp.setProperty(HIGH_CONTRAST, False)
    apply_theme(qapp, "system")


def luminance(color: QColor) -> float:
    parts = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in rgb(color)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def rgb(color: QColor) -> tuple[float, float, float]:
    return color.redF(), color.greenF(), color.blueF()


def contrast(first: QColor, second: QColor) -> float:
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("scheme", "token", "ground", "ratio"), CELLS)
def test_the_ratios_of_the_table(scheme: str, token: str, ground: str, ratio: float) -> None:
    chosen = SCHEMES[scheme]
    found = contrast(chosen.color(token), chosen.color(ground))
    assert found == pytest.approx(ratio, abs=0.1)
    assert found >= (3 if token == "field_border" else 4.5)


@pytest.mark.parametrize(("scheme", "ratio"), [("light", 6.2), ("dark", 5.6)])
def test_white_on_a_primary_button(scheme: str, ratio: float) -> None:
    assert contrast(SCHEMES[scheme].white, SCHEMES[scheme].primary) == pytest.approx(ratio, abs=0.1)


@pytest.mark.parametrize("kind", ["info", "warn", "bad", "ok"])
@pytest.mark.parametrize(("scheme", "least"), [("light", 14.4), ("dark", 11)])
def test_text_and_icon_on_a_strip(scheme: str, least: float, kind: str) -> None:
    chosen = SCHEMES[scheme]
    ground = chosen.color(f"strip_{kind}")
    assert contrast(chosen.text, ground) >= least - 0.05
    assert contrast(chosen.color(kind), ground) >= 3


@pytest.mark.parametrize(("scheme", "ratio"), [("light", 14.6), ("dark", 9.1)])
def test_text_on_a_difference(scheme: str, ratio: float) -> None:
    assert contrast(SCHEMES[scheme].text, SCHEMES[scheme].difference) == pytest.approx(ratio, abs=0.1)


@pytest.mark.parametrize("token", JSON)
@pytest.mark.parametrize(("scheme", "least", "most"), [("light", 6.1, 7.7), ("dark", 8.4, 10.1)])
def test_the_colours_of_json(scheme: str, token: str, least: float, most: float) -> None:
    found = contrast(SCHEMES[scheme].color(token), SCHEMES[scheme].base)
    assert least - 0.1 <= found <= most + 0.1


@pytest.mark.parametrize("chosen", [LIGHT, DARK])
def test_the_palette_sets_every_role_of_every_group(app: QApplication, chosen: Tokens) -> None:
    palette = palette_for(chosen)
    roles = [role for role in QPalette.ColorRole if role.name not in {"NoRole", "NColorRoles"}]
    groups = (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled)
    unset = [(group.name, role.name) for group in groups for role in roles if not palette.isBrushSet(group, role)]
    assert unset == []


@pytest.mark.parametrize("chosen", [LIGHT, DARK])
def test_the_palette_takes_the_roles_of_the_table(app: QApplication, chosen: Tokens) -> None:
    palette, role = palette_for(chosen), QPalette.ColorRole
    expected = {
        role.Window: chosen.window,
        role.Base: chosen.base,
        role.AlternateBase: chosen.alternate,
        role.Text: chosen.text,
        role.WindowText: chosen.text,
        role.ButtonText: chosen.text,
        role.PlaceholderText: chosen.muted,
        role.Link: chosen.link,
        role.Accent: chosen.accent,
        role.Highlight: chosen.primary,
        role.HighlightedText: chosen.white,
        role.Mid: chosen.line,
    }
    assert {each: palette.color(each) for each in expected} == expected


@pytest.mark.parametrize("chosen", [LIGHT, DARK])
def test_what_cannot_be_used_is_faint(app: QApplication, chosen: Tokens) -> None:
    palette, role, disabled = palette_for(chosen), QPalette.ColorRole, QPalette.ColorGroup.Disabled
    shown = {palette.color(disabled, each).name() for each in (role.Text, role.WindowText, role.ButtonText)}
    assert shown == {disabled_text(chosen).name()}
    assert contrast(disabled_text(chosen), chosen.window) < contrast(chosen.muted, chosen.window)


def test_tokens_go_by_the_lightness_of_the_base(app: QApplication, qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setPalette(palette_for(DARK))
    assert tokens(widget) is DARK
    assert tokens(palette_for(LIGHT)) is LIGHT
    assert tokens() is LIGHT


@pytest.mark.parametrize(("theme", "chosen"), [("dark", DARK), ("light", LIGHT)])
def test_a_theme_reaches_every_widget(app: QApplication, qtbot: QtBot, theme: str, chosen: Tokens) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    apply_theme(app, "dark" if theme == "light" else "light")
    QApplication.processEvents()
    apply_theme(app, theme)
    assert app.style().objectName() == "fusion"
    qtbot.waitUntil(lambda: tokens(widget) is chosen)
    assert widget.palette().color(QPalette.ColorRole.Window) == chosen.window


def test_high_contrast_uses_only_the_colours_of_the_system(app: QApplication) -> None:
    app.setProperty(HIGH_CONTRAST, True)
    palette = QGuiApplication.palette()
    found = tokens(palette)
    states = {found.ok.name(), found.bad.name(), found.warn.name(), found.info.name(), found.muted.name()}
    assert states == {palette.color(QPalette.ColorRole.Text).name()}
    assert found.strip_bad == palette.color(QPalette.ColorRole.Base)


@pytest.mark.parametrize(("theme", "chosen"), [("light", LIGHT), ("dark", DARK)])
def test_a_field_has_an_outline_that_can_be_seen(app: QApplication, qtbot: QtBot, theme: str, chosen: Tokens) -> None:
    apply_theme(app, theme)
    field = QLineEdit()
    qtbot.addWidget(field)
    field.resize(100, 28)
    outline = field.grab().toImage().pixelColor(QPoint(50, 0))
    assert contrast(outline, chosen.base) >= 3
    assert field.palette().color(QPalette.ColorRole.Text) == chosen.text
    assert field.palette().color(QPalette.ColorRole.Window) == field_palette(chosen).color(QPalette.ColorRole.Window)


def test_a_wrong_name_of_a_token_is_an_error() -> None:
    assert LIGHT.color("") == LIGHT.text
    with pytest.raises(AttributeError):
        LIGHT.color("mauve")
