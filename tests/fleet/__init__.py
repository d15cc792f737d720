"""Manifests of a whole fleet, for the tests and benchmarks that need many hosts."""

from collections.abc import Iterator
from typing import Any

API_VERSION = "vmkernel.dev/v1alpha1"
OBJECTS_PER_HOST = 4
Manifest = dict[str, Any]


def host_names(count: int) -> list[str]:
    """Name the hosts as the simulator does."""
    digits = max(2, len(str(count)))
    return [f"esx{number:0{digits}d}.example.com" for number in range(1, count + 1)]


def dedicated_stacks(vcenter_name: str, namespace: str, hosts: list[str]) -> Iterator[Manifest]:
    """Declare a vMotion and a Provisioning stack with an adapter each, for every host: its number is its address."""
    for host in hosts:
        index = int(host.partition(".")[0].removeprefix("esx")) - 1
        for netstack, port_group, network in (
            ("vmotion", "dpg-vmotion", 1),
            ("vSphereProvisioning", "dpg-provisioning", 2),
        ):
            name = f"{host.partition('.')[0]}-{netstack.lower()}"
            placed = {"vcenter": vcenter_name, "host": host, "netstack": netstack}
            yield _object("VmkNetstack", namespace, name, placed | {"gateway": {"ipv4": f"10.{network}.0.1"}})
            yield _object(
                "VmkAdapter",
                namespace,
                name,
                placed
                | {
                    "portGroup": {"distributed": {"switch": "DSwitch", "name": port_group}},
                    "mtu": 9000,
                    "ipv4": {"mode": "Static", "address": f"10.{network}.{1 + index // 250}.{1 + index % 250}/16"},
                },
            )


def _object(kind: str, namespace: str, name: str, spec: Manifest) -> Manifest:
    return {
        "apiVersion": API_VERSION,
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }
