from collections.abc import Callable

import pytest

from unit.vcenter_simulator.builders import MAC, empty_host, managed_host, spec, surroundings
from vcenter_simulator.host.adapters import add_adapter
from vcenter_simulator.host.behaviour import Choice
from vcenter_simulator.host.equipment import Bond, PortGroup, StandardSwitch
from vcenter_simulator.host.policies import INHERITED, INSTALLED, Policy, Security, Teaming, overlaid, switch_policy
from vcenter_simulator.host.portgroups import add_portgroup, remove_portgroup, update_portgroup
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.state import HostState, StandardAttachment
from vcenter_simulator.host.switch_requests import Discovery, PortGroupSpec, SwitchSpec
from vcenter_simulator.host.switches import add_switch, remove_switch, update_switch

Change = Callable[[HostState], HostState]

STRICT = surroundings(mtu_above_switch=Choice.REFUSE)


def occupied_host() -> HostState:
    return add_adapter(managed_host(), spec(mtu=9000), surroundings(), mac=MAC)[0]


def switch(**fields: object) -> SwitchSpec:
    return SwitchSpec(**({"ports": 128} | fields))  # type: ignore[arg-type]  # whatever a test names


def group(name: str = "New", on: str = "vSwitch0", vlan: int = 0, policy: Policy = INHERITED) -> PortGroupSpec:
    return PortGroupSpec(name=name, switch=on, vlan=vlan, policy=policy)


def add(name: str, wanted: SwitchSpec | None = None) -> Change:
    return lambda state: add_switch(state, name, wanted, surroundings())


def update(name: str, wanted: SwitchSpec) -> Change:
    return lambda state: update_switch(state, name, wanted, surroundings())


def test_a_switch_is_created_changed_and_removed_with_its_port_groups() -> None:
    state = add("vSwitch2", switch(mtu=9000))(empty_host())
    state = add_portgroup(state, group("Here", "vSwitch2", 7))
    changed = update("vSwitch2", switch(ports=256))(state)

    assert state.switch("vSwitch2") == StandardSwitch("vSwitch2", 9000)
    assert changed.switch("vSwitch2") == StandardSwitch("vSwitch2", 9000, ports=256)
    assert remove_switch(state, "vSwitch2") == empty_host()


def test_a_switch_without_a_specification_has_no_uplinks() -> None:
    assert add("vSwitch2")(empty_host()).switch("vSwitch2") == StandardSwitch("vSwitch2")


def test_an_update_without_a_bridge_takes_the_uplinks_away() -> None:
    state = update("vSwitch0", switch())(empty_host())

    assert state.switch("vSwitch0") == StandardSwitch("vSwitch0", 1500)
    # Now somebody else may have the card.
    assert add("vSwitch2", switch(uplinks=("vmnic0",)))(state).switch("vSwitch2") is not None


def test_an_update_changes_of_the_bond_what_it_names() -> None:
    told = switch(uplinks=("vmnic0",), discovery=Discovery("cdp", "both"), beacon_interval=5)
    state = update("vSwitch0", told)(empty_host())
    again = update("vSwitch0", switch(uplinks=("vmnic0",)))(state)

    assert state.switch("vSwitch0") == StandardSwitch("vSwitch0", 1500, ("vmnic0",), bond=Bond("both", 5))
    assert again == state


def test_a_port_group_is_created_renamed_with_its_adapters_and_removed() -> None:
    state = add_portgroup(occupied_host(), group(vlan=40))
    renamed = update_portgroup(state, "Backup-40", group("Backup", "vSwitch1", 41), surroundings())

    assert state.portgroup("New") == PortGroup("New", "vSwitch0", 40)
    assert renamed.by_device["vmk1"].attachment == StandardAttachment("Backup")
    assert renamed.portgroup("Backup") == PortGroup("Backup", "vSwitch1", 41)
    assert renamed.portgroup("Backup-40") is None
    assert remove_portgroup(state, "New") == occupied_host()


@pytest.mark.parametrize(
    ("change", "fault", "words"),
    [
        (add("vSwitch0"), "AlreadyExists", "vSwitch0"),
        (add(""), "InvalidArgument", "1 to 31"),
        (add("v" * 32), "InvalidArgument", "1 to 31"),
        (add("vSwitch2", switch(mtu=9001)), "InvalidArgument", "mtu"),
        (add("vSwitch2", switch(ports=-1)), "InvalidArgument", "numPorts"),
        (add("vSwitch2", switch(discovery=Discovery("lldp", "listen"))), "InvalidArgument", "'lldp'"),
        (add("vSwitch2", switch(discovery=Discovery("cdp", "shout"))), "InvalidArgument", "'shout'"),
        (add("vSwitch2", switch(beacon_interval=-1)), "InvalidArgument", "negative"),
        (add("vSwitch2", switch(uplinks=("vmnic7",))), "HostConfigFault", "vmnic7"),
        (add("vSwitch2", switch(uplinks=("vmnic0",))), "ResourceInUse", "vmnic0"),
        (add("vSwitch2", switch(uplinks=("vmnic1",))), "ResourceInUse", "vmnic1"),
        (update("vSwitch9", switch()), "NotFound", "vSwitch9"),
        (
            lambda state: update_switch(state, "vSwitch1", switch(mtu=1500), STRICT),
            "HostConfigFault",
            "above the 1500",
        ),
        (lambda state: remove_switch(state, "vSwitch9"), "NotFound", "vSwitch9"),
        (lambda state: remove_switch(state, "vSwitch1"), "ResourceInUse", "vSwitch1"),
        (lambda state: add_portgroup(state, group("Backup-40")), "AlreadyExists", "Backup-40"),
        (lambda state: add_portgroup(state, group(on="vSwitch9")), "NotFound", "vSwitch9"),
        (lambda state: add_portgroup(state, group(vlan=4096)), "InvalidArgument", "vlanId"),
        (lambda state: add_portgroup(state, group(vlan=-1)), "InvalidArgument", "vlanId"),
        (lambda state: add_portgroup(state, group("")), "InvalidArgument", "1 to 80 characters"),
        (lambda state: add_portgroup(state, group("x" * 81)), "InvalidArgument", "1 to 80 characters"),
        (
            lambda state: add_portgroup(state, group(policy=Policy(teaming=Teaming(active=("vmnic1",))))),
            "InvalidArgument",
            "'vmnic1' is not an uplink",
        ),
        (
            lambda state: add_portgroup(state, group(policy=Policy(teaming=Teaming(policy="random")))),
            "InvalidArgument",
            "'random'",
        ),
        (lambda state: update_portgroup(state, "Nowhere", group(), surroundings()), "NotFound", "Nowhere"),
        (
            lambda state: update_portgroup(state, "Storage-30", group("Backup-40"), surroundings()),
            "AlreadyExists",
            "Backup-40",
        ),
        (
            lambda state: update_portgroup(state, "Backup-40", group("Backup-40"), STRICT),
            "HostConfigFault",
            "above the 1500",
        ),
        (lambda state: remove_portgroup(state, "Nowhere"), "NotFound", "Nowhere"),
        (lambda state: remove_portgroup(state, "Backup-40"), "ResourceInUse", "Backup-40"),
    ],
)
def test_what_is_refused_is_refused_with_the_fault_of_its_method(change: Change, fault: str, words: str) -> None:
    with pytest.raises(Refusal, match=words) as refused:
        change(occupied_host())

    assert refused.value.fault == fault


def test_a_switch_may_get_an_mtu_below_its_adapters() -> None:
    lowered = update_switch(occupied_host(), "vSwitch1", switch(mtu=1500), surroundings()).switch("vSwitch1")

    assert lowered is not None
    assert lowered.mtu == 1500


def test_what_a_port_group_leaves_unset_it_has_from_its_switch_and_that_from_the_installation() -> None:
    told = Policy(security=Security(promiscuous=True), teaming=Teaming(active=("vmnic1",)))
    below = switch_policy(told, ("vmnic0", "vmnic1"))

    computed = overlaid(below, Policy(security=Security(forged_transmits=False)))

    assert computed.security == Security(promiscuous=True, mac_changes=True, forged_transmits=False)
    assert computed.teaming.active == ("vmnic1",)
    assert computed.teaming.policy == INSTALLED.teaming.policy == "loadbalance_srcid"
    assert switch_policy(INHERITED, ("vmnic0",)).teaming.active == ("vmnic0",)
