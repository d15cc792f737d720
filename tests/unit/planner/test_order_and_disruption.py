"""In which order steps run, and which of them may interrupt traffic."""

import itertools
from ipaddress import IPv4Interface, IPv6Interface

import pytest

from unit.planner.builders import (
    BACKUP,
    STORAGE,
    adapter,
    bound,
    deleted,
    esx,
    netstack,
    network_of,
    new,
    plan,
    route,
    vmk,
)
from vmk_operator.model.host import DnsState, Ipv4State, RouteConfig, StandardAttachment
from vmk_operator.model.step import (
    CreateAdapter,
    CreateNetstack,
    DeselectService,
    Ipv6Change,
    RemoveAdapter,
    RemoveNetstack,
    RouteChanges,
    SelectService,
    Step,
    UpdateAdapter,
    UpdateNetstack,
    UpdateVsan,
)
from vmk_operator.planner.rules.disruption import DISRUPTION, Operation, is_disruptive, operations

ON_VSAN, NONE = frozenset({"vsan"}), frozenset[str]()
ADDRESS = IPv4Interface("10.0.40.11/24")
IPV6 = IPv6Interface("fd00:40::11/64")
STATIC = Ipv4State(dhcp=False, address=ADDRESS)
NO_ADDRESS = Ipv4State(dhcp=False, address=None)


def creation(netstack: str) -> CreateAdapter:
    return CreateAdapter(netstack, StandardAttachment(BACKUP), STATIC, None)


def test_steps_of_all_objects_run_in_one_order_whatever_the_order_of_the_objects() -> None:
    host = esx(
        vmk("vmk1", "10.0.41.11/24", on=STORAGE),
        vmk("vmk2", "10.0.42.11/24", on="Management Network"),
        services={"vSphereBackupNFC": ["vmk1"]},
    )
    subjects = [
        bound(adapter("leaving", "10.0.42.11/24", deletionPolicy="Delete", metadata=deleted()), "vmk2"),
        bound(adapter("present", "10.0.41.12/24", on=STORAGE, services=["vSphereProvisioning"]), "vmk1"),
        new(netstack(gateway={"ipv4": "10.0.40.1"})),
        new(adapter("coming", "10.0.40.11/24", netstack="vmotion")),
    ]

    orders = {tuple(one.step for one in plan(host, *order).steps) for order in itertools.permutations(subjects)}

    (steps,) = orders
    assert [type(step) for step in steps] == [
        CreateAdapter,
        UpdateNetstack,
        UpdateAdapter,
        SelectService,
        DeselectService,
        RemoveAdapter,
    ]


@pytest.mark.parametrize(
    ("step", "disruptive"),
    [
        (creation("defaultTcpipStack"), False),
        (creation("vmotion"), True),
        (creation("vSphereProvisioning"), False),
        (UpdateAdapter("vmk1", STATIC), True),
        (UpdateAdapter("vmk1", NO_ADDRESS, mtu=9000), True),
        (UpdateAdapter("vmk1", NO_ADDRESS), False),
        (UpdateAdapter("vmk1", NO_ADDRESS, routes=RouteConfig()), True),
        (UpdateAdapter("vmk1", NO_ADDRESS, attachment=StandardAttachment(STORAGE)), True),
        (UpdateAdapter("vmk1", NO_ADDRESS, ipv6=Ipv6Change(auto=False, dhcp=False, add=(IPV6,))), False),
        (UpdateAdapter("vmk1", NO_ADDRESS, ipv6=Ipv6Change(auto=False, dhcp=False, remove=(IPV6,))), True),
        (UpdateAdapter("vmk1", NO_ADDRESS, ipv6=Ipv6Change(auto=True, dhcp=False, add=(IPV6,))), True),
        (UpdateAdapter("vmk9", NO_ADDRESS), True),
        (RemoveAdapter("vmk1"), True),
        (SelectService("vmk1", "vmotion"), False),
        (DeselectService("vmk1", "vmotion"), True),
        (UpdateVsan("vmk1", ON_VSAN, NONE, ()), False),
        (UpdateVsan("vmk1", NONE, ON_VSAN, ()), True),
        (UpdateNetstack("vmotion", routes=RouteConfig()), True),
        (UpdateNetstack("vmotion", max_connections=12000), False),
        (UpdateNetstack("vmotion", dns=DnsState(servers=("10.0.40.53",))), False),
        (
            UpdateNetstack("vmotion", route_changes=RouteChanges(add=frozenset({route("10.9.0.0/16", "10.0.40.254")}))),
            True,
        ),
        (UpdateNetstack("vmotion", congestion_control="cubic"), False),
        (UpdateNetstack("vmotion", routes=RouteConfig(), max_connections=12000), True),
        (CreateNetstack("storage"), False),
        (RemoveNetstack("storage"), False),
    ],
)
def test_every_kind_of_step_is_benign_or_disruptive(step: Step, *, disruptive: bool) -> None:
    network = network_of(esx(vmk("vmk1"), vmk("vmk2", "10.0.43.1/24", netstack="vSphereProvisioning")))

    assert is_disruptive(step, network) is disruptive


def test_the_table_has_every_operation_and_every_operation_is_met() -> None:
    network = network_of(esx())
    steps: list[Step] = [
        creation("defaultTcpipStack"),
        creation("vmotion"),
        UpdateAdapter("vmk1", STATIC, 9000, StandardAttachment(STORAGE), RouteConfig()),
        UpdateAdapter("vmk0", STATIC, ipv6=Ipv6Change(auto=False, dhcp=False, add=(IPV6,))),
        RemoveAdapter("vmk1"),
        SelectService("vmk1", "vmotion"),
        DeselectService("vmk1", "vmotion"),
        UpdateNetstack("vmotion", RouteConfig(), DnsState(), 12000, route_changes=RouteChanges()),
        CreateNetstack("storage"),
        RemoveNetstack("storage"),
    ]

    assert set(DISRUPTION) == set(Operation)
    assert frozenset().union(*(operations(step, network) for step in steps)) == set(Operation)
