"""What a spec asks for of a stack's DNS, in typed values."""

import re
from dataclasses import dataclass
from ipaddress import ip_address

from vmk_operator.api.v1alpha1 import Dns
from vmk_operator.model.host import DEFAULT_NETSTACK
from vmk_operator.planner.invalid_spec import invalid
from vmk_operator.planner.verdict import Blocked
from vmk_operator.planner.wording import NONE

_HOST_NAME = re.compile("[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class DnsIntent:
    """Desired DNS of a stack; ``None`` is not managed."""

    servers: tuple[str, ...] | None = None
    """Addresses in canonical form."""
    search_domains: tuple[str, ...] | None = None
    domain_name: str | None = None
    """Empty: exactly none."""
    host_name: str | None = None
    from_adapter: str | None = None
    """Name of a VmkAdapter, and then nothing else is managed."""


def read_dns(dns: Dns, netstack: str) -> DnsIntent | Blocked:
    """Convert the DNS of a VmkNetstack for the stack *netstack*."""
    by_hand = (dns.servers, dns.search_domains, dns.domain_name, dns.host_name)
    if dns.from_adapter is not None and any(one is not None for one in by_hand):
        return invalid("dns.fromAdapter", repr(dns.from_adapter), "declare it alone: the rest comes with the lease")
    servers = None if dns.servers is None else _read_servers(dns.servers)
    if isinstance(servers, Blocked):
        return servers
    if dns.host_name is not None:
        if netstack != DEFAULT_NETSTACK:
            return invalid("dns.hostName", repr(dns.host_name), f"declare it on {DEFAULT_NETSTACK} only")
        if not _HOST_NAME.fullmatch(dns.host_name):
            return invalid("dns.hostName", repr(dns.host_name), "use letters, digits and -, without a domain")
    return DnsIntent(
        servers=servers,
        search_domains=dns.search_domains,
        domain_name="" if dns.domain_name == NONE else dns.domain_name,
        host_name=dns.host_name,
        from_adapter=dns.from_adapter,
    )


def managed_dns_fields(dns: Dns | None) -> frozenset[str]:
    """Name the fields that are declared, whether their values make sense or not."""
    if dns is None:
        return frozenset()
    declared = {
        "dns.servers": dns.servers,
        "dns.searchDomains": dns.search_domains,
        "dns.domainName": dns.domain_name,
        "dns.hostName": dns.host_name,
        "dns.fromAdapter": dns.from_adapter,
    }
    return frozenset(field for field, value in declared.items() if value is not None)


def _read_servers(texts: tuple[str, ...]) -> tuple[str, ...] | Blocked:
    try:
        servers = tuple(str(ip_address(text)) for text in texts)
    except ValueError:
        return invalid("dns.servers", ", ".join(texts), "use IP addresses only")
    if len(set(servers)) != len(servers):
        return invalid("dns.servers", ", ".join(texts), "name each server once")
    return servers
