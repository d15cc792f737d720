"""A lab with a whole fleet declared in it, and what its servers say about the load."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from prometheus_client.parser import text_string_to_metric_families

from fleet import Manifest, dedicated_stacks, host_names
from testbed.lab import Extent, Lab
from testbed.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from testbed.kubectl import Kubectl

NAMESPACE = "fleet"
VCENTER = "lab"
WRITING_VERBS = frozenset({"POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION"})


@contextmanager
def fleet_lab(folder: Path, *, hosts: int, replicas: int = 1) -> Iterator[tuple[Lab, Kubectl]]:
    """Start a lab with an empty namespace `fleet` and a VCenter `lab`."""
    with Lab(folder, Extent(hosts=hosts, replicas=replicas)) as lab:
        kubectl = lab.control_plane.kubectl()
        kubectl.run("create", "namespace", NAMESPACE)
        kubectl.apply(lab.simulators[0].vcenter_manifest(VCENTER))
        yield lab, kubectl.in_namespace(NAMESPACE)


def declare_fleet(kubectl: Kubectl, hosts: int) -> list[Manifest]:
    """Apply two dedicated stacks with an adapter each for every host; return the manifests."""
    manifests = list(dedicated_stacks(VCENTER, NAMESPACE, host_names(hosts)))
    kubectl.apply(manifests)
    return manifests


def wait_converged(kubectl: Kubectl, count: int, *, within: float) -> None:
    """Wait until that many objects say Ready=True for their generation, and no object says otherwise."""

    def unready() -> bool:
        items = json.loads(kubectl.run("get", "vmkadapters,vmknetstacks", "-o", "json"))["items"]
        waiting = [describe(item) for item in items if not is_ready(item)]
        assert not waiting, f"{len(waiting)} of {len(items)}: {waiting[:3]}"
        return len(items) == count

    wait_until(unready, what=f"{count} converged objects", within=within, every=0.5)


def is_ready(item: Manifest) -> bool:
    """Tell whether the object is Ready for its present generation."""
    status = item.get("status", {})
    return status.get("observedGeneration") == item["metadata"]["generation"] and any(
        condition["type"] == "Ready" and condition["status"] == "True" for condition in status["conditions"]
    )


def describe(item: Manifest) -> str:
    """Say what the object's Ready condition says."""
    ready = next(c for c in item["status"]["conditions"] if c["type"] == "Ready")
    return f"{item['kind']}/{item['metadata']['name']}: {ready['reason']}: {ready['message']}"


def kubernetes_writes(kubectl: Kubectl) -> dict[tuple[str, str], float]:
    """Count the writing requests that the API server has served, by verb and resource."""
    families = text_string_to_metric_families(kubectl.run("get", "--raw", "/metrics"))
    samples = (s for family in families if family.name == "apiserver_request" for s in family.samples)
    counts: dict[tuple[str, str], float] = {}
    for sample in samples:
        labels: dict[str, Any] = sample.labels
        if sample.name == "apiserver_request_total" and labels["verb"] in WRITING_VERBS:
            key = (labels["verb"], "/".join(filter(None, (labels["resource"], labels["subresource"]))))
            counts[key] = counts.get(key, 0) + sample.value
    return counts
