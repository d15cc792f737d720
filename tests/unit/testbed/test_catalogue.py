"""Where the binaries come from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from testbed.catalogue import CATALOGUE, PythonTool, Server, cache_folder
from testbed.errors import BuildError

SERVERS = [tool for tool in CATALOGUE.values() if isinstance(tool, Server)]
PYTHON_TOOLS = [tool for tool in CATALOGUE.values() if isinstance(tool, PythonTool)]


@pytest.fixture(autouse=True)
def _no_assets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KUBEBUILDER_ASSETS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def executable(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.name)
def test_every_version_is_the_one_that_its_go_mod_pins(server: Server) -> None:
    assert f"{server.module} {server.version}" in (server.module_folder / "go.mod").read_text()


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.name)
def test_every_pin_has_its_checksums(server: Server) -> None:
    assert f"{server.module} {server.version} h1:" in (server.module_folder / "go.sum").read_text()


def test_every_staging_module_of_kubernetes_is_at_the_matching_version() -> None:
    server = next(server for server in SERVERS if server.name == "kube-apiserver")
    replaced = [line for line in (server.module_folder / "go.mod").read_text().splitlines() if "=>" in line]
    assert {line.split()[-1] for line in replaced} == {server.version.replace("v1.", "v0.")}


def test_a_module_that_go_mod_does_not_require_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "etcd").mkdir()
    (tmp_path / "etcd" / "go.mod").write_text("module empty\n")
    monkeypatch.setattr("testbed.catalogue.MODULES", tmp_path)
    with pytest.raises(BuildError, match=r"does not require go\.etcd\.io/etcd/server/v3"):
        _ = CATALOGUE["etcd"].version


@pytest.mark.parametrize("tool", PYTHON_TOOLS, ids=lambda tool: tool.name)
def test_every_distribution_of_a_lock_file_has_its_hashes(tool: PythonTool) -> None:
    pinned = re.findall(r"^\S+==.*\n(.*)", tool.lock.read_text(), re.MULTILINE)
    assert pinned
    assert all(line.strip().startswith("--hash=sha256:") for line in pinned)


@pytest.mark.parametrize("tool", PYTHON_TOOLS, ids=lambda tool: tool.name)
def test_a_lock_file_names_no_index(tool: PythonTool) -> None:
    assert "://" not in tool.lock.read_text()


def test_another_lock_file_is_another_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = CATALOGUE["ansible"].binary
    (tmp_path / "ansible").mkdir()
    (tmp_path / "ansible" / "requirements.lock").write_text("ansible==1.0\n")
    monkeypatch.setattr("testbed.catalogue.REFEREES", tmp_path)
    assert CATALOGUE["ansible"].binary != before


def test_a_tool_that_its_lock_file_does_not_pin_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ansible").mkdir()
    (tmp_path / "ansible" / "requirements.lock").write_text("")
    monkeypatch.setattr("testbed.catalogue.REFEREES", tmp_path)
    with pytest.raises(BuildError, match="does not pin ansible"):
        _ = CATALOGUE["ansible"].version


def test_the_cache_is_where_the_user_keeps_caches(tmp_path: Path) -> None:
    assert cache_folder() == tmp_path / "cache" / "vmk-operator" / "testbed"


def test_the_cache_is_in_the_home_folder_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "vmk-operator" / "testbed"


def test_what_the_user_provides_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = executable(tmp_path / "assets" / "etcd")
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(own.parent))
    assert CATALOGUE["etcd"].binary == own


def test_what_the_user_does_not_provide_is_built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = executable(tmp_path / "assets" / "etcd")
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(own.parent))
    server = CATALOGUE["kube-controller-manager"]
    assert server.binary == cache_folder() / f"kube-controller-manager-{server.version}"


def test_a_main_of_our_own_is_built_anew_when_it_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    server = next(server for server in SERVERS if server.name == "vcsim")
    pinned = (server.module_folder / "go.mod").read_text()
    monkeypatch.setattr("testbed.catalogue.MODULES", tmp_path)
    main = server.module_folder / "vcsim" / "main.go"
    main.parent.mkdir(parents=True)
    (server.module_folder / "go.mod").write_text(pinned)
    main.write_text("package main\n")
    before = server.cached

    main.write_text("package main // changed\n")

    assert server.cached != before
