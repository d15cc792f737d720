"""The policies of standard switches and their port groups, which nobody has changed yet.

Source: an ESXi 8.0.2 that govmomi recorded, simulator/esx/host_config_info.go.
"""

from functools import cache
from typing import Any

from pyVmomi import vim


@cache
def switch_policy(uplinks: tuple[str, ...]) -> Any:
    """What a new switch does, all *uplinks* being active; also what its port groups inherit."""
    return vim.host.NetworkPolicy(
        security=vim.host.NetworkPolicy.SecurityPolicy(allowPromiscuous=False, macChanges=True, forgedTransmits=True),
        nicTeaming=vim.host.NetworkPolicy.NicTeamingPolicy(
            policy="loadbalance_srcid",
            reversePolicy=True,
            notifySwitches=True,
            rollingOrder=False,
            failureCriteria=vim.host.NetworkPolicy.NicFailureCriteria(
                checkSpeed="minimum",
                speed=10,
                checkDuplex=False,
                fullDuplex=False,
                checkErrorPercent=False,
                percentage=0,
                checkBeacon=False,
            ),
            nicOrder=vim.host.NetworkPolicy.NicOrderPolicy(activeNic=list(uplinks)),
        ),
        offloadPolicy=vim.host.NetOffloadCapabilities(csumOffload=True, tcpSegmentation=True, zeroCopyXmit=True),
        shapingPolicy=vim.host.NetworkPolicy.TrafficShapingPolicy(enabled=False),
    )


@cache
def inherited_policy() -> Any:
    """What a port group says that leaves everything to its switch: every part is there, and none says anything."""
    return vim.host.NetworkPolicy(
        security=vim.host.NetworkPolicy.SecurityPolicy(),
        nicTeaming=vim.host.NetworkPolicy.NicTeamingPolicy(
            failureCriteria=vim.host.NetworkPolicy.NicFailureCriteria(),
        ),
        offloadPolicy=vim.host.NetOffloadCapabilities(),
        shapingPolicy=vim.host.NetworkPolicy.TrafficShapingPolicy(),
    )


@cache
def uplink_bridge(uplinks: tuple[str, ...]) -> Any:
    """How a switch uses its *uplinks*, or ``None`` without any."""
    if not uplinks:
        return None
    return vim.host.VirtualSwitch.BondBridge(
        nicDevice=list(uplinks),
        beacon=vim.host.VirtualSwitch.BeaconConfig(interval=1),
        linkDiscoveryProtocolConfig=vim.host.LinkDiscoveryProtocolConfig(protocol="cdp", operation="listen"),
    )
