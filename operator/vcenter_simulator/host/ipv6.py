"""The rules about an adapter's IPv6: addresses come and go one by one, each with an operation of its own."""

from dataclasses import replace
from ipaddress import IPv6Interface

from vcenter_simulator.host.behaviour import Behaviour, Choice
from vcenter_simulator.host.leases import learned_addresses
from vcenter_simulator.host.refusals import config_fault, invalid_argument, invalid_state
from vcenter_simulator.host.requests import Ipv6Change, Ipv6Spec
from vcenter_simulator.host.state import Adapter, HostState, Ipv6

PARAMETER = "nic.ip.ipV6Config.ipV6Address"

NOT_BY_HAND = frozenset({"other", "linklayer", "dhcp", "random"})
"""The origins of what an adapter has by itself: sent back, they ask for nothing."""


def configured_ipv6(state: HostState, adapter: Adapter, sent: Ipv6Spec, behaviour: Behaviour) -> Adapter:
    """Return *adapter* with what *sent* asks for; what it leaves out stays.

    Raises:
        Refusal: InvalidState on a host without IPv6, InvalidArgument for an address that no adapter can have, one to
            remove that is not there, or an unknown operation.
    """
    present = adapter.ipv6
    wanted = Ipv6(
        auto=present.auto if sent.auto is None else sent.auto,
        dhcp=present.dhcp if sent.dhcp is None else sent.dhcp,
        addresses=present.addresses,
    )
    adapter = replace(adapter, ipv6=wanted)
    for change in sent.changes:
        adapter = _changed(adapter, change, behaviour)
    if not state.ipv6_enabled and adapter.ipv6 != Ipv6():
        raise invalid_state("The host has IPv6 switched off.")
    return adapter


def check_unique_ipv6(state: HostState, adapter: Adapter) -> None:
    """Refuse an address that another adapter of the host has."""
    own = {IPv6Interface(one).ip for one in adapter.ipv6.addresses}
    for other in state.adapters:
        if other.device == adapter.device:
            continue
        for one in other.ipv6.addresses:
            if IPv6Interface(one).ip in own:
                raise config_fault(f"The address {IPv6Interface(one).ip} is already in use by {other.device}.")


def _changed(adapter: Adapter, change: Ipv6Change, behaviour: Behaviour) -> Adapter:
    address = _checked(change.address)
    by_hand = tuple(IPv6Interface(one) for one in adapter.ipv6.addresses)
    others = tuple(str(one) for one in by_hand if one.ip != address.ip)
    if change.operation == "remove":
        if address.ip not in {one.ip for one in by_hand}:
            raise invalid_argument(PARAMETER, f"{adapter.device} has no address {address.ip} that was given by hand.")
        return replace(adapter, ipv6=replace(adapter.ipv6, addresses=others))
    if change.operation not in (None, "add"):
        raise invalid_argument(f"{PARAMETER}.operation", f"'{change.operation}' is neither 'add' nor 'remove'.")
    if change.operation is None and not _asks_for_something(adapter, address, change, behaviour):
        return adapter
    if not _is_assignable(address):
        raise invalid_argument(PARAMETER, f"{address} is not the address of a host.")
    kept = tuple(str(one) for one in by_hand)
    added = kept if address in by_hand else (*others, str(address))
    return replace(adapter, ipv6=replace(adapter.ipv6, addresses=added))


def _asks_for_something(adapter: Adapter, address: IPv6Interface, change: Ipv6Change, behaviour: Behaviour) -> bool:
    if behaviour.ipv6_without_operation is Choice.REFUSE or change.origin in NOT_BY_HAND:
        return False
    return address.ip not in {one.ip for one in learned_addresses(adapter)}


def _is_assignable(address: IPv6Interface) -> bool:
    ip = address.ip
    return not (ip.is_multicast or ip.is_unspecified or ip.is_loopback) and address.network.prefixlen > 0


def _checked(text: str) -> IPv6Interface:
    try:
        return IPv6Interface(text)
    except ValueError as error:
        raise invalid_argument(PARAMETER, f"'{text}' is not an IPv6 address with a prefix length.") from error
