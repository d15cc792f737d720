"""Where an adapter has its IPv4 address from, and the gateway of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyVmomi import vim

from testbed.declared import Declared
from testbed.objects import backup_adapter, is_stalled, sentence

if TYPE_CHECKING:
    from testbed.colleague import Colleague
    from testbed.kubectl import Kubectl
    from testbed.operator_process import OperatorProcess
    from testbed.whole_fleet import WholeFleet

pytestmark = pytest.mark.usefixtures("operator")

ADDRESS, OTHER = "10.40.1.11/24", "10.40.1.12/24"
STATIC = {"mode": "Static", "address": ADDRESS}
THEIRS = vim.host.IpConfig(dhcp=False, ipAddress="10.99.0.5", subnetMask="255.255.255.0")


def test_static_becomes_dhcp_becomes_none_becomes_static_and_is_repaired(
    kubectl: Kubectl, somebody: Colleague, fleet: WholeFleet
) -> None:
    host = "esx01.example.com"
    backup = Declared(kubectl, backup_adapter(host, ADDRESS, deletionPolicy="Delete"))
    assert backup.declare()["status"]["observed"]["addresses"] == [{"address": ADDRESS, "origin": "Static"}]
    device = backup.device
    ours = f"esx01.adapters.{device}"
    assert fleet.changes().keys() == {ours}

    state = backup.declare(ipv4={"mode": "DHCP"})
    (leased,) = state["status"]["observed"]["addresses"]
    assert leased["origin"] == "DHCP"
    assert backup.row()["ADDRESS"] == leased["address"] != ADDRESS
    assert fleet.changes() == {
        f"{ours}.ipv4.dhcp": (False, True),
        f"{ours}.ipv4.address": (ADDRESS, leased["address"]),
    }

    assert backup.declare(ipv4={"mode": "None"})["status"]["observed"]["addresses"] == []
    assert fleet.changes() == {
        f"{ours}.ipv4.dhcp": (True, False),
        f"{ours}.ipv4.address": (leased["address"], None),
    }

    backup.declare(ipv4=STATIC)
    assert fleet.changes() == {f"{ours}.ipv4.address": (None, ADDRESS)}

    somebody.change(host, device, ip=vim.host.IpConfig(dhcp=True))
    backup.until_repaired("ipv4.mode", observed="DHCP")
    somebody.change(host, device, ip=THEIRS)
    assert backup.until_repaired("ipv4.address", observed="10.99.0.5/24")["desired"] == ADDRESS
    assert fleet.changes() == {}

    backup.declare(ipv4=None)
    somebody.change(host, device, ip=THEIRS)
    backup.until(lambda state: state["status"]["observed"]["addresses"][0]["address"] == "10.99.0.5/24")
    assert "drift" not in backup.look_again()["status"]
    assert fleet.changes() == {f"{ours}.ipv4.address": (ADDRESS, "10.99.0.5/24")}

    backup.delete()
    assert fleet.changes().keys() == {ours}


def test_an_observed_address_is_told_and_left_alone_also_at_the_end(
    operator: OperatorProcess, kubectl: Kubectl, somebody: Colleague, fleet: WholeFleet
) -> None:
    host = "esx02.example.com"
    backup = Declared(kubectl, backup_adapter(host, ADDRESS))
    backup.declare()
    device = backup.device
    backup.declare(managementPolicy="Observe")
    fleet.changes()

    somebody.change(host, device, ip=THEIRS)
    assert backup.until_observed("ipv4.address") == {"ipv4.address": (ADDRESS, "10.99.0.5/24")}
    row = backup.row()
    assert (row["READY"], row["REASON"], row["DRIFT"]) == ("True", "Observed", "ipv4.address")
    assert row["ADDRESS"] == "10.99.0.5/24"

    somebody.change(host, device, ip=vim.host.IpConfig(dhcp=True))
    told = backup.until_observed("ipv4.address", "ipv4.mode")
    assert told["ipv4.mode"] == ("Static", "DHCP")
    assert backup.row()["DRIFT"] == "ipv4.address, ipv4.mode"
    assert operator.metric("vmk_object_drift_field", name="backup") == 2

    backup.delete()
    assert fleet.changes().keys() == {f"esx02.adapters.{device}.ipv4.dhcp", f"esx02.adapters.{device}.ipv4.address"}


def test_a_gateway_of_its_own_is_set_changed_repaired_left_alone_and_taken_away(
    kubectl: Kubectl, somebody: Colleague, fleet: WholeFleet
) -> None:
    host = "esx03.example.com"
    backup = Declared(kubectl, backup_adapter(host, ADDRESS))
    backup.declare()
    gateway = f"esx03.adapters.{backup.device}.ipv4.gateway"
    fleet.changes()

    state = backup.declare(ipv4=STATIC | {"gateway": "10.40.1.1"})
    assert state["status"]["observed"]["gateway"] == "10.40.1.1"
    backup.declare(ipv4=STATIC | {"gateway": "10.40.1.254"})
    assert fleet.changes() == {gateway: (None, "10.40.1.254")}

    somebody.set_own_gateway(host, backup.device, "10.40.1.99")
    assert backup.until_repaired("ipv4.gateway", observed="10.40.1.99")["desired"] == "10.40.1.254"
    assert fleet.changes() == {}

    backup.declare(ipv4=STATIC)
    somebody.set_own_gateway(host, backup.device, "10.40.1.99")
    backup.until(lambda state: state["status"]["observed"]["gateway"] == "10.40.1.99")
    assert "drift" not in backup.look_again()["status"]
    assert fleet.changes() == {gateway: ("10.40.1.254", "10.40.1.99")}

    assert "gateway" not in backup.declare(ipv4=STATIC | {"gateway": "None"})["status"]["observed"]
    assert fleet.changes() == {gateway: ("10.40.1.99", None)}

    backup.apply(
        ipv4={"mode": "Static", "address": "10.40.2.11/24", "gateway": "10.40.2.1"}, managementPolicy="Observe"
    )
    told = backup.until_observed("ipv4.address", "ipv4.gateway")
    assert told == {"ipv4.address": ("10.40.2.11/24", ADDRESS), "ipv4.gateway": ("10.40.2.1", "None")}
    backup.delete()
    assert fleet.changes() == {}


def test_an_address_of_another_adapter_of_the_host_is_refused(kubectl: Kubectl, fleet: WholeFleet) -> None:
    backup = Declared(kubectl, backup_adapter("esx01.example.com", "10.1.0.11/24", deletionPolicy="Delete"))

    backup.apply()

    stalled = backup.until(lambda state: is_stalled(state, "AddressInUse"))
    assert sentence(stalled).startswith("10.1.0.11 is an address of vmk1 on esx01.example.com already")
    assert fleet.changes() == {}
    backup.delete()
    assert fleet.changes() == {}
