"""Every action of the window with its text, keys and the place where the keys hold."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from hookscope.ui.parts.plain_label import plain_tooltip

Standard = QKeySequence.StandardKey


@dataclass(frozen=True, slots=True)
class Spec:
    """One action as data.

    ``keys`` hold in the whole window and ``list_keys`` only while the list has the focus; where the system names keys
    for ``standard``, these take the place of ``keys``, or of ``list_keys`` when there are no others. ``native`` are
    keys the list's widget serves without us: they are only shown.
    """

    id: str
    group: str
    text: str
    keys: tuple[str, ...] = ()
    standard: Standard | None = None
    list_keys: tuple[str, ...] = ()
    native: tuple[str, ...] = ()
    checkable: bool = False
    menu_role: QAction.MenuRole = QAction.MenuRole.NoRole

    @property
    def label(self) -> str:
        """The text without the mark of its mnemonic."""
        return self.text.replace("&", "")

    def window_sequences(self) -> list[QKeySequence]:
        """The keys that hold in the whole window on this system."""
        return self._standard_or(self.keys) if self.keys else []

    def list_sequences(self) -> list[QKeySequence]:
        """The keys that hold only while the list has the focus on this system."""
        return [QKeySequence(key) for key in self.list_keys] if self.keys else self._standard_or(self.list_keys)

    def written(self) -> str:
        """All keys as the system writes them; of the system's own for one action only as many as we name."""
        window = self.window_sequences()[: len(self.keys)]
        in_list = self.list_sequences()[: len(self.list_keys)]
        return ", ".join(_text(key) for key in (*map(QKeySequence, self.native), *window, *in_list))

    def _standard_or(self, keys: tuple[str, ...]) -> list[QKeySequence]:
        known = QKeySequence.keyBindings(self.standard) if self.standard is not None else []
        return known or [QKeySequence(key) for key in keys]


# Not StandardKey.Delete: on some systems it brings Ctrl+D along, which belongs to text fields.
_DELETE = "Backspace" if sys.platform == "darwin" else "Del"
_MOVE, _PANES, _DELIVERY, _ENDPOINT, _WINDOW = "Move", "Inspector and panes", "Delivery", "Endpoint", "Window"

_PREFERENCES, _QUIT = QAction.MenuRole.PreferencesRole, QAction.MenuRole.QuitRole

SPECS = (
    Spec("next", _MOVE, "Next delivery", list_keys=("J",), native=("Down",)),
    Spec("previous", _MOVE, "Previous delivery", list_keys=("K",), native=("Up",)),
    Spec("newest", _MOVE, "Ne&west delivery", list_keys=("Home",)),
    Spec("next_problem", _MOVE, "Next &problem", ("F8",)),
    Spec("previous_problem", _MOVE, "Previous problem", ("Shift+F8",)),
    Spec("filter", _MOVE, "&Filter deliveries", ("Ctrl+Shift+F",), list_keys=("/",)),
    Spec("toggle_inspector", _PANES, "Show or hide the &inspector", list_keys=("Space",)),
    Spec("open", _PANES, "&Open", list_keys=("Return", "Enter")),
    Spec("back", _PANES, "&Back to the list", ("Esc",)),
    Spec("tab_1", _PANES, "First tab", ("Ctrl+1",)),
    Spec("tab_2", _PANES, "Second tab", ("Ctrl+2",)),
    Spec("tab_3", _PANES, "Third tab", ("Ctrl+3",)),
    Spec("tab_4", _PANES, "Fourth tab", ("Ctrl+4",)),
    Spec("tab_5", _PANES, "Fifth tab", ("Ctrl+5",)),
    Spec("next_pane", _PANES, "Next pane", ("F6",)),
    Spec("previous_pane", _PANES, "Previous pane", ("Shift+F6",)),
    Spec("find", _PANES, "Find in the pane", ("Ctrl+F",), Standard.Find),
    Spec("find_next", _PANES, "Find next", ("F3",), Standard.FindNext),
    Spec("inspector_right", _PANES, "Inspector on the &right", checkable=True),
    Spec("reset_layout", _PANES, "Reset the &layout"),
    Spec("look_up", _DELIVERY, "&Look up the record", ("Ctrl+L",)),
    Spec("copy_cell", _DELIVERY, "&Copy cell", standard=Standard.Copy, list_keys=("Ctrl+C",)),
    Spec("pin", _DELIVERY, "P&in", ("Ctrl+P",)),
    Spec("send_held", _DELIVERY, "Send the &held response", ("Ctrl+Return", "Ctrl+Enter")),
    Spec("delete", _DELIVERY, "&Delete", list_keys=(_DELETE,)),
    Spec("send_sample", _ENDPOINT, "Send a &sample", ("Ctrl+T",)),
    Spec("copy_address", _ENDPOINT, "Copy &address", ("Ctrl+Shift+A",)),
    Spec("hold", _ENDPOINT, "&Hold requests", checkable=True),
    Spec("new_endpoint", _ENDPOINT, "&New endpoint…", ("Ctrl+N",), Standard.New),
    Spec("apply", _ENDPOINT, "Apply the draft", ("Ctrl+S",), Standard.Save),
    Spec("import_workspace", _ENDPOINT, "I&mport workspace…"),
    Spec("export_workspace", _ENDPOINT, "&Export workspace…"),
    Spec("settings", _WINDOW, "Se&ttings…", ("Ctrl+,",), Standard.Preferences, menu_role=_PREFERENCES),
    Spec("shortcuts", _WINDOW, "&Keyboard shortcuts", ("F1",), Standard.HelpContents, list_keys=("?",)),
    Spec("quit", _WINDOW, "&Quit", ("Ctrl+Q",), Standard.Quit, menu_role=_QUIT),
)


class Entry(NamedTuple):
    """One line of the sheet of keys: group, what the action does, and its keys as the system writes them."""

    group: str
    text: str
    keys: str


class Actions(QObject):
    """The actions of one window.

    Keys of the window hold in it whatever has the focus; a field that wants one for itself (Esc in a search field)
    accepts the ``ShortcutOverride`` event. Keys of the list hold in the widget given to ``attach_list``.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._actions = {spec.id: self._made(spec, window) for spec in SPECS}

    def action(self, id: str) -> QAction:
        """The action of this name; ``KeyError`` when there is none."""
        return self._actions[id]

    def attach_list(self, widget: QWidget) -> None:
        """Let the keys of the list hold while this widget or a child of it has the focus."""
        for spec in SPECS:
            for key in spec.list_sequences():
                # Not a key of the action: that would also hold on the button whose menu has the action.
                shortcut = QShortcut(key, widget)
                shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                shortcut.activated.connect(self._actions[spec.id].trigger)

    def sheet(self) -> list[Entry]:
        """Every action that has a key, in the order of the sheet."""
        return [Entry(spec.group, spec.label, keys) for spec in SPECS if (keys := spec.written())]

    def _made(self, spec: Spec, window: QWidget) -> QAction:
        action = QAction(_menu_text(spec), window)
        action.setObjectName(spec.id)
        action.setShortcuts(spec.window_sequences())
        action.setCheckable(spec.checkable)
        action.setMenuRole(spec.menu_role)
        keys = spec.written()
        action.setToolTip(plain_tooltip(f"{spec.label} ({keys})" if keys else spec.label))
        window.addAction(action)
        return action


def _menu_text(spec: Spec) -> str:
    in_list = spec.list_sequences()
    return f"{spec.text}\t{_text(in_list[0])}" if in_list and not spec.keys else spec.text


def _text(key: QKeySequence) -> str:
    return key.toString(QKeySequence.SequenceFormat.NativeText)
