"""The stand-in is as strict as the documentation: what it should refuse, it refuses."""

from __future__ import annotations

import json
import ssl
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from helpers.platform_api import PlatformApi
from helpers.platform_keys import AUDIENCE, EMAIL, KEY_ID, pem

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
JSON_API = "application/vnd.api+json"
FORM = "application/x-www-form-urlencoded"
ORDER = "/orders/AG-7PQTGLLXQQ:ORD-S548DKHMKX"


def ask(
    api: PlatformApi, url: str, body: bytes | None = None, *, accept: str = JSON_API, token: str = "", type: str = FORM
) -> tuple[int, Any, Any]:
    """Status, headers and document of an answer, by another client than the one that is tested."""
    named = {"Accept": accept} | ({"Authorization": token} if token else {}) | ({"Content-Type": type} if body else {})
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=api.context)
    )
    try:
        with opener.open(urllib.request.Request(url, body, named)) as answer:
            return answer.status, answer.headers, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, json.load(error)


def claims(**changes: Any) -> dict[str, Any]:
    """What an assertion says; ``iat`` and ``exp`` are seconds from now, ``None`` leaves one out."""
    made: dict[str, Any] = {
        "aud": AUDIENCE,
        "iat": 0,
        "exp": 600,
        "iss": EMAIL,
        "sub": EMAIL,
        "scope": "order:read profile",
    }
    made |= changes
    now = int(time.time())
    times = {name: now + seconds for name in ("iat", "exp") if (seconds := made[name]) is not None}
    return {name: value for name, value in (made | times).items() if value is not None}


def asked_for_a_token(
    api: PlatformApi,
    *,
    said: dict[str, Any] | None = None,
    key: Any = None,
    algorithm: str = "RS256",
    grant: str = GRANT,
    header: dict[str, Any] | None = None,
    **more: str,
) -> tuple[int, Any]:
    head = {"kid": KEY_ID, "typ": ""} | (header or {})
    signing = key or (b"shared" * 8 if algorithm == "HS256" else pem())
    assertion = jwt.encode(claims(**(said or {})), signing, algorithm=algorithm, headers=head)
    body = urlencode({"grant_type": grant, "assertion": assertion} | more).encode()
    status, _, document = ask(api, api.token_uri, body)
    return status, document


def test_a_token_for_a_right_assertion(api: PlatformApi) -> None:
    status, document = asked_for_a_token(api)
    assert status == 200
    assert document.keys() == {"access_token"}
    granted = jwt.decode(document["access_token"], options={"verify_signature": False})
    assert granted["scope"] == "order:read profile"
    assert granted["exp"] - granted["iat"] == 1_800


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"said": {"aud": "https://elsewhere.example"}}, "aud, iss or sub"),
        ({"said": {"aud": None}, "header": {"aud": AUDIENCE}}, "the header must be"),
        ({"said": {"iss": "somebody@else"}}, "aud, iss or sub"),
        ({"said": {"sub": "somebody@else"}}, "aud, iss or sub"),
        ({"said": {"exp": 601}}, "at most ten minutes"),
        ({"said": {"iat": -600, "exp": -1}}, "expired or not valid yet"),
        ({"said": {"iat": 400, "exp": 900}}, "expired or not valid yet"),
        ({"said": {"exp": None}}, "the payload has"),
        ({"said": {"scope": None}}, "the payload has"),
        ({"said": {"jti": "1"}}, "the payload has"),
        ({"said": {"scope": "order:read,profile"}}, "not allowed: order:read,profile"),
        ({"said": {"scope": "order:read  profile"}}, "one blank between"),
        ({"said": {"scope": "order:read financial"}}, "not allowed: financial"),
        ({"header": {"kid": "another"}}, "the header must be"),
        ({"header": {"typ": "JWT"}}, "the header must be"),
        ({"algorithm": "HS256"}, "the signature is not right"),
        ({"algorithm": "PS256"}, "the signature is not right"),
        ({"grant": "client_credentials"}, "grant_type is another one"),
        ({"scope": "order:read"}, "and nothing else"),
    ],
)
def test_a_wrong_assertion(api: PlatformApi, changes: dict[str, Any], error: str) -> None:
    status, document = asked_for_a_token(api, **changes)
    assert status == 400
    assert error in document["error_description"]
    assert error in api.problems[0]


def test_an_assertion_of_another_key(api: PlatformApi) -> None:
    other = pem(rsa.generate_private_key(public_exponent=65_537, key_size=2_048))
    assert asked_for_a_token(api, key=other)[0] == 400


def test_a_request_for_a_token_that_is_no_form(api: PlatformApi) -> None:
    body = json.dumps({"grant_type": GRANT}).encode()
    assert ask(api, api.token_uri, body, type="application/json")[0] == 400
    assert ask(api, api.token_uri)[0] == 400
    assert ask(api, api.token_uri, b"grant_type=x&assertion=y", token="Bearer x")[0] == 400


def test_a_record_needs_a_token_a_scope_and_the_right_media_type(api: PlatformApi) -> None:
    url = api.base + ORDER

    def status(token: str, accept: str = JSON_API) -> int:
        return ask(api, url, accept=accept, token=token)[0]

    good = f"Bearer {api.new_token('order:read')}"
    assert status("") == 401
    assert status("Bearer unknown") == 401
    assert status(good.replace("Bearer", "Basic")) == 401
    assert status(f"Bearer {api.new_token(lifetime_s=-1)}") == 401
    assert status(f"Bearer {api.new_token('sales.account')}") == 403
    assert status(good, "application/json") == 406
    assert status(good, "*/*") == 200
    assert status(good) == 200
    api.revoke()
    assert status(good) == 401


@pytest.mark.parametrize(
    ("path", "type"),
    [
        ("/platform/orders/AG-1234567:ORD-1234567", "orders"),
        ("/platform/orders/AG-1234567%3AORD-1234567", "orders"),
        ("/orders/AG-1234567:ORD-1234567", "orders"),
        ("/platform/salesAccounts/AG-1234567?fields%5BsalesAccounts%5D=name", "salesAccounts"),
        ("/platform/businessLocations/AG-1234567", "businessLocations"),
        ("/platform/users/U-a6d23f70-fd09-43d2-91d2-a12c032caaa1?fields%5Busers%5D=email", "users"),
        ("/platform/automations/Automation-7a416085-5668-467c-98ad-f903ad1c4187", "automations"),
        ("/platform/partnerActivatableProducts/MP-abc123", "partnerActivatableProducts"),
        ("/platform/orderFulfillmentForms?ordersID=AG-1234567:ORD-1234567", "orderFulfillmentForms"),
        ("/platform/subscriptionAssignments?filter%5BbusinessLocationId%5D=AG-1", "subscriptionAssignments"),
    ],
)
def test_records_in_the_documented_shapes(api: PlatformApi, path: str, type: str) -> None:
    status, headers, document = ask(api, api.url + path, token=f"Bearer {api.new_token()}")
    assert (status, headers["Content-Type"]) == (200, JSON_API)
    data = document["data"][0] if isinstance(document["data"], list) else document["data"]
    assert data["type"] == type


def test_a_contact_is_no_json_api(api: PlatformApi) -> None:
    url = f"{api.url}/org/ABC/contacts/ContactID-7a416085-5668-467c-98ad-f903ad1c4187"
    token = f"Bearer {api.new_token()}"
    assert ask(api, url, token=token)[0] == 406
    assert ask(api, url, accept="application/json", token=token)[2].keys() == {"id", "fields"}


def test_what_is_not_there(api: PlatformApi) -> None:
    api.missing.add("AG-1:ORD-1")
    token = f"Bearer {api.new_token()}"
    for path in ("/platform/orders/AG-1:ORD-1", "/platform/nothing", "/platform/orders/ORD-1"):
        status, _, document = ask(api, api.url + path, token=token)
        assert (status, document["errors"][0]["code"]) == (404, "NotFound")


def test_the_rate_limit_is_kept_for_each_path(api: PlatformApi) -> None:
    api.limits = ((2, 600.0),)
    token = f"Bearer {api.new_token()}"

    def got(path: str) -> tuple[int, Any, Any]:
        return ask(api, api.base + path, token=token)

    assert got("/orders/AG-1:ORD-1")[1]["X-RateLimit-Remaining"] == "1"
    assert got("/orders/AG-1:ORD-2")[1]["X-RateLimit-Remaining"] == "0"
    status, headers, document = got("/orders/AG-1:ORD-3")
    assert (status, document["code"], document["details"]["remaining"]) == (429, 429, 0)
    assert 590 < int(headers["Retry-After"]) <= 601
    assert got("/salesAccounts/AG-1")[0] == 200


def test_both_hosts_see_every_header(api: PlatformApi) -> None:
    for host, url in (("platform", api.base), ("elsewhere", api.elsewhere)):
        ask(api, url, token="seeded")
        (seen,) = api.seen_by(host, "seeded")
        assert seen.header("authorization") == "seeded"


def test_nobody_trusts_it_who_was_not_told_to(api: PlatformApi) -> None:
    with pytest.raises(urllib.error.URLError) as caught:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(api.base)
    assert isinstance(caught.value.reason, ssl.SSLCertVerificationError)
