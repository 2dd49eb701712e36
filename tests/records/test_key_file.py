"""Key files and pasted tokens: what is taken, and one sentence for each fault that holds nothing of the key."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from helpers.platform_keys import EMAIL, KEY_ID, key_table, pem, private_key
from hookscope.records.key_file import (
    LARGEST,
    KeyFileError,
    credential_text,
    read_credential,
    read_key,
    read_token,
    token_address,
)
from hookscope.records.model import AccessToken, ServiceKey
from hookscope.records.profiles import custom_profile, load_profiles

PRODUCTION = load_profiles()["production"]
DEMO = load_profiles()["demo"]
TOKEN_URI = "https://sso-api-prod.apigateway.co/oauth2/token"
AUDIENCE = "https://iam-prod.apigateway.co"
OLD = "This key is for the old SDKs (ES256). Create one with RS256."
NEW_ONE = "Create a new one in Partner Center."


def table() -> dict[str, Any]:
    return key_table(TOKEN_URI, AUDIENCE)


def fault(text: str, profile: Any = PRODUCTION) -> str:
    with pytest.raises(KeyFileError) as caught:
        read_key(text, profile)
    assert not caught.value.__cause__
    assert not caught.value.__context__, "an error of a parser holds what it parsed"
    return str(caught.value)


def fault_of(changes: dict[str, Any]) -> str:
    return fault(json.dumps(table() | changes))


def without(*names: str) -> str:
    found = table()
    inner = found
    for name in names[:-1]:
        inner = inner[name]
    del inner[names[-1]]
    return json.dumps(found)


def pkcs8(key: Any, encryption: Any = None) -> str:
    made: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())
    return made.decode()


# --- what is taken ---------------------------------------------------------------------------------------------------


def test_a_key() -> None:
    text = json.dumps(table())
    assert read_key(text, PRODUCTION) == ServiceKey(EMAIL, KEY_ID, TOKEN_URI, AUDIENCE, EMAIL, EMAIL, pem(), text)


def test_a_key_says_nothing_of_itself_when_it_is_printed() -> None:
    key = read_key(json.dumps(table()), PRODUCTION)
    assert "BEGIN" not in repr(key)
    assert not any(line in repr(key) for line in pem().splitlines())


def test_a_key_in_pkcs8_with_a_byte_order_mark_and_more_members() -> None:
    text = "\ufeff" + json.dumps(table() | {"private_key": pkcs8(private_key()), "note": "more"})
    assert read_key(text, PRODUCTION).text == text
    assert read_credential(text) == read_key(text, PRODUCTION)


def test_a_key_for_a_base_of_the_users_own_may_be_for_any_audience() -> None:
    profile = custom_profile("http://127.0.0.1:4010")
    assert (
        read_key(json.dumps(key_table("http://127.0.0.1:4010/oauth2/token", "anybody")), profile).audience == "anybody"
    )


# --- faults ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "{", "not json", '{"type": "service_account",}', "[" * 100_00, "1" * 5_000])
def test_not_json(text: str) -> None:
    assert fault(text) == "This is not a service account key: it is not JSON."


@pytest.mark.parametrize("text", ["[]", "null", '"text"', "17"])
def test_no_object(text: str) -> None:
    assert fault(text) == "This is not a service account key: it is not a JSON object."


@pytest.mark.parametrize("filler", [" ", "é"])
def test_a_file_that_is_too_large(filler: str) -> None:
    text = json.dumps(table())
    size = LARGEST - len(text)
    assert read_key(text + " " * size, PRODUCTION).key_id == KEY_ID
    assert fault(text + " " * (size - 1) + filler * 2) == "This is not a service account key: it is larger than 64 KiB."


def test_another_type() -> None:
    assert (
        fault_of({"type": "authorized_user"}) == "This is not a service account key: `type` is not `service_account`."
    )


@pytest.mark.parametrize("name", ["type", "private_key_id", "private_key", "client_email", "token_uri"])
def test_a_missing_key(name: str) -> None:
    assert fault(without(name)) == f"This is not a service account key: `{name}` is missing."
    assert fault_of({name: 17}) == f"This is not a service account key: `{name}` must be a text."
    assert fault_of({name: " "}) == f"This is not a service account key: `{name}` is empty."


@pytest.mark.parametrize(
    ("outer", "name"),
    [
        ("assertionHeaderData", "alg"),
        ("assertionHeaderData", "kid"),
        ("assertionPayloadData", "aud"),
        ("assertionPayloadData", "iss"),
        ("assertionPayloadData", "sub"),
    ],
)
def test_a_missing_key_inside(outer: str, name: str) -> None:
    assert fault(without(outer, name)) == f"This is not a service account key: `{outer}.{name}` is missing."


def test_a_missing_or_wrong_inner_table() -> None:
    assert fault(without("assertionPayloadData")) == (
        "This is not a service account key: `assertionPayloadData` is missing."
    )
    for name in ("assertionHeaderData", "assertionPayloadData"):
        assert fault_of({name: "text"}) == f"This is not a service account key: `{name}` must be an object."


def test_a_file_for_the_old_sdks() -> None:
    elliptic = ec.generate_private_key(ec.SECP256R1())
    assert fault(without("assertionHeaderData")) == OLD
    assert fault_of({"assertionHeaderData": {"alg": "ES256", "kid": KEY_ID}}) == OLD
    assert fault_of({"private_key": pem(elliptic)}) == OLD
    assert fault_of({"private_key": pkcs8(elliptic)}) == OLD
    legacy = {name: table()[name] for name in ("type", "private_key_id", "client_email")}
    text = json.dumps(legacy | {"private_key": pem(elliptic), "token_uri": "https://old.example/token"})
    assert fault(text) == OLD


@pytest.mark.parametrize("algorithm", ["none", "HS256", "PS256", "rs256"])
def test_another_algorithm(algorithm: str) -> None:
    found = fault_of({"assertionHeaderData": {"alg": algorithm, "kid": KEY_ID}})
    assert found == "This is not a service account key: `assertionHeaderData.alg` is not RS256."


def made_of(p: int, q: int) -> str:
    """A key of these two numbers, whatever they are."""
    d = pow(65_537, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(65_537, p * q)
    numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public)
    return pem(numbers.private_key(unsafe_skip_rsa_key_validation=True))


def test_a_key_that_would_take_too_long_to_check() -> None:
    large = made_of(2**2_203 - 1, 2**2_281 - 1)
    assert fault_of({"private_key": large}) == (
        f"The private key in this file has 4484 bits, and 4096 are the most. {NEW_ONE}"
    )


def test_a_key_of_numbers_that_are_no_primes() -> None:
    assert fault_of({"private_key": made_of(2**1_024 - 1, 2**1_027 - 1)}) == (
        f"The private key in this file cannot be read. {NEW_ONE}"
    )


def test_two_key_ids() -> None:
    assert fault_of({"private_key_id": "another"}) == (
        f"This key file contradicts itself: `private_key_id` and `assertionHeaderData.kid` differ. {NEW_ONE}"
    )


def test_what_is_no_private_key_for_rs256() -> None:
    public = private_key().public_key()
    unreadable = f"The private key in this file cannot be read. {NEW_ONE}"
    cases = {
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(): (
            f"This is not a service account key: `private_key` is a public key. {NEW_ONE}"
        ),
        public.public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode(): (
            f"This is not a service account key: `private_key` is a public key. {NEW_ONE}"
        ),
        pkcs8(private_key(), BestAvailableEncryption(b"secret")): (
            f"The private key in this file is protected by a password. {NEW_ONE}"
        ),
        pkcs8(ed25519.Ed25519PrivateKey.generate()): f"The private key in this file is not an RSA key. {NEW_ONE}",
        pem(rsa.generate_private_key(public_exponent=65_537, key_size=1_024)): (
            f"The private key in this file has 1024 bits, and 2048 are needed. {NEW_ONE}"
        ),
        pem()[:-200]: unreadable,
        "<private-key>": unreadable,
        "é" * 10: unreadable,
        "A" * 20_000: unreadable,
    }
    for key, expected in cases.items():
        assert fault_of({"private_key": key}) == expected


def test_a_key_of_the_other_environment() -> None:
    demo = key_table(DEMO.token_uris[0], DEMO.audience)
    assert fault(json.dumps(demo)) == "This is a demo key, and the profile is production."
    assert fault(json.dumps(table()), DEMO) == "This is a production key, and the profile is demo."
    assert read_key(json.dumps(demo), DEMO).token_uri == DEMO.token_uris[0]
    own = custom_profile("https://127.0.0.1:4010/platform")
    assert fault(json.dumps(table()), own).startswith("This is a production key, and the profile is custom")


def test_an_audience_of_the_other_environment() -> None:
    inner = table()["assertionPayloadData"]
    assert fault_of({"assertionPayloadData": inner | {"aud": DEMO.audience}}) == (
        "This is a demo key, and the profile is production."
    )
    assert fault_of({"assertionPayloadData": inner | {"aud": "https://elsewhere.example"}}) == (
        "This key is not for the profile production: `assertionPayloadData.aud` is another address."
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://sso-api-prod.apigateway.co:443/oauth2/token",
        "https://SSO-API-prod.apigateway.co/oauth2/token",
        "HTTPS://sso-api-prod.apigateway.co/oauth2/token",
    ],
)
def test_a_token_address_in_another_spelling(address: str) -> None:
    assert read_key(json.dumps(table() | {"token_uri": address}), PRODUCTION).token_uri == address
    assert token_address(address, PRODUCTION) == TOKEN_URI


@pytest.mark.parametrize(
    "address",
    [
        "http://sso-api-prod.apigateway.co/oauth2/token",
        "https://sso-api-prod.apigateway.co:8443/oauth2/token",
        "https://sso-api-prod.apigateway.co/oauth2/token/",
        "https://sso-api-prod.apigateway.co/oauth2/Token",
        "https://sso-api-prod.apigateway.co/oauth2/token?to=elsewhere",
        "https://sso-api-prod.apigateway.co/oauth2/token?",
        "https://sso-api-prod.apigateway.co/oauth2/token#there",
        "https://sso-api-prod.apigateway.co/oauth2/../oauth2/token",
        "https://sso-api-prod.apigateway.co/oauth2%2Ftoken",
        "https://user@sso-api-prod.apigateway.co/oauth2/token",
        "https://sso-api-prod.apigateway.co@elsewhere.example/oauth2/token",
        "https://sso-api-prod.apigateway.co.elsewhere.example/oauth2/token",
        "https://sso-api-prod.apigateway.co./oauth2/token",
        "https://elsewhere.example\\@sso-api-prod.apigateway.co/oauth2/token",
        "https://elsewhere.example/https://sso-api-prod.apigateway.co/oauth2/token",
        " https://sso-api-prod.apigateway.co/oauth2/token",
        "https://sso-api-prod.apigateway.co/oauth2/token\n",
        "//sso-api-prod.apigateway.co/oauth2/token",
        "https://sso-api-prod.apigateway.c\u043e/oauth2/token",
        "token",
    ],
)
def test_a_token_address_that_is_not_the_profiles(address: str) -> None:
    assert not token_address(address, PRODUCTION)
    assert fault_of({"token_uri": address}) == (
        "This key is not for the profile production: `token_uri` is another address."
    )


# --- nothing of the key in a sentence --------------------------------------------------------------------------------

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from([pem(), KEY_ID, TOKEN_URI]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(table())), ANYTHING), st.sampled_from(sorted(table())))
def test_whatever_is_in_a_file_it_is_a_key_or_has_a_fault_without_any_of_it(changes: dict[str, Any], gone: str) -> None:
    found = table() | changes
    found.pop(gone if gone in changes else "", None)
    try:
        read_key(json.dumps(found), PRODUCTION)
    except KeyFileError as error:
        assert not any(line in str(error) for line in pem().splitlines() if len(line) > 8)  # noqa: PT017
        assert str(error).endswith(".")  # noqa: PT017
        assert len(str(error)) < 200  # noqa: PT017


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    readers: list[Callable[[str], object]] = [lambda text: read_key(text, PRODUCTION), read_credential, read_token]
    for read in readers:
        try:
            read(text)
        except KeyFileError as error:
            assert len(text.strip()) < 12 or text.strip() not in str(error)  # noqa: PT017


# --- tokens, and both as one text ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["eyJ.a-b_c.d~e+f/g==", "  eyJ.a-b_c.d~e+f/g==\n", "Bearer eyJ.a-b_c.d~e+f/g=="])
def test_a_pasted_token(text: str) -> None:
    assert read_token(text) == AccessToken("eyJ.a-b_c.d~e+f/g==")


def test_what_is_no_token() -> None:
    broken = "This is not an access token: it has characters that no token has. Copy it again."
    cases = {
        "": "There is no access token. Paste one.",
        "Bearer ": "There is no access token. Paste one.",
        "two words": broken,
        "token\r\nX-Header: 1": broken,
        "tokén": broken,
        "a" * (LARGEST + 1): broken,
        json.dumps(table()): "This is a file with several values, not an access token. Import it as a key file.",
    }
    for text, sentence in cases.items():
        with pytest.raises(KeyFileError) as caught:
            read_token(text)
        assert str(caught.value) == sentence


def test_a_credential_comes_back_from_its_text() -> None:
    key = read_key(json.dumps(table()), PRODUCTION)
    for credential in (key, AccessToken("opaque-token")):
        assert read_credential(credential_text(credential)) == credential


def test_a_damaged_credential() -> None:
    with pytest.raises(KeyFileError):
        read_credential(json.dumps(table())[:-50])
    with pytest.raises(KeyFileError):
        read_credential(json.dumps(table() | {"private_key": "gone"}))


def test_a_key_of_another_profile_is_read_from_the_keyring_but_has_no_token_address() -> None:
    key = read_credential(json.dumps(table() | {"token_uri": "https://elsewhere.example/oauth2/token"}))
    assert isinstance(key, ServiceKey)
    assert not token_address(key.token_uri, PRODUCTION)
    assert token_address(key.token_uri, replace(PRODUCTION, token_uris=(key.token_uri,))) == key.token_uri
