"""A host's own rules, as the modules meet them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from referees.ansible.playing import Player
from vcenter_simulator.fleet.default import default_fleet
from vcenter_simulator.fleet.documents import FleetDocument
from vcenter_simulator.running import start_in_thread

if TYPE_CHECKING:
    from pathlib import Path

    from referees.ansible.playing import Results

NAME = "esx01.example.com"


@pytest.fixture(scope="module")
def told(ansible: Path, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Play against a host with software iSCSI, and with an adapter that it could be bound to."""
    document = default_fleet(hosts=1, clusters=1).model_dump(by_alias=True)
    host = document["datacenters"][0]["clusters"][0]["hosts"][0]
    host["iscsi"] = {"vmhba64": []}
    host["adapters"]["vmk2"] = {"portGroup": "dpg-backup", "ipv4": "10.0.60.11/24"}
    with start_in_thread(fleet=FleetDocument.model_validate(document)) as simulator:
        return Player(ansible, simulator, tmp_path_factory.mktemp("ansible")).play("host_rules.yml")


def test_iscsi_is_bound_once_and_let_go(told: Results) -> None:
    assert told["bind"]["changed"] is True
    assert told["bind"]["iscsi_properties"]["port_bind"] == ["vmk2"]
    assert told["bind again"]["changed"] is False
    assert told["unbind"]["iscsi_properties"]["port_bind"] == []


def test_what_is_bound_is_told(told: Results) -> None:
    properties = told["read what is bound"]["iscsi_properties"]
    assert (properties["vmhba_name"], properties["iscsi_alias"], properties["port_bind"]) == ("vmhba64", "", ["vmk2"])
    assert told["read the storage adapters"]["hosts_vmhbas_info"][NAME]["vmhba_details"] == [
        {
            "bus": 0,
            "device": "vmhba64",
            "driver": "iscsi_vmk",
            "location": "PCI",
            "model": "iSCSI Software Adapter",
            "status": "online",
            "type": "InternetScsiHba",
        }
    ]


def test_ipv6_of_the_whole_host_is_switched_off(told: Results) -> None:
    assert told["switch IPv6 off"]["result"][NAME] == {"changed": True, "msg": f"IPv6 disabled for host '{NAME}'"}


def test_dns_by_dhcp_needs_an_adapter_with_dhcp(told: Results) -> None:
    assert told["have DNS by DHCP from an adapter with a static address"]["msg"] == (
        f"An invalid parameter is passed in for one of the networking objects for host '{NAME}'"
    )


def test_the_removal_of_management_is_taken_back(told: Results) -> None:
    assert told["remove management"]["msg"] == (
        f"Network configuration change disconnected the host '{NAME}' from vCenter server and has been rolled back. "
        "vmk0 is gone."
    )
    adapters = told["read the adapters"]["host_vmk_info"][NAME]
    assert [adapter["device"] for adapter in adapters] == ["vmk0", "vmk1", "vmk2"]
