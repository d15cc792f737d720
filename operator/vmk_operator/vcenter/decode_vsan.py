"""vSAN's configuration of a host's adapters, as XML, to types of ``model``. Pure.

Source: reference/vsphere.md 3.2.
"""

from lxml.etree import _Element as Element

from vmk_operator.model.host import VsanMulticast, VsanPort
from vmk_operator.vcenter.elements import child, optional_text, share, text_of
from vmk_operator.vcenter.envelope import VIM

DEFAULT_TRAFFIC = frozenset({"vsan"})
"""Of a port that names none."""


def vsan_ports(value: Element) -> tuple[VsanPort, ...]:
    """Decode ``config.vsanHostConfig.networkInfo.port``, ordered by number."""
    return share(tuple(sorted((_port(one) for one in value), key=lambda one: (len(one.device), one.device))))


def _port(port: Element) -> VsanPort:
    # Only the derived type VsanHostPortConfigEx has them.
    traffic = frozenset(one.text or "" for one in port.iterchildren(f"{VIM}trafficTypes"))
    return VsanPort(text_of(port, "device"), traffic or DEFAULT_TRAFFIC, _multicast(child(port, "ipConfig")))


def _multicast(config: Element | None) -> VsanMulticast | None:
    if config is None:
        return None
    return VsanMulticast(
        upstream=text_of(config, "upstreamIpAddress"),
        downstream=text_of(config, "downstreamIpAddress"),
        upstream_ipv6=optional_text(config, "upstreamIpV6Address"),
        downstream_ipv6=optional_text(config, "downstreamIpV6Address"),
    )
