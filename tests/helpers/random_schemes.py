"""Schemes, requests, secrets and options without sense, which have to get a verdict all the same."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from hypothesis import strategies as st

from helpers.verification import FORM, JSON, NOW, SECRET, private_pem, public_pem, request
from hookscope.deliveries import Request
from hookscope.verification import Scheme, SchemeError, parse_scheme
from hookscope.verification.httpsig import ALGORITHMS as HTTPSIG
from hookscope.verification.jwt import ALGORITHMS as JOSE
from hookscope.verification.primitives import ASYMMETRIC, MACS
from hookscope.verification.template import FILTERS, WITH_ARGUMENT, WITHOUT_ARGUMENT

NAMES = st.sampled_from(
    ["X-Sig", "x-time", "Authorization", "sig", "a", "a.b", "a.*.b", "a.*", "é", "{option:o}", "Cookie"]
)
ENCODINGS = st.sampled_from(["hex", "base64", "base64url"])
KEY_ENCODINGS = st.sampled_from(["utf8", "utf8", "hex", "base64", "base64url", "pem", "spki-base64", "jwk", "jwks"])
SECONDS = st.sampled_from([0, 1, 300, 1e9])


def chosen(values: Any) -> st.SearchStrategy[Any]:
    """One of these."""
    return st.sampled_from(sorted(values))


def table(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A table with some of its keys."""
    return st.fixed_dictionaries(required, optional=optional)


PLACEHOLDERS = st.builds(
    lambda kind, name, filters: f"{{{kind}{f':{name}' if kind in WITH_ARGUMENT else ''}{filters}}}",
    chosen(WITH_ARGUMENT | WITHOUT_ARGUMENT),
    NAMES.filter(lambda name: "{" not in name) | st.just("o"),
    st.sampled_from(["", "", *(f"|{name}" for name in sorted(FILTERS))]),
)
TEMPLATES = st.one_of(
    st.sampled_from(["{body}", "{timestamp}.{body}", "{method}{url}{body}", "{form_sorted}", "{secret}{body}", ""]),
    st.lists(
        st.one_of(PLACEHOLDERS, PLACEHOLDERS.map("[?x{0}?]".format), st.sampled_from([".", "é", "\n"])), max_size=4
    ).map(lambda pieces: "".join(map(str, pieces)).replace("[?x{0}?]", "")),
)
SIGNATURE = st.one_of(
    table({"name": NAMES, "encoding": ENCODINGS}, {"from": chosen(["header", "query", "form", "json", "item"])}),
    table({"name": NAMES, "encoding": ENCODINGS}, {"prefix": st.sampled_from(["sha256=", "v0=", " ", "é"])}),
    table(
        {
            "name": NAMES,
            "encoding": ENCODINGS,
            "format": chosen(["pairs", "tagged-list"]),
            "key": chosen(["v1", "t", "é"]),
        },
        {
            "separator": st.sampled_from([",", " ", ";", "; ", "v1"]),
            "kv": st.sampled_from(["=", ",", ":", "é"]),
            "from": chosen(["header", "json", "item", "query"]),
        },
    ),
    st.just({"name": "X-{n}", "numbered": 3, "encoding": "hex"}),
)
TIMESTAMP = table(
    {"from": chosen(["header", "signature", "json", "form", "query"]), "name": NAMES | st.just("t")},
    {
        "format": chosen(["unix", "unix_ms", "rfc3339", "http_date"]),
        "tolerance": SECONDS,
        "future_tolerance": SECONDS,
        "enforce": st.booleans(),
        "required": st.booleans(),
    },
)
REQUIREMENT = table({"left": TEMPLATES, "equals": TEMPLATES}, {"optional": st.booleans()})
CONDITION = st.one_of(table({"present": TEMPLATES}, {}), table({"left": TEMPLATES, "equals": TEMPLATES}, {}))
WHEN = st.one_of(CONDITION, st.lists(CONDITION, max_size=2).map(lambda each: {"all": each}))
TOKEN = table(
    {"name": NAMES},
    {
        "from": chosen(["header", "query", "cookie", "json", "body", "{option:o}"]),
        "scheme": chosen(["Bearer", "JWT", "é"]),
    },
)
HASH = table({"claim": NAMES, "value": TEMPLATES}, {"absent": chosen(["fail", "ok-if-empty-body"])})
KEY = table({"encoding": KEY_ENCODINGS}, {"strip_prefixes": st.just(["whsec_", "v1,"])})

COMMON: dict[str, Any] = {
    "options": st.sampled_from([["o"], {"o": "X-Sig"}, {"o": ""}, {"o": "json"}]),
    "body": chosen(["wire", "decoded"]),
    "covers_body": st.booleans(),
    "delivery_id": table({"from": chosen(["header", "json", "query"]), "name": NAMES}, {}),
}
SIGNED: dict[str, Any] = {
    **COMMON,
    "key": KEY,
    "signature": st.lists(SIGNATURE, min_size=1, max_size=2),
    "timestamp": TIMESTAMP,
    "template": TEMPLATES,
    "url_forms": st.just(["as-is", "without-port", "with-default-port"]),
    "each": chosen(["a", "a.*", "a.*.b", "*"]),
    "require": st.lists(REQUIREMENT, max_size=2),
    "variant": st.lists(
        table({}, {"when": WHEN, "template": TEMPLATES, "require": st.lists(REQUIREMENT, max_size=1)}), max_size=2
    ),
}
CLAIMED: dict[str, Any] = {
    **COMMON,
    "key": KEY,
    "claims": st.dictionaries(chosen(["iss", "aud", "exp", "x"]), st.sampled_from(["me", ["me", "us"]]), max_size=2),
    "require_claims": st.lists(chosen(["exp", "iat", "jti", "x"]), max_size=2),
    "max_age": SECONDS,
    "leeway": SECONDS,
    "hashes": st.lists(HASH, max_size=2),
    "payload_claim": st.sampled_from(["p", "iat"]),
}


def algorithms(names: Any) -> st.SearchStrategy[list[str]]:
    """One or more algorithms."""
    return st.lists(chosen(names), min_size=1, max_size=3)


TABLES = st.one_of(
    table({"algorithm": chosen(MACS)}, SIGNED),
    table(
        {"algorithm": chosen(MACS), "signature": st.lists(SIGNATURE, min_size=1, max_size=2)}, {"template": TEMPLATES}
    ),
    table(
        {
            "kind": st.just("digest"),
            "algorithm": st.just("sha256"),
            "template": chosen(["{secret}{body}", "{body}.{secret}{url}"]),
        },
        {key: strategy for key, strategy in SIGNED.items() if key not in ("template", "variant")},
    ),
    table({"kind": st.just("asymmetric"), "algorithm": chosen(ASYMMETRIC)}, SIGNED),
    table({"kind": st.just("static"), "token": TOKEN}, COMMON),
    table({"kind": st.just("basic")}, COMMON),
    table({"kind": st.just("jwt"), "token": TOKEN, "algorithms": algorithms(JOSE)}, CLAIMED),
    table({"kind": st.just("jws-detached"), "token": TOKEN, "algorithms": algorithms(JOSE)}, {**COMMON, "key": KEY}),
    table(
        {"kind": st.just("httpsig"), "algorithms": algorithms(HTTPSIG)},
        {
            **COMMON,
            "key": KEY,
            "max_age": SECONDS,
            "require_components": st.lists(chosen(["@path", "content-digest", "x-sig", "é", "@x"]), max_size=2),
        },
    ),
)


def _parsed(read: dict[str, Any]) -> Iterator[Scheme]:
    if read.get("kind", "hmac") in ("hmac", "digest", "asymmetric"):
        read = {"signature": [{"name": "X-Sig", "encoding": "hex"}], **read}
    with suppress(SchemeError):
        yield parse_scheme({"options": {"o": "X-Sig"}, **read})


SCHEMES = TABLES.map(lambda read: list(_parsed(read))).filter(bool).map(lambda found: found[0])


# --- requests --------------------------------------------------------------------------------------------------------

VALUES = st.one_of(
    st.text(st.characters(max_codepoint=255), max_size=12),
    st.sampled_from(
        [
            "00" * 32,
            "sha256=" + "aa" * 32,
            "t=1700000000,v1=" + "00" * 32,
            "v1,AAAA v1,!! v1",
            "1700000000",
            "2023-11-14T22:13:20Z",
            "Basic dTpw",
            "Bearer e30.e30.",
            "eyJhbGciOiJIUzI1NiJ9..AAAA",
            "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOjV9..AAAA",
            'sig1=("@method" "x-sig";sf);created=1700000000',
            "sig1=:AAAA:",
            "sig=1; a=2; a=3",
        ]
    ),
)
HEADERS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["X-Sig", "x-sig", "X-Time", "X-1", "Authorization", "Cookie", "a"]), VALUES),
        st.tuples(st.sampled_from(["Signature", "Signature-Input", "Content-Digest", "Content-Encoding"]), VALUES),
        st.sampled_from([JSON, FORM, ("Content-Encoding", "gzip"), ("Content-Length", "5")]),
    ),
    max_size=6,
)
DOCUMENTS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4), VALUES),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["a", "b", "sig", "t"]), inner, max_size=3)
    ),
    max_leaves=8,
)
BODIES = st.one_of(
    st.binary(max_size=30),
    DOCUMENTS.map(lambda document: json.dumps(document).encode()),
    st.sampled_from(
        [b"a=1&b=2&sig=00", b"a=1&a=2", b"&=&", gzip.compress(b'{"a":1}'), b'{"a":1,"a":2}', b"e30.e30.AA"]
    ),
)
TARGETS = st.sampled_from(
    ["/in", "/in?a=1&sig=00&t=1", "/in?a=1&a=2", "/in?%zz&=", "*", "", "/\xff?\x00#", "http://x/?a"]
)
URLS = st.sampled_from(
    ["https://a.example/in?a=1", "", "https://a.example:443/x", "http://[", "https://a:b/", "\u20ac", "/in"]
)
REQUESTS = st.builds(
    lambda body, headers, method, target, url: Request(method, target, tuple(headers), body, url),
    BODIES,
    HEADERS,
    st.sampled_from(["POST", "GET", "post", ""]),
    TARGETS,
    URLS,
)
SOUND_REQUESTS = st.builds(
    lambda body, headers, target: request(body, *headers, target=target),
    BODIES,
    HEADERS,
    st.sampled_from(["/in", "/in?a=1"]),
)
_KINDS = ("p256", "p384", "p521", "ed25519", "rsa")  # the last takes the longest to read
ODD_SECRETS = [
    b"",
    b" ",
    b"u:p",
    b"whsec_",
    b"{",
    b'{"keys":5}',
    b"-----BEGIN",
    base64.b64encode(b"k" * 32),
    b"aa" * 32,
]
SECRETS = st.lists(
    st.one_of(
        st.binary(max_size=10),
        st.just(SECRET),
        st.sampled_from(_KINDS).map(public_pem),
        st.sampled_from(_KINDS[:-1]).map(private_pem),
        st.sampled_from(ODD_SECRETS),
    ),
    max_size=3,
)
OPTIONS: st.SearchStrategy[dict[str, str]] = st.one_of(
    st.just({}),
    st.dictionaries(
        st.sampled_from(["o", "label", "alg", "hex_case", "x"]),
        st.one_of(
            st.sampled_from(["X-Sig", "a", "json", "body", "option", "sig1", "upper", "lower", "ed25519"]),
            st.text(max_size=5),
        ),
        max_size=3,
    ),
)


def every_secret(kind: str) -> tuple[list[bytes], list[bytes]]:
    """Secrets of which one fits whatever a scheme of this kind asks for: to sign, and to verify."""
    if kind == "basic":
        return [b"user:password"] * 2, [b"user:password"]
    shared = [b"aa" * 32]  # text, hexadecimal and base64 of all sorts
    if kind in ("hmac", "digest", "static"):
        return shared, shared
    # The pairs come first: 64 hexadecimal digits may also be the seed of a key, which is another one to verify with.
    return [private_pem(each) for each in _KINDS] + shared, [public_pem(each) for each in _KINDS] + shared


TIMES = st.one_of(st.just(NOW), st.floats())
