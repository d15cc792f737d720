"""Whether a call is allowed, and the fault for one that is not."""

from collections.abc import Iterable, Mapping

from pyVmomi import vim

from vcenter_simulator.authorization.demands import Asked, Row
from vcenter_simulator.authorization.permissions import Permissions
from vcenter_simulator.authorization.privileges import VIEW
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.inventory.growing import ROOT
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.soap.references import Reference, managed_reference


def check_allowed(
    row: Row, asked: Asked, *, user: str, permissions: Permissions, objects: Mapping[str, PublishedObject]
) -> None:
    """Refuse a call that *user* lacks privileges for.

    Args:
        row: what the method asks for.
        asked: the call.
        user: the caller.
        permissions: what everybody has.
        objects: everything by id; a privilege on what is not there is not missed: the method says that it is not there.

    Raises:
        Refusal: NoPermission, with everything that is missing.
    """
    missing: dict[str, list[str]] = {}
    for demand in row.demands:
        for entity in demand.on(asked):
            if entity in objects and demand.privilege not in permissions.privileges_on(user, entity):
                missing.setdefault(entity, []).append(demand.privilege)
    if missing:
        raise no_permission((objects[entity].reference, privileges) for entity, privileges in missing.items())


def no_permission(missing: Iterable[tuple[Reference, list[str]]]) -> Refusal:
    """Say which privileges the caller lacks on which entities; at least one."""
    entities = [
        vim.fault.NoPermission.EntityPrivileges(entity=managed_reference(entity), privilegeIds=privileges)
        for entity, privileges in missing
    ]
    return Refusal(
        "NoPermission",
        "Permission to perform this operation was denied.",
        object=entities[0].entity,
        privilegeId=entities[0].privilegeIds[0],
        missingPrivileges=entities,
    )


def not_authenticated(entity: Reference = ROOT, privilege: str = VIEW) -> Refusal:
    """Say that the caller must log in, and what for."""
    text = "The session is not authenticated."
    return Refusal("NotAuthenticated", text, object=managed_reference(entity), privilegeId=privilege)
