"""The fleet that a simulator starts with: the world before anybody moved vMotion to a stack of its own."""

from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from vcenter_simulator.fleet.documents import FleetDocument

HOSTS_PER_SUBNET = 200

SWITCH = "DSwitch"


def default_fleet(hosts: int, clusters: int) -> FleetDocument:
    """Describe one datacenter with *hosts* hosts, spread over *clusters* clusters; without clusters they stand alone.

    Every host has vmk0 for management and vmk1 for vMotion on the default stack, two switches of its own, and a part
    in one distributed switch.
    """
    digits = max(2, len(str(hosts)))
    described = [_host(number, digits) for number in range(1, hosts + 1)]
    in_clusters = {
        f"Cluster-{number + 1}": described[hosts * number // clusters : hosts * (number + 1) // clusters]
        for number in range(clusters)
    }
    return FleetDocument.model_validate(
        {
            "datacenters": [
                {
                    "name": "Datacenter",
                    "distributedSwitches": [
                        {
                            "name": SWITCH,
                            "uuid": str(uuid5(NAMESPACE_DNS, SWITCH)),
                            "mtu": 9000,
                            "portGroups": {"dpg-vmotion": 40, "dpg-provisioning": 50, "dpg-backup": 60},
                        }
                    ],
                    "clusters": [{"name": name, "hosts": members} for name, members in in_clusters.items()],
                    "hosts": [] if clusters else described,
                }
            ]
        }
    )


def _host(number: int, digits: int) -> dict[str, Any]:
    short = f"esx{number:0{digits}d}"
    name = f"{short}.example.com"
    subnet, place = divmod(number - 1, HOSTS_PER_SUBNET)
    last = place + 11
    return {
        "name": name,
        "uuid": str(uuid5(NAMESPACE_DNS, name)),
        "pnics": {f"vmnic{nic}": f"b0:26:{number >> 8 & 255:02x}:{number & 255:02x}:00:{nic:02x}" for nic in range(6)},
        "switches": {
            "vSwitch0": {
                "mtu": 1500,
                "uplinks": ["vmnic0", "vmnic1"],
                "portGroups": {"Management Network": 0, "vMotion-Old": 20},
            },
            "vSwitch1": {
                "mtu": 9000,
                "uplinks": ["vmnic2", "vmnic3"],
                "portGroups": {"Storage-30": 30, "Backup-40": 40},
            },
        },
        "distributedSwitches": {SWITCH: ["vmnic4", "vmnic5"]},
        "netstacks": {
            "defaultTcpipStack": {
                "gateway": f"10.0.{subnet}.1",
                "dns": {
                    "hostName": short,
                    "domainName": "example.com",
                    "servers": ["10.0.0.2", "10.0.0.3"],
                    "searchDomains": ["example.com"],
                },
            }
        },
        "adapters": {
            "vmk0": {
                "mac": f"b0:26:{number >> 8 & 255:02x}:{number & 255:02x}:00:00",
                "portGroup": {"standard": "Management Network"},
                "ipv4": {"address": f"10.0.{subnet}.{last}/24"},
                "services": ["management"],
            },
            "vmk1": {
                "portGroup": {"standard": "vMotion-Old"},
                "ipv4": {"address": f"10.1.{subnet}.{last}/24"},
                "services": ["vmotion"],
            },
        },
    }
