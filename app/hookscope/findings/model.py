"""A finding as plain data, and what each kind is called in a row."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

WRONG_PATH = "wrong-path"
BODY_EMPTY = "body-empty"
PLACEHOLDER = "placeholder"
BODY_NOT_JSON = "body-not-json"
BODY_NOT_FLAT = "body-not-flat"
VALUE_NOT_TEXT = "value-not-text"

WORDS = MappingProxyType(
    {
        WRONG_PATH: "wrong path",
        BODY_EMPTY: "body empty",
        PLACEHOLDER: "placeholder not filled in",
        BODY_NOT_JSON: "body not JSON",
        BODY_NOT_FLAT: "body not flat",
        VALUE_NOT_TEXT: "value not text",
    }
)


LONGEST_NAME = 40


class Finding(NamedTuple):
    """One finding: ``words`` for the row, ``sentence`` and ``fix`` for the strip, ``tone`` *warn* or *info*.

    ``path`` is where in the body it is (a JMESPath), ``near`` the path of the endpoint that was probably meant.
    """

    code: str
    words: str
    sentence: str
    fix: str
    tone: str = "warn"
    path: str = ""
    near: str = ""


def finding(code: str, sentence: str, fix: str, *, path: str = "", near: str = "") -> Finding:
    """A finding with the words of its kind."""
    return Finding(code, WORDS[code], sentence, fix, path=path, near=near)


def quoted(text: str) -> str:
    """A name or a value in a sentence, cut where it is too long to read."""
    return f"`{text}`" if len(text) <= LONGEST_NAME else f"`{text[:LONGEST_NAME]}…`"


def words_of(code: str) -> str:
    """What a kind of finding is called in a row; of a kind that a newer version stored, its code."""
    return WORDS.get(code) or code.replace("-", " ")
