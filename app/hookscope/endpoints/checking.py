"""How the requests of an endpoint are verified, ready for the way of a request; the secrets are in memory only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from hookscope.deliveries import Request, VerdictNote
from hookscope.endpoints.model import Endpoint

if TYPE_CHECKING:
    from hookscope.verification import Scheme, Verdict, Verifier

NOT_READ = "The keyring has not been read yet, so the request could not be verified."


class Resolved(Protocol):
    """What the keyring had under a name: a value, or why there is none (a reason of ``unavailable``, a sentence)."""

    @property
    def value(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def sentence(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Check:
    """The verification of one endpoint: a verifier, or why there is none.

    With ``reject`` what is not verified is turned away.
    """

    scheme: str | None = None
    verifier: Verifier | None = None
    reason: str = ""
    sentence: str = ""
    strength: str = ""
    reject: bool = False

    def note(self, request: Request, at: float, *, diagnose: bool = True) -> VerdictNote:
        """The verdict on a request that arrived at this time, as it is stored; never raises."""
        if self.verifier is not None:
            return self.verifier.note(request, at, diagnose=diagnose)
        if self.scheme is None:
            return UNCONFIGURED
        details = json.dumps({"message": self.sentence}, ensure_ascii=False)
        return VerdictNote("unavailable", self.scheme, self.reason, details, self.strength)

    def verdict(self, request: Request, at: float) -> Verdict:
        """The verdict with its diagnosis, for looking at it again."""
        from hookscope.verification import NO_SCHEME, verdict_of

        if self.verifier is not None:
            return self.verifier.verify(request, at)
        return NO_SCHEME if self.scheme is None else verdict_of(self.note(request, at))

    def delivery_id(self, request: Request) -> str | None:
        """What stays the same over the redeliveries of a message, when the scheme knows such a thing."""
        return None if self.verifier is None else self.verifier.delivery_id(request)


UNCONFIGURED = VerdictNote()
NO_CHECK = Check()


def check_of(endpoint: Endpoint, scheme: Scheme | None, found: Mapping[str, Resolved]) -> Check:
    """The check of an endpoint with what the keyring had under the names of its secrets."""
    if not endpoint.scheme:
        return NO_CHECK
    if scheme is None:
        return _unavailable(
            endpoint, "secret_missing", f"There is no scheme “{endpoint.scheme}” any more. Choose another."
        )
    from hookscope.verification import Verifier

    read = [found[name] for name in endpoint.secrets if name in found]
    secrets = [each.value.encode("utf-8", "surrogatepass") for each in read if not each.reason]
    missing = next((each for each in read if each.reason), None)
    if missing and not secrets:
        return _unavailable(endpoint, missing.reason, missing.sentence, scheme.strength)
    verifier = Verifier(scheme, secrets, endpoint.scheme_options)
    return Check(endpoint.scheme, verifier, strength=scheme.strength, reject=endpoint.reject_unverified)


def pending_check(endpoint: Endpoint) -> Check:
    """The check of an endpoint until the keyring has been read."""
    return _unavailable(endpoint, "keyring_locked", NOT_READ) if endpoint.scheme else NO_CHECK


def _unavailable(endpoint: Endpoint, reason: str, sentence: str, strength: str = "token") -> Check:
    return Check(endpoint.scheme, None, reason, sentence, strength, endpoint.reject_unverified)
