"""Where an adapter is plugged in: moved in place from port group to port group, and created again when it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from testbed.declared import Declared
from testbed.objects import backup_adapter, is_stalled, old_vmotion_adapter, sentence

if TYPE_CHECKING:
    from testbed.colleague import Colleague
    from testbed.kubectl import Kubectl
    from testbed.operator_process import OperatorProcess
    from testbed.whole_fleet import Change, WholeFleet

pytestmark = pytest.mark.usefixtures("operator")

STORAGE, BACKUP = {"standard": "Storage-30"}, {"standard": "Backup-40"}
DPG_BACKUP = {"distributed": {"switch": "DSwitch", "name": "dpg-backup"}}
DPG_PROVISIONING = {"distributed": {"switch": "DSwitch", "name": "dpg-provisioning"}}
ADDRESS = "10.40.1.11/24"
PORT = {"portKey", "connectionCookie"}
"""What a distributed switch gives to whoever plugs in."""


def moved(changes: dict[str, Change], adapter: str) -> dict[str, Any]:
    """Return where an adapter was moved to, after making sure that nothing else happened."""
    port_group = f"{adapter}.portGroup."
    assert all(place.startswith(port_group) for place in changes), changes
    to = {place.removeprefix(port_group): now for place, (_, now) in changes.items()}
    return {
        kind: {name: value for name, value in where.items() if name not in PORT} if isinstance(where, dict) else where
        for kind, where in to.items()
        if kind.rpartition(".")[2] not in PORT
    }


def test_a_move_keeps_the_adapter_within_a_switch_between_switches_and_between_kinds_of_switch(
    kubectl: Kubectl, fleet: WholeFleet
) -> None:
    backup = Declared(kubectl, backup_adapter("esx01.example.com", ADDRESS, portGroup=STORAGE, deletionPolicy="Delete"))
    backup.declare()
    device = backup.device
    ours = f"esx01.adapters.{device}"
    assert fleet.changes().keys() == {ours}

    for port_group, shown, to in (
        (BACKUP, "Backup-40", {"standard": "Backup-40"}),
        (
            DPG_BACKUP,
            "DSwitch/dpg-backup",
            {"standard": None, "distributed": {"switch": "DSwitch", "name": "dpg-backup"}},
        ),
        (DPG_PROVISIONING, "DSwitch/dpg-provisioning", {"distributed.name": "dpg-provisioning"}),
        (STORAGE, "Storage-30", {"standard": "Storage-30", "distributed": None}),
    ):
        assert backup.declare(portGroup=port_group)["status"]["observed"]["portGroup"] == shown
        assert backup.device == device
        assert moved(fleet.changes(), ours) == to

    backup.delete()
    assert fleet.changes().keys() == {ours}


def test_an_adopted_adapter_that_somebody_moves_is_moved_back_and_under_observe_told(
    operator: OperatorProcess, kubectl: Kubectl, somebody: Colleague, fleet: WholeFleet
) -> None:
    host = "esx02.example.com"
    old = Declared(kubectl, old_vmotion_adapter(host))
    old.declare()
    assert old.device == "vmk1"
    assert fleet.changes() == {}

    somebody.move(host, "vmk1", "Storage-30")
    assert old.until_repaired("portGroup", observed="Storage-30")["desired"] == "vMotion-Old"
    assert fleet.changes() == {}

    old.declare(managementPolicy="Observe")
    somebody.move(host, "vmk1", "Storage-30")
    assert old.until_observed("portGroup") == {"portGroup": ("vMotion-Old", "Storage-30")}
    row = old.row()
    assert (row["DEVICE"], row["READY"], row["REASON"], row["DRIFT"]) == ("vmk1", "True", "Observed", "portGroup")
    assert operator.metric("vmk_object_drift_field", name="old-vmotion", field="portGroup") == 1

    old.delete()
    assert moved(fleet.changes(), "esx02.adapters.vmk1") == {"standard": "Storage-30"}


def test_an_adapter_that_somebody_removes_is_created_again_as_declared_and_under_observe_missed(
    operator: OperatorProcess, kubectl: Kubectl, somebody: Colleague, fleet: WholeFleet
) -> None:
    host = "esx03.example.com"
    services = ["vSphereBackupNFC"]
    backup = Declared(kubectl, backup_adapter(host, ADDRESS, portGroup=DPG_BACKUP, mtu=9000, services=services))
    backup.declare()
    first = backup.device
    assert fleet.changes().keys() == {f"esx03.adapters.{first}"}

    somebody.remove(host, first)

    backup.until_repaired("device", observed="absent")
    history = backup.read()["status"]["driftHistory"]
    assert [one["field"] for one in history] == ["device"]  # that it had no service at first was nobody's doing
    assert backup.device == first  # the name is free, so the host gives it again; the MAC is another one
    changed = {place.rpartition(".")[2] for place in fleet.changes()}
    assert "mac" in changed
    assert changed <= {"mac", *PORT}
    assert operator.metric("vmk_object_drifted", name="backup") == 0

    backup.declare(managementPolicy="Observe")
    somebody.remove(host, first)

    assert backup.until_observed("device") == {"device": (first, "absent")}
    row = backup.row()
    assert (row["READY"], row["REASON"], row["DRIFT"]) == ("True", "Observed", "device")
    (step,) = backup.read()["status"]["plan"]["steps"]
    assert step == (
        f"create an adapter on DSwitch/dpg-backup in stack defaultTcpipStack with {ADDRESS} and mtu 9000, "
        "then select vSphereBackupNFC for it"
    )

    backup.delete()
    assert fleet.changes().keys() == {f"esx03.adapters.{first}"}
    assert somebody.devices(host) == ["vmk0", "vmk1"]


def test_a_device_to_adopt_that_is_elsewhere_or_not_there_is_refused(kubectl: Kubectl, fleet: WholeFleet) -> None:
    lost = Declared(kubectl, old_vmotion_adapter("esx01.example.com", adoptDevice="vmk9"))
    lost.apply()
    assert "no adapter 'vmk9' to adopt" in sentence(lost.until(lambda state: is_stalled(state, "NoSuchDevice")))

    lost.apply(adoptDevice="vmk1", portGroup=STORAGE)
    elsewhere = lost.until(lambda state: is_stalled(state, "NoSuchDevice"))
    assert "vmk1 on esx01.example.com is on another TCP/IP stack or port group" in sentence(elsewhere)

    lost.declare(portGroup={"standard": "vMotion-Old"})
    assert lost.device == "vmk1"
    assert fleet.changes() == {}
