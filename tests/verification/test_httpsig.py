"""HTTP Message Signatures: what is covered decides, and nothing that the reference library would refuse."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import http_message_signatures as reference
import http_sf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.verification import (
    JSON,
    NOW,
    PRESETS,
    SECRET,
    SITE,
    flipped,
    inside,
    key_kind,
    private_keys,
    public_der,
    public_pem,
    request,
    with_header,
)
from hookscope.deliveries import Request
from hookscope.verification import Scheme, Verdict, parse_scheme, primitives
from hookscope.verification.httpsig import ALGORITHMS

TARGET = "/in?a=1&b=x%20y"
DEFAULT = '"@method" "@target-uri" "content-digest"'


def digest(body: bytes, name: str = "sha-256") -> str:
    made = hashlib.new(name.replace("-", ""), body).digest()
    return f"{name}=:{base64.b64encode(made).decode()}:"


def asked(body: bytes = b"text", *headers: tuple[str, str], target: str = TARGET) -> Request:
    return request(body, ("Content-Digest", digest(body)), *headers, target=target)


def lines(values: dict[str, str], parameters: str) -> bytes:
    """A signature base written by hand, as RFC 9421 2.5 shows it."""
    return "\n".join(
        [*(f"{name}: {value}" for name, value in values.items()), f'"@signature-params": {parameters}']
    ).encode()


VALUES = {
    '"@method"': "POST",
    '"@target-uri"': SITE + TARGET,
    '"@authority"': "hooks.example.com",
    '"@scheme"': "https",
    '"@request-target"': TARGET,
    '"@path"': "/in",
    '"@query"': "?a=1&b=x%20y",
    '"@query-param";name="b"': "x%20y",
    '"content-digest"': digest(b"text"),
}


def signed(
    to_sign: Request,
    covered: str = DEFAULT,
    parameters: str = f";created={NOW:.0f}",
    values: dict[str, str] | None = None,
    *,
    algorithm: str = "hmac-sha256",
    label: str = "sig1",
    secret: bytes = SECRET,
) -> Request:
    """A request with a signature over values that are written by hand."""
    described = f"({covered}){parameters}"
    found = {name: (values or {}).get(name) or VALUES[name] for name in _identifiers(covered)}
    value = base64.b64encode(made(algorithm, lines(found, described), secret)).decode()
    both = (("Signature-Input", f"{label}={described}"), ("Signature", f"{label}=:{value}:"))
    return replace(to_sign, headers=to_sign.headers + both)


def _identifiers(covered: str) -> Sequence[str]:
    return covered.split(" ") if covered else ()


def made(algorithm: str, text: bytes, secret: bytes = SECRET) -> bytes:
    ours = ALGORITHMS[algorithm]
    if ours in primitives.MACS:
        return primitives.mac(ours, secret, text)
    return primitives.sign(ours, private_keys()[key_kind(algorithm)], text)


def scheme(*algorithms: str, **keys: Any) -> Scheme:
    return parse_scheme({"kind": "httpsig", "algorithms": list(algorithms or ALGORITHMS), "max_age": 300, **keys})


def judged(sent: Request, chosen: Scheme | None = None, *secrets: bytes, at: float = NOW, **options: str) -> Verdict:
    return inside(sent, chosen or scheme(), list(secrets or (SECRET,)), at, options)


def reason(sent: Request, chosen: Scheme | None = None, *secrets: bytes, at: float = NOW, **options: str) -> str:
    return judged(sent, chosen, *secrets, at=at, **options).reason


# --- what is covered -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("covered", [DEFAULT, "", *VALUES], ids=repr)
def test_components(covered: str) -> None:
    verdict = judged(signed(asked(), covered))
    assert verdict.state == "verified", verdict.message
    assert verdict.warnings == (() if '"content-digest"' in covered else ("body_not_covered",))


@pytest.mark.parametrize(
    "change",
    [{"method": "PUT"}, {"url": SITE + TARGET + "&c"}, {"url": "http://hooks.example.com" + TARGET}, {"body": b"Text"}],
    ids=str,
)
def test_what_is_covered_cannot_be_changed(change: dict[str, Any]) -> None:
    verdict = judged(replace(signed(asked()), **change))
    assert verdict.reason == ("body_hash_mismatch" if "body" in change else "signature_mismatch")


def test_names_of_the_address() -> None:
    for url, authority in [
        ("https://Hooks.Example.com:443/in", "hooks.example.com"),
        ("https://hooks.example.com:8443/in", "hooks.example.com:8443"),
        ("http://hooks.example.com:80/in", "hooks.example.com"),
        ("http://hooks.example.com:443/in", "hooks.example.com:443"),
        ("https://[::1]:443/in", "[::1]"),
    ]:
        sent = signed(replace(asked(), url=url), '"@authority"', values={'"@authority"': authority})
        assert judged(sent).state == "verified", url
    bare = replace(asked(), url="https://a.example", target="")
    values = {'"@path"': "/", '"@query"': "?"}
    assert judged(signed(bare, '"@path" "@query"', values=values)).state == "verified"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/in",
        "https://a.example/i\tn",
        "https://a.example/i n",
        "https://a/\x00",
        "https://é/",
        "https://a/b#c",
        "https://[a/",
        "https://a:b/",
        "https://a/\xff",
    ],
)
def test_addresses_that_are_none(url: str) -> None:
    """Python's own reader drops tabs and the like, so that two addresses would look the same."""
    for name in ('"@target-uri"', '"@path"', '"@query"', '"@authority"', '"@scheme"'):
        assert reason(signed(replace(asked(), url=url), name)) == "missing_context"


@pytest.mark.parametrize(
    ("query", "name", "value"),
    [
        ("b=x+y", "b", "x%20y"),
        ("b=%7e*-._~", "b", "%7E*-._%7E"),
        ("b=%c3%a9", "b", "%C3%A9"),
        ("b", "b", ""),
        ("a%20b=1", "a%20b", "1"),
        ("b=1&b=1", "b", None),
        ("c=1", "b", None),
    ],
)
def test_query_parameters(query: str, name: str, value: str | None) -> None:
    covered = f'"@query-param";name="{name}"'
    sent = signed(
        asked(target=f"/in?{query}"), covered, values={covered: value or ""} if value != "" else {covered: " "}
    )
    if value == "":
        text = lines({covered: ""}, f"({covered});created={NOW:.0f}")
        sent = with_header(sent, "Signature", f"sig1=:{base64.b64encode(made('hmac-sha256', text)).decode()}:")
    assert (judged(sent).state == "verified") is (value is not None)


def test_query_parameters_are_those_of_the_address() -> None:
    sent = signed(asked(), '"@query-param";name="b"')
    assert reason(replace(sent, url=f"{SITE}/in?b=other")) == "signature_mismatch"


def test_fields() -> None:
    headers = (("X-A", " 1 "), ("x-a", "2"), ("X-Dict", "a=1,   b=(x  y);q"), ("X-Empty", ""))
    values = {
        '"x-a"': "1, 2",
        '"x-a";bs': ":MQ==:, :Mg==:",
        '"x-dict"': "a=1,   b=(x  y);q",
        '"x-dict";sf': "a=1, b=(x y);q",
        '"x-dict";key="b"': "(x y);q",
        '"x-dict";key="a"': "1",
    }
    for covered, value in values.items():
        assert reason(signed(asked(b"", *headers), covered, values={covered: value})) == "ok", covered


@pytest.mark.parametrize(
    "covered",
    [
        '"x-none"',
        '"x-a";sf;key="a"',
        '"x-a";sf=?0',
        '"x-a";bs=?0',
        '"x-a";bs;sf',
        '"x-a";key',
        '"x-a";key=5',
        '"x-a";key="none"',
        '"x-a";tr',
        '"x-a";req',
        '"x-a";unknown',
        '"X-A"',
        '"x-a" "x-a"',
        '"x-twice";sf',
        '"x-twice";key="a"',
        '"x-latin"',
        '"x-control"',
        '"x-sf";sf',
        '"@method";sf',
        '"@status"',
        '"@unknown"',
        '"@query-param"',
        '"@query-param";name=5',
        '"@query-param";name="b";x',
        "x-a",
        "5",
        '("x-a")',
        "?1",
        ":eA==:",
    ],
    ids=repr,
)
def test_components_that_are_none(covered: str) -> None:
    headers = (("X-A", "a=1"), ("X-Twice", "a=1, a=2"), ("X-Latin", "\xe9"), ("X-Control", "a\x01"), ("X-Sf", "(("))
    described = f"({covered});created={NOW:.0f}"
    sent = request(b"", *headers, ("Signature-Input", f"sig1={described}"), ("Signature", "sig1=:AAAA:"), target=TARGET)
    assert reason(sent) in ("malformed_signature", "missing_header")


def test_a_list_in_which_a_name_is_twice_is_no_dictionary() -> None:
    covered = '"x-list";sf'
    sent = signed(asked(b"", ("X-List", "a,  a")), covered, values={covered: "a"})
    assert reason(sent) == "signature_mismatch"
    sent = signed(asked(b"", ("X-List", "a,  a")), covered, values={covered: "a, a"})
    assert reason(sent) == "ok"


def test_a_long_field_is_not_read_for_each_of_its_members(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def counted(*args: Any, **more: Any) -> Any:
        read.append(1)
        return parse(*args, **more)

    parse = http_sf.parse
    field = ", ".join(f"a{n}={n}" for n in range(100))
    values = {f'"x-a";key="a{n}"': str(n) for n in range(100)}
    sent = signed(asked(b"", ("X-A", field)), " ".join(values), values=values)
    monkeypatch.setattr(http_sf, "parse", counted)
    assert reason(sent) == "ok"
    assert len(read) < 5


def test_required_components() -> None:
    chosen = scheme(require_components=["@method", "content-digest"])
    assert reason(signed(asked()), chosen) == "ok"
    for covered in ("", '"@method"', '"content-digest"', '"@method" "content-digest";key="sha-256"'):
        values = {'"content-digest";key="sha-256"': digest(b"text").partition("=")[2]}
        assert reason(signed(asked(), covered, values=values), chosen) == "insufficient_coverage"


# --- the body --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (digest(b"text"), "ok"),
        (digest(b"text", "sha-512"), "ok"),
        (f"{digest(b'text')}, {digest(b'text', 'sha-512')}", "ok"),
        (f"{digest(b'text')}, md5=:AAAA:", "ok"),
        (digest(b"Text"), "body_hash_mismatch"),
        (f"{digest(b'text')}, {digest(b'Text', 'sha-512')}", "body_hash_mismatch"),
        (f"{digest(b'Text')}, {digest(b'text')}", "ambiguous_header"),
        ("md5=:AAAA:", "body_hash_mismatch"),
        ("sha-256=:AAAA:", "body_hash_mismatch"),
        ("sha-256=AAAA", "body_hash_mismatch"),
        ("sha-256", "body_hash_mismatch"),
        ("SHA-256=:AAAA:", "malformed_signature"),
    ],
)
def test_digests(header: str, expected: str) -> None:
    sent = signed(with_header(asked(), "Content-Digest", header), values={'"content-digest"': header})
    assert reason(sent) == expected


def test_a_digest_that_is_not_signed_proves_nothing() -> None:
    verdict = judged(signed(asked(), '"@method"'))
    assert (verdict.state, verdict.warnings) == ("verified", ("body_not_covered",))
    forged = with_header(replace(signed(asked(), '"@method"'), body=b"forged"), "Content-Digest", digest(b"forged"))
    assert judged(forged).warnings == ("body_not_covered",)


def test_one_signed_digest_does_not_vouch_for_another() -> None:
    """Only an old digest is signed; beside it anybody can write one that fits another body."""
    covered, forged = '"content-digest";key="md5"', f"md5=:AAAA:, {digest(b'forged')}"
    sent = with_header(asked(b"forged"), "Content-Digest", forged)
    verdict = judged(signed(sent, covered, values={covered: ":AAAA:"}))
    assert verdict.warnings == ("body_not_covered",)
    strict = scheme(require_components=["content-digest"])
    assert reason(signed(sent, covered, values={covered: ":AAAA:"}), strict) == "insufficient_coverage"


# --- the two headers -------------------------------------------------------------------------------------------------


def both(described: str, value: str) -> Request:
    return request(b"", ("Signature-Input", described), ("Signature", value))


def test_a_header_called_signature_alone_is_a_token_of_someone() -> None:
    assert judged(request(b"", ("Signature", "constant"))).state == "unsigned"
    assert judged(request()).state == "unsigned"
    assert judged(both("", "")).state == "unsigned"


@pytest.mark.parametrize(
    ("described", "value", "expected"),
    [
        ('sig1=("@method");created=1', "sig2=:AAAA:", "missing_header"),
        ('sig1=("@method");created=1', "sig1=:AAAA:, sig2=:AAAA:", "malformed_signature"),
        ('sig1=("@method"), sig2=("@method")', "sig1=:AAAA:, sig2=:AAAA:", "ambiguous_header"),
        ('sig1=("@method"), sig1=("@path")', "sig1=:AAAA:", "ambiguous_header"),
        ('sig1=("@method")', "sig1=:AAAA:, sig1=:BBBB:", "ambiguous_header"),
        ('sig1=("@method")', "sig1=AAAA", "bad_encoding"),
        ('sig1=("@method")', "sig1=:A:", "bad_encoding"),
        ('sig1=("@method")', "sig1", "bad_encoding"),
        ('sig1="@method"', "sig1=:AAAA:", "malformed_signature"),
        ("sig1", "sig1=:AAAA:", "malformed_signature"),
        ("sig1=(", "sig1=:AAAA:", "malformed_signature"),
        ("\xff", "sig1=:AAAA:", "malformed_signature"),
        ('sig1=("@method");alg=hmac-sha256', "sig1=:AAAA:", "malformed_signature"),
        ('sig1=("@method");keyid=5', "sig1=:AAAA:", "malformed_signature"),
        ('sig1=("@method");nonce', "sig1=:AAAA:", "malformed_signature"),
        ('sig1=("@method");tag=:AAAA:', "sig1=:AAAA:", "malformed_signature"),
        ('sig1=("@method");alg="none"', "sig1=:AAAA:", "alg_not_allowed"),
        ('sig1=("@method");alg=""', "sig1=:AAAA:", "signature_mismatch"),
        ('sig1=("@method" "@path" "@method")', "sig1=:AAAA:", "malformed_signature"),
        ('sig1=("' + '" "'.join(map(str, range(101))) + '")', "sig1=:AAAA:", "malformed_signature"),
    ],
)
def test_headers_that_are_wrong(described: str, value: str, expected: str) -> None:
    assert reason(both(described, value)) == expected


def test_one_of_several_signatures_by_its_label() -> None:
    first = signed(asked())
    again = signed(asked(), '"@method"', label="other", secret=b"another")
    pairs = [("Signature-Input", ""), ("Signature", "")]
    joined = [(name, f"{first.header(name)}, {again.header(name)}") for name, _ in pairs]
    sent = replace(asked(), headers=asked().headers + tuple(joined))
    assert reason(sent) == "ambiguous_header"
    assert reason(sent, label="sig1") == "ok"
    assert reason(sent, label="other") == "signature_mismatch"
    assert judged(sent, label="none").state == "unsigned"
    two_lines = replace(first, headers=first.headers + again.headers[-2:])
    assert reason(two_lines, label="sig1") == "ok"


# --- algorithms and keys ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("named", [True, False])
def test_algorithms(algorithm: str, named: bool) -> None:
    parameters = f";created={NOW:.0f}" + (f';alg="{algorithm}"' if named else "")
    kind, chosen = key_kind(algorithm), scheme(algorithm)
    right, wrong = (public_pem(kind), public_pem(kind, 1)) if kind else (SECRET, b"other")
    sent = signed(asked(), DEFAULT, parameters, algorithm=algorithm)
    verdict = judged(sent, chosen, wrong, right)
    assert (verdict.state, verdict.secret) == ("verified", 1)
    assert reason(sent, chosen, wrong) == "signature_mismatch"
    other = "ed25519" if algorithm != "ed25519" else "hmac-sha256"
    assert judged(sent, scheme(other), right).state == "failed"


@pytest.mark.parametrize("kind", ["rsa", "p256", "ed25519"])
def test_a_public_key_is_no_shared_secret(kind: str) -> None:
    for text in (public_pem(kind), base64.b64encode(public_der(kind))):
        for parameters in (f';created={NOW:.0f};alg="hmac-sha256"', f";created={NOW:.0f}"):
            forged = signed(asked(), DEFAULT, parameters, secret=text)
            assert judged(forged, None, text).state == "failed"


def test_the_option_wins_over_what_the_signature_says() -> None:
    sent = signed(asked(), DEFAULT, f';created={NOW:.0f};alg="hmac-sha256"')
    assert reason(sent, alg="hmac-sha256") == "ok"
    assert reason(sent, alg="ed25519") == "alg_not_allowed"
    assert reason(signed(asked()), alg="\x1b\ud800") == "alg_not_allowed"
    assert judged(signed(asked()), alg="\x1b\ud800").message.isprintable()


def test_secrets() -> None:
    assert reason(signed(asked(), secret=b""), None, b"") == "invalid_secret"
    assert inside(signed(asked()), scheme(), []).reason == "secret_missing"
    assert reason(signed(asked(), algorithm="ed25519"), scheme("ed25519"), b"x") == "alg_not_allowed"


# --- times -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        (";created=1699999700", "ok"),
        (";created=1699999699", "timestamp_too_old"),
        (";created=1700000300", "ok"),
        (";created=1700000301", "timestamp_in_future"),
        ("", "missing_timestamp"),
        (";created=1700000000;expires=1700000000", "ok"),
        (";created=1700000000;expires=1699999999", "token_expired"),
        (";created=1700000000.5", "timestamp_malformed"),
        (";created=@1700000000", "timestamp_malformed"),
        (';created="1700000000"', "timestamp_malformed"),
        (";created", "timestamp_malformed"),
        (";created=1700000000;expires", "timestamp_malformed"),
    ],
)
def test_times(parameters: str, expected: str) -> None:
    assert reason(signed(asked(), DEFAULT, parameters)) == expected


def test_without_a_limit() -> None:
    unlimited = parse_scheme({"kind": "httpsig", "algorithms": ["hmac-sha256"]})
    assert reason(signed(asked(), DEFAULT, ""), unlimited) == "ok"
    assert reason(signed(asked(), DEFAULT, ";expires=1"), unlimited) == "token_expired"


# --- properties ------------------------------------------------------------------------------------------------------

PIECES = [
    *("sig1=", "sig2", "(", ")", '"@method"', '"@query-param";name="a"', '"x-a";sf', '"x-a";key="a"', '"x-a";bs'),
    *(";created=", "1700000000", ";alg=", '"hmac-sha256"', '"ed25519"', ";keyid=", ";expires=1", ":", "AAAA", "=", ","),
    *(" ", ";", '"', "\\", "?1", "@5", "@99999999999999", "1.5", '%"%c3%bc"', "*", "\t", "\x00", "\xff", "a" * 50),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@given(TEXTS, TEXTS, TEXTS, TEXTS, st.booleans())
def test_whatever_a_sender_writes_gets_a_verdict(
    described: str, value: str, field: str, found: str, near: bool
) -> None:
    described = f'sig1=("@method" "x-a";sf{described}' if near else described
    sent = request(
        b"text",
        ("Signature-Input", described),
        ("Signature", f"sig1=:AAAA:{value}" if near else value),
        ("X-A", field),
        ("Content-Digest", found),
        target=TARGET,
    )
    for chosen in (scheme(), scheme("ed25519", require_components=["content-digest"])):
        verdict = judged(sent, chosen, SECRET, public_pem("ed25519"))
        assert verdict.state in ("failed", "unsigned")
        assert verdict.message.isprintable()


@given(TEXTS)
def test_whatever_is_signed_gets_a_verdict(found: str) -> None:
    sent = signed(with_header(asked(), "Content-Digest", found), '"@method"')
    assert judged(sent).state == "verified"


@given(
    st.binary(min_size=1, max_size=20), st.integers(0), st.sampled_from(["hmac-sha256", "ed25519", "ecdsa-p256-sha256"])
)
def test_one_bit(body: bytes, bit: int, algorithm: str) -> None:
    covered = f'{DEFAULT} "@query-param";name="b"'
    sent = signed(asked(body), covered, values={'"content-digest"': digest(body)}, algorithm=algorithm)
    key = public_pem(key_kind(algorithm)) if key_kind(algorithm) else SECRET
    chosen = scheme(algorithm)
    assert judged(sent, chosen, key).state == "verified"
    assert judged(replace(sent, body=flipped(body, bit)), chosen, key).state != "verified"
    for name in ("Signature", "Signature-Input", "Content-Digest"):
        value = (sent.header(name) or "").encode()
        varied = flipped(value, bit).decode("latin-1")
        if meaning(varied) != meaning(value.decode()):
            assert judged(with_header(sent, name, varied), chosen, key).state != "verified", varied


def meaning(value: str) -> object:
    """A field as RFC 9651 reads it: blanks, and bits left over in base64, are nothing."""
    try:
        return http_sf.parse(value.encode("latin-1"), tltype="dictionary")
    except ValueError:
        return value


# --- the reference library -------------------------------------------------------------------------------------------

_REFERENCE: dict[str, Any] = {
    "hmac-sha256": reference.algorithms.HMAC_SHA256,
    "ed25519": reference.algorithms.ED25519,
    "ecdsa-p256-sha256": reference.algorithms.ECDSA_P256_SHA256,
    "ecdsa-p384-sha384": reference.algorithms.ECDSA_P384_SHA384,
    "rsa-pss-sha512": reference.algorithms.RSA_PSS_SHA512,
    "rsa-v1_5-sha256": reference.algorithms.RSA_V1_5_SHA256,
}


class Lines:
    """Headers with duplicates and order, as the library reads and writes them."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs

    def items(self) -> list[tuple[str, str]]:
        return self.pairs

    def __iter__(self) -> Any:
        return iter([name for name, _ in self.pairs])

    def __contains__(self, name: str) -> bool:
        return any(key.lower() == name.lower() for key, _ in self.pairs)

    def __setitem__(self, name: str, value: str) -> None:
        self.pairs.append((name, value))

    def __delitem__(self, name: str) -> None:
        self.pairs[:] = [pair for pair in self.pairs if pair[0].lower() != name.lower()]


@dataclass
class Message:
    """A request as the library wants it."""

    method: str
    url: str
    headers: Lines
    request_target: str


def message_of(sent: Request) -> Message:
    return Message(sent.method, sent.url, Lines(list(sent.headers)), sent.target)


def keys_of(algorithm: str) -> Any:
    private: Any = private_keys()[key_kind(algorithm)] if key_kind(algorithm) else SECRET
    public = SECRET if private is SECRET else private.public_key()
    return reference.resolvers.MappingKeyResolver(public_keys={"k": public}, private_keys={"k": private})


def by_reference(sent: Request, algorithm: str, covered: Sequence[str], *, with_alg: bool, body: bool) -> Request:
    message = message_of(sent)
    signer = reference.HTTPMessageSigner(signature_algorithm=_REFERENCE[algorithm], key_resolver=keys_of(algorithm))
    created = dt.datetime.fromtimestamp(int(time.time()), dt.UTC)
    signer.sign(
        message,
        key_id="k",
        created=created,
        label="sig1",
        include_alg=with_alg,
        covered_component_ids=covered,
        body=sent.body if body else None,
    )
    return replace(sent, headers=tuple(message.headers.pairs))


def reference_refuses(sent: Request, algorithm: str, *, body: bool) -> str:
    verifier = reference.HTTPMessageVerifier(signature_algorithm=_REFERENCE[algorithm], key_resolver=keys_of(algorithm))
    try:
        verifier.verify(message_of(sent), max_age=dt.timedelta(seconds=300), body=sent.body if body else None)
    except reference.HTTPMessageSignaturesException as error:
        return str(error).partition(":")[0] or "refused"
    return ""


COVERED = [
    *("@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query"),
    *('"@query-param";name="b"', "x-a", '"x-a";bs', '"x-dict";key="b"', "x-dict", "content-type"),
]
SENT = st.builds(
    lambda body, value, query: request(
        body,
        JSON,
        ("X-A", value),
        ("x-a", f" {value}"),
        ("X-Dict", "a=1,  b=(x y);q"),
        target=f"/in%20a/?b={query}&c=1",
    ),
    st.binary(max_size=20),
    st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]), max_size=8),
    st.sampled_from(["x", "x+y", "%7e~", "", "%C3%A9", "a=b"]),
)
CHANGES: dict[str, Any] = {
    "nothing": lambda sent, bit: sent,
    "body": lambda sent, bit: replace(sent, body=flipped(sent.body or b"x", bit)),
    "method": lambda sent, bit: replace(sent, method="PUT"),
    "url": lambda sent, bit: replace(sent, url=flipped(sent.url.encode(), bit).decode("latin-1")),
    "header": lambda sent, bit: _bit_of_header(sent, bit),
    "piece": lambda sent, bit: _piece_in_header(sent, bit),
    "header twice": lambda sent, bit: replace(sent, headers=(*sent.headers, sent.headers[bit % len(sent.headers)])),
    "header away": lambda sent, bit: replace(sent, headers=sent.headers[: bit % len(sent.headers)]),
    "label": lambda sent, bit: with_header(sent, "Signature", f"{sent.header('Signature')}, sig2=:AAAA:"),
    "labels": lambda sent, bit: with_header(sent, "Signature-Input", f"{sent.header('Signature-Input')}, sig2=()"),
}


def _bit_of_header(sent: Request, bit: int) -> Request:
    index = bit % len(sent.headers)
    name, value = sent.headers[index]
    varied = (name, flipped(value.encode("latin-1") or b"x", bit // 7).decode("latin-1"))
    return replace(sent, headers=(*sent.headers[:index], varied, *sent.headers[index + 1 :]))


def _piece_in_header(sent: Request, bit: int) -> Request:
    index, piece = bit % len(sent.headers), PIECES[bit % len(PIECES)]
    name, value = sent.headers[index]
    at = bit % (len(value) + 1)
    return replace(
        sent, headers=(*sent.headers[:index], (name, value[:at] + piece + value[at:]), *sent.headers[index + 1 :])
    )


@pytest.mark.parametrize("algorithm", _REFERENCE)
@settings(max_examples=50)
@given(
    sent=SENT,
    covered=st.lists(st.sampled_from(COVERED), unique=True, max_size=5),
    with_alg=st.booleans(),
    body=st.booleans(),
    change=st.sampled_from(sorted(CHANGES)),
    bit=st.integers(0, 5000),
)
def test_the_reference_refuses_nothing_that_is_verified(
    algorithm: str, sent: Request, covered: list[str], with_alg: bool, body: bool, change: str, bit: int
) -> None:
    valid = by_reference(sent, algorithm, covered, with_alg=with_alg, body=body)
    chosen = scheme(algorithm)
    key = public_pem(key_kind(algorithm)) if key_kind(algorithm) else SECRET
    assert reason(valid, chosen, key, at=time.time()) == "ok"
    varied = CHANGES[change](valid, bit)
    if judged(varied, chosen, key, at=time.time()).state == "verified":
        # It reads the address even where nothing of it is covered.
        assert reference_refuses(varied, algorithm, body=body) in ("", *(["Invalid URL"] if change == "url" else []))


def test_the_preset_takes_what_the_reference_signs() -> None:
    sent = by_reference(
        request(b"text", target=TARGET), "ed25519", ["@method", "@target-uri"], with_alg=True, body=True
    )
    assert reason(sent, PRESETS["rfc9421"], public_pem("ed25519"), at=time.time()) == "ok"
