"""Conditions on a body: JMESPath, bounded in steps, size and time, because rules and bodies may be a stranger's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from jmespath import functions, parser, visitor
from jmespath.exceptions import (
    IncompleteExpressionError,
    JMESPathError,
    JMESPathTypeError,
    LexerError,
    ParseError,
)

from hookscope.responses.budget import Budget, OverBudget
from hookscope.responses.rules import LONGEST_EXPRESSION

DEEPEST = 50  # each level takes several frames of Python's stack
LARGEST = 1 << 20  # characters or items of one value in between


class ExpressionError(ValueError):
    """An expression cannot be used; the text says why, as a sentence when compiled, as part of one when evaluated."""


class Expression:
    """A compiled expression; threads may share it."""

    def __init__(self, source: str) -> None:
        """Compile an expression; raises ``ExpressionError``."""
        if not source.strip():
            raise ExpressionError("Enter a JMESPath expression, such as orderId == 'A-1'.")
        if len(source) > LONGEST_EXPRESSION:
            raise ExpressionError(f"An expression has at most {LONGEST_EXPRESSION:,} characters.")
        self._tree = _parsed(source)
        for node, depth in _nodes(self._tree):
            if problem := _node_problem(node, depth):
                raise ExpressionError(problem)

    def value(self, document: Any, budget: Budget | None = None) -> Any:
        """What the expression finds in a document; raises ``ExpressionError``."""
        try:
            return _Bounded(budget or Budget()).visit(self._tree, document)
        except OverBudget:
            raise ExpressionError("the expression takes too long on this body") from None
        except (JMESPathError, RecursionError, TypeError, ValueError, ArithmeticError) as error:
            raise ExpressionError(f"the expression cannot be used on this body{_why(error)}") from None

    def holds(self, document: Any, budget: Budget | None = None) -> bool:
        """Whether what it finds counts as true: anything but null, false and what is empty."""
        found = self.value(document, budget)
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


# --- compiling -------------------------------------------------------------------------------------------------------


def _parsed(source: str) -> Mapping[str, Any]:
    try:
        tree: Mapping[str, Any] = parser.Parser().parse(source).parsed
    except (LexerError, ParseError) as error:
        raise ExpressionError(_located(error, source)) from None
    except RecursionError:
        raise ExpressionError(_TOO_DEEP) from None
    except (JMESPathError, ValueError, Warning):  # a warning where tests make it an error
        raise ExpressionError("This is not a JMESPath expression. Write for example orderId == 'A-1'.") from None
    return tree


_TOO_DEEP = f"The expression is nested deeper than {DEEPEST} levels. Make it flatter."


def _located(error: LexerError | ParseError, source: str) -> str:
    if isinstance(error, IncompleteExpressionError):
        return "The expression is not complete. Write for example orderId == 'A-1'."
    place = error.lexer_position if isinstance(error, LexerError) else error.lex_position
    near = source[place : place + 20].strip()
    return f"The expression is not JMESPath at character {place + 1}{f' ({near})' if near else ''}."


def _nodes(tree: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], int]]:
    """All nodes, with how deep each is."""
    pending = [(tree, 1)]
    while pending:
        node, depth = pending.pop()
        yield node, depth
        pending.extend((child, depth + 1) for child in node["children"] if isinstance(child, dict))


def _node_problem(node: Mapping[str, Any], depth: int) -> str:
    if depth > DEEPEST or (node["type"] == "literal" and _is_deep(node["value"], DEEPEST)):
        return _TOO_DEEP
    if node["type"] == "expref" and depth == 1:
        return "An expression with & in front stands only inside of a function. Take the & out."
    if node["type"] == "function_expression":
        return _call_problem(node["value"], len(node["children"]))
    if node["type"] in ("multi_select_list", "multi_select_dict") and not all(map(_is_fixed, node["children"])):
        # [@, @] | [@, @] | … doubles what it holds with every step
        return "A condition finds one value: lists like [a, b] and {a: b} hold only texts and numbers here."
    return ""


def _is_deep(value: Any, levels: int) -> bool:
    """Whether a JSON value has more levels; Python reads more of them than it can go through."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(_is_deep(each, levels - 1) for each in inner)


def _is_fixed(node: Mapping[str, Any]) -> bool:
    inner = node["children"][0] if node["type"] == "key_val_pair" else node
    return bool(inner["type"] == "literal")


def _call_problem(name: str, given: int) -> str:
    spec = functions.Functions.FUNCTION_TABLE.get(name)
    if spec is None:
        return f"JMESPath has no function {name}()."
    wanted: Sequence[Mapping[str, Any]] = spec["signature"]
    is_open = bool(wanted[-1].get("variadic"))
    if given == len(wanted) or (is_open and given > len(wanted)):
        return ""
    values = "1 value" if len(wanted) == 1 else f"{len(wanted)} values"
    return f"{name}() takes {values}{' or more' if is_open else ''}, not {given}."


# --- evaluating ------------------------------------------------------------------------------------------------------


class _Bounded(visitor.TreeInterpreter):
    """Counts what it does and what it holds, and stops what does not end."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(visitor.Options(custom_functions=_Functions(budget)))
        self._budget = budget

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        found = super().visit(node, *args, **kwargs)
        # A text or list of the expression itself costs as much as it is long: each item of a body can repeat it.
        self._budget.charge(1 + (_size(found) if node["type"] == "literal" else _length(found) >> 4))
        return found


class _Functions(functions.Functions):
    """The functions of JMESPath, which pay for what they go through and make."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget

    def call_function(self, function_name: str, resolved_args: Iterable[Any]) -> Any:
        values = list(resolved_args)
        self._budget.charge(sum(_length(value) >> 2 for value in values))
        return super().call_function(function_name, values)

    @functions.signature({"types": ["string"]}, {"types": ["array-string"]})
    def _func_join(self, separator: str, array: list[str]) -> str:
        self._refuse_over(len(separator) * len(array) + sum(map(len, array)))
        return separator.join(array)

    @functions.signature({"types": []})
    def _func_to_string(self, arg: Any) -> str:
        if isinstance(arg, str):
            return arg
        pieces, length = [], 0
        for piece in json.JSONEncoder(separators=(",", ":")).iterencode(arg):
            length += len(piece)
            self._refuse_over(length)
            self._budget.charge(1 + (len(piece) >> 4))
            pieces.append(piece)
        return "".join(pieces)

    def _refuse_over(self, length: int) -> None:
        if length > LARGEST:
            raise OverBudget


def _length(value: Any) -> int:
    """How many items a list or object has; a text counts as far fewer, since it is looked through so much faster."""
    if isinstance(value, list | dict):
        return len(value)
    return len(value) >> 4 if isinstance(value, str) else 0


def _size(value: Any) -> int:
    """How much a text, list or object of an expression holds in all, in steps."""
    if isinstance(value, str):
        return len(value) >> 4
    if isinstance(value, dict):
        return len(value) + sum(map(_size, value.values()))
    return len(value) + sum(map(_size, value)) if isinstance(value, list) else 0


def _why(error: BaseException) -> str:
    """The reason in brackets; never with values of the body, which are the sender's and can be huge."""
    if isinstance(error, JMESPathTypeError):
        kinds = " or ".join(error.expected_types)
        return f" ({error.function_name}() takes {kinds}, not {error.actual_type})"
    if isinstance(error, RecursionError):
        return " (the body is nested too deep)"
    return " (its values are of different types)" if isinstance(error, TypeError) else ""
