"""Policies of standard switches and their port groups as HostNetworkPolicy.

Source of what is there besides: an ESXi 8.0.2 that govmomi recorded, simulator/esx/host_config_info.go.
"""

from functools import lru_cache
from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.equipment import Bond, PortGroup, StandardSwitch
from vcenter_simulator.host.policies import Policy, Teaming, overlaid, switch_policy

KEPT = 1024
"""Objects that are kept for the next switch or port group like it: in a fleet nearly all are alike."""


def policy_of_switch(switch: StandardSwitch) -> Any:
    """What a switch does, told or installed."""
    return _whole_policy(switch_policy(switch.policy, switch.uplinks))


def computed_policy(group: PortGroup, switch: StandardSwitch | None) -> Any:
    """What a port group does: its own policy over its switch's."""
    below = switch if switch is not None else StandardSwitch(group.switch)
    return _whole_policy(overlaid(switch_policy(below.policy, below.uplinks), group.policy))


@lru_cache(KEPT)
def own_policy(policy: Policy) -> Any:
    """What a port group says itself: every part is there, and what is inherited is unset in it (observed)."""
    return _network_policy(policy, vim.host.NetworkPolicy.NicFailureCriteria(), vim.host.NetOffloadCapabilities())


@lru_cache(KEPT)
def uplink_bridge(uplinks: tuple[str, ...], bond: Bond) -> Any:
    """How a switch uses its *uplinks*, or ``None`` without any."""
    if not uplinks:
        return None
    return vim.host.VirtualSwitch.BondBridge(
        nicDevice=list(uplinks),
        beacon=vim.host.VirtualSwitch.BeaconConfig(interval=bond.beacon_interval),
        linkDiscoveryProtocolConfig=vim.host.LinkDiscoveryProtocolConfig(protocol="cdp", operation=bond.discovery),
    )


@lru_cache(KEPT)
def _whole_policy(policy: Policy) -> Any:
    criteria = vim.host.NetworkPolicy.NicFailureCriteria(
        checkSpeed="minimum", speed=10, checkDuplex=False, fullDuplex=False, checkErrorPercent=False, percentage=0
    )
    offload = vim.host.NetOffloadCapabilities(csumOffload=True, tcpSegmentation=True, zeroCopyXmit=True)
    return _network_policy(policy, criteria, offload)


def _network_policy(policy: Policy, criteria: Any, offload: Any) -> Any:
    criteria.checkBeacon = policy.teaming.beacon
    return vim.host.NetworkPolicy(
        security=vim.host.NetworkPolicy.SecurityPolicy(
            allowPromiscuous=policy.security.promiscuous,
            macChanges=policy.security.mac_changes,
            forgedTransmits=policy.security.forged_transmits,
        ),
        nicTeaming=vim.host.NetworkPolicy.NicTeamingPolicy(
            policy=policy.teaming.policy,
            reversePolicy=policy.teaming.reverse,
            notifySwitches=policy.teaming.notify,
            rollingOrder=policy.teaming.rolling,
            failureCriteria=criteria,
            nicOrder=_order(policy.teaming),
        ),
        offloadPolicy=offload,
        shapingPolicy=vim.host.NetworkPolicy.TrafficShapingPolicy(
            enabled=policy.shaping.enabled,
            averageBandwidth=policy.shaping.average,
            peakBandwidth=policy.shaping.peak,
            burstSize=policy.shaping.burst,
        ),
    )


def _order(teaming: Teaming) -> Any:
    if teaming.active is None and teaming.standby is None:
        return None
    return vim.host.NetworkPolicy.NicOrderPolicy(
        activeNic=list(teaming.active or ()), standbyNic=list(teaming.standby or ())
    )
