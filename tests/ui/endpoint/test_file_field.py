from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QFileDialog

from hookscope.responses import Files
from hookscope.responses.files import LARGEST
from hookscope.ui.endpoint.file_field import FileField

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


@pytest.fixture
def field(qtbot: QtBot, files: Files) -> FileField:
    field = FileField(files)
    qtbot.addWidget(field)
    field.show()
    return field


@pytest.fixture
def original(tmp_path: Path) -> Path:
    path = tmp_path / "reply.json"
    path.write_bytes(b"x" * 1500)
    return path


def said(field: FileField) -> str:
    return field.problem.label.text() if field.problem.isVisible() else ""


def test_a_file_that_is_chosen_is_copied(field: FileField, files: Files, original: Path, qtbot: QtBot) -> None:
    field.choose.click()
    dialog = field.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    with qtbot.waitSignal(field.changed):
        dialog.fileSelected.emit(str(original))
    dialog.reject()
    assert files.read("reply.json") == original.read_bytes()
    assert field.file_name() == "reply.json"
    assert (field.name.text(), field.bytes.text(), said(field)) == ("reply.json", "1.5 kB", "")


def test_one_of_the_folder_itself_is_taken_as_it_is(field: FileField, files: Files, original: Path) -> None:
    field.take(original)
    field.set_name("")
    field.take(files.folder / "reply.json")
    assert (field.file_name(), said(field)) == ("reply.json", "")


def test_a_file_that_is_not_there_is_told(field: FileField) -> None:
    field.set_name("gone.json")
    assert said(field) == ("“gone.json” is not in the folder for files, so the sender would get 500. Choose it again.")
    field.set_name("")
    assert (field.name.text(), said(field)) == ("No file is chosen", "")


@pytest.mark.parametrize("name", ["a\x00b", "x" * 300, "../../etc/passwd", ".", "a/b"])
def test_no_name_does_harm(field: FileField, name: str) -> None:
    field.set_name(name)
    assert field.file_name() == name
    assert field.bytes.text() == ""


def test_what_cannot_be_sent_is_not_taken(field: FileField, original: Path, tmp_path: Path) -> None:
    field.take(original)
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)
    field.take(large)
    assert said(field) == "“large.bin” is larger than 10 MiB. Choose a smaller one."
    field.take(tmp_path)
    assert said(field).endswith("is not a file that can be read. Choose another.")
    assert field.file_name() == "reply.json"
    field.take(original)
    assert said(field) == ""


def test_a_file_that_cannot_be_copied_is_told(field: FileField, files: Files, original: Path) -> None:
    files.folder.parent.joinpath("files").write_bytes(b"")  # a file where the folder belongs
    field.take(original)
    assert said(field).startswith("“reply.json” could not be copied (")


def test_a_flaw_is_told_instead_of_what_is_missing(field: FileField) -> None:
    field.set_name("a:b")
    field.show_flaw("“a:b” cannot be a file.")
    assert said(field) == "“a:b” cannot be a file."
