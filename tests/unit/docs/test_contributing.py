"""What docs/contributing.md shows of the code is in the code."""

import re
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SHOWN = re.findall(r"```python\n(.+?)```", (ROOT / "docs" / "contributing.md").read_text(), flags=re.DOTALL)
FILES = (
    "operator/vmk_operator/planner/rules/placement.py",
    "operator/vmk_operator/planner/rulebook.py",
    "tests/unit/planner/test_refusals.py",
)


@pytest.mark.parametrize(("file", "shown"), list(zip(FILES, SHOWN, strict=True)), ids=FILES)
def test_the_rule_that_is_shown_as_an_example_is_as_in_the_code(file: str, shown: str) -> None:
    text = (ROOT / file).read_text()

    assert shown in text or textwrap.indent(shown.rstrip(), " " * 4) in text
