"""Requests of another sender than the one whose scheme was chosen."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from hookscope.verification import primitives
from hookscope.verification.judging import options_of, with_options
from hookscope.verification.mistakes.case import Case, Spot, templates, wanted
from hookscope.verification.model import Scheme
from hookscope.verification.parsing import SchemeError, load_schemes
from hookscope.verification.verdict import UNSIGNED, Diagnosis, Repair

log = logging.getLogger(__name__)

_TRIED_AT_MOST = 8
_NAMED_AT_MOST = 3
_WITHOUT_SIGNATURE = frozenset({UNSIGNED, "malformed_signature", "bad_encoding"})
_COMMON = frozenset({"authorization", "signature", "x-signature", "x-webhook-signature", "webhook-signature"})
"""Headers that many senders use: they tell nothing of who sent a request."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What tells the requests of one scheme: names of headers in lower case, and an empty one for a token as the body.

    ``looked_at`` are those with its signature or token, ``used`` also those with whatever else is signed.
    """

    scheme: Scheme
    looked_at: frozenset[str]
    used: frozenset[str]


@cache
def known_schemes() -> tuple[Scheme, ...]:
    """The schemes that come with the program, read once."""
    try:
        return tuple(load_schemes().values())
    except (SchemeError, OSError) as error:
        log.warning("the schemes cannot be read, so no other sender is recognised: %s", error)
        return ()


@cache
def known_marks() -> tuple[Marks, ...]:
    """The marks of the schemes that come with the program."""
    return tuple(marks_of(with_options(scheme, options_of(scheme, {}))) for scheme in known_schemes())


def marks_of(scheme: Scheme) -> Marks:
    """The marks of a scheme whose options are filled in."""
    looked_at = [spot for spot in wanted(scheme) if "{" not in spot.name]
    signed = [Spot(p.kind, p.argument) for template in templates(scheme) for p in template.placeholders()]
    signed += [Spot(scheme.timestamp.source, scheme.timestamp.name)] if scheme.timestamp else []
    return Marks(scheme, _names(looked_at), _names([*looked_at, *(spot for spot in signed if spot.source == "header")]))


def _names(spots: Iterable[Spot]) -> frozenset[str]:
    return frozenset(spot.name.lower() for spot in spots if spot.source in ("header", "body"))


def found(case: Case) -> Diagnosis | None:
    """Another scheme under which the request verifies; a weaker one only where there is no signature to be refused."""
    own = case.trial.scheme
    for marks in _candidates(case)[:_TRIED_AT_MOST]:
        scheme = marks.scheme
        protects = scheme.covers_body or not own.covers_body or case.reason in _WITHOUT_SIGNATURE
        if protects and case.verifies(case.with_scheme(scheme, {})):
            repair = None if _weaker(scheme, own) else Repair("Use that scheme", scheme=scheme.id)
            sentence = f"The request is right for the scheme “{scheme.name}”: choose that one."
            return Diagnosis("looks_like_scheme", sentence, repair)
    return None


def hints(case: Case) -> Iterator[Diagnosis]:
    """The schemes whose own headers are there, whether or not the secret fits."""
    common = marks_of(case.trial.scheme).looked_at | _COMMON
    there = _there(case)
    telling = [marks for marks in _candidates(case) if marks.looked_at.isdisjoint(common)]
    best = [marks for marks in telling if len(marks.used & there) == len(telling[0].used & there)]
    if best:
        names = " or ".join(f"“{marks.scheme.name}”" for marks in best[:_NAMED_AT_MOST])
        yield Diagnosis(
            "looks_like_scheme", f"The request looks like {names}: choose that scheme if it comes from there."
        )


def _weaker(scheme: Scheme, own: Scheme) -> bool:
    return scheme.algorithm in primitives.WEAK and own.algorithm not in primitives.WEAK


def _candidates(case: Case) -> Sequence[Marks]:
    """The other schemes that find what they look for in this request, the most telling first."""
    there = _there(case)
    fitting = [each for each in known_marks() if each.scheme.id != case.own.id and each.looked_at & there]
    return sorted(fitting, key=lambda marks: (bool(marks.looked_at & _COMMON), -len(marks.used & there)))


def _there(case: Case) -> frozenset[str]:
    body = case.trial.request.body
    is_token = body.startswith(b"eyJ") and body.count(b".") == 2
    return frozenset(name.lower() for name, _ in case.trial.request.headers) | ({""} if is_token else set())
