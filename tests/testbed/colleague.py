"""A colleague with a vCenter session of their own, who changes things by hand with pyVmomi."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyVim.connect import Disconnect, SmartConnect
from pyVim.task import WaitForTask
from pyVmomi import vim


class Colleague:
    """Somebody with rights in vCenter and no idea of the operator."""

    def __init__(self, content: Any) -> None:
        """Use an open session."""
        self._content = content
        self._hosts: dict[str, Any] = {}

    def host(self, name: str) -> Any:
        """Return the host of that inventory name. Raises KeyError: there is none."""
        if name not in self._hosts:
            self._hosts |= self._all_hosts()
        return self._hosts[name]

    def _all_hosts(self) -> dict[str, Any]:
        view = self._content.viewManager.CreateContainerView(self._content.rootFolder, [vim.HostSystem], recursive=True)
        try:
            return {host.name: host for host in view.view}
        finally:
            view.Destroy()

    def set_mtu(self, host: str, device: str, mtu: int) -> None:
        """Change the MTU of an adapter, in bytes."""
        self.change(host, device, mtu=mtu)

    def change(self, host: str, device: str, **fields: Any) -> None:
        """Change fields of an adapter, those of vim.host.VirtualNic.Specification; its addresses stay unless given."""
        unchanged = {"ip": self._adapter(host, device).spec.ip}
        self._network(host).UpdateVirtualNic(device, vim.host.VirtualNic.Specification(**(unchanged | fields)))

    def move(self, host: str, device: str, port_group: str) -> None:
        """Plug an adapter into a standard port group."""
        self.change(host, device, portgroup=port_group)

    def set_own_gateway(self, host: str, device: str, gateway: str) -> None:
        """Give an adapter an IPv4 default gateway of its own."""
        self._set_routes(host, device, vim.host.IpRouteConfig(defaultGateway=gateway))

    def set_own_ipv6_gateway(self, host: str, device: str, gateway: str) -> None:
        """Give an adapter an IPv6 default gateway of its own."""
        self._set_routes(host, device, vim.host.IpRouteConfig(ipV6DefaultGateway=gateway))

    def _set_routes(self, host: str, device: str, routes: Any) -> None:
        self.change(host, device, ipRouteSpec=vim.host.VirtualNic.IpRouteSpec(ipRouteConfig=routes))

    def add_ipv6(self, host: str, device: str, address: str) -> None:
        """Give an adapter one more IPv6 address by hand, written with its prefix length."""
        ip, _, prefix = address.partition("/")
        one = vim.host.IpConfig.IpV6Address(ipAddress=ip, prefixLength=int(prefix), operation="add", origin="manual")
        self._set_ipv6(host, device, ipV6Address=[one])

    def switch_ipv6(self, host: str, device: str, *, auto: bool, dhcp: bool) -> None:
        """Switch where an adapter takes IPv6 addresses from."""
        self._set_ipv6(host, device, autoConfigurationEnabled=auto, dhcpV6Enabled=dhcp)

    def _set_ipv6(self, host: str, device: str, **fields: Any) -> None:
        ip = self._adapter(host, device).spec.ip
        ip.ipV6Config = vim.host.IpConfig.IpV6AddressConfiguration(**fields)
        self.change(host, device, ip=ip)

    def remove(self, host: str, device: str) -> None:
        """Remove an adapter."""
        self._network(host).RemoveVirtualNic(device)

    def select(self, host: str, device: str, service: str) -> None:
        """Switch a service on for an adapter."""
        self.host(host).configManager.virtualNicManager.SelectVnicForNicType(service, device)

    def deselect(self, host: str, device: str, service: str) -> None:
        """Switch a service off for an adapter."""
        self.host(host).configManager.virtualNicManager.DeselectVnicForNicType(service, device)

    def choose_for_vsan(self, host: str, *devices: str) -> None:
        """Send vSAN's list with these adapters only, as a script does that knows of no other."""
        ports: Any = [vim.vsan.host.ConfigInfo.NetworkInfo.PortConfig(device=one) for one in devices]
        config = vim.vsan.host.ConfigInfo(networkInfo=vim.vsan.host.ConfigInfo.NetworkInfo(port=ports))
        WaitForTask(self.host(host).configManager.vsanSystem.UpdateVsan_Task(config))

    def set_gateway(self, host: str, netstack: str, gateway: str) -> None:
        """Change the IPv4 default gateway of a TCP/IP stack."""
        self.edit_stack(host, netstack, ipRouteConfig=vim.host.IpRouteConfig(defaultGateway=gateway))

    def edit_stack(self, host: str, netstack: str, **fields: Any) -> None:
        """Change fields of a TCP/IP stack, those of vim.host.NetStackInstance."""
        instance = vim.host.NetStackInstance(key=netstack, **fields)
        spec = vim.host.NetworkConfig.NetStackSpec(netStackInstance=instance, operation="edit")
        self._network(host).UpdateNetworkConfig(vim.host.NetworkConfig(netStackSpec=[spec]), "modify")

    def end_session(self, key: str) -> None:
        """End somebody's session, as an administrator may."""
        self._content.sessionManager.TerminateSession([key])

    def mtu(self, host: str, device: str) -> int | None:
        """Read the MTU of an adapter, in bytes; ``None``: no such adapter."""
        adapter = self._adapter(host, device)
        return None if adapter is None else int(adapter.spec.mtu)

    def address(self, host: str, device: str) -> str | None:
        """Read the IPv4 address of an adapter; ``None``: it has none, or there is no such adapter."""
        adapter = self._adapter(host, device)
        return None if adapter is None else adapter.spec.ip.ipAddress or None

    def netstack(self, host: str, device: str) -> str | None:
        """Read which TCP/IP stack an adapter is on; ``None``: no such adapter."""
        adapter = self._adapter(host, device)
        return None if adapter is None else str(adapter.spec.netStackInstanceKey)

    def enter_maintenance_mode(self, host: str) -> None:
        """Prepare a host for work on it."""
        self.host(host).EnterMaintenanceMode_Task(0)

    def gateway(self, host: str, netstack: str) -> str | None:
        """Read the IPv4 default gateway of a stack."""
        stacks = self.host(host).config.network.netStackInstance
        return next((s.ipRouteConfig.defaultGateway for s in stacks if s.key == netstack), None)

    def devices(self, host: str) -> list[str]:
        """Name the adapters of a host."""
        return [nic.device for nic in self.host(host).config.network.vnic]

    def _network(self, host: str) -> Any:
        return self.host(host).configManager.networkSystem

    def _adapter(self, host: str, device: str) -> Any:
        return next((nic for nic in self.host(host).config.network.vnic if nic.device == device), None)


@contextmanager
def colleague(server: str, user: str, password: str, ca_file: str) -> Iterator[Colleague]:
    """Log a colleague in, and out at the end."""
    host, _, port = server.partition(":")
    trust = ssl.create_default_context(cafile=ca_file)
    instance = SmartConnect(host=host, port=int(port or 443), user=user, pwd=password, sslContext=trust)
    try:
        yield Colleague(instance.RetrieveContent())
    finally:
        Disconnect(instance)
