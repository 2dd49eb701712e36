"""Work that several wait for: done once for each key, and given up when the last one stops waiting."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Hashable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    import asyncio

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class _Run(Generic[T]):
    """A task and how many wait for it."""

    def __init__(self, task: asyncio.Task[T]) -> None:
        self.task = task
        self.waiting = 0


class Runs(Generic[K, T]):
    """At most one run of the work for each key; used on one event loop only."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._runs: dict[K, _Run[T]] = {}
        self._is_closed = False

    def __contains__(self, key: K) -> bool:
        return key in self._runs

    async def join(self, key: K, start: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of the run under way for this key, or of a new one; its failure is told to all who wait.

        After ``aclose`` nothing is begun any more: who asks is given up like those who waited.
        """
        import asyncio

        if self._is_closed:
            raise asyncio.CancelledError
        run = self._runs.get(key) or self._begin(key, start)
        run.waiting += 1
        try:
            return await asyncio.shield(run.task)
        finally:
            run.waiting -= 1
            if not run.waiting and not run.task.done():
                self._forget(key, run)  # at once, so that nobody joins what is being given up
                run.task.cancel()
                await asyncio.wait([run.task])

    async def aclose(self) -> None:
        """Give up everything and wait for its end."""
        import asyncio

        self._is_closed = True
        tasks = [run.task for run in self._runs.values()]
        self._runs.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, key: K, start: Callable[[], Coroutine[Any, Any, T]]) -> _Run[T]:
        import asyncio

        run = self._runs[key] = _Run(asyncio.get_running_loop().create_task(_done(start), name=self._name))
        run.task.add_done_callback(lambda _: self._forget(key, run))
        return run

    def _forget(self, key: K, run: _Run[T]) -> None:
        if self._runs.get(key) is run:
            del self._runs[key]


async def _done(start: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return await start()  # here, so that a task that is cancelled before it began leaves no coroutine behind
