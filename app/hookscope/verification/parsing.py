"""Schemes from TOML or JSON tables: unknown keys are refused, and every fault names its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hookscope.bundled import resources
from hookscope.strict_table import StrictTable, TableError
from hookscope.verification import model, primitives
from hookscope.verification.encodings import ENCODINGS
from hookscope.verification.httpsig import ALGORITHMS as HTTPSIG_ALGORITHMS
from hookscope.verification.jwt import ALGORITHMS as JWT_ALGORITHMS
from hookscope.verification.model import (
    ClaimHash,
    Condition,
    DeliveryId,
    KeyFetch,
    KeyFormat,
    Requirement,
    Scheme,
    SignaturePlace,
    TimestampPlace,
    TokenPlace,
    Variant,
)
from hookscope.verification.template import BODY, Template, TemplateError, parse_template
from hookscope.verification.verdict import FAILURES

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_OPTION = re.compile(r"[a-z][a-z0-9_]*")

_KINDS = ("hmac", "digest", "asymmetric", "static", "basic", "jwt", "jws-detached", "httpsig")
_KEY_ENCODINGS = ("utf8", "hex", "base64", "base64url", "pem", "spki-base64", "jwk", "jwks")
_TIME_FORMATS = ("unix", "unix_ms", "rfc3339", "http_date")
_ALGORITHMS: Mapping[str, Sequence[str]] = {
    "hmac": tuple(primitives.MACS),
    "digest": primitives.DIGESTS,
    "asymmetric": primitives.ASYMMETRIC,
}
_ALGORITHM_LISTS: Mapping[str, Sequence[str]] = {
    "jwt": tuple(JWT_ALGORITHMS),
    "jws-detached": tuple(JWT_ALGORITHMS),
    "httpsig": tuple(HTTPSIG_ALGORITHMS),
}
_SIGNATURE_SOURCES = ("header", "query", "form", "json", "item")
_SHARED_ENCODINGS = ("utf8", *ENCODINGS)
# What a kind does not look at is refused: nobody may believe that it is checked.
_KEYS_OF_KINDS: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(
        ("signature", "timestamp", "template", "url_forms", "each", "require", "variant"), model.SIGNED_TEXT
    ),
    **dict.fromkeys(("claims", "require_claims", "leeway", "hashes", "payload_claim"), (model.JWT,)),
    "algorithm": model.SIGNED_TEXT,
    "algorithms": (model.JWT, model.JWS_DETACHED, model.HTTPSIG),
    "token": model.TOKEN_KINDS,
    "max_age": (model.JWT, model.HTTPSIG),
    "require_components": (model.HTTPSIG,),
}


class SchemeError(ValueError):
    """A scheme cannot be used; the text names the key at fault, and the file where there is one."""


def parse_scheme(table: Mapping[str, Any], id: str = "custom") -> Scheme:
    """One scheme from a table; raises ``SchemeError``."""
    try:
        _check_texts(table)
        read = StrictTable(dict(table))
        scheme = _scheme(read, id)
        read.finish()
        _check(scheme)
    except TableError as error:
        raise SchemeError(str(error)) from None
    return scheme


def read_schemes(text: str, id: str = "custom") -> dict[str, Scheme]:
    """The schemes of a TOML text by id: one at its top level, or one a table; raises ``SchemeError``."""
    try:
        document = tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SchemeError(f"This is not TOML: {error}.") from None
    if not isinstance(document.get("name"), dict) and ("name" in document or "kind" in document):
        return {id: parse_scheme(document, id)}
    return {name: _named(name, table) for name, table in document.items()}


def load_schemes(folder: Path | None = None) -> dict[str, Scheme]:
    """The schemes that come with the program, or those of a folder, by id; raises ``SchemeError`` naming the file."""
    found: dict[str, Scheme] = {}
    for path in sorted((folder or resources() / "schemes").glob("*.toml")):
        try:
            read = read_schemes(path.read_text("utf-8"), path.stem)
        except (SchemeError, UnicodeDecodeError) as error:
            raise SchemeError(f"{path.name}: {error}") from None
        if twice := found.keys() & read.keys():
            raise SchemeError(f"{path.name}: {min(twice)} is there twice.")
        found |= read
    return dict(sorted(found.items(), key=lambda item: (item[1].rank or len(found), item[1].name.casefold())))


def _check_texts(value: Any) -> None:
    """Half a surrogate pair, which JSON can hold, is no text that could ever be signed or found."""
    for inner in value.items() if isinstance(value, Mapping) else value:
        if isinstance(inner, str) and not inner.isascii() and re.search("[\ud800-\udfff]", inner):
            raise TableError(f"The text {inner!r} is not one: half a character is missing.")
        if isinstance(inner, (Mapping, list, tuple)):
            _check_texts(inner)


def _named(id: str, table: Any) -> Scheme:
    try:
        return parse_scheme(table if isinstance(table, dict) else {}, id)
    except SchemeError as error:
        raise SchemeError(f"[{id}] {error}") from None


def _scheme(table: StrictTable, id: str) -> Scheme:
    if not _ID.fullmatch(id):
        raise TableError(f"The id {id!r} must be in kebab-case, as in my-sender.")
    kind = _choice(table, "kind", _KINDS, "hmac")
    for key, kinds in _KEYS_OF_KINDS.items():
        if key in table and kind not in kinds:
            raise TableError(f"{table.place(key)} does not belong to the kind {kind}.")
    signature, token = tuple(map(_signature, table.tables("signature"))), _token(table, kind)
    timestamp = _timestamp(table.table("timestamp")) if "timestamp" in table else None
    template, variant = _template(table, "template", BODY), tuple(_variants(table, kind))
    covers = _covers_body(kind, template, variant, table)
    return Scheme(
        id=id,
        name=table.text("name", id),
        docs=table.text("docs", ""),
        kind=kind,
        algorithm=_algorithm(table, kind, required=not variant),
        algorithms=_algorithms(table, kind),
        decoded_body=_choice(table, "body", ("wire", "decoded"), "wire") == "decoded",
        covers_body=covers,
        key=_key(table.table("key", required=False), kind),
        signature=signature,
        timestamp=timestamp,
        template=template,
        url_forms=_choices(table, "url_forms", ("as-is", "without-port", "with-default-port"), ("as-is",)),
        each=table.text("each", ""),
        require=_requirements(table),
        variant=variant,
        options=_options(table),
        token=token,
        claims=_claims(table),
        require_claims=table.texts("require_claims", ()),
        max_age=_seconds(table, "max_age") if "max_age" in table else None,
        leeway=_seconds(table, "leeway", 0.0),
        hashes=tuple(map(_hash, table.tables("hashes"))),
        require_components=table.texts("require_components", ()),
        payload_claim=table.text("payload_claim", ""),
        delivery_id=_delivery_id(table.table("delivery_id")) if "delivery_id" in table else None,
        aliases=table.texts("aliases", ()),
        rank=table.integer("rank", 0, range(1000)),
    )


def _check(scheme: Scheme) -> None:
    """What can be told only from several keys together."""
    if scheme.kind in model.SIGNED_TEXT and not scheme.signature:
        raise TableError("signature is missing. Say where the signature stands.")
    for variant in scheme.variant[:-1]:
        if not variant.when:
            raise TableError("variant: only the last one may have no when, because the first that fits is used.")
    if any(place.source == "item" for place in scheme.signature) and not scheme.each:
        raise TableError("signature.from: item needs each, which says where the items are.")
    in_signature = scheme.timestamp is not None and scheme.timestamp.source == "signature"
    if in_signature and not any(place.format == "pairs" for place in scheme.signature):
        raise TableError("timestamp.from: signature needs a signature whose format is pairs.")
    for place in scheme.signature:
        if place.format != "plain" and not place.key:
            raise TableError(f"signature.key is missing: it says which entry of {place.name} is the signature.")
    _check_secret_in_text(scheme)
    _check_families(scheme)
    _check_options(scheme)


def _check_secret_in_text(scheme: Scheme) -> None:
    """A plain digest proves something only when the secret is in the text; a public key signs no secret."""
    for template in (variant.template or scheme.template for variant in scheme.variant or (Variant(),)):
        if scheme.kind == model.DIGEST and not template.uses("secret"):
            raise TableError("template: a digest without {secret} in it can be made by anybody.")
        if scheme.kind == model.ASYMMETRIC and template.uses("secret"):
            raise TableError("template: {secret} does not belong to the kind asymmetric.")


def _check_families(scheme: Scheme) -> None:
    """A sender that may choose the algorithm must not turn a public key into a shared secret."""
    names = {**JWT_ALGORITHMS, **HTTPSIG_ALGORITHMS}
    shared = {names[name] in primitives.MACS for name in scheme.algorithms}
    if len(shared) == 2 and scheme.key.encoding in ENCODINGS:
        raise TableError("algorithms: with keys in this encoding, use either only shared secrets or only public keys.")


def _check_options(scheme: Scheme) -> None:
    for text in used_options(scheme):
        if text not in scheme.options:
            raise TableError(f"options: {{option:{text}}} is used and not listed.")


def used_options(scheme: Scheme) -> set[str]:
    """The options that a scheme's places and templates name."""
    texts = [place.name for place in scheme.signature]
    texts += [part for place in (scheme.token, scheme.timestamp) if place for part in (place.source, place.name)]
    templates = [scheme.template, *(variant.template for variant in scheme.variant if variant.template)]
    templates += [each for need in scheme.require for each in (need.left, need.equals)]
    templates += [claim.value for claim in scheme.hashes]
    named = {found for text in texts for found in re.findall(r"\{option:([^{}|]+)\}", text)}
    return named | {p.argument for template in templates for p in template.placeholders() if p.kind == "option"}


def _algorithm(table: StrictTable, kind: str, *, required: bool) -> str:
    known = _ALGORITHMS.get(kind)
    if known is None:
        return ""
    return _choice(table, "algorithm", known, None if required else "")


def _algorithms(table: StrictTable, kind: str) -> tuple[str, ...]:
    known = _ALGORITHM_LISTS.get(kind)
    if known is None:
        return ()
    return _choices(table, "algorithms", known)


def _key(table: StrictTable, kind: str) -> KeyFormat:
    encoding = _choice(table, "encoding", _KEY_ENCODINGS, "utf8" if kind != "asymmetric" else "pem")
    if kind in (model.HMAC, model.DIGEST) and (encoding not in _SHARED_ENCODINGS or "value" in table):
        wrong = table.place("value" if "value" in table else "encoding")
        raise TableError(f"{wrong} is for public keys, and {kind} has a shared secret.")
    decoded = encoding != "utf8" or any(each in table for each in ("strip_prefixes", "value", "fetch"))
    if kind in (model.STATIC, model.BASIC) and decoded:
        raise TableError(f"key does not belong to the kind {kind}. A token is taken as it is written.")
    fetch = _fetch(table.table("fetch")) if "fetch" in table else None
    return KeyFormat(encoding, table.texts("strip_prefixes", ()), fetch, table.text("value", ""))


def _fetch(table: StrictTable) -> KeyFetch:
    fetch = KeyFetch(
        _choice(table, "from", ("header", "json")),
        table.text("name"),
        table.texts("hosts", ()),
        table.text("hosts_regex", ""),
        table.text("path", ""),
    )
    for key, pattern in (("hosts_regex", fetch.hosts_regex), ("path", fetch.path)):
        try:
            re.compile(pattern)
        except re.error as error:
            raise TableError(f"{table.place(key)} is not a regular expression: {error}.") from None
    return fetch


def _signature(table: StrictTable) -> SignaturePlace:
    tagged = _choice(table, "format", ("plain", "pairs", "tagged-list"), "plain")
    place = SignaturePlace(
        name=_text(table, "name"),
        source=_choice(table, "from", _SIGNATURE_SOURCES, "header"),
        numbered=table.integer("numbered", 0, range(101)),
        format=tagged,
        prefix=table.text("prefix", ""),
        separator=table.text("separator", " " if tagged == "tagged-list" else ","),
        kv=table.text("kv", "," if tagged == "tagged-list" else "="),
        key=table.text("key", ""),
        encoding=_choice(table, "encoding", ENCODINGS),
    )
    if place.prefix and tagged != "plain":
        raise TableError(f"{table.place('prefix')} belongs to the format plain.")
    if not place.separator or not place.kv:
        raise TableError(f"{table.place('separator' if not place.separator else 'kv')} must not be empty.")
    if bool(place.numbered) != ("{n}" in place.name):
        raise TableError(f"{table.place('name')}: {{n}} and numbered go together.")
    return place


def _timestamp(table: StrictTable) -> TimestampPlace:
    tolerance = _seconds(table, "tolerance", 300.0)
    return TimestampPlace(
        source=_choice(table, "from", ("header", "signature", "json", "form", "query")),
        name=_text(table, "name"),
        format=_choice(table, "format", _TIME_FORMATS, "unix"),
        tolerance=tolerance,
        future_tolerance=_seconds(table, "future_tolerance", tolerance),
        enforce=table.flag("enforce", True),
        required=table.flag("required", True),
    )


def _token(table: StrictTable, kind: str) -> TokenPlace | None:
    if kind not in model.TOKEN_KINDS:
        return None
    token = table.table("token")
    source = token.text("from", "header")
    if "{option:" not in source and source not in model.TOKEN_SOURCES:
        raise TableError(f"{token.place('from')} must be one of {', '.join(model.TOKEN_SOURCES)}.")
    name = token.text("name", "")
    if not name and source != "body":
        raise TableError(f"{token.place('name')} is missing.")
    return TokenPlace(source, name, token.text("scheme", ""))


def _requirements(table: StrictTable) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(
            _template(each, "left"),
            _template(each, "equals"),
            each.flag("optional", False),
            _choice(each, "reason", FAILURES, "malformed_signature"),
        )
        for each in table.tables("require")
    )


def _variants(table: StrictTable, kind: str) -> Iterator[Variant]:
    for each in table.tables("variant"):
        when = tuple(_conditions(each.table("when"))) if "when" in each else ()
        template = _template(each, "template") if "template" in each else None
        algorithm = _algorithm(each, kind, required=False) if "algorithm" in each else ""
        yield Variant(when, algorithm, template, _requirements(each))


def _conditions(table: StrictTable) -> Iterator[Condition]:
    if "all" in table:
        for each in table.tables("all"):
            yield from _conditions(each)
    elif "present" in table:
        yield Condition(_template(table, "present"))
    else:
        yield Condition(_template(table, "left"), _template(table, "equals"))


def _hash(table: StrictTable) -> ClaimHash:
    absent = _choice(table, "absent", ("fail", "ok-if-empty-body"), "fail")
    return ClaimHash(_text(table, "claim"), _template(table, "value"), absent)


def _delivery_id(table: StrictTable) -> DeliveryId:
    return DeliveryId(_choice(table, "from", ("header", "query", "json")), _text(table, "name"))


def _options(table: StrictTable) -> dict[str, str | None]:
    given = table.value("options", [])
    if isinstance(given, list):
        options: dict[Any, Any] = dict.fromkeys(table.texts("options", ()))
    elif isinstance(given, dict):
        options = given
    else:
        raise TableError(f"{table.place('options')} must be a list of names, or a table of names and defaults.")
    for name, default in options.items():
        if not _OPTION.fullmatch(name) or not isinstance(default, str | None):
            raise TableError(f"{table.place('options')}: {name} must be a name in lower case with a text as default.")
    return options


def _claims(table: StrictTable) -> dict[str, tuple[str, ...]]:
    claims: dict[str, tuple[str, ...]] = {}
    given = table.value("claims", {})
    if not isinstance(given, dict):
        raise TableError(f"{table.place('claims')} must be a table.")
    for name, wanted in given.items():
        values = [wanted] if isinstance(wanted, str) else wanted
        if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
            raise TableError(f"{table.place('claims')}.{name} must be a text or a list of texts.")
        claims[name] = tuple(values)
    return claims


def _covers_body(kind: str, template: Template, variants: Sequence[Variant], table: StrictTable) -> bool:
    """What the scheme says, else whether every text that may be signed has the body in it."""
    derived: Callable[[], bool] = {
        "jwt": lambda: _jwt_covers_body(table),
        "jws-detached": lambda: True,
        "httpsig": lambda: True,  # told from each request
        "static": lambda: False,
        "basic": lambda: False,
    }.get(kind, lambda: _templates_cover_body(template, variants))
    return table.flag("covers_body", derived())


def _jwt_covers_body(table: StrictTable) -> bool:
    token, hashes = table.value("token", {}), table.value("hashes", [])
    if isinstance(token, dict) and token.get("from") == "body":
        return True
    return "{body" in str(hashes)


def _templates_cover_body(template: Template, variants: Sequence[Variant]) -> bool:
    used = [(variant.template or template, variant.require) for variant in variants] or [(template, ())]
    return all(_covers(text) or any(_binds(need, text) for need in needs) for text, needs in used)


def _binds(need: Requirement, signed: Template) -> bool:
    """Whether a requirement holds the body against something that is signed."""
    inside = {(placeholder.kind, placeholder.argument) for placeholder in signed.placeholders()}
    against = need.equals.placeholders()
    return _covers(need.left) and all(
        (each.kind, each.argument) in inside or (each.kind == "query" and signed.uses("url")) for each in against
    )


def _covers(template: Template) -> bool:
    return template.uses("body") or template.uses("form_sorted")  # single values of it do not bind the rest


def _template(table: StrictTable, key: str, default: Template | None = None) -> Template:
    if default is not None and key not in table:
        table.value(key, "")
        return default
    try:
        return parse_template(table.text(key))
    except TemplateError as error:
        raise TableError(f"{table.place(key)}: {error}") from None


def _text(table: StrictTable, key: str) -> str:
    text = table.text(key)
    if not text:
        raise TableError(f"{table.place(key)} must not be empty.")
    return text


def _seconds(table: StrictTable, key: str, default: float | None = None) -> float:
    seconds = table.number(key, default)
    if seconds < 0:
        raise TableError(f"{table.place(key)} must be a number of seconds from 0 on.")
    return seconds


def _choice(table: StrictTable, key: str, known: Sequence[str], default: str | None = None) -> str:
    chosen = table.text(key, default)
    if chosen not in known and chosen != default:
        raise TableError(f"{table.place(key)} must be one of {', '.join(known)}.")
    return chosen


def _choices(
    table: StrictTable, key: str, known: Sequence[str], default: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    chosen = table.texts(key, default)
    if not chosen or any(each not in known for each in chosen):
        raise TableError(f"{table.place(key)} must be one or more of {', '.join(known)}.")
    return chosen
