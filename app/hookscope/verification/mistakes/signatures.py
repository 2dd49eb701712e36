"""Mistakes in what is signed and in how the signature is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import permutations

from hookscope.verification import model, primitives
from hookscope.verification.encodings import ENCODINGS
from hookscope.verification.mistakes.case import Case, Changes, Mistake, Trial, uses
from hookscope.verification.mistakes.values import NAMES
from hookscope.verification.model import Scheme, SignaturePlace
from hookscope.verification.template import OptionalPart, Placeholder, Template

PREFIXES = ("", "sha256=", "sha1=", "sha512=", "hmac-sha256=", "v1=", "v0=", "v1,")
DELIMITERS = (b"", b".", b":", b"|", b"\n", b",", b"-", b"_", b"&", b" ")

_REORDERED_AT_MOST = 4  # placeholders
_ADDRESS = re.compile(r"(https?)://([^/?#]*)([^?#]*)(.*)", re.DOTALL)
_PORT = re.compile(r":[0-9]+\Z")


def _encodings(case: Case) -> Iterator[tuple[str, Trial]]:
    for encoding in ENCODINGS:  # its own too, where a scheme has places in several
        places = tuple(replace(place, encoding=encoding) for place in case.trial.scheme.signature)
        yield NAMES[encoding], _with_places(case, places)


def _prefixes(case: Case) -> Iterator[tuple[str, Trial]]:
    for prefix in PREFIXES:
        words = f"with `{prefix}`" if prefix else "without anything"
        places = tuple(replace(place, format="plain", prefix=prefix) for place in case.trial.scheme.signature)
        yield words, _with_places(case, places)


def _with_places(case: Case, places: tuple[SignaturePlace, ...]) -> Trial:
    return replace(case.trial, scheme=replace(case.trial.scheme, signature=places))


def _algorithms(case: Case) -> Iterator[tuple[str, Trial]]:
    scheme = case.trial.scheme
    for algorithm in primitives.MACS if scheme.kind == model.HMAC and not scheme.variant else ():
        words = f"{algorithm.upper()}, and this scheme with {scheme.algorithm.upper()}"
        yield words, replace(case.trial, scheme=replace(scheme, algorithm=algorithm))


def _signed(changes: Changes) -> Changes:
    """Changes that make sense only for a signature over a template."""
    return lambda case: changes(case) if case.trial.scheme.kind in model.SIGNED_TEXT else ()


def _templates(case: Case) -> Iterator[tuple[str, Trial]]:
    scheme = case.trial.scheme
    if scheme.variant or scheme.kind not in model.SIGNED_TEXT:
        return
    variants = {template.text: template for template in template_variants(scheme.template)}
    variants.pop(scheme.template.text, None)
    for template in variants.values():
        words = f"`{_shown(template)}`, and this scheme `{_shown(scheme.template)}`"
        yield words, replace(case.trial, scheme=replace(scheme, template=template))


def _shown(template: Template) -> str:
    return template.text.replace("\n", "\\n")


def template_variants(template: Template) -> Iterator[Template]:
    """The same placeholders in another order or with other text between them, and the body alone."""
    if any(isinstance(part, OptionalPart) for part in template.parts):
        return
    values = [part for part in template.parts if isinstance(part, Placeholder)]
    first, between, last = _literals(template)
    if len(values) > 1:
        for delimiter in DELIMITERS:
            yield _joined(values, first, [delimiter] * len(between), last)
        for order in permutations(values) if len(values) < _REORDERED_AT_MOST else (values[::-1],):
            yield _joined(order, first, between, last)
        yield from (_joined([value], b"", [], b"") for value in values if value.kind == "body")
    if values and (first or last):
        yield _joined(values, b"", between, b"")


def _literals(template: Template) -> tuple[bytes, list[bytes], bytes]:
    """The text before, between, and behind the placeholders."""
    pieces = [b""]
    for part in template.parts:
        if isinstance(part, bytes):
            pieces[-1] += part
        else:
            pieces.append(b"")
    return pieces[0], pieces[1:-1], pieces[-1] if len(pieces) > 1 else b""


def _joined(values: Sequence[Placeholder], first: bytes, between: Sequence[bytes], last: bytes) -> Template:
    parts: list[bytes | Placeholder] = [first]
    for value, after in zip(values, [*between, last], strict=True):
        parts += [value, after]
    text = "".join(part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part) for part in parts)
    return Template(text, tuple(part for part in parts if part))


def _address(change: Callable[[re.Match[str], Case], Iterable[tuple[str, str]]]) -> Changes:
    """Other addresses that the sender may have signed."""

    def changes(case: Case) -> Iterator[tuple[str, Trial]]:
        request = case.trial.request
        found = _ADDRESS.fullmatch(request.url)
        if found and (case.trial.scheme.kind == model.HTTPSIG or uses(case.trial.scheme, "url")):
            for words, url in change(found, case):
                yield words, replace(case.trial, request=replace(request, url=url))

    return changes


def _other_scheme(url: re.Match[str], _: Case) -> Iterator[tuple[str, str]]:
    other = "http" if url[1] == "https" else "https"
    yield other, f"{other}://{url[2]}{url[3]}{url[4]}"


def _slash(url: re.Match[str], _: Case) -> Iterator[tuple[str, str]]:
    if url[3].endswith("/"):
        yield "without", f"{url[1]}://{url[2]}{url[3].removesuffix('/')}{url[4]}"
    else:
        yield "with", f"{url[1]}://{url[2]}{url[3]}/{url[4]}"


def _port(url: re.Match[str], _: Case) -> Iterator[tuple[str, str]]:
    host = _PORT.sub("", url[2])
    if host != url[2]:
        yield "without", f"{url[1]}://{host}{url[3]}{url[4]}"
    else:
        port = "443" if url[1] == "https" else "80"
        yield "with", f"{url[1]}://{host}:{port}{url[3]}{url[4]}"


def _host(url: re.Match[str], case: Case) -> Iterator[tuple[str, str]]:
    for name in ("Host", "X-Forwarded-Host", "X-Original-Host"):
        host = case.trial.request.header(name)
        if host and host != url[2]:
            yield f"the one in the header `{name}`", f"{url[1]}://{host}{url[3]}{url[4]}"


def _query(url: re.Match[str], _: Case) -> Iterator[tuple[str, str]]:
    if url[4]:
        yield "", f"{url[1]}://{url[2]}{url[3]}"


WRITTEN: Sequence[Mistake] = (
    Mistake(
        "signature_encoding",
        "The signature is right, but in {0}: correct the sender, or use a scheme that reads it so.",
        _signed(_encodings),
    ),
    Mistake(
        "signature_prefix",
        "The signature is right, but written {0} before it: correct the sender, or use a scheme that reads it so.",
        _signed(_prefixes),
    ),
    Mistake(
        "other_algorithm",
        "The sender signs with {0}: correct the sender, or use a scheme with that algorithm.",
        _algorithms,
    ),
)

SIGNED: Sequence[Mistake] = (
    Mistake(
        "template_variant",
        "The sender signs {0}: correct the sender, or use a scheme with that text.",
        _templates,
    ),
    Mistake(
        "url_scheme",
        "The sender signs the address with {0}://: set the address there exactly as it is shown here.",
        _address(_other_scheme),
    ),
    Mistake(
        "url_trailing_slash",
        "The sender signs the address {0} a slash at its end: set it there exactly as it is shown here.",
        _address(_slash),
    ),
    Mistake(
        "url_port",
        "The sender signs the address {0} a port: set it there exactly as it is shown here.",
        _address(_port),
    ),
    Mistake(
        "url_host",
        "The sender signs an address with another host, {0}: set it there exactly as it is shown here.",
        _address(_host),
    ),
    Mistake(
        "url_query",
        "The sender signs the address without what follows the question mark: correct the sender.",
        _address(_query),
    ),
)


def _units(case: Case) -> Iterator[tuple[str, Trial]]:
    """Everything measured in thousandths or thousands of a second: times that are signed cannot be changed."""
    for words, factor in (
        ("milliseconds, not seconds", 1000),
        ("seconds, not milliseconds", 0.001),
    ):
        yield words, replace(case.trial, scheme=_measured(case.trial.scheme, factor), at=case.trial.at * factor)


def _measured(scheme: Scheme, factor: float) -> Scheme:
    place, age = scheme.timestamp, scheme.max_age
    return replace(
        scheme,
        timestamp=place
        and replace(place, tolerance=place.tolerance * factor, future_tolerance=place.future_tolerance * factor),
        max_age=None if age is None else age * factor,
        leeway=scheme.leeway * factor,
    )


TIMES: Sequence[Mistake] = (
    Mistake(
        "timestamp_unit",
        "The sender gives the time in {0}: correct the sender, or use a scheme that reads it so.",
        _units,
    ),
)
