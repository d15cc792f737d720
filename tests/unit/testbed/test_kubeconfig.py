"""The files that say which cluster is meant."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
import yaml

from testbed.errors import NotLoopbackError
from testbed.kubeconfig import require_loopback, write_kubeconfig
from testbed.kubectl import Kubectl

if TYPE_CHECKING:
    from pathlib import Path


def pointing_at(folder: Path, *servers: str) -> Path:
    path = folder / "kubeconfig"
    clusters = [{"name": server, "cluster": {"server": server}} for server in servers]
    path.write_text(yaml.safe_dump({"clusters": clusters}))
    return path


@pytest.mark.parametrize("server", ["https://127.0.0.1:6443", "https://localhost:1", "https://[::1]:6443"])
def test_a_cluster_on_this_machine_is_accepted(tmp_path: Path, server: str) -> None:
    require_loopback(pointing_at(tmp_path, server))


@pytest.mark.parametrize(
    "server", ["https://10.0.0.1:6443", "https://prod.example.com", "https://localhost.example.com", "nonsense"]
)
def test_a_cluster_elsewhere_is_refused(tmp_path: Path, server: str) -> None:
    with pytest.raises(NotLoopbackError, match="only ever touch this machine"):
        require_loopback(pointing_at(tmp_path, "https://127.0.0.1:6443", server))


def test_a_kubeconfig_without_a_cluster_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotLoopbackError, match="names no cluster"):
        require_loopback(pointing_at(tmp_path))


def test_kubectl_cannot_be_had_for_a_cluster_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(NotLoopbackError):
        Kubectl(pointing_at(tmp_path, "https://10.0.0.1:6443"))


def test_what_is_written_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    write_kubeconfig(path, url="https://127.0.0.1:6443", ca=b"ca", user="token")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR
