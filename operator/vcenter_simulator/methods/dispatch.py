"""From a request to its method: who may call what, and what there is to call."""

from collections.abc import Mapping
from typing import Any

from vcenter_simulator.authorization.checking import check_allowed, not_authenticated
from vcenter_simulator.authorization.demands import Asked, row_of
from vcenter_simulator.authorization.privileges import ANONYMOUS
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.methods import (
    authorization_manager,
    distributed_portgroup,
    distributed_switch,
    esxcli,
    events,
    host_system,
    iscsi_manager,
    network_system,
    nic_manager,
    option_manager,
    property_collector,
    search_index,
    service_instance,
    session_manager,
    tasks,
    type_manager,
    views,
    vsan_system,
)
from vcenter_simulator.methods.accessor import FETCH, fetch
from vcenter_simulator.methods.calls import Call, Encoded, MethodTable
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.sessions import Session
from vcenter_simulator.soap.decode import Opened, decode_arguments
from vcenter_simulator.soap.encode import encode_result, response_parts
from vcenter_simulator.soap.references import methods_of, object_not_found
from vcenter_simulator.vcenter import VCenter

TABLES: Mapping[str, MethodTable] = {
    "ServiceInstance": service_instance.METHODS,
    "SessionManager": session_manager.METHODS,
    "AuthorizationManager": authorization_manager.METHODS,
    "SearchIndex": search_index.METHODS,
    "ViewManager": views.MANAGER,
    "ContainerView": views.CONTAINER,
    "ListView": views.LIST,
    "InventoryView": views.INVENTORY,
    "PropertyCollector": property_collector.COLLECTOR,
    "PropertyFilter": property_collector.FILTER,
    "TaskManager": tasks.MANAGER,
    "Task": tasks.TASK,
    "TaskHistoryCollector": tasks.COLLECTOR,
    "EventManager": events.MANAGER,
    "EventHistoryCollector": events.COLLECTOR,
    "HostSystem": {**host_system.METHODS, **esxcli.HOST},
    "ReflectManagedMethodExecuter": esxcli.EXECUTER,
    "InternalDynamicTypeManager": type_manager.METHODS,
    "IscsiManager": iscsi_manager.METHODS,
    "HostVsanSystem": vsan_system.METHODS,
    "OptionManager": option_manager.METHODS,
    "VmwareDistributedVirtualSwitch": {**distributed_switch.METHODS, **distributed_portgroup.OF_SWITCHES},
    "DistributedVirtualPortgroup": distributed_portgroup.METHODS,
    "HostNetworkSystem": network_system.METHODS,
    "HostVirtualNicManager": nic_manager.METHODS,
}
"""Kind of managed object to its methods."""


def find_target(vcenter: VCenter, session: Session | None, opened: Opened) -> PublishedObject:
    """Return the called object.

    Raises:
        Refusal: NotAuthenticated before anything else, then ManagedObjectNotFound.
    """
    if session is None and not _is_for_everybody(opened.target.kind, opened.method):
        raise not_authenticated()
    own = session.objects.get(opened.target.moid) if session is not None else None
    published = own or vcenter.find(opened.target.moid)
    if published is None or not published.is_a(opened.target.kind):
        raise object_not_found(opened.target)
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
    _check_allowed(call, kind, request.info)
    result = await method(call)
    parts = result.parts if isinstance(result, Encoded) else [encode_result(request.info, result, call.version)]
    return response_parts(opened.method, parts)


def _is_for_everybody(kind: str, method: str) -> bool:
    info = methods_of(kind).get(method)
    return method == FETCH or (info is not None and info.privId == ANONYMOUS)


def _check_allowed(call: Call, kind: str, info: Any) -> None:
    if call.session is None:
        return  # what is for everybody
    row = row_of(kind, info)
    if row is None:
        raise LookupError(f"no row says which privilege {kind}.{info.wsdlName} needs")
    inventory = call.vcenter.inventory
    check_allowed(
        row,
        Asked(call.vcenter.entity_of(call.target.reference.moid), call.arguments, inventory),
        user=call.session.user,
        permissions=call.vcenter.authority.permissions,
        objects=inventory.objects,
    )
