"""Raw objects as the API server sends them."""

from typing import Any

Body = dict[str, Any]


def metadata(name: str, *, uid: str, version: int, namespace: str = "team", **more: Any) -> Body:
    return {
        "name": name,
        "namespace": namespace,
        "uid": uid,
        "resourceVersion": str(version),
        "generation": 1,
        "creationTimestamp": "2026-03-01T12:00:00Z",
    } | more


def adapter(
    name: str = "a", *, uid: str = "u1", version: int = 1, host: str = "esx01.example.com", **more: Any
) -> Body:
    """An adapter; *more* goes into its metadata, but for ``spec`` and ``status``."""
    spec = more.pop("spec", {})
    status = more.pop("status", {})
    return {
        "apiVersion": "vmkernel.dev/v1alpha1",
        "kind": "VmkAdapter",
        "metadata": metadata(name, uid=uid, version=version, **more),
        "spec": {
            "vcenter": "lab",
            "host": host,
            "netstack": "defaultTcpipStack",
            "portGroup": {"standard": "Backup-40"},
        }
        | spec,
        "status": status,
    }


def bound(host_id: str = "host-30") -> Body:
    """A status with a binding."""
    binding = {
        "device": "vmk1",
        "mac": "00:50:56:00:00:01",
        "hostId": host_id,
        "hostUuid": "4c4c4544",
        "hostName": "esx01.example.com",
    }
    return {"binding": binding}


def vcenter(name: str = "lab", *, uid: str = "v1", version: int = 1, **more: Any) -> Body:
    """A VCenter; *more* goes into its metadata, but for ``spec``."""
    spec = more.pop("spec", {})
    described = metadata(name, uid=uid, version=version, **more)
    del described["namespace"]
    return {
        "apiVersion": "vmkernel.dev/v1alpha1",
        "kind": "VCenter",
        "metadata": described,
        "spec": {
            "server": "vcenter.example.com",
            "credentialsSecret": "vcenter-lab",
            "allowedNamespaces": {"from": "All"},
            "managementPolicy": "Enforce",
        }
        | spec,
    }
