"""Raw objects from the API server become models; what cannot be understood becomes one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from vmk_operator.api.v1alpha1 import (
    VCenter,
    VCenterStatus,
    VmkAdapter,
    VmkAdapterStatus,
    VmkNetstack,
    VmkNetstackStatus,
)
from vmk_operator.api.v1alpha1.objects import Metadata
from vmk_operator.kube.resources import Resource, Target

OurObject = VCenter | VmkNetstack | VmkAdapter
OurStatus = VCenterStatus | VmkNetstackStatus | VmkAdapterStatus

_MODELS: Mapping[Resource, type[VCenter] | type[VmkNetstack] | type[VmkAdapter]] = {
    Resource.VCENTERS: VCenter,
    Resource.NETSTACKS: VmkNetstack,
    Resource.ADAPTERS: VmkAdapter,
}
_STATUSES: Mapping[Resource, type[VCenterStatus] | type[VmkNetstackStatus] | type[VmkAdapterStatus]] = {
    Resource.VCENTERS: VCenterStatus,
    Resource.NETSTACKS: VmkNetstackStatus,
    Resource.ADAPTERS: VmkAdapterStatus,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One version of one object."""

    target: Target
    version: int
    """``metadata.resourceVersion``; larger is newer, for objects of one kind."""
    metadata: Metadata
    status: OurStatus
    object: OurObject | None
    """``None``: the spec is not understood, and *complaint* says why."""
    complaint: str = ""


def target_of(resource: Resource, body: Mapping[str, Any]) -> Target:
    """Address a raw object."""
    metadata = body["metadata"]
    return Target(resource, metadata.get("namespace", ""), metadata["name"], metadata["uid"])


def version_of(body: Mapping[str, Any]) -> int:
    """Read the resourceVersion. Custom resources are kept in etcd, whose revisions are numbers that grow."""
    return int(body["metadata"]["resourceVersion"])


def parse(resource: Resource, body: Mapping[str, Any]) -> Seen:
    """Understand a raw object as far as possible; never raises for what a user or another release wrote."""
    target, version = target_of(resource, body), version_of(body)
    try:
        whole = _MODELS[resource].model_validate(body)
    except ValidationError as error:
        metadata = Metadata.model_validate(body["metadata"])
        return Seen(target, version, metadata, _status(resource, body), None, sentence(error))
    return Seen(target, version, whole.metadata, whole.status, whole)


def _status(resource: Resource, body: Mapping[str, Any]) -> OurStatus:
    """Keep the status of an object that is not understood: what is bound stays bound."""
    model = _STATUSES[resource]
    try:
        return model.model_validate(body.get("status", {}))
    except ValidationError:
        return model()


def sentence(error: ValidationError) -> str:
    """Say the first complaint in one sentence, with the field's path as the user wrote it."""
    first = error.errors(include_url=False, include_context=False)[0]
    path = ".".join(str(part) for part in first["loc"])
    others = error.error_count() - 1
    more = f" (and {others} more)" if others else ""
    return f"This operator's release does not understand {path}: {first['msg']}{more}."
