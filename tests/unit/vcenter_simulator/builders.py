"""Hosts and inventories in one line each; whatever a test does not name is unremarkable."""

from typing import Any

from vcenter_simulator.fleet.default import default_fleet
from vcenter_simulator.fleet.documents import FleetDocument
from vcenter_simulator.host.adapters import add_adapter, update_adapter
from vcenter_simulator.host.behaviour import Behaviour
from vcenter_simulator.host.equipment import Membership, PhysicalNic, PortGroup, StandardSwitch
from vcenter_simulator.host.requests import AdapterSpec, DistributedPort, DistributedSwitchFacts, Surroundings
from vcenter_simulator.host.services import select_adapter
from vcenter_simulator.host.state import HostState, Ipv4
from vcenter_simulator.inventory.changes import ChangeJournal
from vcenter_simulator.inventory.distributed import DistributedSwitch
from vcenter_simulator.inventory.tree import Inventory

NAME = "esx01.example.com"
"""The first host of every inventory."""
SWITCH = "switch-uuid"
MAC = "00:50:56:60:00:01"


def surroundings(**switches: Any) -> Surroundings:
    """Return the world around a host, with the named behaviours."""
    facts = DistributedSwitchFacts(SWITCH, "DSwitch", 9000, {"pg-1": "dpg-vmotion", "pg-2": "dpg-backup"})
    return Surroundings({SWITCH: facts}, Behaviour(**switches))


def empty_host() -> HostState:
    """Return a host with switches and without adapters."""
    return HostState(
        name="esx01.example.com",
        uuid="host-uuid",
        switches=(StandardSwitch("vSwitch0", 1500, ("vmnic0",)), StandardSwitch("vSwitch1", 9000)),
        portgroups=(
            PortGroup("Management Network", "vSwitch0"),
            PortGroup("Storage-30", "vSwitch1"),
            PortGroup("Backup-40", "vSwitch1"),
        ),
        memberships=(Membership(SWITCH, ("vmnic1",)),),
        pnics=(PhysicalNic("vmnic0", "b0:26:00:00:00:00"), PhysicalNic("vmnic1", "b0:26:00:00:00:01")),
    )


def ipv4(address: str, netmask: str = "255.255.255.0") -> Ipv4:
    """Return a static configuration."""
    return Ipv4(address=address, netmask=netmask)


def spec(**fields: Any) -> AdapterSpec:
    """Return a specification; without a place it means the port group Backup-40."""
    given = {"ipv4": ipv4("10.0.40.11")} | fields
    if "portgroup" not in given and "distributed" not in given:
        given["portgroup"] = "Backup-40"
    return AdapterSpec(**given)


def on_switch(portgroup: str = "pg-1") -> DistributedPort:
    """Return any port of a distributed port group."""
    return DistributedPort(SWITCH, portgroup)


def managed_host(**switches: Any) -> HostState:
    """Return a host whose vmk0 carries management."""
    wanted = AdapterSpec(portgroup="Management Network", ipv4=ipv4("10.0.0.11"))
    state, _ = add_adapter(empty_host(), wanted, surroundings(**switches), mac="b0:26:00:00:00:00")
    return select_adapter(state, "management", "vmk0", Behaviour(**switches))


def with_vmotion_stack(state: HostState, **switches: Any) -> HostState:
    """Return *state* with one more adapter, on the vMotion stack."""
    wanted = AdapterSpec(distributed=on_switch(), netstack="vmotion", ipv4=ipv4("10.0.50.11"))
    return add_adapter(state, wanted, surroundings(**switches), mac="00:50:56:60:00:09")[0]


def inventory(
    hosts: int = 2, *, read_lag: float = 0.0, fleet: FleetDocument | None = None, kept: int = 20_000, **switches: Any
) -> Inventory:
    """Return the inventory of a default fleet."""
    built = Inventory(ChangeJournal(kept), behaviour=Behaviour(**switches), read_lag=read_lag)
    built.load(fleet or default_fleet(hosts, 1))
    return built


def switch_of(tree: Inventory) -> DistributedSwitch:
    """Return the only distributed switch."""
    return next(iter(tree.switches.values()))


def config_of(tree: Inventory, moid: str) -> Any:
    """Return what a distributed switch or port group publishes as its configuration."""
    return tree.objects[moid].read("config")


def plug_in(tree: Inventory, portgroup: str, *addresses: str) -> None:
    """Give the first host an adapter for each address on a distributed port group."""
    record = tree.hosts[NAME]
    for address in addresses:
        wanted = spec(distributed=DistributedPort(switch_of(tree).uuid, portgroup), ipv4=ipv4(address))
        record.commit(add_adapter(record.actual, wanted, record.surroundings, mac=MAC)[0])


def grow(tree: Inventory, name: str = NAME, address: str = "10.0.40.11") -> None:
    """Give a host one adapter more."""
    record = tree.hosts[name]
    record.commit(add_adapter(record.actual, spec(ipv4=ipv4(address)), record.surroundings, mac=MAC)[0])


def set_mtu(tree: Inventory, mtu: int, device: str = "vmk1") -> None:
    """Change the MTU of an adapter of the first host."""
    record = tree.hosts[NAME]
    record.commit(update_adapter(record.actual, device, AdapterSpec(mtu=mtu), record.surroundings))
