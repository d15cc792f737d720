"""Services that can't be selected as declared."""

from vmk_operator.api.reasons import Reason
from vmk_operator.planner.case import AdapterCase
from vmk_operator.planner.verdict import Blocked

VSAN_SERVICES = frozenset({"vsan", "vsanWitness", "vsanExternal", "vsanReplication"})
"""Changed by ``UpdateVsan_Task`` only; the service manager answers NotSupported. Source: reference/vsphere.md 3.2."""


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
    """Keep hands off vSAN's services: vSAN's own configuration says which adapters carry them.

    Source: reference/vsphere.md 3.2.
    """
    if case.adapter is None or case.intent.services is None or not case.differs("services"):
        return None
    changed = (case.intent.services ^ case.network.services_of(case.adapter.device)) & VSAN_SERVICES
    if not changed:
        return None
    return Blocked(
        Reason.SYSTEM_OWNED,
        f"{', '.join(sorted(changed))} of {case.adapter.device} on {case.host.name} is changed by vSAN's own "
        "configuration only; change it there, or leave services undeclared.",
    )
