"""The way of a request (DESIGN.md section 3): wire, endpoint, verdict, series, store, response, what became of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import cast

from aiohttp import web

from hookscope.deliveries import (
    Arrival,
    Finish,
    Headers,
    NotSaved,
    Outcome,
    Request,
    SentResponse,
    SeriesCounter,
    Store,
    Via,
    message_key,
    own_key,
)
from hookscope.deliveries.raw import address
from hookscope.deliveries.series import Counted
from hookscope.endpoints import Check, Endpoint
from hookscope.listener import bodies
from hookscope.listener.answers import WRITTEN_CLOSE, WRITTEN_OPEN, Answer, frame, plain
from hookscope.listener.bodies import Body, Room
from hookscope.listener.bounds import Bounds
from hookscope.listener.proof import LARGE, Proof, diagnosed, prove, turned_away, wants_diagnosis
from hookscope.listener.protocol import Connection
from hookscope.listener.refusals import explain
from hookscope.listener.snapshot import Snapshot

_UNREADABLE = plain(400, "This is not an HTTP request that can be read.")
_PROBLEMS = {
    400: plain(400, "The body of this request cannot be read."),
    408: plain(408, "The body of this request did not come in time."),
    413: plain(413, "The body of this request is too large."),
    503: plain(503, "This request could not be saved. Please send it again."),
}
_BROKEN_OFF = SentResponse(0)


class Capture:
    """Takes requests on the listener's loop, stores each before it is answered, and notes what became of it."""

    def __init__(
        self,
        store: Store,
        series: SeriesCounter,
        snapshot: Callable[[], Snapshot],
        via: Callable[[int], Via],
        bounds: Bounds,
    ) -> None:
        self._snapshot = snapshot
        self._store = store
        self._series = series
        self._via = via
        self._bounds = bounds
        self._room = Room(bounds.in_flight)
        self._worker = ThreadPoolExecutor(1, "large-bodies")  # its thread begins with the first
        self._diagnosing = False

    def close(self) -> None:
        """End the worker; what it is at is left behind."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """The handler of the low-level server."""
        connection = cast(Connection, request.protocol)
        snapshot = self._snapshot()
        body = bodies.whole(request, snapshot.body_limit)
        if body is None:
            body = await bodies.receive(request, snapshot.body_limit, self._room, self._bounds, self._worker)
        now_us = body.received_us or time.time_ns() // 1000
        wire = _wire(request, body.data)
        endpoint = snapshot.matcher.match(wire.target)
        check = snapshot.checks[endpoint.id]
        proof = await self._prove(check, wire, now_us, whole=body.outcome is Outcome.WAITING)
        response, problem = turned_away(check, proof.verdict) or (snapshot.responses[endpoint.id], body.problem)
        answer = _planned(request, body, response)
        arrival, counted = self._arrival(connection, request, wire, endpoint, proof, answer.sent, now_us=now_us)
        if body.outcome is not Outcome.WAITING or problem:
            arrival = replace(arrival, outcome=body.outcome, problem=problem)
        try:
            id = await self._store.append(arrival)
        except NotSaved:
            return await self._turn_down(request, connection)
        finally:
            self._room.give_back(body.room_taken)
        outcome = await _write(connection, request, answer)
        if body.outcome is Outcome.WAITING:
            self._series.finished(counted, outcome, answer.sent.status)
            self._store.finish(id, Finish(outcome, answer.sent.status, _since(now_us)))
        return WRITTEN_OPEN if answer.keep_alive else WRITTEN_CLOSE

    async def refuse(self, connection: Connection, raw: bytes, status: int | None, reason: str) -> web.StreamResponse:
        """Give a row to bytes that are no HTTP request, then answer 400 while the sender is still there."""
        there = status is not None and not connection.gone.done()
        answer = frame(_UNREADABLE if there else _BROKEN_OFF, "", "1.1", keep_alive=False)
        outcome = Outcome.REFUSED if status else Outcome.INCOMPLETE
        arrival = Arrival(
            request=Request("", "", (), raw),
            received_us=time.time_ns() // 1000,
            duration_us=_microseconds(connection.elapsed()),
            peer=connection.peer,
            via=self._via(connection.peer_port),
            body_sha256=sha256(raw).digest(),
            planned=answer.sent,
            outcome=outcome,
            problem=explain(raw, reason),
        )
        with suppress(NotSaved):  # the store keeps it and tells the window; the bytes are refused all the same
            await self._store.append(arrival)
        if there and connection.transport is not None:
            connection.transport.write(answer.head + answer.sent.body)
        return WRITTEN_CLOSE

    def _arrival(
        self,
        connection: Connection,
        request: web.BaseRequest,
        wire: Request,
        endpoint: Endpoint,
        proof: Proof,
        planned: SentResponse,
        *,
        now_us: int,
    ) -> tuple[Arrival, Counted]:
        via = self._via(connection.peer_port)
        same = (endpoint.id, wire.method, wire.target, proof.body_sha256, proof.delivery_id)
        counted = self._series.count(own_key() if via in _OURS else message_key(*same))
        arrival = Arrival(
            request=wire,
            received_us=now_us,
            duration_us=_microseconds(connection.elapsed()),
            peer=connection.peer,
            http_version=_version(request),
            via=via,
            endpoint_id=endpoint.id,
            endpoint_name=endpoint.name,
            body_sha256=proof.body_sha256,
            series_key=counted.key,
            series=counted.message,
            place=counted.place,
            verdict=proof.verdict,
            planned=planned,
        )
        return arrival, counted

    async def _prove(self, check: Check, wire: Request, now_us: int, *, whole: bool) -> Proof:
        """Verify here, or in the worker's thread what would keep other senders waiting."""
        at = now_us / 1_000_000
        if len(wire.body) <= LARGE:
            proof = prove(check, wire, at, whole=whole)
        else:
            proof = await self._in_worker(partial(prove, check, wire, at, whole=whole))
        if not wants_diagnosis(proof, wire) or self._diagnosing:  # in a flood most are left for who looks at them
            return proof
        self._diagnosing = True
        try:
            return await self._in_worker(partial(diagnosed, check, wire, at, proof))
        finally:
            self._diagnosing = False

    def _in_worker(self, work: Callable[[], Proof]) -> asyncio.Future[Proof]:
        return asyncio.get_running_loop().run_in_executor(self._worker, work)

    async def _turn_down(self, request: web.BaseRequest, connection: Connection) -> web.StreamResponse:
        answer = frame(_PROBLEMS[503], request.method, _version(request), keep_alive=False)
        await _write(connection, request, answer)
        return WRITTEN_CLOSE


_OURS = (Via.SAMPLE, Via.REPLAY)


def _wire(request: web.BaseRequest, body: bytes) -> Request:
    headers: Headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers)
    # aiohttp decodes the request line as UTF-8 with surrogates for what does not fit; back to one character a byte
    target = request.raw_path.encode("utf-8", "surrogateescape").decode("latin-1")
    return Request(request.method, target, headers, body, address(target, headers))


def _planned(request: web.BaseRequest, body: Body, response: SentResponse) -> Answer:
    if body.outcome is Outcome.WAITING:
        return frame(response, request.method, _version(request), request.keep_alive)
    refusal = _PROBLEMS.get(body.status, _BROKEN_OFF)
    return frame(refusal, request.method, _version(request), keep_alive=False)


async def _write(connection: Connection, request: web.BaseRequest, answer: Answer) -> Outcome:
    """Write the response; what became of it is judged by the connection, since writes to a dead one do not fail."""
    transport = connection.transport
    if transport is None or connection.gone.done() or transport.is_closing():
        return Outcome.SENDER_GONE
    if answer.sent.status:
        transport.write(answer.head + answer.sent.body)
        if transport.is_closing():  # the sender had gone while its connection was not read
            return Outcome.SENDER_GONE
        try:
            await connection._drain_helper()  # noqa: SLF001
        except ConnectionError:
            return Outcome.SENDER_GONE
    return Outcome.ANSWERED


def _version(request: web.BaseRequest) -> str:
    return f"{request.version.major}.{request.version.minor}"


def _since(then_us: int) -> int:
    return max(0, time.time_ns() // 1000 - then_us)


def _microseconds(seconds: float) -> int:
    return int(seconds * 1_000_000)
