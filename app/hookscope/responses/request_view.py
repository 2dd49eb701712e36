"""A request as rules and templates ask about it; what takes time is worked out when it is first asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar
from urllib.parse import unquote

from hookscope.deliveries import Request
from hookscope.deliveries.parts import cookies, is_packed, query_parameters, unpacked
from hookscope.deliveries.targets import from_path

LARGEST_JSON = 1 << 20

T = TypeVar("T")


class _Lazy(Generic[T]):
    """A value that is worked out when it is first asked for; Python's own takes a lock, which costs more than most."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    def __get__(self, view: Any, owner: type) -> T:
        made = view.__dict__[self._name] = self._make(view)
        return made


class RequestView:
    """One request with what is known of it when its response is chosen.

    ``verdict`` is a state (``verified``, ``failed`` …), ``attempt`` counts from 1, ``now_us`` is its arrival in
    microseconds since 1970. All but that are set when they are known; ``ids`` are those with a record.
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

    @_Lazy
    def path(self) -> str:
        """The path of the target, decoded, without scheme, host and query."""
        target = self.request.target
        rest = from_path(target)
        path = (target if rest is None else rest).partition("?")[0]
        return unquote(path) or ("/" if target else "")

    @_Lazy
    def query(self) -> Mapping[str, str]:
        """The query parameters; of several with one name the first."""
        return _first_of_each(query_parameters(self.request.target))

    @_Lazy
    def headers(self) -> Mapping[str, str]:
        """The headers with their names in lower case; of several with one name the first."""
        return _first_of_each((name.lower(), value) for name, value in self.request.headers)

    @_Lazy
    def cookies(self) -> Mapping[str, str]:
        """The cookies; of several with one name the first."""
        return _first_of_each(cookies(self.request.headers))

    @_Lazy
    def text(self) -> str:
        """The body as text, unpacked; what it unpacks to after 1 MiB is left out."""
        return self.data.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        """The body as JSON; raises ``NotJson`` with the reason."""
        value, problem = self._parsed
        if problem:
            raise NotJson(problem)
        return value

    @_Lazy
    def is_packed(self) -> bool:
        """Whether the body says that it is packed, so that it may be much larger than it looks."""
        return is_packed(self.request.headers)

    @_Lazy
    def data(self) -> bytes:
        """The body after its Content-Encoding, of which a little more than is read as JSON is unpacked."""
        headers, body = self.request.headers, self.request.body
        return unpacked(headers, body, LARGEST_JSON + 1).data if self.is_packed else body

    @_Lazy
    def _parsed(self) -> tuple[Any, str]:
        body = self.data
        if len(body) > LARGEST_JSON:
            return None, "the body is larger than 1 MiB"
        if not body.strip():
            return None, "the body is empty"
        try:
            return _DECODER.decode(body.decode(json.detect_encoding(body), "surrogatepass")), ""
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


_DECODER = json.JSONDecoder(parse_constant=_refuse)  # made once: loads() would make one each time


def _first_of_each(pairs: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found
