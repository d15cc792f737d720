"""iSCSI over VMkernel adapters: what is bound to what, and the removal of an adapter that is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pyVmomi import vim

from contract.simulator.client import NAME, Client, control, vcenter
from vcenter_simulator.fleet.default import default_fleet
from vcenter_simulator.fleet.documents import FleetDocument
from vcenter_simulator.host.behaviour import BoundRemoval
from vcenter_simulator.running import Running

HBA = "vmhba64"


@contextmanager
def with_storage(**switches: Any) -> Iterator[tuple[Running, Client]]:
    """Start a host with a storage adapter, and a VMkernel adapter that can be bound to it."""
    document = default_fleet(1, 1).model_dump(by_alias=True)
    host = document["datacenters"][0]["clusters"][0]["hosts"][0]
    host["iscsi"] = {HBA: []}
    host["adapters"]["vmk2"] = {
        "portGroup": {"distributed": {"switch": "DSwitch", "name": "dpg-backup"}},
        "ipv4": {"address": "10.0.60.11/24"},
    }
    fleet = FleetDocument.model_validate(document)
    with vcenter(fleet=fleet, **switches) as (running, client):
        yield running, client


def manager(client: Client) -> Any:
    return client.get(client.host(), "configManager.iscsiManager")


def test_an_adapter_is_bound_asked_about_and_let_go() -> None:
    with with_storage() as (running, client):
        iscsi = manager(client)
        free = iscsi.QueryVnicStatus("vmk2")
        fit = [port.vnicDevice for port in iscsi.QueryCandidateNics(HBA)]

        iscsi.BindVnic(HBA, "vmk2")
        (port,) = iscsi.QueryBoundVnics(HBA)
        used = iscsi.QueryVnicStatus("vmk2")
        cards = {card: len(iscsi.QueryPnicStatus(card).reason) for card in ("vmnic0", "vmnic4")}
        document = control(running, "GET", "/state")["datacenters"][0]["clusters"][0]["hosts"][0]
        iscsi.UnbindVnic(iScsiHbaName=HBA, vnicDevice="vmk2", force=False)

        assert list(free.reason) == []
        # Those on standard switches have two uplinks each.
        assert fit == ["vmk2"]
        assert cards == {"vmnic0": 0, "vmnic4": 1}
        assert (port.vnicDevice, port.switchName, port.portgroupName) == ("vmk2", "DSwitch", "dpg-backup")
        assert port.vnic.spec.ip.ipAddress == "10.0.60.11"
        assert list(port.complianceStatus.reason) == []
        assert [(type(one), one.vnicDevice) for one in used.reason] == [(vim.fault.IscsiFaultVnicInUse, "vmk2")]
        assert document["iscsi"] == {HBA: ["vmk2"]}
        assert list(iscsi.QueryBoundVnics(HBA)) == []


def test_what_can_not_be_bound_is_said_with_its_fault() -> None:
    with with_storage() as (_, client):
        iscsi = manager(client)

        for device, fault in (
            ("vmk9", vim.fault.IscsiFaultVnicNotFound),
            ("vmk1", vim.fault.IscsiFaultVnicHasMultipleUplinks),
        ):
            with pytest.raises(fault) as refused:
                iscsi.BindVnic(HBA, device)
            assert getattr(refused.value, "vnicDevice", None) == device
        with pytest.raises(vim.fault.NotFound):
            iscsi.QueryBoundVnics("vmhba1")


def test_the_storage_adapter_is_shown() -> None:
    with with_storage() as (_, client):
        (hba,) = client.get(client.host(), "config.storageDevice.hostBusAdapter")
        storage = client.get(client.host(), "configManager.storageSystem")

        assert isinstance(hba, vim.host.InternetScsiHba)
        assert (hba.device, hba.isSoftwareBased) == (HBA, True)
        assert client.get(storage, "storageDeviceInfo").softwareInternetScsiEnabled is True


@pytest.mark.parametrize(
    ("choice", "fault"),
    [
        (BoundRemoval.ACCEPT, None),
        (BoundRemoval.RESOURCE_IN_USE, vim.fault.ResourceInUse),
        (BoundRemoval.CONFIG_FAULT, vim.fault.HostConfigFault),
    ],
)
def test_a_bound_adapter_is_removed_or_not(choice: BoundRemoval, fault: type[Exception] | None) -> None:
    with with_storage(remove_bound_adapter=choice) as (_, client):
        iscsi, network = manager(client), client.network(NAME)
        iscsi.BindVnic(HBA, "vmk2")

        if fault is None:
            network.RemoveVirtualNic("vmk2")
            assert list(iscsi.QueryBoundVnics(HBA)) == []
        else:
            with pytest.raises(fault):
                network.RemoveVirtualNic("vmk2")
            assert [port.vnicDevice for port in iscsi.QueryBoundVnics(HBA)] == ["vmk2"]
