"""A host's network as HostNetworkConfig: what an UpdateNetworkConfig that changes nothing would say."""

from collections.abc import Mapping
from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.requests import DistributedSwitchFacts
from vcenter_simulator.host.state import HostState
from vcenter_simulator.projection.adapters import virtual_nics
from vcenter_simulator.projection.netstacks import default_dns, default_route
from vcenter_simulator.projection.switches import (
    physical_nics,
    proxy_switches,
    standard_portgroups,
    standard_switches,
)


def network_config(state: HostState, switches: Mapping[str, DistributedSwitchFacts]) -> Any:
    """The whole configuration, except for the stacks besides the default one."""
    return vim.host.NetworkConfig(
        vswitch=[vim.host.VirtualSwitch.Config(name=one.name, spec=one.spec) for one in standard_switches(state)],
        proxySwitch=[
            vim.host.HostProxySwitch.Config(uuid=one.dvsUuid, spec=one.spec) for one in proxy_switches(state, switches)
        ],
        portgroup=[vim.host.PortGroup.Config(spec=one.spec) for one in standard_portgroups(state)],
        pnic=[vim.host.PhysicalNic.Config(device=one.device, spec=one.spec) for one in physical_nics(state)],
        vnic=[
            vim.host.VirtualNic.Config(device=one.device, portgroup=one.portgroup, spec=one.spec)
            for one in virtual_nics(state)
        ],
        dnsConfig=default_dns(state),
        ipRouteConfig=default_route(state),
        ipV6Enabled=state.ipv6_at_boot,
    )
