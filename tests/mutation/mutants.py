"""What mutmut found, read from the files that it leaves."""

import ast
import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SURVIVED = 0
_NO_TEST = 33
_NOT_RUN = None


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change to one function, and whether a test noticed."""

    module: str
    """Below the planner, for example ``rules.mtu``."""
    function: str
    was: str
    """The lines that were changed, without indentation."""
    now: str
    is_killed: bool


def read_mutants(tree: Path, package: str) -> Iterator[Mutant]:
    """Read every mutant of the modules of *package*, a path below ``src``."""
    root = tree / "mutants/src" / package
    for meta in sorted(root.rglob("*.py.meta")):
        source = meta.with_suffix("")
        module = ".".join(source.relative_to(root).with_suffix("").parts)
        ended = json.loads(meta.read_text())["exit_code_by_key"]
        functions = _functions(source.read_text()) if ended else {}
        for key, code in ended.items():
            name = key.rpartition(".")[2]
            mangled, _, number = name.rpartition("__mutmut_")
            was, now = _difference(functions[f"{mangled}__mutmut_orig"], functions[f"{mangled}__mutmut_{number}"])
            yield Mutant(module, _plain(mangled), was, now, code not in (_SURVIVED, _NO_TEST, _NOT_RUN))


def _functions(source: str) -> dict[str, list[str]]:
    lines = source.splitlines()
    return {
        # The first line has the function's name in it.
        node.name: lines[node.lineno : node.end_lineno]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _difference(original: list[str], mutated: list[str]) -> tuple[str, str]:
    lines = list(difflib.ndiff(original, mutated))
    return _text(lines, "- "), _text(lines, "+ ")


def _text(lines: list[str], sign: str) -> str:
    return "\n".join(line[2:].strip() for line in lines if line.startswith(sign))


def _plain(mangled: str) -> str:
    """Give the name that a function had: ``x_name``, or ``xǁClassǁname``."""
    return mangled.removeprefix("x_") if mangled.startswith("x_") else ".".join(mangled.split("ǁ")[1:])
