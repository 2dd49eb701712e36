"""Everything the inspector shows of one delivery, prepared on a reader's thread. No Qt."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from hookscope.deliveries import Delivery, Headers, Row, VerdictNote, is_complete, parts, queries
from hookscope.endpoints.proving import Proof, proof_of
from hookscope.findings import Finding, find
from hookscope.ids import Found, Shapes, find_ids
from hookscope.responses import RequestView
from hookscope.ui.inspector import json_document, token_body
from hookscope.ui.inspector.json_document import NotATree, NotJson, Value
from hookscope.ui.inspector.token_body import TokenBody, read_token

if TYPE_CHECKING:
    from hookscope.endpoints import Endpoint, Schemes
    from hookscope.verification import Verdict

_JSON_START = re.compile(r"\s*[{\[]")
_NOTHING, _NO_TEXT = parts.Unpacked(b""), parts.Text("", "utf-8")


class Tree(NamedTuple):
    """A parsed JSON value (which may be ``None``)."""

    value: Value


@dataclass(frozen=True, slots=True)
class Body:
    """A body as bytes, as text and, where it is one, as a tree or a form.

    ``notes`` are sentences about it. Of a ``token`` the tree shows what it is there for.
    """

    raw: bytes = b""
    media: str = ""
    unpacked: parts.Unpacked = _NOTHING
    text: parts.Text = _NO_TEXT
    tree: Tree | None = None
    form: parts.Form | None = None
    notes: tuple[str, ...] = ()
    token: TokenBody | None = None

    @property
    def binary(self) -> bool:
        """Whether the body is no text."""
        return parts.looks_binary(self.unpacked.data)


@dataclass(frozen=True, slots=True)
class Content:
    """One delivery with all that its tabs show.

    ``series`` are the deliveries of the same message, oldest first; ``verdict`` is what was recorded at arrival.
    ``proof`` is what came back of another endpoint's response, where the delivery came to a check endpoint. ``ids`` are
    all of its request, also those without a record; ``findings`` are what is wrong with it, by the endpoints of now.
    """

    delivery: Delivery
    series: tuple[Row, ...]
    query: tuple[parts.Pair, ...]
    cookies: tuple[parts.Pair, ...]
    request_body: Body
    response_body: Body
    verdict: Verdict
    proof: Proof | None = None
    ids: tuple[Found, ...] = ()
    findings: tuple[Finding, ...] = ()


def load(
    db: sqlite3.Connection,
    id: int,
    schemes: Schemes | None = None,
    endpoints: Sequence[Endpoint] = (),
    *,
    shapes: Shapes | None = None,
) -> Content | None:
    """A delivery with its parts, ``None`` when it is gone; ``schemes`` know which claim of a token is its payload."""
    delivery = queries.delivery(db, id)
    if delivery is None:
        return None
    request, response = delivery.request, delivery.response
    view = RequestView(request, delivery.row.verdict_state, delivery.row.attempt or 1, delivery.row.received_us)
    ids = find_ids(request, shapes, lambda: view.json) if shapes and request.method else ()
    return Content(
        delivery,
        tuple(queries.series(db, id)),
        parts.query_parameters(request.target),
        parts.cookies(request.headers),
        body_of(request.headers, request.body, _payload_claim(delivery.verdict, schemes)),
        body_of(response.headers, response.body),
        _verdict(delivery.verdict),
        proof_of(db, id, endpoints),
        ids,
        _findings(delivery.row, view, ids, endpoints),
    )


def _findings(row: Row, view: RequestView, ids: Sequence[Found], endpoints: Sequence[Endpoint]) -> tuple[Finding, ...]:
    endpoint = next((endpoint for endpoint in endpoints if endpoint.id == row.endpoint_id), None)
    return find(view, ids, endpoint, endpoints) if is_complete(row) else ()


def _verdict(note: VerdictNote) -> Verdict:
    from hookscope.verification import verdict_of  # on the reader's thread, long after the window is shown

    return verdict_of(note)


def _payload_claim(note: VerdictNote, schemes: Schemes | None) -> str:
    scheme = schemes.get(note.scheme) if schemes and note.scheme else None
    return scheme.payload_claim if scheme else ""


def body_of(headers: Headers, raw: bytes, payload_claim: str = "") -> Body:
    """A body with what its headers say about it."""
    kind = parts.content_type(headers)
    unpacked = parts.unpacked(headers, raw)
    text = parts.text_of(unpacked.data, kind.parameters.get("charset", ""))
    if len(unpacked.data) <= token_body.LARGEST and (token := read_token(text.text, payload_claim)):
        packing = (unpacked.problem,) if unpacked.problem else ()
        return Body(raw, kind.media, unpacked, text, Tree(token.payload), None, packing, token)
    form = parts.form(headers, unpacked.data) if raw else None
    tree, reason = (None, "") if form or not raw else _tree(text.text, kind.is_json, parts.looks_binary(unpacked.data))
    notes = [unpacked.problem, form.problem if form else "", reason]
    if not text.valid and not parts.looks_binary(unpacked.data) and form is None:
        notes.append(f"Some bytes are no {text.charset.upper()}; “\ufffd” stands for them.")
    return Body(raw, kind.media, unpacked, text, tree, form, tuple(filter(None, notes)))


def _tree(text: str, says_json: bool, binary: bool) -> tuple[Tree | None, str]:
    if binary and says_json:
        return None, "The body is not JSON: it has bytes that no text has."
    if binary or not (says_json or _JSON_START.match(text)):
        return None, ""
    try:
        return Tree(json_document.parse(text)), ""
    except NotJson as reason:
        return None, str(reason) if says_json else ""
    except NotATree as reason:
        return None, str(reason)
