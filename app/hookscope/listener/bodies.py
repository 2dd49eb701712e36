"""Reading the body of a request within bounds of size and time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from aiohttp import web
from aiohttp.web_protocol import RequestPayloadError

from hookscope.deliveries import Outcome
from hookscope.listener.bounds import Bounds

CROWDED = "Too many large bodies came at once; this one was not kept."


@dataclass(frozen=True, slots=True)
class Body:
    """What came of a body; ``outcome`` is ``WAITING`` for a whole one, else why it is not, with a status to answer."""

    data: bytes
    outcome: Outcome = Outcome.WAITING
    problem: str = ""
    status: int = 0
    room_taken: int = 0


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


async def receive(request: web.BaseRequest, limit: int, room: Room, bounds: Bounds) -> Body:
    """Read a body of at most ``limit`` bytes that may come slowly, break off or turn out malformed.

    The caller gives the room back once the body is stored.
    """
    declared = declared_length(request)
    if declared > limit:
        return Body(b"", Outcome.TOO_LARGE, f"The body has {declared:,} bytes; {limit:,} are allowed.", 413)
    data = bytearray()
    try:
        ending = await _fill(data, request, limit, room, bounds)
    except BaseException:
        room.give_back(len(data))
        raise
    taken = len(data)
    if ending.outcome is Outcome.NOT_SAVED:
        data.clear()
    elif ending.outcome is Outcome.INCOMPLETE:
        data += _left_behind(request)
    return replace(ending, data=bytes(data[:limit]), room_taken=taken)


async def _fill(data: bytearray, request: web.BaseRequest, limit: int, room: Room, bounds: Bounds) -> Body:
    """Add to ``data`` what comes, taking room for it; how it ended."""
    try:
        async with asyncio.timeout(bounds.whole_s):
            await _welcome(request)
            while part := await _next_part(request, bounds.silence_s):
                if not room.take(len(part)):
                    return Body(b"", Outcome.NOT_SAVED, CROWDED, 503)
                data += part
                if len(data) > limit:
                    problem = f"The body has more than the {limit:,} bytes that are allowed; the rest was not read."
                    return Body(b"", Outcome.TOO_LARGE, problem, 413)
    except TimeoutError:
        problem = f"The rest of the body did not come in time ({len(data):,} bytes came)."
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
