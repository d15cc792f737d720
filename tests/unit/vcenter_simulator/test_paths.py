import pytest
from pyVmomi import vim

from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.properties.paths import Key, is_declared, is_same_or_below, overlaps, parse_path


def test_a_path_is_names_and_keys() -> None:
    assert parse_path('config.network.vnic["key-vim.host.VirtualNic-vmk1"].spec') == (
        "config",
        "network",
        "vnic",
        Key("key-vim.host.VirtualNic-vmk1"),
        "spec",
    )
    assert parse_path("hardware.device[4000]") == ("hardware", "device", Key("4000"))


@pytest.mark.parametrize("path", ["", ".", ".name", "name.", "a..b", '["k"]', "a[", 'a["k', "a b", "a.b\n", "a" * 2000])
def test_what_is_no_path_is_an_invalid_property(path: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_path(path)

    assert refused.value.fault == "InvalidProperty"
    assert refused.value.details == {"name": path}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("config.network", "config.network.vnic", True),
        ("config.network.vnic", "config.network", True),
        ("config.network", "config.network", True),
        ('config.network.vnic["a"].spec', "config.network.vnic", True),
        ("config.network", "config.networkPolicy", False),
        ("config.network.vnic", "config.network.pnic", False),
    ],
)
def test_paths_overlap_when_one_lies_in_the_other(one: str, other: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert overlaps(one, other) is expected


def test_below_is_a_matter_of_steps_and_not_of_letters() -> None:
    assert is_same_or_below("config.network.vnic", "config.network")
    assert not is_same_or_below("config.networkPolicy", "config.network")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("config.network.vnic", True),
        ('config.network.vnic["k"].spec.mtu', True),
        ("config.network.vnic.spec", False),
        ("config.nowhere", False),
        ("name.length", False),
        ('name["k"]', False),
    ],
)
def test_the_type_metadata_says_which_paths_there_are(path: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert is_declared(vim.HostSystem, path) is expected
