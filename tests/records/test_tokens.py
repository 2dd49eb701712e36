"""Tokens: how they are asked for, how long they are used, and what happens when there is none."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.platform_api import Fault, PlatformApi
from helpers.platform_keys import AUDIENCE, KEY_ID, pem, private_key
from helpers.secrets_in import nothing_logged, texts_of
from helpers.waiting import until
from hookscope.records.client import PlatformClient
from hookscope.records.key_file import read_key
from hookscope.records.model import AccessToken, Code, Credential, LookUpFailed, ServiceKey
from hookscope.records.tokens import Token, TokenSource, claims_of, make_assertion, scopes_of

pytestmark = pytest.mark.anyio

SCOPES = ("order:read", "sales.account", "profile")


class Bench:
    """A source of tokens at the stand-in, and a clock that both of them go by."""

    def __init__(self, api: PlatformApi) -> None:
        self.api = api
        self.client = PlatformClient(api.profile, api.context, total_s=5.0)
        self._later_s = 0.0

    def clock(self) -> float:
        return time.time() + self._later_s

    def later(self, seconds: float) -> None:
        self._later_s += seconds
        self.api.clock_ahead_s += seconds

    def key(self, **changes: Any) -> ServiceKey:
        return replace(read_key(self.api.key_text(), self.api.profile), **changes)

    def source(self, credential: Credential | None = None, scopes: tuple[str, ...] = SCOPES) -> TokenSource:
        return TokenSource(self.api.profile, credential or self.key(), scopes, self.client, self.clock)

    async def failure(self, source: TokenSource | None = None, *needed: str) -> LookUpFailed:
        with pytest.raises(LookUpFailed) as caught:
            await (source or self.source()).token(needed)
        return caught.value


@pytest.fixture
async def bench(api: PlatformApi) -> AsyncIterator[Bench]:
    made = Bench(api)
    yield made
    await made.client.aclose()


def told(**claims: Any) -> str:
    """A token that says this of itself, in three parts that nobody can verify."""
    parts = ({"alg": "HS256"}, claims)
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + ".c2ln"
    )


# --- asking ----------------------------------------------------------------------------------------------------------


def test_an_assertion_says_what_the_documentation_asks_for() -> None:
    key = ServiceKey("mail@x", KEY_ID, "https://t.example/token", AUDIENCE, "issuer@x", "subject@x", pem(), "")
    made = jwt.decode_complete(
        make_assertion(key, SCOPES, 1_800_000_000.9), private_key().public_key(), ["RS256"], {"verify_signature": False}
    )
    assert made["header"] == {"alg": "RS256", "kid": KEY_ID}
    assert made["payload"] == {
        "aud": AUDIENCE,
        "iat": 1_800_000_000,
        "exp": 1_800_000_600,
        "iss": "issuer@x",
        "sub": "subject@x",
        "scope": "order:read sales.account profile",
    }


async def test_a_token_is_asked_for_once_and_then_used(bench: Bench) -> None:
    source = bench.source()
    first = await source.token(["order:read", "order"])
    assert await source.token(["sales.account"]) == first
    assert await source.token() == first
    assert bench.api.grants[first].scopes == frozenset(SCOPES)
    assert len(bench.api.tokens_asked()) == 1
    assert not bench.api.problems


async def test_those_who_ask_at_the_same_time_share_one_request(bench: Bench) -> None:
    source = bench.source()
    tokens = await asyncio.gather(*(source.token(["order:read"]) for _ in range(20)))
    assert len(set(tokens)) == 1
    assert len(bench.api.tokens_asked()) == 1


async def test_those_who_ask_at_the_same_time_share_one_refusal(bench: Bench) -> None:
    source = bench.source(bench.key(key_id="unknown"))
    ends = await asyncio.gather(*(source.token() for _ in range(20)), return_exceptions=True)
    assert {end.code for end in ends if isinstance(end, LookUpFailed)} == {Code.KEY_REFUSED}
    assert len(bench.api.tokens_asked()) == 1


async def test_a_request_that_nobody_waits_for_any_more_is_given_up(bench: Bench) -> None:
    bench.api.faults["/oauth2/token"] = Fault.SLOW
    source = bench.source()
    waiting = asyncio.create_task(source.token())
    await until(lambda: bench.api.at_once)
    waiting.cancel()
    await until(lambda: not bench.api.at_once)
    del bench.api.faults["/oauth2/token"]
    assert await source.token()


# --- how long --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "lifetime_s", "is_opaque", "used_s"),
    [
        ({"expires_in": 600}, 1_800, False, 540),
        ({"expires_in": "600"}, 1_800, True, 540),
        ({}, 900, False, 840),
        ({"expires_in": None}, 900, False, 840),
        ({"expires_in": "soon"}, 900, False, 840),
        ({"expires_in": True}, 900, False, 840),
        ({}, 900, True, 1_740),
        ({"expires_in": 1e300}, 900, True, 1_740),
        ({"expires_in": 999_999}, 900, True, 86_340),
    ],
)
async def test_a_token_is_renewed_a_minute_early(
    bench: Bench, answer: dict[str, Any], lifetime_s: float, is_opaque: bool, used_s: float
) -> None:
    bench.api.token_answer, bench.api.token_lifetime_s, bench.api.is_opaque = answer, lifetime_s, is_opaque
    source = bench.source()
    first = await source.token()
    bench.later(used_s - 30)
    assert await source.token() == first
    bench.later(60)
    assert await source.token() != first
    assert len(bench.api.tokens_asked()) == 2


async def test_the_end_of_a_token_is_told_by_the_clock_that_made_it(bench: Bench) -> None:
    bench.api.clock_ahead_s = 240
    bench.api.token_lifetime_s = 900
    source = bench.source()
    first = await source.token()
    bench.later(800)
    assert await source.token() == first
    bench.later(80)
    assert await source.token() != first


@pytest.mark.parametrize("expires_in", [0, -5, 30])
async def test_a_token_that_ends_at_once_is_used_once(bench: Bench, expires_in: int) -> None:
    bench.api.token_answer = {"expires_in": expires_in}
    source = bench.source()
    assert await source.token() != await source.token()
    assert len(bench.api.tokens_asked()) == 2


async def test_a_token_that_is_dropped_is_renewed_once(bench: Bench) -> None:
    source = bench.source()
    old = await source.token()
    assert source.drop(old)
    new = await source.token()
    assert source.drop(old)
    assert await source.token() == new != old
    assert len(bench.api.tokens_asked()) == 2


# --- scopes ----------------------------------------------------------------------------------------------------------


async def test_a_scope_that_was_not_asked_for_is_asked_for_besides(bench: Bench) -> None:
    source = bench.source()
    first = await source.token(["order:read"])
    second = await source.token(["user.admin", "openid"])
    assert bench.api.grants[second].scopes == {*SCOPES, "user.admin"}
    assert await source.token(["order:read"]) == second != first
    assert len(bench.api.tokens_asked()) == 2


async def test_a_scope_that_the_account_may_not_have_does_not_stop_the_others(bench: Bench) -> None:
    bench.api.allowed = frozenset({"order:read", "profile"})
    source = bench.source()
    token = await source.token(["order:read", "order"])
    assert bench.api.grants[token].scopes == {"order:read"}
    assert await source.token(["order:read"]) == token
    both = await source.token(["profile"])
    assert bench.api.grants[both].scopes == {"order:read", "profile"}


async def test_another_scope_that_will_do_is_tried_when_the_narrowest_is_refused(bench: Bench) -> None:
    bench.api.allowed = frozenset({"order", "sales.account"})
    source = bench.source()
    token = await source.token(["order:read", "order"])
    assert bench.api.grants[token].scopes == {"order"}
    assert await source.token(["order:read", "order"]) == token
    assert bench.api.grants[await source.token(["sales.account"])].scopes == {"order", "sales.account"}


async def test_each_of_those_who_share_a_refusal_gets_a_token_for_what_it_needs(bench: Bench) -> None:
    bench.api.allowed = frozenset({"order:read", "sales.account"})
    source = bench.source()
    needs = ["order:read", "sales.account", "order:read"]
    tokens = await asyncio.gather(*(source.token([need]) for need in needs))
    assert [bench.api.grants[token].scopes for token in tokens] == [{need} for need in needs]
    assert len(bench.api.tokens_asked()) == 3


async def test_a_scope_that_is_refused_is_only_the_fault_of_its_own_look_up(bench: Bench) -> None:
    bench.api.allowed = frozenset({"order:read"})
    source = bench.source()
    failed = await bench.failure(source, "business:read", "business")
    assert failed.code is Code.FORBIDDEN
    assert failed.sentence == (
        "This key gets no token with the scope `business:read` or `business`. Check the service account."
    )
    assert failed.detail == "invalid_scope: not allowed: business:read profile sales.account"
    assert not texts_of(failed).count("eyJ")
    assert await source.token(["order:read"])


async def test_what_a_token_may_do_is_read_from_it(bench: Bench) -> None:
    source = bench.source()
    assert source.granted() == ()
    await source.token()
    assert set(source.granted()) == set(SCOPES)


async def test_what_an_opaque_token_may_do_is_what_was_said_with_it(bench: Bench) -> None:
    bench.api.is_opaque, bench.api.token_answer = True, {"scope": "order:read profile"}
    source = bench.source()
    await source.token()
    assert source.granted() == ("order:read", "profile")


# --- pasted tokens ---------------------------------------------------------------------------------------------------


async def test_a_pasted_token_is_used_as_it_is(bench: Bench) -> None:
    for pasted in (bench.api.new_token("order:read"), "opaque"):
        source = bench.source(AccessToken(pasted))
        assert await source.token(["user.admin"]) == pasted
        assert not source.drop(pasted)
        assert await source.token() == pasted
    assert not bench.api.requests


async def test_a_pasted_token_that_has_ended(bench: Bench) -> None:
    source = bench.source(AccessToken(bench.api.new_token("order:read", lifetime_s=60)))
    assert source.granted() == ("order:read",)
    await source.token()
    bench.later(61)
    failed = await bench.failure(source)
    assert (failed.code, failed.sentence) == (
        Code.TOKEN_REFUSED,
        "This access token has expired. Paste a new one.",
    )


# --- when there is none ----------------------------------------------------------------------------------------------


async def test_a_key_whose_token_address_is_not_the_profiles_goes_nowhere(bench: Bench) -> None:
    for address in (f"{bench.api.elsewhere}/oauth2/token", f"{bench.api.token_uri}/", "https://localhost/oauth2/token"):
        failed = await bench.failure(bench.source(bench.key(token_uri=address)))
        assert failed.code is Code.KEY_REFUSED
        assert failed.sentence == "The key in the keyring is not for this profile. Import the key of this profile."
    assert not bench.api.requests


async def test_a_key_that_the_platform_does_not_know(bench: Bench) -> None:
    failed = await bench.failure(bench.source(bench.key(key_id="unknown")))
    assert (failed.code, failed.status) == (Code.KEY_REFUSED, 400)
    assert failed.sentence == "The platform does not accept this key. Import another."
    assert failed.detail == "invalid_grant: the header must be alg RS256 and the kid of a known key"


@pytest.mark.parametrize("ahead_s", [-1_000, 1_000])
async def test_a_clock_that_is_wrong(bench: Bench, ahead_s: float) -> None:
    bench.api.clock_ahead_s = ahead_s
    failed = await bench.failure()
    assert failed.code is Code.KEY_REFUSED
    assert failed.sentence.startswith("The clock of this computer is wrong.")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.REDIRECT, Code.REDIRECT),
        (Fault.NOT_JSON, Code.NOT_JSON),
        (Fault.EMPTY, Code.NOT_JSON),
        (Fault.SERVER_ERROR, Code.PLATFORM),
        (Fault.PROBLEM, Code.KEY_REFUSED),
        (Fault.ECHO, Code.KEY_REFUSED),
        (Fault.BROKEN_OFF, Code.NETWORK),
        (Fault.BOMB, Code.TOO_LARGE),
    ],
)
async def test_a_token_address_that_goes_wrong(
    bench: Bench, fault: Fault, code: Code, caplog: pytest.LogCaptureFixture
) -> None:
    bench.api.faults["/oauth2/token"] = fault
    secrets = pem().splitlines()[1:-1]
    with nothing_logged(caplog, secrets):
        failed = await bench.failure()
    assert failed.code is code
    (seen,) = bench.api.tokens_asked()
    assertion = seen.body.decode().split("assertion=")[1]
    assert not any(secret in texts_of(failed) for secret in [assertion, *assertion.split("."), *secrets])
    assert not bench.api.seen_by("elsewhere")


@pytest.mark.parametrize("value", [None, 17, "", "two words", "line\r\nX-Header: 1"])
async def test_an_answer_without_a_token(bench: Bench, value: Any) -> None:
    bench.api.token_answer = {"access_token": value}
    failed = await bench.failure()
    assert (failed.code, failed.sentence) == (Code.PLATFORM, "The platform answers without a token. Try again.")


# --- what a token says -----------------------------------------------------------------------------------------------


def test_claims() -> None:
    assert claims_of(told(scope="a b", exp=17)) == {"scope": "a b", "exp": 17}
    assert scopes_of(told(scope="a b")) == ("a", "b")
    assert scopes_of(told(scope=["a", 1, "b"])) == ("a", "b")
    assert scopes_of(told(kind="access")) == ()
    assert scopes_of("opaque") == ()


@given(st.text() | st.lists(st.text(alphabet="aeyJ019-_=\u20ac"), min_size=3, max_size=3).map(".".join))
def test_any_text_has_claims_or_none(text: str) -> None:
    assert isinstance(claims_of(text), dict)
    assert isinstance(scopes_of(text), tuple)


@given(st.recursive(st.none() | st.integers() | st.text() | st.floats(), st.lists, max_leaves=4))
def test_any_claim_can_stand_for_scopes_and_end(value: Any) -> None:
    assert all(isinstance(scope, str) for scope in scopes_of(told(scope=value, exp=value)))


def test_nothing_secret_is_printed() -> None:
    assert "opaque" not in repr((Token("opaque", (), 0.0), AccessToken("opaque")))
