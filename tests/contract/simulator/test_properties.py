import pytest
from pyVmomi import vim, vmodl

from contract.simulator.client import NAME, PC, Client, over

KINDS = [
    vim.Folder,
    vim.Datacenter,
    vim.ClusterComputeResource,
    vim.HostSystem,
    vim.dvs.VmwareDistributedVirtualSwitch,
    vim.dvs.DistributedVirtualPortgroup,
]

NETWORK_PATHS = (
    "name",
    "parent",
    "runtime.connectionState",
    "runtime.inMaintenanceMode",
    "runtime.networkRuntimeInfo.netStackInstanceRuntimeInfo",
    "summary.hardware.uuid",
    "hardware.systemInfo.uuid",
    "config.network.vnic",
    "config.network.netStackInstance",
    "config.network.portgroup",
    "config.network.vswitch",
    "config.network.proxySwitch",
    "config.network.pnic",
    "config.network.opaqueNetwork",
    "config.network.ipV6Enabled",
    "config.virtualNicManagerInfo.netConfig",
    "capability",
    "configManager.networkSystem",
    "configManager.virtualNicManager",
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_published_property_of_every_kind_arrives(client: Client, kind: type) -> None:
    view = client.view(kind)
    spec = over(view, kind)
    spec.propSet[0].all = True

    objects = client.collector.RetrievePropertiesEx([spec], PC.RetrieveOptions()).objects

    assert objects
    for one in objects:
        assert {"name", "overallStatus"} <= {prop.name for prop in one.propSet}
        assert not one.missingSet


@pytest.mark.parametrize("manager", ["network", "nic_manager"])
def test_the_managers_of_a_host_show_the_same_as_the_host(client: Client, manager: str) -> None:
    path = {"network": "networkInfo.vnic", "nic_manager": "info.netConfig"}[manager]
    same = {"network": "config.network.vnic", "nic_manager": "config.virtualNicManagerInfo.netConfig"}[manager]

    assert str(client.get(getattr(client, manager)(), path)) == str(client.get(client.host(), same))


def test_all_that_an_operator_reads_of_a_host_is_there(client: Client) -> None:
    hosts = client.read(vim.HostSystem, *NETWORK_PATHS)

    assert len(hosts) == 3
    for host in hosts:
        assert set(host.values) == set(NETWORK_PATHS)
        assert host.values["summary.hardware.uuid"] == host.values["hardware.systemInfo.uuid"]
        assert [nic.device for nic in host.values["config.network.vnic"]] == ["vmk0", "vmk1"]
        assert host.values["capability"].multipleNetworkStackInstanceSupported
        assert isinstance(host.values["parent"], vim.ClusterComputeResource)


def test_services_name_their_adapters_by_service_and_key(client: Client) -> None:
    config = client.get(client.host(), "config.virtualNicManagerInfo.netConfig")
    vmotion = next(one for one in config if one.nicType == "vmotion")

    assert [str(one) for one in vmotion.selectedVnic] == ["vmotion.key-vim.host.VirtualNic-vmk1"]
    assert [one.key for one in vmotion.candidateVnic] == [
        "vmotion.key-vim.host.VirtualNic-vmk0",
        "vmotion.key-vim.host.VirtualNic-vmk1",
    ]


def test_only_the_active_stacks_run_and_all_system_stacks_are_listed(client: Client) -> None:
    host = client.host()

    running = client.get(host, "runtime.networkRuntimeInfo.netStackInstanceRuntimeInfo")

    assert [(one.netStackInstanceKey, one.state, list(one.vmknicKeys)) for one in running] == [
        ("defaultTcpipStack", "active", ["vmk0", "vmk1"])
    ]
    assert len(client.get(host, "config.network.netStackInstance")) == 5


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ('config.network.vnic["key-vim.host.VirtualNic-vmk0"].spec.mtu', 1500),
        ('config.network.vnic["key-vim.host.VirtualNic-vmk9"].spec.mtu', None),
        ("summary.config.name", NAME),
        ("config.firewall", None),
    ],
)
def test_nested_and_keyed_paths(client: Client, path: str, expected: object) -> None:
    assert client.get(client.host(), path) == expected


@pytest.mark.parametrize("path", ["nme", "config.network.vnic.spec", "config..network", 'name["x"]', ""])
def test_a_path_that_does_not_exist_is_an_invalid_property(client: Client, path: str) -> None:
    with pytest.raises(vmodl.query.InvalidProperty) as refused:
        client.get(client.host(), path)

    assert refused.value.name == path


def test_pages_have_the_asked_size_and_together_everything(client: Client) -> None:
    spec = over(client.view(vim.HostSystem), vim.HostSystem, "name")
    answer = client.collector.RetrievePropertiesEx([spec], PC.RetrieveOptions(maxObjects=2))
    names = [one.propSet[0].val for one in answer.objects]

    rest = client.collector.ContinueRetrievePropertiesEx(answer.token)

    assert len(names) == 2
    assert rest.token is None
    assert [*names, *(one.propSet[0].val for one in rest.objects)] == [f"esx0{n}.example.com" for n in (1, 2, 3)]


def test_a_token_is_good_once_and_not_after_it_was_given_up(client: Client) -> None:
    spec = over(client.view(vim.HostSystem), vim.HostSystem, "name")
    used, given_up = (
        client.collector.RetrievePropertiesEx([spec], PC.RetrieveOptions(maxObjects=1)).token for _ in range(2)
    )
    client.collector.ContinueRetrievePropertiesEx(used)
    client.collector.CancelRetrievePropertiesEx(given_up)

    for token in (used, given_up, "nonsense"):
        with pytest.raises(vmodl.fault.InvalidArgument):
            client.collector.ContinueRetrievePropertiesEx(token)


def test_nothing_selected_is_no_result(client: Client) -> None:
    spec = over(client.view(vim.VirtualMachine), vim.VirtualMachine, "name")

    assert client.collector.RetrievePropertiesEx([spec], PC.RetrieveOptions()) is None
    assert client.collector.RetrieveProperties([spec]) == []


def test_the_tree_is_walked_by_named_selections(client: Client) -> None:
    """The way in which clients without views find hosts: a selection that refers to itself."""
    folders = PC.TraversalSpec(
        name="folders",
        type=vim.Folder,
        path="childEntity",
        selectSet=[PC.SelectionSpec(name=name) for name in ("folders", "datacenters", "clusters")],
    )
    datacenters = PC.TraversalSpec(
        name="datacenters", type=vim.Datacenter, path="hostFolder", selectSet=[PC.SelectionSpec(name="folders")]
    )
    clusters = PC.TraversalSpec(name="clusters", type=vim.ComputeResource, path="host")
    spec = PC.FilterSpec(
        propSet=[
            PC.PropertySpec(type=vim.HostSystem, pathSet=["name"]),
            PC.PropertySpec(type=vim.ManagedEntity, pathSet=["overallStatus"]),
        ],
        objectSet=[PC.ObjectSpec(obj=client.content.rootFolder, selectSet=[folders, datacenters, clusters])],
    )

    objects = client.collector.RetrieveProperties([spec])

    kinds = [type(one.obj) for one in objects]
    assert kinds.count(vim.HostSystem) == 3
    assert vim.ClusterComputeResource in kinds
    host = next(one for one in objects if isinstance(one.obj, vim.HostSystem))
    assert {prop.name for prop in host.propSet} == {"name", "overallStatus"}


def test_a_selection_by_a_name_that_nothing_has_is_refused(client: Client) -> None:
    spec = PC.FilterSpec(
        propSet=[PC.PropertySpec(type=vim.Folder, pathSet=["name"])],
        objectSet=[PC.ObjectSpec(obj=client.content.rootFolder, selectSet=[PC.SelectionSpec(name="nobody")])],
    )

    with pytest.raises(vmodl.fault.InvalidArgument, match="nobody"):
        client.collector.RetrieveProperties([spec])


def test_an_object_that_is_not_there_is_not_found(client: Client) -> None:
    gone = vim.HostSystem("host-4711", client.stub)

    with pytest.raises(vmodl.fault.ManagedObjectNotFound) as refused:
        client.get(gone, "name")
    assert refused.value.obj._moId == "host-4711"
    with pytest.raises(vmodl.fault.ManagedObjectNotFound):
        vim.host.NetworkSystem("networkSystem-4711", client.stub).RefreshNetworkSystem()


def test_a_view_knows_what_is_in_it_and_is_gone_when_destroyed(client: Client) -> None:
    datacenter = client.read(vim.Datacenter, "hostFolder")[0].values["hostFolder"]
    direct = client.view(container=datacenter, recursive=False)
    everything = client.view(vim.HostSystem, vim.DistributedVirtualSwitch)

    assert [type(one) for one in client.get(direct, "view")] == [vim.ClusterComputeResource]
    assert len(client.get(everything, "view")) == 4
    assert len(client.get(client.content.viewManager, "viewList")) == 2
    direct.DestroyView()
    with pytest.raises(vmodl.fault.ManagedObjectNotFound):
        client.get(direct, "view")


def test_a_host_is_a_container_with_nothing_in_it_and_a_switch_is_none(client: Client) -> None:
    assert list(client.get(client.view(container=client.host()), "view")) == []
    (switch,) = client.read(vim.dvs.VmwareDistributedVirtualSwitch, "name")
    with pytest.raises(vmodl.fault.InvalidArgument):
        client.view(vim.HostSystem, container=switch.obj)


def test_an_id_with_another_type_is_no_object(client: Client) -> None:
    stranger = vim.Folder(client.host()._moId, client.stub)

    with pytest.raises(vmodl.fault.ManagedObjectNotFound):
        stranger.Rename_Task("x")
    with pytest.raises(vmodl.fault.ManagedObjectNotFound):
        client.get(stranger, "name")


def test_pyvmomis_attributes_read_live(client: Client) -> None:
    host = client.host()

    assert host.name == NAME
    assert host.config.network.vnic[1].device == "vmk1"
    assert [one.name for one in client.content.rootFolder.childEntity] == ["Datacenter"]
    assert host.parent.parent.name == "host"
    assert client.network().offloadCapabilities is None
