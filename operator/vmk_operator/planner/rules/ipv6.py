"""IPv6 is switched on or off for a whole host, by a restart."""

from ipaddress import IPv6Network

from vmk_operator.api.reasons import Reason
from vmk_operator.planner.case import AdapterCase, NetstackCase
from vmk_operator.planner.ipv6 import CONFIGURATION_FIELDS
from vmk_operator.planner.verdict import Blocked


def require_ipv6(case: AdapterCase) -> Blocked | None:
    """Refuse IPv6 on a host where it is switched off, and to change what the host does not tell.

    Source: reference/vsphere.md 2.5 (InvalidState) and 1.1 (ipV6Enabled needs a restart).
    """
    declared = case.intent.ipv6
    if declared is None or not (case.is_creation or case.differs(*CONFIGURATION_FIELDS, "ipv6.gateway")):
        return None
    if case.network.ipv6_enabled is False and declared.needs_ipv6:
        return _refuse_ipv6(case.host.name)
    if case.present_ipv6 is None and case.adapter is not None and case.differs(*CONFIGURATION_FIELDS):
        return Blocked(
            Reason.IPV6_UNAVAILABLE,
            f"{case.host.name} does not tell what the IPv6 of {case.adapter.device} is set to, so it can't be changed "
            "safely; look whether IPv6 is on for the host, or leave ipv6 undeclared.",
        )
    return None


def require_ipv6_for_routing(case: NetstackCase) -> Blocked | None:
    """Refuse an IPv6 gateway or route on a host where IPv6 is switched off.

    Source: reference/vsphere.md 1.1 (ipV6Enabled needs a restart).
    """
    if case.final.ipv6_enabled is not False:
        return None
    leads_by_ipv6 = any(isinstance(one.network, IPv6Network) for one in case.route_changes.add)
    if case.new_ipv6_gateway is None and not leads_by_ipv6:
        return None
    return _refuse_ipv6(case.host.name)


def _refuse_ipv6(host: str) -> Blocked:
    return Blocked(
        Reason.IPV6_UNAVAILABLE,
        f"IPv6 is switched off on {host}; switch it on there and restart the host, or leave ipv6 undeclared.",
    )
