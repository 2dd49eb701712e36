"""What delay and fault of a response mean, in words: what the sender does, and what it sees through the tunnel."""

from __future__ import annotations

from hookscope.responses import BodyKind, Fault, Response
from hookscope.responses.model import SLOW_BODY_S
from hookscope.responses.senders import Effect, Sender

OFFERED_FAULTS = (Fault.NONE, Fault.CLOSE_BEFORE, Fault.RESET_IN_BODY)
"""Those that can be chosen; the others come from workspace files."""

FAULT_WORDS = {
    Fault.NONE: "Respond",
    Fault.CLOSE_BEFORE: "Close without a response",
    Fault.RESET_IN_BODY: "Break off in the middle",
    Fault.RESET_BEFORE: "Reset without a response",
    Fault.RESET_IN_HEADERS: "Reset in the middle of the headers",
    Fault.CLOSE_IN_HEADERS: "Close in the middle of the headers",
    Fault.CLOSE_IN_BODY: "Close in the middle of the body",
    Fault.SLOW_BODY: "Respond with a slow body",
    Fault.HANG: "Never respond",
}
_BEFORE_THE_BODY = (Fault.RESET_BEFORE, Fault.CLOSE_BEFORE, Fault.RESET_IN_HEADERS, Fault.CLOSE_IN_HEADERS)
_IN_THE_BODY = (Fault.RESET_IN_BODY, Fault.CLOSE_IN_BODY)


def effect_of(response: Response, sender: Sender) -> Effect | None:
    """What all of a response makes its sender do; ``None`` when nothing is known of that."""
    if response.fault is Fault.HANG:
        return sender.late
    status = 0 if response.kind is BodyKind.FORWARD else response.status  # the handler's, which nobody knows yet
    return sender.effect_of(status, _last_byte_s(response), response.fault.drops)


def late_words(response: Response, sender: Sender) -> str:
    """*the sender gives up at 60 s and retries*; ``""`` while the response comes in time."""
    if sender.waits_s is None or not sender.is_late(_last_byte_s(response)):
        return ""
    gives_up = f"the sender gives up at {sender.waits_s:g} s"
    return f"{gives_up} and retries" if sender.late and sender.late.retry else gives_up


def fault_words(response: Response, sender: Sender) -> str:
    """What a fault looks like from the other end, also through the tunnel; ``""`` without one."""
    fault = response.fault
    if fault in _BEFORE_THE_BODY:
        after = sender.after(502)
        again = ", and tries again" if after and after.retry else ""
        return f"Through ngrok the sender sees ngrok's own 502 instead of the dropped connection{again}."
    if fault in _IN_THE_BODY:
        return "The sender gets status, headers and half of the body. Through ngrok, too, the body just ends early."
    if fault is Fault.HANG:
        waits = f"for its {sender.waits_s:g} s" if sender.waits_s else "until it gives up"
        return f"Nothing is sent, and the connection stays open. The sender waits {waits}."
    if fault is Fault.SLOW_BODY:
        return (
            f"Status and headers go out at once, the body bit by bit over the delay ({SLOW_BODY_S:g} s when it is 0)."
        )
    return ""


def _last_byte_s(response: Response) -> float:
    if response.fault is Fault.SLOW_BODY:
        return response.delay_s or SLOW_BODY_S
    return response.delay_s
