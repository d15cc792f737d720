"""What an object names must be there, once, and nobody else's; told under every policy, Observe too."""

from vmk_operator.api.reasons import AdvisoryReason, Reason
from vmk_operator.api.v1alpha1 import Advisory
from vmk_operator.planner.case import DeclaredAdapter, DeclaredNetstack
from vmk_operator.planner.intent import read_adapter
from vmk_operator.planner.resolution import resolve_port_group
from vmk_operator.planner.scene import Scene
from vmk_operator.planner.verdict import Blocked


def require_adapter_spec(case: DeclaredAdapter) -> Blocked | None:
    """Refuse a spec that makes no sense, which the API server should have refused.

    Source: reference/api.md, VmkAdapter: what is refused at apply.
    """
    if case.claim.intent is not None:
        return None
    # What the scene could not make sense of is read again for its sentence: that is rare.
    unread = read_adapter(case.item.spec)
    return unread if isinstance(unread, Blocked) else None


def require_adapters_netstack(case: DeclaredAdapter) -> Blocked | None:
    """Refuse an adapter on a TCP/IP stack that the host does not have: every host has its system stacks.

    Source: reference/vsphere.md 1.2.
    """
    return _require_netstack(case.item.spec.netstack, case.scene)


def require_port_group(case: DeclaredAdapter) -> Blocked | None:
    """Refuse a port group that the host does not have, or has more than once under that name.

    Source: reference/vsphere.md 2.3: the host must be a member of the distributed switch.
    """
    if case.claim.attachment is not None:
        return None
    where = resolve_port_group(case.item.spec.port_group, case.scene.network, case.scene.host.name)
    return where if isinstance(where, Blocked) else None


def mean_one_adapter(case: DeclaredAdapter) -> Blocked | None:
    """Refuse to guess which adapter is meant, and to let two objects have one.

    Source: DESIGN §3, identity: of several claimants the bound one stays, else the older; nothing is guessed.
    """
    return case.assigned if isinstance(case.assigned, Blocked) else None


def require_netstack_spec(case: DeclaredNetstack) -> Blocked | None:
    """Refuse a spec that makes no sense, which the API server should have refused.

    Source: reference/api.md, VmkNetstack: what is refused at apply.
    """
    return case.intent if isinstance(case.intent, Blocked) else None


def own_netstack(case: DeclaredNetstack) -> Blocked | None:
    """Refuse a second object for one TCP/IP stack of a host: the older has it.

    Source: DESIGN §3, identity.
    """
    key = case.item.spec.netstack
    owner = case.scene.netstack_owners.get(key, case.item.key)
    if owner == case.item.key:
        return None
    return Blocked(
        Reason.CONFLICT,
        f"{owner} declares the TCP/IP stack {key} of {case.scene.host.name} as well and is older; delete one of the "
        "two objects.",
    )


def require_netstack(case: DeclaredNetstack) -> Blocked | None:
    """Refuse a TCP/IP stack that the host does not have: every host has its system stacks.

    Source: reference/vsphere.md 1.2.
    """
    return _require_netstack(case.item.spec.netstack, case.scene)


def advise_renamed(case: DeclaredAdapter | DeclaredNetstack) -> tuple[Advisory, ...]:
    """Tell that the bound host has another name than the object says: the object still follows the hardware.

    Source: DESIGN §3, identity.
    """
    declared = case.item.spec.host
    if case.binding is None or declared.casefold() == case.binding.host_name.casefold():
        return ()
    renamed = case.binding.host_name
    return (
        Advisory(
            reason=AdvisoryReason.HOST_RENAMED,
            message=f"The host of this object was {declared} and is {renamed} now; set spec.host to {renamed}.",
        ),
    )


def _require_netstack(key: str, scene: Scene) -> Blocked | None:
    if scene.network.netstack(key) is not None:
        return None
    known = ", ".join(sorted(stack.key for stack in scene.network.netstacks)) or "none"
    return Blocked(
        Reason.NO_SUCH_NETSTACK, f"{scene.host.name} has no TCP/IP stack {key!r}; declare one that it has: {known}."
    )
