"""What a verdict means, in a paragraph for people who build automations and do not know about signatures."""

from __future__ import annotations

from collections.abc import Mapping

NOT_WHOLE = (
    "A token or signature is looked at only when all of a request has come. This one broke off, was too large or was "
    "no HTTP request, so nothing can be said about who sent it."
)
_UNCONFIGURED = (
    "Whoever knows this address can send requests to it, and this one was taken as it came. To tell real requests "
    "from others, choose how the sender proves who it is. For the automation step Send a webhook that is a token, "
    "which you enter under Headers in the step and here."
)
_UNAVAILABLE = (
    "The request may be right or wrong: that cannot be told without the secret, which is kept in the keyring of this "
    "computer and not in Hookscope's own files. The request was stored as it came. Once the secret can be read, it "
    "can be checked as if it had just arrived."
)
_CANNOT_CHECK = (
    "This says nothing about the request: what is stored here does not fit what the scheme asks for, so there was "
    "nothing to compare with. Enter the secret again as the sender shows it, then check this delivery again."
)
_CLOCK = (
    "The sender writes into each request when it was signed, so that nobody can record one and send it again later. "
    "This one was signed too long before or after it arrived here. Either it is an old request that came again, or "
    "the clock of this computer or of the sender is wrong. What counts is the time of arrival, not the time at which "
    "you look."
)
_LIFETIME = (
    "The sender says in the token how long it is valid, often only a minute, so that nobody can record it and send it "
    "again later. What counts is when it arrived here, not when you look at it. If it was not sent again on purpose, "
    "look whether the clock of this computer is right."
)
_UNREADABLE = (
    "What was found is not written in the way this sender writes it, so there was nothing to compare. It may have "
    "been cut off, copied twice or put into another field, or the request comes from another sender: then choose that "
    "one's scheme for the endpoint."
)
_PART_MISSING = (
    "The signature covers something that this request does not have. A proxy may have taken it out on the way, or the "
    "request comes from another sender than the endpoint expects."
)
_BY_STATE: Mapping[tuple[str, str], str] = {
    ("verified", "signature"): (
        "The sender computed a signature over this request with a secret or key of its own. Hookscope looked whether "
        "it fits, and it does. So the request comes from that sender, and nothing that is signed was changed on the "
        "way."
    ),
    ("verified", "token"): (
        "Whoever sent this knows the token that is stored for this endpoint. A token is the same in every request and "
        "does not depend on what is in it, so it tells who sent the request and not that nobody changed it. "
        "Automations send nothing stronger. Keep the token to yourself, and make a new one when somebody else has "
        "seen it."
    ),
    ("verified", "basic"): (
        "Whoever sent this knows the user name and the password that are stored for this endpoint. They are the same "
        "in every request, so they tell who sent it and not that nobody changed it on the way."
    ),
    ("unsigned", "signature"): (
        "The endpoint expects a signature, and there is none where it is looked for. The sender may not sign its "
        "requests yet (many want a secret to be entered first), may use another name for it, or may be another "
        "sender. Anyone who knows the address could have sent this."
    ),
    ("unsigned", "token"): (
        "The endpoint expects a token, and there is none where it is looked for. Most often the step has no header of "
        "that name, or the token stands under JSON Body instead of Headers. Anyone who knows the address could have "
        "sent this."
    ),
    ("failed", "signature"): (
        "The signature that was sent and the one that Hookscope computed are not the same. Most often the secret that "
        "is stored here is not the sender's, something between the two rewrote the body (a single blank is enough), "
        "or the scheme is another sender's. It can also mean that somebody else sent this."
    ),
    ("failed", "token"): (
        "A token came, but not the one that is stored here. Most often the step still has an old one, or a blank or "
        "line break was copied along with it. Copy the token from the endpoint into the step once more. It can also "
        "mean that somebody else sent this."
    ),
}
_BY_REASON: Mapping[str, str] = {
    "body_hash_mismatch": (
        "The sender signed a fingerprint of the body, and the body that came has another one. Something on the way "
        "changed it: a proxy that rewrites JSON, a tool that saves and sends again, or somebody on purpose."
    ),
    "ambiguous_header": (
        "The same header came twice with different values. One program would read the first and another the second, "
        "so neither is trusted. Look whether the step, or a proxy before Hookscope, adds it a second time."
    ),
    "alg_not_allowed": (
        "The request says which way of signing was used, and it is not one that this sender uses. A request must not "
        "choose for itself how it is checked, so it was not checked any further."
    ),
    "insufficient_coverage": (
        "The signature is there, but it leaves out parts that the endpoint wants to be signed. Those could have been "
        "changed without anybody noticing."
    ),
    "timestamp_too_old": _CLOCK,
    "timestamp_in_future": _CLOCK,
    "token_expired": _LIFETIME,
    "token_not_yet_valid": _LIFETIME,
    "invalid_secret": _CANNOT_CHECK,
    "key_unavailable": _CANNOT_CHECK,
    "missing_context": (
        "This says nothing about the request: something that the check needs is not set for this endpoint, or is not "
        "known here. The sentence above says what. Set it, then check this delivery again."
    ),
    "missing_header": _PART_MISSING,
    "missing_timestamp": _PART_MISSING,
    "malformed_signature": _UNREADABLE,
    "malformed_body": _UNREADABLE,
    "bad_encoding": _UNREADABLE,
    "timestamp_malformed": _UNREADABLE,
    "claim_missing": (
        "The token is signed, but it does not say what this sender's tokens always say. It was made for another "
        "purpose or by another sender."
    ),
    "claim_mismatch": (
        "The token is signed, but it says that it was made by somebody else or for somebody else than the endpoint "
        "expects. Choose the scheme of the sender that it names, if you know that one."
    ),
}
_ALIKE: Mapping[str, str] = {"basic": "token"}


def meaning(state: str, reason: str, strength: str) -> str:
    """The paragraph under *What does this mean?*."""
    if state == "unconfigured":
        return _UNCONFIGURED
    if state == "unavailable":
        return _UNAVAILABLE
    if state == "failed" and reason in _BY_REASON:
        return _BY_REASON[reason]
    return _BY_STATE.get((state, strength)) or _BY_STATE[(state, _ALIKE.get(strength, "signature"))]
