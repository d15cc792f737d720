from dataclasses import replace

import pytest

from unit.vcenter_simulator.builders import MAC, managed_host, on_switch, spec, surroundings
from vcenter_simulator.host.adapters import add_adapter, update_adapter
from vcenter_simulator.host.attachments import uplinks_of
from vcenter_simulator.host.equipment import OpaqueNetwork
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.requests import AdapterSpec
from vcenter_simulator.host.state import HostState, OpaqueAttachment
from vcenter_simulator.projection.adapters import virtual_nics
from vcenter_simulator.projection.switches import opaque_networks, opaque_switches


def host() -> HostState:
    networks = (OpaqueNetwork("id-1", "segment"),)
    state = replace(managed_host(), opaque_networks=networks, opaque_uplinks=("vmnic2",))
    return add_adapter(state, spec(), surroundings(), mac=MAC)[0]


def moved(state: HostState, wanted: AdapterSpec) -> HostState:
    return update_adapter(state, "vmk1", wanted, surroundings())


def test_an_adapter_moves_to_an_opaque_network_and_back() -> None:
    there = moved(host(), AdapterSpec(opaque="id-1"))

    nic = virtual_nics(there)[1]
    assert there.by_device["vmk1"].attachment == OpaqueAttachment("id-1", "nsx.LogicalSwitch")
    assert (nic.portgroup, nic.port, nic.spec.portgroup, nic.spec.distributedVirtualPort) == ("", None, None, None)
    assert (nic.spec.opaqueNetwork.opaqueNetworkId, nic.spec.opaqueNetwork.opaqueNetworkType) == (
        "id-1",
        "nsx.LogicalSwitch",
    )
    assert uplinks_of(there, there.by_device["vmk1"]) == ("vmnic2",)
    assert moved(there, AdapterSpec(portgroup="Backup-40")) == host()


@pytest.mark.parametrize(
    "wanted",
    [
        AdapterSpec(opaque="id-2"),
        AdapterSpec(opaque="id-1", portgroup="Backup-40"),
        AdapterSpec(opaque="id-1", distributed=on_switch()),
    ],
)
def test_an_adapter_is_on_one_network_that_the_host_has(wanted: AdapterSpec) -> None:
    with pytest.raises(Refusal) as refused:
        moved(host(), wanted)

    assert (refused.value.fault, refused.value.details["invalidProperty"]) == ("InvalidArgument", "nic.opaqueNetwork")


def test_opaque_networks_are_shown_with_their_switch() -> None:
    (switch,), (network,) = opaque_switches(host()), opaque_networks(host())

    assert list(switch.pnic) == ["key-vim.host.PhysicalNic-vmnic2"]
    assert (network.opaqueNetworkId, network.opaqueNetworkName) == ("id-1", "segment")
    assert list(opaque_switches(managed_host())) == []
