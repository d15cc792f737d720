from typing import Any

import pytest
from pyVmomi import VmomiSupport

from contract.simulator.client import Client
from contract.simulator.reflecting import ReflectingStub, kind, make_types, type_manager

ARGUMENTS = {
    "network.diag.ping": {"host": "10.0.0.12"},
    "network.ip.interface.tag.get": {"interfacename": "vmk0"},
    "network.ip.netstack.get": {"netstack": "defaultTcpipStack"},
}
"""Of the queries that can't do without."""


@pytest.fixture
def host(client: Client) -> Any:
    return client.host()


def named(host: Any, name: str) -> Any:
    moid = f"ha-cli-handler-{name.removeprefix('vim.EsxCLI.').replace('.', '-')}"
    return VmomiSupport.GetVmodlType(name)(moid, ReflectingStub(host))


def test_what_every_query_answers_is_what_the_hosts_types_say(host: Any) -> None:
    asked = set()
    for name in make_types(host):
        target = named(host, name)
        for info in type(target)._GetMethodList():
            if info.name in {"List", "Get", "Ping"}:
                path = f"{name.removeprefix('vim.EsxCLI.')}.{info.name.lower()}"
                answer = getattr(target, info.name)(**ARGUMENTS.get(path, {}))
                assert answer, path
                asked.add(path)

    assert {"network.ip.netstack.list", "network.diag.ping", "network.vswitch.dvs.vmware.list"} <= asked
    assert len(asked) == 18


def test_values_have_their_types(host: Any) -> None:
    make_types(host)

    ping = named(host, "vim.EsxCLI.network.diag").Ping(host="10.0.0.12", count=2)
    nic = named(host, "vim.EsxCLI.network.ip.interface").List()[0]

    assert (ping.Summary.Recieved, [one.Dup for one in ping.Trace]) == (2, [False, False])
    assert (nic.Name, nic.Enabled, nic.MTU) == ("vmk0", True, 1500)


def test_a_failure_is_a_fault_of_the_hosts_own(host: Any) -> None:
    make_types(host)
    netstacks = named(host, "vim.EsxCLI.network.ip.netstack")

    assert netstacks.Add(netstack="backup") is True
    with pytest.raises(VmomiSupport.GetVmodlType("vim.EsxCLI.CLIFault")) as told:
        netstacks.Add(netstack="backup")

    assert told.value.errMsg == ["Netstack instance 'backup' is already found in kernel"]
    assert told.value.msg == "EsxCLI.CLIFault.summary"


def test_types_and_objects_are_found_by_a_part_of_their_name(host: Any) -> None:
    manager = type_manager(host)

    types = manager.QueryTypeInfo(kind("TypeFilterSpec")(typeSubstr="network.ip.netstack"))
    objects = manager.QueryMoInstances(kind("MoFilterSpec")(typeSubstr="network.ip.netstack"))
    by_id = manager.QueryMoInstances(kind("MoFilterSpec")(id="ha-cli-handler-network-diag"))

    assert [one.name for one in types.managedTypeInfo] == ["vim.EsxCLI.network.ip.netstack"]
    assert [(one.id, one.moType) for one in objects] == [
        ("ha-cli-handler-network-ip-netstack", "vim.EsxCLI.network.ip.netstack")
    ]
    assert [one.moType for one in by_id] == ["vim.EsxCLI.network.diag"]
    assert len(manager.QueryMoInstances(None)) == len(manager.QueryTypeInfo(None).managedTypeInfo)
