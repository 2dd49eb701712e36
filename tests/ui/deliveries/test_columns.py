"""The columns against INTERFACE.md 2.4."""

from __future__ import annotations

import pytest

from hookscope.deliveries import Outcome
from hookscope.ui.deliveries.columns import CENTRE, COLUMNS, GIVE_WAY, MIDDLE, RIGHT, Column, make_columns
from ui.deliveries.conftest import row

BY_KEY = {column.key: column for column in COLUMNS}


def column(key: str) -> Column:
    return BY_KEY[key]


def test_order_widths_and_what_is_shown_at_first() -> None:
    shown = [(each.title, each.width, each.min) for each in COLUMNS if each.shown]
    assert shown == [
        ("", 24, 24),
        ("From", 48, 48),
        ("Time", 104, 80),
        ("Endpoint", 136, 80),
        ("Method", 64, 56),
        ("Verification", 148, 96),
        ("Response", 116, 96),
        ("Attempt", 72, 56),
        ("Ids", 160, 160),
        ("Size", 84, 60),
    ]
    assert [each.title for each in COLUMNS if not each.shown] == ["Path", "Took"]
    assert all(each.label for each in COLUMNS)


def test_alignment() -> None:
    assert [each.key for each in COLUMNS if each.align == CENTRE] == ["mark", "via"]
    assert [each.key for each in COLUMNS if each.align == RIGHT] == ["size", "took"]
    assert [each.key for each in COLUMNS if each.tabular] == ["time", "size", "took"]
    assert [each.key for each in COLUMNS if each.elide == MIDDLE] == ["path"]
    assert [key for key in GIVE_WAY if key not in BY_KEY] == []


@pytest.mark.parametrize(
    ("changes", "icon", "words"),
    [({}, ("dot", "accent"), "new"), ({"seen": True}, None, "seen"), ({"pinned": True}, ("pin", "accent"), "pinned")],
)
def test_the_mark(changes: dict[str, bool], icon: object, words: str) -> None:
    assert column("mark").icon(row(**changes)) == icon
    assert column("mark").accessible(row(**changes)) == words


@pytest.mark.parametrize("via", ["public", "local", "sample", "replay"])
def test_where_it_came_from(via: str) -> None:
    assert column("via").icon(row(via=via)) == (via, "muted")
    assert column("via").tooltip(row(via=via))
    assert not column("via").text(row(via=via))


def test_only_another_method_than_post_stands_out() -> None:
    assert column("method").token(row(method="POST")) == "muted"
    assert column("method").token(row(method="GET")) == "text"


def test_a_body_that_broke_off_is_incomplete() -> None:
    broken = row(outcome=Outcome.INCOMPLETE, body_bytes=7)
    assert (column("size").text(broken), column("size").token(broken)) == ("incomplete", "warn")
    assert (column("size").text(row()), column("size").token(row())) == ("152 B", "text")


def test_verification_has_icon_and_word() -> None:
    assert column("verification").icon(row()) == ("dash", "muted")
    assert column("verification").text(row()) == "Not checked"
    failed = row(verdict_state="failed", verdict_reason="timestamp_too_old")
    assert (column("verification").icon(failed), column("verification").text(failed)) == (("clock", "bad"), "Too old")


def test_the_word_of_a_verdict_depends_on_what_a_match_proves() -> None:
    shown = {}
    for strength in ("signature", "token", "basic"):
        verified = row(verdict_state="verified", verdict_reason="ok", verdict_strength=strength)
        shown[column("verification").text(verified)] = column("verification").icon(verified)
    assert shown == {"Signed": ("shield", "ok"), "Token matches": ("key", "ok"), "Password matches": ("key", "ok")}


def test_what_was_turned_away_says_so() -> None:
    sentence = "It was not verified, so this endpoint answered 401 as it is set to."
    away = row(verdict_state="unsigned", verdict_strength="token", status=401, problem=sentence)
    assert column("mark").icon(away) == ("warning", "warn")
    assert column("mark").accessible(away) == column("mark").tooltip(away) == f"new, warning: {sentence}"
    assert column("verification").tooltip(away) == column("response").tooltip(away) == sentence
    assert column("mark").icon(away._replace(pinned=True)) == ("pin", "accent")
    assert not column("verification").tooltip(row(problem="broke off", outcome=Outcome.INCOMPLETE))


def test_a_finding_is_marked() -> None:
    found = row(finding="body-empty")
    assert column("mark").icon(found) == ("warning", "warn")
    assert column("mark").accessible(found) == column("mark").tooltip(found) == "new, warning: body empty"
    assert column("mark").icon(found._replace(pinned=True)) == ("pin", "accent")
    assert column("mark").accessible(found._replace(pinned=True)) == "pinned, warning: body empty"
    both = found._replace(seen=True, problem="The rule failed.")
    assert column("mark").tooltip(both) == "seen, warning: body empty, warning: The rule failed."
    assert column("mark").tooltip(row(finding="of-a-newer-version")) == "new, warning: of a newer version"


def test_the_words_of_the_response_depend_on_the_sender() -> None:
    columns = {each.key: each for each in make_columns(lambda id: "vendasta-automation" if id == 1 else "")}
    assert columns["response"].text(row(endpoint_id=1)) == "200 done"
    assert columns["response"].text(row(endpoint_id=2)) == "200"
    assert columns["response"].text(row(endpoint_id=None)) == "200"


def test_a_waiting_row_tells_its_age() -> None:
    waiting = row(outcome=Outcome.WAITING, took_us=None)
    assert column("response").text(waiting) == "waiting"
    assert column("response").text(waiting._replace(received_us=waiting.received_us - 48_200_000)) == "waiting 0:48"


def test_the_path_has_no_query_and_its_tooltip_has() -> None:
    asked = row(target="/order-created?x=1")
    assert (column("path").text(asked), column("path").tooltip(asked)) == ("/order-created", "/order-created?x=1")
    assert column("took").text(asked) == "12 ms"


def test_ids_are_links_and_are_spoken_and_copied_whole() -> None:
    ids = ("AG-7PQTGLLXQQ:ORD-S548DKHMKX", "U-a6d2b4c8-1111-2222-3333-444455caaa12")
    asked = row(ids=ids)
    columns = {each.key: each for each in make_columns(lambda id: "", lambda id: id.lower())}
    links = columns["ids"].extras
    assert links is not None
    assert [tuple(link) for link in (links(asked) or ((),))[0]] == [
        ("ag-7pq…khmkx", ids[0], ""),
        ("u-a6d2…aaa12", ids[1], ""),
    ]
    assert links(asked) is links(row(ids=ids))  # painting makes nothing anew
    assert links(row()) is None
    assert columns["ids"].accessible(asked) == ", ".join(ids)
    assert columns["ids"].copied(asked) == columns["ids"].tooltip(asked) == "\n".join(ids)
    assert [each.key for each in COLUMNS if each.extras] == ["ids"]


def test_attempts_are_spoken() -> None:
    assert column("attempt").accessible(row(attempt=2)) == "attempt 2"
    assert column("attempt").accessible(row(again=True)) == "again"
    assert column("attempt").accessible(row(attempt=None)) == "not counted"
