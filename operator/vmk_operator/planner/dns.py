"""A stack's DNS against what is declared: by hand, or from the DHCP lease of one adapter."""

from dataclasses import dataclass

from vmk_operator.model.host import AdapterState, DnsState
from vmk_operator.planner.assignment import Claim
from vmk_operator.planner.dns_intent import DnsIntent
from vmk_operator.planner.wording import NONE, list_text

DNS_FIELDS = ("dns.servers", "dns.searchDomains", "dns.domainName", "dns.hostName", "dns.fromAdapter")
ANY_ADAPTER = "DHCP of any adapter"


@dataclass(frozen=True, slots=True)
class DnsSource:
    """The VmkAdapter that ``dns.fromAdapter`` names."""

    name: str
    claim: Claim | None
    """``None``: the stack's namespace has no live VmkAdapter of that name for this host."""
    device: str | None
    """What the object has, or gets by this plan."""

    @property
    def text(self) -> str:
        """Name it as a value of the field."""
        return self.name if self.device is None else f"{self.name} ({self.device})"


def dns_texts(intent: DnsIntent, dns: DnsState, source: DnsSource | None) -> dict[str, tuple[str, str]]:
    """Hold every declared field against the stack, each as (desired, observed)."""
    if source is not None:
        return {"dns.fromAdapter": (source.text, source.text if _is_from(dns, source) else _origin_text(dns))}
    # What came with a lease may be the same values today: it is not what somebody configured.
    origin = " from DHCP" if dns.dhcp else ""
    texts: dict[str, tuple[str, str]] = {}
    if intent.servers is not None:
        texts["dns.servers"] = (list_text(intent.servers), list_text(dns.servers) + origin)
    if intent.search_domains is not None:
        texts["dns.searchDomains"] = (list_text(intent.search_domains), list_text(dns.search_domains) + origin)
    if intent.domain_name is not None:
        texts["dns.domainName"] = (intent.domain_name or NONE, (dns.domain_name or NONE) + origin)
    if intent.host_name is not None:
        texts["dns.hostName"] = (intent.host_name, (dns.host_name or NONE) + origin)
    return texts


def wanted_dns(intent: DnsIntent, present: DnsState, source: DnsSource | None) -> DnsState:
    """Merge what is declared with what is there: DNS is written as a whole (reference/vsphere.md 1.3)."""
    if source is not None:
        # Both names are required by the type, and ignored with DHCP.
        return DnsState(dhcp=True, device=source.device, host_name=present.host_name, domain_name=present.domain_name)
    return DnsState(
        host_name=present.host_name if intent.host_name is None else intent.host_name,
        domain_name=present.domain_name if intent.domain_name is None else intent.domain_name,
        servers=present.servers if intent.servers is None else intent.servers,
        search_domains=present.search_domains if intent.search_domains is None else intent.search_domains,
    )


def uses_dhcp(adapter: AdapterState) -> bool:
    """Tell whether a DHCP server gives an adapter an address, of either family."""
    return adapter.ipv4.dhcp or (adapter.ipv6 is not None and adapter.ipv6.dhcp)


def _is_from(dns: DnsState, source: DnsSource) -> bool:
    # Without a device of its own, IPv6 has its DNS from the same adapter.
    of_ipv6 = dns.ipv6_device if dns.ipv6_device is not None else dns.device
    return dns.dhcp and source.device is not None and dns.device == of_ipv6 == source.device


def _origin_text(dns: DnsState) -> str:
    if not dns.dhcp:
        return NONE
    device = dns.device if dns.device is not None else ANY_ADAPTER
    return device if dns.ipv6_device in (None, dns.device) else f"{device}, {dns.ipv6_device} for IPv6"
