"""Documents to host states. A document describes what is; the rules for requests do not apply to it."""

from collections.abc import Callable
from dataclasses import replace
from uuid import NAMESPACE_DNS, uuid5

from vcenter_simulator.fleet.adapters import Switches, read_adapter
from vcenter_simulator.fleet.documents import HostDocument
from vcenter_simulator.fleet.hardware import read_pnics, switch_uuid
from vcenter_simulator.fleet.stacks import with_netstack
from vcenter_simulator.host.releases import V8, Release
from vcenter_simulator.host.state import HostState, Membership, PortGroup, StandardSwitch, default_netstacks


def uuid_of(name: str) -> str:
    """Return the UUID of something that was given none."""
    return str(uuid5(NAMESPACE_DNS, name))


def read_host(
    document: HostDocument, switches: Switches, new_mac: Callable[[], str], release: Release = V8
) -> HostState:
    """Return the state that *document* describes.

    Args:
        document: the description.
        switches: what the document's distributed switches are.
        new_mac: gives a MAC to adapters and network cards without one.
        release: what is installed.

    Raises:
        DocumentError: when it names something that it does not have.
    """
    state = HostState(
        name=document.name,
        uuid=document.uuid or uuid_of(document.name),
        release=release,
        netstacks=default_netstacks(release),
        in_maintenance=document.in_maintenance_mode,
        pnics=read_pnics(document, new_mac),
        switches=tuple(
            StandardSwitch(name, switch.mtu, tuple(switch.uplinks)) for name, switch in document.switches.items()
        ),
        portgroups=tuple(
            PortGroup(name, switch, vlan)
            for switch, described in document.switches.items()
            for name, vlan in described.port_groups.items()
        ),
        memberships=tuple(
            Membership(switch_uuid(document.name, name, switches), tuple(uplinks))
            for name, uplinks in document.distributed_switches.items()
        ),
    )
    for key, netstack in document.netstacks.items():
        state = with_netstack(state, key, netstack)
    adapters = {
        device: read_adapter(state, device, adapter, switches, new_mac) for device, adapter in document.adapters.items()
    }
    return replace(state, adapters=tuple(sorted(adapters.values(), key=lambda one: one.number)))
