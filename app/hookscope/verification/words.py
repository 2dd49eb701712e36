"""The sentences of a verdict: steps, and what a verified request is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Story = tuple[str | int, ...]
"""One step as data: a key of ``STEPS`` and what is filled into its sentence."""

STEPS: Mapping[str, str] = {
    "found": "Found {1} signature in the {0}.",
    "token_found": "Found the {0}.",
    "algorithm": "The token is signed with {0}, which is accepted.",
    "text": "Made the signed text: {0:,} bytes, `{1}`.",
    "mac_fits": "The {0} of that text is the signature that was sent.",
    "signature_fits": "The {0} signature fits that text and the key.",
    "token_fits": "It is the secret.",
    "hash_fits": "The claim `{0}` fits the request.",
    "required": "`{0}` is `{1}`.",
    "in_time": "It was made within the time that is allowed.",
    "secret": "It fits secret number {0} of {1}.",
}

VERIFIED: Mapping[str, str] = {
    "signature": "The signature is right: the body is what the sender signed.",
    "uncovered": "The signature is right. It does not protect the body.",
    "token": "The token is right. It does not protect the body; this sender offers nothing stronger.",
    "basic": "User name and password are right. They do not protect the body.",
}

WARNINGS: Mapping[str, str] = {
    "body_not_covered": "The body is not protected: it could have been changed.",
    "no_replay_window": "An old request can be sent again: its age is not checked.",
    "weak_algorithm": "The algorithm is an old one that is no longer considered strong.",
}


def sentences(story: Iterable[Story]) -> tuple[str, ...]:
    """The steps of a story in words, each once."""
    return tuple(dict.fromkeys(STEPS[str(step)].format(*values) for step, *values in story))
