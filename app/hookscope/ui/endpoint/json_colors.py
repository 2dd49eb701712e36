"""The colours of JSON in a text that is edited."""

from __future__ import annotations

import re

from PySide6.QtGui import QColor, QSyntaxHighlighter
from PySide6.QtWidgets import QPlainTextEdit

from hookscope.ui.tokens import tokens

LONGEST_LINE = 4096
LONGEST_TEXT = 200_000  # characters: beyond that, colouring is felt while typing

_PIECE = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*+"(?=\s*:))|(?P<string>"(?:[^"\\]|\\.)*+"?)'
    r"|(?P<number>-?\d[\d.eE+-]*)|(?P<literal>\b(?:true|false|null)\b)"
)


def units(text: str) -> int:
    """The length of a text in the units that Qt counts, of which some characters take two."""
    return len(text) if text.isascii() else len(text) + sum(char > "\uffff" for char in text)


class JsonColors(QSyntaxHighlighter):
    """Colours keys, strings, numbers and literals; a string ends with its line, so every line stands for itself."""

    def __init__(self, editor: QPlainTextEdit) -> None:
        super().__init__(editor.document())
        self._editor = editor
        self._active = True

    def set_active(self, active: bool) -> None:
        """Colour the text, or leave it plain."""
        if active != self._active:
            self._active = active
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        if not self._active or len(text) > LONGEST_LINE or self.document().characterCount() > LONGEST_TEXT:
            return
        colors = self._by_name()
        for found in _PIECE.finditer(text):
            self.setFormat(units(text[: found.start()]), units(found.group()), colors[found.lastgroup or ""])

    def _by_name(self) -> dict[str, QColor]:
        current = tokens(self._editor)
        return {name: current.color(f"json_{name}") for name in _PIECE.groupindex}
