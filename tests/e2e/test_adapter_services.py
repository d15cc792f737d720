"""The services of an adapter: exactly the declared ones, those of no other adapter, and what dedicated stacks take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from testbed.declared import Declared
from testbed.objects import Object, backup_adapter, is_ready, old_vmotion_adapter, placed
from testbed.objects import vmotion_adapter as dedicated_vmotion_adapter

if TYPE_CHECKING:
    from testbed.colleague import Colleague
    from testbed.kubectl import Kubectl
    from testbed.operator_process import OperatorProcess
    from testbed.simulator import Simulator
    from testbed.whole_fleet import Change, WholeFleet

pytestmark = pytest.mark.usefixtures("operator")

NFC, PROVISIONING, VMOTION = "vSphereBackupNFC", "vSphereProvisioning", "vmotion"


def after(changes: dict[str, Change]) -> dict[str, list[str]]:
    """Return what is there now, in one order."""
    return {place: sorted(now) for place, (_, now) in changes.items()}


def shadowed(state: Object) -> list[str]:
    """Name the services that the advisories say a dedicated stack has."""
    advisories = state["status"].get("advisories", [])
    return [one["message"].split()[0] for one in advisories if one["reason"] == "ServiceShadowed"]


def test_exactly_the_declared_services_are_on_and_other_adapters_keep_theirs(
    kubectl: Kubectl, somebody: Colleague, fleet: WholeFleet
) -> None:
    host = "esx01.example.com"
    backup = Declared(kubectl, backup_adapter(host, "10.40.1.11/24", services=[NFC], deletionPolicy="Delete"))
    assert backup.declare()["status"]["observed"]["services"] == [NFC]
    device = backup.device
    ours = f"esx01.adapters.{device}"
    assert fleet.changes().keys() == {ours}

    backup.declare(services=[PROVISIONING, VMOTION])  # vMotion may be on several adapters, and stays on vmk1
    assert after(fleet.changes()) == {f"{ours}.services": [PROVISIONING, VMOTION]}

    somebody.deselect(host, device, VMOTION)
    somebody.select(host, device, NFC)
    backup.until(lambda state: len(state["status"].get("driftHistory", [])) > 0)
    backup.until(lambda state: is_ready(state) and state["status"]["observed"]["services"] == [PROVISIONING, VMOTION])
    assert fleet.changes() == {}

    backup.declare(services=[])
    assert after(fleet.changes()) == {f"{ours}.services": []}

    backup.declare(services=None)
    somebody.select(host, device, NFC)
    backup.until(lambda state: state["status"]["observed"]["services"] == [NFC])
    assert "drift" not in backup.look_again()["status"]
    assert after(fleet.changes()) == {f"{ours}.services": [NFC]}

    backup.delete()
    assert fleet.changes().keys() == {ours}


def test_observed_services_are_told_and_left_alone_also_at_the_end(
    operator: OperatorProcess, kubectl: Kubectl, somebody: Colleague, fleet: WholeFleet
) -> None:
    host = "esx02.example.com"
    old = Declared(kubectl, old_vmotion_adapter(host, services=[VMOTION], managementPolicy="Observe"))
    old.declare()

    somebody.select(host, "vmk1", NFC)

    assert old.until_observed("services") == {"services": (VMOTION, f"{NFC}, {VMOTION}")}
    row = old.row()
    assert (row["READY"], row["REASON"], row["DRIFT"]) == ("True", "Observed", "services")
    assert operator.metric("vmk_object_drift_field", name="old-vmotion", field="services") == 1
    assert old.read()["status"]["plan"]["steps"] == [f"deselect {NFC} for vmk1"]

    old.delete()
    assert after(fleet.changes()) == {"esx02.adapters.vmk1.services": [NFC, VMOTION]}


def test_a_dedicated_stack_shadows_its_service_from_its_first_adapter_to_its_last(
    kubectl: Kubectl, simulator: Simulator, fleet: WholeFleet
) -> None:
    host, services = "esx03.example.com", "esx03.adapters.vmk1.services"
    old = Declared(kubectl, old_vmotion_adapter(host, services=[PROVISIONING, VMOTION]))
    old.declare()
    assert after(fleet.changes()) == {services: [PROVISIONING, VMOTION]}
    simulator.control("DELETE", "/calls")

    vmotion = Declared(kubectl, dedicated_vmotion_adapter(host, "10.40.0.13/24", deletionPolicy="Delete"))
    assert vmotion.declare()["status"]["observed"]["services"] == [VMOTION]  # implied by the stack
    assert shadowed(old.until(lambda state: is_ready(state) and shadowed(state) == [VMOTION])) == [VMOTION]
    provisioning = Declared(
        kubectl,
        placed(
            "VmkAdapter", "provisioning", host, "vSphereProvisioning", deletionPolicy="Delete",
            portGroup={"distributed": {"switch": "DSwitch", "name": "dpg-provisioning"}},
            ipv4={"mode": "Static", "address": "10.50.0.13/24"},
        ),
    )  # fmt: skip
    provisioning.declare()
    old.until(lambda state: is_ready(state) and shadowed(state) == [PROVISIONING, VMOTION])
    row = old.row()
    assert (row["READY"], row["REASON"], row["DRIFT"], row["ADVICE"]) == ("True", "Converged", "", "ServiceShadowed")
    assert after({place: change for place, change in fleet.changes().items() if place == services}) == {services: []}
    assert "SelectVnicForNicType" not in simulator.control("GET", "/calls")  # nothing was fought over

    vmotion.delete()
    old.until(lambda state: is_ready(state) and state["status"]["observed"].get("services") == [VMOTION])
    provisioning.delete()
    state = old.until(lambda state: is_ready(state) and len(state["status"]["observed"].get("services", [])) == 2)
    assert shadowed(state) == []
    assert old.row()["ADVICE"] == ""
    assert "driftHistory" not in state["status"]  # the stacks took them: nobody changed anything by hand
    changed = fleet.changes()
    assert after({services: changed.pop(services)}) == {services: [PROVISIONING, VMOTION]}
    assert set(changed) == {f"esx03.adapters.{device}" for device in ("vmk2", "vmk3")}
