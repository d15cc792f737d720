"""What can be set, and what each setting means.

No name may begin with ``port`` or ``service``: for a Service called vmk-operator Kubernetes itself sets
``VMK_OPERATOR_PORT`` and ``VMK_OPERATOR_SERVICE_HOST`` in every Pod.
"""

import os
import socket
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, FilePath, model_validator

from vmk_operator.observability.logs import LogFormat, LogLevel
from vmk_operator.settings.values import Duration, Listen, ListenAddress, Metavar

DEFAULT_NAMESPACE = "vmk-operator"
_SERVICE_ACCOUNT_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


def _own_namespace() -> str:
    try:
        return _SERVICE_ACCOUNT_NAMESPACE.read_text().strip() or DEFAULT_NAMESPACE
    except OSError:
        return DEFAULT_NAMESPACE


def _own_identity() -> str:
    return f"{socket.gethostname()}_{os.getpid()}"


class OperatorSettings(BaseModel):
    """What can be set. The docstring below a setting is its text in ``--help``."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    listen: ListenAddress = Listen("127.0.0.1", 8080)
    """Where /metrics, /livez and /readyz are served. Port 0: any free port, told in the log."""

    namespace: Annotated[str, Metavar("NAME"), Field(pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")] = Field(
        default_factory=_own_namespace,
        json_schema_extra={"shown": f"the Pod's own, else {DEFAULT_NAMESPACE}"},
    )
    """Namespace of the operator: its Leases and the Secrets with vCenter credentials are there and nowhere else."""

    kubeconfig: Annotated[FilePath | None, Metavar("FILE")] = Field(
        default=None,
        json_schema_extra={"shown": "$KUBECONFIG, else the Pod's ServiceAccount"},
    )
    """How to reach the API server."""

    identity: Annotated[str, Metavar("NAME"), Field(min_length=1, max_length=253)] = Field(
        default_factory=_own_identity, json_schema_extra={"shown": "host name and process id"}
    )
    """Name of this replica in its Leases, which add a random part, and in Events."""

    log_level: Annotated[LogLevel, Metavar("|".join(LogLevel))] = LogLevel.INFO
    """The least important line that is logged."""

    log_format: Annotated[LogFormat, Metavar("|".join(LogFormat))] = LogFormat.AUTO
    """One JSON object a line, or aligned columns for people; auto: for people when standard error is a terminal."""

    stale_after: Duration = timedelta(minutes=5)
    """How old an observation may be before the objects that rest on it become Unknown."""

    settle_timeout: Duration = timedelta(seconds=15)
    """How long vCenter may take to show a write before the host is refreshed and read directly."""

    read_timeout: Duration = timedelta(seconds=30)
    """Deadline of a vCenter request that changes nothing; the long poll has its own."""

    write_timeout: Duration = timedelta(seconds=30)
    """Deadline of a vCenter request that changes a host; the end of the Lease may shorten it."""

    workers: Annotated[int, Metavar("NUMBER"), Field(ge=1, le=256)] = 8
    """Hosts of one vCenter that are looked at at the same time, besides those being changed."""

    lease_duration: Duration = timedelta(seconds=15)
    """How long a Lease is valid after its last renewal: as long nobody writes when a replica dies."""

    lease_renew_deadline: Duration = timedelta(seconds=10)
    """How long the holder of a Lease trusts a renewal: without another one it stops writing then."""

    lease_retry_period: Duration = timedelta(seconds=2)
    """How often a Lease is renewed, and how often a replica tries to get hold of one."""

    stop_timeout: Duration = timedelta(seconds=25)
    """How long an ordered stop may take: the step under way ends, sessions are closed, Leases released."""

    @model_validator(mode="after")
    def _lease_times_fit(self) -> Self:
        if not self.lease_retry_period < self.lease_renew_deadline < self.lease_duration:
            raise ValueError("--lease-retry-period < --lease-renew-deadline < --lease-duration must hold")
        return self
