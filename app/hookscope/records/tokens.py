"""Access tokens: asked for with a service account key, kept in memory only, renewed before they end (RFC 7523)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from hookscope.ids.texts import payload_in
from hookscope.records.answer import Answer
from hookscope.records.failures import not_json, said, scope_refused, token_refusal
from hookscope.records.joining import Runs
from hookscope.records.key_file import KeyFileError, loaded, read_token, token_address
from hookscope.records.model import AccessToken, Code, Credential, LookUpFailed, Profile, ServiceKey

if TYPE_CHECKING:
    from hookscope.records.client import PlatformClient

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_S = 600
RENEWED_EARLY_S = 60.0
DEFAULT_LIFETIME_S = 1_800.0
LONGEST_LIFETIME_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Token:
    """An access token that was given for a key."""

    value: str = field(repr=False)
    scopes: tuple[str, ...]
    renew_at: float
    said_scopes: str = ""


class TokenSource:
    """Gives the token of one credential, a new one when it is needed; used on one event loop only.

    ``scopes`` are asked for from the first; one that a look-up needs besides is added when it is needed.
    """

    def __init__(
        self,
        profile: Profile,
        credential: Credential,
        scopes: Sequence[str],
        client: PlatformClient,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._profile = profile
        self._credential = credential
        self._asked = tuple(scopes)
        self._client = client
        self._clock = clock
        self._token: Token | None = None
        self._requests: Runs[tuple[str, ...], Token] = Runs("token")

    async def token(self, needed: Sequence[str] = ()) -> str:
        """A token that has one of these scopes, if the platform gives it; raises ``LookUpFailed``."""
        if isinstance(self._credential, AccessToken):
            return _still_good(self._credential.value, self._clock())
        key, scopes = self._credential, self._with(needed)
        token = self._token
        if token is None or self._clock() >= token.renew_at or not set(scopes) <= set(token.scopes):
            token = await self._new(key, scopes, needed)
            self._token, self._asked = token, token.scopes
        return token.value

    def drop(self, token: str) -> bool:
        """Use this token no more; whether another can be had."""
        if self._token and self._token.value == token:
            self._token = None
        return isinstance(self._credential, ServiceKey)

    def granted(self) -> tuple[str, ...]:
        """The scopes that the token in use seems to have: read from it, and not verified."""
        if isinstance(self._credential, AccessToken):
            return scopes_of(self._credential.value)
        return (scopes_of(self._token.value) or tuple(self._token.said_scopes.split())) if self._token else ()

    async def aclose(self) -> None:
        """Give up a request that is under way."""
        await self._requests.aclose()

    def _with(self, needed: Sequence[str]) -> tuple[str, ...]:
        if not needed or set(needed) & set(self._asked):
            return self._asked
        return (*self._asked, needed[0])

    async def _new(self, key: ServiceKey, scopes: tuple[str, ...], needed: Sequence[str]) -> Token:
        """A new token; when one of the scopes is refused, one for this look-up alone, with any scope that will do."""
        first: LookUpFailed | None = None
        for tried in dict.fromkeys([scopes, *((scope,) for scope in needed)]):
            try:
                return await self._requests.join(tried, partial(self._request, key, tried))
            except _ScopeRefused as refused:
                first = first or scope_refused(needed or scopes, refused)
        assert first  # noqa: S101 - scopes were tried at least
        raise first

    async def _request(self, key: ServiceKey, scopes: tuple[str, ...]) -> Token:
        address = token_address(key.token_uri, self._profile)  # again: the keyring may have been changed since
        if not address:
            sentence = "The key in the keyring is not for this profile. Import the key of this profile."
            raise LookUpFailed(Code.KEY_REFUSED, sentence)
        assertion = await _signed(key, scopes, self._clock())
        answer = await self._client.post_form(address, {"grant_type": GRANT, "assertion": assertion})
        if not answer.is_success:
            raise _refusal(answer, self._clock(), assertion)
        return _read(answer, scopes, self._clock(), assertion)


class _ScopeRefused(LookUpFailed):
    """The token address gives this key no token with these scopes; another try may do."""


def make_assertion(key: ServiceKey, scopes: Sequence[str], now: float) -> str:
    """The signed statement that a token is asked for with."""
    import jwt  # slow

    payload = {
        "aud": key.audience,
        "iat": int(now),
        "exp": int(now) + ASSERTION_S,
        "iss": key.issuer,
        "sub": key.subject,
        "scope": " ".join(scopes),
    }
    private_key = loaded(key.private_key)  # it was checked when it was read, and that takes long
    return jwt.encode(payload, private_key, algorithm="RS256", headers={"kid": key.key_id, "typ": ""})


async def _signed(key: ServiceKey, scopes: Sequence[str], now: float) -> str:
    """The same from another thread: reading the key takes long enough to be felt in a window."""
    import asyncio

    # a lambda, because loops may log a call with its arguments
    return await asyncio.get_running_loop().run_in_executor(None, lambda: make_assertion(key, scopes, now))


def claims_of(token: str) -> dict[str, Any]:
    """What a token says of itself, which nobody has verified; empty when it cannot be read."""
    return payload_in(token) or {}


def scopes_of(token: str) -> tuple[str, ...]:
    """The scopes that a token names."""
    scope = claims_of(token).get("scope", "")
    listed = scope if isinstance(scope, list) else str(scope).split()
    return tuple(each for each in listed if isinstance(each, str))


def _refusal(answer: Answer, now: float, assertion: str) -> LookUpFailed:
    failed = token_refusal(answer, now, assertion)
    if failed.code is Code.KEY_REFUSED and said(answer).code == "invalid_scope":
        return _ScopeRefused(Code.FORBIDDEN, "", status=failed.status, detail=failed.detail)
    return failed


def _read(answer: Answer, scopes: tuple[str, ...], now: float, assertion: str) -> Token:
    """The token of an answer; raises ``LookUpFailed``."""
    document = answer.document
    if document is None:
        raise not_json(answer, assertion)
    value = document.get("access_token") if isinstance(document, dict) else None
    if not isinstance(value, str) or not _is_token(value):
        raise LookUpFailed(Code.PLATFORM, "The platform answers without a token. Try again.", status=answer.status)
    lifetime = _lifetime(document.get("expires_in"), value, answer.sent_at or now)
    scope = document.get("scope")
    return Token(value, scopes, now + lifetime - RENEWED_EARLY_S, scope if isinstance(scope, str) else "")


def _lifetime(expires_in: Any, token: str, now: float) -> float:
    """As the answer says, else as the token does, else half an hour; ``now`` by the platform's clock if it tells."""
    seconds = _number(expires_in)
    if seconds is None and (until := _number(claims_of(token).get("exp"))) is not None:
        seconds = until - now
    return DEFAULT_LIFETIME_S if seconds is None else min(max(0.0, seconds), LONGEST_LIFETIME_S)


def _number(value: Any) -> float | None:
    if isinstance(value, str) and re.fullmatch(r"\d{1,12}", value, re.ASCII):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e12 else None  # not for NaN either


def _is_token(value: str) -> bool:
    """Whether it can stand in a header as it is."""
    try:
        return read_token(value).value == value
    except KeyFileError:
        return False


def _still_good(token: str, now: float) -> str:
    until = _number(claims_of(token).get("exp"))
    if until is not None and until <= now:
        raise LookUpFailed(Code.TOKEN_REFUSED, "This access token has expired. Paste a new one.")
    return token
