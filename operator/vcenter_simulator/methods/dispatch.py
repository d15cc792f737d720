"""From a request to its method: who may call what, and what there is to call."""

from collections.abc import Mapping

from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.methods import (
    esxcli,
    events,
    host_system,
    network_system,
    nic_manager,
    property_collector,
    service_instance,
    session_manager,
    tasks,
    views,
)
from vcenter_simulator.methods.accessor import FETCH, fetch
from vcenter_simulator.methods.calls import Call, Encoded, MethodTable, not_authenticated
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.sessions import Session
from vcenter_simulator.soap.decode import Opened, decode_arguments
from vcenter_simulator.soap.encode import encode_result, response_parts
from vcenter_simulator.soap.references import Reference, managed_reference
from vcenter_simulator.vcenter import VCenter

TABLES: Mapping[str, MethodTable] = {
    "ServiceInstance": service_instance.METHODS,
    "SessionManager": session_manager.METHODS,
    "ViewManager": views.VIEW_MANAGER,
    "ContainerView": views.CONTAINER_VIEW,
    "PropertyCollector": property_collector.COLLECTOR,
    "PropertyFilter": property_collector.FILTER,
    "TaskManager": tasks.MANAGER,
    "Task": tasks.TASK,
    "TaskHistoryCollector": tasks.COLLECTOR,
    "EventManager": events.MANAGER,
    "EventHistoryCollector": events.COLLECTOR,
    "HostSystem": {**host_system.METHODS, **esxcli.HOST},
    "ReflectManagedMethodExecuter": esxcli.EXECUTER,
    "HostNetworkSystem": network_system.METHODS,
    "HostVirtualNicManager": nic_manager.METHODS,
}
"""Kind of managed object to its methods."""

ANONYMOUS = frozenset({("ServiceInstance", "RetrieveServiceContent"), ("SessionManager", "Login")})
"""What may be called without a login."""


def find_target(vcenter: VCenter, session: Session | None, opened: Opened) -> PublishedObject:
    """Return the called object.

    Raises:
        Refusal: NotAuthenticated before anything else, then ManagedObjectNotFound.
    """
    if session is None and (opened.target.kind, opened.method) not in ANONYMOUS:
        raise not_authenticated()
    own = session.objects.get(opened.target.moid) if session is not None else None
    published = own or vcenter.find(opened.target.moid)
    if published is None:
        reference = opened.target
        text = f"The object '{reference.kind}:{reference.moid}' has already been deleted or was never created"
        raise Refusal("ManagedObjectNotFound", text, **_named(reference))
    return published


async def answer(call: Call, opened: Opened) -> bytes:
    """Do what the request asks for and return the encoded answer.

    Raises:
        Refusal: the fault to answer with.
    """
    kind = call.target.reference.kind
    if opened.method == FETCH:
        return response_parts(FETCH, fetch(call, opened.element))
    request = decode_arguments(opened, kind, call.version)
    method = TABLES.get(kind, {}).get(opened.method)
    if method is None:
        raise Refusal("NotSupported", f"The simulator has no {kind}.{opened.method}.")
    call.arguments = request.arguments
    result = await method(call)
    parts = result.parts if isinstance(result, Encoded) else [encode_result(request.info, result, call.version)]
    return response_parts(opened.method, parts)


def _named(reference: Reference) -> dict[str, object]:
    try:
        return {"obj": managed_reference(reference)}
    except LookupError:
        return {}
