"""A question with everything that belongs to it: a new token after a 401, waits after a 429, at most five tries."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from helpers.platform_api import Fault, PlatformApi
from helpers.secrets_in import texts_of
from helpers.waiting import until
from hookscope.records.asking import Asker, Question, Reply
from hookscope.records.client import PlatformClient
from hookscope.records.failures import subject_of
from hookscope.records.key_file import read_key
from hookscope.records.model import JSON_API, AccessToken, Code, Credential, LookUpFailed
from hookscope.records.pace import TRIES, Pace
from hookscope.records.tokens import TokenSource

pytestmark = pytest.mark.anyio

ORDER = "/orders/AG-7PQTGLLXQQ:ORD-S548DKHMKX"
SUBJECT = subject_of("Order", "ORD-S548DKHMKX", ("order:read", "order"))


class Bench:
    """Asks the stand-in for one order."""

    def __init__(self, api: PlatformApi, credential: Credential | None) -> None:
        self.client = PlatformClient(api.profile, api.context)
        self.pace = Pace()
        self.source = TokenSource(
            api.profile, credential or read_key(api.key_text(), api.profile), ("order:read", "profile"), self.client
        )
        self.waits: list[float] = []
        self._asker = Asker(self.client, self.pace)
        self._question = Question(f"{api.base}{ORDER}", JSON_API, SUBJECT)

    async def ask(self) -> Reply:
        return await self._asker.ask(self._question, self.source, self.waits.append)

    async def failure(self) -> LookUpFailed:
        with pytest.raises(LookUpFailed) as caught:
            await self.ask()
        return caught.value


@asynccontextmanager
async def bench(api: PlatformApi, credential: Credential | None = None) -> AsyncIterator[Bench]:
    made = Bench(api, credential)
    yield made
    await made.client.aclose()


async def test_a_reply(api: PlatformApi) -> None:
    async with bench(api) as it:
        reply = await it.ask()
    assert reply.status == 200
    assert reply.document["data"]["id"] == "AG-7PQTGLLXQQ:ORD-S548DKHMKX"
    assert reply.text.startswith('{"data": {"type": "orders"')
    assert not api.problems


# --- 401 -------------------------------------------------------------------------------------------------------------


async def test_after_a_401_there_is_one_new_token_and_one_more_try(api: PlatformApi) -> None:
    async with bench(api) as it:
        await it.ask()
        api.revoke()
        api.requests.clear()
        assert (await it.ask()).status == 200
    assert [seen.path for seen in api.requests] == [
        f"/platform{ORDER}",
        "/oauth2/token",
        f"/platform{ORDER}",
    ]


async def test_a_second_401_is_the_end(api: PlatformApi) -> None:
    api.faults[""] = Fault.PROBLEM
    async with bench(api) as it:
        failed = await it.failure()
    assert (failed.code, failed.status) == (Code.TOKEN_REFUSED, 401)
    assert failed.sentence == "The platform does not accept the token any more."
    assert failed.detail == "Invalid security scheme used"
    assert len(api.tokens_asked()) == 2
    assert len(api.asked(ORDER)) == 2


async def test_many_401_at_once_are_one_new_token(api: PlatformApi) -> None:
    async with bench(api) as it:
        await it.ask()
        api.revoke()
        api.requests.clear()
        await asyncio.gather(*(it.ask() for _ in range(4)))
    assert len(api.tokens_asked()) == 1
    assert len(api.asked(ORDER)) == 8


async def test_a_pasted_token_is_not_tried_again(api: PlatformApi) -> None:
    token = api.new_token()
    api.revoke()
    async with bench(api, AccessToken(token)) as it:
        failed = await it.failure()
    assert failed.code is Code.TOKEN_REFUSED
    assert failed.detail.endswith("(for support: support-401)")
    assert len(api.requests) == 1
    assert token not in texts_of(failed)


# --- 403, 404 and the like -------------------------------------------------------------------------------------------


async def test_a_scope_that_is_missing(api: PlatformApi) -> None:
    async with bench(api, AccessToken(api.new_token("sales.account"))) as it:
        failed = await it.failure()
    assert (failed.code, failed.status) == (Code.FORBIDDEN, 403)
    assert failed.sentence == (
        "This credential may not read orders. It needs the scope `order:read` or `order`; it has `sales.account`."
    )


async def test_a_record_that_is_not_there(api: PlatformApi) -> None:
    api.missing.add("AG-7PQTGLLXQQ:ORD-S548DKHMKX")
    async with bench(api) as it:
        failed = await it.failure()
    assert failed.code is Code.NOT_FOUND
    assert failed.sentence == "There is no order ORD-S548DKHMKX for this credential."
    assert len(api.asked(ORDER)) == 1


@pytest.mark.parametrize(
    ("fault", "code", "detail"),
    [
        (Fault.CRM_ERROR, Code.PLATFORM, "contact exists"),
        (Fault.SERVER_ERROR, Code.PLATFORM, "Try again later: Try again later. (for support: support-503)"),
        (Fault.NOT_JSON, Code.NOT_JSON, "<!doctype html><title>Sign in</title>"),
        (Fault.NOT_TEXT, Code.NOT_JSON, '{"data": "\ufffd\ufffd"}'),
        (Fault.EMPTY, Code.NOT_JSON, ""),
    ],
)
async def test_other_answers(api: PlatformApi, fault: Fault, code: Code, detail: str) -> None:
    api.faults[""] = fault
    async with bench(api) as it:
        failed = await it.failure()
    assert (failed.code, failed.detail) == (code, detail)
    assert len(api.asked(ORDER)) == 1


async def test_a_platform_that_repeats_the_token_does_not_get_it_shown(api: PlatformApi) -> None:
    api.faults[""], api.is_opaque = Fault.ECHO, True
    token = api.new_token()
    async with bench(api, AccessToken(token)) as it:
        failed = await it.failure()
    assert token not in texts_of(failed)
    assert failed.detail == "Bearer …: Bearer … . (for support: support-422)"


async def test_a_record_that_repeats_the_token_does_not_get_it_shown(api: PlatformApi) -> None:
    api.faults[""], api.is_opaque = Fault.ECHO_IN_RECORD, True
    token = api.new_token()
    async with bench(api, AccessToken(token)) as it:
        reply = await it.ask()
    assert token not in reply.text
    assert reply.document == {"data": {"sent": "Bearer …"}}


async def test_an_answer_with_too_many_values_is_not_read(api: PlatformApi) -> None:
    api.faults[""] = Fault.MANY_VALUES
    async with bench(api) as it:
        failed = await it.failure()
    assert (failed.code, failed.status) == (Code.TOO_LARGE, 200)
    assert failed.sentence == "The answer has more than 100,000 values, so it was not read."


# --- 429 -------------------------------------------------------------------------------------------------------------


async def test_a_wait_is_sat_out_and_told(api: PlatformApi) -> None:
    api.refuse(1, retry_after="1")
    begun = time.monotonic()
    async with bench(api) as it:
        assert (await it.ask()).status == 200
    assert time.monotonic() - begun >= 1
    assert it.waits == [pytest.approx(1.0, abs=0.4), 0.0]
    assert len(api.asked(ORDER)) == 2


async def test_a_platform_that_always_says_later_is_asked_five_times(api: PlatformApi) -> None:
    api.refuse(99, retry_after="0")
    async with bench(api) as it:
        failed = await it.failure()
    assert (failed.code, failed.status) == (Code.RATE_LIMITED, 429)
    assert failed.sentence == "Too many requests. Try again in 1 s."
    assert failed.detail == "Rate limit exceeded. Too many requests."
    assert len(api.asked(ORDER)) == TRIES == 5
    assert it.waits[-1] == 0.0


async def test_a_long_wait_is_not_sat_out(api: PlatformApi) -> None:
    api.refuse(1, retry_after="7200")
    async with bench(api) as it:
        failed = await it.failure()
    assert failed.sentence == "Too many requests. Try again in 2 h."
    assert failed.wait_s == 7_200
    assert len(api.asked(ORDER)) == 1
    assert it.pace.place() > 100, "the next one waits all the same"


async def test_a_wait_can_be_given_up_at_once(api: PlatformApi) -> None:
    api.refuse(1, retry_after="60")
    async with bench(api) as it:
        waiting = asyncio.create_task(it.ask())
        await until(lambda: it.waits)
        waiting.cancel()
        begun = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert time.monotonic() - begun < 5
    assert len(api.asked(ORDER)) == 1


async def test_the_last_request_of_a_span_makes_the_next_one_wait(api: PlatformApi) -> None:
    api.limits = ((1, 2.0),)
    async with bench(api) as it:
        await it.ask()
        await it.ask()
    assert not api.problems
    assert len(api.asked(ORDER)) == 2
    assert it.waits[-1] == 0.0
