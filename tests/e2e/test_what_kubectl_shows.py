"""What people see of the examples: accepted or refused, and the tables and texts of kubectl."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from testbed.kubectl import as_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from testbed.control_plane import ControlPlane
    from testbed.kubectl import Kubectl

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FILES = [file for file in sorted(EXAMPLES.rglob("*.yaml")) if file.parent.name != "simulator"]
"""Those for a cluster: the simulator has examples of its own."""

Manifest = dict[str, Any]


def manifests(files: Iterable[Path]) -> list[Manifest]:
    return [manifest for file in files for manifest in yaml.safe_load_all(file.read_text())]


@pytest.fixture
def fleet(deployed: ControlPlane) -> Kubectl:
    """Return kubectl in the namespace of the examples, which is there."""
    kubectl = deployed.kubectl()
    kubectl.run("apply", "-f", str(EXAMPLES / "namespace.yaml"))
    return kubectl.in_namespace("fleet")


def test_every_example_but_the_bad_address_is_accepted_without_a_warning(fleet: Kubectl) -> None:
    good = [file for file in FILES if file.name != "bad-address.yaml"]

    answer = fleet.try_run("apply", "--dry-run=server", "-f", "-", stdin=as_yaml(manifests(good)))

    assert (answer.stderr, answer.returncode) == ("", 0)


def test_the_example_of_a_bad_address_is_refused_with_a_sentence(fleet: Kubectl) -> None:
    answer = fleet.try_run("apply", "-f", str(EXAMPLES / "refused" / "bad-address.yaml"))

    assert answer.stderr == (
        'The VmkAdapter "bad-address" is invalid: spec.ipv4.address: Invalid value: "10.0.40.300/24": '
        "must be an IPv4 address with its prefix length, for example 10.0.40.11/24\n"
    )


def condition(kind: str, status: str, reason: str, message: str = "") -> Manifest:
    now = "2026-01-01T00:00:00Z"
    return {"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": now}


@pytest.fixture
def shown(kubectl: Kubectl, namespace: str) -> Kubectl:
    """Give the examples, in a namespace of this test, statuses with the longest reason that there is."""
    here = [manifest for manifest in manifests(FILES) if manifest["metadata"].get("namespace")]
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
        ("vmk", ["NAMESPACE", "NAME", "HOST", "DEVICE", "READY", "REASON", "SINCE", "DRIFT", "ADVICE"]),
        ("vns", ["NAMESPACE", "NAME", "HOST", "READY", "REASON", "SINCE", "DRIFT", "ADVICE"]),
    ):
        lines = own_lines(shown.run("get", kinds, "-A"), namespace)

        assert lines[0].split() == heads
        assert len(lines) > 1
        assert max(len(line) for line in lines) <= 120, "\n".join(lines)
        assert all("WaitingForRepairDelay" in line for line in lines[1:])


@pytest.mark.usefixtures("deployed")
def test_advice_has_a_column_in_the_same_120(shown: Kubectl) -> None:
    advisories = [{"reason": reason, "message": "The sentence."} for reason in ("VmotionStacksDiffer", "MtuUnequal")]
    patch = as_yaml({"status": {"conditions": [condition("Ready", "True", "Observed")], "advisories": advisories}})
    shown.run("patch", "vmk", "legacy-vmotion", "--subresource=status", "--type=merge", "-p", patch)

    _, line = shown.run("get", "vmk", "legacy-vmotion").splitlines()

    assert line.endswith("VmotionStacksDiffer")
    assert len("NAMESPACE   ") + len(line) <= 120


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

    assert table.splitlines()[0].split() == ["NAME", "SERVER", "READY", "REASON", "SINCE", "POLICY", "ADVICE"]
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
