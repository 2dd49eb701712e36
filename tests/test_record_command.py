"""``hookscope record``: the record behind an id, from a stand-in of the platform; exit code 0 only when it is there."""

from __future__ import annotations

import json
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from helpers.core import eventually
from helpers.keyrings import MemoryKeyring, absent, chosen
from helpers.platform_api import Fault, PlatformApi, platform
from helpers.processes import Child, command
from hookscope import settings
from hookscope.cli import main
from hookscope.records.model import Code
from hookscope.settings import Settings

ACCOUNT = "AG-K4M8ZT2WQX"
ORDER = f"{ACCOUNT}:ORD-T3XW9N5JHC"
EXAMPLE = "AG-1234567:ORD-1234567"
OWN_TYPE = """
title = "Parcel"
pattern = 'PCL-[0-9]{4}'
path = "/orders/{id}"
scopes = ["order"]
"""


class Said(NamedTuple):
    """What a command said and its exit code."""

    code: int
    out: str
    err: str

    def table(self) -> dict[str, Any]:
        """The one object that was printed."""
        (line,) = self.out.splitlines()
        table: dict[str, Any] = json.loads(line)
        return table


@dataclass
class Desk:
    """Types commands that ask the stand-in, over a data folder and a keyring of their own."""

    api: PlatformApi
    keyring: MemoryKeyring
    folder: Path
    capsys: pytest.CaptureFixture[str]

    def record(self, *arguments: str) -> Said:
        """Run ``record`` to its end."""
        code = main(["record", *arguments, "--data-dir", str(self.folder)])
        return Said(code, *self.capsys.readouterr())

    def ask(self, *arguments: str) -> Said:
        """Run it against the stand-in with a good token, for JSON."""
        return self.record(*arguments, *self.at_base(self.api.new_token()), "--format", "json")

    def at_base(self, token: str | bytes, name: str = "token") -> tuple[str, ...]:
        """The arguments for the stand-in as another base address, with this token in a file."""
        path = self.folder.parent / name
        path.write_bytes(token.encode() if isinstance(token, str) else token)
        return "--api-base", self.api.base, "--token-file", str(path)

    def keep(self, text: str, name: str = "custom") -> None:
        """Put a credential into the keyring as the window does."""
        where = f"{name} {self.api.url}" if name == "custom" else name
        self.keyring.items["hookscope", f"@records/{where}"] = text

    def choose(self, profile: str, base: str = "") -> None:
        """Choose a profile in the settings as the window does."""
        self.folder.mkdir(exist_ok=True)
        settings.save(self.folder, Settings(records_profile=profile, records_base=base))

    def tokens_seen(self) -> set[str]:
        """What stood in a header ``Authorization`` of any request to any host."""
        return {seen.header("Authorization") for seen in self.api.requests} - {""}


@pytest.fixture(scope="module")
def running() -> Iterator[PlatformApi]:
    with platform() as api:
        yield api


@pytest.fixture
def api(running: PlatformApi) -> PlatformApi:
    """The stand-in as if it had just been started."""
    fresh = PlatformApi(running.authority_path, running.context)
    for name in ("requests", "problems", "faults", "missing", "grants", "refusals", "times"):
        getattr(running, name).clear()
    running.allowed, running.limits = fresh.allowed, fresh.limits
    fresh.loop.close()
    return running


@pytest.fixture
def desk(
    api: PlatformApi, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    monkeypatch.setenv("SSL_CERT_FILE", str(api.authority_path))
    with chosen() as memory:
        yield Desk(api, memory, tmp_path / "data", capsys)


class Proxy(NamedTuple):
    """A proxy that connects nobody, and what it was asked."""

    url: str
    asked: list[bytes]


@contextmanager
def refusing_proxy() -> Iterator[Proxy]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        asked: list[bytes] = []

        def refuse() -> None:
            with server.accept()[0] as connection:
                asked.append(connection.recv(65_536))
                connection.sendall(b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=refuse)
        thread.start()
        yield Proxy(f"http://127.0.0.1:{server.getsockname()[1]}", asked)
        thread.join()


# --- what is printed -------------------------------------------------------------------------------------------------


def test_a_record_as_json(desk: Desk) -> None:
    said = desk.ask(ORDER)
    assert (said.code, said.err) == (0, "")
    table = said.table()
    assert list(table) == ["id", "type", "url", "status", "record"]
    assert (table["id"], table["type"], table["status"]) == (ORDER, "order", 200)
    assert table["url"] == f"{desk.api.base}/orders/{ORDER}"
    assert table["record"]["data"]["attributes"]["statusCode"] == "draft"


def test_a_record_for_people(desk: Desk) -> None:
    said = desk.record(ORDER, *desk.at_base(desk.api.new_token()))
    assert (said.code, said.err) == (0, "")
    head, fields, *whole = said.out.split("\n\n")
    assert head.splitlines() == ["Order ORD-T3XW9N5JHC", f"{desk.api.base}/orders/{ORDER}"]
    assert any(line.startswith("Status ") and "raft" in line for line in fields.splitlines())
    assert json.loads("\n\n".join(whole))["data"]["id"] == ORDER


def test_an_example_needs_neither_credential_nor_network(desk: Desk) -> None:
    with chosen(absent()):
        said = desk.record(EXAMPLE, "--profile", "production", "--format", "json")
        text = desk.record(EXAMPLE)
    assert (said.code, said.err) == (0, "")
    assert said.table()["example"] is True
    assert (text.code, text.out.splitlines()[1]) == (0, "Example record. Not from your account.")
    assert desk.api.requests == []


def test_another_base_address_gets_the_ids_of_the_documentation_too(desk: Desk) -> None:
    assert "example" not in desk.ask(EXAMPLE).table()
    assert len(desk.api.requests) == 1


@pytest.mark.parametrize(("type", "path"), [("account", "salesAccounts"), ("location", "businessLocations")])
def test_an_id_with_several_types(desk: Desk, type: str, path: str) -> None:
    table = desk.ask(ACCOUNT, "--type", type).table()
    assert (table["type"], table["url"]) == (type, f"{desk.api.base}/{path}/{ACCOUNT}")


def test_of_several_types_the_first(desk: Desk) -> None:
    assert desk.ask(ACCOUNT).table()["type"] == "account"


def test_an_own_type(desk: Desk) -> None:
    (desk.folder / "records").mkdir(parents=True)
    (desk.folder / "records" / "parcel.toml").write_text(OWN_TYPE, "utf-8")
    (desk.folder / "records" / "broken.toml").write_text("title = 1", "utf-8")
    desk.api.missing.add("PCL-1234")
    said = desk.ask("PCL-1234")
    assert (said.code, said.table()["error"]["code"]) == (1, Code.NOT_FOUND)
    assert said.err.startswith("broken.toml: ")
    assert [seen.path for seen in desk.api.requests] == ["/platform/orders/PCL-1234"]


def test_nothing_that_a_terminal_obeys(desk: Desk) -> None:
    hostile = "\x1b]0;owned\x07\x9b31m\u202e"
    said = desk.record(hostile, *desk.at_base(desk.api.new_token()))
    said_json = desk.ask(hostile)
    unknown = desk.record(ORDER, "--profile", hostile)
    for text in (*said[1:], *said_json[1:], *unknown[1:]):
        assert not {char for char in text if not char.isprintable() and char != "\n"}
    assert (said.code, said_json.code, unknown.code) == (2, 2, 2)


# --- the answer is no, or nobody can be asked ------------------------------------------------------------------------


def test_there_is_no_such_record(desk: Desk) -> None:
    desk.api.missing.add(ORDER)
    said = desk.ask(ORDER)
    message = "There is no order ORD-T3XW9N5JHC for this credential."
    assert (said.code, said.err) == (1, "")
    assert said.table() == {"id": ORDER, "error": {"code": "not_found", "message": message}}
    text = desk.record(ORDER, *desk.at_base(desk.api.new_token()))
    assert (text.code, text.out) == (1, "")
    assert text.err.splitlines()[0] == message
    assert text.err.splitlines()[1].startswith("The platform says: ")


def test_it_is_not_permitted(desk: Desk) -> None:
    said = desk.record(ORDER, *desk.at_base(desk.api.new_token("sales.account")), "--format", "json")
    error = said.table()["error"]
    assert (said.code, error["code"]) == (1, "forbidden")
    assert "`order`" in error["message"]
    assert "`sales.account`" in error["message"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.REDIRECT, "redirect"),
        (Fault.NOT_JSON, "not_json"),
        (Fault.SERVER_ERROR, "platform"),
        (Fault.HUGE, "too_large"),
        (Fault.PROBLEM, "token_refused"),
    ],
)
def test_an_answer_without_a_record(desk: Desk, fault: Fault, code: str) -> None:
    desk.api.faults[""] = fault
    said = desk.ask(ORDER)
    assert (said.code, said.table()["error"]["code"]) == (1, code)
    assert desk.api.seen_by("elsewhere") == []


def test_a_wait_is_told(desk: Desk) -> None:
    desk.api.refuse(1, retry_after="2")
    said = desk.ask(ORDER)
    assert (said.code, said.err) == (0, "Too many requests. Trying again in 2 s.\n")
    assert said.table()["id"] == ORDER


def test_a_connection_that_breaks_off(desk: Desk) -> None:
    desk.api.faults[""] = Fault.BROKEN_OFF
    said = desk.ask(ORDER)
    assert (said.code, said.table()["error"]["code"]) == (2, "network")


def test_a_certificate_that_nobody_vouches_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    said = desk.ask(ORDER)
    assert (said.code, said.table()["error"]["code"]) == (2, "network")
    assert "certificate" in said.table()["error"]["message"]
    assert desk.api.requests == []


def test_an_id_of_no_shape(desk: Desk) -> None:
    said = desk.ask("no id")
    assert (said.code, said.table()["error"]["code"]) == (2, "unknown_id")
    assert desk.api.requests == []


def test_an_id_without_a_record(desk: Desk) -> None:
    said = desk.ask("9YW9")
    message = "Nothing to look up for 9YW9. A partner id names your company. No record belongs to it."
    assert said.table()["error"] == {"code": "nothing_to_fetch", "message": message}
    assert (said.code, desk.api.requests) == (1, [])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--type", "parcel"), "There is no type parcel. Use one of "),
        (("--profile", "staging"), "There is no profile named staging. Use one of production, demo."),
        (("--profile", "custom"), "Enter the base address"),
        (("--api-base", "https://127.0.0.1:1"), "Another base address gets only a token of your own."),
    ],
)
def test_wrong_use(desk: Desk, arguments: tuple[str, ...], sentence: str) -> None:
    said = desk.record(ORDER, *arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(sentence)


@pytest.mark.parametrize(
    "base",
    ["", "http://example.com", "http://10.0.0.1/platform", "ftp://127.0.0.1", "https://user:word@127.0.0.1", "//x"],
)
def test_a_base_address_that_gets_no_token(desk: Desk, base: str) -> None:
    (desk.folder.parent / "token").write_text("a-token", "utf-8")
    said = desk.record(ORDER, "--api-base", base, "--token-file", str(desk.folder.parent / "token"))
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "a-token" not in said.err


def test_another_base_address_and_a_profile_exclude_each_other(desk: Desk) -> None:
    with pytest.raises(SystemExit) as ended:
        desk.record(ORDER, "--profile", "demo", "--api-base", desk.api.base)
    assert ended.value.code == 2


# --- the token -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_token_is_read_to_the_byte_but_for_one_line_ending(desk: Desk, ending: str) -> None:
    token = desk.api.new_token()
    assert desk.record(ORDER, *desk.at_base(token + ending)).code == 0
    assert desk.tokens_seen() == {f"Bearer {token}"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"seeded-token\n\n",
        b" seeded-token",
        b"Bearer seeded-token",
        b"seeded-token\r",
        b"seeded\ntoken",
        b"seeded-t\xc3\xb6ken",
        b"seeded-token\x00",
        b'{"private_key": "seeded-token"}',
        b"seeded-token" * 6_000,
    ],
)
def test_what_is_no_token_goes_nowhere_and_is_not_shown(desk: Desk, data: bytes) -> None:
    said = desk.record(ORDER, *desk.at_base(data))
    assert (said.code, said.out) == (2, "")
    assert str(desk.folder.parent / "token") in said.err
    assert "seeded" not in said.err
    assert desk.api.requests == []


def test_a_token_file_that_is_not_there(desk: Desk) -> None:
    path = desk.folder.parent / "no-such"
    said = desk.record(ORDER, "--api-base", desk.api.base, "--token-file", str(path))
    assert (said.code, said.err) == (2, f"{path} cannot be read (No such file or directory).\n")


def test_a_file_name_is_a_name_whatever_it_begins_with(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk.folder.parent)
    token = desk.api.new_token()
    (desk.folder.parent / "@token").write_text(token, "utf-8")
    said = desk.record(ORDER, "--api-base", desk.api.base, "--token-file", "@token")
    assert (said.code, desk.tokens_seen()) == (0, {f"Bearer {token}"})


def test_another_base_address_never_gets_the_credential_of_the_keyring(desk: Desk) -> None:
    given, kept, key = desk.api.new_token(), desk.api.new_token(), desk.api.key_text()
    desk.choose("custom", desk.api.base)
    for name, text in (("custom", kept), ("production", kept), ("demo", key)):
        desk.keep(text, name)
    assert desk.record(ORDER, *desk.at_base(given)).code == 0
    assert desk.record(ORDER, *desk.at_base("not-known-there")).code == 1
    assert desk.record(ORDER, "--api-base", desk.api.base).code == 2
    for fault in (Fault.REDIRECT, Fault.PROBLEM, Fault.ECHO):
        desk.api.faults[""] = fault
        assert desk.record(ORDER, *desk.at_base(given)).code == 1
    assert desk.tokens_seen() == {f"Bearer {given}", "Bearer not-known-there"}
    assert desk.api.tokens_asked() == []
    assert not [seen for seen in desk.api.requests if kept in repr(seen)]
    assert desk.api.seen_by("elsewhere") == []


def test_the_credential_of_the_keyring_is_that_of_the_profile_in_use(desk: Desk) -> None:
    desk.choose("custom", desk.api.base)
    token = desk.api.new_token()
    desk.keep(token)
    desk.keep("another-token", "production")
    assert desk.record(ORDER).code == 0
    assert desk.record(ORDER, "--profile", "custom").code == 0
    assert desk.tokens_seen() == {f"Bearer {token}"}


def test_a_key_of_the_keyring_gets_a_token_first(desk: Desk) -> None:
    desk.choose("custom", desk.api.base)
    desk.keep(desk.api.key_text())
    said = desk.record(ORDER, "--format", "json")
    assert (said.code, said.err) == (0, "")
    assert [seen.path for seen in desk.api.requests] == ["/oauth2/token", f"/platform/orders/{ORDER}"]
    assert desk.api.problems == []


def test_a_credential_for_another_base_address_stays_where_it_is(desk: Desk) -> None:
    desk.choose("custom", desk.api.base)
    desk.keyring.items["hookscope", "@records/custom https://elsewhere.example:443"] = desk.api.new_token()
    said = desk.record(ORDER, "--format", "json")
    assert (said.code, said.table()["error"]["code"]) == (2, "no_credential")
    assert desk.api.requests == []


@pytest.mark.parametrize("profile", ["production", "demo"])
def test_without_a_credential(desk: Desk, profile: str) -> None:
    said = desk.record(ORDER, "--profile", profile, "--format", "json")
    message = f"There is no credential for {profile.capitalize()} yet. Import a key file or paste an access token."
    assert (said.code, said.table()) == (2, {"id": ORDER, "error": {"code": "no_credential", "message": message}})
    hint = "Do that in the window, or name a file with an access token by --token-file."
    assert desk.record(ORDER, "--profile", profile).err.splitlines() == [message, hint]


def test_without_a_keyring(desk: Desk) -> None:
    with chosen(absent()):
        said = desk.record(ORDER, "--format", "json")
    assert (said.code, said.table()["error"]["code"]) == (2, "keyring")


def test_a_profile_of_the_platform_asks_its_own_host(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = desk.at_base("seeded-token")[2:]
    with refusing_proxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        said = desk.record(ORDER, "--profile", "demo", *arguments, "--format", "json")
    assert (said.code, said.table()["error"]["code"]) == (2, "network")
    (asked,) = proxy.asked
    assert asked.startswith(b"CONNECT demo.apigateway.co:443 HTTP/1.1\r\n")
    assert b"seeded" not in asked


def test_an_unreadable_file_of_settings_is_told(desk: Desk) -> None:
    desk.folder.mkdir()
    (desk.folder / "settings.json").write_text("{", "utf-8")
    said = desk.record(EXAMPLE)
    assert said.code == 0
    assert said.err.startswith("The settings could not be read")


# --- as a process ----------------------------------------------------------------------------------------------------


def test_it_can_be_cancelled(desk: Desk) -> None:
    desk.api.faults[""] = Fault.SLOW
    line = command(desk.folder, "record", ORDER, *desk.at_base(desk.api.new_token()))
    with Child(line, {"SSL_CERT_FILE": str(desk.api.authority_path), "PYTHONWARNINGS": "always"}) as child:
        eventually(lambda: desk.api.asked(ORDER))
        assert child.end(signal.SIGINT) == 2
        assert child.errors() == "Cancelled.\n"
        assert child.line() == ""
