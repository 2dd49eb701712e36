"""A request as rules and templates ask about it; what takes time is worked out when it is first asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from hookscope.deliveries import Request
from hookscope.deliveries.parts import cookies, query_parameters, unpacked
from hookscope.deliveries.targets import from_path

LARGEST_JSON = 1 << 20


class RequestView:
    """One request with what is known of it when its response is chosen.

    ``verdict`` is a state (``verified``, ``failed`` …), ``attempt`` counts from 1, ``now_us`` is its arrival in
    microseconds since 1970.
    """

    def __init__(
        self,
        request: Request,
        verdict: str = "unconfigured",
        attempt: int = 1,
        now_us: int = 0,
        ids: tuple[str, ...] = (),
    ) -> None:
        self.request = request
        self.verdict = verdict
        self.attempt = attempt
        self.now_us = now_us
        self.ids = ids

    @cached_property
    def path(self) -> str:
        """The path of the target, decoded, without scheme, host and query."""
        target = self.request.target
        rest = from_path(target)
        path = (target if rest is None else rest).partition("?")[0]
        return unquote(path) or ("/" if target else "")

    @cached_property
    def query(self) -> Mapping[str, str]:
        """The query parameters; of several with one name the first."""
        return _first_of_each(query_parameters(self.request.target))

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """The headers with their names in lower case; of several with one name the first."""
        return _first_of_each((name.lower(), value) for name, value in self.request.headers)

    @cached_property
    def cookies(self) -> Mapping[str, str]:
        """The cookies; of several with one name the first."""
        return _first_of_each(cookies(self.request.headers))

    @cached_property
    def text(self) -> str:
        """The body as text, unpacked; what it unpacks to after 1 MiB is left out."""
        return self._body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        """The body as JSON; raises ``NotJson`` with the reason."""
        value, problem = self._parsed
        if problem:
            raise NotJson(problem)
        return value

    @cached_property
    def _body(self) -> bytes:
        """The body after its Content-Encoding, of which a little more than is read as JSON is unpacked."""
        return unpacked(self.request.headers, self.request.body, LARGEST_JSON + 1).data

    @cached_property
    def _parsed(self) -> tuple[Any, str]:
        body = self._body
        if len(body) > LARGEST_JSON:
            return None, "the body is larger than 1 MiB"
        if not body.strip():
            return None, "the body is empty"
        try:
            return json.loads(body, parse_constant=_refuse), ""
        except RecursionError:
            return None, "the body is nested too deep"
        except (json.JSONDecodeError, UnicodeError, NotJson):
            return None, "the body is not JSON"
        except ValueError:  # of Python, which reads no number of more than 4 300 digits
            return None, "the body has a number that is too long"


class NotJson(ValueError):
    """The body of a request was asked for as JSON and is none; the text says why, as part of a sentence."""


def _refuse(constant: str) -> None:
    raise NotJson(constant)


def _first_of_each(pairs: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found
