"""PropertyCollector and PropertyFilter."""

from typing import Any

from vcenter_simulator.authorization.checking import not_authenticated
from vcenter_simulator.collector.filters import Filter
from vcenter_simulator.collector.retrieval import Pages, chosen, encode_contents, encode_page
from vcenter_simulator.collector.selection import check_specs, select
from vcenter_simulator.collector.waiting import Collector
from vcenter_simulator.host.refusals import not_supported
from vcenter_simulator.methods.calls import Call, Encoded, MethodTable
from vcenter_simulator.service_leaves import PROPERTY_COLLECTOR_ID
from vcenter_simulator.session_objects import add_collector, add_filter
from vcenter_simulator.soap.references import Reference, managed_reference


async def retrieve_properties(call: Call) -> Encoded:
    """Read many objects in one answer."""
    items = chosen(call.arguments["specSet"], call.find, call.version)
    return Encoded(await encode_contents("returnval", items, find=call.find, version=call.version))


async def retrieve_properties_ex(call: Call) -> Encoded:
    """Read many objects, at most so many in one answer."""
    items = chosen(call.arguments["specSet"], call.find, call.version)
    size = call.arguments["options"].maxObjects
    pages = call.session.pages if call.session is not None else Pages()
    return Encoded(await encode_page(items, size, find=call.find, pages=pages, version=call.version))


async def continue_retrieve_properties_ex(call: Call) -> Encoded:
    """Read the next page."""
    pages = call.logged_in.pages
    items, size = pages.take(call.arguments["token"])
    return Encoded(await encode_page(items, size, find=call.find, pages=pages, version=call.version))


async def cancel_retrieve_properties_ex(call: Call) -> None:
    """Give up the rest of the pages."""
    call.logged_in.pages.take(call.arguments["token"])


async def create_filter(call: Call) -> Any:
    """Watch what a specification means."""
    spec = call.arguments["spec"]
    select(spec, call.find)
    check_specs(spec, call.version)
    session = call.logged_in
    session.check_room_for_filter()
    created = Filter(
        session.new_moid(),
        spec,
        partial=call.arguments["partialUpdates"],
        find=call.find,
        journal=call.vcenter.journal,
        updates=call.vcenter.behaviour.updates,
        version=call.version,
    )
    add_filter(session, created)
    _collector(call).add(created)
    return managed_reference(created.reference)


async def destroy_property_filter(call: Call) -> None:
    """Watch no longer."""
    moid = call.target.reference.moid
    for collector in call.logged_in.collectors.values():
        collector.remove(moid)
    del call.logged_in.objects[moid]


async def wait_for_updates_ex(call: Call) -> Encoded:
    """Wait for changes."""
    options = call.arguments["options"]
    wait = options.maxWaitSeconds if options is not None else None
    left = call.vcenter.sessions.seconds_left(call.logged_in)
    most = options.maxObjectUpdates if options is not None else None
    # A session ends on time whatever it does, also in the middle of a wait.
    longest = wait if left is None else min(left, left if wait is None else wait)
    answer = await _collector(call).wait(call.arguments["version"] or "", longest, most)
    if call.vcenter.sessions.find(call.logged_in.cookie) is None:
        raise not_authenticated()
    return Encoded(answer)


async def wait_for_updates(call: Call) -> Encoded:
    """Wait for changes without a limit, in the form of older clients."""
    return Encoded(await _collector(call).wait(call.arguments["version"] or "", None, None))


async def check_for_updates(call: Call) -> Encoded:
    """Look for changes once, in the form of older clients."""
    return Encoded(await _collector(call).wait(call.arguments["version"] or "", 0, None))


async def cancel_wait_for_updates(call: Call) -> None:
    """End the wait under way."""
    _collector(call).cancel()


async def create_property_collector(call: Call) -> Any:
    """Give the session another collector, with filters and versions of its own."""
    moid = call.logged_in.new_moid()
    add_collector(call.logged_in, moid, Collector(call.vcenter.journal))
    return managed_reference(Reference("PropertyCollector", moid))


async def destroy_property_collector(call: Call) -> None:
    """Take a collector and its filters away; every session keeps its first."""
    moid = call.target.reference.moid
    if moid == PROPERTY_COLLECTOR_ID:
        raise not_supported("The session's own property collector can't be destroyed.")
    session = call.logged_in
    collector = session.collectors.pop(moid)
    collector.cancel()
    for one in (moid, *collector.filters):
        session.objects.pop(one, None)


def _collector(call: Call) -> Collector:
    return call.logged_in.collectors[call.target.reference.moid]


COLLECTOR: MethodTable = {
    "RetrieveProperties": retrieve_properties,
    "RetrievePropertiesEx": retrieve_properties_ex,
    "ContinueRetrievePropertiesEx": continue_retrieve_properties_ex,
    "CancelRetrievePropertiesEx": cancel_retrieve_properties_ex,
    "CreateFilter": create_filter,
    "WaitForUpdatesEx": wait_for_updates_ex,
    "WaitForUpdates": wait_for_updates,
    "CheckForUpdates": check_for_updates,
    "CancelWaitForUpdates": cancel_wait_for_updates,
    "CreatePropertyCollector": create_property_collector,
    "DestroyPropertyCollector": destroy_property_collector,
}

FILTER: MethodTable = {"DestroyPropertyFilter": destroy_property_filter}
