"""The migration that the project exists for: a cluster's vMotion goes from the default stack to one of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from testbed.objects import backup_adapter, condition, is_ready, old_vmotion_adapter, says, vmotion_stack

if TYPE_CHECKING:
    from testbed.colleague import Colleague
    from testbed.kubectl import Kubectl

HOSTS = ("esx01.example.com", "esx02.example.com", "esx03.example.com")


def short(host: str) -> str:
    return host.partition(".")[0]


def before(host: str) -> dict[str, Any]:
    """The adapter as the cluster has it: on the default stack, selected for vMotion."""
    return old_vmotion_adapter(host, name=f"{short(host)}-vmotion", services=["vmotion"])


def after(host: str) -> dict[str, Any]:
    """The same object, edited: another stack, port group and address, and no service, which the stack implies."""
    item = before(host)
    item["spec"] |= {
        "netstack": "vmotion",
        "portGroup": {"distributed": {"switch": "DSwitch", "name": "dpg-vmotion"}},
        "ipv4": {"mode": "Static", "address": f"10.40.0.1{HOSTS.index(host) + 1}/24"},
    }
    del item["spec"]["services"]
    return item


def row(kubectl: Kubectl, name: str) -> str:
    """Return what ``kubectl get`` shows of an object."""
    return next(line for line in kubectl.run("get", "vmk").splitlines() if line.startswith(name))


def advice(state: dict[str, Any]) -> list[str]:
    return [one["reason"] for one in state["status"].get("advisories", [])]


def migrate(kubectl: Kubectl, somebody: Colleague, host: str) -> None:
    """Apply the edit, approve its plan, put the host into maintenance mode; look at every state on the way."""
    name = f"{short(host)}-vmotion"
    device = kubectl.get_json("vmk", name)["status"]["binding"]["device"]

    kubectl.apply([vmotion_stack(host, name=name), after(host)])
    waiting = kubectl.wait_until(lambda state: says(state, "Ready", "False", "WaitingForApproval"), "vmk", name)
    assert "WaitingForApproval" in row(kubectl, name)
    assert waiting["status"]["plan"]["steps"][0] == f"remove {device} from stack defaultTcpipStack"
    kubectl.wait_until(lambda state: says(state, "Ready", "True", "Dormant"), "vns", name)

    kubectl.run("annotate", "--overwrite", "vmk", name, f"vmkernel.dev/approve={waiting['status']['plan']['id']}")
    kubectl.wait_until(lambda state: says(state, "Ready", "False", "WaitingForMaintenanceMode"), "vmk", name)
    assert "WaitingForMaintenanceMode" in row(kubectl, name)
    assert somebody.netstack(host, device) == "defaultTcpipStack"

    somebody.enter_maintenance_mode(host)
    moved = kubectl.wait_until(is_ready, "vmk", name)
    kubectl.wait_until(lambda state: says(state, "Ready", "True", "Converged"), "vns", name)
    assert moved["status"]["observed"]["services"] == ["vmotion"]
    assert somebody.netstack(host, moved["status"]["binding"]["device"]) == "vmotion"
    assert somebody.gateway(host, "vmotion") == "10.40.0.1"
    assert moved["status"].get("drift", []) == []


@pytest.mark.usefixtures("operator")
def test_a_cluster_goes_to_a_dedicated_vmotion_stack_host_by_host(kubectl: Kubectl, somebody: Colleague) -> None:
    spare = backup_adapter(HOSTS[0], "10.40.1.11/24", name="spare", services=["vmotion"])
    kubectl.apply([*(before(host) for host in HOSTS), spare])
    for name in (*(f"{short(host)}-vmotion" for host in HOSTS), "spare"):
        kubectl.wait_until(is_ready, "vmk", name)
    kubectl.wait_until(lambda state: "VmotionOnDefaultStack" in advice(state), "vcenter", "lab")

    migrate(kubectl, somebody, HOSTS[0])

    # What else carried vMotion on that host does not any more, and nobody fights over it.
    shadowed = kubectl.wait_until(lambda state: "ServiceShadowed" in advice(state), "vmk", "spare")
    assert says(shadowed, "Ready", "True", "Converged")
    # The cluster is mixed now: a normal state, told as advice.
    mixed = kubectl.wait_until(lambda state: "VmotionStacksDiffer" in advice(state), "vmk", "esx02-vmotion")
    assert is_ready(mixed)
    assert "VmotionStacksDiffer" in row(kubectl, "esx02-vmotion")

    for host in HOSTS[1:]:
        migrate(kubectl, somebody, host)

    for host in HOSTS:
        name = f"{short(host)}-vmotion"
        done = kubectl.wait_until(lambda state: "VmotionStacksDiffer" not in advice(state), "vmk", name)
        assert condition(done, "Ready")["reason"] == "Converged"
    kubectl.wait_until(lambda state: "VmotionOnDefaultStack" not in advice(state), "vcenter", "lab")
