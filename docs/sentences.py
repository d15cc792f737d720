"""What functions of the planner may tell a user: their sentences as the code has them, with *names* for values."""

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import FunctionType

TELLERS = frozenset({"Blocked", "Risk", "Advisory"})
"""What takes a reason and a message for the user."""
PLANNER = "vmk_operator.planner"


@dataclass(frozen=True)
class Sentence:
    """What a user may be told."""

    reasons: frozenset[str]
    """Names of constants, for example ``MTU_ABOVE_SWITCH``; several where the code chooses."""
    text: str


def sentences_of(function: FunctionType) -> tuple[Sentence, ...]:
    """Find the sentences of *function* and of the planner's functions that it calls, in the order of the code."""
    return tuple(dict.fromkeys(_find(function, set())))


def _find(function: FunctionType, visited: set[FunctionType]) -> Iterator[Sentence]:
    if function in visited:
        return
    visited.add(function)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for call in _calls(tree):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        called = function.__globals__.get(name)
        if name in TELLERS:
            reason, message, *_ = (*call.args, *(keyword.value for keyword in call.keywords))
            yield Sentence(frozenset(_constants(reason)), _render(message, function.__globals__))
        elif isinstance(called, FunctionType) and called.__module__.startswith(PLANNER):
            yield from _find(called, visited)


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    """Walk in the order of the text, which ``ast.walk`` does not."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child
        yield from _calls(child)


def _constants(reason: ast.expr) -> Iterator[str]:
    return (node.attr for node in ast.walk(reason) if isinstance(node, ast.Attribute) and node.attr.isupper())


def _render(node: ast.expr, constants: Mapping[str, object]) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_render(part, constants) for part in parts)
        case ast.FormattedValue(value=ast.Name(id=name)) if isinstance(constants.get(name), str):
            return str(constants[name])
        case ast.FormattedValue(value=value):
            return f"*{_name(value)}*"
        case _:
            return f"*{_name(node)}*"


def _name(node: ast.expr) -> str:
    """Name a value as a reader would: ``case.host.name`` is the host, ``', '.join(sorted(known))`` the known."""
    match node:
        case ast.Attribute(value=ast.Attribute(attr="intent"), attr=field):
            return f"declared {field.replace('_', ' ')}"
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr="name" | "key"):
            return owner.replace("_", " ")
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name.replace("_", " ")
        case ast.Call(args=[argument, *_]):
            return _name(argument)
        case ast.GeneratorExp(elt=element):
            return _name(element)
        case ast.BoolOp(values=[first, *_]) | ast.Subscript(value=first):
            return _name(first)
        case _:
            raise ValueError(f"A sentence contains {ast.unparse(node)!r}, for which there is no name; give it one.")
