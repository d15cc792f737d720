"""Fleets of any size for our simulator, by one entry with ranges."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

_PLACES = ("Management Network", "vMotion-Old", "Storage-30", "dpg-backup")
_SERVICES: dict[str, list[str]] = {"vmk0": ["management"], "vmk1": ["vmotion"]}


def fleet_of(hosts: int, adapters: int) -> dict[str, Any]:
    """Describe as many hosts with up to four adapters each, vmk0 for management and vmk1 for vMotion."""
    host = {
        "name": f"esx[{1:05}:{hosts:05}].example.com",
        "switches": {
            "vSwitch0": {
                "uplinks": ["vmnic0", "vmnic1"],
                "portGroups": {"Management Network": 0, "vMotion-Old": 20, "Storage-30": 30},
            }
        },
        "distributedSwitches": {"DSwitch": ["vmnic2", "vmnic3"]},
        "netstacks": {"defaultTcpipStack": {"gateway": "10.0.255.254"}},
        "adapters": {f"vmk{number}": _adapter(number, hosts) for number in range(adapters)},
    }
    switch = {"name": "DSwitch", "portGroups": {"dpg-backup": 60}}
    clusters = [{"name": "Cluster-1", "hosts": [host]}]
    return {"datacenters": [{"name": "Datacenter", "distributedSwitches": [switch], "clusters": clusters}]}


def _adapter(number: int, hosts: int) -> dict[str, Any]:
    first = IPv4Address(f"10.{number}.0.1")
    return {
        "portGroup": _PLACES[number],
        "ipv4": f"[{first}:{first + hosts - 1}]/16",
        "services": _SERVICES.get(f"vmk{number}", []),
    }
