from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from hookscope.deliveries.parts import Pair
from hookscope.ids import Found
from hookscope.records.model import LookUp
from hookscope.ui.inspector.content import body_of
from hookscope.ui.records.payload import LONGEST, is_compared, payload_of

if TYPE_CHECKING:
    from hookscope.deliveries import Headers

JSON: Headers = (("Content-Type", "application/json"),)
FORM: Headers = (("Content-Type", "application/x-www-form-urlencoded"),)
ORDER = LookUp("AG-1:ORD-1", "order", "Order", "platform", "/orders/AG-1:ORD-1")


def said(body: bytes, headers: Headers = JSON, *query: Pair) -> dict[str, str]:
    return dict(payload_of(body_of(headers, body), query))


def test_members_at_any_depth_and_in_the_digits_they_were_sent_with() -> None:
    body = b'{"status": "draft", "order": {"amount": 5300.0, "paid": true, "tags": [{"color": "red"}], "none": null}}'
    assert said(body) == {"status": "draft", "amount": "5300.0", "paid": "true", "color": "red"}


def test_form_and_query() -> None:
    assert said(b"status=draft&note=a+b", FORM, Pair("page", "2")) == {"status": "draft", "note": "a b", "page": "2"}
    assert said(b"", (), Pair("status", "draft")) == {"status": "draft"}


def test_a_name_with_two_values_says_nothing() -> None:
    assert said(b'{"status": "draft", "was": {"Sta-tus": "paid"}, "id": 1}') == {"id": "1"}
    assert said(b'{"status": "draft", "again": {"status": "draft"}}') == {"status": "draft"}


def test_what_is_too_long_is_left_out() -> None:
    assert said(b'{"a": "%s", "b": "c"}' % (b"x" * (LONGEST + 1))) == {"b": "c"}


def test_only_the_one_id_of_its_type_is_compared() -> None:
    own, other = Found(ORDER.id, ("order",), ()), Found("AG-1:ORD-2", ("order",), ())
    account = Found("AG-1", ("account", "location"), ())
    assert is_compared(ORDER, (own, account))
    assert not is_compared(ORDER, (own, other))
    assert not is_compared(ORDER, (other,))
    assert not is_compared(ORDER._replace(related="custom-fields"), (own,))


VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=5),
)


@given(VALUES)
def test_no_body_makes_it_fail(value: Any) -> None:
    found = said(json.dumps(value).encode())
    assert all(isinstance(text, str) for pair in found.items() for text in pair)


def test_a_large_body_is_looked_at_only_in_part() -> None:
    found = said(json.dumps([{f"n{number}": number} for number in range(50_000)]).encode())
    assert 0 < len(found) < 5_000
