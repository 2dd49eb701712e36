"""JSON text laid out for reading, nothing in it changed."""

from __future__ import annotations

import re

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]+')
_INDENT = "  "


def laid_out(text: str) -> str:
    """The same JSON with one member a line: keys, their order, duplicates and every digit stay as they are written.

    What is not JSON comes back in some layout, with all it holds.
    """
    out: list[str] = []
    depth = 0
    before = ""
    for piece in _PIECE.findall(text):
        closes = piece in ("}", "]")
        depth -= closes
        if before not in ("{", "[") if closes else before in ("{", "[", ","):
            out.append("\n" + _INDENT * depth)
        out.append(": " if piece == ":" else piece)
        depth += piece in ("{", "[")
        before = piece
    return "".join(out)
