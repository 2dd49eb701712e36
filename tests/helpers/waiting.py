"""Waits on an event loop for what happens elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

TIMEOUT_S = 20.0


async def until(holds: Callable[[], object]) -> None:
    """Let the loop run until the condition holds."""
    async with asyncio.timeout(TIMEOUT_S):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in another thread
            await asyncio.sleep(0.005)
