"""Answers that do not go out at once: late, broken, held for the user, or a handler's. None keeps another waiting."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

from aiohttp import web

from hookscope.deliveries import Outcome, Request, SentResponse
from hookscope.listener.answers import Answer, framed
from hookscope.listener.bounds import Bounds
from hookscope.listener.faults import NOTHING, broken, cut, pieces
from hookscope.listener.forwarding import Forward, forward
from hookscope.listener.protocol import Connection
from hookscope.listener.writing import write, write_through
from hookscope.responses import Fault, Plan
from hookscope.responses.model import SLOW_BODY_S

log = logging.getLogger(__name__)

T = TypeVar("T")

_END = Answer(SentResponse(200), b"", keep_alive=False)  # adds nothing to what has been written
STOPPED = "The listener was stopped before the response was due, so the connection was closed."
STOPPED_MIDWAY = "The listener was stopped before the response was whole, so the connection was closed."
FAILED = "Hookscope failed to send the response, so the connection was closed. The log says more."
DROPPED_BY_HAND = "You dropped the connection by hand."
SENT_BY_HAND = "You sent this response by hand."


class Sent(NamedTuple):
    """What became of an answer; ``response`` is what went out where the row does not know it yet."""

    outcome: Outcome
    answer: Answer
    problem: str = ""
    response: SentResponse | None = None


class HandingOn(NamedTuple):
    """A request for a handler, with its body."""

    request: Request
    how: Forward


class Due(NamedTuple):
    """An answer that is due: of which delivery, on which connection, and how."""

    id: int
    connection: Connection
    request: web.BaseRequest
    plan: Plan
    answer: Answer
    hold: bool
    handing_on: HandingOn | None = None


class _Ended(Exception):
    """The wait is over before its time."""

    def __init__(self, sent: Sent) -> None:
        super().__init__()
        self.sent = sent


class Waiting:
    """The answers held back at one time, at most so many. Lives on the listener's loop."""

    def __init__(
        self, bounds: Bounds, own_port: Callable[[], int], tell_held: Callable[[frozenset[int]], None]
    ) -> None:
        self._bounds = bounds
        self._own_port = own_port
        self._tell_held = tell_held
        self._count = 0
        self._stopping: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._held: dict[int, asyncio.Future[SentResponse | None]] = {}

    def take_place(self) -> bool:
        """Take one of the places; ``False`` when all are taken."""
        if self._count >= self._bounds.held:
            return False
        self._count += 1
        return True

    def give_place_back(self) -> None:
        """Return a place that was taken."""
        self._count -= 1

    def release(self, id: int, response: SentResponse | None) -> bool:
        """Send this to a held delivery, or drop its connection with ``None``; ``False`` when it is too late."""
        waiting = self._held.get(id)
        if waiting is None or waiting.done():
            return False
        waiting.set_result(response)
        return True

    def stop(self) -> None:
        """End all waits now."""
        if not self._stopping.done():
            self._stopping.set_result(None)

    async def respond(self, due: Due) -> Sent:
        """Send an answer when it is due; to be called with a place taken."""
        try:
            if due.hold:
                return await self._by_hand(due)
            if due.plan.fault is not Fault.SLOW_BODY:
                await self._pass(due, due.plan.delay_s)
            return await self._send(due)
        except _Ended as ended:
            return ended.sent
        except Exception:  # the row must not wait for ever, nor aiohttp answer by itself
            log.exception("the answer to delivery %d failed", due.id)
            return await self._break_before(due, Fault.CLOSE_BEFORE, FAILED)

    async def _by_hand(self, due: Due) -> Sent:
        """Wait for the user; when nobody decides in time, the prepared response goes out by itself."""
        decided: asyncio.Future[SentResponse | None] = asyncio.get_running_loop().create_future()
        self._held[due.id] = decided
        self._tell_held(frozenset(self._held))
        try:
            await self._until(due, decided, self._bounds.hold_s)
        finally:
            del self._held[due.id]
            self._tell_held(frozenset(self._held))
        if not decided.done():
            return await self._send(due)
        response = decided.result()
        if response is None:
            return await self._break_before(due, Fault.RESET_BEFORE, DROPPED_BY_HAND)
        answer = framed(response, due.request.method, _version(due.request), due.request.keep_alive)
        return Sent(await write(due.connection, answer), answer, SENT_BY_HAND, answer.sent)

    async def _send(self, due: Due) -> Sent:
        if due.handing_on is not None:
            return await self._relay(due, due.handing_on)
        if due.plan.fault is Fault.HANG:
            await self._pass(due, self._bounds.hang_s)
        if due.plan.fault is Fault.SLOW_BODY:
            return await self._slowly(due)
        if due.plan.fault.drops:
            return await self._break(due, due.answer, due.plan.fault, due.plan.problem)
        return Sent(await write(due.connection, due.answer), due.answer, due.plan.problem)

    async def _relay(self, due: Due, handing_on: HandingOn) -> Sent:
        """Ask the handler and send on its answer; a fault strikes that."""
        asking = forward(handing_on.request, handing_on.how, due.connection.peer, own_port=self._own_port())
        response, problem = await self._result(due, asking)
        method = due.request.method  # to HEAD a handler says nothing of the body there would be
        whole = framed(response, method, _version(due.request), due.request.keep_alive, is_counted=method != "HEAD")
        answer = broken(whole, due.plan.fault)
        later = due._replace(answer=answer, plan=due.plan._replace(problem=problem), handing_on=None)
        try:
            sent = await self._send(later)
        except _Ended as ended:
            sent = ended.sent
        return sent if sent.response else sent._replace(response=answer.sent)

    async def _slowly(self, due: Due) -> Sent:
        """Send the head at once and the body by and by; where that ends early, the row gets what went out."""
        transport = due.connection.transport
        if transport is None:
            return Sent(Outcome.SENDER_GONE, due.answer)
        transport.write(due.answer.head)
        parts = pieces(due.answer.sent.body)
        for number, part in enumerate(parts):
            try:
                await self._pass(due, (due.plan.delay_s or SLOW_BODY_S) / len(parts))
            except _Ended as ended:
                came = replace(due.answer.sent, body=b"".join(parts[:number]))
                return ended.sent._replace(problem=STOPPED_MIDWAY if ended.sent.problem else "", response=came)
            transport.write(part)
        return Sent(await write(due.connection, _END), due.answer, due.plan.problem)

    async def _break(self, due: Due, answer: Answer, fault: Fault, problem: str) -> Sent:
        if answer.head:
            await write_through(due.connection, answer)
        transport = due.connection.transport
        if transport is None or due.connection.gone.done():
            return Sent(Outcome.SENDER_GONE, answer)
        cut(transport, fault)
        return Sent(Outcome.DROPPED, answer, problem)

    async def _break_before(self, due: Due, fault: Fault, problem: str) -> Sent:
        """Send nothing though something was planned."""
        return (await self._break(due, NOTHING, fault, problem))._replace(response=NOTHING.sent)

    async def _pass(self, due: Due, seconds: float) -> None:
        """Let time pass; raises ``_Ended`` when the sender goes or the listener stops."""
        if seconds:
            await self._until(due, None, seconds)

    async def _result(self, due: Due, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.ensure_future(work)
        try:
            await self._until(due, task, None)
            return await task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _until(self, due: Due, event: asyncio.Future[Any] | None, seconds: float | None) -> None:
        gone = due.connection.gone
        awaited = {gone, self._stopping, *([event] if event else [])}
        await asyncio.wait(awaited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            raise _Ended(Sent(Outcome.SENDER_GONE, due.answer))
        if self._stopping.done():
            raise _Ended(await self._break_before(due, Fault.CLOSE_BEFORE, STOPPED))


def _version(request: web.BaseRequest) -> str:
    return f"{request.version.major}.{request.version.minor}"
