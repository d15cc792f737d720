"""Documents to host states. A document describes what is; the rules for requests do not apply to it."""

from collections.abc import Callable
from dataclasses import replace
from uuid import NAMESPACE_DNS, uuid5

from vcenter_simulator.fleet.adapters import Switches, read_adapter
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.hardware import read_opaque_networks, read_pnics, switch_uuid
from vcenter_simulator.fleet.host_documents import HostDocument
from vcenter_simulator.fleet.places import place
from vcenter_simulator.fleet.stacks import with_netstack
from vcenter_simulator.fleet.switching import read_portgroups, read_switches
from vcenter_simulator.host.equipment import IscsiAdapter, Membership
from vcenter_simulator.host.options import HOST_OPTIONS, Changed, change_options
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.releases import V8, Release
from vcenter_simulator.host.state import HostState, default_netstacks


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
    opaque = document.opaque_switch
    state = HostState(
        name=document.name,
        uuid=document.uuid or uuid_of(document.name),
        release=release,
        netstacks=default_netstacks(release),
        in_maintenance=document.in_maintenance_mode,
        options=_options(document),
        ipv6_enabled=document.ipv6_enabled,
        ipv6_at_boot=document.ipv6_enabled if document.ipv6_at_boot is None else document.ipv6_at_boot,
        fabric_mtu=document.fabric_mtu,
        opaque_uplinks=tuple(opaque.uplinks) if opaque is not None else (),
        opaque_networks=read_opaque_networks(opaque) if opaque is not None else (),
        pnics=read_pnics(document, new_mac),
        switches=tuple(read_switches(document.switches)),
        portgroups=tuple(read_portgroups(document.switches)),
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
    state = replace(state, adapters=tuple(sorted(adapters.values(), key=lambda one: one.number)))
    return replace(state, iscsi=tuple(read_iscsi(state, name, bound) for name, bound in document.iscsi.items()))


def read_iscsi(state: HostState, name: str, bound: list[str]) -> IscsiAdapter:
    """Return an iSCSI adapter that is bound to adapters of the host.

    Raises:
        DocumentError: when the host lacks one of them.
    """
    unknown = next((device for device in bound if device not in state.by_device), None)
    if unknown is not None:
        raise DocumentError(f"{state.name}: {place(('iscsi', name))}: the host has no adapter '{unknown}'.")
    return IscsiAdapter(name, tuple(bound))


def _options(document: HostDocument) -> Changed:
    try:
        return change_options(HOST_OPTIONS, (), document.options)
    except Refusal as refusal:
        raise DocumentError(f"{document.name}.options: {refusal.text}") from refusal
