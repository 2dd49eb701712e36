"""Reading records: the fields shown first, what differs from the payload, titles and the cURL command."""

from __future__ import annotations

import json
import shlex
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.ids import Found
from hookscope.records.catalogue import load_catalogue
from hookscope.records.model import FieldSpec, Kind, LookUp, ShownField
from hookscope.records.paths import find
from hookscope.records.profiles import custom_profile, load_profiles
from hookscope.records.reading import ITEMS_AT_MOST, LONGEST_LINE, as_curl, shown_fields, title, url_of

CATALOGUE, _ = load_catalogue()
PRODUCTION = load_profiles()["production"]
ID = "AG-7PQTGLLXQQ:ORD-S548DKHMKX"
ORDER = CATALOGUE.look_up("order", ID)
USER = "U-7c1e5b52-93d4-4f0a-8e6b-2f5d90a4c7e1"
DOCUMENT = {
    "data": {
        "type": "orders",
        "id": ID,
        "attributes": {
            "lineItems": [
                {
                    "sku": "MP-fba21121b71148c9bb33e11fcd92d520",
                    "quantity": 1,
                    "amount": 5300,
                    "intervalCode": "monthly",
                    "isPackage": False,
                    "containedInPackage": "",
                }
            ],
            "currencyCode": "AUD",
            "statusCode": "draft",
        },
        "relationships": {"businessLocation": {"data": {"type": "businessLocations", "id": "AG-7PQTGLLXQQ"}}},
    }
}


def shown(document: Any, *payload: tuple[str, str], look_up: LookUp = ORDER) -> dict[str, ShownField]:
    return {field.title: field for field in shown_fields(CATALOGUE.fields_of(look_up), document, payload)}


# --- fields ----------------------------------------------------------------------------------------------------------


def test_an_order_as_it_is_documented() -> None:
    assert shown_fields(CATALOGUE.fields_of(ORDER), DOCUMENT) == (
        ShownField("Status", "Draft", path="data.attributes.statusCode"),
        ShownField("Item", "1 × MP-fba2…, AUD 53.00 monthly", path="data.attributes.lineItems[0]"),
        ShownField("Currency", "AUD", path="data.attributes.currencyCode"),
        ShownField("Account", "AG-7PQTGLLXQQ", path="data.relationships.businessLocation.data.id"),
    )


def test_an_order_as_its_description_has_it_instead() -> None:
    document = {
        "data": {"attributes": {"lineItems": [{"productId": "MP-abc123", "quantity": 1}, {}, 3, {"quantity": 2}]}}
    }
    assert [(field.title, field.text) for field in shown(document).values()] == [
        ("Item 1", "1 × MP-abc123"),
        ("Item 3", "3"),
        ("Item 4", "2"),
    ]


def test_what_reads_differently_has_the_raw_value_beside_it() -> None:
    document = {"data": {"attributes": {"statusCode": "submitted"}}}
    assert shown(document)["Status"] == ShownField(
        "Status", "Submitted, waiting for approval", "submitted", "data.attributes.statusCode"
    )
    amount = FieldSpec("Total", ("total", "sum"), Kind.AMOUNT, currency="currency")
    assert shown_fields([amount], {"sum": 5300, "currency": "AUD"}) == (
        ShownField("Total", "AUD 53.00", "5300", "sum"),
    )
    assert shown_fields([amount], {"total": 5300}) == (ShownField("Total", "5300", path="total"),)
    user = FieldSpec("User", ("id",), Kind.ID)
    assert shown_fields([user], {"id": USER}) == (ShownField("User", "U-7c1e…", USER, "id"),)
    assert shown_fields([FieldSpec("Sure", ("sure",))], {"sure": False}) == (ShownField("Sure", "no", path="sure"),)


def test_an_unknown_status_is_shown_as_it_is() -> None:
    assert shown({"data": {"attributes": {"statusCode": "halfDone"}}})["Status"].text == "halfDone"
    assert shown({"data": {"attributes": {"statusCode": "DRAFT"}}})["Status"].text == "Draft"


def test_counts_lists_and_the_parts_of_an_object() -> None:
    account = CATALOGUE.look_up("account", "AG-OTHER1")
    document = {
        "data": {
            "attributes": {"address": {"line1": "1 Quay", "city": "Hobart", "zip": "7000"}, "tags": ["a", "b"]},
            "relationships": {"salesPeople": {"data": [{}, {}]}},
        }
    }
    fields = shown(document, look_up=account)
    assert (fields["Address"].text, fields["Address"].path) == ("1 Quay, Hobart 7000", "data.attributes.address")
    assert (fields["Tags"].text, fields["Salespeople"].text) == ("a, b", "2")


def test_custom_fields_in_each_of_the_shapes_that_are_documented() -> None:
    fields, _ = CATALOGUE.related(ORDER)
    partner_fields = [
        {"fieldId": "FieldID-1", "title": "Note", "stringValue": "Ring twice"},
        {"fieldID": "FieldID-2", "integerValue": 0},
        {"externalId": "budget", "currencyValue": 60000, "currencyCode": "USD"},
    ]
    for data in (
        {"attributes": {"partnerFields": partner_fields}},
        {"partnerFields": partner_fields},
        [{"attributes": {"partnerFields": partner_fields}}],
        [{"partnerFields": partner_fields}],
    ):
        texts = [field.text for field in shown({"data": data}, look_up=fields).values()]
        assert texts == ["Note: Ring twice", "FieldID-2: 0", "budget: USD 600.00"]


def test_active_products() -> None:
    products, _ = CATALOGUE.related(CATALOGUE.look_up("account", "AG-OTHER1"))
    document = {"data": [{"attributes": {"sku": "MP-1", "status": "assigned"}}, {"attributes": {"status": "ended"}}]}
    fields = shown(document, look_up=products)
    assert [(field.text, field.path) for field in fields.values()] == [
        ("MP-1, active", "data[0]"),
        ("ended", "data[1]"),
    ]


def test_long_lists_and_lines_are_bounded() -> None:
    items = [{"quantity": 1, "sku": "\u202e" + "x" * 19}] * 1_000
    fields = shown({"data": {"attributes": {"lineItems": items}}})
    assert len(fields) == ITEMS_AT_MOST + 1
    assert fields["Item 1"].text == "1 × ‹U+202E…"
    assert fields["Item"].text == "and 990 more"
    long = FieldSpec("Line", ("@",), Kind.ITEMS, parts=tuple(FieldSpec("", ("a",)) for _ in range(5)))
    (field, *_) = shown_fields([long], [{"a": "x" * 10_000}])
    assert (len(field.text), field.path) == (LONGEST_LINE + 1, "[0]")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["data", "attributes", "lineItems", "statusCode", "currencyCode", "sku", "amount", "relationships"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@pytest.mark.parametrize("type", [type for type in CATALOGUE.types.values() if type.call], ids=lambda type: type.id)
@given(document=JSON, payload=st.lists(st.tuples(st.sampled_from(["status", "email", "x"]), st.text()), max_size=3))
def test_no_document_is_too_odd(type: Any, document: Any, payload: list[tuple[str, str]]) -> None:
    for fields in (type.fields, *(related.fields for related in type.related)):
        for field in shown_fields(fields, document, payload):
            assert 0 < len(field.text) <= LONGEST_LINE + 1 or field.text == ""
            assert find(field.path, document) is not None


# --- payload says / record says --------------------------------------------------------------------------------------


def test_what_the_payload_says_differently_is_shown() -> None:
    field = shown(DOCUMENT, ("order_Status", "submitted"), ("accountId", "AG-7PQTGLLXQQ"))
    assert (field["Status"].payload, field["Status"].payload_name) == ("submitted", "order_Status")
    assert (field["Account"].payload, field["Account"].payload_name) == (None, "")
    assert shown(DOCUMENT, ("ACCOUNT-ID", "AG-OTHER1"))["Account"].payload == "AG-OTHER1"
    assert shown(DOCUMENT, ("status", ""))["Status"].payload == ""


@pytest.mark.parametrize(
    ("field", "document", "said", "differs"),
    [
        (FieldSpec("", ("v",), Kind.AMOUNT, currency="c", payload=("v",)), {"v": 5300, "c": "AUD"}, "5300", False),
        (FieldSpec("", ("v",), Kind.AMOUNT, currency="c", payload=("v",)), {"v": "5300", "c": "AUD"}, "5300.0", False),
        (FieldSpec("", ("v",), Kind.AMOUNT, currency="c", payload=("v",)), {"v": 5300, "c": "AUD"}, "53.00", False),
        (FieldSpec("", ("v",), Kind.AMOUNT, currency="c", payload=("v",)), {"v": 5300, "c": "AUD"}, "53", True),
        (FieldSpec("", ("v",), Kind.AMOUNT, currency="c", payload=("v",)), {"v": 5300, "c": "AUD"}, "", True),
        (FieldSpec("", ("v",), payload=("v",)), {"v": 1}, "1.0", False),
        (FieldSpec("", ("v",), payload=("v",)), {"v": 1}, " 1 ", False),
        (FieldSpec("", ("v",), payload=("v",)), {"v": 1}, "one", True),
        (FieldSpec("", ("v",), payload=("v",)), {"v": "007"}, "7", True),
        (FieldSpec("", ("v",), payload=("v",)), {"v": "Shop"}, "shop", True),
        (FieldSpec("", ("v",), payload=("v",)), {"v": True}, "true", False),
        (FieldSpec("", ("v",), payload=("v",)), {"v": False}, "No", False),
        (FieldSpec("", ("v",), payload=("v",)), {"v": True}, "false", True),
        (FieldSpec("", ("v",), payload=("v",)), {"v": ["a"]}, "b", False),
        (
            FieldSpec("", ("v",), Kind.WORDS, {"NotReady": "Not yet"}, payload=("v",)),
            {"v": "NotReady"},
            "not_ready",
            False,
        ),
        (
            FieldSpec("", ("v",), Kind.WORDS, {"NotReady": "Not yet"}, payload=("v",)),
            {"v": "NotReady"},
            "not yet",
            False,
        ),
        (FieldSpec("", ("v",), Kind.WORDS, {"NotReady": "Not yet"}, payload=("v",)), {"v": "NotReady"}, "ready", True),
        (
            FieldSpec("", ("v",), Kind.TIME, payload=("v",)),
            {"v": "2026-11-25T09:20:00Z"},
            "2026-11-25T10:20:00+01:00",
            False,
        ),
        (FieldSpec("", ("v",), Kind.TIME, payload=("v",)), {"v": "2026-11-25T09:20:00Z"}, "1795598400", False),
        (FieldSpec("", ("v",), Kind.TIME, payload=("v",)), {"v": "2026-11-25T09:20:00Z"}, "2026-11-25T09:20:00", True),
        (FieldSpec("", ("v",), Kind.TIME, payload=("v",)), {"v": "2026-11-25T09:20:00Z"}, "soon", True),
    ],
)
def test_what_counts_as_different(field: FieldSpec, document: Any, said: str, differs: bool) -> None:
    (read,) = shown_fields([field], document, [("v", said)])
    assert (read.payload is not None) is differs


def test_of_two_names_of_the_payload_that_of_the_field_s_order_counts() -> None:
    field = FieldSpec("", ("v",), payload=("first", "second"))
    (read,) = shown_fields([field], {"v": "a"}, [("second", "b"), ("first", "a"), ("FIRST", "c")])
    assert read.payload is None


def test_what_a_payload_brings_is_bounded_and_pictured() -> None:
    read = shown(DOCUMENT, ("status", "\u202e" + "x" * 10_000))["Status"]
    assert read.payload is not None
    assert read.payload.startswith("‹U+202E›x")
    assert len(read.payload) < 250


# --- titles and commands ---------------------------------------------------------------------------------------------


def test_titles() -> None:
    assert title(ORDER, CATALOGUE) == "Order ORD-S548DKHMKX"
    assert title(CATALOGUE.related(ORDER)[0], CATALOGUE) == "Custom fields of order ORD-S548DKHMKX"
    products = CATALOGUE.related(CATALOGUE.look_up("account", "AG-7PQTGLLXQQ"))[0]
    assert title(products, CATALOGUE) == "Active products of sales account AG-7PQTGLLXQQ"
    assert title(LookUp(ID, "", "Tasks", "platform", "/tasks", related="tasks"), CATALOGUE) == "Tasks of ORD-S548DKHMKX"
    assert title(LookUp("\u202e", "", "\n" * 500, "platform", "/t"), CATALOGUE).isprintable()


def test_addresses() -> None:
    assert url_of(ORDER, PRODUCTION) == f"https://prod.apigateway.co/platform/orders/{ID}"
    assert url_of(ORDER, custom_profile("http://127.0.0.1:4010")) == f"http://127.0.0.1:4010/orders/{ID}"
    products = CATALOGUE.related(CATALOGUE.look_up("account", "AG-7PQTGLLXQQ"))[0]
    assert url_of(products, PRODUCTION) == (
        "https://prod.apigateway.co/platform/subscriptionAssignments?filter%5BbusinessLocationId%5D=AG-7PQTGLLXQQ"
    )


def test_the_curl_command() -> None:
    assert as_curl(ORDER, PRODUCTION) == (
        "curl -H 'Accept: application/vnd.api+json' -H \"Authorization: Bearer $TOKEN\" "
        f"'https://prod.apigateway.co/platform/orders/{ID}'"
    )
    contact = CATALOGUE.look_up("contact", f"ContactID-{USER[2:]}", [Found("9YW9", ("partner",), ())])
    assert "'Accept: application/json'" in as_curl(contact, PRODUCTION)


@given(
    path=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30),
    parameters=st.lists(
        st.tuples(st.text(max_size=9), st.text(st.characters(exclude_categories=["Cs"]), max_size=9)), max_size=3
    ),
)
def test_the_curl_command_is_safe_in_a_shell(path: str, parameters: list[tuple[str, str]]) -> None:
    look_up = ORDER._replace(path=f"/{path}", parameters=tuple(parameters))
    command, *words = shlex.split(as_curl(look_up, PRODUCTION))
    assert (command, words) == (
        "curl",
        [
            *("-H", "Accept: application/vnd.api+json", "-H", "Authorization: Bearer $TOKEN"),
            url_of(look_up, PRODUCTION),
        ],
    )


def test_a_shell_runs_nothing_but_curl() -> None:
    nasty = "'; echo broken; '$(echo broken)`echo broken`\"\\!*?{a,b}\n&& echo broken #"
    look_up = ORDER._replace(path=f"/{nasty}", parameters=((nasty, nasty),))
    script = f'curl() {{ printf "%s\\0" "$@"; }}; TOKEN="a b"; {as_curl(look_up, PRODUCTION)}'
    run = subprocess.run(["sh", "-c", script], capture_output=True, check=True, timeout=60)
    assert run.stderr == b""
    assert run.stdout.decode().split("\0") == [
        *("-H", "Accept: application/vnd.api+json", "-H", "Authorization: Bearer a b"),
        url_of(look_up, PRODUCTION),
        "",
    ]


def test_fields_of_all_examples_read_well() -> None:
    for type in CATALOGUE.types.values():
        for id in type.examples:
            look_up = CATALOGUE.look_up(type.id, id, [Found("9YW9", ("partner",), ())])
            for each in (look_up, *CATALOGUE.related(look_up)):
                fields = shown_fields(CATALOGUE.fields_of(each), json.loads(CATALOGUE.example(each) or ""))
                assert fields, each
                assert all(field.text and field.payload is None for field in fields)
