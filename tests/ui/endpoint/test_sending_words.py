from __future__ import annotations

import pytest

from hookscope.responses import BodyKind, Fault, Response
from hookscope.responses.model import SLOW_BODY_S
from hookscope.responses.senders import sender_of
from hookscope.ui.endpoint.sending_words import FAULT_WORDS, effect_of, fault_words, late_words

AUTOMATION = sender_of("vendasta-automation")
MARKETPLACE = sender_of("vendasta-marketplace")
GENERIC = sender_of("generic")
BEFORE = (Fault.RESET_BEFORE, Fault.CLOSE_BEFORE, Fault.RESET_IN_HEADERS, Fault.CLOSE_IN_HEADERS)


def test_every_fault_has_words_of_its_own() -> None:
    assert set(FAULT_WORDS) == set(Fault)
    assert len(set(FAULT_WORDS.values())) == len(Fault)


@pytest.mark.parametrize("fault", BEFORE)
def test_before_the_body_ngrok_answers_instead(fault: Fault) -> None:
    words = "Through ngrok the sender sees ngrok's own 502 instead of the dropped connection"
    assert fault_words(Response(fault=fault), AUTOMATION) == f"{words}, and tries again."
    assert fault_words(Response(fault=fault), GENERIC) == f"{words}."


@pytest.mark.parametrize("fault", [Fault.RESET_IN_BODY, Fault.CLOSE_IN_BODY])
def test_in_the_body_nothing_is_said_of_a_502(fault: Fault) -> None:
    words = fault_words(Response(fault=fault), AUTOMATION)
    assert words.endswith("Through ngrok, too, the body just ends early.")
    assert "502" not in words


def test_without_an_answer_the_sender_waits_as_long_as_it_does() -> None:
    assert fault_words(Response(fault=Fault.HANG), AUTOMATION).endswith("The sender waits for its 60 s.")
    assert fault_words(Response(fault=Fault.HANG), GENERIC).endswith("The sender waits until it gives up.")
    assert effect_of(Response(fault=Fault.HANG), MARKETPLACE) is MARKETPLACE.late
    assert effect_of(Response(fault=Fault.CLOSE_BEFORE), MARKETPLACE) is MARKETPLACE.broken


def test_a_slow_body_without_a_delay_takes_what_the_listener_takes() -> None:
    assert f"{SLOW_BODY_S:g} s" in fault_words(Response(fault=Fault.SLOW_BODY), AUTOMATION)
    assert effect_of(Response(fault=Fault.SLOW_BODY), AUTOMATION) is AUTOMATION.after(200)


def test_late_is_past_the_limit_of_each_sender() -> None:
    assert late_words(Response(delay_s=60), AUTOMATION) == ""
    assert late_words(Response(delay_s=60.1), AUTOMATION) == "the sender gives up at 60 s and retries"
    assert late_words(Response(delay_s=11), MARKETPLACE) == "the sender gives up at 10 s and retries"
    assert late_words(Response(delay_s=600), GENERIC) == ""


def test_of_a_handlers_answer_only_delay_and_fault_are_known() -> None:
    forward = Response(kind=BodyKind.FORWARD, body="http://127.0.0.1/")
    assert effect_of(forward, AUTOMATION) is None
    assert effect_of(Response(kind=BodyKind.FORWARD, delay_s=61), AUTOMATION) is AUTOMATION.late
