"""Records are fetched once, kept, joined and given up; samples never from the network."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

import pytest

from helpers.look_ups import ACCOUNT, CATALOGUE, MANY, ORDER, USER, Keyring, failure, look_ups, never, running
from helpers.platform_api import Fault, PlatformApi
from helpers.platform_keys import EMAIL
from helpers.platform_server import SUBJECT
from helpers.waiting import until
from hookscope.ids import Shape
from hookscope.records import look_ups as module
from hookscope.records.catalogue import Catalogue
from hookscope.records.key_file import read_key
from hookscope.records.look_ups import LookUps, UserInfo
from hookscope.records.model import AccessToken, Call, Code, LookUp, LookUpFailed, RecordType
from hookscope.records.profiles import custom_profile, load_profiles
from hookscope.records.reading import links

pytestmark = pytest.mark.anyio

# --- one record ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("look_up", [ORDER, ACCOUNT, USER])
async def test_a_record(api: PlatformApi, look_up: LookUp) -> None:
    async with look_ups(api) as it:
        before = time.time()
        record = await it.fetch(look_up)
        assert before <= record.fetched_at <= time.time()
        assert it.kept(look_up) is record
    assert (record.status, record.look_up, record.example) == (200, look_up, False)
    assert record.document["data"]["id"] == look_up.id
    assert record.url == f"{api.base}{look_up.path}"
    assert record.text.startswith('{"data"')
    assert not api.problems


async def test_everything_that_the_catalogue_can_look_up(api: PlatformApi) -> None:
    ids = ["AG-7PQTGLLXQQ:ORD-REAL00001", "AG-REAL00001", USER.id, "MP-abc123"]
    ids += ["Automation-00000000-5668-467c-98ad-f903ad1c4187"]
    found = [look_up for id in ids for look_up in CATALOGUE.look_ups(id)]
    found += [related for look_up in found for related in CATALOGUE.related(look_up)]
    assert len(found) >= 10
    async with look_ups(api) as it:
        for look_up in found:
            assert (await it.fetch(look_up)).document["data"]
    assert not api.problems


async def test_fields_of_users_are_tolerated_and_sent_as_they_are(api: PlatformApi) -> None:
    async with look_ups(api) as it:
        record = await it.fetch(USER._replace(parameters=(("fields[users]", "displayName,email"),)))
    assert record.document["data"]["attributes"]["displayName"] == "William Smith"
    assert api.asked(USER.id)[0].target.endswith("?fields%5Busers%5D=displayName,email")


async def test_a_record_of_the_crm_is_asked_for_in_its_own_way(api: PlatformApi) -> None:
    id = "ContactID-00000000-5668-467c-98ad-f903ad1c4187"
    look_up = LookUp(id, "contact", "Contact", "crm", f"/ABC/contacts/{id}", (), ("customers",), "", "application/json")
    async with look_ups(api) as it:
        assert (await it.fetch(look_up)).document["id"] == id
    assert api.asked(id)[0].path.startswith("/org/ABC/")


async def test_a_base_of_the_users_own(api: PlatformApi) -> None:
    token = AccessToken(api.new_token())
    async with look_ups(api, token, profile=custom_profile(api.base)) as it:
        assert (await it.fetch(ORDER)).status == 200
        assert (await it.test()).subject == SUBJECT


async def test_a_link_of_a_record_is_followed_below_the_api_and_nowhere_else(api: PlatformApi) -> None:
    async with look_ups(api) as it:
        record = await it.fetch(ORDER)
        ours = [link.look_up for link in links(record, CATALOGUE, api.profile) if link.look_up]
        assert ours
        for look_up in ours:
            assert (await it.fetch(look_up)).status == 200
        api.faults[""] = Fault.FOREIGN_LINKS
        foreign = links(await it.fetch(ORDER, again=True), CATALOGUE, api.profile)
    assert any(link.address.startswith(api.elsewhere) and not link.look_up and link.why for link in foreign)
    assert not api.seen_by("elsewhere")


# --- kept, joined, given up ------------------------------------------------------------------------------------------


async def test_a_record_is_kept_until_it_is_asked_for_again(api: PlatformApi) -> None:
    async with look_ups(api) as it:
        assert it.kept(ORDER) is None
        first = await it.fetch(ORDER)
        assert await it.fetch(ORDER) is first
        second = await it.fetch(ORDER, again=True)
        assert it.kept(ORDER) is second is not first
        assert second.fetched_at >= first.fetched_at
    assert len(api.asked(ORDER.path)) == 2


async def test_two_fetches_of_one_id_are_one_request(api: PlatformApi) -> None:
    async with look_ups(api) as it:
        records = await asyncio.gather(*(it.fetch(ORDER, again=bool(number % 2)) for number in range(10)))
    assert all(record is records[0] for record in records)
    assert len(api.asked(ORDER.path)) == 1


async def test_a_fetch_ends_when_nobody_waits_for_it_any_more(api: PlatformApi) -> None:
    api.faults[ORDER.path] = Fault.SLOW
    async with look_ups(api) as it:
        first, second = (asyncio.create_task(it.fetch(ORDER)) for _ in range(2))
        await until(lambda: api.at_once)
        assert it.is_under_way(ORDER)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert it.is_under_way(ORDER)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        assert not it.is_under_way(ORDER)
        assert not running()
        assert it.failure(ORDER) is None
        await until(lambda: not api.at_once)
        del api.faults[ORDER.path]
        assert (await it.fetch(ORDER)).status == 200


async def test_the_end_gives_up_what_is_under_way(api: PlatformApi) -> None:
    api.faults[""] = api.faults["/oauth2/user-info"] = Fault.SLOW
    async with look_ups(api) as it:
        tasks = [asyncio.create_task(it.fetch(ORDER)), asyncio.create_task(it.test())]
        await until(lambda: api.at_once == 2)
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ends)
    assert not running()


async def test_a_failure_is_remembered_until_it_works(api: PlatformApi) -> None:
    api.missing.add(ORDER.id)
    async with look_ups(api) as it:
        failed = await failure(it.fetch(ORDER))
        kept = it.failure(ORDER)
        assert kept
        assert (kept.code, kept.sentence, kept.status) == (failed.code, failed.sentence, 404)
        assert kept.__traceback__ is None, "frames hold tokens and bodies"
        assert it.failure(ACCOUNT) is None
        api.missing.clear()
        await it.fetch(ORDER)
        assert it.failure(ORDER) is None


async def test_a_record_stays_kept_when_it_cannot_be_refreshed(api: PlatformApi) -> None:
    async with look_ups(api) as it:
        record = await it.fetch(ORDER)
        api.missing.add(ORDER.id)
        await failure(it.fetch(ORDER, again=True))
        assert it.kept(ORDER) is record
        assert it.failure(ORDER)


async def test_the_oldest_go_when_there_are_too_many(api: PlatformApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    async with look_ups(api) as it:
        for look_up in (*MANY[:3], MANY[1], MANY[3]):
            await it.fetch(look_up, again=True)
        assert [number for number, look_up in enumerate(MANY) if it.kept(look_up)] == [1, 3]
        assert len(it._records._values) == 2


async def test_the_oldest_go_when_they_are_too_large(api: PlatformApi, monkeypatch: pytest.MonkeyPatch) -> None:
    async with look_ups(api) as it:
        size = len((await it.fetch(MANY[0])).text)
        monkeypatch.setattr(module, "KEPT_CHARACTERS", 2 * size)
        for look_up in MANY[1:4]:
            await it.fetch(look_up)
        assert [number for number, look_up in enumerate(MANY) if it.kept(look_up)] == [2, 3]
        monkeypatch.setattr(module, "KEPT_CHARACTERS", 1)
        await it.fetch(MANY[4])
        assert it.kept(MANY[4])
        assert it._records._total == size


# --- samples and environments ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ["production", "demo"])
@pytest.mark.parametrize(
    "id", ["AG-1234567", "AG-1234567:ORD-1234567", "AG-7PQTGLLXQQ", "AG-7PQTGLLXQQ:ORD-S548DKHMKX"]
)
async def test_a_sample_needs_neither_network_nor_credential(
    profile: str, id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object) -> None:
        raise AssertionError("no client is needed for this")

    monkeypatch.setattr("hookscope.records.client._prepared", no_network)
    it = LookUps(CATALOGUE, load_profiles()[profile], never)
    for look_up in CATALOGUE.look_ups(id):
        for each in (look_up, *CATALOGUE.related(look_up)):
            record = await it.fetch(each)
            assert record.example
            assert (record.status, record.url.partition("/platform/")[0]) == (200, it._profile.apis["platform"][:-9])
            assert it.kept(each) is record
    await it.aclose()


async def test_a_custom_base_gets_the_samples(api: PlatformApi) -> None:
    sample = CATALOGUE.look_up("order", "AG-1234567:ORD-1234567")
    async with look_ups(api) as it:
        assert not (await it.fetch(sample)).example
        api.missing.add(sample.id)
        failed = await failure(it.fetch(sample, again=True))
    assert failed.sentence == (
        "There is no order ORD-1234567 for this credential. This is the documentation's sample id."
    )


def only_in(environments: tuple[str, ...]) -> Catalogue:
    call = Call("platform", "/orders/{id}", (), ("order:read",))
    return Catalogue([RecordType("order", "Order", Shape("order", "AG-.*"), call, environments=environments)])


async def test_a_type_that_another_environment_has(api: PlatformApi) -> None:
    catalogue = only_in(("demo",))
    look_up = catalogue.look_up("order", ORDER.id)
    it = LookUps(catalogue, load_profiles()["production"], never)
    failed = await failure(it.fetch(look_up))
    assert failed.code is Code.NOTHING_TO_FETCH
    assert failed.sentence == "Order is only there in: demo. Change the profile to look it up."
    assert it.scopes() == ("profile",)
    await it.aclose()
    async with look_ups(api, catalogue=catalogue) as it:
        assert (await it.fetch(look_up)).status == 200
        assert it.scopes() == ("order:read", "profile")


# --- credentials -----------------------------------------------------------------------------------------------------


async def test_whose_credential_it_is(api: PlatformApi) -> None:
    async with look_ups(api) as it:
        assert await it.test() == UserInfo(EMAIL, SUBJECT, ("partner_service_account",))


async def test_a_credential_that_may_not_say_whose_it_is(api: PlatformApi) -> None:
    async with look_ups(api, AccessToken(api.new_token("order"))) as it:
        failed = await failure(it.test())
    assert failed.sentence == (
        "This credential may not read its own user information."
        " It needs the scope `profile` or `email`; it has `order`."
    )


async def test_what_is_asked_for_and_what_is_granted(api: PlatformApi) -> None:
    async with look_ups(api) as it:
        assert it.granted() == ()
        assert {"order:read", "sales.account", "automation:read", "profile"} <= set(it.scopes())
        assert len(set(it.scopes())) == len(it.scopes())
        await it.fetch(ORDER)
        assert set(it.granted()) == set(it.scopes())
        (fields, *_) = (each for each in CATALOGUE.related(ORDER) if each.scopes == ("order",))
        await it.fetch(fields)
        assert set(it.granted()) == {*it.scopes(), "order"}
    assert len(api.tokens_asked()) == 2


async def test_the_keyring_is_asked_once_for_many(api: PlatformApi) -> None:
    keyring = Keyring(read_key(api.key_text(), api.profile))
    async with look_ups(api, keyring) as it:
        await asyncio.gather(*(it.fetch(look_up) for look_up in MANY[:8]), it.test())
    assert keyring.asked == 1
    assert len(api.tokens_asked()) == 1


@pytest.mark.parametrize("code", [Code.NO_CREDENTIAL, Code.KEYRING])
async def test_a_keyring_without_a_credential_is_asked_again(api: PlatformApi, code: Code) -> None:
    keyring = Keyring(LookUpFailed(code, "No."))
    async with look_ups(api, keyring) as it:
        assert (await failure(it.fetch(ORDER))).code is code
        assert not api.requests
        keyring.credential = AccessToken(api.new_token())
        assert (await it.fetch(ORDER)).status == 200
    assert keyring.asked == 2


# --- waits -----------------------------------------------------------------------------------------------------------


async def test_all_who_wait_are_told_of_the_wait_also_who_comes_later(api: PlatformApi) -> None:
    api.refuse(1, retry_after="2")
    first: list[float] = []
    late: list[float] = []
    async with look_ups(api) as it:
        waiting = asyncio.create_task(it.fetch(ORDER, waiting=first.append))
        await until(lambda: first)
        await it.fetch(ORDER, waiting=late.append)
        await waiting
    assert first == [pytest.approx(2, abs=0.5), 0.0]
    assert late == [pytest.approx(2, abs=1), 0.0]
    assert len(api.asked(ORDER.path)) == 2


# --- loading ---------------------------------------------------------------------------------------------------------


def test_nothing_slow_is_loaded_before_it_is_needed() -> None:
    code = (
        "import sys, hookscope.records.look_ups, hookscope.records.tokens, hookscope.records.client;"
        "print(sorted({'asyncio', 'httpx', 'jwt', 'cryptography', 'ssl', 'h2', 'email.utils'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
