"""The CustomResourceDefinitions, made from the models."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vmk_operator.api.conditions import ConditionType
from vmk_operator.api.reasons import Reason
from vmk_operator.api.rules import VALIDATIONS
from vmk_operator.api.structural import Schema, structural_schema
from vmk_operator.api.v1alpha1 import GROUP, VERSION, VCenter, VmkAdapter, VmkNetstack
from vmk_operator.api.v1alpha1.columns import ADAPTER_COLUMNS, NETSTACK_COLUMNS, VCENTER_COLUMNS, Column

CATEGORY = "vmkernel"
_BEFORE_EVERYTHING = "1970-01-01T00:00:00Z"
_UNSEEN = "The operator has not looked at this object yet."


@dataclass(frozen=True, slots=True)
class Definition:
    """One kind, as the API server has to know it."""

    model: type[VCenter | VmkNetstack | VmkAdapter]
    plural: str
    short_name: str
    columns: tuple[Column, ...]
    namespaced: bool = True
    selectable: tuple[str, ...] = ()
    """Fields for ``kubectl get --field-selector``."""
    conditions: tuple[ConditionType, ...] = tuple(ConditionType)

    @property
    def name(self) -> str:
        """Name of the CustomResourceDefinition object."""
        return f"{self.plural}.{GROUP}"

    def manifest(self) -> dict[str, Any]:
        """Make the CustomResourceDefinition."""
        kind = self.model.__name__
        version = {
            "name": VERSION,
            "served": True,
            "storage": True,
            "subresources": {"status": {}},
            "additionalPrinterColumns": [_printed(column) for column in self.columns],
            "schema": {"openAPIV3Schema": self._schema()},
        }
        if self.selectable:
            version["selectableFields"] = [{"jsonPath": path} for path in self.selectable]
        return {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": self.name},
            "spec": {
                "group": GROUP,
                "names": {
                    "kind": kind,
                    "listKind": f"{kind}List",
                    "plural": self.plural,
                    "singular": kind.lower(),
                    "shortNames": [self.short_name],
                    "categories": [CATEGORY],
                },
                "scope": "Namespaced" if self.namespaced else "Cluster",
                "versions": [version],
            },
        }

    def _schema(self) -> Schema:
        """Put what Kubernetes knows by itself around spec and status."""
        own = structural_schema(self.model)
        status = own["properties"]["status"] | {"default": {"conditions": _unseen(self.conditions)}}
        return {
            "type": "object",
            "description": own["description"],
            "required": ["spec"],
            "properties": {
                "apiVersion": {"type": "string", "description": "Version of the schema of this object."},
                "kind": {"type": "string", "description": "What this object is."},
                "metadata": {"type": "object"},
                "spec": own["properties"]["spec"],
                "status": status,
            },
            VALIDATIONS: own[VALIDATIONS],
        }


DEFINITIONS = (
    Definition(
        VCenter,
        plural="vcenters",
        short_name="vc",
        columns=VCENTER_COLUMNS,
        namespaced=False,
        conditions=(ConditionType.READY, ConditionType.RECONCILING, ConditionType.STALLED, ConditionType.PAUSED),
    ),
    Definition(
        VmkNetstack,
        plural="vmknetstacks",
        short_name="vns",
        columns=NETSTACK_COLUMNS,
        selectable=(".spec.vcenter", ".spec.host"),
    ),
    Definition(
        VmkAdapter,
        plural="vmkadapters",
        short_name="vmk",
        columns=ADAPTER_COLUMNS,
        selectable=(".spec.vcenter", ".spec.host"),
    ),
)


def _printed(column: Column) -> dict[str, Any]:
    printed: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "jsonPath": column.path,
        "description": f"{column.description}.",
    }
    return printed | ({"priority": 1} if column.wide else {})


def _unseen(kinds: Sequence[ConditionType]) -> list[dict[str, str]]:
    """List the conditions of an object that no operator has seen: no client may read their absence as fine."""
    at_first = {
        ConditionType.READY: ("Unknown", Reason.PENDING, _UNSEEN),
        ConditionType.RECONCILING: ("True", Reason.PENDING, _UNSEEN),
        ConditionType.STALLED: ("False", Reason.NOT_STALLED, ""),
        ConditionType.DRIFTED: ("Unknown", Reason.PENDING, ""),
        ConditionType.PAUSED: ("False", Reason.NOT_PAUSED, ""),
    }
    return [
        {
            "type": kind.value,
            "status": at_first[kind][0],
            "reason": at_first[kind][1].value,
            "message": at_first[kind][2],
            "lastTransitionTime": _BEFORE_EVERYTHING,
        }
        for kind in kinds
    ]
