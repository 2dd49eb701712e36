"""The way of a request (DESIGN.md section 3): wire, endpoint, verdict, series, store, response, what became of it."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from hashlib import sha256
from typing import NamedTuple, TypeVar, cast

from aiohttp import web

from hookscope.deliveries import (
    Arrival,
    Counted,
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
    sample_key,
)
from hookscope.deliveries.raw import address
from hookscope.endpoints import Endpoint
from hookscope.listener import bodies
from hookscope.listener.answers import WRITTEN_CLOSE, WRITTEN_OPEN, Answer, frame, framed, plain
from hookscope.listener.bodies import Room
from hookscope.listener.bounds import Bounds
from hookscope.listener.deciding import Decided, crowded_out, decide
from hookscope.listener.examining import Examined, Examiner, takes_long
from hookscope.listener.faults import broken
from hookscope.listener.proof import Proof, diagnosed, wants_diagnosis
from hookscope.listener.protocol import Connection
from hookscope.listener.refusals import explain
from hookscope.listener.snapshot import Snapshot
from hookscope.listener.waiting import Due, HandingOn, Sent, Waiting
from hookscope.listener.writing import write
from hookscope.responses import RequestView

T = TypeVar("T")

_UNREADABLE = plain(400, "This is not an HTTP request that can be read.")
_NOT_SAVED = plain(503, "This request could not be saved. Please send it again.")
_CACHED = 64 << 10  # bytes of a body up to which its answer is kept to be sent again
_BROKEN_OFF = SentResponse(0)


class _Stored(NamedTuple):
    """A request that has its row: the answer that is due, and what is needed to note what becomes of it."""

    due: Due
    counted: Counted
    received_us: int
    is_whole: bool
    waits: bool


class Capture:
    """Takes requests on the listener's loop, stores each before it is answered, and notes what became of it."""

    def __init__(
        self,
        store: Store,
        series: SeriesCounter,
        snapshot: Callable[[], Snapshot],
        via: Callable[[int], Via],
        bounds: Bounds,
        waiting: Waiting,
    ) -> None:
        self._snapshot = snapshot
        self._store = store
        self._series = series
        self._via = via
        self._bounds = bounds
        self._waiting = waiting
        self._turns: defaultdict[int, dict[str, int]] = defaultdict(dict)
        self._room = Room(bounds.in_flight)
        self._worker = ThreadPoolExecutor(1, "large-bodies")  # its thread begins with the first
        self._diagnosing = False
        self._examiner = Examiner()

    def close(self) -> None:
        """End the worker; what it is at is left behind."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """The handler of the low-level server."""
        connection = cast(Connection, request.protocol)
        with ExitStack() as taken:
            try:
                stored = await self._store_request(request, connection, taken)
            except NotSaved:
                return await self._turn_down(request, connection)
            due = stored.due
            if stored.waits:
                sent = await self._waiting.respond(due)
            else:
                sent = Sent(await write(connection, due.answer), due.answer)
        if stored.is_whole:
            status = sent.response.status if sent.response else sent.answer.sent.status
            self._series.finished(stored.counted, sent.outcome, status)
            took_us = max(0, time.time_ns() // 1000 - stored.received_us)
            self._store.finish(due.id, Finish(sent.outcome, status, took_us, sent.problem, sent.response))
        return WRITTEN_OPEN if sent.answer.keep_alive else WRITTEN_CLOSE

    async def _store_request(self, request: web.BaseRequest, connection: Connection, taken: ExitStack) -> _Stored:
        """Give a request its row; ``taken`` gives back what its answer takes. Raises ``NotSaved``.

        Its body goes with this call, unless a handler gets it: hundreds of answers may wait for minutes.
        """
        snapshot = self._snapshot()
        body = bodies.whole(request, snapshot.body_limit)
        if body is None:
            body = await bodies.receive(request, snapshot.body_limit, self._room, self._bounds, self._worker)
        handed_on = False
        try:
            is_whole = body.outcome is Outcome.WAITING
            now_us = body.received_us or time.time_ns() // 1000
            wire = _wire(request, body.data)
            endpoint = snapshot.matcher.match(wire.target)
            view = RequestView(wire, now_us=now_us)
            proof, finding = await self._examine(snapshot, endpoint, view, whole=is_whole)
            via = self._via(connection.peer_port)
            counted = self._count(wire, endpoint.id, proof, via)
            view.attempt = counted.place.attempt
            decided = self._with_place(decide(snapshot, endpoint, body, view, self._turns[endpoint.id]), taken)
            answer = _planned(request, decided, keep_alive=request.keep_alive and is_whole)
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
                ids=view.ids,
                finding=finding,
                rule=decided.rule,
                passed=decided.passed,
                planned=answer.sent,
                outcome=body.outcome,
                problem=decided.plan.problem,
            )
            id = await self._store.append(arrival)
            handing_on = HandingOn(wire, decided.forward) if decided.forward else None
            if handing_on:
                handed_on = True
                taken.callback(self._room.give_back, body.room_taken)
        finally:
            if not handed_on:
                self._room.give_back(body.room_taken)
        due = Due(id, connection, request, decided.plan, answer, decided.hold, handing_on)
        return _Stored(due, counted, now_us, is_whole, decided.waits)

    def _count(self, wire: Request, endpoint_id: int, proof: Proof, via: Via) -> Counted:
        """Its place in its series. A sample sent again is its next attempt, as it would be for a real sender."""
        if via is Via.REPLAY:
            return self._series.count(own_key(), endpoint_id)
        same = endpoint_id, wire.method, wire.target, proof.body_sha256
        if via is Via.SAMPLE:
            return self._series.count(sample_key(*same), endpoint_id, anew=True)
        return self._series.count(message_key(*same, proof.delivery_id), endpoint_id)

    def _with_place(self, decided: Decided, taken: ExitStack) -> Decided:
        """What is decided, with a place taken if it waits; 503 where there is none."""
        if not decided.waits:
            return decided
        if not self._waiting.take_place():
            return crowded_out(decided, self._bounds.held)
        taken.callback(self._waiting.give_place_back)
        return decided

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

    def count_anew(self, endpoint_id: int) -> None:
        """Begin again with the attempts of an endpoint, and with its rules that answer every nth request."""
        self._series.end_all(endpoint_id)
        self._turns.pop(endpoint_id, None)

    async def _examine(self, snapshot: Snapshot, endpoint: Endpoint, view: RequestView, *, whole: bool) -> Examined:
        """Examine here, or in the worker's thread what would keep other senders waiting."""
        examine = partial(self._examiner.examine, snapshot, endpoint, view, whole=whole)
        examined = await self._in_worker(examine) if takes_long(view) else examine()
        proof = examined.proof
        if not wants_diagnosis(proof, view.request) or self._diagnosing:
            return examined  # in a flood most are left for who looks at them
        self._diagnosing = True
        try:
            check = snapshot.checks[endpoint.id]
            proof = await self._in_worker(partial(diagnosed, check, view.request, view.now_us / 1_000_000, proof))
        finally:
            self._diagnosing = False
        return examined._replace(proof=proof)

    def _in_worker(self, work: Callable[[], T]) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._worker, work)

    async def _turn_down(self, request: web.BaseRequest, connection: Connection) -> web.StreamResponse:
        answer = frame(_NOT_SAVED, request.method, _version(request), keep_alive=False)
        await write(connection, answer)
        return WRITTEN_CLOSE


def _wire(request: web.BaseRequest, body: bytes) -> Request:
    headers: Headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers)
    # aiohttp decodes the request line as UTF-8 with surrogates for what does not fit; back to one character a byte
    target = request.raw_path.encode("utf-8", "surrogateescape").decode("latin-1")
    return Request(request.method, target, headers, body, address(target, headers))


def _planned(request: web.BaseRequest, decided: Decided, *, keep_alive: bool) -> Answer:
    """The answer as it is to go out, as far as that is known before a handler or the user says."""
    sent = decided.plan.sent
    make = frame if len(sent.body) <= _CACHED else framed
    return broken(make(sent, request.method, _version(request), keep_alive), decided.plan.fault)


def _version(request: web.BaseRequest) -> str:
    return f"{request.version.major}.{request.version.minor}"


def _microseconds(seconds: float) -> int:
    return int(seconds * 1_000_000)
