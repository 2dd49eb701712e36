"""The right value in the wrong place, or under the wrong name."""

from __future__ import annotations

import hmac
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from itertools import islice
from typing import Any, NamedTuple

from hookscope.deliveries import parts
from hookscope.verification import model
from hookscope.verification.context import Context, Refused, json_text, wire
from hookscope.verification.mistakes.case import Case, Spot, in_words, templates, wanted
from hookscope.verification.mistakes.senders import known_schemes
from hookscope.verification.model import Scheme, Secrets, SignaturePlace, TokenPlace
from hookscope.verification.places import where
from hookscope.verification.verdict import UNSIGNED, Diagnosis, Repair

VALUES_AT_MOST = 1_000  # of each kind
LOOKED_AT_AT_MOST = 4_000  # of JSON, with those that hold others
NAME_AT_MOST = 80
UNMISTAKABLE = 8  # bytes: a shorter secret may be equal to something by chance
JSON_AT_MOST = 65_536

_TRIED_AT_MOST = 8
_ABSENT_AT_MOST = 3
_SIMILAR = 0.8
_FIELDS = {"header": "Headers", "cookie": "Cookies", "query": "Query parameters", "json": "JSON Body"}
"""What the step of the automation calls them."""
_OPTION = re.compile(r"\{option:([^{}|]+)\}")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")


class Sent(NamedTuple):
    """One value of a request."""

    spot: Spot
    value: bytes


def found(case: Case) -> Diagnosis | None:
    """The secret, or the signature it makes, somewhere else."""
    if case.trial.scheme.kind in (model.STATIC, model.BASIC):
        return _secret_elsewhere(case)
    return _secret_as_signature(case) or _signature_elsewhere(case)


def hints(case: Case) -> Iterator[Diagnosis]:
    """A name like the one that is missing, whatever its value."""
    values = sent_values(case)
    unfit = ", but its value does not fit: check name and value." if case.trial.secrets else ": check the name."
    for spot in _absent(case):
        for sent in _nearest(spot, values)[:1]:
            yield Diagnosis("near_miss_name", f"There is a similar {where(*sent.spot)}{unfit}")


def sent_values(case: Case) -> list[Sent]:
    """All values of a request by their places, but none whose name cannot be shown or would give a secret away."""
    context = case.context
    readers = (_headers, _cookies, _query, _form, _json, _body)
    values = [sent for reader in readers for sent in islice(_carefully(reader(context)), VALUES_AT_MOST)]
    return [sent for sent in values if _may_be_shown(sent.spot.name, case.trial.secrets)]


def _may_be_shown(name: str, secrets: Secrets) -> bool:
    if len(name) > NAME_AT_MOST or not name.isprintable():
        return False
    written = {wire(name).lower(), name.encode("utf-8", "surrogatepass").lower()}
    hidden = [text for secret in secrets if (text := secret.strip().lower())]
    return not any(text == name or (len(text) > 3 and text in name) for text in hidden for name in written)


def _carefully(values: Iterator[Sent]) -> Iterator[Sent]:
    try:
        yield from values
    except Refused:
        return


def _headers(context: Context) -> Iterator[Sent]:
    for name, value in context.request.headers:
        if name.lower() != "cookie":
            yield Sent(Spot("header", name), wire(value).strip(b" \t"))


def _cookies(context: Context) -> Iterator[Sent]:
    for name, value in parts.cookies(context.request.headers):
        yield Sent(Spot("cookie", name), wire(value))


def _query(context: Context) -> Iterator[Sent]:
    for name, values in context.query().items():
        yield from (Sent(Spot("query", name.decode("utf-8", "replace")), value) for value in values)


def _form(context: Context) -> Iterator[Sent]:
    form = parts.form(context.request.headers, context.body)
    for field in form.fields if form else ():
        yield Sent(Spot("form", field.name), field.data)


def _json(context: Context) -> Iterator[Sent]:
    body = context.body
    if len(body) > JSON_AT_MOST or body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
        return
    waiting = deque[tuple[str, Any]]([("", context.json())])
    for _ in range(LOOKED_AT_AT_MOST):
        if not waiting:
            return
        path, value = waiting.popleft()
        text = json_text(value)
        if text is not None:
            yield Sent(Spot("json", path), text)
        elif len(path) <= NAME_AT_MOST:
            room = max(VALUES_AT_MOST - len(waiting), 0)
            waiting += ((f"{path}.{name}" if path else name, inner) for name, inner in islice(_children(value), room))


def _children(value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        return value.items()
    return ((str(index), inner) for index, inner in enumerate(value)) if isinstance(value, list) else ()


def _body(context: Context) -> Iterator[Sent]:
    yield Sent(Spot("body", ""), context.body.strip())


def _secret_elsewhere(case: Case) -> Diagnosis | None:
    """The secret itself in another place than the one that is looked at, the most likely place first."""
    spot = wanted(case.trial.scheme)[0]
    others = [sent for sent in sent_values(case) if not _same(sent.spot, spot)]
    fitting = [sent for sent in others if _is_secret(case, sent, spot.name)]
    if not fitting:
        return None
    best = min(fitting, key=lambda sent: (sent.spot.source != spot.source, -similarity(sent.spot.name, spot.name)))
    return _misplaced(case, spot, best.spot, "secret")


def _is_secret(case: Case, sent: Sent, name: str = "") -> bool:
    """Whether a value is a secret and not equal to one by chance: a short one has to have a name like this."""
    if not sum(hmac.compare_digest(secret, sent.value) for secret in case.shared_secrets):  # all, in constant time
        return False
    return len(sent.value) >= UNMISTAKABLE or similarity(sent.spot.name, name) >= _SIMILAR


def _same(one: Spot, other: Spot) -> bool:
    return one.source == other.source and (
        one.name == other.name or (one.source == "header" and one.name.lower() == other.name.lower())
    )


def _misplaced(case: Case, spot: Spot, found: Spot, what: str) -> Diagnosis:
    place = "body" if found.source == "json" else found.source
    if found.source == spot.source:
        similar = similarity(found.name, spot.name) >= _SIMILAR
        code = "near_miss_name" if similar else f"{what}_found_in_{place}"
        sentence = f"There is a {_named(found)} with the right value."
        return Diagnosis(code, sentence, repair_to(case, found, "Use that name"))
    code = f"{what}_found_in_{place}"
    return Diagnosis(code, _moved(spot, found, case.noun), repair_to(case, found, "Look for it there"))


def _moved(spot: Spot, found: Spot, noun: str) -> str:
    holder = {"json": f"The body holds the right {noun} under `{found.name}`", "body": f"The body is the right {noun}"}
    begin = holder.get(found.source, f"{in_words(found)} holds the right {noun}")
    called = "" if found.name == spot.name else f" as `{spot.name}`"
    instead = _FIELDS.get(found.source, "the body")
    return f"{begin}: in the step, put it under {_FIELDS.get(spot.source, 'the body')}{called} instead of {instead}."


def _named(spot: Spot) -> str:
    return f"`{spot.name}`" if spot.source == "header" else where(*spot)


def _secret_as_signature(case: Case) -> Diagnosis | None:
    """The secret itself where a signature should be, or anywhere when there is none: this sender computes none."""
    places = wanted(case.trial.scheme)
    for sent in sent_values(case):
        instead = case.reason == UNSIGNED or any(_same(sent.spot, spot) for spot in places)
        if instead and _is_secret(case, sent):
            sentence = f"{in_words(sent.spot)} holds the secret itself and no signature: choose a scheme for a token."
            if sent.spot.source in ("json", "body"):
                sentence = "The body holds the secret itself and no signature: choose a scheme for a token."
            return Diagnosis("secret_as_signature", sentence, repair_to(case, sent.spot, "Look for a token there"))
    return None


def _signature_elsewhere(case: Case) -> Diagnosis | None:
    """What the scheme looks for and does not find, under another name."""
    values = sent_values(case)
    for spot in _absent(case):
        for sent in _likely(spot, values):
            if case.verifies(case.trial.with_value(spot, sent.value)):
                return _misplaced(case, spot, sent.spot, "signature")
    return None


def _absent(case: Case) -> list[Spot]:
    """What the scheme needs and the request has not."""
    scheme = case.trial.scheme
    needed = [
        *wanted(scheme)[:1],
        *([Spot(scheme.timestamp.source, scheme.timestamp.name)] if scheme.timestamp else []),
    ]
    for template in templates(scheme):
        needed += [Spot(p.kind, p.argument) for p in template.placeholders() if p.kind in ("header", "query")]
    absent = [spot for spot in dict.fromkeys(needed) if spot.source != "signature" and case.value(spot) is None]
    return absent[:_ABSENT_AT_MOST]


def _likely(spot: Spot, values: list[Sent]) -> list[Sent]:
    """Values that may be the one that is missing: by their names, and whatever has a name for something secret."""
    secretive = [sent for sent in values if parts.holds_secret(sent.spot.name) or sent.spot.source == "body"]
    return list(dict.fromkeys([*_nearest(spot, values), *secretive]))[:_TRIED_AT_MOST]


def _nearest(spot: Spot, values: list[Sent]) -> list[Sent]:
    """Values of the same kind under similar names, the most similar first."""
    named = [(similarity(sent.spot.name, spot.name), sent) for sent in values if sent.spot.source == spot.source]
    return [sent for alike, sent in sorted(named, key=lambda each: -each[0]) if alike >= _SIMILAR]


def similarity(one: str, other: str) -> float:
    """How much alike two names are, up to 1: words in another order, a word more, or a letter wrong."""
    first, second = _words(one), _words(other)
    if first and first == second:
        return 1.0
    if first and second and (first < second or second < first):
        return 0.9
    matcher = SequenceMatcher(None, one[:NAME_AT_MOST].lower(), other[:NAME_AT_MOST].lower(), autojunk=False)
    return matcher.ratio() if min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= _SIMILAR else 0.0


def _words(name: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(name[:NAME_AT_MOST])} - {"x"}


def repair_to(case: Case, spot: Spot, label: str) -> Repair | None:
    """The change of configuration with which the right value is found in its place; ``None`` when there is none."""
    own, general = case.own.id.partition("-")[0], "static"
    others = [scheme for scheme in known_schemes() if scheme.kind == model.STATIC and scheme.options]
    others.sort(key=lambda scheme: [scheme.id.partition("-")[0] != family for family in (own, general)])
    for scheme, current in [(case.own, case.trial.options), *((other, {}) for other in others)]:
        options = _options_for(scheme, current, spot)
        if options and case.verifies(case.with_scheme(scheme, {**current, **options})):
            return Repair(label, tuple(options.items()), "" if scheme is case.own else scheme.id)
    return None


def _options_for(scheme: Scheme, current: Mapping[str, str], spot: Spot) -> dict[str, str] | None:
    """The options to set so that a scheme looks at a place."""
    place: TokenPlace | SignaturePlace | None = scheme.token or (scheme.signature[0] if scheme.signature else None)
    if place is None or spot.source not in _FIELDS:
        return None
    source, name = _OPTION.fullmatch(place.source), _OPTION.fullmatch(place.name)
    if not name or (not source and place.source != spot.source):
        return None
    moved = source and current.get(source[1]) != spot.source
    return {**({source[1]: spot.source} if source and moved else {}), name[1]: spot.name}
