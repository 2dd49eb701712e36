"""The two servers of the stand-in platform: one that checks everything, and one that should never see anything."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

import jwt
from aiohttp import web

from helpers.platform_answers import JSON_API, Answer, Refused, Seen, Sending, no_token, refused, too_many
from helpers.platform_documents import Document, Route, route_of
from helpers.platform_keys import AUDIENCE, EMAIL, KEY_ID, private_key

if TYPE_CHECKING:
    from helpers.platform_api import PlatformApi

SUBJECT = "U-d6f69389-350c-465e-ad8a-3c68447fb63a"


async def serve(api: PlatformApi, context: ssl.SSLContext, started: threading.Event, stop: asyncio.Event) -> None:
    """Run both servers until told to stop."""
    runners = [
        web.ServerRunner(web.Server(handler, access_log=None, handler_cancellation=True), shutdown_timeout=0.2)
        for handler in (_Platform(api).handle, _Elsewhere(api).handle)
    ]
    ports = []
    for runner in runners:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        ports.append(runner.addresses[0][1])
    api.url, api.elsewhere = f"https://localhost:{ports[0]}", f"https://127.0.0.1:{ports[1]}"
    started.set()
    await stop.wait()
    for runner in runners:
        await runner.cleanup()


async def _seen(host: str, request: web.BaseRequest) -> Seen:
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers)
    return Seen(host, request.method, request.raw_path, headers, await request.read())


class _Elsewhere:
    """The second host, which should never see anything."""

    def __init__(self, api: PlatformApi) -> None:
        self._api = api

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self._api.requests.append(await _seen("elsewhere", request))
        return web.json_response({"data": {"type": "orders", "id": "elsewhere"}}, content_type=JSON_API)


class _Platform:
    """Checks requests and answers them."""

    def __init__(self, api: PlatformApi) -> None:
        self._api = api

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        seen = await _seen("platform", request)
        self._api.requests.append(seen)
        path = unquote(seen.path)
        below = path if path.startswith("/oauth2/") else path.removeprefix("/platform").removeprefix("/org")
        self._api.at_once += 1
        self._api.most_at_once = max(self._api.most_at_once, self._api.at_once)
        try:
            answer, fault = self._answer(seen, below), self._api.faults.get(below)
            if fault is None and not path.startswith("/oauth2/"):
                fault = self._api.faults.get("")
            return await Sending(self._api, request, seen).send(answer, fault)
        finally:
            self._api.at_once -= 1

    def _answer(self, seen: Seen, below: str) -> Answer:
        try:
            if below == "/oauth2/token":
                return Answer(200, self._given(seen), media_type="application/json")
            if below == "/oauth2/user-info":
                self._check_token(seen, ("profile", "email"))
                return Answer(200, self._info(), media_type="application/json")
            return self._record(seen, below)
        except Refused as refused:
            self._api.problems.append(f"{seen.method} {below}: {refused}")
            return refused.answer

    # --- the token address ---

    def _given(self, seen: Seen) -> Document:
        scopes = _Assertion(self._api, seen).scopes()
        if not scopes <= self._api.allowed:
            raise no_token("invalid_scope", f"not allowed: {' '.join(sorted(scopes - self._api.allowed))}")
        token = self._api.new_token(*scopes, lifetime_s=self._api.token_lifetime_s)
        return {"access_token": token} | self._api.token_answer

    def _info(self) -> Document:
        roles = ["partner_service_account"]
        return {"sub": SUBJECT, "email": EMAIL, "updated_at": 1591049766, "roles": roles, "created_at": 1591049766}

    # --- the API ---

    def _record(self, seen: Seen, below: str) -> Answer:
        if seen.method != "GET":
            raise refused(405, "MethodNotAllowed", "Only GET is answered here")
        query = dict(parse_qsl(urlsplit(seen.target).query))
        found = route_of(below, query)
        limit = self._check_limit(found[0].path if found else below)
        if not found:
            self._check_token(seen, ())
            raise refused(404, "NotFound", "There is no such record", limit)
        route, id = found
        self._check_token(seen, route.scopes)
        _check_accept(seen, route)
        if not id or id in self._api.missing:
            raise refused(404, "NotFound", "There is no such record", limit)
        media_type = "application/json" if route.is_crm else JSON_API
        return Answer(200, route.document(id, self._api.base), limit, media_type)

    def _check_token(self, seen: Seen, scopes: tuple[str, ...]) -> None:
        word, _, token = seen.header("Authorization").partition(" ")
        grant = self._api.grants.get(token)
        if word != "Bearer" or grant is None or grant.until <= self._api.now():
            raise refused(401, "Unauthorized", "The access token is missing, unknown or expired")
        if scopes and not grant.scopes & set(scopes):
            raise refused(403, "Forbidden", "The access token lacks the scope that is needed")

    def _check_limit(self, path: str) -> Mapping[str, str]:
        """Count a request; the headers that tell how many more may come."""
        if self._api.refusals:
            raise too_many(self._api.refusals.popleft())
        now = time.monotonic()
        times = self._api.times.setdefault(path, deque(maxlen=20_000))
        spans = [(count, span, sum(now - each < span for each in times)) for count, span in self._api.limits]
        over = [span - (now - times[-count]) for count, span, used in spans if used >= count]
        if over:
            raise too_many({"Retry-After": str(max(1, round(max(over) + 0.5)))})
        times.append(now)
        count, span, used = min(spans, key=lambda each: each[0] - each[2])
        return _limit_headers(count, used + 1, self._api.now() + span)


def _check_accept(seen: Seen, route: Route) -> None:
    accepted = {part.split(";")[0].strip() for part in seen.header("Accept").split(",")}
    wanted = {"*/*", "application/*", "application/json" if route.is_crm else JSON_API}
    if not accepted & wanted:
        raise Refused("media type", Answer(406, {"title": "Not Acceptable"}, {}, "application/problem+json"))


def _limit_headers(count: int, used: int, reset: float) -> Mapping[str, str]:
    values = {"Limit": count, "Remaining": max(0, count - used), "Used": used, "Reset": int(reset) + 1}
    return {f"X-RateLimit-{name}": str(value) for name, value in values.items()}


class _Assertion:
    """Checks a request for a token, to the letter of the documentation."""

    def __init__(self, api: PlatformApi, seen: Seen) -> None:
        self._api = api
        self._seen = seen

    def scopes(self) -> frozenset[str]:
        """The scopes that are asked for; raises ``Refused``."""
        token = self._form()
        header, payload = self._decoded(token)
        if header.keys() != {"alg", "kid"} or header["alg"] != "RS256" or header["kid"] != KEY_ID:
            raise no_token("invalid_grant", "the header must be alg RS256 and the kid of a known key")
        if payload.keys() != {"aud", "iat", "exp", "iss", "sub", "scope"}:
            raise no_token("invalid_grant", f"the payload has {', '.join(payload)}")
        if payload["aud"] != AUDIENCE or payload["iss"] != EMAIL or payload["sub"] != EMAIL:
            raise no_token("invalid_grant", "aud, iss or sub is another one")
        self._check_times(payload["iat"], payload["exp"])
        if not isinstance(payload["scope"], str) or payload["scope"].split(" ") != payload["scope"].split():
            raise no_token("invalid_scope", "scope must be names with one blank between them")
        return frozenset(payload["scope"].split())

    def _form(self) -> str:
        if self._seen.method != "POST" or self._seen.header("Authorization"):
            raise no_token("invalid_request", "a POST without Authorization is needed")
        if self._seen.header("Content-Type").split(";")[0] != "application/x-www-form-urlencoded":
            raise no_token("invalid_request", "the body must be a form")
        form = parse_qs(self._seen.body.decode("ascii"), strict_parsing=True)
        if form.keys() != {"grant_type", "assertion"} or any(len(values) != 1 for values in form.values()):
            raise no_token("invalid_request", "grant_type and assertion are needed, and nothing else")
        if form["grant_type"] != ["urn:ietf:params:oauth:grant-type:jwt-bearer"]:
            raise no_token("unsupported_grant_type", "grant_type is another one")
        return form["assertion"][0]

    def _decoded(self, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
        unchecked = {f"verify_{name}": False for name in ("aud", "exp", "iat", "iss", "nbf", "sub", "jti")}
        try:
            made = jwt.decode_complete(token, private_key().public_key(), algorithms=["RS256"], options=unchecked)  # type: ignore[arg-type]
        except jwt.PyJWTError as error:
            raise no_token("invalid_grant", f"the signature is not right: {error}") from None
        return made["header"], made["payload"]

    def _check_times(self, issued: Any, expires: Any) -> None:
        if type(issued) is not int or type(expires) is not int or not 0 < expires - issued <= 600:
            raise no_token("invalid_grant", "iat and exp must be at most ten minutes apart")
        if not issued - 60 <= self._api.now() < expires:
            raise no_token("invalid_grant", "the assertion is expired or not valid yet")
