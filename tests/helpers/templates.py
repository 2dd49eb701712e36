"""A request for templates, and what comes of a template with it."""

from __future__ import annotations

import json

import pytest

from hookscope.deliveries import Request
from hookscope.responses.request_view import RequestView
from hookscope.responses.templates import TemplateFailure, TemplateFlaw, compiled

ARRIVED = 1_795_608_000_123_000
NAMES = "method, path, target, query, headers, cookies, json, text, ids, attempt, verdict, now and now_unix"  # as told
HEADERS = (("Host", "h"), ("X-Event", "order.made"), ("X-Event", "second"), ("Cookie", "sid=5"))
ORDER = {
    "orderid": "ORD-1",
    "name": 'Jörg <&> "J" \'',
    "n": 5,
    "half": 0.5,
    "yes": True,
    "no": False,
    "nothing": None,
    "empty": "",
    "a": {"b": [1, 2, {"c": True}]},
    "rows": [{"id": "x", "price": 2.5}, {"id": "y", "price": 4}],
    "letters": ["b", "C", "a", "B"],
    "numbers": [3, 1, 2, 3],
    "a-b": "dash",
    "keys": "a key",
    "digits": "1" * 1_001,
}


def view(body: object = ORDER) -> RequestView:
    """The request that templates are tried with."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    packed = (("Content-Encoding", "gzip"),) if raw.startswith(b"\x1f\x8b") else ()
    request = Request("POST", "/hook/a%20b?x=1&y=a%2Fb&x=2", HEADERS + packed, raw)
    return RequestView(request, "verified", 2, ARRIVED, ("AG-1", "U-2"))


def rendered(source: str, body: object = ORDER) -> str:
    """What a template gives."""
    return compiled(source).render(view(body))


def failure(source: str, body: object = ORDER) -> tuple[int, str]:
    """The line and the reason of its failure."""
    template = compiled(source)
    with pytest.raises(TemplateFailure) as caught:
        template.render(view(body))
    return caught.value.line, caught.value.reason


def flaw(source: str) -> tuple[int, str]:
    """The line and the sentence of its flaw."""
    with pytest.raises(TemplateFlaw) as caught:
        compiled(source)
    return caught.value.line, caught.value.sentence


def outcome(source: str, body: object) -> tuple[int, str]:
    """The line and the words of whatever comes of it; after a text stands a dot."""
    try:
        return 1, rendered(source, body) + "."
    except TemplateFlaw as flaw:
        return flaw.line, flaw.sentence
    except TemplateFailure as failed:
        return failed.line, failed.reason
