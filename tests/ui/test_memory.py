"""What the window remembers: it survives a round through JSON, and no file makes it fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication

from hookscope.ui.memory import FILTERS_KEPT, SCREEN_SETS_KEPT, Peek, WindowMemory, peek, screen_set

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


def test_everything_survives_the_settings_file() -> None:
    memory = WindowMemory(
        sidebar=222,
        inspector_height=300,
        inspector_width=500,
        inspector_open=False,
        inspector_right=True,
        endpoint=3,
        columns={"size": {"hidden": True}},
        delivery_view={"body": "tree"},
        endpoint_view={"tab": 1},
        filters=("order", "503"),
        looked={"3": 17},
    ).with_place("1280x694+0+0", QRect(10, 20, 1000, 600), maximised=True)
    read = WindowMemory.read(json.loads(json.dumps(memory.as_json())))
    assert read == memory
    assert read.place("1280x694+0+0") == (QRect(10, 20, 1000, 600), True)


def test_what_has_a_wrong_type_counts_as_never_set() -> None:
    read = WindowMemory.read(
        {"sidebar": "wide", "inspector_open": 1, "endpoint": -4, "filters": ["a", 5], "places": [], "looked": None}
    )
    assert read == WindowMemory(filters=("a",))
    assert WindowMemory(places={"s": [1, 2, 3]}).place("s") is None


@given(st.dictionaries(st.sampled_from([*WindowMemory.__slots__, "other"]), JSON))
def test_no_settings_make_it_fail(data: dict[str, object]) -> None:
    memory = WindowMemory.read(data)
    memory.place("x")
    assert WindowMemory.read(json.loads(json.dumps(memory.as_json()))) == memory


@pytest.mark.parametrize(
    ("text", "theme", "sidebar"),
    [
        ('{"theme": "dark", "window": {"sidebar": 200}}', "dark", 200),
        ('{"theme": 5, "window": []}', "system", 0),
        ("[" * 100_000, "system", 0),
        ("not json", "system", 0),
        ("[]", "system", 0),
    ],
)
def test_a_peek_at_the_settings_never_fails(tmp_path: Path, text: str, theme: str, sidebar: int) -> None:
    assert peek(tmp_path / "nowhere") == Peek("system", WindowMemory())
    file = tmp_path / "settings.json"
    file.write_text(text)
    found = peek(tmp_path)
    assert (found.theme, found.memory.sidebar) == (theme, sidebar)
    assert file.read_text() == text  # what is wrong is for the program to say and to set aside


def test_filter_history_keeps_the_newest_once() -> None:
    memory = WindowMemory()
    for number in range(FILTERS_KEPT + 5):
        memory = memory.with_filter(f"f{number}")
    memory = memory.with_filter("f20")
    assert len(memory.filters) == FILTERS_KEPT
    assert list(memory.filters[:3]) == ["f20", "f24", "f23"]
    assert memory.filters.count("f20") == 1


def test_only_so_many_screen_sets_are_kept() -> None:
    memory = WindowMemory()
    for number in range(SCREEN_SETS_KEPT + 3):
        memory = memory.with_place(f"set {number}", QRect(0, 0, 900, 560), maximised=False)
    assert len(memory.places) == SCREEN_SETS_KEPT
    assert memory.place("set 0") is None
    assert memory.place(f"set {SCREEN_SETS_KEPT + 2}") == (QRect(0, 0, 900, 560), False)


def test_reset_of_the_layout_keeps_what_is_no_layout() -> None:
    memory = WindowMemory(sidebar=300, endpoint=2, filters=("a",), looked={"2": 5}, columns={"x": 1})
    assert memory.without_layout() == WindowMemory(endpoint=2, filters=("a",), looked={"2": 5})


def test_a_set_of_screens_has_one_name(qapp: QApplication) -> None:
    assert screen_set(qapp.screens()) == screen_set(list(reversed(qapp.screens())))
    assert "x" in screen_set(qapp.screens())
