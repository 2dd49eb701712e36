from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import jinja2.sandbox
import pytest

from helpers.templates import ORDER, failure, rendered, view
from hookscope.responses.model import Flaw
from hookscope.responses.templates import Template, TemplateFailure, compiled, template_flaw


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", ""),
        ("plain { } text\n", "plain { } text\n"),
        ("{{ method }} {{ target }} {{ path }}", "POST /hook/a%20b?x=1&y=a%2Fb&x=2 /hook/a b"),
        ("{{ query.x }} {{ query['y'] }} {{ query }}", '1 a/b {"x": "1", "y": "a/b"}'),
        ("{{ headers['X-Event'] }} {{ headers['x-EVENT'] }} {{ headers.host }}", "order.made order.made h"),
        ("{{ 'X-Event' in headers }} {{ 'X-No' in headers }} {{ 'x' in query }}", "true false true"),
        ("{% set all = headers %}{{ all['X-EVENT'] }}", "order.made"),
        ("{{ cookies.sid }} {{ ids }} {{ ids[0] }} {{ ids|length }}", '5 ["AG-1", "U-2"] AG-1 2'),
        ("{{ attempt }} {{ verdict }} {{ now }} {{ now_unix }}", "2 verified 2026-11-25T12:00:00.123Z 1795608000"),
        ("{{ json.orderid }} {{ json['orderid'] }} {{ json['a-b'] }}", "ORD-1 ORD-1 dash"),
        ("{{ json.a.b[2].c }} {{ json.a.b[-1].c }} {{ json.rows.0.id }}", "true true x"),
        ("{{ json.keys }}", "a key"),
        ("{{ json.a }}", '{"b": [1, 2, {"c": true}]}'),
        ("{{ json.name }} {{ json.name|tojson }}", 'Jörg <&> "J" \' "Jörg <&> \\"J\\" \'"'),
        ("{{ json.a|tojson(indent=1) }}", json.dumps(ORDER["a"], indent=1)),
        ("{{ true }} {{ False }} {{ none }} {{ json.nothing }} {{ json.half }} {{ 3 }}", "true false null null 0.5 3"),
        ("{{ json.empty }}|", "|"),
        ("{{ json.q|default('x') }} {{ json.q.r.s|default(1) }} {{ json.rows[9].id|d }}|", "x 1 |"),
        ("{{ json.empty|default('x') }} {{ json.empty|default('x', true) }}", " x"),
        ("{% if json.no %}{% set foo = 1 %}{% endif %}{{ foo|default(2) }} {{ json.q[json.r].s|default(3) }}", "2 3"),
        ("{{ json.q is defined }} {{ json.n is defined }} {{ json.q.r is undefined }}", "false true true"),
        ("{% for foo in [] %}{% endfor %}{{ foo is defined }} {{ loop is defined }}", "false false"),
        ("{% if json.q is defined and json.q %}a{% elif json.n > 4 %}b{% else %}c{% endif %}", "b"),
        ("{{ 'a' if json.yes else 'b' }} {{ 'a' if json.no }}|", "a |"),
        ("{% for r in json.rows %}{{ loop.index }}{{ r.id }}{% if not loop.last %}, {% endif %}{% endfor %}", "1x, 2y"),
        ("{% for n in json.numbers if n > 1 %}{{ loop.index0 }}/{{ loop.length }} {% endfor %}", "0/3 1/3 2/3 "),
        ("{% for n in json.numbers %}{{ loop.first }}{% endfor %}", "truefalsefalsefalse"),
        ("{% for n in [] %}{{ n }}{% else %}none{% endfor %}", "none"),
        ("{% for k, v in json.a|items %}{{ k }}={{ v[0] }}{% endfor %}", "b=1"),
        ("{% for k in query %}{{ k }}{% endfor %} {% for c in 'ab' %}{{ c }}.{% endfor %}", "xy a.b."),
        ("{% for a in [1, 2] %}{% for b in [1, 2] %}{{ a * b }}{{ loop.last }} {% endfor %}{% endfor %}",
         "1false 2true 2false 4true "),
        ("{% set total = json.n * 2 %}{{ total + 1 }}", "11"),
        ("{{ 7 // 2 }} {{ 7 / 2 }} {{ 7 % 4 }} {{ -json.n }} {{ +json.n }} {{ 1 - 2.5 }}", "3 3.5 3 -5 5 -1.5"),
        ("{{ 'a' + 'b' }} {{ 'a' ~ 1 ~ true ~ [1] }}", "ab a1true[1]"),
        ("{{ 1 < 2 < 3 }} {{ 1 < 2 > 3 }} {{ 'a' == 'a' }} {{ 1 != 1 }} {{ 'a' <= 'b' }}",
         "true false true false true"),
        ("{{ 2 in json.numbers }} {{ 'RD' in json.orderid }} {{ 'x' not in [1] }} {{ 'b' in json.a }} {{ 1 in json }}",
         "true true true true false"),
        ("{{ json.numbers[1:3] }} {{ 'abc'[::-1] }} {{ 'abc'[:-1] }} {{ 'abc'[0] }}", "[1, 2] cba ab a"),
        ("{{ [1, -2, 'x', [true]] }} {{ (1, 2) }}", '[1, -2, "x", [true]] [1, 2]'),
        ("{{ {'a': 1, 'b': {'c': none}} }}", '{"a": 1, "b": {"c": null}}'),
        ("{{ {'a': 1}.a }} {{ {'a': {'b': 2}}['a'].b }}", "1 2"),
        ("{{ json.rows|sum(attribute='price') }} {{ json.numbers|sum }} {{ [0.5]|sum(start=1) }}", "6.5 9 1.5"),
        ("{{ json.rows|sort(attribute='price', reverse=true)|first }}", '{"id": "y", "price": 4}'),
        ("{{ json.rows|max(attribute='price') }} {{ json.rows|join('+', 'id') }}", '{"id": "y", "price": 4} x+y'),
        ("{{ []|min|default('no') }} {{ []|first|default('no') }} {{ ''|last is defined }}", "no no false"),
        ("{{ query|urlencode }}", "x=1&y=a%2Fb"),
        ("{{ query|length }} {{ json.rows|count }} {{ query|list }}", '2 2 ["x", "y"]'),
        ("{{ '12'|int + 1 }} {{ 'q'|int(7) }} {{ '1.9'|int }} {{ 'ff'|int(base=16) }} {{ none|int }}", "13 7 1 255 0"),
        ("{{ json.digits|int(7) }} {{ json.digits|int(7, 32) }} {{ json.digits|float(7) }}", "7 7 7"),
        ("{{ ('1' * 1) if false else 'x' }} {{ (1e308 * 10)|int }}", "x 0"),
        ("{{ json.n|string ~ 'x' }} {{ json.n|upper }} {{ true|upper }}", "5x 5 TRUE"),
        ("{{ 5 is number }} {{ true is number }} {{ 5 is integer }} {{ 'a' is string }}", "true false true true"),
        ("{{ 4 is even }} {{ 4 is odd }} {{ 9 is divisibleby 3 }} {{ none is none }}", "true false true true"),
        ("{{ 3 is in [3] }} {{ 3 is gt 2 }} {{ 3 is le 2 }} {{ 'a' is eq 'a' }}", "true true false true"),
        ("{{ json.a is mapping }} {{ json.rows is sequence }} {{ true is true }} {{ true is not false }}",
         "true true true true"),
        ("{% raw %}{{ json.orderid }}{% endraw %}{# {{ nothing #}", "{{ json.orderid }}"),
        ("a\n{%- if true %} b {% endif -%}\n c", "a b c"),
        ("{{ '\\n\\u00e9\\x41\\'' }}", "\né" + "A'"),
        ("{{ '{{ 7 }}' }}", "{{ 7 }}"),
    ],
)  # fmt: skip
def test_a_template_gives(source: str, expected: str) -> None:
    assert rendered(source) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "letters|sort",
        "letters|sort(true)",
        "letters|sort(case_sensitive=true)",
        "letters|unique|list",
        "letters|unique(true)|list",
        "letters|min",
        "letters|max",
        "letters|max(case_sensitive=true)",
        "numbers|sort(reverse=true)",
        "numbers|unique|list",
        "numbers|min",
        "numbers|reverse|list",
        "letters|join(', ')",
        "letters|first",
        "letters|last",
        "letters|length",
        "'it is  a-b (c) d\\'e f'|title",
        "'HELLO World'|capitalize",
        "' a '|trim",
        "'xxaxx'|trim('x')",
        "'hello world'|replace('o', '00')",
        "'hello world'|replace('l', '', 2)",
        "'abc'|replace('', '-')",
        "'hello world'|reverse",
        "'Hello big world out there'|truncate(10)",
        "'Hello big world out there'|truncate(10, true)",
        "'Hello big world out there'|truncate(10, false, '…', 0)",
        "'Hello big world'|truncate(11)",
        "'Hello'|truncate(3, leeway=0)",
        "'a b/c&d=ü'|urlencode",
        "2.5|round",
        "2.567|round(1)",
        "2.1|round(0, 'ceil')",
        "2.999|round(2, method='floor')",
        "12345|round(-2)",
        "-3|abs",
        "'3.5'|float",
        "'x'|float(1.5)",
        "'42'|int",
        "'4x'|int",
        "'straße'|upper",
        "'ABC'|lower",
        "'abc'|list",
        "letters|list",
        "7 // 2 * 3 % 4 - 1",
        "7 / 2",
        "not numbers",
        "numbers and 'yes' or 'no'",
    ],
)
def test_filters_and_operators_do_what_jinja_documents(expression: str) -> None:
    data = {"letters": ORDER["letters"], "numbers": ORDER["numbers"]}
    theirs = jinja2.sandbox.SandboxedEnvironment(finalize=lambda value: value).compile_expression(expression)(**data)
    ours = rendered(
        f"{{% set letters = json.letters %}}{{% set numbers = json.numbers %}}{{{{ ({expression})|tojson }}}}"
    )
    assert json.loads(ours) == theirs


def test_several_lines_stay_as_they_are() -> None:
    source = '{\n  "id": {{ json.orderid|tojson }},\n  "again": {% if attempt > 1 %}true{% else %}false{% endif %}\n}\n'
    assert rendered(source) == '{\n  "id": "ORD-1",\n  "again": true\n}\n'


def test_the_body_is_parsed_only_for_who_asks() -> None:
    request = view()
    source = "{{ headers.host }}{% if attempt == 1 %}{{ json.n }}{% endif %}"
    assert Template(source).render(request) == "h"
    assert "_parsed" not in vars(request)
    assert "text" not in vars(request)


@pytest.mark.parametrize(
    "source", ["{{ json.a }}", "{{ json }}", "{% for x in json %}{% endfor %}", "{{ json|length }}"]
)
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"a=1", "the body is not JSON"),
        (b"", "the body is empty"),
        (b"[" + b" " * (1 << 20) + b"]", "the body is larger than 1 MiB"),
        (b"[" * 200_000 + b"]" * 200_000, "the body is nested too deep"),
    ],
)
def test_a_body_that_is_no_json_is_told(source: str, body: bytes, reason: str) -> None:
    assert failure("\n" + source, body) == (2, reason)


def test_a_template_can_ask_whether_the_body_is_json() -> None:
    source = "{% if json is defined %}JSON{% else %}{{ text }}{% endif %} {{ json.a|default('-') }}"
    assert (rendered(source, b"a=1"), rendered(source, {"a": 1})) == ("a=1 -", "JSON 1")


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("{{ json.orderId }}", 1, "`orderId` is not in the body"),
        ("a\nb {{ query.z }}", 2, "`z` is not in the query"),
        ("a\r\nb\r{{ headers['X-No'] }}", 3, "`X-No` is not in the headers"),
        ("{{ cookies.no }}", 1, "`no` is not in the cookies"),
        ("{{ json.a.b.c.d }}", 1, "`c` is not in `json.a.b`"),
        ("{{ json.rows[2].id }}", 1, "`2` is not in `json.rows`"),
        ("{{ json.rows[0]['no'] }}", 1, "`no` is not in `json.rows[0]`"),
        ("{{ json[json.orderid] }}", 1, "`ORD-1` is not in the body"),
        ("{{ (json.rows|first).no }}", 1, "`no` is not in this value"),
        ("{% for row in json.rows %}\n{{ row.id }}\n{{ row.no }}\n{% endfor %}", 3, "`no` is not in `row`"),
        ("{% if json.no %}{% set foo = 1 %}{% endif %}\n\n{{ foo }}", 3, "`foo` is not set here"),
        ("{% for foo in json.rows %}{% endfor %}{{ foo.bar[1] }}", 1, "`foo` is not set here"),
        ("{% for foo in json.rows %}{% endfor %}{{ loop.index }}", 1, "`loop` is not set here"),
        ("{% if json.q %}{% endif %}", 1, "`q` is not in the body"),
        ("{{ json.q and 1 }}", 1, "`q` is not in the body"),
        ("{{ not json.q }}", 1, "`q` is not in the body"),
        ("{{ json.q == 1 }}", 1, "`q` is not in the body"),
        ("{{ 'x' in json.q }}", 1, "`q` is not in the body"),
        ("{{ json.q ~ 'x' }}", 1, "`q` is not in the body"),
        ("{{ json.q + 1 }}", 1, "`q` is not in the body"),
        ("{{ -json.q }}", 1, "`q` is not in the body"),
        ("{{ json.q|upper }}", 1, "`q` is not in the body"),
        ("{{ 'x'|replace('x', json.q) }}", 1, "`q` is not in the body"),
        ("{{ 'x'|replace(old='x', new=json.q) }}", 1, "`q` is not in the body"),
        ("{{ 'x'[json.q:] }}", 1, "`q` is not in the body"),
        ("{{ json.q is number }}", 1, "`q` is not in the body"),
        ("{% for x in json.q %}{% endfor %}", 1, "`q` is not in the body"),
        ("{{ json.rows|sum(attribute='q') }}", 1, "`q` is not in an item"),
        ("{{ []|max }}", 1, "there is no largest item"),
        ("{{ []|first }}", 1, "there is no first item"),
        ("{{ json.name + 5 }}", 1, "a text and a number cannot be added"),
        ("{{ json.rows - none }}", 1, "a list and null cannot be subtracted"),
        ("{{ json.rows + json.rows }}", 1, "a list and a list cannot be added"),
        ("{{ true * json.a }}", 1, "a boolean and an object cannot be multiplied"),
        ("{{ 1 < 'a' }}", 1, "a number and a text cannot be compared"),
        ("{{ 1 in 5 }}", 1, "a number cannot be in a number"),
        ("{{ 1 in 'a1' }}", 1, "a number cannot be in a text"),
        ("x\n{{ 1 / 0 }}", 2, "a number is divided by 0"),
        ("{{ 1 % 0 }}", 1, "a number is divided by 0"),
        ("{{ 3 is divisibleby 0 }}", 1, "a number is divided by 0"),
        ("{{ 1e308 * 10 }}", 1, "NaN and Infinity are not JSON"),
        ("{{ (1e308 * 10)|round(0, 'ceil') }}", 1, "a number is too large"),
        ("{{ 1.5|round(16) }}", 1, "a number is rounded to at most 15 places"),
        ("{{ 1.5|round(1, 'up') }}", 1, "`round` knows common, ceil and floor"),
        ("{{ json.rows|upper }}", 1, "a text is needed, not a list"),
        ("{{ json.a|join }}\n{{ 5|join }}", 2, "a list is needed, not a number"),
        ("{{ 5|length }}", 1, "a number has no length"),
        ("{{ json.rows|items }}", 1, "an object is needed, not a list"),
        ("{{ 'a'|abs }}", 1, "a number is needed, not a text"),
        ("{{ 'abc'|truncate('a') }}", 1, "a whole number is needed, not a text"),
        ("{{ 1.5 is even }}", 1, "a whole number is needed"),
        ("{{ [1, 'a']|sort }}", 1, "only numbers, or only texts, can be put in order"),
        ("{{ json.rows|unique }}", 1, "only numbers, or only texts, can be put in order"),
        ("{{ ['a']|sum }}", 1, "a number is needed, not a text"),
        ("{% for x in 5 %}{% endfor %}", 1, "a loop goes through a list, not a number"),
        ("{% for a, b in [[1, 2, 3]] %}{% endfor %}", 1, "an item does not have as many parts as the loop has names"),
        ("{% for a, b in [[1]] %}{% endfor %}", 1, "an item does not have as many parts as the loop has names"),
        ("{% for a, b in [1] %}{% endfor %}", 1, "an item does not have as many parts as the loop has names"),
        ("{{ json.a[1:] }}", 1, "a part can be taken of a text or list, not of an object"),
        ("{{ 'abc'[::0] }}", 1, "a part cannot be taken in steps of 0"),
        ("{{ 'abc'['a':] }}", 1, "a whole number is needed, not a text"),
        ("a\n{{ '\\ud83d' }}", 2, "half of a character stands alone"),
        ("{{ '\\ud83d'|urlencode }}", 1, "half of a character stands alone"),
        ("{% for x in [1] %}{{ loop }}{% endfor %}", 1, "`loop` is no value"),
        ("{% for x in [1] %}{% for y in loop %}{% endfor %}{% endfor %}", 1, "`loop` is no value"),
        ("{% for x in [1] %}{{ loop == loop }}{% endfor %}", 1, "`loop` is no value"),
    ],
)  # fmt: skip
def test_a_failure_says_why_and_where(source: str, line: int, reason: str) -> None:
    assert failure(source) == (line, reason)


def test_a_failure_reads_as_a_sentence() -> None:
    with pytest.raises(TemplateFailure, match=r"^Line 2: `x` is not in the body\.$"):
        Template("\n{{ json.x }}").render(view())


def test_a_reason_pictures_what_a_sender_hides_in_a_name() -> None:
    _, reason = failure("{{ json[json.k] }}", {"k": "a\u202e\ud83d\n" + "b" * 100})
    assert reason == f"`a‹U+202E›‹U+D83D›↵{'b' * 56}…` is not in the body"


def test_the_flaw_of_a_response_is_one_of_its_body() -> None:
    assert template_flaw("{{ json.a }}") is None
    assert template_flaw("a\n{{ json.a") == Flaw("body", "Line 2: this tag has no end.", 2, 1)


def test_a_source_is_compiled_once() -> None:
    assert compiled("{{ json.once }}") is compiled("{{ json.once }}")


def test_a_template_may_be_used_by_threads_at_once() -> None:
    template = Template("{% for a in json %}{{ a }}{% set b = a %}{{ b }}{% endfor %}")
    bodies = [[number] * 100 for number in range(50)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda body: template.render(view(body)), bodies))
    assert answers == [str(number) * 200 for number in range(50)]


def test_jinja_is_not_imported_when_the_program_starts() -> None:
    check = "import sys, hookscope.responses; sys.exit('jinja2' in sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True, timeout=10)
