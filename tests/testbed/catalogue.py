"""The servers and tools that the test bed builds, and where their binaries are.

Their versions are those of the committed `servers/<module>/go.mod` and of the lock files; nothing else names them.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from testbed.errors import BuildError

MODULES = Path(__file__).parent / "servers"
REFEREES = Path(__file__).parent.parent / "referees"


@dataclass(frozen=True)
class Server:
    """One binary built from a pinned Go module."""

    name: str
    folder: str
    """The folder in `servers/` whose go.mod pins it."""
    module: str
    package: str
    """What to build: a package of the module, or ``./`` and the folder of a main of our own beside go.mod."""
    usual_minutes: float
    """Of a cold build on two cores."""
    stamp: str = ""
    """The Go variable that gets the version: unstamped, clients fail to parse what the server says it is."""
    tags: str = ""

    @property
    def module_folder(self) -> Path:
        """The folder with go.mod and go.sum."""
        return MODULES / self.folder

    @property
    def version(self) -> str:
        """The version that go.mod requires.

        Raises:
            BuildError: go.mod does not require the module.
        """
        text = (self.module_folder / "go.mod").read_text()
        match = re.search(rf"^(?:require)?\s+{re.escape(self.module)} (v\S+)", text, re.MULTILINE)
        if match is None:
            raise BuildError(f"{self.module_folder / 'go.mod'} does not require {self.module}")
        return match[1]

    @property
    def cached(self) -> Path:
        """Where its binary is once it was built."""
        return cache_folder() / f"{self.name}-{self.version}{self._digest_of_own_main}"

    @property
    def _digest_of_own_main(self) -> str:
        """What tells two builds of one version apart when the main is ours: it changes without a new version."""
        if not self.package.startswith("./"):
            return ""
        source = (self.module_folder / self.package / "main.go").read_bytes()
        return f"-{hashlib.sha256(source).hexdigest()[:8]}"

    @property
    def binary(self) -> Path:
        """The binary to run, there or not: the user's own if KUBEBUILDER_ASSETS has it, else the built one."""
        return provided(self.name) or self.cached


@dataclass(frozen=True)
class PythonTool:
    """A command from PyPI in an environment of its own: what it requires must not decide what we require."""

    name: str
    """Also of its distribution, and of the folder in `referees/` with its lock file."""
    command: str
    usual_minutes: float

    @property
    def lock(self) -> Path:
        """The file that pins everything in the environment by hash."""
        return REFEREES / self.name / "requirements.lock"

    @property
    def version(self) -> str:
        """The version that the lock file pins.

        Raises:
            BuildError: it does not pin the distribution.
        """
        match = re.search(rf"^{re.escape(self.name)}==(\S+)", self.lock.read_text(), re.MULTILINE)
        if match is None:
            raise BuildError(f"{self.lock} does not pin {self.name}")
        return match[1]

    @property
    def cached(self) -> Path:
        """Where its environment is once it was installed: another one for every lock file and every Python."""
        made_of = self.lock.read_bytes() + sys.version.encode()
        return cache_folder() / f"{self.name}-{self.version}-{hashlib.sha256(made_of).hexdigest()[:12]}"

    @property
    def binary(self) -> Path:
        """The command to run, there or not."""
        return self.cached / "bin" / self.command


Tool = Server | PythonTool

_KUBERNETES_VERSION = "k8s.io/component-base/version.gitVersion"
_SERVERS = (
    Server("etcd", "etcd", "go.etcd.io/etcd/server/v3", "go.etcd.io/etcd/server/v3", usual_minutes=1),
    Server(
        "kube-apiserver",
        "kubernetes",
        "k8s.io/kubernetes",
        "k8s.io/kubernetes/cmd/kube-apiserver",
        usual_minutes=5,
        stamp=_KUBERNETES_VERSION,
    ),
    Server(
        "kube-controller-manager",
        "kubernetes",
        "k8s.io/kubernetes",
        "k8s.io/kubernetes/cmd/kube-controller-manager",
        usual_minutes=1,
        stamp=_KUBERNETES_VERSION,
    ),
    Server(
        "promtool",
        "prometheus",
        "github.com/prometheus/prometheus",
        "github.com/prometheus/prometheus/cmd/promtool",
        usual_minutes=2,
        stamp="github.com/prometheus/common/version.Version",
        tags="remove_all_sd,netgo",  # no SDKs of clouds
    ),
    Server(
        "helm",
        "helm",
        "helm.sh/helm/v4",
        "helm.sh/helm/v4/cmd/helm",
        usual_minutes=3,
        stamp="helm.sh/helm/v4/internal/version.version",
    ),
    # Their commands are modules of their own that the proxy does not have; the packages that they are made of are here.
    Server(
        "govc",
        "govmomi",
        "github.com/vmware/govmomi",
        "./govc",
        usual_minutes=0.5,
        stamp="github.com/vmware/govmomi/cli/flags.BuildVersion",
    ),
    Server("vcsim", "govmomi", "github.com/vmware/govmomi", "./vcsim", usual_minutes=0.5),
)
_PYTHON_TOOLS = (
    PythonTool("ansible", "ansible-playbook", usual_minutes=0.5),
    PythonTool("pyvmomi", "python", usual_minutes=0.1),  # an older one than ours
)
CATALOGUE: dict[str, Tool] = {tool.name: tool for tool in (*_SERVERS, *_PYTHON_TOOLS)}
CONTROL_PLANE = ("kube-apiserver", "kube-controller-manager", "etcd")  # the longest first: it is what people wait for
TOOLS = frozenset(CATALOGUE) - frozenset(CONTROL_PLANE)
"""What only some tests need: each names the tool as a fixture, `make test` builds them beside the other tests."""


def cache_folder() -> Path:
    """Return the folder that keeps what was built, between runs and checkouts."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "vmk-operator" / "testbed"


def provided(name: str) -> Path | None:
    """Return the binary of that name in KUBEBUILDER_ASSETS, if the variable is set and it is there."""
    folder = os.environ.get("KUBEBUILDER_ASSETS")
    if not folder:
        return None
    binary = Path(folder) / name
    return binary if os.access(binary, os.X_OK) else None
