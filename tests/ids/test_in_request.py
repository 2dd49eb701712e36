"""Ids are found wherever they stand in a request, each once."""

from __future__ import annotations

import gzip
import json
from typing import Any

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.ids import ACCOUNT, ORDER, PARTNER, SHAPES, USER, form_of, found_in, places
from helpers.verdicts import MARKETPLACE_CLAIM, jwt, marketplace_claims
from hookscope.deliveries import Request
from hookscope.ids import Found, Part, Place, Shape, Shapes, find_ids, search_ids
from hookscope.ids.search import IDS_AT_MOST, PATH_AT_MOST, PLACES_AT_MOST, TEXTS_AT_MOST, VALUES_AT_MOST

EXAMPLE = {"accountId": ACCOUNT, "entityId": ORDER, "marketId": "default", "orderId": ORDER, "partnerId": PARTNER}
FORM = ("Content-Type", "application/x-www-form-urlencoded")


def accounts(count: int) -> list[str]:
    return [f"AG-{number:06d}" for number in range(count)]


def test_the_ids_of_the_guides_example_in_the_order_of_their_types() -> None:
    assert found_in(json.dumps(EXAMPLE).encode()) == (
        Found(ORDER, ("order",), (Place(Part.BODY, "entityId"), Place(Part.BODY, "orderId"))),
        Found(ACCOUNT, ("account", "location"), (Place(Part.BODY, "accountId"),)),
        Found(PARTNER, ("partner",), (Place(Part.BODY, "partnerId"),), fetched=False),
    )


def test_of_one_type_the_first_found_comes_first_and_outer_ones_before_inner_ones() -> None:
    body = {"data": {"id": "AG-0001"}, "a": "AG-0003", "b": ["AG-0002", "AG-0003"]}
    found = found_in(json.dumps(body).encode(), ("X-Account", "AG-0004"), target="/?id=AG-0005")
    assert [each.value for each in found] == ["AG-0003", "AG-0001", "AG-0002", "AG-0005", "AG-0004"]
    assert places(found)["AG-0003"] == [(Part.BODY, "a"), (Part.BODY, "b[1]")]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ([{"sku": USER}], "[0].sku"),
        ({"first name": {"a": [0, {"b": f" {USER}\n"}]}}, '"first name".a[1].b'),
        (USER, "@"),
    ],
)
def test_in_a_json_body(body: Any, path: str) -> None:
    assert places(found_in(json.dumps(body).encode())) == {USER: [(Part.BODY, path)]}
    assert jmespath.search(path, body).strip() == USER


def test_in_a_body_that_is_packed() -> None:
    body = gzip.compress(json.dumps({"id": USER}).encode())
    assert places(found_in(body, ("Content-Encoding", "gzip"))) == {USER: [(Part.BODY, "id")]}
    form = gzip.compress(f"id={USER}".encode())
    assert places(found_in(form, ("Content-Encoding", "gzip"), FORM)) == {USER: [(Part.FORM, "id")]}


def test_in_the_query_headers_and_cookies() -> None:
    headers = ("X-Order", ORDER), ("Cookie", f"a=1; account={ACCOUNT}"), ("cookie", f"partner_id={PARTNER}")
    found = found_in(b"", *headers, target=f"/a?user=U%2D{USER[2:]}&x={PARTNER}")
    assert places(found) == {
        ORDER: [(Part.HEADER, "X-Order")],
        ACCOUNT: [(Part.COOKIE, "account")],
        USER: [(Part.QUERY, "user")],
        PARTNER: [(Part.COOKIE, "partner_id")],
    }


def test_in_a_form() -> None:
    found = found_in(f"orderId={ORDER}&partnerId={PARTNER}&other={PARTNER}".encode(), FORM)
    assert places(found) == {ORDER: [(Part.FORM, "orderId")], PARTNER: [(Part.FORM, "partnerId")]}


def test_in_the_text_fields_of_a_multipart_form() -> None:
    headers, body = form_of(
        "sep", ("orderId", "", ORDER), ("file", "a.txt", ACCOUNT), ("json", "", f'{{"a": "{USER}"}}')
    )
    assert places(found_in(body, *headers)) == {ORDER: [(Part.FORM, "orderId")], USER: [(Part.FORM, "json")]}


def test_in_a_body_that_is_the_id() -> None:
    assert places(found_in(f"{ORDER}\n".encode())) == {ORDER: [(Part.BODY, "@")]}


def test_json_that_is_called_a_form_is_json() -> None:
    assert places(found_in(json.dumps({"id": USER}).encode(), FORM)) == {USER: [(Part.BODY, "id")]}


def test_the_place_in_json_inside_of_a_text_is_that_of_the_text() -> None:
    text = json.dumps({"value": {"orderId": ORDER, "partnerId": PARTNER}, "again": ORDER})
    found = found_in(json.dumps({"form": [{"text": text}]}).encode())
    assert places(found) == {ORDER: [(Part.BODY, "form[0].text")], PARTNER: [(Part.BODY, "form[0].text")]}


def test_texts_are_looked_into_three_layers_deep() -> None:
    text = USER
    for layer in range(5):
        text = json.dumps([text])
        assert places(found_in(text.encode())) == ({USER: [(Part.BODY, "[0]")]} if layer <= 3 else {})


TOKEN = jwt({"data": {"accountId": ACCOUNT, "partner_id": PARTNER}}).decode()


@pytest.mark.parametrize(
    ("body", "headers", "target"),
    [
        (TOKEN, (), "/"),
        (f"{TOKEN}\r\n", (("Content-Type", "text/plain"),), "/"),
        (json.dumps(TOKEN), (), "/"),
        (json.dumps({"token": [TOKEN]}), (), "/"),
        (f"token={TOKEN}", (FORM,), "/"),
        ("", (("Authorization", f"Bearer {TOKEN}"),), "/"),
        ("", (("X-Token", TOKEN),), "/"),
        ("", (("Cookie", f"session={TOKEN}"),), "/"),
        ("", (), f"/?token={TOKEN}"),
        (json.dumps({"inner": json.dumps({"token": f"bearer {TOKEN}"})}), (), "/"),
    ],
)
def test_in_the_payload_of_a_token(body: str, headers: tuple[tuple[str, str], ...], target: str) -> None:
    found = found_in(body.encode(), *headers, target=target)
    assert places(found) == {ACCOUNT: [(Part.TOKEN, "data.accountId")], PARTNER: [(Part.TOKEN, "data.partner_id")]}


def test_in_a_marketplace_webhook() -> None:
    found = found_in(jwt(marketplace_claims(1_795_435_200)))
    assert places(found) == {
        ACCOUNT: [(Part.TOKEN, f'"{MARKETPLACE_CLAIM}".account.id')],
        PARTNER: [(Part.TOKEN, f'"{MARKETPLACE_CLAIM}".account.partner_id')],
    }


def test_a_list_stands_under_its_own_name() -> None:
    assert places(found_in(json.dumps({"partnerId": [["ABC"]], "other": ["ABC"]}).encode())) == {
        "ABC": [(Part.BODY, "partnerId[0][0]")]
    }


def test_an_id_has_the_types_of_all_its_places() -> None:
    shapes = Shapes([Shape("keyed", "[A-Z]{3}", frozenset({"k"}), fetched=False), Shape("free", "ABC")])
    (found,) = found_in(b'{"a": "ABC", "k": "ABC"}', shapes=shapes)
    assert (found.types, found.fetched) == (("keyed", "free"), True)
    assert found_in(b'{"a": "ABD", "k": "ABD"}', shapes=shapes)[0].fetched is False


def test_a_search_is_a_collection_of_what_it_found() -> None:
    request = Request("POST", f"/?partner_id={PARTNER}", (("X-Order", ORDER),), USER.encode())
    search = search_ids(request, SHAPES, lambda: USER)
    assert list(search) == list(find_ids(request, SHAPES, lambda: USER))
    assert len(search) == 3
    assert Found(ORDER, ("order",), (Place(Part.HEADER, "X-Order"),)) in search
    assert search.fetched(9) == (ORDER, USER)
    assert search.fetched(1) == (ORDER,)
    assert not search_ids(Request("POST", "/"), SHAPES, lambda: USER)


def test_without_shapes_nothing_is_read() -> None:
    def never() -> Any:
        raise AssertionError

    assert find_ids(Request("POST", f"/?a={ORDER}", (), ORDER.encode()), Shapes(), never) == ()
    assert find_ids(Request("POST", "/"), SHAPES, never) == ()


def test_the_body_is_asked_for_once() -> None:
    asked = []

    def body() -> Any:
        asked.append(1)
        raise ValueError

    find_ids(Request("POST", "/", (), b"x"), SHAPES, body)
    assert asked == [1]


# --- bounds ----------------------------------------------------------------------------------------------------------


def test_at_most_so_many_ids_and_so_many_places_of_each() -> None:
    found = found_in(json.dumps([USER] * (PLACES_AT_MOST + 5) + accounts(IDS_AT_MOST)).encode())
    assert len(found) == IDS_AT_MOST
    assert [each.value for each in found if each.types == ("user",)] == [USER]
    assert places(found)[USER] == [(Part.BODY, f"[{number}]") for number in range(PLACES_AT_MOST)]
    assert accounts(IDS_AT_MOST)[-1] not in places(found)


def test_at_most_so_many_values_are_looked_at() -> None:
    body = [0] * (VALUES_AT_MOST - 1)
    assert places(found_in(json.dumps([*body, USER, ACCOUNT]).encode())) == {USER: [(Part.BODY, f"[{len(body)}]")]}
    inner = json.dumps([*body[2:], ACCOUNT, ORDER])
    found = found_in(json.dumps([inner, USER]).encode(), ("X-User", USER))
    assert places(found) == {ACCOUNT: [(Part.BODY, "[0]")], USER: [(Part.BODY, "[1]"), (Part.HEADER, "X-User")]}


def test_at_most_so_many_texts_are_looked_into() -> None:
    texts = ["[]"] * (TEXTS_AT_MOST - 1)
    inner = json.dumps([USER])
    assert places(found_in(json.dumps([*texts, inner]).encode())) == {USER: [(Part.BODY, f"[{len(texts)}]")]}
    assert found_in(json.dumps([*texts, "[]", inner]).encode()) == ()


def test_what_stands_too_deep_is_not_looked_at() -> None:
    def nested(depth: int) -> bytes:
        return b'{"a":' * depth + json.dumps(USER).encode() + b"}" * depth

    deepest = (PATH_AT_MOST + 1) // 2 + 1
    ((_, [(_, path)]),) = places(found_in(nested(deepest))).items()
    assert path == ".".join("a" * deepest)
    assert found_in(nested(deepest + 1)) == ()
    assert found_in(b"[" * 100_000 + b"]" * 100_000) == ()


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(accounts(90_000)),
        json.dumps([USER] * 25_000),
        json.dumps([[[]]] * 100_000),
        json.dumps([json.dumps(["[" * 50, TOKEN])] * 1_500),
        json.dumps(["e.e." + "e" * 100, "eyJ" * 60, "[" * 400] * 2_000),
        json.dumps({"k" * 500_000: {"a": accounts(1_000)}}),
        "eyJ." * 250_000,
        "e" + "y" * 1_000_000 + "..",
        " " * 1_000_000 + "{",
        "&".join(f"a={USER}" for _ in range(20_000)),
    ],
)
def test_large_and_hostile_bodies_are_searched_within_bounds(body: str) -> None:
    for headers in ((), (FORM,)):
        found = found_in(body.encode(), *headers)
        assert len(found) <= IDS_AT_MOST
        assert all(len(each.places) <= PLACES_AT_MOST for each in found)
        assert sum(len(place.path) for each in found for place in each.places) < 10_000_000


# --- properties ------------------------------------------------------------------------------------------------------

IDS = st.from_regex(r"AG-[A-Z0-9]{4}(:ORD-[A-Z0-9]{4})?", fullmatch=True)
LEAVES = st.none() | st.booleans() | st.integers() | st.text() | IDS
DOCUMENTS = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner))


def ids_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if SHAPES.types_of(value) else []
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [id for each in inner for id in ids_in(each)]


@given(DOCUMENTS)
def test_every_id_of_a_document_is_found_with_a_path_that_leads_to_it(document: Any) -> None:
    found = found_in(json.dumps(document).encode(), shapes=Shapes(shape for shape in SHAPES if not shape.keys))
    planted = ids_in(document)
    assert sorted(each.value for each in found) == sorted(set(planted))
    for each in found:
        assert len(each.places) == min(planted.count(each.value), PLACES_AT_MOST)
        assert {jmespath.search(place.path, document) for place in each.places} == {each.value}


LATIN_1 = st.text(st.characters(max_codepoint=255))
TYPES = st.sampled_from([FORM[1], "multipart/form-data; boundary=a", "application/json", "text/plain; charset=utf-16"])
PAIRS = st.tuples(st.sampled_from(["Content-Type"]), TYPES) | st.tuples(
    st.sampled_from(["Cookie", "Content-Encoding", "Authorization", "X-A", ""]),
    LATIN_1 | st.sampled_from(["gzip", "deflate", "Bearer e.e.e", "a=AG-12345; b"]),
)


@given(st.binary() | DOCUMENTS.map(lambda value: json.dumps(value).encode()), st.lists(PAIRS), LATIN_1)
def test_no_request_breaks_the_search(body: bytes, headers: list[tuple[str, str]], target: str) -> None:
    for each in found_in(body, *headers, target=f"/{target}"):
        assert each.places
        assert each.value.isprintable()
        assert each.types
