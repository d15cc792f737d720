"""Host states to documents: what reading them gives back the same state."""

from collections.abc import Mapping

from vcenter_simulator.fleet.adapter_documents import (
    AdapterDocument,
    DistributedPlace,
    Ipv4Document,
    Ipv6Document,
    PlaceDocument,
    VsanMulticastDocument,
)
from vcenter_simulator.fleet.host_documents import (
    DnsDocument,
    HostDocument,
    NetstackDocument,
    OpaqueSwitchDocument,
    RouteDocument,
)
from vcenter_simulator.fleet.switching import write_switches
from vcenter_simulator.host.requests import DistributedSwitchFacts
from vcenter_simulator.host.state import (
    Adapter,
    Attachment,
    HostState,
    Netstack,
    OpaqueAttachment,
    StandardAttachment,
    VsanMulticast,
    default_netstacks,
)


def write_host(
    state: HostState, switches: Mapping[str, DistributedSwitchFacts], *, connection: str = "connected"
) -> HostDocument:
    """Return the document that describes *state*; stacks are in it where they differ from a fresh host's."""
    return HostDocument.model_validate(
        {
            "name": state.name,
            "uuid": state.uuid,
            "connectionState": connection,
            "inMaintenanceMode": state.in_maintenance,
            "pnics": {nic.device: nic.mac for nic in state.pnics},
            "options": dict(state.options),
            "ipv6Enabled": state.ipv6_enabled,
            "ipv6AtBoot": None if state.ipv6_at_boot == state.ipv6_enabled else state.ipv6_at_boot,
            "opaqueSwitch": _opaque_switch(state),
            "iscsi": {one.name: list(one.bound) for one in state.iscsi},
            "fabricMtu": state.fabric_mtu,
            "switches": write_switches(state),
            "distributedSwitches": {
                switches[member.switch_uuid].name: list(member.uplinks) for member in state.memberships
            },
            "adapters": {adapter.device: write_adapter(adapter, switches) for adapter in state.adapters},
            "netstacks": {
                stack.key: write_netstack(stack)
                for stack in state.netstacks
                if stack not in default_netstacks(state.release)
            },
        }
    )


def write_adapter(adapter: Adapter, switches: Mapping[str, DistributedSwitchFacts]) -> AdapterDocument:
    """Return the document that describes an adapter."""
    interface = adapter.ipv4.interface
    return AdapterDocument(
        mac=adapter.mac,
        netstack=adapter.netstack,
        port_group=_place(adapter.attachment, switches),
        mtu=adapter.mtu,
        tso=adapter.tso,
        ipv4=Ipv4Document(
            dhcp=adapter.ipv4.dhcp,
            address=str(interface) if interface is not None else None,
            gateway=adapter.gateway,
        ),
        ipv6=Ipv6Document(
            auto=adapter.ipv6.auto,
            dhcp=adapter.ipv6.dhcp,
            addresses=list(adapter.ipv6.addresses),
            gateway=adapter.gateway6,
        ),
        services=sorted(adapter.services),
        vsan_multicast=_multicast(adapter.vsan_multicast),
    )


def _multicast(given: VsanMulticast | None) -> VsanMulticastDocument | None:
    return None if given is None else VsanMulticastDocument(upstream=given.upstream, downstream=given.downstream)


def _opaque_switch(state: HostState) -> OpaqueSwitchDocument | None:
    if not state.opaque_networks and not state.opaque_uplinks:
        return None
    networks = {one.network_id: one.name for one in state.opaque_networks}
    return OpaqueSwitchDocument(uplinks=list(state.opaque_uplinks), networks=networks)


def _place(attachment: Attachment, switches: Mapping[str, DistributedSwitchFacts]) -> PlaceDocument:
    if isinstance(attachment, StandardAttachment):
        return PlaceDocument(standard=attachment.portgroup)
    if isinstance(attachment, OpaqueAttachment):
        return PlaceDocument(opaque=attachment.network_id)
    facts = switches[attachment.switch_uuid]
    return PlaceDocument(
        distributed=DistributedPlace(
            switch=facts.name,
            name=facts.portgroups[attachment.portgroup_key],
            port_key=attachment.port_key,
            connection_cookie=attachment.connection_cookie,
        )
    )


def write_netstack(stack: Netstack) -> NetstackDocument:
    """Return the document that describes a stack."""
    return NetstackDocument(
        name=stack.name,
        gateway=stack.gateway,
        ipv6_gateway=stack.gateway6,
        routes=[RouteDocument(network=one.network, gateway=one.gateway) for one in stack.routes],
        dns=DnsDocument(
            dhcp=stack.dns.dhcp,
            device=stack.dns.device,
            host_name=stack.dns.host_name,
            domain_name=stack.dns.domain_name,
            servers=list(stack.dns.servers),
            search_domains=list(stack.dns.search_domains),
            ipv6_device=stack.dns.device6,
        ),
        max_connections=stack.max_connections,
        running_max_connections=stack.running_connections,
        congestion_control=stack.congestion_control,
        in_kernel=stack.in_kernel,
        enabled=stack.enabled,
    )
