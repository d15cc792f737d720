from dataclasses import replace
from typing import Any

import pytest

from unit.vcenter_simulator.builders import MAC, managed_host, on_switch, spec, surroundings
from vcenter_simulator.host.adapters import add_adapter, remove_adapter, update_adapter
from vcenter_simulator.host.behaviour import Behaviour, Choice, ManagementPath
from vcenter_simulator.host.disruption import disruption
from vcenter_simulator.host.netstacks import edit_netstacks
from vcenter_simulator.host.policies import Policy, Teaming
from vcenter_simulator.host.portgroups import update_portgroup
from vcenter_simulator.host.requests import AdapterSpec, Gateway, Ipv6Change, Ipv6Spec, NetstackEdit
from vcenter_simulator.host.services import deselect_adapter, select_adapter
from vcenter_simulator.host.state import DEFAULT_STACK, HostState, Ipv4
from vcenter_simulator.host.switch_requests import PortGroupSpec, SwitchSpec
from vcenter_simulator.host.switches import update_switch

NO_ADDRESS = AdapterSpec(ipv4=Ipv4())


def update(state: HostState, wanted: AdapterSpec) -> HostState:
    return update_adapter(state, "vmk0", wanted, surroundings(mtu_above_switch=Choice.ACCEPT))


def lost(new: HostState, old: HostState | None = None, **switches: Any) -> str | None:
    return disruption(managed_host() if old is None else old, new, Behaviour(**switches))


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (remove_adapter(managed_host(), "vmk0"), "vmk0 is gone"),
        (update(managed_host(), NO_ADDRESS), "no address"),
        (replace(update(managed_host(), AdapterSpec(mtu=9000)), fabric_mtu=1500), "above the 1500"),
        (update_switch(managed_host(), "vSwitch0", SwitchSpec(ports=128), surroundings()), "no uplink"),
        (replace(update(managed_host(), AdapterSpec(distributed=on_switch())), memberships=()), "no uplink"),
    ],
    ids=["removal", "address", "MTU", "uplink", "distributed uplink"],
)
def test_a_host_is_lost_when_its_management_is_out_of_reach(new: HostState, words: str) -> None:
    assert words in (lost(new) or "")


@pytest.mark.parametrize(
    "new",
    [
        managed_host(),
        update(managed_host(), AdapterSpec(distributed=on_switch())),
        update(managed_host(), AdapterSpec(ipv4=Ipv4(dhcp=True))),
        update(managed_host(), replace(NO_ADDRESS, ipv6=Ipv6Spec(changes=(Ipv6Change("fd00::11/64", "add"),)))),
        deselect_adapter(managed_host(), "management", "vmk0"),
    ],
    ids=["nothing", "moved", "leased", "IPv6", "tag"],
)
def test_a_host_whose_management_still_answers_is_not_lost(new: HostState) -> None:
    assert lost(new) is None


def test_a_second_management_adapter_keeps_the_host() -> None:
    second = add_adapter(managed_host(), spec(distributed=on_switch()), surroundings(), mac=MAC)[0]
    old = select_adapter(second, "management", "vmk1", Behaviour())

    assert lost(remove_adapter(old, "vmk0"), old) is None
    assert lost(remove_adapter(remove_adapter(old, "vmk0"), "vmk1"), old) == "vmk0 is gone."


def test_a_host_that_was_out_of_reach_before_can_not_be_lost() -> None:
    old = update(managed_host(), NO_ADDRESS)

    assert lost(remove_adapter(old, "vmk0"), old) is None


@pytest.mark.parametrize(("choice", "is_lost"), [(Choice.ACCEPT, False), (Choice.REFUSE, True)])
def test_another_address_is_a_matter_of_the_switch(choice: Choice, is_lost: bool) -> None:  # noqa: FBT001 - a table
    new = update(managed_host(), AdapterSpec(ipv4=replace(managed_host().adapters[0].ipv4, address="10.0.0.99")))

    assert (lost(new, management_address_change=choice) is not None) == is_lost


@pytest.mark.parametrize(("choice", "is_lost"), [(Choice.ACCEPT, False), (Choice.REFUSE, True)])
def test_another_vlan_is_a_matter_of_the_switch(choice: Choice, is_lost: bool) -> None:  # noqa: FBT001 - a table
    wanted = PortGroupSpec(name="Management Network", switch="vSwitch0", vlan=7)
    new = update_portgroup(managed_host(), "Management Network", wanted, surroundings())

    assert (lost(new, management_vlan_change=choice) is not None) == is_lost


def test_a_port_group_that_teams_no_uplink_loses_the_host() -> None:
    policy = Policy(teaming=Teaming(active=(), standby=()))
    wanted = PortGroupSpec(name="Management Network", switch="vSwitch0", vlan=0, policy=policy)

    assert lost(update_portgroup(managed_host(), "Management Network", wanted, surroundings())) == "vmk0 has no uplink."


@pytest.mark.parametrize(("path", "is_lost"), [(ManagementPath.DIRECT, False), (ManagementPath.ROUTED, True)])
def test_a_lost_gateway_is_a_matter_of_the_switch(path: ManagementPath, is_lost: bool) -> None:  # noqa: FBT001 - a table
    def routed(state: HostState, gateway: str | None) -> HostState:
        edit = NetstackEdit(key=DEFAULT_STACK, operation="edit", gateway=Gateway(gateway))
        return edit_netstacks(state, (edit,), surroundings())

    old = routed(managed_host(), "10.0.0.1")
    instead = update(old, AdapterSpec(gateway=Gateway("10.0.0.2")))

    assert (lost(routed(old, None), old, management_path=path) is not None) == is_lost
    assert lost(routed(instead, None), old, management_path=path) is None
