"""Endpoints: what they are, how they are kept, which one takes a request, and the workspace file."""

from __future__ import annotations

from hookscope.endpoints.checking import Check, Resolved, check_of, pending_check
from hookscope.endpoints.checks import EndpointError, ForwardNotAllowed, name_problem, path_problem, secret_name_problem
from hookscope.endpoints.endpoints import Endpoints
from hookscope.endpoints.matching import Matcher
from hookscope.endpoints.model import CATCH_ALL_NAME, Endpoint, ResponseKey, SecretNote
from hookscope.endpoints.recheck import Rechecked, recheck
from hookscope.endpoints.schemes import Schemes
from hookscope.endpoints.storage import load
from hookscope.endpoints.workspace import (
    ForwardRefused,
    Workspace,
    WorkspaceError,
    apply_workspace,
    export_workspace,
    files_named,
    parse_workspace,
)

__all__ = [
    "CATCH_ALL_NAME",
    "Check",
    "Endpoint",
    "EndpointError",
    "Endpoints",
    "ForwardNotAllowed",
    "ForwardRefused",
    "Matcher",
    "Rechecked",
    "Resolved",
    "ResponseKey",
    "Schemes",
    "SecretNote",
    "Workspace",
    "WorkspaceError",
    "apply_workspace",
    "check_of",
    "export_workspace",
    "files_named",
    "load",
    "name_problem",
    "parse_workspace",
    "path_problem",
    "pending_check",
    "recheck",
    "secret_name_problem",
]
