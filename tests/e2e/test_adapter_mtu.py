"""The MTU of an adapter, from its creation to the end of its object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from testbed.declared import Declared
from testbed.objects import backup_adapter, is_stalled, old_vmotion_adapter, sentence

if TYPE_CHECKING:
    from testbed.colleague import Colleague
    from testbed.kubectl import Kubectl
    from testbed.operator_process import OperatorProcess
    from testbed.whole_fleet import WholeFleet

HOST, ADDRESS = "esx01.example.com", "10.40.1.11/24"


def test_an_mtu_is_declared_changed_repaired_left_alone_and_goes_with_its_adapter(
    operator: OperatorProcess, kubectl: Kubectl, somebody: Colleague, fleet: WholeFleet
) -> None:
    backup = Declared(kubectl, backup_adapter(HOST, ADDRESS, mtu=9000, deletionPolicy="Delete"))

    assert backup.declare()["status"]["observed"]["mtu"] == 9000
    device = backup.device
    created = fleet.changes()
    assert created.keys() == {f"esx01.adapters.{device}"}
    mtu = f"esx01.adapters.{device}.mtu"

    backup.declare(mtu=8000)
    assert fleet.changes() == {mtu: (9000, 8000)}

    somebody.set_mtu(HOST, device, 1500)
    assert backup.until_repaired("mtu", observed="1500")["desired"] == "8000"
    assert fleet.changes() == {}
    assert operator.metric("vmk_object_drifted", name="backup") == 0

    backup.declare(mtu=None)
    somebody.set_mtu(HOST, device, 1500)
    backup.until(lambda state: state["status"]["observed"]["mtu"] == 1500)
    assert "drift" not in backup.look_again()["status"]
    assert fleet.changes() == {mtu: (8000, 1500)}

    backup.delete()
    assert fleet.changes().keys() == {f"esx01.adapters.{device}"}


def test_an_observed_mtu_is_told_and_left_alone_also_at_the_end(
    operator: OperatorProcess, kubectl: Kubectl, somebody: Colleague, fleet: WholeFleet
) -> None:
    backup = Declared(kubectl, backup_adapter(HOST, ADDRESS, mtu=9000))
    backup.declare()
    device = backup.device
    backup.declare(managementPolicy="Observe")
    fleet.changes()

    somebody.set_mtu(HOST, device, 1500)

    assert backup.until_observed("mtu") == {"mtu": ("9000", "1500")}
    row = backup.row()
    assert (row["READY"], row["REASON"], row["DRIFT"], row["MTU"]) == ("True", "Observed", "mtu", "1500")
    assert operator.metric("vmk_object_drift_field", name="backup", field="mtu") == 1

    backup.delete()
    assert fleet.changes() == {f"esx01.adapters.{device}.mtu": (9000, 1500)}


def test_an_mtu_above_that_of_its_switch_is_refused_until_it_fits(
    operator: OperatorProcess, kubectl: Kubectl, fleet: WholeFleet
) -> None:
    old = Declared(kubectl, old_vmotion_adapter("esx02.example.com", mtu=9000))

    old.apply()

    stalled = old.until(lambda state: is_stalled(state, "MtuAboveSwitch"))
    assert sentence(stalled).startswith("mtu 9000 is above the 1500 of the switch behind the port group")
    assert operator.metric("vmk_object_stalled", name="old-vmotion") == 1
    assert fleet.changes() == {}

    old.declare(mtu=1400)
    assert fleet.changes() == {"esx02.adapters.vmk1.mtu": (1500, 1400)}
