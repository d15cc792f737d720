import http.client
import ssl
from typing import Any
from xml.parsers.expat import ExpatError

import pytest
from pyVmomi import vim, vmodl

from contract.simulator.client import NAME, Client, Refused, connect, control, fetch, static
from vcenter_simulator.running import Running

SPEC = vim.host.VirtualNic.Specification(mtu=1400)


def test_calls_are_counted_by_method_and_host(simulator: Running, client: Client) -> None:
    networks = [client.network(), client.network("esx02.example.com")]
    control(simulator, "DELETE", "/calls")
    for network in (*networks, networks[0]):
        network.UpdateVirtualNic("vmk1", SPEC)
    client.instance.CurrentTime()

    assert control(simulator, "GET", "/calls") == {"CurrentTime": 1, "UpdateVirtualNic": 3}
    assert control(simulator, "GET", f"/calls?host={NAME}") == {"UpdateVirtualNic": 2}


def test_a_fault_meets_the_call_before_its_effect(simulator: Running, client: Client) -> None:
    network = client.network()
    rule = {"method": "UpdateVirtualNic", "host": NAME, "count": 1, "fault": "HostConfigFault", "text": "Broken."}
    control(simulator, "POST", "/faults", rule)

    with pytest.raises(vim.fault.HostConfigFault, match=r"Broken\."):
        network.UpdateVirtualNic("vmk1", SPEC)

    assert client.adapters()["vmk1"].spec.mtu == 1500
    assert [one["hits"] for one in control(simulator, "GET", "/faults")] == [1]
    network.UpdateVirtualNic("vmk1", SPEC)


def test_a_fault_meets_the_call_after_its_effect(simulator: Running, client: Client) -> None:
    network = client.network()
    control(
        simulator, "POST", "/faults", {"method": "UpdateVirtualNic", "when": "after", "fault": "PlatformConfigFault"}
    )

    with pytest.raises(vim.fault.PlatformConfigFault) as refused:
        network.UpdateVirtualNic("vmk1", SPEC)

    assert refused.value.text in str(refused.value)
    assert client.adapters()["vmk1"].spec.mtu == 1400


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("action", "trouble"),
    [
        ("close", (http.client.HTTPException, OSError)),
        ("reset", (ConnectionResetError, ssl.SSLError, http.client.HTTPException)),
        ("halfBody", (http.client.HTTPException, OSError, ExpatError)),
        ("http503", (http.client.HTTPException,)),
    ],
)
def test_the_connection_breaks_in_every_way(
    simulator: Running, client: Client, when: str, action: str, trouble: Any
) -> None:
    network = client.network()
    control(simulator, "POST", "/faults", {"method": "UpdateVirtualNic", "count": 1, "when": when, "action": action})

    with pytest.raises(trouble) as broken:
        network.UpdateVirtualNic("vmk1", SPEC)

    assert not isinstance(broken.value, vmodl.MethodFault)
    # Half an answer is an answer to a call that was made.
    has_effect = when == "after" or action == "halfBody"
    assert client.adapters()["vmk1"].spec.mtu == (1400 if has_effect else 1500)
    assert [one["outcome"] for one in control(simulator, "GET", "/journal")] == [action]


def test_a_call_hangs_until_its_client_gives_up(simulator: Running) -> None:
    with connect(simulator, httpConnectionTimeout=1) as client:
        control(simulator, "POST", "/faults", {"method": "CurrentTime", "count": 1, "action": "hang"})

        with pytest.raises(TimeoutError):
            client.instance.CurrentTime()
        assert client.instance.CurrentTime() is not None


def test_a_delay_is_no_fault(simulator: Running, client: Client) -> None:
    control(simulator, "POST", "/faults", {"method": "CurrentTime", "delaySeconds": 0.2})
    before = client.instance.CurrentTime()

    after = client.instance.CurrentTime()

    assert (after - before).total_seconds() >= 0.2


def test_faults_are_withdrawn(simulator: Running, client: Client) -> None:
    control(simulator, "POST", "/faults", {"fault": "SystemError"})
    with pytest.raises(vmodl.fault.SystemError):
        client.instance.CurrentTime()

    control(simulator, "DELETE", "/faults")

    assert client.instance.CurrentTime() is not None
    assert control(simulator, "GET", "/faults") == []


def test_an_edit_is_read_by_clients(simulator: Running, client: Client) -> None:
    port = {"distributed": {"switch": "DSwitch", "name": "dpg-vmotion"}}
    adapter = {"netstack": "vmotion", "portGroup": port, "mtu": 9000, "ipv4": {"address": "10.0.40.11/24"}}
    edit = {
        "adapters": {"vmk1": None, "vmk4": adapter},
        "netstacks": {"vmotion": {"gateway": "10.0.40.1"}},
        "inMaintenanceMode": True,
    }

    control(simulator, "POST", f"/hosts/{NAME}/edit", edit)

    assert sorted(client.adapters()) == ["vmk0", "vmk4"]
    assert client.services()["vmotion"] == ["vmk4"]
    assert client.netstack("vmotion").ipRouteConfig.defaultGateway == "10.0.40.1"
    assert client.get(client.host(), "runtime.inMaintenanceMode") is True


def test_a_dumped_state_can_be_loaded_into_another_simulator(simulator: Running, client: Client) -> None:
    before = control(simulator, "GET", "/state")
    client.network().AddVirtualNic("Backup-40", static("10.0.40.11"))
    changed = control(simulator, "GET", "/state")

    control(simulator, "PUT", "/state", before)
    back = control(simulator, "GET", "/state")
    control(simulator, "PUT", "/state", changed)

    assert back == before != changed
    assert sorted(client.adapters()) == ["vmk0", "vmk1", "vmk2"]


@pytest.mark.parametrize(("path", "headers"), [("/state?format=yaml", {}), ("/state", {"Accept": "application/yaml"})])
def test_the_state_is_dumped_and_loaded_as_yaml(
    simulator: Running, client: Client, path: str, headers: dict[str, str]
) -> None:
    before = control(simulator, "GET", "/state")
    text = fetch(simulator, path, **headers)
    client.network().RemoveVirtualNic("vmk1")

    control(simulator, "PUT", "/state", text.encode())

    assert text.startswith("datacenters:\n- name: Datacenter\n")
    assert control(simulator, "GET", "/state") == before


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/faults", {"fault": "NoSuchFault"}, 400),
        ("POST", "/faults", {"fault": "HostSystem"}, 400),
        ("POST", "/faults", {"fault": "SystemError", "action": "close"}, 400),
        ("POST", "/faults", {"probability": 2}, 400),
        ("POST", "/faults", {"mehtod": "Login"}, 400),
        ("POST", "/faults", b"{", 400),
        ("POST", "/faults", [], 400),
        ("POST", f"/hosts/{NAME}/connection", {"state": "asleep"}, 400),
        ("POST", f"/hosts/{NAME}/connection", {}, 400),
        ("POST", "/hosts/nobody/connection", {"state": "connected"}, 404),
        ("POST", f"/hosts/{NAME}/edit", {"adapters": {"vmk9": None}}, 400),
        ("POST", f"/hosts/{NAME}/edit", {"adapters": {"vmk1": {"mtu": "big"}}}, 400),
        ("POST", "/hosts/nobody/edit", {}, 404),
        ("PUT", "/state", {"datacenters": [{"clusters": []}]}, 400),
        ("PUT", "/state", {"datacenters": [{"name": "a"}, {"name": "a"}]}, 400),
        ("PUT", "/state", b"datacenters: [", 400),
        ("GET", "/state?format=xml", None, 400),
        ("POST", "/clock", {}, 400),
    ],
)
def test_bad_input_gets_one_sentence(simulator: Running, method: str, path: str, body: object, status: int) -> None:
    refused = control(simulator, method, path, body)

    assert isinstance(refused, Refused)
    assert refused.status == status
    assert "\n" not in refused.sentence
    assert refused.sentence
