import pytest
from pyVmomi import vim

from vcenter_simulator.soap.objects import altered, made


def test_what_is_made_is_what_the_constructor_makes() -> None:
    fields = {"device": "vmk1", "key": "k", "portgroup": "", "spec": vim.host.VirtualNic.Specification(mtu=9000)}

    assert str(made(vim.host.VirtualNic, **fields)) == str(vim.host.VirtualNic(**fields))
    assert str(made(vim.host.IpConfig)) == str(vim.host.IpConfig())


def test_what_is_altered_differs_in_that_alone() -> None:
    nic = made(vim.host.VirtualNic, device="vmk1", key="k")

    other = altered(nic, key="vmotion.k")

    assert (nic.key, other.key) == ("k", "vmotion.k")
    assert str(other) == str(vim.host.VirtualNic(device="vmk1", key="vmotion.k"))


def test_a_field_may_be_unset_if_the_schema_lets_it() -> None:
    assert made(vim.host.IpConfig, dhcp=False, ipAddress=None).ipAddress is None
    with pytest.raises(TypeError, match="dhcp"):
        made(vim.host.IpConfig, dhcp=None)


def test_a_wrong_field_is_refused() -> None:
    with pytest.raises(TypeError, match="mtu"):
        made(vim.host.VirtualNic.Specification, mtu="9000")
    with pytest.raises(AttributeError, match="color"):
        altered(vim.host.VirtualNic(), color="red")
