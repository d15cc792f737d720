"""What a worker does with a key of one vCenter: find the host, find its objects, look."""

from collections.abc import Callable, Iterable

import structlog

from vmk_operator.engine.context import HostMemory, SiteContext
from vmk_operator.engine.host_look import HostLook
from vmk_operator.engine.placement import NamedHost, Placement, SiteKey, named_host
from vmk_operator.engine.policy import effective_policy
from vmk_operator.engine.ports import VCenterConnection
from vmk_operator.errors import TransientError, VmkOperatorError
from vmk_operator.model.identity import HostRef, ObjectKey
from vmk_operator.planner.planning import plan_host
from vmk_operator.planner.snapshot import (
    Absence,
    HostSnapshot,
    ManagedObject,
    Reason,
    Subject,
)
from vmk_operator.planner.verdict import FinalizerAction

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

_ABOUT_THE_VCENTER_OBJECT = frozenset({Reason.NO_SUCH_VCENTER.value, Reason.DUPLICATE_VCENTER.value})


class Reconciler:
    """Works on the keys of one vCenter."""

    def __init__(self, context: SiteContext, placement: Placement, *, wake: Callable[[SiteKey], None]) -> None:
        self._context = context
        self._placement = placement
        self._wake = wake
        self._memories: dict[HostRef, HostMemory] = {}
        self._errors: dict[SiteKey, int] = {}
        self._ever_synced = False

    async def work(self, key: SiteKey) -> float | None:
        """Look at *key*; answer when to look again, on ``Clock.monotonic``. Never raises but for cancellation."""
        try:
            due = await self._work(key)
            if self._context.facts.may_tell:
                await self._context.dependants.release_vcenter(self._context.facts.config)
        except VmkOperatorError as error:
            # Status or a finalizer could not be written, or a settling host not be read: nothing was sent on it.
            log.warning("reconcile.again", key=str(key), error=str(error))
            asked = error.retry_after_s if isinstance(error, TransientError) else None
        except Exception:
            log.exception("reconcile.failed", key=str(key))
            asked = None
        else:
            self._errors.pop(key, None)
            return due
        if isinstance(key, HostRef):
            # Whoever stands in line behind it need not wait for it.
            self._context.slots.release(key)
        self._errors[key] = self._errors.get(key, 0) + 1
        delay_s = self._context.backoff.delay_s(self._errors[key], retry_after_s=asked)
        return self._context.clock.monotonic() + delay_s

    def clear(self) -> frozenset[ObjectKey]:
        """Forget everything, because another replica may have the say now; answer which objects that concerned."""
        self._memories.clear()
        self._errors.clear()
        self._context.dependants.clear()
        judged = self._placement.clear()
        for key in judged:
            self._context.teller.book.forget(key)
        return judged

    async def _work(self, key: SiteKey) -> float | None:
        facts, context = self._context.facts, self._context
        # Half a list of objects would be judged wrongly: one that is missing may be bound to what another asks for.
        self._ever_synced = self._ever_synced or context.desired.synced
        if not self._ever_synced or not facts.may_tell:
            return None
        absence = facts.absence(context.clock.monotonic(), context.settings.stale_after_s)
        if absence is not None:
            await self._tell_absence(key, self._objects_without_host(key), absence)
            return None
        connection, identity = facts.connection, facts.identity
        if not facts.live or connection is None or identity is None:
            await self._tell_found(key)
            await self._tell_leaving(key)
            return None
        if isinstance(key, HostRef):
            return await self._look(key, connection)
        resolved = self._placement.resolve(key, connection.inventory, identity.instance_uuid)
        if resolved is not None:
            if key.host_id not in {None, resolved.moid}:
                context.claims.changed(resolved)  # it has become the host of objects that are bound to a former id
            self._placement.hand_over(key, resolved)
            self._wake(resolved)
            return None
        message = f"VCenter {facts.config.name} has no host {key.name}; check spec.host against its inventory."
        await self._tell_absence(key, self._placement.objects_named(key), Absence(Reason.NO_SUCH_HOST, message))
        return None

    async def _look(self, ref: HostRef, connection: VCenterConnection) -> float | None:
        context = self._context
        host = connection.inventory.host(ref)
        if host is None:
            self._forget_host(ref)
            return None
        for waiting in self._placement.waiting_for(host.name):
            self._wake(waiting)
        objects = self._placement.objects_of(host)
        self._leave(ref, objects)
        if not objects:
            self._forget_host(ref)
            return None
        allowed = await self._without_foreign(objects)
        memory = self._memories.setdefault(ref, HostMemory())
        return await HostLook(context, memory, connection, host, allowed).look()

    def _objects_without_host(self, key: SiteKey) -> tuple[ManagedObject, ...]:
        # While nothing is observed every object is found by what it says of itself: see ``Placement.everything``.
        return self._placement.objects_named(key) if isinstance(key, NamedHost) else ()

    async def _tell_found(self, key: SiteKey) -> None:
        """Take back what was said while there was no VCenter object to go by; what was observed stands."""
        objects = [t for t in self._objects_without_host(key) if _ready_reason(t) in _ABOUT_THE_VCENTER_OBJECT]
        name = self._context.facts.config.name
        message = f"VCenter {name} is there; the host is looked at as soon as {name} is connected."
        await self._tell_absent(objects, Absence(Reason.PENDING, message))

    async def _tell_leaving(self, key: SiteKey) -> None:
        """Tell those that wait for a deletion that it can't go on; who is to go by force goes."""
        absence = self._context.facts.absence_for_deletion()
        if absence is not None:
            leaving = [thing for thing in self._objects_without_host(key) if thing.metadata.deleting]
            await self._tell_absent(await self._without_foreign(leaving), absence)

    async def _without_foreign(self, objects: Iterable[ManagedObject]) -> list[ManagedObject]:
        """Tell the objects of namespaces that may not use this vCenter so, and answer the others."""
        config, allowed = self._context.facts.config, []
        for thing in objects:
            if config.allows(thing.metadata.namespace):
                allowed.append(thing)
                continue
            message = (
                f"VCenter {config.name} does not allow objects of namespace {thing.metadata.namespace}; "
                f"ask for it in spec.allowedNamespaces of {config.name}."
            )
            await self._tell_absent([thing], Absence(Reason.NAMESPACE_NOT_ALLOWED, message))
        return allowed

    async def _tell_absence(self, key: SiteKey, objects: tuple[ManagedObject, ...], absence: Absence) -> None:
        self._leave(key, objects)
        await self._tell_absent(await self._without_foreign(objects), absence)

    async def _tell_absent(self, objects: Iterable[ManagedObject], absence: Absence) -> None:
        context, now = self._context, self._context.clock.now()
        for thing in objects:
            policy = effective_policy(context.facts.config, thing, now).policy
            subject = Subject(thing, context.teller.book.previous(thing), policy)
            verdict = plan_host(HostSnapshot((subject,), absence)).verdicts[thing.key]
            context.teller.tell(subject, verdict, now=now)
            if verdict.finalizer is FinalizerAction.RELEASE:
                await context.dependants.release(thing)

    def _leave(self, key: SiteKey, objects: Iterable[ManagedObject]) -> None:
        """Note who is judged under *key* now; who was and is not any more is gone or belongs elsewhere."""
        things = tuple(objects)
        for thing in things:
            self._context.dependants.note(thing)
        for missing in self._placement.judged(key, things):
            moved = self._context.desired.get(missing)
            if moved is None:
                self._context.teller.book.forget(missing)
                self._context.dependants.forget(missing)
            else:
                self._wake(named_host(moved))

    def _forget_host(self, ref: HostRef) -> None:
        self._leave(ref, ())
        self._memories.pop(ref, None)
        self._context.slots.release(ref)
        self._context.claims.promise(ref, frozenset())
        self._context.received.pop(ref, None)


def _ready_reason(thing: ManagedObject) -> str:
    ready = thing.status.condition("Ready")
    return ready.reason if ready is not None else ""
