"""Somebody who is not the administrator: what he may do, and what a refusal says that he may not."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from contract.simulator.client import Client, connect, control
from vcenter_simulator.running import Running

USER, PASSWORD = "operator@vsphere.local", "few-rights"
SHOWN = r"VSPHERE.LOCAL\operator"
"""How vCenter shows that user."""
CLUSTER = "/Datacenter/host/Cluster-1"

Grant = tuple[str, str] | tuple[str, str, bool]


def grant(simulator: Running, *grants: Grant, roles: Mapping[str, Sequence[str]] | None = None) -> None:
    """Let the user have these (entity, role, and whether it propagates) and nothing else."""
    permissions = [
        {"entity": entity, "principal": USER, "role": role, "propagate": not rest or rest[0]}
        for entity, role, *rest in grants
    ]
    document = control(simulator, "GET", "/state") | {
        "accounts": {USER: PASSWORD},
        "roles": roles or {},
        "permissions": permissions,
    }
    assert control(simulator, "PUT", "/state", document) is None


@contextmanager
def user(simulator: Running) -> Iterator[Client]:
    with connect(simulator, user=USER, pwd=PASSWORD) as client:
        yield client


def lacks(refused: Any) -> dict[str, list[str]]:
    """The privileges that a fault says are missing, by the id of the entity."""
    missing = {one.entity._moId: list(one.privilegeIds) for one in refused.missingPrivileges}
    assert refused.object._moId in missing
    assert refused.privilegeId == missing[refused.object._moId][0]
    return missing
