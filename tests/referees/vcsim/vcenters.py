"""A vCenter by its address, and pyVmomi's client of it: the same whichever simulator serves there."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim, vmodl
from pyVmomi.SoapAdapter import SoapStubAdapter

from contract.simulator.client import PC, over

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION = "vim.version.v8_0_3_0"


@dataclass(frozen=True)
class VCenter:
    """Where a vCenter is and who may log in."""

    server: str
    """``host:port``."""
    ca_file: Path
    username: str
    password: str
    is_ours: bool

    @property
    def trust(self) -> ssl.SSLContext:
        """Its certificate authority and nothing else."""
        return ssl.create_default_context(cafile=str(self.ca_file))

    @contextmanager
    def without_login(self) -> Iterator[Any]:
        """Give the service instance to somebody who has not logged in."""
        host, _, port = self.server.rpartition(":")
        stub = SoapStubAdapter(host, int(port), version=VERSION, sslContext=self.trust)
        try:
            yield vim.ServiceInstance("ServiceInstance", stub)
        finally:
            stub.DropConnections()

    @contextmanager
    def login(self) -> Iterator[Client]:
        """Log in for the length of the block."""
        host, _, port = self.server.rpartition(":")
        instance = SmartConnect(host=host, port=int(port), user=self.username, pwd=self.password, sslContext=self.trust)
        try:
            yield Client(instance, instance.RetrieveContent())
        finally:
            Disconnect(instance)


@dataclass(frozen=True)
class Client:
    """One session."""

    instance: Any
    content: Any

    @property
    def collector(self) -> Any:
        return self.content.propertyCollector

    def view(self, *kinds: type[Any], container: Any = None, recursive: bool = True) -> Any:
        manager = self.content.viewManager
        return manager.CreateContainerView(container or self.content.rootFolder, list(kinds), recursive)

    def all(self, kind: type[Any], container: Any = None) -> list[Any]:
        """Return all objects of a kind, in the order of their names."""
        view = self.view(kind, container=container)
        found = {read["name"]: managed for managed, read in self.read(view, kind, "name")}
        view.DestroyView()
        return [found[name] for name in sorted(found)]

    @property
    def hosts(self) -> list[Any]:
        return self.all(vim.HostSystem)

    def read(self, start: Any, kind: type[Any], *paths: str, **options: Any) -> list[tuple[Any, dict[str, Any]]]:
        """Read properties of the objects of a kind that a view or a list leads to."""
        return results(self.collector.RetrievePropertiesEx([over(start, kind, *paths)], PC.RetrieveOptions(**options)))

    def get(self, managed: Any, path: str) -> Any:
        """Read one property of one object; ``None`` when it is unset."""
        spec = PC.FilterSpec(
            objectSet=[PC.ObjectSpec(obj=managed)], propSet=[PC.PropertySpec(type=type(managed), pathSet=[path])]
        )
        ((_, read),) = results(self.collector.RetrievePropertiesEx([spec], PC.RetrieveOptions()))
        return read.get(path)


def results(answer: Any) -> list[tuple[Any, dict[str, Any]]]:
    """Return what was read of every object."""
    objects = answer.objects if answer is not None else []
    return [(one.obj, {read.name: read.val for read in one.propSet}) for one in objects]


def faults_in(answer: Any) -> dict[str, str]:
    """Return the faults that stand for values in an answer about one object, by path."""
    (content,) = answer.objects
    return {one.path: type(one.fault).__name__.rpartition(".")[2] for one in content.missingSet}


def fault_of(call: Any, *arguments: Any, **named: Any) -> str:
    """Return the name of the fault that a call ends with, or ``""``."""
    try:
        call(*arguments, **named)
    except vmodl.MethodFault as fault:
        return type(fault).__name__.rpartition(".")[2]
    return ""
