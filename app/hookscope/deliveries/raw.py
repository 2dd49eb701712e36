"""One HTTP/1.1 request from a file: as it would come over a wire, or as people save it, with line feeds alone."""

from __future__ import annotations

import re
from dataclasses import replace

from hookscope.deliveries.model import Headers, Request

_LINE_END = re.compile(rb"\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110 5.6.2
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")


class NotARequest(ValueError):
    """A file does not hold one HTTP request; the text says where it stops being one."""


def parse_raw(data: bytes, url: str = "") -> Request:
    """The request in a file: the head up to the blank line, the rest as its body, decoded when it is chunked.

    ``url`` is the address the sender used; without it, it is put together from ``Host``. Raises ``NotARequest``.
    """
    end = _HEAD_END.search(data)
    head, body = (data[: end.start()], data[end.end() :]) if end else (data.rstrip(b"\r\n"), b"")
    first, *lines = _LINE_END.split(head)
    method, target = _request_line(first)
    request = Request(method, target, _headers(lines), body)
    return replace(request, body=_body(request), url=url or address(target, request.headers))


def address(target: str, headers: Headers, scheme: str = "http") -> str:
    """The absolute address of a request by its ``Host`` header; a target in absolute form is one already."""
    if target[:7].lower() == "http://" or target[:8].lower() == "https://":
        return target
    host = next((value for name, value in headers if name.lower() == "host"), "")
    return f"{scheme}://{host}{target}" if target[:1] == "/" else f"{scheme}://{host}"


def _request_line(line: bytes) -> tuple[str, str]:
    parts = line.decode("latin-1").split(" ")
    if len(parts) != 3 or not parts[1] or not _NAME.fullmatch(parts[0].encode("latin-1")):
        raise NotARequest("The first line is not a request line such as: POST /order-created HTTP/1.1")
    if not parts[2].startswith("HTTP/1."):
        raise NotARequest(f"The first line ends in {parts[2][:20]!r}, not in HTTP/1.1.")
    return parts[0], parts[1]


def _headers(lines: list[bytes]) -> Headers:
    headers = []
    for number, line in enumerate(lines, 2):
        name, colon, value = line.partition(b":")
        if not colon or not _NAME.fullmatch(name):
            raise NotARequest(f"Line {number} is not a header. A blank line ends the headers.")
        headers.append((name.decode("latin-1"), value.strip(b" \t").decode("latin-1")))
    return tuple(headers)


def _body(request: Request) -> bytes:
    if (request.header("transfer-encoding") or "").lower().endswith("chunked"):
        return _dechunked(request.body)
    declared = request.header("content-length")
    if declared is not None and declared != str(len(request.body)):
        sentence = f"Content-Length says {declared[:20]}, and {len(request.body):,} bytes follow the blank line."
        raise NotARequest(sentence)
    return request.body


def _dechunked(data: bytes) -> bytes:
    chunks, at = list[bytes](), 0
    while True:
        size = _CHUNK_SIZE.match(data, at)
        if not size:
            raise NotARequest(f"The chunked body cannot be read from byte {at:,} on.")
        start, length = size.end(), int(size[1], 16)
        if not length:
            return b"".join(chunks)
        chunks.append(data[start : start + length])
        ending = _LINE_END.match(data, start + length)
        if len(chunks[-1]) < length or not ending:
            raise NotARequest(f"The chunked body breaks off after byte {len(data):,}.")
        at = ending.end()
