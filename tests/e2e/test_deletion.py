"""What becomes of the host when objects go: nothing before it is allowed, and never more than was theirs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from testbed.objects import (
    FORCE_FINALIZE,
    PAUSED,
    Object,
    backup_adapter,
    is_gone,
    is_ready,
    is_stalled,
    placed,
    says,
    sentence,
)
from testbed.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from testbed.colleague import Colleague
    from testbed.kubectl import Kubectl
    from testbed.simulator import Simulator

pytestmark = pytest.mark.usefixtures("operator")

HOST = "esx02.example.com"
ADDRESS = "10.40.1.12/24"


@pytest.fixture
def device(kubectl: Kubectl, somebody: Colleague, simulator: Simulator) -> Iterator[str]:
    """Return the device of a converged adapter that is to go with its object; afterwards the host is as it was."""
    kubectl.apply(deleted_with_its_port())
    bound = kubectl.wait_until(is_ready, "vmk", "backup")["status"]["binding"]["device"]
    simulator.control("DELETE", "/calls")
    yield bound
    simulator.control("POST", f"/hosts/{HOST}/connection", {"state": "connected"})
    kubectl.apply(simulator.vcenter_manifest("lab"))
    kubectl.run("annotate", "vcenter", "lab", f"{PAUSED}-")
    kubectl.run("delete", "vmk", "--all", "--timeout=20s")
    if bound in somebody.devices(HOST):
        simulator.control("POST", f"/hosts/{HOST}/edit", {"adapters": {bound: None}})


def deleted_with_its_port(name: str = "backup") -> Object:
    return backup_adapter(HOST, ADDRESS, name=name, deletionPolicy="Delete")


@contextmanager
def deletion(kubectl: Kubectl, *what: str) -> Iterator[None]:
    """Begin a deletion that a person waits for; at the end it has come to its end."""
    kubectl.run("delete", *what, "--wait=false")
    yield
    wait_until(lambda: is_gone(kubectl, *what), what=f"the end of {what}")


def is_deleting(state: Object, because: str) -> bool:
    return (
        says(state, "Ready", "False", "Deleting") and says(state, "Reconciling", "True") and because in sentence(state)
    )


def removals(simulator: Simulator) -> int:
    calls: dict[str, int] = simulator.control("GET", "/calls")
    return calls.get("RemoveVirtualNic", 0)


def test_it_waits_while_the_vcenter_is_paused_and_ends_with_the_pause(
    kubectl: Kubectl, somebody: Colleague, device: str
) -> None:
    kubectl.run("annotate", "vcenter", "lab", f"{PAUSED}=true")
    with deletion(kubectl, "vmk", "backup"):
        waiting = kubectl.wait_until(lambda state: is_deleting(state, "paused"), "vmk", "backup")
        assert device in sentence(waiting)
        assert "force-finalize" in sentence(waiting)
        assert device in somebody.devices(HOST)

        kubectl.run("annotate", "vcenter", "lab", f"{PAUSED}-")

    assert device not in somebody.devices(HOST)


def test_it_waits_while_the_vcenter_is_in_observe_and_ends_with_enforce(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator, device: str
) -> None:
    kubectl.apply(simulator.vcenter_manifest("lab", managementPolicy="Observe"))
    with deletion(kubectl, "vmk", "backup"):
        kubectl.wait_until(lambda state: is_deleting(state, "Observe"), "vmk", "backup")
        assert device in somebody.devices(HOST)

        kubectl.apply(simulator.vcenter_manifest("lab"))

    assert device not in somebody.devices(HOST)


def test_it_waits_while_the_host_is_away_and_ends_when_it_is_back(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator, device: str
) -> None:
    simulator.control("POST", f"/hosts/{HOST}/connection", {"state": "notResponding"})
    kubectl.wait_until(lambda state: says(state, "Ready", "Unknown", "HostAway"), "vmk", "backup")
    with deletion(kubectl, "vmk", "backup"):
        waiting = kubectl.wait_until(
            lambda state: says(state, "Ready", "Unknown", "HostAway") and "deletion" in sentence(state), "vmk", "backup"
        )
        assert "force-finalize" in sentence(waiting)
        assert removals(simulator) == 0

        simulator.control("POST", f"/hosts/{HOST}/connection", {"state": "connected"})

    assert device not in somebody.devices(HOST)


def test_force_finalize_lets_go_and_leaves_the_port(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator, device: str
) -> None:
    kubectl.run("annotate", "vcenter", "lab", f"{PAUSED}=true")
    with deletion(kubectl, "vmk", "backup"):
        kubectl.wait_until(lambda state: is_deleting(state, "paused"), "vmk", "backup")
        kubectl.run("annotate", "vmk", "backup", f"{FORCE_FINALIZE}=true")

    assert device in somebody.devices(HOST)
    assert removals(simulator) == 0


def test_an_object_in_observe_leaves_its_port(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator, device: str
) -> None:
    kubectl.apply(backup_adapter(HOST, ADDRESS, deletionPolicy="Delete", managementPolicy="Observe"))
    kubectl.wait_until(is_ready, "vmk", "backup")

    with deletion(kubectl, "vmk", "backup"):
        pass

    assert device in somebody.devices(HOST)
    assert removals(simulator) == 0


def test_an_object_whose_device_is_gone_goes_without_a_write(
    kubectl: Kubectl, simulator: Simulator, device: str
) -> None:
    kubectl.run("annotate", "vmk", "backup", f"{PAUSED}=true")
    simulator.control("POST", f"/hosts/{HOST}/edit", {"adapters": {device: None}})
    kubectl.wait_until(lambda state: says(state, "Drifted", "True"), "vmk", "backup")

    with deletion(kubectl, "vmk", "backup"):
        pass

    assert removals(simulator) == 0


def test_a_foreign_port_under_the_old_name_is_not_removed(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator, device: str
) -> None:
    kubectl.run("annotate", "vmk", "backup", f"{PAUSED}=true")
    kubectl.wait_until(lambda state: says(state, "Paused", "True"), "vmk", "backup")
    theirs = {
        "netstack": "defaultTcpipStack",
        "portGroup": {"standard": "Backup-40"},
        "ipv4": {"address": "10.9.9.9/24"},
    }
    simulator.control("POST", f"/hosts/{HOST}/edit", {"adapters": {device: None}})
    simulator.control("POST", f"/hosts/{HOST}/edit", {"adapters": {device: theirs}})
    kubectl.wait_until(lambda state: says(state, "Drifted", "True"), "vmk", "backup")

    with deletion(kubectl, "vmk", "backup"):
        pass

    assert device in somebody.devices(HOST)
    assert removals(simulator) == 0


def test_a_new_object_of_the_same_name_begins_with_a_status_of_its_own(
    kubectl: Kubectl, somebody: Colleague, device: str
) -> None:
    somebody.set_mtu(HOST, device, 1400)
    old = kubectl.wait_until(is_ready, "vmk", "backup")
    kubectl.apply(backup_adapter(HOST, ADDRESS))  # Orphan: the port stays
    kubectl.wait_until(lambda state: is_ready(state) and not state["metadata"].get("finalizers"), "vmk", "backup")
    manifest = placed(
        "VmkAdapter", "backup", HOST, "defaultTcpipStack", portGroup={"standard": "Backup-40"}, mtu=9000,
        ipv4={"mode": "Static", "address": "10.40.1.77/24"}, managementPolicy="Observe",
    )  # fmt: skip

    kubectl.run("delete", "vmk", "backup", "--timeout=20s")
    kubectl.apply(manifest)

    fresh = kubectl.wait_until(lambda state: says(state, "Ready", "True", "Observed"), "vmk", "backup")
    assert fresh["metadata"]["uid"] != old["metadata"]["uid"]
    assert fresh["status"].get("binding", {}).get("device") is None
    assert not fresh["status"].get("applied")
    assert not fresh["status"].get("driftHistory")


def test_a_port_that_a_new_name_claims_already_is_handed_over_to_it(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator, device: str
) -> None:
    kubectl.apply(deleted_with_its_port("renamed"))
    claimant = kubectl.wait_until(lambda state: is_stalled(state, "Conflict"), "vmk", "renamed")
    assert "backup" in sentence(claimant)

    with deletion(kubectl, "vmk", "backup"):
        pass

    heir = kubectl.wait_until(is_ready, "vmk", "renamed")
    assert heir["status"]["binding"]["device"] == device
    assert device in somebody.devices(HOST)
    assert removals(simulator) == 0


def test_a_port_is_handed_over_also_to_a_new_name_that_only_observes(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator, device: str
) -> None:
    kubectl.apply(backup_adapter(HOST, ADDRESS, name="renamed", managementPolicy="Observe"))
    kubectl.wait_until(lambda state: is_stalled(state, "Conflict"), "vmk", "renamed")

    with deletion(kubectl, "vmk", "backup"):
        pass

    assert kubectl.wait_until(is_ready, "vmk", "renamed")["status"]["binding"]["device"] == device
    assert device in somebody.devices(HOST)
    assert removals(simulator) == 0


def test_a_port_that_a_new_name_names_stays_also_where_it_is_not_yet_where_that_one_says(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator, device: str
) -> None:
    heir = {"name": "renamed", "adoptDevice": device}
    kubectl.apply(backup_adapter(HOST, ADDRESS, portGroup={"standard": "Storage-30"}, **heir))
    told = sentence(kubectl.wait_until(lambda state: is_stalled(state, "NoSuchDevice"), "vmk", "renamed"))
    assert f"{device} on {HOST} is on another TCP/IP stack or port group" in told

    with deletion(kubectl, "vmk", "backup"):
        pass

    assert device in somebody.devices(HOST)
    assert removals(simulator) == 0
    kubectl.apply(backup_adapter(HOST, ADDRESS, **heir))
    assert kubectl.wait_until(is_ready, "vmk", "renamed")["status"]["binding"]["device"] == device


def test_a_device_that_is_named_is_taken_as_it_is_and_with_delete_goes_with_its_object(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator, device: str
) -> None:
    kubectl.run("annotate", "vmk", "backup", f"{FORCE_FINALIZE}=true")
    kubectl.run("delete", "vmk", "backup", "--timeout=20s")
    adopting = placed(
        "VmkAdapter", "adopted", HOST, "defaultTcpipStack", portGroup={"standard": "Backup-40"}, adoptDevice=device,
        deletionPolicy="Delete",
    )  # fmt: skip
    kubectl.apply(adopting)
    adopted = kubectl.wait_until(is_ready, "vmk", "adopted")
    assert adopted["status"]["binding"]["device"] == device
    assert simulator.control("GET", "/calls").keys().isdisjoint({"AddVirtualNic", "UpdateVirtualNic"})

    with deletion(kubectl, "vmk", "adopted"):
        pass

    assert device not in somebody.devices(HOST)


def test_a_deleted_vcenter_stays_until_what_depends_on_it_is_gone(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator, device: str
) -> None:
    kubectl.run("delete", "vcenter", "lab", "--wait=false")
    staying = kubectl.wait_until(lambda state: says(state, "Ready", "False", "InUse"), "vcenter", "lab")
    assert "1" in sentence(staying)
    somebody.set_mtu(HOST, device, 1400)  # nothing is repaired on behalf of what goes

    kubectl.run("delete", "vmk", "backup", "--timeout=20s")

    wait_until(lambda: is_gone(kubectl, "vcenter", "lab"), what="the end of the VCenter")
    assert device not in somebody.devices(HOST)
    kubectl.apply(simulator.vcenter_manifest("lab"))
    kubectl.wait_until(is_ready, "vcenter", "lab")
