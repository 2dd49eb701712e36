"""An endpoint: a path on the listener with its own verification and response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hookscope.responses import Response, Rule, RuleSet

CATCH_ALL_NAME = "Anything else"


@dataclass(frozen=True, slots=True)
class ResponseKey:
    """A key of the response that the automation step passes on, and its type as the step names it."""

    key: str
    type: str = "string"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A path, how what arrives there is verified, and what is answered.

    ``id`` is 0 until it is stored. ``path`` starts with ``/``; one ``*`` stands for one segment. The catch-all has
    the path ``""`` and takes what no other endpoint claims. ``scheme`` is the id of a scheme, empty for none;
    ``secrets`` are names in the keyring, never values. With ``reject_unverified`` what is not verified is turned away,
    with ``hold`` every response waits for the user. The rules come before ``response``, the default.
    ``proves`` names the endpoint whose response keys are shown to have come through, empty for none.
    """

    name: str
    path: str
    response: Response = Response()
    sender: str = "vendasta-automation"
    id: int = 0
    scheme: str = ""
    scheme_options: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    reject_unverified: bool = False
    response_keys: tuple[ResponseKey, ...] = ()
    rules: tuple[Rule, ...] = ()
    hold: bool = False
    proves: str = ""

    @property
    def rule_set(self) -> RuleSet:
        """What is answered: the rules, and the response when none of them fits."""
        return RuleSet(self.rules, self.response)

    @property
    def is_catch_all(self) -> bool:
        """Whether this endpoint takes what no path claims."""
        return self.path == ""


@dataclass(frozen=True, slots=True)
class SecretNote:
    """What is known of a secret in the keyring beside its value; ``created_us`` is in microseconds since 1970."""

    name: str
    label: str = ""
    created_us: int = 0
