"""A stand-in for the platform, over TLS on real sockets of this computer, that checks what the real one would.

::

    with platform() as api:
        look_ups = LookUps(catalogue, api.profile, credential, context=api.context)
        …
        assert not api.seen_by("elsewhere")

- ``api.profile`` points to it, and so does ``custom_profile(api.base)``. ``api.key_text()`` is a service account key
  file that it accepts, ``api.new_token()`` an access token to paste.
- ``api.context`` trusts its certificate. A process of its own gets ``SSL_CERT_FILE`` set to ``api.authority_path``.
- ``api.faults[path]`` makes the answers to a path go wrong (``Fault``). Paths are those below the base, such as
  ``/orders/AG-…:ORD-…``; ``/oauth2/token`` is the token address, and ``""`` is every path of the API.
- ``api.missing`` are ids without a record, ``api.allowed`` the scopes that the account may have, ``api.limits`` the
  rate limit of each path; ``api.refuse(times)`` answers with 429, ``api.revoke()`` makes all tokens unknown.
- ``api.requests`` are all requests, with every header, of the platform and of a second host, ``api.elsewhere``, which
  ``Fault.REDIRECT`` and the links of ``Fault.FOREIGN_LINKS`` point to. ``api.problems`` says what was wrong with them.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import ssl
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import jwt

from helpers.authority import authority
from helpers.platform_answers import Fault, Seen
from helpers.platform_keys import AUDIENCE, key_table
from helpers.platform_server import SUBJECT, serve
from hookscope.records.model import Profile

__all__ = ["Fault", "Grant", "PlatformApi", "Seen", "platform"]

TIMEOUT_S = 20.0
SCOPES = frozenset(
    {
        "order",
        "order:read",
        "sales.account",
        "business",
        "business:read",
        "user.admin",
        "user.profile:read",
        "automation:read",
        "product",
        "partner:read",
        "customers",
        "profile",
        "email",
        "openid",
    }
)
DOCUMENTED_LIMITS = ((100, 1.0), (500, 60.0), (10_000, 3_600.0))


class Grant(NamedTuple):
    """What an access token may do, and until when."""

    scopes: frozenset[str]
    until: float


@dataclass
class PlatformApi:
    """The state of the stand-in, which a test may read and change while it runs."""

    authority_path: Path
    context: ssl.SSLContext
    url: str = ""
    elsewhere: str = ""
    requests: list[Seen] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    faults: dict[str, Fault] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    allowed: frozenset[str] = SCOPES
    limits: tuple[tuple[int, float], ...] = DOCUMENTED_LIMITS
    token_lifetime_s: float = 1_800.0
    token_answer: dict[str, Any] = field(default_factory=dict)
    """More members of the answer with a token, such as ``expires_in``."""
    is_opaque: bool = False
    """Whether access tokens say nothing themselves."""
    clock_ahead_s: float = 0.0
    at_once: int = 0
    most_at_once: int = 0
    """How many requests were being answered at the same time."""
    grants: dict[str, Grant] = field(default_factory=dict)
    refusals: deque[Mapping[str, str]] = field(default_factory=deque)
    times: dict[str, deque[float]] = field(default_factory=dict)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def base(self) -> str:
        """The base address for ``custom_profile``."""
        return f"{self.url}/platform"

    @property
    def token_uri(self) -> str:
        """The token address."""
        return f"{self.url}/oauth2/token"

    @property
    def profile(self) -> Profile:
        """The profile whose hosts this plays."""
        apis = {"platform": self.base, "crm": f"{self.url}/org"}
        info = f"{self.url}/oauth2/user-info"
        return Profile("custom", "Stand-in", apis, (self.token_uri,), info, AUDIENCE, is_custom=True)

    def key_text(self, **changes: Any) -> str:
        """The key file; changes take the place of its values, ``None`` leaves one out."""
        table = key_table(self.token_uri) | changes
        return json.dumps({name: value for name, value in table.items() if value is not None})

    def new_token(self, *scopes: str, lifetime_s: float = 1_800.0) -> str:
        """An access token with these scopes, or with all that the account may have."""
        granted = frozenset(scopes) or self.allowed
        token = secrets.token_urlsafe(24) if self.is_opaque else self._token(granted, lifetime_s)
        self.grants[token] = Grant(granted, self.now() + lifetime_s)
        return token

    def revoke(self) -> None:
        """Accept no token any more that was given so far."""
        self.grants.clear()

    def refuse(self, times: int, **headers: str) -> None:
        """Answer the next requests of the API with 429 and these headers (``retry_after="1"``)."""
        names = {name.replace("_", "-").title(): value for name, value in headers.items()}
        self.refusals.extend([names] * times)

    def release(self) -> None:
        """Let the answers come that ``Fault.SLOW`` and ``Fault.STALLED`` held back."""
        self.loop.call_soon_threadsafe(self.released.set)

    def tokens_asked(self) -> list[Seen]:
        """The requests for a token."""
        return self.asked("/oauth2/token")

    def asked(self, path: str) -> list[Seen]:
        """The requests of the platform whose path ends like this."""
        return [seen for seen in self.seen_by("platform") if unquote(seen.path).endswith(path)]

    def seen_by(self, host: str, text: str = "") -> list[Seen]:
        """The requests to a host that have this text anywhere."""
        return [seen for seen in list(self.requests) if seen.host == host and text in repr(seen)]

    def now(self) -> float:
        """The platform's time."""
        return time.time() + self.clock_ahead_s

    def _token(self, scopes: frozenset[str], lifetime_s: float) -> str:
        now = self.now()
        claims = {"aud": AUDIENCE, "iat": int(now), "exp": int(now + lifetime_s), "iss": AUDIENCE, "sub": SUBJECT}
        claims |= {"kind": "access", "user_id": SUBJECT, "jti": secrets.token_hex(8), "scope": " ".join(sorted(scopes))}
        return jwt.encode(claims, secrets.token_bytes(32), algorithm="HS256")


@contextmanager
def platform() -> Iterator[PlatformApi]:
    """The stand-in, running in a thread of its own."""
    with tempfile.TemporaryDirectory(prefix="platform-") as folder:
        certificates = authority(Path(folder))
        api = PlatformApi(certificates.path, certificates.client)
        started, stop = threading.Event(), asyncio.Event()
        serving = serve(api, certificates.server, started, stop)
        thread = threading.Thread(target=api.loop.run_until_complete, args=[serving], name="platform")
        thread.start()
        try:
            assert started.wait(TIMEOUT_S), "the stand-in does not start"
            yield api
        finally:
            api.loop.call_soon_threadsafe(stop.set)
            thread.join(TIMEOUT_S)
            api.loop.close()
