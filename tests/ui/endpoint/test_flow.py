from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from hookscope.ui.endpoint.flow import FlowGroup, FlowLayout

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def box(width: int, height: int = 20) -> QWidget:
    widget = QWidget()
    widget.setFixedSize(width, height)
    return widget


def host(qtbot: QtBot, *widgets: QWidget) -> QWidget:
    found = QWidget()
    qtbot.addWidget(found)
    layout = FlowLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        layout.addWidget(widget)
    found.setLayout(layout)
    return found


def places(host: QWidget, width: int, *widgets: QWidget) -> list[tuple[int, int]]:
    host.resize(width, 200)
    host.show()
    layout = host.layout()
    assert layout is not None
    layout.activate()
    return [(widget.x(), widget.y()) for widget in widgets]


def test_what_has_no_room_goes_into_the_next_line(qtbot: QtBot) -> None:
    widgets = box(100), box(100), box(50, 10)
    shown = host(qtbot, *widgets)
    assert places(shown, 266, *widgets) == [(0, 0), (108, 0), (216, 5)]
    assert places(shown, 265, *widgets) == [(0, 0), (108, 0), (0, 28)]
    assert places(shown, 110, *widgets) == [(0, 0), (0, 28), (0, 56)]
    assert [shown.heightForWidth(width) for width in (266, 265, 110)] == [20, 38, 66]


def test_what_is_hidden_takes_no_room(qtbot: QtBot) -> None:
    widgets = box(100), box(100), box(50)
    widgets[1].hide()
    assert places(host(qtbot, *widgets), 160, *widgets)[2] == (108, 0)


def test_a_group_stays_together_as_long_as_it_can(qtbot: QtBot) -> None:
    first, second, third = box(100), box(60), box(60)
    group = FlowGroup(second, third)
    shown = host(qtbot, first, group)
    assert places(shown, 236, first, group) == [(0, 0), (108, 0)]
    assert places(shown, 200, first, group) == [(0, 0), (0, 28)]
    assert shown.heightForWidth(200) == 48
    assert shown.heightForWidth(110) == 28 + 48
