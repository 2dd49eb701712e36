"""Profiles: which hosts there are, and what counts as the same one."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.records.model import APIS, Profile
from hookscope.records.profiles import (
    BadBase,
    custom_profile,
    is_loopback,
    load_profiles,
    origin,
    read_profile,
    token_origins,
)
from hookscope.strict_table import TableError


def test_the_environments_of_the_platform() -> None:
    profiles = load_profiles()
    assert list(profiles) == ["production", "demo"]
    for id, name in (("production", "prod"), ("demo", "demo")):
        profile = profiles[id]
        assert (profile.id, profile.is_custom) == (id, False)
        assert dict(profile.apis) == {
            "platform": f"https://{name}.apigateway.co/platform",
            "crm": f"https://{name}.apigateway.co/org",
        }
        assert profile.token_uris == (f"https://sso-api-{name}.apigateway.co/oauth2/token",)
        assert profile.user_info == f"https://sso-api-{name}.apigateway.co/oauth2/user-info"
        assert profile.audience == f"https://iam-{name}.apigateway.co"
        assert token_origins(profile) == {
            f"https://{name}.apigateway.co:443",
            f"https://sso-api-{name}.apigateway.co:443",
        }


def test_the_environments_share_no_host() -> None:
    production, demo = load_profiles().values()
    assert token_origins(production).isdisjoint(token_origins(demo))


# --- origins ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://prod.apigateway.co/platform", "https://prod.apigateway.co:443"),
        ("HTTPS://Prod.ApiGateway.co", "https://prod.apigateway.co:443"),
        ("https://prod.apigateway.co:443/x?y=z", "https://prod.apigateway.co:443"),
        ("https://prod.apigateway.co:0443/x", "https://prod.apigateway.co:443"),
        ("https://prod.apigateway.co:8443", "https://prod.apigateway.co:8443"),
        ("http://127.0.0.1:8080/a", "http://127.0.0.1:8080"),
        ("http://[0:0:0:0:0:0:0:1]/", "http://[::1]:80"),
        # another name, though it may lead to the same host
        ("https://prod.apigateway.co./", "https://prod.apigateway.co.:443"),
        ("https://prod.apigateway.co.evil.example/", "https://prod.apigateway.co.evil.example:443"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, expected: str) -> None:
    assert origin(url) == expected


NASTY = [
    "",
    "prod.apigateway.co/platform",
    "//prod.apigateway.co/platform",
    "https:prod.apigateway.co",
    "https:/prod.apigateway.co",
    "https:///prod.apigateway.co",
    "ftp://prod.apigateway.co/",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "https://user@prod.apigateway.co/",
    "https://prod.apigateway.co@evil.example/",
    "https://prod.apigateway.co:443@evil.example/",
    "https://evil.example\\@prod.apigateway.co/",
    "https://evil.example\\.prod.apigateway.co/",
    "https:\\\\prod.apigateway.co/",
    "https://prod.apigateway.co\\platform",
    "https://prod.apigateway.co/platform#x",
    "https://evil.example#@prod.apigateway.co/",
    "https://prod.apigateway.co:/platform",
    "https://prod.apigateway.co:0/",
    "https://prod.apigateway.co:65536/",
    "https://prod.apigateway.co:+443/",
    "https://prod.apigateway.co:٤٤٣/",
    "https://prod%2eapigateway.co/",
    "https://prod.apigateway。co/",
    "https://prod.apigateway.c\u043e/",  # a Cyrillic letter
    "https://prod..apigateway.co/",
    "https://.prod.apigateway.co/",
    "https:// prod.apigateway.co/",
    " https://prod.apigateway.co/",
    "https://prod.apigateway.co/\n",
    "https://prod.apigateway.co\t/",
    "https://prod.apigateway.co/a b",
    "https://prod.apigateway.co/\u202eabc",
    "https://[::1/",
    "https://[::1]x/",
    "https://[:::]/",
    "https://[fe80::1%25eth0]/",
    "https://prod.apigateway.co/" + "a" * 2_000,
]


@pytest.mark.parametrize("url", NASTY)
def test_what_could_be_read_in_two_ways_has_no_origin(url: str) -> None:
    assert origin(url) == ""
    assert not is_loopback(url)


@given(st.from_regex(r"https?://[a-z0-9.:@\\/?#%\[\]-]{0,30}", fullmatch=True) | st.text(max_size=40))
def test_an_origin_is_what_others_read_too(url: str) -> None:
    if found := origin(url):
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
        assert (parts.username, parts.password, parts.fragment) == (None, None, "")
        host = parts.hostname or ""
        if ":" not in host:
            assert found == f"{parts.scheme}://{host}:{port}"
        assert origin(found) == found


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:3000/x", True),
        ("http://LOCALHOST", True),
        ("https://127.8.9.1/", True),
        ("http://[::1]:80/", True),
        ("http://127.1/", False),  # what this means depends on who reads it
        ("http://localhost.evil.example/", False),
        ("http://127.0.0.1.evil.example/", False),
        ("http://128.0.0.1/", False),
        ("http://[::2]/", False),
        ("http://user@localhost/", False),
    ],
)
def test_loopback_is_told_from_the_address_alone(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected


# --- a base of one's own ---------------------------------------------------------------------------------------------


def test_a_custom_base_is_both_apis() -> None:
    profile = custom_profile(" https://Api.Example.com:443/platform/ ")
    assert (profile.id, profile.is_custom, profile.audience) == ("custom", True, "")
    assert dict(profile.apis) == dict.fromkeys(APIS, "https://api.example.com/platform")
    assert profile.token_uris == ("https://api.example.com/oauth2/token",)
    assert profile.user_info == "https://api.example.com/oauth2/user-info"
    assert token_origins(profile) == {"https://api.example.com:443"}


@pytest.mark.parametrize(
    ("base", "root"),
    [
        ("http://127.0.0.1:4010", "http://127.0.0.1:4010"),
        ("http://[::1]:4010/", "http://[::1]:4010"),
        ("http://localhost/a/b", "http://localhost/a/b"),
        ("https://example.com:8443", "https://example.com:8443"),
    ],
)
def test_bases_that_will_do(base: str, root: str) -> None:
    assert custom_profile(base).apis["platform"] == root


@pytest.mark.parametrize(
    ("base", "fault"),
    [
        ("", "Enter the base address"),
        ("example.com", "This is not a plain address."),
        ("https://me:pw@example.com", "This is not a plain address."),
        ("https://example.com/#x", "This is not a plain address."),
        ("https://example.com/?a=1", "A base address has no query."),
        ("https://example.com?", "A base address has no query."),
        ("https://example.com/a/../b", "The path of the base address is not plain."),
        ("https://example.com/a//b", "The path of the base address is not plain."),
        ("https://example.com/a%2fb", "The path of the base address is not plain."),
        ("http://example.com", "The token would go there unencrypted."),
        ("http://127.0.0.1.example.com/", "The token would go there unencrypted."),
        ("ftp://127.0.0.1", "This is not a plain address."),
    ],
)
def test_a_bad_base_is_refused_with_one_sentence(base: str, fault: str) -> None:
    with pytest.raises(BadBase) as caught:
        custom_profile(base)
    assert str(caught.value).startswith(fault)
    assert "pw" not in str(caught.value)


@given(st.sampled_from(NASTY) | st.text(max_size=40).map(lambda text: f"https://example.com/{text}") | st.text())
def test_a_base_is_refused_or_plain(base: str) -> None:
    try:
        profile = custom_profile(base)
    except BadBase:
        return
    assert len(token_origins(profile)) == 1
    assert all(origin(url) for url in (*profile.apis.values(), *profile.token_uris, profile.user_info))


# --- damaged files ---------------------------------------------------------------------------------------------------

WHOLE = """\
name = "Test"
token_uris = ["https://sso.example.com/token"]
user_info = "https://sso.example.com/user-info"
audience = "https://iam.example.com"
[apis]
platform = "https://api.example.com/platform"
crm = "https://api.example.com/org"
"""


def read(folder: Path, text: str) -> Profile:
    path = folder / "test.toml"
    path.write_text(text, "utf-8")
    return read_profile(path)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('name = "Test"\n', "", "name is missing."),
        ('"Test"', '" "', "name is empty."),
        ('["https://sso.example.com/token"]', "[]", "token_uris is empty."),
        ('["https://sso.example.com/token"]', '["http://x.example/"]', "token_uris[1] must be a plain https address"),
        ('crm = "https://api.example.com/org"\n', "", "apis.crm is missing."),
        ("com/org", "com:443/org", "apis.crm must be a plain https address"),
        ("com/org", "com:8443/org", "apis.crm must be a plain https address"),
        ("com/org", "com/org?x=1", "apis.crm must be a plain https address"),
        ("com/org", "com/org/", "apis.crm must be a plain https address"),
        ("com/org", "com/a/../org", "apis.crm must be a plain https address"),
        ("com/org", "com/org#x", "apis.crm must be a plain https address"),
        ("https://api.example.com/org", "https://me@api.example.com/org", "apis.crm must be a plain https address"),
        ("https://api.example.com/org", "https://Api.example.com/org", "apis.crm must be a plain https address"),
        ("https://iam.example.com", "iam.example.com", "audience must be a plain https address"),
        ("https://sso.example.com/user-info", "", "user_info must be a plain https address"),
        ("[apis]", "[apis]\nbilling = 'x'", "apis.billing is not known."),
        ("[apis]", "[apis", "Expected ']'"),
    ],
)
def test_faults_are_named_with_their_place(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert WHOLE.count(old) == 1
    assert read(tmp_path, WHOLE).apis["crm"] == "https://api.example.com/org"
    with pytest.raises(TableError) as caught:
        read(tmp_path, WHOLE.replace(old, new))
    assert str(caught.value).startswith(f"test.toml: {fault}")
