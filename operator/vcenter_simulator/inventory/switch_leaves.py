"""What distributed switches and their port groups publish."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.releases import Release
from vcenter_simulator.host.requests import Uplinks
from vcenter_simulator.inventory.container_leaves import ENTITY, Node
from vcenter_simulator.inventory.distributed import DistributedPortgroup, DistributedSwitch
from vcenter_simulator.inventory.portgroup_settings import overlaid
from vcenter_simulator.inventory.switch_policies import (
    port_policy,
    portgroup_policy,
    portgroup_port_policy,
    trunk_port_policy,
)
from vcenter_simulator.projection.switches import uplink_backing
from vcenter_simulator.properties.leaves import Leaves, Reader
from vcenter_simulator.soap.references import Reference, managed_reference, reference_array, typed_array
from vcenter_simulator.soap.schema import list_of

CREATED = datetime(2026, 1, 1, tzinfo=UTC)
UPLINK_TAG = "SYSTEM/DVS.UPLINKPG"
"""By this clients know the port group of a switch's uplinks."""

_Vmware = vim.dvs.VmwareDistributedVirtualSwitch


def _product(release: Release) -> Any:
    """Since version 6.6.0 a switch is a ``cswitch``, which has a policy for MAC addresses (community.vmware asks)."""
    return vim.dvs.ProductSpec(
        name="DVS", vendor="VMware, Inc.", version=release.version, build=release.host_build, forwardingClass="cswitch"
    )


def _members(node: Node) -> Any:
    switch = node.switch
    if switch is None:
        return None
    uplinks = switch.facts.uplinks
    return typed_array(vim.dvs.HostMember, (_member(one, switch, uplinks) for one in node.hosts))


_CONFIG: Mapping[str, Reader] = {
    "uuid": lambda node: node.switch.uuid,
    "name": lambda node: node.switch.name,
    "numStandalonePorts": lambda _: 0,
    "numPorts": lambda node: _port_count(node.switch),
    "maxPorts": lambda _: 2147483647,
    "uplinkPortPolicy": lambda node: vim.DistributedVirtualSwitch.NameArrayUplinkPortPolicy(
        uplinkPortName=list(node.switch.uplink_names)
    ),
    "uplinkPortgroup": lambda node: _uplink_portgroups(node.switch),
    "defaultPortConfig": lambda node: port_policy(node.switch.uplink_names),
    "host": _members,
    "productInfo": lambda node: _product(node.switch.release),
    "policy": lambda _: vim.DistributedVirtualSwitch.SwitchPolicy(
        autoPreInstallAllowed=False, autoUpgradeAllowed=False, partialUpgradeAllowed=False
    ),
    "configVersion": lambda _: "1",
    "contact": lambda _: vim.DistributedVirtualSwitch.ContactInfo(),
    "createTime": lambda _: CREATED,
    "networkResourceManagementEnabled": lambda _: True,
    "networkResourceControlVersion": lambda _: "version3",
    "defaultProxySwitchMaxNumPorts": lambda _: 512,
    "healthCheckConfig": lambda _: typed_array(
        vim.DistributedVirtualSwitch.HealthCheckConfig,
        [
            _Vmware.VlanMtuHealthCheckConfig(enable=False, interval=1),
            _Vmware.TeamingHealthCheckConfig(enable=False, interval=1),
        ],
    ),
    "maxMtu": lambda node: node.switch.mtu,
    "linkDiscoveryProtocolConfig": lambda _: vim.host.LinkDiscoveryProtocolConfig(protocol="cdp", operation="listen"),
    "ipfixConfig": lambda _: _Vmware.IpfixConfig(
        collectorIpAddress="",
        collectorPort=0,
        observationDomainId=0,
        activeFlowTimeout=60,
        idleFlowTimeout=15,
        samplingRate=0,
        internalFlowsOnly=False,
    ),
    "lacpApiVersion": lambda _: "multipleLag",
    "multicastFilteringMode": lambda _: "legacyFiltering",
}
"""The leaves of VMwareDVSConfigInfo, one by one: ``config.maxMtu`` is read often, and ``config.host`` is large."""


def _port_count(switch: DistributedSwitch) -> int:
    return sum(len(group.ports) for group in switch.all_portgroups)


def _uplink_portgroups(switch: DistributedSwitch) -> Any:
    keys = [] if switch.uplinks is None else [switch.uplinks.key]
    return typed_array(vim.dvs.DistributedVirtualPortgroup, map(vim.dvs.DistributedVirtualPortgroup, keys))


def _member(host: Reference, switch: DistributedSwitch, uplinks: Uplinks | None) -> Any:
    member = switch.members[host.moid]
    return vim.dvs.HostMember(
        config=vim.dvs.HostMember.ConfigInfo(
            host=managed_reference(host),
            maxProxySwitchPorts=512,
            backing=uplink_backing(member.cards, uplinks, member.host),
        ),
        uplinkPortKey=list(switch.uplink_ports.get(member.host, ())),
        status="green",
        productInfo=vim.dvs.ProductSpec(name="esx", vendor="VMware, Inc.", version=switch.release.version),
    )


def _summary(node: Node) -> Any:
    switch = node.switch
    if switch is None:
        return None
    return vim.DistributedVirtualSwitch.Summary(
        name=node.name,
        uuid=switch.uuid,
        numPorts=_port_count(switch),
        productInfo=_product(switch.release),
        hostMember=reference_array(vim.HostSystem, node.hosts),  # typed: a client may ask for it alone
        portgroupName=[group.name for group in switch.all_portgroups],
        contact=vim.DistributedVirtualSwitch.ContactInfo(),
        numHosts=len(node.hosts),
    )


def _portgroup_config(node: Node) -> Any:
    group, switch = node.portgroup, node.switch
    if group is None or switch is None or node.switch_reference is None:
        return None
    return vim.dvs.DistributedVirtualPortgroup.ConfigInfo(
        key=group.key,
        name=group.name,
        numPorts=len(group.ports),
        distributedVirtualSwitch=managed_reference(node.switch_reference),
        defaultPortConfig=port_settings(switch, group),
        type="earlyBinding",
        backingType="standard",
        policy=overlaid(portgroup_policy(), group.policy),
        description=group.description or None,
        configVersion=str(group.version),
        autoExpand=not group.is_uplink,
        uplink=group.is_uplink,
    )


def port_settings(switch: DistributedSwitch, group: DistributedPortgroup) -> Any:
    """What the ports of a group do."""
    if group.is_uplink:
        return trunk_port_policy(switch.uplink_names)
    return overlaid(portgroup_port_policy(switch.uplink_names, group.vlan), group.port_policy)


SWITCH = Leaves(
    _Vmware,
    {
        **ENTITY,
        "uuid": lambda node: node.switch.uuid,
        "portgroup": lambda node: reference_array(vim.dvs.DistributedVirtualPortgroup, node.networks),
        "summary": _summary,
        **{f"config.{name}": reader for name, reader in _CONFIG.items()},
    },
    {"config": _Vmware.ConfigInfo},
)

PORTGROUP = Leaves(
    vim.dvs.DistributedVirtualPortgroup,
    {
        **ENTITY,
        "key": lambda node: node.portgroup.key,
        "host": lambda node: reference_array(vim.HostSystem, node.hosts),
        "portKeys": lambda node: list_of(vim.dvs.DistributedVirtualPortgroup, "portKeys", node.portgroup.ports),
        "vm": lambda _: typed_array(vim.VirtualMachine),
        "summary": lambda node: vim.Network.Summary(
            network=managed_reference(node.reference), name=node.name, accessible=True, ipPoolName=""
        ),
        "config": _portgroup_config,
        "tag": lambda node: typed_array(vim.Tag, [vim.Tag(key=UPLINK_TAG)] if node.portgroup.is_uplink else []),
    },
)
