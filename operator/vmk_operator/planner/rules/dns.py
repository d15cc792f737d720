"""A stack may have its DNS from the DHCP lease of one of its own adapters."""

from vmk_operator.api.reasons import Reason
from vmk_operator.planner.case import NetstackCase
from vmk_operator.planner.dns import uses_dhcp
from vmk_operator.planner.verdict import Blocked


def require_dns_adapter(case: NetstackCase) -> Blocked | None:
    """Refuse DNS from what is no adapter of this host and stack, or has not come into being.

    Source: reference/vsphere.md 4 (NotFound of UpdateDnsConfig: the adapter is missing) and 1.3.
    """
    source = case.dns_source
    if source is None:
        return None
    host, stack = case.host, case.stack
    if source.claim is None:
        return Blocked(
            Reason.NO_SUCH_ADAPTER,
            f"dns.fromAdapter is {source.name}, and the namespace of this object has no VmkAdapter of that name for "
            f"{host.name}; name one that declares an adapter of this host on the TCP/IP stack {stack.key}.",
        )
    adapter = case.dns_adapter
    declared = stack.key if source.claim.intent is None else source.claim.intent.netstack
    other = adapter.netstack if adapter is not None and adapter.netstack != stack.key else declared
    if other != stack.key:
        return Blocked(
            Reason.NO_SUCH_ADAPTER,
            f"dns.fromAdapter is {source.name}, whose adapter is on the TCP/IP stack {other} of {host.name}; name a "
            f"VmkAdapter of the stack {stack.key}.",
        )
    if adapter is None:
        return Blocked(
            Reason.NO_SUCH_ADAPTER,
            f"dns.fromAdapter is {source.name}, which has no adapter on {host.name}; the status of that VmkAdapter "
            "says why, or name another one.",
        )
    return None


def require_dhcp_for_dns(case: NetstackCase) -> Blocked | None:
    """Refuse DNS from an adapter that has its address from DHCP for neither IPv4 nor IPv6.

    Source: reference/vsphere.md 4 (InvalidArgument of UpdateDnsConfig: the named adapter does not use DHCP).
    """
    source, adapter = case.dns_source, case.dns_adapter
    if source is None or adapter is None or uses_dhcp(adapter):
        return None
    return Blocked(
        Reason.ADAPTER_WITHOUT_DHCP,
        f"dns.fromAdapter is {source.name}, and {adapter.device} on {case.host.name} does not use DHCP; set ipv4.mode "
        "of that VmkAdapter to DHCP, or declare dns.servers by hand.",
    )
