"""What an endpoint must be like, each flaw as one sentence for the user."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from hookscope.endpoints.matching import segments
from hookscope.endpoints.model import CATCH_ALL_NAME, Endpoint
from hookscope.endpoints.schemes import Schemes
from hookscope.responses import BodyKind, Flaw, rule_set_flaws
from hookscope.responses.forward_url import handler_address, is_loopback
from hookscope.responses.passing import key_problem
from hookscope.responses.senders import load_senders

if TYPE_CHECKING:
    from hookscope.verification import Scheme

RESERVED = "/.well-known/hookscope"
OURS = "@records/"
"""How the names of credentials begin in the keyring (``secret_store``)."""

_PATH = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*")  # RFC 3986 3.3
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class EndpointError(ValueError):
    """An endpoint cannot be kept like this; the text says why in one sentence."""


class ForwardNotAllowed(EndpointError):
    """Requests would be forwarded to a host that the user has not confirmed."""

    def __init__(self, host: str) -> None:
        super().__init__(f"Requests would be forwarded to {host}, off this computer. Confirm that host first.")
        self.host = host


class Problem(NamedTuple):
    """What is wrong with an endpoint: the field (as in ``response.status``) and one sentence."""

    field: str
    message: str


def problem(endpoint: Endpoint, others: Iterable[Endpoint], schemes: Schemes) -> Problem | None:
    """The first reason why this endpoint cannot be kept beside the others; one with its own id is not another."""
    others = [other for other in others if not endpoint.id or other.id != endpoint.id]
    if message := name_problem(endpoint.name, others):
        return Problem("name", message)
    if (endpoint.name, endpoint.path) != (CATCH_ALL_NAME, ""):
        if endpoint.name.casefold() == CATCH_ALL_NAME.casefold():
            return Problem("name", f"“{CATCH_ALL_NAME}” is the name of what takes everything else. Choose another.")
        if message := path_problem(endpoint.path, others):
            return Problem("path", message)
    return (
        _verification_problem(endpoint, schemes)
        or _response_problem(endpoint)
        or _text_problem(endpoint)
        or _key_problem(endpoint)
        or _sender_problem(endpoint)
    )


def forward_host_to_ask(endpoint: Endpoint, allowed: Collection[str]) -> str:
    """The first host off this computer that requests would be forwarded to and that is not allowed; ``""`` for none."""
    hosts = (handler_address(each.body).host for each in endpoint.rule_set.responses() if each.kind is BodyKind.FORWARD)
    return next((host for host in hosts if not is_loopback(host) and host not in allowed), "")


def name_problem(name: str, others: Iterable[Endpoint]) -> str:
    """Why this name cannot be given beside the others; ``""`` when it can."""
    if not name.strip():
        return "Enter a name."
    if not name.isprintable() or name != name.strip():
        return "A name has no line breaks, no hidden characters and no blanks around it."
    if any(other.name.casefold() == name.casefold() for other in others):
        return f"There is an endpoint “{name}” already."
    return ""


def path_problem(path: str, others: Iterable[Endpoint]) -> str:
    """Why this path cannot be used beside the others; ``""`` when it can."""
    if not path.startswith("/"):
        return "Enter a path that begins with /."
    if message := _character_problem(path):
        return message
    if any("*" in part and part != "*" for part in path.split("/")):
        return "* stands for one whole segment, as in /orders/*/paid. Write a real * as %2A."
    own, reserved = segments(path), segments(RESERVED)
    if own[: len(reserved)] == reserved:
        return f"Paths under {RESERVED} are taken by Hookscope itself."
    taken = next((other for other in others if not other.is_catch_all and segments(other.path) == own), None)
    return f"The path {path} belongs to “{taken.name}” already." if taken else ""


def secret_name_problem(name: str) -> str:
    """Why a secret cannot have this name in the keyring; ``""`` when it can."""
    if not name.strip() or name != name.strip() or not name.isprintable() or "#" in name or len(name) > 200:
        return f"“{name[:40]}” cannot be the name of a secret: use letters, digits and dashes."
    if name.startswith(OURS):
        return f"“{name[:40]}” is a credential of Hookscope itself. Choose another secret."
    return ""


def _verification_problem(endpoint: Endpoint, schemes: Schemes) -> Problem | None:
    for name in endpoint.secrets:
        if message := secret_name_problem(name):
            return Problem("secrets", message)
    if not endpoint.scheme:
        return Problem("scheme_options", "Choose a scheme first.") if endpoint.scheme_options else None
    scheme = schemes.get(endpoint.scheme)
    if scheme is None:
        close = get_close_matches(endpoint.scheme, schemes.all(), n=1)
        hint = f"Did you mean {close[0]}?" if close else "hookscope has a list under Verification."
        return Problem("scheme", f"There is no scheme “{endpoint.scheme}”. {hint}")
    return _option_problem(endpoint, scheme)


def _option_problem(endpoint: Endpoint, scheme: Scheme) -> Problem | None:
    known = scheme.option_names()
    for name in endpoint.scheme_options:
        if name not in known:
            listed = ", ".join(known) or "none"
            return Problem("scheme_options", f"{scheme.id} has no option “{name}”. It has: {listed}.")
    for name, default in scheme.options.items():
        if default is None and not endpoint.scheme_options.get(name):
            return Problem("scheme_options", f"{scheme.id} needs the option {name}.")
    return None


def _character_problem(path: str) -> str:
    if "?" in path or "#" in path:
        return "A path ends before ? and #. Leave them out."
    allowed = _PATH.match(path)
    if allowed and allowed.end() < len(path):
        bad = path[allowed.end()]
        shown = f"“{bad}”" if bad.isprintable() and bad != " " else "A blank" if bad.isspace() else "A hidden character"
        return f"{shown} cannot stand in a path. Write it as {quote(bad, errors='replace')}."
    if _BAD_PERCENT.search(path):
        return "After % a path has two hexadecimal digits. Write a real % as %25."
    return ""


def _text_problem(endpoint: Endpoint) -> Problem | None:
    # A body is checked here too: one that its status keeps from being sent is still stored and exported.
    bodies = [(f"rule[{number}].response.body", rule.response.body) for number, rule in enumerate(endpoint.rules, 1)]
    for field, text in (("sender", endpoint.sender), ("response.body", endpoint.response.body), *bodies):
        try:
            text.encode()
        except UnicodeEncodeError:
            return Problem(field, "There is half of a character in the text. Take it out.")
    return None


def _sender_problem(endpoint: Endpoint) -> Problem | None:
    senders = load_senders()
    if endpoint.sender in senders:
        return None
    close = get_close_matches(endpoint.sender, senders, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(senders)}."
    return Problem("sender", f"There is no sender profile “{endpoint.sender}”. {hint}")


def _key_problem(endpoint: Endpoint) -> Problem | None:
    for number, declared in enumerate(endpoint.response_keys):
        if message := key_problem(declared.key, endpoint.response_keys[:number]):
            return Problem(f"response_keys[{number + 1}]", message)
    return None


def _response_problem(endpoint: Endpoint) -> Problem | None:
    flaw = next(iter(rule_set_flaws(endpoint.rule_set)), None)
    return Problem(_place(flaw), flaw.message) if flaw else None


def _place(flaw: Flaw) -> str:
    if not flaw.rule:
        return f"response.{flaw.place}"
    inner = flaw.place if flaw.place in ("name", "when") else f"response.{flaw.place}"
    return f"rule[{flaw.rule}].{inner}"
