from __future__ import annotations

import time

import jinja2.exceptions
import pytest

from helpers.templates import NAMES, flaw, outcome
from hookscope.responses.templates import compiling


@pytest.mark.parametrize(
    ("source", "line", "problem"),
    [
        ("a\n{{ json.a", 2, "this tag has no end."),
        ("a\n{% if json.a", 2, "this tag has no end."),
        ("{{ json.a\nand text", 1, "this tag has no end."),
        ("{{ json.a\nDone!", 2, "`!` cannot stand here, or the tag of line 1 has no end."),
        ("{{ json.a }", 1, "`}` cannot stand here."),
        ("{% for a in json %}\n{% endif %}", 2, "this `endif` belongs to no `if`."),
        ("{% if 1 %}\n{% for a in json %}\n{% endif %}", 2, "this `for` has no `endfor`."),
        ("\n{% for a in json %}", 2, "this `for` has no `endfor`."),
        ("{% if 1 %}{% else %}", 1, "this `if` has no `endif`."),
        ("{% else %}", 1, "this `else` belongs to no `if`."),
        ("{% for a in json %}{% elif a %}{% endfor %}", 1, "this `elif` belongs to no `if`."),
        ("{% if 1 %}{% else %}\n{% else %}{% endif %}", 2, "`else` cannot stand here."),
        ("{# a", 1, "this comment has no end."),
        ("{% raw %}{{ a }}", 1, "this `raw` has no `endraw`."),
        ("{{ 'a }}", 1, "this text in quotes has no end."),
        ('{{ "a }}', 1, "this text in quotes has no end."),
        ("{{ }}", 1, "a value is missing before `}}`."),
        ("{{ json. }}", 1, "a name is missing after the dot."),
        ("{{ json.a json.b }}", 1, "`}}` is missing before `json`."),
        ("{{ (json.a }}", 1, "`)` is missing before `}`."),
        ("{{ json.a) }}", 1, "`)` cannot stand here."),
        ("{{ json.a | }}", 1, "a name is missing before `}}`."),
        ("{{ json.a ? 1 : 2 }}", 1, "`?` cannot stand here."),
        ("{{ json.a \\ json.b }}", 1, "`\\` cannot stand here."),
        ("{{ json.a && json.b }}", 1, "`&` cannot stand here."),
        ("{% if json.a = 1 %}{% endif %}", 1, "`%}` is missing before `=`."),
        ("{% for a json %}{% endfor %}", 1, "`in` is missing before `json`."),
        ("{% set a %}x{% endset %}", 1, "`set` needs a name and a value, as in `set name = json.name`."),
        ("{% set a = %}", 1, "a value is missing before `%}`."),
        ("{% set a.b = 1 %}", 1, "only a name can be set."),
        ("{% set a, b = 1, 2 %}", 1, "only one name can be set at a time."),
        ("{% set json = 1 %}", 1, "`json` has a meaning already and cannot be set."),
        ("{% for text in json %}{% endfor %}", 1, "`text` has a meaning already and cannot be set."),
        ("{% for loop in json %}{% endfor %}", 1, "`loop` has a meaning already and cannot be set."),
        ("{% for (a, (b, c)) in json %}{% endfor %}", 1, "a list or object in a template may hold only fixed values."),
        ("{% for self in json %}{% endfor %}", 1, "`self` has a meaning already and cannot be set."),
        ("{% for a in json recursive %}{% endfor %}", 1, "a loop cannot be recursive."),
        ("{% %}", 1, "`{%` needs one of for, if and set."),
        ("{% 5 %}", 1, "`5` is not possible; there are for, if and set."),
        ("{{ a is b is c }}", 1, "one `is` cannot follow another."),
        ("{{ 'a'|upper(1) }}", 1, "`upper` does not take these values."),
        ("{{ 'a'|replace('a') }}", 1, "`replace` does not take these values."),
        ("{{ 'a'|replace(old='a', new='b', old='c') }}", 1, "`replace` does not take these values."),
        ("{{ 'a'|replace(old='a', class='b') }}", 1, "`replace` does not take these values."),
        ("{{ 'a'|replace(*json.b) }}", 1, "values with * are not possible."),
        ("{{ 'a'|replace(**json.b) }}", 1, "values with * are not possible."),
        ("{{ 1 is eq }}", 1, "`eq` does not take these values."),
        ("\n{{ '\\d' }}", 2, "`\\d` is no escape. Write two backslashes for one."),
        ("{{ '\\\\\\400' }}", 1, "`\\4` is no escape. Write two backslashes for one."),
        ("{{ '\\ü' }}", 1, "`\\ü` is no escape. Write two backslashes for one."),
        ("{{ 1e999 }}", 1, "this number is too large."),
        ("{{ " + "9" * 400 + ".0 }}", 1, "this number is too large."),
        ("{{ 0x" + "f" * 3990 + " }}", 1, "this number is too large."),
        ("{{ " + "9" * 4001 + " }}", 1, "this number is too large."),
        ("\n{{ " + "9" * 5000 + " }}", 2, "this number is too large."),
        ("a\n\ud83d", 2, "half of a character stands here alone. Delete it."),
        ("{{ json.·b }}", 1, "a name has a character that names do not have."),
    ],
)  # fmt: skip
def test_a_flaw_says_what_is_wrong_and_where(source: str, line: int, problem: str) -> None:
    assert flaw(source) == (line, f"Line {line}: {problem}")


def test_a_filter_or_test_that_is_not_there_names_those_that_are() -> None:
    filters = (
        "abs, capitalize, count, d, default, first, float, int, items, join, last, length, list, lower, max, min, "
        "replace, reverse, round, sort, string, sum, title, tojson, trim, truncate, unique, upper and urlencode"
    )
    tests = (
        "boolean, defined, divisibleby, eq, even, false, float, ge, gt, in, integer, le, lt, mapping, ne, none, "
        "number, odd, sequence, string, true and undefined"
    )
    assert flaw("{{ json.a|map('b') }}") == (1, f"Line 1: there is no filter `map`; there are {filters}.")
    assert flaw("{% if 0 %}{{ 1 is sameas 1 }}{% endif %}") == (
        1,
        f"Line 1: there is no test `sameas`; there are {tests}.",
    )


@pytest.mark.parametrize(
    ("source", "line", "name", "near"),
    [
        ("\n\n{{ foo }}", 3, "foo", ""),
        ("{{ foo.bar[1] }}", 1, "foo", ""),
        ("{{ foo|default(2) }}", 1, "foo", ""),
        ("{{ foo is defined }}", 1, "foo", ""),
        ("{% if 0 %}{% for x in\njsn.a %}{% endfor %}{% endif %}", 2, "jsn", "json"),
        ("{{ 'a'|replace('a', Header.x) }}", 1, "Header", "headers"),
        ("{% set total = 1 %}{{ totl }}", 1, "totl", "total"),
        ("{{ self }}", 1, "self", ""),
        ("{{ loop.index }}", 1, "loop", ""),
        ("{{ " + "json" * 100 + " }}", 1, "json" * 15 + "…", ""),
    ],
)
def test_a_name_that_is_not_there_names_those_that_are(source: str, line: int, name: str, near: str) -> None:
    meant = f" (is `{near}` meant?)" if near else ""
    assert flaw(source) == (line, f"Line {line}: `{name}` is not known{meant}; there are {NAMES}.")


def test_a_near_name_is_looked_for_quickly() -> None:
    started = time.thread_time()
    flaw("".join(f"{{% set {'a' * 25}{number} = 1 %}}" for number in range(700)) + "{{ " + "a" * 27 + "b }}")
    letters = [chr(0x4E00 + at * at % 199) for at in range(10_000)]
    flaw(f"{{% set {''.join(letters)} = 1 %}}{{{{ {''.join(sorted(letters))} }}}}")
    assert time.thread_time() - started < 1


CALLS = "calls are not possible; filters are there instead, as in `json.name|upper`."


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ range(10) }}",
        "{{ '{0.__class__}'.format(json) }}",
        "{{ 'a'.ljust(999999999) }}",
        "{{ json.rows.append(1) }}",
        "{{ json.a|default(lipsum()) }}",
        "{{ cycler('a') }}{{ joiner() }}{{ namespace() }}{{ dict(a=1) }}",
        "{% for x in json %}{{ loop.cycle('a', 'b') }}{% endfor %}",
        "{% for x in json %}{{ loop(x) }}{% endfor %}",
        "{{ self._TemplateReference__context() }}",
        "{{ (json.a|upper)() }}",
        "{{ json.a is defined() }}{{ json.a() }}",
    ],
)
def test_nothing_is_called(source: str) -> None:
    assert flaw("\n" + source) == (2, f"Line 2: {CALLS}")


def test_not_even_what_is_compiled_behind_our_back_can_call() -> None:
    with pytest.raises(jinja2.exceptions.SecurityError):
        compiling._ENVIRONMENT.from_string("{% set a = x() %}").render(x=pytest.fail)


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("{% include 'x' %}", "include"),
        ("{% import 'x' as y %}", "import"),
        ("{% from 'x' import y %}", "from"),
        ("{% extends 'x' %}", "extends"),
        ("{% block a %}{% endblock %}", "block"),
        ("{% macro a() %}{% endmacro %}", "macro"),
        ("{% call a() %}{% endcall %}", "call"),
        ("{% filter upper %}{% endfilter %}", "filter"),
        ("{% with a = 1 %}{% endwith %}", "with"),
        ("{% autoescape true %}{% endautoescape %}", "autoescape"),
        ("{% do json.pop() %}", "do"),
        ("{% print 1 %}", "print"),
        ("{% debug %}", "debug"),
        ("{% break %}", "break"),
        ("{% trans %}{% endtrans %}", "trans"),
        ("{% endset %}", "endset"),
    ],
)
def test_there_are_no_other_tags(source: str, word: str) -> None:
    assert flaw(source) == (1, f"Line 1: `{word}` is not possible; there are for, if and set.")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("{{ 2 ** 3 }}", "`**` is not possible."),
        ("{{ [json, json] }}", "a list or object in a template may hold only fixed values."),
        ("{% set x = (json, json) %}", "a list or object in a template may hold only fixed values."),
        ("{{ {'a': json} }}", "a list or object in a template may hold only fixed values."),
        ("{{ {1: 2} }}", "a list or object in a template may hold only fixed values."),
        ("{{ {json.a: 2} }}", "a list or object in a template may hold only fixed values."),
        ("{{ [['a' ~ 'b']] }}", "a list or object in a template may hold only fixed values."),
        ("{{ json[1:2, 3] }}", "a list or object in a template may hold only fixed values."),
    ],
)
def test_there_is_nothing_that_grows_without_bounds(source: str, problem: str) -> None:
    assert flaw(source) == (1, f"Line 1: {problem}")


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ ''['__class__'] }}",
        "{{ json.__class__ }}",
        "{{ json.items }}",
        "{{ json.pop }}",
        "{{ json.rows.append }}",
        "{{ headers._store }}",
        "{{ headers.keys }}",
        "{{ query.__init__.__globals__ }}",
        "{{ foo.__class__ }}",
        "{{ foo._undefined_exception }}",
        "{% if json.a is defined %}{% set foo = 1 %}{% endif %}{{ foo.__class__ }}",
        "{% if json.a is defined %}{% set foo = 1 %}{% endif %}{{ foo._undefined_exception }}",
        "{{ json.q._fail_with_undefined_error }}",
        "{{ none.__class__ }}{{ 1.0.real }}",
        "{{ true.real }}",
        "{{ 5.real }}",
        "{% for x in [1] %}{{ loop._iterable }}{% endfor %}",
        "{% for x in [1] %}{{ loop['__class__'] }}{% endfor %}",
        "{% for x in [1] %}{{ loop.cycle }}{% endfor %}",
        "{% for x in [1] %}{{ loop[0] }}{% endfor %}",
        "{{ range }}",
        "{{ lipsum }}",
        "{{ cycler }}",
        "{{ namespace }}",
        "{{ context }}",
        "{{ environment }}",
        "{{ missing }}",
        "{{ t_1 }}",
        "{{ l_0_json }}",
        "{{ super }}",
        "{{ caller }}",
        "{{ view }}",
        "{{ [{'__class__': 1}]|sum(attribute='__doc__') }}",
        "{{ ['a']|join(attribute='__class__') }}",
    ],
)
def test_nothing_of_python_is_in_reach(source: str) -> None:
    line, told = outcome(source, {})
    assert line == 1
    assert "is not " in told
