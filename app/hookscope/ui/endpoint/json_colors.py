"""The colours of JSON, and of the tags of a template, in a text that is edited."""

from __future__ import annotations

import re

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat
from PySide6.QtWidgets import QPlainTextEdit

from hookscope.responses import BodyKind
from hookscope.ui.tokens import tokens

LONGEST_LINE = 4096
LONGEST_TEXT = 200_000  # characters: beyond that, colouring is felt while typing

_PIECE = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*+"(?=\s*:))|(?P<string>"(?:[^"\\]|\\.)*+"?)'
    r"|(?P<number>-?\d[\d.eE+-]*)|(?P<literal>\b(?:true|false|null)\b)"
)
_TAG = re.compile(r"\{\{.*?(?:\}\}|$)|\{%.*?(?:%\}|$)|(?P<comment>\{#.*?(?:#\}|$))")
_COLORED = (BodyKind.JSON, BodyKind.TEMPLATE)


def units(text: str) -> int:
    """The length of a text in the units that Qt counts, of which some characters take two."""
    return len(text) if text.isascii() else len(text) + sum(char > "\uffff" for char in text)


class JsonColors(QSyntaxHighlighter):
    """Colours keys, strings, numbers, literals and tags; each ends with its line, so every line stands for itself."""

    def __init__(self, editor: QPlainTextEdit) -> None:
        super().__init__(editor.document())
        self._editor = editor
        self._kind = BodyKind.JSON

    def set_kind(self, kind: BodyKind) -> None:
        """Colour the text as what it is; anything but JSON and templates stays plain."""
        if kind is not self._kind:
            self._kind = kind
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        if len(text) > LONGEST_LINE or self.document().characterCount() > LONGEST_TEXT:
            return
        if self._kind in _COLORED:
            colors = self._by_name()
            for found in _PIECE.finditer(text):
                self.setFormat(*_span(text, found), colors[found.lastgroup or ""])
        if self._kind is BodyKind.TEMPLATE:
            for found in _TAG.finditer(text):
                self.setFormat(*_span(text, found), self._tag_format(is_comment=bool(found["comment"])))

    def _by_name(self) -> dict[str, QColor]:
        current = tokens(self._editor)
        return {name: current.color(f"json_{name}") for name in _PIECE.groupindex}

    def _tag_format(self, *, is_comment: bool) -> QTextCharFormat:
        look = QTextCharFormat()
        look.setForeground(tokens(self._editor).color("muted" if is_comment else "link"))
        look.setFontItalic(is_comment)
        return look


def _span(text: str, found: re.Match[str]) -> tuple[int, int]:
    return units(text[: found.start()]), units(found.group())
