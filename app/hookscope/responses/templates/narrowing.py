"""The tree of a template, in which only what our lists name may stand."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, cast

from jinja2 import nodes

from hookscope.responses.templates.filters import FILTERS, TESTS
from hookscope.responses.templates.names import NAMES
from hookscope.responses.templates.running import MOST_BITS
from hookscope.responses.templates.syntax import TemplateFlaw
from hookscope.responses.templates.values import listed
from hookscope.visible import visible

_DEEPEST = 50
_PLACES = {"json": "the body", "query": "the query", "headers": "the headers", "cookies": "the cookies"}
_LONGEST_NEAR = 30  # characters of a name that another may be meant for

_Kinds = frozenset[type[nodes.Node]]
_STATEMENTS: _Kinds = frozenset((nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign))
_VALUES: _Kinds = frozenset((nodes.Name, nodes.Const, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair))
_PARTS: _Kinds = frozenset((nodes.Getattr, nodes.Getitem, nodes.Slice))
_USES: _Kinds = frozenset((nodes.Filter, nodes.Test, nodes.Keyword))
_CHOICES: _Kinds = frozenset((nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Compare, nodes.Operand))
_SUMS: _Kinds = frozenset((nodes.Add, nodes.Sub, nodes.Neg, nodes.Pos, nodes.Concat))
_PRODUCTS: _Kinds = frozenset((nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod))
_ALLOWED = _STATEMENTS | _VALUES | _PARTS | _USES | _CHOICES | _SUMS | _PRODUCTS
_REFUSALS: dict[type[nodes.Node], str] = {
    nodes.Call: "calls are not possible; filters are there instead, as in `json.name|upper`.",
    nodes.Pow: "`**` is not possible.",
    nodes.NSRef: "only a name can be set.",
}


def narrow(tree: nodes.Template) -> None:
    """Puts our functions in the place of operators; raises ``TemplateFlaw`` if there is anything that no list names."""
    _narrowed(tree)
    _check_names(tree)


def _narrowed(node: nodes.Node, line: int = 1, depth: int = 0) -> nodes.Node:
    line = node.lineno or line
    if type(node) not in _ALLOWED:
        raise TemplateFlaw(line, _REFUSALS.get(type(node), "this is not possible in a template."))
    if depth > _DEEPEST:
        raise TemplateFlaw(line, "this is nested too deeply.")
    place = _place(node.node) if isinstance(node, (nodes.Getattr, nodes.Getitem)) else ""
    for field, value in node.iter_fields():
        if isinstance(value, nodes.Node):
            setattr(node, field, _narrowed(value, line, depth + 1))
        elif isinstance(value, list):
            setattr(node, field, [_narrowed(child, line, depth + 1) for child in value])
    if isinstance(node, (nodes.Getattr, nodes.Getitem)):
        return _narrowed_key(node, place)
    narrowing = _NARROWINGS.get(type(node))
    return narrowing(node, line) if narrowing else node


def _place(node: nodes.Node) -> str:
    """Where something is looked for, in the words of the template."""
    path = _path(node)
    return _PLACES.get(path) or (f"`{visible(path, 60)}`" if path else "this value")


def _path(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if not isinstance(node, (nodes.Getattr, nodes.Getitem)) or not (path := _path(node.node)):
        return ""
    if isinstance(node, nodes.Getattr):
        return f"{path}.{node.attr}"
    return f"{path}[{node.arg.value!r}]" if isinstance(node.arg, nodes.Const) else ""


def _instead(name: str, value: nodes.Node, args: list[Any], line: int) -> nodes.Filter:
    return nodes.Filter(value, name, args, [], None, None, lineno=line)


def _narrowed_key(node: nodes.Getattr | nodes.Getitem, place: str) -> nodes.Node:
    if isinstance(node, nodes.Getattr):
        return _instead("(part)", node.node, [nodes.Const(node.attr), nodes.Const(place)], node.lineno)
    if isinstance(node.arg, nodes.Slice):
        ends = [end or nodes.Const(None) for end in (node.arg.start, node.arg.stop, node.arg.step)]
        return _instead("(slice)", node.node, ends, node.lineno)
    return _instead("(part)", node.node, [node.arg, nodes.Const(place)], node.lineno)


def _narrowed_name(node: nodes.Name, line: int) -> nodes.Node:
    if node.ctx != "load" and (node.name in NAMES or node.name in ("loop", "self")):
        raise TemplateFlaw(line, f"`{node.name}` has a meaning already and cannot be set.")
    if node.ctx == "load" and node.name in NAMES:
        return _instead("(known)", nodes.Const(node.name), [], line)
    return node


def _narrowed_const(node: nodes.Const, line: int) -> nodes.Node:
    if type(node.value) is int and node.value.bit_length() > MOST_BITS:
        raise TemplateFlaw(line, "this number is too large.")
    return node


def _narrowed_container(node: nodes.Tuple | nodes.List | nodes.Dict, line: int) -> nodes.Node:
    """Only of fixed values: a list that holds itself twice, again and again, would grow beyond every bound."""
    if isinstance(node, nodes.Tuple) and node.ctx == "store":
        fixed = all(isinstance(item, nodes.Name) for item in node.items)
    else:
        fixed = _is_fixed(node)
    if not fixed:
        raise TemplateFlaw(line, "a list or object in a template may hold only fixed values.")
    return node


def _is_fixed(node: nodes.Node) -> bool:
    if isinstance(node, (nodes.Tuple, nodes.List)):
        return all(map(_is_fixed, node.items))
    if isinstance(node, nodes.Dict):
        return all(_is_fixed_text(pair.key) and _is_fixed(pair.value) for pair in node.items)
    return isinstance(node.node if isinstance(node, nodes.Neg) else node, nodes.Const)


def _is_fixed_text(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and isinstance(node.value, str)


def _narrowed_loop(node: nodes.For, line: int) -> nodes.Node:
    if node.recursive:
        raise TemplateFlaw(line, "a loop cannot be recursive.")
    node.iter = _instead("(each)", node.iter, [], line)
    return node


def _narrowed_assignment(node: nodes.Assign, line: int) -> nodes.Node:
    if not isinstance(node.target, nodes.Name):
        raise TemplateFlaw(line, "only one name can be set at a time.")
    return node


def _narrowed_condition(node: nodes.CondExpr, line: int) -> nodes.Node:
    node.expr2 = node.expr2 or nodes.Const("")  # Jinja's own value for it knows nothing of Missing
    return node


def _narrowed_comparison(node: nodes.Compare, line: int) -> nodes.Node:
    rest = [part for operand in node.ops for part in (nodes.Const(operand.op), operand.expr)]
    return _instead("(compared)", node.expr, rest, line)


def _narrowed_concatenation(node: nodes.Concat, line: int) -> nodes.Node:
    return _instead("(joined)", node.nodes[0], node.nodes[1:], line)


def _narrowed_use(node: nodes.Filter | nodes.Test, line: int) -> nodes.Node:
    """A filter or test: one of ours, with values that it takes."""
    word, known = ("filter", FILTERS) if isinstance(node, nodes.Filter) else ("test", TESTS)
    if node.name not in known:
        raise TemplateFlaw(line, f"there is no {word} `{visible(node.name, 40)}`; there are {listed(known)}.")
    if node.dyn_args or node.dyn_kwargs:
        raise TemplateFlaw(line, "values with * are not possible.")
    if not _takes(known[node.name], node):
        raise TemplateFlaw(line, f"`{node.name}` does not take these values.")
    return node


def _takes(function: Callable[..., object], node: nodes.Filter | nodes.Test) -> bool:
    names = [keyword.key for keyword in cast("list[nodes.Keyword]", node.kwargs)]  # pairs only in Jinja's types
    try:
        inspect.signature(function).bind(None, None, *node.args, **dict.fromkeys(names))
    except TypeError:
        return False
    return len(set(names)) == len(names)


_NARROWINGS: dict[type[nodes.Node], Callable[[Any, int], nodes.Node]] = {
    nodes.Name: _narrowed_name,
    nodes.Const: _narrowed_const,
    nodes.Tuple: _narrowed_container,
    nodes.List: _narrowed_container,
    nodes.Dict: _narrowed_container,
    nodes.For: _narrowed_loop,
    nodes.Assign: _narrowed_assignment,
    nodes.CondExpr: _narrowed_condition,
    nodes.Compare: _narrowed_comparison,
    nodes.Concat: _narrowed_concatenation,
    nodes.Filter: _narrowed_use,
    nodes.Test: _narrowed_use,
}


def _check_names(tree: nodes.Template) -> None:
    """Refuses names that are neither known, which are functions by now, nor set anywhere."""
    names = list(tree.find_all(nodes.Name))
    own = {node.name for node in names if node.ctx == "store"}
    if tree.find(nodes.For):
        own.add("loop")
    for node in names:
        if node.name not in own:
            unknown = f"`{visible(node.name, 60)}` is not known{_near(node.name, {*NAMES, *own})}"
            raise TemplateFlaw(node.lineno, f"{unknown}; there are {listed(NAMES)}.")


def _near(name: str, names: set[str]) -> str:
    short = [other for other in names if len(other) <= _LONGEST_NEAR]
    found = get_close_matches(name.lower(), short, 1, 0.75)
    return f" (is `{found[0]}` meant?)" if found else ""
