from __future__ import annotations

import json

from hypothesis import example, given
from hypothesis import strategies as st

from helpers.templates import ORDER, outcome, rendered

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT)
@example("{{ json.a }}{% if %}{# #}")
def test_a_body_is_data(text: str) -> None:
    assert rendered("{{ text }}", text.encode()) == text
    assert rendered("{{ json.a }}", {"a": text}) == text
    assert rendered("{{ json.a ~ '' }}{{ json[json.a].b|default }}", {"a": text}) == text


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
                    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=20))  # fmt: skip
def test_what_is_written_as_json_is_read_as_the_same(value: object) -> None:
    for source in ("{{ json|tojson }}", "{{ json|tojson(2) }}", "[{{ json[0]|tojson }}]"):
        assert json.loads(rendered(source, [value])) == [value]


ATOMS = [
    *("json", "json.a", "json.rows", "text", "headers", "query.x", "x", "loop", "loop.index", "self", "ids", "now"),
    *("1", "0", "-2", "2.5", "1e300", "'a'", '"b\\n"', "'\\q'", "true", "none", "[1, 'a']", "{'a': [1]}", "()", "[x]"),
]
FILTERS = [
    *("upper", "lower", "title", "trim", "trim('a')", "capitalize", "length", "first", "last", "join", "join('-')"),
    *("tojson", "tojson(2)", "int", "int('a')", "float", "round", "round(1)", "round(x)", "abs", "string", "list"),
    *("items", "sort", "sort(attribute='a')", "reverse", "unique", "min", "max", "sum", "truncate(2)", "urlencode"),
    *("default(1)", "d", "d('a', true)", "replace('a', 'b')", "replace('', 'a')", "nothing", "upper(1)"),
]
SIGNS = ["+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", ">", "<=", ">=", "in", "and", "or", "**", "is"]
TESTS = ["defined", "not none", "number", "even", "odd", "in [1]", "string", "divisibleby 0", "nothing"]
EXPRESSIONS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(SIGNS), inner).map(" ".join),
        st.tuples(inner, st.sampled_from(FILTERS)).map("|".join),
        st.tuples(inner, st.sampled_from(TESTS)).map(" is ".join),
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]})[{parts[1]}]"),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]})[{parts[1]}:{parts[2]}]"),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} if {parts[1]} else {parts[2]})"),
        inner.map("-{}".format),
        inner.map("not {}".format),
        inner.map("({}).a".format),
        inner.map("{}()".format),
    ),
    max_leaves=8,
)  # fmt: skip
SOURCES = st.recursive(
    EXPRESSIONS.map("{{{{ {} }}}}".format) | st.text(max_size=5),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("\n".join),
        st.tuples(EXPRESSIONS, inner).map(lambda parts: f"{{% if {parts[0]} %}}{parts[1]}{{% endif %}}"),
        st.tuples(EXPRESSIONS, inner).map(lambda parts: f"{{% for x in {parts[0]} %}}{parts[1]}{{% endfor %}}"),
        st.tuples(EXPRESSIONS, inner).map(lambda parts: f"{{% for x, y in {parts[0]} if y %}}{parts[1]}{{% endfor %}}"),
        st.tuples(EXPRESSIONS, inner).map(lambda parts: f"{{% set x = {parts[0]} %}}{parts[1]}"),
    ),
    max_leaves=5,
)
PIECES = st.lists(
    st.sampled_from(
        [
            *("{{", "}}", "{%", "%}", "{#", "#}", "-", "+", " ", "\n", "if", "for", "in", "set", "else", "elif"),
            *("endif", "endfor", "raw", "endraw"),
            *("x", "=", "|", ".", "(", ")", "[", "]", "{", "}", ",", ":", "'", '"', "\\"),
            *("0x", "1", "e", "_", "is", "not", "\ud800", "\0", "ª", "·", "upper", "recursive", "loop", "**", ";"),
        ]
    )
    | st.characters(),
    max_size=20,
).map("".join)  # fmt: skip


@given(st.text(st.characters(exclude_categories=())) | PIECES | PIECES.map("{{{{ {} }}}}".format) | SOURCES)
@example("{{ 1" + "0" * 4_299 + " }}")
@example("{{ ''[1].a['b':] }}")
@example("{{ 1[0] is 1 }}{{ 'a'() }}{{ () is () }}")
def test_a_source_gives_a_text_or_a_flaw_or_a_failure_and_nothing_else(source: str) -> None:
    for body in (ORDER, b"", [[1, 2], ["a", "b"]], "text"):
        line, sentence = outcome(source, body)
        assert 1 <= line <= len(source.splitlines()) + 1
        assert sentence.encode()
