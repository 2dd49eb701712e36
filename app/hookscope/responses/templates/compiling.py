"""From the source of a template to code, in Jinja's sandbox with our lists in the place of its own."""

from __future__ import annotations

import re
from typing import cast

import jinja2
from jinja2 import TemplateSyntaxError
from jinja2.lexer import TokenStream
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hookscope.responses.templates.filters import FILTERS, TESTS
from hookscope.responses.templates.narrowing import narrow
from hookscope.responses.templates.operators import OPERATORS, calculated
from hookscope.responses.templates.running import Run
from hookscope.responses.templates.syntax import Outline, TemplateFlaw, translated
from hookscope.responses.templates.values import Missing, check, number, printed

LARGEST_SOURCE = 64 << 10


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja with our lists in the place of its own; its own sandbox stays behind them."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    intercepted_unops = frozenset({"+", "-"})

    def __init__(self) -> None:
        # Nothing is worked out when a template is compiled: that would be outside of all bounds.
        super().__init__(undefined=Missing, finalize=printed, keep_trailing_newline=True, optimized=False)
        self.globals = {}
        self.filters = FILTERS | OPERATORS
        self.tests = dict(TESTS)

    def is_safe_callable(self, obj: object) -> bool:
        return False

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        return calculated(cast("Run", context), operator, left, right)

    def call_unop(self, context: Context, operator: str, arg: object) -> object:
        check(arg)
        return -number(arg) if operator == "-" else number(arg)

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        outline = Outline()
        tokens = []
        try:
            for token in self.lexer.tokeniter(source, name):
                outline.take(*token)
                tokens.append(token)
        except TemplateSyntaxError as error:
            raise translated(error, outline.tag_line) from error
        outline.end()
        return TokenStream(self.lexer.wrap(tokens), None, None)


_ENVIRONMENT = _Environment()


def compiled_code(source: str) -> jinja2.Template:
    """The code of a source; raises ``TemplateFlaw``."""
    _check_source(source)
    try:
        tree = Parser(_ENVIRONMENT, source).parse()
        narrow(tree)
        return jinja2.Template.from_code(_ENVIRONMENT, _ENVIRONMENT.compile(tree), {})
    except TemplateFlaw:
        raise
    except TemplateSyntaxError as error:
        raise translated(error) from error
    except Exception as error:  # Python's own limits: of the stack, of nested brackets and blocks
        raise TemplateFlaw(1, "the template is nested too deeply.") from error


def _check_source(source: str) -> None:
    try:
        size = len(source.encode())
    except UnicodeEncodeError as error:
        line = len(re.findall(r"\r\n|\r|\n", source[: error.start])) + 1
        raise TemplateFlaw(line, "half of a character stands here alone. Delete it.") from None
    if size > LARGEST_SOURCE:
        raise TemplateFlaw(1, "the template is larger than 64 KiB.")
