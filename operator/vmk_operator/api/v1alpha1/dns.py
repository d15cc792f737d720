"""DNS of a stack as specs have it."""

from typing import Annotated

from vmk_operator.api.base import SpecModel
from vmk_operator.api.bounds import AtMost
from vmk_operator.api.rules import Because, Rule
from vmk_operator.api.v1alpha1.addresses import NameServer
from vmk_operator.api.v1alpha1.words import AdapterName, DnsHostName, DomainName, SearchDomain
from vmk_operator.model.host import DEFAULT_NETSTACK

NO_TWO_ALIKE = Rule("self.all(one, self.exists_one(other, other == one))", "must not have an entry twice")


class Dns(SpecModel):
    """DNS client of the stack: by hand, which ends DNS from DHCP on this stack, or from the lease of one adapter."""

    rules = (
        Rule(
            "!has(self.fromAdapter) || "
            "!(has(self.servers) || has(self.searchDomains) || has(self.domainName) || has(self.hostName))",
            "can't be declared beside servers, searchDomains, domainName or hostName: with DHCP they all come with the "
            "lease",
            because=Because.FORBIDDEN,
            at=".fromAdapter",
        ),
    )

    servers: Annotated[tuple[NameServer, ...], AtMost(8), NO_TWO_ALIKE] | None = None
    """Addresses of the DNS servers, in the order in which they are asked; [] is none."""
    search_domains: Annotated[tuple[SearchDomain, ...], AtMost(16), NO_TWO_ALIKE] | None = None
    """Domains in which short names are looked up, in this order; [] is none."""
    domain_name: DomainName | None = None
    """Domain of the stack, or None for exactly no domain."""
    host_name: DnsHostName | None = None
    """Name of the host without its domain, for example esx01. On the default stack only. The host's name in vCenter's
    inventory is another thing and stays."""
    from_adapter: AdapterName | None = None
    """Name of a VmkAdapter of this namespace that declares an adapter of this host and stack with DHCP: the stack has
    its DNS from that adapter's lease. Source: vim.host.DnsConfig.dhcp and virtualNicDevice."""


HOST_NAME_ON_DEFAULT_STACK = Rule(
    f"self.netstack == '{DEFAULT_NETSTACK}' || !has(self.dns) || !has(self.dns.hostName)",
    f"can be declared on {DEFAULT_NETSTACK} only: it is the name of the whole host",
    because=Because.FORBIDDEN,
    at=".dns.hostName",
)
