"""How values and things are named in ``status``, in sentences and in the log: one canonical text for each."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Interface

from vmk_operator.api.v1alpha1 import PortGroup
from vmk_operator.model.host import (
    Attachment,
    DistributedAttachment,
    DistributedSwitch,
    Ipv4State,
    Ipv6State,
    NetworkState,
    StandardAttachment,
)

NONE = "None"
"""The word for *exactly nothing*, as in ``gateway.ipv4: None``."""
UNKNOWN = "unknown"
PRESENT = "present"
"""Desired value of the field ``device`` before there ever was one."""
ABSENT = "absent"
LONGEST_VALUE = 256
"""Characters; what a status keeps of a value. Values are compared as a status keeps them."""


def clip(text: str) -> str:
    """Cut a value as the status models do."""
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def ipv4_text(ipv4: Ipv4State) -> str:
    """Name an IPv4 configuration as a whole."""
    return f"DHCP {address_text(ipv4)}" if ipv4.dhcp else address_text(ipv4)


def mode_text(ipv4: Ipv4State) -> str:
    """Name where an address comes from, as ``ipv4.mode`` does."""
    if ipv4.dhcp:
        return "DHCP"
    return NONE if ipv4.address is None else "Static"


def address_text(ipv4: Ipv4State) -> str:
    """Name the address that is there, as ``ipv4.address`` does, wherever it comes from."""
    return NONE if ipv4.address is None else str(ipv4.address)


def ipv6_text(ipv6: Ipv6State) -> str:
    """Name an IPv6 configuration as a whole, but for what comes from the network."""
    return f"auto {flag_text(ipv6.auto)} dhcp {flag_text(ipv6.dhcp)} {ipv6_addresses_text(ipv6.addresses)}"


def ipv6_addresses_text(addresses: Iterable[IPv6Interface]) -> str:
    """Name IPv6 addresses as ``ipv6.addresses`` does, in the order in which they are given."""
    return list_text(str(one) for one in addresses)


def flag_text(flag: bool) -> str:  # noqa: FBT001 - the value that is named
    """Name a switch as YAML does."""
    return "true" if flag else "false"


def gateway_text(gateway: IPv4Address | IPv6Address | None) -> str:
    """Name a default gateway as ``gateway.ipv4`` and ``ipv4.gateway`` do."""
    return NONE if gateway is None else str(gateway)


def services_text(services: Iterable[str]) -> str:
    """Name a set of services, in one order."""
    return ", ".join(sorted(services)) or NONE


def list_text(values: Iterable[str]) -> str:
    """Name a list whose order counts."""
    return ", ".join(values) or NONE


def value_text(value: int | str | None) -> str:
    """Name a plain setting that the host may not report."""
    return UNKNOWN if value is None else str(value)


def port_group_text(port_group: PortGroup) -> str:
    """Name a declared port group: its name, or switch/name, or the id of an opaque network."""
    if port_group.distributed is not None:
        return f"{port_group.distributed.switch}/{port_group.distributed.name}"
    if port_group.opaque is not None:
        return opaque_text(port_group.opaque.id)
    return port_group.standard or NONE


def attachment_text(attachment: Attachment | None, network: NetworkState) -> str:
    """Name where an adapter is plugged in, as ``port_group_text`` does where the names are known."""
    if attachment is None:
        return UNKNOWN
    if isinstance(attachment, StandardAttachment):
        return attachment.port_group
    if isinstance(attachment, DistributedAttachment):
        return _distributed_text(attachment, network.distributed_switches)
    return opaque_text(attachment.network_id)


def opaque_text(network_id: str) -> str:
    """Name a network that another system manages."""
    return f"opaque network {network_id}"


def _distributed_text(attachment: DistributedAttachment, switches: tuple[DistributedSwitch, ...]) -> str:
    for switch in switches:
        if switch.uuid == attachment.switch_uuid:
            names = (group.name for group in switch.port_groups if group.key == attachment.port_group_key)
            return f"{switch.name}/{next(names, attachment.port_group_key)}"
    return f"{attachment.switch_uuid}/{attachment.port_group_key}"
