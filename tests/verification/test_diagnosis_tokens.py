"""What is said of a token that does not match, and of one that is not where it should be."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from helpers.mistakes import BODY, NOW, TOKEN, Failed, base64_of, failed, hmac_scheme, request, schemes, with_fields
from hookscope.verification import Repair, verify

TEXT = TOKEN.decode()


# --- the right token under another name ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["signature-token", "Signatur", "X-Signature", "x-vendasta-signature"])
def test_a_similar_header_with_the_right_value_is_named_and_can_be_used(name: str) -> None:
    mistake = failed("vendasta-send", (name, TEXT))
    diagnosis = mistake.explained()
    assert diagnosis.code == "near_miss_name"
    assert diagnosis.sentence == f"There is a `{name}` with the right value."
    assert diagnosis.repair == Repair("Use that name", (("name", name),))
    assert mistake.repaired(diagnosis.repair).state == "verified"


def test_a_scheme_without_a_choice_of_name_is_replaced_by_one_of_its_family() -> None:
    mistake = failed("vendasta-trigger", ("x-token-verifier", TEXT))
    diagnosis = mistake.explained()
    assert (diagnosis.code, diagnosis.sentence) == (
        "near_miss_name",
        "There is a `x-token-verifier` with the right value.",
    )
    assert diagnosis.repair == Repair(
        "Use that name", (("place", "header"), ("name", "x-token-verifier")), "vendasta-send"
    )
    assert mistake.repaired(diagnosis.repair).state == "verified"


def test_any_other_header_with_the_right_value_is_named() -> None:
    mistake = failed("static-header", ("X-Api-Key", TEXT), header_name="X-Webhook-Secret")
    diagnosis = mistake.explained()
    assert (diagnosis.code, diagnosis.sentence) == (
        "secret_found_in_header",
        "There is a `X-Api-Key` with the right value.",
    )
    assert diagnosis.repair == Repair("Use that name", (("header_name", "X-Api-Key"),))
    assert mistake.repaired(diagnosis.repair).state == "verified"


def test_the_right_header_is_named_even_where_the_expected_one_holds_something_else() -> None:
    diagnosis = failed("vendasta-send", ("Signature", "something else"), ("X-Token", TEXT)).explained()
    assert diagnosis.sentence == "There is a `X-Token` with the right value."


def test_a_similar_name_with_another_value_is_not_said_to_be_right() -> None:
    diagnosis = failed("vendasta-send", ("Signatur", "something else")).explained()
    assert (diagnosis.code, diagnosis.repair) == ("near_miss_name", None)
    assert (
        diagnosis.sentence == "There is a similar header `Signatur`, but its value does not fit: check name and value."
    )


def test_nothing_is_said_of_the_value_while_there_is_no_secret() -> None:
    verdict = verify(request(("Signatur", TEXT)), schemes()["vendasta-send"], (), NOW)
    assert [each.sentence for each in verdict.diagnosis] == ["There is a similar header `Signatur`: check the name."]


def test_names_of_parameters_and_keys_count_their_case() -> None:
    mistake = failed("static-query", url=f"https://hooks.example.com/in?Token={TEXT}", param_name="token")
    diagnosis = mistake.explained()
    assert (diagnosis.code, diagnosis.sentence) == (
        "near_miss_name",
        "There is a query parameter `Token` with the right value.",
    )
    assert mistake.repaired(diagnosis.repair).state == "verified"


def test_a_header_that_is_not_similar_is_no_near_miss() -> None:
    assert failed("vendasta-send", ("Content-Language", "en"), ("Accept", "*/*")).verdict().diagnosis == ()


# --- the right token in another place --------------------------------------------------------------------------------


def test_a_token_among_the_fields_of_the_body_belongs_under_headers() -> None:
    mistake = failed("vendasta-send", body=with_fields(Signature=TEXT))
    diagnosis = mistake.explained()
    assert diagnosis.code == "secret_found_in_body"
    assert diagnosis.sentence == (
        "The body holds the right token under `Signature`: in the step, put it under Headers instead of JSON Body."
    )
    assert diagnosis.repair == Repair("Look for it there", (("place", "json"), ("name", "Signature")))
    assert mistake.repaired(diagnosis.repair).state == "verified"


def test_a_token_deep_in_the_body_is_named_by_its_path() -> None:
    mistake = failed("vendasta-send", body=b'{"data": [{"auth": {"key": "%s"}}]}' % TOKEN)
    diagnosis = mistake.explained()
    assert "under `data.0.auth.key`: in the step, put it under Headers as `Signature`" in diagnosis.sentence
    assert mistake.repaired(diagnosis.repair).state == "verified"


def test_a_key_with_a_dot_in_it_can_be_named() -> None:
    mistake = failed("vendasta-send", body=with_fields(**{"the.token": TEXT}))
    diagnosis = mistake.explained()
    assert diagnosis.code == "secret_found_in_body"
    assert mistake.repaired(diagnosis.repair).state == "verified"


def test_a_key_that_no_path_can_name_has_no_repair() -> None:
    diagnosis = failed("vendasta-send", body=with_fields(**{"the.*": TEXT})).explained()
    assert diagnosis.code == "secret_found_in_body"
    assert diagnosis.repair is None


def test_a_token_among_the_parameters() -> None:
    mistake = failed("vendasta-send", url=f"https://hooks.example.com/in?Signature={TEXT}")
    diagnosis = mistake.explained()
    assert diagnosis.code == "secret_found_in_query"
    assert diagnosis.sentence == (
        "The query parameter `Signature` holds the right token: "
        "in the step, put it under Headers instead of Query parameters."
    )
    assert diagnosis.repair == Repair("Look for it there", (("place", "query"), ("name", "Signature")))
    assert mistake.repaired(diagnosis.repair).state == "verified"


def test_a_token_among_the_cookies() -> None:
    mistake = failed("static-header", ("Cookie", f"theme=dark; wh={TEXT}"), header_name="X-Webhook-Secret")
    diagnosis = mistake.explained()
    assert diagnosis.code == "secret_found_in_cookie"
    assert diagnosis.sentence == (
        "The cookie `wh` holds the right token: "
        "in the step, put it under Headers as `X-Webhook-Secret` instead of Cookies."
    )
    assert diagnosis.repair == Repair("Look for it there", (("cookie_name", "wh"),), "static-cookie")
    assert mistake.repaired(diagnosis.repair).state == "verified"


def test_a_token_in_a_header_that_belongs_into_the_body() -> None:
    mistake = failed("static-json", ("token", TEXT), key_name="token")
    diagnosis = mistake.explained()
    assert diagnosis.code == "secret_found_in_header"
    assert diagnosis.sentence == (
        "`token` holds the right token: in the step, put it under JSON Body instead of Headers."
    )
    assert mistake.repaired(diagnosis.repair).state == "verified"


def test_a_token_among_the_fields_of_a_form_has_no_scheme_to_change_to() -> None:
    form = ("Content-Type", "application/x-www-form-urlencoded")
    diagnosis = Failed(request(form, body=b"orderId=1&token=" + TOKEN), schemes()["vendasta-send"]).explained()
    assert (diagnosis.code, diagnosis.repair) == ("secret_found_in_form", None)
    assert diagnosis.sentence == (
        "The form field `token` holds the right token: "
        "in the step, put it under Headers as `Signature` instead of the body."
    )


def test_a_token_as_a_part_of_a_multipart_form() -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n%s\r\n--b--\r\n' % TOKEN
    mistake = Failed(request(("Content-Type", "multipart/form-data; boundary=b"), body=body), schemes()["bearer"])
    assert mistake.explained().code == "secret_found_in_form"


def test_a_token_as_the_whole_body() -> None:
    diagnosis = Failed(request(body=TOKEN + b"\n"), schemes()["vendasta-send"]).explained()
    assert diagnosis.code == "secret_found_in_body"
    assert diagnosis.sentence == (
        "The body is the right token: in the step, put it under Headers as `Signature` instead of the body."
    )


def test_a_short_secret_is_not_taken_for_every_value_that_is_equal() -> None:
    short = Failed(request(), schemes()["vendasta-send"], (b"default",))
    assert short.verdict().diagnosis == ()
    named = Failed(request(("X-Signature", "9YW9")), schemes()["vendasta-send"], (b"9YW9",))
    assert named.explained().code == "near_miss_name"


def test_a_name_that_holds_the_secret_is_never_repeated() -> None:
    for body in (with_fields(**{f"my-{TEXT}": TEXT}), with_fields(**{"line\nbreak": TEXT})):
        assert failed("vendasta-send", body=body).verdict().diagnosis == ()


# --- another way to send a token -------------------------------------------------------------------------------------


def test_a_bearer_token_where_a_header_was_chosen() -> None:
    mistake = failed("vendasta-send", ("Authorization", f"Bearer {TEXT}"))
    diagnosis = mistake.explained()
    assert diagnosis.code == "looks_like_scheme"
    assert diagnosis.sentence == (
        "The request is right for the scheme “Authorization: Bearer <shared token>”: choose that one."
    )
    assert diagnosis.repair == Repair("Use that scheme", scheme="bearer")
    assert mistake.repaired(diagnosis.repair).state == "verified"


def test_basic_where_a_header_was_chosen() -> None:
    sent = request(("Authorization", "Basic " + base64_of(b"hooks:open sesame")))
    mistake = Failed(sent, schemes()["vendasta-send"], (b"hooks:open sesame",))
    assert mistake.explained().repair == Repair("Use that scheme", scheme="basic")


@pytest.mark.parametrize("name", ["Authorization", "Signature"])
def test_a_common_header_alone_suggests_no_scheme(name: str) -> None:
    sent = failed("static-header", (name, "Bearer something else"), header_name="X-Webhook-Secret")
    assert sent.verdict().diagnosis == ()


def test_a_signed_body_of_the_marketplace_is_recognised() -> None:
    token = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in (b'{"alg":"RS256"}', b"{}", b"no"))
    diagnosis = Failed(request(body=token), schemes()["vendasta-send"]).explained()
    assert (diagnosis.code, diagnosis.repair) == ("looks_like_scheme", None)
    assert diagnosis.sentence == (
        "The request looks like “Vendasta Marketplace (vendor) webhook”: choose that scheme if it comes from there."
    )


def test_the_secret_where_a_signature_is_expected() -> None:
    mistake = Failed(request(("X-Partner-Signature", TEXT)), hmac_scheme())
    diagnosis = mistake.explained()
    assert diagnosis.code == "secret_as_signature"
    assert diagnosis.sentence == (
        "`X-Partner-Signature` holds the secret itself and no signature: choose a scheme for a token."
    )
    assert diagnosis.repair == Repair(
        "Look for a token there", (("header_name", "X-Partner-Signature"),), "static-header"
    )
    assert mistake.repaired(diagnosis.repair).state == "verified"


def test_the_secret_in_the_body_where_a_signature_is_expected() -> None:
    mistake = failed("github", body=with_fields(token=TEXT))
    diagnosis = mistake.explained()
    assert diagnosis.sentence == "The body holds the secret itself and no signature: choose a scheme for a token."
    assert mistake.repaired(diagnosis.repair).state == "verified"


# --- the right token written in another way --------------------------------------------------------------------------

SAID = {
    "token_whitespace": "It is the right token with a line break at its end.",
    "value_has_quotes": "It is the right token in quotation marks: send it without them.",
    "invisible_characters": "It is the right token with an invisible character in it: type by hand what was pasted.",
    "unexpected_bearer_prefix": "It is the right token with `Bearer` before it: send it without that word.",
}


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("token_whitespace", TEXT + "\n"),
        ("token_whitespace", TEXT + "\r\n"),
        ("value_has_quotes", f'"{TEXT}"'),
        ("value_has_quotes", f"'{TEXT}'"),
        ("value_has_quotes", f"“{TEXT}”"),
        ("value_has_quotes", f'\\"{TEXT}\\"'),
        ("invisible_characters", f"\u200b{TEXT}"),
        ("invisible_characters", f"{TEXT[:5]}\u2060{TEXT[5:]}"),
        ("invisible_characters", f"\ufeff{TEXT}"),
        ("invisible_characters", f"{TEXT}\u00a0"),
        ("unexpected_bearer_prefix", f"Bearer {TEXT}"),
        ("unexpected_bearer_prefix", f"bearer: {TEXT}"),
    ],
)
def test_the_right_token_written_in_another_way(code: str, value: str) -> None:
    diagnosis = failed("vendasta-send", body=with_fields(token=value), place="json", name="token").explained()
    assert (diagnosis.code, diagnosis.sentence, diagnosis.repair) == (code, SAID[code], None)


def test_the_same_in_a_header_as_its_bytes_come() -> None:
    for value, code in ((f'"{TEXT}"', "value_has_quotes"), (f"{TEXT}\xa0", "invisible_characters")):
        assert failed("vendasta-send", ("Signature", value)).explained().code == code
    zero_width = f"\u200b{TEXT}".encode().decode("latin-1")
    assert failed("vendasta-send", ("Signature", zero_width)).explained().code == "invisible_characters"


def test_blanks_around_a_token() -> None:
    url = f"https://hooks.example.com/in?token=%20{TEXT}"
    diagnosis = failed("static-query", url=url, param_name="token").explained()
    assert (diagnosis.code, diagnosis.sentence) == ("token_whitespace", "It is the right token with blanks around it.")


def test_a_space_in_a_secret_that_was_pasted_as_a_special_one() -> None:
    sent = request(("Signature", "correct\xa0horse battery"))
    diagnosis = Failed(sent, schemes()["vendasta-send"], (b"correct horse battery",)).explained()
    assert diagnosis.code == "invisible_characters"


def test_codes_that_are_not_decoded_in_a_cookie() -> None:
    secret = b"ab+/cd==ef+/gh=="
    sent = request(("Cookie", f"wh={quote(secret, safe='')}"))
    diagnosis = Failed(sent, schemes()["static-cookie"], (secret,), {"cookie_name": "wh"}).explained()
    assert diagnosis.code == "token_escaping"
    assert diagnosis.sentence == "It is the right token, but it is written with % codes, which are not decoded there."


def test_a_plus_in_an_address() -> None:
    sent = request(url="https://hooks.example.com/in?token=ab+cd+ef==")
    diagnosis = Failed(sent, schemes()["static-query"], (b"ab+cd+ef==",), {"param_name": "token"}).explained()
    assert diagnosis.code == "token_escaping"
    assert diagnosis.sentence == (
        "It is the right token, but its + signs were read as spaces: in an address write + as %2B."
    )


def test_bearer_missing_another_word_and_twice() -> None:
    def of(value: str) -> tuple[str, str]:
        diagnosis = failed("bearer", ("Authorization", value)).explained()
        return diagnosis.code, diagnosis.sentence

    write = "before it: write `Bearer`, a space, and then the token."
    assert of(TEXT) == ("missing_bearer_prefix", f"It is the right token without `Bearer` {write}")
    assert of(f"Token {TEXT}") == (
        "missing_bearer_prefix",
        f"It is the right token with another word instead of `Bearer` {write}",
    )
    assert of(f"Bearer Bearer {TEXT}") == (
        "doubled_bearer",
        "`Bearer` is there twice: the sender adds it by itself, so enter only the token there.",
    )
    assert of(f'Bearer "{TEXT}"') == ("value_has_quotes", SAID["value_has_quotes"])


def test_user_name_and_password() -> None:
    secret = b"hooks:open sesame"

    def of(value: str, secret: bytes = secret) -> tuple[str, str]:
        diagnosis = Failed(request(("Authorization", value)), schemes()["basic"], (secret,)).explained()
        return diagnosis.code, diagnosis.sentence

    assert of("Basic hooks:open sesame") == (
        "basic_not_encoded",
        "User name and password are right, but they must be sent in base64.",
    )
    assert of(base64_of(secret)) == (
        "missing_basic_prefix",
        "It is the right value without `Basic` before it: write `Basic`, a space, and then the token.",
    )
    assert of("Basic " + base64_of(secret), b"open sesame") == (
        "secret_without_user",
        "The password is right: enter the secret again as user name, colon, and password.",
    )


# --- nothing there to compare ----------------------------------------------------------------------------------------


def test_an_empty_value() -> None:
    for mistake in (
        failed("vendasta-send", ("Signature", "")),
        failed("vendasta-send", ("Signature", " \t ")),
        failed("vendasta-trigger", ("verifier-token", "")),
        failed("bearer", ("Authorization", "Bearer ")),
        failed("github", ("X-Hub-Signature-256", "")),
    ):
        assert mistake.explained().code == "empty_value"
    diagnosis = failed("vendasta-send", body=with_fields(token=""), place="json", name="token").explained()
    assert diagnosis.sentence == "The body key `token` is empty: fill in its value at the sender."


@pytest.mark.parametrize(
    "value", ["{{ verifier_token }}", "{.WorkflowStep.trigger.secret}", "key-{{productName['MP-1']}}"]
)
def test_a_template_that_was_not_filled_in(value: str) -> None:
    for mistake in (
        failed("vendasta-send", ("Signature", value)),
        failed("vendasta-trigger", ("verifier-token", value)),
    ):
        diagnosis = mistake.explained()
        assert (diagnosis.code, diagnosis.repair) == ("unrendered_template", None)
        assert diagnosis.sentence.endswith(
            "holds a template that was not filled in: let the automation run instead of sending its example, "
            "or pick the value anew from the dynamic content."
        )


def test_where_the_right_token_is_matters_more_than_what_stands_in_its_place() -> None:
    diagnosis = failed("vendasta-send", ("Signature", ""), body=with_fields(token=TEXT)).explained()
    assert diagnosis.code == "secret_found_in_body"


# --- the stored secret -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "code", "said"),
    [
        (TOKEN + b"\n", "secret_whitespace", "a line break at its end, and the sender's has not"),
        (b"  " + TOKEN, "secret_whitespace", "blanks around it, and the sender's has not"),
        (b'"' + TOKEN + b'"', "secret_has_quotes", "in quotation marks: enter it again without them"),
        (b"Bearer " + TOKEN, "secret_has_bearer", "begins with `Bearer`, which is no part of it"),
        ("\u200b".encode() + TOKEN, "invisible_characters", "has an invisible character in it"),
    ],
)
def test_a_secret_that_was_pasted_with_something_around_it(stored: bytes, code: str, said: str) -> None:
    diagnosis = Failed(request(("Signature", TEXT)), schemes()["vendasta-send"], (stored,)).explained()
    assert (diagnosis.code, diagnosis.repair) == (code, None)
    assert diagnosis.sentence.startswith("The stored secret")
    assert said in diagnosis.sentence


def test_one_of_several_secrets_explains_it() -> None:
    secrets = (b"an old secret", TOKEN + b"\n", b"another")
    assert Failed(request(("Signature", TEXT)), schemes()["vendasta-send"], secrets).explained().code == (
        "secret_whitespace"
    )


def test_letters_with_accents_in_another_charset() -> None:
    secret = "clé-secrète-çà".encode()
    for sent, words in (
        ("clé-secrète-çà", "as Latin-1"),
        ("cle\u0301-secre\u0300te-c\u0327a\u0300".encode().decode("latin-1"), "in the Unicode form NFD"),
    ):
        diagnosis = Failed(request(("Signature", sent)), schemes()["vendasta-send"], (secret,)).explained()
        assert diagnosis.code == "secret_charset"
        assert diagnosis.sentence.startswith(f"The sender writes letters with accents {words}:")


def test_a_token_that_is_just_wrong_has_no_explanation() -> None:
    assert failed("vendasta-send", ("Signature", "something else"), body=BODY).verdict().diagnosis == ()
    assert failed("vendasta-send", ("Signature", TEXT[:-1])).verdict().diagnosis == ()
