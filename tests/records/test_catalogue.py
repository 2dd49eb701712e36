"""The catalogue: which types there are, and what is fetched for an id."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.bundled import RECORD_TYPES, resources
from hookscope.deliveries import Request
from hookscope.ids import Found, find_ids
from hookscope.records.catalogue import Catalogue, load_catalogue
from hookscope.records.model import Code, LookUp, LookUpFailed

CATALOGUE, PROBLEMS = load_catalogue()
UUID = "7c1e5b52-93d4-4f0a-8e6b-2f5d90a4c7e1"
SAMPLE_ORDER = "AG-7PQTGLLXQQ:ORD-S548DKHMKX"
DOCUMENTED_ORDER = "AG-1234567:ORD-1234567"
CONTACT = f"ContactID-{UUID}"
PARTNER = Found("9YW9", ("partner",), (), fetched=False)
ACCOUNT = Found("AG-7PQTGLLXQQ", ("account", "location"), ())


def types_of(id: str, key: str = "") -> tuple[str, ...]:
    return CATALOGUE.shapes.types_of(id, key)


def test_the_types_in_their_order() -> None:
    assert PROBLEMS == ()
    assert list(CATALOGUE.types) == [
        "order",
        "account",
        "location",
        "user",
        "automation",
        "contact",
        "product",
        "addon",
        "partner",
        "market",
        "marketplace-user",
    ]


@pytest.mark.parametrize(
    ("id", "key", "types"),
    [
        (SAMPLE_ORDER, "orderId", ("order",)),
        (DOCUMENTED_ORDER, "", ("order",)),
        ("AG-7PQTGLLXQQ", "whatever", ("account", "location")),
        ("AG-1234567", "", ("account", "location")),
        (f"U-{UUID}", "", ("user",)),
        (f"Automation-{UUID}", "", ("automation",)),
        (CONTACT, "", ("contact",)),
        ("MP-fba21121b71148c9bb33e11fcd92d520", "", ("product",)),
        ("MP-1234:EDITION-123", "", ("product",)),
        ("A-604152205", "addon_id", ("addon",)),
        ("A-604152205", "", ()),
        ("9YW9", "partnerId", ("partner",)),
        ("9YW9", "partner_id", ("partner",)),
        ("9YW9", "", ()),
        ("default", "marketId", ("market",)),
        ("default", "", ()),
        ("UID-b0d9dc56", "user_id", ("marketplace-user",)),
        ("AG-", "", ()),
        ("ag-7pqtgllxqq", "", ()),
        ("AG-7PQTGLLXQQ:MP-1234:x", "", ()),
        ("see AG-7PQTGLLXQQ", "", ()),
        (f"U-{UUID}0", "", ()),
        ("AG-" + "A" * 41, "", ()),
    ],
)
def test_ids_are_told_by_their_shape(id: str, key: str, types: tuple[str, ...]) -> None:
    assert types_of(id, key) == types


# --- look-ups --------------------------------------------------------------------------------------------------------


def calls(look_ups: tuple[LookUp, ...]) -> list[tuple[str, str, str]]:
    return [(each.type, each.related, each.path) for each in look_ups]


def test_an_order() -> None:
    (look_up,) = CATALOGUE.look_ups(SAMPLE_ORDER)
    assert look_up == CATALOGUE.look_up("order", SAMPLE_ORDER)
    assert (look_up.title, look_up.api, look_up.path) == ("Order", "platform", f"/orders/{SAMPLE_ORDER}")
    assert look_up.scopes == ("order:read", "order")
    assert CATALOGUE.short(SAMPLE_ORDER) == "ORD-S548DKHMKX"
    fields, forms = CATALOGUE.related(look_up)
    assert (fields.title, fields.path, fields.scopes) == (
        "Custom fields",
        f"/orders/{SAMPLE_ORDER}/customFields",
        ("order",),
    )
    assert (forms.path, forms.parameters) == ("/orderFulfillmentForms", (("ordersID", SAMPLE_ORDER),))
    assert CATALOGUE.related(fields) == ()
    assert [field.title for field in CATALOGUE.fields_of(look_up)][:2] == ["Status", "Item"]
    assert [field.title for field in CATALOGUE.fields_of(fields)] == ["Field"]


def test_an_account_is_a_location_too() -> None:
    id = "AG-7PQTGLLXQQ"
    account, location = CATALOGUE.look_ups(id)
    assert calls((account, location)) == [
        ("account", "", f"/salesAccounts/{id}"),
        ("location", "", f"/businessLocations/{id}"),
    ]
    assert (account.scopes, location.scopes) == (("sales.account",), ("business:read", "business"))
    products, fields = CATALOGUE.related(account)
    assert (products.path, products.parameters) == ("/subscriptionAssignments", (("filter[businessLocationId]", id),))
    assert fields.path == f"/salesAccounts/{id}/customFields"


def test_a_user_and_an_automation() -> None:
    (user,) = CATALOGUE.look_ups(f"U-{UUID}")
    assert (user.path, user.scopes[0], user.scopes[-1]) == (f"/users/U-{UUID}", "user.profile:read", "user.admin")
    assert calls(CATALOGUE.related(user)) == [
        ("user", "business-locations", f"/users/U-{UUID}/relationships/businessLocations"),
        ("user", "custom-fields", f"/users/U-{UUID}/customFields"),
    ]
    (automation,) = CATALOGUE.look_ups(f"Automation-{UUID}")
    assert (automation.path, automation.scopes) == (f"/automations/Automation-{UUID}", ("automation:read",))


def test_of_a_product_the_edition_is_not_asked_for() -> None:
    (look_up,) = CATALOGUE.look_ups("MP-1234:EDITION-567")
    assert (look_up.id, look_up.path) == ("MP-1234:EDITION-567", "/partnerActivatableProducts/MP-1234")


def test_an_add_on_that_the_user_asks_for_needs_no_key() -> None:
    assert calls(CATALOGUE.look_ups("A-604152205")) == [("addon", "", "/partnerActivatableProducts/A-604152205")]


def test_a_contact_is_below_the_partner_or_account_that_came_with_it() -> None:
    (of_partner,) = CATALOGUE.look_ups(CONTACT, [ACCOUNT, PARTNER])
    (of_account,) = CATALOGUE.look_ups(CONTACT, [ACCOUNT])
    assert (of_partner.api, of_partner.path) == ("crm", f"/9YW9/contacts/{CONTACT}")
    assert of_account.path == f"/AG-7PQTGLLXQQ/contacts/{CONTACT}"
    assert (of_account.scopes, of_account.accept) == (("customers",), "application/json")
    assert CATALOGUE.nothing(CONTACT, beside=[ACCOUNT]) is None


def test_a_contact_alone_says_what_is_missing() -> None:
    assert CATALOGUE.look_ups(CONTACT) == ()
    assert CATALOGUE.nothing(CONTACT) == (
        f"Nothing to look up for {CONTACT}",
        CATALOGUE.types["contact"].missing,
    )
    with pytest.raises(LookUpFailed, match="A contact is found only together with") as caught:
        CATALOGUE.look_up("contact", CONTACT)
    assert caught.value.code is Code.NOTHING_TO_FETCH


@pytest.mark.parametrize("value", ["../..", "9YW9/../x", "", "9yw9", "AG-7PQTGLLXQQ/x"])
def test_what_is_not_the_id_it_is_said_to_be_is_not_filled_in(value: str) -> None:
    assert CATALOGUE.look_ups(CONTACT, [Found(value, ("partner", "account", "no type"), ())]) == ()


@pytest.mark.parametrize(
    ("id", "key", "line"),
    [
        ("9YW9", "partnerId", "A partner id names your company. No record belongs to it."),
        ("9YW9", "partner", "A partner id names your company. No record belongs to it."),
        ("9YW9", "", "A partner id names your company. No record belongs to it."),
        ("default", "marketId", "A market id names one of your markets. No record belongs to it."),
        ("default", "market", "A market id names one of your markets. No record belongs to it."),
        (
            "UID-b0d9dc56",
            "",
            CATALOGUE.types["marketplace-user"].nothing,
        ),
    ],
)
def test_ids_without_a_record_say_why(id: str, key: str, line: str) -> None:
    assert CATALOGUE.nothing(id, key) == (f"Nothing to look up for {id}", line)
    assert CATALOGUE.look_ups(id) == ()


@pytest.mark.parametrize(
    ("id", "key"), [("default", ""), ("ORD-123", ""), (SAMPLE_ORDER, "orderId"), ("", ""), ("9YW9", "name")]
)
def test_of_other_values_nothing_is_said(id: str, key: str) -> None:
    assert CATALOGUE.nothing(id, key) is None


@pytest.mark.parametrize(
    ("type", "id", "code", "sentence"),
    [
        ("ordre", SAMPLE_ORDER, Code.UNKNOWN_ID, "There is no record type ordre."),
        ("order", "AG-7PQTGLLXQQ", Code.UNKNOWN_ID, "AG-7PQTGLLXQQ does not look like the id of this type: Order."),
        ("order", f"{SAMPLE_ORDER}\n", Code.UNKNOWN_ID, "AG-7PQTGLLXQQ:ORD-S548DKHMKX↵ does not look like"),
        ("partner", "9YW9", Code.NOTHING_TO_FETCH, "A partner id names your company."),
    ],
)
def test_what_cannot_be_looked_up_says_why(type: str, id: str, code: Code, sentence: str) -> None:
    with pytest.raises(LookUpFailed, match=f"^{re.escape(sentence)}") as caught:
        CATALOGUE.look_up(type, id)
    assert caught.value.code is code


def test_a_look_up_of_no_known_type_has_nothing_special() -> None:
    link = LookUp("AG-REAL1", "", "Tasks", "platform", "/tasks")
    assert CATALOGUE.type_of(link) is None
    assert (CATALOGUE.related(link), CATALOGUE.fields_of(link), CATALOGUE.example(link)) == ((), (), None)
    unknown = CATALOGUE.look_up("order", "AG-REAL1:ORD-REAL1")._replace(related="gone")
    assert CATALOGUE.fields_of(unknown) == ()


@pytest.mark.parametrize("type", [type for type in CATALOGUE.types.values() if type.call], ids=lambda type: type.id)
@given(data=st.data())
def test_ids_of_every_type_are_found_again_and_stay_one_segment(type: Any, data: st.DataObject) -> None:
    id = data.draw(st.from_regex(re.compile(type.shape.pattern, re.ASCII), fullmatch=True))
    key = next(iter(type.shape.keys), "any")
    assert type.id in types_of(id, key)
    request = Request("POST", "/", (("Content-Type", "application/json"),), json.dumps({key: id}).encode(), "http://x/")
    assert [
        (found.value, type.id in found.types) for found in find_ids(request, CATALOGUE.shapes, lambda: {key: id})
    ] == [(id, True)]
    look_up = CATALOGUE.look_up(type.id, id, [PARTNER])
    assert look_up in CATALOGUE.look_ups(id, [PARTNER])
    assert look_up.path.count("/") == type.call.path.count("/")
    assert re.fullmatch(r"[A-Za-z0-9:/-]+", look_up.path)
    assert id.endswith(CATALOGUE.short(id))


# --- examples --------------------------------------------------------------------------------------------------------


def values_of(document: Any) -> Iterator[tuple[str, str]]:
    """All texts of a document with the names they stand under."""
    if isinstance(document, dict):
        for name, value in document.items():
            yield from [(name, value)] if isinstance(value, str) else values_of(value)
    elif isinstance(document, list):
        for value in document:
            yield from values_of(value)


def examples() -> Iterator[tuple[LookUp, Any]]:
    for type in CATALOGUE.types.values():
        for id in type.examples:
            look_up = CATALOGUE.look_up(type.id, id, [PARTNER])
            for each in (look_up, *CATALOGUE.related(look_up)):
                yield each, json.loads(CATALOGUE.example(each) or "")


def test_the_ids_of_documentation_and_samples_have_an_example() -> None:
    wanted = [DOCUMENTED_ORDER, "AG-1234567"]
    for path in (resources() / "samples").glob("*.json"):
        for name, value in values_of(json.loads(path.read_text("utf-8"))):
            wanted += [value] if CATALOGUE.shapes.are_fetched(types_of(value, name)) else []
    assert {SAMPLE_ORDER, "AG-7PQTGLLXQQ", *wanted} == set(wanted)
    for id in wanted:
        for look_up in CATALOGUE.look_ups(id, [PARTNER]):
            assert CATALOGUE.example(look_up) is not None, look_up


@pytest.mark.parametrize("type", ["order", "account", "location", "user", "automation", "contact", "product"])
def test_there_is_an_example_of_every_type(type: str) -> None:
    assert type in {look_up.type for look_up, _ in examples()}


def test_from_one_example_only_others_are_reached() -> None:
    for look_up, document in examples():
        assert "{id}" not in json.dumps(document)
        for name, value in values_of(document):
            others = CATALOGUE.look_ups(value, [PARTNER]) if types_of(value, name) else ()
            assert all(CATALOGUE.example(other) is not None for other in others), (look_up, name, value)


def test_examples_have_the_id_that_was_asked_for() -> None:
    for look_up, document in examples():
        if not look_up.related and look_up.type != "contact":
            assert document["data"]["id"] == look_up.id
            assert document["data"]["type"] == look_up.path.split("/")[1]


def test_other_ids_have_no_example() -> None:
    for id in ("AG-7PQTGLLXQ", "AG-7PQTGLLXQQ:ORD-S548DKHMK", f"U-{UUID[:-1]}0", "MP-4d1f"):
        for look_up in CATALOGUE.look_ups(id):
            assert [CATALOGUE.example(each) for each in (look_up, *CATALOGUE.related(look_up))] == [None] * (
                1 + len(CATALOGUE.related(look_up))
            )


def test_whatever_belongs_to_a_sample_id_stays_off_the_network() -> None:
    order = CATALOGUE.look_up("order", SAMPLE_ORDER)
    for look_up in (
        order._replace(related="more"),
        LookUp(SAMPLE_ORDER, "", "More", "platform", "/more", related="more"),
    ):
        assert json.loads(CATALOGUE.example(look_up) or "") == {"data": []}


@pytest.mark.parametrize("beside", [PARTNER, Found("AG-1234567", ("account",), ())])
def test_what_is_asked_for_below_a_sample_id_stays_off_the_network(beside: Found) -> None:
    contact = f"ContactID-{UUID[:-1]}0"
    (look_up,) = CATALOGUE.look_ups(contact, [beside])
    assert json.loads(CATALOGUE.example(look_up) or "") == {"data": []}
    (real,) = CATALOGUE.look_ups(contact, [beside._replace(value="ABC" if beside is PARTNER else "AG-REAL00001")])
    assert CATALOGUE.example(real) is None


def test_a_link_that_names_a_sample_id_stays_off_the_network() -> None:
    link = LookUp("AG-REAL00001", "", "More", "platform", "/more", related="more")
    assert CATALOGUE.example(link) is None
    for asked in (
        link._replace(path=f"/orders/{SAMPLE_ORDER}/more"),
        link._replace(path="/orders/AG-1234567%3AORD-1234567"),
        link._replace(parameters=(("id", "AG-1234567"),)),
    ):
        assert CATALOGUE.example(asked) is not None, asked


def test_an_edition_of_an_example_product_is_an_example() -> None:
    (look_up,) = CATALOGUE.look_ups("MP-4d1f8a0c6b2e4f57a9c3e8d7b6f50a21:EDITION-ABC")
    assert CATALOGUE.example(look_up) is not None


# --- types of the user -----------------------------------------------------------------------------------------------

OWN = "title = 'Invoice'\npattern = 'INV-[0-9]{4,9}'\npath = '/invoices/{id}'\nscopes = ['financial']\n"


def load(folder: Path, **texts: str) -> tuple[Catalogue, tuple[str, ...]]:
    for name, text in texts.items():
        (folder / f"{name.replace('_', '-')}.toml").write_text(text, "utf-8")
    return load_catalogue(folder)


def test_an_own_type_comes_after_ours_or_where_it_says(tmp_path: Path) -> None:
    catalogue, problems = load(tmp_path, invoice=OWN, first=f"rank = 0\n{OWN}".replace("INV", "FIRST"))
    assert problems == ()
    assert (next(iter(catalogue.types)), list(catalogue.types)[-1]) == ("first", "invoice")
    assert [look_up.path for look_up in catalogue.look_ups("INV-2026")] == ["/invoices/INV-2026"]
    assert catalogue.shapes.types_of("INV-2026") == ("invoice",)


def test_no_folder_is_no_own_types(tmp_path: Path) -> None:
    catalogue, problems = load_catalogue(tmp_path / RECORD_TYPES)
    assert (list(catalogue.types), problems) == (list(CATALOGUE.types), ())


def test_a_file_that_cannot_be_used_leaves_the_others(tmp_path: Path) -> None:
    catalogue, problems = load(
        tmp_path,
        invoice=OWN,
        broken=OWN.replace("title", "titel"),
        order=OWN,
        lost=OWN.replace("/invoices/", "/{vendor}/") + "missing = 'No vendor.'",
    )
    assert list(catalogue.types) == [*CATALOGUE.types, "invoice"]
    assert problems == (
        "broken.toml: title is missing. Did you write it as titel?",
        "order.toml: There is a type order already. Give the file another name.",
        "lost.toml: There is no type vendor, which a placeholder names. Check how it is written.",
    )


def test_whatever_stands_in_an_own_file_the_catalogue_loads(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "b.toml").mkdir()
    (tmp_path / "c.toml").write_text("", "utf-8")
    catalogue, problems = load_catalogue(tmp_path)
    assert list(catalogue.types) == list(CATALOGUE.types)
    assert [problem.split(":")[0].split(" ")[0] for problem in problems] == ["a.toml", "b.toml", "c.toml"]


def test_own_types_together_take_no_longer_than_one_may(tmp_path: Path) -> None:
    slow = OWN.replace("INV-[0-9]{4,9}", f"INV-{'A?' * 11}")  # 2,048 ways
    catalogue, problems = load(tmp_path, a=slow, b=slow, c=slow, d=OWN)
    assert list(catalogue.types)[-3:] == ["a", "b", "d"]
    assert problems == (
        "c.toml: pattern may take too long together with those of the other files. Give its repeats narrower bounds.",
    )


def test_a_sample_id_of_an_own_type_stays_off_the_network(tmp_path: Path) -> None:
    catalogue, _ = load(tmp_path, invoice=OWN.replace("INV-[0-9]{4,9}", "AG-[A-Z0-9]{4,40}"))
    for id in ("AG-1234567", "AG-7PQTGLLXQQ"):
        assert catalogue.example(catalogue.look_up("invoice", id)) is not None
    assert catalogue.example(catalogue.look_up("invoice", "AG-REAL00001")) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_no_own_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "invoice.toml")
    assert load_catalogue(tmp_path)[1] == ("invoice.toml: It is no file that can be read.",)


def test_own_ids_are_encoded_and_stay_one_segment(tmp_path: Path) -> None:
    text = OWN.replace("'INV-[0-9]{4,9}'", "'.{1,20}'\nkeys = ['invoice']").replace(
        "scopes", "parameters = [['q', '{id}']]\nscopes"
    )
    catalogue, _ = load(tmp_path, invoice=text)
    look_up = catalogue.look_up("invoice", "a/../b?c=ä&d#")
    assert (look_up.path, look_up.parameters) == ("/invoices/a%2F..%2Fb%3Fc=%C3%A4%26d%23", (("q", "a/../b?c=ä&d#"),))
    for id in (".", "..", "", "a\nb", "\u202eab"):
        with pytest.raises(LookUpFailed, match="does not look like the id"):
            catalogue.look_up("invoice", id)


def test_a_type_may_be_of_some_environments_only(tmp_path: Path) -> None:
    catalogue, _ = load(tmp_path, invoice=f"environments = ['demo']\n{OWN}")
    look_up = catalogue.look_up("invoice", "INV-1234")
    assert catalogue.environment_problem(look_up, "demo") == ""
    assert catalogue.environment_problem(look_up, "production") == (
        "Invoice is only there in: demo. Change the profile to look it up."
    )
    assert CATALOGUE.environment_problem(CATALOGUE.look_up("order", SAMPLE_ORDER), "production") == ""
