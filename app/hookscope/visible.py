"""Text that a sender controls, made safe to show: what is invisible or turns the reading direction is pictured."""

from __future__ import annotations

import re

# Controls, marks that turn the direction of text, lone surrogates, and what has no width at all.
_UNSEEN = (
    "\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
)
_HIDDEN = re.compile(f"[{_UNSEEN}]")
_HIDDEN_IN_LINES = re.compile(f"(?![\n\t])[{_UNSEEN}]")
_LINE_MARKS = {"\n": "↵", "\t": "⇥"}


def visible(text: str, limit: int = 500, *, lines: bool = False) -> str:
    """The text with control and direction marks pictured, cut after ``limit`` characters (0: never).

    With ``lines`` line ends and tabs stay what they are.
    """
    cut = text if not limit or len(text) <= limit else text[:limit] + "…"
    if cut.isprintable():
        return cut
    return (_HIDDEN_IN_LINES if lines else _HIDDEN).sub(_picture, cut)


def _picture(found: re.Match[str]) -> str:
    # Unicode has a picture for each control character, but few fonts do.
    return _LINE_MARKS.get(found.group()) or f"‹U+{ord(found.group()):04X}›"
