"""Never cut a host off: what carries management, or might, is not touched.

The bluntest form: management is what the host's ``management`` service selects, and where that can't be told, every
adapter counts as carrying it. Source: reference/vsphere.md 6 (vmware 6.5 networking guide, rollback triggers).
"""

import enum
from collections.abc import Mapping

from vmk_operator.api.reasons import Reason
from vmk_operator.model.host import DEFAULT_NETSTACK, AdapterState, NetstackState, NetworkState
from vmk_operator.planner.case import AdapterCase, NetstackCase, RemovalCase
from vmk_operator.planner.verdict import Blocked

MANAGEMENT = "management"
_REMEDY = "Change it by hand in vCenter, or leave the field undeclared."


class Touch(enum.StrEnum):
    """What a plan would do, as far as the host's connection is concerned."""

    CHANGE_ADAPTER = "change any field of an adapter"
    REMOVE_ADAPTER = "remove an adapter"
    CHANGE_STACK = "change any field of a TCP/IP stack"


class Load(enum.StrEnum):
    """What the adapter or stack carries."""

    MANAGEMENT = "carries management"
    UNKNOWN = "may carry management: the host does not tell what does"
    OTHER = "carries no management"


class Protection(enum.StrEnum):
    """What becomes of the plan."""

    ALLOW = "Allow"
    REFUSE = "Refuse"


LOCKOUT: Mapping[tuple[Touch, Load], Protection] = {
    (Touch.CHANGE_ADAPTER, Load.MANAGEMENT): Protection.REFUSE,
    (Touch.CHANGE_ADAPTER, Load.UNKNOWN): Protection.REFUSE,
    (Touch.CHANGE_ADAPTER, Load.OTHER): Protection.ALLOW,
    (Touch.REMOVE_ADAPTER, Load.MANAGEMENT): Protection.REFUSE,
    (Touch.REMOVE_ADAPTER, Load.UNKNOWN): Protection.REFUSE,
    (Touch.REMOVE_ADAPTER, Load.OTHER): Protection.ALLOW,
    (Touch.CHANGE_STACK, Load.MANAGEMENT): Protection.REFUSE,
    (Touch.CHANGE_STACK, Load.UNKNOWN): Protection.REFUSE,
    (Touch.CHANGE_STACK, Load.OTHER): Protection.ALLOW,
}


def load_of_adapter(adapter: AdapterState, network: NetworkState) -> Load:
    """Tell whether an adapter carries management."""
    carriers = network.devices_with(MANAGEMENT)
    if adapter.device in carriers:
        return Load.MANAGEMENT
    # A device that does not exist, in a list that is older than the adapters, tells nothing.
    return Load.OTHER if any(one.device in carriers for one in network.adapters) else Load.UNKNOWN


def load_of_stack(stack: NetstackState) -> Load:
    """Tell whether management is routed by a stack: the default one counts as carrying it on every host."""
    return Load.MANAGEMENT if stack.key == DEFAULT_NETSTACK else Load.OTHER


def protect_management_adapter(case: AdapterCase) -> Blocked | None:
    """Refuse every change of an adapter that carries management, or of which that can't be told.

    Source: reference/vsphere.md 6: address, MTU, port group and removal of the management adapter cut a host off.
    """
    if case.adapter is None or not case.differences:
        return None
    load = load_of_adapter(case.adapter, case.network)
    if LOCKOUT[Touch.CHANGE_ADAPTER, load] is Protection.ALLOW:
        return None
    fields, risk = ", ".join(difference.field for difference in case.differences), _risk(case.adapter, load)
    return Blocked(
        Reason.LOCKOUT_PROTECTION,
        f"Changing {fields} of {case.adapter.device} on {case.host.name} is refused: {risk}, and a mistake would cut "
        f"the host off. {_REMEDY}",
    )


def protect_management_from_removal(case: RemovalCase) -> Blocked | None:
    """Refuse to remove an adapter that carries management, or of which that can't be told.

    Source: reference/vsphere.md 6: removing the management adapter cuts a host off.
    """
    load = load_of_adapter(case.adapter, case.network)
    if LOCKOUT[Touch.REMOVE_ADAPTER, load] is Protection.ALLOW:
        return None
    risk = _risk(case.adapter, load)
    return Blocked(
        Reason.LOCKOUT_PROTECTION,
        f"Removing {case.adapter.device} from {case.host.name} is refused: {risk}, and the host could be cut off. "
        "Remove it by hand in vCenter, or set deletionPolicy to Orphan to leave it.",
    )


def protect_default_stack(case: NetstackCase) -> Blocked | None:
    """Refuse every change of the default stack: management and vCenter's own connection are routed by it.

    Source: reference/vsphere.md 6 (routing changes trigger the rollback) and 1.3 (community.vmware issue 1120).
    """
    if not case.differences or LOCKOUT[Touch.CHANGE_STACK, load_of_stack(case.stack)] is Protection.ALLOW:
        return None
    fields = ", ".join(difference.field for difference in case.differences)
    return Blocked(
        Reason.LOCKOUT_PROTECTION,
        f"Changing {fields} of the default TCP/IP stack of {case.host.name} is refused: management is routed by it, "
        f"and a mistake would cut the host off. {_REMEDY}",
    )


def _risk(adapter: AdapterState, load: Load) -> str:
    if load is Load.MANAGEMENT:
        return f"{adapter.device} carries management"
    return "the host does not tell which adapter carries management"
