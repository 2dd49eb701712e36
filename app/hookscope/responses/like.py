"""A rule made from a delivery: requests like that one are answered from now on as that one was."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from itertools import count, islice
from typing import Any
from urllib.parse import unquote

from hookscope.deliveries import Headers, Request, SentResponse
from hookscope.deliveries.parts import looks_binary
from hookscope.responses.model import BodyKind, Fault, Response, flaws, json_flaw
from hookscope.responses.planning import implied_headers
from hookscope.responses.request_view import NotJson, RequestView
from hookscope.responses.rules import Comparison, Condition, Rule, Subject, condition_problem

LEFT_OUT = "The body was no text, so the rule has only the status and the headers."
_KINDS = ("event", "type", "action", "event_type", "eventType", "topic", "kind")
_SHORT = 100
_DEEPEST, _LOOKED_AT = 3, 1_000
_LARGEST = 10**18
_ID = re.compile(r"(?:.*[^A-Za-z])?[iI][dD]|.*[a-z0-9]I[dD]|[ug]uid")
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

Path = tuple[str, ...]


def rule_like(
    request: Request,
    sent: SentResponse,
    taken_names: Collection[str],
    id: int,
    *,
    path: str = "",
    dropped: bool = False,
) -> Rule:
    """The rule that answers requests like delivery ``id`` with what was sent to it.

    ``path`` is that of the endpoint. With ``dropped`` the connection ended before the response was whole.
    """
    name = _free_name(f"Like delivery {id}", taken_names)
    return Rule(name, conditions_like(request, path), response_like(sent, dropped=dropped))


def conditions_like(request: Request, endpoint_path: str = "") -> tuple[Condition, ...]:
    """At most three conditions that this request fits: method, path under that of its endpoint, kind of the message."""
    view = RequestView(request)
    found = (
        Condition(Subject.METHOD, request.method),
        _path_condition(view, endpoint_path),
        _body_condition(view),
    )
    return tuple(each for each in found if each is not None and not condition_problem(each))


def response_like(sent: SentResponse, *, dropped: bool = False) -> Response:
    """A response as it was sent, for an editor: without what frames the message or belongs to the connection."""
    if not sent.status:
        return Response(fault=Fault.RESET_BEFORE)
    headers = tuple(pair for pair in sent.headers if not flaws(Response(headers=(pair,))))
    text = _text(sent.body)
    if text is None:
        headers, text = tuple(pair for pair in headers if not pair[0].lower().startswith("content-")), ""
    kind = BodyKind.JSON if _is_json(headers) and not json_flaw(text) else BodyKind.TEXT
    fault = Fault.RESET_IN_BODY if dropped else Fault.NONE
    return _without_implied(Response(sent.status, headers, text, kind, fault=fault))


def left_out(sent: SentResponse) -> str:
    """What of a response a rule cannot have, in one sentence; ``""`` when it has all."""
    return LEFT_OUT if _text(sent.body) is None else ""


def _free_name(wanted: str, taken: Collection[str]) -> str:
    folded = {name.casefold() for name in taken}
    names = (wanted if number == 1 else f"{wanted} ({number})" for number in count(1))
    return next(name for name in names if name.casefold() not in folded)


# --- what the request is like --------------------------------------------------------------------------------------


def _path_condition(view: RequestView, endpoint_path: str) -> Condition | None:
    """The path, where the endpoint takes others, too; what stands for ``*`` in the endpoint's path stays open."""
    own, parts = _parts(endpoint_path), _parts(view.request.target.partition("?")[0])
    if endpoint_path and len(parts) <= len(own):
        return None
    open_places = {at for at, part in enumerate(own) if part == "*"}
    if not open_places or not view.request.target.startswith("/"):
        return Condition(Subject.PATH, view.path)
    pattern = "".join(f"/{'*' if at in open_places else unquote(part)}" for at, part in enumerate(parts))
    return Condition(Subject.PATH, pattern + "/" * view.path.endswith("/"), comparison=Comparison.LIKE)


def _parts(path: str) -> list[str]:
    return path.removesuffix("/").split("/")[1:]


def _body_condition(view: RequestView) -> Condition | None:
    try:
        body = view.json
    except NotJson:
        return None
    if not isinstance(body, dict):
        return None
    found = _kind(body) or next(_ids(body), None)
    return Condition(Subject.BODY, equality(*found)) if found else None


def _kind(body: dict[str, Any]) -> tuple[Path, str] | None:
    for key in _KINDS:
        value = body.get(key)
        if isinstance(value, str) and 0 < len(value) <= _SHORT:
            return (key,), value
    return None


def _ids(body: dict[str, Any]) -> Iterator[tuple[Path, str | int]]:
    """What looks like an id, the outer ones first."""
    for path, value in islice(_values(body), _LOOKED_AT):
        if _ID.fullmatch(path[-1]) and _is_id(value):
            yield path, value


def _values(body: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    level: list[tuple[Path, dict[str, Any]]] = [((), body)]
    while level:
        below: list[tuple[Path, dict[str, Any]]] = []
        for path, part in level:
            for key, value in part.items():
                if len(key) <= _SHORT:
                    yield (*path, key), value
                    if isinstance(value, dict) and len(path) + 1 < _DEEPEST:
                        below.append(((*path, key), value))
        level = below


def _is_id(value: object) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= _SHORT
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST


def equality(path: Path, value: str | int) -> str:
    """A JMESPath expression that says what stands at a place of the body, whatever a sender chose for both."""
    return f"{'.'.join(map(_identifier, path))} == {_literal(value)}"


def _identifier(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else json.dumps(key)


def _literal(value: str | int) -> str:
    # In a raw string a backslash before the closing quote cannot be written, and a field for one line takes no others.
    if isinstance(value, str) and value.isprintable() and "\\" not in value:
        return "'" + value.replace("'", "\\'") + "'"
    return "`" + json.dumps(value).replace("`", "\\u0060") + "`"


# --- what was answered ---------------------------------------------------------------------------------------------


def _text(body: bytes) -> str | None:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return None if looks_binary(body) else text


def _is_json(headers: Headers) -> bool:
    types = [value for name, value in headers if name.lower() == "content-type"]
    return not types or "json" in types[0].lower()


def _without_implied(response: Response) -> Response:
    """Leave out the ``Content-Type`` that the body brings along by itself, to the letter."""
    others = tuple(pair for pair in response.headers if pair[0].lower() != "content-type")
    bare = Response(response.status, others, response.body, response.kind, response.delay_s, response.fault)
    return bare if others + implied_headers(bare) == response.headers else response
