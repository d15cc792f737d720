"""The page says of the differences what the tests pin."""

from __future__ import annotations

import ast
from pathlib import Path

from referees.vcsim.differences import DIFFERENCES, Ruling

DOCS = Path(__file__).resolve().parents[3] / "docs" / "simulator.md"
TITLE = "## Where vcsim differs"


def pinned() -> dict[str, bool]:
    """Return the scenarios by name, and whether they pin a difference."""
    trees = [ast.parse(file.read_text()) for file in Path(__file__).parent.glob("test_*.py")]
    functions = [node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {one.name: "differs(vcenter" in ast.unparse(one) for one in functions if one.name.startswith("test_")}


def test_every_difference_that_is_pinned_has_a_row_and_no_other() -> None:
    tests = {name for name, differs in pinned().items() if differs}

    assert {one.test for one in DIFFERENCES if one.ruling is not Ruling.FIXED} == tests


def test_what_was_fixed_is_asked_of_both() -> None:
    fixed = [one.test for one in DIFFERENCES if one.ruling is Ruling.FIXED]

    assert [pinned().get(name) for name in fixed] == [False] * len(fixed)


def test_the_page_has_every_row_and_no_other() -> None:
    section = DOCS.read_text().partition(TITLE)[2].partition("\n## ")[0]
    _, _, *rows = [line for line in section.splitlines() if line.startswith("|")]

    assert rows == [one.row for one in DIFFERENCES]
