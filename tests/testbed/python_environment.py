"""Installing a command from PyPI: whole or not at all, and every file as its lock file says."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from testbed.errors import BuildError
from testbed.progress import meter

if TYPE_CHECKING:
    from rich.console import Console

    from testbed.catalogue import PythonTool


def install(tool: PythonTool, console: Console) -> None:
    """Make the tool's environment under a temporary name and rename it when it is whole.

    Raises:
        BuildError: it could not be installed; the message has the last words.
    """
    unfinished = tool.cached.with_name(f"{tool.cached.name}.unfinished")
    begun = time.monotonic()
    with meter(console, f"{tool.name} {tool.version}") as shown:
        shown.stage("installing from PyPI")
        # Relocatable: its commands find their Python beside them, whatever the folder is called in the end.
        _uv(tool, "venv", "--clear", "--relocatable", "--python", sys.executable, unfinished)
        _uv(tool, "pip", "install", "--python", unfinished, "--require-hashes", "--requirements", tool.lock)
    shutil.rmtree(tool.cached, ignore_errors=True)  # there without its command: somebody has meddled with it
    unfinished.rename(tool.cached)
    console.print(f"{tool.name} {tool.version} installed in {time.monotonic() - begun:.0f} s")


def _uv(tool: PythonTool, *arguments: str | Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    ended = subprocess.run([uv, "--quiet", *arguments], capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        last_words = "\n".join(ended.stderr.splitlines()[-20:])
        raise BuildError(f"{tool.name} {tool.version} could not be installed:\n{last_words}")
