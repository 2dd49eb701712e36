"""The HTTP client of the platform: its own hosts only get the token, and no answer is read without bounds.

httpx is used here and nowhere else in the package. It is loaded at the first request.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from hookscope import __version__
from hookscope.records import failures
from hookscope.records.answer import LARGEST, Answer, BadPacking, TooLarge, Unpacker
from hookscope.records.joining import Runs
from hookscope.records.model import Code, LookUpFailed, Profile
from hookscope.records.profiles import is_loopback, origin, token_origins

if TYPE_CHECKING:
    import ssl
    from http.cookiejar import CookieJar

    import httpx

JSON = "application/json"
CONNECT_S = 10.0
TOTAL_S = 15.0
CONNECTIONS = 10

_EXTENSION = "hookscope"  # under which a request carries its token until it is known where it goes


class PlatformClient:
    """Asks the hosts of one profile; used on one event loop only. ``context`` says whose certificates are trusted."""

    def __init__(
        self,
        profile: Profile,
        context: ssl.SSLContext | None = None,
        *,
        connect_s: float = CONNECT_S,
        total_s: float = TOTAL_S,
    ) -> None:
        self._profile = profile
        self._context = context
        self._connect_s = connect_s
        self._total_s = total_s
        self._trusted = token_origins(profile)
        self._client: httpx.AsyncClient | None = None
        self._opening: Runs[str, httpx.AsyncClient] = Runs("open the client")

    async def get(self, url: str, token: str, accept: str) -> Answer:
        """Ask one of the profile's APIs, with the token; raises ``LookUpFailed`` when no answer comes."""
        return await self._ask("GET", url, headers={"Accept": accept}, extensions={_EXTENSION: token})

    async def post_form(self, url: str, fields: Mapping[str, str]) -> Answer:
        """Send a form, without a token; raises ``LookUpFailed`` when no answer comes."""
        return await self._ask("POST", url, headers={"Accept": JSON}, data=fields)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._opening.aclose()
        if self._client:
            await self._client.aclose()

    async def _ask(self, method: str, url: str, **parts: Any) -> Answer:
        import asyncio

        client = self._client or await self._opening.join("", self._open)

        import httpx

        try:
            request = client.build_request(method, url, **parts)
            async with asyncio.timeout(self._total_s):
                return await _exchange(client, request)
        except (TimeoutError, httpx.TimeoutException) as error:
            failed = failures.timed_out(self._connect_s if isinstance(error, httpx.ConnectTimeout) else self._total_s)
        except (httpx.HTTPError, OSError) as error:
            failed = failures.unreachable(host_of(url), error)
        except httpx.InvalidURL:
            failed = LookUpFailed(Code.PLATFORM, "The platform gave an address that cannot be asked.")
        raise failed  # outside, so that it does not carry a request with its token along

    async def _open(self) -> httpx.AsyncClient:
        """Load httpx and make its client, in another thread: that takes long enough to be felt in a window."""
        import asyncio

        context = await asyncio.get_running_loop().run_in_executor(None, _prepared, self._context)
        try:
            self._client = self._made(context)
        except (ImportError, ValueError):  # a kind of proxy that httpx does not know, or an address that is none
            sentence = "The proxy that is set for this computer cannot be used. Set HTTPS_PROXY to an http address."
            raise LookUpFailed(Code.NETWORK, sentence) from None
        return self._client

    def _made(self, context: ssl.SSLContext) -> httpx.AsyncClient:
        import httpx

        is_here = any(map(is_loopback, _addresses(self._profile)))  # no proxy reads what stays on this computer
        return httpx.AsyncClient(
            http2=True,
            verify=context,
            trust_env=not is_here,
            follow_redirects=False,
            timeout=httpx.Timeout(self._total_s, connect=self._connect_s),
            limits=httpx.Limits(max_connections=CONNECTIONS, keepalive_expiry=30.0),
            headers={"User-Agent": f"hookscope/{__version__}", "Accept-Encoding": "gzip"},
            cookies=_no_cookies(),
            event_hooks={"request": [self._authorize], "response": [_refuse_redirect]},
        )

    async def _authorize(self, request: httpx.Request) -> None:
        """Give the token to a request, if it goes to one of the profile's APIs: the last step before it is sent."""
        request.headers.pop("Authorization", None)
        token = request.extensions.get(_EXTENSION, "")
        if token and origin(f"{request.url.scheme}://{request.url.netloc.decode('ascii')}") in self._trusted:
            request.headers["Authorization"] = f"Bearer {token}"


async def _exchange(client: httpx.AsyncClient, request: httpx.Request) -> Answer:
    response = await client.send(request, stream=True)
    try:
        unpacker = Unpacker(response.headers.get("Content-Encoding", ""))
        await _read(response, unpacker)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, unpacker.body())
    except TooLarge:
        raise failures.too_large(LARGEST) from None
    except BadPacking:
        raise failures.badly_packed(response.status_code) from None
    finally:
        await response.aclose()


async def _read(response: httpx.Response, unpacker: Unpacker) -> None:
    """Feed the whole body.

    What is not read to its end is cancelled where it waits: a generator that is left behind is finished by the loops
    of asyncio, but not by that of the window.
    """
    import asyncio

    failed: Exception | None = None
    try:
        async with asyncio.timeout(None) as reading:
            async for data in response.aiter_raw():
                if failed is None and (failed := _fault_of(unpacker, data)):
                    reading.reschedule(0.0)
    except TimeoutError:
        if failed is None:
            raise
    if failed:
        raise failed


def _fault_of(unpacker: Unpacker, data: bytes) -> Exception | None:
    try:
        unpacker.feed(data)
    except (TooLarge, BadPacking) as error:
        return error
    return None


async def _refuse_redirect(response: httpx.Response) -> None:
    if response.is_redirect and "Location" in response.headers:
        token = response.request.extensions.get(_EXTENSION, "")
        raise failures.redirected(response.status_code, response.headers["Location"], token)


def host_of(url: str) -> str:
    """The host of an address, to be named in a sentence."""
    return urlsplit(url).hostname or "The platform"


def _prepared(context: ssl.SSLContext | None) -> ssl.SSLContext:
    """Everything that takes long: the packages, and whose certificates are trusted."""
    import ssl

    import certifi

    for package in ("h2.connection", "httpx", "jwt"):
        import_module(package)
    if context is None:
        context = ssl.create_default_context()  # the system's, and those of SSL_CERT_FILE
        context.load_verify_locations(certifi.where())  # for systems that have none where OpenSSL looks
    return context


def _addresses(profile: Profile) -> tuple[str, ...]:
    return (*profile.apis.values(), *profile.token_uris, profile.user_info)


def _no_cookies() -> CookieJar:
    """A jar that keeps nothing."""
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))
