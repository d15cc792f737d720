from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from typing import Any

import pytest
from pyVmomi import vim

from unit.vcenter.wire import array, element, net_config, stack, vnic, vnics
from vmk_operator.model.host import (
    Connection,
    DistributedAttachment,
    DnsState,
    Ipv4State,
    Ipv6State,
    LearnedAddress,
    OpaqueAttachment,
    OpaqueNetwork,
    RouteConfig,
    StandardAttachment,
    StaticRoute,
)
from vmk_operator.vcenter import decode


def test_an_adapter_keeps_every_field_that_we_manage() -> None:
    (found,) = decode.adapters(
        element(vnics(vnic("vmk3", mtu=9000, netStackInstanceKey="vmotion", portgroup="vMotion-40")))
    )
    assert found.device == "vmk3"
    assert found.mac == "00:50:56:6a:00:01"
    assert found.netstack == "vmotion"
    assert found.mtu == 9000
    assert found.attachment == StandardAttachment("vMotion-40")
    assert found.ipv4 == Ipv4State(dhcp=False, address=IPv4Interface("10.0.40.11/24"))
    assert not found.system_owned


def test_an_unset_stack_is_the_default_one_and_an_unset_mtu_vspheres_default() -> None:
    (found,) = decode.adapters(element(vnics(vnic())))
    assert (found.netstack, found.mtu) == ("defaultTcpipStack", 1500)


def test_adapters_are_ordered_by_number_so_that_order_of_arrival_makes_no_difference() -> None:
    found = decode.adapters(element(vnics(vnic("vmk10"), vnic("vmk2"), vnic("vmk0"))))
    assert [one.device for one in found] == ["vmk0", "vmk2", "vmk10"]


def test_a_distributed_port_wins_over_the_empty_port_group_beside_it() -> None:
    port = vim.dvs.PortConnection(switchUuid="50 1a", portgroupKey="dvportgroup-7", portKey="12", connectionCookie=9)
    (found,) = decode.adapters(element(vnics(vnic(distributedVirtualPort=port))))
    assert found.attachment == DistributedAttachment("50 1a", "dvportgroup-7")


def test_a_standalone_distributed_port_is_no_attachment_that_we_understand() -> None:
    port = vim.dvs.PortConnection(switchUuid="50 1a", portKey="12")
    (found,) = decode.adapters(element(vnics(vnic(distributedVirtualPort=port))))
    assert found.attachment is None


def test_an_opaque_network_is_known_by_its_id() -> None:
    opaque = vim.host.VirtualNic.OpaqueNetworkSpec(opaqueNetworkId="seg-1", opaqueNetworkType="nsx.LogicalSwitch")
    (found,) = decode.adapters(element(vnics(vnic(opaqueNetwork=opaque))))
    assert found.attachment == OpaqueAttachment("seg-1", "nsx.LogicalSwitch")


def test_the_opaque_networks_of_a_host_are_known_by_id_type_and_name() -> None:
    one = vim.host.OpaqueNetworkInfo(
        opaqueNetworkId="seg-1", opaqueNetworkName="Segment", opaqueNetworkType="nsx.LogicalSwitch"
    )
    value = array("vim.host.OpaqueNetworkInfo", one)
    assert decode.opaque_networks(element(value)) == (OpaqueNetwork("seg-1", "nsx.LogicalSwitch", "Segment"),)


@pytest.mark.parametrize(
    ("ip", "expected"),
    [
        (vim.host.IpConfig(dhcp=True), Ipv4State(dhcp=True, address=None)),
        (vim.host.IpConfig(dhcp=True, ipAddress="0.0.0.0"), Ipv4State(dhcp=True, address=None)),  # noqa: S104
        (vim.host.IpConfig(dhcp=False, ipAddress="", subnetMask=""), Ipv4State(dhcp=False, address=None)),
        (
            vim.host.IpConfig(dhcp=True, ipAddress="10.1.2.3", subnetMask="255.255.0.0"),
            Ipv4State(dhcp=True, address=IPv4Interface("10.1.2.3/16")),
        ),
    ],
)
def test_an_address_is_there_only_when_the_host_has_one(ip: vim.host.IpConfig, expected: Ipv4State) -> None:
    (found,) = decode.adapters(element(vnics(vnic(ip=ip))))
    assert found.ipv4 == expected


@pytest.mark.parametrize("adapter", [vnic(systemOwned=True), vnic(owner="NSX")])
def test_an_adapter_of_another_system_is_marked(adapter: vim.host.VirtualNic) -> None:
    (found,) = decode.adapters(element(vnics(adapter)))
    assert found.system_owned


def test_an_adapter_has_gateways_of_its_own_where_it_overrides_those_of_its_stack() -> None:
    routes = vim.host.IpRouteConfig(defaultGateway="10.0.40.1", ipV6DefaultGateway="fd00::1")
    override = vim.host.VirtualNic.IpRouteSpec(ipRouteConfig=routes)

    (found, plain) = decode.adapters(element(vnics(vnic("vmk1", ipRouteSpec=override), vnic("vmk2"))))

    assert found.routes == RouteConfig(IPv4Address("10.0.40.1"), IPv6Address("fd00::1"))
    assert plain.routes == RouteConfig()


def six(address: str, origin: str | None, prefix: int = 64) -> Any:
    return vim.host.IpConfig.IpV6Address(ipAddress=address, prefixLength=prefix, origin=origin)


def test_of_the_ipv6_addresses_those_by_hand_count_and_those_learned_are_told() -> None:
    config = vim.host.IpConfig.IpV6AddressConfiguration(autoConfigurationEnabled=True, dhcpV6Enabled=False)
    config.ipV6Address = [
        six("FD00:40:0::12", "manual", 48),
        six("fe80::250:56ff:fe6a:1", "other"),
        six("fd00:40::11", "manual"),
        six("fd00::b", "dhcp", 128),
        six("fd00::a", None),
    ]

    (found, plain) = decode.adapters(
        element(vnics(vnic("vmk1", ip=vim.host.IpConfig(dhcp=True, ipV6Config=config)), vnic("vmk2")))
    )

    assert found.ipv6 == Ipv6State(
        auto=True,
        dhcp=False,
        addresses=(IPv6Interface("fd00:40::12/48"), IPv6Interface("fd00:40::11/64")),
        learned=(
            LearnedAddress(IPv6Interface("fd00::a/64"), "other"),
            LearnedAddress(IPv6Interface("fd00::b/128"), "dhcp"),
        ),
    )
    assert plain.ipv6 is None


def test_selected_devices_are_matched_whole() -> None:
    found = dict(
        decode.services(element(array("vim.host.VirtualNicManager.NetConfig", net_config("vmotion", "vmk10"))))
    )
    assert found == {"vmotion": frozenset({"vmk10"})}


def test_every_service_that_the_host_reports_is_there_also_without_a_device() -> None:
    value = array("vim.host.VirtualNicManager.NetConfig", net_config("vmotion", "vmk1", "vmk2"), net_config("vsan"))
    assert dict(decode.services(element(value))) == {"vmotion": frozenset({"vmk1", "vmk2"}), "vsan": frozenset()}


def test_a_key_of_another_form_is_looked_up_among_the_candidates() -> None:
    config = net_config("vmotion", candidates=("vmk4",))
    config.candidateVnic[0].key = "something-else"
    config.selectedVnic = ["something-else"]
    found = decode.services(element(array("vim.host.VirtualNicManager.NetConfig", config)))
    assert found == (("vmotion", frozenset({"vmk4"})),)


def test_a_stack_keeps_its_settings_and_its_owner() -> None:
    routes = vim.host.IpRouteConfig(defaultGateway="10.0.40.1", ipV6DefaultGateway="fe80::1")
    (found,) = decode.netstacks(
        element(
            array(
                "vim.host.NetStackInstance",
                stack(
                    "vmotion",
                    ipRouteConfig=routes,
                    requestedMaxNumberOfConnections=11000,
                    congestionControlAlgorithm="cubic",
                    owner="NSX",
                ),
            )
        )
    )
    assert found.key == "vmotion"
    assert found.routes == RouteConfig(IPv4Address("10.0.40.1"), IPv6Address("fe80::1"))
    assert (found.max_connections, found.congestion_control, found.owner) == (11000, "cubic", "NSX")


def test_a_stack_has_its_dns_with_addresses_in_one_form() -> None:
    config = vim.host.DnsConfig(dhcp=False, hostName="esx01", domainName="example.com")
    config.address, config.searchDomain = ["10.0.40.53", "FD00:40:0::53", "nonsense"], ["b.com", "a.com"]

    (found, plain) = decode.netstacks(
        element(array("vim.host.NetStackInstance", stack("vmotion", dnsConfig=config), stack("mirror")))
    )

    assert found.dns == DnsState(
        host_name="esx01",
        domain_name="example.com",
        servers=("10.0.40.53", "fd00:40::53", "nonsense"),
        search_domains=("b.com", "a.com"),
    )
    assert plain.dns == DnsState()


@pytest.mark.parametrize(
    ("dhcp", "devices"), [(True, ("vmk1", "vmk2")), (False, (None, None))], ids=["from leases", "by hand"]
)
def test_where_dns_comes_from_counts_with_dhcp_only(*, dhcp: bool, devices: tuple[str | None, str | None]) -> None:
    config = vim.host.DnsConfig(dhcp=dhcp, hostName="", domainName="")
    config.virtualNicDevice, config.ipv6VirtualNicDevice = "vmk1", "vmk2"

    (found,) = decode.netstacks(element(array("vim.host.NetStackInstance", stack("vmotion", dnsConfig=config))))

    assert found.dns == DnsState(dhcp=dhcp, device=devices[0], ipv6_device=devices[1])


def test_static_routes_are_told_from_those_of_the_kernel_by_their_shape() -> None:
    table = vim.host.IpRouteTableConfig(
        ipRoute=[
            vim.host.IpRouteOp(
                changeOperation="ignore",
                route=vim.host.IpRouteEntry(network=network, prefixLength=length, gateway=gateway, deviceName="vmk1"),
            )
            for network, length, gateway in (
                ("0.0.0.0", 0, "10.0.40.1"),  # noqa: S104 - a route, not a socket
                ("10.0.40.0", 24, "0.0.0.0"),  # noqa: S104
                ("10.9.0.0", 16, "10.0.40.254"),
                ("nonsense", 8, "10.0.40.254"),
            )
        ],
        ipv6Route=[
            vim.host.IpRouteOp(
                changeOperation="ignore",
                route=vim.host.IpRouteEntry(network=network, prefixLength=length, gateway=gateway, deviceName="vmk1"),
            )
            for network, length, gateway in (
                ("::", 0, "fe80::1"),
                ("fd00:40::", 64, "::"),
                ("fd00:9:0::", 48, "fd00:40::00FE"),
                ("fe80::", 10, "::"),
                ("fe80::", 64, "::1"),
                ("ff02::", 32, "::1"),
                ("fd00:8::", 48, "10.0.40.254"),
            )
        ],
    )

    (found, unused) = decode.netstacks(
        element(array("vim.host.NetStackInstance", stack("vmotion", routeTableConfig=table), stack("mirror")))
    )

    assert found.static_routes == {
        StaticRoute(IPv4Network("10.9.0.0/16"), IPv4Address("10.0.40.254")),
        StaticRoute(IPv6Network("fd00:9::/48"), IPv6Address("fd00:40::fe")),
    }
    assert unused.static_routes == frozenset()


def test_an_unused_stack_has_no_gateways_and_an_unspecified_one_is_none() -> None:
    routes = vim.host.IpRouteConfig(defaultGateway="0.0.0.0", ipV6DefaultGateway="")  # noqa: S104
    value = array("vim.host.NetStackInstance", stack("vmotion", ipRouteConfig=routes), stack("mirror"))
    assert [one.routes for one in decode.netstacks(element(value))] == [RouteConfig(), RouteConfig()]


def test_only_active_stacks_run_each_with_its_limit_of_connections() -> None:
    info: Any = vim.host.RuntimeInfo.NetStackInstanceRuntimeInfo
    value = array(
        "vim.host.RuntimeInfo.NetStackInstanceRuntimeInfo",
        info(netStackInstanceKey="defaultTcpipStack", state="active", maxNumberOfConnections=11000),
        info(netStackInstanceKey="vmotion", state="deactivating"),
        info(netStackInstanceKey="vSphereProvisioning"),
    )
    assert decode.running_netstacks(element(value)) == (("defaultTcpipStack", 11000), ("vSphereProvisioning", None))


def test_port_groups_name_their_switch_and_switches_their_mtu() -> None:
    policy = vim.host.NetworkPolicy()
    groups = array(
        "vim.host.PortGroup",
        vim.host.PortGroup(
            computedPolicy=policy,
            spec=vim.host.PortGroup.Specification(name="Backup-40", vlanId=40, vswitchName="vSwitch0", policy=policy),
        ),
    )
    switch_spec = vim.host.VirtualSwitch.Specification(numPorts=128)
    switches = array(
        "vim.host.VirtualSwitch",
        vim.host.VirtualSwitch(
            name="vSwitch0", key="k0", numPorts=128, numPortsAvailable=100, mtu=9000, spec=switch_spec
        ),
        vim.host.VirtualSwitch(name="vSwitch1", key="k1", numPorts=128, numPortsAvailable=100, spec=switch_spec),
    )
    assert decode.port_groups(element(groups)) == (("Backup-40", "vSwitch0"),)
    assert decode.switch_mtus(element(switches)) == {"vSwitch0": 9000, "vSwitch1": None}


def test_names_of_inventory_objects_are_unescaped_as_people_see_them() -> None:
    assert decode.inventory_name(element("dpg%2fbackup 100%25 %5C")) == "dpg/backup 100% \\"


def test_references_become_their_ids() -> None:
    hosts = array("vim.HostSystem", vim.HostSystem("host-1"), vim.HostSystem("host-2"))
    assert decode.references(element(hosts)) == {"host-1", "host-2"}


def test_connection_states_are_vspheres() -> None:
    assert decode.connection(element("notResponding")) is Connection.NOT_RESPONDING


def test_equal_values_are_kept_once() -> None:
    value = array("vim.host.NetStackInstance", stack("vmotion"))
    assert decode.netstacks(element(value)) is decode.netstacks(element(value))
