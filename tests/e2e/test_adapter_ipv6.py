"""IPv6 of an adapter: the addresses given by hand, what the network gives, and the gateway of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from testbed.declared import Declared
from testbed.objects import Object, old_vmotion_adapter

if TYPE_CHECKING:
    from testbed.colleague import Colleague
    from testbed.kubectl import Kubectl
    from testbed.operator_process import OperatorProcess
    from testbed.whole_fleet import WholeFleet

pytestmark = pytest.mark.usefixtures("operator")

ONE, TWO, THREE = "fd00:40::11/64", "fd00:40::12/64", "fd00:41::11/64"
DPG_BACKUP = {"distributed": {"switch": "DSwitch", "name": "dpg-backup"}}


def ipv6_only(host: str, **ipv6: Any) -> Object:
    """Declare an adapter without IPv4."""
    manifest = old_vmotion_adapter(host, name="six", portGroup=DPG_BACKUP, ipv6=ipv6, deletionPolicy="Delete")
    del manifest["spec"]["adoptDevice"]
    return manifest


def origins(state: Object) -> list[str]:
    return [one["origin"] for one in state["status"]["observed"].get("addresses", [])]


def by_hand(state: Object) -> list[str]:
    addresses = state["status"]["observed"].get("addresses", [])
    return [one["address"] for one in addresses if one["origin"] == "Static"]


def test_addresses_come_and_go_one_by_one_and_those_from_the_network_stay(
    kubectl: Kubectl, somebody: Colleague, fleet: WholeFleet
) -> None:
    host = "esx01.example.com"
    six = Declared(kubectl, ipv6_only(host, addresses=[ONE]))
    assert by_hand(six.declare()) == [ONE]
    device = six.device
    ours = f"esx01.adapters.{device}"
    assert fleet.changes().keys() == {ours}

    state = six.declare(ipv6={"addresses": [ONE], "acceptRouterAdvertisements": True, "dhcp": True})
    assert sorted(origins(state)) == ["DHCP", "RouterAdvertisement", "Static"]
    assert fleet.changes() == {f"{ours}.ipv6.auto": (False, True), f"{ours}.ipv6.dhcp": (False, True)}

    state = six.declare(ipv6={"addresses": [THREE, TWO]})
    assert sorted(origins(state)) == ["DHCP", "RouterAdvertisement", "Static", "Static"]
    assert {place: set(now) for place, (_, now) in fleet.changes().items()} == {f"{ours}.ipv6.addresses": {TWO, THREE}}

    somebody.add_ipv6(host, device, "fd00:99::1/64")
    six.until_repaired("ipv6.addresses", observed=f"{TWO}, {THREE}, fd00:99::1/64")
    assert fleet.changes() == {}

    six.declare(ipv6={"addresses": []})
    assert {place: now for place, (_, now) in fleet.changes().items()} == {f"{ours}.ipv6.addresses": []}

    six.declare(ipv6=None)
    somebody.add_ipv6(host, device, "fd00:99::1/64")
    six.until(lambda state: by_hand(state) == ["fd00:99::1/64"])
    assert "drift" not in six.look_again()["status"]
    assert fleet.changes() == {f"{ours}.ipv6.addresses": ([], ["fd00:99::1/64"])}

    six.delete()
    assert fleet.changes().keys() == {ours}


def test_what_the_network_may_give_is_switched_repaired_and_under_observe_told(
    operator: OperatorProcess, kubectl: Kubectl, somebody: Colleague, fleet: WholeFleet
) -> None:
    host, ours = "esx02.example.com", "esx02.adapters.vmk1.ipv6"
    old = Declared(kubectl, old_vmotion_adapter(host, ipv6={"acceptRouterAdvertisements": True, "dhcp": False}))
    assert origins(old.declare()) == ["Static", "RouterAdvertisement"]  # its IPv4 address is left alone
    assert fleet.changes() == {f"{ours}.auto": (False, True)}

    somebody.switch_ipv6(host, "vmk1", auto=False, dhcp=True)
    assert old.until_repaired("ipv6.dhcp", observed="true")["desired"] == "false"
    assert old.until_repaired("ipv6.acceptRouterAdvertisements", observed="false")["desired"] == "true"
    assert fleet.changes() == {}

    old.declare(managementPolicy="Observe")
    somebody.switch_ipv6(host, "vmk1", auto=False, dhcp=True)
    assert old.until_observed("ipv6.dhcp", "ipv6.acceptRouterAdvertisements") == {
        "ipv6.acceptRouterAdvertisements": ("true", "false"),
        "ipv6.dhcp": ("false", "true"),
    }
    assert old.row()["DRIFT"] == "ipv6.acceptRouterAdvertisements, ipv6.dhcp"
    assert operator.metric("vmk_object_drift_field", name="old-vmotion") == 2

    old.delete()
    assert fleet.changes() == {f"{ours}.auto": (True, False), f"{ours}.dhcp": (False, True)}


def test_a_gateway_of_its_own_is_set_repaired_left_alone_and_taken_away(
    kubectl: Kubectl, somebody: Colleague, fleet: WholeFleet
) -> None:
    host = "esx03.example.com"
    six = Declared(kubectl, ipv6_only(host, addresses=[ONE]))
    six.declare()
    gateway = f"esx03.adapters.{six.device}.ipv6.gateway"
    fleet.changes()

    assert six.declare(ipv6={"gateway": "fe80::1"})["status"]["observed"]["ipv6Gateway"] == "fe80::1"
    six.declare(ipv6={"gateway": "fd00:40::1"})
    assert fleet.changes() == {gateway: (None, "fd00:40::1")}

    somebody.set_own_ipv6_gateway(host, six.device, "fd00:40::99")
    assert six.until_repaired("ipv6.gateway", observed="fd00:40::99")["desired"] == "fd00:40::1"
    assert fleet.changes() == {}

    six.declare(ipv6={"addresses": [ONE]})
    somebody.set_own_ipv6_gateway(host, six.device, "fd00:40::99")
    six.until(lambda state: state["status"]["observed"]["ipv6Gateway"] == "fd00:40::99")
    assert "drift" not in six.look_again()["status"]

    assert "ipv6Gateway" not in six.declare(ipv6={"gateway": "None"})["status"]["observed"]
    assert fleet.changes() == {gateway: ("fd00:40::1", None)}

    six.delete()
