"""From the response a user wrote to what is planned for the wire."""

from __future__ import annotations

import json
import mimetypes
from functools import lru_cache
from typing import NamedTuple

from hookscope.deliveries import SentResponse
from hookscope.responses.files import FileFailure, Files
from hookscope.responses.model import BodyKind, Fault, Response, has_body
from hookscope.responses.request_view import RequestView

JSON, TEXT, BINARY = "application/json", "text/plain; charset=utf-8", "application/octet-stream"
FAILED = SentResponse(500, (("Content-Type", TEXT),), b"The response could not be made.\n")
FORWARDED = SentResponse(0)
_LARGEST_CHECKED = 256 << 10  # characters up to which the text of a template is looked at for being JSON


class Plan(NamedTuple):
    """What is to happen: the response but for the headers that frame it, when, what then goes wrong, or who answers.

    ``problem`` is one sentence when the response could not be made as it was written.
    """

    sent: SentResponse
    delay_s: float = 0.0
    fault: Fault = Fault.NONE
    forward: str = ""
    problem: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether it goes out at once and whole."""
        return not self.delay_s and self.fault is Fault.NONE and not self.forward


def implied_headers(response: Response) -> tuple[tuple[str, str], ...]:
    """The ``Content-Type`` that the body brings along, unless the user wrote one or there is no body.

    For a template it is that of its source; what is sent goes by the filled-in text.
    """
    return _with_type(response, content_type(response.kind, response.body)) if response.body else ()


def content_type(kind: BodyKind, text: str) -> str:
    """What a body of this kind is: ``text`` is the body, of a file its name."""
    if kind is BodyKind.JSON:
        return JSON
    if kind is BodyKind.FILE:
        return mimetypes.guess_type(text)[0] or BINARY
    return JSON if kind is BodyKind.TEMPLATE and text.lstrip()[:1] in ("{", "[") and _is_json(text) else TEXT


@lru_cache(maxsize=256)
def planned(response: Response) -> SentResponse:
    """What goes out for a response whose body is fixed, but for the headers that frame the message."""
    body = response.body.encode() if has_body(response.status) else b""
    return SentResponse(response.status, response.headers + implied_headers(response), body)


def plan(response: Response, view: RequestView, files: Files) -> Plan:
    """What is to happen with this request; a template or file that fails is answered 500, never as if it had not."""
    make = _MAKERS.get(response.kind)
    if make is None or (response.kind is not BodyKind.FORWARD and not has_body(response.status)):
        return Plan(planned(response), response.delay_s, response.fault)
    return make(response, view, files)


def _from_template(response: Response, view: RequestView, files: Files) -> Plan:
    from hookscope.responses.templates import TemplateFailure, TemplateFlaw, compiled

    try:
        text = compiled(response.body).render(view)
    except TemplateFlaw as error:
        return _failed(f"The template cannot be used. {error}")
    except TemplateFailure as error:
        return _failed(f"The template failed at line {error.line} ({error.reason}).")
    return _with_body(response, text.encode(), content_type(BodyKind.TEMPLATE, text))


def _from_file(response: Response, view: RequestView, files: Files) -> Plan:
    try:
        data = files.read(response.body)
    except FileFailure as error:
        return _failed(str(error))
    return _with_body(response, data, content_type(BodyKind.FILE, response.body))


def _from_handler(response: Response, view: RequestView, files: Files) -> Plan:
    return Plan(FORWARDED, response.delay_s, response.fault, forward=response.body)


_MAKERS = {BodyKind.TEMPLATE: _from_template, BodyKind.FILE: _from_file, BodyKind.FORWARD: _from_handler}


def _with_body(response: Response, body: bytes, type: str) -> Plan:
    headers = response.headers + (_with_type(response, type) if body else ())
    return Plan(SentResponse(response.status, headers, body), response.delay_s, response.fault)


def _with_type(response: Response, type: str) -> tuple[tuple[str, str], ...]:
    given = any(name.lower() == "content-type" for name, _ in response.headers)
    return () if given or not has_body(response.status) else (("Content-Type", type),)


def _failed(reason: str) -> Plan:
    return Plan(FAILED, problem=f"{reason} The sender got 500.")


def _is_json(text: str) -> bool:
    if len(text) > _LARGEST_CHECKED:
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
