"""Services that can't be selected as declared."""

from vmk_operator.api.reasons import Reason
from vmk_operator.planner.case import AdapterCase
from vmk_operator.planner.verdict import Blocked
from vmk_operator.planner.vsan import TRAFFIC, whole_list

VSAN_SERVICES = frozenset({*TRAFFIC, "vsanExternal", "vsanReplication"})
"""No spec declares the last two: nothing says how they are changed (reference/vsphere.md 3.1)."""


def require_known_services(case: AdapterCase) -> Blocked | None:
    """Refuse a service that the host does not report: selecting it would never show.

    Source: reference/vsphere.md 3.1 (the types of netConfig differ by version).
    """
    known = frozenset(name for name, _ in case.network.services)
    missing = (case.intent.services or frozenset()) - known
    if not missing:
        return None
    return Blocked(
        Reason.NO_SUCH_SERVICE,
        f"{case.host.name} does not offer {', '.join(sorted(missing))}; "
        f"it offers {', '.join(sorted(known)) or 'none'}.",
    )


def leave_vsan(case: AdapterCase) -> Blocked | None:
    """Keep hands off those of vSAN's services that nobody can declare: nothing says how they are changed.

    Source: reference/vsphere.md 3.1 (API 9.0 and 9.1).
    """
    if case.adapter is None or case.intent.services is None or not case.differs("services"):
        return None
    changed = (case.intent.services ^ case.network.services_of(case.adapter.device)) & (VSAN_SERVICES - TRAFFIC.keys())
    if not changed:
        return None
    return Blocked(
        Reason.SYSTEM_OWNED,
        f"{', '.join(sorted(changed))} of {case.adapter.device} on {case.host.name} is changed by vSAN's own "
        "configuration only; change it there, or leave services undeclared.",
    )


def know_vsan_ports(case: AdapterCase) -> Blocked | None:
    """Refuse to change who carries vSAN where the list of all who do is not whole: who is left out loses vSAN.

    Source: reference/vsphere.md 3.2 (UpdateVsan_Task takes the whole list; networkInfo may be unset).
    """
    if case.adapter is None or case.intent.services is None or not case.differs("services"):
        return None
    changed = (case.intent.services ^ case.network.services_of(case.adapter.device)) & TRAFFIC.keys()
    if not changed or whole_list(case.network) is not None:
        return None
    listed = [port.device for port in case.network.vsan_ports or ()]
    carriers = [one.device for one in case.network.adapters if case.network.services_of(one.device) & TRAFFIC.keys()]
    return Blocked(
        Reason.VSAN_UNKNOWN,
        f"{', '.join(sorted(changed))} of {case.adapter.device} on {case.host.name} can't be changed: vSAN's own "
        f"configuration lists {', '.join(listed) or 'none'}, but the adapters that carry it are "
        f"{', '.join(carriers) or 'none'}, and who is left out of the list loses it; refresh the host's network in "
        "vCenter until the two agree, or change it there.",
    )
