"""What your own tests may look like: `vcenter` is a simulator that only this test has."""

import pytest
from pyVmomi import vim

HOST = "esx01.example.com"


def network(vcenter):
    """Find the network system of a host, as the software under test does."""
    content = vcenter.content
    view = content.viewManager.CreateContainerView(content.rootFolder, [vim.HostSystem], recursive=True)
    return next(host for host in view.view if host.name == HOST).configManager.networkSystem


def test_an_mtu_is_changed_and_nothing_else(vcenter):
    network(vcenter).UpdateVirtualNic("vmk1", vim.host.VirtualNic.Specification(mtu=1400))

    (write,) = vcenter.control.journal()
    assert write["changes"] == [{"path": "adapters.vmk1.mtu", "before": 1500, "after": 1400}]


@pytest.mark.vcenter(hosts=1, write_latency=0.2)
def test_a_host_that_refuses_is_told(vcenter):
    with (
        vcenter.control.fault(method="RemoveVirtualNic", host=HOST, fault="HostConfigFault", text="Busy."),
        pytest.raises(vim.fault.HostConfigFault, match="Busy"),
    ):
        network(vcenter).RemoveVirtualNic("vmk1")
