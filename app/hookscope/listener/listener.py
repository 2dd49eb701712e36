"""The listener as other threads see it: its own thread and event loop, so that no window can make a webhook time out.

asyncio and aiohttp are loaded on that thread, when it is first needed: the window is on screen before.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from hookscope.deliveries import Reader, SentResponse, Store, Via
from hookscope.listener.bounds import USUAL, Bounds
from hookscope.listener.snapshot import Snapshot

if TYPE_CHECKING:
    import asyncio

    from hookscope.listener.server import Server

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[], Coroutine[Any, Any, Any]]


class ListenerState(NamedTuple):
    """``state`` is *off*, *listening* or *failed*; ``problem`` is one sentence, ``free_port`` what to use instead."""

    state: str
    host: str
    port: int
    problem: str = ""
    free_port: int = 0


OFF = ListenerState("off", "", 0)


class Listener:
    """Receives requests and answers them. Methods may be called from any thread; subscribers are called on its own."""

    def __init__(self, store: Store, pages: Reader, snapshot: Snapshot, bounds: Bounds = USUAL) -> None:
        self.state = OFF
        self.turned_away = 0
        self.snapshot = snapshot
        self.store = store
        self.pages = pages
        self.bounds = bounds
        self.held: frozenset[int] = frozenset()
        """The deliveries whose response waits for the user."""
        self._held_subscribers: list[Callable[[frozenset[int]], None]] = []
        self._subscribers: list[Callable[[ListenerState], None]] = []
        self._announced: dict[int, Via] = {}
        self._server: Server | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._work: queue.SimpleQueue[tuple[Work, Future[Any]]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def subscribe(self, callback: Callable[[ListenerState], None]) -> None:
        """Be told of every change of state."""
        self._subscribers.append(callback)

    def open(self, host: str, port: int) -> Future[ListenerState]:
        """Listen on this address, in place of the one before; port 0 takes a free one."""
        return self.run(lambda: self._open(host, port))

    def use(self, snapshot: Snapshot) -> None:
        """Answer as this snapshot says, from the next request."""
        self.snapshot = snapshot

    def announce(self, peer_port: int, via: Via) -> None:
        """Say that the connection from this local port is our own, before a byte is sent on it."""
        self._announced[peer_port] = via

    def withdraw(self, peer_port: int) -> None:
        """Forget an announced port once its connection is closed."""
        self._announced.pop(peer_port, None)

    def via(self, peer_port: int) -> Via:
        """How a connection from this port came here."""
        return self._announced.get(peer_port, Via.LOCAL)

    def subscribe_held(self, callback: Callable[[frozenset[int]], None]) -> None:
        """Be told of every change of the deliveries that wait for the user."""
        self._held_subscribers.append(callback)

    def release(self, id: int, response: SentResponse | None) -> Future[bool]:
        """Send this response to a held delivery, or drop its connection with ``None``; whether it still waited."""
        return self.run(lambda: self._release(id, response))

    def count_anew(self, endpoint_id: int) -> Future[None]:
        """Begin again with the attempts of an endpoint: what comes next is attempt 1."""
        return self.run(lambda: self._count_anew(endpoint_id))

    def run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> Future[T]:
        """Run a coroutine on the listener's loop, which begins with the first one."""
        done: Future[T] = Future()
        self._work.put((work, done))
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="listener", daemon=True)
                self._thread.start()
            elif self._loop is not None:
                self._loop.call_soon_threadsafe(self._begin)
        return done

    def stop(self) -> None:
        """Close the address, end what is under way, and end the thread."""
        if self._thread is not None:
            self.run(self._stop).result()
            self._thread.join()
        self._thread = self._loop = self._server = None

    def change(self, state: ListenerState) -> None:
        """Take a new state and tell of it; called on the listener's thread."""
        self.state = state
        for callback in self._subscribers:
            callback(state)

    def tell_held(self, held: frozenset[int]) -> None:
        """Take what waits for the user now and tell of it; called on the listener's thread."""
        self.held = held
        for callback in self._held_subscribers:
            try:
                callback(held)
            except Exception:  # the fault of one must not keep an answer from its sender
                log.exception("a subscriber of the listener failed")

    # Everything below runs on the listener's thread.

    def _run(self) -> None:
        import asyncio

        from hookscope.listener.server import Server

        with asyncio.Runner() as runner:
            loop = runner.get_loop()
            self._server = Server(self)
            with self._lock:
                self._loop = loop
            loop.call_soon(self._begin)
            loop.run_forever()

    def _begin(self) -> None:
        """Start what is queued; what is begun keeps the order in which it was asked for."""
        import asyncio

        while not self._work.empty():
            work, done = self._work.get()
            task = asyncio.ensure_future(work())
            task.add_done_callback(lambda task, done=done: _hand_over(task, done))  # type: ignore[misc]

    async def _open(self, host: str, port: int) -> ListenerState:
        if self._server is not None:
            await self._server.open(host, port)
        return self.state

    async def _release(self, id: int, response: SentResponse | None) -> bool:
        return self._server is not None and self._server.release(id, response)

    async def _count_anew(self, endpoint_id: int) -> None:
        if self._server is not None:
            self._server.count_anew(endpoint_id)

    async def _stop(self) -> None:
        if self._server is not None and self._loop is not None:
            await self._server.stop()
            self._loop.call_soon(self._loop.stop)


def _hand_over(task: asyncio.Task[T], done: Future[T]) -> None:
    if task.cancelled():
        done.cancel()
        done.set_running_or_notify_cancel()
    elif error := task.exception():
        done.set_exception(error)
    else:
        done.set_result(task.result())
