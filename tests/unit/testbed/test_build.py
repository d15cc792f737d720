"""Building, with a Go that only pretends."""

from __future__ import annotations

import io
import os
import threading
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from testbed.build import build
from testbed.catalogue import CATALOGUE, cache_folder
from testbed.errors import BuildError
from testbed.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

# It appends each `go build` to a file, leaves a read-only module behind as Go does, is busy with helm while `busy`
# exists, and fails while `broken` exists.
PRETENDER = """#!/bin/sh
case $1 in
env) echo go1.27.0 ;;
list) printf 'one\\ntwo\\n' ;;
build)
    echo built >> {folder}/builds
    mkdir -p "$GOMODCACHE/module" "$GOCACHE" && chmod 555 "$GOMODCACHE/module"
    while [ "$1" != -o ]; do shift; done
    echo half > "$2"
    echo one >&2
    case $2 in */helm-*) while [ -e {folder}/busy ]; do sleep 0.01; done ;; esac
    if [ -e {folder}/broken ]; then echo 'undefined: everything' >&2; exit 1; fi
    echo whole > "$2" ;;
esac
"""


class World:
    """A machine with the pretender on PATH and an empty cache."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said = io.StringIO()
        self.console = Console(file=self.said, width=200)
        go = folder / "go"
        go.write_text(PRETENDER.format(folder=folder))
        go.chmod(0o755)

    def builds(self) -> int:
        builds = self.folder / "builds"
        return len(builds.read_text().splitlines()) if builds.exists() else 0


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    monkeypatch.delenv("KUBEBUILDER_ASSETS", raising=False)
    monkeypatch.delenv("VMK_TESTBED_KEEP_GO_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return World(tmp_path)


def test_what_is_built_is_in_the_cache(world: World) -> None:
    build(["etcd"], world.console)
    assert CATALOGUE["etcd"].binary.read_text() == "whole\n"


def test_it_says_what_is_built_how_long_it_takes_and_how_far_it_is(world: World) -> None:
    build(["etcd"], world.console)
    version = CATALOGUE["etcd"].version
    assert f"Building etcd {version}: about 1 min" in world.said.getvalue()
    assert f"etcd {version}: compiling packages 0/2" in world.said.getvalue()


def test_what_is_there_is_not_built_again(world: World) -> None:
    build(["etcd"], world.console)
    build(["etcd"], world.console)
    assert world.builds() == 1


def test_what_the_user_provides_is_not_built(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    own = world.folder / "etcd"
    own.touch(mode=0o755)
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(world.folder))
    build(["etcd"], world.console)
    assert world.builds() == 0


def test_a_failed_build_leaves_no_binary_and_says_go_s_last_words(world: World) -> None:
    (world.folder / "broken").touch()
    with pytest.raises(BuildError, match=r"(?s)could not build etcd.*undefined: everything"):
        build(["etcd"], world.console)
    assert not CATALOGUE["etcd"].binary.exists()


def test_a_build_goes_on_after_a_failed_one(world: World) -> None:
    (world.folder / "broken").touch()
    with pytest.raises(BuildError):
        build(["etcd"], world.console)
    (world.folder / "broken").unlink()
    build(["etcd"], world.console)
    assert CATALOGUE["etcd"].binary.read_text() == "whole\n"


def test_two_at_once_build_once(world: World) -> None:
    threads = [threading.Thread(target=build, args=(["etcd"], world.console)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert world.builds() == 1


def test_whoever_waits_for_one_of_several_goes_on_when_it_is_there(world: World) -> None:
    busy = world.folder / "busy"
    busy.touch()
    both = threading.Thread(target=build, args=(["promtool", "helm"], world.console))
    both.start()
    wait_until(lambda: world.builds() == 2, what="the second build to begin")

    build(["promtool"], world.console)

    assert not CATALOGUE["helm"].binary.exists()
    busy.unlink()
    both.join()
    assert CATALOGUE["helm"].binary.exists()


def test_the_caches_of_go_are_dropped_when_the_binaries_are_there(world: World) -> None:
    build(["etcd"], world.console)
    assert not (cache_folder() / "go").exists()


def test_the_caches_of_go_stay_when_the_user_asks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMK_TESTBED_KEEP_GO_CACHE", "1")
    build(["etcd"], world.console)
    assert (cache_folder() / "go" / "modules" / "module").exists()


def test_the_caches_of_go_stay_after_a_failure_to_go_on_from(world: World) -> None:
    (world.folder / "broken").touch()
    with pytest.raises(BuildError):
        build(["etcd"], world.console)
    assert (cache_folder() / "go" / "modules" / "module").exists()


def test_an_unknown_name_is_refused_with_the_known_ones(world: World) -> None:
    with pytest.raises(BuildError, match="unknown: nginx; there are etcd, kube-apiserver"):
        build(["nginx"], world.console)
