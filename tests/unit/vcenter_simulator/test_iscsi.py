from collections.abc import Callable
from dataclasses import replace

import pytest

from unit.vcenter_simulator.builders import MAC, ipv4, managed_host, on_switch, spec, surroundings
from vcenter_simulator.host.adapters import add_adapter, remove_adapter
from vcenter_simulator.host.behaviour import Behaviour, BoundRemoval
from vcenter_simulator.host.equipment import IscsiAdapter, PhysicalNic, StandardSwitch
from vcenter_simulator.host.iscsi import bind_vnic, check_removable, is_bound, status_of, unbind_vnic
from vcenter_simulator.host.policies import Policy, Teaming
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.state import HostState

HBA = "vmhba64"


def host() -> HostState:
    """vmk1 has no uplink, vmk2 two, vmk3 those of the distributed switch."""
    state = replace(managed_host(), iscsi=(IscsiAdapter(HBA),))
    switches = (*state.switches, StandardSwitch("vSwitch2", 1500, ("vmnic2", "vmnic3")))
    groups = tuple(replace(one, switch="vSwitch2") if one.name == "Storage-30" else one for one in state.portgroups)
    cards = tuple(PhysicalNic(name, MAC) for name in ("vmnic0", "vmnic1", "vmnic2", "vmnic3"))
    state = replace(state, switches=switches, portgroups=groups, pnics=cards)
    for number, place in enumerate(("Backup-40", "Storage-30")):
        wanted = spec(portgroup=place, ipv4=ipv4(f"10.0.{number}.99"))
        state = add_adapter(state, wanted, surroundings(), mac=MAC)[0]
    return add_adapter(state, spec(distributed=on_switch()), surroundings(), mac=MAC)[0]


def one_uplink(state: HostState) -> HostState:
    policy = Policy(teaming=Teaming(active=("vmnic2",), standby=()))
    groups = tuple(replace(one, policy=policy) if one.name == "Storage-30" else one for one in state.portgroups)
    return replace(state, portgroups=groups)


@pytest.mark.parametrize("device", ["vmk0", "vmk2", "vmk3"])
def test_an_adapter_with_one_uplink_is_bound_and_let_go_again(device: str) -> None:
    before = one_uplink(host())

    bound = bind_vnic(before, HBA, device)

    assert is_bound(bound, device)
    assert [one.fault for one in status_of(bound, device)] == ["IscsiFaultVnicInUse"]
    assert status_of(before, device) == ()
    assert unbind_vnic(bound, HBA, device) == before


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda state: bind_vnic(state, "vmhba1", "vmk0"), "NotFound"),
        (lambda state: bind_vnic(state, HBA, "vmk9"), "IscsiFaultVnicNotFound"),
        (lambda state: bind_vnic(state, HBA, "vmk1"), "IscsiFaultVnicHasNoUplinks"),
        (lambda state: bind_vnic(state, HBA, "vmk2"), "IscsiFaultVnicHasMultipleUplinks"),
        (lambda state: bind_vnic(bind_vnic(state, HBA, "vmk0"), HBA, "vmk0"), "IscsiFaultVnicAlreadyBound"),
        (lambda state: unbind_vnic(state, "vmhba1", "vmk0"), "NotFound"),
        (lambda state: unbind_vnic(state, HBA, "vmk0"), "IscsiFaultVnicNotBound"),
        (lambda state: replace(state, name=str(status_of(state, "vmk9"))), "IscsiFaultVnicNotFound"),
    ],
)
def test_what_can_not_be_bound(change: Callable[[HostState], HostState], fault: str) -> None:
    with pytest.raises(Refusal) as refused:
        change(host())

    assert refused.value.fault == fault


def test_an_adapter_that_is_bound_may_become_unfit() -> None:
    bound = bind_vnic(one_uplink(host()), HBA, "vmk2")
    again = replace(bound, portgroups=host().portgroups)

    assert [one.fault for one in status_of(again, "vmk2")] == [
        "IscsiFaultVnicInUse",
        "IscsiFaultVnicHasMultipleUplinks",
    ]


@pytest.mark.parametrize(
    ("choice", "fault"),
    [(BoundRemoval.RESOURCE_IN_USE, "ResourceInUse"), (BoundRemoval.CONFIG_FAULT, "HostConfigFault")],
)
def test_the_removal_of_a_bound_adapter_is_a_matter_of_the_switch(choice: BoundRemoval, fault: str) -> None:
    bound = bind_vnic(host(), HBA, "vmk0")

    with pytest.raises(Refusal) as refused:
        check_removable(bound, "vmk0", Behaviour(remove_bound_adapter=choice))

    assert refused.value.fault == fault
    assert check_removable(bound, "vmk1", Behaviour(remove_bound_adapter=choice)) is bound
    assert check_removable(bound, "vmk0", Behaviour(remove_bound_adapter=BoundRemoval.ACCEPT)) is bound
    assert remove_adapter(bound, "vmk0").iscsi == host().iscsi
