"""What verification costs by itself, in this process."""

from __future__ import annotations

import hashlib
import hmac
import statistics
import timeit
from collections.abc import Callable

from bench.setting import SECRET, SIGNATURE
from hookscope.deliveries import Request
from hookscope.verification import Verifier, load_schemes

USUAL_HEADERS = (
    ("Host", "127.0.0.1:8787"),
    ("User-Agent", "a sender of webhooks"),
    ("Accept", "*/*"),
    ("Content-Type", "application/json"),
)


AT = 1_700_000_000


def signed(scheme: str, size: int) -> Request:
    """A request with a body of this size that GitHub or Stripe could have signed."""
    body = b"x" * size
    text = body if scheme == "github" else b"%d.%b" % (AT, body)
    digest = hmac.new(SECRET.encode(), text, hashlib.sha256).hexdigest()
    own = (SIGNATURE, f"sha256={digest}") if scheme == "github" else ("Stripe-Signature", f"t={AT},v1={digest}")
    headers = (*USUAL_HEADERS, own, ("Content-Length", str(size)))
    return Request("POST", "/hub", headers, body, "http://127.0.0.1:8787/hub")


def verifying(size: int, scheme: str = "github") -> float:
    """Seconds to verify such a request."""
    verifier, request = Verifier(load_schemes()[scheme], [SECRET.encode()]), signed(scheme, size)
    if verifier.verify(request, AT).state != "verified":
        raise SystemExit("the request does not verify")
    return _seconds(lambda: verifier.verify(request, AT), size)


def hashing(size: int) -> float:
    """Seconds to hash a body of this size, which no verification can do without."""
    body = b"x" * size
    return _seconds(lambda: hashlib.sha256(body).digest(), size)


def _seconds(work: Callable[[], object], size: int) -> float:
    number = max(3, min(20_000, (64 << 20) // max(size, 1) // 8))
    return statistics.median(timeit.repeat(work, number=number, repeat=7)) / number
