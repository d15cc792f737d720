"""Static routes as specs have them; the traps of CEL are those that ``addresses`` tells of."""

from ipaddress import ip_address, ip_network
from typing import Annotated

from pydantic import AfterValidator

from vmk_operator.api.base import SpecModel
from vmk_operator.api.bounds import AtMost
from vmk_operator.api.rules import Rule
from vmk_operator.api.v1alpha1.addresses import UNUSABLE, usable


def _is_network(text: str) -> str:
    ip_network(text)
    return text


def _is_router(text: str) -> str:
    ip_address(text)
    return text


RouteNetwork = Annotated[
    str,
    AtMost(64),
    AfterValidator(_is_network),
    Rule(
        "isCIDR(self)",
        "must be an IPv4 or IPv6 network with its prefix length, for example 10.9.0.0/16 or fd00:9::/48",
    ),
    Rule(
        "!isCIDR(self) || cidr(self).prefixLength() > 0",
        "must have a prefix length above 0: the default routes are set by gateway.ipv4 and gateway.ipv6",
    ),
    Rule("!isCIDR(self) || cidr(self) == cidr(self).masked()", "must be a network, without the bits of a host"),
    Rule(
        "!isCIDR(self) || cidr(self).ip().family() == 4 || "
        "!(cidr('fe80::/10').containsCIDR(cidr(self)) || cidr('ff00::/8').containsCIDR(cidr(self)))",
        "must not be link-local or multicast: the host makes the routes there itself",
    ),
]

RouteGateway = Annotated[
    str,
    AtMost(64),
    AfterValidator(_is_router),
    Rule("isIP(self)", "must be the address of a router, for example 10.0.40.254 or fd00:40::254"),
    Rule(
        f"!isIP(self) || (ip(self).family() == 4 ? {usable('ip(self)')} : "
        "ip(self).isGlobalUnicast() || ip(self).isLinkLocalUnicast())",
        UNUSABLE,
    ),
    Rule(
        # vim.host.IpRouteEntry.deviceName is ignored when it is written.
        "!isIP(self) || ip(self).family() == 4 || !ip(self).isLinkLocalUnicast()",
        "must not be link-local: such an address needs the adapter beside it, and vSphere takes none with a route",
    ),
]


class Route(SpecModel):
    """One static route."""

    rules = (
        Rule(
            "!isCIDR(self.network) || !isIP(self.gateway) || "
            "cidr(self.network).ip().family() == ip(self.gateway).family()",
            "must be of the same family as network: IPv4 with IPv4, IPv6 with IPv6",
            at=".gateway",
        ),
    )

    network: RouteNetwork
    """Network that is reached by it, for example 10.9.0.0/16 or fd00:9::/48."""
    gateway: RouteGateway
    """Address of the router, in the subnet of an adapter on the stack; not a link-local one, which needs the adapter
    beside it: vSphere takes none with a route."""


ONE_PER_NETWORK = Rule(
    "self.all(one, self.exists_one(other, other.network == one.network))", "must not have two routes to one network"
)
