"""The schemes an endpoint can have."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from hookscope.deliveries.database import open_database
from hookscope.endpoints import (
    Endpoint,
    ResponseKey,
    Schemes,
    WorkspaceError,
    apply_workspace,
    export_workspace,
    parse_workspace,
    storage,
)

MINE = {
    "name": "Mine",
    "algorithm": "hmac-sha256",
    "signature": [{"name": "X-Mine", "encoding": "hex"}],
    "timestamp": {"from": "header", "name": "X-At", "tolerance": 60},
    "template": "{timestamp}\n{body}",
}
FILE = """
version = 1

[scheme.my-sender]
name = "Mine"
algorithm = "hmac-sha256"
signature = [{ name = "X-Mine", encoding = "hex" }]
timestamp = { from = "header", name = "X-At", tolerance = 60 }
template = "{timestamp}\\n{body}"

[[endpoint]]
name = "mine"
path = "/mine"
scheme = "my-sender"
secrets = ["mine", "mine-2"]
reject_unverified = true
response_keys = [{ key = "ticket", type = "string" }, { key = "count", type = "number" }]

[[endpoint]]
name = "theirs"
path = "/theirs"
scheme = "vendasta-send"
scheme_options = { name = "X-Token" }
"""
ENDPOINTS = [
    Endpoint(
        "mine",
        "/mine",
        scheme="my-sender",
        secrets=("mine", "mine-2"),
        reject_unverified=True,
        response_keys=(ResponseKey("ticket"), ResponseKey("count", "number")),
    ),
    Endpoint("theirs", "/theirs", scheme="vendasta-send", scheme_options={"name": "X-Token"}),
]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    db = open_database(tmp_path).db
    yield db
    db.close()


def test_the_programs_schemes_come_first_and_by_id() -> None:
    schemes = Schemes({"my-sender": MINE})
    listed = list(schemes.all())
    assert listed[:3] == ["vendasta-send", "vendasta-trigger", "vendasta-marketplace"]
    assert listed[-1] == "my-sender"
    assert len(listed) > 74
    assert schemes.get("github") == schemes.all()["github"]
    assert (schemes.get("my-sender") or schemes.get("github")).name == "Mine"  # type: ignore[union-attr]
    assert [schemes.get(id) for id in ("", "no-such", "../schemes/github", "GITHUB")] == [None] * 4


def test_a_workspace_brings_schemes_of_its_own(db: sqlite3.Connection) -> None:
    workspace = parse_workspace(FILE)
    assert (workspace.endpoints, workspace.schemes) == (ENDPOINTS, {"my-sender": MINE})
    applied = apply_workspace(db, workspace.endpoints, workspace.schemes)
    assert storage.load_schemes(db).own == {"my-sender": MINE}
    assert [endpoint.scheme for endpoint in applied] == ["my-sender", "vendasta-send"]
    exported = parse_workspace(export_workspace(workspace.endpoints, storage.load_schemes(db).own))
    assert exported == workspace


def test_an_endpoint_may_keep_a_scheme_that_came_before(db: sqlite3.Connection) -> None:
    workspace = parse_workspace(FILE)
    apply_workspace(db, [], workspace.schemes)
    assert apply_workspace(db, workspace.endpoints)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("[scheme]\ngithub = {}", "scheme.github: github comes with Hookscope. Give yours another id."),
        ("scheme = 1", "scheme must be tables with an id each"),
        ("scheme.x = 1", "scheme.x must be a table."),
        ("[scheme.x]\nalgoritm = 'hmac-sha256'", "scheme.x: algorithm is missing. Did you write it as algoritm?"),
        ("[[endpoint]]\nname = 'a'\npath = '/a'\nscheme_options = { a = 1 }", "endpoint[1].scheme_options must be"),
        ("[[endpoint]]\nname = 'a'\npath = '/a'\nsecrets = 'x'", "endpoint[1].secrets must be a list of texts."),
        ("[[endpoint]]\nname = 'a'\npath = '/a'\nsecrets = ['a#b']", "endpoint[1].secrets: “a#b” cannot be the name"),
        (
            "[[endpoint]]\nname = 'a'\npath = '/a'\nsecrets = ['@records/production']",
            "endpoint[1].secrets: “@records/production” is a credential of Hookscope itself. Choose another secret.",
        ),
        ("[[endpoint]]\nname = 'a'\npath = '/a'\nresponse_keys = [{}]", "endpoint[1].response_keys[1].key is missing."),
        ("[[endpoint]]\nname = 'a'\npath = '/a'\nreject_unverified = 1", "endpoint[1].reject_unverified must be"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_its_place(file: str, sentence: str) -> None:
    with pytest.raises(WorkspaceError) as raised:
        parse_workspace(f"version = 1\n{file}")
    assert str(raised.value).startswith(sentence)


@pytest.mark.parametrize(
    ("endpoint", "sentence"),
    [
        (Endpoint("a", "/a", scheme="githob"), "endpoint[1].scheme: There is no scheme “githob”. Did you mean github?"),
        (
            Endpoint("a", "/a", scheme="vendasta-send", scheme_options={"nam": "x"}),
            "endpoint[1].scheme_options: vendasta-send has no option “nam”. It has: place, name.",
        ),
        (
            Endpoint("a", "/a", scheme="static-header"),
            "endpoint[1].scheme_options: static-header needs the option header_name.",
        ),
        (Endpoint("a", "/a", scheme_options={"x": "y"}), "endpoint[1].scheme_options: Choose a scheme first."),
    ],
)
def test_an_endpoint_needs_a_scheme_that_is_there(db: sqlite3.Connection, endpoint: Endpoint, sentence: str) -> None:
    with pytest.raises(WorkspaceError) as raised:
        apply_workspace(db, [endpoint])
    assert str(raised.value) == sentence
    assert len(storage.load(db)) in (0, 2)  # nothing of it is kept


def test_a_name_is_known_without_loading_the_scheme() -> None:
    schemes = Schemes({"my-sender": MINE, "nameless": {}})
    names = [schemes.name(id) for id in ("github", "my-sender", "nameless", "gone", "../schemes/github", "")]
    assert names == ["GitHub", "Mine", "nameless", "gone", "../schemes/github", ""]
    assert all(schemes.name(id) == scheme.name for id, scheme in Schemes().all().items())
