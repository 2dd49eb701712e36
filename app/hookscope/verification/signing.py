"""Signs a request as its sender would, so that a sample or an edited delivery verifies like a real one."""

from __future__ import annotations

import base64
import hashlib
import math
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import http_sf
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hookscope.deliveries import Request
from hookscope.verification import httpsig, jwt, model, primitives
from hookscope.verification.context import Context, Refused, at_path, wire
from hookscope.verification.encodings import HEX, encode, encode_base64url
from hookscope.verification.job import Job, Unavailable, Unsigned, refuse_absent
from hookscope.verification.judging import judge, options_of, with_options
from hookscope.verification.keys import BadKey, mac_key, private_key
from hookscope.verification.model import Requirement, Scheme, Secrets, SignaturePlace
from hookscope.verification.placing import CannotPlace, compact, document_of, put, set_at, with_document
from hookscope.verification.signed_text import Plan, made_of, plan_for, plan_of
from hookscope.verification.template import Absent, Placeholder, Template
from hookscope.verification.times import text_of
from hookscope.verification.tokens import is_pair

LIFETIME = 60  # seconds that a token is valid for

Sign = Callable[[bytes], bytes]


class SignError(ValueError):
    """A request cannot be signed: one sentence that says what is missing, and holds no secret."""


def sign(
    request: Request,
    scheme: Scheme,
    secrets: Sequence[bytes],
    at: float,
    options: Mapping[str, str] | None = None,
) -> Request:
    """The request as that sender would send it at ``at``, in seconds since 1970; raises ``SignError``.

    The first secret that can sign does. For public-key signatures it is a private key in PEM, or a raw one of Ed25519.
    """
    given = options_of(scheme, options or {})
    draft = _Draft(with_options(scheme, given), given, tuple(secrets), at, request)
    try:
        _need(draft, scheme)
        key = _SIGNERS[scheme.kind](draft)
    except Absent as error:
        raise SignError(str(refuse_absent(error))) from None
    except (Refused, BadKey, CannotPlace) as error:
        raise SignError(str(error)) from None
    _prove(draft, key)
    return draft.request


@dataclass(slots=True)
class _Draft:
    """A request that is being signed with a scheme whose options are filled in."""

    scheme: Scheme
    options: Mapping[str, str]
    secrets: Secrets = field(repr=False)
    at: float
    request: Request
    secret: bytes | None = field(default=None, repr=False)  # of the signed text
    time: bytes = b""

    def context(self) -> Context:
        """The request as it is by now."""
        context = Context(self.request, self.options, decoded_body=self.scheme.decoded_body)
        context.secret = self.secret
        place = self.scheme.timestamp
        if place and place.source == "signature":
            context.timestamp, context.fields = self.time, {place.name.encode(): [self.time]}
        elif place:
            context.timestamp = context.find(place.source, place.name)
        return context

    def put(self, source: str, name: str, value: bytes) -> None:
        """Write a value into the request."""
        self.request = put(self.request, source, name, value)


def _need(draft: _Draft, scheme: Scheme) -> None:
    if not draft.secrets:
        raise BadKey("There is no secret to sign with.")
    if not 0 <= draft.at <= 1e11:  # nor is it one that is no number
        raise CannotPlace("The time of signing is none that can be written.")
    missing = [name for name, default in scheme.options.items() if default is None and not draft.options.get(name)]
    if missing:
        raise CannotPlace(f"The option {missing[0]} is not set for this endpoint.")


def _prove(draft: _Draft, key: bytes) -> None:
    """Verify what was signed, so that nothing is handed out that its receiver would refuse."""
    context = Context(draft.request, draft.options, decoded_body=draft.scheme.decoded_body)
    try:
        judge(Job(draft.scheme, (key,), context, draft.at))
    except Refused as error:
        inside = error.reason in ("signature_mismatch", "body_hash_mismatch")
        raise SignError(_INSIDE[draft.scheme.strength] if inside else str(error)) from None
    except (Unsigned, Unavailable) as error:
        raise SignError(str(error)) from None


_INSIDE = {
    "signature": "The signature would stand inside of what is signed, so it cannot be made.",
    "token": "The secret cannot stand there as it is, because of blanks or the like in it.",
    "basic": "The secret cannot be sent as user name and password.",
}


# --- keys ------------------------------------------------------------------------------------------------------------


def _key(draft: _Draft, algorithms: Mapping[str, str]) -> tuple[str, Sign, bytes]:
    """The first secret that can sign: with which algorithm, how, and what its signatures are verified with."""
    fault: BadKey | None = None
    for secret in draft.secrets:
        for name, algorithm in algorithms.items():
            try:
                return name, *_signer(draft.scheme, secret, algorithm)
            except BadKey as error:
                fault = fault or error
    raise fault or BadKey("The scheme has no algorithm to sign with.")


def _signer(scheme: Scheme, secret: bytes, algorithm: str) -> tuple[Sign, bytes]:
    if algorithm in primitives.MACS:
        shared = mac_key(secret, scheme.key)
        return lambda data: primitives.mac(algorithm, shared, data), secret
    key = private_key(secret, scheme.key.encoding)
    if not primitives.fits(algorithm, key):
        raise BadKey(f"The private key is not one for {algorithm}.")
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return lambda data: _signed(algorithm, key, data), public


def _signed(algorithm: str, key: Any, data: bytes) -> bytes:
    try:
        return primitives.sign(algorithm, key, data)
    except ValueError:
        raise BadKey(f"The private key is too short for {algorithm}.") from None


def _text_secret(draft: _Draft) -> bytes:
    """The first secret that can be shared; its bytes are there for ``{secret}`` from now on."""
    fault: BadKey | None = None
    for secret in draft.secrets:
        try:
            draft.secret = mac_key(secret, draft.scheme.key)
        except BadKey as error:
            fault = fault or error
        else:
            return secret
    raise fault or BadKey("There is no secret to sign with.")


# --- signed texts ----------------------------------------------------------------------------------------------------


def _sign_text(draft: _Draft) -> bytes:
    kind = draft.scheme.kind
    _put_time(draft)
    if kind == model.ASYMMETRIC:
        plan = _plan(draft)
        _, make, key = _key(draft, {plan.algorithm: plan.algorithm})
    else:
        key = _text_secret(draft)
        plan, shared = _plan(draft), draft.secret or b""
        make = partial(made_of, kind, plan.algorithm, shared)
    _put_signatures(draft, plan, make)
    return key


def _put_time(draft: _Draft) -> None:
    place = draft.scheme.timestamp
    if place is None:
        return
    draft.time = text_of(draft.at, place.format)
    if place.source == "json":
        document = document_of(draft.request)
        before = at_path(document, place.name)
        as_text = any(isinstance(old, str) for old in before) or not draft.time.isdigit()
        set_at(document, place.name, draft.time.decode() if as_text else int(draft.time))
        draft.request = with_document(draft.request, document)
    elif place.source != "signature":
        draft.put(place.source, place.name, draft.time)


def _plan(draft: _Draft) -> Plan:
    """What is signed and how, once everything that belongs to it is in the request."""
    before, fault = draft.request, None
    for plan in _plans(draft):
        draft.request = before
        try:
            _complete(draft, plan)
            draft.context().render(plan.template)
        except (Refused, Absent) as error:
            fault = fault or error
        else:
            return plan
    raise fault or CannotPlace("The scheme does not say what is signed.")


def _plans(draft: _Draft) -> Iterator[Plan]:
    """How this request asks to be signed, then what it would ask for with a hash of its body in the address."""
    scheme = draft.scheme
    try:
        yield plan_for(scheme, draft.context())
    except Refused as error:
        if error.reason != "alg_not_allowed":
            raise
        asked = dict.fromkeys(each.left.text for variant in scheme.variant for each in variant.when)
        raise CannotPlace(f"The request does not tell by {' and '.join(asked)} how it is signed.") from None
    for variant in scheme.variant:
        if any(_hash_parameter(need) for need in variant.require):
            yield plan_of(scheme, variant)


def _complete(draft: _Draft, plan: Plan) -> None:
    for need in plan.require:
        _meet(draft, need)
    place = draft.scheme.delivery_id
    if place and place.source == "header" and _lacks(draft, plan.template, place.name):
        draft.put("header", place.name, _new_id(place.name))


def _meet(draft: _Draft, need: Requirement) -> None:
    """Put in what a requirement asks for: a header with a constant, or a hash of the body in the address."""
    context, left, parameter = draft.context(), _only(need.left), _hash_parameter(need)
    is_constant = not any(need.equals.placeholders())
    if parameter:
        draft.put("query", parameter, context.render(need.left))
    elif is_constant and left and left.kind == "header" and _lacks(draft, need.left, left.argument):
        draft.put("header", left.argument, context.render(need.equals))


def _hash_parameter(need: Requirement) -> str:
    """The query parameter that has to hold a hash of the body; empty when it is something else that is required."""
    equals = _only(need.equals)
    return equals.argument if equals and equals.kind == "query" and need.left.uses("body") else ""


def _only(template: Template) -> Placeholder | None:
    """The placeholder that is all there is in a template."""
    first = template.parts[0] if len(template.parts) == 1 else None
    return first if isinstance(first, Placeholder) else None


def _lacks(draft: _Draft, template: Template, name: str) -> bool:
    """Whether a template needs a header that is not there."""
    needed = (each.argument.lower() for each in template.placeholders() if each.kind == "header")
    return name.lower() in needed and not draft.context().header(name)


def _new_id(name: str) -> bytes:
    new = uuid.uuid4()
    return f"msg_{new.hex}".encode() if name.lower() in ("webhook-id", "svix-id") else str(new).encode()


def _put_signatures(draft: _Draft, plan: Plan, make: Sign) -> None:
    place = draft.scheme.signature[0]
    if place.source in ("json", "item"):  # its numbers are signed as they will be written
        draft.request = with_document(draft.request, document_of(draft.request))
    if draft.scheme.each:
        _sign_items(draft, plan, make)
        return
    signature = make(draft.context().render(plan.template))
    draft.put(place.source, place.name.replace("{n}", "1"), _written(draft, place, signature))


def _sign_items(draft: _Draft, plan: Plan, make: Sign) -> None:
    """Sign every item of a batch."""
    each, place, context = draft.scheme.each, draft.scheme.signature[0], draft.context()
    document = document_of(draft.request)
    items = at_path(document, each)
    if place.source != "item" or not items or not all(isinstance(item, dict) for item in items):
        raise CannotPlace(f"The body has no list of items at `{each}` that could hold signatures.")
    for item, as_written in zip(items, context.json_all(each), strict=True):
        context.item = as_written
        signature = make(context.render(plan.template))
        set_at(item, place.name, _written(draft, place, signature).decode())
    draft.request = with_document(draft.request, document)


def _written(draft: _Draft, place: SignaturePlace, signature: bytes) -> bytes:
    """A signature as its place holds it."""
    text = encode(signature, place.encoding)
    if place.encoding == HEX and draft.options.get("hex_case") == "upper":
        text = text.upper()
    if place.format == "plain":
        return place.prefix.encode() + text
    time, mark = draft.scheme.timestamp, place.kv.encode()
    entries = [time.name.encode() + mark + draft.time] if time and time.source == "signature" else []
    return place.separator.encode().join([*entries, place.key.encode() + mark + text])


# --- tokens ----------------------------------------------------------------------------------------------------------


def _sign_static(draft: _Draft) -> bytes:
    secret = next((secret for secret in draft.secrets if secret.strip()), b"")
    if not secret:
        raise BadKey("The stored secret is empty.")
    _put_token(draft, secret)
    return secret


def _sign_basic(draft: _Draft) -> bytes:
    secret = next((secret for secret in draft.secrets if is_pair(secret)), b"")
    if not secret:
        raise BadKey("The stored secret must be written user:password.")
    draft.put("header", "Authorization", b"Basic " + base64.b64encode(secret))
    return secret


def _put_token(draft: _Draft, token: bytes) -> None:
    place = draft.scheme.token
    if place is None or place.source not in model.TOKEN_SOURCES:
        raise CannotPlace(f"A token can stand only in {', '.join(model.TOKEN_SOURCES)}.")
    draft.put(place.source, place.name, f"{place.scheme} ".encode() + token if place.scheme else token)


def _sign_jwt(draft: _Draft) -> bytes:
    named, make, key = _key(draft, _jose(draft))
    _put_token(draft, jwt.make({"alg": named, "typ": "JWT"}, compact(_claims(draft)), make))
    return key


def _sign_detached(draft: _Draft) -> bytes:
    named, make, key = _key(draft, _jose(draft))
    header = encode_base64url(compact({"alg": named, "b64": False, "crit": ["b64"]}))
    signature = make(header + b"." + draft.context().body)
    _put_token(draft, header + b".." + encode_base64url(signature))
    return key


def _jose(draft: _Draft) -> Mapping[str, str]:
    return {name: jwt.ALGORITHMS[name] for name in draft.scheme.algorithms}


def _claims(draft: _Draft) -> dict[str, Any]:
    scheme, context, issued = draft.scheme, draft.context(), math.floor(draft.at)
    claims = _body_claims(draft) if scheme.token and scheme.token.source == "body" else {}
    claims |= {name: wanted[0] for name, wanted in scheme.claims.items()}
    claims |= {"iat": issued, "nbf": issued, "exp": issued + LIFETIME}
    claims |= {need.claim: context.render(need.value).decode("latin-1") for need in scheme.hashes}
    for name in scheme.require_claims:
        if claims.get(name) is None and name != "jti":
            raise CannotPlace(f"The claim `{name}` is required, and there is no value for it.")
    return {"jti": uuid.uuid4().hex, **claims} if "jti" in scheme.require_claims else claims


def _body_claims(draft: _Draft) -> dict[str, Any]:
    """What the body becomes when the token takes its place."""
    document, claim = document_of(draft.request), draft.scheme.payload_claim
    if claim:
        return {claim: document}
    if isinstance(document, dict):
        return document
    raise CannotPlace("The body is not a JSON object, whose members would be the claims.")


# --- HTTP Message Signatures -----------------------------------------------------------------------------------------


def _sign_message(draft: _Draft) -> bytes:
    scheme, chosen = draft.scheme, draft.options.get("alg", "")
    names = [chosen] if chosen in scheme.algorithms else scheme.algorithms
    named, make, key = _key(draft, {name: httpsig.ALGORITHMS[name] for name in names})
    signature = _described(draft, named)
    value = make(httpsig.signature_base(draft.context(), signature))
    draft.put("header", "Signature-Input", wire(f"{signature.label}={signature.parameters_text}"))
    draft.put("header", "Signature", wire(f"{signature.label}=:{base64.b64encode(value).decode()}:"))
    return key


def _described(draft: _Draft, named: str) -> httpsig.Signature:
    """What is to be signed: method, address, digest of the body, and what the scheme asks for."""
    names = ["@method", "@target-uri", *(["content-digest"] if draft.request.body else [])]
    names += [name for name in draft.scheme.require_components if name not in names]
    if "content-digest" in names:
        digest = base64.b64encode(hashlib.sha256(draft.request.body).digest()).decode()
        draft.put("header", "Content-Digest", f"sha-256=:{digest}:".encode())
    parameters = {"created": math.floor(draft.at), "alg": named}
    described: Any = ([(name, {}) for name in names], parameters)
    try:
        text = http_sf.ser([described])
    except ValueError:
        raise CannotPlace("The scheme asks for a header whose name is none.") from None
    return httpsig.Signature(draft.options.get("label") or "sig1", described[0], parameters, text, b"")


_SIGNERS: Mapping[str, Callable[[_Draft], bytes]] = {
    **dict.fromkeys(model.SIGNED_TEXT, _sign_text),
    model.STATIC: _sign_static,
    model.BASIC: _sign_basic,
    model.JWT: _sign_jwt,
    model.JWS_DETACHED: _sign_detached,
    model.HTTPSIG: _sign_message,
}
