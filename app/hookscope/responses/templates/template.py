"""A compiled template, which gives a text for a request."""

from __future__ import annotations

import functools
import io
import traceback
from collections.abc import Generator
from typing import cast

from hookscope.responses.model import Flaw
from hookscope.responses.request_view import RequestView
from hookscope.responses.templates.compiling import compiled_code
from hookscope.responses.templates.running import Run, Stop, reason_of
from hookscope.responses.templates.syntax import TemplateFlaw

LARGEST_OUTPUT = 1 << 20


class TemplateFailure(Exception):
    """Why a template gave nothing for one request: its line (from 1), and the reason as part of a sentence."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(f"Line {line}: {reason}.")


class Template:
    """A compiled template; threads may share it."""

    __slots__ = ("_code",)

    def __init__(self, source: str) -> None:
        self._code = compiled_code(source)

    def render(self, view: RequestView) -> str:
        """The text for one request; raises ``TemplateFailure``, and nothing else."""
        try:
            return self._written(Run(self._code.environment, view))
        except Exception as error:
            raise TemplateFailure(self._line_of(error), reason_of(error)) from error

    def _written(self, run: Run) -> str:
        pieces = cast("Generator[str]", self._code.root_render_func(run))
        output = io.StringIO()
        size = 0
        for piece in pieces:
            size += len(piece) if piece.isascii() else len(piece.encode())
            if size > LARGEST_OUTPUT:
                pieces.throw(Stop("the output is larger than 1 MiB"))  # raised inside, so that its line is known
            output.write(piece)
        return output.getvalue()

    def _line_of(self, error: Exception) -> int:
        line = 1
        for frame, at in traceback.walk_tb(error.__traceback__):
            if frame.f_globals.get("__jinja_template__") is self._code:
                line = self._code.get_corresponding_lineno(at)
        return line


@functools.lru_cache(maxsize=256)
def compiled(source: str) -> Template:
    """The template of a source, compiled once; raises ``TemplateFlaw``."""
    return Template(source)


def template_flaw(source: str) -> Flaw | None:
    """Why this template cannot be used, ``None`` when it can."""
    try:
        compiled(source)
    except TemplateFlaw as flaw:
        return Flaw("body", flaw.sentence, flaw.line, 1)
    return None
