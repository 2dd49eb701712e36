"""From what a host answered, or did not, to the sentence for the user."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from hookscope.records.answer import Answer, http_date
from hookscope.records.model import Code, LookUpFailed
from hookscope.records.values import in_sentence
from hookscope.visible import visible

LONGEST_DETAIL = 500
SKEW_S = 300.0
DEFAULT_WAIT_S = 5.0
"""How long to wait after a 429 that does not say."""

_LONGEST_LOOKED_AT = 4_000  # more than is shown, so that no token is cut before it is recognised
_ERRORS_SHOWN = 3
_SCOPES_SHOWN = 12
_LONGEST_RETRY_AFTER_S = 86_400.0
_SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?", re.ASCII)
_LIKE_A_TOKEN = re.compile(r"eyJ[\w-]{8,}(\.[\w-]*){0,2}|(?i:\bbearer)\s+[\w.~+/=-]+")
_CLOCK_WRONG = "The clock of this computer is wrong. Set it, and try again."


class Subject(NamedTuple):
    """What was asked for, in the words of a sentence: ``many`` is *orders*, ``missing`` *is no order ORD-1234567*."""

    many: str
    missing: str
    scopes: tuple[str, ...] = ()
    is_sample: bool = False


class Said(NamedTuple):
    """What a body of an error says: the code of its first error, and everything in one line."""

    code: str
    text: str


def subject_of(title: str, shown_id: str, scopes: tuple[str, ...], *, is_sample: bool = False) -> Subject:
    """The words for a look-up with this title, *Order* or *Custom fields*, for an id as it is shown."""
    name = visible(in_sentence(title), 60)
    shown = visible(shown_id, 80)
    if name.endswith("s"):
        return Subject(name, f"are no {name} of {shown}", scopes, is_sample)
    return Subject(f"{name}s", f"is no {name} {shown}", scopes, is_sample)


# --- what the platform's API answered --------------------------------------------------------------------------------


def refusal(answer: Answer, subject: Subject, granted: Sequence[str], *, now: float, secret: str = "") -> LookUpFailed:
    """Why an answer is no success; ``granted`` are the scopes the token seems to have, ``secret`` is never shown."""
    detail = _hidden(said(answer).text, secret)
    if answer.status == 429:
        return rate_limited(answer, now, detail)
    code = _CODES.get(answer.status, Code.PLATFORM)
    wait_s = retry_after(answer, now) or 0.0
    return LookUpFailed(
        code, _sentence(answer.status, subject, granted), status=answer.status, detail=detail, wait_s=wait_s
    )


_CODES = {401: Code.TOKEN_REFUSED, 403: Code.FORBIDDEN, 404: Code.NOT_FOUND}


def _sentence(status: int, subject: Subject, granted: Sequence[str]) -> str:
    if status == 401:
        return "The platform does not accept the token any more."
    if status == 403:
        return _forbidden(subject, granted)
    if status == 404:
        sample = " This is the documentation's sample id." if subject.is_sample else ""
        return f"There {subject.missing} for this credential.{sample}"
    if status >= 500:
        return f"The platform has a problem of its own ({status}). Try again later."
    return f"The platform answers {status} instead of giving {subject.many}."


def _forbidden(subject: Subject, granted: Sequence[str]) -> str:
    refused = f"This credential may not read {subject.many}."
    if not subject.scopes:
        return refused
    if set(subject.scopes) & set(granted):
        return f"{refused} It has the scope that is needed, so it is the account behind it that may not."
    needed = f"{refused} It needs the scope {_listed(subject.scopes, ' or ')}"
    return f"{needed}; it has {_listed(granted, ' and ')}." if granted else f"{needed}."


def _listed(scopes: Sequence[str], last: str) -> str:
    shown = [f"`{visible(scope, 60)}`" for scope in scopes[:_SCOPES_SHOWN]]
    if len(scopes) > _SCOPES_SHOWN:
        shown.append("others")
    return last.join([", ".join(shown[:-1]), shown[-1]] if shown[1:] else shown)


def rate_limited(answer: Answer, now: float, detail: str) -> LookUpFailed:
    """A 429 with how long to wait: as a header says, else the body, else a few seconds."""
    wait_s = retry_after(answer, now)
    if wait_s is None:
        wait_s = _wait_in_body(answer)
    sentence = f"Too many requests. Try again in {in_words(wait_s)}."
    return LookUpFailed(Code.RATE_LIMITED, sentence, status=answer.status, detail=detail, wait_s=wait_s)


def retry_after(answer: Answer, now: float) -> float | None:
    """The seconds of ``Retry-After``, which may be a date; at most a day, ``None`` when it says nothing."""
    value = answer.headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return min(float(value), _LONGEST_RETRY_AFTER_S)
    until = http_date(value)
    if until is None:
        return None
    return min(max(0.0, until - (answer.sent_at or now)), _LONGEST_RETRY_AFTER_S)


def _wait_in_body(answer: Answer) -> float:
    details = _object(_object(answer.document).get("details"))
    seconds = str(details.get("retryAfter", ""))
    return min(float(seconds), _LONGEST_RETRY_AFTER_S) if _SECONDS.fullmatch(seconds) else DEFAULT_WAIT_S


def in_words(seconds: float) -> str:
    """A span as people say it: *12 s*, *3 min*, *2 h*."""
    if seconds < 120:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 7_200 else f"{round(seconds / 3_600)} h"


def redirected(status: int, location: str, secret: str) -> LookUpFailed:
    """The answer points elsewhere, which is shown and not followed."""
    sentence = "The platform points to another address, which is not followed. Check the base address of the profile."
    return LookUpFailed(Code.REDIRECT, sentence, status=status, detail=_hidden(f"to {location}", secret))


def not_json(answer: Answer, secret: str = "") -> LookUpFailed:
    """A success that no record can be read from; the detail is how it begins."""
    beginning = answer.body[: _LONGEST_LOOKED_AT + len(secret)].decode("utf-8", "replace")
    sentence = "The answer is not JSON. Something between here and the platform may have answered in its place."
    return LookUpFailed(Code.NOT_JSON, sentence, status=answer.status, detail=_hidden(beginning, secret))


# --- what the token address answered ---------------------------------------------------------------------------------


def token_refusal(answer: Answer, now: float, secret: str) -> LookUpFailed:
    """Why there is no token: the key is refused, or the address has a problem."""
    detail = _hidden(said(answer).text, secret)
    if answer.status == 429:
        return rate_limited(answer, now, detail)
    if not 400 <= answer.status < 500:
        sentence = f"The platform has a problem of its own and gives no token ({answer.status}). Try again later."
        return LookUpFailed(Code.PLATFORM, sentence, status=answer.status, detail=detail)
    sentence = _CLOCK_WRONG if is_clock_wrong(answer, now) else "The platform does not accept this key. Import another."
    return LookUpFailed(Code.KEY_REFUSED, sentence, status=answer.status, detail=detail)


def scope_refused(scopes: Sequence[str], refused: LookUpFailed) -> LookUpFailed:
    """There is a token for this key, but none with one of these scopes."""
    sentence = f"This key gets no token with the scope {_listed(scopes, ' or ')}. Check the service account."
    return LookUpFailed(Code.FORBIDDEN, sentence, status=refused.status, detail=refused.detail)


def is_clock_wrong(answer: Answer, now: float) -> bool:
    """Whether the host's clock and ours are so far apart that a key cannot be accepted."""
    return answer.sent_at is not None and abs(answer.sent_at - now) > SKEW_S


# --- what there was instead of an answer -----------------------------------------------------------------------------


def timed_out(seconds: float) -> LookUpFailed:
    """Nothing came, or not all of it."""
    return LookUpFailed(Code.TIMEOUT, f"No answer for {seconds:g} s.")


def too_large(limit: int) -> LookUpFailed:
    """More came than is read."""
    return LookUpFailed(Code.TOO_LARGE, f"The answer is larger than {limit >> 20} MiB, so it was not read to its end.")


def too_many_values(limit: int, status: int) -> LookUpFailed:
    """More is in an answer than is read."""
    sentence = f"The answer has more than {limit:,} values, so it was not read."
    return LookUpFailed(Code.TOO_LARGE, sentence, status=status)


def badly_packed(status: int) -> LookUpFailed:
    """The body cannot be unpacked."""
    return LookUpFailed(Code.NOT_JSON, "The answer is packed in a way that cannot be undone. Try again.", status=status)


def unreachable(host: str, error: BaseException) -> LookUpFailed:
    """The network's reason, told from the errors behind an error; their texts are not shown."""
    kinds = " ".join(type(each).__name__ for each in _chain(error))
    reasons = (sentence for kind, sentence in _REASONS if kind in kinds)
    sentence = next(reasons, "{} cannot be reached. Check the network connection.")
    return LookUpFailed(Code.NETWORK, sentence.format(visible(host, 100)))


# By name, because the modules they come from are loaded late. The first that fits counts.
_REASONS = (
    ("SSLCertVerificationError", "The certificate of {} is not trusted. A proxy or virus scanner may be in between."),
    ("SSLError", "No encrypted connection to {} can be made. A proxy or virus scanner may be in between."),
    ("gaierror", "The address of {} cannot be found. Check the network connection."),
    ("ConnectionRefusedError", "{} does not accept connections. Check its address, or try again later."),
    ("ProxyError", "The proxy of this computer does not connect to {}. Check its settings."),
    ("RemoteProtocolError", "The connection to {} broke off, or it does not speak HTTP. Try again."),
    ("ReadError", "The connection to {} broke off. Try again."),
    ("WriteError", "The connection to {} broke off. Try again."),
)


def _chain(error: BaseException | None) -> list[BaseException]:
    """An error and those that led to it."""
    found: list[BaseException] = []
    waiting = [error]
    while waiting and len(found) < 50:
        each = waiting.pop()
        if each is not None and not any(each is known for known in found):
            found.append(each)
            waiting += [*getattr(each, "exceptions", ()), each.__cause__, each.__context__]
    return found


# --- bodies of errors ------------------------------------------------------------------------------------------------


def said(answer: Answer) -> Said:
    """What a body says in any of the shapes that the platform uses; empty for what has none of them."""
    document = _object(answer.document)
    listed = document.get("errors")
    if isinstance(listed, list):
        errors = [_said_of(_object(error)) for error in listed[:_ERRORS_SHOWN]]
        return Said(errors[0].code if errors else "", " ".join(each.text for each in errors if each.text))
    return _said_of(document)


def _said_of(error: dict[str, Any]) -> Said:
    """One error of JSON:API, ``{"code", "message"}``, a problem (RFC 9457), the CRM's or OAuth's."""
    code = _text(error.get("code")) or _text(error.get("error"))
    words = [_text(error.get(name)) for name in ("title", "message", "error", "detail", "error_description")]
    texts = list(dict.fromkeys(word for word in words if word)) or [code]
    reference = f" (for support: {error_id})" if (error_id := _text(error.get("id"))) else ""
    return Said(code, ": ".join(texts) + reference)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _hidden(text: str, secret: str) -> str:
    """A text of somebody else, safe to show: without the secret and what looks like one, bounded, marks pictured."""
    bare = text.replace(secret, "…") if secret else text
    return visible(_LIKE_A_TOKEN.sub("…", bare[:_LONGEST_LOOKED_AT]), LONGEST_DETAIL)
