"""Where an adapter may go from where it is, and that what other systems own is theirs."""

from vmk_operator.api.reasons import Reason
from vmk_operator.api.v1alpha1 import ReplacementRequires
from vmk_operator.model.host import AdapterState, Attachment, NetstackState, NetworkState, OpaqueAttachment
from vmk_operator.planner.case import AdapterCase, NetstackCase, RemovalCase, StackRemovalCase
from vmk_operator.planner.verdict import Blocked, Risk


def replace_with_approval(case: AdapterCase) -> Risk | None:
    """Let nobody replace an adapter by one on another stack without approval, nor before what that requires holds.

    Source: reference/vsphere.md 2.2: netStackInstanceKey can't be changed; a move is a removal and a creation.
    """
    if case.adapter is None or not case.is_replacement:
        return None
    return Risk(
        Reason.WAITING_FOR_APPROVAL,
        f"{case.adapter.device} on {case.host.name} is on the TCP/IP stack {case.adapter.netstack} and has to be "
        f"removed and created anew on {case.intent.netstack}: its address is gone in between.",
        in_maintenance=case.intent.replacement_requires is ReplacementRequires.MAINTENANCE_MODE,
    )


def replace_only_what_can_be_put_back(case: AdapterCase) -> Blocked | None:
    """Refuse to replace an adapter that could not be created again as it was, if the new one fails.

    Source: DESIGN §4: the previous adapter is restored if the add fails; reference/vsphere.md 2.3.
    """
    if case.adapter is None or not case.is_replacement or case.adapter.attachment is not None:
        return None
    return Blocked(
        Reason.PORT_GROUP_UNKNOWN,
        f"{case.adapter.device} on {case.host.name} is on no port group that is known, so it could not be put back if "
        "the new adapter fails; move it to a port group in vCenter first.",
    )


def move_only_from_known_place(case: AdapterCase) -> Blocked | None:
    """Refuse to move an adapter away from where nobody can tell what it is connected to, or to whom that belongs.

    Source: reference/vsphere.md 2.3 (ports without a port group, opaque networks); DESIGN §1: unknown is an answer.
    """
    if case.adapter is None or not case.differs("portGroup") or _is_known(case.adapter.attachment, case.network):
        return None
    place = next(d.observed for d in case.differences if d.field == "portGroup")
    return Blocked(
        Reason.PORT_GROUP_UNKNOWN,
        f"{case.adapter.device} on {case.host.name} is on no port group or opaque network that the host knows "
        f"({place}), so what moving it would break can't be told; move it to the declared one in vCenter.",
    )


def leave_owned_adapter(case: AdapterCase) -> Blocked | None:
    """Keep hands off an adapter or a stack that another system configures.

    Source: reference/vsphere.md 2.2 (systemOwned) and 1.1 (owner).
    """
    stack = case.network.netstack(case.intent.netstack)
    if case.adapter is not None:
        refusal = _refuse_owned_adapter(case.adapter, case.host.name)
        if refusal is not None:
            return refusal
    return None if stack is None else _refuse_owned_stack(stack, case.host.name)


def leave_owned_stack(case: NetstackCase) -> Blocked | None:
    """Keep hands off a stack that another system configures.

    Source: reference/vsphere.md 1.1 (HostNetStackInstance.owner, 9.0).
    """
    return _refuse_owned_stack(case.stack, case.host.name)


def remove_no_owned_adapter(case: RemovalCase) -> Blocked | None:
    """Keep hands off an adapter that another system configures, when its object is deleted, too.

    Source: reference/vsphere.md 2.2 (systemOwned).
    """
    return _refuse_owned_adapter(case.adapter, case.host.name)


def _is_known(place: Attachment | None, network: NetworkState) -> bool:
    if isinstance(place, OpaqueAttachment):
        return any(one.network_id == place.network_id for one in network.opaque_networks)
    return place is not None


def remove_no_owned_stack(case: StackRemovalCase) -> Blocked | None:
    """Keep hands off a stack that another system configures, when its object is deleted, too.

    Source: reference/vsphere.md 1.1 (HostNetStackInstance.owner, 9.0).
    """
    return _refuse_owned_stack(case.stack, case.host.name)


def _refuse_owned_adapter(adapter: AdapterState, host: str) -> Blocked | None:
    if not adapter.system_owned:
        return None
    return Blocked(
        Reason.SYSTEM_OWNED,
        f"{adapter.device} on {host} is configured by another system (systemOwned), for example vSAN or NSX; change it "
        "there, and delete this object or set managementPolicy to Observe.",
    )


def _refuse_owned_stack(stack: NetstackState, host: str) -> Blocked | None:
    if stack.owner is None:
        return None
    return Blocked(
        Reason.SYSTEM_OWNED,
        f"The TCP/IP stack {stack.key} of {host} belongs to {stack.owner}; change it there, and delete this object or "
        "set managementPolicy to Observe.",
    )
