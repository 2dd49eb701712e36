"""The folder of files to answer with: what it gives, and what it never does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hookscope.responses import FileFailure, Files
from hookscope.responses.files import LARGEST


@pytest.fixture
def files(tmp_path: Path) -> Files:
    found = Files(tmp_path / "files")
    found.folder.mkdir()
    return found


def test_what_a_file_holds_now(files: Files) -> None:
    (files.folder / "a.bin").write_bytes(b"\x00\xff")
    (files.folder / "b.bin").write_bytes(b"other")
    assert [files.read(name) for name in ("a.bin", "b.bin", "a.bin")] == [b"\x00\xff", b"other", b"\x00\xff"]
    (files.folder / "a.bin").write_bytes(b"newer, longer")
    assert files.read("a.bin") == b"newer, longer"


def test_a_chosen_file_is_copied(files: Files, tmp_path: Path) -> None:
    chosen = tmp_path / "reply é.json"
    chosen.write_bytes(b"{}")
    new = Files(tmp_path / "not there yet")
    assert new.missing("reply é.json")
    assert new.add(chosen) == "reply é.json"
    chosen.unlink()
    assert new.read("reply é.json") == b"{}"
    assert not new.missing("reply é.json")
    assert new.folder.stat().st_mode & 0o077 == 0


def test_another_file_of_the_same_name_stays_as_it_is(files: Files, tmp_path: Path) -> None:
    (files.folder / "a.json").write_bytes(b"in use")
    chosen = tmp_path / "a.json"
    chosen.write_bytes(b"new")
    assert files.add(chosen) == "a-2.json"
    assert files.add(chosen) == "a-2.json"  # the same again
    assert files.add(files.folder / "a.json") == "a.json"
    assert (files.read("a.json"), files.read("a-2.json")) == (b"in use", b"new")


def test_a_name_that_no_file_can_have_is_missing(files: Files) -> None:
    assert files.missing("x" * 5_000)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "cannot be read (No such file"),
        (lambda path: path.mkdir(), "cannot be read (Is a directory"),
        (os.mkfifo, "not a plain file"),
        (lambda path: path.symlink_to(__file__), "cannot be read"),
        (lambda path: os.truncate(_made(path), LARGEST + 1), "larger than 10 MiB"),
    ],
)
def test_what_cannot_be_sent(files: Files, make: object, words: str) -> None:
    make(files.folder / "x")  # type: ignore[operator]
    with pytest.raises(FileFailure) as caught:
        files.read("x")
    assert words in str(caught.value)


def test_the_largest_file_is_sent(files: Files) -> None:
    os.truncate(_made(files.folder / "x"), LARGEST)
    assert len(files.read("x")) == LARGEST


def _made(path: Path) -> Path:
    path.touch()
    return path
