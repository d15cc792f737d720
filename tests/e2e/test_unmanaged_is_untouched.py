"""A whole story, and of everything that nobody declared not a bit is different afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from testbed.objects import backup_adapter, is_ready, old_vmotion_adapter, says, vmotion_adapter, vmotion_stack

if TYPE_CHECKING:
    from testbed.colleague import Colleague
    from testbed.kubectl import Kubectl
    from testbed.simulator import Simulator

pytestmark = pytest.mark.usefixtures("operator")

HOST, WATCHED = "esx01.example.com", "esx02.example.com"
State = dict[str, Any]


def hosts(state: State) -> dict[str, State]:
    return {host["name"]: host for host in state["datacenters"][0]["clusters"][0]["hosts"]}


def without_hosts(state: State) -> State:
    (datacenter,) = state["datacenters"]
    clusters = [{**cluster, "hosts": []} for cluster in datacenter["clusters"]]
    return {**state, "datacenters": [{**datacenter, "clusters": clusters}]}


def test_what_nobody_declared_is_as_it_was(kubectl: Kubectl, somebody: Colleague, simulator: Simulator) -> None:
    # A stack with settings of its own, and an adapter of the default stack with more than the spec speaks of.
    furnished = {
        "netstacks": {
            "vmotion": {"maxConnections": 12000, "congestionControl": "cubic", "dns": {"servers": ["10.9.9.9"]}},
            "vSphereProvisioning": {"gateway": "10.50.0.1"},
        },
        "adapters": {
            "vmk5": {
                "netstack": "defaultTcpipStack",
                "portGroup": {"standard": "Backup-40"},
                "mtu": 1400,
                "ipv4": {"address": "10.40.1.55/24", "gateway": "10.40.1.1"},
                "services": ["vSphereBackupNFC"],
            }
        },
    }
    simulator.control("POST", f"/hosts/{HOST}/edit", furnished)
    before = simulator.control("GET", "/state")

    kubectl.apply(
        [
            vmotion_stack(HOST),
            vmotion_adapter(HOST, "10.40.0.11/24"),
            backup_adapter(HOST, "10.40.1.55/24", mtu=9000),
            old_vmotion_adapter(WATCHED, name="watched", mtu=9000, services=[], managementPolicy="Observe"),
            backup_adapter("esx03.example.com", "10.40.1.99/24", name="planned", managementPolicy="Observe"),
        ]
    )
    for each in (("vmk", "vmotion"), ("vns", "vmotion")):
        kubectl.wait_until(is_ready, *each)
    assert kubectl.wait_until(is_ready, "vmk", "backup")["status"]["binding"]["device"] == "vmk5"
    kubectl.wait_until(lambda state: says(state, "Ready", "True", "Observed"), "vmk", "watched")
    device = kubectl.get_json("vmk", "vmotion")["status"]["binding"]["device"]
    somebody.set_mtu(HOST, device, 1500)
    somebody.set_gateway(HOST, "vmotion", "10.40.0.99")
    for each in (("vmk", "vmotion"), ("vns", "vmotion")):
        kubectl.wait_until(lambda state: is_ready(state) and state["status"].get("driftHistory"), *each)

    after = simulator.control("GET", "/state")

    assert without_hosts(after) == without_hosts(before)
    was, now = hosts(before), hosts(after)
    assert {name: now[name] for name in now if name != HOST} == {name: was[name] for name in was if name != HOST}
    ours, theirs = now[HOST], was[HOST]
    created = ours["adapters"].pop(device)
    assert (created["mtu"], created["ipv4"]["address"]) == (9000, "10.40.0.11/24")
    theirs["adapters"]["vmk1"]["services"] = []  # a dedicated vMotion stack in use takes the service, says vSphere
    theirs["adapters"]["vmk5"]["mtu"] = 9000
    theirs["netstacks"]["vmotion"]["gateway"] = "10.40.0.1"
    assert ours == theirs
