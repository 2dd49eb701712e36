"""The kinds that sign a text made from the request: hmac, digest and asymmetric."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from hookscope.verification import model, primitives
from hookscope.verification.context import Context, Refused, Values
from hookscope.verification.job import Job, Match, Unavailable, Unsigned, refuse_absent
from hookscope.verification.model import Requirement, Scheme, Variant
from hookscope.verification.places import Found, describe, find
from hookscope.verification.template import Absent, Template
from hookscope.verification.times import check_window
from hookscope.verification.verdict import BODY_NOT_COVERED, NO_REPLAY_WINDOW, WEAK_ALGORITHM

MISMATCH = "The signature does not fit body and secret."


@dataclass(frozen=True, slots=True)
class Plan:
    """What is signed and how, for this request."""

    algorithm: str
    template: Template
    require: Sequence[Requirement]


@dataclass(frozen=True, slots=True)
class _Matched:
    """A signature that is right, and what was read beside it."""

    plan: Plan
    secret: int | None
    item: object
    timestamp: bytes | None
    fields: Values

    def apply(self, context: Context) -> None:
        """Make a context read what belongs to this signature."""
        context.item, context.timestamp, context.fields = self.item, self.timestamp, self.fields


def judge(job: Job) -> Match:
    """Verify a signature over a template; raises ``Unsigned``, ``Refused`` or ``Unavailable``."""
    scheme, context = job.scheme, job.context
    found_of = [(item, _find_in_item(job, item)) for item in _items(job)] if scheme.each else [(None, _find(job))]
    _need_keys(job)
    keys = job.mac_keys() if scheme.kind != model.ASYMMETRIC else []
    matched = [_match(job, item, keys, found) for item, found in found_of]
    for each in matched:  # a forged item says so before a stale one does
        each.apply(context)
        _check(job, each)
    found_warnings = [warning for each in matched for warning in _warnings(scheme, each)]
    return Match(matched[-1].secret, tuple(dict.fromkeys(found_warnings)))


def _match(job: Job, item: object, keys: Sequence[tuple[int, bytes]], found: Sequence[Found]) -> _Matched:
    job.context.item = item
    plan = plan_for(job.scheme, job.context)
    secret = _first_match(job, plan, keys, _together(found))
    return _Matched(plan, secret, item, job.context.timestamp, job.context.fields)


def _together(found: Sequence[Found]) -> Sequence[Found]:
    """The signatures that are over one text as one, so that a hundred headers do not hash the body a hundred times."""
    plain = [each for each in found if not each.fields]
    if len(plain) < 2:
        return found
    candidates = tuple(candidate for each in plain for candidate in each.candidates)
    return [Found(plain[0].place, candidates), *(each for each in found if each.fields)]


def _check(job: Job, matched: _Matched) -> None:
    """What has to hold besides the signature."""
    _check_requirements(job, matched.plan.require)
    place = job.scheme.timestamp
    if place and place.enforce:
        check_window(matched.timestamp, place, job.at)
        job.note("in_time")


def _warnings(scheme: Scheme, matched: _Matched) -> Iterator[str]:
    """What a match does not protect from."""
    if not scheme.covers_body:
        yield BODY_NOT_COVERED
    if matched.plan.algorithm in primitives.WEAK:
        yield WEAK_ALGORITHM
    if scheme.timestamp and not (scheme.timestamp.enforce and _signs_time(scheme, matched)):
        yield NO_REPLAY_WINDOW


def _signs_time(scheme: Scheme, matched: _Matched) -> bool:
    place = scheme.timestamp
    inside = place is not None and place.source in ("json", "form") and scheme.covers_body
    return matched.timestamp is not None and (inside or matched.plan.template.uses("timestamp"))


def plan_for(scheme: Scheme, context: Context) -> Plan:
    """The algorithm, template and requirements that this request asks for; raises ``Refused`` when none fits."""
    if not scheme.variant:
        return plan_of(scheme, Variant())
    for variant in scheme.variant:
        if _meets(variant, context):
            return plan_of(scheme, variant)
    raise Refused("alg_not_allowed", "The request is signed in a version that this scheme does not know.")


def plan_of(scheme: Scheme, variant: Variant) -> Plan:
    """What is signed, and how, by requests of one variant."""
    algorithm = variant.algorithm or scheme.algorithm
    return Plan(algorithm, variant.template or scheme.template, (*scheme.require, *variant.require))


def _meets(variant: Variant, context: Context) -> bool:
    for condition in variant.when:
        try:
            left = context.render(condition.left)
            if condition.equals is not None and left != context.render(condition.equals):
                return False
        except Absent:
            return False
    return True


def _items(job: Job) -> list[object]:
    path = job.scheme.each
    if not job.context.body:
        raise Unsigned("The request has no body, which would hold the signatures.")
    items = job.context.json_all(path)
    if not items or any(not isinstance(item, dict) for item in items):
        raise Refused("malformed_body", f"The body has no list of items at `{path}`.")
    return items


def _find_in_item(job: Job, item: object) -> list[Found]:
    """The signatures of one item of a batch."""
    job.context.item = item
    return _find(job)


def _find(job: Job) -> list[Found]:
    places = job.scheme.signature
    if all(place.source in ("json", "form") for place in places) and not job.context.body:
        raise Unsigned("The request has no body, which would hold the signature.")
    found = find(job.context, places)
    if not found:
        raise Unsigned(f"The request has no {' and no '.join(describe(place) for place in places)}.")
    job.note("found", describe(found[0].place), sum(len(each.candidates) for each in found))
    return found


def _need_keys(job: Job) -> None:
    fetch = job.scheme.key.fetch
    if fetch and not job.secrets and not job.scheme.key.value:
        sentence = f"The sender's certificate is not stored. `{fetch.name}` names it; nothing is fetched by itself."
        raise Unavailable("key_unavailable", sentence)
    job.need_secrets()


def _first_match(job: Job, plan: Plan, keys: Sequence[tuple[int, bytes]], found: Sequence[Found]) -> int | None:
    """The secret under which one of the signatures is right; raises ``Refused`` when none is."""
    for each in found:
        _take_timestamp(job, each)
        if job.scheme.kind == model.ASYMMETRIC:
            matched, secret = _public_match(job, plan, each)
        else:
            matched, secret = _mac_match(job, plan, keys, each)
        if matched:
            return secret
    raise Refused("signature_mismatch", MISMATCH)


def _take_timestamp(job: Job, found: Found) -> None:
    place, context = job.scheme.timestamp, job.context
    context.fields = found.fields
    if place is not None:
        context.timestamp = context.find("sig" if place.source == "signature" else place.source, place.name)


def _mac_match(job: Job, plan: Plan, keys: Sequence[tuple[int, bytes]], found: Found) -> tuple[bool, int | None]:
    matched, secret = False, None
    for text_key, text in _texts(job, plan.template, keys):
        for index, key in keys if text_key is None else (text_key,):
            made = made_of(job.scheme.kind, plan.algorithm, key, text)
            job.expected, job.got = (job.expected, job.got) if job.expected else (made, found.candidates[0])
            for candidate in found.candidates:  # all of them: how long this takes tells nothing
                if hmac.compare_digest(candidate, made):
                    matched, secret = True, index
                    job.expected, job.got = made, candidate
    if matched:
        job.note("mac_fits", plan.algorithm)
    return matched, secret


def made_of(kind: str, algorithm: str, key: bytes, text: bytes) -> bytes:
    """The MAC or plain digest of a text."""
    return primitives.digest(algorithm, text) if kind == model.DIGEST else primitives.mac(algorithm, key, text)


def _texts(
    job: Job, template: Template, keys: Sequence[tuple[int, bytes]]
) -> Iterator[tuple[tuple[int, bytes] | None, bytes]]:
    """The texts that may have been signed: for each form of the address, and for each secret that is part of it."""
    context = job.context
    own = keys if template.uses("secret") else (None,)
    for url in _urls(context.request.url, job.scheme.url_forms) if template.uses("url") else (context.request.url,):
        context.url = url
        for key in own:
            context.secret = key[1] if key else None
            yield key, signed_text(job, template)


def signed_text(job: Job, template: Template) -> bytes:
    """The text a template gives for this request; raises ``Refused``."""
    try:
        text = job.context.render(template)
    except Absent as error:
        raise refuse_absent(error) from None
    job.note("text", len(text), template.text)
    return text


def _public_match(job: Job, plan: Plan, found: Found) -> tuple[bool, int | None]:
    keys = [(index, each.key) for index, each in job.public_keys() if primitives.fits(plan.algorithm, each.key)]
    if not keys:
        raise Refused("invalid_secret", f"The stored key is not one for {plan.algorithm}.")
    for _, text in _texts(job, plan.template, ()):
        for index, key in keys:
            if any(primitives.is_signed(plan.algorithm, key, candidate, text) for candidate in found.candidates):
                job.note("signature_fits", plan.algorithm)
                return True, index
    return False, None


def _check_requirements(job: Job, requirements: Sequence[Requirement]) -> None:
    for need in requirements:
        try:
            left = job.context.render(need.left)
        except Absent as error:
            if need.optional:
                continue
            raise refuse_absent(error) from None
        try:
            right = job.context.render(need.equals)
        except Absent as error:
            raise refuse_absent(error) from None
        if not hmac.compare_digest(left, right):
            raise Refused(need.reason, _requirement_sentence(need))
        job.note("required", need.left.text, need.equals.text)


def _requirement_sentence(need: Requirement) -> str:
    if need.reason == "body_hash_mismatch":
        return "The body is not the one that was signed."
    return f"`{need.left.text}` is not `{need.equals.text}`, as this scheme asks for."


def _urls(url: str, forms: Sequence[str]) -> list[str]:
    """An address in the forms that a sender may have signed, each once."""
    found: list[str] = []
    for form in forms:
        made = url if form == "as-is" else _with_port(url, wanted=form == "with-default-port")
        if made not in found:
            found.append(made)
    return found


def _with_port(url: str, *, wanted: bool) -> str:
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError:
        return url
    host = split.netloc
    if port is not None and not wanted:
        host = host.rpartition(":")[0]
    elif port is None and wanted and (default := {"https": 443, "http": 80}.get(split.scheme)):
        host = f"{host}:{default}"
    return url.replace(f"://{split.netloc}", f"://{host}", 1)
