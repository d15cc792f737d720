"""vSphere's specifications of standard switches and port groups to the host's requests."""

from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.network_config import check_operation
from vcenter_simulator.host.policies import Policy, Security, Shaping, Teaming
from vcenter_simulator.host.refusals import invalid_argument, not_supported
from vcenter_simulator.host.switch_requests import (
    Discovery,
    MembershipChange,
    PortGroupChange,
    PortGroupSpec,
    SwitchChange,
    SwitchSpec,
)


def switch_spec(spec: Any) -> SwitchSpec:
    """Return what a HostVirtualSwitchSpec asks for.

    Raises:
        Refusal: NotSupported for a bridge that is no bond.
    """
    policy = _policy(spec.policy) if spec.policy is not None else None
    bridge = spec.bridge
    if bridge is None:
        return SwitchSpec(ports=spec.numPorts, mtu=spec.mtu, policy=policy)
    _check_bond(bridge)
    discovery = bridge.linkDiscoveryProtocolConfig
    return SwitchSpec(
        ports=spec.numPorts,
        uplinks=tuple(bridge.nicDevice),
        mtu=spec.mtu,
        policy=policy,
        discovery=Discovery(discovery.protocol, discovery.operation) if discovery is not None else None,
        beacon_interval=bridge.beacon.interval if bridge.beacon is not None else None,
    )


def portgroup_spec(spec: Any) -> PortGroupSpec:
    """Return what a HostPortGroupSpec asks for."""
    return PortGroupSpec(name=spec.name, switch=spec.vswitchName, vlan=spec.vlanId, policy=_policy(spec.policy))


def switch_change(config: Any) -> SwitchChange:
    """Return what a HostVirtualSwitchConfig asks for.

    Raises:
        Refusal: InvalidArgument for an unknown operation, NotSupported as :func:`switch_spec`.
    """
    operation = check_operation(config.changeOperation, "vswitch")
    return SwitchChange(operation, config.name, switch_spec(config.spec) if config.spec is not None else None)


def portgroup_change(config: Any) -> PortGroupChange:
    """Return what a HostPortGroupConfig asks for.

    Raises:
        Refusal: InvalidArgument for an unknown operation or without a specification.
    """
    operation = check_operation(config.changeOperation, "portgroup")
    if config.spec is None:
        raise invalid_argument("config.portgroup.spec", "It is missing.")
    return PortGroupChange(operation, portgroup_spec(config.spec))


def membership_change(config: Any) -> MembershipChange:
    """Return what a HostProxySwitchConfig asks for.

    Raises:
        Refusal: NotSupported for a backing that is no list of network cards.
    """
    backing = config.spec.backing if config.spec is not None else None
    if backing is not None and not isinstance(backing, vim.dvs.HostMember.PnicBacking):
        raise not_supported("A distributed switch is backed by network cards only.")
    uplinks = tuple(one.pnicDevice for one in backing.pnicSpec) if backing is not None else None
    return MembershipChange(config.changeOperation or "", config.uuid, uplinks)


def _check_bond(bridge: Any) -> None:
    if not isinstance(bridge, vim.host.VirtualSwitch.BondBridge):
        raise not_supported("A standard switch is bridged by a bond of network cards only.")


def _policy(policy: Any) -> Policy:
    security, shaping = policy.security, policy.shapingPolicy
    return Policy(
        security=Security(
            promiscuous=security.allowPromiscuous,
            mac_changes=security.macChanges,
            forged_transmits=security.forgedTransmits,
        )
        if security is not None
        else Security(),
        teaming=_teaming(policy.nicTeaming) if policy.nicTeaming is not None else Teaming(),
        shaping=Shaping(
            enabled=shaping.enabled,
            average=shaping.averageBandwidth,
            peak=shaping.peakBandwidth,
            burst=shaping.burstSize,
        )
        if shaping is not None
        else Shaping(),
    )


def _teaming(teaming: Any) -> Teaming:
    order, criteria = teaming.nicOrder, teaming.failureCriteria
    return Teaming(
        policy=teaming.policy or None,
        reverse=teaming.reversePolicy,
        notify=teaming.notifySwitches,
        rolling=teaming.rollingOrder,
        beacon=criteria.checkBeacon if criteria is not None else None,
        active=tuple(order.activeNic) if order is not None else None,
        standby=tuple(order.standbyNic) if order is not None else None,
    )
