"""What vSphere does not manage alone: networks of NSX, and vSAN, which has its own list of adapters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyVmomi import vim

from testbed.declared import Declared
from testbed.objects import backup_adapter, is_ready, is_stalled, says, sentence

if TYPE_CHECKING:
    from testbed.colleague import Colleague
    from testbed.kubectl import Kubectl
    from testbed.operator_process import OperatorProcess
    from testbed.simulator import Simulator
    from testbed.whole_fleet import WholeFleet

pytestmark = pytest.mark.usefixtures("operator")

SEGMENTS = {"7a1c-01": "Segment-60", "7a1c-02": "Segment-61"}
VSAN, WITNESS, NFC = "vsan", "vsanWitness", "vSphereBackupNFC"


def on_segment(number: int) -> dict[str, dict[str, str]]:
    return {"opaque": {"id": sorted(SEGMENTS)[number - 1]}}


def test_an_adapter_waits_for_its_opaque_network_and_is_moved_there_and_away_in_place(
    kubectl: Kubectl, simulator: Simulator, somebody: Colleague, fleet: WholeFleet
) -> None:
    host = "esx01.example.com"
    backup = Declared(kubectl, backup_adapter(host, "10.60.1.11/24", portGroup=on_segment(1), deletionPolicy="Delete"))
    backup.apply()
    said = sentence(backup.until(lambda state: is_stalled(state, "NoSuchPortGroup")))
    assert "has no opaque network with the id '7a1c-01'" in said

    simulator.control("POST", f"/hosts/{host}/edit", {"opaqueSwitch": {"networks": SEGMENTS}})
    assert backup.until(is_ready)["status"]["observed"]["portGroup"] == "opaque network 7a1c-01"
    device = backup.device
    ours = f"esx01.adapters.{device}"
    assert fleet.changes().keys() == {"esx01.opaqueSwitch", ours}

    backup.declare(portGroup={"standard": "Backup-40"})
    assert backup.declare(portGroup=on_segment(2))["status"]["observed"]["portGroup"] == "opaque network 7a1c-02"
    assert backup.device == device
    assert fleet.changes() == {f"{ours}.portGroup.opaque": ("7a1c-01", "7a1c-02")}

    network = vim.host.VirtualNic.OpaqueNetworkSpec(opaqueNetworkId="7a1c-01", opaqueNetworkType="nsx.LogicalSwitch")
    somebody.change(host, device, opaqueNetwork=network)
    repair = backup.until_repaired("portGroup", observed="opaque network 7a1c-01")
    assert repair["desired"] == "opaque network 7a1c-02"
    assert fleet.changes() == {}

    backup.declare(managementPolicy="Observe")
    somebody.change(host, device, opaqueNetwork=network)
    wanted, seen = "opaque network 7a1c-02", "opaque network 7a1c-01"
    assert backup.until_observed("portGroup") == {"portGroup": (wanted, seen)}
    assert backup.row()["DRIFT"] == "portGroup"

    backup.delete()
    assert fleet.changes() == {f"{ours}.portGroup.opaque": ("7a1c-02", "7a1c-01")}


def test_vsan_is_given_at_once_and_taken_with_approval_and_nobody_else_loses_it(
    operator: OperatorProcess, kubectl: Kubectl, simulator: Simulator, somebody: Colleague, fleet: WholeFleet
) -> None:
    host = "esx02.example.com"
    multicast = {"upstream": "224.1.2.3", "downstream": "224.2.3.4"}
    theirs = {"services": ["vmotion", VSAN, WITNESS], "vsanMulticast": multicast}
    simulator.control("POST", f"/hosts/{host}/edit", {"adapters": {"vmk1": theirs}})
    fleet.changes()
    storage = Declared(kubectl, backup_adapter(host, "10.40.1.12/24", name="storage", services=[VSAN, NFC]))

    assert storage.declare()["status"]["observed"]["services"] == [NFC, VSAN]
    device = storage.device
    ours = f"esx02.adapters.{device}"
    assert fleet.changes().keys() == {ours}  # vmk1 kept vSAN, the witness and its multicast addresses

    somebody.choose_for_vsan(host, "vmk1")
    assert storage.until_repaired("services", observed=NFC)["desired"] == f"{NFC}, {VSAN}"
    assert fleet.changes() == {"esx02.adapters.vmk1.services": (sorted(theirs["services"]), ["vmotion", VSAN])} | {
        "esx02.adapters.vmk1.vsanMulticast": (multicast, None)
    }  # that is what somebody's short list did; ours went back as it was

    storage.apply(services=[NFC])
    waiting = storage.until(lambda state: says(state, "Ready", "False", "WaitingForApproval"))
    assert "carries vSAN" in sentence(waiting)
    assert waiting["status"]["plan"]["steps"] == [f"deselect {VSAN} for {device}"]
    assert fleet.changes() == {}
    kubectl.run("annotate", *storage.what, f"vmkernel.dev/approve={waiting['status']['plan']['id']}")
    assert storage.until(is_ready)["status"]["observed"]["services"] == [NFC]
    assert fleet.changes() == {f"{ours}.services": ([NFC, VSAN], [NFC])}

    storage.declare(managementPolicy="Observe", services=[NFC, WITNESS])
    assert storage.until_observed("services") == {"services": (f"{NFC}, {WITNESS}", NFC)}
    assert storage.read()["status"]["plan"]["steps"] == [f"select {WITNESS} for {device}"]
    assert operator.metric("vmk_object_drift_field", name="storage", field="services") == 1
    storage.delete()
    assert fleet.changes() == {}
