"""The account that the operator logs in with: it has the roles of `deploy/vcenter/roles.yaml` and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROLES = Path(__file__).resolve().parents[2] / "deploy" / "vcenter" / "roles.yaml"

USERNAME = "vmk-operator@vsphere.local"
SHOWN = r"VSPHERE.LOCAL\vmk-operator"
"""How vCenter shows it."""
PASSWORD = "as-little-as-possible"
DATACENTER = "Datacenter"
"""The one of the simulator's default fleet."""


@dataclass(frozen=True)
class Grant:
    """A role and where it is given."""

    role: str
    privileges: tuple[str, ...]
    entity: str
    """Inventory path."""
    propagate: bool


def documented_grants() -> list[Grant]:
    """Return what `deploy/vcenter/roles.yaml` says, for a vCenter with one datacenter."""
    entities = {"vcenter": "/", "datacenter": f"/{DATACENTER}"}
    return [
        Grant(one["role"], tuple(one["privileges"]), entities[one["entity"]], one["propagate"])
        for one in yaml.safe_load(ROLES.read_text())
    ]


def access(grants: list[Grant]) -> dict[str, Any]:
    """Return a document for `vcenter-simulator --access` that lets the operator have *grants*."""
    return {
        "accounts": {USERNAME: PASSWORD},
        "roles": {one.role: list(one.privileges) for one in grants},
        "permissions": [
            {"entity": one.entity, "principal": USERNAME, "role": one.role, "propagate": one.propagate}
            for one in grants
        ],
    }
