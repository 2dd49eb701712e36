"""Schemes from tables and files: what is read, and that every fault is named with its place."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.verification import PRESETS
from hookscope.bundled import resources
from hookscope.verification import Scheme, SchemeError, load_schemes, parse_scheme, read_schemes
from hookscope.verification.template import BODY

SIGNATURE = {"name": "X-Sig", "encoding": "hex"}
HMAC: dict[str, Any] = {"algorithm": "hmac-sha256", "signature": [SIGNATURE]}
STATIC: dict[str, Any] = {"kind": "static", "token": {"name": "X-Token"}}
JWT: dict[str, Any] = {"kind": "jwt", "token": {"name": "X-Token"}, "algorithms": ["HS256"]}
HTTPSIG: dict[str, Any] = {"kind": "httpsig", "algorithms": ["ed25519"]}
PUBLIC: dict[str, Any] = {"kind": "asymmetric", "algorithm": "ed25519", "signature": [SIGNATURE]}
DIGEST: dict[str, Any] = {
    "kind": "digest",
    "algorithm": "sha256",
    "signature": [SIGNATURE],
    "template": "{secret}{body}",
}


def fault(table: dict[str, Any], id: str = "custom") -> str:
    with pytest.raises(SchemeError) as caught:
        parse_scheme(table, id)
    assert str(caught.value).endswith((".", "?"))
    return str(caught.value)


def signature(**keys: Any) -> dict[str, Any]:
    return {**HMAC, "signature": [{**SIGNATURE, **keys}]}


def timestamp(**keys: Any) -> dict[str, Any]:
    return {**HMAC, "timestamp": {"from": "header", "name": "X-Time", **keys}}


# --- presets ---------------------------------------------------------------------------------------------------------


def test_vendasta_comes_first_and_the_rest_by_name() -> None:
    ids = list(PRESETS)
    assert ids[:3] == ["vendasta-send", "vendasta-trigger", "vendasta-marketplace"]
    names = [PRESETS[id].name.casefold() for id in ids[3:]]
    assert names == sorted(names)


@pytest.mark.parametrize("path", sorted((resources() / "schemes").glob("*.toml")), ids=lambda path: str(path.stem))
def test_every_preset(path: Path) -> None:
    scheme = PRESETS[path.stem]
    assert read_schemes(path.read_text("utf-8"), path.stem) == {path.stem: scheme}
    assert scheme.id == path.stem
    assert scheme.name
    assert not scheme.key.value or "PUBLIC KEY" in scheme.key.value
    assert scheme.strength == {"static": "token", "basic": "basic"}.get(scheme.kind, "signature")


def test_there_is_no_other_preset() -> None:
    assert PRESETS.keys() == {path.stem for path in (resources() / "schemes").glob("*.toml")}
    assert len(PRESETS) >= 75


def test_which_presets_protect_the_body() -> None:
    not_protected = {id for id, scheme in PRESETS.items() if scheme.strength == "signature" and not scheme.covers_body}
    assert not_protected == {"adyen", "aws-sns", "mailgun", "mercado-pago", "jwt-es256", "jwt-hs256", "jwt-rs256"}
    assert not any(scheme.covers_body for scheme in PRESETS.values() if scheme.strength != "signature")


# --- files -----------------------------------------------------------------------------------------------------------


def test_one_scheme_at_the_top_or_one_a_table() -> None:
    one = 'name = "One"\nkind = "basic"\n'
    assert list(read_schemes(one, "my-one")) == ["my-one"]
    assert list(read_schemes("\ufeff" + one)) == ["custom"]
    two = '[my-two]\nname = "Two"\nkind = "basic"\n[my-three]\nkind = "basic"\n'
    assert [(each.id, each.name) for each in read_schemes(two).values()] == [
        ("my-two", "Two"),
        ("my-three", "my-three"),
    ]
    assert read_schemes("") == {}
    assert list(read_schemes('[name]\nkind = "basic"')) == ["name"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "This is not TOML: "),
        ("x = " + "[" * 5000, "This is not TOML: "),
        ('[my-one]\nkind = "basic"\nnonsense = 1', "[my-one] nonsense is not known."),
        ('my-one = "basic"', "[my-one] algorithm is missing."),
        ('[My_One]\nkind = "basic"', "[My_One] The id 'My_One' must be in kebab-case, as in my-sender."),
        ('name = "One"\nkind = "nonsense"', "kind must be one of hmac, digest"),
    ],
)
def test_faults_of_a_text(text: str, words: str) -> None:
    with pytest.raises(SchemeError) as caught:
        read_schemes(text)
    assert words in str(caught.value)


def test_faults_of_a_folder_name_the_file(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text('name = "One"\nkind = "basic"', "utf-8")
    (tmp_path / "other.txt").write_text("no scheme", "utf-8")
    assert list(load_schemes(tmp_path)) == ["one"]
    (tmp_path / "two.toml").write_text('[one]\nkind = "basic"', "utf-8")
    with pytest.raises(SchemeError, match=r"^two\.toml: one is there twice\.$"):
        load_schemes(tmp_path)
    (tmp_path / "two.toml").write_bytes(b"\xff")
    with pytest.raises(SchemeError, match=r"^two\.toml: "):
        load_schemes(tmp_path)
    assert load_schemes(tmp_path / "none") == {}


# --- faults ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({}, "algorithm is missing."),
        (
            {**HMAC, "kind": "nonsense"},
            "kind must be one of hmac, digest, asymmetric, static, basic, jwt, jws-detached",
        ),
        ({**HMAC, "algorithm": "hmac-crc"}, "algorithm must be one of hmac-md5, hmac-sha1"),
        ({**HMAC, "algorithm": "ed25519"}, "algorithm must be one of hmac-md5, hmac-sha1"),
        ({**HMAC, "body": "nonsense"}, "body must be one of wire, decoded."),
        ({**HMAC, "name": 5}, "name must be a text."),
        ({**HMAC, "name": "\ud800"}, "half a character is missing"),
        ({**HMAC, "rank": 1000}, "rank must be from 0 to 999."),
        ({**HMAC, "covers_body": "yes"}, "covers_body must be true or false."),
        ({**HMAC, "template": "{nonsense}"}, "template: {nonsense} is not known."),
        ({**HMAC, "template": 5}, "template must be a text."),
        ({**HMAC, "url_forms": ["nonsense"]}, "url_forms must be one or more of as-is, without-port"),
        ({**HMAC, "url_forms": []}, "url_forms must be one or more of"),
        ({"algorithm": "hmac-sha256"}, "signature is missing. Say where the signature stands."),
        ({**HMAC, "signature": SIGNATURE}, "signature must be a list of tables."),
        (signature(name=""), "signature[1].name must not be empty."),
        (signature(encoding="nonsense"), "signature[1].encoding must be one of hex, base64, base64url."),
        (signature(format="nonsense"), "signature[1].format must be one of plain, pairs, tagged-list."),
        (signature(**{"from": "cookie"}), "signature[1].from must be one of header, query, form, json, item."),
        (signature(**{"from": "item"}), "signature.from: item needs each"),
        (signature(format="pairs"), "signature.key is missing"),
        (signature(format="pairs", key="v1", separator=""), "signature[1].separator must not be empty."),
        (signature(format="pairs", key="v1", kv=""), "signature[1].kv must not be empty."),
        (signature(format="pairs", key="v1", prefix="x"), "signature[1].prefix belongs to the format plain."),
        (signature(name="X-{n}"), "signature[1].name: {n} and numbered go together."),
        (signature(numbered=5), "signature[1].name: {n} and numbered go together."),
        (signature(name="X-{n}", numbered=101), "signature[1].numbered must be from 0 to 100."),
        ({**HMAC, "signature": [SIGNATURE, {"name": "X"}]}, "signature[2].encoding is missing."),
        ({**HMAC, "timestamp": {"name": "X"}}, "timestamp.from is missing."),
        (timestamp(format="iso"), "timestamp.format must be one of unix, unix_ms, rfc3339, http_date."),
        (timestamp(tolerance=-1), "timestamp.tolerance must be a number of seconds from 0 on."),
        (timestamp(tolerance=float("inf")), "timestamp.tolerance must be a number."),
        (timestamp(future_tolerance=float("nan")), "timestamp.future_tolerance must be a number."),
        (timestamp(**{"from": "signature"}), "timestamp.from: signature needs a signature whose format is pairs."),
        (timestamp(**{"from": "cookie"}), "timestamp.from must be one of header, signature, json, form, query."),
        ({**HMAC, "key": {"encoding": "rot13"}}, "key.encoding must be one of utf8, hex"),
        ({**HMAC, "key": {"encoding": "pem"}}, "key.encoding is for public keys, and hmac has a shared secret."),
        ({**HMAC, "key": {"value": "secret"}}, "key.value is for public keys, and hmac has a shared secret."),
        ({**PUBLIC, "key": {"fetch": {"name": "X"}}}, "key.fetch.from is missing."),
        (
            {**PUBLIC, "key": {"fetch": {"from": "header", "name": "X", "hosts_regex": "("}}},
            "key.fetch.hosts_regex is not a regular expression",
        ),
        ({**HMAC, "require": [{"left": "{body}"}]}, "require[1].equals is missing."),
        ({**HMAC, "require": [{"left": "{x}", "equals": ""}]}, "require[1].left: {x} is not known."),
        (
            {**HMAC, "require": [{"left": "", "equals": "", "reason": "nonsense"}]},
            "require[1].reason must be one of missing_header",
        ),
        ({**HMAC, "variant": [{}, {}]}, "variant: only the last one may have no when"),
        ({**HMAC, "variant": [{"when": {"present": "{x}"}}]}, "variant[1].when.present: {x} is not known."),
        ({**HMAC, "variant": [{"when": {"left": "{body}"}}]}, "variant[1].when.equals is missing."),
        ({**HMAC, "variant": [{"when": {"all": [{"present": "{body}", "x": 1}]}}]}, "variant[1].when.all[1].x is not"),
        ({**HMAC, "variant": [{"algorithm": "ed25519"}]}, "variant[1].algorithm must be one of hmac-md5"),
        ({**HMAC, "options": "id"}, "options must be a list of names, or a table of names and defaults."),
        ({**HMAC, "options": ["ID"]}, "options: ID must be a name in lower case"),
        ({**HMAC, "options": {"id": 5}}, "options: id must be a name in lower case with a text as default."),
        ({**HMAC, "template": "{option:id}"}, "options: {option:id} is used and not listed."),
        (signature(name="{option:id}"), "options: {option:id} is used and not listed."),
        ({**STATIC, "token": {"from": "{option:at}", "name": "X"}}, "options: {option:at} is used and not listed."),
        ({"kind": "static"}, "token is missing."),
        ({**STATIC, "token": {"from": "form", "name": "X"}}, "token.from must be one of header, query, cookie"),
        ({**STATIC, "token": {"from": "header"}}, "token.name is missing."),
        ({**JWT, "algorithms": []}, "algorithms must be one or more of HS256"),
        ({**JWT, "algorithms": ["none"]}, "algorithms must be one or more of HS256"),
        ({**JWT, "algorithms": "HS256"}, "algorithms must be a list of texts."),
        ({**JWT, "claims": ["iss"]}, "claims must be a table."),
        ({**JWT, "claims": {"iss": 5}}, "claims.iss must be a text or a list of texts."),
        ({**JWT, "claims": {"iss": []}}, "claims.iss must be a text or a list of texts."),
        ({**JWT, "leeway": -1}, "leeway must be a number of seconds from 0 on."),
        (
            {**JWT, "hashes": [{"claim": "h", "value": "{body}", "absent": "ok"}]},
            "hashes[1].absent must be one of fail",
        ),
        ({**HTTPSIG, "algorithms": ["HS256"]}, "algorithms must be one or more of rsa-pss-sha512"),
        (
            {**HMAC, "delivery_id": {"from": "form", "name": "x"}},
            "delivery_id.from must be one of header, query, json.",
        ),
    ],
)
def test_faults(table: dict[str, Any], words: str) -> None:
    assert words in fault(table)


@pytest.mark.parametrize("table", [HMAC, STATIC, JWT, HTTPSIG, PUBLIC, DIGEST, {"kind": "basic"}])
def test_unknown_keys(table: dict[str, Any]) -> None:
    assert parse_scheme(table).id == "custom"
    assert fault({**table, "algoritm": "x"}).startswith("algoritm is not known.")
    assert "Did you mean" in fault({**table, "kinds": "x"})


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("signature[1].x", signature(x=1)),
        ("timestamp.x", timestamp(x=1)),
        ("key.x", {**HMAC, "key": {"x": 1}}),
        ("key.fetch.x", {**PUBLIC, "key": {"fetch": {"from": "json", "name": "a", "x": 1}}}),
        ("token.x", {**STATIC, "token": {"name": "X", "x": 1}}),
        ("require[1].x", {**HMAC, "require": [{"left": "", "equals": "", "x": 1}]}),
        ("variant[1].x", {**HMAC, "variant": [{"x": 1}]}),
        ("variant[1].require[1].x", {**HMAC, "variant": [{"require": [{"left": "", "equals": "", "x": 1}]}]}),
        ("hashes[1].x", {**JWT, "hashes": [{"claim": "h", "value": "{body}", "x": 1}]}),
        ("delivery_id.x", {**HMAC, "delivery_id": {"from": "json", "name": "a", "x": 1}}),
    ],
)
def test_unknown_keys_of_inner_tables(path: str, table: dict[str, Any]) -> None:
    assert fault(table).startswith(f"{path} is not known.")


@pytest.mark.parametrize(
    ("key", "value", "others"),
    [
        ("require", [{"left": "{header:X}", "equals": "1"}], [STATIC, JWT, HTTPSIG]),
        ("timestamp", {"from": "header", "name": "X"}, [STATIC, JWT, HTTPSIG]),
        ("signature", [SIGNATURE], [STATIC, JWT, HTTPSIG]),
        ("template", "{body}", [STATIC, JWT, HTTPSIG]),
        ("claims", {"iss": "x"}, [HMAC, STATIC, HTTPSIG]),
        ("require_claims", ["exp"], [HMAC, STATIC, HTTPSIG]),
        ("hashes", [{"claim": "h", "value": "{body}"}], [HMAC, STATIC, HTTPSIG]),
        ("max_age", 5, [HMAC, STATIC]),
        ("require_components", ["@method"], [HMAC, STATIC, JWT]),
        ("algorithm", "hmac-sha256", [STATIC, JWT, HTTPSIG]),
        ("algorithms", ["HS256"], [HMAC, STATIC]),
        ("token", {"name": "X"}, [HMAC, HTTPSIG, {"kind": "basic"}]),
        ("key", {"encoding": "hex"}, [STATIC, {"kind": "basic"}]),
    ],
)
def test_what_a_kind_would_not_check_is_refused(key: str, value: object, others: list[dict[str, Any]]) -> None:
    for table in others:
        assert f"{key} does not belong to the kind {table.get('kind', 'hmac')}." in fault({**table, key: value})


def test_a_token_may_say_that_it_is_text() -> None:
    assert parse_scheme({**STATIC, "key": {"encoding": "utf8"}}) == parse_scheme(STATIC)


def test_a_digest_needs_the_secret_in_its_text() -> None:
    assert "can be made by anybody" in fault({**DIGEST, "template": "{body}"})
    assert "can be made by anybody" in fault({**DIGEST, "variant": [{"template": "{url}{body}"}]})
    assert "{secret} does not belong" in fault({**PUBLIC, "template": "{secret}{body}"})


@pytest.mark.parametrize("encoding", ["hex", "base64", "base64url"])
def test_a_public_key_in_bytes_must_not_pass_for_a_shared_secret(encoding: str) -> None:
    for table in ({**JWT, "algorithms": ["EdDSA", "HS256"]}, {**HTTPSIG, "algorithms": ["ed25519", "hmac-sha256"]}):
        assert "either only shared secrets or only public keys" in fault({**table, "key": {"encoding": encoding}})
        assert parse_scheme(table).algorithms == tuple(table["algorithms"])


# --- what is derived -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "covers"),
    [
        (HMAC, True),
        ({**HMAC, "template": "{timestamp}"}, False),
        ({**HMAC, "template": "{body|sha256hex}"}, True),
        ({**HMAC, "template": "{body}", "covers_body": False}, False),
        ({**HMAC, "variant": [{"template": "{url}"}]}, False),
        ({**HMAC, "variant": [{"when": {"present": "{url}"}, "template": "{url}"}, {}]}, False),
        (
            {
                **HMAC,
                "variant": [{"template": "{url}", "require": [{"left": "{body|sha256hex}", "equals": "{query:h}"}]}],
            },
            True,
        ),
        (  # the hash stands in a header that is not signed, so anybody can write it anew
            {
                **HMAC,
                "variant": [{"template": "{url}", "require": [{"left": "{body|sha256hex}", "equals": "{header:H}"}]}],
            },
            False,
        ),
        (
            {
                **HMAC,
                "variant": [{"template": "{header:H}", "require": [{"left": "{body|crc32}", "equals": "{header:H}"}]}],
            },
            True,
        ),
        (JWT, False),
        ({**JWT, "token": {"from": "body"}}, True),
        ({**JWT, "hashes": [{"claim": "h", "value": "{body|sha256hex}"}]}, True),
        ({**JWT, "hashes": [{"claim": "h", "value": "{url|sha256hex}"}]}, False),
        (STATIC, False),
        (DIGEST, True),
    ],
)
def test_whether_the_body_is_protected(table: dict[str, Any], covers: bool) -> None:
    assert parse_scheme(table).covers_body is covers


def test_defaults() -> None:
    scheme = parse_scheme(timestamp(tolerance=60))
    assert scheme.timestamp
    assert (scheme.timestamp.future_tolerance, scheme.timestamp.enforce, scheme.timestamp.required) == (60, True, True)
    assert (scheme.id, scheme.name, scheme.kind, scheme.template) == ("custom", "custom", "hmac", BODY)
    tagged = parse_scheme(signature(format="tagged-list", key="v1")).signature[0]
    assert (tagged.separator, tagged.kv) == (" ", ",")
    pairs = parse_scheme(signature(format="pairs", key="v1")).signature[0]
    assert (pairs.separator, pairs.kv) == (",", "=")


def test_options() -> None:
    assert parse_scheme({**HMAC, "options": ["id"]}).options == {"id": None}
    assert parse_scheme({**HMAC, "options": {"id": "x"}}).options == {"id": "x"}


def test_a_table_is_not_changed() -> None:
    table = tomllib.loads((resources() / "schemes" / "aws-sns.toml").read_text("utf-8"))
    before = repr(table)
    parse_scheme(table, "aws-sns")
    assert repr(table) == before


TABLES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4), st.sampled_from(["hmac", "{body}"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["name", "from", "kind", "signature", "token", "key", "variant", "when", "all", "x"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*HMAC, *JWT, "claims", "options", "timestamp", "variant"]), TABLES, max_size=5))
def test_any_table_is_a_scheme_or_refused_in_a_sentence(table: dict[str, Any]) -> None:
    try:
        read: Scheme | str = parse_scheme({**HMAC, **table})
    except SchemeError as error:
        read = str(error)
    assert isinstance(read, Scheme) or read.endswith((".", "?"))
