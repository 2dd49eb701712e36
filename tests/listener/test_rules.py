"""Rules as senders meet them: over real connections, also while they are edited."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import httpx
import pytest

from helpers.core import TIMEOUT_S, Core, eventually
from helpers.raw_client import RawClient, request
from hookscope.deliveries import Outcome, Passed, queries
from hookscope.endpoints import Endpoint, ForwardNotAllowed
from hookscope.responses import BodyKind, Comparison, Condition, Fault, Response, Rule, Subject


def text(status: int, body: str, **more: object) -> Response:
    return Response(status, (), body, BodyKind.TEXT, **more)  # type: ignore[arg-type]


def post(core: Core, target: str = "/a", body: bytes = b"{}", **headers: str) -> httpx.Response:
    return httpx.post(f"http://127.0.0.1:{core.port}{target}", content=body, headers=headers, timeout=20)


def folder(path: Path) -> Path:
    path.mkdir()
    return path


FAIL_TWICE = Rule("fail twice", (Condition(Subject.ATTEMPT, "<=2"),), text(503, "later"))
PAID = Rule("paid", (Condition(Subject.BODY, "status == 'paid'"),), text(201, "paid"))
BY_HEADER = Rule("by header", (Condition(Subject.HEADER, "go*", "X-Go", Comparison.LIKE),), text(202, "header"))


def test_the_first_rule_that_fits_answers_and_the_row_says_why_the_others_did_not(core: Core) -> None:
    core.answer_by(FAIL_TWICE, PAID, BY_HEADER, default=text(200, "default"))
    answers = [post(core, body=b'{"status": "paid"}').text for _ in range(3)]
    assert answers == ["later", "later", "paid"]
    paid = core.settled(3)[2]
    assert (paid.rule, paid.passed) == ("paid", (Passed("fail twice", "this is attempt 3, not ≤ 2"),))
    post(core, "/a?other=1", b"[]", **{"X-Go": "gone"})
    assert post(core, "/a?third=1", b"no json").status_code == 503


def test_the_default_answers_what_no_rule_does(core: Core) -> None:
    core.answer_by(PAID, Rule("off", (), text(418, ""), on=False), default=text(200, "default"))
    assert post(core, body=b'{"status": "draft"}').text == "default"
    (delivery,) = core.stopped(1)
    assert delivery.rule == ""
    assert delivery.passed == (
        Passed("paid", "status == 'paid' does not hold for the body"),
        Passed("off", "it is switched off"),
    )


@pytest.mark.needs("curl")
def test_curl_sees_two_failures_and_then_success(core: Core) -> None:
    core.answer_by(FAIL_TWICE, default=text(200, "done"))
    line = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-d", "{}", f"http://127.0.0.1:{core.port}/a"]
    codes = [subprocess.run(line, check=True, capture_output=True, text=True).stdout for _ in range(3)]
    assert codes == ["503", "503", "200"]


def test_attempts_count_anew_when_asked_also_after_a_restart(tmp_path: Path) -> None:
    with Core(tmp_path) as core:
        endpoint = core.answer_by(FAIL_TWICE, default=text(200, "done"))
        assert post(core).status_code == 503
        core.endpoints.count_anew(endpoint.id).result(TIMEOUT_S)
        core.listener.count_anew(endpoint.id).result(TIMEOUT_S)
        assert [post(core).status_code for _ in range(2)] == [503, 503]
        core.endpoints.count_anew(endpoint.id).result(TIMEOUT_S)
        core.settled(3)
    with Core(tmp_path) as core:
        assert [post(core).status_code for _ in range(3)] == [503, 503, 200]
        core.settled(3)
        core.stop_listener()
        rows = core.read(lambda db: queries.rows(db, range(1, 7))).values()
    places = [(1, False), (1, True), (2, False), (1, True), (2, False), (3, False)]
    assert [(row.attempt, row.again) for row in rows] == places


def test_every_third_request(core: Core) -> None:
    core.answer_by(Rule("third", (Condition(Subject.EVERY, "3"),), text(503, "")), default=text(200, ""))
    assert [post(core, f"/a?{number}").status_code for number in range(6)] == [200, 200, 503, 200, 200, 503]


def test_how_often_a_rule_answered_is_counted_in_the_history(core: Core) -> None:
    endpoint = core.answer_by(FAIL_TWICE, PAID, default=text(200, ""))
    for number in range(4):
        post(core, f"/a?{number}")
    post(core, "/a?0", b"{}")
    core.settled(5)
    assert core.read(lambda db: queries.count_by_rule(db, endpoint.id)) == {"fail twice": 5}


def test_a_verdict_can_choose_the_response(core: Core) -> None:
    rule = Rule("not verified", (Condition(Subject.VERDICT, "verified", "", Comparison.IS_NOT),), text(403, "who?"))
    core.answer_by(rule, default=text(200, "welcome"))
    assert post(core).status_code == 403
    assert core.stopped(1)[0].passed == ()


# --- templates and files ---------------------------------------------------------------------------------------------


def test_a_template_is_filled_in_with_the_request(core: Core) -> None:
    source = '{"ticket": {{ json.id|tojson }}, "attempt": {{ attempt }}, "by": "{{ headers[\'user-agent\'] }}"}'
    core.answer_by(default=Response(200, (), source, BodyKind.TEMPLATE))
    reply = post(core, body=b'{"id": "A\\"1"}', **{"User-Agent": "me"})
    assert reply.json() == {"ticket": 'A"1', "attempt": 1, "by": "me"}
    assert reply.headers["content-type"] == "application/json"
    assert core.stopped(1)[0].response.body == reply.content


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("\n{{ json.orderid }}", "(`orderid` is not in the body)"),
        ("{% for a in json.list %}{% for b in json.list %}{% for c in json.list %}x" + "{% endfor %}" * 3, ""),
        ("{{ 9999999 ~ json.list }}{{ 1 / 0 }}", ""),
    ],
)
def test_a_template_that_fails_is_a_500_and_never_a_2xx(core: Core, source: str, reason: str) -> None:
    core.answer_by(default=Response(200, (), source, BodyKind.TEMPLATE))
    reply = post(core, body=b'{"list": [' + b",".join([b"1"] * 200) + b"]}")
    assert reply.status_code == 500
    (delivery,) = core.stopped(1)
    assert delivery.row.problem.startswith(f"The template failed at line {2 if source.startswith(chr(10)) else 1}")
    assert reason in delivery.row.problem
    assert delivery.row.problem.endswith("The sender got 500.")


def test_what_a_sender_sends_is_never_taken_for_a_template(core: Core) -> None:
    core.answer_by(default=Response(200, (), "{{ text }}", BodyKind.TEMPLATE))
    assert post(core, body=b"{{ 7 * 7 }}{% raw %}").text == "{{ 7 * 7 }}{% raw %}"


def test_a_file_is_sent_as_it_is_now(core: Core) -> None:
    core.files.folder.mkdir()
    (core.files.folder / "reply.bin").write_bytes(b"\x00\xff one")
    core.answer_by(default=Response(200, (), "reply.bin", BodyKind.FILE))
    assert post(core).content == b"\x00\xff one"
    (core.files.folder / "reply.bin").write_bytes(b"another")
    assert post(core).content == b"another"
    (core.files.folder / "reply.bin").unlink()
    assert post(core).status_code == 500
    assert "reply.bin" in core.stopped(3)[2].row.problem


@pytest.mark.parametrize("name", ["../hookscope.db", "/etc/passwd", "..", "a/b", "", "C:x", "a\\b"])
def test_no_file_outside_the_folder_can_be_named(core: Core, name: str) -> None:
    with pytest.raises(ValueError, match=r"file"):
        core.answer_by(default=Response(200, (), name, BodyKind.FILE))


def test_a_link_out_of_the_folder_is_not_followed(core: Core, tmp_path: Path) -> None:
    core.files.folder.mkdir()
    (tmp_path / "secret").write_text("secret")
    (core.files.folder / "link").symlink_to(tmp_path / "secret")
    core.answer_by(default=Response(200, (), "link", BodyKind.FILE))
    reply = post(core)
    assert reply.status_code == 500
    assert "secret" not in reply.text


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "\x00", "é\u20ac"])
def test_a_header_cannot_carry_another_one(core: Core, value: str) -> None:
    with pytest.raises(ValueError, match=r"header|line break"):
        core.answer_by(Rule("r", (), Response(200, (("X-A", value),))))


# --- forwarding ------------------------------------------------------------------------------------------------------


def test_a_handler_of_this_machine_answers_in_our_place(core: Core, tmp_path: Path) -> None:
    with Core(folder(tmp_path / "handler")) as handler:
        handler.answer(Response(207, (("X-Handler", "yes"),), "from the handler", BodyKind.TEXT))
        url = f"http://127.0.0.1:{handler.port}/hooks"
        core.answer_by(Rule("to mine", (), Response(body=url, kind=BodyKind.FORWARD)))
        reply = post(core, "/a/deep%2Fer?x=%zz", b"body", **{"X-Mine": "1"})
        assert (reply.status_code, reply.text, reply.headers["x-handler"]) == (207, "from the handler", "yes")
        (came,) = handler.stopped(1)
    assert (came.request.method, came.request.target, came.request.body) == ("POST", "/hooks/deep%2Fer?x=%zz", b"body")
    assert came.request.header("X-Forwarded-For") == "127.0.0.1"
    (delivery,) = core.stopped(1)
    assert (delivery.rule, delivery.row.status, delivery.row.outcome) == ("to mine", 207, Outcome.ANSWERED)
    assert delivery.response.body == b"from the handler"
    assert ("X-Handler", "yes") in delivery.response.headers


def test_a_handler_that_is_not_there_gives_502_with_the_reason(core: Core, tmp_path: Path) -> None:
    with Core(folder(tmp_path / "gone")) as gone:
        port = gone.port
    core.answer_by(default=Response(body=f"http://127.0.0.1:{port}/", kind=BodyKind.FORWARD))
    reply = post(core)
    assert reply.status_code == 502
    (delivery,) = core.stopped(1)
    assert delivery.row.problem == f"Your handler at 127.0.0.1:{port} does not answer. The sender got 502."
    assert delivery.response.body == reply.content


def test_to_head_a_handler_says_nothing_of_the_length(core: Core, tmp_path: Path) -> None:
    with Core(folder(tmp_path / "handler")) as handler:
        handler.answer(text(200, "0123456789"))
        core.answer_by(default=Response(body=f"http://127.0.0.1:{handler.port}/", kind=BodyKind.FORWARD))
        with RawClient(core.port, request("HEAD", "/a")) as client:
            assert "Content-Length" not in dict(client.reply("HEAD").headers)  # 0 would be wrong
            client.send(request("POST", "/a"))
            assert client.reply().body == b"0123456789"


def test_forwarding_to_ourselves_does_not_go_round(core: Core) -> None:
    core.answer_by(default=Response(body=f"http://localhost:{core.port}/a", kind=BodyKind.FORWARD))
    assert post(core).status_code == 502
    core.stopped(1)


def test_nothing_is_forwarded_off_this_machine_without_the_users_word(core: Core) -> None:
    away = Response(body="http://192.0.2.1/", kind=BodyKind.FORWARD)
    with pytest.raises(ForwardNotAllowed) as caught:
        core.answer_by(default=away)
    assert caught.value.host == "192.0.2.1"
    core.endpoints.allow_forward("192.0.2.1").result(TIMEOUT_S)
    assert core.answer_by(default=away).response == away


def test_a_forward_may_be_late_and_broken(core: Core, tmp_path: Path) -> None:
    with Core(folder(tmp_path / "handler")) as handler:
        handler.answer(text(200, "0123456789"))
        forward = Response(
            body=f"http://127.0.0.1:{handler.port}/", kind=BodyKind.FORWARD, delay_s=0.1, fault=Fault.CLOSE_IN_BODY
        )
        core.answer_by(default=forward)
        with RawClient(core.port, request(target="/a", body=b"x")) as client:
            assert client.rest().endswith(b"01234")


# --- edited while requests come --------------------------------------------------------------------------------------


FIRST_STATUS = 210  # a 205 has no body


def test_no_request_ever_meets_half_of_an_edited_rule_set(core: Core) -> None:
    """Each version says its number in the rule's name, the body and a header; senders must never see two at once."""

    def version(number: int) -> Endpoint:
        response = Response(FIRST_STATUS + number, (("X-Version", f"{number}"),), f"{number}", BodyKind.TEXT)
        return core.answer_by(
            Rule(f"rule {number}", (Condition(Subject.QUERY, "1", "rule"),), response), default=response
        )

    version(0)
    over = threading.Event()
    wrong: list[str] = []
    seen: set[int] = set()

    def send(target: str) -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{core.port}", timeout=20) as client:
            while not over.is_set():
                reply = client.post(target, content=b"x")
                said = {str(reply.status_code - FIRST_STATUS), reply.headers["X-Version"], reply.text}
                seen.add(reply.status_code - FIRST_STATUS)
                if len(said) != 1:
                    wrong.append(f"{said}")

    senders = [threading.Thread(target=send, args=(target,)) for target in ("/a?rule=1", "/a", "/a?rule=1", "/a")]
    for sender in senders:
        sender.start()
    for number in range(1, 60):
        version(number)
    eventually(lambda: 59 in seen)
    over.set()
    for sender in senders:
        sender.join()
    assert not wrong
    assert len(seen) > 5
    core.stop_listener()
    ids = core.read(lambda db: queries.newest_ids(db, None, 100_000))
    found = core.read(lambda db: [queries.delivery(db, id) for id in ids])
    for delivery in found:
        assert delivery
        if delivery.rule:
            assert delivery.rule == f"rule {delivery.row.status - FIRST_STATUS}"
            assert "rule=1" in delivery.request.target
