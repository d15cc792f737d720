"""Which events a client asks for: an EventFilterSpec as a condition."""

from collections.abc import Callable
from typing import Any

from pyVmomi import VmomiSupport, vim

from vcenter_simulator.authorization.principals import principal_key
from vcenter_simulator.events.kinds import KINDS
from vcenter_simulator.events.places import is_about, is_seen
from vcenter_simulator.host.refusals import not_supported
from vcenter_simulator.inventory.tree import Inventory
from vcenter_simulator.soap.references import reference_of

Fits = Callable[[Any], bool]

_NOT_SIMULATED = ("alarm", "scheduledTask", "tag", "auditable", "auditId")


def event_condition(inventory: Inventory, spec: Any, sees: Callable[[str], bool]) -> Fits:
    """Return what an event must be to fit *spec* and to be for the one who asks.

    Args:
        inventory: where events happen.
        spec: what is asked for.
        sees: whether the one who asks may know of an entity.

    Raises:
        Refusal: NotSupported for a condition that is not simulated.
    """
    for name in _NOT_SIMULATED:
        if getattr(spec, name) not in (None, []):
            raise not_supported(f"The simulator's events can't be selected by '{name}'.")
    conditions: list[Fits] = []
    if spec.entity is not None:
        entity, recursion = reference_of(spec.entity.entity).moid, spec.entity.recursion
        conditions.append(lambda event: is_about(inventory, event, entity, recursion))
    if spec.time is not None:
        conditions.append(lambda event: is_within(event.createdTime, spec.time))
    if spec.userName is not None:
        conditions.append(lambda event: is_by(event.userName, spec.userName))
    if spec.eventChainId is not None:
        conditions.append(lambda event: event.chainId == spec.eventChainId)
    if spec.type:
        conditions.append(lambda event: isinstance(event, tuple(spec.type)))
    if spec.eventTypeId:
        wanted = frozenset(one.removeprefix("vim.event.") for one in spec.eventTypeId)
        conditions.append(lambda event: not wanted.isdisjoint(_type_ids(event)))
    if spec.category:
        conditions.append(lambda event: category_of(event) in spec.category)
    conditions.append(lambda event: is_seen(event, sees))
    return lambda event: all(fits(event) for fits in conditions)


def is_within(moment: Any, limits: Any) -> bool:
    """Say whether *moment* is between two limits of which either may be unset."""
    return (
        moment is not None
        and (limits.beginTime is None or moment >= limits.beginTime)
        and (limits.endTime is None or moment <= limits.endTime)
    )


def is_by(user: str, wanted: Any) -> bool:
    """Say whether *user*, empty for the system, is one of those wanted; without a list every user is."""
    if not user:
        return bool(wanted.systemUser)
    if not wanted.userList:
        return not wanted.systemUser
    return principal_key(user) in map(principal_key, wanted.userList)


def category_of(event: Any) -> str:
    """Return ``info``, ``warning``, ``error`` or ``user``."""
    if isinstance(event, vim.event.EventEx):
        return event.severity or "info"
    kind = KINDS.get(VmomiSupport.GetWsdlName(type(event)))
    return kind.category if kind is not None else "info"


def _type_ids(event: Any) -> set[str]:
    """Return what an event may be selected by: its own type id, or its type and the types above it."""
    if isinstance(event, vim.event.EventEx):
        return {event.eventTypeId}
    kinds = [one for one in type(event).__mro__ if issubclass(one, vim.event.Event)]
    return {VmomiSupport.GetWsdlName(one) for one in kinds}
