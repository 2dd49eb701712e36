"""From a response to what is planned for the wire: bodies of every kind, their types, and failures."""

from __future__ import annotations

from pathlib import Path

import pytest

from hookscope.deliveries import Request, SentResponse
from hookscope.responses import BodyKind, Fault, Files, Plan, RequestView, Response, implied_headers, plan, planned
from hookscope.responses.planning import FAILED, FORWARDED

VIEW = RequestView(Request("POST", "/a", body=b'{"id": 7}'), attempt=2)
FILES = Files(Path("no such folder"))


def type_of(response: Response, view: RequestView = VIEW, files: Files = FILES) -> str:
    return dict(plan(response, view, files).sent.headers).get("Content-Type", "")


@pytest.mark.parametrize(
    ("kind", "body", "type"),
    [
        (BodyKind.JSON, "{}", "application/json"),
        (BodyKind.TEXT, "{}", "text/plain; charset=utf-8"),
        (BodyKind.TEXT, "", ""),
        (BodyKind.TEMPLATE, '{"a": {{ json.id }}}', "application/json"),
        (BodyKind.TEMPLATE, " [{{ attempt }}]", "application/json"),
        (BodyKind.TEMPLATE, "{{ json.id }}", "text/plain; charset=utf-8"),
        (BodyKind.TEMPLATE, "{ {{ json.id }}", "text/plain; charset=utf-8"),
    ],
)
def test_the_body_brings_its_type(kind: BodyKind, body: str, type: str) -> None:
    assert type_of(Response(200, (), body, kind)) == type


@pytest.mark.parametrize(
    ("name", "type"), [("a.json", "application/json"), ("a.html", "text/html"), ("a", "application/octet-stream")]
)
def test_a_file_brings_the_type_of_its_name(tmp_path: Path, name: str, type: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert type_of(Response(200, (), name, BodyKind.FILE), files=Files(tmp_path)) == type


@pytest.mark.parametrize("kind", [BodyKind.JSON, BodyKind.TEXT, BodyKind.TEMPLATE])
def test_a_type_of_the_users_own_stays_alone(kind: BodyKind) -> None:
    mine = (("content-TYPE", "x/y"),)
    assert plan(Response(200, mine, "{}", kind), VIEW, FILES).sent.headers == mine
    assert implied_headers(Response(200, mine, "{}", kind)) == ()


@pytest.mark.parametrize("kind", [BodyKind.JSON, BodyKind.TEXT, BodyKind.TEMPLATE])
def test_a_status_without_a_body_has_neither_body_nor_type(kind: BodyKind) -> None:
    assert plan(Response(204, (), "{}", kind), VIEW, FILES).sent == SentResponse(204)


@pytest.mark.parametrize("body", ["../hookscope.db", "gone.json", "a\0b"])  # none of it is checked with such a status
def test_a_status_without_a_body_reads_no_file(body: str) -> None:
    assert plan(Response(204, (("X", "1"),), body, BodyKind.FILE), VIEW, FILES) == Plan(
        SentResponse(204, (("X", "1"),))
    )


def test_delay_and_fault_are_handed_on() -> None:
    late = Response(201, (), "{{ attempt }}", BodyKind.TEMPLATE, 3.5, Fault.RESET_IN_BODY)
    found = plan(late, VIEW, FILES)
    assert (found.sent.body, found.delay_s, found.fault, found.is_plain) == (b"2", 3.5, Fault.RESET_IN_BODY, False)
    assert plan(Response(delay_s=2), VIEW, FILES) == Plan(planned(Response()), 2)
    assert plan(Response(), VIEW, FILES).is_plain


@pytest.mark.parametrize("delay_s", [0, 9.0])
def test_what_fails_is_500_at_once_and_says_why(delay_s: float) -> None:
    broken = plan(Response(200, (), "\n{{ json.nope }}", BodyKind.TEMPLATE, delay_s), VIEW, FILES)
    problem = "The template failed at line 2 (`nope` is not in the body). The sender got 500."
    assert broken == Plan(FAILED, problem=problem)
    unreadable = plan(Response(200, (), "gone.json", BodyKind.FILE), VIEW, FILES)
    assert unreadable.sent.status == 500
    assert unreadable.problem.endswith("Choose it again. The sender got 500.")
    flawed = plan(Response(200, (), "{% if %}", BodyKind.TEMPLATE), VIEW, FILES)
    assert flawed.sent.status == 500
    assert flawed.problem.startswith("The template cannot be used. Line 1")


def test_a_handler_is_asked_later() -> None:
    found = plan(Response(200, (), "http://127.0.0.1:3000/", BodyKind.FORWARD, 1, Fault.HANG), VIEW, FILES)
    assert found == Plan(FORWARDED, 1, Fault.HANG, "http://127.0.0.1:3000/")
    assert not Plan(FORWARDED, forward="http://127.0.0.1:3000/").is_plain
