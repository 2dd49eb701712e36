"""What records are looked up with: record types, the profile, its credential, and what is dropped with them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers.core import TIMEOUT_S, Watch, eventually
from helpers.keyrings import MemoryKeyring, absent, chosen
from helpers.platform_api import Fault, PlatformApi, platform
from helpers.processes import LONGEST_S, environment
from helpers.raw_client import RawClient, request
from hookscope import settings
from hookscope.deliveries import Row
from hookscope.program import Program
from hookscope.records.key_file import read_credential
from hookscope.records.model import AccessToken, Code, LookUpFailed, Record
from hookscope.records.profiles import BadBase
from hookscope.secret_store import BadSecret, KeyringAbsent
from hookscope.settings import Settings

ACCOUNT = "AG-K4M8ZT2WQX"
ORDER = f"{ACCOUNT}:ORD-T3XW9N5JHC"
EXAMPLE = "AG-1234567:ORD-1234567"
OWN_TYPE = """
title = "Parcel"
pattern = 'PCL-[0-9]{4}'
path = "/parcels/{id}"
scopes = ["order"]
"""
SLOW_TO_LOAD = ("httpx", "h2", "jwt", "cryptography", "hookscope.records.catalogue", "hookscope.records.look_ups")


@pytest.fixture(autouse=True)
def memory() -> Iterator[MemoryKeyring]:
    with chosen() as memory:
        yield memory


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def program(folder: Path) -> Iterator[Program]:
    running = Program(folder)
    yield running
    running.close()


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[PlatformApi]:
    with platform() as api:
        monkeypatch.setenv("SSL_CERT_FILE", str(api.authority_path))
        yield api


def with_own_type(folder: Path, text: str, name: str = "parcel.toml") -> None:
    (folder / "records").mkdir(exist_ok=True)
    (folder / "records" / name).write_text(text, "utf-8")


def captured(program: Program, data: bytes) -> Row:
    """The row of a request."""
    watch = Watch(program.store)
    port = program.listen(0).result(TIMEOUT_S).port
    with RawClient(port, data) as client:
        assert client.reply().status == 200
    (id,) = eventually(watch.settled)
    return next(row for changes in watch.changes for row in (*changes.new, *changes.changed) if row.id == id)


def json_request(body: bytes) -> bytes:
    return request(target="/order-created", body=body, headers=(("Content-Type", "application/json"),))


def look_up(program: Program, id: str = ORDER) -> Any:
    return program.records.catalogue.look_ups(id)[0]


# --- record types ----------------------------------------------------------------------------------------------------


def test_ids_and_the_first_finding_are_told_at_capture(program: Program) -> None:
    row = captured(program, json_request(b'{"orderId": "%s", "name": "{{ businessName }}"}' % ORDER.encode()))
    assert row.ids == (ORDER,)
    assert row.finding


def test_an_own_type_is_told_like_ours(folder: Path) -> None:
    with_own_type(folder, OWN_TYPE)
    program = Program(folder)
    try:
        assert program.notices == []
        assert captured(program, json_request(b'{"parcel": "PCL-1234"}')).ids == ("PCL-1234",)
        assert look_up(program, "PCL-1234").path == "/parcels/PCL-1234"
    finally:
        program.close()


def test_what_is_wrong_with_own_types_is_a_notice(folder: Path) -> None:
    with_own_type(folder, OWN_TYPE)
    with_own_type(folder, "title = 1", "broken.toml")
    program = Program(folder)
    try:
        (notice,) = program.notices
        assert notice.startswith("broken.toml: ")
        assert {"parcel", "order"} <= program.records.catalogue.types.keys()
    finally:
        program.close()


def test_the_window_need_not_wait_for_them(folder: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from hookscope.program import Program
program = Program(Path({str(folder)!r}))
print(*(name for name in {SLOW_TO_LOAD} if name in sys.modules))
program.listen(0).result({LONGEST_S})
assert "hookscope.records.catalogue" in sys.modules
program.close()
"""
    line = [sys.executable, "-c", code]
    said = subprocess.run(line, env=environment(), capture_output=True, text=True, timeout=LONGEST_S, check=True)
    assert said.stdout.strip() == ""


# --- the profile -----------------------------------------------------------------------------------------------------


def test_the_profile_is_kept(program: Program, folder: Path) -> None:
    assert program.records.profile.id == "production"
    program.records.use_profile("demo")
    assert (program.records.profile.id, settings.load(folder)[0].records_profile) == ("demo", "demo")
    program.records.use_profile("custom", " http://127.0.0.1:4010/platform/ ")
    program.records.use_profile("production")
    program.close()
    again = Program(folder)
    try:
        assert (again.records.profile.id, again.settings.records_base) == (
            "production",
            "http://127.0.0.1:4010/platform",
        )
        again.records.use_profile("custom", again.settings.records_base)
        assert again.records.profile.apis["platform"] == "http://127.0.0.1:4010/platform"
        assert again.notices == []
    finally:
        again.close()


@pytest.mark.parametrize(
    ("profile", "base", "sentence"),
    [
        ("staging", "", "There is no profile named staging. Use one of production, demo."),
        ("custom", "", "Enter the base address, such as https://api.example.com/platform."),
        ("custom", "http://example.com", "The token would go there unencrypted."),
    ],
)
def test_a_profile_that_cannot_be_used_is_a_notice(folder: Path, profile: str, base: str, sentence: str) -> None:
    settings.save(folder, Settings(records_profile=profile, records_base=base))
    program = Program(folder)
    try:
        assert program.records.profile.id == "production"
        (notice,) = program.notices
        assert notice.startswith(sentence)
        assert notice.endswith("Until you choose another profile, records are looked up in production.")
    finally:
        program.close()


def test_what_is_no_profile_changes_nothing(program: Program, folder: Path) -> None:
    told: list[bool] = []
    program.records.subscribe(lambda: told.append(True))
    before = program.records.look_ups
    with pytest.raises(BadBase):
        program.records.use_profile("custom", "http://example.com")
    with pytest.raises(ValueError, match="no profile named staging"):
        program.records.use_profile("staging")
    folder.rename(folder.with_name("away"))
    with pytest.raises(OSError, match="No such file"):
        program.records.use_profile("demo")
    folder.with_name("away").rename(folder)
    assert (program.records.profile.id, program.settings, told) == ("production", Settings(), [])
    assert program.records.look_ups is before


# --- look-ups --------------------------------------------------------------------------------------------------------


def test_an_example_needs_neither_credential_nor_network(program: Program) -> None:
    with chosen(absent()):
        record = asyncio.run(program.records.look_ups.fetch(look_up(program, EXAMPLE)))
    assert record.example


def test_without_a_credential(program: Program) -> None:
    with pytest.raises(LookUpFailed) as caught:
        asyncio.run(program.records.look_ups.fetch(look_up(program)))
    assert caught.value.code == Code.NO_CREDENTIAL


async def fetched(program: Program, id: str = ORDER) -> Record:
    return await program.records.look_ups.fetch(look_up(program, id))


def in_window(program: Program, work: Callable[[], Any]) -> Any:
    """Run coroutines as the window does, until the program has stopped."""

    async def run() -> Any:
        try:
            return await work()
        finally:
            await program.stop()

    return asyncio.run(run())


def saved(program: Program, credential: Any) -> asyncio.Future[None]:
    return asyncio.wrap_future(program.records.save_credential("custom", credential))


def test_a_record_with_a_key_of_the_keyring(program: Program, api: PlatformApi, memory: MemoryKeyring) -> None:
    program.records.use_profile("custom", api.base)

    async def work() -> None:
        await saved(program, read_credential(api.key_text()))
        assert (await fetched(program)).document["data"]["id"] == ORDER
        assert program.records.look_ups.kept(look_up(program)) is not None
        assert program.records.look_ups.granted()
        assert (await program.records.look_ups.test()).email

    in_window(program, work)
    assert api.problems == []
    assert len(api.tokens_asked()) == 1
    assert {name.partition("#")[0] for _, name in memory.items} == {f"@records/custom {api.url}"}


def test_a_new_credential_takes_the_place_of_token_and_records(program: Program, api: PlatformApi) -> None:
    told: list[bool] = []
    program.records.subscribe(lambda: told.append(True))
    program.records.use_profile("custom", api.base)
    first, second = api.new_token(), api.new_token()

    async def work() -> None:
        for token in (first, second):
            await saved(program, AccessToken(token))
            assert program.records.look_ups.kept(look_up(program)) is None
            await fetched(program)
        await asyncio.wrap_future(program.records.forget_credential("custom"))
        assert program.records.look_ups.kept(look_up(program)) is None
        with pytest.raises(LookUpFailed):
            await fetched(program)

    in_window(program, work)
    assert [seen.header("Authorization") for seen in api.requests] == [f"Bearer {first}", f"Bearer {second}"]
    assert len(told) == 4


def test_what_is_under_way_is_given_up_with_the_profile(program: Program, api: PlatformApi) -> None:
    program.records.use_profile("custom", api.base)
    api.faults[""] = Fault.SLOW

    async def work() -> None:
        await saved(program, AccessToken(api.new_token()))
        before, waiting = program.records.look_ups, asyncio.ensure_future(fetched(program))
        await asyncio.to_thread(lambda: eventually(lambda: api.asked(ORDER)))
        assert before.is_under_way(look_up(program))
        program.records.use_profile("demo")
        assert program.records.look_ups is not before
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert not before.is_under_way(look_up(program))

    in_window(program, work)


def test_what_is_under_way_at_the_end_is_given_up(program: Program, api: PlatformApi) -> None:
    program.records.use_profile("custom", api.base)
    api.faults[""] = Fault.STALLED

    async def work() -> asyncio.Future[Record]:
        await saved(program, AccessToken(api.new_token()))
        waiting = asyncio.ensure_future(fetched(program))
        await asyncio.to_thread(lambda: eventually(lambda: api.asked(ORDER)))
        return waiting

    assert in_window(program, work).cancelled()


def test_the_credential_of_a_base_address_never_goes_to_another(program: Program, api: PlatformApi) -> None:
    program.records.use_profile("custom", api.elsewhere)

    async def work() -> None:
        await saved(program, AccessToken("for-elsewhere-only"))
        program.records.use_profile("custom", api.base)
        with pytest.raises(LookUpFailed) as caught:
            await fetched(program)
        assert caught.value.code == Code.NO_CREDENTIAL

    in_window(program, work)
    assert api.requests == []


def test_a_credential_that_cannot_be_kept(program: Program) -> None:
    with chosen(absent()):
        with pytest.raises(KeyringAbsent):
            program.records.save_credential("production", AccessToken("a-token")).result(TIMEOUT_S)
        program.records.save_credential("production", AccessToken("a-token"), this_run=True).result(TIMEOUT_S)
        assert program.records.credentials.read("production").result(TIMEOUT_S) == AccessToken("a-token")
        program.records.forget_credential("production").result(TIMEOUT_S)
        with pytest.raises(KeyringAbsent):
            program.records.credentials.read("production").result(TIMEOUT_S)
    with pytest.raises(BadSecret):
        program.records.save_credential("production", AccessToken(""))


def test_nobody_is_told_after_the_end(program: Program) -> None:
    told: list[bool] = []
    program.records.subscribe(lambda: told.append(True))
    program.close()
    program.records._start_over()
    assert told == []


def test_settings_are_changed_beside_it(program: Program) -> None:
    program.records.use_profile("demo")
    program.change_settings(replace(program.settings, theme="dark"))
    assert (program.records.profile.id, program.settings.records_profile) == ("demo", "demo")
