"""Gathers what a write permit depends on, as it is at the moment of asking."""

from collections.abc import Mapping

from vmk_operator.engine.context import SiteContext
from vmk_operator.engine.permit import Circumstances, Hold, WritePermit, check_permit
from vmk_operator.engine.policy import effective_policy
from vmk_operator.engine.ports import VCenterConnection
from vmk_operator.engine.subjects import Subjects
from vmk_operator.model.identity import HostRef, ObjectKey
from vmk_operator.model.step import PlannedStep
from vmk_operator.planner.snapshot import ANNOTATION_APPROVE, ManagedObject


class Gate:
    """Asked for one host during one look."""

    def __init__(
        self,
        context: SiteContext,
        *,
        connection: VCenterConnection,
        host: HostRef,
        subjects: Subjects,
        repair_dues: Mapping[ObjectKey, float],
    ) -> None:
        """Remember what the plan was made over and for; *repair_dues* is read at every question."""
        self._context = context
        self._connection = connection
        self._host = host
        self._subjects = subjects
        self._repair_dues = repair_dues

    def check(self, planned: PlannedStep, *, starting: bool = False) -> WritePermit | Hold:
        """Ask for a permit; when *starting*, as if the slot were held and the new status told already."""
        context, facts, subject = self._context, self._context.facts, self._subjects[planned.owner]
        current = context.desired.get(planned.owner)
        thing = current or subject.object
        return check_permit(
            planned,
            Circumstances(
                stopping=facts.stopping,
                lease_valid_until=facts.lease.valid_until if facts.lease is not None else float("-inf"),
                same_session=facts.connection is self._connection,
                inventory_complete=facts.live and self._connection.inventory.complete,
                desired_synced=context.desired.synced,
                object_current=current is not None and edition(current) == edition(subject.object),
                policy=effective_policy(facts.config, thing, context.clock.now()).policy,
                halted=not starting and subject.status.halt is not None,
                approval=thing.metadata.annotations.get(ANNOTATION_APPROVE),
                deletion_seen=thing.metadata.deleting and thing.metadata.finalized,
                repair_due=self._repair_dues.get(planned.owner),
                slot_held=starting or context.slots.holds(self._host),
            ),
            now=context.clock.monotonic(),
            least_s=context.settings.least_write_window_s,
        )


def edition(thing: ManagedObject) -> tuple[object, ...]:
    """Tell one version of what somebody wants from another."""
    return thing.metadata.uid, thing.metadata.generation, thing.metadata.deleting
