"""Whatever is asked of a host, in whatever order: it stays a host."""

from collections.abc import Callable
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from unit.vcenter_simulator.builders import inventory, ipv4
from vcenter_simulator.host.adapters import add_adapter, remove_adapter, update_adapter
from vcenter_simulator.host.netstacks import edit_netstacks
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.requests import AdapterSpec, DistributedPort, Gateway, NetstackEdit
from vcenter_simulator.host.services import deselect_adapter, select_adapter, selected_adapters
from vcenter_simulator.host.state import DEDICATED_SERVICES, DEFAULT_STACK, DistributedAttachment, HostState
from vcenter_simulator.inventory.hosts import HostRecord
from vcenter_simulator.inventory.tree import Inventory

Request = Callable[[HostRecord], HostState]

DEVICES = st.sampled_from([f"vmk{number}" for number in range(5)])
SERVICES = st.sampled_from(["vmotion", "vSphereProvisioning", "management", "vsan"])
STACKS = st.sampled_from([DEFAULT_STACK, "vmotion", "vSphereProvisioning", "nowhere"])
PLACES = st.sampled_from(["Storage-30", "Backup-40", "dpg-vmotion", "dpg-backup"])
ADDRESSES = st.builds("10.0.{}.{}".format, st.integers(20, 22), st.integers(0, 4))


@st.composite
def requests(draw: st.DrawFn, tree: Inventory) -> Request:
    """Draw a request; most are granted, some refused."""
    device, service, stack = draw(DEVICES), draw(SERVICES), draw(STACKS)
    place, address, mtu = draw(PLACES), draw(ADDRESSES), draw(st.sampled_from([1500, 9000, 9001]))
    switch = next(iter(tree.switches.values()))
    key = next((key for key, group in switch.portgroups.items() if group.name == place), None)
    spec = AdapterSpec(
        portgroup=None if key else place,
        distributed=DistributedPort(switch.uuid, key) if key else None,
        netstack=stack,
        mtu=mtu,
        ipv4=ipv4(address),
    )
    edit = NetstackEdit(key=stack, operation="edit", gateway=Gateway(address))
    choices: dict[str, Request] = {
        "add": lambda host: add_adapter(host.actual, spec, host.surroundings, mac=tree.new_mac())[0],
        "update": lambda host: update_adapter(host.actual, device, spec, host.surroundings),
        "remove": lambda host: remove_adapter(host.actual, device),
        "select": lambda host: select_adapter(host.actual, service, device, host.behaviour),
        "deselect": lambda host: deselect_adapter(host.actual, service, device),
        "edit": lambda host: edit_netstacks(host.actual, (edit,), host.surroundings),
    }
    return choices[draw(st.sampled_from(sorted(choices)))]


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_host_stays_a_host(data: st.DataObject) -> None:
    tree = inventory(2)
    records = list(tree.hosts.values())

    for _ in range(data.draw(st.integers(1, 12))):
        record = data.draw(st.sampled_from(records))
        request = data.draw(requests(tree))
        with suppress(Refusal):
            record.commit(request(record))

    ports = []
    for record in records:
        state = record.actual
        numbers = [adapter.number for adapter in state.adapters]
        addresses = [adapter.ipv4.address for adapter in state.adapters]
        assert record.seen == state
        assert numbers == sorted(set(numbers))
        assert len(addresses) == len(set(addresses))
        for stack, service in DEDICATED_SERVICES.items():
            if stack in state.by_stack:
                assert {adapter.netstack for adapter in selected_adapters(state, service)} == {stack}
        ports += [one.attachment for one in state.adapters if isinstance(one.attachment, DistributedAttachment)]
    keys = [port.port_key for port in ports]
    held = [port for group in next(iter(tree.switches.values())).portgroups.values() for port in group.held]
    assert len(keys) == len(set(keys))
    assert sorted(held) == sorted(str(key) for key in keys)
