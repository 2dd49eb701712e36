"""Templates of responses: Jinja2 over a request, in a sandbox that is narrower than Jinja's own.

A template runs on the listener's loop, over what a stranger sent, and may come from a stranger's workspace file. So it
is made only of what the lists here name, works only on the values of JSON, and puts functions that count what they
take in the place of Jinja's operators.
"""

from __future__ import annotations

from hookscope.responses.templates.compiling import LARGEST_SOURCE
from hookscope.responses.templates.running import MOST_SECONDS, MOST_STEPS
from hookscope.responses.templates.syntax import TemplateFlaw
from hookscope.responses.templates.template import LARGEST_OUTPUT, Template, TemplateFailure, compiled, template_flaw

__all__ = [
    "LARGEST_OUTPUT",
    "LARGEST_SOURCE",
    "MOST_SECONDS",
    "MOST_STEPS",
    "Template",
    "TemplateFailure",
    "TemplateFlaw",
    "compiled",
    "template_flaw",
]
