"""A sender that writes bytes to a socket and reads what comes back, with nothing in between."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from types import TracebackType
from typing import NamedTuple, Self

TIMEOUT_S = 20.0


class Reply(NamedTuple):
    """One answer as it came: the status line, the header lines in order, the body."""

    line: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def status(self) -> int:
        """The number in the status line."""
        return int(self.line.split()[1])


class RawClient:
    """One connection to a port of this machine."""

    def __init__(self, port: int, *data: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._read = b""
        try:
            for part in data:
                self.send(part)
        except OSError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def local_port(self) -> int:
        """The port at this end."""
        port: int = self.socket.getsockname()[1]
        return port

    def send(self, data: bytes) -> None:
        """Write these bytes; a segment of their own, as far as that can be had."""
        self.socket.sendall(data)

    def reply(self, method: str = "POST") -> Reply:
        """The next answer; ``method`` tells whether it may have a body."""
        head = self._until(b"\r\n\r\n").decode("latin-1")
        line, *fields = head.removesuffix("\r\n\r\n").split("\r\n")
        headers = tuple((name, value) for name, _, value in (field.partition(": ") for field in fields))
        length = next((int(value) for name, value in headers if name == "Content-Length"), 0)
        return Reply(line, headers, b"" if method == "HEAD" else self._exactly(length))

    def rest(self) -> bytes:
        """All that still comes until the other end closes, in whichever way."""
        with suppress(ConnectionError):
            while part := self.socket.recv(65_536):
                self._read += part
        read, self._read = self._read, b""
        return read

    def close(self, *, reset: bool = False) -> None:
        """Close this end, with FIN or with RST."""
        if reset:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._read:
            self._receive()
        end = self._read.index(mark) + len(mark)
        return self._taken(end)

    def _exactly(self, size: int) -> bytes:
        while len(self._read) < size:
            self._receive()
        return self._taken(size)

    def _receive(self) -> None:
        part = self.socket.recv(65_536)
        if not part:
            raise EOFError(f"closed after {self._read!r}")
        self._read += part

    def _taken(self, end: int) -> bytes:
        taken, self._read = self._read[:end], self._read[end:]
        return taken


def request(
    method: str = "POST",
    target: str = "/",
    body: bytes = b"",
    headers: tuple[tuple[str, str], ...] = (),
    *,
    version: str = "1.1",
) -> bytes:
    """A well-formed request with ``Host`` and, when there is a body, ``Content-Length``."""
    fields = [("Host", "h"), *headers, *([("Content-Length", str(len(body)))] if body else [])]
    lines = [f"{method} {target} HTTP/{version}", *(f"{name}: {value}" for name, value in fields), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def chunked(*chunks: bytes, target: str = "/", end: bytes = b"0\r\n\r\n") -> bytes:
    """A request with a chunked body."""
    head = request(target=target, headers=(("Transfer-Encoding", "chunked"),))
    return head + b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + end
