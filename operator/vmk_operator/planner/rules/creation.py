"""What an adapter needs to come into being."""

from vmk_operator.api.reasons import Reason
from vmk_operator.planner.case import AdapterCase
from vmk_operator.planner.verdict import Blocked


def require_ip_configuration(case: AdapterCase) -> Blocked | None:
    """Refuse to create an adapter without a declared IP configuration.

    Source: reference/vsphere.md 2.1 (the IP configuration is required by AddVirtualNic).
    """
    ipv6 = case.intent.ipv6
    if (
        not case.is_creation
        or case.template is not None
        or case.intent.ipv4 is not None
        or (ipv6 is not None and ipv6.is_configuration)
    ):
        return None
    return Blocked(
        Reason.INCOMPLETE_FOR_CREATE,
        f"{case.host.name} has no adapter for this object, and none can be created without an IP configuration; set "
        "ipv4 or ipv6, or adoptDevice to take an existing adapter.",
    )
