"""EventManager and EventHistoryCollector."""

from typing import Any

from pyVmomi import vim

from vcenter_simulator.events.leaves import EVENT_COLLECTOR
from vcenter_simulator.events.log import LONGEST_TEXT, worded
from vcenter_simulator.host.refusals import invalid_argument, not_supported
from vcenter_simulator.methods import history
from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.session_objects import add_object
from vcenter_simulator.soap.encode import encode_value
from vcenter_simulator.soap.references import managed_reference, object_not_found, reference_of, typed_array

LARGEST_EVENT = 64 << 10
"""Bytes of an event that a client posts."""


async def query_events(call: Call) -> Any:
    """Return the newest events that fit, the newest first."""
    if call.arguments["eventViewSpec"] is not None:
        raise not_supported("The simulator's QueryEvents has no view specification.")
    history.check_entity(call, call.arguments["filter"])
    return typed_array(vim.event.Event, call.vcenter.events.query(call.arguments["filter"], call.sight.sees))


async def create_collector_for_events(call: Call) -> Any:
    """Give the session a window on the history of events."""
    history.check_room(call, EVENT_COLLECTOR)
    history.check_entity(call, call.arguments["filter"])
    session = call.logged_in
    collector = call.vcenter.events.collect(session.new_moid(), call.arguments["filter"], session.sight.sees)
    return managed_reference(add_object(session, EVENT_COLLECTOR, collector.moid, collector).reference)


async def post_event(call: Call) -> None:
    """Post a client's event, by its user, with the words that vCenter has for its kind or those that it came with."""
    event, task = call.arguments["eventToPost"], call.arguments["taskInfo"]
    if len(encode_value("event", event, call.version)) > LARGEST_EVENT:
        raise invalid_argument("eventToPost", f"It is larger than {LARGEST_EVENT} bytes.")
    if isinstance(event, vim.event.EventEx) and not event.fullFormattedMessage:
        event.fullFormattedMessage = event.message
    chain = task.eventChainId if task is not None else None
    call.vcenter.events.add(event, about=None, user=call.logged_in.shown_user, chain=chain)


async def log_user_event(call: Call) -> None:
    """Post a client's words about an entity."""
    entity, message = call.arguments["entity"], call.arguments["msg"]
    if len(message) > LONGEST_TEXT:
        raise invalid_argument("msg", f"It is longer than {LONGEST_TEXT} characters.")
    about = reference_of(entity)
    named = call.vcenter.inventory.find_entity(about.moid)
    if named is None:
        raise object_not_found(about)
    argument = vim.event.ManagedEntityEventArgument(name=named.name, entity=managed_reference(about))
    call.vcenter.events.post(
        "GeneralUserEvent", about=about, user=call.logged_in.shown_user, message=message, entity=argument
    )


async def read_next_events(call: Call) -> Any:
    """Read the next newer events, the oldest first."""
    return _read(call, call.target.source.read_next(call.arguments["maxCount"]))


async def read_previous_events(call: Call) -> Any:
    """Read the next older events, the newest first."""
    return _read(call, call.target.source.read_previous(call.arguments["maxCount"]))


def _read(call: Call, events: list[Any]) -> Any:
    return typed_array(vim.event.Event, (worded(one, call.target.source.spec) for one in events))


MANAGER: MethodTable = {
    "QueryEvents": query_events,
    "CreateCollectorForEvents": create_collector_for_events,
    "PostEvent": post_event,
    "LogUserEvent": log_user_event,
}

COLLECTOR: MethodTable = {
    **history.COLLECTOR,
    "ReadNextEvents": read_next_events,
    "ReadPreviousEvents": read_previous_events,
}
