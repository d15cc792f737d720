"""What all objects of one host are judged by: gathered once, the same for each of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from vmk_operator.api.v1alpha1 import Binding, VmkAdapter, VmkNetstack
from vmk_operator.model.host import AdapterState, HostState, NetworkState
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.precautions import NOT_ASKED, Precautions
from vmk_operator.planner.assignment import Assignment, Claim, assign
from vmk_operator.planner.intent import read_adapter
from vmk_operator.planner.moments import Seniority, unix_seconds
from vmk_operator.planner.overlaps import overlaps_of
from vmk_operator.planner.resolution import resolve_port_group
from vmk_operator.planner.snapshot import HostSnapshot, ManagedObject, Subject
from vmk_operator.planner.surroundings import Surroundings
from vmk_operator.planner.traits import Subnet
from vmk_operator.planner.verdict import Blocked


@dataclass(frozen=True, slots=True)
class Scene:
    """One observed host and who claims what on it."""

    host: HostState
    network: NetworkState
    claims: Mapping[ObjectKey, Claim]
    """Of the adapter objects, deleted ones included."""
    assignment: Assignment
    """Of the live adapter objects."""
    live_claims: tuple[Claim, ...]
    """Of the live adapter objects, the oldest first."""
    held: frozenset[ObjectKey]
    """Live objects that have an adapter."""
    netstack_owners: Mapping[str, ObjectKey]
    """Stack key to the live object that comes first for it."""
    surroundings: Surroundings
    overlaps: Mapping[str, tuple[tuple[AdapterState, Subnet], ...]]
    """Of the adapters that share a subnet with another one of their stack, by device."""
    precautions: Precautions
    here: Binding
    """To the host, without a device."""


def set_scene(snapshot: HostSnapshot, host: HostState, network: NetworkState) -> Scene:
    """Solve once what concerns several objects of *host*, which *snapshot* has with its *network*."""
    by_age = sorted(snapshot.subjects, key=lambda subject: seniority(subject.object))
    claims = {
        subject.object.key: _claim(subject, subject.object, host, network)
        for subject in by_age
        if isinstance(subject.object, VmkAdapter)
    }
    live = tuple(
        claims[subject.object.key]
        for subject in by_age
        if isinstance(subject.object, VmkAdapter) and not subject.object.metadata.deleting
    )
    owners: dict[str, ObjectKey] = {}
    for subject in by_age:
        if isinstance(subject.object, VmkNetstack) and not subject.object.metadata.deleting:
            owners.setdefault(subject.object.spec.netstack, subject.object.key)
    assignment = assign(live, host, network)
    held = frozenset(assignment.holders.values())
    around, overlaps = snapshot.surroundings, overlaps_of(network)
    precautions = NOT_ASKED if snapshot.precautions is None else snapshot.precautions
    here = Binding(host_id=host.ref.moid, host_uuid=host.uuid, host_name=host.name)
    return Scene(host, network, claims, assignment, live, held, owners, around, overlaps, precautions, here)


def seniority(item: ManagedObject) -> Seniority:
    """Rank an object: the smaller is the older."""
    return unix_seconds(item.metadata.creation_timestamp), item.metadata.uid


def _claim(subject: Subject, item: VmkAdapter, host: HostState, network: NetworkState) -> Claim:
    intent = read_adapter(item.spec)
    where = resolve_port_group(item.spec.port_group, network, host.name)
    return Claim(
        key=item.key,
        seniority=seniority(item),
        binding=subject.status.binding,
        intent=None if isinstance(intent, Blocked) else intent,
        attachment=None if isinstance(where, Blocked) else where,
    )
