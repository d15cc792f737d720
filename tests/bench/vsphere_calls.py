"""The requests of the benchmarks as text, and what their answers say."""

from __future__ import annotations

import re

NETWORK_PATHS = (
    "name",
    "runtime.connectionState",
    "config.network.vnic",
    "config.network.netStackInstance",
    "config.virtualNicManagerInfo.netConfig",
)
"""What a manager of VMkernel networking reads and watches of every host."""

CURRENT_TIME = '<CurrentTime xmlns="urn:vim25"><_this type="ServiceInstance">ServiceInstance</_this></CurrentTime>'


def login(username: str, password: str) -> str:
    """Log in."""
    arguments = f"<userName>{username}</userName><password>{password}</password>"
    return _call("Login", "SessionManager", "SessionManager", arguments)


def all_hosts() -> str:
    """Make a view of all hosts."""
    arguments = '<container type="Folder">group-d1</container><type>HostSystem</type><recursive>true</recursive>'
    return _call("CreateContainerView", "ViewManager", "ViewManager", arguments)


def read(view: str, *paths: str) -> str:
    """Read properties of everything in a view, in one answer."""
    arguments = f"<specSet>{_spec(view, paths)}</specSet><options/>"
    return _call("RetrievePropertiesEx", "PropertyCollector", "propertyCollector", arguments)


def watch(view: str, *paths: str) -> str:
    """Watch properties of everything in a view."""
    arguments = f"<spec>{_spec(view, paths)}</spec><partialUpdates>false</partialUpdates>"
    return _call("CreateFilter", "PropertyCollector", "propertyCollector", arguments)


def wait(version: str, seconds: int) -> str:
    """Wait for updates."""
    arguments = f"<version>{version}</version><options><maxWaitSeconds>{seconds}</maxWaitSeconds></options>"
    return _call("WaitForUpdatesEx", "PropertyCollector", "propertyCollector", arguments)


def disconnect(host: str) -> str:
    """Let vCenter give up a host: a change that every simulator has."""
    return _call("DisconnectHost_Task", "HostSystem", host, "")


def set_mtu(network_system: str, device: str, mtu: int) -> str:
    """Change an adapter."""
    arguments = f"<device>{device}</device><nic><mtu>{mtu}</mtu></nic>"
    return _call("UpdateVirtualNic", "HostNetworkSystem", network_system, arguments)


def query_net_config(nic_manager: str) -> str:
    """Ask which adapters carry management."""
    return _call("QueryNetConfig", "HostVirtualNicManager", nic_manager, "<nicType>management</nicType>")


def returned(answer: bytes) -> str:
    """Return the one object or text that a method returned."""
    return _first(rb"<returnval[^>]*>([^<]*)<", answer)


def version_in(answer: bytes) -> str:
    """Return the version of an update set, empty when there is none."""
    return _first(rb"<version>([^<]*)<", answer)


def hosts_in(answer: bytes) -> list[str]:
    """Return the hosts that an answer is about, in its order."""
    return [one.decode() for one in re.findall(rb'<obj [^>]*type="HostSystem"[^>]*>([^<]*)<', answer)]


def referred_in(answer: bytes, kind: str) -> list[str]:
    """Return the ids of the managed objects of a kind that are values in an answer, in its order."""
    return [one.decode() for one in re.findall(rb'<val [^>]*type="%b"[^>]*>([^<]*)<' % kind.encode(), answer)]


def _first(pattern: bytes, answer: bytes) -> str:
    found = re.search(pattern, answer)
    return found[1].decode() if found is not None else ""


def _call(method: str, kind: str, moid: str, arguments: str) -> str:
    return f'<{method} xmlns="urn:vim25"><_this type="{kind}">{moid}</_this>{arguments}</{method}>'


def _spec(view: str, paths: tuple[str, ...]) -> str:
    wanted = "".join(f"<pathSet>{path}</pathSet>" for path in paths)
    walk = (
        '<selectSet xsi:type="TraversalSpec"><type>ContainerView</type><path>view</path><skip>false</skip></selectSet>'
    )
    return (
        f"<propSet><type>HostSystem</type>{wanted}</propSet>"
        f'<objectSet><obj type="ContainerView">{view}</obj><skip>true</skip>{walk}</objectSet>'
    )
