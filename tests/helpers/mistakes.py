"""Requests with one mistake in them, what diagnosis says of it, and its repair carried out."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from hookscope.deliveries import Request
from hookscope.verification import Diagnosis, Repair, Scheme, Verdict, load_schemes, parse_scheme, verify

NOW = 1_795_451_893
TOKEN = b"vt-9f8e7d6c5b4a3f2e"
URL = "https://hooks.example.com/order-created"
ORDER = {
    "accountId": "AG-7PQTGLLXQQ",
    "entityId": "AG-7PQTGLLXQQ:ORD-S548DKHMKX",
    "marketId": "default",
    "orderId": "AG-7PQTGLLXQQ:ORD-S548DKHMKX",
    "partnerId": "9YW9",
}
BODY = json.dumps(ORDER, indent=2).encode()
JSON = ("Content-Type", "application/json")

schemes = functools.cache(load_schemes)


def request(*headers: tuple[str, str], body: bytes = BODY, url: str = URL) -> Request:
    """A request of an automation to this address."""
    split = urlsplit(url)
    target = split.path + (f"?{split.query}" if split.query else "")
    return Request("POST", target, headers, body, url)


def with_fields(**fields: str) -> bytes:
    """The body of an automation with these fields besides."""
    return json.dumps({**ORDER, **fields}).encode()


def mac(text: bytes, key: bytes = TOKEN, algorithm: str = "sha256") -> bytes:
    """An HMAC, made without the code under test."""
    return hmac.new(key, text, getattr(hashlib, algorithm)).digest()


def base64_of(data: bytes) -> str:
    """Bytes in base64."""
    return base64.b64encode(data).decode()


def hmac_scheme(**more: Any) -> Scheme:
    """A scheme as a partner writes it for a gateway that signs."""
    signature = {"name": "X-Partner-Signature", "encoding": "hex"}
    table = {"name": "Gateway", "algorithm": "hmac-sha256", "signature": [signature]}
    return parse_scheme({**table, **more}, "my-gateway")


def signed(text: bytes, *headers: tuple[str, str], key: bytes = TOKEN, body: bytes = BODY, url: str = URL) -> Request:
    """A request to ``hmac_scheme``, signed over this text."""
    return request(("X-Partner-Signature", mac(text, key).hex()), *headers, body=body, url=url)


@dataclass(frozen=True)
class Failed:
    """A request that does not verify, with everything that the verdict depends on."""

    request: Request
    scheme: Scheme
    secrets: Sequence[bytes] = (TOKEN,)
    options: Mapping[str, str] | None = None
    at: float = NOW

    def verdict(self) -> Verdict:
        """The verdict with its diagnosis."""
        return verify(self.request, self.scheme, self.secrets, self.at, self.options)

    def explained(self) -> Diagnosis:
        """The one explanation; the state is as it is without one."""
        verdict = self.verdict()
        assert verdict.state in ("failed", "unsigned")
        assert replace(verdict, diagnosis=()) == verify(
            self.request, self.scheme, self.secrets, self.at, self.options, diagnose=False
        )
        assert len(verdict.diagnosis) == 1, verdict.diagnosis
        return verdict.diagnosis[0]

    def repaired(self, repair: Repair | None) -> Verdict:
        """The verdict once the repair is made."""
        assert repair is not None
        scheme = schemes()[repair.scheme] if repair.scheme else self.scheme
        options = {**({} if repair.scheme else self.options or {}), **dict(repair.options)}
        return verify(self.request, scheme, self.secrets, self.at, options)


def failed(id: str, *headers: tuple[str, str], body: bytes = BODY, url: str = URL, **options: str) -> Failed:
    """A request that does not verify under a scheme that comes with the program."""
    return Failed(request(JSON, *headers, body=body, url=url), schemes()[id], options=options)
