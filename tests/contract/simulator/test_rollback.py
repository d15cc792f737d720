"""Changes that cut a host off from vCenter: taken back, or not."""

import pytest
from pyVmomi import vim, vmodl

from contract.simulator.client import ADMINISTRATOR, NAME, Client, control, static, vcenter
from contract.simulator.esxcli import run
from vcenter_simulator.running import Running

ROLLBACK = "config.vpxd.network.rollback"


def test_a_change_that_cuts_the_host_off_is_taken_back_and_told(simulator: Running, client: Client) -> None:
    before = control(simulator, "GET", "/state")

    with pytest.raises(vim.fault.NetworkDisruptedAndConfigRolledBack) as refused:
        client.network().RemoveVirtualNic("vmk0")

    assert refused.value.host == NAME
    assert str(getattr(refused.value, "msg", "")).startswith(
        f"Network configuration change disconnected the host '{NAME}'"
    )
    assert control(simulator, "GET", "/state") == before
    assert client.get(client.host(), "runtime.connectionState") == "connected"
    (event,) = client.content.eventManager.QueryEvents(vim.event.EventFilterSpec(eventTypeId=["NetworkRollbackEvent"]))
    assert (event.methodName, event.host.name, event.userName) == ("RemoveVirtualNic", NAME, ADMINISTRATOR)
    (task,) = (one for one in client.get(client.host(), "recentTask") if one._moId == event.transactionId)
    assert isinstance(client.get(task, "info.error"), vim.fault.NetworkDisruptedAndConfigRolledBack)
    (told,) = control(simulator, "GET", "/journal")
    assert (told["outcome"], told["changes"]) == ("NetworkDisruptedAndConfigRolledBack", [])


def test_without_rollback_the_change_stays_and_the_host_is_lost() -> None:
    with vcenter(rollback=False) as (running, client):
        network = client.network()

        with pytest.raises(vmodl.fault.HostCommunication):
            network.UpdateVirtualNic("vmk0", static(None))

        # What vCenter saw last is what it shows; the host itself has no address any more.
        assert client.get(client.host(), "runtime.connectionState") == "notResponding"
        assert client.adapters()["vmk0"].spec.ip.ipAddress == "10.0.0.11"
        host = control(running, "GET", "/state")["datacenters"][0]["clusters"][0]["hosts"][0]
        assert host["adapters"]["vmk0"]["ipv4"]["address"] is None
        with pytest.raises(vmodl.fault.HostNotReachable):
            network.RemoveVirtualNic("vmk1")
        assert client.content.eventManager.QueryEvents(
            vim.event.EventFilterSpec(eventTypeId=["HostConnectionLostEvent"])
        )


def test_nothing_takes_back_what_esxcli_did(client: Client) -> None:
    with pytest.raises(vmodl.fault.HostCommunication):
        run(client.host(), "network ip interface remove", interfacename="vmk0")

    assert client.get(client.host(), "runtime.connectionState") == "notResponding"


def test_a_lost_host_comes_back_as_it_was_left() -> None:
    with vcenter(rollback=False) as (running, client):
        with pytest.raises(vmodl.fault.HostCommunication):
            client.network().RemoveVirtualNic("vmk0")

        # Somebody at the console gives it an address, and it answers again.
        repaired = {"portGroup": {"standard": "Management Network"}, "ipv4": {"address": "10.0.0.11/24"}}
        control(running, "POST", f"/hosts/{NAME}/edit", {"adapters": {"vmk0": repaired}})
        control(running, "POST", f"/hosts/{NAME}/connection", {"state": "connected"})

        assert client.get(client.host(), "runtime.connectionState") == "connected"
        assert client.services()["management"] == []
        client.nic_manager().SelectVnic("management", "vmk0")


def test_the_rollback_is_an_option_of_vcenter(client: Client) -> None:
    options = client.content.setting
    assert [(one.key, one.value) for one in options.QueryOptions("config.vpxd.")] == [(ROLLBACK, True)]

    options.UpdateOptions([vim.option.OptionValue(key=ROLLBACK, value="false")])

    assert [one.value for one in client.get(options, "setting") if one.key == ROLLBACK] == [False]
    with pytest.raises(vmodl.fault.HostCommunication):
        client.network().RemoveVirtualNic("vmk0")


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [("config.vpxd.nothing", True, vim.fault.InvalidName), (ROLLBACK, "perhaps", vmodl.fault.InvalidArgument)],
)
def test_an_option_that_is_not_there_is_not_set(
    client: Client, key: str, value: object, fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        client.content.setting.UpdateOptions([vim.option.OptionValue(key=key, value=value)])
    with pytest.raises(vim.fault.InvalidName):
        client.content.setting.QueryOptions("config.vpxd.nothing")


def test_management_that_moves_to_the_distributed_switch_stays_in_reach(client: Client) -> None:
    port = client.portgroup("dpg-backup")

    client.network().UpdateVirtualNic("vmk0", vim.host.VirtualNic.Specification(distributedVirtualPort=port))

    assert client.get(client.host(), "runtime.connectionState") == "connected"
