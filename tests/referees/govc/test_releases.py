"""govc, which names the newest version that it knows, and vCenters of older releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from referees.govc.driving import Govc
from vcenter_simulator.host.releases import RELEASES, Release
from vcenter_simulator.running import start_in_thread
from vcenter_simulator.vcenter import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("release", RELEASES.values(), ids=lambda one: one.name)
def test_a_vcenter_of_any_release_is_read_and_changed(govc: Path, tmp_path: Path, release: Release) -> None:
    with start_in_thread(hosts=1, settings=Settings(release=release)) as simulator:
        driven = Govc(govc, simulator, tmp_path)

        assert f"API version: {release.api}" in driven.lines("about")
        assert "Device: vmk1" in driven.on_host("host.vnic.info")
        driven.on_host("host.vnic.change", "-mtu", "1400", "vmk1")
        assert driven.on_host("host.esxcli", "network", "ip", "netstack", "add", "-N", "backup") == ["true"]
        assert "MTU: 1400" in driven.on_host("host.esxcli", "network", "ip", "interface", "list")
