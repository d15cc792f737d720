"""The policies of distributed switches and their port groups, as vCenter makes them when nobody says otherwise.

Sources: the defaults that the API reference gives for VMwareDVSPortSetting and VMwareDVSPortgroupPolicy, and the sample
output of Ansible's vmware_dvs_portgroup_info.
"""

from functools import cache
from typing import Any

from pyVmomi import vim

_Vmware = vim.dvs.VmwareDistributedVirtualSwitch


@cache
def port_policy(uplinks: tuple[str, ...]) -> Any:
    """What a port of a switch with *uplinks* does, unless its port group or itself says otherwise."""
    return _port_policy(uplinks, _vlan(0), inherited=False)


@cache
def portgroup_port_policy(uplinks: tuple[str, ...], vlan: int) -> Any:
    """What the ports of a group do that sets nothing but its VLAN."""
    return _port_policy(uplinks, _vlan(vlan), inherited=True)


@cache
def trunk_port_policy(uplinks: tuple[str, ...]) -> Any:
    """What the ports of the uplinks do: they carry every VLAN."""
    everything = [vim.NumericRange(start=0, end=4094)]
    return _port_policy(uplinks, _Vmware.TrunkVlanSpec(inherited=False, vlanId=everything), inherited=True)


@cache
def portgroup_policy() -> Any:
    """What a port may set differently from its group: whether it is blocked, and nothing else."""
    return _Vmware.VMwarePortgroupPolicy(
        blockOverrideAllowed=True,
        shapingOverrideAllowed=False,
        vendorConfigOverrideAllowed=False,
        livePortMovingAllowed=False,
        portConfigResetAtDisconnect=True,
        networkResourcePoolOverrideAllowed=False,
        trafficFilterOverrideAllowed=False,
        vlanOverrideAllowed=False,
        uplinkTeamingOverrideAllowed=False,
        securityPolicyOverrideAllowed=False,
        ipfixOverrideAllowed=False,
        macManagementOverrideAllowed=False,
    )


def _port_policy(uplinks: tuple[str, ...], vlan: Any, *, inherited: bool) -> Any:
    yes = vim.BoolPolicy(inherited=inherited, value=True)
    no = vim.BoolPolicy(inherited=inherited, value=False)
    shaping = vim.dvs.DistributedVirtualPort.TrafficShapingPolicy(inherited=inherited, enabled=no)
    return _Vmware.VmwarePortConfigPolicy(
        blocked=no,
        vmDirectPathGen2Allowed=no,
        inShapingPolicy=shaping,
        outShapingPolicy=shaping,
        networkResourcePoolKey=vim.StringPolicy(inherited=inherited, value="-1"),
        vlan=vlan,
        uplinkTeamingPolicy=_Vmware.UplinkPortTeamingPolicy(
            inherited=inherited,
            policy=vim.StringPolicy(inherited=inherited, value="loadbalance_srcid"),
            reversePolicy=yes,
            notifySwitches=yes,
            rollingOrder=no,
            failureCriteria=_Vmware.FailureCriteria(inherited=inherited, checkBeacon=no),
            uplinkPortOrder=_Vmware.UplinkPortOrderPolicy(inherited=inherited, activeUplinkPort=list(uplinks)),
        ),
        securityPolicy=_Vmware.SecurityPolicy(
            inherited=inherited,
            allowPromiscuous=no,
            macChanges=no,
            forgedTransmits=no,
        ),
        ipfixEnabled=no,
        txUplink=no,
        macManagementPolicy=_Vmware.MacManagementPolicy(
            inherited=inherited,
            allowPromiscuous=False,
            macChanges=False,
            forgedTransmits=False,
            macLearningPolicy=_Vmware.MacLearningPolicy(inherited=inherited, enabled=False),
        ),
    )


def _vlan(number: int) -> Any:
    return _Vmware.VlanIdSpec(inherited=False, vlanId=number)
