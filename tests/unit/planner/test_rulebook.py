"""No rule without a row: whatever is registered has objected somewhere below, for every reason that it may give."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from ipaddress import IPv4Interface, IPv4Network
from typing import Any

import pytest

from unit.planner.builders import (
    BACKUP,
    FABRIC,
    GOLD,
    MANAGEMENT,
    STORAGE,
    SWITCH,
    adapter,
    bound,
    deleted,
    esx,
    forged,
    netstack,
    network_of,
    new,
    plan,
    six,
    stack,
    vmk,
)
from unit.planner.test_lockout import APPROVALS, REFUSED
from unit.planner.test_refusals import REFUSALS
from vmk_operator.model.host import HostState
from vmk_operator.model.identity import Kind, ObjectKey
from vmk_operator.planner import rulebook
from vmk_operator.planner.advice import advise_fleet
from vmk_operator.planner.fleet import Fleet, FleetCluster, Hosts
from vmk_operator.planner.rules.rule import Advice, Rule
from vmk_operator.planner.segments import ClusterPortGroup
from vmk_operator.planner.snapshot import Subject
from vmk_operator.planner.surroundings import Rival, Sighting, Surroundings, neighbourhood
from vmk_operator.planner.traits import (
    ServiceMtu,
    ServiceOffThere,
    ServiceStack,
    ServiceSubnets,
    ServiceWithoutGateway,
    Trait,
)

Heard = Mapping[str, Mapping[str, set[str]]]
"""Table to rule to the reasons that it gave."""

A, B = "10.0.40.11/24", "10.0.40.12/24"
ADDRESS, HERE = IPv4Interface(A).ip, ClusterPortGroup(GOLD.id, BACKUP)
CARRIER = vmk("vmk1", A, netstack="vmotion")
THEIRS = ObjectKey(Kind.ADAPTER, "infra", "theirs", "adapter-theirs")
FAR = ServiceSubnets("vmotion", "defaultTcpipStack", frozenset({IPv4Network("10.9.0.0/24")}))
NEIGHBOURS = Surroundings(
    neighbourhood=neighbourhood(
        "Gold", [FAR, ServiceMtu("vmotion", 9000), ServiceStack("vmotion", "defaultTcpipStack")]
    )
)
TABLES: dict[str, tuple[Rule[Any] | Advice[Any], ...]] = {
    name: table for name, table in vars(rulebook).items() if name.isupper() and isinstance(table, tuple)
}
REGISTERED = [(table, one) for table, entries in TABLES.items() for one in entries]


def name_of(one: Rule[Any] | Advice[Any]) -> str:
    return one.check.__name__ if isinstance(one, Rule) else one.advise.__name__


def leaving(address: str = A, **spec: Any) -> Any:
    return adapter("leaving", address, deletionPolicy="Delete", metadata=deleted(), **spec)


def two_switches_of_one_name() -> HostState:
    network = network_of(esx())
    twin = network.distributed_switches[0]
    return replace(esx(), network=replace(network, distributed_switches=(twin, replace(twin, uuid="another"))))


MORE_ROWS: list[tuple[HostState, *tuple[Subject, ...]]] = [
    # What an object names
    (esx(), new(forged(adapter(), ipv4="10.0.40.11"))),
    (esx(), new(adapter(address=A, netstack="vMotion"))),
    (esx(), new(adapter(address=A, on="backup-40"))),
    (two_switches_of_one_name(), new(adapter(address=A, on=(SWITCH, FABRIC)))),
    (esx(), new(adapter(address=A, adoptDevice="vmk9"))),
    (esx(vmk("vmk1", A)), new(adapter("old", A, age=9)), new(adapter("young", A))),
    (esx(vmk("vmk1"), vmk("vmk2")), new(adapter())),
    (esx(), new(forged(netstack(), gateway="none"))),
    (esx(), new(netstack("old", age=9)), new(netstack("young"))),
    (esx(), new(netstack(key="vMotion"))),
    # DNS from an adapter that does not use DHCP
    (
        esx(vmk("vmk1", A, netstack="vmotion")),
        new(netstack(dns={"fromAdapter": "uplink"})),
        bound(adapter("uplink", A, netstack="vmotion"), "vmk1"),
    ),
    # Two objects that would have one address: in one place, in two
    (esx(), new(adapter("old", A, age=9)), new(adapter("young", A))),
    (esx(), new(adapter("old", A, age=9)), new(adapter("young", A, on=STORAGE))),
    # Replacement
    (esx(vmk("vmk1", A, netstack="vmotion")), bound(adapter(), "vmk1")),
    (esx(vmk("vmk1", A, netstack="vmotion", on=None)), bound(adapter(), "vmk1")),
    # Removal
    (esx(vmk("vmk1", A, system_owned=True)), bound(leaving(), "vmk1")),
    (esx(), bound(leaving("10.0.10.11/24", on=MANAGEMENT), "vmk0")),
    (
        esx(stacks=[stack("storage", owner="NSX")]),
        new(netstack(key="storage", deletionPolicy="Delete", metadata=deleted())),
    ),
    # Advice
    (esx(vmk("vmk1", A), name="esx99.example.com"), bound(adapter(address=A), "vmk1"), new(netstack())),
    (esx(vmk("vmk1", A), vmk("vmk2", B, netstack="vmotion")), bound(adapter(services=["vmotion"]), "vmk1")),
    (
        esx(vmk("vmk1", A, dhcp=True, netstack="vmotion"), stacks=[stack("vmotion", gateway="10.0.40.1")]),
        new(netstack(gateway={"ipv4": "None"})),
    ),
    (
        esx(vmk("vmk1", A, netstack="vmotion", ipv6=six(auto=True)), stacks=[stack("vmotion", ipv6_gateway="fe80::1")]),
        new(netstack(gateway={"ipv6": "None"})),
    ),
    (
        esx(vmk("vmk1", A, netstack="vmotion"), stacks=[stack("vmotion", running_max_connections=500)]),
        new(netstack(maxConnections=11000)),
    ),
]

AROUND_ROWS: list[tuple[Surroundings, HostState, Subject]] = [
    (
        Surroundings(
            rivals={ADDRESS: (Rival(THEIRS, "esx02", (0, ""), ClusterPortGroup(GOLD.id, BACKUP), has_it=True),)}
        ),
        esx(),
        new(adapter(address=A)),
    ),
    (Surroundings(sightings={ADDRESS: (Sighting("esx02", "vmk1", None),)}), esx(), new(adapter(address=A))),
    (NEIGHBOURS, esx(CARRIER), bound(adapter(netstack="vmotion"), "vmk1")),
    (NEIGHBOURS, esx(CARRIER), new(netstack())),
]
"""Where it takes other hosts to object."""

ONE = Hosts(1, ("esx01",))
SEVERAL: dict[Trait, Hosts] = {
    ServiceStack("vmotion", "defaultTcpipStack"): ONE,
    ServiceStack("vmotion", "vmotion"): ONE,
    ServiceStack("vSphereProvisioning", "defaultTcpipStack"): ONE,
    ServiceOffThere("vmotion"): ONE,
    ServiceWithoutGateway("vmotion"): ONE,
    ServiceMtu("vmotion", 1500): ONE,
    ServiceMtu("vmotion", 9000): ONE,
    FAR: ONE,
    ServiceSubnets("vmotion", "vmotion", frozenset({IPv4Network("10.8.0.0/24")})): ONE,
}
FLEET = Fleet(traits=SEVERAL, clusters=(FleetCluster("Gold", SEVERAL),))


@pytest.fixture(scope="module")
def heard() -> Heard:
    """What the rules say when all rows are planned."""
    said: dict[str, dict[str, set[str]]] = {table: defaultdict(set) for table in TABLES}
    with pytest.MonkeyPatch.context() as patch:
        for table, entries in TABLES.items():
            patch.setattr(rulebook, table, tuple(_overheard(one, said[table][name_of(one)]) for one in entries))
        known = (*REFUSALS, *APPROVALS, *REFUSED)
        rows: list[Sequence[Any]] = [*(row.values[:2] for row in known), *MORE_ROWS]
        for host, *subjects in rows:
            plan(host, *subjects)
        for around, host, subject in AROUND_ROWS:
            plan(host, subject, around=around)
        advise_fleet(FLEET)
    return said


def _overheard(one: Rule[Any] | Advice[Any], said: set[str]) -> Rule[Any] | Advice[Any]:
    if isinstance(one, Advice):
        return replace(one, advise=_noted(one.advise, lambda advisories: {told.reason for told in advisories}, said))
    return replace(one, check=_noted(one.check, lambda refusal: set() if refusal is None else {refusal.reason}, said))


def _noted(rule: Callable[[Any], Any], reasons_in: Callable[[Any], set[str]], said: set[str]) -> Callable[[Any], Any]:
    def noted(case: Any) -> Any:
        answer = rule(case)
        said.update(reasons_in(answer))
        return answer

    return noted


@pytest.mark.parametrize(
    ("table", "one"), [pytest.param(table, one, id=f"{table} {name_of(one)}") for table, one in REGISTERED]
)
def test_a_rule_objects_for_exactly_the_reasons_that_it_is_registered_with(
    table: str, one: Rule[Any] | Advice[Any], heard: Heard
) -> None:
    registered = set(one.reasons) if isinstance(one, Rule) else {one.reason}

    assert heard[table][name_of(one)] == registered


def test_nothing_is_registered_twice_in_a_table() -> None:
    assert all(len(set(table)) == len(table) > 0 for table in TABLES.values())
