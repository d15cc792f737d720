"""Installing a Python tool, with a lock file of nothing but a small wheel made here."""

from __future__ import annotations

import hashlib
import io
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from testbed.build import build
from testbed.catalogue import CATALOGUE
from testbed.errors import BuildError

if TYPE_CHECKING:
    from pathlib import Path

NAME = "ansible-12.3-py3-none-any.whl"
METADATA = "Metadata-Version: 2.1\nName: ansible\nVersion: 12.3\n"
FILES = {
    "pretender.py": "import sys\n\ndef main():\n    print(sys.prefix)\n",
    "ansible-12.3.dist-info/METADATA": METADATA,
    "ansible-12.3.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "ansible-12.3.dist-info/entry_points.txt": "[console_scripts]\nansible-playbook = pretender:main\n",
}


class World:
    """A machine with an empty cache whose only package is a wheel in a folder."""

    def __init__(self, folder: Path) -> None:
        self.console = Console(file=io.StringIO(), width=200)
        self._wheels = folder / "wheels"
        self._wheels.mkdir()
        with zipfile.ZipFile(self._wheels / NAME, "w") as wheel:
            for name, text in FILES.items():
                wheel.writestr(name, text)
            record = "".join(f"{name},,\n" for name in [*FILES, "ansible-12.3.dist-info/RECORD"])
            wheel.writestr("ansible-12.3.dist-info/RECORD", record)
        self._lock = folder / "referees" / "ansible" / "requirements.lock"
        self._lock.parent.mkdir(parents=True)
        self.pin(hashlib.sha256((self._wheels / NAME).read_bytes()).hexdigest())

    def pin(self, digest: str) -> None:
        self._lock.write_text(f"ansible==12.3 --hash=sha256:{digest}\n")

    @property
    def environment(self) -> dict[str, str]:
        return {"UV_NO_INDEX": "1", "UV_FIND_LINKS": str(self._wheels), "UV_LINK_MODE": "copy"}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    made = World(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("testbed.catalogue.REFEREES", tmp_path / "referees")
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made


def test_what_is_installed_runs_in_an_environment_of_its_own(world: World) -> None:
    build(["ansible"], world.console)
    tool = CATALOGUE["ansible"]
    said = subprocess.run([tool.binary], capture_output=True, text=True, check=True).stdout
    assert said.strip() == str(tool.cached)


def test_a_file_that_is_not_the_pinned_one_is_not_installed(world: World) -> None:
    world.pin("0" * 64)
    with pytest.raises(BuildError, match=r"(?s)ansible 12\.3 could not be installed.*[Hh]ash"):
        build(["ansible"], world.console)
    assert not CATALOGUE["ansible"].cached.exists()


def test_an_installation_goes_on_after_a_failed_one(world: World, tmp_path: Path) -> None:
    world.pin("0" * 64)
    with pytest.raises(BuildError):
        build(["ansible"], world.console)
    world.pin(hashlib.sha256((tmp_path / "wheels" / NAME).read_bytes()).hexdigest())
    build(["ansible"], world.console)
    assert CATALOGUE["ansible"].binary.exists()
