"""A host in the inventory: what it is, what vCenter has seen of it, and the writes that come one after the other."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from vcenter_simulator.host.behaviour import Behaviour, DisconnectedConfig
from vcenter_simulator.host.options import HOST_OPTIONS, Changed, Definitions
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.requests import Surroundings
from vcenter_simulator.host.state import HostState
from vcenter_simulator.inventory.distributed import DistributedSwitch
from vcenter_simulator.inventory.plugging import plug
from vcenter_simulator.projection.options import OPTION_MANAGER
from vcenter_simulator.soap.dynamic_types import TYPE_MANAGER
from vcenter_simulator.soap.references import Reference
from vcenter_simulator.soap.reflection import EXECUTER


class Connection(StrEnum):
    """vCenter's connection to a host."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    NOT_RESPONDING = "notResponding"


Listener = Callable[["HostRecord", frozenset[str]], None]
"""Told which fields of a host vCenter sees anew: those of HostState, and ``connection``."""


class HostRecord:
    """One host.

    Args:
        state: what it has.
        reference: its managed object.
        network_system: its HostNetworkSystem.
        nic_manager: its HostVirtualNicManager.
        switches: the distributed switches by UUID.
        behaviour: the named switches.
        read_lag: seconds until vCenter sees a write by itself.
        listener: told about everything that vCenter sees.
    """

    def __init__(
        self,
        state: HostState,
        *,
        reference: Reference,
        network_system: Reference,
        nic_manager: Reference,
        switches: Mapping[str, DistributedSwitch],
        behaviour: Behaviour,
        read_lag: float,
        listener: Listener,
    ) -> None:
        self.actual = state
        self.seen = state
        self.reference = reference
        self.network_system = network_system
        self.nic_manager = nic_manager
        self.parent: Reference | None = None
        self.recent_tasks: tuple[Reference, ...] = ()
        self.connection = Connection.CONNECTED
        self.is_responding = True
        """Whether it could be connected."""
        self.behaviour = behaviour
        self.read_lag = read_lag
        self.writing = asyncio.Lock()
        """Held by the write under way: a host makes one change after the other."""
        self._switches = switches
        self._listener = listener
        self._written = 0
        self._published = 0

    @property
    def name(self) -> str:
        """The inventory name."""
        return self.actual.name

    @property
    def method_executer(self) -> Reference:
        """What runs the host's command line."""
        return Reference(EXECUTER, f"ManagedMethodExecuter-{self._number}")

    @property
    def type_manager(self) -> Reference:
        """What knows the host's own types."""
        return Reference(TYPE_MANAGER, f"DynamicTypeManager-{self._number}")

    @property
    def advanced_options(self) -> Reference:
        """Its advanced options."""
        return Reference(OPTION_MANAGER.kind_name, f"EsxHostAdvSettings-{self._number}")

    @property
    def vsan_system(self) -> Reference:
        """Its part in vSAN."""
        return Reference("HostVsanSystem", f"vsanSystem-{self._number}")

    @property
    def storage_system(self) -> Reference:
        """Its storage adapters."""
        return Reference("HostStorageSystem", f"storageSystem-{self._number}")

    @property
    def iscsi_manager(self) -> Reference:
        """What binds iSCSI to VMkernel adapters."""
        return Reference("IscsiManager", f"iscsiManager-{self._number}")

    @property
    def option_definitions(self) -> Definitions:
        """What advanced options there are."""
        return HOST_OPTIONS

    @property
    def options(self) -> Changed:
        """Those that are not as they come, as vCenter sees them."""
        return self.seen.options

    @property
    def _number(self) -> str:
        return self.reference.moid.removeprefix("host-")

    @property
    def switches(self) -> Mapping[str, DistributedSwitch]:
        """The distributed switches that there are now, by UUID."""
        return dict(self._switches)

    @property
    def surroundings(self) -> Surroundings:
        """What its rules need from outside."""
        return Surroundings({uuid: switch.facts for uuid, switch in self._switches.items()}, self.behaviour)

    @property
    def is_config_readable(self) -> bool:
        """Whether vCenter shows the configuration at all."""
        absent = self.behaviour.disconnected_config is DisconnectedConfig.ABSENT
        return self.connection is Connection.CONNECTED or not absent

    def check_connected(self) -> None:
        """Refuse a call to a host that vCenter does not reach."""
        if self.connection is Connection.NOT_RESPONDING:
            raise Refusal("HostNotReachable", f"The host {self.name} does not respond.")
        if self.connection is not Connection.CONNECTED:
            raise Refusal("HostNotConnected", f"The host {self.name} is {self.connection.value}.")

    def commit(self, new: HostState) -> None:
        """Make *new* the host's state; vCenter sees it when the read lag is over.

        Raises:
            Refusal: when a port that *new* asks for is not free; nothing has changed then.
        """
        self.actual = plug(self.actual, new, self._switches)
        self._written += 1
        if self.read_lag > 0:
            state, written = self.actual, self._written
            asyncio.get_running_loop().call_later(self.read_lag, self._publish, state, written)
        else:
            self.refresh()

    def commit_unseen(self, new: HostState) -> None:
        """Make *new* the host's state and tell vCenter nothing: the next write or refresh shows it.

        Raises:
            Refusal: as :meth:`commit`.
        """
        self.actual = plug(self.actual, new, self._switches)

    def refresh(self) -> None:
        """Show vCenter the host as it is, now."""
        self._written += 1
        self._publish(self.actual, self._written)

    def connect(self, connection: Connection) -> None:
        """Change vCenter's connection; a host that comes back is read anew."""
        # One that does not respond may still be disconnected, and does not respond then either.
        if connection is not Connection.DISCONNECTED:
            self.is_responding = connection is Connection.CONNECTED
        if connection is self.connection:
            return
        self.connection = connection
        changed = {"connection"}
        if self.behaviour.disconnected_config is DisconnectedConfig.ABSENT:
            changed |= set(HostState.__dataclass_fields__)
        self._listener(self, frozenset(changed))
        if connection is Connection.CONNECTED:
            self.refresh()

    def replace(self, state: HostState, connection: Connection) -> None:
        """Become another host, as vCenter sees at once."""
        self.actual = self.seen = state
        self.connection = connection
        self.is_responding = connection is not Connection.NOT_RESPONDING
        self._written += 1
        self._published = self._written

    def _publish(self, state: HostState, written: int) -> None:
        # A refresh has shown something newer, or vCenter can't see the host at all.
        if written <= self._published or self.connection is not Connection.CONNECTED:
            return
        self._published = written
        changed = frozenset(_changed_fields(self.seen, state))
        self.seen = state
        if changed:
            self._listener(self, changed)


def _changed_fields(old: HostState, new: HostState) -> Iterable[str]:
    return (name for name in HostState.__dataclass_fields__ if getattr(old, name) != getattr(new, name))
