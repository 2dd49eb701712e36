"""One verification under way: what it is given, and the ways in which it ends."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field

from hookscope.verification import primitives
from hookscope.verification.context import Context, Refused
from hookscope.verification.keys import BadKey, VerifyingKey, mac_key, public_keys
from hookscope.verification.model import Scheme, Secrets
from hookscope.verification.template import Absent
from hookscope.verification.words import Story


class Unsigned(Exception):
    """What the scheme looks for is not in the request; the text says what that is."""


class Unavailable(Exception):
    """There is no secret to verify with: a reason of ``verdict.UNAVAILABLE_REASONS`` and one sentence."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Match:
    """The request verifies: with which secret (``None`` for the scheme's own key), and what to warn of."""

    secret: int | None
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class Job:
    """A scheme whose options are filled in, the secrets, the request, and the time of arrival in seconds since 1970."""

    scheme: Scheme
    secrets: Secrets = field(repr=False)
    context: Context
    at: float
    story: list[Story] = field(default_factory=list)
    expected: bytes = field(default=b"", repr=False)
    got: bytes = b""

    def note(self, step: str, *values: str | int) -> None:
        """Add a step to the story."""
        self.story.append((step, *values))

    def need_secrets(self) -> None:
        """Raise ``Unavailable`` when there is nothing to verify with."""
        if not self.secrets and not self.scheme.key.value:
            raise Unavailable("secret_missing", "This endpoint has no secret to verify with. Enter one.")

    def mac_keys(self) -> list[tuple[int, bytes]]:
        """The shared secrets as keys, each with its index; raises ``Refused`` when none can be used."""
        keys, fault = list[tuple[int, bytes]](), ""
        for index, secret in enumerate(self.secrets):
            try:
                keys.append((index, mac_key(secret, self.scheme.key)))
            except BadKey as error:
                fault = fault or str(error)
        if not keys:
            raise Refused("invalid_secret", fault or "A shared secret is needed, and there is none.")
        return keys

    def matching_mac(self, algorithm: str, text: bytes, signature: bytes) -> int | None:
        """The index of the secret with which the MAC of a text is this signature; raises ``Refused``."""
        matched = None
        for index, key in self.mac_keys():  # all of them: how long this takes tells nothing
            made = primitives.mac(algorithm, key, text)
            self.expected, self.got = self.expected or made, signature
            if hmac.compare_digest(made, signature):
                matched = index
        return matched

    def public_keys(self) -> list[tuple[int | None, VerifyingKey]]:
        """The public keys of all secrets, each with its index; raises ``Refused`` when none can be read."""
        how, found, fault = self.scheme.key, list[tuple[int | None, VerifyingKey]](), ""
        for index, secret in self._key_texts():
            try:
                found += [(index, key) for key in public_keys(secret, how.encoding, how.strip_prefixes)]
            except BadKey as error:
                fault = fault or str(error)
        if not found:
            raise Refused("invalid_secret", fault)
        return found

    def _key_texts(self) -> Iterator[tuple[int | None, bytes]]:
        if self.scheme.key.value:
            yield None, self.scheme.key.value.encode()
        yield from enumerate(self.secrets)


def refuse_absent(error: Absent) -> Refused:
    """What it means when a placeholder has no value."""
    placeholder = error.placeholder
    name = placeholder.argument
    match placeholder.kind:
        case "header":
            return Refused("missing_header", f"The request has no header `{name}`, which is signed.")
        case "timestamp":
            return Refused("missing_timestamp", "The request does not say when it was signed.")
        case "json" | "item":
            return Refused("malformed_body", f"The body has no `{name}`, which is signed.")
        case "sig":
            return Refused("malformed_signature", f"The signature has no part `{name}`.")
        case "option":
            return Refused("missing_context", f"The option {name} is not set for this endpoint.")
        case "secret":
            return Refused("missing_context", "The scheme asks for {secret} where it has none.")
        case "url":
            return Refused("missing_context", "The address that the sender used is not known.")
        case kind:
            return Refused("missing_context", f"The request has no {kind} `{name}`, which is signed.")
