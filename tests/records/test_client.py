"""Who gets the token and who does not, and what becomes of answers that are no good."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import h2.config
import h2.connection
import h2.events
import pytest

from helpers.platform_api import Fault, PlatformApi
from helpers.secrets_in import nothing_logged, texts_of
from helpers.waiting import until
from hookscope import __version__
from hookscope.records.answer import LARGEST, Answer
from hookscope.records.client import JSON, PlatformClient
from hookscope.records.model import JSON_API, Code, LookUpFailed, Profile
from hookscope.records.profiles import custom_profile

pytestmark = pytest.mark.anyio

ORDER = "/orders/AG-7PQTGLLXQQ:ORD-S548DKHMKX"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


@asynccontextmanager
async def client_of(api: PlatformApi, profile: Profile | None = None, **how: Any) -> AsyncIterator[PlatformClient]:
    client = PlatformClient(profile or api.profile, api.context, **how)
    try:
        yield client
    finally:
        await client.aclose()


async def order(client: PlatformClient, api: PlatformApi, token: str = "") -> Answer:
    return await client.get(f"{api.base}{ORDER}", token or api.new_token(), JSON_API)


async def failure(work: Coroutine[Any, Any, Answer]) -> LookUpFailed:
    with pytest.raises(LookUpFailed) as caught:
        await work
    return caught.value


# --- requests --------------------------------------------------------------------------------------------------------


async def test_a_request_has_these_headers_and_no_others(api: PlatformApi) -> None:
    token = api.new_token()
    async with client_of(api) as client:
        answer = await order(client, api, token)
    assert answer.status == 200
    (seen,) = api.requests
    assert dict(seen.headers) == {
        "Host": api.url.removeprefix("https://"),
        "Connection": "keep-alive",
        "User-Agent": f"hookscope/{__version__}",
        "Accept": "application/vnd.api+json",
        "Accept-Encoding": "gzip",
        "Authorization": f"Bearer {token}",
    }
    assert not api.problems


async def test_a_form_has_no_token(api: PlatformApi) -> None:
    async with client_of(api) as client:
        await client.post_form(api.token_uri, {"grant_type": "a b", "assertion": "x&y"})
    (seen,) = api.requests
    assert (seen.method, seen.body) == ("POST", b"grant_type=a+b&assertion=x%26y")
    assert seen.header("Content-Type") == "application/x-www-form-urlencoded"
    assert seen.header("Accept") == "application/json"
    assert not seen.header("Authorization")


async def test_no_cookie_is_kept(api: PlatformApi) -> None:
    api.faults[""] = Fault.COOKIE
    async with client_of(api) as client:
        answers = [await order(client, api) for _ in range(2)]
    assert all("session=kept" in answer.headers["set-cookie"] for answer in answers)
    assert not any(seen.header("Cookie") for seen in api.requests)


# --- where the token goes --------------------------------------------------------------------------------------------


async def test_no_other_host_gets_the_token(api: PlatformApi) -> None:
    token = api.new_token()
    same_server = api.base.replace("localhost", "127.0.0.1")
    async with client_of(api) as client:
        for url in (f"{api.elsewhere}/platform{ORDER}", api.elsewhere, f"{same_server}{ORDER}"):
            await client.get(url, token, JSON_API)
    assert len(api.seen_by("elsewhere")) == 2
    assert len(api.seen_by("platform")) == 1
    assert not any("authorization" in name.lower() for seen in api.requests for name, _ in seen.headers)
    assert token not in repr(api.requests)


async def test_the_token_goes_to_every_api_and_to_user_info_but_not_to_the_token_address(api: PlatformApi) -> None:
    token = api.new_token()
    apis = {"platform": api.base, "crm": f"{api.elsewhere}/org"}
    profile = Profile("custom", "Split", apis, (f"{api.elsewhere}/oauth2/token",), f"{api.url}/oauth2/user-info")
    async with client_of(api, profile) as client:
        for url in (f"{api.base}{ORDER}", f"{api.elsewhere}/org/x", f"{api.url}/oauth2/user-info"):
            await client.get(url, token, JSON)
    assert [seen.header("Authorization") for seen in api.requests] == [f"Bearer {token}"] * 3
    api.requests.clear()
    only_tokens = replace(profile, apis={"platform": api.base})
    async with client_of(api, only_tokens) as client:
        await client.get(only_tokens.token_uris[0], token, JSON)
    assert not api.requests[0].header("Authorization")


async def test_a_token_that_is_on_a_request_already_is_taken_off(api: PlatformApi) -> None:
    headers = {"Authorization": f"Bearer {api.new_token()}"}
    async with client_of(api) as client:
        await client._ask("GET", f"{api.elsewhere}/platform{ORDER}", headers=headers)
        await client._ask("GET", f"{api.base}{ORDER}", headers=headers)
    assert not any(seen.header("Authorization") for seen in api.requests)


async def test_a_redirect_is_not_followed(api: PlatformApi) -> None:
    api.faults[ORDER] = Fault.REDIRECT
    token = api.new_token()
    async with client_of(api) as client:
        failed = await failure(order(client, api, token))
    assert (failed.code, failed.status) == (Code.REDIRECT, 302)
    assert failed.detail == f"to {api.elsewhere}/platform{ORDER}"
    assert not api.seen_by("elsewhere")
    assert token not in texts_of(failed)


async def test_a_token_that_is_none_is_not_sent(api: PlatformApi) -> None:
    async with client_of(api) as client:
        answer = await client.get(f"{api.base}{ORDER}", "", JSON_API)
    assert answer.status == 401
    assert not api.requests[0].header("Authorization")


# --- answers that are no good ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [Fault.HUGE, Fault.BOMB])
async def test_an_answer_that_is_too_large(api: PlatformApi, fault: Fault) -> None:
    api.faults[""] = fault
    async with client_of(api) as client:
        failed = await failure(order(client, api))
    assert failed.code is Code.TOO_LARGE
    assert failed.sentence == f"The answer is larger than {LARGEST >> 20} MiB, so it was not read to its end."


@pytest.mark.parametrize("fault", [Fault.BAD_GZIP, Fault.BROTLI])
async def test_an_answer_that_cannot_be_unpacked(api: PlatformApi, fault: Fault) -> None:
    api.faults[""] = fault
    async with client_of(api) as client:
        failed = await failure(order(client, api))
    assert (failed.code, failed.status) == (Code.NOT_JSON, 200)
    assert failed.sentence.startswith("The answer is packed")


async def test_an_answer_that_breaks_off(api: PlatformApi) -> None:
    api.faults[""] = Fault.BROKEN_OFF
    token = api.new_token()
    async with client_of(api) as client:
        failed = await failure(order(client, api, token))
    assert failed.code is Code.NETWORK
    assert failed.sentence.startswith("The connection to localhost broke off")
    assert token not in texts_of(failed)


@pytest.mark.parametrize("fault", [Fault.SLOW, Fault.STALLED])
async def test_an_answer_that_does_not_come(api: PlatformApi, fault: Fault) -> None:
    api.faults[""] = fault
    token = api.new_token()
    async with client_of(api, total_s=0.5) as client:
        failed = await failure(order(client, api, token))
        assert (failed.code, failed.sentence) == (Code.TIMEOUT, "No answer for 0.5 s.")
        assert token not in texts_of(failed)
        del api.faults[""]
        assert (await order(client, api)).status == 200
    await until(lambda: not api.at_once)


async def test_a_request_that_is_given_up_ends_at_once(api: PlatformApi) -> None:
    api.faults[""] = Fault.SLOW
    async with client_of(api) as client:
        task = asyncio.create_task(order(client, api))
        await until(lambda: api.at_once)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: not api.at_once)


async def test_nobody_listens() -> None:
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
    client = PlatformClient(custom_profile(f"http://127.0.0.1:{port}"))
    failed = await failure(client.get(f"http://127.0.0.1:{port}/orders/1", "tok", JSON_API))
    await client.aclose()
    assert failed.code is Code.NETWORK
    assert failed.sentence == "127.0.0.1 does not accept connections. Check its address, or try again later."


@pytest.mark.parametrize(
    ("answer", "status"),
    [(b"SSH-2.0-OpenSSH_9.2\r\n", 0), (b"", 0), (b"HTTP/1.1 302 Found\r\nLocation: http://[\r\n\r\n", 302)],
)
async def test_a_host_that_does_not_speak_http(answer: bytes, status: int) -> None:
    async with served(answering(answer)) as port:
        client = PlatformClient(custom_profile(f"http://127.0.0.1:{port}"))
        failed = await failure(client.get(f"http://127.0.0.1:{port}/orders/1", "tok-17", JSON_API))
        await client.aclose()
    assert (failed.code, failed.status) == (Code.REDIRECT if status else Code.NETWORK, status)
    assert "tok-17" not in texts_of(failed)


async def test_an_address_that_cannot_be_asked(api: PlatformApi) -> None:
    async with client_of(api) as client:
        failed = await failure(client.get(f"{api.base}/a\x00b", "tok", JSON_API))
    assert failed.sentence == "The platform gave an address that cannot be asked."


# --- whom we trust ---------------------------------------------------------------------------------------------------


async def test_a_certificate_of_an_unknown_authority_is_refused(api: PlatformApi) -> None:
    client = PlatformClient(api.profile)
    failed = await failure(order(client, api))
    await client.aclose()
    assert failed.code is Code.NETWORK
    assert failed.sentence.startswith("The certificate of localhost is not trusted.")
    assert not api.requests


async def test_the_file_of_ssl_cert_file_is_trusted(api: PlatformApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(api.authority_path))
    client = PlatformClient(api.profile)
    assert (await order(client, api)).status == 200
    await client.aclose()


# --- proxies ---------------------------------------------------------------------------------------------------------

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


def answering(answer: bytes, got: list[bytes] | None = None) -> Serve:
    """Reads the head of one request and writes these bytes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if got is not None:
            got.append(head)
        writer.write(answer)
        writer.close()

    return serve


@asynccontextmanager
async def served(serve: Serve, **how: Any) -> AsyncIterator[int]:
    async with await asyncio.start_server(serve, "127.0.0.1", 0, **how) as server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture
async def proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[bytes]]:
    """A proxy that the environment names and that refuses everything; what it got."""
    got: list[bytes] = []
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    async with served(answering(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", got)) as port:
        for name in PROXIES:
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        yield got


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2"])
async def test_nothing_for_this_computer_goes_through_a_proxy(proxy: list[bytes], host: str) -> None:
    got: list[bytes] = []
    async with served(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", got)) as port:
        base = f"http://{host}:{port}"
        client = PlatformClient(custom_profile(base))
        if host == "127.0.0.2":
            await failure(client.get(f"{base}/orders/1", "tok-17", JSON_API))
        else:
            assert (await client.get(f"{base}/orders/1", "tok-17", JSON_API)).body == b"{}"
            assert b"authorization: bearer tok-17" in got[0].lower()
        await client.aclose()
    assert not proxy


async def test_a_proxy_for_another_host_sees_neither_token_nor_path(proxy: list[bytes]) -> None:
    client = PlatformClient(custom_profile("https://platform.example/api"))
    failed = await failure(client.get("https://platform.example/api/orders/1", "tok-17", JSON_API))
    await client.aclose()
    assert failed.sentence.startswith("The proxy of this computer does not connect to platform.example.")
    assert proxy[0].startswith(b"CONNECT platform.example:443 HTTP/1.1\r\n")
    assert b"tok-17" not in proxy[0]
    assert b"orders" not in proxy[0]
    assert "tok-17" not in texts_of(failed)


async def test_a_proxy_of_a_kind_that_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.setenv(name, "socks5://user:password@127.0.0.1:1")
    client = PlatformClient(custom_profile("https://platform.example/api"))
    failed = await failure(client.get("https://platform.example/api/orders/1", "tok-17", JSON_API))
    await client.aclose()
    assert failed.code is Code.NETWORK
    assert failed.sentence == (
        "The proxy that is set for this computer cannot be used. Set HTTPS_PROXY to an http address."
    )
    assert "password" not in texts_of(failed)


# --- HTTP/2, and what is logged --------------------------------------------------------------------------------------


async def speak_http2(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers each request with its headers, as lines."""
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
    connection.initiate_connection()
    writer.write(connection.data_to_send())
    while data := await reader.read(65_536):
        for event in connection.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                lines = "\n".join(f"{name!s}: {value!s}" for name, value in event.headers)
                connection.send_headers(event.stream_id, [(":status", "200"), ("x-from", "http2")])
                connection.send_data(event.stream_id, lines.encode(), end_stream=True)
        writer.write(connection.data_to_send())
    writer.close()


async def test_http2(api: PlatformApi, caplog: pytest.LogCaptureFixture) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(api.authority_path.with_name("server.pem"))
    server.set_alpn_protocols(["h2", "http/1.1"])
    async with served(speak_http2, ssl=server) as port:
        base = f"https://localhost:{port}"
        async with client_of(api, custom_profile(base)) as client:
            with nothing_logged(caplog, ["tok-17"]):
                answer = await client.get(f"{base}/orders/1", "tok-17", JSON_API)
    assert answer.headers["x-from"] == "http2"
    lines = answer.body.decode().splitlines()
    assert {"authorization: Bearer tok-17", "accept: application/vnd.api+json"} < set(lines)
    assert not any(line.startswith("cookie") for line in lines)


async def test_nothing_secret_is_logged(api: PlatformApi, caplog: pytest.LogCaptureFixture) -> None:
    token = api.new_token()
    with nothing_logged(caplog, [token, "assertion-17"]):
        async with client_of(api) as client:
            await order(client, api, token)
            await client.post_form(api.token_uri, {"grant_type": "x", "assertion": "assertion-17"})
            api.faults[""] = Fault.REDIRECT
            await failure(order(client, api, token))


def test_a_client_shows_nothing_when_it_is_printed(api: PlatformApi) -> None:
    assert "localhost" not in repr(PlatformClient(api.profile))
