"""Endpoints that verify, and a request for every verdict one can see, each as the bytes that go over the socket."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from helpers.raw_client import RawClient
from helpers.realistic import ORDER, request

if TYPE_CHECKING:
    from hookscope.program import Program

TOKEN = "c2VudC1ieS10aGUtYXV0b21hdGlvbi1zdGVwLTQyMDA"
SIGNING = "key-of-the-signing-sender"
PASSWORD = "automation:correct horse"
LOCKED = "in-the-locked-keyring"
SECRETS = {"order-created": TOKEN, "github": SIGNING, "stripe": SIGNING, "partner": PASSWORD}
MARKETPLACE_CLAIM = "vendasta.com/marketplace/webhook"
WORKSPACE = """
version = 1

[[endpoint]]
name = "order-created"
path = "/order-created"
scheme = "vendasta-send"
secrets = ["order-created"]

[[endpoint]]
name = "strict"
path = "/strict"
scheme = "vendasta-send"
secrets = ["order-created"]
reject_unverified = true

[[endpoint]]
name = "github"
path = "/github"
scheme = "github"
secrets = ["github"]

[[endpoint]]
name = "stripe"
path = "/stripe"
scheme = "stripe"
secrets = ["stripe"]

[[endpoint]]
name = "partner"
path = "/partner"
scheme = "basic"
secrets = ["partner"]

[[endpoint]]
name = "locked"
path = "/locked"
scheme = "vendasta-send"
secrets = ["in-the-locked-keyring"]

[[endpoint]]
name = "marketplace"
path = "/marketplace"
scheme = "vendasta-marketplace"

[[endpoint]]
name = "open"
path = "/open"
"""


class LockedKeyring(KeyringBackend):
    """A keyring that nobody unlocks; keyring itself never chooses it."""

    priority = 1.0
    viable = False

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("locked")

    def delete_password(self, service: str, username: str) -> None:
        raise KeyringLocked("locked")


def set_up(program: Program) -> None:
    """Only the endpoints of this file, with all secrets but the one in the keyring."""
    before = [endpoint.id for endpoint in program.endpoints.all() if not endpoint.is_catch_all]
    program.import_workspace(WORKSPACE)
    for id in before:
        program.endpoints.delete(id).result()
    for name, value in SECRETS.items():
        program.secrets.keep_for_this_run(name, value)


def body(**more: Any) -> bytes:
    """The webhook of an automation, about an order."""
    return json.dumps({**ORDER, **more}).encode()


def signed(secret: str, text: bytes) -> str:
    """HMAC-SHA-256 in hexadecimal digits."""
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def github(key: str = SIGNING) -> bytes:
    """A request signed as GitHub does."""
    data = b'{"zen": "Keep it logically awesome."}'
    return request("/github", data, "application/json", ("X-Hub-Signature-256", f"sha256={signed(key, data)}"))


def stripe(age: int) -> bytes:
    """A request signed as Stripe does, so many seconds ago."""
    data, then = b'{"type": "invoice.paid"}', int(time.time()) - age
    signature = f"t={then},v1={signed(SIGNING, b'%d.%s' % (then, data))}"
    return request("/stripe", data, "application/json", ("Stripe-Signature", signature))


def basic(pair: str) -> bytes:
    """A request with user name and password."""
    return request(
        "/partner", body(), "application/json", ("Authorization", f"Basic {b64encode(pair.encode()).decode()}")
    )


def jwt(claims: dict[str, Any], header: dict[str, Any] | None = None) -> bytes:
    """A token with a signature that fits nothing."""
    first = header if header is not None else {"alg": "RS256", "typ": "JWT"}
    return b".".join(map(_segment, (json.dumps(first).encode(), json.dumps(claims).encode(), b"s" * 256)))


def marketplace_claims(at: int) -> dict[str, Any]:
    """What the platform says when a product is bought."""
    account = {"id": "AG-7PQTGLLXQQ", "partner_id": "9YW9", "company_name": "Fischer & Söhne GmbH"}
    price = {"value": 53, "currency": "AUD", "frequency": "monthly"}
    bought = {"action": "provisioned", "activation_id": "c1b7", "edition_id": None}
    payload = {"webhook_id": "purchase", **bought, "account": account, "variable_price": price}
    return {"iss": "Vendasta Marketplace", "iat": at, "exp": at + 60, MARKETPLACE_CLAIM: payload}


def _segment(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def _automation(target: str, *headers: tuple[str, str], **more: Any) -> bytes:
    return request(target, body(**more), "application/json", ("User-Agent", "Go-http-client/2.0"), *headers)


def requests() -> Iterator[tuple[str, bytes]]:
    """Every kind of request by its name."""
    good = ("Signature", TOKEN)
    yield "open", _automation("/open")
    yield "locked", _automation("/locked", good)
    yield "password", basic(PASSWORD)
    yield "token", _automation("/order-created", good)
    yield "signed", github()
    yield "old", stripe(age=460)
    yield "ahead", stripe(age=-460)
    yield "twice", _automation("/order-created", good, ("Signature", "another"))
    yield "wrong-signature", github("another key")
    yield "unsigned-token", _automation("/order-created", signature=TOKEN)
    yield "unsigned-name", _automation("/order-created", ("X-Signature", TOKEN))
    yield "wrong-token", _automation("/order-created", ("Signature", "old-token"), ("Signature-Token", TOKEN))
    yield "blank", _automation("/order-created", ("Signature", f'"{TOKEN}"'))
    yield "turned-away", _automation("/strict", ("Signature", "made-up"))
    yield "marketplace", request("/marketplace", jwt(marketplace_claims(int(time.time()))), "text/plain")


def send_all(port: int) -> int:
    """Send everything to a port of this machine; how many requests that were."""
    sent = list(requests())
    for _, data in sent:
        with RawClient(port, data) as client:
            client.reply()
    return len(sent)
