from __future__ import annotations

import re
from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QLineEdit, QMenu, QTableView, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from hookscope.ui.actions import SPECS, Actions
from hookscope.ui.parts.flat_button import IconButton

NEVER = re.compile(
    r"Ctrl\+(A|D|E|H|K|U|M|Space)|Ctrl\+Shift\+[U345]|Ctrl\+Alt\+.*|Alt\+[A-Z]|(.*\+)?[][{}@\\|~€]",
)
PORTABLE = QKeySequence.SequenceFormat.PortableText
# INTERFACE.md 2.12, what this issue has of it
KEYS = {
    "newest": "Home",
    "next": "J",
    "previous": "K",
    "toggle_inspector": "Space",
    "open": "Return",
    "back": "Esc",
    "tab_1": "Ctrl+1",
    "tab_5": "Ctrl+5",
    "next_pane": "F6",
    "previous_pane": "Shift+F6",
    "filter": "Ctrl+Shift+F",
    "find": "Ctrl+F",
    "find_next": "F3",
    "next_problem": "F8",
    "previous_problem": "Shift+F8",
    "look_up": "Ctrl+L",
    "send_held": "Ctrl+Return",
    "delete": "Del",
    "new_endpoint": "Ctrl+N",
    "send_sample": "Ctrl+T",
    "apply": "Ctrl+S",
    "copy_cell": "Ctrl+C",
    "copy_address": "Ctrl+Shift+A",
    "pin": "Ctrl+P",
    "settings": "Ctrl+,",
    "quit": "Ctrl+Q",
    "shortcuts": "F1",
}


class Window(QWidget):
    """A window with a list and a field, as the real one has them."""

    def __init__(self) -> None:
        super().__init__()
        self.actions_ = Actions(self)
        self.table = QTableView()
        model = QStandardItemModel(self)
        model.appendRow(QStandardItem("job"))
        self.table.setModel(model)
        self.field = QLineEdit()
        self.menu = IconButton("menu", "Menu")
        layout = QVBoxLayout(self)
        for widget in (self.table, self.field, self.menu):
            layout.addWidget(widget)
        self.actions_.attach_list(self.table)
        self.done: list[str] = []
        for spec in SPECS:
            self.actions_.action(spec.id).triggered.connect(lambda _checked=False, id=spec.id: self.done.append(id))

    def focus(self, widget: QWidget) -> QWidget:
        widget.setFocus()
        assert widget.hasFocus()
        return widget


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window


def keys_of(window: bool) -> list[tuple[str, str]]:
    pairs = [(spec, spec.window_sequences() if window else spec.list_sequences()) for spec in SPECS]
    return [(spec.id, key.toString(PORTABLE)) for spec, keys in pairs for key in keys]


@pytest.mark.parametrize(("id", "key"), KEYS.items())
def test_the_keys_of_the_interface(qapp: object, id: str, key: str) -> None:
    assert (id, key) in [*keys_of(window=True), *keys_of(window=False)]


def test_no_key_has_two_actions_where_both_hold(qapp: object) -> None:
    # Keys of the window hold in the list as well, and so do those its widget serves by itself.
    native = [key for spec in SPECS for key in spec.native]
    known = [key for _, key in (*keys_of(window=True), *keys_of(window=False))] + native
    assert [key for key, times in Counter(known).items() if times > 1] == []


def test_no_key_belongs_to_the_system_or_to_a_text_field(qapp: object) -> None:
    assert [pair for pair in (*keys_of(window=True), *keys_of(window=False)) if NEVER.fullmatch(pair[1])] == []


@pytest.mark.parametrize("key", ["Ctrl+A", "Ctrl+Shift+4", "Ctrl+Alt+X", "Alt+F", "[", "Ctrl+]", "Ctrl+Space"])
def test_the_list_of_keys_never_used_is_known(key: str) -> None:
    assert NEVER.fullmatch(key)


def test_letters_without_a_modifier_hold_only_in_the_list(qapp: object) -> None:
    assert [key for _, key in keys_of(window=True) if len(key) == 1 or key == "Space"] == []


@pytest.mark.parametrize(
    ("key", "id"),
    [
        (Qt.Key.Key_J, "next"),
        (Qt.Key.Key_K, "previous"),
        (Qt.Key.Key_Slash, "filter"),
        (Qt.Key.Key_Space, "toggle_inspector"),
        (Qt.Key.Key_Return, "open"),
        (Qt.Key.Key_Home, "newest"),
        (Qt.Key.Key_Delete, "delete"),
    ],
)
def test_a_key_of_the_list_holds_only_there(qtbot: QtBot, window: Window, key: Qt.Key, id: str) -> None:
    qtbot.keyClick(window.focus(window.field), key)
    assert window.done == []
    qtbot.keyClick(window.focus(window.table), key)
    assert window.done == [id]


def test_the_question_mark_opens_the_sheet(qtbot: QtBot, window: Window) -> None:
    # Without Shift: only a real keyboard layout tells which keys make a question mark.
    qtbot.keyClick(window.focus(window.table), Qt.Key.Key_Question)
    assert window.done == ["shortcuts"]


def test_a_field_keeps_what_is_typed(qtbot: QtBot, window: Window) -> None:
    window.focus(window.field)
    qtbot.keyClicks(window.field, "jk/? ")
    assert (window.field.text(), window.done) == ("jk/? ", [])


def test_copying_in_a_field_is_the_field_s(qtbot: QtBot, window: Window) -> None:
    window.focus(window.field)
    qtbot.keyClick(window.field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert window.done == []
    qtbot.keyClick(window.focus(window.table), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert window.done == ["copy_cell"]


@pytest.mark.parametrize("place", ["table", "field"])
def test_a_key_of_the_window_holds_everywhere(qtbot: QtBot, window: Window, place: str) -> None:
    widget = window.focus(getattr(window, place))
    qtbot.keyClick(widget, Qt.Key.Key_F6)
    qtbot.keyClick(widget, Qt.Key.Key_Escape)
    qtbot.keyClick(widget, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(widget, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert window.done == ["next_pane", "back", "send_sample", "filter"]


def test_a_disabled_action_has_no_key(qtbot: QtBot, window: Window) -> None:
    window.actions_.action("delete").setEnabled(False)
    qtbot.keyClick(window.focus(window.table), Qt.Key.Key_Delete)
    assert window.done == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_J, Qt.Key.Key_Home])
def test_the_button_of_a_menu_is_not_the_list(qtbot: QtBot, window: Window, key: Qt.Key) -> None:
    menu = QMenu(window)
    menu.addActions([window.actions_.action(spec.id) for spec in SPECS])
    window.menu.setMenu(menu)
    qtbot.keyClick(window.focus(window.menu), key)
    assert window.done == []


def test_a_menu_shows_the_key_of_every_action(window: Window) -> None:
    for spec in SPECS:
        action = window.actions_.action(spec.id)
        shown = action.text().partition("\t")[2] or action.shortcut().toString()
        assert bool(shown) == bool(spec.keys or spec.list_keys), spec.id


def test_tooltips_carry_the_key(window: Window) -> None:
    assert window.actions_.action("copy_address").toolTip() == "<qt>Copy address (Ctrl+Shift+A)</qt>"
    assert window.actions_.action("reset_layout").toolTip() == "<qt>Reset the layout</qt>"


def test_the_sheet_names_every_action_with_a_key(window: Window) -> None:
    lines = window.actions_.sheet()
    assert len(lines) == sum(1 for spec in SPECS if spec.keys or spec.list_keys)
    assert ("Move", "Next delivery", "Down, J") in lines
    assert ("Window", "Keyboard shortcuts", "F1, ?") in lines
    assert not [line for line in lines if "&" in line.text]


def test_an_unknown_action_is_an_error(window: Window) -> None:
    with pytest.raises(KeyError):
        window.actions_.action("fly")
