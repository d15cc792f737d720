from typing import Any

import pytest

from vmk_operator.model.host import (
    AdapterState,
    Cluster,
    Connection,
    HostState,
    Ipv4State,
    NetstackState,
    StandardPortGroup,
)
from vmk_operator.model.identity import HostRef
from vmk_operator.vcenter.inventory import Inventory
from vmk_operator.vcenter.leaves import CLUSTER, HOST, PORT_GROUP, SWITCH
from vmk_operator.vcenter.updates import ObjectChange

A, B, C = (HostRef("vc", moid) for moid in ("host-a", "host-b", "host-c"))

ADAPTER = AdapterState(
    device="vmk0",
    mac="00:50:56:00:00:01",
    netstack="defaultTcpipStack",
    attachment=None,
    mtu=1500,
    ipv4=Ipv4State(dhcp=False, address=None),
)


def entered(kind: str, moid: str, **values: Any) -> ObjectChange:
    return ObjectChange(kind, moid, whole=True, values=tuple(values.items()))


def modified(kind: str, moid: str, **values: Any) -> ObjectChange:
    return ObjectChange(kind, moid, values=tuple(values.items()))


def esx(moid: str, name: str, **values: Any) -> ObjectChange:
    told = {
        "connection": Connection.CONNECTED,
        "adapters": (ADAPTER,),
        "netstacks": (NetstackState("defaultTcpipStack"), NetstackState("vmotion")),
        "services": (("vmotion", frozenset[str]()),),
    }
    return entered(HOST, moid, name=name, uuid=f"uuid-{moid}", **(told | values))


@pytest.fixture
def inventory() -> Inventory:
    found = Inventory("vc")
    found.apply(
        [
            esx("host-a", "esx-a"),
            esx("host-b", "esx-b"),
            esx("host-c", "esx-c"),
            entered(SWITCH, "dvs-1", name="DSwitch", uuid="u1", mtu=9000, members=frozenset({"host-a", "host-b"})),
            entered(SWITCH, "dvs-2", name="Other", uuid="u2", mtu=1500, members=frozenset({"host-c"})),
            entered(PORT_GROUP, "dvportgroup-1", name="dpg-1", key="dvportgroup-1", switch="dvs-1"),
        ],
        anew=True,
    )
    return found


def state(inventory: Inventory, ref: HostRef) -> HostState:
    found = inventory.host(ref)
    assert found is not None
    return found


def test_a_host_is_found_by_reference_and_by_name_in_any_case(inventory: Inventory) -> None:
    assert state(inventory, A).name == "esx-a"
    assert inventory.find("ESX-a") is state(inventory, A)
    assert inventory.find("esx") is None
    assert set(inventory.hosts()) == {A, B, C}


def test_a_change_names_exactly_the_host_that_differs(inventory: Inventory) -> None:
    assert inventory.apply([modified(HOST, "host-b", in_maintenance=True)]) == {B}
    assert state(inventory, B).in_maintenance


def test_the_same_value_again_is_no_change(inventory: Inventory) -> None:
    assert inventory.apply([modified(HOST, "host-b", in_maintenance=False)]) == frozenset()


def test_a_renamed_host_keeps_its_reference_and_loses_its_old_name(inventory: Inventory) -> None:
    assert inventory.apply([modified(HOST, "host-a", name="esx-z")]) == {A}
    assert inventory.find("esx-a") is None
    found = inventory.find("esx-z")
    assert found is not None
    assert found.ref == A


def test_two_hosts_may_swap_their_names(inventory: Inventory) -> None:
    inventory.apply([modified(HOST, "host-a", name="esx-b"), modified(HOST, "host-b", name="esx-a")])
    assert inventory.find("esx-a") is state(inventory, B)
    assert inventory.find("esx-b") is state(inventory, A)


def test_a_host_that_leaves_is_gone_and_named(inventory: Inventory) -> None:
    assert inventory.apply([ObjectChange(HOST, "host-a", gone=True)]) == {A}
    assert inventory.host(A) is None
    assert inventory.find("esx-a") is None


def test_a_renamed_port_group_wakes_the_hosts_of_its_switch_only(inventory: Inventory) -> None:
    assert inventory.apply([modified(PORT_GROUP, "dvportgroup-1", name="dpg-new")]) == {A, B}
    network = state(inventory, A).network
    assert network is not None
    assert [one.name for one in network.distributed_switches[0].port_groups] == ["dpg-new"]


def test_another_mtu_of_a_switch_wakes_its_hosts_only(inventory: Inventory) -> None:
    assert inventory.apply([modified(SWITCH, "dvs-2", mtu=9000)]) == {C}


def test_a_port_group_that_moves_wakes_the_hosts_of_both_switches(inventory: Inventory) -> None:
    assert inventory.apply([modified(PORT_GROUP, "dvportgroup-1", switch="dvs-2")]) == {A, B, C}


def test_joining_and_leaving_a_switch_wakes_that_host_only(inventory: Inventory) -> None:
    assert inventory.apply([modified(SWITCH, "dvs-1", members=frozenset({"host-b"}))]) == {A}
    network = state(inventory, A).network
    assert network is not None
    assert network.distributed_switches == ()


def test_a_switch_that_goes_takes_its_port_groups_with_it(inventory: Inventory) -> None:
    gone = [ObjectChange(PORT_GROUP, "dvportgroup-1", gone=True), ObjectChange(SWITCH, "dvs-1", gone=True)]
    assert inventory.apply(gone) == {A, B}


def test_hosts_share_the_state_of_their_switch(inventory: Inventory) -> None:
    first, second = state(inventory, A).network, state(inventory, B).network
    assert first is not None
    assert second is not None
    assert first.distributed_switches is second.distributed_switches


def test_reading_everything_anew_names_only_what_differs(inventory: Inventory) -> None:
    changed = inventory.apply(
        [
            esx("host-a", "esx-a"),
            esx("host-b", "esx-b", in_maintenance=True),
            entered(SWITCH, "dvs-1", name="DSwitch", uuid="u1", mtu=9000, members=frozenset({"host-a", "host-b"})),
            entered(PORT_GROUP, "dvportgroup-1", name="dpg-1", key="dvportgroup-1", switch="dvs-1"),
        ],
        anew=True,
    )
    assert changed == {B, C}
    assert inventory.host(C) is None


@pytest.mark.parametrize("field", ["adapters", "netstacks", "services"])
def test_without_one_of_the_essentials_the_network_is_unknown_and_never_empty(inventory: Inventory, field: str) -> None:
    inventory.apply([modified(HOST, "host-a", **{field: None})])
    assert state(inventory, A).network is None


def test_a_stack_is_active_when_the_kernel_says_so(inventory: Inventory) -> None:
    inventory.apply([modified(HOST, "host-a", running_netstacks=(("vmotion", 500),))])
    network = state(inventory, A).network
    assert network is not None
    assert {one.key: (one.active, one.running_max_connections) for one in network.netstacks} == {
        "defaultTcpipStack": (False, None),
        "vmotion": (True, 500),
    }


def test_a_kernel_that_says_nothing_leaves_it_to_the_adapters(inventory: Inventory) -> None:
    network = state(inventory, A).network
    assert network is not None
    assert {one.key: one.active for one in network.netstacks} == {"defaultTcpipStack": True, "vmotion": False}


def test_a_standard_port_group_has_the_mtu_of_its_switch(inventory: Inventory) -> None:
    inventory.apply([modified(HOST, "host-a", port_groups=(("pg", "s0"), ("lost", "s9")), switch_mtus={"s0": 9000})])
    network = state(inventory, A).network
    assert network is not None
    assert network.standard_port_groups == (StandardPortGroup("pg", "s0", 9000), StandardPortGroup("lost", "s9", None))


def test_a_host_is_in_the_cluster_that_vcenter_told_of_before_or_after_it(inventory: Inventory) -> None:
    inventory.apply([entered(CLUSTER, "domain-c8", name="Gold"), esx("host-a", "esx-a", parent="domain-c8")])
    inventory.apply([esx("host-b", "esx-b", parent="domain-c9"), entered(CLUSTER, "domain-c9", name="Silver")])
    assert state(inventory, A).cluster == Cluster("domain-c8", "Gold")
    assert state(inventory, B).cluster == Cluster("domain-c9", "Silver")


def test_a_standalone_host_is_in_no_cluster(inventory: Inventory) -> None:
    inventory.apply([modified(HOST, "host-a", parent="domain-s10")])
    assert state(inventory, A).cluster is None


def test_a_renamed_cluster_concerns_its_hosts_and_no_others(inventory: Inventory) -> None:
    inventory.apply([entered(CLUSTER, "domain-c8", name="Gold"), modified(HOST, "host-a", parent="domain-c8")])
    assert inventory.apply([modified(CLUSTER, "domain-c8", name="Platinum")]) == {A}
    assert state(inventory, A).cluster == Cluster("domain-c8", "Platinum")


def test_a_host_that_moves_to_another_cluster_looks_different(inventory: Inventory) -> None:
    inventory.apply([entered(CLUSTER, "domain-c8", name="Gold"), entered(CLUSTER, "domain-c9", name="Silver")])
    assert inventory.apply([modified(HOST, "host-a", parent="domain-c8")]) == {A}
    assert inventory.apply([modified(HOST, "host-a", parent="domain-c9")]) == {A}
    assert state(inventory, A).cluster == Cluster("domain-c9", "Silver")


def test_a_full_read_forgets_a_cluster_that_is_gone(inventory: Inventory) -> None:
    inventory.apply([entered(CLUSTER, "domain-c8", name="Gold"), modified(HOST, "host-a", parent="domain-c8")])
    inventory.apply([esx("host-a", "esx-a", parent="domain-c8")], anew=True)
    assert state(inventory, A).cluster is None
