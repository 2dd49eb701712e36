"""What is handed to the writer, and how those who wait are told."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hookscope.deliveries.model import Arrival, Finish

if TYPE_CHECKING:
    import asyncio

log = logging.getLogger(__name__)


class NotSaved(Exception):
    """A request could not be stored; the text says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Append:
    """A request to store; ``saved`` belongs to a loop and gets the id."""

    arrival: Arrival
    saved: asyncio.Future[int]


@dataclass(frozen=True, slots=True)
class End:
    """What became of a delivery."""

    id: int
    finish: Finish


@dataclass(frozen=True, slots=True)
class Job:
    """Any other write; a job that returns ``Changes`` has them reported."""

    run: Callable[[sqlite3.Connection], Any]
    done: Future[Any]


class Stop:
    """Ends the thread once everything before it is written."""


Work = Append | End | Job | Stop


def resolve(appends: Sequence[Append], ids: range) -> None:
    """Wake those who wait, each loop once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[int], int]]] = {}
    for append, id in zip(appends, ids, strict=True):
        by_loop.setdefault(append.saved.get_loop(), []).append((append.saved, id))
    for pairs in by_loop.values():
        _call(pairs[0][0], _set_all, pairs)


def refuse(appends: Sequence[Append], sentence: str) -> None:
    """Tell those who wait that nothing was saved, and why."""
    for append in appends:
        _call(append.saved, _fail, append.saved, NotSaved(sentence))


def _call(future: asyncio.Future[int], function: Callable[..., None], *args: object) -> None:
    try:
        future.get_loop().call_soon_threadsafe(function, *args)
    except RuntimeError:
        log.info("the loop that waited for a delivery is closed")


def _set_all(pairs: list[tuple[asyncio.Future[int], int]]) -> None:
    for future, id in pairs:
        if not future.done():
            future.set_result(id)


def _fail(future: asyncio.Future[int], error: NotSaved) -> None:
    if not future.done():
        future.set_exception(error)
