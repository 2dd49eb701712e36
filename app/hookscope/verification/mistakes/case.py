"""A failure to explain: what was judged, and judging it again with one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from hookscope.deliveries import Request
from hookscope.verification import model
from hookscope.verification.context import Context, Refused
from hookscope.verification.job import Job, Unavailable, Unsigned
from hookscope.verification.judging import judge, options_of, with_options
from hookscope.verification.keys import is_key_text
from hookscope.verification.model import Scheme, Secrets
from hookscope.verification.places import where
from hookscope.verification.template import Template
from hookscope.verification.verdict import Diagnosis

TRIES_AT_MOST = 120
FEWEST_TRIES = 12
BYTES_AT_MOST = 16 << 20  # that are judged again in all

FIELDS = ("form", "form_sorted", "json", "item")
FIELDS_COST = 32  # reading fields of a body takes so much longer than hashing it
SOURCES = frozenset({"header", "cookie", "query", "form", "json", "body"})


class Spot(NamedTuple):
    """A place of a request."""

    source: str
    name: str


@dataclass(frozen=True, slots=True)
class Trial:
    """Everything a verdict depends on; ``values`` are read instead of what the request has at those places."""

    scheme: Scheme  # its options are filled in
    options: Mapping[str, str]
    secrets: Secrets = field(repr=False)
    request: Request = field(repr=False)
    at: float
    values: Mapping[Spot, bytes] = field(default_factory=dict, repr=False)

    def with_value(self, spot: Spot, value: bytes) -> Trial:
        """The same with another value at a place."""
        if spot.source == "body":
            return self.with_body(value)
        return replace(self, values={**self.values, spot: value})

    def with_body(self, body: bytes) -> Trial:
        """The same with another body, which is not packed."""
        headers = self.request.headers
        if self.scheme.decoded_body:
            headers = tuple(pair for pair in headers if pair[0].lower() != "content-encoding")
        return replace(self, request=replace(self.request, headers=headers, body=body))


class _Context(Context):
    """A request in which some places hold something else."""

    values: Mapping[Spot, bytes] = {}

    def _plain(self, kind: str, argument: str) -> bytes | None:
        changed = self.values.get(Spot(kind, argument))
        return super()._plain(kind, argument) if changed is None else changed

    def headers(self, name: str) -> list[bytes]:
        changed = self.values.get(Spot("header", name))
        return super().headers(name) if changed is None else [changed]

    def json_all(self, path: str, value: Any = ...) -> list[Any]:
        changed = self.values.get(Spot("json", path)) if value is ... else None
        return super().json_all(path, value) if changed is None else [changed.decode("utf-8", "surrogateescape")]


@dataclass(slots=True)
class Case:
    """One failure: the scheme as it is written, what was judged, and how often something else may still be tried."""

    own: Scheme
    trial: Trial
    context: Context = field(repr=False)
    reason: str
    tries: int = field(init=False)

    def __post_init__(self) -> None:
        scheme = self.trial.scheme
        fields = any(uses(scheme, kind) for kind in FIELDS) or any(spot.source in FIELDS for spot in wanted(scheme))
        affordable = BYTES_AT_MOST // max(len(self.trial.request.body) * (FIELDS_COST if fields else 1), 1)
        self.tries = min(TRIES_AT_MOST, max(affordable, FEWEST_TRIES))

    def verifies(self, trial: Trial) -> bool:
        """Whether a request like this would verify; nothing does once too much has been tried."""
        if self.tries <= 0:
            return False
        self.tries -= 1
        context = _Context(trial.request, trial.options, decoded_body=trial.scheme.decoded_body)
        context.values = trial.values
        try:
            judge(Job(trial.scheme, trial.secrets, context, trial.at))
        except (Unsigned, Refused, Unavailable):
            return False
        return True

    def value(self, spot: Spot) -> bytes | None:
        """What the request has at a place, ``None`` when that cannot be told."""
        if spot.source not in SOURCES:
            return None
        try:
            return self.context.body if spot.source == "body" else self.context.find(*spot)
        except Refused:
            return None

    @property
    def noun(self) -> str:
        """What the scheme looks for, in a word."""
        scheme = self.trial.scheme
        if scheme.kind == model.BASIC:
            return "value"
        return "signature" if scheme.strength == "signature" and scheme.kind != model.JWT else "token"

    def with_scheme(self, scheme: Scheme, options: Mapping[str, str]) -> Trial:
        """The same request and secrets under a scheme as it is written; what is set for any scheme stays."""
        general = {name: text for name, text in self.trial.options.items() if name not in self.own.options}
        filled = options_of(scheme, {**general, **options})
        return replace(self.trial, scheme=with_options(scheme, filled), options=filled)

    @property
    def shared_secrets(self) -> Secrets:
        """The secrets that nobody but sender and receiver knows, without those that are empty."""
        if self.trial.scheme.kind == model.ASYMMETRIC:
            return ()
        return tuple(secret for secret in self.trial.secrets if secret.strip() and not is_key_text(secret))


Changes = Callable[[Case], Iterable[tuple[str, Trial]]]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake: its code, its sentence, and what undoes it.

    In the sentence the change tells what ``{0}`` is, and ``{noun}`` is what the scheme looks for.
    """

    code: str
    sentence: str
    changes: Changes


def first_of(case: Case, mistakes: Iterable[Mistake]) -> Diagnosis | None:
    """The first mistake that explains the failure."""
    for mistake in mistakes:
        for words, trial in mistake.changes(case):
            if case.verifies(trial):
                return Diagnosis(mistake.code, mistake.sentence.format(words, noun=case.noun))
    return None


def wanted(scheme: Scheme) -> list[Spot]:
    """Where a scheme looks for the token or signature."""
    if scheme.kind == model.BASIC:
        return [Spot("header", "Authorization")]
    if scheme.kind == model.HTTPSIG:
        return [Spot("header", "Signature-Input"), Spot("header", "Signature")]
    if scheme.token:
        return [Spot(scheme.token.source, scheme.token.name)]
    return [Spot(place.source, place.name.replace("{n}", "1")) for place in scheme.signature if place.source in SOURCES]


def templates(scheme: Scheme) -> Iterator[Template]:
    """All texts that a scheme makes of a request."""
    yield from [scheme.template] if scheme.kind in model.SIGNED_TEXT and not scheme.variant else []
    yield from (variant.template or scheme.template for variant in scheme.variant)
    needs = [*scheme.require, *(need for variant in scheme.variant for need in variant.require)]
    yield from (each for need in needs for each in (need.left, need.equals))
    yield from (claim.value for claim in scheme.hashes)


def covers(scheme: Scheme) -> bool:
    """Whether the body as a whole is signed."""
    return scheme.kind in (model.JWS_DETACHED, model.HTTPSIG) or uses(scheme, "body")


def uses(scheme: Scheme, kind: str) -> bool:
    """Whether a scheme looks at this part of a request."""
    return any(template.uses(kind) for template in templates(scheme))


def in_words(spot: Spot) -> str:
    """A place at the beginning of a sentence: a header by its name alone."""
    named = where(*spot)
    return f"`{spot.name}`" if spot.source == "header" else f"The {named}"
