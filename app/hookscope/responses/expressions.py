"""Conditions on a body: JMESPath, bounded in steps, size and time, because rules and bodies may be a stranger's."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jmespath import functions, parser, visitor
from jmespath.exceptions import JMESPathError, LexerError, ParseError, UnknownFunctionError

LONGEST = 4_096
STEPS = 100_000
SECONDS = 0.05
LARGEST = 1 << 20  # characters or items of one value in between


class ExpressionError(ValueError):
    """An expression cannot be evaluated; the text says why, as part of a sentence."""


class Expression:
    """A compiled expression; threads may share it."""

    def __init__(self, source: str) -> None:
        """Compile an expression; raises ``ExpressionError`` with a whole sentence."""
        if not source.strip():
            raise ExpressionError("Enter a JMESPath expression, such as orderId == 'A-1'.")
        if len(source) > LONGEST:
            raise ExpressionError(f"An expression has at most {LONGEST:,} characters.")
        try:
            self._tree = parser.Parser().parse(source).parsed
        except (LexerError, ParseError) as error:
            raise ExpressionError(_located(error)) from None
        except (JMESPathError, RecursionError, ValueError) as error:
            raise ExpressionError(f"This is no JMESPath expression ({_first_line(error)}).") from None
        for node in _nodes(self._tree):
            if problem := _node_problem(node):
                raise ExpressionError(problem)

    def value(self, document: Any) -> Any:
        """What the expression finds in a document; raises ``ExpressionError``."""
        try:
            return _Bounded().visit(self._tree, document)
        except UnknownFunctionError as error:
            raise ExpressionError(_first_line(error)) from None
        except (JMESPathError, RecursionError, TypeError, ValueError, OverflowError) as error:
            raise ExpressionError(f"the expression cannot be used on this body ({_first_line(error)})") from None

    def holds(self, document: Any) -> bool:
        """Whether what it finds counts as true: anything but null, false and what is empty."""
        found = self.value(document)
        return found is not None and found is not False and not (isinstance(found, str | list | dict) and not found)


@lru_cache(maxsize=256)
def expression(source: str) -> Expression:
    """The compiled expression; raises ``ExpressionError``."""
    return Expression(source)


def expression_problem(source: str) -> str:
    """Why an expression cannot be used, in one sentence; ``""`` when it can."""
    try:
        expression(source)
    except ExpressionError as error:
        return str(error)
    return ""


class _Bounded(visitor.TreeInterpreter):
    """Counts what it does, and stops what does not end."""

    def __init__(self) -> None:
        super().__init__()
        self._steps = 0
        self._end = time.monotonic() + SECONDS

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        self._steps += 1
        if self._steps > STEPS or (not self._steps & 63 and time.monotonic() > self._end):
            raise ExpressionError("the expression takes too long on this body")
        found = super().visit(node, *args, **kwargs)
        if isinstance(found, str | list) and len(found) > LARGEST:
            raise ExpressionError("the expression makes too much of this body")
        return found


def _located(error: LexerError | ParseError) -> str:
    position = int(getattr(error, "lex_position", getattr(error, "lexer_position", 0)) or 0)
    return f"The expression is not JMESPath at character {position + 1}. Write for example orderId == 'A-1'."


def _nodes(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    pending = [tree]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(child for child in node["children"] if isinstance(child, dict))


def _node_problem(node: Mapping[str, Any]) -> str:
    if node["type"] == "function_expression" and node["value"] not in functions.Functions.FUNCTION_TABLE:
        return f"JMESPath has no function {node['value']}()."
    several = node["type"] in ("multi_select_list", "multi_select_dict")
    if several and not all(child["type"] == "literal" for child in node["children"]):
        # [@, @] | [@, @] | … doubles what it holds with every step
        return "A condition finds one value: lists like [a, b] and {a: b} hold only texts and numbers here."
    return ""


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
