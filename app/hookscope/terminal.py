"""Hookscope without a window: listens, and prints each delivery once its outcome is known."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from hookscope.deliveries import Changes, Delivery, Outcome, Row, iso_time
from hookscope.deliveries.as_json import summary
from hookscope.endpoints import Endpoint
from hookscope.program import Program
from hookscope.responses import status_name
from hookscope.visible import visible

KEYRING_S = 10.0

Write = Callable[[dict[str, Any]], None]


def write_json(event: dict[str, Any]) -> None:
    """One event as a line of JSON, ASCII only, so that no terminal can be tricked by it."""
    print(json.dumps(event), flush=True)


def write_text(event: dict[str, Any]) -> None:
    """One event as a line for people."""
    print(_TEXTS[event["event"]](event), flush=True)


async def listen(program: Program, port: int | None, write: Write, *, sample: bool = False, once: bool = False) -> int:
    """Print what arrives until stopped; ``sample`` sends one first, ``once`` ends after a delivery. The exit code."""
    loop = asyncio.get_running_loop()
    stop: asyncio.Future[None] = loop.create_future()
    end = partial(_end, stop)
    _end_on_signals(loop, end)

    def show(changes: Changes) -> None:
        try:
            for row in _known(changes):
                write(summary(row))
                if once:
                    end()
        except BrokenPipeError as error:  # nobody reads on
            end(error)

    def on_loop(function: Callable[..., None], *values: object) -> None:
        loop.call_soon_threadsafe(function, *values)

    program.store.subscribe(partial(on_loop, show))
    program.store.subscribe_trouble(partial(on_loop, _report_trouble))
    program.open_control({"stop": partial(on_loop, end)})
    await _read_secrets(program, first_token=sample)
    state = await asyncio.wrap_future(program.listen(port))
    if state.state != "listening":
        _complain(f"{state.problem} Use another one with --port.")
        return 2
    write({"event": "listening", "url": program.url(), "pid": os.getpid(), "data_dir": str(program.data_dir)})
    try:
        if sample:
            await program.send_sample(_first(program))
        await stop
    finally:
        await program.stop()  # while this loop still prints what ends meanwhile
    return 0


async def _read_secrets(program: Program, *, first_token: bool) -> None:
    """Wait for the keyring before the first request comes, but not for ever: somebody may have to unlock it."""
    reading = asyncio.wrap_future(program.read_secrets(first_token=first_token))
    done, _ = await asyncio.wait([reading], timeout=KEYRING_S)
    if not done:
        _complain("The keyring does not answer. Until it is unlocked, requests are not verified.")


def _end(stop: asyncio.Future[None], error: Exception | None = None) -> None:
    if stop.done():
        return
    if error is None:
        stop.set_result(None)
    else:
        stop.set_exception(error)


def _end_on_signals(loop: asyncio.AbstractEventLoop, end: Callable[[], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl+C comes as KeyboardInterrupt
            loop.add_signal_handler(number, end)


def _known(changes: Changes) -> Iterator[Row]:
    """The rows whose outcome has become known; looking at a delivery or pinning it changes rows, too."""
    return (row for row in (*changes.new, *changes.changed) if row.outcome != Outcome.WAITING)


def as_text(delivery: Delivery) -> str:
    """A delivery whole, for people: request and response as they went over the wire, with nothing a terminal obeys."""
    request, response, row = delivery.request, delivery.response, delivery.row
    request_line = f"{request.method} {request.target} HTTP/{delivery.http_version}"
    lines = [
        f"Delivery {row.id}, received {iso_time(row.received_us)} from {delivery.peer}, {row.outcome}",
        *([row.problem] if row.problem else []),
        *_verdict_lines(delivery),
        *_rule_lines(delivery),
        "",
        request_line if request.method else "not an HTTP request",
        *(f"{name}: {value}" for name, value in request.headers),
        "",
        request.body.decode("utf-8", "backslashreplace"),
        "",
        f"Answered {response.status} {status_name(response.status)}" if response.status else "Not answered",
        *(f"{name}: {value}" for name, value in response.headers),
        "",
        response.body.decode("utf-8", "backslashreplace"),
    ]
    return visible("\n".join(lines), limit=0, lines=True)


def _first(program: Program) -> Endpoint:
    return program.endpoints.all()[0]


def _report_trouble(sentence: str) -> None:
    _complain(sentence or "Requests can be saved again.")


def _complain(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _listening(event: dict[str, Any]) -> str:
    return f"Hookscope listens on {event['url']} (Ctrl+C ends it). Deliveries are kept in {event['data_dir']}."


def _delivery(event: dict[str, Any]) -> str:
    time = event["received_at"][11:19]
    what = f"{event['method']} {event['target']}" if event["method"] else event["problem"] or "not HTTP"
    attempt = f"  attempt {event['attempt']}" if (event["attempt"] or 1) > 1 else ""
    outcome = "" if event["outcome"] == "answered" else f"  {event['outcome']}"
    place = visible(event["endpoint"] or "-", 40)
    line = f"{event['id']:>6}  {time} UTC  {place}  {visible(what, 120)}  {event['body_bytes']} B"
    checked = event["verdict"]["state"] != "unconfigured"
    verdict = f"  {_verdict_words(event['verdict'])}" if checked else ""
    return f"{line}  {event['status'] or '-'}{outcome}{attempt}{verdict}"


def _verdict_words(verdict: dict[str, Any]) -> str:
    """*verified*, *not checked*, *failed (signature mismatch)*, *unavailable (keyring locked)*."""
    state, reason = str(verdict["state"]), str(verdict["reason"])
    if state == "unconfigured":
        return "not checked"
    return state if reason in ("ok", state) else f"{state} ({reason.replace('_', ' ')})"


def _verdict_lines(delivery: Delivery) -> list[str]:
    """The verdict in words, its sentence, and what may be wrong; of bytes that were no request there is none."""
    note = delivery.verdict
    if not delivery.request.method:
        return []
    words = _verdict_words({"state": note.state, "reason": note.reason})
    head = f"Verification: {words}{f' by {note.scheme}' if note.scheme else ''}"
    if note.state == "unconfigured":
        return [head]
    from hookscope.verification import verdict_of

    verdict = verdict_of(note)
    return [head, *filter(None, (verdict.message, *(each.sentence for each in verdict.diagnosis)))]


def _rule_lines(delivery: Delivery) -> list[str]:
    """Which rules did not answer and why, then what did; each on one line, whatever a sender put into it."""
    lines = [f"Not the rule “{rule}”: {reason}" for rule, reason in delivery.passed]
    if delivery.rule:
        lines.append(f"Chosen: the rule “{delivery.rule}”")
    elif lines:
        lines.append("Chosen: the default response")
    return [visible(line, limit=0) for line in lines]


_TEXTS: dict[str, Callable[[dict[str, Any]], str]] = {"listening": _listening, "delivery": _delivery}
