"""Advanced options: a host's and vCenter's, and what they change."""

from typing import Any

import pytest
from pyVmomi import vim, vmodl

from contract.simulator.client import Client, connect, control, vcenter
from contract.simulator.esxcli import run
from testbed.waiting import wait_until
from vcenter_simulator.running import Running

ESXCLI = "Config.HostAgent.plugins.solo.disableRemoteEsxcli"
TIMEOUT = "config.vmacore.soap.sessionTimeout"


def option(key: str, *, to: Any) -> vim.option.OptionValue:
    return vim.option.OptionValue(key=key, value=to)


@pytest.fixture
def of_host(client: Client) -> Any:
    return client.get(client.host(), "configManager.advancedOption")


@pytest.fixture
def of_vcenter(client: Client) -> Any:
    return client.content.setting


def test_an_option_is_asked_for_by_its_name_or_by_what_is_above_it(of_host: Any) -> None:
    by_name, by_branch, every = (of_host.QueryOptions(name) for name in (ESXCLI, "Config.HostAgent.", None))

    assert [(one.key, one.value) for one in by_name] == [(ESXCLI, False)]
    assert ESXCLI in {one.key for one in by_branch}
    assert {one.key for one in by_branch} <= {one.key for one in every}
    with pytest.raises(vim.fault.InvalidName) as told:
        of_host.QueryOptions("Config.HostAgen")
    assert told.value.name == "Config.HostAgen"


def test_what_may_be_set_is_told(of_host: Any, of_vcenter: Any) -> None:
    assert [one.optionType.defaultValue for one in of_host.supportedOption if one.key == ESXCLI] == [False]
    (timeout,) = (one.optionType for one in of_vcenter.supportedOption if one.key == TIMEOUT)
    assert (timeout.min, timeout.max) == (1, 525600)


def test_a_host_refuses_esxcli_when_its_option_says_so(client: Client, of_host: Any) -> None:
    host = client.host()
    of_host.UpdateOptions([option(ESXCLI, to=True)])

    assert {one.key: one.value for one in client.get(host, "config.option")}[ESXCLI] is True
    with pytest.raises(vmodl.fault.NotSupported, match="Remote esxcli is disabled"):
        run(host, "network ip netstack list")

    of_host.UpdateOptions([option(ESXCLI, to=False)])
    assert run(host, "network ip netstack list")


def test_an_option_of_one_host_is_none_of_another(client: Client, of_host: Any) -> None:
    of_host.UpdateOptions([option(ESXCLI, to=True)])

    assert run(client.host("esx02.example.com"), "network ip netstack list")


def test_sessions_end_as_vcenters_option_says(simulator: Running, of_vcenter: Any) -> None:
    of_vcenter.UpdateOptions([option(TIMEOUT, to=1)])
    with connect(simulator) as other:
        control(simulator, "POST", "/clock", {"advanceSeconds": 61})

        with pytest.raises(vim.fault.NotAuthenticated):
            other.instance.CurrentTime()


@pytest.mark.parametrize(
    ("key", "given", "fault"),
    [
        (TIMEOUT, 0, vmodl.fault.InvalidArgument),
        (TIMEOUT, "30", vmodl.fault.InvalidArgument),
        (TIMEOUT, True, vmodl.fault.InvalidArgument),
        ("config.unheard.of", 1, vim.fault.InvalidName),
    ],
)
def test_a_wrong_value_changes_nothing(of_vcenter: Any, key: str, given: Any, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        of_vcenter.UpdateOptions([option("config.vmacore.soap.maxSessionCount", to=7), option(key, to=given)])

    assert [one.value for one in of_vcenter.QueryOptions("config.vmacore.soap.maxSessionCount")] == [3000]


def test_a_hosts_options_are_in_its_dump(simulator: Running, of_host: Any) -> None:
    of_host.UpdateOptions([option(ESXCLI, to=True)])
    dumped = control(simulator, "GET", "/state")
    of_host.UpdateOptions([option(ESXCLI, to=False)])

    control(simulator, "PUT", "/state", dumped)

    wait_until(lambda: [one.value for one in of_host.QueryOptions(ESXCLI)] == [True], what="vCenter to see it")


def test_a_fleet_with_an_option_that_there_is_not_is_refused(simulator: Running) -> None:
    dumped = control(simulator, "GET", "/state")
    dumped["datacenters"][0]["clusters"][0]["hosts"][0]["options"] = {"Config.Unheard": True}

    refused = control(simulator, "PUT", "/state", dumped)

    assert refused.status == 400
    assert "esx01.example.com.options: The name 'Config.Unheard' is invalid" in refused.sentence


def test_options_beyond_what_clients_may_set_are_shown_as_the_command_set_them() -> None:
    with vcenter(session_idle=60e6, session_limit=2_000_000) as (_, client):
        shown = {one.key: one.value for one in client.get(client.content.setting, "setting")}

    assert (shown[TIMEOUT], shown["config.vmacore.soap.maxSessionCount"]) == (1_000_000, 2_000_000)
