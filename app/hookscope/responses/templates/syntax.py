"""The tags and signs of a template before they are parsed, and what is wrong with them in plain sentences."""

from __future__ import annotations

import math
import re

from jinja2 import TemplateSyntaxError

from hookscope.responses.templates.running import MOST_DIGITS
from hookscope.responses.templates.values import listed
from hookscope.visible import visible

_MOST_TOKENS = 5_000
_MOST_NESTED_LOOPS = 10
_TAGS = ("for", "if", "set")
_MIDDLES = {"elif": ("if",), "else": ("if", "for")}
_ENDS = {"endfor": "for", "endif": "if"}
_ESCAPE = re.compile(
    r"""\\(?:[\\'"abfnrtv\n]|[0-3][0-7]{0,2}|[4-7][0-7]?(?![0-7])"""
    r"""|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4})|(?P<wrong>\\.?)""",
    re.DOTALL,
)


class TemplateFlaw(ValueError):
    """Why a template cannot be used, in a sentence that begins with its line (from 1)."""

    def __init__(self, line: int, problem: str) -> None:
        self.line = line
        self.sentence = f"Line {line}: {problem}"
        super().__init__(self.sentence)


class Outline:
    """Follows the tags from one to the next, to tell what is missing with the line where it belongs."""

    def __init__(self) -> None:
        self.tag_line = 0  # of the tag that is open
        self.word: str | None = ""  # what the open tag begins with, None when that comes next
        self.blocks: list[tuple[str, int]] = []  # for and if that are open, with their lines
        self.tokens = 0

    def take(self, line: int, kind: str, value: str) -> None:
        """Looks at the next token."""
        if kind in ("whitespace", "data", "comment"):
            return
        self.tokens += 1
        if self.tokens > _MOST_TOKENS:
            raise TemplateFlaw(line, "the tags hold more than 5 000 words and signs up to here.")
        if kind in ("block_begin", "variable_begin"):
            self.tag_line, self.word = line, None if kind == "block_begin" else ""
        elif kind in ("block_end", "variable_end"):
            self._end_tag()
        elif self.word is None:
            self.word = value
            self._take_word(line, value)
        elif value == "=" and self.word == "set":
            self.word = ""
        elif kind in _TOKEN_CHECKS:
            _TOKEN_CHECKS[kind](line, value)

    def end(self) -> None:
        """Looks at what is still open."""
        if self.tag_line:
            raise TemplateFlaw(self.tag_line, "this tag has no end.")
        if self.blocks:
            word, line = self.blocks[-1]
            raise TemplateFlaw(line, f"this `{word}` has no `end{word}`.")

    def _end_tag(self) -> None:
        if self.word == "set":
            raise TemplateFlaw(self.tag_line, "`set` needs a name and a value, as in `set name = json.name`.")
        self.tag_line, self.word = 0, ""

    def _take_word(self, line: int, word: str) -> None:
        if word in ("for", "if"):
            self.blocks.append((word, line))
            if [begin for begin, _ in self.blocks].count("for") > _MOST_NESTED_LOOPS:
                raise TemplateFlaw(line, "loops are nested too deeply.")
        elif word in _MIDDLES:
            if not self.blocks or self.blocks[-1][0] not in _MIDDLES[word]:
                raise TemplateFlaw(line, f"this `{word}` belongs to no `{_MIDDLES[word][0]}`.")
        elif word in _ENDS:
            self._end_block(line, word)
        elif word not in _TAGS:
            raise TemplateFlaw(line, f"`{visible(word, 40)}` is not possible; there are {listed(_TAGS)}.")

    def _end_block(self, line: int, word: str) -> None:
        begin = _ENDS[word]
        if begin not in [open_word for open_word, _ in self.blocks]:
            raise TemplateFlaw(line, f"this `{word}` belongs to no `{begin}`.")
        open_word, open_line = self.blocks.pop()
        if open_word != begin:
            raise TemplateFlaw(open_line, f"this `{open_word}` has no `end{open_word}`.")


def _check_string(line: int, value: str) -> None:
    # Python warns of wrong escapes, and will refuse them.
    if wrong := next((found["wrong"] for found in _ESCAPE.finditer(value) if found["wrong"]), ""):
        raise TemplateFlaw(line, f"`{visible(wrong)}` is no escape. Write two backslashes for one.")


def _check_number(line: int, value: str) -> None:
    if len(value) > MOST_DIGITS:
        raise TemplateFlaw(line, "this number is too large.")


def _check_float(line: int, value: str) -> None:
    if math.isinf(float(value)):
        raise TemplateFlaw(line, "this number is too large.")


_TOKEN_CHECKS = {"string": _check_string, "integer": _check_number, "float": _check_float}
_SIGNS = {
    "end of print statement": "`}}`",
    "begin of print statement": "`{{`",
    "end of statement block": "`%}`",
    "begin of statement block": "`{%`",
    "end of template": "the end",
    "string": "a text in quotes",
    "integer": "a number",
    "float": "a number",
    "name": "a name",
}
_PROBLEMS = (
    (r"Missing end of comment tag", "this comment has no end."),
    (r"Missing end of raw directive", "this `raw` has no `endraw`."),
    (r"unexpected char (?:\"'\"|'\"') at \d+", "this text in quotes has no end."),
    (r"unexpected char '\\?(.+)' at \d+", "{0} cannot stand here."),
    (r"unexpected '(.)', expected '(.)'", "{1} is missing before {0}."),
    (r"expected token '(.+)', got '(.+)'", "{0} is missing before {1}."),
    (r"Expected an expression, got '(.+)'", "a value is missing before {0}."),
    (r"unexpected '(.+)'", "{0} cannot stand here."),
    (r"Encountered unknown tag '(.+?)'", "{0} cannot stand here."),
    (r"expected name or number", "a name is missing after the dot."),
    (r"tag name expected", "`{%` needs one of for, if and set."),
    (r"can't assign to '(.+)'", "only a name can be set."),
    (r"invalid syntax for function call expression", "the values in brackets are not understood."),
    (r"You cannot chain multiple tests with is", "one `is` cannot follow another."),
    (r"Invalid character in identifier", "a name has a character that names do not have."),
)


def translated(error: TemplateSyntaxError, tag_line: int = 0) -> TemplateFlaw:
    """Jinja's message as a plain sentence."""
    message = error.message or ""
    for pattern, sentence in _PROBLEMS:
        if found := re.match(pattern, message, re.DOTALL):
            parts = [_SIGNS.get(part, f"`{visible(part, 40)}`") for part in found.groups()]
            problem = sentence.format(*parts) if parts else sentence
            break
    else:
        problem = "this is not understood."
    if tag_line and tag_line != error.lineno:
        problem = f"{problem[:-1]}, or the tag of line {tag_line} has no end."
    return TemplateFlaw(error.lineno, problem)
