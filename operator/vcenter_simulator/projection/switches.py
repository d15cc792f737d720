"""A host's switches, port groups and network cards."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.equipment import Membership, PhysicalNic
from vcenter_simulator.host.requests import DistributedSwitchFacts, Uplinks
from vcenter_simulator.host.state import HostState, StandardAttachment
from vcenter_simulator.projection.hardware import pci_address
from vcenter_simulator.projection.policies import computed_policy, own_policy, policy_of_switch, uplink_bridge
from vcenter_simulator.soap.references import typed_array

OPAQUE_SWITCH = "nsx-switch"

PORTS = 1536
"""What a standard switch of ESXi 8 reports without elastic ports."""


def physical_nics(state: HostState) -> Any:
    """The network cards."""
    return typed_array(vim.host.PhysicalNic, (_physical_nic(number, nic) for number, nic in enumerate(state.pnics)))


def standard_switches(state: HostState) -> Any:
    """The host's own switches."""
    return typed_array(
        vim.host.VirtualSwitch,
        (
            vim.host.VirtualSwitch(
                name=switch.name,
                key=_switch_key(switch.name),
                numPorts=PORTS,
                numPortsAvailable=PORTS,
                mtu=switch.mtu,
                portgroup=[_portgroup_key(group.name) for group in state.portgroups if group.switch == switch.name],
                pnic=[_pnic_key(device) for device in switch.uplinks],
                spec=vim.host.VirtualSwitch.Specification(
                    numPorts=switch.ports,
                    mtu=switch.mtu,
                    bridge=uplink_bridge(switch.uplinks, switch.bond),
                    policy=policy_of_switch(switch),
                ),
            )
            for switch in state.switches
        ),
    )


def standard_portgroups(state: HostState) -> Any:
    """The port groups of the host's own switches."""
    return typed_array(
        vim.host.PortGroup,
        (
            vim.host.PortGroup(
                key=_portgroup_key(group.name),
                vswitch=_switch_key(group.switch),
                computedPolicy=computed_policy(group, state.switch(group.switch)),
                spec=vim.host.PortGroup.Specification(
                    name=group.name, vlanId=group.vlan, vswitchName=group.switch, policy=own_policy(group.policy)
                ),
                port=[
                    vim.host.PortGroup.Port(
                        key=f"key-vim.host.PortGroup.Port-{group.name}-{adapter.device}", mac=[adapter.mac], type="host"
                    )
                    for adapter in state.adapters
                    if adapter.attachment == StandardAttachment(group.name)
                ],
            )
            for group in state.portgroups
        ),
    )


def opaque_switches(state: HostState) -> Any:
    """The one switch that something besides vSphere manages, if the host has it."""
    if not state.opaque_networks:
        return typed_array(vim.host.OpaqueSwitch)
    # Links: on the wire they are the keys of the network cards.
    cards: Any = [_pnic_key(device) for device in state.opaque_uplinks]
    return typed_array(
        vim.host.OpaqueSwitch,
        [vim.host.OpaqueSwitch(key=OPAQUE_SWITCH, name=OPAQUE_SWITCH, status="up", pnic=cards)],
    )


def opaque_networks(state: HostState) -> Any:
    """The networks of that switch."""
    return typed_array(
        vim.host.OpaqueNetworkInfo,
        (
            vim.host.OpaqueNetworkInfo(
                opaqueNetworkId=one.network_id, opaqueNetworkName=one.name, opaqueNetworkType=one.kind
            )
            for one in state.opaque_networks
        ),
    )


def proxy_switches(state: HostState, switches: Mapping[str, DistributedSwitchFacts]) -> Any:
    """The host's part in the distributed switches that it is a member of."""
    return typed_array(
        vim.host.HostProxySwitch,
        (_proxy_switch(member, switches[member.switch_uuid], state.name) for member in state.memberships),
    )


def _proxy_switch(member: Membership, switch: DistributedSwitchFacts, host: str) -> Any:
    names = switch.uplinks.names if switch.uplinks is not None else ()
    ports = switch.uplinks.ports.get(host, ()) if switch.uplinks is not None else ()
    return vim.host.HostProxySwitch(
        dvsUuid=switch.uuid,
        dvsName=switch.name,
        key=f"key-vim.host.HostProxySwitch-{switch.uuid}",
        numPorts=PORTS,
        configNumPorts=512,
        numPortsAvailable=PORTS,
        uplinkPort=[vim.KeyValue(key=port, value=name) for port, name in zip(ports, names, strict=False)],
        mtu=switch.mtu,
        pnic=[_pnic_key(device) for device in member.uplinks],
        spec=vim.host.HostProxySwitch.Specification(backing=uplink_backing(member.uplinks, switch.uplinks, host)),
    )


def uplink_backing(devices: tuple[str, ...], uplinks: Uplinks | None, host: str) -> Any:
    """The network cards of a member, with the ports that they are on."""
    ports = uplinks.ports.get(host, ()) if uplinks is not None else ()
    return vim.dvs.HostMember.PnicBacking(
        pnicSpec=[
            vim.dvs.HostMember.PnicSpec(
                pnicDevice=device,
                uplinkPortKey=port,
                uplinkPortgroupKey=uplinks.portgroup_key if uplinks is not None and port is not None else None,
            )
            for device, port in zip_longest(devices, ports[: len(devices)])
        ]
    )


def _physical_nic(number: int, nic: PhysicalNic) -> Any:
    link = vim.host.PhysicalNic.LinkSpeedDuplex(speedMb=nic.speed_mb, duplex=True)
    return vim.host.PhysicalNic(
        key=_pnic_key(nic.device),
        device=nic.device,
        pci=pci_address(number),
        driver="bnxtnet",
        linkSpeed=link,
        validLinkSpecification=[link],
        spec=vim.host.PhysicalNic.Specification(linkSpeed=link),
        wakeOnLanSupported=False,
        mac=nic.mac,
        vmDirectPathGen2Supported=False,
        resourcePoolSchedulerAllowed=True,
        autoNegotiateSupported=True,
    )


def _switch_key(name: str) -> str:
    return f"key-vim.host.VirtualSwitch-{name}"


def _portgroup_key(name: str) -> str:
    return f"key-vim.host.PortGroup-{name}"


def _pnic_key(device: str) -> str:
    return f"key-vim.host.PhysicalNic-{device}"
