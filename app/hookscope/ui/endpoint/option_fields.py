"""The options of a scheme as fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QWidget

from hookscope.ui import scales
from hookscope.ui.endpoint.token_place import PLACES
from hookscope.ui.parts.plain_label import PlainLabel

if TYPE_CHECKING:
    from hookscope.verification import Scheme

LABELS = 140
FIELD_WIDTH = 280
PLACE, NAME = "place", "name"
_EXTRA = {"httpsig": ("alg", "label")}  # of the kind, and worth a field; the others are set in a workspace file
_WORDS = {
    "webhook_id": "Webhook id",
    "cookie_name": "Name of the cookie",
    "header_name": "Name of the header",
    "key_name": "Key in the JSON body",
    "param_name": "Query parameter",
    "alg": "Algorithm",
    "label": "Label of the signature",
}


def option_word(name: str) -> str:
    """What an option is called beside its field."""
    return _WORDS.get(name) or name.replace("_", " ").capitalize()


def options_of(scheme: Scheme) -> tuple[str, ...]:
    """The options that have a field."""
    return (*scheme.options, *_EXTRA.get(scheme.kind, ()))


def missing_options(scheme: Scheme, options: Mapping[str, str]) -> list[str]:
    """The options that have to be set and are not."""
    return [name for name, default in scheme.options.items() if default is None and not options.get(name)]


class OptionFields(QWidget):
    """Edits options; ``edited`` comes when an edit is finished, with all of them. One at its default is left out."""

    edited = Signal(object)  # dict[str, str]

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, QComboBox | QLineEdit] = {}
        self._scheme: Scheme | None = None
        self._told: dict[str, str] = {}
        self._kept: dict[str, str] = {}  # set elsewhere, without a field
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(scales.S8)
        self._grid.setVerticalSpacing(scales.S8)
        self._grid.setColumnMinimumWidth(0, LABELS)
        self._grid.setColumnStretch(1, 1)

    def set_options(self, scheme: Scheme | None, options: Mapping[str, str]) -> None:
        """Edit the options of this scheme from now on."""
        if scheme != self._scheme:
            self._scheme = scheme
            self._build()
        self._told = dict(options)
        self._kept = {name: value for name, value in options.items() if name not in self.fields}
        for name, field in self.fields.items():
            self._fill(name, field, options.get(name, ""))
        self.setVisible(bool(self.fields))

    def options(self) -> dict[str, str]:
        """The options as they are typed in, white space around them taken away: they are names."""
        defaults = self._scheme.options if self._scheme else {}
        typed = {name: _text(field) for name, field in self.fields.items()}
        return {**self._kept, **{name: text for name, text in typed.items() if text and text != defaults.get(name)}}

    def go_to(self, name: str) -> None:
        """Put the keyboard into the field of an option."""
        if name in self.fields:
            self.fields[name].setFocus()

    def _fill(self, name: str, field: QComboBox | QLineEdit, value: str) -> None:
        default = (self._scheme.options.get(name) if self._scheme else None) or ""
        if isinstance(field, QComboBox):
            field.setCurrentIndex(max(0, field.findData(value or default)))
        elif not field.isModified() and _text(field) != (value or default):  # not while somebody types
            field.setText(value or default)

    def _build(self) -> None:
        for field in self.fields.values():
            field.blockSignals(True)  # it loses the focus when it goes, which would count as an edit
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        names = options_of(self._scheme) if self._scheme else ()
        self.fields = {name: self._field(name) for name in names}
        if PLACE in self.fields:
            self._add_row(0, "Token in", self.fields[PLACE], self.fields[NAME])
            return
        for row, (name, field) in enumerate(self.fields.items()):
            self._add_row(row, option_word(name), field)

    def _add_row(self, row: int, word: str, *fields: QWidget) -> None:
        label = PlainLabel(word, elide="")
        label.setBuddy(fields[0])
        line = QWidget()
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S8)
        for field in fields:
            layout.addWidget(field)
        layout.addStretch(1)
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(line, row, 1)

    def _field(self, name: str) -> QComboBox | QLineEdit:
        if name == PLACE:
            return self._place_field()
        field = QLineEdit()
        field.setAccessibleName("Name of the token" if name == NAME else option_word(name))
        field.setFont(scales.mono())
        field.setFixedSize(FIELD_WIDTH, scales.FIELD)
        default = self._scheme.options.get(name, "") if self._scheme else ""
        field.setPlaceholderText("Needed" if default is None else default or "Any")
        field.editingFinished.connect(self._tell)
        return field

    def _place_field(self) -> QComboBox:
        field = QComboBox()
        field.setAccessibleName("Where the token stands")
        field.setFixedHeight(scales.FIELD)
        for place, word in PLACES:
            field.addItem(word, place)
        field.activated.connect(self._tell)
        return field

    def _tell(self) -> None:
        options = self.options()
        for field in self.fields.values():
            if isinstance(field, QLineEdit):
                field.setModified(False)
        if options != self._told:
            self._told = options
            self.edited.emit(options)


def _text(field: QComboBox | QLineEdit) -> str:
    return str(field.currentData()) if isinstance(field, QComboBox) else field.text().strip()
