"""Endpoints: what they are, how they are kept, which one takes a request, and the workspace file."""

from __future__ import annotations

from hookscope.endpoints.checks import EndpointError, name_problem, path_problem
from hookscope.endpoints.endpoints import Endpoints
from hookscope.endpoints.matching import Matcher
from hookscope.endpoints.model import CATCH_ALL_NAME, Endpoint
from hookscope.endpoints.storage import load
from hookscope.endpoints.workspace import WorkspaceError, apply_workspace, export_workspace, parse_workspace

__all__ = [
    "CATCH_ALL_NAME",
    "Endpoint",
    "EndpointError",
    "Endpoints",
    "Matcher",
    "WorkspaceError",
    "apply_workspace",
    "export_workspace",
    "load",
    "name_problem",
    "parse_workspace",
    "path_problem",
]
