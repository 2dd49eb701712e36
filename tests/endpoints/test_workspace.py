"""The workspace file: to the byte, strict, and all or nothing."""

from __future__ import annotations

import json
import sqlite3
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hookscope.bundled import resources
from hookscope.deliveries.database import open_database
from hookscope.endpoints import (
    CATCH_ALL_NAME,
    Endpoint,
    WorkspaceError,
    apply_workspace,
    export_workspace,
    load,
    parse_workspace,
    storage,
)
from hookscope.responses import BodyKind, Response, flaws
from hookscope.responses.senders import load_senders
from hookscope.responses.tables import json_text

FILE = """
version = 1

[[endpoint]]
name = "order-created"
path = "/order-created"
sender = "vendasta-automation"                 # a sender profile

[endpoint.response]                            # the default
status = 201
headers = [["X-Handled-By", "hookscope"], ["x-handled-by", ""]]
json = { ticket = "42" }

[[endpoint]]
name = "invoices"
path = "/invoices/*"
sender = "generic"
response = { body = "thanks\\r\\n", status = 202 }

[[endpoint]]
name = "bare"
path = "/bare"

[[endpoint]]
name = "Anything else"
path = "*"
response = { status = 410, json_text = '{"gone" :null}' }
"""

ENDPOINTS = [
    Endpoint(
        "order-created",
        "/order-created",
        Response(201, (("X-Handled-By", "hookscope"), ("x-handled-by", "")), '{"ticket": "42"}'),
    ),
    Endpoint("invoices", "/invoices/*", Response(202, (), "thanks\r\n", BodyKind.TEXT), "generic"),
    Endpoint("bare", "/bare"),
    Endpoint(CATCH_ALL_NAME, "", Response(410, (), '{"gone" :null}')),
]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    db = open_database(tmp_path).db
    yield db
    db.close()


def test_a_file_is_read() -> None:
    assert parse_workspace(FILE).endpoints == ENDPOINTS
    assert parse_workspace("\ufeff" + FILE.replace("\n", "\r\n")).endpoints == ENDPOINTS


def test_an_export_is_pleasant_to_read() -> None:
    long = json_text({"ticket": "42", "note": "x" * 80, "items": [{"sku": "1", "count": 2}]})
    endpoints = [
        ENDPOINTS[0],
        Endpoint("a", "/a", Response(body=long)),
        Endpoint("b", "/b", Response(body='{\n  "a": null\n}')),
    ]
    text = export_workspace(endpoints)
    assert text.startswith('version = 1\n\n[[endpoint]]\nname = "order-created"\npath = "/order-created"\n')
    assert '[endpoint.response.json]\nticket = "42"\n' in text
    assert 'json_text = """\n{\n' in text
    assert text.count("json_text") == 1
    assert tomllib.loads(text)["endpoint"][0]["response"]["json"] == {"ticket": "42"}


def test_whole_numbers_that_toml_need_not_hold_stay_json_text() -> None:
    assert tomllib.loads(export_workspace([Endpoint("a", "/a", Response(body=f"{2**63 - 1}"))])) == {
        "version": 1,
        "endpoint": [
            {
                "name": "a",
                "path": "/a",
                "sender": "vendasta-automation",
                "response": {"status": 200, "json": 2**63 - 1},
            }
        ],
    }
    assert f'json_text = "{2**63}"' in export_workspace([Endpoint("a", "/a", Response(body=f"{2**63}"))])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
JSON_TEXTS = (
    JSON.map(json_text)
    | JSON.map(lambda value: json.dumps(value, indent=4))
    | JSON.map(lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=True))
    | st.sampled_from(
        [
            '{"a": 1, "a": 2}',
            "1e400",
            "-0",
            "1E5",
            "9" * 30,
            '"\\ud800"',
            " {}",
            '{"a": "x\\r\\ny"}',
            "[" * 200 + "]" * 200,
        ]
    )
)
HEADERS = st.lists(
    st.tuples(
        st.from_regex(r"X-[A-Za-z0-9-]{1,9}", fullmatch=True),
        st.text(st.characters(codec="latin-1", exclude_categories=["Cc"])),
    ),
    max_size=3,
).map(tuple)
TEXTS = st.text() | st.text("\r\n\t'\"\\ru\x7f\x85")
BODIES = st.tuples(JSON_TEXTS, st.just(BodyKind.JSON)) | st.tuples(TEXTS, st.just(BodyKind.TEXT))
RESPONSES = st.builds(
    lambda status, headers, body: Response(status, headers, *body), st.integers(200, 599), HEADERS, BODIES
).filter(lambda response: not flaws(response))
NAMES = (
    st.text()
    .map(str.strip)
    .filter(lambda name: name.isprintable() and name and name.casefold() != CATCH_ALL_NAME.casefold())
)
SENDERS = st.sampled_from(sorted(load_senders()))
SETS = st.lists(st.tuples(NAMES, RESPONSES, SENDERS), max_size=3, unique_by=lambda entry: entry[0].casefold()).map(
    lambda found: [Endpoint(name, f"/{i}", response, sender) for i, (name, response, sender) in enumerate(found)]
)


@given(SETS, RESPONSES)
@example([], Response(body='{"a": "x\\r\\ny", "b": "' + "c\\n" * 80 + '"}'))
@example([Endpoint("a", "/a", scheme_options={"name": "x\r\ny\nz"})], Response(body="a\r\nb\rc\nd", kind=BodyKind.TEXT))
def test_an_export_comes_back_to_the_byte(endpoints: list[Endpoint], catch_all: Response) -> None:
    given_endpoints = [*endpoints, Endpoint(CATCH_ALL_NAME, "", catch_all, id=5)]
    text = export_workspace(given_endpoints)
    expected = [replace(endpoint, id=0) for endpoint in given_endpoints]
    assert parse_workspace(text).endpoints == expected
    assert (
        parse_workspace(text.encode().decode().replace("\n", "\r\n")).endpoints == expected
    )  # saved by an editor on Windows


@given(SETS)
def test_the_database_keeps_endpoints_to_the_byte(endpoints: list[Endpoint]) -> None:
    db = sqlite3.connect(":memory:")
    db.execute(
        "CREATE TABLE endpoint(id INTEGER PRIMARY KEY AUTOINCREMENT, position INTEGER, name TEXT, path TEXT,"
        " document TEXT, draft TEXT, applied_us INTEGER)"
    )
    stored = tuple(storage.insert(db, endpoint, 1) for endpoint in endpoints)
    assert storage.load(db) == stored
    for endpoint in stored:
        storage.keep_draft(db, endpoint.id, endpoint.rule_set)
    assert storage.drafts(db) == {endpoint.id: endpoint.rule_set for endpoint in stored}
    db.close()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "version is missing."),
        ("version = 2", "version is 2. This Hookscope reads version 1."),
        ("version = 1\nendpont = []", "endpont is not known. Did you mean endpoint?"),
        ("version = 1\nendpoint = {}", "endpoint must be a list of tables."),
        ("version = 1\n[[endpoint]]\nname = 'a'", "endpoint[1].path is missing."),
        (
            "version = 1\n[[endpoint]]\nname = 'a'\npath = '/a'\nrespnse = {}",
            "endpoint[1].respnse is not known. Did you mean response?",
        ),
        (
            "version = 1\n[[endpoint]]\nname='a'\npath='/a'\n[[endpoint]]\nname='b'\npath='/b'\nresponse.status='200'",
            "endpoint[2].response.status must be a whole number.",
        ),
        (
            "version = 1\n[[endpoint]]\nname = 'a'\npath = '/a'\nresponse = {json = {}, body = ''}",
            "endpoint[1].response.body cannot stand beside json. Keep one of them.",
        ),
        (
            "version = 1\n[[endpoint]]\nname = 'a'\npath = '/a'\nresponse = {json = [1979-05-27]}",
            "endpoint[1].response.json has a date, nan or inf, which JSON has not. Write a text.",
        ),
        (
            "version = 1\n[[endpoint]]\nname = 'a'\npath = '/a'\nresponse = {json = nan}",
            "endpoint[1].response.json has a date, nan or inf, which JSON has not. Write a text.",
        ),
        (
            "version = 1\n[[endpoint]]\nname = 'a'\npath = '/a'\nresponse = {json_text = '{'}",
            "endpoint[1].response.body: Line 1, column 2",
        ),
        (
            "version = 1\n[[endpoint]]\nname = 'a'\npath = '/a'\nresponse = {status = 99}",
            "endpoint[1].response.status: 99 ",
        ),
        ("version = 1\n[[endpoint]]\nname = 'a'\npath = 'a'", "endpoint[1].path: Enter a path that begins with /."),
        (
            "version = 1\n[[endpoint]]\nname = 'a'\npath = '*'",
            "endpoint[1].path: “Anything else” alone has the path *.",
        ),
        ("version = 1\n[[endpoint]]\nname = 'anything else'\npath = '/'", "endpoint[1].name: “Anything else” is"),
        (
            "version = 1\n[[endpoint]]\nname = 'a'\npath = '/a'\n[[endpoint]]\nname = 'A'\npath = '/b'",
            "endpoint[2].name: There is an endpoint “A” already.",
        ),
        (
            "version = 1\n[[endpoint]]\nname = 'a'\npath = '/a'\n[[endpoint]]\nname = 'b'\npath = '/a/'",
            "endpoint[2].path: The path /a/ belongs to “a” already.",
        ),
        (
            "version = 1\n[[endpoint]]\nname='a'\npath='/a'\nresponse.headers=[['\\u001b]0;x', 'y']]".replace("'", '"'),
            "endpoint[1].response.headers: “‹U+001B›]0;x” is not a header name.",
        ),
        ("version == 1", "Invalid value (at line 1, column 10)"),
        (f"version = 1\nx = {'9' * 5000}", "Exceeds the limit"),
        (f"version = 1\nx = {'[' * 5000}", "The file is nested too deep to be read."),
        (f"version = 1\nx = {'{a=' * 5000}", "The file is nested too deep to be read."),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(WorkspaceError) as raised:
        parse_workspace(text)
    assert str(raised.value).startswith(sentence)


def test_a_file_changes_and_adds_by_name_and_deletes_nothing(db: sqlite3.Connection) -> None:
    (automation, catch_all) = apply_workspace(db, []) or load_new(db)
    changed = Endpoint("MY-automation", "/other", Response(418))
    added = Endpoint("new", "/my-automation")
    result = apply_workspace(db, [added, changed])
    assert result == [replace(added, id=catch_all.id + 1), replace(changed, id=automation.id)]
    assert load(db) == (result[1], result[0], catch_all)
    assert not db.in_transaction


def load_new(db: sqlite3.Connection) -> tuple[Endpoint, Endpoint]:
    automation, catch_all = load(db)
    return automation, catch_all


def test_the_catch_all_of_a_file_is_the_one_there_is(db: sqlite3.Connection) -> None:
    (catch_all,) = apply_workspace(db, parse_workspace(FILE).endpoints[3:])
    assert load(db)[-1] == catch_all
    assert catch_all.response.status == 410
    assert len(load(db)) == 2


def test_two_endpoints_may_swap_their_paths(db: sqlite3.Connection) -> None:
    a, b = apply_workspace(db, [Endpoint("a", "/a"), Endpoint("b", "/b")])
    apply_workspace(db, [Endpoint("a", "/b"), Endpoint("b", "/a")])
    assert {endpoint.id: endpoint.path for endpoint in load(db)[1:3]} == {a.id: "/b", b.id: "/a"}


def test_a_file_that_does_not_fit_changes_nothing(db: sqlite3.Connection) -> None:
    apply_workspace(db, [Endpoint("a", "/a")])
    before = load(db)
    with pytest.raises(WorkspaceError, match=r"^endpoint\[2\]\.path: The path /a belongs to “a” already\.$"):
        apply_workspace(db, [Endpoint("b", "/b"), Endpoint("c", "/a")])
    assert load(db) == before
    assert not db.in_transaction


def test_a_write_that_breaks_off_changes_nothing(db: sqlite3.Connection) -> None:
    apply_workspace(db, [])
    before = load(db)
    db.execute(
        "CREATE TRIGGER full BEFORE INSERT ON endpoint WHEN new.name = 'c' BEGIN SELECT raise(ABORT, 'full'); END"
    )
    with pytest.raises(sqlite3.IntegrityError, match="full"):
        apply_workspace(db, [Endpoint("my-automation", "/x"), Endpoint("b", "/b"), Endpoint("c", "/c")])
    assert load(db) == before
    assert not db.in_transaction


def test_inside_the_callers_transaction_the_caller_decides(db: sqlite3.Connection) -> None:
    db.execute("BEGIN IMMEDIATE")
    apply_workspace(db, [Endpoint("a", "/a")])
    db.execute("ROLLBACK")
    assert load(db) == ()


def test_only_a_changed_response_counts_as_applied(db: sqlite3.Connection) -> None:
    (a,) = apply_workspace(db, [Endpoint("a", "/a")])
    first = storage.applied_times(db)[a.id]
    apply_workspace(db, [Endpoint("a", "/b")])
    assert storage.applied_times(db)[a.id] == first
    apply_workspace(db, [Endpoint("a", "/b", Response(500))])
    assert storage.applied_times(db)[a.id] > first


def test_the_example_of_the_documentation_can_be_applied() -> None:
    text = (resources() / "RESPONSES.md").read_text("utf-8")
    (endpoint,) = parse_workspace(text.split("```toml\n")[1].split("```")[0]).endpoints
    assert [rule.name for rule in endpoint.rules] == ["fail twice"]


def test_a_file_cannot_hold_up_requests_with_endpoints_without_end() -> None:
    tables = "".join(f'[[endpoint]]\nname = "e{number}"\npath = "/e{number}"\n' for number in range(1_001))
    with pytest.raises(WorkspaceError, match=r"^The file has 1,001 endpoints\. It may have 1,000 at most\.$"):
        parse_workspace(f"version = 1\n{tables}")
