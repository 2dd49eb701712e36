"""Handing a request on to the user's own handler, and its answer back, as a gateway does (RFC 9110 7.6)."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from hookscope.deliveries import Headers, Request, SentResponse
from hookscope.listener.answers import plain
from hookscope.responses.forward_url import HandlerAddress, forward_problem, handler_address, is_loopback, target_for
from hookscope.responses.model import HOP_BY_HOP
from hookscope.wire import CONNECT_S, REPLY_LIMIT, Failure, Reply, SendError, send

TIMEOUT_S = 90.0
_ROUNDS_AT_MOST = 5
_PSEUDONYM = "1.1 hookscope"
_FRAMING = ("content-length", "transfer-encoding")
_NOT_PASSED_ON = HOP_BY_HOP | {"proxy-authorization", "expect"}  # the listener has answered Expect itself

_SENTENCES = {
    Failure.UNREACHABLE: "Your handler at {at} does not answer.",
    Failure.UNKNOWN_HOST: "The host {host} of your handler cannot be found.",
    Failure.NO_CONNECTION: f"Your handler at {{at}} took no connection within {CONNECT_S:g} s.",
    Failure.TLS: "TLS with your handler at {at} failed ({detail}).",
    Failure.NO_ANSWER: "Your handler at {at} gave no whole answer within {timeout_s:g} s.",
    Failure.BROKEN_OFF: "Your handler at {at} broke off before its answer was whole.",
    Failure.NOT_HTTP: "Your handler at {at} answered with something that is not HTTP.",
    Failure.TOO_LARGE: f"The answer of your handler at {{at}} has more than {REPLY_LIMIT >> 20} MiB.",
    Failure.UNSENDABLE: "This request cannot be forwarded, because its first line or a header holds a line break.",
}


@dataclass(frozen=True, slots=True)
class Forward:
    """Where requests of an endpoint go.

    The path of ``url`` takes the place of ``endpoint_path`` (empty for the catch-all). ``allowed_hosts`` are those
    beside this computer that the user has confirmed.
    """

    url: str
    endpoint_path: str
    allowed_hosts: frozenset[str] = frozenset()


class Forwarded(NamedTuple):
    """What is answered to the sender; ``problem`` is empty when the handler answered, else why it is our own 502."""

    response: SentResponse
    problem: str


async def forward(
    request: Request, how: Forward, peer: str, *, own_port: int = 0, timeout_s: float = TIMEOUT_S
) -> Forwarded:
    """Hand a request on to the handler and take its answer; cancelled, it closes the connection."""
    if problem := forward_problem(how.url, how.allowed_hosts):
        return _failed(problem)
    handler = handler_address(how.url)
    if problem := _round_problem(request, handler, own_port):
        return _failed(problem)
    passed_on = forwarded_request(request, how, peer)
    try:
        tls = await _tls(handler)
        reply = await send(passed_on, handler.host, handler.port, tls=tls, timeout_s=timeout_s)
    except SendError as error:
        told = {"at": handler.authority, "host": handler.host, "detail": error.detail, "timeout_s": timeout_s}
        return _failed(_SENTENCES[error.failure].format(**told))
    if not 200 <= reply.status <= 599:
        return _failed(f"Your handler at {handler.authority} answered {reply.status}, which is no status.")
    return Forwarded(_relayed(reply), "")


def forwarded_request(request: Request, forward: Forward, peer: str) -> Request:
    """The request as the handler gets it; ``peer`` is the sender's ``address:port``."""
    handler = handler_address(forward.url)
    target = target_for(forward.url, forward.endpoint_path, request.target)
    headers = _in_place(request.headers, ("host",), "Host", handler.authority)
    if request.body or any(name.lower() in _FRAMING for name, _ in headers):
        headers = _in_place(headers, _FRAMING, "Content-Length", str(len(request.body)))
    headers = _end_to_end(headers, own=frozenset({"host", "content-length"}))
    headers = _appended(headers, "X-Forwarded-For", _address(peer))
    headers = _added(headers, "X-Forwarded-Proto", "https" if request.url[:6].lower() == "https:" else "http")
    headers = _added(headers, "X-Forwarded-Host", request.header("host") or "")
    headers = (*_appended(headers, "Via", _PSEUDONYM), ("Connection", "close"))
    return Request(request.method, target, headers, request.body, f"{handler.scheme}://{handler.authority}{target}")


def _failed(problem: str) -> Forwarded:
    sentence = f"{problem} The sender got 502."
    return Forwarded(plain(502, sentence), sentence)


def _round_problem(request: Request, handler: HandlerAddress, own_port: int) -> str:
    """Why a request would never come to an end on its way, or not begin it."""
    if handler.port == own_port and is_loopback(handler.host):
        return f"The forward address {handler.authority} is Hookscope's own, so this request would come back."
    rounds = sum(value.lower().count(_PSEUDONYM) for name, value in request.headers if name.lower() == "via")
    if rounds >= _ROUNDS_AT_MOST:  # by a public address, or another name of this computer
        return f"This request came through Hookscope {rounds} times already, so {handler.authority} leads back here."
    if request.method == "CONNECT":
        return "CONNECT asks for a tunnel and is not forwarded."
    return ""


async def _tls(handler: HandlerAddress) -> ssl.SSLContext | None:
    if handler.scheme != "https":
        return None
    if is_loopback(handler.host):
        return _unverified()
    return await asyncio.to_thread(_verified)  # reading the certificates of the system takes 50 ms


@cache
def _unverified() -> ssl.SSLContext:
    """For this computer, where certificates are self-signed and nobody is in between."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@cache
def _verified() -> ssl.SSLContext:
    return ssl.create_default_context()


def _relayed(reply: Reply) -> SentResponse:
    return SentResponse(reply.status, _end_to_end(reply.headers), reply.body)


def _end_to_end(headers: Headers, own: frozenset[str] = frozenset()) -> Headers:
    """Without what belongs to one connection, but for what we have set ourselves (RFC 9110 7.6.1)."""
    options = (value.split(",") for name, value in headers if name.lower() == "connection")
    named = {option.strip().lower() for each in options for option in each}
    dropped = (_NOT_PASSED_ON | named) - own
    return tuple((name, value) for name, value in headers if name.lower() not in dropped)


def _in_place(headers: Headers, names: tuple[str, ...], name: str, value: str) -> Headers:
    """With one header where the first of these was, instead of all of them; in front where there was none."""
    at = next((number for number, (each, _) in enumerate(headers) if each.lower() in names), -1)
    if at < 0:
        return ((name, value), *headers)
    shown = headers[at][0] if headers[at][0].lower() == name.lower() else name
    rest = (header for header in headers[at:] if header[0].lower() not in names)
    return (*headers[:at], (shown, value), *rest)


def _appended(headers: Headers, name: str, value: str) -> Headers:
    """With the value at the end of the list that the last header of this name holds."""
    at = next((number for number in reversed(range(len(headers))) if headers[number][0].lower() == name.lower()), -1)
    if at < 0 or not value:
        return _added(headers, name, value)
    shown, before = headers[at]
    return (*headers[:at], (shown, f"{before}, {value}" if before else value), *headers[at + 1 :])


def _added(headers: Headers, name: str, value: str) -> Headers:
    """With this header at the end, unless it is there already or has nothing to say."""
    if not value or any(each.lower() == name.lower() for each, _ in headers):
        return headers
    return (*headers, (name, value))


def _address(peer: str) -> str:
    return peer.rpartition(":")[0].strip("[]")
