"""What the history collectors of tasks and of events have in common."""

from typing import Any

from vcenter_simulator.history import MOST_COLLECTORS
from vcenter_simulator.host.refusals import invalid_state
from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.properties.leaves import Leaves
from vcenter_simulator.session_objects import remove_object
from vcenter_simulator.soap.references import object_not_found, reference_of


def check_room(call: Call, leaves: Leaves) -> None:
    """Refuse the session one more collector of a kind when it has enough of them.

    Raises:
        Refusal: InvalidState.
    """
    if sum(one.leaves is leaves for one in call.logged_in.objects.values()) >= MOST_COLLECTORS:
        raise invalid_state(f"A session may have {MOST_COLLECTORS} collectors of a kind.")


def check_entity(call: Call, spec: Any) -> None:
    """Refuse a filter on an entity that is not there.

    Raises:
        Refusal: ManagedObjectNotFound.
    """
    if spec.entity is not None and call.find(reference_of(spec.entity.entity).moid) is None:
        raise object_not_found(reference_of(spec.entity.entity))


async def destroy_collector(call: Call) -> None:
    """Take a collector away."""
    remove_object(call.logged_in, call.target.reference.moid, call.vcenter.journal)


async def rewind_collector(call: Call) -> None:
    """Go to before the oldest item."""
    call.target.source.rewind()


async def reset_collector(call: Call) -> None:
    """Go to before the latest page."""
    call.target.source.reset()


async def set_collector_page_size(call: Call) -> None:
    """Let the latest page have so many items."""
    collector = call.target.source
    collector.resize(call.arguments["maxCount"])
    call.vcenter.journal.record(collector.moid, ("latestPage",))


COLLECTOR: MethodTable = {
    "DestroyCollector": destroy_collector,
    "RewindCollector": rewind_collector,
    "ResetCollector": reset_collector,
    "SetCollectorPageSize": set_collector_page_size,
}
