"""Which code judges which kind of scheme, and a scheme with its options filled in."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from hookscope.verification import httpsig, jwt, signed_text, tokens
from hookscope.verification.context import Refused
from hookscope.verification.job import Job, Match
from hookscope.verification.model import Scheme

JUDGES: Mapping[str, Callable[[Job], Match]] = {
    "hmac": signed_text.judge,
    "digest": signed_text.judge,
    "asymmetric": signed_text.judge,
    "static": tokens.judge_static,
    "basic": tokens.judge_basic,
    "jwt": jwt.judge_jwt,
    "jws-detached": jwt.judge_detached,
    "httpsig": httpsig.judge,
}


def judge(job: Job) -> Match:
    """Verify a request; raises ``Unsigned``, ``Refused`` or ``Unavailable``."""
    if not math.isfinite(job.at):  # nothing is too old for such a time
        raise Refused("missing_context", "The time of arrival is not known.")
    return JUDGES[job.scheme.kind](job)


def options_of(scheme: Scheme, given: Mapping[str, str]) -> dict[str, str]:
    """What is set for an endpoint, and the scheme's defaults for the rest."""
    return {**{name: value for name, value in scheme.options.items() if value is not None}, **given}


def with_options(scheme: Scheme, options: Mapping[str, str]) -> Scheme:
    """The scheme with ``{option:…}`` filled in where places are named."""
    if not scheme.options:
        return scheme

    def filled(text: str) -> str:
        for name, value in options.items():
            text = text.replace(f"{{option:{name}}}", value)
        return text

    token, timestamp = scheme.token, scheme.timestamp
    return replace(
        scheme,
        token=token and replace(token, source=filled(token.source), name=filled(token.name)),
        timestamp=timestamp and replace(timestamp, name=filled(timestamp.name)),
        signature=tuple(replace(place, name=filled(place.name)) for place in scheme.signature),
    )
