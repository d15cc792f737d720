from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface, ip_address, ip_network

import pytest
from pyVmomi import SoapAdapter, VmomiSupport

from vmk_operator.model.host import (
    DistributedAttachment,
    DnsState,
    Ipv4State,
    OpaqueAttachment,
    RouteConfig,
    StandardAttachment,
    StaticRoute,
    VsanMulticast,
    VsanPort,
)
from vmk_operator.model.step import (
    CreateAdapter,
    DeselectService,
    Ipv6Change,
    RemoveAdapter,
    RouteChanges,
    SelectService,
    UpdateAdapter,
    UpdateNetstack,
    UpdateVsan,
)
from vmk_operator.vcenter.encode import HostCall, Manager, encode

ON_VSAN, NONE = frozenset({"vsan"}), frozenset[str]()
ADDRESS = IPv4Interface("10.0.40.11/24")
STATIC = Ipv4State(dhcp=False, address=ADDRESS)
DHCP_ON = Ipv4State(dhcp=True, address=None)


def xml(value: object) -> str:
    """Return what goes over the wire, which is what counts."""
    info = VmomiSupport.Object(name="x", type=type(value), version="vim.version.version1", flags=0)
    text = SoapAdapter.SerializeToStr(value, info, "vim.version.v8_0_3_0", {"urn:vim25": ""})
    return str(text).partition(">")[2].removesuffix("</x>")


IP = "<ip><dhcp>false</dhcp><ipAddress>10.0.40.11</ipAddress><subnetMask>255.255.255.0</subnetMask></ip>"
DHCP = "<ip><dhcp>true</dhcp></ip>"
OWN_ROUTES = RouteConfig(IPv4Address("10.0.40.1"))
OWN_GATEWAY = "<ipRouteSpec><ipRouteConfig><defaultGateway>10.0.40.1</defaultGateway></ipRouteConfig></ipRouteSpec>"
NO_ADDRESS = "<ip><dhcp>false</dhcp></ip>"
BY_HAND = DnsState(
    host_name="esx01", domain_name="example.com", servers=("10.0.40.53",), search_domains=("b.com", "a.com")
)
DNS = (
    "<dnsConfig><dhcp>false</dhcp><hostName>esx01</hostName><domainName>example.com</domainName>"
    "<address>10.0.40.53</address><searchDomain>b.com</searchDomain><searchDomain>a.com</searchDomain></dnsConfig>"
)
DNS_FROM_VMK2 = "<dnsConfig><dhcp>true</dhcp><virtualNicDevice>vmk2</virtualNicDevice>"
NO_NAMES = "<hostName></hostName><domainName></domainName>"


def route(network: str, gateway: str) -> StaticRoute:
    return StaticRoute(ip_network(network), ip_address(gateway))


ON_FABRIC = (
    "<distributedVirtualPort><switchUuid>u1</switchUuid><portgroupKey>dvportgroup-7</portgroupKey>"
    "</distributedVirtualPort>"
)


ON_SEGMENT = OpaqueAttachment("seg-1", "nsx.LogicalSwitch")
SEGMENT = (
    "<opaqueNetwork><opaqueNetworkId>seg-1</opaqueNetworkId><opaqueNetworkType>nsx.LogicalSwitch</opaqueNetworkType>"
    "</opaqueNetwork>"
)


def test_an_adapter_on_a_distributed_port_group_is_created_with_an_empty_port_group_name() -> None:
    call = encode(CreateAdapter("vmotion", DistributedAttachment("u1", "dvportgroup-7"), STATIC, 9000))
    assert (call.manager, call.method, call.args[0]) == (Manager.NETWORK_SYSTEM, "AddVirtualNic", "")
    assert xml(call.args[1]) == (f"{IP}{ON_FABRIC}<mtu>9000</mtu><netStackInstanceKey>vmotion</netStackInstanceKey>")


def test_an_adapter_on_a_standard_port_group_is_created_by_its_name_and_leaves_the_mtu_to_vsphere() -> None:
    call = encode(CreateAdapter("defaultTcpipStack", StandardAttachment("Backup-40"), STATIC, None))
    assert call.args[0] == "Backup-40"
    assert xml(call.args[1]) == f"{IP}<netStackInstanceKey>defaultTcpipStack</netStackInstanceKey>"


def test_an_adapter_is_created_with_dhcp_and_a_gateway_of_its_own() -> None:
    dhcp = Ipv4State(dhcp=True, address=None)
    call = encode(CreateAdapter("defaultTcpipStack", StandardAttachment("Backup-40"), dhcp, None, OWN_ROUTES))
    assert xml(call.args[1]) == f"{DHCP}<netStackInstanceKey>defaultTcpipStack</netStackInstanceKey>{OWN_GATEWAY}"


def test_an_adapter_is_created_with_what_is_declared_of_its_ipv6_and_no_more() -> None:
    ipv6 = Ipv6Change(auto=None, dhcp=None, add=(IPv6Interface("fd00:40::11/64"),))
    call = encode(CreateAdapter("vmotion", StandardAttachment("Backup-40"), DHCP_ON, None, ipv6=ipv6))
    assert xml(call.args[1]) == (
        "<ip><dhcp>true</dhcp><ipV6Config><ipV6Address><ipAddress>fd00:40::11</ipAddress>"
        "<prefixLength>64</prefixLength><origin>manual</origin><operation>add</operation></ipV6Address></ipV6Config>"
        "</ip><netStackInstanceKey>vmotion</netStackInstanceKey>"
    )


def test_an_opaque_network_is_sent_with_its_type_and_without_the_name_of_a_port_group() -> None:
    created = encode(CreateAdapter("vmotion", ON_SEGMENT, STATIC, None))
    assert created.args[0] == ""
    assert xml(created.args[1]) == f"{IP}<netStackInstanceKey>vmotion</netStackInstanceKey>{SEGMENT}"
    moved = encode(UpdateAdapter("vmk3", STATIC, attachment=ON_SEGMENT))
    assert xml(moved.args[1]) == f"{IP}{SEGMENT}"


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (UpdateAdapter("vmk3", STATIC), IP),
        (UpdateAdapter("vmk3", STATIC, mtu=1500), f"{IP}<mtu>1500</mtu>"),
        (UpdateAdapter("vmk3", STATIC, routes=OWN_ROUTES), f"{IP}{OWN_GATEWAY}"),
        (
            UpdateAdapter("vmk3", STATIC, routes=RouteConfig()),
            f"{IP}<ipRouteSpec><ipRouteConfig></ipRouteConfig></ipRouteSpec>",
        ),
        (
            UpdateAdapter("vmk3", DHCP_ON, ipv6=Ipv6Change(auto=True, dhcp=False)),
            (
                "<ip><dhcp>true</dhcp><ipV6Config><autoConfigurationEnabled>true</autoConfigurationEnabled>"
                "<dhcpV6Enabled>false</dhcpV6Enabled></ipV6Config></ip>"
            ),
        ),
        (
            UpdateAdapter(
                "vmk3",
                DHCP_ON,
                ipv6=Ipv6Change(
                    auto=False,
                    dhcp=False,
                    add=(IPv6Interface("FD00:40::11/64"),),
                    remove=(IPv6Interface("fd00:40::11/48"),),
                ),
            ),
            (
                "<ip><dhcp>true</dhcp><ipV6Config>"
                "<ipV6Address><ipAddress>fd00:40::11</ipAddress><prefixLength>48</prefixLength><origin>manual</origin>"
                "<operation>remove</operation></ipV6Address>"
                "<ipV6Address><ipAddress>fd00:40::11</ipAddress><prefixLength>64</prefixLength><origin>manual</origin>"
                "<operation>add</operation></ipV6Address>"
                "<autoConfigurationEnabled>false</autoConfigurationEnabled><dhcpV6Enabled>false</dhcpV6Enabled>"
                "</ipV6Config></ip>"
            ),
        ),
        (
            UpdateAdapter("vmk3", STATIC, attachment=StandardAttachment("Backup-40")),
            f"{IP}<portgroup>Backup-40</portgroup>",
        ),
        (
            UpdateAdapter("vmk3", STATIC, attachment=DistributedAttachment("u1", "dvportgroup-7")),
            f"{IP}{ON_FABRIC}",
        ),
        (UpdateAdapter("vmk3", Ipv4State(dhcp=True, address=None), mtu=9000), f"{DHCP}<mtu>9000</mtu>"),
        (UpdateAdapter("vmk3", Ipv4State(dhcp=False, address=None), mtu=9000), f"{NO_ADDRESS}<mtu>9000</mtu>"),
    ],
)
def test_an_update_of_an_adapter_sends_its_whole_ip_configuration_and_else_what_changes(
    step: UpdateAdapter, expected: str
) -> None:
    call = encode(step)
    assert (call.manager, call.method, call.args[0]) == (Manager.NETWORK_SYSTEM, "UpdateVirtualNic", "vmk3")
    assert xml(call.args[1]) == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (RemoveAdapter("vmk3"), HostCall(Manager.NETWORK_SYSTEM, "RemoveVirtualNic", ("vmk3",))),
        (
            SelectService("vmk3", "vmotion"),
            HostCall(Manager.VIRTUAL_NIC_MANAGER, "SelectVnic", ("vmotion", "vmk3")),
        ),
        (
            DeselectService("vmk3", "vmotion"),
            HostCall(Manager.VIRTUAL_NIC_MANAGER, "DeselectVnic", ("vmotion", "vmk3")),
        ),
    ],
)
def test_the_other_calls_name_the_device(
    step: RemoveAdapter | SelectService | DeselectService, expected: HostCall
) -> None:
    assert encode(step) == expected


EDIT = (
    "<netStackSpec><netStackInstance><key>vmotion</key>{}</netStackInstance><operation>edit</operation></netStackSpec>"
)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (
            UpdateNetstack("vmotion", max_connections=500),
            "<requestedMaxNumberOfConnections>500</requestedMaxNumberOfConnections>",
        ),
        (
            UpdateNetstack("vmotion", congestion_control="cubic"),
            "<congestionControlAlgorithm>cubic</congestionControlAlgorithm>",
        ),
        (
            UpdateNetstack("vmotion", routes=RouteConfig(IPv4Address("10.0.40.1"), IPv6Address("fd00::1"))),
            (
                "<ipRouteConfig><defaultGateway>10.0.40.1</defaultGateway>"
                "<ipV6DefaultGateway>fd00::1</ipV6DefaultGateway></ipRouteConfig>"
            ),
        ),
        (UpdateNetstack("vmotion", routes=RouteConfig()), "<ipRouteConfig></ipRouteConfig>"),
        (
            UpdateNetstack("vmotion", dns=BY_HAND),
            DNS,
        ),
        (
            UpdateNetstack("vmotion", dns=DnsState(dhcp=True, device="vmk2", host_name="esx01", domain_name="a.com")),
            f"{DNS_FROM_VMK2}<hostName>esx01</hostName><domainName>a.com</domainName></dnsConfig>",
        ),
        (
            UpdateNetstack("vmotion", dns=DnsState(dhcp=True, device="vmk2", ipv6_device="vmk3")),
            f"{DNS_FROM_VMK2}<ipv6VirtualNicDevice>vmk3</ipv6VirtualNicDevice>{NO_NAMES}</dnsConfig>",
        ),
        (
            UpdateNetstack(
                "vmotion",
                route_changes=RouteChanges(
                    add=frozenset({route("10.9.0.0/16", "10.0.40.254"), route("10.8.0.0/16", "10.0.40.254")}),
                    remove=frozenset({route("10.9.0.0/16", "10.0.40.9")}),
                ),
            ),
            "<routeTableConfig>"
            + "".join(
                f"<ipRoute><changeOperation>{operation}</changeOperation><route><network>{network}</network>"
                f"<prefixLength>16</prefixLength><gateway>{gateway}</gateway></route></ipRoute>"
                for operation, network, gateway in (
                    ("remove", "10.9.0.0", "10.0.40.9"),
                    ("add", "10.8.0.0", "10.0.40.254"),
                    ("add", "10.9.0.0", "10.0.40.254"),
                )
            )
            + "</routeTableConfig>",
        ),
        (
            UpdateNetstack(
                "vmotion",
                route_changes=RouteChanges(
                    add=frozenset({route("fd00:9::/48", "fd00:40::fe"), route("10.9.0.0/16", "10.0.40.254")}),
                    remove=frozenset({route("fd00:9::/48", "fd00:40::9")}),
                ),
            ),
            "<routeTableConfig><ipRoute><changeOperation>add</changeOperation><route><network>10.9.0.0</network>"
            "<prefixLength>16</prefixLength><gateway>10.0.40.254</gateway></route></ipRoute>"
            + "".join(
                f"<ipv6Route><changeOperation>{operation}</changeOperation><route><network>fd00:9::</network>"
                f"<prefixLength>48</prefixLength><gateway>{gateway}</gateway></route></ipv6Route>"
                for operation, gateway in (("remove", "fd00:40::9"), ("add", "fd00:40::fe"))
            )
            + "</routeTableConfig>",
        ),
    ],
)
def test_an_edit_of_a_stack_sends_whole_sub_objects_and_no_dns_configuration_unasked(
    step: UpdateNetstack, expected: str
) -> None:
    call = encode(step)
    assert (call.manager, call.method, call.args[1]) == (Manager.NETWORK_SYSTEM, "UpdateNetworkConfig", "modify")
    assert xml(call.args[0]) == EDIT.format(expected)


def test_vsan_is_sent_as_one_list_of_adapters_by_a_task_and_nothing_of_vsan_besides() -> None:
    multicast = VsanMulticast("224.1.2.3", "224.2.3.4")
    both_families = VsanMulticast("224.1.2.3", "224.2.3.4", "ff02::1", "ff02::2")
    ports = (
        VsanPort("vmk1"),
        VsanPort("vmk2", frozenset({"witness", "vsan"}), multicast),
        VsanPort("vmk3", multicast=both_families),
    )

    call = encode(UpdateVsan("vmk1", ON_VSAN, NONE, ports))

    assert (call.manager, call.method, call.is_task) == (Manager.VSAN_SYSTEM, "Update", True)
    addresses = "<upstreamIpAddress>224.1.2.3</upstreamIpAddress><downstreamIpAddress>224.2.3.4</downstreamIpAddress>"
    more = "<upstreamIpV6Address>ff02::1</upstreamIpV6Address><downstreamIpV6Address>ff02::2</downstreamIpV6Address>"
    assert xml(*call.args) == (
        "<networkInfo><port><device>vmk1</device></port>"
        f'<port xsi:type="VsanHostPortConfigEx"><ipConfig>{addresses}</ipConfig><device>vmk2</device>'
        "<trafficTypes>vsan</trafficTypes><trafficTypes>witness</trafficTypes></port>"
        f'<port><ipConfig xsi:type="VsanHostIpConfigEx">{addresses}{more}</ipConfig><device>vmk3</device></port>'
        "</networkInfo>"
    )


def test_a_list_of_nobody_is_a_list_all_the_same() -> None:
    call = encode(UpdateVsan("vmk1", NONE, ON_VSAN, ()))

    assert xml(*call.args) == "<networkInfo></networkInfo>"
