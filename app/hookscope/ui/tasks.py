"""Coroutines that the window starts: held until they end, their failures told at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

log = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds that a cancelled task may take to end


class Tasks:
    """The running coroutines of one window; ``report`` gets whatever one of them failed with."""

    def __init__(self, report: Callable[[BaseException], None]) -> None:
        self._report = report
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        """Start a coroutine on the running loop and keep it until it is done."""
        import asyncio  # the window is on screen before asyncio is loaded (DESIGN.md section 11)

        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._done)
        return task

    async def aclose(self) -> None:
        """Cancel what still runs and wait for it, at most :data:`PATIENCE` seconds."""
        import asyncio

        for task in self._running:
            task.cancel()
        if self._running:
            _, stuck = await asyncio.wait(self._running, timeout=PATIENCE)
            for task in stuck:
                log.warning("The task %r does not end and is left behind.", task.get_name())

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._report(error)
