"""The verdict as a whole: one for every request, never an exception, and nothing in it that has to be hidden."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.random_schemes import OPTIONS, REQUESTS, SCHEMES, SECRETS, SOUND_REQUESTS, TIMES, every_secret
from helpers.verification import FORM, JSON, NOW, PRESETS, SECRET, Sender, flipped, hmac_scheme, inside, request, sender
from hookscope.deliveries import Request
from hookscope.verification import NO_SCHEME, Scheme, SignError, Verdict, Verifier, parse_scheme, sign, verifier, verify
from hookscope.verification.verdict import FAILURES, UNAVAILABLE_REASONS
from hookscope.verification.words import STEPS, VERIFIED, WARNINGS, sentences

STATES = {
    "verified": ("ok",),
    "failed": FAILURES,
    "unsigned": ("unsigned",),
    "unavailable": (*UNAVAILABLE_REASONS, "key_unavailable"),
}


def check(verdict: Verdict, secrets: list[bytes]) -> None:
    """What holds for every verdict."""
    assert verdict.reason in STATES[verdict.state]
    assert verdict.message.endswith(".")
    shown = json.dumps(
        [verdict.message, verdict.steps, verdict.expected, verdict.got, verdict.reason], ensure_ascii=False
    )
    assert shown.encode()
    for secret in secrets:
        assert len(secret) < 6 or secret.decode("latin-1") not in shown
    assert verdict.secret is None or verdict.secret < len(secrets)
    assert set(verdict.warnings) <= WARNINGS.keys()
    assert len(verdict.expected) <= 17
    assert len(verdict.got) <= 17


@settings(max_examples=300)
@given(SCHEMES, REQUESTS, SECRETS, OPTIONS, TIMES)
def test_everything_gets_a_verdict(
    scheme: Scheme, asked: Request, secrets: list[bytes], options: Mapping[str, str], at: float
) -> None:
    check(inside(asked, scheme, secrets, at, options), secrets)


@settings(max_examples=250)
@given(SCHEMES, st.one_of(REQUESTS, SOUND_REQUESTS), OPTIONS, st.integers(0), st.integers(0))
def test_what_is_nearly_right_gets_a_verdict(
    scheme: Scheme, asked: Request, options: Mapping[str, str], bit: int, header: int
) -> None:
    signing, verifying = every_secret(scheme.kind)
    try:
        signed = sign(asked, scheme, signing, NOW, options)
    except SignError as error:
        signed, fault = asked, str(error)
    else:
        fault = "" if inside(signed, scheme, verifying, NOW, options).state == "verified" else "not verified"
    assert not fault or fault.endswith(".")
    for varied in (with_bit(signed, header, bit), replace(signed, body=flipped(signed.body or b"x", bit))):
        check(inside(varied, scheme, verifying, NOW, options), verifying)


def with_bit(asked: Request, header: int, bit: int) -> Request:
    """A request with one bit of one header turned over."""
    if not asked.headers:
        return asked
    at = header % len(asked.headers)
    name, value = asked.headers[at]
    varied = (name, flipped(value.encode("latin-1") or b"x", bit).decode("latin-1"))
    return replace(asked, headers=(*asked.headers[:at], varied, *asked.headers[at + 1 :]))


@settings(max_examples=150)
@given(SCHEMES, REQUESTS, SECRETS, OPTIONS, TIMES)
def test_the_net_below_is_not_needed(
    scheme: Scheme, asked: Request, secrets: list[bytes], options: Mapping[str, str], at: float
) -> None:
    """With diagnosis and short cut; an exception would be in the log, which fails every test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifier, "log", None)
        check(verify(asked, scheme, secrets, at, options), secrets)


@pytest.mark.logs("a request could not be verified with custom")
def test_the_net_below_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("with a s3cret in it")

    monkeypatch.setattr(verifier, "judge", broken)
    verdict = verify(request(b"text", ("X-Sig", "00")), hmac_scheme(template="{body}."), [SECRET], NOW)
    assert (verdict.state, verdict.reason) == ("failed", "malformed_signature")
    assert "s3cret" not in repr(verdict)


SHORT = [id for id, scheme in PRESETS.items() if scheme.kind in ("hmac", "static")]


@pytest.mark.parametrize("id", SHORT)
@settings(max_examples=10)
@given(more=st.data())
def test_the_short_cut_says_what_the_long_way_says(id: str, more: st.DataObject) -> None:
    who = sender(id)
    signed = sign(more.draw(who.requests), who.scheme, who.signing, NOW, who.options)
    ready = Verifier(who.scheme, [b"other", *who.verifying], who.options)
    for asked in (signed, *varied(signed, more), signed):
        at = NOW + more.draw(st.integers(-5000, 5000) | st.integers(-400, 400) | st.just(0))
        quick = ready.verify(asked, at, diagnose=False)
        assert quick == inside(asked, who.scheme, [b"other", *who.verifying], at, who.options)


def varied(signed: Request, more: st.DataObject) -> list[Request]:
    """Some requests like it, of which some are just as right."""
    bit = more.draw(st.integers(0))
    found = [replace(signed, body=flipped(signed.body or b"x", bit))]
    for at, (name, value) in enumerate(signed.headers):
        others = [
            value.upper(),
            f" {value}\t",
            f"{value}\xa0",
            flipped(value.encode("latin-1") or b"x", bit).decode("latin-1"),
        ]
        found += [
            replace(signed, headers=(*signed.headers[:at], (name, other), *signed.headers[at + 1 :]))
            for other in others
        ]
        twice = (name.upper(), more.draw(st.sampled_from([*others, ""])))
        found += [replace(signed, headers=(*signed.headers, twice)), replace(signed, headers=(twice, *signed.headers))]
    return found


@pytest.mark.parametrize("id", PRESETS)
def test_an_empty_request_and_no_secret(id: str) -> None:
    who = sender(id)
    assert inside(request(), who.scheme, [], options=who.options).state in ("unsigned", "unavailable")
    for secret in (b"", b" ", b"\n"):
        assert inside(request(), who.scheme, [secret], options=who.options).state in ("unsigned", "failed")


@pytest.mark.parametrize("id", [id for id in PRESETS if PRESETS[id].kind not in ("jwt", "asymmetric")])
def test_an_empty_secret_verifies_nothing(id: str) -> None:
    """Not even what is right in all else."""
    who = sender(id)
    signed = sign(_example(who), who.scheme, who.signing, NOW, who.options)
    for secret in (b"", b" "):
        assert inside(signed, who.scheme, [secret], options=who.options).reason == "invalid_secret"


def _example(who: Sender) -> Request:
    bodies = {
        "adyen": b'{"notificationItems": [{"NotificationRequestItem": {}}]}',
        "mailgun": b'{"signature": {"token": "t"}}',
        "microsoft-graph": b'{"value": [{}]}',
    }
    return request(bodies.get(who.scheme.id, b"{}"), FORM if who.scheme.id == "mandrill" else JSON)


def test_no_scheme() -> None:
    assert (NO_SCHEME.state, NO_SCHEME.reason) == ("unconfigured", "unconfigured")


def test_a_verifier_does_not_show_its_secrets() -> None:
    ready = Verifier(hmac_scheme(), [SECRET], {"x": "s3cret"})
    assert repr(ready) == "Verifier(custom)"


def test_one_verifier_for_many_threads() -> None:
    scheme = PRESETS["slack"]
    ready, wrong = Verifier(scheme, [SECRET]), []
    signed = [sign(request(bytes([n]) * n), scheme, [SECRET], NOW) for n in range(1, 11)]

    def run() -> None:
        for each in signed * 3:
            for asked, state in ((each, "verified"), (replace(each, body=b"other"), "failed")):
                if ready.verify(asked, NOW).state != state:
                    wrong.append(asked)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_verdict_does_not_change_by_looking_later() -> None:
    signed = sign(request(b"text"), PRESETS["slack"], [SECRET], NOW)
    first = verify(signed, PRESETS["slack"], [SECRET], NOW)
    assert first == verify(signed, PRESETS["slack"], [SECRET], NOW)
    assert verify(signed, PRESETS["slack"], [SECRET], NOW + 301).reason == "timestamp_too_old"


def test_delivery_ids() -> None:
    ready = Verifier(PRESETS["github"], [SECRET])
    assert ready.delivery_id(request(b"", ("x-github-delivery", "72d3162e"))) == "72d3162e"
    assert ready.delivery_id(request()) is None
    assert ready.delivery_id(request(b"", ("X-GitHub-Delivery", "a"), ("X-GitHub-Delivery", "b"))) is None
    assert ready.delivery_id(request(b"", ("X-GitHub-Delivery", "a" * 1000))) is None
    assert Verifier(hmac_scheme(), [SECRET]).delivery_id(request()) is None


def test_steps_are_sentences() -> None:
    verdict = verify(sign(request(b"text"), PRESETS["slack"], [SECRET], NOW), PRESETS["slack"], [SECRET], NOW)
    assert verdict.steps == (
        "Found 1 signature in the header `X-Slack-Signature`.",
        "Made the signed text: 18 bytes, `v0:{timestamp}:{body}`.",
        "The hmac-sha256 of that text is the signature that was sent.",
        "It was made within the time that is allowed.",
    )
    assert sentences([("required", "{0}", "{nonsense}")]) == ("`{0}` is `{nonsense}`.",)
    assert all(text.endswith(".") for words in (STEPS, VERIFIED, WARNINGS) for text in words.values())


def test_what_is_said_of_a_body_that_is_not_protected() -> None:
    plain: dict[str, Any] = {"algorithm": "hmac-sha256", "signature": [{"name": "X-Sig", "encoding": "hex"}]}
    for template, protected in (("{body}", True), ("{url}", False)):
        scheme = parse_scheme({**plain, "template": template})
        verdict = verify(sign(request(b"text"), scheme, [SECRET], NOW), scheme, [SECRET], NOW)
        assert ("body_not_covered" in verdict.warnings) is not protected
        assert ("does not protect the body" in verdict.message) is not protected
