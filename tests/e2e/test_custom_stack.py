"""A TCP/IP stack of one's own, from the apply that makes it to the deletion that takes it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contract.simulator.esxcli import CommandFailedError, run
from testbed.declared import Declared
from testbed.objects import PAUSED, Object, is_gone, is_ready, is_stalled, placed, says, sentence
from testbed.waiting import wait_until

if TYPE_CHECKING:
    from testbed.colleague import Colleague
    from testbed.kubectl import Kubectl
    from testbed.simulator import Simulator
    from testbed.whole_fleet import WholeFleet

pytestmark = pytest.mark.usefixtures("operator")

ADDRESS = "10.40.1.11/24"
KEY = "storage"


def stack_on(host: str, **spec: object) -> Object:
    fields: Object = {"gateway": {"ipv4": "10.40.1.1"}, "congestionControl": "cubic", "deletionPolicy": "Delete"}
    return placed("VmkNetstack", KEY, host, KEY, **(fields | spec))


def port_on(host: str, **spec: object) -> Object:
    fields: Object = {
        "portGroup": {"standard": "Backup-40"},
        "ipv4": {"mode": "Static", "address": ADDRESS},
        "deletionPolicy": "Delete",
    }
    return placed("VmkAdapter", KEY, host, KEY, **(fields | spec))


def writes(simulator: Simulator) -> list[str]:
    """What was written to the hosts, in order; esxcli by its command."""
    journal: list[Object] = simulator.control("GET", "/journal")
    return [entry.get("command") or entry["method"] for entry in journal if entry["outcome"] == "ok"]


def test_one_apply_makes_a_stack_with_its_adapter_and_both_go_in_the_right_order(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator, fleet: WholeFleet
) -> None:
    host = "esx01.example.com"
    stack, port = Declared(kubectl, stack_on(host)), Declared(kubectl, port_on(host))

    kubectl.apply([port_on(host), stack_on(host)])
    port.until(is_ready)
    assert stack.until(is_ready)["status"]["observed"]["gateway"] == "10.40.1.1"
    device = port.device
    assert writes(simulator)[-3:] == ["esxcli network ip netstack add", "AddVirtualNic", "UpdateNetworkConfig"]
    assert fleet.changes().keys() == {f"esx01.netstacks.{KEY}", f"esx01.adapters.{device}"}
    row = stack.row()
    assert (row["READY"], row["REASON"], row["STACK"], row["GATEWAY"]) == ("True", "Converged", KEY, "10.40.1.1")

    stack.declare(gateway={"ipv4": "10.40.1.254"}, congestionControl="newreno")
    assert fleet.changes() == {
        f"esx01.netstacks.{KEY}.gateway": ("10.40.1.1", "10.40.1.254"),
        f"esx01.netstacks.{KEY}.congestionControl": ("cubic", "newreno"),
    }

    somebody.set_gateway(host, KEY, "10.40.1.99")
    assert stack.until_repaired("gateway.ipv4", observed="10.40.1.99")["desired"] == "10.40.1.254"
    with pytest.raises(CommandFailedError, match=f"in use by {device}"):
        run(somebody.host(host), "network ip netstack remove", netstack=KEY)
    assert fleet.changes() == {}

    kubectl.run("delete", "vns", KEY, "--wait=false")
    waiting = stack.until(lambda state: says(state, "Ready", "False", "Deleting"))
    assert f"TCP/IP stack {KEY} of {host} is not removed while {device} is on it" in sentence(waiting)
    assert (stack.row()["READY"], stack.row()["REASON"]) == ("False", "Deleting")
    assert fleet.changes() == {}

    port.delete()
    wait_until(lambda: is_gone(kubectl, "vns", KEY), what="the end of the stack's object")
    assert writes(simulator)[-2:] == ["RemoveVirtualNic", "esxcli network ip netstack remove"]
    assert fleet.changes().keys() == {f"esx01.netstacks.{KEY}", f"esx01.adapters.{device}"}


def test_what_somebody_removed_is_told_while_paused_and_made_again_afterwards(
    kubectl: Kubectl, somebody: Colleague, fleet: WholeFleet
) -> None:
    host = "esx02.example.com"
    stack, port = Declared(kubectl, stack_on(host)), Declared(kubectl, port_on(host))
    kubectl.apply([stack_on(host), port_on(host)])
    port.until(is_ready)
    stack.until(is_ready)
    fleet.changes()

    kubectl.run("annotate", "vcenter", "lab", f"{PAUSED}=true")
    try:
        stack.until(lambda state: says(state, "Paused", "True"))
        somebody.remove(host, port.device)
        run(somebody.host(host), "network ip netstack remove", netstack=KEY)

        told = stack.until(lambda state: says(state, "Drifted", "True"))
        assert sentence(told) == "Paused. netstack is absent, declared is storage. Left alone."
        assert stack.row()["DRIFT"] == "netstack"
        assert sentence(port.until(lambda state: is_stalled(state, "NoSuchNetstack"))).startswith(
            f"{host} has no TCP/IP stack 'storage'; VmkNetstack "
        )
    finally:
        kubectl.run("annotate", "vcenter", "lab", f"{PAUSED}-")

    assert stack.until_repaired("netstack", observed="absent")["desired"] == KEY
    port.until_repaired("device", observed="absent")
    assert {place.rpartition(".")[2] for place in fleet.changes()} <= {"mac"}

    kubectl.run("delete", "vns,vmk", KEY, "--timeout=20s")


def test_an_adapter_waits_for_whoever_makes_its_stack(kubectl: Kubectl, fleet: WholeFleet) -> None:
    host = "esx03.example.com"
    stack, port = Declared(kubectl, stack_on(host)), Declared(kubectl, port_on(host))

    port.apply()
    assert "declare it by a VmkNetstack, which creates it" in sentence(
        port.until(lambda state: is_stalled(state, "NoSuchNetstack"))
    )
    stack.apply(managementPolicy="Observe")
    assert stack.until_observed("netstack") == {"netstack": (KEY, "absent")}
    assert stack.read()["status"]["plan"]["steps"] == [f"create TCP/IP stack {KEY}"]
    assert fleet.changes() == {}

    stack.declare(managementPolicy="Enforce")
    port.until(is_ready)
    made = {f"esx03.netstacks.{KEY}", f"esx03.adapters.{port.device}"}
    assert fleet.changes().keys() == made

    kubectl.run("delete", "vns,vmk", KEY, "--timeout=20s")
    assert fleet.changes().keys() == made


def test_where_esxcli_is_off_the_remedy_is_told_and_a_stack_made_by_hand_is_taken(
    kubectl: Kubectl, simulator: Simulator
) -> None:
    host = "esx03.example.com"
    stack, port = Declared(kubectl, stack_on(host)), Declared(kubectl, port_on(host))
    off = simulator.control(
        "POST", "/faults", {"method": "ExecuteSoap", "host": host, "action": "fault", "fault": "NotSupported"}
    )
    assert off
    try:
        kubectl.apply([stack_on(host), port_on(host)])
        stalled = stack.until(lambda state: is_stalled(state, "EsxcliUnavailable"))
        assert "set its advanced option Config.HostAgent.plugins.solo.disableRemoteEsxcli to false" in sentence(stalled)
        assert f"or run esxcli network ip netstack add --netstack={KEY} on the host" in sentence(stalled)
        assert "does not create it now: see its conditions" in sentence(
            port.until(lambda state: is_stalled(state, "NoSuchNetstack"))
        )

        simulator.control("POST", f"/hosts/{host}/edit", {"netstacks": {KEY: {}}})
        port.until(is_ready)
        stack.until(is_ready)
    finally:
        simulator.control("DELETE", "/faults")

    kubectl.run("delete", "vns,vmk", KEY, "--timeout=20s")
