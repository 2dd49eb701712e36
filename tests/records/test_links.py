"""Links of a record: what they lead to, and that none leads the token to another host."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.ids import Found
from hookscope.records.catalogue import load_catalogue
from hookscope.records.links import ELSEWHERE, LINKS_AT_MOST, UNCLEAR, links
from hookscope.records.model import Link, LookUp, Profile, Record
from hookscope.records.profiles import custom_profile, load_profiles, origin
from hookscope.records.reading import url_of

CATALOGUE, _ = load_catalogue()
PRODUCTION, DEMO = load_profiles().values()
ORDER = "AG-7PQTGLLXQQ:ORD-S548DKHMKX"
API = "https://prod.apigateway.co/platform"


def record(document: Any, look_up: LookUp | None = None) -> Record:
    look_up = look_up or CATALOGUE.look_up("order", ORDER)
    return Record(look_up, "https://example.com/", 200, "", document, 0.0)


def related(link: Any, **more: Any) -> dict[str, Any]:
    return {"data": {"relationships": {"somethingElse": {"links": {"related": link}, **more}}}}


def only(document: Any, profile: Profile = PRODUCTION) -> Link:
    (link,) = links(record(document), CATALOGUE, profile)
    return link


def test_the_links_of_an_order_as_it_is_documented() -> None:
    site = "https://demo.apigateway.co/platform"
    document = {
        "data": {
            "type": "orders",
            "id": ORDER,
            "relationships": {
                "businessLocation": {
                    "links": {
                        "related": f"{site}/orders/{ORDER}/businessLocation",
                        "self": f"{site}/orders/{ORDER}/relationships/businessLocation",
                    },
                    "data": {"type": "businessLocations", "id": "AG-7PQTGLLXQQ"},
                },
                "customFields": {
                    "links": {
                        "related": f"{site}/orders/{ORDER}/customFields",
                        "self": f"{site}/orders/{ORDER}/relationships/customFields",
                    }
                },
            },
        }
    }
    location, fields = links(record(document), CATALOGUE, DEMO)
    assert location == Link("Business location AG-7PQTGLLXQQ", CATALOGUE.look_up("location", "AG-7PQTGLLXQQ"))
    assert fields == Link("Custom fields", CATALOGUE.related(CATALOGUE.look_up("order", ORDER))[0])
    _, elsewhere = links(record(document), CATALOGUE, PRODUCTION)
    assert elsewhere == Link("Custom fields", address=f"{site}/orders/{ORDER}/customFields", why=ELSEWHERE)


def test_an_id_that_only_names_its_own_record_is_no_link() -> None:
    account = CATALOGUE.look_up("account", "AG-7PQTGLLXQQ")
    location = CATALOGUE.look_up("location", "AG-7PQTGLLXQQ")
    data: dict[str, Any] = {
        "relationships": {"customFields": {"data": [{"type": "customFields", "id": "AG-7PQTGLLXQQ"}]}}
    }
    for own in (account, location):
        assert links(record({"data": data}, own), CATALOGUE, PRODUCTION) == ()
    data = {"relationships": {"place": {"data": {"type": "businessLocations", "id": "AG-7PQTGLLXQQ"}}}}
    (link,) = links(record({"data": data}, account), CATALOGUE, PRODUCTION)
    assert link.look_up == CATALOGUE.look_up("location", "AG-7PQTGLLXQQ")


def test_the_type_of_a_relationship_chooses_among_the_types_of_its_id() -> None:
    document = {"data": {"relationships": {"x": {"data": {"type": "odd", "id": "AG-OTHER1"}}}}}
    assert only(document) == Link("X AG-OTHER1", CATALOGUE.look_up("account", "AG-OTHER1"))


def test_lists_lead_to_each_of_their_records_and_to_the_next_page() -> None:
    user = CATALOGUE.look_up("user", "U-7c1e5b52-93d4-4f0a-8e6b-2f5d90a4c7e1")
    locations, _ = CATALOGUE.related(user)
    document = {
        "data": [{"type": "businessLocations", "id": f"AG-PLACE{n}"} for n in (1, 2, 1)]
        + [{"type": "partners", "id": "ABC"}],
        "links": {"next": f"{API}/businessLocations?page[cursor]=a%20b&page[limit]=2"},
    }
    first, second, page = links(record(document, locations), CATALOGUE, PRODUCTION)
    assert [first.title, second.title, page.title] == [
        "Business location AG-PLACE1",
        "Business location AG-PLACE2",
        "Next page",
    ]
    assert page.look_up is not None
    assert (page.look_up.type, page.look_up.path) == ("", "/businessLocations")
    assert page.look_up.parameters == (("page[cursor]", "a b"), ("page[limit]", "2"))
    assert url_of(page.look_up, PRODUCTION).endswith("/businessLocations?page%5Bcursor%5D=a%20b&page%5Blimit%5D=2")


def test_a_contact_is_found_below_the_account_whose_record_names_it() -> None:
    contact = "ContactID-2f9d4c7a-6b13-4e58-a0d2-95c7e1f8b364"
    account = CATALOGUE.look_up("account", "AG-7PQTGLLXQQ")
    document = {"data": {"relationships": {"owner": {"data": {"id": contact}}}}}
    (link,) = links(record(document, account), CATALOGUE, PRODUCTION)
    assert link.look_up == CATALOGUE.look_up("contact", contact, [Found("AG-7PQTGLLXQQ", ("account",), ())])


@pytest.mark.parametrize(
    ("address", "path"),
    [
        (f"{API}/tasks/1", "/tasks/1"),
        ("HTTPS://PROD.apigateway.co:443/platform/tasks/1", "/tasks/1"),
        (f"{API}/orders/{ORDER.replace(':', '%3A')}/tasks", f"/orders/{ORDER}/tasks"),
        ("/platform/tasks/1", "/tasks/1"),
        (f"{API}/a%20b", "/a%20b"),
        (f"{API}/a'b", "/a%27b"),
    ],
)
def test_links_below_the_api_are_followed(address: str, path: str) -> None:
    link = only(related(address))
    assert link.look_up is not None
    assert (link.title, link.why, link.look_up.api, link.look_up.path) == ("Something else", "", "platform", path)
    assert (link.look_up.id, link.look_up.type, link.look_up.related) == (ORDER, "", "somethingElse")
    assert only(related({"href": address})) == link


def test_a_link_to_a_record_that_is_known_is_its_look_up() -> None:
    assert only(related(f"{API}/salesAccounts/AG-OTHER1")) == Link(
        "Something else AG-OTHER1", CATALOGUE.look_up("account", "AG-OTHER1")
    )


def test_a_link_below_the_other_api_of_the_profile_is_followed_there() -> None:
    link = only(related("https://prod.apigateway.co/org/ABC/contacts/x"))
    assert link.look_up is not None
    assert (link.look_up.api, url_of(link.look_up, PRODUCTION)) == (
        "crm",
        "https://prod.apigateway.co/org/ABC/contacts/x",
    )


def test_with_a_custom_base_links_are_below_it() -> None:
    custom = custom_profile("http://127.0.0.1:4010")
    link = only(related("http://127.0.0.1:4010/tasks/1"), custom)
    assert link.look_up is not None
    assert url_of(link.look_up, custom) == "http://127.0.0.1:4010/tasks/1"
    assert only(related(f"{API}/tasks/1"), custom).why == ELSEWHERE
    assert only(related("http://localhost:4010/tasks/1"), custom).why == ELSEWHERE


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/platform/tasks",
        "http://prod.apigateway.co/platform/tasks",
        "https://prod.apigateway.co:8443/platform/tasks",
        "https://prod.apigateway.co./platform/tasks",
        "https://prod.apigateway.co.evil.example/platform/tasks",
        "https://sso-api-prod.apigateway.co/oauth2/token",
        "https://demo.apigateway.co/platform/tasks",
    ],
)
def test_a_link_to_another_host_is_shown_and_not_followed(address: str) -> None:
    assert only(related(address)) == Link("Something else", address=address, why=ELSEWHERE)


@pytest.mark.parametrize(
    "address",
    [
        "https://prod.apigateway.co@evil.example/platform/tasks",
        "https://evil.example\\@prod.apigateway.co/platform/tasks",
        "https://prod.apigateway.co\\platform\\tasks",
        "//evil.example/platform/tasks",
        "/\\evil.example/platform/tasks",
        "tasks",
        "?page=2",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://prod.apigateway.co/platform",
        "https://prod.apigateway.co/platform/",
        "https://prod.apigateway.co/platformer/tasks",
        "https://prod.apigateway.co/grpc/x",
        f"{API}/../grpc/x",
        f"{API}/%2e%2e/grpc/x",
        f"{API}/.%2E/grpc/x",
        f"{API}/..%2fgrpc/x",
        f"{API}/%252e%252e/grpc/x",
        f"{API}/..;/grpc/x",
        f"{API}/..%3Ba/grpc/x",
        f"{API}/a%5c..%5cx",
        f"{API}/a//b",
        f"{API}/a/",
        f"{API}/./a",
        f"{API}/a%00b",
        f"{API}/a%0d%0aHost:%20x",
        f"{API}/a%ffb",
        f"{API}/a%E2%80%AEb",
        f"{API}/a%zz",
        f"{API}/tasks#x",
        f"{API}/tasks?{'&'.join('a=1' for _ in range(21))}",
        f"{API}/tasks?a=%ff",
        f"{API}/ta sks",
        f"{API}/täsks",
        f"{API}/{'a' * 2_000}",
    ],
)
def test_a_link_that_could_be_read_in_another_way_is_not_followed(address: str) -> None:
    link = only(related(address))
    assert (link.look_up, link.why) == (None, UNCLEAR)


PIECES = st.sampled_from(
    [
        *"/\\@:?#%.;&=[]",
        *("https:", "http:", "//", "prod.apigateway.co", "evil.example", ":443", ":8443", "user@", "/platform", "/org"),
        *("/orders", "..", "%2e%2e", "%2f", "%5c", "%252f", "%00", "%40", "\t", "\n", " ", "\u202e", "a"),
    ]
)
ADDRESSES = st.lists(PIECES, max_size=12).map("".join)


@given(
    address=ADDRESSES
    | ADDRESSES.map(lambda text: API + text)
    | ADDRESSES.map(lambda text: "https:" + text)
    | st.text(),
    profile=st.sampled_from([PRODUCTION, DEMO, custom_profile("http://127.0.0.1:4010/x")]),
)
def test_no_link_leads_to_another_origin_or_out_of_the_api(address: str, profile: Profile) -> None:
    for link in links(record(related(address)), CATALOGUE, profile):
        if link.look_up is None:
            assert link.why in {ELSEWHERE, UNCLEAR}
            continue
        url = url_of(link.look_up, profile)
        base = profile.apis[link.look_up.api]
        assert origin(url) == origin(base)
        assert url.startswith(f"{base}/")
        assert urlsplit(url).hostname == urlsplit(base).hostname
        assert not {".", "..", ""} & set(urlsplit(url).path.split("/")[1:])
        assert url.isascii()
        assert url.isprintable()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([ORDER, API, "AG-OTHER1"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["data", "relationships", "links", "related", "next", "href", "id", "type", "attributes"])
            | st.text(max_size=3),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(JSON)
def test_no_document_is_too_odd(document: Any) -> None:
    for link in links(record(document), CATALOGUE, PRODUCTION):
        assert len(link.title) < 250
        assert (link.look_up is None) is bool(link.why)


def test_what_a_hostile_record_brings_is_bounded_and_pictured() -> None:
    many = {f"r{n}": {"data": [{"type": "x", "id": f"AG-{n:04}{m:04}"} for m in range(200)]} for n in range(200)}
    assert len(links(record({"data": {"relationships": many}}), CATALOGUE, PRODUCTION)) == LINKS_AT_MOST
    name = "\u202e<b>" + "x" * 10_000
    document = {"data": {"relationships": {name: {"links": {"related": "https://evil.example/" + "y" * 1_900}}}}}
    link = only(document)
    assert len(link.title) < 250
    assert link.title.isprintable()
    assert only(related("\u202ehttps://evil.example")).address.startswith("‹U+202E›")
    assert only(related("x" * 100_000)).address.endswith("…")


def test_all_links_of_our_examples_are_followed_to_examples() -> None:
    for type in CATALOGUE.types.values():
        for id in type.examples:
            look_up = CATALOGUE.look_up(type.id, id, [Found("9YW9", ("partner",), ())])
            for each in (look_up, *CATALOGUE.related(look_up)):
                example = record(json.loads(CATALOGUE.example(each) or ""), each)
                for profile in (PRODUCTION, DEMO):
                    for link in links(example, CATALOGUE, profile):
                        assert link.look_up is not None, (each, link)
                        assert CATALOGUE.example(link.look_up) is not None, (each, link)
