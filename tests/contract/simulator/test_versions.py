"""One vCenter of every release, and clients of every version before it."""

from collections.abc import Iterator
from typing import Any

import pytest
from pyVmomi import vim, vmodl

from contract.simulator.client import NAME, Client, connect, control, https, static, stub_of
from vcenter_simulator.host.releases import RELEASES, V7, V8, V9, Release
from vcenter_simulator.running import Running, start_in_thread
from vcenter_simulator.vcenter import Settings

V8_ONLY = {"mirror", "ops"}


@pytest.fixture(params=RELEASES.values(), ids=lambda one: one.name, scope="module")
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    with start_in_thread(hosts=1, settings=Settings(release=request.param)) as started:
        yield started


@pytest.fixture
def release(running: Running) -> Release:
    return running.vcenter.settings.release


@pytest.fixture
def client(running: Running) -> Iterator[Client]:
    with connect(running) as made:
        yield made


@pytest.fixture
def vcenter8() -> Iterator[Running]:
    with start_in_thread(hosts=1) as started:
        yield started


def test_vcenter_and_its_hosts_are_of_the_release(client: Client, release: Release) -> None:
    about, host = client.content.about, client.get(client.host(), "config.product")

    assert client.stub.versionId == f'"urn:vim25/{release.api}"'
    assert (about.version, about.build, about.apiVersion) == (release.version, release.vcenter_build, release.api)
    assert (host.version, host.build, host.apiVersion) == (release.version, release.host_build, release.api)
    assert host.fullName == f"{release.host_product} {release.version} build-{release.host_build}"


def test_everything_can_be_read(client: Client) -> None:
    host = client.host()

    for path in ("config", "runtime", "summary", "hardware", "configManager", "capability"):
        assert client.get(host, path) is not None
    for kind in (vim.dvs.VmwareDistributedVirtualSwitch, vim.dvs.DistributedVirtualPortgroup):
        assert all(one.values["config"] is not None for one in client.read(kind, "config"))


def test_an_adapter_is_created_changed_and_removed(client: Client) -> None:
    network = client.network()

    device = network.AddVirtualNic("Backup-40", static("10.0.40.11", mtu=9000))
    network.UpdateVirtualNic(device, static("10.0.40.12", mtu=1400))
    changed = client.adapters()[device].spec
    network.RemoveVirtualNic(device)

    assert (changed.ip.ipAddress, changed.mtu, changed.netStackInstanceKey) == ("10.0.40.12", 1400, "defaultTcpipStack")
    assert device not in client.adapters()


def test_a_host_has_the_stacks_and_services_of_its_release(client: Client, release: Release) -> None:
    stacks = {one.key for one in client.get(client.host(), "config.network.netStackInstance")}

    assert stacks >= {"defaultTcpipStack", "vmotion", "vSphereProvisioning"}
    assert stacks & V8_ONLY == (set() if release is V7 else V8_ONLY)
    assert ("vsanExternal" in client.services()) is (release is V9)
    if release is not V9:
        with pytest.raises(vmodl.fault.InvalidArgument, match="nicType"):
            client.nic_manager().SelectVnic("vsanExternal", "vmk0")


@pytest.mark.parametrize(("version", "reads_owned"), [("vim.version.version12", False), ("vim.version.v7_0", True)])
def test_a_field_of_a_later_version_is_not_shown(vcenter8: Running, version: str, *, reads_owned: bool) -> None:
    with connect(vcenter8, preferredApiVersions=[version]) as old:
        assert [nic.spec.systemOwned for nic in old.adapters().values()] == [False if reads_owned else None] * 2


@pytest.mark.parametrize(
    ("version", "path", "known"),
    [
        ("vim.version.v7_0", "config.network.vnic[0].spec.systemOwned", True),
        ("vim.version.version12", "config.network.vnic[0].spec.systemOwned", False),
        ("vim.version.v7_0", "runtime.partialMaintenanceMode", False),
        ("vim.version.v8_0_3_0", "runtime.partialMaintenanceMode", True),
        ("vim.version.v8_0_3_0", "config.authenticationData", False),
    ],
)
def test_a_path_of_a_later_version_does_not_exist(vcenter8: Running, version: str, path: str, *, known: bool) -> None:
    with connect(vcenter8, preferredApiVersions=[version]) as old:
        if known:
            old.get(old.host(), path)
        else:
            with pytest.raises(vmodl.query.InvalidProperty):
                old.get(old.host(), path)


def test_two_clients_of_different_versions_each_get_their_own(vcenter8: Running) -> None:
    with connect(vcenter8) as new, connect(vcenter8, preferredApiVersions=["vim.version.version12"]) as old:
        seen = [[nic.spec.systemOwned for nic in one.adapters().values()] for one in (new, old, new)]

    assert seen == [[False, False], [None, None], [False, False]]


def test_a_field_that_the_callers_version_lacks_is_refused(running: Running, release: Release) -> None:
    sent = vim.host.VirtualNic.Specification(dpuId="dpu1")
    with connect(running) as client, stub_of(running, "vim.version.v9_0_0_0") as newer:
        network = client.network()
        # A client that does not ask what vCenter speaks: this one has all fields, whatever vCenter is.
        newer.cookie = client.stub.cookie
        with pytest.raises((vmodl.fault.InvalidRequest, vmodl.fault.NotSupported)) as told:
            vim.host.NetworkSystem(network._moId, newer).UpdateVirtualNic("vmk0", sent)

    expected: type[Any] = vmodl.fault.InvalidRequest if release is V7 else vmodl.fault.NotSupported
    assert isinstance(told.value, expected)


def test_a_dump_is_loaded_by_another_release(running: Running) -> None:
    dumped = control(running, "GET", "/state")
    with start_in_thread(hosts=0, settings=Settings(release=V9)) as other, connect(other) as client:
        control(other, "PUT", "/state", dumped)

        assert client.get(client.host(), "config.product").apiVersion == V9.api
        assert client.host().name == NAME


@pytest.mark.parametrize("path", ["/", "/sdk/vimService.wsdl", "/ui/", "/sdk2"])
def test_there_is_nothing_at_other_paths(vcenter8: Running, path: str) -> None:
    with https(vcenter8) as connection:
        connection.request("GET", path)

        assert connection.getresponse().status == 404


def test_the_default_is_8_0(vcenter8: Running) -> None:
    assert vcenter8.vcenter.settings.release is V8
