"""IPv6 of one adapter: what it has, what it shall have, and what is sent for that."""

from vmk_operator.model.host import AdapterState, Ipv6State, NetworkState
from vmk_operator.model.step import Ipv6Change
from vmk_operator.planner.ipv6_intent import Ipv6Intent
from vmk_operator.planner.wording import UNKNOWN, flag_text, gateway_text, ipv6_addresses_text

CONFIGURATION_FIELDS = ("ipv6.acceptRouterAdvertisements", "ipv6.dhcp", "ipv6.addresses")
"""Where addresses come from: written together."""
NOTHING = Ipv6State(auto=False, dhcp=False)
"""Neither switch, and no address by hand."""


def present_ipv6(adapter: AdapterState | None, network: NetworkState) -> Ipv6State | None:
    """Give what *adapter* is set to; nothing at all for one to come and where IPv6 is off; ``None``: unknown."""
    if adapter is None or (adapter.ipv6 is None and network.ipv6_enabled is False):
        return NOTHING
    return adapter.ipv6


def wanted_ipv6(declared: Ipv6Intent | None, present: Ipv6State | None) -> Ipv6State | None:
    """Merge what is declared with what is there; ``None``: what is there is unknown."""
    if present is None or declared is None:
        return present
    return Ipv6State(
        auto=present.auto if declared.auto is None else declared.auto,
        dhcp=present.dhcp if declared.dhcp is None else declared.dhcp,
        addresses=present.addresses if declared.addresses is None else declared.addresses,
    )


def ipv6_texts(declared: Ipv6Intent, adapter: AdapterState, network: NetworkState) -> dict[str, tuple[str, str]]:
    """Hold every declared field against the adapter, each as (desired, observed)."""
    present = present_ipv6(adapter, network)
    texts: dict[str, tuple[str, str]] = {}
    if declared.auto is not None:
        seen = UNKNOWN if present is None else flag_text(present.auto)
        texts["ipv6.acceptRouterAdvertisements"] = (flag_text(declared.auto), seen)
    if declared.dhcp is not None:
        seen = UNKNOWN if present is None else flag_text(present.dhcp)
        texts["ipv6.dhcp"] = (flag_text(declared.dhcp), seen)
    if declared.addresses is not None:
        seen = UNKNOWN if present is None else ipv6_addresses_text(present.addresses)
        texts["ipv6.addresses"] = (ipv6_addresses_text(declared.addresses), seen)
    if declared.gateway is not None:
        texts["ipv6.gateway"] = (str(declared.gateway), gateway_text(adapter.routes.ipv6_gateway))
    return texts


def declared_texts(declared: Ipv6Intent) -> dict[str, str]:
    """Name every value that a new adapter is given."""
    texts: dict[str, str] = {}
    if declared.auto is not None:
        texts["ipv6.acceptRouterAdvertisements"] = flag_text(declared.auto)
    if declared.dhcp is not None:
        texts["ipv6.dhcp"] = flag_text(declared.dhcp)
    if declared.addresses is not None:
        texts["ipv6.addresses"] = ipv6_addresses_text(declared.addresses)
    return texts


def initial_ipv6(declared: Ipv6Intent | None, network: NetworkState) -> Ipv6Change | None:
    """Give what a new adapter is created with; ``None``: nothing is to be said about IPv6."""
    if declared is None or not declared.is_configuration or network.ipv6_enabled is False:
        return None
    return Ipv6Change(declared.auto, declared.dhcp, add=declared.addresses or ())


def ipv6_change(present: Ipv6State, wanted: Ipv6State) -> Ipv6Change:
    """Give what makes *present* as *wanted*."""
    return Ipv6Change(
        wanted.auto,
        wanted.dhcp,
        add=tuple(one for one in wanted.addresses if one not in present.addresses),
        remove=tuple(one for one in present.addresses if one not in wanted.addresses),
    )
