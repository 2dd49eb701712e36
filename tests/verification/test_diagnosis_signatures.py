"""What is said of a signature that does not fit: the secret, the way it is written, the body, or what was signed."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from helpers.mistakes import (
    BODY,
    JSON,
    NOW,
    ORDER,
    TOKEN,
    URL,
    Failed,
    base64_of,
    failed,
    hmac_scheme,
    mac,
    request,
    schemes,
    signed,
)
from hookscope.verification import Repair, Scheme, parse_scheme, verify

TEXT = TOKEN.decode()
SHORT = json.dumps(ORDER).encode()


def github(body: bytes = BODY, *, signed: bytes = BODY, key: bytes = TOKEN) -> Failed:
    """A request signed as GitHub signs, over another body or with another key."""
    return failed("github", ("X-Hub-Signature-256", "sha256=" + mac(signed, key).hex()), body=body)


def said(mistake: Failed) -> tuple[str, str]:
    """The code and the sentence of an explanation without a repair."""
    diagnosis = mistake.explained()
    assert diagnosis.repair is None
    return diagnosis.code, diagnosis.sentence


def test_a_request_without_a_mistake_verifies() -> None:
    assert github().verdict().state == "verified"
    assert Failed(signed(BODY), hmac_scheme()).verdict().state == "verified"


# --- the secret ------------------------------------------------------------------------------------------------------


def test_blanks_around_the_stored_secret() -> None:
    assert said(replace(github(), secrets=(TOKEN + b"\r\n",))) == (
        "secret_whitespace",
        "The stored secret has a line break at its end, and the sender's has not: enter it again without.",
    )


@pytest.mark.parametrize(
    ("end", "words"), [(b"\n", "a line break"), (b"\r\n", "a line break (CR LF)"), (b" ", "a space")]
)
def test_blanks_around_the_sender_s_secret(end: bytes, words: str) -> None:
    assert said(github(key=TOKEN + end)) == (
        "secret_whitespace",
        f"The sender's secret has {words} at its end, and the stored one has not: correct it at the sender.",
    )


def test_a_secret_of_hexadecimal_that_cannot_be_read_for_a_line_break() -> None:
    secret = bytes(range(32)).hex().encode()
    sent = request(JSON, ("HmacSignature", base64_of(mac(BODY, bytes(range(32))))))
    mistake = Failed(sent, schemes()["adyen-header"], (secret + b"\n",))
    assert mistake.verdict().reason == "invalid_secret"
    assert mistake.explained().code == "secret_whitespace"


def test_a_public_key_with_a_line_break() -> None:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw().hex().encode()
    headers = (
        ("X-Signature-Timestamp", str(NOW)),
        ("X-Signature-Ed25519", private.sign(str(NOW).encode() + BODY).hex()),
    )
    assert Failed(request(*headers), schemes()["discord"], (public,)).verdict().state == "verified"
    assert Failed(request(*headers), schemes()["discord"], (public + b"\n",)).explained().code == "secret_whitespace"


def standard_webhooks(key: bytes) -> tuple[tuple[str, str], ...]:
    text = f"msg_2b7d8f4c.{NOW}.".encode() + BODY
    return (
        ("webhook-id", "msg_2b7d8f4c"),
        ("webhook-timestamp", str(NOW)),
        ("webhook-signature", "v1," + base64_of(mac(text, key))),
    )


SECRET = b"whsec_" + base64.b64encode(bytes(range(24)))


@pytest.mark.parametrize("key", [SECRET, SECRET.removeprefix(b"whsec_")])
def test_a_key_that_the_sender_does_not_decode(key: bytes) -> None:
    assert said(Failed(request(*standard_webhooks(key)), schemes()["standard-webhooks"], (SECRET,))) == (
        "key_used_undecoded",
        (
            "The sender uses the secret as it is written, and this scheme decodes it from base64 first: "
            "correct the sender, or use a scheme with a secret that is text."
        ),
    )


@pytest.mark.parametrize(
    ("secret", "name"),
    [
        (bytes(range(200, 224)).hex().encode(), "hexadecimal"),
        (base64.b64encode(bytes(range(232, 256))), "base64"),
        (b"whsec_" + base64.b64encode(bytes(range(232, 256))), "base64"),
        (base64.urlsafe_b64encode(bytes(range(232, 256))), "base64url"),
    ],
)
def test_a_key_that_the_sender_decodes(secret: bytes, name: str) -> None:
    text = secret.removeprefix(b"whsec_").decode()
    key = bytes.fromhex(text) if name == "hexadecimal" else base64.urlsafe_b64decode(text.translate({43: 45, 47: 95}))
    assert said(replace(github(key=key), secrets=(secret,))) == (
        "key_decoded",
        (
            f"The sender decodes the secret from {name} first, and this scheme does not: "
            "correct the sender, or use a scheme with such a secret."
        ),
    )


def test_a_prefix_that_the_sender_leaves_out() -> None:
    mistake = replace(github(key=b"plain text, not base64"), secrets=(b"whsec_plain text, not base64",))
    assert said(mistake) == (
        "secret_prefix",
        "The sender leaves `whsec_` out of the secret: enter it again without that beginning.",
    )


def test_a_secret_with_letters_in_another_charset() -> None:
    secret = "clé-secrète".encode()
    assert replace(github(key="clé-secrète".encode("latin-1")), secrets=(secret,)).explained().code == "secret_charset"


# --- the way the signature is written --------------------------------------------------------------------------------


def partner(value: str) -> Failed:
    return Failed(request(("X-Partner-Signature", value)), hmac_scheme())


def base64_scheme() -> Scheme:
    return hmac_scheme(signature=[{"name": "X-Partner-Signature", "encoding": "base64"}])


def test_another_encoding_of_the_signature() -> None:
    assert said(partner(base64_of(mac(BODY)))) == (
        "signature_encoding",
        "The signature is right, but in base64: correct the sender, or use a scheme that reads it so.",
    )
    hexadecimal = Failed(signed(BODY), base64_scheme())
    assert said(hexadecimal)[1].startswith("The signature is right, but in hexadecimal:")


def test_another_alphabet_padding_and_packing_of_base64() -> None:
    bodies = [b"%d" % number for number in range(50)]
    body = next(body for body in bodies if {"+", "/"} & set(base64_of(mac(body))))
    for value, words in (
        (base64.urlsafe_b64encode(mac(body)).decode(), "base64 with - and _"),
        (base64_of(mac(body)).rstrip("="), "base64 with other signs = at its end"),
        (base64_of(mac(body).hex().encode()), "base64 of hexadecimal"),
    ):
        mistake = Failed(request(("X-Partner-Signature", value), body=body), base64_scheme())
        assert said(mistake) == ("signature_encoding", f"The signature is right, but in {words}: correct the sender.")


def test_another_text_before_the_signature() -> None:
    after = "correct the sender, or use a scheme that reads it so."
    assert said(partner("sha256=" + mac(BODY).hex())) == (
        "signature_prefix",
        f"The signature is right, but written with `sha256=` before it: {after}",
    )
    assert said(failed("github", ("X-Hub-Signature-256", mac(BODY).hex()))) == (
        "signature_prefix",
        f"The signature is right, but written without anything before it: {after}",
    )


def test_another_hash() -> None:
    assert said(partner(mac(BODY, algorithm="sha512").hex())) == (
        "other_algorithm",
        (
            "The sender signs with HMAC-SHA512, and this scheme with HMAC-SHA256: "
            "correct the sender, or use a scheme with that algorithm."
        ),
    )


def test_quotation_marks_and_invisible_characters_in_a_signature() -> None:
    assert said(partner(f'"{mac(BODY).hex()}"')) == (
        "value_has_quotes",
        "It is the right signature in quotation marks: send it without them.",
    )
    assert said(partner(f"{mac(BODY).hex()}\xa0"))[0] == "invisible_characters"


def test_a_signature_under_another_name() -> None:
    scheme = parse_scheme(
        {
            "name": "Gateway",
            "algorithm": "hmac-sha256",
            "options": {"header_name": "X-Signature"},
            "signature": [{"name": "{option:header_name}", "encoding": "hex"}],
        }
    )
    for name, code in (("X-Signatur", "near_miss_name"), ("X-Request-Hmac", "signature_found_in_header")):
        mistake = Failed(request((name, mac(BODY).hex())), scheme)
        diagnosis = mistake.explained()
        assert (diagnosis.code, diagnosis.sentence) == (code, f"There is a `{name}` with the right value.")
        assert diagnosis.repair == Repair("Use that name", (("header_name", name),))
        assert mistake.repaired(diagnosis.repair).state == "verified"


def test_a_signature_in_another_place() -> None:
    mistake = Failed(request(url=f"{URL}?signature={mac(BODY).hex()}"), hmac_scheme())
    assert said(mistake) == (
        "signature_found_in_query",
        (
            "The query parameter `signature` holds the right signature: "
            "in the step, put it under Headers as `X-Partner-Signature` instead of Query parameters."
        ),
    )


def test_a_time_under_another_name() -> None:
    text = f"v0:{NOW}:".encode() + BODY
    headers = (("X-Slack-Signature", "v0=" + mac(text).hex()), ("X-Slack-Timestamp", str(NOW)))
    assert said(failed("slack", *headers)) == (
        "near_miss_name",
        "There is a `X-Slack-Timestamp` with the right value.",
    )


# --- the body --------------------------------------------------------------------------------------------------------

LOST = "The signature fits the body {}: sign exactly what is sent."


@pytest.mark.parametrize(
    ("signed_body", "sent", "words"),
    [
        (SHORT + b"\n", SHORT, "with a line break at its end, which was lost on the way"),
        (SHORT + b"\r\n", SHORT, "with a line break (CR LF) at its end, which was lost on the way"),
        (SHORT, SHORT + b"\n", "without the line break at its end"),
        (SHORT, SHORT + b"\r\n", "without the line break at its end"),
        (SHORT, b" \n" + SHORT + b"\n\n", "without the blanks and line breaks around it"),
    ],
)
def test_a_line_break_at_the_end_of_the_body(signed_body: bytes, sent: bytes, words: str) -> None:
    assert said(github(sent, signed=signed_body)) == ("body_newline", LOST.format(words))


def test_line_breaks_of_the_body() -> None:
    other = BODY.replace(b"\n", b"\r\n")
    changed = "The signature fits the body with {} as line breaks: they were changed on the way."
    assert said(github(BODY, signed=other)) == ("body_line_endings", changed.format("CR LF"))
    assert said(github(other, signed=BODY)) == ("body_line_endings", changed.format("LF"))


def test_a_byte_order_mark() -> None:
    marked = b"\xef\xbb\xbf" + BODY
    words = "a byte order mark at its beginning"
    assert said(github(BODY, signed=marked)) == ("bom", LOST.format(f"with {words}"))
    assert said(github(marked, signed=BODY)) == ("bom", LOST.format(f"without {words}"))


VALUE = {"zip": "4040", "name": "Söhne & Töchter", "url": "https://a.example/x", "lines": [{"n": 1, "a": None}]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (json.dumps(VALUE, separators=(",", ":")), "without blanks"),
        (json.dumps(VALUE, separators=(",", ":"), ensure_ascii=False), "without blanks"),
        (json.dumps(VALUE), "with a blank after each comma and colon"),
        (json.dumps(VALUE, ensure_ascii=False), "with a blank after each comma and colon"),
        (json.dumps(VALUE, indent=2), "with lines indented by two"),
        (json.dumps(VALUE, indent=2, ensure_ascii=False), "with lines indented by two"),
        (json.dumps(VALUE, sort_keys=True), "with a blank after each comma and colon, sorted by key"),
        (
            json.dumps(VALUE, separators=(",", ":"), sort_keys=True, ensure_ascii=False),
            "without blanks, sorted by key",
        ),
        (json.dumps(VALUE, separators=(",", ":")).replace("/", "\\/"), "with \\/ for each slash, as PHP does"),
        (
            json.dumps(VALUE, separators=(",", ":"), sort_keys=True, ensure_ascii=False).replace("&", "\\u0026"),
            "with < > & escaped, as Go does",
        ),
    ],
)
def test_json_that_was_written_anew(text: str, words: str) -> None:
    sent = json.dumps(VALUE, indent=4, ensure_ascii=False).encode()
    assert said(github(sent, signed=text.encode())) == (
        "body_reserialised",
        f"The signature fits the same values written {words}: the body was written anew after it was signed.",
    )


def test_a_form_that_was_written_anew() -> None:
    plus, code = b"text=to+the+left&channel=C1", b"text=to%20the%20left&channel=C1"
    assert said(github(plus, signed=code))[1].startswith("The signature fits the same values written with %20 for each")
    assert said(github(code, signed=plus))[1].startswith("The signature fits the same values written with + for each")


def test_a_packed_body() -> None:
    packed = gzip.compress(BODY, mtime=0)
    after = "(`Content-Encoding`): correct the sender, or use a scheme that signs it so."
    sent = signed(BODY, ("Content-Encoding", "gzip"), body=packed)
    assert said(Failed(sent, hmac_scheme())) == (
        "body_decoded",
        f"The signature fits the body before it is packed {after}",
    )
    sent = signed(packed, ("Content-Encoding", "gzip"), body=packed)
    assert said(Failed(sent, hmac_scheme(body="decoded"))) == (
        "body_decoded",
        f"The signature fits the body as it was sent {after}",
    )


def test_a_packed_body_that_lost_its_line_break() -> None:
    sent = signed(BODY + b"\n", ("Content-Encoding", "gzip"), body=gzip.compress(BODY))
    assert Failed(sent, hmac_scheme(body="decoded")).explained().code == "body_newline"


@pytest.mark.parametrize(
    ("signed_body", "sent", "words"),
    [
        ("Söhne".encode("latin-1"), "Söhne".encode(), "in Latin-1"),
        ("Söhne".encode(), "Söhne".encode("latin-1"), "in UTF-8"),
        ("So\u0308hne".encode(), "Söhne".encode(), "in the Unicode form NFD"),
        ("Söhne".encode(), "So\u0308hne".encode(), "in the Unicode form NFC"),
    ],
)
def test_another_charset_of_the_body(signed_body: bytes, sent: bytes, words: str) -> None:
    assert said(github(sent, signed=signed_body)) == (
        "body_charset",
        f"The signature fits the body {words}: it was signed with other bytes for its letters than were sent.",
    )


def test_a_hash_of_the_body_in_a_token() -> None:
    token = jwt({"iss": "Vonage", "iat": NOW, "payload_hash": hashlib.sha256(BODY).hexdigest()})
    mistake = failed("vonage", ("Authorization", f"Bearer {token}"), body=BODY + b"\n")
    assert mistake.verdict().reason == "body_hash_mismatch"
    assert mistake.explained().code == "body_newline"


def test_a_changed_body_suggests_no_scheme_that_would_not_notice() -> None:
    token = jwt({"iss": "Vonage", "iat": NOW, "payload_hash": "0" * 64})
    assert failed("vonage", ("Authorization", f"Bearer {token}")).verdict().diagnosis == ()


# --- what was signed -------------------------------------------------------------------------------------------------

WITH_TIME: dict[str, Any] = {"template": "{timestamp}.{body}", "timestamp": {"from": "header", "name": "X-Time"}}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (b"%d:" % NOW + BODY, "{timestamp}:{body}"),
        (b"%d\n" % NOW + BODY, "{timestamp}\\n{body}"),
        (b"%d" % NOW + BODY, "{timestamp}{body}"),
        (BODY + b".%d" % NOW, "{body}.{timestamp}"),
        (BODY, "{body}"),
    ],
)
def test_another_delimiter_or_order(text: bytes, shown: str) -> None:
    mistake = Failed(signed(text, ("X-Time", str(NOW))), hmac_scheme(**WITH_TIME))
    assert said(mistake) == (
        "template_variant",
        (
            f"The sender signs `{shown}`, and this scheme `{{timestamp}}.{{body}}`: "
            "correct the sender, or use a scheme with that text."
        ),
    )


def test_another_order_of_a_secret_that_is_part_of_the_text() -> None:
    mistake = failed("hubspot-v1", ("X-HubSpot-Signature", hashlib.sha256(BODY + TOKEN).hexdigest()))
    assert said(mistake)[1].startswith("The sender signs `{body}{secret}`, and this scheme `{secret}{body}`:")


def test_the_text_around_what_is_signed_is_left_out() -> None:
    text = f"{NOW}:".encode() + BODY
    headers = (("X-Slack-Signature", "v0=" + mac(text).hex()), ("X-Slack-Request-Timestamp", str(NOW)))
    assert said(failed("slack", *headers))[1].startswith("The sender signs `{timestamp}:{body}`, and this scheme `v0:")


@pytest.mark.parametrize(
    ("code", "address", "begin"),
    [
        ("url_scheme", "http://hooks.example.com/order-created?a=1", "The sender signs the address with http://"),
        ("url_trailing_slash", "https://hooks.example.com/order-created/?a=1", "… the address with a slash at its end"),
        ("url_port", "https://hooks.example.com:443/order-created?a=1", "… the address with a port"),
        (
            "url_query",
            "https://hooks.example.com/order-created",
            "… the address without what follows the question mark",
        ),
        (
            "url_host",
            "https://internal.example/order-created?a=1",
            "… an address with another host, the one in the header `X-Forwarded-Host`",
        ),
    ],
)
def test_another_address(code: str, address: str, begin: str) -> None:
    sent = request(
        ("X-Forwarded-Host", "internal.example"),
        ("x-square-hmacsha256-signature", base64_of(mac(address.encode() + BODY))),
        url=f"{URL}?a=1",
    )
    found, sentence = said(Failed(sent, schemes()["square"]))
    assert found == code
    assert sentence.startswith(begin.replace("…", "The sender signs"))


@pytest.mark.parametrize(
    ("code", "url", "address"),
    [
        ("url_scheme", "http://hooks.example.com/in", "https://hooks.example.com/in"),
        ("url_trailing_slash", "https://hooks.example.com/in/", "https://hooks.example.com/in"),
        ("url_port", "https://hooks.example.com:8443/in", "https://hooks.example.com/in"),
    ],
)
def test_the_same_the_other_way_round(code: str, url: str, address: str) -> None:
    signature = base64_of(mac(address.encode() + BODY))
    assert failed("square", ("x-square-hmacsha256-signature", signature), url=url).explained().code == code


def message_signature(url: str, body: bytes) -> tuple[tuple[str, str], ...]:
    """The headers of RFC 9421 and RFC 9530, made by hand."""
    digest = f"sha-256=:{base64_of(hashlib.sha256(body).digest())}:"
    covered = f'("@method" "@target-uri" "content-digest");created={NOW};alg="hmac-sha256"'
    base = f'"@method": POST\n"@target-uri": {url}\n"content-digest": {digest}\n"@signature-params": {covered}'
    return (
        ("Content-Digest", digest),
        ("Signature-Input", f"sig={covered}"),
        ("Signature", f"sig=:{base64_of(mac(base.encode()))}:"),
    )


def test_a_message_signature() -> None:
    assert failed("rfc9421", *message_signature(URL, BODY)).verdict().state == "verified"
    http = URL.replace("https", "http")
    assert failed("rfc9421", *message_signature(http, BODY)).explained().code == "url_scheme"
    assert failed("rfc9421", *message_signature(URL, BODY + b"\n")).explained().code == "body_newline"
    padded = failed("rfc9421", *message_signature(URL, BODY))
    assert replace(padded, secrets=(TOKEN + b"\n",)).explained().code == "secret_whitespace"


# --- tokens that are signed ------------------------------------------------------------------------------------------


def jwt(claims: dict[str, object], key: bytes = TOKEN) -> str:
    """A token of HS256, made without the code under test."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()) for part in ({"alg": "HS256"}, claims)]
    text = b".".join(part.rstrip(b"=") for part in parts)
    return (text + b"." + base64.urlsafe_b64encode(mac(text, key)).rstrip(b"=")).decode()


def test_a_signed_token() -> None:
    token = jwt({"sub": "orders"})
    assert failed("jwt-hs256", ("Authorization", f"Bearer {token}")).verdict().state == "verified"
    for value, code in (
        (token, "missing_bearer_prefix"),
        (f"Bearer Bearer {token}", "doubled_bearer"),
        (f'Bearer "{token}"', "value_has_quotes"),
        ("Bearer " + jwt({}, TOKEN + b"\n"), "secret_whitespace"),
    ):
        assert failed("jwt-hs256", ("Authorization", value)).explained().code == code


def test_a_signed_token_in_another_place() -> None:
    token = jwt({"sub": "orders"})
    mistake = failed("netlify", url=f"{URL}?jwt={token}")
    assert mistake.verdict().diagnosis == ()  # its claims are not Netlify's
    scheme = replace(schemes()["netlify"], claims={}, hashes=())
    diagnosis = replace(mistake, scheme=scheme).explained()
    assert diagnosis.code == "signature_found_in_query"
    assert diagnosis.sentence == (
        "The query parameter `jwt` holds the right token: "
        "in the step, put it under Headers as `X-Webhook-Signature` instead of Query parameters."
    )


def test_a_key_of_a_token_that_the_sender_decodes() -> None:
    key = base64.b64encode(bytes(range(32)))
    mistake = failed("jwt-hs256", ("Authorization", f"Bearer {jwt({}, bytes(range(32)))}"))
    assert replace(mistake, secrets=(key,)).explained().code == "key_decoded"


def test_claims_and_algorithms_that_are_not_accepted_are_not_explained_away() -> None:
    token = jwt({"iss": "someone else", "nbf": NOW, "exp": NOW + 60})
    verdict = failed("messagebird", ("MessageBird-Signature-JWT", token)).verdict()
    assert (verdict.reason, verdict.diagnosis) == ("claim_missing", ())


# --- time ------------------------------------------------------------------------------------------------------------

MILLISECONDS = (
    "The sender gives the time in milliseconds, not seconds: correct the sender, or use a scheme that reads it so."
)
SECONDS = (
    "The sender gives the time in seconds, not milliseconds: correct the sender, or use a scheme that reads it so."
)


def stripe(time: int) -> Failed:
    return failed("stripe", ("Stripe-Signature", f"t={time},v1={mac(b'%d.' % time + BODY).hex()}"))


def test_milliseconds_where_seconds_are_expected() -> None:
    assert said(stripe(NOW * 1000)) == ("timestamp_unit", MILLISECONDS)


def test_seconds_where_milliseconds_are_expected() -> None:
    signature = f"t={NOW},v1={mac(b'%d.' % NOW + BODY).hex()}"
    assert said(failed("workos", ("WorkOS-Signature", signature))) == ("timestamp_unit", SECONDS)


def test_milliseconds_in_a_token() -> None:
    claims = {"iss": "Vonage", "iat": NOW * 1000, "payload_hash": hashlib.sha256(BODY).hexdigest()}
    mistake = failed("vonage", ("Authorization", f"Bearer {jwt(claims)}"))
    assert said(mistake) == ("timestamp_unit", MILLISECONDS)


@pytest.mark.parametrize("time", [NOW - 301, NOW + 400, (NOW - 400) * 1000])
def test_a_time_that_is_really_too_far_away(time: int) -> None:
    assert stripe(time).verdict().diagnosis == ()


# --- another sender --------------------------------------------------------------------------------------------------


def test_a_request_that_verifies_under_another_scheme() -> None:
    stripe_signature = f"t={NOW},v1={mac(b'%d.' % NOW + BODY).hex()}"
    mistake = failed("github", ("Stripe-Signature", stripe_signature))
    diagnosis = mistake.explained()
    assert (diagnosis.code, diagnosis.sentence) == (
        "looks_like_scheme",
        "The request is right for the scheme “Stripe”: choose that one.",
    )
    assert diagnosis.repair == Repair("Use that scheme", scheme="stripe")
    assert mistake.repaired(diagnosis.repair).state == "verified"


def test_the_same_headers_under_other_names() -> None:
    headers = tuple((name.replace("webhook-", "svix-"), value) for name, value in standard_webhooks(bytes(range(24))))
    mistake = Failed(request(*headers), schemes()["standard-webhooks"], (SECRET,))
    assert mistake.explained().repair == Repair("Use that scheme", scheme="svix")


def test_the_headers_of_another_sender_whose_secret_is_another() -> None:
    diagnosis = failed("github", ("Stripe-Signature", f"t={NOW},v1={'0' * 64}")).explained()
    assert (diagnosis.code, diagnosis.repair) == ("looks_like_scheme", None)
    assert diagnosis.sentence == "The request looks like “Stripe”: choose that scheme if it comes from there."


def test_headers_that_several_senders_share() -> None:
    diagnosis = failed("stripe", ("X-Hub-Signature-256", f"sha256={'0' * 64}")).explained()
    assert diagnosis.sentence == (
        "The request looks like “GitHub” or “Meta / WhatsApp / Messenger / Instagram”: "
        "choose that scheme if it comes from there."
    )


def test_the_scheme_s_own_headers_suggest_no_other() -> None:
    assert github(signed=b"something else").verdict().diagnosis == ()


def test_a_weaker_algorithm_is_named_and_not_offered() -> None:
    mistake = failed("github", ("X-Hub-Signature", "sha1=" + mac(BODY, algorithm="sha1").hex()))
    assert said(mistake) == (
        "looks_like_scheme",
        "The request is right for the scheme “GitHub (legacy SHA-1)”: choose that one.",
    )


def test_a_template_in_place_of_a_signature() -> None:
    diagnosis = partner("{{ signature }}").explained()
    assert diagnosis.code == "unrendered_template"


def test_a_forged_request_has_no_explanation() -> None:
    assert partner("0" * 64).verdict().diagnosis == ()
    assert verify(request(("X-Partner-Signature", mac(BODY, b"").hex())), hmac_scheme(), (b"",), NOW).diagnosis == ()
    assert Failed(signed(BODY, key=b"\n"), hmac_scheme(), (b"",)).verdict().diagnosis == ()
