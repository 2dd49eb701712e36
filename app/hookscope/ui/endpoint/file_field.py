"""The file that a response sends: chosen by the user and copied into the folder for files."""

from __future__ import annotations

import stat
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from hookscope.responses import Files
from hookscope.responses.files import LARGEST
from hookscope.ui import scales
from hookscope.ui.deliveries.texts import size_text
from hookscope.ui.endpoint.note_line import NoteLine
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.plain_label import PlainLabel


class FileField(QWidget):
    """Shows name and size of a file, and copies another one that is chosen."""

    changed = Signal()

    def __init__(self, files: Files | None) -> None:
        super().__init__()
        self._files = files
        self._name = ""
        self._flaw = ""
        self._refusal = ""
        self.name = PlainLabel(elide="middle")
        self.bytes = PlainLabel(elide="", role="muted")
        self.choose = FlatButton("Choose a file…")
        self.problem = NoteLine()
        self._lay_out()
        self.choose.clicked.connect(self._ask)

    def set_name(self, name: str) -> None:
        """Show this file of the folder."""
        self._name, self._flaw, self._refusal = name, "", ""
        self._describe()

    def file_name(self) -> str:
        """The name of the file in the folder; empty while none is chosen."""
        return self._name

    def show_flaw(self, sentence: str) -> None:
        """Say why this file cannot be sent; ``""`` when nothing is against it."""
        self._flaw = sentence
        self._describe()

    def take(self, path: Path) -> None:
        """Copy a file into the folder and send that from now on; says why when it cannot be used."""
        self._refusal = self._copy(path)
        self._describe()
        self.changed.emit()

    def _lay_out(self) -> None:
        self.choose.setEnabled(self._files is not None)
        line = QHBoxLayout()
        line.setContentsMargins(scales.PANE, scales.S12, scales.PANE, scales.S8)
        line.setSpacing(scales.S8)
        for widget in (self.choose, self.name, self.bytes):
            line.addWidget(widget)
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(line)
        layout.addWidget(self.problem)
        layout.addWidget(_note("The file is copied when it is chosen. Changes of the original do not go out."))
        layout.addStretch(1)

    def _ask(self) -> None:
        dialog = QFileDialog(self, "Choose a file to respond with")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.take(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _copy(self, path: Path) -> str:
        if self._files is None:
            return ""
        size = _size(path)
        if size is None:
            return f"“{path.name}” is not a file that can be read. Choose another."
        if size > LARGEST:
            return f"“{path.name}” is larger than {LARGEST >> 20} MiB. Choose a smaller one."
        try:
            is_there = path.parent.samefile(self._files.folder) if self._files.folder.exists() else False
            self._name = path.name if is_there else self._files.add(path)
        except OSError as error:
            return f"“{path.name}” could not be copied ({error.strerror or error}). Choose another."
        self._flaw = ""
        return ""

    def _describe(self) -> None:
        size = _size(self._files.folder / self._name) if self._files and self._name else None
        self.name.setText(self._name or "No file is chosen")
        self.name.set_role("" if self._name else "muted")
        self.bytes.setText("" if size is None else size_text(size))
        missing = self._files is not None and self._name and size is None
        lost = f"“{self._name[:80]}” is not in the folder for files, so the sender would get 500. Choose it again."
        self.problem.show_flaw(self._refusal or self._flaw or (lost if missing else ""))


def _note(sentence: str) -> QWidget:
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(scales.PANE, scales.S4, scales.PANE, scales.S4)
    layout.addWidget(PlainLabel(sentence, wrap=True, role="muted"))
    return holder


def _size(path: Path) -> int | None:
    """The size of a plain file, ``None`` for anything else; no name can make it raise."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None
