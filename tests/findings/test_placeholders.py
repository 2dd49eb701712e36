"""Placeholders that nobody filled in."""

from __future__ import annotations

import gzip
import json
import time

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from findings.conftest import JSON, OTHER, SEND_A_WEBHOOK, codes, findings
from hookscope.findings.placeholders import LONGEST, MOST_TEXT, placeholder_in


@pytest.mark.parametrize(
    "text",
    [
        "{{ businessName }}",
        "{{accountId}}",
        "{{ productName['MP-1234'] }}",
        "{{ .Name }}",
        "{{1}}",
        "{{ items | {a: .b} }}",
        "{.WorkflowStep.trigger.task_id}",
        "{.WorkflowStep.0b7e7d2c-6a2e-4a8c-9a1a-0d6a5b1f7c11.response}",
        "{.WorkflowStep.trigger.task | .id}",
    ],
)
def test_both_ways_to_write_one(text: str) -> None:
    assert placeholder_in(text) == text
    assert placeholder_in(f"Hello {text}, and {{{{ another }}}}") == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{{}}",
        "{{ }}",
        "{{ a }",
        "}} a {{",
        "${{ github.sha }}",
        "{.}",
        "{. a}",
        "{...rest}",
        "a{.5}",
        '{"a": {"b": 1}}',
        "{{{}}}",
        "{{ " + "a" * LONGEST + " }}",
        "{ { a } }",
    ],
)
def test_what_is_none(text: str) -> None:
    assert placeholder_in(text) == ""


def test_the_first_place_is_named() -> None:
    (only,) = findings(SEND_A_WEBHOOK | {"name": "{{ businessName }}"})
    assert (only.code, only.words, only.path) == ("placeholder", "placeholder not filled in", "name")
    assert only.sentence == "`name` still has the placeholder `{{ businessName }}`."
    assert "copied example request" in only.fix


def test_the_others_are_counted() -> None:
    body = SEND_A_WEBHOOK | {"name": "{{ businessName }}", "phone": "{{ phone }} {{ phone }}"}
    assert findings(body)[0].sentence == (
        "`name` still has the placeholder `{{ businessName }}`, and 1 more value has its own."
    )
    headers = (*JSON, ("Signature", "{{ token }}"))
    assert findings(body, headers=headers)[0].sentence.endswith(", and 2 more values have theirs.")


def test_the_path_leads_to_the_value() -> None:
    body = {"a": [{"b c": ["x", "{{ y }}"]}], "ß": "{{ z }}"}
    first = findings(body, endpoint=OTHER)[0]
    assert first.path == 'a[0]."b c"[1]'
    assert jmespath.search(first.path, body) == "{{ y }}"


def test_no_depth_takes_long() -> None:
    """What lies deep below long names has no path; the time does not grow with the length of all paths together."""
    deep = b'{"%s":' % (b"k" * 2000)
    body = deep * 450 + b"[" + b",".join([b'"{{ a }}"'] * 5000) + b"]" + b"}" * 450
    start = time.process_time()
    (only,) = findings(body, endpoint=OTHER)
    assert time.process_time() - start < 1
    assert only.sentence.startswith("The body still has the placeholder `{{ a }}`, and ")
    assert only.path == ""


@given(st.recursive(st.just("{{ x }}"), lambda inner: st.lists(inner, min_size=1) | st.dictionaries(st.text(), inner)))
def test_every_path_leads_to_its_value(body: object) -> None:
    for each in findings(body, endpoint=OTHER):
        if each.path:
            assert jmespath.search(each.path, body) == "{{ x }}"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"headers": (("Signature", "{{ token }}"),)}, "The header `Signature`"),
        ({"target": "/order-created?id={{token}}&x=1"}, "The query parameter `id`"),
        ({"target": "/order-created?id=%7B%7Btoken%7D%7D"}, "The query parameter `id`"),
        ({"target": "/order-created?id=%7b%7b+token+%7d%7d"}, "The query parameter `id`"),
        ({"target": "/order-created/{{%20token%20}}"}, "The path"),
        ({"body": b"Hello {{ token }}", "headers": (("Content-Type", "text/plain"),)}, "The body"),
        ({"body": b'{"a": "{{ token }}', "headers": JSON}, "The body"),
        (
            {
                "body": b"a=1&name=%7B%7B+token+%7D%7D",
                "headers": (("Content-Type", "application/x-www-form-urlencoded"),),
            },
            "The form field `name`",
        ),
        (
            {"body": b"a=1&name={{ token }}", "headers": (("Content-Type", "application/x-www-form-urlencoded"),)},
            "The form field `name`",
        ),
    ],
)
def test_every_part_is_looked_at(changes: dict[str, object], where: str) -> None:
    (only,) = findings(**{"endpoint": OTHER, **changes})  # type: ignore[arg-type]
    assert only.code == "placeholder"
    assert only.sentence in (
        f"{where} still has the placeholder `{{{{ token }}}}`.",
        f"{where} still has the placeholder `{{{{token}}}}`.",
    )
    assert only.path == ""


def test_a_body_that_is_one_text_has_a_path_too() -> None:
    (only,) = findings(b'"{{ token }}"', endpoint=OTHER)
    assert (only.sentence, only.path) == ("The body still has the placeholder `{{ token }}`.", "@")


def test_a_packed_body_is_unpacked_first() -> None:
    body = gzip.compress(json.dumps({"a": "{{ b }}"}).encode())
    assert codes(body, headers=(*JSON, ("Content-Encoding", "gzip"))) == ["placeholder"]
    form = (("Content-Type", "application/x-www-form-urlencoded"), ("Content-Encoding", "gzip"))
    assert codes(gzip.compress(b"a=%7B%7B+b+%7D%7D"), headers=form, endpoint=OTHER) == ["placeholder"]


@pytest.mark.parametrize("body", [b"\0\1{{ a }}", b"{{ a }}" + b" " * (1 << 20)])
def test_what_is_no_text_or_too_large_is_left_alone(body: bytes) -> None:
    assert codes(body, headers=(), endpoint=OTHER) == []


@pytest.mark.parametrize("piece", ["{{a{", "{{ ", "{{ a {x}", "{.a", "{{{{", "{{ a }", "{{ a " + "b" * 2000 + "}}"])
def test_no_text_takes_long(piece: str) -> None:
    """Twice the text must not take four times as long; what is beyond the limit is not looked at at all."""

    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        start = time.process_time()
        for _ in range(5):
            placeholder_in(text)
        return time.process_time() - start

    seconds(MOST_TEXT)
    assert seconds(MOST_TEXT) < 3 * seconds(MOST_TEXT // 2) + 0.05
    assert seconds(8 * MOST_TEXT) < 3 * seconds(MOST_TEXT) + 0.05
