"""What a request consists of beneath its headers and body: parameters, form fields, cookies, unpacked bytes, text.

Everything here is bounded, because a sender decides how much there is.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from hookscope.deliveries.model import Headers

UNPACKED_AT_MOST = 10 << 20
FIELDS_AT_MOST = 1_000
FORM_BYTES_AT_MOST = 256 << 10
_CODINGS_AT_MOST = 4
_MEMBERS_AT_MOST = 16
_PART_HEAD_AT_MOST = 16 << 10
_DELIMITERS_AT_MOST = 20_000
_HEADER_VALUE_AT_MOST = 4_096


class Pair(NamedTuple):
    """A name and its value, as text."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; ``data`` is its value, ``file_name`` and ``content_type`` are empty for plain fields."""

    name: str
    data: bytes
    file_name: str = ""
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form in order, and one sentence when they are not all."""

    fields: tuple[Field, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A body after its content codings; ``codings`` are those undone, ``problem`` is one sentence when that failed."""

    data: bytes
    codings: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Bytes as text; with ``valid`` false, U+FFFD stands for bytes that are none in this charset."""

    text: str
    charset: str
    valid: bool = True


@dataclass(frozen=True, slots=True)
class ContentType:
    """A media type in lower case (empty when unknown) and its parameters, names in lower case."""

    media: str = ""
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def is_json(self) -> bool:
        """Whether bodies of this type are JSON."""
        return self.media.endswith(("/json", "+json"))


_PARAMETER = re.compile(r""";\s*([^\s=;"]+)\s*=\s*("(?:\\.|[^"\\])*"|[^;]*)""", re.DOTALL)


def content_type(headers: Headers) -> ContentType:
    """What the Content-Type header says."""
    return _content_type(_first(headers, "content-type"))


def _content_type(value: str) -> ContentType:
    media, parameters = _with_parameters(value)
    return ContentType(media.lower(), parameters)


def _with_parameters(value: str) -> tuple[str, dict[str, str]]:
    value = value[:_HEADER_VALUE_AT_MOST]
    parameters: dict[str, str] = {}
    for match in _PARAMETER.finditer(value):
        parameters.setdefault(match[1].lower(), _unquoted(match[2].strip()))
    return value.partition(";")[0].strip(), parameters


def _unquoted(value: str) -> str:
    if len(value) < 2 or value[0] != '"':
        return value
    return re.sub(r'\\(["\\])', r"\1", value[1:-1])


def _first(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def query_parameters(target: str) -> tuple[Pair, ...]:
    """The parameters behind the question mark of a raw target, decoded as UTF-8, at most 1 000."""
    query = target.partition("?")[2].encode("latin-1", "replace")
    return tuple(Pair(_shown(name), _shown(value)) for name, value in islice(urlencoded(query), FIELDS_AT_MOST))


def urlencoded(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The names and values of a query or form, decoded to bytes, one after the other."""
    start = 0
    while start <= len(data):
        end = data.find(b"&", start)
        end = len(data) if end < 0 else end
        if end > start:
            name, _, value = data[start:end].partition(b"=")
            yield _unescaped(name), _unescaped(value)
        start = end + 1


def _unescaped(data: bytes) -> bytes:
    return unquote_to_bytes(data.replace(b"+", b" "))


def _shown(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def cookies(headers: Headers) -> tuple[Pair, ...]:
    """The cookies of a request in order, as sent, at most 1 000."""
    found = []
    for name, value in headers:
        if name.lower() == "cookie":
            pieces = (piece.strip().partition("=") for piece in value.split(";", FIELDS_AT_MOST)[:FIELDS_AT_MOST])
            found += [Pair(key, rest) for key, _, rest in pieces if key or rest]
    return tuple(found[:FIELDS_AT_MOST])


_SECRET_WORDS = frozenset(
    [
        "auth",
        "authorization",
        "token",
        "secret",
        "signature",
        "sig",
        "cookie",
        "cookie2",
        "password",
        "passwd",
        "jwt",
        "hmac",
        "apikey",
        "credential",
        "credentials",
    ]
)
_SECRET_PAIRS = frozenset({("api", "key"), ("access", "key"), ("private", "key"), ("auth", "key")})


def holds_secret(header_name: str) -> bool:
    """Whether the value of a header is likely a token, password or signature, by its name."""
    words = re.split(r"[-_.]", header_name.lower())
    return not _SECRET_WORDS.isdisjoint(words) or any(pair in _SECRET_PAIRS for pair in pairwise(words))


def form(headers: Headers, body: bytes) -> Form | None:
    """The fields of a urlencoded or multipart form, ``None`` when the body is no form."""
    kind = content_type(headers)
    if kind.media == "application/x-www-form-urlencoded":
        return _urlencoded_form(body)
    if kind.media == "multipart/form-data":
        return _multipart_form(body, kind.parameters.get("boundary", "").encode("latin-1", "replace"))
    return None


def _urlencoded_form(body: bytes) -> Form:
    pairs = islice(urlencoded(body[:FORM_BYTES_AT_MOST].strip(b"\r\n")), FIELDS_AT_MOST)
    fields = tuple(Field(_shown(name), value) for name, value in pairs)
    if len(body) > FORM_BYTES_AT_MOST:
        return Form(fields, f"Only the fields in the first {FORM_BYTES_AT_MOST >> 10} KiB are listed.")
    if body.count(b"&") >= FIELDS_AT_MOST:
        return Form(fields, f"Only the first {FIELDS_AT_MOST:,} fields are listed.")
    return Form(fields)


def _multipart_form(body: bytes, boundary: bytes) -> Form:
    if not boundary:
        return Form((), "The Content-Type names no boundary, so the form's fields cannot be told apart.")
    fields: list[Field] = []
    begin: int | None = None
    for start, end, last in _delimiters(body, boundary):
        if begin is not None:
            fields.append(_part(body[begin:start]))
        if last:
            return Form(tuple(fields))
        if len(fields) >= FIELDS_AT_MOST:
            return Form(tuple(fields), f"Only the first {FIELDS_AT_MOST:,} fields are listed.")
        begin = end
    if begin is None:
        return Form((), "The boundary that the Content-Type names is not in the body.")
    return Form((*fields, _part(body[begin:])), "The form breaks off: its last boundary is missing.")


def _delimiters(body: bytes, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each boundary line starts (its line break included) and ends, and whether it is the last."""
    mark = b"--" + boundary
    at = body.find(mark)
    for _ in range(_DELIMITERS_AT_MOST):
        if at < 0:
            return
        after = at + len(mark)
        stop = body.find(b"\n", after, after + 200)
        rest = body[after : stop if stop >= 0 else after + 200].strip(b" \t\r")
        if (at == 0 or body[at - 1] == 0x0A) and rest in (b"", b"--"):
            start = at - (2 if body[at - 2 : at] == b"\r\n" else 1)
            yield max(start, 0), stop + 1 if stop >= 0 else len(body), rest == b"--"
        at = body.find(mark, after)


def _part(data: bytes) -> Field:
    head, content = _split_part(data)
    values: dict[str, str] = {}
    for line in head.splitlines():
        name, _, value = line.partition(b":")
        values.setdefault(_shown(name).strip().lower(), _shown(value).strip())
    _, parameters = _with_parameters(values.get("content-disposition", ""))
    file_name = _extended(parameters.get("filename*", "")) or parameters.get("filename", "")
    return Field(parameters.get("name", ""), content, file_name, values.get("content-type", ""))


def _split_part(data: bytes) -> tuple[bytes, bytes]:
    if data.startswith((b"\r\n", b"\n")):
        return b"", data.split(b"\n", 1)[1]
    for gap in (b"\r\n\r\n", b"\n\n"):
        at = data.find(gap, 0, _PART_HEAD_AT_MOST)
        if at >= 0:
            return data[:at], data[at + len(gap) :]
    return b"", data


def _extended(value: str) -> str:
    """A value like ``UTF-8''na%C3%AFve.txt`` (RFC 8187)."""
    charset, _, rest = value.partition("'")
    encoded = rest.partition("'")[2]
    return text_of(unquote_to_bytes(encoded), charset).text if encoded else ""


def is_packed(headers: Headers) -> bool:
    """Whether the headers name a content coding, be it none."""
    return "content-encoding" in [name.lower() for name, _ in headers if len(name) == 16]


def unpacked(headers: Headers, body: bytes, at_most: int = UNPACKED_AT_MOST) -> Unpacked:
    """The body after its Content-Encoding, at most so many bytes; what cannot be unpacked stays as it was sent."""
    value = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    codings = [coding for piece in value.lower().split(",") if (coding := piece.strip()) not in ("", "identity")]
    if not codings or not body:
        return Unpacked(body)
    if len(codings) > _CODINGS_AT_MOST:
        return Unpacked(body, (), f"The body was packed {len(codings)} times. It is shown as it was sent.")
    data, cut = body, False
    for coding in reversed(codings):
        if coding not in _WINDOWS:
            return Unpacked(body, (), f"The body is packed as “{coding[:40]}”, which is not unpacked here.")
        try:
            data, more = _inflated(data, _WINDOWS[coding], at_most)
        except zlib.error:
            return Unpacked(body, (), f"The body says that it is {coding} but is not. It is shown as it was sent.")
        except EOFError:
            return Unpacked(body, (), f"The {coding} body breaks off or is damaged. It is shown as it was sent.")
        cut = cut or more
    problem = f"Only the first {len(data):,} bytes of the unpacked body are shown." if cut else ""
    return Unpacked(data, tuple(codings), problem)


_GZIP, _ZLIB, _RAW = 31, 15, -15  # zlib's numbers for the wrappers of one format
_WINDOWS = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": _ZLIB}


def _inflated(data: bytes, window: int, at_most: int) -> tuple[bytes, bool]:
    """At most so many bytes, and whether there are more; raises ``zlib.error`` or ``EOFError``."""
    if window == _ZLIB and not _has_zlib_head(data):
        window = _RAW  # many senders leave the zlib wrapper of "deflate" out
    pieces: list[bytes] = []
    room, rest = at_most, data
    for _ in range(_MEMBERS_AT_MOST):  # each member copies what follows it
        engine = zlib.decompressobj(window)
        pieces.append(engine.decompress(rest, room + 1))
        if len(pieces[-1]) > room:
            return b"".join(pieces)[:at_most], True
        if not engine.eof:
            raise EOFError
        room -= len(pieces[-1])
        rest = engine.unused_data
        if window != _GZIP or not rest.startswith(b"\x1f\x8b"):
            return b"".join(pieces), False
    return b"".join(pieces), True


def _has_zlib_head(data: bytes) -> bool:
    return len(data) > 1 and data[0] & 15 == 8 and int.from_bytes(data[:2], "big") % 31 == 0


_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Some of Python's codecs (punycode, idna) take quadratic time, and others are no charsets of the web.
_CHARSETS = re.compile(
    r"ascii|utf-(8|8-sig|16|16-le|16-be|32|32-le|32-be)|iso8859-\d+|cp(125\d|437|850|866|874|932|949)|koi8-[ru]|mac-roman"
    r"|gb2312|gbk|gb18030|big5(hkscs)?|shift_jis|euc_(jp|kr)|iso2022_jp"
)


def text_of(data: bytes, charset: str = "") -> Text:
    """Bytes as text in the charset that was named, else by their byte order mark, else as UTF-8."""
    name = _codec(charset) or next((codec for mark, codec in _MARKS if data.startswith(mark)), "utf-8")
    if name == "utf-8" and data.startswith(codecs.BOM_UTF8):
        name = "utf-8-sig"
    shown = charset.lower() if _codec(charset) else name.removesuffix("-sig")
    try:
        return Text(data.decode(name), shown)
    except UnicodeError:
        return Text(data.decode(name, "replace"), shown, valid=False)


def _codec(charset: str) -> str:
    try:
        name = codecs.lookup(charset).name if charset.isascii() and 0 < len(charset) < 40 else ""
    except (LookupError, ValueError):
        return ""
    return name if _CHARSETS.fullmatch(name) else ""


def looks_binary(data: bytes) -> bool:
    """Whether the beginning has bytes that no text has (UTF-16 and UTF-32 only with a byte order mark are text)."""
    head = data[:1024]
    return b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))
