"""Settings come back as they were saved, and a file that cannot be read is never lost."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope import settings
from hookscope.settings import FILE_NAME, LIMITS, Settings

CHANGED = Settings(
    port=0,
    host="192.168.1.2",
    theme="dark",
    body_limit_mib=1,
    keep_count=5,
    keep_days=7,
    keep_mib=100,
    mask_values=False,
    records_profile="custom",
    records_base="http://127.0.0.1:4010",
    window={"columns": ["time", "Größe"], "splitter": {"a": [1, 2.5]}},
)


def write(folder: Path, content: str | dict[str, Any]) -> Path:
    path = folder / FILE_NAME
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def test_without_a_file_all_are_as_at_first(tmp_path: Path) -> None:
    assert settings.load(tmp_path) == (Settings(), "")
    assert list(tmp_path.iterdir()) == []


def test_saved_settings_come_back(tmp_path: Path) -> None:
    assert all(getattr(CHANGED, each.name) != getattr(Settings(), each.name) for each in fields(Settings))
    settings.save(tmp_path, CHANGED)
    assert settings.load(tmp_path) == (CHANGED, "")
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert json.loads((tmp_path / FILE_NAME).read_text("utf-8"))["version"] == 1


def test_what_a_file_leaves_out_is_as_at_first(tmp_path: Path) -> None:
    write(tmp_path, {"port": 9000})
    assert settings.load(tmp_path) == (Settings(port=9000), "")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "Expecting value"),
        ("{", "Expecting property name"),
        ("[]", "The file must be a table"),
        ("null", "The file must be a table"),
        ('{"port": "8787"}', "port must be a whole number"),
        ('{"port": 65536}', "port must be from 0 to 65535"),
        ('{"body_limit_mib": 0}', "body_limit_mib must be from 1 to 256"),
        ('{"host": " "}', "host must not be empty"),
        ('{"theme": "pink"}', "theme must be one of system, light, dark"),
        ('{"mask_values": 1}', "mask_values must be true or false"),
        ('{"records_profile": 1}', "records_profile must be a text"),
        ('{"records_base": null}', "records_base must be a text"),
        ('{"window": []}', "window must be a table"),
        ('{"version": "1"}', "version must be a whole number"),
        ("[" * 100_000, ""),
    ],
)
def test_an_unreadable_file_is_set_aside_and_named(tmp_path: Path, content: str, reason: str) -> None:
    write(tmp_path, content)
    found, problem = settings.load(tmp_path)
    assert found == Settings()
    (aside,) = tmp_path.iterdir()
    assert aside.name.startswith(f"{FILE_NAME}.unreadable-")
    assert aside.read_text("utf-8") == content
    assert reason in problem
    assert str(aside) in problem


def test_bytes_that_are_no_text_are_set_aside(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\xff\xfe{}")
    assert "could not be read" in settings.load(tmp_path)[1]


@pytest.mark.logs("could not be read")
def test_saving_does_not_overwrite_what_became_unreadable(tmp_path: Path) -> None:
    write(tmp_path, "typed by hand")
    settings.save(tmp_path, CHANGED)
    assert settings.load(tmp_path) == (CHANGED, "")
    (aside,) = tmp_path.glob("*.unreadable-*")
    assert aside.read_text("utf-8") == "typed by hand"


def test_a_newer_file_is_read_as_far_as_it_is_known_and_stays_whole(tmp_path: Path) -> None:
    path = write(tmp_path, {"version": 9, "port": 9000, "telepathy": {"on": True}})
    found, problem = settings.load(tmp_path)
    assert found == Settings(port=9000)
    assert problem == "The settings were written by a newer Hookscope. What this one does not know was left out."
    settings.save(tmp_path, Settings(port=9001))
    stored = json.loads(path.read_text("utf-8"))
    assert (stored["version"], stored["port"], stored["telepathy"]) == (9, 9001, {"on": True})


def test_a_misspelt_key_is_named_and_stays(tmp_path: Path) -> None:
    path = write(tmp_path, {"version": 1, "prot": 9000})
    assert settings.load(tmp_path) == (Settings(), "In settings.json, prot is not known. Did you mean port?")
    settings.save(tmp_path, Settings())
    assert json.loads(path.read_text("utf-8"))["prot"] == 9000


def test_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.data_folder() == tmp_path / "data"
    monkeypatch.setenv("HOOKSCOPE_DATA_DIR", "~/hooks")
    assert settings.data_folder() == Path.home() / "hooks"
    monkeypatch.delenv("HOOKSCOPE_DATA_DIR")
    assert settings.data_folder().name == "hookscope"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(
    st.fixed_dictionaries({name: st.integers(within[0], within[-1]) for name, within in LIMITS.items()}),
    st.dictionaries(st.text(), JSON),
)
def test_any_settings_come_back(tmp_path_factory: pytest.TempPathFactory, numbers: dict[str, Any], window: Any) -> None:
    folder = tmp_path_factory.mktemp("settings")
    given_settings = Settings(**numbers, window=window)
    settings.save(folder, given_settings)
    assert settings.load(folder) == (given_settings, "")
