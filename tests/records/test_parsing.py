"""Files of record types: what may stand in them, and that each fault names its place."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from hookscope.bundled import resources
from hookscope.records.catalogue import load_catalogue
from hookscope.records.model import Kind, RecordType
from hookscope.records.parsing import LARGEST_FILE, needed_types, read_type
from hookscope.records.paths import find
from hookscope.strict_table import TableError

BUNDLED = sorted((resources() / "records").glob("*.toml"))

WHOLE = """\
rank = 7
title = "Invoice"
pattern = 'INV-[0-9]{4,9}'
short = 'INV-([0-9]{4,9})'
asked = '(INV-[0-9]{4,9})'
api = "crm"
path = "/{partner|account}/invoices/{id}"
parameters = [["filter[x]", "{id}"], ["page[limit]", "5"]]
accept = "application/json"
scopes = ["financial:read", "financial"]
environments = ["demo", "custom"]
missing = "Send partnerId along."

[[field]]
title = "Total"
paths = ["data.attributes.total", "data.attributes.amount"]
kind = "amount"
currency = "data.attributes.currencyCode"
payload = ["total"]

[[field]]
title = "Status"
paths = ["data.status"]
kind = "words"
words = { due = "Due" }

[[field]]
title = "Line"
paths = ["data.lines"]
kind = "items"
part = [
  { paths = ["sku"], kind = "id" },
  { before = ", ", paths = ["\\"list price\\""], kind = "amount", currency = "code" },
]

[[related]]
name = "payments"
title = "Payments"
path = "/payments/{id}"
scopes = ["financial"]
example = "payments"
field = [{ title = "Payments", paths = ["data"], kind = "count" }]

[examples]
INV-1234 = "invoice"
"""


def read(folder: Path, text: str, name: str = "invoice") -> RecordType:
    (folder / "examples").mkdir(exist_ok=True)
    (folder / "examples" / "invoice.json").write_text('{"data": {"id": "{id}"}}', "utf-8")
    (folder / "examples" / "payments.json").write_text('{"data": []}', "utf-8")
    (folder / "examples" / "broken.json").write_text('{"data": [}', "utf-8")
    path = folder / f"{name}.toml"
    path.write_text(text, "utf-8")
    return read_type(path)


def test_a_whole_file(tmp_path: Path) -> None:
    type = read(tmp_path, WHOLE)
    assert (type.id, type.title, type.rank, type.environments) == ("invoice", "Invoice", 7, ("demo", "custom"))
    assert (type.shape.type, type.shape.fetched, type.shape.keys) == ("invoice", True, frozenset())
    assert type.call is not None
    assert type.call.parameters == (("filter[x]", "{id}"), ("page[limit]", "5"))
    assert (type.call.api, type.call.accept, type.call.scopes[0]) == ("crm", "application/json", "financial:read")
    total, status, line = type.fields
    assert (total.kind, total.currency, total.payload) == (Kind.AMOUNT, "data.attributes.currencyCode", ("total",))
    assert (dict(status.words), line.parts[0].before, line.parts[1].before) == ({"due": "Due"}, " ", ", ")
    assert type.related[0].fields[0].kind is Kind.COUNT
    assert type.related[0].call.api == "crm"
    assert (type.examples["INV-1234"], type.related[0].example) == ('{"data": {"id": "{id}"}}', '{"data": []}')
    assert needed_types(type) == {"partner", "account"}


def test_a_file_has_only_what_it_needs(tmp_path: Path) -> None:
    least = "title = 'Invoice'\npattern = 'INV-[0-9]{4}'\npath = '/invoices/{id}'\nscopes = ['financial']"
    type = read(tmp_path, least)
    assert (type.rank, type.fields, type.related, dict(type.examples)) == (500, (), (), {})
    nothing = read(
        tmp_path, "title = 'Coupon'\npattern = '[A-Z]{2}'\nkeys = ['coupon']\nnothing = 'No record.'\nalone = true"
    )
    assert (nothing.call, nothing.shape.fetched, nothing.alone) == (None, False, True)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('title = "Invoice"\n', "", "title is missing."),
        ('title = "Invoice"', 'title = " "', "title is empty."),
        ('title = "Invoice"', "title = 1", "title must be a text."),
        ("rank = 7", "rank = 1001", "rank must be from 0 to 1000."),
        ("rank = 7", "rang = 7", "rang is not known. Did you mean rank?"),
        ("rank = 7", "rank = 7\nnothing = 'x'", "nothing is not known."),
        ("'INV-[0-9]{4,9}'\nshort", "'INV-.+'\nshort", "pattern has no bound for how long an id is: write {1,40}"),
        ("'INV-[0-9]{4,9}'\nshort", "'[0-9]{4,9}'\nshort", "pattern has fewer than 3 fixed characters"),
        ("short = 'INV-([0-9]{4,9})'", "short = 'INV-[0-9]{4,9}'", "short has no group."),
        ("asked = '(INV-[0-9]{4,9})'", "asked = '(INV-.*)'", "asked has no bound"),
        ('api = "crm"', 'api = "billing"', "api must be one of platform, crm."),
        ('path = "/{partner|account}/invoices/{id}"\n', "", "path is missing, or nothing for ids that have no record."),
        ("/{partner|account}/invoices/{id}", "invoices/{id}", "path must be a plain path such as /orders/{id}."),
        ("/{partner|account}/invoices/{id}", "/a/../{id}", "path must be a plain path such as /orders/{id}."),
        ("/{partner|account}/invoices/{id}", "//evil.example/{id}", "path must be a plain path such as /orders/{id}."),
        ("/{partner|account}/invoices/{id}", "/{id}?a=1", "path must be a plain path such as /orders/{id}."),
        ("/{partner|account}/invoices/{id}", "/{ID}/{id}", "path has {ID}; there are {id} and types"),
        ("/{partner|account}/invoices/{id}", "/{id}/{id", "path has a bracket without its other half."),
        ("/payments/{id}", "/payments", "related[1].path needs {id}, there or in the parameters."),
        ('["page[limit]", "5"]', '["page[limit]", 5]', "parameters[2] must be a pair of texts."),
        ('["page[limit]", "5"]', '["", "5"]', "parameters has a parameter without a name."),
        ('["page[limit]", "5"]', '["page[limit]", "{id"]', "parameters has a bracket without its other half."),
        ('accept = "application/json"', 'accept = "json\\r\\nX: y"', "accept must be a media type"),
        ('["financial:read", "financial"]', "[]", "scopes must name the scopes of which one is needed"),
        ('["financial:read", "financial"]', '["a b"]', "scopes must name the scopes of which one is needed"),
        ('["demo", "custom"]', '["test"]', "environments has 'test'; there are production, demo, custom."),
        ('missing = "Send partnerId along."\n', "", "missing must say what is missing"),
        ('"data.attributes.total", ', '"data[", ', "field[1].paths[1] is no JMESPath"),
        ('"data.attributes.total", ', '"length(data)", ', "field[1].paths[1] can have names and numbers only"),
        ('"data.attributes.total", ', '"data[*].x", ', "field[1].paths[1] can have names and numbers only"),
        ('"data.attributes.total", ', f'"{"a" * 201}", ', "field[1].paths[1] has more than 200 characters."),
        ('["data.status"]', "[]", "field[2].paths is empty."),
        (
            'kind = "amount"\n',
            'kind = "money"\n',
            "field[1].kind must be one of text, amount, time, words, count, id, items.",
        ),
        ('currency = "data.attributes.currencyCode"\n', "", "field[1].currency is missing."),
        ('currency = "data.attributes.currencyCode"', 'currency = "a b"', "field[1].currency is no JMESPath"),
        ('payload = ["total"]', 'payload = [""]', "field[1].payload has an empty text."),
        ('words = { due = "Due" }', 'words = { due = "" }', "field[2].words.due is empty."),
        ('words = { due = "Due" }', "part = []", "field[2].part is not known."),
        ('kind = "items"', 'kind = "count"', "field[3].part is not known."),
        ('["sku"], kind = "id"', '["sku"], kind = "items"', "field[3].part[1].kind cannot be items inside of items."),
        ('["sku"], kind = "id"', '["sku"], title = "x"', "field[3].part[1].title is not known."),
        ('name = "payments"', 'name = "Pay ments"', "related[1].name must be small letters"),
        ('example = "payments"', 'example = "../secret"', "related[1].example must be small letters"),
        (
            'example = "payments"',
            'example = "none"',
            "related[1].example names examples/none.json, which cannot be read",
        ),
        (
            'INV-1234 = "invoice"',
            'INV-1234 = "broken"',
            "examples.INV-1234 names examples/broken.json, which is no JSON",
        ),
        ('INV-1234 = "invoice"', 'ORD-1234 = "invoice"', "examples.ORD-1234 is no id that fits the pattern."),
        (
            "[examples]",
            "[[related]]\nname = 'payments'\ntitle = 'x'\npath = '/{id}'\nscopes = ['s']\n[examples]",
            "related[2].name is used twice.",
        ),
        ("[examples]", "[examples", "Expected ']'"),
    ],
)
def test_faults_are_named_with_their_place(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert WHOLE.count(old) == 1
    with pytest.raises(TableError) as caught:
        read(tmp_path, WHOLE.replace(old, new))
    assert str(caught.value).startswith(f"invoice.toml: {fault}")
    assert str(caught.value).endswith((".", "?", ")"))


def test_faults_of_the_file_itself(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"^My Type\.toml: The name of the file must be small letters"):
        read(tmp_path, WHOLE, "My Type")
    with pytest.raises(TableError, match=r"^invoice\.toml: The file is larger than 64 kB\."):
        read(tmp_path, WHOLE + "#" * LARGEST_FILE)
    with pytest.raises(TableError, match=r"^invoice\.toml: The file is nested too deep\."):
        read(tmp_path, "x = " + "[" * 20_000)
    with pytest.raises(TableError, match=r"^gone\.toml cannot be read: No such file"):
        read_type(tmp_path / "gone.toml")
    (tmp_path / "invoice.toml").write_bytes(WHOLE.replace("Invoice", "Ä").encode("latin-1"))
    with pytest.raises(TableError, match=r"^invoice\.toml: .*utf-8"):
        read_type(tmp_path / "invoice.toml")


def test_the_file_in_the_description_is_one(tmp_path: Path) -> None:
    description = (resources() / "RECORDS.md").read_text("utf-8")
    block = re.findall(r"```toml\n(.*?)```", description, re.DOTALL)[0]
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "sales-contact.json").write_text("{}", "utf-8")
    (tmp_path / "sales-contact.toml").write_text(block, "utf-8")
    catalogue, problems = load_catalogue(tmp_path)
    assert problems == ()
    assert list(catalogue.types)[6] == "sales-contact"
    assert [look_up.path for look_up in catalogue.look_ups("SC-ABCDEF")] == ["/salesContacts/SC-ABCDEF"]


def test_the_description_names_every_key() -> None:
    description = (resources() / "RECORDS.md").read_text("utf-8")
    used = {key for path in BUNDLED for key in _keys(tomllib.loads(path.read_text("utf-8")))}
    assert not [key for key in used if f"`{key}`" not in description and f"[[{key}]]" not in description]
    assert not [kind for kind in Kind if f"| `{kind}` |" not in description]


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_every_path_of_a_field_with_an_example_finds_something(path: Path) -> None:
    type = read_type(path)
    documents = [json.loads(text) for text in type.examples.values()]
    for field in type.fields if documents else ():
        # What only some records have is left out of ours.
        if field.title != "Toll-free":
            assert any(find(each, document) is not None for each in field.paths for document in documents), field.title
    for related in type.related:
        document = json.loads(related.example)
        for field in related.fields:
            assert any(find(each, document) for each in field.paths), field.title


def _keys(table: dict[str, Any]) -> set[str]:
    found = set(table) - {"examples"}
    for key in found & {"field", "related", "part"}:
        for inner in table[key]:
            found |= _keys(inner)
    return found
