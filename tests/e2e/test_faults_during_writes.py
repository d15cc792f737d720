"""Whatever befalls a write, on its way there or back: the host ends as declared, and nothing is sent twice blindly.

Every case has a host of its own and meets its trouble once; all of them are under way at the same time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from fleet import host_names
from testbed.deployment import NAMESPACE
from testbed.objects import Object, backup_adapter, is_ready, vmotion_adapter, vmotion_stack
from testbed.operator_process import OperatorProcess
from testbed.simulator import Simulator
from testbed.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from testbed.control_plane import ControlPlane
    from testbed.kubectl import Kubectl

NEEDED = {"AddVirtualNic": 2, "UpdateNetworkConfig": 2, "UpdateVirtualNic": 1, "SelectVnicForNicType": 1}
"""How often each method is called when nothing goes wrong."""
BEFORE = ("close", "http503", "hang", "HostConfigFault")
AFTER = ("close", "reset", "halfBody", "hang", "HostConfigFault", "SystemError")


class Case(NamedTuple):
    method: str
    trouble: str
    when: str

    def rule(self, host: str) -> dict[str, Any]:
        kind = "fault" if self.trouble[0].isupper() else "action"
        return {"method": self.method, "host": host, "count": 1, "when": self.when, kind: self.trouble}


CASES = [
    Case(method, trouble, when)
    for method in NEEDED
    for when, troubles in (("before", BEFORE), ("after", AFTER))
    for trouble in troubles
]
HOSTS = dict(zip(CASES, host_names(len(CASES)), strict=True))


def first_wish(index: int, host: str) -> list[Object]:
    return [
        vmotion_stack(host, name=f"stack-{index}"),
        vmotion_adapter(host, f"10.40.0.{index + 50}/24", name=f"vmotion-{index}"),
        backup_adapter(host, f"10.41.0.{index + 10}/24", name=f"backup-{index}", services=["vSphereProvisioning"]),
    ]


def second_wish(index: int, host: str) -> list[Object]:
    stack, adapter, _ = first_wish(index, host)
    stack["spec"]["gateway"]["ipv4"] = "10.40.0.2"
    adapter["spec"]["mtu"] = 8000
    return [stack, adapter]


@dataclass
class Aftermath:
    simulator: Simulator
    objects: dict[str, Object]
    """By name, as they are when everything is as declared."""


def as_declared(kubectl: Kubectl, count: int) -> dict[str, Object]:
    items = kubectl.get_json("vmkadapters,vmknetstacks")["items"]
    waiting = [f"{i['kind']}/{i['metadata']['name']}: {i['status']['conditions'][0]}" for i in items if not is_ready(i)]
    assert not waiting, f"{len(waiting)} of {len(items)}: {waiting[:4]}"
    return {item["metadata"]["name"]: item for item in items} if len(items) == count else {}


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory, deployed: ControlPlane) -> Iterator[Aftermath]:
    """Let every case meet its trouble, and wait until all that was declared is so."""
    folder = tmp_path_factory.mktemp("faults")
    admin = deployed.kubectl()
    kubectl = admin.in_namespace("faults")
    impatient = {"VMK_OPERATOR_WRITE_TIMEOUT": "2s", "VMK_OPERATOR_SETTLE_TIMEOUT": "3s"}
    with (
        Simulator(folder, name="vcenter-faults", hosts=len(CASES)) as simulator,
        OperatorProcess(deployed, folder, environment=impatient),
    ):
        admin.apply(simulator.secret_manifest(NAMESPACE))
        admin.apply(simulator.vcenter_manifest("lab", rollout={"maxConcurrentHosts": len(CASES)}))
        admin.run("create", "namespace", "faults")
        for case, host in HOSTS.items():
            simulator.control("POST", "/faults", case.rule(host))
        for wish in (first_wish, second_wish):
            kubectl.apply([each for index, host in enumerate(HOSTS.values()) for each in wish(index, host)])
            objects = wait_until(
                lambda: as_declared(kubectl, 3 * len(CASES)), what="all to be as declared", within=120, every=1
            )
        yield Aftermath(simulator, objects)
        # At once: a namespace takes its time, and the next module has hosts of these names and a VCenter of this one.
        kubectl.run("delete", "vmk,vns", "--all", "--wait=false")
        admin.run("delete", "vcenter", "lab", "--timeout=20s")
        admin.run("delete", "namespace", "faults", "--wait=false")


@pytest.mark.timeout(400)
@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_it_ends_as_declared_and_is_sent_again_only_if_it_had_not_happened(aftermath: Aftermath, case: Case) -> None:
    index = CASES.index(case)
    calls = aftermath.simulator.control("GET", f"/calls?host={HOSTS[case]}")

    once_more = {case.method: NEEDED[case.method] + (case.when == "before")}
    assert {method: calls.get(method, 0) for method in NEEDED} == NEEDED | once_more
    for name in (f"stack-{index}", f"vmotion-{index}", f"backup-{index}"):
        status = aftermath.objects[name]["status"]
        assert not status.get("driftHistory"), "nobody but us has changed anything"
        assert not status.get("halt")


def test_every_rule_has_hit_and_no_host_has_an_adapter_too_many(aftermath: Aftermath) -> None:
    assert {rule["hits"] for rule in aftermath.simulator.control("GET", "/faults")} == {1}
    hosts = aftermath.simulator.control("GET", "/state")["datacenters"][0]["clusters"][0]["hosts"]
    assert {len(host["adapters"]) for host in hosts} == {4}
