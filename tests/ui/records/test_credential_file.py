from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from helpers.credential_steps import is_secret_in, key_text
from hookscope.records.profiles import custom_profile, load_profiles
from hookscope.ui.records.credential_file import (
    CHANGED,
    LARGEST,
    Judged,
    NotDeleted,
    Original,
    delete,
    import_key,
    judge,
)

PRODUCTION, DEMO = (load_profiles()[id] for id in ("production", "demo"))
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX system")
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs files that only Linux has")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "key.json"
    path.write_text(key_text(PRODUCTION), "utf-8")
    return path


def imported(path: Path) -> Original:
    original = import_key(path, PRODUCTION).original
    assert original is not None
    return original


def test_a_key_file_is_read_with_what_is_needed_to_know_it_again(file: Path) -> None:
    judged = import_key(file, PRODUCTION)
    assert judged.key is not None
    assert judged.key.text == file.read_text("utf-8")
    assert (judged.sentence, judged.owner) == ("", None)
    assert judged.original is not None
    assert judged.original.path == Path(os.path.realpath(file))
    assert not is_secret_in(repr(judged))


def test_a_mark_of_the_byte_order_at_its_beginning_does_no_harm(file: Path) -> None:
    file.write_text(key_text(PRODUCTION), "utf-8-sig")
    assert import_key(file, PRODUCTION).key is not None


@posix
def test_a_link_leads_to_the_file_that_is_deleted_later(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(file)
    original = imported(link)
    assert original.path == Path(os.path.realpath(file))
    delete(original)
    assert not file.exists()


def sentence(path: Path) -> str:
    judged = import_key(path, PRODUCTION)
    assert judged == Judged(sentence=judged.sentence)
    return judged.sentence


def test_what_is_no_key_file_is_told_in_a_sentence(file: Path, tmp_path: Path) -> None:
    file.write_bytes(b"\xff\xfe" + "{}".encode("utf-16-le"))
    assert sentence(file) == "“key.json” is not a text in UTF-8. Choose the file as it was downloaded."
    file.unlink()
    assert sentence(file) == "“key.json” could not be read (No such file or directory). Choose another."
    assert sentence(tmp_path / "a\x00b") == "“a\x00b” is not a name that a file can have. Choose another."


@posix
def test_a_folder_is_no_key_file(tmp_path: Path) -> None:
    assert sentence(tmp_path) == f"“{tmp_path.name}” is a folder. Choose another."


@posix
@pytest.mark.timeout(20)
def test_nothing_waits_for_a_pipe_or_a_device(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    assert sentence(pipe) == "“pipe.json” is not a file that can be read. Choose another."
    assert sentence(Path("/dev/zero")) == "“zero” is not a file that can be read. Choose another."
    link = tmp_path / "link.json"
    link.symlink_to("/dev/zero")
    assert sentence(link) == "“link.json” is not a file that can be read. Choose another."


@posix
def test_a_link_to_itself_is_no_key_file(tmp_path: Path) -> None:
    link = tmp_path / "loop.json"
    link.symlink_to(link)
    assert sentence(link).startswith("“loop.json” could not be read (")


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(1 << 40)
    assert sentence(huge) == "“huge.json” is larger than 64 KiB, so it is not a key file. Choose another."


def test_the_largest_file_is_64_kib(file: Path) -> None:
    text = key_text(PRODUCTION)
    file.write_text(text + " " * (LARGEST - len(text)), "utf-8")
    assert import_key(file, PRODUCTION).key is not None
    file.write_text(text + " " * (LARGEST - len(text) + 1), "utf-8")
    assert import_key(file, PRODUCTION).key is None


def test_what_is_wrong_with_a_key_is_told_in_a_sentence() -> None:
    judged = judge(key_text(PRODUCTION, token_uri=None), PRODUCTION)
    assert judged == Judged(sentence="This is not a service account key: `token_uri` is missing.")


def test_the_key_of_another_profile_is_told_with_the_profile_it_is_of() -> None:
    judged = judge(key_text(DEMO), PRODUCTION)
    assert judged.sentence == "This is a demo key, and the profile is production."
    assert judged.owner == DEMO
    assert judged.key is not None
    assert judge(key_text(PRODUCTION), DEMO).owner == PRODUCTION
    assert judge(key_text(PRODUCTION), custom_profile("https://localhost:8443")).owner == PRODUCTION


def test_a_key_of_nobody_is_of_no_profile() -> None:
    judged = judge(key_text(custom_profile("https://localhost:8443")), PRODUCTION)
    assert (judged.key, judged.owner) == (None, None)
    assert judged.sentence


def test_only_what_was_imported_is_deleted(file: Path) -> None:
    original = imported(file)
    other = json.loads(file.read_text("utf-8")) | {"private_key_id": "other"}
    file.write_text(json.dumps(other), "utf-8")
    with pytest.raises(NotDeleted, match="has changed since it was imported"):
        delete(original)
    assert json.loads(file.read_text("utf-8")) == other
    with file.open("wb") as large:
        large.truncate(LARGEST + 1)
    with pytest.raises(NotDeleted) as told:
        delete(original)
    assert str(told.value) == CHANGED
    assert file.exists()


def test_the_file_is_deleted_and_nothing_else(file: Path, tmp_path: Path) -> None:
    beside = tmp_path / "key (1).json"
    beside.write_text(file.read_text("utf-8"), "utf-8")
    original = imported(file)
    delete(original)
    assert not file.exists()
    assert beside.exists()
    with pytest.raises(NotDeleted, match="not there any more"):
        delete(original)


@linux
def test_what_the_system_does_not_delete_is_told() -> None:
    import hashlib

    path = Path("/proc/version")
    original = Original(path, hashlib.sha256(path.read_bytes()).digest())
    with pytest.raises(NotDeleted, match=r"^The file could not be deleted \(.+\)\. Delete it yourself\.$"):
        delete(original)
