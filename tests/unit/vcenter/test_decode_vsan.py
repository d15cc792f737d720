from pyVmomi import vim

from unit.vcenter.wire import array, element
from vmk_operator.model.host import VsanMulticast, VsanPort
from vmk_operator.vcenter.decode_vsan import vsan_ports

Port = vim.vsan.host.ConfigInfo.NetworkInfo.PortConfig
PortEx = vim.vsan.host.PortConfigEx
IPV4 = {"upstreamIpAddress": "224.1.2.3", "downstreamIpAddress": "224.2.3.4"}
IPV6 = {"upstreamIpV6Address": "ff02::1", "downstreamIpV6Address": "ff02::2"}


def test_the_adapters_of_vsan_are_known_with_all_that_must_not_get_lost() -> None:
    value = array(
        "vim.vsan.host.ConfigInfo.NetworkInfo.PortConfig",
        PortEx(device="vmk10", trafficTypes=["witness", "vsanExternal"], ipConfig=vim.vsan.host.IpConfig(**IPV4)),
        Port(device="vmk2"),
        PortEx(device="vmk1", ipConfig=vim.vsan.host.IpConfigEx(**IPV4, **IPV6)),
    )

    assert vsan_ports(element(value)) == (
        VsanPort("vmk1", frozenset({"vsan"}), VsanMulticast("224.1.2.3", "224.2.3.4", "ff02::1", "ff02::2")),
        VsanPort("vmk2", frozenset({"vsan"})),
        VsanPort("vmk10", frozenset({"witness", "vsanExternal"}), VsanMulticast("224.1.2.3", "224.2.3.4")),
    )
