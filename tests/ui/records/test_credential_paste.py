from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookscope.records.key_file import read_token
from hookscope.ui.records.credential_paste import IS_KEY_FILE, KEY_FILE, NOTHING, REFUSED, SPACE, TOKEN, WORD, pasted

NOW = 1_800_000_000.0
PLAIN = "opaque-token_1.2~3"


def jwt(**claims: Any) -> str:
    parts = ({"alg": "RS256"}, claims)
    return ".".join(
        [*(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts), "c2ln"]
    )


@pytest.mark.parametrize("token", [PLAIN, jwt(exp=NOW + 60), jwt(), jwt(exp="soon"), jwt(exp=True), jwt(exp=1e300)])
def test_a_token_is_kept_as_it_is_and_nothing_is_said(token: str) -> None:
    entered = pasted(token, NOW)
    assert (entered.kind, entered.value) == (TOKEN, token)
    assert (entered.notes, entered.warning, entered.fault) == ((), "", "")


@pytest.mark.parametrize("text", [f" {PLAIN}", f"{PLAIN}\r\n", f"\ufeff\t{PLAIN} \u200b"])
def test_white_space_around_it_is_left_out_and_that_is_said(text: str) -> None:
    entered = pasted(text, NOW)
    assert (entered.kind, entered.value, entered.notes) == (TOKEN, PLAIN, (SPACE,))


@pytest.mark.parametrize("word", ["Bearer ", "bearer  ", "Authorization: Bearer ", "AUTHORIZATION:bearer\t"])
def test_the_word_of_the_header_is_left_out(word: str) -> None:
    assert (pasted(word + PLAIN, NOW).value, pasted(word + PLAIN, NOW).notes) == (PLAIN, (WORD,))


@pytest.mark.parametrize("text", ["", " \n", "Bearer", "Bearer "])
def test_nothing_is_nothing(text: str) -> None:
    assert pasted(text, NOW).kind == NOTHING


def test_one_that_is_over_says_so_and_can_be_kept_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    entered = pasted(jwt(exp=1_700_000_000), NOW)
    assert entered.warning == "By its own words this token expired on 14 Nov 2023, 22:13."
    assert entered.kind == TOKEN
    assert pasted(jwt(exp=NOW), NOW).warning
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("text", ['{"type": "service_account"}', ' \ufeff{\n "a": 1}\n', "{"])
def test_a_key_file_is_taken_for_one(text: str) -> None:
    entered = pasted(text, NOW)
    assert entered.kind == KEY_FILE
    assert entered.value.startswith("{")
    assert entered.notes[-1] == IS_KEY_FILE


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----\nseeded\n", "This is a key without its file. Import the whole key file."),
        ("seeded token", "characters that no token has"),
        ("seeded\u00e9", "characters that no token has"),
        ("seeded\nX-Other: 1", "characters that no token has"),
        ("seeded" * 20_000, "This is not an access token"),
    ],
)
def test_what_cannot_be_a_token_is_refused_without_repeating_it(text: str, part: str) -> None:
    entered = pasted(text, NOW)
    assert entered.kind == REFUSED
    assert part in entered.fault
    assert "seeded" not in entered.fault
    assert not entered.value


@given(
    st.text()
    | st.from_regex(r"(?i)\s*(bearer )?[\w.~+/-]{1,30}=*\s*")
    | st.binary().map(lambda raw: raw.decode("latin-1"))
)
def test_whatever_is_pasted_what_is_kept_can_be_sent(text: str) -> None:
    entered = pasted(text, NOW)
    if entered.kind == TOKEN:
        assert read_token(entered.value).value == entered.value
        assert entered.value in text
    if len(entered.value) > 12:  # shorter ones may be in any sentence
        assert entered.value not in repr(entered)
        assert not any(entered.value in note for note in (*entered.notes, entered.warning))


@given(st.text() | st.recursive(st.none() | st.floats() | st.text(), lambda inner: st.dictionaries(st.text(), inner)))
def test_no_claim_makes_it_fail(claim: Any) -> None:
    assert pasted(jwt(exp=claim), NOW).kind == TOKEN
