"""The rules of an endpoint as the rows of a list, and how a row is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
    QWidget,
)

from hookscope.responses import Rule, RuleSet
from hookscope.responses.wording import response_words, rule_sentence
from hookscope.ui import scales
from hookscope.ui.endpoint.rule_edits import is_automatic
from hookscope.ui.icons import icon
from hookscope.ui.parts.plain_label import plain_tooltip
from hookscope.ui.tokens import disabled_text, tokens
from hookscope.visible import visible

Index = QModelIndex | QPersistentModelIndex

LineRole = Qt.ItemDataRole.UserRole + 1
ARROW = " → "
BOX = scales.ICON
TEXT_AT = scales.S12 + BOX + scales.S8


class RuleLine(NamedTuple):
    """A row: its title, its sentence below where the title is a name, whether it is on, and what else is to be said."""

    title: str
    sentence: str
    on: bool | None  # None: it cannot be switched
    answered: int
    flaw: str = ""

    @property
    def lines(self) -> int:
        """How many lines of text it has."""
        return 2 if self.sentence else 1


class RuleModel(QAbstractListModel):
    """The rules in order and *Otherwise* as the last row."""

    switched = Signal(int, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rule_set = RuleSet()
        self._counts: Mapping[str, int] = {}
        self._total = 0
        self._flaws: Mapping[int, str] = {}

    def set_rules(self, rule_set: RuleSet) -> None:
        """Show these; the rows stay the same ones as long as there are as many."""
        if len(rule_set.rules) == len(self._rule_set.rules):
            self._rule_set = rule_set
            self._tell()
        else:
            self.beginResetModel()
            self._rule_set = rule_set
            self.endResetModel()

    def set_counts(self, counts: Mapping[str, int], total: int) -> None:
        """How often each rule answered, by name, and how many deliveries there are in all."""
        if (counts, total) != (self._counts, self._total):
            self._counts, self._total = counts, total
            self._tell()

    def set_flaws(self, flaws: Mapping[int, str]) -> None:
        """Why rows cannot be applied, by row."""
        if flaws != self._flaws:
            self._flaws = flaws
            self._tell()

    def rule_set(self) -> RuleSet:
        """What is shown."""
        return self._rule_set

    def line(self, row: int) -> RuleLine:
        """What is to be drawn in a row."""
        flaw = self._flaws.get(row, "")
        if row >= len(self._rule_set.rules):
            others = max(0, self._total - sum(self._counts.values()))
            return RuleLine(f"Otherwise{ARROW}{response_words(self._rule_set.default)}", "", None, others, flaw)
        rule = self._rule_set.rules[row]
        sentence = rule_sentence(rule)
        title, sentence = (sentence, "") if is_automatic(rule.name) else (rule.name, sentence)
        return RuleLine(title, sentence, rule.on, self._counts.get(rule.name, 0), flaw)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rule_set.rules) + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if self._rule(index) else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self.line(index.row())
        if role == LineRole:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return visible(f"{line.title}: {line.sentence}" if line.sentence else line.title)
        if role == Qt.ItemDataRole.CheckStateRole:
            return _check_state(line)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _spoken(line)
        return plain_tooltip(self._told(index, line)) if role == Qt.ItemDataRole.ToolTipRole else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not self._rule(index):
            return False
        self.switched.emit(index.row(), Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def _rule(self, index: Index) -> Rule | None:
        rules = self._rule_set.rules
        return rules[index.row()] if 0 <= index.row() < len(rules) else None

    def _told(self, index: Index, line: RuleLine) -> str:
        rule = self._rule(index)
        if rule is None:
            whole = [line.title, "Answers what no rule above does."]
        else:
            whole = [f"{rule.name}: {rule_sentence(rule)}", "Answers what it is the first to match."]
        came = f"Answered {line.answered:,} of the stored deliveries."
        return "\n".join([*whole, came, *([line.flaw] if line.flaw else [])])

    def _tell(self) -> None:
        self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))


class RuleDelegate(QStyledItemDelegate):
    """Draws a rule: box, name or sentence, counter, and below a name its sentence."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = _view(option)
        line: RuleLine = index.data(LineRole)
        current, state, area = tokens(view), option.state, option.rect
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, current.selected)
            painter.fillRect(area.left(), area.top(), scales.SELECTION_BAR, area.height(), current.accent)
        if line.on is not None:
            self._draw_box(painter, view, box_of(area, option.fontMetrics), on=line.on)
        enabled = bool(state & QStyle.StateFlag.State_Enabled)
        muted = current.muted if enabled else disabled_text(current)
        first = _first_line(area, option.fontMetrics, line)
        first.setRight(self._draw_right(painter, view, first, line))
        painter.setPen(muted if line.on is False or not enabled else current.text)
        painter.setFont(view.font())
        _draw_text(painter, first, fitted(line.title, first.width(), option.fontMetrics))
        if line.sentence:
            second = QRect(first.left(), first.bottom() + 1, area.right() - scales.S8 - first.left(), first.height())
            painter.setPen(muted)
            _draw_text(painter, second, fitted(line.sentence, second.width(), option.fontMetrics))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(current.accent)
            painter.drawRect(area.adjusted(0, 0, -1, -1))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line: RuleLine = index.data(LineRole)
        return QSize(0, scales.row_height(option.fontMetrics) + (line.lines - 1) * option.fontMetrics.height())

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        on_box = isinstance(event, QMouseEvent) and _is_on_box(event.position(), option.rect)
        if not on_box or index.data(Qt.ItemDataRole.CheckStateRole) is None:
            return False
        if event.type() == QEvent.Type.MouseButtonRelease:
            switch(model, index)
        return True

    def _draw_box(self, painter: QPainter, view: QWidget, area: QRect, *, on: bool) -> None:
        box = QStyleOptionButton()
        box.initFrom(view)
        # Its border can be seen. The stubs ask for bytes, which PySide6 refuses.
        box.palette = QApplication.palette("QCheckBox")  # type: ignore[call-overload]
        box.state &= ~(QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_MouseOver)
        box.state |= QStyle.StateFlag.State_On if on else QStyle.StateFlag.State_Off
        box.rect = area
        view.style().drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorCheckBox, box, painter, view)

    def _draw_right(self, painter: QPainter, view: QWidget, first: QRect, line: RuleLine) -> int:
        """Draw counter and mark; the place left of them."""
        right = first.right()
        if line.answered:
            painter.setFont(scales.tabular(view.font()))
            painter.setPen(tokens(view).muted)
            text = f"{line.answered:,}"
            painter.drawText(first, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
            right -= painter.fontMetrics().horizontalAdvance(text) + scales.S8
        if line.flaw:
            place = QRect(right - scales.ICON + 1, first.center().y() - 7, scales.ICON, scales.ICON)
            icon("cross-circle", "bad").paint(painter, place)
            right -= scales.ICON + scales.S8
        return right


def switch(model: QAbstractItemModel, index: Index) -> None:
    """Turn a rule on or off; nothing happens to one that cannot be."""
    state = index.data(Qt.ItemDataRole.CheckStateRole)
    if state is not None:
        other = Qt.CheckState.Unchecked if Qt.CheckState(state) == Qt.CheckState.Checked else Qt.CheckState.Checked
        model.setData(index, other, Qt.ItemDataRole.CheckStateRole)


def box_of(area: QRect, metrics: QFontMetrics) -> QRect:
    """Where the box of a row is drawn: beside its first line."""
    top = area.top() + (scales.row_height(metrics) - BOX) // 2
    return QRect(area.left() + scales.S12, top, BOX, BOX)


def fitted(sentence: str, room: int, metrics: QFontMetrics) -> str:
    """A sentence in this room; what is answered stays, what leads to it is cut."""
    sentence = visible(sentence)
    if metrics.horizontalAdvance(sentence) <= room:
        return sentence
    elide = Qt.TextElideMode.ElideRight
    left, arrow, right = sentence.rpartition(ARROW)
    rest = room - metrics.horizontalAdvance(arrow + right)
    if not arrow or rest < metrics.horizontalAdvance("mmm…"):
        return metrics.elidedText(sentence, elide, room)
    return metrics.elidedText(left, elide, rest) + arrow + right


def _view(option: QStyleOptionViewItem) -> QWidget:
    widget: QWidget = option.widget
    return widget


def _first_line(area: QRect, metrics: QFontMetrics, line: RuleLine) -> QRect:
    start = area.left() + TEXT_AT
    top = area.top() + (scales.row_height(metrics) - metrics.height()) // 2
    return QRect(start, top, area.right() - scales.S8 - start, metrics.height())


def _draw_text(painter: QPainter, area: QRect, text: str) -> None:
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(area, flags | Qt.TextFlag.TextSingleLine, text)


def _is_on_box(place: QPointF, row: QRect) -> bool:
    return row.left() <= place.x() < row.left() + TEXT_AT


def _check_state(line: RuleLine) -> int | None:
    """As a number: views do not understand the enumeration."""
    if line.on is None:
        return None
    state = Qt.CheckState.Checked if line.on else Qt.CheckState.Unchecked
    return int(state.value)


def _spoken(line: RuleLine) -> str:
    state = [] if line.on is None else ["on" if line.on else "off"]
    flaw = [f"cannot be applied: {line.flaw}"] if line.flaw else []
    return visible(
        ", ".join([*filter(None, (line.title, line.sentence)), *state, f"answered {line.answered:,}", *flaw])
    )
