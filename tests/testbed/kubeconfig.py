"""Kubeconfig files: writing ours, and refusing everybody else's."""

from __future__ import annotations

import base64
import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import yaml

from testbed.errors import NotLoopbackError

if TYPE_CHECKING:
    from pathlib import Path

    from testbed.certificates import KeyPair


def write_kubeconfig(
    path: Path, *, url: str, ca: bytes, user: KeyPair | str, namespace: str = "default", name: str = "testbed"
) -> None:
    """Write a kubeconfig of one context, readable by its owner alone.

    Args:
        path: the file to write.
        url: the API server's address.
        ca: its certificate authority as PEM.
        user: a client certificate, or a bearer token.
        namespace: the context's namespace.
        name: of the context, the cluster and the user.
    """
    if isinstance(user, str):
        credentials = {"token": user}
    else:
        credentials = {"client-certificate-data": _base64(user.certificate), "client-key-data": _base64(user.key)}
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": {"server": url, "certificate-authority-data": _base64(ca)}}],
        "users": [{"name": name, "user": credentials}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name, "namespace": namespace}}],
        "current-context": name,
    }
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(content, sort_keys=False))


def require_loopback(path: Path) -> None:
    """Refuse a kubeconfig any cluster of which is not on this machine.

    Raises:
        NotLoopbackError: a cluster's server is elsewhere, or none is named.
    """
    content = yaml.safe_load(path.read_text()) or {}
    servers = [entry["cluster"]["server"] for entry in content.get("clusters") or []]
    if not servers:
        raise NotLoopbackError(f"{path} names no cluster")
    for server in servers:
        host = urlsplit(server).hostname or ""
        if not _is_loopback(host):
            raise NotLoopbackError(f"{path} points at {server}: the tests only ever touch this machine")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
