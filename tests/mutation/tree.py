"""A copy of the planner and its tests as mutmut wants them, and mutmut run in it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PLANNER = "vmk_operator/planner"
LOG = "mutmut.log"
CONFIGURATION = """\
[tool.mutmut]
source_paths = ["src"]
only_mutate = {only_mutate}
pytest_add_cli_args_test_selection = ["tests/unit/planner"]
pytest_add_cli_args = ["-p", "no:cacheprovider"]
use_git_change_detection = false

[tool.pytest.ini_options]
pythonpath = ["src", "tests"]
addopts = ["--import-mode=importlib"]
filterwarnings = ["error"]
asyncio_default_fixture_loop_scope = "function"
"""


class MutmutError(Exception):
    """mutmut did not come to an end."""


def plant(tree: Path, parts: Sequence[str]) -> None:
    """Lay out sources and tests in *tree*: mutmut finds what it mutates by a path below ``src`` only."""
    shutil.copytree(ROOT / "operator/vmk_operator", tree / "src/vmk_operator", ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copytree(ROOT / "tests/unit/planner", tree / "tests/unit/planner", ignore=shutil.ignore_patterns("*.pyc"))
    only_mutate = [pattern for part in parts for pattern in _patterns(part)] or [f"src/{PLANNER}/*"]
    (tree / "pyproject.toml").write_text(CONFIGURATION.format(only_mutate=only_mutate))


def _patterns(part: str) -> tuple[str, ...]:
    return (f"src/{PLANNER}/{part}.py", f"src/{PLANNER}/{part}/*")


def run(tree: Path, workers: int) -> None:
    """Run mutmut.

    Raises:
        MutmutError: It failed, or the tests fail without any mutation.
    """
    log = tree / LOG
    # The code under test is the copy's, also where the environment says otherwise.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with log.open("w") as output:
        command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(workers)]
        done = subprocess.run(
            command,
            cwd=tree,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    if done.returncode != 0:
        raise MutmutError(log.read_text()[-4000:])
