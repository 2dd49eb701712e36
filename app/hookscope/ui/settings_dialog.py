"""The settings: those of the program, applied together, and those of records, which take effect at once."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from hookscope.settings import LIMITS, Settings
from hookscope.ui import scales
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.parts.tab_bar import Tabs
from hookscope.ui.records.credential_dialog import RecordsPage
from hookscope.ui.tokens import apply_theme

if TYPE_CHECKING:
    from hookscope.program import Program
    from hookscope.ui.tasks import Tasks

GENERAL, RECORDS = range(2)
WIDTH, HEIGHT = 600, 530
LABELS = 140
FIELD_WIDTH = 168
THEMES = (("system", "Like the system"), ("light", "Light"), ("dark", "Dark"))
BAD_HOST = "Enter an IP address: 127.0.0.1 for this computer alone."
OWN_HOST = "Only this computer can send requests here."
OPEN_HOST = "Others on your network can then send requests here."


class SettingsDialog(QDialog):
    """Open it with ``open()`` or ``show()``; *Apply* keeps it open, so that the effect can be seen."""

    def __init__(self, program: Program, tasks: Tasks, parent: QWidget | None = None, *, page: int = GENERAL) -> None:
        super().__init__(parent)
        self._program = program
        self.tabs = Tabs("Settings")
        self.records = RecordsPage(program, tasks)
        self.port = _number("Port", "port", special="any free one")
        self.host = QLineEdit()
        self.host_note = PlainLabel(wrap=True)
        self.theme = QComboBox()
        self.mask_values = QCheckBox("Mask values of tokens until they are asked for")
        self.body_limit = _number("Largest body", "body_limit_mib", suffix=" MiB")
        self.keep_count = _number("Deliveries to keep", "keep_count")
        self.keep_days = _number("Days to keep them", "keep_days", special="any age")
        self.keep_mib = _number("Room for them", "keep_mib", suffix=" MiB")
        self.open_button = FlatButton("Open the folder", icon="external")
        self.problem = PlainLabel(wrap=True, role="bad")
        self.apply_button = FlatButton("Apply", primary=True)
        self.close_button = FlatButton("Close")
        self.setWindowTitle("Settings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._lay_out()
        self._fill(program.settings)
        self._connect()
        self._tell("")
        self._check()
        self.tabs.set_current(page)

    def wanted(self) -> Settings:
        """The settings as they are typed in; the layout of the window as it is kept now."""
        return replace(
            self._program.settings,
            port=self.port.value(),
            host=self.host.text().strip(),
            theme=THEMES[self.theme.currentIndex()][0],
            body_limit_mib=self.body_limit.value(),
            keep_count=self.keep_count.value(),
            keep_days=self.keep_days.value(),
            keep_mib=self.keep_mib.value(),
            mask_values=self.mask_values.isChecked(),
        )

    def apply(self) -> None:
        """Keep the settings from now on."""
        try:
            self._program.change_settings(self.wanted())
        except OSError as error:
            self._tell(f"The settings could not be saved ({error.strerror}). Make room, then apply again.")
            return
        self._tell("")
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, self._program.settings.theme)
        self._check()

    def _fill(self, settings: Settings) -> None:
        self.port.setValue(settings.port)
        self.host.setText(settings.host)
        self.theme.setCurrentIndex([name for name, _ in THEMES].index(settings.theme))
        self.mask_values.setChecked(settings.mask_values)
        self.body_limit.setValue(settings.body_limit_mib)
        self.keep_count.setValue(settings.keep_count)
        self.keep_days.setValue(settings.keep_days)
        self.keep_mib.setValue(settings.keep_mib)

    def _connect(self) -> None:
        for number in (self.port, self.body_limit, self.keep_count, self.keep_days, self.keep_mib):
            number.valueChanged.connect(self._check)
        self.host.textEdited.connect(self._check)
        self.theme.currentIndexChanged.connect(self._check)
        self.mask_values.toggled.connect(self._check)
        self.open_button.clicked.connect(lambda: _open_folder(self._program.data_dir))
        self.apply_button.clicked.connect(self.apply)
        self.close_button.clicked.connect(self.close)
        self.tabs.current_changed.connect(lambda page: self.apply_button.setVisible(page == GENERAL))

    def _check(self) -> None:
        wanted = self.wanted()
        address = _address(wanted.host)
        if address is None:
            self._say(BAD_HOST, "bad")
        else:
            self._say(*((OWN_HOST, "muted") if address.is_loopback else (OPEN_HOST, "warn")))
        self.apply_button.setEnabled(address is not None and wanted != self._program.settings)

    def _say(self, sentence: str, role: str) -> None:
        self.host_note.set_role(role)
        self.host_note.setText(sentence)

    def _tell(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _lay_out(self) -> None:
        self.host.setAccessibleName("Address")
        self.theme.setAccessibleName("Colours")
        for _, word in THEMES:
            self.theme.addItem(word)
        for field in (self.host, self.theme):
            field.setFixedSize(FIELD_WIDTH, scales.FIELD)
        grid = _Grid()
        grid.heading("Listener")
        grid.row("Address", self.host)
        grid.note(self.host_note)
        grid.row("Port", self.port, "Another one restarts the listener.")
        grid.row("Largest body", self.body_limit, "Larger requests get 413 and a row.")
        grid.heading("History")
        grid.row("Deliveries to keep", self.keep_count, "The oldest go first, pinned ones never.")
        grid.row("Days to keep them", self.keep_days)
        grid.row("Room for them", self.keep_mib)
        grid.row("Folder", self._folder())
        grid.heading("Window")
        grid.row("Colours", self.theme)
        grid.note(self.mask_values)
        general = QWidget()
        column = QVBoxLayout(general)
        column.setContentsMargins(scales.S16, scales.S16, scales.S16, scales.S8)
        column.setSpacing(scales.S16)
        column.addLayout(grid.layout)
        column.addWidget(self.problem)
        column.addStretch(1)
        self.tabs.add(general, "General")
        self.tabs.add(self.records, "Records")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tabs, 1)
        layout.addLayout(self._buttons())
        self.setMinimumWidth(WIDTH)
        self.resize(WIDTH, HEIGHT)

    def _folder(self) -> QWidget:
        path = PlainLabel(str(self._program.data_dir), elide="middle")
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(scales.S8)
        row.addWidget(path, 1)
        row.addWidget(self.open_button)
        return line

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(scales.S16, scales.S8, scales.S16, scales.S16)
        row.setSpacing(scales.S8)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.apply_button)
        return row


class _Grid:
    """Label, field and a remark a line, under headings."""

    def __init__(self) -> None:
        self.layout = QGridLayout()
        self.layout.setHorizontalSpacing(scales.S8)
        self.layout.setVerticalSpacing(scales.S4)
        self.layout.setColumnMinimumWidth(0, LABELS)
        self.layout.setColumnStretch(2, 1)

    def heading(self, text: str) -> None:
        line = self.layout.rowCount()
        if line > 1:
            self.layout.setRowMinimumHeight(line, scales.S8)
        label = PlainLabel(text, elide="")
        label.setFont(scales.strong())
        self.layout.addWidget(label, line + 1, 0, 1, 3)

    def row(self, text: str, field: QWidget, remark: str = "") -> None:
        line = self.layout.rowCount()
        label = PlainLabel(text, elide="")
        label.setBuddy(field)
        self.layout.addWidget(label, line, 0)
        self.layout.addWidget(field, line, 1, 1, 1 if remark or field.maximumWidth() == FIELD_WIDTH else 2)
        if remark:
            self.layout.addWidget(PlainLabel(remark, role="muted"), line, 2)

    def note(self, widget: QWidget) -> None:
        self.layout.addWidget(widget, self.layout.rowCount(), 1, 1, 2, Qt.AlignmentFlag.AlignTop)


def _number(name: str, setting: str, *, suffix: str = "", special: str = "") -> QSpinBox:
    field = QSpinBox()
    field.setAccessibleName(name)
    field.setRange(LIMITS[setting].start, LIMITS[setting].stop - 1)
    field.setSuffix(suffix)
    field.setSpecialValueText(special)
    field.setGroupSeparatorShown(setting.startswith("keep"))
    field.setFixedSize(FIELD_WIDTH, scales.FIELD)
    return field


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
