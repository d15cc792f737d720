"""Dumped fleets as people would have written them: without what is as on a fresh host, and in the short forms."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from vcenter_simulator.fleet.base import Document
from vcenter_simulator.fleet.documents import FleetDocument
from vcenter_simulator.fleet.writing import write_adapter, write_netstack
from vcenter_simulator.host.state import DEFAULT_STACK, SYSTEM_STACKS, Adapter, Netstack, StandardAttachment

Plain = dict[str, Any]


def shortened(fleet: FleetDocument) -> Plain:
    """Return *fleet* in plain values; reading them gives the same fleet."""
    plain = _plain(fleet)
    for center in plain.get("datacenters", ()):
        for place in (center, *center.get("clusters", ())):
            for host in place.get("hosts", ()):
                _shorten(host)
    return plain


def _shorten(host: Plain) -> None:
    adapters, netstacks = host.get("adapters", {}), host.get("netstacks", {})
    for device, adapter in adapters.items():
        short = _without(adapter, _fresh_adapter())
        adapters[device] = short | {
            name: form(short[name]) for name, form in (("portGroup", _port_group), ("ipv4", _ipv4)) if name in short
        }
    for key, netstack in netstacks.items():
        netstacks[key] = _without(netstack, _fresh_netstack(key))


def _without(plain: Plain, fresh: Mapping[str, Any]) -> Plain:
    return {name: value for name, value in plain.items() if name not in fresh or value != fresh[name]}


def _port_group(place: Plain) -> Any:
    return place["standard"] if place.keys() == {"standard"} else place


def _ipv4(configuration: Plain) -> Any:
    if configuration == {"dhcp": True}:
        return "dhcp"
    return configuration["address"] if configuration.keys() == {"address"} else configuration


@cache
def _fresh_adapter() -> Plain:
    adapter = Adapter(device="vmk0", mac="00:00:00:00:00:00", attachment=StandardAttachment("any"))
    plain = _plain(write_adapter(adapter, {}))
    return {name: value for name, value in plain.items() if name not in {"mac", "portGroup"}}


@cache
def _fresh_netstack(key: str) -> Plain:
    if key not in SYSTEM_STACKS:
        return _plain(write_netstack(Netstack(key=key, name=key, in_kernel=True)))
    return _plain(write_netstack(Netstack(key=key, name=key if key == DEFAULT_STACK else "")))


def _plain(document: Document) -> Plain:
    return document.model_dump(mode="json", by_alias=True, exclude_defaults=True)
