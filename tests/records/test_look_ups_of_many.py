"""Many records: politely, a few at once, told and given up; and no secret anywhere."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from helpers.look_ups import MANY, Keyring, failure, look_ups, running
from helpers.platform_api import Fault, PlatformApi
from helpers.platform_keys import pem
from helpers.secrets_in import nothing_logged, texts_of
from helpers.waiting import until
from hookscope.records.key_file import read_key
from hookscope.records.look_ups import AT_ONCE
from hookscope.records.model import AccessToken, Code, Credential, LookUpFailed

pytestmark = pytest.mark.anyio

# --- many ------------------------------------------------------------------------------------------------------------


async def test_fifty_ids_keep_within_the_limit_and_tell_how_far_they_are(api: PlatformApi) -> None:
    api.limits = ((20, 1.0), (60, 60.0))
    told: list[tuple[int, int]] = []
    async with look_ups(api) as it:
        await it.fetch_all(MANY, lambda done, of: told.append((done, of)))
        assert all(it.kept(look_up) for look_up in MANY)
        assert told == [(number, 50) for number in range(1, 51)]
        told.clear()
        await it.fetch_all(MANY, lambda done, of: told.append((done, of)))
    assert told[-1] == (50, 50)
    assert not api.problems
    assert len(api.requests) == 51


async def test_a_few_are_fetched_at_once(api: PlatformApi) -> None:
    api.faults[""] = Fault.SLOW
    async with look_ups(api) as it:
        work = asyncio.create_task(it.fetch_all(MANY[:8], lambda *_: None))
        await until(lambda: api.at_once == AT_ONCE)
        assert sum(map(it.is_under_way, MANY)) == AT_ONCE
        api.release()
        await work
    assert api.most_at_once == AT_ONCE


async def test_many_can_be_given_up_at_once(api: PlatformApi) -> None:
    for look_up in MANY[3:]:
        api.faults[look_up.path] = Fault.SLOW
    told: list[int] = []
    async with look_ups(api) as it:
        work = asyncio.create_task(it.fetch_all(MANY, lambda done, _: told.append(done)))
        await until(lambda: api.at_once == AT_ONCE)
        work.cancel()
        begun = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert time.monotonic() - begun < 5
        assert not running()
        assert not any(map(it.is_under_way, MANY))
    assert told == [1, 2, 3]
    await until(lambda: not api.at_once)
    assert len(api.requests) == 1 + 3 + AT_ONCE


async def test_one_that_fails_does_not_stop_the_others(api: PlatformApi) -> None:
    api.missing |= {MANY[1].id, MANY[2].id}
    api.faults[MANY[3].path] = Fault.NOT_JSON
    told: list[int] = []
    async with look_ups(api) as it:
        await it.fetch_all(MANY[:6], lambda done, _: told.append(done))
        codes = [failed.code if (failed := it.failure(look_up)) else None for look_up in MANY[:6]]
    assert codes == [None, Code.NOT_FOUND, Code.NOT_FOUND, Code.NOT_JSON, None, None]
    assert told == [1, 2, 3, 4, 5, 6]


def no_credential(api: PlatformApi) -> Keyring:
    return Keyring(LookUpFailed(Code.NO_CREDENTIAL, "There is none."))


def unknown_key(api: PlatformApi) -> Credential:
    return replace(read_key(api.key_text(), api.profile), key_id="unknown")


def ended_token(api: PlatformApi) -> Credential:
    token = AccessToken(api.new_token())
    api.revoke()
    return token


@pytest.mark.parametrize("credential", [no_credential, unknown_key, ended_token])
async def test_a_credential_that_is_refused_ends_it(
    api: PlatformApi, credential: Callable[[PlatformApi], Credential | Keyring]
) -> None:
    async with look_ups(api, credential(api)) as it:
        failed = await failure(it.fetch_all(MANY, lambda *_: None))
        assert not running()
    assert failed.code in {Code.NO_CREDENTIAL, Code.KEY_REFUSED, Code.TOKEN_REFUSED}
    assert len(api.requests) <= AT_ONCE


async def test_those_under_way_are_given_up_when_the_credential_is_refused(api: PlatformApi) -> None:
    for look_up in MANY[:3]:
        api.faults[look_up.path] = Fault.SLOW
    api.faults[MANY[3].path] = Fault.PROBLEM
    async with look_ups(api, AccessToken(api.new_token())) as it:
        begun = time.monotonic()
        failed = await failure(it.fetch_all(MANY, lambda *_: None))
        assert time.monotonic() - begun < 10, "as long as a slow answer may take"
        assert not running()
    assert failed.code is Code.TOKEN_REFUSED


async def test_none_is_done_at_once(api: PlatformApi) -> None:
    async with look_ups(api) as it:
        await it.fetch_all([], lambda *_: pytest.fail("nothing to tell"))


# --- secrets ---------------------------------------------------------------------------------------------------------


async def test_no_secret_in_an_error_a_log_a_record_or_at_another_host(
    api: PlatformApi, caplog: pytest.LogCaptureFixture
) -> None:
    faults = [Fault.REDIRECT, Fault.ECHO, Fault.PROBLEM, Fault.BROKEN_OFF, Fault.BOMB, Fault.SERVER_ERROR, None]
    lines = pem().splitlines()[1:-1]
    shown = ""
    async with look_ups(api) as it:
        with nothing_logged(caplog, lines):
            for fault, look_up in zip(faults, MANY, strict=False):
                if fault:
                    api.faults[look_up.path] = fault
                    shown += texts_of(await failure(it.fetch(look_up)))
                else:
                    shown += repr(await it.fetch(look_up))
            shown += repr([it, it._source, it._client, await it.test(), it.granted()])
    tokens = [*api.grants, *(seen.body.decode().partition("assertion=")[2] for seen in api.tokens_asked())]
    assert len(tokens) >= 3
    logged = caplog.text
    for secret in (*lines, *tokens):
        assert secret not in shown
        assert secret not in logged
    assert not api.seen_by("elsewhere")
