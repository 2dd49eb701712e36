"""Every way a table can be wrong is said in one sentence that names the place."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import pytest

from hookscope.strict_table import StrictTable, TableError


class Pet(StrEnum):
    CAT = "cat"
    DOG = "dog"


def test_every_type_is_read() -> None:
    table = StrictTable(
        {
            "text": "a",
            "flag": False,
            "integer": 0,
            "number": 2,
            "texts": ["a", "b"],
            "pairs": [["a", "b"]],
            "value": None,
            "table": {"x": 1.5},
            "tables": [{"y": "1"}, {"y": "2"}],
        }
    )
    assert (table.text("text"), table.flag("flag"), table.integer("integer")) == ("a", False, 0)
    assert table.number("number") == 2.0
    assert table.texts("texts") == ("a", "b")
    assert table.pairs("pairs") == (("a", "b"),)
    assert table.value("value") is None
    assert table.table("table").number("x") == 1.5
    assert [inner.text("y") for inner in table.tables("tables")] == ["1", "2"]
    table.finish()


def test_defaults_stand_in_for_missing_keys() -> None:
    table = StrictTable({})
    assert (table.text("a", "x"), table.flag("b", False), table.integer("c", 0), table.number("d", 0.0)) == (
        "x",
        False,
        0,
        0.0,
    )
    assert (table.texts("e", ()), table.pairs("f", ()), table.value("g", 1), table.tables("h")) == ((), (), 1, ())
    assert table.table("i", required=False).text("j", "y") == "y"
    table.finish()


READ: list[tuple[Callable[[StrictTable], object], object, str]] = [
    (lambda t: t.text("k"), 1, "k must be a text."),
    (lambda t: t.flag("k"), 1, "k must be true or false."),
    (lambda t: t.integer("k"), True, "k must be a whole number."),
    (lambda t: t.integer("k"), 1.0, "k must be a whole number."),
    (lambda t: t.integer("k", within=range(1, 10)), 10, "k must be from 1 to 9."),
    (lambda t: t.number("k"), True, "k must be a number."),
    (lambda t: t.number("k"), "1", "k must be a number."),
    (lambda t: t.number("k"), float("nan"), "k must be a number."),
    (lambda t: t.number("k"), float("-inf"), "k must be a number."),
    (lambda t: t.texts("k"), "abc", "k must be a list of texts."),
    (lambda t: t.texts("k"), ["a", 1], "k must be a list of texts."),
    (lambda t: t.pairs("k"), [["a", "b"], ["a"]], "k[2] must be a pair of texts."),
    (lambda t: t.pairs("k"), ["ab"], "k[1] must be a pair of texts."),
    (lambda t: t.pairs("k"), {"a": "b"}, "k must be a list of pairs."),
    (lambda t: t.one_of("k", Pet), "CAT", "k must be one of cat, dog."),
    (lambda t: t.one_of("k", Pet), "", "k must be one of cat, dog."),
    (lambda t: t.one_of("k", Pet), 2, "k must be a text."),
    (lambda t: t.table("k"), [], "k must be a table."),
    (lambda t: t.tables("k"), {}, "k must be a list of tables."),
    (lambda t: t.tables("k"), [{}, 1], "k[2] must be a table."),
]


@pytest.mark.parametrize(("read", "value", "sentence"), READ)
def test_a_wrong_type_is_named_with_its_place(
    read: Callable[[StrictTable], object], value: object, sentence: str
) -> None:
    with pytest.raises(TableError) as raised:
        read(StrictTable({"k": value}))
    assert str(raised.value) == sentence


@pytest.mark.parametrize(
    "read",
    [StrictTable.text, StrictTable.flag, StrictTable.integer, StrictTable.pairs, StrictTable.table, StrictTable.value],
)
def test_a_missing_key_is_named(read: Callable[[StrictTable, str], object]) -> None:
    with pytest.raises(TableError, match=r"^k is missing\.$"):
        read(StrictTable({}), "k")


def test_places_count_from_one() -> None:
    table = StrictTable({"endpoint": [{}, {"response": {"status": "ok"}}]})
    with pytest.raises(TableError, match=r"^endpoint\[2\]\.response\.status must be a whole number\.$"):
        table.tables("endpoint")[1].table("response").integer("status")


def test_unknown_keys_are_refused_with_a_near_miss() -> None:
    table = StrictTable({"endpoint": [{"name": "a", "respnse": {}}]})
    for endpoint in table.tables("endpoint"):
        endpoint.text("name")
        endpoint.table("response", required=False)
    with pytest.raises(TableError, match=r"^endpoint\[1\]\.respnse is not known\. Did you mean response\?$"):
        table.finish()


def test_unknown_keys_that_resemble_nothing_are_refused_too() -> None:
    table = StrictTable({"version": 1, "wholly different": 2})
    table.integer("version")
    with pytest.raises(TableError, match=r'^"wholly different" is not known\.$'):
        table.finish()


def test_a_missing_key_names_its_misspelling() -> None:
    with pytest.raises(TableError, match=r"^a\.name is missing\. Did you write it as a\.nmae\?$"):
        StrictTable({"nmae": "x"}, "a").text("name")


def test_a_key_cannot_trick_a_terminal() -> None:
    with pytest.raises(TableError) as raised:
        StrictTable({"\x1b]0;owned\x07": 1}).finish()
    assert "\x1b" not in str(raised.value)
    assert "\\u001b" in str(raised.value)


def test_a_word_of_an_enumeration_is_read() -> None:
    table = StrictTable({"a": "dog"})
    assert table.one_of("a", Pet) is Pet.DOG
    assert table.one_of("b", Pet, Pet.CAT) is Pet.CAT
    with pytest.raises(TableError, match=r"^c is missing\.$"):
        table.one_of("c", Pet)
    table.finish()


def test_asking_for_the_names_is_not_reading_them() -> None:
    table = StrictTable({"b": 1, "a": 2})
    assert table.names() == ("b", "a")
    assert StrictTable({}).names() == ()
    with pytest.raises(TableError, match=r"^b is not known\.$"):
        table.finish()


def test_asking_whether_a_key_is_there_is_not_reading_it() -> None:
    table = StrictTable({"a": 1})
    assert "a" in table
    assert "b" not in table
    with pytest.raises(TableError, match="a is not known"):
        table.finish()


@pytest.mark.parametrize("value", [[], "text", None, 1])
def test_only_a_table_is_a_table(value: object) -> None:
    with pytest.raises(TableError, match=r"^The file must be a table\.$"):
        StrictTable(value)


def test_a_blank_text_is_refused_where_it_must_be_filled() -> None:
    table = StrictTable({"name": "a", "blank": " "}, "sender")
    assert (table.filled("name"), table.filled("other", "")) == ("a", "")
    with pytest.raises(TableError, match=r"^sender\.blank is empty\.$"):
        table.filled("blank")
    with pytest.raises(TableError, match=r"^sender\.other is missing\."):
        table.filled("other")
