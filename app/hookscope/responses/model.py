"""The response an endpoint gives, as the user wrote it, and the checks that it can be sent."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

Headers = tuple[tuple[str, str], ...]


class BodyKind(StrEnum):
    """What ``Response.body`` is.

    JSON and text go out as they are; a template is filled in for each request; a file is named, and what it holds goes
    out; with ``FORWARD`` it is the address of a handler, whose answer is relayed.
    """

    JSON = "json"
    TEXT = "text"
    TEMPLATE = "template"
    FILE = "file"
    FORWARD = "forward"


class Fault(StrEnum):
    """What goes wrong on purpose while a response is sent; ``reset`` is a TCP reset, ``close`` an orderly end."""

    NONE = "none"
    RESET_BEFORE = "reset-before"
    CLOSE_BEFORE = "close-before"
    RESET_IN_HEADERS = "reset-in-headers"
    CLOSE_IN_HEADERS = "close-in-headers"
    RESET_IN_BODY = "reset-in-body"
    CLOSE_IN_BODY = "close-in-body"
    SLOW_BODY = "slow-body"
    HANG = "hang"

    @property
    def drops(self) -> bool:
        """Whether the sender gets no whole response."""
        return self not in (Fault.NONE, Fault.SLOW_BODY)


@dataclass(frozen=True, slots=True)
class Response:
    """Status, headers and body to answer with, after ``delay_s`` seconds, and what then goes wrong.

    ``body`` is text in UTF-8; what it means depends on ``kind``. When the body is relayed from a handler, so are status
    and headers. With ``SLOW_BODY`` the head goes out at once and the body takes the delay.
    """

    status: int = 200
    headers: Headers = ()
    body: str = "{}"
    kind: BodyKind = BodyKind.JSON
    delay_s: float = 0.0
    fault: Fault = Fault.NONE


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a response cannot be applied, in one sentence, and where.

    ``place`` is ``status``, ``headers``, ``delay`` or ``body``; of a rule also ``name`` or ``when``. ``line`` and
    ``column`` (in characters) count from 1 and are 0 where they mean nothing; for a header or a condition of a rule,
    ``line`` is its number. ``rule`` counts from 1 and is 0 for the default response.
    """

    place: str
    message: str
    line: int = 0
    column: int = 0
    rule: int = 0


SLOW_BODY_S = 10.0
"""What a slow body without a delay takes."""
LONGEST_DELAY_S = 600.0
_FILE_NAME = re.compile(r"[^/\\\x00-\x1f\x7f:]{1,200}")

# RFC 9110 7.6.1 and 8.6: these belong to one connection or frame the message, which the server decides.
HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "content-length"}
)
TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110 5.6.2


def status_name(status: int) -> str:
    """The standard name of a status (``404`` → ``Not Found``), empty when it has none."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def has_body(status: int) -> bool:
    """Whether a response with this status carries a body (RFC 9110 6.4.1)."""
    return status >= 200 and status not in (204, 304)


def flaws(response: Response) -> list[Flaw]:
    """All reasons why this response cannot be sent as written; empty when it can."""
    headers = (_header_flaw(number, *header) for number, header in enumerate(response.headers, 1))
    found: tuple[Flaw | None, ...]
    if response.kind is BodyKind.FORWARD:  # status and headers are the handler's
        found = (_delay_flaw(response.delay_s), _forward_flaw(response.body))
    else:
        found = (_status_flaw(response.status), *headers, _delay_flaw(response.delay_s), _body_flaw(response))
    return [flaw for flaw in found if flaw]


def _status_flaw(status: int) -> Flaw | None:
    if 100 <= status <= 199:
        return Flaw("status", f"{status} announces a response and cannot be the response. Use 200 to 599.")
    if not 200 <= status <= 599:
        return Flaw("status", f"{status} is not a status. Use 200 to 599.")
    return None


def _header_flaw(number: int, name: str, value: str) -> Flaw | None:
    if problem := _name_problem(name) or _value_problem(name, value):
        return Flaw("headers", problem, number)
    return None


def _name_problem(name: str) -> str:
    if not name:
        return "A header has no name. Name it or take it out."
    if not TOKEN.fullmatch(name):
        return f"“{name}” is not a header name. Use letters, digits and dashes."
    if name.lower() == "content-length":
        return f"{name} is counted when the response is sent. Take it out."
    if name.lower() in HOP_BY_HOP:
        return f"{name} belongs to the connection, which the listener looks after. Take it out."
    return ""


def _value_problem(name: str, value: str) -> str:
    if any((char < " " and char != "\t") or char == "\x7f" for char in value):
        return f"The value of {name} has a line break or control character. Take it out."
    if any(char > "\xff" for char in value):
        return f"The value of {name} has a character that a header cannot carry. Use Latin letters."
    return ""


def _delay_flaw(delay_s: float) -> Flaw | None:
    if not 0 <= delay_s <= LONGEST_DELAY_S:
        return Flaw("delay", f"A delay is from 0 to {LONGEST_DELAY_S:.0f} seconds.")
    return None


def _forward_flaw(url: str) -> Flaw | None:
    from hookscope.responses.forward_url import address_problem

    problem = address_problem(url)
    return Flaw("body", problem, 1, 1) if problem else None


def _file_flaw(name: str) -> Flaw | None:
    if not name:
        return Flaw("body", "Choose a file.", 1, 1)
    if not _FILE_NAME.fullmatch(name) or name.strip(". ") == "":
        return Flaw("body", f"“{name[:40]}” cannot be a file. Choose one of the folder for files.", 1, 1)
    return None


def _template_flaw(source: str) -> Flaw | None:
    from hookscope.responses.templates import template_flaw  # brings a library that most starts can miss

    return template_flaw(source)


def _body_flaw(response: Response) -> Flaw | None:
    if not has_body(response.status):
        return None
    if response.status == 205:  # RFC 9110 15.3.6
        return Flaw("body", "A 205 comes without a body. Empty it, or use 200.", 1, 1) if response.body else None
    if flaw := _lone_half(response.body):
        return flaw
    check = _BODY_FLAWS.get(response.kind)
    return check(response.body) if check else None


def _lone_half(text: str) -> Flaw | None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return _flaw_at(text, error.start, "half of a character stands here alone. Delete it.")
    return None


def json_flaw(text: str) -> Flaw | None:
    """Where a text stops being JSON (RFC 8259), ``None`` when it is JSON."""
    if not text.strip(" \t\r\n"):
        return Flaw("body", "The body is empty, which is not JSON. Write {}, or choose Text.", 1, 1)
    try:
        # Numbers are not converted: one with 5 000 digits is JSON, though Python refuses to make an int of it.
        json.loads(text, parse_constant=_refuse_constant, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        return _flaw_at(text, *_located(text, error))
    except _NotJson as error:
        return _flaw_at(text, _constant_at(text), f"{error} is not JSON. Use null or a text.")
    except RecursionError:
        return Flaw("body", "The body is nested deeper than most programs can read. Make it flatter.", 1, 1)
    return None


class _NotJson(Exception):
    """A constant that Python reads and JSON does not have."""


def _refuse_constant(name: str) -> None:
    raise _NotJson(name)


_CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*+"|(-?Infinity|NaN)', re.DOTALL)


def _constant_at(text: str) -> int:
    """The place of the first NaN or Infinity outside of strings; what stands before it has been read as JSON."""
    return next((found.start(1) for found in _CONSTANT.finditer(text) if found[1]), 0)


_HINTS = {
    "Expecting ',' delimiter": "a comma is missing.",
    "Expecting ':' delimiter": "a colon is missing.",
    "Expecting value": "a value is missing.",
    "Expecting property name enclosed in double quotes": "a name in double quotes is missing.",
    "Extra data": "there is text after the end of the JSON value.",
    "Unterminated string starting at": "this string has no end.",
    "Invalid control character at": "a string ends on its own line. Write \\n for a line break, \\t for a tab.",
    "Invalid \\escape": 'this is no escape. After a backslash comes one of " \\ / b f n r t u.',
    "Invalid \\uXXXX escape": "after \\u come four hexadecimal digits.",
    "Unexpected UTF-8 BOM (decode using utf-8-sig)": "an invisible byte order mark stands here. Delete it.",
}
_WORDS = {"True": "true", "False": "false", "None": "null", "undefined": "null"}
_TRAILING_COMMA = re.compile(r",[ \t\r\n]*\Z")


def _located(text: str, error: json.JSONDecodeError) -> tuple[int, str]:
    """The place of an error and what is wrong there, the same in every version of Python."""
    rest = text[error.pos : error.pos + 12]
    if rest[:1] in ("}", "]") and (comma := _TRAILING_COMMA.search(text, max(0, error.pos - 1000), error.pos)):
        return comma.start(), "there is a comma too many."
    if error.msg.startswith("Illegal trailing comma"):  # Python 3.13 says it itself, at the comma
        return error.pos, "there is a comma too many."
    if error.msg.startswith("Expecting") and (hint := _foreign(rest)):
        return error.pos, hint
    message = error.msg.partition(": ")[0]
    return error.pos, _HINTS.get(message, f"{message[:1].lower()}{message[1:]}.")


def _foreign(rest: str) -> str:
    """What to write instead of something that other languages have and JSON has not."""
    if rest.startswith(("'", "\u2018", "’", "“", "”")):
        return 'JSON has only straight double quotes (").'
    if rest.startswith(("//", "/*", "#")):
        return "JSON has no comments."
    word = re.match(r"\w*", rest)
    if word and (json_word := _WORDS.get(word[0])):
        return f"JSON writes {json_word}."
    return ""


def _flaw_at(text: str, position: int, hint: str) -> Flaw:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    return Flaw("body", f"Line {line}, column {column}: {hint}", line, column)


_BODY_FLAWS = {BodyKind.JSON: json_flaw, BodyKind.FILE: _file_flaw, BodyKind.TEMPLATE: _template_flaw}
"""What can be wrong with a body of each kind, beside what is wrong with any text."""
