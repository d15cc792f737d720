"""What an object names must be there, once, and nobody else's; told under every policy, Observe too."""

from vmk_operator.api.reasons import AdvisoryReason, Reason
from vmk_operator.api.v1alpha1 import Advisory
from vmk_operator.model.host import is_custom
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


def require_netstack(case: DeclaredAdapter) -> Blocked | None:
    """Refuse a TCP/IP stack that the host does not have, and that no VmkNetstack is about to create.

    Source: DESIGN §3: only a VmkNetstack creates a custom stack.
    """
    stack = case.item.spec.netstack
    if case.coming.netstack(stack) is not None:
        return None
    if not is_custom(stack):
        return _refuse_unknown_stack(stack, case.scene)
    declaring = case.scene.netstack_owners.get(stack)
    if declaring is None:
        remedy = f"declare it by a VmkNetstack, which creates it, or name one that it has: {_known_stacks(case.scene)}"
    else:
        remedy = f"{declaring} declares it and does not create it now: see its conditions"
    return Blocked(Reason.NO_SUCH_NETSTACK, f"{case.scene.host.name} has no TCP/IP stack {stack!r}; {remedy}.")


def require_netstack_or_room(case: DeclaredNetstack) -> Blocked | None:
    """Refuse a TCP/IP stack that the host does not have, unless it is a custom one, which can be created.

    Source: reference/vsphere.md 1.2 (a host lists its system stacks even when they are unused) and 1.4.
    """
    stack, network = case.item.spec.netstack, case.scene.network
    if case.stack is not None:
        return None
    if not is_custom(stack):
        return _refuse_unknown_stack(stack, case.scene)
    devices = [adapter.device for adapter in network.adapters if adapter.netstack == stack]
    if not devices:
        return None
    return Blocked(
        Reason.NO_SUCH_NETSTACK,
        f"vCenter shows {' and '.join(devices)} of {case.scene.host.name} on the TCP/IP stack {stack!r}, but not the "
        "stack; look why on the host, because what is there already is not created.",
    )


def _refuse_unknown_stack(stack: str, scene: Scene) -> Blocked:
    return Blocked(
        Reason.NO_SUCH_NETSTACK,
        f"{scene.host.name} has no TCP/IP stack {stack!r}; declare one that it has: {_known_stacks(scene)}.",
    )


def _known_stacks(scene: Scene) -> str:
    return ", ".join(sorted(one.key for one in scene.network.netstacks)) or "none"


def require_port_group(case: DeclaredAdapter) -> Blocked | None:
    """Refuse a port group that the host does not have, or has more than once under that name.

    Source: reference/vsphere.md 2.3 (what an adapter may be attached to); DESIGN §3, identity: nothing is guessed.
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
    stack = case.item.spec.netstack
    owner = case.scene.netstack_owners.get(stack, case.item.key)
    if owner == case.item.key:
        return None
    return Blocked(
        Reason.CONFLICT,
        f"{owner} declares the TCP/IP stack {stack} of {case.scene.host.name} as well and is older; delete one of the "
        "two objects.",
    )


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
