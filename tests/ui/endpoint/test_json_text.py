from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from hookscope.ui.endpoint.json_text import laid_out

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


@given(JSON, st.sampled_from([None, 1]))
def test_the_layout_is_that_of_pythons_indent(value: object, indent: int | None) -> None:
    assert laid_out(json.dumps(value, indent=indent)) == json.dumps(value, indent=2)


def test_nothing_is_rewritten() -> None:
    text = '{"b":1.50,"a":1e3,"a":123456789012345678901234567890,"\\u00e9":"\\/ , : {"}'
    assert laid_out(text) == (
        '{\n  "b": 1.50,\n  "a": 1e3,\n  "a": 123456789012345678901234567890,\n  "\\u00e9": "\\/ , : {"\n}'
    )


def test_empty_containers_stay_on_one_line() -> None:
    assert laid_out('{ "a" : [ ] , "b" : { } }') == '{\n  "a": [],\n  "b": {}\n}'
