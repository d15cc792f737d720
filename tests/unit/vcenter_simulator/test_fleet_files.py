"""Fleets as people write them: YAML, short forms, ranges, and what is said about mistakes."""

import contextlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from unit.vcenter_simulator.builders import inventory
from vcenter_simulator.fleet.documents import FleetDocument
from vcenter_simulator.fleet.editing import edit_host
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.host_documents import HostEdit
from vcenter_simulator.fleet.text import read, to_yaml
from vcenter_simulator.host.leases import ipv4_lease
from vcenter_simulator.host.state import DistributedAttachment, HostState, StandardAttachment
from vcenter_simulator.inventory.tree import Inventory

EXAMPLE = Path(__file__).parents[3] / "examples" / "simulator" / "fleet.yaml"

HOST = """
datacenters:
  - name: Basel
    distributedSwitches: [{name: DSwitch, portGroups: {dpg: 40}}]
    hosts:
      - name: esx[08:10].example.com
        distributedSwitches: {DSwitch: [vmnic1]}
        switches: {vSwitch0: {uplinks: [vmnic0], portGroups: {Management: 0}}}
        adapters:
          vmk0: {portGroup: Management, ipv4: "10.0.0.[11:13]/24", services: [management]}
          vmk1: {portGroup: dpg, ipv4: dhcp}
"""


def loaded(text: str) -> Inventory:
    return inventory(fleet=read(FleetDocument, text.encode()))


def hosts(text: str) -> list[HostState]:
    return [record.actual for record in loaded(text).hosts.values()]


def refused(text: str, kind: type[Any] = FleetDocument) -> str:
    with pytest.raises(DocumentError) as error:
        inventory(fleet=read(kind, text.encode()))
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_range_in_a_name_makes_many_hosts_and_other_ranges_go_along() -> None:
    made = hosts(HOST)

    assert [host.name for host in made] == ["esx08.example.com", "esx09.example.com", "esx10.example.com"]
    assert [host.by_device["vmk0"].ipv4.address for host in made] == ["10.0.0.11", "10.0.0.12", "10.0.0.13"]
    assert len({host.uuid for host in made}) == 3
    assert len({adapter.mac for host in made for adapter in host.adapters}) == 6


def test_a_range_of_addresses_goes_over_into_the_next_subnet() -> None:
    made = hosts(HOST.replace("10.0.0.[11:13]", "[10.0.0.254:10.0.1.0]").replace("]/24", "]/16"))

    assert [host.by_device["vmk0"].ipv4.address for host in made] == ["10.0.0.254", "10.0.0.255", "10.0.1.0"]


def test_short_forms_mean_what_they_say() -> None:
    host = hosts(HOST)[0]

    assert host.by_device["vmk0"].attachment == StandardAttachment("Management")
    assert isinstance(host.by_device["vmk1"].attachment, DistributedAttachment)
    assert host.by_device["vmk1"].ipv4 == ipv4_lease(host.by_device["vmk1"].attachment, host.by_device["vmk1"].mac)
    assert [nic.device for nic in host.pnics] == ["vmnic0", "vmnic1"]


def test_the_example_fleet_loads_and_its_dump_loads_as_the_same() -> None:
    first = loaded(EXAMPLE.read_text())

    again = loaded(to_yaml(first.dump()))

    assert len(first.hosts) == 17
    assert again.dump() == first.dump()
    assert [one.actual for one in again.hosts.values()] == [one.actual for one in first.hosts.values()]


def test_a_dump_in_short_forms_loads_as_the_same_whatever_was_changed() -> None:
    tree = loaded(HOST)
    record = tree.hosts["esx08.example.com"]
    change = {
        "adapters": {
            "vmk0": {"tso": False, "ipv4": {"address": "10.0.0.99/24", "gateway": "10.0.0.1"}, "services": []},
            "vmk1": {"mtu": 9000, "netstack": "vmotion", "ipv4": {"dhcp": False}},
            "vmk2": {"portGroup": "dpg", "netstack": "backup", "ipv6": {"auto": True, "addresses": ["fd00::1/64"]}},
        },
        "netstacks": {"backup": {"gateway": "10.9.0.1"}, "vmotion": {"maxConnections": 12000, "inKernel": True}},
        "inMaintenanceMode": True,
    }
    edit = HostEdit.model_validate(change)
    record.commit_unseen(edit_host(record.actual, edit, tree.facts(), tree.new_mac))

    again = loaded(to_yaml(tree.dump()))

    assert again.hosts["esx08.example.com"].actual == record.actual


@given(
    names=st.lists(st.text(min_size=1, max_size=12), min_size=5, max_size=5, unique=True),
    vlan=st.integers(0, 4095),
)
@example(names=["no", "10:20:30", "2024-01-01", "~", "<<"], vlan=0)
@settings(max_examples=25)
def test_whatever_things_are_called_a_dump_loads_as_the_same(names: list[str], vlan: int) -> None:
    center, switch, group, host, domain = names
    wanted = {
        "name": host,
        "switches": {switch: {"portGroups": {group: vlan}}},
        "adapters": {"vmk0": {"portGroup": {"standard": group}}},
        "netstacks": {"defaultTcpipStack": {"dns": {"searchDomains": [domain]}}},
    }
    fleet = FleetDocument.model_validate({"datacenters": [{"name": center, "hosts": [wanted]}]})
    first = inventory(fleet=fleet)

    again = loaded(to_yaml(first.dump()))

    assert again.dump() == first.dump()
    assert [one.actual for one in again.hosts.values()] == [one.actual for one in first.hosts.values()]


def test_macs_given_later_are_none_that_a_loaded_fleet_has() -> None:
    first = loaded(HOST)
    again = inventory(fleet=first.dump())
    taken = {adapter.mac for record in again.hosts.values() for adapter in record.actual.adapters}
    taken |= {nic.mac for record in again.hosts.values() for nic in record.actual.pnics}

    assert again.new_mac() not in taken


def test_yaml_has_only_the_words_of_json() -> None:
    fleet = HOST.replace("dpg: 40", "no: 40, 10:20:30: 50, 2024-01-01: 60")
    text = fleet.replace("portGroup: dpg", "mac: 10:20:30:40:50:10, portGroup: no")

    made = loaded(text.replace("[08:10]", "").replace("[11:13]", "11"))

    switch = next(iter(made.switches.values()))
    assert sorted(group.name for group in switch.portgroups.values()) == ["10:20:30", "2024-01-01", "no"]
    assert made.hosts["esx.example.com"].actual.by_device["vmk1"].mac == "10:20:30:40:50:10"


@pytest.mark.parametrize(
    ("wrong", "right", "sentence"),
    [
        ("esx[08:10]", "esx[10:08]", "datacenters[0].hosts[0].name: '[10:08]' is no range; write [01:50] or"),
        (
            "[11:13]/24",
            "[11:14]/24",
            "datacenters[0].hosts[0].adapters.vmk0.ipv4.address: the range has 4 members, the one in the host's name 3",
        ),
        ("[11:13]/24", "[254:256]/24", "datacenters[0].hosts[0].adapters.vmk0.ipv4.address: Octet 256"),
        ("[11:13]/24", "11", "datacenters[0].hosts[0].adapters.vmk0.ipv4.address: '10.0.0.11' has no prefix length"),
        ("esx[08:10]", "esx08", "esx08.example.com: adapters.vmk0.ipv4.address: only a host with a range in its name"),
        ("vmk1:", "vmk1x:", "datacenters[0].hosts[0].adapters.vmk1x: as a name this is wrong: "),
        ("ipv4: dhcp", "mtu: big", "datacenters[0].hosts[0].adapters.vmk1.mtu: Input should be a valid integer"),
        ("ipv4: dhcp", "mtuu: 9000", "datacenters[0].hosts[0].adapters.vmk1: there is no field 'mtuu' here; did you"),
        ("portGroup: dpg", "portGroup: dgp", "esx08.example.com: adapters.vmk1.portGroup: the host has no port group"),
        ("DSwitch: [vmnic1]", "DSwich: []", "distributedSwitches.DSwich: its datacenter has no such switch; did you"),
        ("[management]", "[managment]", "no host has a service 'managment'; did you mean 'management'?"),
        ("ipv4: dhcp", "netstack: vmtion", "the host has no stack 'vmtion'; did you mean 'vmotion'?"),
        ("Management: 0", "Management: none", "hosts[0].switches.vSwitch0.portGroups.Management: Input should be"),
        ("vmk1: {", "vmk1: {mac: 1-2, ", "adapters.vmk1.mac: '1-2' is no MAC address; write for example 00:50:56"),
        ("vmk1:", "vmk0:", "neither JSON nor YAML: 'vmk0' is there twice, again in line 11."),
        ("  - name: Basel", "  - name: [", "The document is neither JSON nor YAML: "),
        ("datacenters:", "datacentres:", "There is no field 'datacentres' here; did you mean 'datacenters'?"),
    ],
)
def test_a_mistake_is_said_in_one_sentence_with_its_place(wrong: str, right: str, sentence: str) -> None:
    assert sentence in refused(HOST.replace(wrong, right))


@pytest.mark.parametrize(
    "text", ["- a", "{", "5", '"text"', "\x00", "a: !!python/object:os.system {}", "[" * 50_000, "? [a]\n: b"]
)
def test_what_is_no_document_is_refused(text: str) -> None:
    assert refused(text)
    assert refused(text, HostEdit)


def bomb(first: str, more: str) -> str:
    """Eight anchors; each has ten aliases of the one before."""
    aliases = [", ".join([f"*{name}"] * 10) for name in "abcdefg"]
    lines = [f"{key}: &{key} {more.format(these)}" for key, these in zip("bcdefgh", aliases, strict=True)]
    return "\n".join([f"a: &a {first}", *lines])


@pytest.mark.parametrize("text", [bomb("[1, 2]", "[{}]"), bomb("{k: 1}", "{{<<: [{}]}}")])
def test_aliases_that_make_gigabytes_of_a_few_lines_are_refused_before_they_do(text: str) -> None:
    assert refused(text) == "The document is neither JSON nor YAML: aliases repeat more than 200,000 values."


def test_an_alias_inside_what_it_stands_for_is_refused() -> None:
    assert "an alias is inside what it stands for" in refused("datacenters: &all [{name: Basel, hosts: *all}]")


def test_a_thousand_hosts_may_be_aliases_of_one() -> None:
    aliases = "".join(f", {{<<: *host, name: esx{number}}}" for number in range(1, 1000))

    assert (
        len(hosts(f"datacenters: [{{name: Basel, hosts: [&host {{name: esx0, pnics: [vmnic0]}}{aliases}]}}]")) == 1000
    )


def test_many_ranges_make_no_more_hosts_than_one_may() -> None:
    ranges = "{name: 'esx[1:60000].a'}, {name: 'esx[1:60000].b'}"

    assert (
        refused(f"datacenters: [{{name: Basel, hosts: [{ranges}]}}]") == "There are 120,000 hosts; there may be 100,000"
    )


@given(st.binary(max_size=60) | st.text(alphabet="ab:[]{},&*- \n\"'|>!%@#?0.", max_size=60).map(str.encode))
@example(b"datacenters: &a [*a]")
@example(b"&a {datacenters: [*a]}")
@example(b"datacenters: [{name: a, hosts: &a [{name: b, switches: &b {c: *b}}, *a]}]")
@settings(max_examples=100)
def test_whatever_comes_is_a_document_or_refused(text: bytes) -> None:
    with contextlib.suppress(DocumentError):
        read(FleetDocument, text)
