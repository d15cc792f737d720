"""Names of port groups to what vSphere knows them by, on one host."""

from collections.abc import Iterable

from vmk_operator.api.reasons import Reason
from vmk_operator.api.v1alpha1 import Distributed, Opaque, PortGroup
from vmk_operator.model.host import (
    Attachment,
    DistributedAttachment,
    NetworkState,
    OpaqueAttachment,
    StandardAttachment,
)
from vmk_operator.planner.verdict import Blocked


def resolve_port_group(port_group: PortGroup, network: NetworkState, host: str) -> Attachment | Blocked:
    """Find the declared port group on the host.

    Names are compared exactly: vSphere tells ``Backup`` from ``backup``.
    """
    if port_group.distributed is not None:
        return _resolve_distributed(port_group.distributed, network, host)
    if port_group.opaque is not None:
        return _resolve_opaque(port_group.opaque, network, host)
    if any(group.name == port_group.standard for group in network.standard_port_groups):
        return StandardAttachment(port_group.standard or "")
    return Blocked(
        Reason.NO_SUCH_PORT_GROUP,
        f"{host} has no standard port group {port_group.standard!r}; "
        f"create it there, or name one of: {_listed(group.name for group in network.standard_port_groups)}.",
    )


def _resolve_distributed(wanted: Distributed, network: NetworkState, host: str) -> Attachment | Blocked:
    switches = [switch for switch in network.distributed_switches if switch.name == wanted.switch]
    found = [
        DistributedAttachment(switch.uuid, group.key)
        for switch in switches
        for group in switch.port_groups
        if group.name == wanted.name
    ]
    if len(found) == 1:
        return found[0]
    if found:
        return Blocked(
            Reason.AMBIGUOUS,
            f"{host} has {len(found)} distributed port groups {wanted.switch}/{wanted.name}; "
            "give one of the switches or port groups another name.",
        )
    if not switches:
        return Blocked(
            Reason.NO_SUCH_PORT_GROUP,
            f"{host} is not a member of a distributed switch {wanted.switch!r}; "
            f"add it to the switch, or name one of: {_listed(switch.name for switch in network.distributed_switches)}.",
        )
    port_groups = (group.name for switch in switches for group in switch.port_groups)
    return Blocked(
        Reason.NO_SUCH_PORT_GROUP,
        f"The distributed switch {wanted.switch!r} of {host} has no port group {wanted.name!r}; "
        f"create it, or name one of: {_listed(port_groups)}.",
    )


def _resolve_opaque(wanted: Opaque, network: NetworkState, host: str) -> Attachment | Blocked:
    for known in network.opaque_networks:
        if known.network_id == wanted.id:
            return OpaqueAttachment(known.network_id, known.network_type)
    networks = (f"{known.network_id} ({known.name})" for known in network.opaque_networks)
    return Blocked(
        Reason.NO_SUCH_PORT_GROUP,
        f"{host} has no opaque network with the id {wanted.id!r}; let the system that manages it bring it to the host, "
        f"or give the id of one of: {_listed(networks)}.",
    )


def switch_mtu(attachment: Attachment | None, network: NetworkState) -> int | None:
    """Find the MTU of the switch behind *attachment*, in bytes; ``None``: unknown."""
    if isinstance(attachment, StandardAttachment):
        return next((g.mtu for g in network.standard_port_groups if g.name == attachment.port_group), None)
    if isinstance(attachment, DistributedAttachment):
        return next((s.mtu for s in network.distributed_switches if s.uuid == attachment.switch_uuid), None)
    return None


_MOST_LISTED = 8


def _listed(names: Iterable[str]) -> str:
    known = sorted(set(names))
    shown = ", ".join(known[:_MOST_LISTED])
    return f"{shown}, …" if len(known) > _MOST_LISTED else shown or "(there is none)"
