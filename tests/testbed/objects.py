"""Our objects as tests declare and read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from testbed.kubectl import Kubectl

Object = dict[str, Any]

PAUSED = "vmkernel.dev/paused"
RECONCILE = "vmkernel.dev/reconcile-requested-at"
FORCE_FINALIZE = "vmkernel.dev/force-finalize"


def placed(kind: str, name: str, host: str, netstack: str, *, vcenter: str = "lab", **spec: Any) -> Object:
    """Declare an object of a VCenter."""
    return {
        "apiVersion": "vmkernel.dev/v1alpha1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {"vcenter": vcenter, "host": host, "netstack": netstack, **spec},
    }


def vmotion_stack(host: str, gateway: str = "10.40.0.1", *, name: str = "vmotion", **spec: Any) -> Object:
    """Declare the dedicated vMotion stack of a host."""
    return placed("VmkNetstack", name, host, "vmotion", gateway={"ipv4": gateway}, **spec)


def vmotion_adapter(host: str, address: str, *, name: str = "vmotion", **spec: Any) -> Object:
    """Declare the adapter on the dedicated vMotion stack, on the distributed switch."""
    port_group = {"distributed": {"switch": "DSwitch", "name": "dpg-vmotion"}}
    fields: Object = {"portGroup": port_group, "mtu": 9000, "ipv4": {"mode": "Static", "address": address}}
    return placed("VmkAdapter", name, host, "vmotion", **(fields | spec))


def backup_adapter(host: str, address: str, *, name: str = "backup", **spec: Any) -> Object:
    """Declare an adapter on the default stack, on a standard switch."""
    fields: Object = {"portGroup": {"standard": "Backup-40"}, "ipv4": {"mode": "Static", "address": address}}
    return placed("VmkAdapter", name, host, "defaultTcpipStack", **(fields | spec))


def old_vmotion_adapter(host: str, *, name: str = "old-vmotion", **spec: Any) -> Object:
    """Declare the adapter that carries vMotion on the default stack of each of the simulator's hosts."""
    fields: Object = {"portGroup": {"standard": "vMotion-Old"}, "adoptDevice": "vmk1"}
    return placed("VmkAdapter", name, host, "defaultTcpipStack", **(fields | spec))


def condition(state: Object, kind: str) -> Object:
    """Return a condition of that type. Raises StopIteration: there is none."""
    return next(each for each in state["status"]["conditions"] if each["type"] == kind)


def says(state: Object, kind: str, status: str, reason: str | None = None) -> bool:
    """Tell whether the object says so about its present generation."""
    said = condition(state, kind)
    current = state["status"].get("observedGeneration") == state["metadata"]["generation"]
    return current and said["status"] == status and reason in {None, said["reason"]}


def is_ready(state: Object) -> bool:
    """Tell whether the object is Ready for its present generation."""
    return says(state, "Ready", "True")


def is_stalled(state: Object, reason: str) -> bool:
    """Tell whether the object waits for a person, for that reason."""
    return says(state, "Stalled", "True", reason) and says(state, "Ready", "False", reason)


def sentence(state: Object) -> str:
    """Return what the object says about its readiness."""
    message: str = condition(state, "Ready")["message"]
    return message


def is_gone(kubectl: Kubectl, *names: str) -> bool:
    """Tell whether the API server has no such object any more."""
    return "NotFound" in kubectl.try_run("get", *names).stderr
