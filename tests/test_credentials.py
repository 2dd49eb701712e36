"""The credential of each profile: in the keyring under a name that only Hookscope has, and for its own hosts only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from functools import cache
from typing import Any

import keyring.errors
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from helpers.core import TIMEOUT_S
from helpers.keyrings import MemoryKeyring, absent, chosen
from hookscope.credentials import PRODUCTION, Credentials, UnknownProfile, profile_of
from hookscope.records.key_file import read_credential
from hookscope.records.model import AccessToken, Code, Credential, LookUpFailed
from hookscope.records.profiles import CUSTOM, BadBase
from hookscope.secret_store import BadSecret, KeyringAbsent, KeyringLocked, KeyringTrouble, SecretStore

SECRET = "seeded-token-5cd0f2e0a3b94d5f"
TOKEN, OTHER = AccessToken(SECRET), AccessToken("another-token")
HERE, THERE = "http://127.0.0.1:4010/platform", "https://there.example/platform"


class Locked(MemoryKeyring):
    """A keyring that nobody unlocks, with an error that tells too much."""

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked(SECRET)

    def set_password(self, service: str, username: str, password: str) -> None:
        raise keyring.errors.KeyringLocked(password)


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    with chosen() as memory:
        yield memory


@pytest.fixture
def store() -> Iterator[SecretStore]:
    store = SecretStore()
    yield store
    store.close()


@pytest.fixture
def credentials(memory: MemoryKeyring, store: SecretStore) -> Credentials:
    return Credentials(store)


def result(future: Future[Any]) -> Any:
    return future.result(TIMEOUT_S)


@cache
def key_text() -> str:
    """The text of a key file, as it is downloaded."""
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    email, audience = "tests@partner-service-account.apigateway.co", "https://iam-prod.apigateway.co"
    table = {
        "type": "service_account",
        "private_key_id": "key-1",
        "private_key": pem,
        "client_email": email,
        "token_uri": "https://sso-api-prod.apigateway.co/oauth2/token",
        "assertionHeaderData": {"alg": "RS256", "kid": "key-1"},
        "assertionPayloadData": {"aud": audience, "iss": email, "sub": email},
    }
    return json.dumps(table, indent=2)


# --- put there and taken out -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("this_run", [False, True])
@pytest.mark.parametrize("kind", ["key", "token"])
def test_a_credential_comes_back(credentials: Credentials, memory: MemoryKeyring, kind: str, this_run: bool) -> None:
    credential: Credential = TOKEN if kind == "token" else read_credential(key_text())
    assert result(credentials.read(PRODUCTION)) is None
    result(credentials.save(PRODUCTION, credential, this_run=this_run))
    assert result(credentials.read(PRODUCTION)) == credential
    assert (bool(memory.items), credentials.is_kept(PRODUCTION)) == (not this_run, this_run)
    assert result(credentials.read("demo")) is None
    result(credentials.forget(PRODUCTION))
    assert result(credentials.read(PRODUCTION)) is None
    assert memory.items == {}


def test_a_new_one_takes_the_place_of_the_one_before(credentials: Credentials, memory: MemoryKeyring) -> None:
    result(credentials.save(PRODUCTION, read_credential(key_text())))
    result(credentials.save(PRODUCTION, TOKEN))
    assert memory.items == {("hookscope", "@records/production"): SECRET}
    result(credentials.save(PRODUCTION, OTHER, this_run=True))
    assert result(credentials.read(PRODUCTION)) == OTHER
    result(credentials.save(PRODUCTION, TOKEN))
    assert result(credentials.read(PRODUCTION)) == TOKEN


def test_what_is_no_credential_is_refused_at_once(credentials: Credentials, memory: MemoryKeyring) -> None:
    with pytest.raises(BadSecret, match="too long"):
        credentials.save(PRODUCTION, AccessToken("x" * 65_537))
    assert memory.items == {}


def test_a_credential_shows_nothing_of_itself() -> None:
    key = read_credential(key_text())
    shown = f"{key!r} {key} {TOKEN!r} {TOKEN}"
    assert SECRET not in shown
    assert "PRIVATE" not in shown


# --- the profile's own hosts only ------------------------------------------------------------------------------------


def test_a_credential_of_a_base_address_is_for_that_one_only(memory: MemoryKeyring, store: SecretStore) -> None:
    base = HERE
    credentials = Credentials(store, lambda: base)
    result(credentials.save(CUSTOM, TOKEN))
    base = THERE
    assert result(credentials.read(CUSTOM)) is None
    result(credentials.save(CUSTOM, OTHER))
    base = f"{THERE}/v2"
    assert result(credentials.read(CUSTOM)) == OTHER
    base = HERE
    assert result(credentials.read(CUSTOM)) == TOKEN
    assert {name for _, name in memory.items} == {
        "@records/custom http://127.0.0.1:4010",
        "@records/custom https://there.example:443",
    }


def test_an_endpoint_cannot_have_it(credentials: Credentials, store: SecretStore) -> None:
    result(credentials.save(PRODUCTION, TOKEN))
    name = "@records/production"
    assert result(store.read([name]))[name].value == ""
    result(credentials.save("demo", TOKEN, this_run=True))
    name = "@records/demo"
    assert result(store.read([name]))[name].value == ""


# --- what goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["\n", '{"type": "' + SECRET, '["' + SECRET, SECRET + "\x00"])
def test_what_cannot_be_read_as_a_credential(credentials: Credentials, memory: MemoryKeyring, what: str) -> None:
    memory.items["hookscope", "@records/production"] = what
    with pytest.raises(KeyringTrouble) as caught:
        result(credentials.read(PRODUCTION))
    assert str(caught.value) == "What the keyring has as the credential cannot be read. Import the key again."
    assert SECRET not in "".join(map(str, (caught.value.__cause__, caught.value.__context__)))


def test_a_credential_that_is_not_whole(credentials: Credentials, memory: MemoryKeyring) -> None:
    result(credentials.save(PRODUCTION, read_credential(key_text())))
    del memory.items["hookscope", "@records/production#2"]
    with pytest.raises(KeyringTrouble) as caught:
        result(credentials.read(PRODUCTION))
    assert str(caught.value) == "The credential is not complete in the keyring. Import the key again."


def test_without_a_keyring(store: SecretStore) -> None:
    with chosen(absent()):
        credentials = Credentials(store)
        for change in (credentials.read(PRODUCTION), credentials.save(PRODUCTION, TOKEN), credentials.forget("demo")):
            with pytest.raises(KeyringAbsent, match="for this run only"):
                result(change)
        result(credentials.save(PRODUCTION, TOKEN, this_run=True))
        assert result(credentials.read(PRODUCTION)) == TOKEN
        result(credentials.forget(PRODUCTION))
        with pytest.raises(KeyringAbsent):
            result(credentials.read(PRODUCTION))


def test_a_locked_keyring(store: SecretStore) -> None:
    with chosen(Locked()):
        credentials = Credentials(store)
        for change in (credentials.read(PRODUCTION), credentials.save(PRODUCTION, TOKEN)):
            with pytest.raises(KeyringLocked, match="Unlock it") as caught:
                result(change)
            assert SECRET not in str(caught.value)


def test_a_store_that_is_closed_answers_nobody(credentials: Credentials, store: SecretStore) -> None:
    store.close()
    for change in (credentials.read(PRODUCTION), credentials.save(PRODUCTION, TOKEN), credentials.forget(PRODUCTION)):
        with pytest.raises(CancelledError):
            result(change)


# --- for a look-up ---------------------------------------------------------------------------------------------------


def test_a_look_up_gets_it(credentials: Credentials) -> None:
    result(credentials.save(PRODUCTION, TOKEN))
    assert asyncio.run(credentials.get(profile_of(PRODUCTION))) == TOKEN


def test_a_look_up_learns_that_there_is_none(credentials: Credentials) -> None:
    with pytest.raises(LookUpFailed) as caught:
        asyncio.run(credentials.get(profile_of("demo")))
    assert caught.value.code == Code.NO_CREDENTIAL
    assert caught.value.sentence == "There is no credential for Demo yet. Import a key file or paste an access token."


def test_a_look_up_learns_of_trouble_with_the_keyring(store: SecretStore) -> None:
    with chosen(Locked()), pytest.raises(LookUpFailed) as caught:
        asyncio.run(Credentials(store).get(profile_of(PRODUCTION)))
    assert caught.value.code == Code.KEYRING
    assert "Unlock it" in caught.value.sentence
    assert SECRET not in caught.value.sentence


def test_a_look_up_that_began_at_another_base_address_does_not_get_the_credential_of_this_one(
    memory: MemoryKeyring, store: SecretStore
) -> None:
    base = HERE
    credentials = Credentials(store, lambda: base)
    before = profile_of(CUSTOM, HERE)
    base = THERE
    result(credentials.save(CUSTOM, TOKEN))
    with pytest.raises(LookUpFailed):
        asyncio.run(credentials.get(before))
    assert asyncio.run(credentials.get(profile_of(CUSTOM, THERE))) == TOKEN


# --- profiles --------------------------------------------------------------------------------------------------------


def test_profiles_by_their_ids() -> None:
    assert profile_of(PRODUCTION).id == PRODUCTION
    assert profile_of("demo").id == "demo"
    custom = profile_of(CUSTOM, HERE)
    assert (custom.id, custom.is_custom, custom.apis["platform"]) == (CUSTOM, True, HERE)


@pytest.mark.parametrize("id", ["", "Production", "no-such", "\u202eomed"])
def test_there_is_no_other_profile(id: str) -> None:
    with pytest.raises(UnknownProfile) as caught:
        profile_of(id, HERE)
    assert str(caught.value).startswith("There is no profile named ")
    assert str(caught.value).endswith("Use one of production, demo.")
    assert "\u202e" not in str(caught.value)


@pytest.mark.parametrize("base", ["", "http://there.example", "ftp://127.0.0.1"])
def test_a_base_address_that_cannot_be_used(base: str) -> None:
    with pytest.raises(BadBase):
        profile_of(CUSTOM, base)
