"""Sender profiles: what the files of the program say, and that a damaged one is refused with its place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hookscope.bundled import resources
from hookscope.responses.senders import Sender, load_senders, read_sender, sender_of
from hookscope.strict_table import TableError

FILES = sorted((resources() / "senders").glob("*.toml"))
AUTOMATION = "vendasta-automation"
PURCHASE = "vendasta-marketplace-purchase"
MARKETPLACE = "vendasta-marketplace"
KNOWN = (AUTOMATION, MARKETPLACE, PURCHASE)

# --- what the files say ----------------------------------------------------------------------------------------------


def test_every_file_is_a_profile() -> None:
    assert list(load_senders()) == sorted(path.stem for path in FILES) == ["generic", *KNOWN]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_every_profile_is_called_after_its_file(path: Path) -> None:
    sender = load_senders()[path.stem]
    assert sender == read_sender(path)
    assert sender.id == path.stem
    assert len(sender.short) <= len("Marketplace")


@pytest.mark.parametrize("id", KNOWN)
def test_every_kind_of_answer_is_known(id: str) -> None:
    sender = sender_of(id)
    found = [*map(sender.after, (200, 302, 404, 503)), sender.late, sender.broken]
    for effect in found:
        assert effect is not None
        assert len(effect.column) <= len("no retry")  # the column is 116 px wide
        assert effect.sentence.endswith(".")
        assert not effect.ask or effect.ask.endswith("?")
    assert sender.late is not None
    assert f"waits {sender.waits_s:g} s" in sender.late.sentence
    assert sender.retries
    assert sender.docs.startswith("https://github.com/vendasta/")


def test_of_the_generic_sender_nothing_is_known() -> None:
    assert sender_of("generic") == Sender("generic", "Any other sender", "sender")


def test_only_a_step_promises_flat_texts() -> None:
    assert [id for id, sender in load_senders().items() if sender.flat_text_body] == [AUTOMATION]


@pytest.mark.parametrize("id", ["", "vendasta", "../schemes/github", "GENERIC"])
def test_an_unknown_sender_is_a_generic_one(id: str) -> None:
    assert sender_of(id) is load_senders()["generic"]


@pytest.mark.parametrize(
    ("id", "status", "delay_s", "broken", "expected"),
    [
        (AUTOMATION, 200, 0, False, ("done", "done", "ok", False)),
        (AUTOMATION, 299, 60, False, ("done", "done", "ok", False)),
        (AUTOMATION, 200, 60.1, False, ("retry", "tries again", "bad", True)),
        (AUTOMATION, 302, 0, False, ("unclear", "unclear", "info", None)),
        (AUTOMATION, 404, 0, False, ("no retry", "no retry", "warn", False)),
        (AUTOMATION, 503, 0, False, ("retry", "tries again", "bad", True)),
        (AUTOMATION, 200, 0, True, ("retry", "tries again", "bad", True)),
        (PURCHASE, 200, 30, False, ("done", "done", "ok", False)),
        (PURCHASE, 302, 0, False, ("rejected", "rejected", "bad", False)),
        (PURCHASE, 404, 0, False, ("rejected", "rejected", "bad", False)),
        (PURCHASE, 404, 31, False, ("retry", "tries again", "bad", True)),
        (PURCHASE, 500, 0, False, ("retry", "tries again", "bad", True)),
        (PURCHASE, 0, 99, True, ("unclear", "unclear", "bad", None)),
        (MARKETPLACE, 200, 10, False, ("done", "done", "ok", None)),
        (MARKETPLACE, 200, 10.5, False, ("retry", "tries again", "bad", True)),
        (MARKETPLACE, 302, 0, False, ("unclear", "unclear", "info", None)),
        (MARKETPLACE, 404, 0, False, ("unclear", "unclear", "warn", None)),
        (MARKETPLACE, 500, 0, False, ("retry", "tries again", "bad", True)),
        (MARKETPLACE, 200, 0, True, ("unclear", "unclear", "bad", None)),
        (AUTOMATION, 101, 0, False, None),
        (AUTOMATION, 600, 0, False, None),
        ("generic", 503, 99, False, None),
        ("generic", 503, 0, True, None),
    ],
)
def test_effects(
    id: str, status: int, delay_s: float, broken: bool, expected: tuple[str, str, str, bool | None] | None
) -> None:
    found = sender_of(id).effect_of(status, delay_s, broken)
    assert (found and (found.column, found.chip, found.tone, found.retry)) == expected


def test_only_what_rejects_a_purchase_is_asked_about() -> None:
    asked = {
        (id, status): effect.question(status)
        for id in load_senders()
        for status in (200, 302, 404, 503)
        if (effect := sender_of(id).after(status)) and effect.ask
    }
    assert asked == {
        (PURCHASE, 302): "A 302 here rejects a real purchase. Use it anyway?",
        (PURCHASE, 404): "A 404 here rejects a real purchase. Use it anyway?",
    }
    accepted = sender_of(PURCHASE).after(200)
    assert accepted is not None
    assert accepted.question(200) == ""


def test_no_file_is_read_before_a_profile_is_asked_for() -> None:
    code = "from hookscope.responses import senders; print(senders.load_senders.cache_info().currsize)"
    code += "; import hookscope.endpoints, hookscope.ui.deliveries.words, hookscope.ui.inspector.wording"
    code += "; import hookscope.ui.endpoint.wording; print(senders.load_senders.cache_info().currsize)"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.split() == ["0", "0"]


# --- damaged files ---------------------------------------------------------------------------------------------------

EFFECT = 'column = "done"\nchip = "done"\ntone = "ok"\nsentence = "It is done."\n'
KINDS = ("2xx", "3xx", "4xx", "5xx", "late", "broken")
HEAD = 'name = "Shop"\nshort = "shop"\nwaits_s = 2.5\n'
WHOLE = HEAD + "".join(f"[{kind}]\n{EFFECT}" for kind in KINDS)


def read(folder: Path, text: str) -> Sender:
    path = folder / "shop.toml"
    path.write_text(text, "utf-8")
    return read_sender(path)


def test_a_file_has_only_what_it_needs(tmp_path: Path) -> None:
    sender = read(tmp_path, WHOLE)
    assert (sender.id, sender.waits_s, sender.docs, sender.retries) == ("shop", 2.5, "", "")
    assert sender.late == sender.after(404)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('name = "Shop"\n', "", "name is missing."),
        ('"Shop"', "1", "name must be a text."),
        ('"Shop"', '" "', "name is empty."),
        ('short = "shop"\n', "", "short is missing."),
        ("2.5", "0", "waits_s must be more than 0."),
        ("2.5", "nan", "waits_s must be a number."),
        ("2.5", "'2.5'", "waits_s must be a number."),
        ("waits_s = 2.5\n", "", "waits_s is missing."),
        ("waits_s = 2.5", "waits_s = 2.5\nwait = 1", "wait is not known. Did you mean waits_s?"),
        ("waits_s = 2.5", "waits_s = 2.5\nretries = ''", "retries is empty."),
        ("waits_s = 2.5", "waits_s = 2.5\ndocs = 'http://x'", "docs must begin with https://."),
        (f"[3xx]\n{EFFECT}", "", "3xx is missing."),
        (f"[broken]\n{EFFECT}", "", "broken is missing."),
        (f"[broken]\n{EFFECT}", f"[boken]\n{EFFECT}", "broken is missing. Did you write it as boken?"),
        ("[late]\n", "[1xx]\nchip = ''\n[late]\n", "1xx is not known."),
        ('[late]\ncolumn = "done"\n', "[late]\n", "late.column is missing."),
        ('[late]\ncolumn = "done"', "[late]\ncolumn = ''", "late.column is empty."),
        ("[late]\n", "[late]\ncolour = 'red'\n", "late.colour is not known. Did you mean column?"),
        ("[late]\n", "[late]\nretry = 'yes'\n", "late.retry must be true or false."),
        ("[late]\n", "[late]\nask = 'A {code}?'\n", "late.ask can have no other placeholder than {status}."),
        (
            'tone = "ok"\nsentence = "It is done."\n[3xx]',
            "tone = 'red'\n[3xx]",
            "2xx.tone must be one of ok, info, warn, bad.",
        ),
        ("[2xx]\n", "[2xx\n", "Expected ']'"),
    ],
)
def test_faults_are_named_with_their_place(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert WHOLE.count(old) == 1
    with pytest.raises(TableError) as caught:
        read(tmp_path, WHOLE.replace(old, new))
    assert str(caught.value).startswith(f"shop.toml: {fault}")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_bytes(WHOLE.replace("Shop", "Läden").encode("latin-1"))
    with pytest.raises(TableError, match=r"shop\.toml: .*utf-8"):
        read_sender(path)


def test_rules_are_all_there_or_none(tmp_path: Path) -> None:
    assert read(tmp_path, 'name = "Shop"\nshort = "shop"').waits_s is None
    for alone in ("waits_s = 2", f"[4xx]\n{EFFECT}"):
        with pytest.raises(TableError, match=r"shop\.toml: \w+ is missing\."):
            read(tmp_path, f'name = "Shop"\nshort = "shop"\n{alone}')
