"""Which objects belong to which host: the keys of the queue, and what is judged under each."""

from collections.abc import Iterable
from dataclasses import dataclass

from vmk_operator.engine.ports import DesiredView, Inventory
from vmk_operator.model.host import HostState
from vmk_operator.model.identity import HostRef, ObjectKey
from vmk_operator.planner.snapshot import ManagedObject


@dataclass(frozen=True, slots=True)
class NamedHost:
    """A host that is known by what objects say only. Work on it can write status, never to a host."""

    name: str
    """In lower case, as inventory names are compared."""
    host_id: str | None
    """The id in the binding of the objects, if they have one."""


SiteKey = HostRef | NamedHost


class Placement:
    """Finds the objects of a host and the host of an object, within one vCenter."""

    def __init__(self, *, vcenter: str, desired: DesiredView) -> None:
        """Remember nothing yet; *vcenter* is the name of the VCenter object."""
        self._vcenter = vcenter
        self._desired = desired
        self._strays: dict[str, set[str]] = {}
        self._judged: dict[SiteKey, frozenset[ObjectKey]] = {}
        self._waiting: dict[str, set[NamedHost]] = {}

    def everything(self) -> set[SiteKey]:
        """Name every key that has objects, or had some when last judged."""
        named: set[SiteKey] = {named_host(subject) for subject in self._desired.of_vcenter(self._vcenter)}
        return named | self._judged.keys()

    def leaving(self) -> set[NamedHost]:
        """Name the keys of the objects that are being deleted."""
        things = self._desired.of_vcenter(self._vcenter)
        return {named_host(thing) for thing in things if thing.metadata.deleting}

    def resolve(self, key: NamedHost, inventory: Inventory, instance_uuid: str) -> HostRef | None:
        """Find the host that a name means; a binding goes before a name. ``None``: the inventory has none."""
        if key.host_id is not None:
            bound = inventory.host(HostRef(instance_uuid, key.host_id))
            if bound is not None:
                return bound.ref
        found = inventory.find(key.name)
        if found is None:
            return None
        if key.host_id is not None:
            # Bound to an id that is gone: the host was removed and added again. The planner looks at its UUID.
            self._strays.setdefault(key.name, set()).add(key.host_id)
        return found.ref

    def objects_of(self, host: HostState) -> tuple[ManagedObject, ...]:
        """Collect the objects of *host*, those with a binding to a former id of it included."""
        found = {s.key: s for s in self._desired.on_host(self._vcenter, name=host.name, host_id=host.ref.moid)}
        for host_id in self._strays.get(host.name.lower(), ()):
            found.update((s.key, s) for s in self._desired.on_host(self._vcenter, name=host.name, host_id=host_id))
        return tuple(found.values())

    def objects_named(self, key: NamedHost) -> tuple[ManagedObject, ...]:
        """Collect the objects of a name that no host has."""
        return self._desired.on_host(self._vcenter, name=key.name, host_id=key.host_id)

    def hand_over(self, key: NamedHost, host: HostRef) -> None:
        """Expect the objects of a name on the host it was resolved to.

        Should the host have another name when it is looked at, they are missed there and looked for again.
        """
        coming = self.judged(key, ()).union(subject.key for subject in self.objects_named(key))
        self._judged[host] = self._judged.get(host, frozenset()) | coming

    def waiting_for(self, name: str) -> tuple[NamedHost, ...]:
        """Name the keys of objects that were judged without a host of that name."""
        return tuple(self._waiting.get(name.lower(), ()))

    def judged(self, key: SiteKey, objects: Iterable[ManagedObject]) -> frozenset[ObjectKey]:
        """Remember what was judged under *key*; answer what was there the last time and is not any more."""
        now = frozenset(subject.key for subject in objects)
        before = self._judged.pop(key, frozenset())
        if now:
            self._judged[key] = now
        if isinstance(key, NamedHost):
            self._note_waiting(key, waits=bool(now))
        return before - now

    def clear(self) -> frozenset[ObjectKey]:
        """Forget everything, and answer which objects that concerned."""
        judged = frozenset[ObjectKey]().union(*self._judged.values())
        self._judged.clear()
        self._strays.clear()
        self._waiting.clear()
        return judged

    def _note_waiting(self, key: NamedHost, *, waits: bool) -> None:
        keys = self._waiting.setdefault(key.name, set())
        if waits:
            keys.add(key)
        else:
            keys.discard(key)
        if not keys:
            del self._waiting[key.name]


def named_host(subject: ManagedObject) -> NamedHost:
    """Say where *subject* believes to be."""
    binding = subject.status.binding
    return NamedHost(subject.spec.host.lower(), binding.host_id if binding else None)
