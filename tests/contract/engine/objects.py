"""The objects of the scenarios, on the hosts of the simulator's default fleet."""

from typing import Any

from unit.planner.builders import adapter, netstack
from vmk_operator.planner.snapshot import ManagedObject

HOSTS = ("esx01.example.com", "esx02.example.com")
ESX01, ESX02 = HOSTS


def vmotion_stack(
    number: int, gateway: str = "10.0.50.1", ipv6_gateway: str | None = None, **spec: Any
) -> ManagedObject:
    """The dedicated vMotion stack of esx<number>."""
    return netstack(
        f"vmotion-stack-{number}",
        host=HOSTS[number - 1],
        gateway={"ipv4": gateway, "ipv6": ipv6_gateway},
        congestionControl="cubic",
        maxConnections=12000,
        **spec,
    )


def vmotion(number: int, *, mtu: int = 9000, **spec: Any) -> ManagedObject:
    """An adapter on it, on the distributed switch; deleted with its object."""
    return adapter(
        f"vmotion-{number}",
        f"10.0.50.1{number}/24",
        host=HOSTS[number - 1],
        on=("DSwitch", "dpg-vmotion"),
        netstack="vmotion",
        mtu=mtu,
        deletionPolicy="Delete",
        **spec,
    )


def backup(number: int, address: str | None = None, *, name: str | None = None, **spec: Any) -> ManagedObject:
    """An adapter on the default stack and a standard port group; it stays when its object is deleted."""
    return adapter(
        name or f"backup-{number}",
        address or f"10.0.40.1{number}/24",
        host=HOSTS[number - 1],
        **{"on": "Backup-40", "services": [], **spec},
    )


def storage_stack(name: str = "storage", **spec: Any) -> ManagedObject:
    """A custom stack of esx01; deleted with its object."""
    return netstack(
        name,
        key="storage",
        host=ESX01,
        **{"gateway": {"ipv4": "10.0.30.1"}, "congestionControl": "cubic", "deletionPolicy": "Delete", **spec},
    )


def storage_port(**spec: Any) -> ManagedObject:
    """The adapter on it; deleted with its object."""
    return adapter(
        "storage-port",
        "10.0.30.11/24",
        host=ESX01,
        on="Storage-30",
        netstack="storage",
        **{"deletionPolicy": "Delete", **spec},
    )
