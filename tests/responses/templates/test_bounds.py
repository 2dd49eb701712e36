from __future__ import annotations

import gzip
import json
import time
import tracemalloc

import pytest

from helpers.templates import ORDER, failure, flaw, outcome, rendered, view
from hookscope.responses.request_view import RequestView
from hookscope.responses.templates import Template, TemplateFailure, compiled, values


def doubled(operator: str) -> str:
    return "{% set x = 'ab' %}" + f"{{% set x = x {operator} x %}}" * 40 + "{{ x }}"


def many(count: int, text: str) -> str:
    return "".join(text.replace("#", str(number)) for number in range(count))


NUMBERS = list(range(1_000))
HALVES = json.dumps([[1.5] * 100_000, [1.5] * 100_000]).encode()
LONG = b"x" * (1 << 20)
TOO_LONG = "a text is longer than 256 KiB"
TOO_MUCH = "more than 4 MiB are made on the way"
TOO_SLOW = "it takes longer than 50 ms"
TOO_MANY_STEPS = "the loops take more than 10 000 steps"
TOO_LARGE = "the output is larger than 1 MiB"
TOO_MANY_DIGITS = "a number has more than 4 000 digits"
SEARCHES = "{% for a in text[:9999] %}{% if n in h %}{% endif %}{% endfor %}"
DEEP = "the values are nested too deeply"
BOMBS: list[tuple[str, object, set[str]]] = [
    (doubled("~"), {}, {TOO_LONG}),
    (doubled("+"), {}, {TOO_LONG}),
    ("{% set x = 99999999 %}" + "{% set x = x * x %}" * 40, {}, {TOO_MANY_DIGITS}),
    ("{{ 'a' * 999999999 }}", {}, {"a text and a number cannot be multiplied"}),
    ("{{ json.rows * 999999999 }}", ORDER, {"a list and a number cannot be multiplied"}),
    ("{{ '%999999999d' % 5 }}", {}, {"a text and a number cannot be divided"}),
    ("{{ 5|round(-1000000000) }}", {}, {"a number is rounded to at most 15 places"}),
    ("{% for a in json %}" * 3 + "{% endfor %}" * 3, NUMBERS, {TOO_MANY_STEPS}),
    ("{% for a in json %}{% for b in json if false %}{% endfor %}{% endfor %}", NUMBERS, {TOO_MANY_STEPS}),
    ("{% for a in json %}{{ loop.length }}{% endfor %}", [1] * 10_001, {TOO_MANY_STEPS}),
    ("{% for a in text %}{{ text }}{% endfor %}", LONG, {TOO_LARGE}),
    ("{% for a in json %}" + "x" * 2_000 + "{% endfor %}", NUMBERS, {TOO_LARGE}),
    ("{% for a in json %}{{ 'ä' * 0 if false else 'äöü' }}" + "€" * 2_000 + "{% endfor %}", NUMBERS, {TOO_LARGE}),
    ("{% for a in json %}" + "{{ a|string|upper|lower|title }}" * 50 + "{% endfor %}", NUMBERS, {TOO_SLOW}),
    ("{% for a in json %}" + "{% if a and a and a %}{% endif %}" * 200 + "{% endfor %}", [1] * 10_000, {TOO_SLOW}),
    ("{% for a in json %}" + "{{ a.b.c.d|default }}" * 100 + "{% endfor %}", [{}] * 10_000, {TOO_SLOW}),
    ("{% for a in [1, 2, 3, 4] %}" + "{{ json[0] == json[1] }}" * 60 + "{% endfor %}", HALVES, {TOO_SLOW}),
    ("{% for a in json[0] %}" + "{{ 5 in json[0] }}" * 30 + "{% endfor %}", HALVES, {TOO_SLOW}),
    ("{% set n = text[:14000] ~ 'b' ~ text[:14000] %}" + "{{ n in text }}" * 300, LONG, {TOO_SLOW}),
    ("{% set h = text[:2499] %}{% set n = text[:1200] ~ 'b' %}" + SEARCHES, LONG, {TOO_SLOW}),
    ("{% set h = text[:29999] %}{% set n = 'b' ~ text[:98] %}" + SEARCHES, LONG, {TOO_SLOW}),
    ("{% for a in json %}" + "{{ a // 3 }}" * 50 + "{% endfor %}", [10**3990] * 200, {TOO_SLOW, TOO_LARGE}),
    ("{{ json|unique|length }}", [number * (2**61 - 1) for number in range(1, 10_000)], {TOO_SLOW}),
    ("{{ json }}", HALVES, {TOO_SLOW, TOO_LONG}),
    ("{% for a in json %}{% set b = json|tojson %}{% endfor %}", ["aaaaa"] * 5_000, {TOO_SLOW, TOO_MUCH}),
    ("{{ json|tojson(8) }}", b"[" * 300 + b"1" + b"]" * 300, {TOO_LONG}),
    ("{{ json|tojson(8) }}", b"[" + b"[" * 300 + b"1," * 60_000 + b"1" + b"]" * 300 + b"]", {TOO_LONG, TOO_SLOW}),
    ("{{ json }}", b"[" * 800 + b"1," * 60_000 + b"1" + b"]" * 800, {TOO_SLOW}),
    ("{{ text|tojson }}", b"\x01" * 200_000, {TOO_LONG}),
    ("{{ text|tojson }}", b"\x01" * 1_000_000 + "😀".encode(), {TOO_LONG}),
    ("{{ text|replace('', text) }}", b"x" * 10_000, {TOO_LONG}),
    ("{{ text|replace('x', text) }}", b"x" * 200_000, {TOO_LONG}),
    ("{{ text|join(text) }}", b"x" * 9_000, {TOO_LONG}),
    ("{{ text|list }}", "汉".encode() * 300_000, {"a list has more than 10 000 items"}),
    ("{{ text|title }}", b"a " * 100_000, {"a text is longer than 32 KiB"}),
    ("{{ text|urlencode }}", "😀".encode() * 32_000, {TOO_LONG, TOO_SLOW}),
    ("{{ json|urlencode }}", {str(number): "b" * 100 for number in range(1_000)}, {"a text is longer than 32 KiB"}),
    ("{{ text|upper }}", "ΐ".encode() * 200_000, {TOO_LONG}),
    ("{{ text|upper }}", LONG, {TOO_LONG}),
    ("{{ text|trim(text) }}", b"x" * 200_000, {"`trim` takes at most 100 characters"}),
    ("{% set t = text[:250000] %}" + many(50, "{% set a# = t[1:] %}"), LONG, {TOO_MUCH}),
    ("{% set t = text[:250000] %}" + many(50, "{% set a# = t ~ 'x' %}"), LONG, {TOO_MUCH}),
    (many(50, "{% set a# = json|list %}"), [1] * 10_000, {TOO_MUCH}),
    (many(50, "{% set a# = json[1:] %}"), [1] * 100_000, {TOO_MUCH}),
    (many(50, "{% set a# = json|items %}"), {str(n): n for n in range(10_000)}, {TOO_MUCH, TOO_SLOW}),
    (many(200, "{% set a# = json|tojson %}"), ["a" * 60_000], {TOO_MUCH}),
    ("{% set x = " + " ~ ".join(["json"] * 200) + " %}", ["a" * 60_000], {TOO_MUCH}),
    ("{{ json|sort }}", [1] * 10_001, {"a list has more than 10 000 items"}),
    ("{{ text }}", b"x" * (25 << 20), {"the body is larger than 1 MiB"}),
    ("{{ text }}", gzip.compress(b"x" * (25 << 20)), {"the body is larger than 1 MiB"}),
    ("{{ json }}", gzip.compress(HALVES), {TOO_SLOW, TOO_LONG}),
]  # fmt: skip


@pytest.mark.timeout(10)
@pytest.mark.parametrize(("source", "body", "reasons"), BOMBS)
def test_a_bomb_does_not_go_off(source: str, body: object, reasons: set[str]) -> None:
    template, request = compiled(source), view(body)
    _ = request._parsed  # its own bounds are not what is measured
    started = time.thread_time()
    with pytest.raises(TemplateFailure) as caught:
        template.render(request)
    assert time.thread_time() - started < 0.5
    assert caught.value.reason in reasons
    assert memory_for(template, request) < 10 << 20  # what the view keeps is not in it, after the first time


def memory_for(template: Template, request: RequestView) -> int:
    tracemalloc.start()
    try:
        with pytest.raises(TemplateFailure):
            template.render(request)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "source",
    [
        "{{ 1" + " + 1" * 2_000 + " }}",
        "{{ " + "(" * 2_000 + "1" + ")" * 2_000 + " }}",
        "{{ " + "[" * 2_000 + "1" + "]" * 2_000 + " }}",
        "{{ " + "not " * 4_000 + "1 }}",
        "{{ " + "-" * 4_000 + "1 }}",
        "{{ 1" + " and 1" * 2_000 + " }}",
        "{{ " + "1 if 1 else " * 1_000 + "1 }}",
        "{{ 1" + "|d" * 2_000 + " }}",
        "{{ a" + ".b" * 2_000 + " }}",
        "{{ a" + "[a" * 60 + "]" * 60 + " }}",
        "{% if 1 %}" * 60 + "{% endif %}" * 60,
        "{% if 1 %}" * 800 + "{% endif %}" * 800,
        "{% for a in json %}" * 11 + "{% endfor %}" * 11,
        "{{ a }}" * 5_000,
        "{##}" * 16_000,
        "{{" * 32_000,
        "{#" * 32_000,
        "{%" + " " * 60_000,
        "{% raw" + " " * 60_000,
        "{{ '" + "\\" * 60_000,
        "{{ " + "1_" * 30_000 + "1 }}",
        "{{ " + "1." * 30_000 + " }}",
        "{{ 0x" + "f" * 60_000 + " }}",
        "{{ " + "9" * 60_000 + " }}",
        "x" * 65_537,
        "ä" * 32_769,
    ],
)
def test_a_source_that_is_too_much_is_refused_quickly(source: str) -> None:
    started = time.thread_time()
    line, sentence = flaw(source)
    assert time.thread_time() - started < 1
    assert sentence.startswith(f"Line {line}: ")


@pytest.mark.parametrize(
    "source",
    [
        many(700, "{% set a# = 1 %}"),
        "{{ 1" + " ~ 1" * 2_000 + " }}",
        "{{ 1" + " < 2" * 2_000 + " }}",
        "{{ [" + "1, " * 2_000 + "] }}",
        "{% if 0 %}" + "{% elif 0 %}" * 900 + "{% endif %}",
        "{% for a in [1] %}" * 10 + "{% endfor %}" * 10,
        "{% if 1 %}" * 45 + "{% endif %}" * 45,
        "{{ " + "(" * 45 + "1" + ")" * 45 + " }}",
        "{{ json" + ".a" * 45 + "|default(1) }}",
        "x" * 65_536,
    ],
)
def test_what_is_within_the_bounds_is_taken(source: str) -> None:
    started = time.thread_time()
    rendered(source)
    assert time.thread_time() - started < 2


@pytest.mark.parametrize(
    ("source", "within", "beyond"),
    [
        ("{% for a in json %}{% endfor %}", [0] * 10_000, [0] * 10_001),
        ("{% for a in json %}{% for b in json %}{% endfor %}{% endfor %}", [0] * 99, [0] * 100),
        ("{{ text }}", b"x" * (1 << 20), b"x" * ((1 << 20) + 1)),
        ("{{ text }}{{ text }}", b"x" * (1 << 19), b"x" * ((1 << 19) + 1)),
        ("{{ text }}{{ text }}", "ä".encode() * (1 << 18), "ä".encode() * (1 << 18) + b"x"),
        ("{{ (text ~ '')|length }}", b"x" * (256 << 10), b"x" * ((256 << 10) + 1)),
        ("{{ (text + '')|length }}", b"x" * (256 << 10), b"x" * ((256 << 10) + 1)),
        ("{{ (text|reverse)|length }}", b"x" * (256 << 10), b"x" * ((256 << 10) + 1)),
        ("{{ text|replace('x', 'xx')|length }}", b"x" * (128 << 10), b"x" * ((128 << 10) + 1)),
        ("{{ text|urlencode|length }}", b"x" * (32 << 10), b"x" * ((32 << 10) + 1)),
        ("{{ json * 1 }}", int("9" * 3_999), int("9" * 4_001)),
        ("{{ json + 1 }}", int("9" * 3_999), int("9" * 4_001)),
        ("{{ json|list|length }}", [0] * 10_000, [0] * 10_001),
    ],
)
def test_the_bounds_are_where_they_are_said_to_be(source: str, within: object, beyond: object) -> None:
    rendered(source, within)
    failure(source, beyond)


def test_large_json_is_written_in_pieces_that_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    class OnlySmall(json.JSONEncoder):
        def encode(self, o: object) -> str:
            pytest.fail("written at once")

    monkeypatch.setattr(values, "_ENCODER", OnlySmall())
    for body in (HALVES, gzip.compress(HALVES)):
        assert failure("{{ json }}", body)[1] in (TOO_SLOW, TOO_LONG)


def test_the_line_of_a_bound_is_the_one_that_reached_it() -> None:
    assert failure("\n\n{{ text }}\n{{ text }}", LONG[:-3]) == (4, TOO_LARGE)
    assert failure("\n{% for a in json %}\n\n{% endfor %}", [0] * 10_001) == (2, TOO_MANY_STEPS)


@pytest.mark.parametrize("depth", [100, 900, 5_000, 200_000])
@pytest.mark.parametrize(
    "source", ["{{ json }}", "{{ json|tojson(0) }}", "{{ json == json[:] }}", "{{ json[0] == json }}"]
)
def test_deep_json_comes_out_or_is_told(source: str, depth: int) -> None:
    body = b"[" * depth + b"1" + b"]" * depth
    _, told = outcome(source, body)
    whole = body.decode() + "."
    assert "".join(told.split()) in (whole, "true.", "false.") or told in (
        DEEP,
        TOO_SLOW,
        "the body is nested too deep",
    )


class Slow(RequestView):
    """Waits and works where a real view may have to."""

    @property
    def path(self) -> str:
        time.sleep(0.1)
        return "/waited"

    @property
    def json(self) -> object:
        ends = time.thread_time() + 0.07
        while time.thread_time() < ends:
            pass
        return [1, 2]


def test_neither_waiting_nor_parsing_counts_as_time_of_the_template() -> None:
    request = Slow(view().request)
    assert Template("{{ path }} {% for n in json %}{{ n + 1 }}{% endfor %}").render(request) == "/waited 23"
