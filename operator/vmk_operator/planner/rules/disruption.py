"""Which step may interrupt traffic: budgets count the disruptive ones."""

import enum
from collections.abc import Mapping

from vmk_operator.model.host import AdapterState, NetworkState
from vmk_operator.model.step import (
    CreateAdapter,
    CreateNetstack,
    DeselectService,
    Ipv6Change,
    RemoveAdapter,
    RemoveNetstack,
    SelectService,
    Step,
    UpdateAdapter,
    UpdateNetstack,
    UpdateVsan,
)
from vmk_operator.planner.dedicated import IMPLIED_SERVICES, is_in_use


class Effect(enum.StrEnum):
    """What a step may do to running traffic."""

    BENIGN = "Benign"
    DISRUPTIVE = "Disruptive"


class Operation(enum.StrEnum):
    """What steps do, as far as traffic is concerned."""

    CREATE_ADAPTER = "create an adapter"
    CREATE_FIRST_ADAPTER = "create the first adapter of a dedicated stack"
    CHANGE_ADDRESS = "change the address of an adapter"
    ADD_ADDRESS = "add IPv6 addresses to an adapter"
    CHANGE_MTU = "change the MTU of an adapter"
    CHANGE_OWN_GATEWAY = "change the gateway of an adapter's own"
    MOVE_ADAPTER = "move an adapter to another port group"
    REMOVE_ADAPTER = "remove an adapter"
    SELECT_SERVICE = "select a service"
    DESELECT_SERVICE = "deselect a service"
    CHANGE_ROUTES = "change the gateway of a stack"
    CHANGE_STATIC_ROUTES = "add or remove static routes of a stack"
    CHANGE_DNS = "change the DNS client of a stack"
    TUNE_STACK = "change congestion control or the limit of connections of a stack"
    CREATE_STACK = "create a custom stack"
    REMOVE_STACK = "remove a custom stack, which no adapter is on"


DISRUPTION: Mapping[Operation, Effect] = {
    Operation.CREATE_ADAPTER: Effect.BENIGN,
    # It takes the service from the default stack's adapters (reference/vsphere.md 3.3).
    Operation.CREATE_FIRST_ADAPTER: Effect.DISRUPTIVE,
    Operation.CHANGE_ADDRESS: Effect.DISRUPTIVE,
    # What is connected by the others stays so.
    Operation.ADD_ADDRESS: Effect.BENIGN,
    Operation.CHANGE_MTU: Effect.DISRUPTIVE,
    Operation.CHANGE_OWN_GATEWAY: Effect.DISRUPTIVE,
    Operation.MOVE_ADAPTER: Effect.DISRUPTIVE,
    Operation.REMOVE_ADAPTER: Effect.DISRUPTIVE,
    Operation.SELECT_SERVICE: Effect.BENIGN,
    Operation.DESELECT_SERVICE: Effect.DISRUPTIVE,
    Operation.CHANGE_ROUTES: Effect.DISRUPTIVE,
    Operation.CHANGE_STATIC_ROUTES: Effect.DISRUPTIVE,
    # Names are looked up anew; what is connected stays so.
    Operation.CHANGE_DNS: Effect.BENIGN,
    # For new connections only (reference/vsphere.md 1.1).
    Operation.TUNE_STACK: Effect.BENIGN,
    Operation.CREATE_STACK: Effect.BENIGN,
    # Nothing is connected through a stack without an adapter.
    Operation.REMOVE_STACK: Effect.BENIGN,
}


def is_disruptive(step: Step, network: NetworkState) -> bool:
    """Tell whether *step* may interrupt traffic on a host that looks like *network*."""
    return any(DISRUPTION[operation] is Effect.DISRUPTIVE for operation in operations(step, network))


def operations(step: Step, network: NetworkState) -> frozenset[Operation]:
    """Name everything that *step* does."""
    match step:
        case CreateAdapter():
            is_first = step.netstack in IMPLIED_SERVICES and not is_in_use(step.netstack, network)
            return frozenset({Operation.CREATE_FIRST_ADAPTER if is_first else Operation.CREATE_ADAPTER})
        case UpdateAdapter():
            present = network.adapter(step.device)
            same_address = present is not None and present.ipv4.configured == step.ipv4
            return frozenset(
                (set() if same_address else {Operation.CHANGE_ADDRESS})
                | (set() if step.ipv6 is None else {_ipv6_operation(step.ipv6, present)})
                | (set() if step.mtu is None else {Operation.CHANGE_MTU})
                | (set() if step.attachment is None else {Operation.MOVE_ADAPTER})
                | (set() if step.routes is None else {Operation.CHANGE_OWN_GATEWAY})
            )
        case RemoveAdapter():
            return frozenset({Operation.REMOVE_ADAPTER})
        case SelectService() | DeselectService() | UpdateVsan():
            return _service_operations(step)
        case UpdateNetstack() | CreateNetstack() | RemoveNetstack():
            return _stack_operations(step)


def _stack_operations(step: UpdateNetstack | CreateNetstack | RemoveNetstack) -> frozenset[Operation]:
    match step:
        case CreateNetstack():
            return frozenset({Operation.CREATE_STACK})
        case RemoveNetstack():
            return frozenset({Operation.REMOVE_STACK})
        case UpdateNetstack():
            tuned = step.max_connections is not None or step.congestion_control is not None
            return frozenset(
                ({Operation.CHANGE_ROUTES} if step.routes is not None else set())
                | ({Operation.CHANGE_STATIC_ROUTES} if step.route_changes is not None else set())
                | ({Operation.CHANGE_DNS} if step.dns is not None else set())
                | ({Operation.TUNE_STACK} if tuned else set())
            )


def _service_operations(step: SelectService | DeselectService | UpdateVsan) -> frozenset[Operation]:
    selects = bool(step.gained) if isinstance(step, UpdateVsan) else isinstance(step, SelectService)
    deselects = bool(step.lost) if isinstance(step, UpdateVsan) else isinstance(step, DeselectService)
    done = {Operation.SELECT_SERVICE: selects, Operation.DESELECT_SERVICE: deselects}
    return frozenset(operation for operation, is_done in done.items() if is_done)


def _ipv6_operation(change: Ipv6Change, present: AdapterState | None) -> Operation:
    ipv6 = None if present is None else present.ipv6
    only_adds = ipv6 is not None and not change.remove and (change.auto, change.dhcp) == (ipv6.auto, ipv6.dhcp)
    return Operation.ADD_ADDRESS if only_adds else Operation.CHANGE_ADDRESS
