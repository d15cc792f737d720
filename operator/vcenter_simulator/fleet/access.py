"""Accounts, roles and permissions beside those that a fleet has."""

from vcenter_simulator.fleet.documents import AccessDocument, FleetDocument


def with_access(fleet: FleetDocument, access: AccessDocument) -> FleetDocument:
    """Return *fleet* with *access* too; where both say something of an account, a role or a permission, that counts."""
    given = {(one.entity, one.principal): one for one in (*fleet.permissions, *access.permissions)}
    return fleet.model_copy(
        update={
            "accounts": fleet.accounts | access.accounts,
            "roles": fleet.roles | access.roles,
            "permissions": list(given.values()),
        }
    )
