"""HTTP Message Signatures (RFC 9421), with the digest of the body (RFC 9530) recomputed.

A ``Signature`` header counts as one only beside ``Signature-Input``: a constant may stand in a header of that name.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

import http_sf

from hookscope.verification import primitives
from hookscope.verification.context import Context, Refused, Values, grouped, wire
from hookscope.verification.job import Job, Match, Unsigned
from hookscope.verification.keys import VerifyingKey
from hookscope.verification.times import span, too_new, too_old
from hookscope.verification.verdict import BODY_NOT_COVERED
from hookscope.visible import visible

ALGORITHMS: Mapping[str, str] = {
    "rsa-pss-sha512": "rsa-pss-sha512",
    "rsa-v1_5-sha256": "rsa-pkcs1-sha256",
    "ecdsa-p256-sha256": "ecdsa-p256-sha256-raw",
    "ecdsa-p384-sha384": "ecdsa-p384-sha384-raw",
    "ed25519": "ed25519",
    "hmac-sha256": "hmac-sha256",
}
"""The names of RFC 9421 6.2 and ours."""

COMPONENTS_AT_MOST = 100
_DIGESTS = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}
_UNSIGNABLE = re.compile(rb"[^\t\x20-\x7e]")
_NO_ADDRESS = re.compile(r"[^!-~]|#")
_MISMATCH = "The signature does not fit the request and the key."

Component = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature with its input: what is covered, the parameters, and both as text for the signed base."""

    label: str
    components: Sequence[Component]
    parameters: Mapping[str, Any]
    parameters_text: str
    value: bytes


def judge(job: Job) -> Match:
    """Verify a message signature; raises ``Unsigned``, ``Refused`` or ``Unavailable``."""
    context = job.context
    chosen = _choose(job)
    job.note("found", f"signature `{chosen.label}`", 1)
    base = signature_base(context, chosen)
    job.need_secrets()
    job.note("text", len(base), "signature base")
    secret, named = _matching_secret(job, chosen, base)
    job.note("signature_fits", named)
    _check_digest(context, chosen)
    _check_coverage(job, chosen)
    _check_times(job, chosen)
    covers = "content-digest" in _covered(chosen) or not context.body
    return Match(secret, () if covers else (BODY_NOT_COVERED,))


def signature_base(context: Context, signature: Signature) -> bytes:
    """The text that is signed (RFC 9421 2.5); raises ``Refused`` for a component the request does not have."""
    lines = []
    seen = set()
    for name, parameters in signature.components:
        identifier = http_sf.ser((name, dict(parameters)))
        if identifier in seen:
            raise Refused("malformed_signature", f"The signature covers {identifier} twice.")
        seen.add(identifier)
        lines.append(wire(identifier) + b": " + component_value(context, name, parameters))
    lines.append(b'"@signature-params": ' + wire(signature.parameters_text))
    if any(_UNSIGNABLE.search(line) for line in lines):
        raise Refused("malformed_signature", "The signature covers something that is not plain ASCII (RFC 9421 2.5).")
    return b"\n".join(lines)


def component_value(context: Context, name: str, parameters: Mapping[str, Any]) -> bytes:
    """The value of a covered component (RFC 9421 2.1, 2.2)."""
    if not name.startswith("@"):
        return _field(context, name, parameters)
    derive = _DERIVED.get(name)
    if derive is None or (parameters and name != "@query-param"):
        raise Refused("malformed_signature", f"The signature covers `{name}` in a way that is not known here.")
    return derive(context, parameters)


def _choose(job: Job) -> Signature:
    """The signature to verify: the one whose label the options name, else the only one."""
    given, values = job.context.headers("Signature-Input"), job.context.headers("Signature")
    if not given:
        raise Unsigned("The request has no header `Signature-Input`.")
    inputs = _dictionary(given, "Signature-Input")
    wanted = job.context.options.get("label", "")
    if wanted and wanted not in inputs:
        raise Unsigned(f"The request has no signature labelled `{wanted}`.")
    if not wanted and len(inputs) > 1:
        raise Refused("ambiguous_header", f"There are {len(inputs)} signatures. Set the option label to choose one.")
    if not inputs:
        raise Unsigned("The header `Signature-Input` names no signature.")
    label = wanted or next(iter(inputs))
    if not values:
        raise Refused("missing_header", "There is a `Signature-Input` and no header `Signature`.")
    signatures = _dictionary(values, "Signature")
    if label not in signatures:
        raise Refused("missing_header", f"The header `Signature` has no signature labelled `{label}`.")
    if inputs.keys() != signatures.keys():
        raise Refused("malformed_signature", "`Signature-Input` and `Signature` do not have the same labels.")
    return _signature(label, inputs[label], signatures[label])


def _dictionary(lines: Sequence[bytes], name: str) -> Mapping[str, Any]:
    twice: list[str] = []
    try:
        found = http_sf.parse(b", ".join(lines), tltype="dictionary", on_duplicate_key=lambda key, _: twice.append(key))
    except (ValueError, TypeError) as error:
        if "Binary" in str(error) or "base64" in str(error).lower():
            raise Refused("bad_encoding", f"The header `{name}` has a value that is not base64.") from None
        raise Refused(
            "malformed_signature", f"The header `{name}` is not a structured field that can be read."
        ) from None
    if twice:
        raise Refused("ambiguous_header", f"The header `{name}` has a label twice.")
    return found if isinstance(found, dict) else {}


def _signature(label: str, described: Any, value: Any) -> Signature:
    items, parameters = described
    if not isinstance(items, list) or len(items) > COMPONENTS_AT_MOST:
        raise Refused("malformed_signature", "`Signature-Input` does not list what the signature covers.")
    if not all(isinstance(item, tuple) and type(item[0]) is str for item in items):
        raise Refused("malformed_signature", "`Signature-Input` covers something that has no name.")
    if not isinstance(value[0], bytes):
        raise Refused("bad_encoding", "The signature is not written as bytes (`:…:`).")
    if any(name != name.lower() for name, _ in items):
        raise Refused("malformed_signature", "`Signature-Input` names a header in upper case.")
    if any(type(parameters.get(name, "")) is not str for name in ("alg", "keyid", "nonce", "tag")):
        raise Refused("malformed_signature", "`Signature-Input` has a parameter that should be a text and is not.")
    return Signature(label, items, parameters, http_sf.ser([described]), value[0])


def _field(context: Context, name: str, parameters: Mapping[str, Any]) -> bytes:
    known = not parameters or set(parameters) == {"key"} or dict(parameters) in ({"sf": True}, {"bs": True})
    values = context.headers(name)
    if not known:
        raise Refused("malformed_signature", f"The signature covers `{name}` in a way that is not known here.")
    if not values:
        raise Refused("missing_header", f"The request has no header `{name}`, which is signed.")
    if "bs" in parameters:
        return wire(http_sf.ser([(value, {}) for value in values]))
    if not parameters:
        return b", ".join(values)
    try:
        return _structured(b", ".join(values), parameters)
    except (ValueError, TypeError, KeyError):
        raise Refused("malformed_signature", f"`{name}` is not the structured field that the signature says.") from None


def _structured(value: bytes, parameters: Mapping[str, Any]) -> bytes:
    if "key" in parameters:
        member: Any = _members(value)[parameters["key"]]
        return wire(http_sf.ser([member]) if isinstance(member[0], list) else http_sf.ser(member))
    for kind in ("dictionary", "list", "item"):
        try:
            return wire(http_sf.ser(http_sf.parse(value, tltype=kind, on_duplicate_key=_refuse_duplicate)))
        except ValueError:
            continue
    raise ValueError("not a structured field")


@lru_cache(maxsize=8)  # a signature may cover a hundred members of one long field
def _members(value: bytes) -> Any:
    return http_sf.parse(value, tltype="dictionary", on_duplicate_key=_refuse_duplicate)


def _refuse_duplicate(key: str, _: str) -> None:
    raise ValueError(f"{key} is there twice")


def _split_url(context: Context) -> Any:
    try:
        split = None if _NO_ADDRESS.search(context.url) else urlsplit(context.url)
        _ = split and split.port
    except ValueError:
        split = None
    if split is None or not split.netloc:
        raise Refused("missing_context", "The address that the sender used is not known.")
    return split


def _authority(context: Context, _: Mapping[str, Any]) -> bytes:
    split = _split_url(context)
    host = split.netloc.rpartition("@")[2].lower()
    default = {"https": ":443", "http": ":80"}.get(split.scheme, "")
    return wire(host.removesuffix(default) if default else host)


def _path(context: Context, _: Mapping[str, Any]) -> bytes:
    return wire(_split_url(context).path or "/")


def _query(context: Context, _: Mapping[str, Any]) -> bytes:
    return b"?" + wire(_split_url(context).query)


def _query_parameter(context: Context, parameters: Mapping[str, Any]) -> bytes:
    name = parameters.get("name")
    if set(parameters) != {"name"} or not isinstance(name, str):
        raise Refused("malformed_signature", "The signature covers `@query-param` without saying which.")
    found = _parameters(_split_url(context).query).get(unquote_to_bytes(name), ())
    if not found:
        raise Refused("missing_context", f"The request has no query parameter `{name}`, which is signed.")
    if len(found) > 1:
        raise Refused("ambiguous_header", f"The query parameter `{name}` is there {len(found)} times.")
    return wire(quote_from_bytes(found[0], safe="*-._").replace("~", "%7E"))  # the WHATWG's set for forms


@lru_cache(maxsize=8)  # a signature may cover a hundred of them
def _parameters(query: str) -> Values:
    return grouped(wire(query))


_DERIVED: Mapping[str, Callable[[Context, Mapping[str, Any]], bytes]] = {
    "@method": lambda context, _: wire(context.request.method),
    "@target-uri": lambda context, _: wire(context.url) if _split_url(context) else b"",
    "@authority": _authority,
    "@scheme": lambda context, _: wire(_split_url(context).scheme.lower()),
    "@request-target": lambda context, _: wire(context.request.target),
    "@path": _path,
    "@query": _query,
    "@query-param": _query_parameter,
}


def _matching_secret(job: Job, signature: Signature, base: bytes) -> tuple[int | None, str]:
    """The index of the secret that fits, and the algorithm by its name in RFC 9421."""
    named = _named_algorithm(job, signature)
    if named == "hmac-sha256" or (not named and _is_shared(job)):
        _refuse_unless_allowed(job, "hmac-sha256")
        return _mac_secret(job, signature, base), "hmac-sha256"
    candidates = [
        (index, key, name) for index, key in job.public_keys() if (name := _algorithm_for(job, key, named, signature))
    ]
    if not candidates:
        raise Refused("key_unavailable", "None of the stored keys fits the algorithm and key that the signature names.")
    for index, key, name in candidates:
        if primitives.is_signed(ALGORITHMS[name], key.key, signature.value, base):
            return index, name
    raise Refused("signature_mismatch", _MISMATCH)


def _named_algorithm(job: Job, signature: Signature) -> str:
    """What the options choose, else what the signature says, if the scheme allows it; empty when neither says."""
    chosen, said = job.context.options.get("alg", ""), signature.parameters.get("alg", "")
    if chosen and said and chosen != said:
        raise Refused("alg_not_allowed", f"The signature is made with another algorithm than {visible(chosen, 30)}.")
    named = chosen or said
    if named:
        _refuse_unless_allowed(job, named)
    return named


def _refuse_unless_allowed(job: Job, named: str) -> None:
    if named not in job.scheme.algorithms or named not in ALGORITHMS:
        raise Refused("alg_not_allowed", f"The algorithm `{visible(named, 30)}` is not accepted here.")


def _is_shared(job: Job) -> bool:
    """Whether no secret can be read as a public key, so that only a MAC is left."""
    try:
        job.public_keys()
    except Refused:
        return True
    return False


def _algorithm_for(job: Job, key: VerifyingKey, named: str, signature: Signature) -> str:
    """The algorithm to use with a key: the one that was named, else the first allowed one of the key's kind."""
    keyid = signature.parameters.get("keyid", "")
    if key.kid and keyid and key.kid != keyid:
        return ""
    if key.use not in ("", "sig"):
        return ""
    names = [named] if named else [name for name in job.scheme.algorithms if name != "hmac-sha256"]
    return next((name for name in names if primitives.fits(ALGORITHMS[name], key.key)), "")


def _mac_secret(job: Job, signature: Signature, base: bytes) -> int:
    matched = job.matching_mac("hmac-sha256", base, signature.value)
    if matched is None:
        raise Refused("signature_mismatch", _MISMATCH)
    return matched


def _check_digest(context: Context, signature: Signature) -> None:
    """Hold the body against a digest that is signed; one that is not proves nothing."""
    if not any(name == "content-digest" for name, _ in signature.components):
        return
    digests = _dictionary(context.headers("Content-Digest"), "Content-Digest")
    known = [(_DIGESTS[name], value[0]) for name, value in digests.items() if name in _DIGESTS]
    if not known:
        raise Refused("body_hash_mismatch", "`Content-Digest` has no digest that can be checked (SHA-256 or SHA-512).")
    for make, claimed in known:
        made = make(context.request.body).digest()
        if not isinstance(claimed, bytes) or not hmac.compare_digest(made, claimed):
            raise Refused("body_hash_mismatch", "The body is not the one that was signed.")


def _check_coverage(job: Job, signature: Signature) -> None:
    covered = _covered(signature)
    missing = [name for name in job.scheme.require_components if name not in covered]
    if missing:
        raise Refused("insufficient_coverage", f"The signature does not cover {' and '.join(missing)}.")


def _covered(signature: Signature) -> set[str]:
    """The names of what is signed as a whole: one member of a field, such as an old digest beside others, is not."""
    return {name for name, parameters in signature.components if "key" not in parameters}


def _check_times(job: Job, signature: Signature) -> None:
    created, expires = (_seconds(signature, name) for name in ("created", "expires"))
    if expires is not None and job.at > expires:
        raise Refused("token_expired", f"The signature expired {span(job.at - expires)} before it arrived.")
    limit = job.scheme.max_age
    if limit is None:
        return
    if created is None:
        raise Refused("missing_timestamp", "The signature does not say when it was made (`created` is missing).")
    if job.at - created > limit:
        raise too_old(job.at - created, limit)
    if created - job.at > limit:
        raise too_new(created - job.at, limit)
    job.note("in_time")


def _seconds(signature: Signature, name: str) -> float | None:
    value = signature.parameters.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused("timestamp_malformed", f"`{name}` of the signature is not seconds since 1970.")
    return float(value)
