"""The settings of a TCP/IP stack, family by family: declared, changed, taken back, changed by hand and repaired."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pyVmomi import vim

from testbed.declared import Declared
from testbed.objects import is_stalled, placed, sentence, vmotion_adapter

if TYPE_CHECKING:
    from testbed.colleague import Colleague
    from testbed.kubectl import Kubectl
    from testbed.simulator import Simulator
    from testbed.whole_fleet import WholeFleet

pytestmark = pytest.mark.usefixtures("operator")

ESX01, ESX02, ESX03 = "esx01.example.com", "esx02.example.com", "esx03.example.com"
ADDRESS = "10.40.0.11/24"
NINE, NINE6 = {"network": "10.9.0.0/16", "gateway": "10.40.0.9"}, {"network": "fd00:9::/48", "gateway": "fd00:40::9"}
CONNECTIONS = 12000
THEIRS = {"network": "10.7.0.0/16", "gateway": "10.40.0.7"}


@pytest.fixture(autouse=True, scope="module")
def _edited_before(simulator: Simulator) -> None:
    """Let every vMotion stack have a setting of its own: a fleet's file has the fields of such stacks only."""
    for host in (ESX01, ESX02, ESX03):
        simulator.control("POST", f"/hosts/{host}/edit", {"netstacks": {"vmotion": {"maxConnections": CONNECTIONS}}})


def adapter_on(kubectl: Kubectl, host: str, **spec: Any) -> Declared:
    """Have an adapter on the vMotion stack, with both families."""
    fields = {"ipv6": {"addresses": ["fd00:40::11/64"]}, "deletionPolicy": "Delete", **spec}
    adapter = Declared(kubectl, vmotion_adapter(host, ADDRESS, **fields))
    adapter.declare()
    return adapter


def stack_of(kubectl: Kubectl, host: str, **spec: Any) -> Declared:
    """Have the vMotion stack of a host as declared."""
    stack = Declared(kubectl, placed("VmkNetstack", "vmotion", host, "vmotion", **spec))
    stack.declare()
    return stack


def advisories(stack: Declared) -> list[str]:
    return [one["reason"] for one in stack.read()["status"].get("advisories", [])]


def test_both_gateways_are_set_repaired_and_taken_away_each_without_the_other(
    kubectl: Kubectl, somebody: Colleague, fleet: WholeFleet
) -> None:
    adapter = adapter_on(kubectl, ESX01)
    stack = stack_of(kubectl, ESX01, gateway={"ipv4": "10.40.0.1"})
    fleet.changes()

    state = stack.declare(gateway={"ipv4": "10.40.0.1", "ipv6": "FD00:40:0::1"})
    assert (state["status"]["observed"]["gateway"], state["status"]["observed"]["ipv6Gateway"]) == (
        "10.40.0.1",
        "fd00:40::1",
    )
    assert fleet.changes() == {"esx01.netstacks.vmotion.ipv6Gateway": (None, "fd00:40::1")}

    # What a colleague leaves out of a routing configuration is taken away.
    somebody.set_gateway(ESX01, "vmotion", "10.40.0.99")
    stack.until_repaired("gateway.ipv4", observed="10.40.0.99")
    stack.until_repaired("gateway.ipv6", observed="None")
    assert fleet.changes() == {}

    stack.declare(gateway={"ipv4": "None", "ipv6": "fd00:40::1"})
    assert fleet.changes() == {"esx01.netstacks.vmotion.gateway": ("10.40.0.1", None)}
    stack.declare(gateway={"ipv6": "None"})
    assert fleet.changes() == {"esx01.netstacks.vmotion.ipv6Gateway": ("fd00:40::1", None)}

    stack.declare(gateway=None)
    somebody.set_gateway(ESX01, "vmotion", "10.40.0.99")
    stack.until(lambda state: state["status"]["observed"].get("gateway") == "10.40.0.99")
    assert "drift" not in stack.look_again()["status"]
    assert fleet.changes() == {"esx01.netstacks.vmotion.gateway": (None, "10.40.0.99")}

    stack.delete()
    assert fleet.changes() == {}
    adapter.delete()


def test_a_gateway_out_of_reach_is_refused_until_it_fits(kubectl: Kubectl, fleet: WholeFleet) -> None:
    adapter = adapter_on(kubectl, ESX01)
    stack = Declared(kubectl, placed("VmkNetstack", "vmotion", ESX01, "vmotion", gateway={"ipv6": "fd00:99::1"}))
    fleet.changes()

    stack.apply()

    stalled = stack.until(lambda state: is_stalled(state, "GatewayUnreachable"))
    assert sentence(stalled).startswith("The gateway fd00:99::1 is in no subnet of an adapter on the TCP/IP stack")
    assert fleet.changes() == {}
    stack.declare(gateway={"ipv6": "fe80::99"})
    assert fleet.changes() == {"esx01.netstacks.vmotion.ipv6Gateway": (None, "fe80::99")}
    stack.declare(gateway={"ipv6": "None"})
    adapter.delete()


def test_dns_goes_from_servers_to_the_lease_of_an_adapter_and_back(
    kubectl: Kubectl, somebody: Colleague, fleet: WholeFleet
) -> None:
    adapter = adapter_on(kubectl, ESX02)
    by_hand = {"servers": ["10.40.0.53", "FD00:40::0053"], "searchDomains": ["example.com"]}
    stack = stack_of(kubectl, ESX02, dns=by_hand)
    assert stack.read()["status"]["observed"]["dnsServers"] == ["10.40.0.53", "fd00:40::53"]

    stack.apply(dns={"fromAdapter": "vmotion"})
    stalled = stack.until(lambda state: is_stalled(state, "AdapterWithoutDhcp"))
    assert f"{adapter.device} on {ESX02} does not use DHCP" in sentence(stalled)

    adapter.declare(ipv4={"mode": "DHCP"})
    fleet.changes()
    observed = stack.declare()["status"]["observed"]
    assert (observed["dnsDevice"], observed["dnsServers"] != []) == (adapter.device, True)

    somebody.edit_stack(ESX02, "vmotion", dnsConfig=dns_config(servers=["10.40.0.99"]))
    assert stack.until_repaired("dns.fromAdapter", observed="None")["desired"] == f"vmotion ({adapter.device})"

    fleet.changes()
    stack.declare(dns={**by_hand, "domainName": "None"})
    changed = fleet.changes()
    dns = "esx02.netstacks.vmotion.dns"
    assert (changed[f"{dns}.dhcp"], changed[f"{dns}.device"]) == ((True, False), (adapter.device, None))
    assert changed[f"{dns}.servers"][1] == ["10.40.0.53", "fd00:40::53"]
    assert changed.keys() <= {f"{dns}.{field}" for field in ("dhcp", "device", "servers", "searchDomains")}

    somebody.edit_stack(ESX02, "vmotion", dnsConfig=dns_config(servers=["10.40.0.99"], domain="by.hand"))
    stack.until_repaired("dns.servers", observed="10.40.0.99")
    stack.until_repaired("dns.searchDomains", observed="None")
    stack.until_repaired("dns.domainName", observed="by.hand")
    assert fleet.changes() == {}
    adapter.delete()


def dns_config(servers: list[str], domain: str = "") -> Any:
    """DNS as somebody sets it by hand, as a whole."""
    config = vim.host.DnsConfig(dhcp=False, hostName="", domainName=domain)
    config.address = servers
    return config


def test_the_stack_has_its_dns_from_an_adapter_of_the_same_apply(kubectl: Kubectl, fleet: WholeFleet) -> None:
    adapter = Declared(kubectl, vmotion_adapter(ESX02, ADDRESS, ipv4={"mode": "DHCP"}, deletionPolicy="Delete"))
    stack = Declared(kubectl, placed("VmkNetstack", "vmotion", ESX02, "vmotion", dns={"fromAdapter": "vmotion"}))

    stack.apply()
    adapter.declare()

    stack.until(lambda state: state["status"].get("observed", {}).get("dnsDevice") == adapter.device)
    stack.declare()
    assert fleet.changes()["esx02.netstacks.vmotion.dns.device"] == (None, adapter.device)
    stack.declare(dns={"servers": []})
    adapter.delete()


def test_the_name_of_a_host_is_told_where_it_differs_and_left_alone(
    kubectl: Kubectl, simulator: Simulator, fleet: WholeFleet
) -> None:
    names = {"hostName": "esx02", "domainName": "example.com"}
    simulator.control("POST", f"/hosts/{ESX02}/edit", {"netstacks": {"defaultTcpipStack": {"dns": names}}})
    fleet.changes()
    observing = placed("VmkNetstack", "default", ESX02, "defaultTcpipStack", dns={"hostName": "esx02"})
    stack = Declared(kubectl, {**observing, "spec": {**observing["spec"], "managementPolicy": "Observe"}})

    assert stack.declare()["status"]["observed"]["hostName"] == "esx02"
    stack.apply(dns={"hostName": "esx99"})

    assert stack.until_observed("dns.hostName") == {"dns.hostName": ("esx99", "esx02")}
    assert fleet.changes() == {}


def test_routes_of_ours_come_and_go_and_others_stay(kubectl: Kubectl, somebody: Colleague, fleet: WholeFleet) -> None:
    adapter = adapter_on(kubectl, ESX03)
    somebody.edit_stack(ESX03, "vmotion", routeTableConfig=route_table("add", THEIRS))
    stack = stack_of(kubectl, ESX03, routes=[NINE, NINE6])
    routes = "esx03.netstacks.vmotion.routes"
    assert fleet.changes()[routes] == ([], [THEIRS, NINE, NINE6])
    assert stack.read()["status"]["observed"]["routes"] == [
        "10.7.0.0/16 via 10.40.0.7",
        "10.9.0.0/16 via 10.40.0.9",
        "fd00:9::/48 via fd00:40::9",
    ]

    somebody.edit_stack(ESX03, "vmotion", routeTableConfig=route_table("remove", NINE))
    stack.until_repaired("routes[10.9.0.0/16]", observed="None")
    somebody.edit_stack(ESX03, "vmotion", routeTableConfig=route_table("remove", NINE6, family="ipv6Route"))
    stack.until_repaired("routes[fd00:9::/48]", observed="None")
    assert fleet.changes() == {}

    stack.declare(routes=[NINE6])
    assert fleet.changes() == {routes: ([THEIRS, NINE, NINE6], [THEIRS, NINE6])}
    stack.declare(routes=[])
    assert fleet.changes() == {routes: ([THEIRS, NINE6], [THEIRS])}
    adapter.delete()


def route_table(operation: str, route: dict[str, str], *, family: str = "ipRoute") -> Any:
    """A route that somebody adds or removes."""
    network, _, length = route["network"].partition("/")
    entry = vim.host.IpRouteEntry(network=network, prefixLength=int(length), gateway=route["gateway"])
    return vim.host.IpRouteTableConfig(**{family: [vim.host.IpRouteOp(changeOperation=operation, route=entry)]})


def test_congestion_control_and_the_limit_of_connections_which_waits_for_a_restart(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator, fleet: WholeFleet
) -> None:
    adapter = adapter_on(kubectl, ESX01)
    stack = stack_of(kubectl, ESX01, congestionControl="newreno", maxConnections=CONNECTIONS)
    fleet.changes()

    stack.declare(congestionControl="cubic")
    assert fleet.changes() == {"esx01.netstacks.vmotion.congestionControl": ("newreno", "cubic")}
    somebody.edit_stack(ESX01, "vmotion", congestionControlAlgorithm="newreno")
    stack.until_repaired("congestionControl", observed="newreno")
    assert fleet.changes() == {}

    observed = stack.declare(maxConnections=20000)["status"]["observed"]
    assert (observed["maxConnections"], observed["runningMaxConnections"]) == (20000, CONNECTIONS)
    assert advisories(stack) == ["TakesEffectAfterReboot"]
    assert "drift" not in stack.read()["status"]

    simulator.control("POST", f"/hosts/{ESX01}/restart")
    stack.until(lambda state: state["status"]["observed"].get("runningMaxConnections") == 20000)
    stack.until(lambda state: "advisories" not in state["status"])
    stack.declare()

    somebody.edit_stack(ESX01, "vmotion", requestedMaxNumberOfConnections=500)
    stack.until_repaired("maxConnections", observed="500")
    assert advisories(stack) == []
    adapter.delete()
