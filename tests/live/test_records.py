"""The key and the tokens stand nowhere but in the keyring, and go to no host but the profile's own.

A session looks records up with a real keyring and a stand-in of the platform, meets failures of every kind, and logs as
much as can be logged; the commands do the same as processes. Then everything that was written or said is searched.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from keyring.backends.SecretService import Keyring as SecretServiceKeyring

from helpers.core import TIMEOUT_S
from helpers.keyrings import PrivateKeyring, chosen, private_keyring
from helpers.platform_api import SCOPES, Fault, PlatformApi, platform
from helpers.processes import LONGEST_S, environment
from helpers.raw_client import RawClient, request
from helpers.secrets_in import texts_of
from hookscope.program import Program
from hookscope.records.key_file import KeyFileError, read_key, read_token
from hookscope.records.model import Code, Credential, LookUp, LookUpFailed
from hookscope.records.reading import as_curl, links, shown_fields, title
from hookscope.secret_store import TALKATIVE

pytestmark = pytest.mark.needs("gnome-keyring", "dbus-daemon")

ACCOUNT = "AG-K4M8ZT2WQX"
ORDER = f"{ACCOUNT}:ORD-T3XW9N5JHC"
USER = "U-a6d23f70-fd09-43d2-91d2-a12c032caaa1"
IDS = (ORDER, ACCOUNT, USER)
EVERYTHING = 1
"""The level at which nothing that is logged is left out."""
LOUD = f"""
import logging, sys
logging.basicConfig(level={EVERYTHING})
from hookscope.cli import main
sys.exit(main(sys.argv[1:]))
"""
BODY = json.dumps({"accountId": ACCOUNT, "orderId": ORDER, "userId": USER, "name": "{{ businessName }}"}).encode()

# What each kind of answer comes to; those without a code are no failure.
ANSWERS = {
    Fault.REDIRECT: Code.REDIRECT,
    Fault.NOT_JSON: Code.NOT_JSON,
    Fault.NOT_TEXT: Code.NOT_JSON,
    Fault.HUGE: Code.TOO_LARGE,
    Fault.BOMB: Code.TOO_LARGE,
    Fault.BAD_GZIP: Code.NOT_JSON,
    Fault.BROKEN_OFF: Code.NETWORK,
    Fault.PROBLEM: Code.TOKEN_REFUSED,
    Fault.CRM_ERROR: Code.PLATFORM,
    Fault.ECHO: Code.PLATFORM,
    Fault.COOKIE: None,
    Fault.FOREIGN_LINKS: None,
}


@pytest.fixture(scope="module")
def keyring() -> Iterator[PrivateKeyring]:
    with private_keyring() as keyring:
        yield keyring


@pytest.fixture
def api() -> Iterator[PlatformApi]:
    with platform() as api:
        yield api


@pytest.fixture
def in_keyring(keyring: PrivateKeyring, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateKeyring]:
    """The real keyring, for this process, too."""
    for name, value in keyring.environment.items():
        monkeypatch.setenv(name, value)
    with chosen(SecretServiceKeyring()):  # type: ignore[no-untyped-call]
        yield keyring


@dataclass
class Session:
    """A user at work: everything that is said or shown is kept, to be searched for secrets."""

    api: PlatformApi
    program: Program
    said: list[str] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    """All tokens that the stand-in ever accepted, and those that were only tried."""

    def run(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run coroutines as the window does."""

        async def run() -> None:
            try:
                await work()
            finally:
                await self.program.records.aclose()

        asyncio.run(run())

    def keep(self, credential: Credential) -> None:
        """Put a credential into the keyring, in place of the one before."""
        self.said.append(repr(credential))
        self.program.records.save_credential("custom", credential).result(TIMEOUT_S)

    def look_up(self, id: str = ORDER) -> LookUp:
        return self.program.records.catalogue.look_ups(id)[0]

    async def fetch(self, id: str = ORDER) -> Code | None:
        """Fetch a record anew and show it; why it came to nothing, if it did."""
        look_up, look_ups = self.look_up(id), self.program.records.look_ups
        self.given |= self.api.grants.keys()
        try:
            record = await look_ups.fetch(look_up, again=True, waiting=lambda seconds: None)
        except LookUpFailed as failed:
            self.said.append(texts_of(failed))
            kept = look_ups.failure(look_up)
            assert kept is not None
            self.said.append(texts_of(kept))
            return failed.code
        finally:
            self.given |= self.api.grants.keys()
        catalogue, profile = self.program.records.catalogue, self.program.records.profile
        self.said += [repr(record), title(look_up, catalogue), as_curl(look_up, profile)]
        self.said.append(repr(shown_fields(catalogue.fields_of(look_up), record.document)))
        self.said.append(repr(look_ups.granted()))
        for link in links(record, catalogue, profile):
            self.said.append(repr(link))
            if link.look_up is not None:
                await self._follow(link.look_up)
        return None

    async def _follow(self, look_up: LookUp) -> None:
        try:
            await self.program.records.look_ups.fetch(look_up)
        except LookUpFailed as failed:
            self.said.append(texts_of(failed))

    async def test(self) -> Code | None:
        """Test the credential; why that came to nothing, if it did."""
        try:
            self.said.append(repr(await self.program.records.look_ups.test()))
        except LookUpFailed as failed:
            self.said.append(texts_of(failed))
            return failed.code
        return None

    def secrets(self) -> list[str]:
        """Everything that must not be found: each line of the key, the assertions, and the tokens."""
        pem = json.loads(self.api.key_text())["private_key"]
        lines = [line for line in pem.splitlines() if not line.startswith("-----")]
        assertions = [seen.body.decode().partition("assertion=")[2] for seen in self.api.tokens_asked()]
        whole = [*lines, *assertions, *self.given]
        parts = [token.rpartition(".")[2] for token in (*assertions, *self.given)]
        return [secret for secret in (*whole, *parts) if len(secret) > 15]


@pytest.fixture
def session(
    in_keyring: PrivateKeyring,
    api: PlatformApi,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> Iterator[Session]:
    monkeypatch.setenv("SSL_CERT_FILE", str(api.authority_path))
    for name in TALKATIVE:
        caplog.set_level(logging.NOTSET, name)  # as if nobody had kept it quiet so far
    caplog.set_level(EVERYTHING)
    program = Program(tmp_path / "data")
    yield Session(api, program)
    program.close()


@contextmanager
def no_tls() -> Iterator[str]:
    """The address of something that answers a TLS greeting with plain text."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with server.accept()[0] as connection:
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 400 This is not TLS\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{server.getsockname()[1]}"


# --- what a session does ---------------------------------------------------------------------------------------------


def capture(session: Session) -> None:
    """Take a request whose ids are those that are looked up."""
    port = session.program.listen(0).result(TIMEOUT_S).port
    with RawClient(port, request(target="/order-created", body=BODY)) as client:
        assert client.reply().status == 200


async def with_a_key(session: Session) -> None:
    """Import a key, test it, look records up, and meet everything that can go wrong."""
    api, key = session.api, session.api.key_text()
    for damaged in (key[:-40], key.replace("RSA PRIVATE", "EC PRIVATE"), key.replace("service_account", "user")):
        with pytest.raises(KeyFileError) as caught:
            read_key(damaged, session.program.records.profile)
        session.said.append(texts_of(caught.value))
    session.keep(read_key(key, session.program.records.profile))
    assert await session.test() is None
    assert [await session.fetch(id) for id in IDS] == [None, None, None]
    for fault, code in ANSWERS.items():
        api.faults[""] = fault
        assert await session.fetch() == code, fault
    api.faults.clear()
    api.missing.add(ORDER)
    assert await session.fetch() == Code.NOT_FOUND
    api.missing.clear()
    api.refuse(1, retry_after="1000")
    assert await session.fetch() == Code.RATE_LIMITED
    session.keep(read_key(key, session.program.records.profile))  # forgets to wait
    api.revoke()
    assert await session.fetch() is None
    await at_the_token_address(session)


async def at_the_token_address(session: Session) -> None:
    """What can go wrong with a new token."""
    for fault in (Fault.ECHO, Fault.REDIRECT, Fault.NOT_JSON, Fault.BROKEN_OFF, Fault.SERVER_ERROR):
        session.keep(read_key(session.api.key_text(), session.program.records.profile))
        session.api.faults["/oauth2/token"] = fault
        assert await session.fetch() in {Code.KEY_REFUSED, Code.REDIRECT, Code.NOT_JSON, Code.NETWORK, Code.PLATFORM}
        assert await session.test() is not None
    session.api.faults.clear()
    session.api.allowed = frozenset({"profile"})
    session.keep(read_key(session.api.key_text(), session.program.records.profile))
    assert await session.fetch() in {Code.KEY_REFUSED, Code.FORBIDDEN}


async def with_a_token(session: Session) -> None:
    """Paste a token that lacks scopes, is good, and is no longer accepted."""
    api = session.api
    for token, code in ((api.new_token("profile"), Code.FORBIDDEN), (api.new_token("order"), None)):
        session.keep(read_token(token))
        assert await session.fetch() == code
    api.faults[""] = Fault.REDIRECT
    assert await session.fetch() == Code.REDIRECT
    api.faults.clear()
    api.revoke()
    assert await session.fetch() == Code.TOKEN_REFUSED
    session.given.add("not-a-token-of-anybody")
    session.keep(read_token("not-a-token-of-anybody"))
    assert await session.fetch() == Code.TOKEN_REFUSED


async def without_trust(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Meet hosts that are not what they should be before anything is sent to them."""
    monkeypatch.delenv("SSL_CERT_FILE")
    before, token = len(session.api.requests), session.api.new_token()
    session.given.add(token)
    session.keep(read_token(token))
    assert await session.fetch() == Code.NETWORK
    with no_tls() as address:
        session.program.records.use_profile("custom", address)
        session.keep(read_token(token))
        assert await session.fetch() == Code.NETWORK
        session.program.records.forget_credential("custom").result(TIMEOUT_S)
    assert len(session.api.requests) == before


def by_commands(session: Session, keyring: PrivateKeyring, folder: Path) -> None:
    """Do with commands what they can do, with the credential of the keyring and with one of a file."""
    session.given.add(token := session.api.new_token())
    file = folder.parent / "given" / "token"
    file.parent.mkdir(exist_ok=True)
    file.write_text(token, "utf-8")
    with_file = ("--api-base", session.api.base, "--token-file", str(file))
    ours = keyring.environment | {"SSL_CERT_FILE": str(session.api.authority_path)}
    lines: tuple[tuple[str, ...], ...] = (
        ("record", ORDER),
        ("record", USER, "--format", "json"),
        ("record", ORDER, *with_file),
        ("record", ORDER, "--api-base", f"{session.api.base}?x", "--token-file", str(file)),
        ("record", ORDER, "--api-base", "https://127.0.0.1:1", "--token-file", str(file)),
        ("deliveries", "list", "--format", "json"),
        ("deliveries", "show", "1"),
        ("deliveries", "show", "1", "--format", "json"),
        ("endpoints", "export", str(folder.parent / "workspace.toml")),
        ("secret", "set", "@records/custom"),
    )
    for line in lines:
        session.said += loud(folder, line, ours)
    session.api.faults[""] = Fault.ECHO
    for line in (lines[0], lines[2]):
        session.said += loud(folder, line, ours)
    session.api.faults.clear()


def loud(folder: Path, arguments: tuple[str, ...], ours: dict[str, str]) -> list[str]:
    """What a command says when it logs all it can."""
    line = [sys.executable, "-c", LOUD, *arguments, "--data-dir", str(folder)]
    settings = environment(ours | {"PYTHONASYNCIODEBUG": "1"})
    done = subprocess.run(line, env=settings, input=b"x", capture_output=True, timeout=LONGEST_S, check=False)
    said = [done.stdout.decode(), done.stderr.decode()]
    assert "Traceback" not in said[1], said[1]
    return [*said, *arguments]


# --- the proof -------------------------------------------------------------------------------------------------------


def test_key_and_tokens_stand_nowhere_but_in_the_keyring_and_go_nowhere_else(
    session: Session,
    in_keyring: PrivateKeyring,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program, api = session.program, session.api
    capture(session)
    program.records.use_profile("custom", api.base)
    session.run(lambda: with_a_key(session))
    api.allowed = SCOPES
    session.run(lambda: with_a_token(session))
    session.keep(read_key(api.key_text(), program.records.profile))
    by_commands(session, in_keyring, program.data_dir)
    session.said += [
        program.export_workspace(),
        repr(program.settings),
        repr(program.records.profile),
        *program.notices,
    ]
    session.run(lambda: without_trust(session, monkeypatch))
    program.close()
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.parent.name != "given"}
    assert {"hookscope.db", "settings.json", "workspace.toml"} <= {path.name for path in files}
    said = "\n".join([*session.said, caplog.text])
    secrets = session.secrets()
    assert len(secrets) > 60
    for secret in secrets:
        assert secret not in said
        assert not [path for path, data in files.items() if secret.encode() in data]
    check_where_tokens_went(session)


def check_where_tokens_went(session: Session) -> None:
    """No request to another host, and on the profile's own no token but in the header that is for it."""
    api = session.api
    assert api.seen_by("elsewhere") == []
    assert len(api.requests) > 50
    for seen in api.requests:
        others = [value for name, value in seen.headers if name.lower() != "authorization"]
        rest = "\n".join([seen.target, *others])
        assert not [secret for secret in session.given if secret in rest]
        if seen.path == "/oauth2/token":
            assert seen.header("Authorization") == ""
        else:
            word, _, token = seen.header("Authorization").partition(" ")
            assert (word, token in session.given, seen.body) == ("Bearer", True, b"")
    key = json.loads(api.key_text())["private_key"]
    assert not [seen for seen in api.requests if any(line in repr(seen) for line in key.splitlines()[1:-1])]


def test_this_search_finds_what_is_in_the_keyring(session: Session, in_keyring: PrivateKeyring) -> None:
    """Or the proof would prove nothing."""
    session.program.records.use_profile("custom", session.api.base)
    session.keep(read_key(session.api.key_text(), session.program.records.profile))
    name = f"@records/custom {session.api.url}"
    assert name in in_keyring.names()
    read = f"(keyring.get_password('hookscope', name) for name in {in_keyring.names()})"
    line = [sys.executable, "-c", f"import keyring; print(*{read}, sep='')"]
    said = subprocess.run(line, env=environment(in_keyring.environment), capture_output=True, text=True, check=True)
    kept = said.stdout.replace("\\n", "")
    assert all(secret in kept for secret in session.secrets())


def test_logging_is_as_verbose_as_it_gets(session: Session, caplog: pytest.LogCaptureFixture) -> None:
    """Or the search of the log would prove nothing."""
    session.program.records.use_profile("custom", session.api.base)
    session.keep(read_token(session.api.new_token()))

    async def work() -> None:
        assert await session.fetch() is None

    session.run(work)
    assert any(each.levelno < logging.INFO for each in caplog.records)
    assert [each for each in caplog.records if each.name == "httpx"]
