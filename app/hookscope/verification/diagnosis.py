"""Known mistakes that explain why a request did not verify, found by judging it again with one thing changed.

A hit never changes the state. Only the first one is told, in the order of this list; where nothing would verify, there
are hints: what is plainly wrong with the value, the headers of another sender, a similar name. The codes:

the right value is in the wrong place
    near_miss_name             it has another name that is similar; or a similar name is there with another value
    secret_found_in_header     the token is in another header (…_in_cookie, _query, _form, _body the same)
    signature_found_in_header  the signature or signed token is in another header (…_in_cookie, _query, _form, _body)
    secret_as_signature        the secret itself was sent, and no signature
    looks_like_scheme          the request verifies under another scheme, or has the headers of one
the value is written in another way
    token_whitespace           blanks or line breaks around it
    value_has_quotes           quotation marks around it
    invisible_characters       characters of no width or special spaces, in the value or in the stored secret
    missing_bearer_prefix      no ``Bearer`` or another word before it (missing_basic_prefix the same)
    doubled_bearer             ``Bearer`` twice
    unexpected_bearer_prefix   ``Bearer`` where none is expected
    basic_not_encoded          ``user:password`` as it is
    token_escaping             % codes that are not decoded, or + read as a space
    signature_encoding         hex instead of base64 and the like
    other_algorithm            HMAC with another hash
    signature_prefix           another text before it, as ``sha256=``
the secret is another text
    secret_whitespace          blanks or line breaks around it, stored or at the sender
    secret_has_quotes          stored in quotation marks
    secret_has_bearer          stored with ``Bearer``
    secret_without_user        stored without the user name
    key_used_undecoded         the sender uses the text that the scheme decodes
    key_decoded                the sender decodes the text that the scheme uses, or decodes it in another way
    secret_prefix              the sender leaves ``whsec_`` out
    secret_charset             letters in Latin-1, NFC or NFD
something else was signed
    body_newline, body_line_endings, bom, body_decoded (packed or not), body_reserialised, body_charset
    template_variant           other delimiters or another order
    url_scheme, url_trailing_slash, url_port, url_host, url_query
the value is plainly wrong
    empty_value                it is empty
    unrendered_template        it holds ``{{ … }}`` or ``{.WorkflowStep…}``
the time is out of range
    timestamp_unit             seconds instead of milliseconds or the reverse
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence

from hookscope.verification import model
from hookscope.verification.job import Job
from hookscope.verification.mistakes import bodies, elsewhere, secrets, senders, signatures, values
from hookscope.verification.mistakes.case import Case, Mistake, Trial, first_of
from hookscope.verification.model import Scheme
from hookscope.verification.verdict import UNSIGNED, Diagnosis, Verdict

log = logging.getLogger(__name__)

AT_MOST = 2

_OF_TIME = frozenset(
    {"timestamp_too_old", "timestamp_in_future", "timestamp_malformed", "token_expired", "token_not_yet_valid"}
)
_PLAIN = frozenset(
    {
        "alg_not_allowed",
        "ambiguous_header",
        "claim_missing",
        "claim_mismatch",
        "insufficient_coverage",
        "key_unavailable",
    }
)
"""Reasons that say all there is to say: another way to verify such a request would be no remedy."""
_ABSENT = frozenset({UNSIGNED, "missing_header", "missing_timestamp"})

_OF_TOKEN: Sequence[Mistake] = (*values.MISTAKES, *secrets.MISTAKES)
_OF_SIGNATURE: Sequence[Mistake] = (
    *values.MISTAKES,
    *signatures.WRITTEN,
    *secrets.MISTAKES,
    *bodies.MISTAKES,
    *signatures.SIGNED,
)


def diagnose(job: Job, verdict: Verdict, own: Scheme) -> tuple[Diagnosis, ...]:
    """The mistakes that explain a failure, the most likely first; ``own`` is the scheme as it is written."""
    try:
        trial = Trial(job.scheme, job.context.options, job.secrets, job.context.request, job.at)
        return tuple(_explained(Case(own, trial, job.context, verdict.reason)))
    except Exception as error:  # noqa: BLE001  an explanation that fails must not spoil the verdict
        # Without its text and traceback, which might hold what the request or the secret is.
        log.error("a failure could not be explained for %s (%s)", own.id, type(error).__name__)
        return ()


def _explained(case: Case) -> Sequence[Diagnosis]:
    if case.reason in _PLAIN:
        return ()
    if case.reason in _OF_TIME:
        return [explanation] if (explanation := first_of(case, signatures.TIMES)) else []
    found = next(_found(case), None)
    return [found] if found else list(_hints(case))[:AT_MOST]


def _found(case: Case) -> Iterator[Diagnosis]:
    """What would verify, the most likely first."""
    for search in _searches(case):
        if (explanation := search(case)) is not None:
            yield explanation


def _searches(case: Case) -> Iterator[Callable[[Case], Diagnosis | None]]:
    yield elsewhere.found
    yield senders.found
    if case.reason != UNSIGNED:
        is_token = case.trial.scheme.kind in (model.STATIC, model.BASIC)
        yield lambda case: first_of(case, _OF_TOKEN if is_token else _OF_SIGNATURE)


def _hints(case: Case) -> Iterator[Diagnosis]:
    """What may be wrong, though nothing that was tried would verify."""
    yield from values.hints(case)
    if case.reason in _ABSENT:
        yield from senders.hints(case)
        yield from elsewhere.hints(case)
