"""The chapters, in the order of the README; each ends with what was seen to be true."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from demo.stage import Stage, StoryFailedError, wait_for
from testbed.colleague import Colleague
from testbed.loopback_http import fetch
from testbed.watching import following

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SHOWN = "examples"
NAMESPACE = "fleet"


@dataclass(frozen=True)
class Scene:
    """What every chapter plays with."""

    stage: Stage
    colleague: Colleague
    server: str
    username: str
    """Of the operator's own account, as of *password*."""
    password: str
    ca_file: str
    metrics: str


def a_look_first(scene: Scene) -> None:
    """Observe an adapter that somebody configured by hand long ago."""
    stage = scene.stage
    stage.chapter(
        "a",
        "Look first: a port configured by hand long ago, in Observe",
        "Nothing has to be changed to learn what you have. Observe compares and reports; it never writes to a host.",
    )
    stage.run(f"kubectl apply -f {SHOWN}/namespace.yaml")
    secret = f"kubectl -n vmk-operator create secret generic vcenter-lab --from-literal=username={scene.username}"
    stage.run(f"{secret} --from-literal=password={scene.password}")
    vcenter = yaml.safe_load((EXAMPLES / "vcenter.yaml").read_text())
    vcenter["spec"] |= {"server": scene.server, "tls": {"caBundle": Path(scene.ca_file).read_text()}}
    stage.say("examples/vcenter.yaml, with the address and the certificate of this simulated vCenter:")
    stage.run("kubectl apply -f -", stdin=json.dumps(vcenter))
    stage.run("kubectl wait --for=condition=Ready vc/lab --timeout=30s")
    stage.run(f"kubectl apply -f {SHOWN}/observe")
    _ready(stage, "vmk/legacy-vmotion")
    stage.run("kubectl get vc")
    stage.run("kubectl get vmk -A")
    stage.proof("The host is as the file says; had it differed, it would be listed and left alone.")


def dedicated_stacks(scene: Scene) -> None:
    """Put vMotion and Provisioning on stacks of their own."""
    stage = scene.stage
    stage.chapter(
        "b",
        "vMotion and Provisioning on stacks of their own",
        "A dedicated stack has its own gateway, so migrations can be routed. Stack and adapter come in one apply: the "
        "operator knows the order.",
    )
    stage.show(f"{SHOWN}/dedicated-stacks/vmotion.yaml", (EXAMPLES / "dedicated-stacks/vmotion.yaml").read_text())
    begun = time.monotonic()
    stage.run(f"kubectl apply -f {SHOWN}/dedicated-stacks")
    _ready(stage, "vmk,vns", more="--all")
    took = time.monotonic() - begun
    stage.run("kubectl get vmk,vns -A")
    gateway = scene.colleague.gateway("esx02.example.com", "vmotion")
    if gateway != "10.0.40.1":
        raise StoryFailedError(f"vCenter shows the gateway {gateway} on the vmotion stack of esx02")
    stage.proof(f"Two adapters and two stacks are on esx02 as declared, {took:.1f} s after the apply.")


def a_change_by_hand(scene: Scene) -> None:
    """Catch a colleague's change and undo it."""
    stage, host = scene.stage, "esx02.example.com"
    stage.chapter(
        "c",
        "A colleague changes things in vCenter by hand",
        "The operator hears of it from vCenter's own update stream: no polling, one long poll per vCenter.",
    )
    device = _device(stage, "vmk", "esx02-vmotion")
    stage.say(f"In a vCenter session of their own, somebody sets the MTU of {device} on esx02 from 9000 to 1500 …")
    _caught(
        scene, "vmkadapters", "esx02-vmotion", "mtu",
        change=lambda: scene.colleague.set_mtu(host, device, 1500),
        mended=lambda: scene.colleague.mtu(host, device) == 9000,
    )  # fmt: skip
    stage.say("… and the gateway of the vMotion stack from 10.0.40.1 to 10.0.40.254:")
    _caught(
        scene, "vmknetstacks", "esx02-vmotion", "gateway.ipv4",
        change=lambda: scene.colleague.set_gateway(host, "vmotion", "10.0.40.254"),
        mended=lambda: scene.colleague.gateway(host, "vmotion") == "10.0.40.1",
    )  # fmt: skip
    stage.say("The evidence outlives the repair, in status, as Events and as metrics:")
    stage.run(f"kubectl -n {NAMESPACE} get vmk esx02-vmotion -o jsonpath={{.status.driftHistory}}")
    wait_for("the Events of the repair", lambda: _events(stage) or None)
    stage.run(f"kubectl -n {NAMESPACE} get events --field-selector involvedObject.name=esx02-vmotion")
    stage.show(f"curl {scene.metrics} | grep vmk_drift_detected_total", _metric(scene, "vmk_drift_detected_total"))


def the_same_in_observe(scene: Scene) -> None:
    """Report a change on an object in Observe and leave it."""
    stage, host, device = scene.stage, "esx01.example.com", "vmk1"
    stage.chapter(
        "d",
        "The same on the object in Observe",
        "Reported with what Enforce would do, and not touched.",
    )
    with following("vmkadapters", NAMESPACE, "legacy-vmotion") as follower:
        since = time.monotonic()
        scene.colleague.set_mtu(host, device, 1400)
        took, seen = follower.first("the drift of legacy-vmotion", lambda o: bool(_drift(o)), since=since)
    stage.run("kubectl get vmk -A")
    stage.show("status.drift and status.plan", yaml.safe_dump({k: seen["status"].get(k) for k in ("drift", "plan")}))
    if scene.colleague.mtu(host, device) != 1400:
        raise StoryFailedError("the operator changed a host for an object in Observe")
    stage.proof(f"Seen in the API server {took:.2f} s after the change; vmk1 still has what the colleague gave it.")


def bad_input(scene: Scene) -> None:
    """Refuse what can't be right, in words."""
    stage = scene.stage
    stage.chapter(
        "e",
        "Bad input gets one clear sentence",
        "From the API server at apply time if one object tells; from status if only vCenter can know.",
    )
    stage.run(f"kubectl apply -f {SHOWN}/refused/bad-address.yaml", refused=True)
    for name, reason in (("unknown-host", "NoSuchHost"), ("management-adapter", "LockoutProtection")):
        stage.run(f"kubectl apply -f {SHOWN}/refused/{name}.yaml")
        obj = yaml.safe_load((EXAMPLES / f"refused/{name}.yaml").read_text())["metadata"]["name"]
        stalled = wait_for(f"{obj} to be Stalled", partial(_condition, stage, obj, "Stalled"))
        if stalled["reason"] != reason:
            raise StoryFailedError(f"{obj} is Stalled for {stalled['reason']}, not {reason}")
        stage.show(f"{obj}: Stalled / {reason}", stalled["message"])
    stage.run("kubectl get vmk -A")
    if scene.colleague.address("esx03.example.com", "vmk0") is None:
        raise StoryFailedError("the management adapter was changed")
    stage.proof("The management adapter was not touched.")


def deletion(scene: Scene) -> None:
    """Delete removes the port, Orphan leaves it."""
    stage, host = scene.stage, "esx03.example.com"
    stage.chapter(
        "f",
        "Deletion: Delete removes the port, Orphan leaves it",
        "Orphan is the default: deleting a file from git never takes a port from a host unless the object said so.",
    )
    stage.run(f"kubectl apply -f {SHOWN}/deletion")
    for name in ("esx03-delete", "esx03-orphan"):
        _ready(stage, f"vmk/{name}")
    delete, orphan = (_device(stage, "vmk", name) for name in ("esx03-delete", "esx03-orphan"))
    stage.say(f"esx03 has {', '.join(scene.colleague.devices(host))}; {delete} is Delete's, {orphan} is Orphan's.")
    stage.run(f"kubectl delete -f {SHOWN}/deletion --timeout=30s")
    left = scene.colleague.devices(host)
    if delete in left or orphan not in left:
        raise StoryFailedError(f"after the deletion esx03 has {left}")
    stage.proof(f"esx03 has {', '.join(left)}.")


CHAPTERS: tuple[Callable[[Scene], None], ...] = (
    a_look_first,
    dedicated_stacks,
    a_change_by_hand,
    the_same_in_observe,
    bad_input,
    deletion,
)


def _ready(stage: Stage, what: str, *, more: str = "") -> None:
    stage.run(f"kubectl -n {NAMESPACE} wait --for=condition=Ready {what} {more} --timeout=30s".replace("  ", " "))


def _caught(
    scene: Scene, plural: str, name: str, field: str, *, change: Callable[[], None], mended: Callable[[], bool]
) -> None:
    with following(plural, NAMESPACE, name) as follower:
        repairs = len(follower.latest()["status"].get("driftHistory", []))
        since = time.monotonic()
        change()
        seen_after, seen = follower.first(
            f"the drift of {field}", lambda o: bool(_drift(o)) or _repairs(o) > repairs, since=since
        )
        repaired_after, repaired = follower.first(
            f"the repair of {field}", lambda o: _repairs(o) > repairs and not _drift(o), since=since
        )
    scene.stage.show("status.drift", yaml.safe_dump(_drift(seen) or seen["status"]["driftHistory"][-1:]))
    newest = repaired["status"]["driftHistory"][-1]
    if newest["field"] != field:
        raise StoryFailedError(f"the drift of {newest['field']} was repaired instead of {field}")
    if not mended():
        raise StoryFailedError(f"status says that {field} is repaired and vCenter does not")
    scene.stage.proof(
        f"{field}: seen in the API server after {seen_after:.2f} s, repaired and verified after {repaired_after:.2f} s."
    )


def _drift(obj: dict[str, Any]) -> list[dict[str, Any]]:
    drift: list[dict[str, Any]] = obj.get("status", {}).get("drift", [])
    return drift


def _repairs(obj: dict[str, Any]) -> int:
    return len(obj.get("status", {}).get("driftHistory", []))


def _device(stage: Stage, kind: str, name: str) -> str:
    return stage.quietly(f"kubectl -n {NAMESPACE} get {kind} {name} -o jsonpath={{.status.binding.device}}")


def _condition(stage: Stage, name: str, kind: str) -> dict[str, Any] | None:
    status = json.loads(stage.quietly(f"kubectl -n {NAMESPACE} get vmk {name} -o json")).get("status", {})
    return next((c for c in status.get("conditions", []) if c["type"] == kind and c["status"] == "True"), None)


def _events(stage: Stage) -> str:
    repairs = "involvedObject.name=esx02-vmotion,reason=DriftRepaired"
    return stage.quietly(f"kubectl -n {NAMESPACE} get events --field-selector {repairs} -o name")


def _metric(scene: Scene, name: str) -> str:
    return "\n".join(line for line in fetch(scene.metrics).splitlines() if line.startswith(name))
