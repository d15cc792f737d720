from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from pyVim.task import WaitForTask
from pyVmomi import vim

from contract.simulator.client import NAME, Client, Refused, connect, control, vcenter
from contract.simulator.esxcli import run
from vcenter_simulator.running import Running

OTHER = "esx02.example.com"


def mtu(value: int) -> vim.host.VirtualNic.Specification:
    return vim.host.VirtualNic.Specification(mtu=value)


def test_the_journal_tells_who_changed_what(simulator: Running, client: Client) -> None:
    client.network().UpdateVirtualNic("vmk1", mtu(1400))

    (told,) = control(simulator, "GET", "/journal")

    assert (told["method"], told["host"], told["outcome"]) == ("UpdateVirtualNic", NAME, "ok")
    assert told["user"] == simulator.username
    assert told["session"] == client.content.sessionManager.currentSession.key
    assert told["start"] <= told["end"]
    assert told["changes"] == [{"path": "adapters.vmk1.mtu", "before": 1500, "after": 1400}]


def test_what_a_task_changed_is_told_once_it_is_done(simulator: Running, client: Client) -> None:
    WaitForTask(client.host().EnterMaintenanceMode_Task(0), si=client.instance)

    (told,) = control(simulator, "GET", "/journal")

    assert (told["method"], told["outcome"]) == ("EnterMaintenanceMode_Task", "ok")
    assert told["changes"] == [{"path": "inMaintenanceMode", "before": False, "after": True}]


def test_what_esxcli_changed_is_told(simulator: Running, client: Client) -> None:
    run(client.host(), "network ip interface set", interfacename="vmk1", mtu=1400)

    (told,) = control(simulator, "GET", "/journal")

    assert (told["method"], told["host"]) == ("ExecuteSoap", NAME)
    assert told["changes"] == [{"path": "adapters.vmk1.mtu", "before": 1500, "after": 1400}]


def test_a_refused_write_is_in_the_journal_and_changed_nothing(simulator: Running, client: Client) -> None:
    with pytest.raises(vim.fault.NotFound):
        client.network().UpdateVirtualNic("vmk9", mtu(1400))

    (told,) = control(simulator, "GET", "/journal")

    assert (told["outcome"], told["changes"]) == ("NotFound", [])


def test_the_journal_is_asked_for_what_matters(simulator: Running, client: Client) -> None:
    client.network().UpdateVirtualNic("vmk1", mtu(1400))
    client.network(OTHER).UpdateVirtualNic("vmk1", mtu(1300))
    client.network().RemoveVirtualNic("vmk1")
    first, second, third = control(simulator, "GET", "/journal")

    def asked(query: str) -> object:
        return control(simulator, "GET", f"/journal?{query}")

    assert asked("host=esx02*") == [second]
    assert asked("method=Remove*") == [third]
    assert asked("user=nobody") == []
    assert asked(f"user={quote(simulator.username)}&limit=1") == [third]
    assert asked(f"after={first['number']}") == [second, third]
    assert asked(f"since={third['start']}") == [third]


def test_the_journal_has_every_request_when_asked(simulator: Running, client: Client) -> None:
    client.instance.CurrentTime()

    told = control(simulator, "GET", "/journal?writes=false")

    assert [one["method"] for one in told] == ["RetrieveServiceContent", "Login", "CurrentTime"]
    assert [one["user"] for one in told] == ["", "", simulator.username]
    assert control(simulator, "GET", "/journal") == []


def test_two_writers_on_one_host_are_found_out() -> None:
    with (
        vcenter(hosts=2, write_latency=0.3) as (running, one),
        connect(running) as other,
        ThreadPoolExecutor(3) as pool,
    ):
        networks = [one.network(), other.network(), one.network(OTHER)]
        for done in [pool.submit(network.UpdateVirtualNic, "vmk1", mtu(1400)) for network in networks]:
            done.result()
        one.network(OTHER).UpdateVirtualNic("vmk1", mtu(1300))

        (pair,) = control(running, "GET", "/journal/overlaps")
        elsewhere = control(running, "GET", "/journal/overlaps?host=esx02*")

    assert pair["host"] == NAME
    assert pair["sameSession"] is False
    assert pair["first"]["number"] < pair["second"]["number"]
    assert elsewhere == []


@pytest.mark.parametrize(
    "path", ["/journal?since=yesterday", "/journal?writes=some", "/journal?limit=0", "/journal/overlaps?hots=esx01"]
)
def test_a_question_that_makes_no_sense_gets_one_sentence(simulator: Running, path: str) -> None:
    refused = control(simulator, "GET", path)

    assert isinstance(refused, Refused)
    assert refused.status == 400
    assert "\n" not in refused.sentence
