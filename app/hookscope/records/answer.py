"""What a host of the platform answered, and its body unpacked within bounds."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

LARGEST = 4 << 20
"""Bytes of an answer, as sent and unpacked."""
VALUES_AT_MOST = 100_000
"""Parsing holds the interpreter's lock; so many values keep it under 200 ms."""


class Answer(NamedTuple):
    """A complete answer; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether the host did what it was asked."""
        return 200 <= self.status < 300

    @property
    def sent_at(self) -> float | None:
        """The time of the host's clock, if it tells."""
        return http_date(self.headers.get("date", ""))

    @property
    def document(self) -> Any:
        """The body as JSON, ``None`` when it is none or too much."""
        try:
            return read_json(self.body)[1]
        except (NotJson, TooLarge):
            return None


class NotJson(ValueError):
    """A body is no JSON text."""


class TooLarge(Exception):
    """A body is over the limit, or has too many values."""


class BadPacking(Exception):
    """A body is packed in a way that cannot be undone."""


def http_date(text: str) -> float | None:
    """Seconds since 1970 of a date in a header, ``None`` for anything else."""
    from email.utils import parsedate_to_datetime  # slow

    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def read_json(body: bytes) -> tuple[str, Any]:
    """A body as text and as JSON; raises ``NotJson``, and ``TooLarge`` for one with too many values."""
    if body.count(b",") + body.count(b"[") + body.count(b"{") > VALUES_AT_MOST:
        raise TooLarge
    try:
        text = body.decode("utf-8-sig")
        return text, json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        pass
    raise NotJson("not JSON")  # outside, so that it does not carry the body along


def _no_constant(word: str) -> None:
    raise NotJson(word)


class Unpacker:
    """Collects a body that comes in pieces and unpacks it; raises ``TooLarge`` and ``BadPacking``."""

    def __init__(self, encoding: str, largest: int = LARGEST) -> None:
        self._largest = largest
        self._packed = 0
        self._body = bytearray()
        self._inflate = _inflater(encoding)

    def feed(self, data: bytes) -> None:
        """Take the next piece; never more than the limit is unpacked."""
        self._packed += len(data)
        room = self._largest - len(self._body) + 1
        self._body += _unpacked(self._inflate, data, room) if self._inflate else data
        if max(self._packed, len(self._body)) > self._largest:
            raise TooLarge

    def body(self) -> bytes:
        """All of it, once the last piece was fed."""
        if self._inflate and self._packed and not self._inflate.eof:
            raise BadPacking
        return bytes(self._body)


def _unpacked(inflate: Any, data: bytes, room: int) -> bytes:
    try:
        return bytes(inflate.decompress(data, room))
    except zlib.error:
        raise BadPacking from None


def _inflater(encoding: str) -> Any:
    """What unpacks gzip, ``None`` for what is not packed; nothing else was asked for."""
    word = encoding.strip().lower()
    if word in ("", "identity"):
        return None
    if word not in ("gzip", "x-gzip"):
        raise BadPacking
    return zlib.decompressobj(zlib.MAX_WBITS | 16)
