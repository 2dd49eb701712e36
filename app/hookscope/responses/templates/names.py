"""The names that a template knows: what there is to say of the request."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from jinja2 import pass_context

from hookscope.responses.request_view import LARGEST_JSON, NotJson, RequestView
from hookscope.responses.templates.running import FROM_BODY, Run
from hookscope.responses.templates.values import Headers, Missing


def _json(view: RequestView) -> object:
    try:
        return view.json
    except NotJson as problem:
        return Missing(str(problem))


def _text(view: RequestView) -> object:
    cut = len(view.request.body) > LARGEST_JSON or len(view.text) > LARGEST_JSON
    return Missing("the body is larger than 1 MiB") if cut else view.text


def _now(view: RequestView) -> str:
    seconds, rest = divmod(view.now_us, 1_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC).isoformat()[:19]}.{rest // 1000:03}Z"


NAMES: dict[str, Callable[[RequestView], object]] = {
    "method": lambda view: view.request.method,
    "path": lambda view: view.path,
    "target": lambda view: view.request.target,
    "query": lambda view: dict(view.query),
    "headers": lambda view: Headers(view.headers),
    "cookies": lambda view: dict(view.cookies),
    "json": _json,
    "text": _text,
    "ids": lambda view: list(view.ids),
    "attempt": lambda view: view.attempt,
    "verdict": lambda view: str(view.verdict),
    "now": _now,
    "now_unix": lambda view: view.now_us // 1_000_000,
}


@pass_context
def known(run: Run, name: str) -> object:
    """One of the names, worked out when it is first used: a body that no one asks for is not parsed."""
    if name not in run.known:
        started = time.thread_time()
        run.known[name] = NAMES[name](run.view)
        if name in FROM_BODY:
            run.forgive(time.thread_time() - started)
    return run.known[name]
