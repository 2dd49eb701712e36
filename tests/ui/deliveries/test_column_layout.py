"""Which columns have room, and what is remembered of them."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QMenu, QTableView
from pytestqt.qtbot import QtBot

from hookscope.ui.deliveries.column_layout import ColumnLayout, fit
from hookscope.ui.deliveries.columns import COLUMNS

WIDTHS = {column.key: column.width for column in COLUMNS}
USUAL = {column.key for column in COLUMNS if column.shown}
ALL = sum(WIDTHS[key] for key in USUAL)


class Table(QTableView):
    """A table whose columns follow its width, as the list does."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.verticalHeader().hide()
        self.setModel(QStandardItemModel(0, len(COLUMNS), self))
        self.columns = ColumnLayout(self, COLUMNS)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self.columns.fit()

    def shown(self) -> list[str]:
        header = self.horizontalHeader()
        order = [header.logicalIndex(place) for place in range(header.count())]
        return [COLUMNS[place].key for place in order if not self.isColumnHidden(place)]

    def width_of(self, key: str) -> int:
        return self.columnWidth([column.key for column in COLUMNS].index(key))

    def drag(self, key: str, width: int) -> None:
        self.horizontalHeader().resizeSection([column.key for column in COLUMNS].index(key), width)


@pytest.fixture
def table(qtbot: QtBot) -> Table:
    table = Table()
    qtbot.addWidget(table)
    table.resize(1280, 300)
    table.show()
    return table


@pytest.mark.parametrize(
    ("room", "gone"),
    [
        (ALL, set()),
        (ALL - 1, {"size"}),
        (ALL - 84 - 1, {"size", "method"}),
        (ALL - 84 - 64 - 1, {"size", "method", "via"}),
        (ALL - 84 - 64 - 48 - 1, {"size", "method", "via", "endpoint"}),
        (100, {"size", "method", "via", "endpoint"}),
    ],
)
def test_columns_give_way_in_their_order(room: int, gone: set[str]) -> None:
    assert fit(WIDTHS, USUAL, set(), room) == USUAL - gone


def test_columns_the_user_added_stay() -> None:
    assert fit(
        WIDTHS,
        USUAL | {"path"},
        {"path", "size"},
        ALL,
    ) == USUAL - {"method", "via", "endpoint"} | {"path"}


def test_without_the_elastic_column_its_room_is_not_needed() -> None:
    assert fit(WIDTHS, USUAL - {"ids"}, set(), ALL - 160) == USUAL - {"ids"}


def test_at_the_usual_width_all_columns_fit_and_the_elastic_one_has_room(table: Table) -> None:
    assert table.shown() == [column.key for column in COLUMNS if column.shown]
    assert table.width_of("ids") == 1280 - (ALL - 160)
    table.resize(1280 - 184 - 16, 300)  # beside the sidebar
    assert "size" in table.shown()
    assert table.width_of("ids") > 250


def test_columns_come_back_by_themselves(table: Table) -> None:
    table.resize(600, 300)
    assert set(table.shown()) == USUAL - {"size", "method", "via", "endpoint"}
    table.resize(1280, 300)
    assert set(table.shown()) == USUAL


def test_one_endpoint_needs_no_column_for_it(table: Table) -> None:
    table.columns.set_not_now({"endpoint"})
    assert "endpoint" not in table.shown()
    table.columns.set_not_now(set())
    assert "endpoint" in table.shown()


def test_a_width_the_user_drags_is_kept_and_has_a_least(table: Table) -> None:
    before = table.width_of("ids")
    table.drag("endpoint", 236)
    assert (table.width_of("endpoint"), table.width_of("ids")) == (236, before - 100)
    table.drag("endpoint", 30)
    assert table.width_of("endpoint") == 80


def menu_of(table: Table) -> dict[str, Any]:
    menu = QMenu(table)
    table.columns.fill_menu(menu)
    return {action.text(): action for action in menu.actions() if action.text()}


def test_the_menu_adds_and_hides_columns(table: Table) -> None:
    actions = menu_of(table)
    assert list(actions)[:3] == ["New, pinned", "From", "Time"]
    assert list(actions)[-3:] == ["Path", "Took", "Reset columns"]
    assert not actions["Time"].isEnabled()
    assert not actions["Path"].isChecked()
    actions["Path"].trigger()
    actions["Method"].trigger()
    assert "path" in table.shown()
    assert "method" not in table.shown()
    table.resize(500, 300)
    assert "path" in table.shown()  # added: stays, and the table scrolls sideways
    assert menu_of(table)["Path"].isChecked()
    menu_of(table)["Reset columns"].trigger()
    table.resize(1280, 300)
    assert set(table.shown()) == USUAL


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_header_opens_the_menu(table: Table, qtbot: QtBot) -> None:
    table.horizontalHeader().customContextMenuRequested.emit(table.rect().center())
    menu = table.findChild(QMenu)
    assert menu
    assert menu.isVisible()
    menu.close()


def test_the_state_is_remembered(table: Table, qtbot: QtBot) -> None:
    table.columns.want("took", True)
    table.columns.want("attempt", False)
    table.drag("time", 120)
    table.horizontalHeader().moveSection(2, 0)
    state = table.columns.state()
    assert state["widths"] == {"time": 120}
    other = Table()
    qtbot.addWidget(other)
    other.resize(1280, 300)
    other.show()
    other.columns.restore(state)
    assert other.shown() == table.shown()
    assert other.shown()[0] == "time"
    assert other.columns.state() == state
    other.columns.restore({})
    assert other.shown() == [column.key for column in COLUMNS if column.shown]


@pytest.mark.parametrize(
    "state",
    [
        {
            "order": ["size", "size", 7, [], None],
            "widths": [],
            "added": {"path": 1},
            "hidden": ["time", "nonsense", []],
        },
        {"order": "size", "widths": {"time": "wide", "size": -5, "ids": True}, "added": 3, "hidden": None},
        {"order": ["size"], "widths": {"time": None}},
    ],
)
def test_a_state_that_makes_no_sense_changes_nothing(table: Table, state: dict[str, Any]) -> None:
    table.columns.restore(state)
    assert table.shown() == [column.key for column in COLUMNS if column.shown]
    assert table.width_of("time") == 104


def test_headers_do_not_sort_and_can_be_moved(table: Table) -> None:
    header = table.horizontalHeader()
    assert header.sectionsMovable()
    assert not header.sectionsClickable()
    assert header.contextMenuPolicy() == Qt.ContextMenuPolicy.CustomContextMenu
