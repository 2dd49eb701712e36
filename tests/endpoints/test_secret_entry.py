"""What looks wrong with a secret while it is entered, for schemes of every kind."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.endpoints import Schemes
from hookscope.endpoints.secret_entry import can_generate, change_words, doubts, wanted, wanted_phrase, without_space

LONG = "0123456789abcdef-long-enough"
HEX = "00112233445566778899aabbccddeeff"
ED25519 = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
MARKETPLACE = Schemes().all()["vendasta-marketplace"].key.value
PRIVATE = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n"
SCHEMES = Schemes().all()


def codes(value: str, scheme: str) -> list[str]:
    return [doubt.code for doubt in doubts(value, SCHEMES[scheme])]


@pytest.mark.parametrize(
    ("value", "scheme"),
    [
        ("", "github"),
        (LONG, "vendasta-send"),
        ("two words are a token, too", "vendasta-send"),
        (f"whsec_{LONG}", "stripe"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "svix"),
        ("v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "standard-webhooks"),
        (HEX, "adyen"),
        (ED25519, "discord"),
        (f"\n{MARKETPLACE}\n", "jwt-rs256"),
        (MARKETPLACE, "rfc9421"),
        (LONG, "rfc9421"),
        ("hookscope:a long password", "basic"),
        (json.dumps({"not": "a key", "but": "a token"}), "github"),
    ],
)
def test_what_fits_raises_no_doubt(value: str, scheme: str) -> None:
    assert codes(value, scheme) == []


@pytest.mark.parametrize(
    ("value", "scheme", "expected"),
    [
        (f"{LONG}\n", "github", ["space"]),
        (f" {LONG}", "vendasta-send", ["space"]),
        (f"{LONG}\u00a0", "vendasta-send", ["space"]),
        (f"\ufeff{LONG}", "vendasta-send", ["space"]),
        (f"{LONG[:9]}\r\n{LONG[9:]}", "github", ["space"]),
        (f"{LONG[:9]}\u200b{LONG[9:]}", "github", ["hidden"]),
        (" \n", "github", ["blank"]),
        ("x" * 15, "github", ["short"]),
        ("x" * 15 + " ", "github", ["space", "short"]),
        (MARKETPLACE, "github", ["key"]),
        (MARKETPLACE, "vendasta-send", ["key"]),
        ('{"kty": "RSA", "n": "x", "e": "AQAB"}', "jwt-hs256", ["key"]),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI", "github", ["key"]),
        (PRIVATE, "discord", ["private"]),
        (PRIVATE, "rfc9421", ["private"]),
        ('{"kty": "OKP", "crv": "Ed25519", "x": "AA", "d": "AA"}', "jwt-es256", ["private"]),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI", "discord", ["ssh"]),
        (LONG, "discord", ["public"]),
        (LONG, "jwt-rs256", ["public"]),
        (LONG, "adyen", ["encoding"]),
        ("whsec_not base64 at all", "svix", ["encoding"]),
        (MARKETPLACE, "adyen", ["key"]),
        (f"whsec_{LONG}", "github", ["prefix"]),
        (f"whsec_{LONG}", "vendasta-send", ["prefix"]),
        (f"Bearer {LONG}", "bearer", ["word"]),
        (f"bearer {LONG}", "vendasta-send", ["word"]),
        (f"Signature: {LONG}", "vendasta-send", ["header"]),
        ("{{ secrets.token }}-and more", "vendasta-send", ["template"]),
        ("{.WorkflowStep1.response.token}", "vendasta-send", ["template"]),
        ("{WorkflowStep1.response.token}", "vendasta-send", ["template"]),
        ("${SIGNING_SECRET}", "github", ["template"]),
        (f'"{LONG}"', "vendasta-send", ["quotes"]),
        (f"“{LONG}”", "github", ["quotes"]),
        ("a password without its user", "basic", ["password"]),
    ],
)
def test_what_looks_wrong_is_told(value: str, scheme: str, expected: list[str]) -> None:
    assert codes(value, scheme) == expected


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (f"{LONG}\n", "There is a line break at its end."),
        (f" {LONG}\t", "There is a blank at its beginning and a tab at its end."),
        (f" {LONG[:5]}\n{LONG[5:]}", "There is a blank at its beginning and a line break in it."),
        ("abc", "It is short (3 characters). With 16 or more it is hard to guess."),
        ("a", "It is short (1 character). With 16 or more it is hard to guess."),
    ],
)
def test_a_sentence_says_where(value: str, sentence: str) -> None:
    assert [doubt.sentence for doubt in doubts(value, SCHEMES["github"])] == [sentence]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"\r\n {LONG}\n", LONG),
        (f"{LONG[:9]}\n  {LONG[9:]}", LONG),
        (f"\ufeff{LONG}\u200b", LONG),
        ("two words", "two words"),
        (f"\n{MARKETPLACE.strip()}\n\n", MARKETPLACE.strip()),
    ],
)
def test_white_space_is_taken_away_when_asked(value: str, expected: str) -> None:
    assert without_space(value) == expected


@given(value=st.text(), scheme=st.sampled_from(sorted(SCHEMES)))
def test_any_text_is_looked_at_and_none_stands_in_a_sentence(value: str, scheme: str) -> None:
    for doubt in doubts(value, SCHEMES[scheme]):
        assert doubt.sentence.endswith(".")
        assert len(value) < 20 or value not in doubt.sentence
    bare = without_space(value)
    assert without_space(bare) == bare
    assert "space" not in codes(bare, scheme)


@pytest.mark.parametrize(
    ("scheme", "kind"),
    [
        ("vendasta-send", "token"),
        ("vendasta-marketplace", ""),
        ("basic", "password"),
        ("github", "text"),
        ("adyen", "hex"),
        ("svix", "base64"),
        ("discord", "public"),
        ("jwt-hs256", "text"),
        ("jwt-es256", "public"),
        ("rfc9421", "any"),
    ],
)
def test_each_scheme_wants_a_secret_of_one_kind(scheme: str, kind: str) -> None:
    assert wanted(SCHEMES[scheme]) == kind
    assert can_generate(SCHEMES[scheme]) == (kind == "token")
    assert wanted_phrase(SCHEMES[scheme])


def test_secrets_that_stay_are_named_when_another_kind_is_wanted() -> None:
    send, trigger, discord = (SCHEMES[id] for id in ("vendasta-send", "vendasta-trigger", "discord"))
    assert change_words(send, discord, 1) == "The secret stays, entered as a token. Discord wants a public key."
    assert change_words(send, discord, 2).startswith("The 2 secrets stay, entered as a token.")
    assert change_words(send, trigger, 2) == ""
    assert change_words(send, discord, 0) == ""
    assert change_words(send, SCHEMES["vendasta-marketplace"], 1) == ""
    assert change_words(None, discord, 1) == change_words(send, None, 1) == ""
