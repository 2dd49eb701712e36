"""How other commands speak to the running process: a small site on the loopback address, behind a token."""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hookscope import instance

if TYPE_CHECKING:
    from aiohttp import web

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
TOKEN_HEADER = "X-Hookscope-Token"  # noqa: S105 - a name, not a token
TIMEOUT_S = 5.0

Command = Callable[[], Future[Any] | None]
"""What a command does, called on the loop of the site: it hands over at once, or returns a future to wait for."""


@dataclass(frozen=True, slots=True)
class ControlSite:
    """The site while it is served."""

    port: int
    _runner: web.ServerRunner

    async def close(self) -> None:
        """Stop serving; answers under way are finished first."""
        await self._runner.cleanup()


async def serve(token: str, commands: Mapping[str, Command]) -> ControlSite:
    """Serve ``POST /<command>`` on the running loop, at a free port; raises ``OSError``."""
    from aiohttp import web  # a command that only asks starts sooner without it

    async def answer(request: web.BaseRequest) -> web.Response:
        return web.Response(status=await _status(request, token, commands))

    runner = web.ServerRunner(web.Server(answer, access_log=None), shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, 0).start()
    except BaseException:
        await runner.cleanup()
        raise
    return ControlSite(runner.addresses[0][1], runner)


def ask(folder: Path, command: str) -> bool:
    """Have the process that holds this data folder do something; whether it has. Waits while that one is starting."""
    end = time.monotonic() + TIMEOUT_S
    running = instance.read(folder)
    while running and not running.port and time.monotonic() < end:
        time.sleep(0.05)
        running = instance.read(folder)
    return running is not None and running.port > 0 and _post(running, command)


async def _status(request: web.BaseRequest, token: str, commands: Mapping[str, Command]) -> int:
    if not _allowed(request, token):
        return 403
    if request.method != "POST":
        return 405
    command = commands.get(request.path.removeprefix("/"))
    if command is None:
        return 404
    try:
        done = command()
        if done is not None:
            await asyncio.wrap_future(done)
    except Exception:
        log.exception("the command %s failed", request.path)
        return 500
    return 204


def _allowed(request: web.BaseRequest, token: str) -> bool:
    """Whether this comes from a program that could read the token, not from a web page through a made-up host name."""
    port = request.get_extra_info("sockname", (HOST, 0))[1]
    given = request.headers.get(TOKEN_HEADER, "").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(given, token.encode()) and request.headers.getall("Host", []) == [f"{HOST}:{port}"]


def _post(running: instance.Running, command: str) -> bool:
    from http.client import HTTPConnection, HTTPException

    connection = HTTPConnection(HOST, running.port, timeout=TIMEOUT_S)
    try:
        connection.request("POST", f"/{command}", headers={TOKEN_HEADER: running.token})
        return connection.getresponse().status == 204
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
