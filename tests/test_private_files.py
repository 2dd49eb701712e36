"""What is written is whole, and its owner's alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hookscope.private_files import make_private_folder, write_private


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a user's folders apart by itself")
def test_files_and_new_folders_are_their_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    make_private_folder(folder)
    make_private_folder(folder)
    write_private(folder / "file", "x")
    assert (mode(folder), mode(folder / "file")) == (0o700, 0o600)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a user's folders apart by itself")
def test_a_file_that_others_could_read_no_longer_is(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "näw\n")
    assert mode(path) == 0o600
    assert path.read_bytes() == "näw\n".encode()


def test_an_existing_folder_is_left_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_private_folder(tmp_path)
    assert mode(tmp_path) == 0o755


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_private(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_private(path, "half a character: \ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
