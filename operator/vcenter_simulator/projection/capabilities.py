"""What a host's network can do. Source: the ESXi 8.0.3 host in pyVmomi's test data."""

from functools import cache
from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.policies import TEAMING_POLICIES


@cache
def network_capabilities() -> Any:
    """The capabilities, which all hosts have in common."""
    return vim.host.NetCapabilities(
        canSetPhysicalNicLinkSpeed=True,
        supportsNicTeaming=True,
        nicTeamingPolicy=list(TEAMING_POLICIES),
        supportsVlan=True,
        usesServiceConsoleNic=False,
        supportsNetworkHints=True,
        vswitchConfigSupported=True,
        vnicConfigSupported=True,
        ipRouteConfigSupported=True,
        dnsConfigSupported=True,
        dhcpOnVnicSupported=True,
        ipV6Supported=True,
    )
