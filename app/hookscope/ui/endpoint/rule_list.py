"""The rules of an endpoint at the left of what they answer, and what can be done to them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QBoxLayout, QFrame, QHBoxLayout, QListView, QMenu, QSizePolicy, QWidget

from hookscope.responses import RuleSet
from hookscope.responses.presets import Preset, load_presets
from hookscope.ui import scales
from hookscope.ui.endpoint import rule_edits as edits
from hookscope.ui.endpoint.elided_combo import ElidedCombo
from hookscope.ui.endpoint.rule_model import RuleDelegate, RuleModel, switch
from hookscope.ui.icons import icon
from hookscope.ui.parts.flat_button import FlatButton, IconButton
from hookscope.ui.parts.plain_label import PlainLabel

WIDTH, DROP_DOWN_WIDTH = 220, 480
FEWEST_SHOWN = 3  # rows
DELETE = Qt.Key.Key_Backspace if sys.platform == "darwin" else Qt.Key.Key_Delete
MOST = 16_777_215  # Qt's own bound of a width
HINT = "The first match answers."


class RuleView(QListView):
    """The list itself; its keys hold while it has the focus."""

    moved = Signal(int)  # by so many places
    delete_asked = Signal()
    rename_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Rules")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(RuleDelegate(self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, FEWEST_SHOWN * scales.row_height(self.fontMetrics()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())  # what is edited stays in sight

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held == Qt.KeyboardModifier.ControlModifier and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif held or key not in (Qt.Key.Key_Space, DELETE, Qt.Key.Key_F2):
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Space:
            switch(self.model(), self.currentIndex())
        elif key == Qt.Key.Key_F2:
            self.rename_asked.emit()
        else:
            self.delete_asked.emit()


class RuleList(QWidget):
    """Shows a rule set and offers every edit of it but those of one rule; where it is narrow, as a drop-down.

    ``edited`` has the rule set as it is to be from now on, and the row to choose in it. The row after the last rule is
    that of the default response.
    """

    chosen = Signal(int)
    edited = Signal(object, int)  # RuleSet
    added = Signal()  # a new rule, which is edited and chosen by now
    rename_asked = Signal()
    sequence_asked = Signal()
    count_anew_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.model = RuleModel(self)
        self.view = RuleView()
        self.drop_down = ElidedCombo("Rule", DROP_DOWN_WIDTH)
        self.add_button = FlatButton("Rule", icon="plus")
        self.presets_button = FlatButton("Presets")
        self.more = IconButton("more", "Actions of the chosen rule")
        self.presets = QMenu(self)
        self.menu = QMenu(self)
        self.hint = PlainLabel(HINT, role="muted")
        self._row = 0
        self._quiet = False
        self._narrow: bool | None = None
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._fill_menus()
        self._lay_out()
        self._connect()

    def show_rules(self, rule_set: RuleSet, row: int) -> None:
        """Show these rules with one of them chosen; nothing is emitted."""
        self._quiet = True
        self._row = min(max(row, 0), len(rule_set.rules))
        self.model.set_rules(rule_set)
        self.view.setCurrentIndex(self.model.index(self._row))
        self._refresh()
        self._quiet = False

    def show_counts(self, counts: Mapping[str, int], total: int) -> None:
        """How often each rule answered, by name, of so many deliveries."""
        self.model.set_counts(counts, total)

    def show_flaws(self, flaws: Mapping[int, str]) -> None:
        """Mark the rows that cannot be applied and say why."""
        self.model.set_flaws(flaws)
        self._refresh()

    def row(self) -> int:
        """The row that is chosen."""
        return self._row

    def set_narrow(self, narrow: bool) -> None:
        """Be a drop-down over the editor, or the list at its left."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        direction = QBoxLayout.Direction
        self._layout.setDirection(direction.LeftToRight if narrow else direction.TopToBottom)
        self.setMinimumWidth(0 if narrow else WIDTH)
        self.setMaximumWidth(MOST if narrow else WIDTH)
        self.drop_down.setVisible(narrow)
        self.view.setVisible(not narrow)
        self._layout.setContentsMargins(scales.PANE if narrow else 0, 0, 0, 0)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Preferred, policy.Fixed if narrow else policy.Preferred)
        self._refresh()

    def is_narrow(self) -> bool:
        """Whether it is a drop-down."""
        return self._narrow is True

    def narrowest(self) -> int:
        """The width that the drop-down and its buttons need."""
        buttons = self._buttons.minimumSize().width()
        return self.drop_down.minimumSizeHint().width() + buttons + 2 * scales.PANE

    def focus(self) -> None:
        """Put the focus on what chooses a rule."""
        (self.drop_down if self.is_narrow() else self.view).setFocus()

    # --- how it is built ---------------------------------------------------------------------------------------------

    def _fill_menus(self) -> None:
        add = self.menu.addAction
        self._on = QAction("On", self.menu, checkable=True)
        self.menu.addAction(self._on)
        self.menu.addSeparator()
        self._up = add(_with_key("Move up", "Ctrl+Up"), lambda: self.move_by(-1))
        self._down = add(_with_key("Move down", "Ctrl+Down"), lambda: self.move_by(1))
        self.menu.addSeparator()
        self._of_a_rule = [add("Duplicate", self.duplicate), add(_with_key("Rename", "F2"), self.rename_asked.emit)]
        self.menu.addSeparator()
        self._of_a_rule += [add(_with_key("Delete", DELETE), self.delete), self._on]

    def _fill_presets(self) -> None:
        """Only when it is first opened: the start is quick without."""
        if self.presets.isEmpty():
            for preset in load_presets():
                self.presets.addAction(preset.name.replace("&", "&&"), partial(self.use, preset))
            self.presets.addSeparator()
            self.presets.addAction("Sequence…", self.sequence_asked.emit)
            self.presets.addSeparator()
            self.presets.addAction("Start counting attempts again", self.count_anew_asked.emit)

    def _lay_out(self) -> None:
        self.view.setModel(self.model)
        self.add_button.setAccessibleName("Add a rule")
        self.presets_button.setMenu(self.presets)
        self.more.setMenu(self.menu)
        self.hint.setFont(scales.small())
        self.hint.setContentsMargins(scales.PANE, scales.S4, scales.S8, scales.S4)
        self._buttons = QHBoxLayout()
        self._buttons.setContentsMargins(scales.S8, scales.S8, scales.S8, scales.S8)
        self._buttons.setSpacing(scales.S4)
        for button in (self.add_button, self.presets_button):
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        self._buttons.addWidget(self.more)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.hint)
        self._layout.addWidget(self.view, 1)
        self._layout.addWidget(self.drop_down, 1)
        self._layout.addLayout(self._buttons)
        self.set_narrow(False)

    def _connect(self) -> None:
        self.view.selectionModel().currentChanged.connect(lambda now, _before: self._choose(now.row()))
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.view.moved.connect(self.move_by)
        self.view.delete_asked.connect(self.delete)
        self.view.rename_asked.connect(self._ask_name)
        self.drop_down.activated.connect(self._choose)
        self.model.switched.connect(self.switch)
        self.add_button.clicked.connect(self.add)
        self.menu.aboutToShow.connect(self._prepare_menu)
        self.presets.aboutToShow.connect(self._fill_presets)
        self._on.triggered.connect(lambda on: self.switch(self._row, on))

    # --- what it shows -----------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        rules = self._rule_set().rules
        self.hint.setVisible(len(rules) > 1 and not self.is_narrow())
        self.view.scheduleDelayedItemsLayout()  # one with a name is higher
        if self.is_narrow():
            self._fill_drop_down()

    def _fill_drop_down(self) -> None:
        self.drop_down.blockSignals(True)
        self.drop_down.clear()
        for row in range(self.model.rowCount()):
            line = self.model.line(row)
            text = self.model.index(row).data() + (" (off)" if line.on is False else "")
            if line.flaw:
                self.drop_down.addItem(icon("cross-circle", "bad"), text)
            else:
                self.drop_down.addItem(text)
            spoken = self.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)
            self.drop_down.setItemData(row, spoken, Qt.ItemDataRole.AccessibleTextRole)
        self.drop_down.setCurrentIndex(self._row)
        self.drop_down.fit_list()
        self.drop_down.blockSignals(False)

    def _open_menu(self, place: QPoint) -> None:
        index = self.view.indexAt(place)
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.menu.popup(self.view.viewport().mapToGlobal(place))

    def _prepare_menu(self) -> None:
        rules = self._rule_set().rules
        for action in self._of_a_rule:
            action.setEnabled(self._has_rule())
        self._on.setChecked(self._has_rule() and rules[self._row].on)
        self._up.setEnabled(self._has_rule() and self._row > 0)
        self._down.setEnabled(self._row + 1 < len(rules))

    def _choose(self, row: int) -> None:
        if row >= 0 and row != self._row and not self._quiet:
            self._row = row
            self.chosen.emit(row)

    # --- edits -------------------------------------------------------------------------------------------------------

    def add(self) -> None:
        """Add a rule as the last one."""
        rule_set = self._rule_set()
        at = len(rule_set.rules)
        self.edited.emit(edits.inserted(rule_set, at, edits.new_rule(rule_set)), at)
        self.added.emit()

    def use(self, preset: Preset) -> None:
        """Edit the rules as a preset says."""
        before = self._rule_set()
        after = preset.apply(before)
        self.edited.emit(after, edits.first_difference(before, after))

    def move_by(self, places: int) -> None:
        """Move the chosen rule down, or up with a negative number."""
        row = self._row
        if self._has_rule() and 0 <= row + places < len(self._rule_set().rules):
            self.edited.emit(edits.moved(self._rule_set(), row, places), row + places)

    def duplicate(self) -> None:
        """Add a second one like the chosen rule after it."""
        if self._has_rule():
            self.edited.emit(edits.duplicated(self._rule_set(), self._row), self._row + 1)

    def delete(self) -> None:
        """Take the chosen rule out."""
        if self._has_rule():
            self.edited.emit(edits.without(self._rule_set(), self._row), self._row)

    def switch(self, row: int, on: bool) -> None:
        """Turn a rule on or off."""
        rule_set = self._rule_set()
        self.edited.emit(edits.changed(rule_set, row, replace(rule_set.rules[row], on=on)), self._row)

    def _ask_name(self) -> None:
        if self._has_rule():
            self.rename_asked.emit()

    def _has_rule(self) -> bool:
        return self._row < len(self._rule_set().rules)

    def _rule_set(self) -> RuleSet:
        return self.model.rule_set()


def _with_key(text: str, key: str | Qt.Key) -> str:
    """The text of a menu's entry with the key that does the same in the list."""
    return f"{text}\t{QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)}"
