"""What runs on the listener's loop: one address at a time, and the requests that come to it."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import time
from collections.abc import Awaitable
from contextlib import suppress
from typing import cast

from aiohttp import web

from hookscope.deliveries import SentResponse, read_back
from hookscope.listener import ports
from hookscope.listener.capture import Capture
from hookscope.listener.listener import OFF, Listener, ListenerState
from hookscope.listener.protocol import ConnectionFactory
from hookscope.listener.waiting import Waiting

log = logging.getLogger(__name__)

STOP_S = 0.5  # aiohttp waits this long twice for handlers that do not end


class Server:
    """Opens and closes the listener's address."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._runner: web.ServerRunner | None = None
        self._site: web.TCPSite | None = None
        self._transports: set[asyncio.BaseTransport] = set()
        self._tasks: set[asyncio.Future[object]] = set()
        self._opening = asyncio.Lock()
        self._capture: Capture | None = None
        self._waiting: Waiting | None = None

    async def open(self, host: str, port: int) -> None:
        """Listen here, in place of the address before; what comes of it is the listener's state."""
        async with self._opening:
            await self._close_site()
            runner = await self._prepared_runner()
            site = web.TCPSite(runner, host, port)
            try:
                await site.start()
            except (OSError, UnicodeError) as error:
                self._listener.change(_failure(error, host, port))
            else:
                self._site = site
                self._listener.change(ListenerState("listening", host, runner.addresses[0][1]))

    async def stop(self) -> None:
        """Close the address, and end or cancel what is under way."""
        if self._waiting is not None:
            self._waiting.stop()
        await self._close_site()
        if self._runner is not None:
            await self._runner.cleanup()
        await self._abort_the_rest()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_S)
        if self._capture is not None:
            self._capture.close()
        self._listener.change(OFF)

    def release(self, id: int, response: SentResponse | None) -> bool:
        """Send this to a held delivery, or drop its connection with ``None``; ``False`` when it is too late."""
        return self._waiting is not None and self._waiting.release(id, response)

    def count_anew(self, endpoint_id: int) -> None:
        """Begin again with the attempts of an endpoint."""
        if self._capture is not None:
            self._capture.count_anew(endpoint_id)

    async def _prepared_runner(self) -> web.ServerRunner:
        if self._runner is None:
            listener = self._listener
            series = await asyncio.wrap_future(listener.pages.submit(lambda db: read_back(db, time.time_ns() // 1000)))
            snapshot = lambda: listener.snapshot  # noqa: E731
            self._waiting = waiting = Waiting(listener.bounds, lambda: listener.state.port, listener.tell_held)
            self._capture = capture = Capture(listener.store, series, snapshot, listener.via, listener.bounds, waiting)
            factory = ConnectionFactory(
                capture.handle,
                listener.bounds,
                refuse=capture.refuse,
                spawn=self._spawn,
                turned_away=self._count_turned_away,
                transports=self._transports,
            )
            self._runner = web.ServerRunner(factory, shutdown_timeout=STOP_S)
            await self._runner.setup()
        return self._runner

    async def _close_site(self) -> None:
        if self._site is not None:
            await _stop_accepting(self._site)
            await self._site.stop()
            self._site = None

    async def _abort_the_rest(self) -> None:
        """End the connections of senders that do not read their answer."""
        for transport in list(self._transports):
            cast("asyncio.Transport", transport).abort()
        await asyncio.sleep(0)  # now they are told, and give rows to what nobody will answer

    def _spawn(self, work: Awaitable[object]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _count_turned_away(self) -> None:
        self._listener.turned_away += 1
        log.info("a connection was answered 503, because too many are open (%d so far)", self._listener.turned_away)


async def _stop_accepting(site: web.TCPSite) -> None:
    """Let the connections that are just being accepted arrive: asyncio (before 3.12.8) would forget them unclosed."""
    server = cast("asyncio.Server", site._server)  # noqa: SLF001
    for listening in server.sockets:
        with suppress(NotImplementedError):  # Windows, where they are accepted in one step
            asyncio.get_running_loop().remove_reader(listening.fileno())
    for _ in range(3):
        await asyncio.sleep(0)


def _failure(error: OSError | UnicodeError, host: str, port: int) -> ListenerState:
    not_ours = (errno.EADDRNOTAVAIL, None)  # from Python 3.13 on asyncio gives no number for it
    if isinstance(error, UnicodeError | socket.gaierror) or error.errno in not_ours:
        return ListenerState("failed", host, port, f"{host} is not an address of this computer. Use 127.0.0.1.")
    if error.errno == errno.EADDRINUSE:
        by = ports.holder(port)
        problem = f"Port {port} is in use by {by}." if by else f"Port {port} is in use by another program."
    elif error.errno == errno.EACCES:
        problem = f"Port {port} is reserved for the system. Use one from 1024 up."
    else:
        problem = f"Port {port} cannot be opened ({error.strerror or error})."
    return ListenerState("failed", host, port, problem, ports.free_port(host, max(port, 1023)))
