"""Diagnosis never raises, gives nothing away, changes nothing, and tries only so much."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.mistakes import BODY, NOW, TOKEN, Failed, failed, hmac_scheme, mac, request, schemes, signed
from hookscope.deliveries import Request
from hookscope.verification import SchemeError, Verdict, Verifier, diagnosis, mistakes, verify
from hookscope.verification.context import Context
from hookscope.verification.job import Job
from hookscope.verification.judging import judge
from hookscope.verification.mistakes import case, elsewhere, senders
from hookscope.verification.mistakes.case import FEWEST_TRIES, TRIES_AT_MOST, Case, Trial
from hookscope.verification.mistakes.signatures import template_variants
from hookscope.verification.template import parse_template

FOLDER = Path(inspect.getfile(mistakes)).parent


# --- what it says ----------------------------------------------------------------------------------------------------


def test_every_code_is_listed() -> None:
    texts = [diagnosis.__file__, *map(str, FOLDER.glob("*.py"))]
    called = [node for text in texts for node in ast.walk(ast.parse(Path(text).read_text("utf-8")))]
    codes = {
        node.args[0].value
        for node in called
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("Mistake", "Diagnosis")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(codes) > 30
    assert [code for code in codes if str(code) not in str(diagnosis.__doc__)] == []


def test_it_can_be_left_out() -> None:
    mistake = failed("vendasta-send", ("X-Signature", TOKEN.decode()))
    verifier = Verifier(mistake.scheme, (TOKEN,))
    assert verifier.verify(mistake.request, NOW, diagnose=False).diagnosis == ()
    assert verifier.verify(mistake.request, NOW).diagnosis


def test_only_failures_are_explained() -> None:
    assert failed("vendasta-send", ("Signature", TOKEN.decode())).verdict().diagnosis == ()
    assert verify(request(("X-Partner-Signature", "00")), hmac_scheme(), (), NOW).diagnosis == ()


# --- what it gives away ----------------------------------------------------------------------------------------------

_NAMES = st.sampled_from(
    [
        *("Signature", "X-Signature", "Signatur", "verifier-token", "x-token-verifier", "Authorization", "Cookie"),
        *("Content-Type", "Content-Encoding", "webhook-id", "webhook-timestamp", "webhook-signature", "Host"),
        *("Stripe-Signature", "X-Hub-Signature-256", "Signature-Input", "Content-Digest", "X-Slack-Request-Timestamp"),
    ]
)
_LATIN = st.characters(max_codepoint=255, exclude_characters="\r\n")
_VALUES = st.one_of(
    st.text(_LATIN, max_size=40),
    st.sampled_from(
        ["gzip", "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", str(NOW)]
    ),
)


@st.composite
def _with_secret(draw: st.DrawFn, secret: str) -> str:
    """A text that may hold the secret, in one of the ways in which it goes wrong."""
    around = draw(
        st.sampled_from(["{}", "{}\n", '"{}"', "Bearer {}", "Basic {}", "\u200b{}", "{{{{ {} }}}}", "a={}", "{}{}"])
    )
    return draw(st.one_of(_VALUES, st.just(around.format(secret, secret))))


@st.composite
def _requests(draw: st.DrawFn, secret: str) -> Request:
    some = _with_secret(secret)
    header = st.tuples(st.one_of(_NAMES, some), some.map(lambda text: text.encode().decode("latin-1")))
    headers = tuple(draw(st.lists(header, max_size=6)))
    fields = st.dictionaries(some, st.one_of(some, st.none(), st.integers(), st.lists(some, max_size=2)), max_size=4)
    body = draw(
        st.one_of(
            st.binary(max_size=60),
            some.map(str.encode),
            fields.map(lambda value: json.dumps(value).encode()),
            fields.map(lambda value: "&".join(f"{name}={text}" for name, text in value.items()).encode()),
        )
    )
    query = draw(some).encode().decode("latin-1")
    return Request(
        draw(st.sampled_from(["POST", "GET"])), f"/in?{query}", headers, body, f"https://h.example/in?{query}"
    )


@st.composite
def _failures(draw: st.DrawFn) -> Failed:
    secret = "whsec_" * draw(st.booleans()) + draw(
        st.text("abcdefghkmnpqrstuvwxyz0123456789é+/=", min_size=14, max_size=40)
    )
    scheme = draw(st.sampled_from(sorted(schemes().values(), key=lambda scheme: scheme.id)))
    options = {name: draw(st.sampled_from(["Signature", "token", "a.b"])) for name in scheme.options if name != "place"}
    if "place" in scheme.options:
        options["place"] = draw(st.sampled_from(["header", "cookie", "query", "json"]))
    at = draw(st.sampled_from([NOW, NOW * 1000, 0]))
    return Failed(draw(_requests(secret)), scheme, (secret.encode(),), options, at)


@settings(max_examples=400)
@given(_failures())
def test_whatever_is_sent_is_explained_without_an_error_and_without_the_secret(failure: Failed) -> None:
    verdict = failure.verdict()
    plain = verify(failure.request, failure.scheme, failure.secrets, failure.at, failure.options, diagnose=False)
    assert dataclasses.replace(verdict, diagnosis=()) == plain
    assert len(verdict.diagnosis) <= diagnosis.AT_MOST
    secret = failure.secrets[0].decode()
    for text in (secret, secret.encode().decode("latin-1")):
        assert text.lower() not in repr(verdict).lower()


def test_nothing_that_holds_a_secret_shows_it() -> None:
    sent = request(("X-Token", TOKEN.decode()))
    job = Job(schemes()["vendasta-send"], (TOKEN,), Context(sent, {}), NOW)
    trial = Trial(job.scheme, {}, job.secrets, sent, NOW).with_value(case.Spot("header", "Signature"), TOKEN)
    for text in (repr(trial), repr(Case(job.scheme, trial, job.context, "unsigned"))):
        assert TOKEN.decode() not in text


def test_no_digest_that_would_verify_is_shown() -> None:
    body = BODY + b"\n"
    verdict = Failed(signed(BODY, body=body), hmac_scheme()).verdict()
    assert verdict.diagnosis
    for digest in (mac(BODY).hex(), mac(body).hex()):
        assert digest[:20] not in repr(verdict)


# --- how much it tries -----------------------------------------------------------------------------------------------


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The jobs that are judged again."""
    jobs: list[Job] = []

    def counted(job: Job) -> object:
        jobs.append(job)
        return judge(job)

    monkeypatch.setattr(f"{case.__name__}.judge", counted)
    return jobs


def body_of(size: int) -> bytes:
    """JSON of exactly this many bytes with all that is tried on bodies in it."""
    lines = [
        {"sku": f"SKU-{number:05}", "note": "Söhne & Töchter", "url": "https://a.example"} for number in range(800)
    ]
    text = json.dumps(lines, ensure_ascii=False).encode()[: size - 10].rpartition(b", {")[0] + b"]"
    return text + b" " * (size - len(text))


HEADERS = (
    ("Content-Type", "application/json"),
    ("Content-Encoding", "identity"),
    ("Host", "internal.example"),
    ("X-Timestamp", str(NOW)),
    ("X-Partner-Signature", "0" * 64),
)
EVERYTHING: dict[str, Any] = {
    "template": "{url}.{timestamp}.{body}",
    "timestamp": {"from": "header", "name": "X-Timestamp"},
    "signature": [{"name": "X-Partner-Signature", "prefix": "", "encoding": "hex"}],
}


@pytest.mark.parametrize(("size", "times"), [(2_000, 65), (65_536, 64)])
def test_a_body_of_64_kib_is_judged_no_more_often_than_a_small_one(tried: list[Job], size: int, times: int) -> None:
    body = body_of(size)
    json.loads(body)
    verdict = Failed(request(*HEADERS, body=body), hmac_scheme(**EVERYTHING)).verdict()
    assert verdict.diagnosis == ()
    assert len(tried) == times
    assert times < TRIES_AT_MOST


@pytest.mark.parametrize(("size", "most"), [(65_537, TRIES_AT_MOST), (1 << 20, 16), (8 << 20, FEWEST_TRIES)])
def test_a_larger_body_is_judged_less_often_and_never_changed(tried: list[Job], size: int, most: int) -> None:
    body = body_of(size)
    assert Failed(request(*HEADERS, body=body), hmac_scheme(**EVERYTHING)).verdict().diagnosis == ()
    assert 0 < len(tried) <= most
    assert {len(job.context.request.body) for job in tried} == {size}


@pytest.mark.parametrize("id", sorted(schemes()))
def test_no_scheme_is_tried_too_often(tried: list[Job], id: str) -> None:
    names = {spot.name for spot in case.wanted(schemes()[id]) if spot.source == "header"}
    headers = tuple((name, "v1=00,t=1") for name in names) + HEADERS
    Failed(request(*headers, body=body_of(20_000)), schemes()[id], (b"whsec_AAAA",)).verdict()
    assert len(tried) <= TRIES_AT_MOST


@pytest.mark.parametrize(
    ("text", "count"),
    [("always the same", 0), ("{body}", 0), ("v0:{body}", 1), ("{timestamp}.{body}", 13), ("[?{header:a}?]{body}", 0)],
)
def test_variants_of_a_template_are_few(text: str, count: int) -> None:
    variants = list(template_variants(parse_template(text)))
    assert len(variants) == count
    for variant in variants:
        parsed = parse_template(variant.text)
        assert [*parsed.placeholders()] == [*variant.placeholders()]
        assert parsed.kinds == variant.kinds


HOSTILE = {
    "brackets": b"[" * 30_000 + b"]" * 30_000,
    "objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "brackets in brackets": b"[" + (b"[" * 16 + b"]" * 16 + b",") * 1_900 + b"1]",
    "numbers": b"[" + b"9," * 32_000 + b"1]",
    "digits": b"9" * 65_000,
    "accents": ("a" + "\u0301\u0316" * 16_000).encode(),
    "ampersands": b"a&" * 32_000,
    "names": json.dumps({f"x_signature_tokem_{number:05}": 1 for number in range(2_000)}).encode(),
    "nothing": b"",
    "no text": bytes(range(256)) * 256,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", sorted(HOSTILE))
@pytest.mark.parametrize("id", ["github", "vendasta-send", "static-json", "adyen", "twilio", "vonage", "rfc9421"])
def test_a_hostile_body_takes_no_longer(id: str, kind: str) -> None:
    headers = (("Signature", "no"), ("X-Twilio-Signature", "AAAA"), ("X-Hub-Signature-256", "sha256=00"))
    options = {"key_name": "x.signature"} if id == "static-json" else {}
    form = ("Content-Type", "application/x-www-form-urlencoded")
    for media in (("Content-Type", "application/json"), form):
        Failed(request(media, *headers, body=HOSTILE[kind]), schemes()[id], (TOKEN,), options).verdict()


def test_many_headers_are_looked_through_once() -> None:
    headers = [(f"X-Signature-{number:04}", TOKEN.decode()) for number in range(3_000)]
    assert failed("vendasta-send", *headers).explained().code == "near_miss_name"
    assert len(elsewhere.sent_values(_case(failed("vendasta-send", *headers)))) <= 3 * elsewhere.VALUES_AT_MOST


def _case(mistake: Failed) -> Case:
    context = Context(mistake.request, {})
    return Case(mistake.scheme, Trial(mistake.scheme, {}, (TOKEN,), mistake.request, NOW), context, "unsigned")


# --- what else may go wrong ------------------------------------------------------------------------------------------


def test_the_schemes_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    failed("github").verdict()
    monkeypatch.setattr(senders, "load_schemes", lambda: pytest.fail("read again"))
    failed("github").verdict()


@pytest.mark.logs("the schemes cannot be read")
def test_without_readable_schemes_no_other_sender_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise SchemeError("github.toml: name is missing.")

    mistake = failed("vendasta-send", ("X-Token", TOKEN.decode()), ("X-Hub-Signature", "a"))
    monkeypatch.setattr(senders, "load_schemes", broken)
    senders.known_schemes.cache_clear()
    senders.known_marks.cache_clear()
    try:
        assert mistake.explained().code == "secret_found_in_header"
    finally:
        senders.known_schemes.cache_clear()
        senders.known_marks.cache_clear()


@pytest.mark.logs(r"a failure could not be explained for vendasta-send \(ZeroDivisionError\)")
def test_an_explanation_that_fails_leaves_the_verdict_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Case) -> None:
        raise ZeroDivisionError(TOKEN)

    monkeypatch.setattr(elsewhere, "found", broken)
    verdict: Verdict = failed("vendasta-send", ("X-Token", TOKEN.decode())).verdict()
    assert (verdict.state, verdict.diagnosis) == ("unsigned", ())
    assert not re.search(TOKEN.decode(), caplog.text)
