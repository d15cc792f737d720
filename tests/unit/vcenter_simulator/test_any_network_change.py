"""Whatever is asked of a host's network, in whatever order: it hangs together, and can be written down."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from unit.vcenter_simulator.builders import inventory, ipv4
from vcenter_simulator.fleet.documents import FleetDocument
from vcenter_simulator.host.adapters import remove_adapter, update_adapter
from vcenter_simulator.host.custom_netstacks import add_netstack, remove_netstack
from vcenter_simulator.host.equipment import IscsiAdapter
from vcenter_simulator.host.iscsi import bind_vnic
from vcenter_simulator.host.netstacks import edit_netstacks
from vcenter_simulator.host.network_config import AdapterChange, NetworkChange, change_network
from vcenter_simulator.host.policies import Policy, Security, Teaming
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.requests import AdapterSpec, Gateway, Ipv6Change, Ipv6Spec, NetstackEdit, RouteChange
from vcenter_simulator.host.state import DEFAULT_STACK, HostState, Ipv4, StandardAttachment
from vcenter_simulator.host.switch_requests import PortGroupChange, PortGroupSpec, SwitchChange, SwitchSpec
from vcenter_simulator.inventory.hosts import HostRecord
from vcenter_simulator.inventory.tree import Inventory
from vcenter_simulator.projection.adapters import virtual_nics
from vcenter_simulator.projection.netstacks import default_dns, default_route_table, netstack_instances
from vcenter_simulator.projection.switches import standard_portgroups, standard_switches

Request = Callable[[HostRecord], HostState]

OPERATIONS = st.sampled_from(["add", "edit", "remove"])
SWITCHES = st.sampled_from(["vSwitch0", "vSwitch1", "vSwitch2"])
GROUPS = st.sampled_from(["Storage-30", "Backup-40", "vMotion-Old", "New"])
DEVICES = st.sampled_from(["vmk0", "vmk1", "vmk2", "vmk3"])
STACKS = st.sampled_from([DEFAULT_STACK, "vmotion", "nfs"])
CARDS = st.lists(st.sampled_from(["vmnic0", "vmnic2", "vmnic3"]), max_size=2, unique=True).map(tuple)
ADDRESSES = st.sampled_from([Ipv4(dhcp=True), Ipv4(), ipv4("10.0.20.1"), ipv4("10.0.20.2")])
ADDRESSES6 = st.sampled_from(["fd00::1/64", "fd00::2/64"])
POLICIES = st.builds(
    Policy,
    security=st.builds(Security, promiscuous=st.none() | st.booleans()),
    teaming=st.builds(Teaming, active=st.none() | CARDS),
)

switch_specs = st.builds(SwitchSpec, ports=st.just(64), uplinks=CARDS, mtu=st.sampled_from([None, 1500, 9000]))
group_specs = st.builds(PortGroupSpec, name=GROUPS, switch=SWITCHES, vlan=st.integers(0, 2), policy=POLICIES)
ipv6_specs = st.builds(
    Ipv6Spec,
    auto=st.none() | st.booleans(),
    dhcp=st.none() | st.booleans(),
    changes=st.lists(st.builds(Ipv6Change, ADDRESSES6, st.sampled_from(["add", "remove"])), max_size=2).map(tuple),
)
adapter_specs = st.builds(AdapterSpec, portgroup=GROUPS, netstack=STACKS, ipv4=ADDRESSES, ipv6=st.none() | ipv6_specs)
adapter_changes = st.builds(AdapterChange, OPERATIONS, DEVICES, adapter_specs)
changes = st.builds(
    NetworkChange,
    switches=st.lists(st.builds(SwitchChange, OPERATIONS, SWITCHES, switch_specs), max_size=1).map(tuple),
    portgroups=st.lists(st.builds(PortGroupChange, OPERATIONS, group_specs), max_size=2).map(tuple),
    adapters=st.lists(adapter_changes, max_size=2).map(tuple),
)
stack_edits = st.builds(
    NetstackEdit,
    key=STACKS,
    operation=st.just("edit"),
    gateway=st.none() | st.builds(Gateway, st.sampled_from([None, "10.0.20.9"])),
    gateway6=st.none() | st.builds(Gateway, st.sampled_from([None, "fe80::1", "fd00::9"])),
    routes=st.lists(
        st.builds(RouteChange, st.sampled_from(["add", "remove"]), st.just("10.99.0.0/16"), st.just("10.0.20.9")),
        max_size=1,
    ).map(tuple),
)


@st.composite
def requests(draw: st.DrawFn, tree: Inventory) -> Request:
    change, edit, device, name = draw(changes), draw(stack_edits), draw(DEVICES), draw(STACKS)
    moved = replace(draw(adapter_specs), netstack=None)
    choices: dict[str, Request] = {
        "change": lambda host: change_network(host.actual, change, host.surroundings, tree.new_mac)[0],
        "move": lambda host: update_adapter(host.actual, device, moved, host.surroundings),
        "remove": lambda host: remove_adapter(host.actual, device),
        "stack": lambda host: edit_netstacks(host.actual, (edit,), host.surroundings),
        "create": lambda host: add_netstack(host.actual, name),
        "destroy": lambda host: remove_netstack(host.actual, name),
        "bind": lambda host: bind_vnic(host.actual, "vmhba64", device),
    }
    return choices[draw(st.sampled_from(sorted(choices)))]


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_network_hangs_together_and_loads_as_it_was_dumped(data: st.DataObject) -> None:
    tree = inventory(1)
    (record,) = tree.hosts.values()
    record.commit(replace(record.actual, iscsi=(IscsiAdapter("vmhba64"),)))

    for _ in range(data.draw(st.integers(1, 12))):
        with suppress(Refusal):
            record.commit(data.draw(requests(tree))(record))

    state = record.actual
    switches = {one.name for one in state.switches}
    groups = {one.name for one in state.portgroups}
    cards = [
        *(card for one in (*state.switches,) for card in one.uplinks),
        *(c for m in state.memberships for c in m.uplinks),
    ]
    assert len(state.portgroups) == len(groups)
    assert {one.switch for one in state.portgroups} <= switches
    assert len(cards) == len(set(cards))
    for adapter in state.adapters:
        assert state.netstack(adapter.netstack) is not None
        assert not isinstance(adapter.attachment, StandardAttachment) or adapter.attachment.portgroup in groups
    assert {device for one in state.iscsi for device in one.bound} <= set(state.by_device)
    # Every view can be made.
    for view in (
        virtual_nics,
        netstack_instances,
        default_dns,
        default_route_table,
        standard_switches,
        standard_portgroups,
    ):
        assert view(state) is not None
    again = inventory(fleet=FleetDocument.model_validate_json(tree.dump().model_dump_json(by_alias=True)))
    assert next(iter(again.hosts.values())).actual == state
