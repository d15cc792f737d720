from typing import Any

import pytest

from unit.vcenter_simulator.builders import MAC, SWITCH, ipv4, managed_host, on_switch, spec, surroundings
from vcenter_simulator.host.adapters import add_adapter
from vcenter_simulator.host.behaviour import Choice
from vcenter_simulator.host.network_config import AdapterChange, NetworkChange, change_network
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.requests import AdapterSpec, Gateway, NetstackEdit
from vcenter_simulator.host.state import DEFAULT_STACK, DistributedAttachment, HostState, StandardAttachment
from vcenter_simulator.host.switch_requests import (
    MembershipChange,
    PortGroupChange,
    PortGroupSpec,
    SwitchChange,
    SwitchSpec,
)

TO_DVS = AdapterChange("edit", "vmk1", AdapterSpec(distributed=on_switch("pg-2")))


def host() -> HostState:
    return add_adapter(managed_host(), spec(), surroundings(), mac=MAC)[0]


def change(state: HostState, **fields: Any) -> tuple[HostState, tuple[str, ...]]:
    macs = iter(("00:50:56:60:00:02", "00:50:56:60:00:03"))
    world = surroundings(update_without_ip=Choice.REFUSE)
    return change_network(state, NetworkChange(**fields), world, lambda: next(macs))


def group(operation: str, name: str, switch: str = "vSwitch1", vlan: int = 0) -> PortGroupChange:
    return PortGroupChange(operation, PortGroupSpec(name=name, switch=switch, vlan=vlan))


def test_a_migration_moves_the_adapter_and_then_removes_the_port_group_that_it_left() -> None:
    # As vmware_migrate_vmk sends it: without an IP configuration, and with a VLAN that no port group can have.
    state, created = change(host(), portgroups=(group("remove", "Backup-40", vlan=-1),), adapters=(TO_DVS,))

    assert state.by_device["vmk1"].attachment == DistributedAttachment(SWITCH, "pg-2")
    assert state.by_device["vmk1"].ipv4 == ipv4("10.0.40.11")
    assert state.portgroup("Backup-40") is None
    assert created == ()


def test_an_adapter_moves_back_to_a_port_group_that_is_made_on_the_way() -> None:
    moved, _ = change(host(), adapters=(TO_DVS,))
    back = AdapterChange("edit", "vmk1", AdapterSpec(portgroup="Fresh"))

    state, _ = change(
        moved, portgroups=(group("add", "Fresh", "vSwitch2"),), switches=(_add("vSwitch2"),), adapters=(back,)
    )

    assert state.by_device["vmk1"].attachment == StandardAttachment("Fresh")


def _add(name: str, *uplinks: str) -> SwitchChange:
    return SwitchChange("add", name, SwitchSpec(ports=128, uplinks=uplinks))


def test_created_adapters_are_told_and_stacks_are_edited_after_them() -> None:
    wanted = AdapterSpec(distributed=on_switch(), netstack="vmotion", ipv4=ipv4("10.0.50.11"))
    edit = NetstackEdit(key="vmotion", operation="edit", gateway=Gateway("10.0.50.1"))

    state, created = change(
        host(),
        adapters=(AdapterChange("remove", "vmk1", None), AdapterChange("add", None, wanted)),
        netstacks=(edit,),
    )

    assert created == ("vmk1",)
    assert state.by_device["vmk1"].netstack == "vmotion"
    stack = state.netstack("vmotion")
    assert stack is not None
    assert stack.gateway == "10.0.50.1"


def test_an_uplink_changes_hands_in_one_go_and_in_either_direction() -> None:
    give = SwitchChange("edit", "vSwitch0", SwitchSpec(ports=128))
    state, _ = change(host(), switches=(give,), memberships=(MembershipChange("edit", SWITCH, ("vmnic0", "vmnic1")),))
    take = SwitchChange("edit", "vSwitch0", SwitchSpec(ports=128, uplinks=("vmnic0",)))
    back, _ = change(state, switches=(take,), memberships=(MembershipChange("edit", SWITCH, ("vmnic1",)),))

    assert state.memberships[0].uplinks == ("vmnic0", "vmnic1")
    assert back == host()


def test_a_switch_goes_after_what_was_on_it() -> None:
    state, _ = change(
        host(), switches=(SwitchChange("remove", "vSwitch1", None),), adapters=(AdapterChange("remove", "vmk1", None),)
    )

    assert [one.name for one in state.switches] == ["vSwitch0"]
    assert [one.name for one in state.portgroups] == ["Management Network"]


def test_ipv6_of_the_whole_host_comes_alone_and_waits_for_the_next_boot() -> None:
    state, _ = change(host(), ipv6_enabled=False)

    assert (state.ipv6_enabled, state.ipv6_at_boot) == (True, False)
    with pytest.raises(Refusal, match="Nothing else"):
        change(host(), ipv6_enabled=False, adapters=(TO_DVS,))


@pytest.mark.parametrize(
    ("fields", "fault", "words"),
    [
        ({"adapters": (TO_DVS, AdapterChange("remove", "vmk9", None))}, "NotFound", "vmk9"),
        ({"adapters": (AdapterChange("edit", None, AdapterSpec()),)}, "InvalidArgument", "vnic.device"),
        ({"adapters": (AdapterChange("edit", "vmk1", None),)}, "InvalidArgument", "vnic.spec"),
        ({"adapters": (AdapterChange("add", None, None),)}, "InvalidArgument", "vnic.spec"),
        ({"portgroups": (group("remove", "Backup-40"),)}, "ResourceInUse", "Backup-40"),
        ({"portgroups": (group("add", "Backup-40"),)}, "AlreadyExists", "Backup-40"),
        ({"portgroups": (group("edit", "Nowhere"),)}, "NotFound", "Nowhere"),
        ({"switches": (SwitchChange("edit", "vSwitch0", None),)}, "InvalidArgument", "vswitch.spec"),
        ({"switches": (_add("vSwitch2", "vmnic0"),)}, "ResourceInUse", "vmnic0"),
        ({"memberships": (MembershipChange("edit", "other", ()),)}, "NotFound", "other"),
        ({"memberships": (MembershipChange("remove", SWITCH, ()),)}, "InvalidArgument", "proxySwitch"),
        ({"memberships": (MembershipChange("edit", SWITCH, ("vmnic0",)),)}, "ResourceInUse", "vmnic0"),
        ({"adapters": (TO_DVS,), "netstacks": (NetstackEdit(key="nfs", operation="edit"),)}, "NotFound", "nfs"),
        (
            {"netstacks": (NetstackEdit(key=DEFAULT_STACK, operation="edit", gateway=Gateway("10.9.9.1")),)},
            "HostConfigFault",
            "in no subnet",
        ),
    ],
)
def test_what_can_not_be_done_as_a_whole_is_not_done_at_all(fields: dict[str, Any], fault: str, words: str) -> None:
    with pytest.raises(Refusal, match=words) as refused:
        change(host(), **fields)

    assert refused.value.fault == fault
