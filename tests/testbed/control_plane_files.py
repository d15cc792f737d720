"""The files and flags of a control plane's servers."""

from __future__ import annotations

import json
import ssl
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization

from testbed.certificates import CertificateAuthority, KeyPair, key_pem, new_key

if TYPE_CHECKING:
    from pathlib import Path

# Reads and watches are counted by the API server's own metrics; writes are kept with who wrote what.
_AUDIT_POLICY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "omitManagedFields": True,
    "rules": [
        {"level": "None", "verbs": ["get", "list", "watch"]},
        {"level": "None", "users": ["system:apiserver"]},
        {"level": "None", "nonResourceURLs": ["/*"]},
        {"level": "Metadata"},
    ],
}


class ControlPlaneFiles:
    """Where they are, and the flags that name them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.etcd_data = folder / "etcd-data"
        self.audit_log = folder / "audit.log"

    def write(self, authority: CertificateAuthority) -> None:
        """Write the certificates, the key that signs ServiceAccount tokens, and the audit policy."""
        serving, signing = authority.server(), new_key()
        public = signing.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        contents = {
            "ca.crt": authority.certificate,
            "apiserver.crt": serving.certificate,
            "apiserver.key": serving.key,
            "service-account.pub": public,
            "service-account.key": key_pem(signing),
            "audit-policy.json": json.dumps(_AUDIT_POLICY).encode(),
        }
        for name, content in contents.items():
            self._path(name).touch(mode=0o600)
            self._path(name).write_bytes(content)

    def client_context(self, user: KeyPair) -> ssl.SSLContext:
        """Return what a client of the API server needs: whom to trust and who it is."""
        self._path("admin.crt").write_bytes(user.certificate)
        self._path("admin.key").touch(mode=0o600)
        self._path("admin.key").write_bytes(user.key)
        context = ssl.create_default_context(cafile=self._path("ca.crt"))
        context.load_cert_chain(self._path("admin.crt"), self._path("admin.key"))
        return context

    def etcd_flags(self, client_url: str, peer_port: int) -> list[str]:
        """Return the flags of an etcd of one member."""
        peer_url = f"http://127.0.0.1:{peer_port}"
        return [
            "--name=testbed",
            f"--data-dir={self.etcd_data}",
            f"--listen-client-urls={client_url}",
            f"--advertise-client-urls={client_url}",
            f"--listen-peer-urls={peer_url}",
            f"--initial-advertise-peer-urls={peer_url}",
            f"--initial-cluster=testbed={peer_url}",
            "--unsafe-no-fsync",  # nothing here must survive a crash of the machine
            "--logger=zap",
            "--log-level=warn",
        ]

    def apiserver_flags(self) -> list[str]:
        """Return the API server's flags but its ports."""
        return [
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            "--endpoint-reconciler-type=none",
            f"--cert-dir={self._path('apiserver-certificates')}",
            f"--tls-cert-file={self._path('apiserver.crt')}",
            f"--tls-private-key-file={self._path('apiserver.key')}",
            f"--client-ca-file={self._path('ca.crt')}",
            "--authorization-mode=RBAC",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={self._path('service-account.pub')}",
            f"--service-account-signing-key-file={self._path('service-account.key')}",
            "--service-cluster-ip-range=10.96.0.0/16",
            f"--audit-policy-file={self._path('audit-policy.json')}",
            f"--audit-log-path={self.audit_log}",
            "--audit-log-mode=blocking",  # a test that reads the log has every write that was answered
        ]

    def _path(self, name: str) -> Path:
        return self._folder / name
