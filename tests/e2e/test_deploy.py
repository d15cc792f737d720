"""What `deploy/`, the chart and the examples put on a real API server."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from rich.console import Console

from testbed.build import build
from testbed.catalogue import CATALOGUE
from testbed.control_plane import ControlPlane
from testbed.deployment import DEPLOY, NAMESPACE
from testbed.kubectl import as_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from testbed.kubectl import Kubectl

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "charts" / "vmk-operator"
EXAMPLES = ROOT / "examples"
OPERATOR = f"system:serviceaccount:{NAMESPACE}:vmk-operator"

Manifest = dict[str, Any]


def identity(manifest: Manifest) -> tuple[str, str, str]:
    return manifest["kind"], manifest["metadata"].get("namespace", ""), manifest["metadata"]["name"]


def by_identity(text: str) -> dict[tuple[str, str, str], Manifest]:
    return {identity(manifest): manifest for manifest in yaml.safe_load_all(text) if manifest}


# deploy/


def test_it_applies_without_a_warning_and_a_second_time_without_a_change(deployed: ControlPlane) -> None:
    again = deployed.kubectl().try_run("apply", "-k", str(DEPLOY))

    assert again.stderr == ""
    assert {line.rsplit(" ", 1)[1] for line in again.stdout.splitlines()} == {"unchanged"}


def test_it_applies_without_a_warning_to_the_oldest_kubernetes_that_we_support(tmp_path: Path) -> None:
    with ControlPlane(tmp_path, emulated_version="1.33") as oldest:
        answer = oldest.kubectl().try_run("apply", "-k", str(DEPLOY))

    assert (answer.stderr, answer.returncode) == ("", 0)


def test_its_pod_meets_the_restricted_standard_that_its_namespace_enforces(deployed: ControlPlane) -> None:
    kubectl = deployed.kubectl(NAMESPACE)
    template = kubectl.get_json("deployment", "vmk-operator")["spec"]["template"]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "probe"}, "spec": template["spec"]}
    reckless = {"name": "c", "image": "i"}  # says nothing, so may run as root

    ours = kubectl.try_run("apply", "--dry-run=server", "-f", "-", stdin=as_yaml(pod))
    other = kubectl.try_run(
        "apply", "--dry-run=server", "-f", "-", stdin=as_yaml(pod | {"spec": {"containers": [reckless]}})
    )

    assert (ours.stderr, ours.stdout) == ("", "pod/probe created (server dry run)\n")
    assert 'violates PodSecurity "restricted:latest"' in other.stderr


@pytest.mark.parametrize(
    ("verb", "what", "where"),
    [
        ("watch", "vmkadapters.vmkernel.dev", "fleet"),
        ("patch", "vmkadapters.vmkernel.dev", "fleet"),
        ("patch", "vmknetstacks.vmkernel.dev/status", "fleet"),
        ("patch", "vcenters.vmkernel.dev/status", "fleet"),
        ("create", "events", "fleet"),
        ("get", "customresourcedefinitions.apiextensions.k8s.io/vcenters.vmkernel.dev", "fleet"),
        ("watch", "secrets", NAMESPACE),
        ("create", "leases.coordination.k8s.io", NAMESPACE),
        ("update", "leases.coordination.k8s.io", NAMESPACE),
    ],
)
def test_the_operator_may(deployed: ControlPlane, verb: str, what: str, where: str) -> None:
    assert may(deployed, verb, what, where) == "yes"


@pytest.mark.parametrize(
    ("verb", "what", "where"),
    [
        ("get", "secrets", "fleet"),
        ("list", "secrets", "kube-system"),
        ("create", "secrets", NAMESPACE),
        ("delete", "vmkadapters.vmkernel.dev", "fleet"),
        ("create", "vmkadapters.vmkernel.dev", "fleet"),
        ("update", "vmkadapters.vmkernel.dev", "fleet"),
        ("get", "customresourcedefinitions.apiextensions.k8s.io/others.example.com", "fleet"),
        ("patch", "customresourcedefinitions.apiextensions.k8s.io/vcenters.vmkernel.dev", "fleet"),
        ("create", "leases.coordination.k8s.io", "fleet"),
        ("get", "pods", NAMESPACE),
        ("delete", "events", "fleet"),
        ("delete", "leases.coordination.k8s.io", NAMESPACE),
    ],
)
def test_the_operator_may_not(deployed: ControlPlane, verb: str, what: str, where: str) -> None:
    assert may(deployed, verb, what, where) == "no"


def may(deployed: ControlPlane, verb: str, what: str, where: str) -> str:
    """Ask the API server; a resource may be followed by /subresource, one with a dot in it by /name."""
    resource, _, rest = what.partition("/")
    target = [resource, f"--subresource={rest}"] if rest == "status" else [what]
    answer = deployed.kubectl(where).try_run("auth", "can-i", verb, *target, f"--as={OPERATOR}")
    return answer.stdout.strip()


# The chart


@pytest.fixture(scope="module")
def helm(deployed: ControlPlane) -> Path:  # noqa: ARG001 - one of the heavy lanes; the unit lane never builds
    build(["helm"], Console(stderr=True))
    return CATALOGUE["helm"].binary


def rendered(helm: Path, *settings: str) -> str:
    flags = [flag for setting in settings for flag in ("--set", setting)]
    command = [helm, "template", "vmk-operator", CHART, "--namespace", NAMESPACE, *flags]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_chart_is_what_deploy_is(helm: Path, deployed: ControlPlane) -> None:
    deploy = by_identity(deployed.kubectl().run("kustomize", str(DEPLOY)))
    del deploy["Namespace", "", NAMESPACE]  # helm's own business: --create-namespace

    assert by_identity(rendered(helm, "crds.keep=false")) == deploy


def test_uninstalling_the_chart_keeps_the_definitions_unless_told_otherwise(helm: Path) -> None:
    definitions = [m for m in by_identity(rendered(helm)).values() if m["kind"] == "CustomResourceDefinition"]

    assert len(definitions) == 3
    assert all(m["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"} for m in definitions)


def test_the_chart_can_leave_the_definitions_to_somebody_else(helm: Path) -> None:
    kinds = {kind for kind, _, _ in by_identity(rendered(helm, "crds.install=false"))}

    assert "Deployment" in kinds
    assert "CustomResourceDefinition" not in kinds


def test_every_value_of_the_chart_arrives(helm: Path) -> None:
    objects = by_identity(
        rendered(
            helm,
            "image.repository=registry.example.com/vmk-operator",
            "image.tag=1.2.3",
            "image.pullPolicy=Always",
            "image.pullSecrets={registry}",
            "replicas=2",
            "resources.limits.memory=1Gi",
            "port=9090",
            "logLevel=debug",
            "fullnameOverride=vmk",
        )
    )

    deployment = objects["Deployment", NAMESPACE, "vmk"]["spec"]
    pod = deployment["template"]["spec"]
    container = pod["containers"][0]
    environment = {entry["name"]: entry.get("value") for entry in container["env"]}
    assert deployment["replicas"] == 2
    assert container["image"] == "registry.example.com/vmk-operator:1.2.3"
    assert container["imagePullPolicy"] == "Always"
    assert container["resources"]["limits"] == {"memory": "1Gi"}
    assert container["ports"] == [{"name": "http", "containerPort": 9090}]
    assert environment["VMK_OPERATOR_LISTEN"] == "0.0.0.0:9090"
    assert environment["VMK_OPERATOR_LOG_LEVEL"] == "debug"
    assert pod["imagePullSecrets"] == [{"name": "registry"}]
    assert pod["serviceAccountName"] == "vmk"
    assert objects["Service", NAMESPACE, "vmk"]["spec"]["ports"][0]["port"] == 9090
    assert {name for kind, _, name in objects if kind != "CustomResourceDefinition"} == {"vmk"}


@pytest.mark.parametrize("wrong", ["replica=2", "logLevel=loud", "port=80", "crds.enabled=true", "replicas=many"])
def test_a_value_that_the_chart_does_not_know_is_refused(helm: Path, wrong: str) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        rendered(helm, wrong)

    assert "values don't meet the specifications of the schema" in refused.value.stderr


def test_the_chart_lints_without_a_complaint(helm: Path) -> None:
    answer = subprocess.run([helm, "lint", "--strict", CHART], capture_output=True, text=True, check=False)

    assert answer.returncode == 0, answer.stdout


# The examples


def manifests(files: Iterable[Path]) -> list[Manifest]:
    return [manifest for file in files for manifest in yaml.safe_load_all(file.read_text())]


@pytest.fixture
def fleet(deployed: ControlPlane) -> Kubectl:
    """Return kubectl in the namespace of the examples, which is there."""
    kubectl = deployed.kubectl()
    kubectl.run("apply", "-f", str(EXAMPLES / "namespace.yaml"))
    return kubectl.in_namespace("fleet")


def test_every_example_but_the_bad_address_is_accepted_without_a_warning(fleet: Kubectl) -> None:
    good = [file for file in sorted(EXAMPLES.rglob("*.yaml")) if file.name != "bad-address.yaml"]

    answer = fleet.try_run("apply", "--dry-run=server", "-f", "-", stdin=as_yaml(manifests(good)))

    assert (answer.stderr, answer.returncode) == ("", 0)


def test_the_example_of_a_bad_address_is_refused_with_a_sentence(fleet: Kubectl) -> None:
    answer = fleet.try_run("apply", "-f", str(EXAMPLES / "refused" / "bad-address.yaml"))

    assert answer.stderr == (
        'The VmkAdapter "bad-address" is invalid: spec.ipv4.address: Invalid value: "10.0.40.300/24": '
        "must be an IPv4 address with its prefix length, for example 10.0.40.11/24\n"
    )


# What people read


def condition(kind: str, status: str, reason: str, message: str = "") -> Manifest:
    now = "2026-01-01T00:00:00Z"
    return {"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": now}


@pytest.fixture
def shown(kubectl: Kubectl, namespace: str) -> Kubectl:
    """Give the examples, in a namespace of this test, statuses with the longest reason that there is."""
    here = [manifest for manifest in manifests(EXAMPLES.rglob("*.yaml")) if manifest["metadata"].get("namespace")]
    for manifest in here:
        if manifest["metadata"]["name"] == "bad-address":
            continue
        manifest["metadata"]["namespace"] = namespace
        kubectl.apply(manifest)
        adapter = manifest["kind"] == "VmkAdapter"
        host = manifest["spec"]["host"]
        status = {
            "since": "2026-01-01T00:00:00Z",
            "conditions": [
                condition("Ready", "Unknown", "WaitingForRepairDelay", "The sentence."),
                condition("Drifted", "True", "Drifted", "mtu" if adapter else "gateway.ipv4"),
            ],
            "binding": {"device": "vmk3", "hostId": "host-30", "hostUuid": "u", "hostName": host},
        }
        patch = as_yaml({"status": status})
        kubectl.run(
            "patch", manifest["kind"], manifest["metadata"]["name"], "--subresource=status", "--type=merge", "-p", patch
        )
    return kubectl


def own_lines(table: str, namespace: str) -> list[str]:
    """Keep the heading and the lines of one namespace, whose name counts as that of the demo."""
    head, *lines = table.splitlines()
    surplus = max(0, len(namespace) - len("NAMESPACE"))
    kept = [line[surplus:] for line in lines if line.startswith(namespace)]
    return [re.sub(r"^NAMESPACE +", "NAMESPACE   ", head), *kept]


@pytest.mark.usefixtures("deployed")
def test_kubectl_get_says_what_is_wrong_where_and_since_when_in_120_columns(shown: Kubectl, namespace: str) -> None:
    for kinds, heads in (
        ("vmk", ["NAMESPACE", "NAME", "HOST", "DEVICE", "READY", "REASON", "SINCE", "DRIFT"]),
        ("vns", ["NAMESPACE", "NAME", "HOST", "READY", "REASON", "SINCE", "DRIFT"]),
    ):
        lines = own_lines(shown.run("get", kinds, "-A"), namespace)

        assert lines[0].split() == heads
        assert len(lines) > 1
        assert max(len(line) for line in lines) <= 120, "\n".join(lines)
        assert all("WaitingForRepairDelay" in line for line in lines[1:])


@pytest.mark.usefixtures("deployed")
def test_where_drift_is_unknown_no_sentence_takes_the_column_of_the_fields(shown: Kubectl) -> None:
    unknown = condition("Drifted", "Unknown", "HostAway", "vCenter does not reach the host.")
    patch = as_yaml({"status": {"conditions": [condition("Ready", "Unknown", "HostAway"), unknown]}})
    shown.run("patch", "vmk", "legacy-vmotion", "--subresource=status", "--type=merge", "-p", patch)

    assert "does not reach" not in shown.run("get", "vmk", "legacy-vmotion")


@pytest.mark.usefixtures("deployed")
def test_stack_and_age_are_for_those_who_ask_for_more(shown: Kubectl) -> None:
    heads = shown.run("get", "vmk", "-o", "wide").splitlines()[0].split()

    assert heads[-6:] == ["STACK", "ADDRESS", "MTU", "VCENTER", "AGE", "MESSAGE"]


def test_kubectl_get_vc_fits_in_120_columns(deployed: ControlPlane) -> None:
    kubectl = deployed.kubectl()
    kubectl.run("apply", "-f", str(EXAMPLES / "vcenter.yaml"))
    try:
        table = kubectl.run("get", "vc")
    finally:
        kubectl.run("delete", "-f", str(EXAMPLES / "vcenter.yaml"))

    assert table.splitlines()[0].split() == ["NAME", "SERVER", "READY", "REASON", "SINCE", "POLICY"]
    assert max(map(len, table.splitlines())) <= 120


@pytest.mark.usefixtures("deployed")
def test_one_word_lists_everything_of_ours(shown: Kubectl) -> None:
    names = shown.run("get", "vmkernel", "-o", "name")

    assert "vmkadapter.vmkernel.dev/esx02-vmotion" in names
    assert "vmknetstack.vmkernel.dev/esx02-vmotion" in names


@pytest.mark.usefixtures("deployed")
def test_objects_of_one_host_can_be_selected(shown: Kubectl) -> None:
    names = shown.run("get", "vmk", "--field-selector", "spec.host=esx01.example.com", "-o", "name")

    assert names == "vmkadapter.vmkernel.dev/legacy-vmotion\n"


def test_kubectl_explain_tells_what_a_field_means(deployed: ControlPlane) -> None:
    text = " ".join(deployed.kubectl().run("explain", "vmk.spec.services").split())

    assert "Exactly the services that are enabled on this adapter; [] is none." in text
