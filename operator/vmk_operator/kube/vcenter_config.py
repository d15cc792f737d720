"""A VCenter object becomes what the engine is told about that vCenter."""

from vmk_operator.api.v1alpha1 import VCenter
from vmk_operator.api.v1alpha1.durations import parse_duration
from vmk_operator.api.v1alpha1.objects import ANNOTATION_PAUSED, ANNOTATION_RECONCILE
from vmk_operator.api.v1alpha1.vcenter import NamespacesFrom
from vmk_operator.model.vcenter import Policy, VCenterConfig


def vcenter_config(vcenter: VCenter) -> VCenterConfig:
    """Convert; everything that can be wrong was refused when the object was parsed."""
    spec, metadata = vcenter.spec, vcenter.metadata
    allowed = spec.allowed_namespaces
    names = None if allowed.from_ is NamespacesFrom.ALL else frozenset(allowed.names or ())
    return VCenterConfig(
        name=metadata.name,
        uid=metadata.uid,
        generation=metadata.generation,
        created_at=metadata.creation_timestamp,
        server=spec.server,
        credentials_secret=spec.credentials_secret,
        ca_bundle=spec.tls.ca_bundle if spec.tls is not None else None,
        insecure_skip_verify=spec.tls is not None and spec.tls.insecure_skip_verify,
        allowed_namespaces=names,
        policy=Policy(spec.management_policy.value),
        paused=metadata.annotations.get(ANNOTATION_PAUSED),
        repair_delay_s=parse_duration(spec.repair_delay).total_seconds(),
        resync_period_s=parse_duration(spec.resync_period).total_seconds(),
        max_concurrent_hosts=spec.rollout.max_concurrent_hosts,
        reconcile_requested_at=metadata.annotations.get(ANNOTATION_RECONCILE),
        deleting=metadata.deleting,
        silenced=metadata.silenced,
    )
