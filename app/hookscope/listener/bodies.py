"""Reading the body of a request within bounds of size and time."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from aiohttp import web
from aiohttp.web_protocol import RequestPayloadError

from hookscope.deliveries import Outcome
from hookscope.listener.bounds import Bounds

BLOCK = 1 << 20  # bytes that are copied at once while others wait
CROWDED = "Too many large bodies came at once; this one was not kept."


@dataclass(frozen=True, slots=True)
class Body:
    """What came of a body; ``outcome`` is ``WAITING`` for a whole one, else why it is not, with a status to answer.

    ``received_us`` is the arrival of the last byte in microseconds since 1970, 0 for just now.
    """

    data: bytes
    outcome: Outcome = Outcome.WAITING
    problem: str = ""
    status: int = 0
    room_taken: int = 0
    received_us: int = 0


class Gathered:
    """A body as it comes: in blocks, since a large one takes too long to copy, and single bytes too much to keep."""

    def __init__(self) -> None:
        self.size = 0
        self._blocks: list[bytes] = []
        self._last = bytearray()

    def add(self, part: bytes) -> None:
        """Take what has come."""
        self.size += len(part)
        self._last += part
        if len(self._last) >= BLOCK:
            self._blocks.append(bytes(self._last))
            self._last.clear()

    async def joined(self, end: bytes, limit: int, worker: Executor) -> bytes:
        """The body with this end, at most so much of it; one of several blocks is put together by the worker."""
        blocks = [*self._blocks, bytes(self._last) + end]
        if len(blocks) == 1:
            return blocks[0][:limit]
        return await asyncio.get_running_loop().run_in_executor(worker, _join, blocks, limit)


def _join(blocks: list[bytes], limit: int) -> bytes:
    return b"".join(blocks)[:limit]  # joining lets other threads go on; the cut copies only what is too large


class Room:
    """The memory that all bodies under way share."""

    def __init__(self, size: int) -> None:
        self._left = size

    def take(self, size: int) -> bool:
        """Take this many bytes; ``False``, and nothing taken, when there are not so many left."""
        if size > self._left:
            return False
        self._left -= size
        return True

    def give_back(self, size: int) -> None:
        """Return what was taken."""
        self._left += size


def whole(request: web.BaseRequest, limit: int) -> Body | None:
    """The body when all of it has come with the head, as most do; ``None`` when it is still on its way or too large."""
    content = request.content
    if not content.is_eof() or content.exception() is not None or content.total_bytes > limit:
        return None
    return Body(content.read_nowait())


def _left_behind(request: web.BaseRequest) -> bytes:
    """What had come before the fault but was not read yet; aiohttp's own methods raise instead of giving it."""
    return b"".join(bytes(part) for part in request.content._buffer)  # noqa: SLF001


def declared_length(request: web.BaseRequest) -> int:
    """``Content-Length``, 0 when there is none."""
    value = request.headers.get("Content-Length", "0")
    return int(value) if value.isdecimal() else 0


async def receive(request: web.BaseRequest, limit: int, room: Room, bounds: Bounds, worker: Executor) -> Body:
    """Read a body of at most ``limit`` bytes that may come slowly, break off or turn out malformed.

    The caller gives the room back once the body is stored.
    """
    declared = declared_length(request)
    if declared > limit:
        return Body(b"", Outcome.TOO_LARGE, f"The body has {declared:,} bytes; {limit:,} are allowed.", 413)
    gathered = Gathered()
    try:
        ending = await _fill(gathered, request, limit, room, bounds)
        received_us = time.time_ns() // 1000
        left = _left_behind(request) if ending.outcome is Outcome.INCOMPLETE else b""
        data = b"" if ending.outcome is Outcome.NOT_SAVED else await gathered.joined(left, limit, worker)
    except BaseException:
        room.give_back(gathered.size)
        raise
    return replace(ending, data=data, room_taken=gathered.size, received_us=received_us)


async def _fill(data: Gathered, request: web.BaseRequest, limit: int, room: Room, bounds: Bounds) -> Body:
    """Add to ``data`` what comes, taking room for it; how it ended."""
    try:
        async with asyncio.timeout(bounds.whole_s):
            await _welcome(request)
            while part := await _next_part(request, bounds.silence_s):
                if not room.take(len(part)):
                    return Body(b"", Outcome.NOT_SAVED, CROWDED, 503)
                data.add(part)
                if data.size > limit:
                    problem = f"The body has more than the {limit:,} bytes that are allowed; the rest was not read."
                    return Body(b"", Outcome.TOO_LARGE, problem, 413)
    except TimeoutError:
        problem = f"The rest of the body did not come in time ({data.size:,} bytes came)."
        return Body(b"", Outcome.INCOMPLETE, problem, 408)
    except RequestPayloadError as error:
        return Body(b"", Outcome.INCOMPLETE, f"The body cannot be read any further: {_first_line(error)}", 400)
    except OSError:
        return Body(b"", Outcome.INCOMPLETE, f"The body broke off after {request.content.total_bytes:,} bytes.")
    except asyncio.CancelledError:
        if asyncio.current_task().cancelling():  # type: ignore[union-attr]
            raise
        return Body(b"", Outcome.INCOMPLETE, "The listener was stopped before the rest of the body came.", 503)
    return Body(b"")


async def _welcome(request: web.BaseRequest) -> None:
    """Ask a sender that waits for it to go on; ``web.Server`` leaves this to its handler."""
    if request.headers.get("Expect", "").lower() == "100-continue" and request.version == (1, 1):
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")


async def _next_part(request: web.BaseRequest, silence_s: float) -> bytes:
    async with asyncio.timeout(silence_s):
        return await request.content.readany()


def _first_line(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return (text[0] if text else type(error).__name__).rstrip(".:") + "."
