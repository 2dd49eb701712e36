"""What an endpoint answers: responses and rules, why they cannot be applied, and what goes out for a request."""

from __future__ import annotations

from hookscope.responses.choosing import Choice, Chooser
from hookscope.responses.files import FileFailure, Files
from hookscope.responses.model import (
    BodyKind,
    Fault,
    Flaw,
    Headers,
    Response,
    flaws,
    has_body,
    json_flaw,
    status_name,
)
from hookscope.responses.planning import Plan, implied_headers, plan, planned
from hookscope.responses.request_view import NotJson, RequestView
from hookscope.responses.rules import Comparison, Condition, Rule, RuleSet, Subject, rule_set_flaws

__all__ = [
    "BodyKind",
    "Choice",
    "Chooser",
    "Comparison",
    "Condition",
    "Fault",
    "FileFailure",
    "Files",
    "Flaw",
    "Headers",
    "NotJson",
    "Plan",
    "RequestView",
    "Response",
    "Rule",
    "RuleSet",
    "Subject",
    "flaws",
    "has_body",
    "implied_headers",
    "json_flaw",
    "plan",
    "planned",
    "rule_set_flaws",
    "status_name",
]
