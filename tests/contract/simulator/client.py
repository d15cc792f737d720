"""pyVmomi's own blocking client, as its users have it, and the control port."""

import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPSConnection
from typing import Any
from urllib.request import Request, urlopen

from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim, vmodl
from pyVmomi.SoapAdapter import SoapStubAdapter

from testbed.waiting import wait_until
from vcenter_simulator.fleet.documents import FleetDocument
from vcenter_simulator.options import settings_of
from vcenter_simulator.running import Running, start_in_thread
from vcenter_simulator.testing.control_client import ControlClient, ControlError

PC = vmodl.query.PropertyCollector
NAME = "esx01.example.com"
ADMINISTRATOR = r"VSPHERE.LOCAL\Administrator"
"""How vCenter shows the account that the clients log in with."""
SOAP = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    "{}</soapenv:Body></soapenv:Envelope>"
)
"""A request by hand; the call goes inside."""


def tls(running: Running) -> ssl.SSLContext:
    """Trust the simulator's certificate authority and nothing else."""
    return ssl.create_default_context(cafile=str(running.ca_file))


def address(running: Running) -> tuple[str, int]:
    """Where the simulator serves: host and port."""
    host, _, port = running.server.rpartition(":")
    return host, int(port)


@contextmanager
def https(running: Running) -> Iterator[HTTPSConnection]:
    """Connect without pyVmomi, to send and read what it would not."""
    with closing(HTTPSConnection(*address(running), context=tls(running), timeout=30)) as connection:
        yield connection


@dataclass
class Client:
    """One session of one user."""

    instance: Any

    @property
    def content(self) -> Any:
        return self.instance.RetrieveContent()

    @property
    def collector(self) -> Any:
        return self.content.propertyCollector

    @property
    def stub(self) -> Any:
        return self.instance._stub

    def view(self, *kinds: type[Any], container: Any = None, recursive: bool = True) -> Any:
        content = self.content
        return content.viewManager.CreateContainerView(container or content.rootFolder, list(kinds), recursive)

    def host(self, name: str = NAME) -> Any:
        return next(host for host in self.read(vim.HostSystem, "name") if host.name == name).obj

    def network(self, name: str = NAME) -> Any:
        return self.get(self.host(name), "configManager.networkSystem")

    def nic_manager(self, name: str = NAME) -> Any:
        return self.get(self.host(name), "configManager.virtualNicManager")

    def get(self, managed: Any, path: str) -> Any:
        """Read one property; unset is ``None``."""
        spec = PC.FilterSpec(
            propSet=[PC.PropertySpec(type=type(managed), pathSet=[path])], objectSet=[PC.ObjectSpec(obj=managed)]
        )
        found = self.collector.RetrievePropertiesEx([spec], PC.RetrieveOptions()).objects[0].propSet
        return found[0].val if found else None

    def read(self, kind: type[Any], *paths: str) -> list[Any]:
        """Read properties of all objects of a kind; each comes with its id and its values by name."""
        view = self.view(kind)
        answer = self.collector.RetrievePropertiesEx([over(view, kind, *paths)], PC.RetrieveOptions())
        view.DestroyView()
        return [
            Read(one.obj, {prop.name: prop.val for prop in one.propSet}) for one in (answer.objects if answer else [])
        ]

    def adapters(self, name: str = NAME) -> dict[str, Any]:
        """The adapters as vCenter shows them, by device."""
        return {nic.device: nic for nic in self.get(self.host(name), "config.network.vnic")}

    def services(self, name: str = NAME) -> dict[str, list[str]]:
        """The devices that carry each service, as vCenter shows them."""
        configs = self.get(self.host(name), "config.virtualNicManagerInfo.netConfig")
        return {one.nicType: [str(key).rpartition("-")[2] for key in one.selectedVnic] for one in configs}

    def netstack(self, key: str, name: str = NAME) -> Any:
        stacks = self.get(self.host(name), "config.network.netStackInstance")
        return next(stack for stack in stacks if stack.key == key)

    def portgroup(self, name: str) -> Any:
        """The port of any kind in a distributed port group."""
        group = next(one for one in self.read(vim.dvs.DistributedVirtualPortgroup, "name", "key") if one.name == name)
        switch = self.read(vim.dvs.VmwareDistributedVirtualSwitch, "uuid")[0]
        return vim.dvs.PortConnection(switchUuid=switch.values["uuid"], portgroupKey=group.values["key"])


@dataclass
class Read:
    """One object that was read."""

    obj: Any
    values: dict[str, Any]

    @property
    def name(self) -> Any:
        return self.values["name"]


@contextmanager
def connect(running: Running, **changes: Any) -> Iterator[Client]:
    """Log in as pyVmomi's users do, and out at the end."""
    host, port = address(running)
    arguments: dict[str, Any] = {
        "host": host,
        "port": port,
        "user": running.username,
        "pwd": running.password,
        "sslContext": tls(running),
        "httpConnectionTimeout": 30,
    }
    instance = SmartConnect(**(arguments | changes))
    try:
        yield Client(instance)
    finally:
        Disconnect(instance)
        instance._stub.DropConnections()


@contextmanager
def vcenter(hosts: int = 1, *, fleet: FleetDocument | None = None, **options: Any) -> Iterator[tuple[Running, Client]]:
    """Start a simulator with the command's options, by their names, and log in."""
    with start_in_thread(hosts=hosts, fleet=fleet, settings=settings_of(**options)) as running, connect(running) as one:
        yield running, one


@contextmanager
def stub_of(running: Running, version: str = "vim.version.v8_0_3_0") -> Iterator[SoapStubAdapter]:
    """Connect without a login."""
    stub = SoapStubAdapter(*address(running), version=version, sslContext=tls(running), httpConnectionTimeout=30)
    try:
        yield stub
    finally:
        stub.DropConnections()


def over(view: Any, kind: type[Any], *paths: str) -> Any:
    """Select *paths* of everything in a view."""
    walk = PC.TraversalSpec(name="view", type=type(view), path="view", skip=False)
    return PC.FilterSpec(
        propSet=[PC.PropertySpec(type=kind, pathSet=list(paths))],
        objectSet=[PC.ObjectSpec(obj=view, skip=True, selectSet=[walk])],
    )


def static(address: str | None, netmask: str = "255.255.255.0", **fields: Any) -> Any:
    """Return a HostVirtualNicSpec with a static address."""
    ip = vim.host.IpConfig(dhcp=False, ipAddress=address, subnetMask=netmask if address else None)
    return vim.host.VirtualNic.Specification(ip=ip, **fields)


def stack_edit(key: str, operation: str = "edit", **fields: Any) -> Any:
    """Return a HostNetworkConfig that edits one TCP/IP stack."""
    instance = vim.host.NetStackInstance(key=key, **fields)
    spec = vim.host.NetworkConfig.NetStackSpec(netStackInstance=instance, operation=operation)
    return vim.host.NetworkConfig(netStackSpec=[spec])


@dataclass
class Refused:
    """An answer of the control port that is not a success."""

    status: int
    sentence: str


def control(running: Running, method: str, path: str, body: object = None) -> Any:
    """Call the control port, as the simulator's own client does."""
    try:
        return ControlClient(running.control_url).request(method, path, body)
    except ControlError as error:
        return Refused(error.status, str(error))


def fetch(running: Running, path: str, **headers: str) -> str:
    """Read a page of the control port as it is."""
    request = Request(f"{running.control_url}{path}", headers=headers)  # noqa: S310 - our own loopback port
    with urlopen(request, timeout=30) as answer:  # noqa: S310 - our own loopback port
        text: str = answer.read().decode()
    return text


def wait_for_call(running: Running) -> None:
    """Wait until a call is under way that is not answered yet."""
    sessions = ControlClient(running.control_url).sessions
    wait_until(lambda: any(one["callsUnderWay"] for one in sessions()), what="a call")
