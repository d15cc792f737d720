"""Building what is missing: once, one process at a time, and never a half binary under the real name."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from testbed.catalogue import CATALOGUE, CONTROL_PLANE, PythonTool, Server, cache_folder
from testbed.errors import BuildError
from testbed.progress import Meter, meter
from testbed.python_environment import install
from testbed.toolchain import find_go

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.console import Console

KEEP_VARIABLE = "VMK_TESTBED_KEEP_GO_CACHE"


def build(names: Sequence[str], console: Console) -> None:
    """Build what is missing of these binaries, telling the console about it.

    What was compiled stays until the binaries are whole, so a build that was cut off goes on where it was.

    Raises:
        BuildError: a name is unknown, or Go or the installation failed; the message has the last words.
    """
    unknown = sorted(set(names) - set(CATALOGUE))
    if unknown:
        raise BuildError(f"unknown: {', '.join(unknown)}; there are {', '.join(CATALOGUE)}")
    missing = [tool for tool in map(CATALOGUE.__getitem__, names) if not tool.binary.exists()]
    for tool in missing:
        if isinstance(tool, PythonTool):
            _install_unless_there(tool, console)
    _build_servers([server for server in missing if isinstance(server, Server)], console)


def ensure_control_plane(console: Console) -> None:
    """Build what a control plane needs and is not there.

    Raises:
        BuildError: as `build`.
    """
    build(CONTROL_PLANE, console)


def _install_unless_there(tool: PythonTool, console: Console) -> None:
    """Install one tool, unless whoever installed meanwhile has done it; no build keeps it waiting."""
    with _only_one("install", console):
        if not tool.binary.exists():
            install(tool, console)


def _build_servers(missing: Sequence[Server], console: Console) -> None:
    if not missing:
        return
    caches = cache_folder() / "go"
    minutes = sum(server.usual_minutes for server in missing)
    titles = ", ".join(f"{server.name} {server.version}" for server in missing)
    console.print(
        f"Building {titles}: about {minutes:g} min on two cores, once; kept in {cache_folder()}", soft_wrap=True
    )
    # One lock for each: whoever waits for the first of them goes on while the others are built.
    built = [server for server in missing if _build_unless_there(server, caches, console)]
    if built and not os.environ.get(KEEP_VARIABLE):
        with _only_one("build", console):
            _drop(caches)


def _build_unless_there(server: Server, caches: Path, console: Console) -> bool:
    """Build one server, unless whoever built meanwhile has done it; say whether it was built here."""
    with _only_one("build", console):
        if server.binary.exists():
            return False
        go = find_go(caches, lambda line: console.print(line, soft_wrap=True))
        _build_one(server, go, _environment(caches), console)
        return True


@contextmanager
def _only_one(what: str, console: Console) -> Iterator[None]:
    """Hold a lock: that of all builds, which share the caches and would take twice as long, or all installations."""
    lock = cache_folder() / f"{what}.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.print("Another test bed is building; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield  # closing the file, or dying, releases the lock


def _environment(caches: Path) -> dict[str, str]:
    """Return Go's environment: caches of our own, nothing taken from the user's settings but the way to the proxy."""
    ours = {
        "CGO_ENABLED": "0",
        "GOCACHE": str(caches / "build"),
        "GOENV": "off",
        "GOFLAGS": "-mod=readonly",
        "GOMODCACHE": str(caches / "modules"),
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }
    return os.environ | ours


def _build_one(server: Server, go: Path, environment: dict[str, str], console: Console) -> None:
    """Build one server under a temporary name and rename it when it is whole."""
    unfinished = server.cached.with_name(f"{server.cached.name}.unfinished")
    ldflags = "-s -w" + (f" -X {server.stamp}={server.version}" if server.stamp else "")
    same: list[str | Path] = ["-trimpath", f"-tags={server.tags}"]
    stale = ["-deps", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}"]
    begun = time.monotonic()
    with meter(console, f"{server.name} {server.version}") as shown:
        shown.stage("fetching modules")
        listing = [go, "list", *same, *stale, server.package]
        to_compile = _run_go(listing, server, environment, shown, counted="go: downloading ").split()
        shown.stage("compiling packages", total=len(to_compile))
        compiling = [go, "build", "-v", *same, "-ldflags", ldflags, "-o", unfinished, server.package]
        _run_go(compiling, server, environment, shown, counted="")
    unfinished.rename(server.cached)
    console.print(f"{server.name} {server.version} built in {time.monotonic() - begun:.0f} s")


def _run_go(
    command: Sequence[str | Path], server: Server, environment: dict[str, str], shown: Meter, *, counted: str
) -> str:
    """Run Go in the server's module, counting the lines it says that begin with `counted`; return its output."""
    said: list[str] = []
    with (
        tempfile.TemporaryFile("w+") as output,  # a pipe that nobody reads meanwhile would fill up and stop Go
        subprocess.Popen(
            command, cwd=server.module_folder, env=environment, stdout=output, stderr=subprocess.PIPE, text=True
        ) as process,
    ):
        try:
            for line in process.stderr or ():
                said.append(line)
                if line.startswith(counted):
                    shown.advance()
        except BaseException:
            process.terminate()  # cut off: what Go has compiled so far is kept in its cache
            raise
        if process.wait() != 0:
            raise BuildError(f"Go could not build {server.name} {server.version}:\n{''.join(said[-20:])}")
        output.seek(0)
        return output.read()


def _drop(caches: Path) -> None:
    """Delete Go's caches, if nobody has yet: gigabytes that nobody needs once the binaries are there."""
    if not caches.exists():
        return
    for folder, _, _ in os.walk(caches / "modules"):
        os.chmod(folder, 0o755)  # noqa: PTH101, S103 - the module cache is read-only, and only its folders must not be
    shutil.rmtree(caches)
