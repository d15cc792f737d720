import http.client
import ssl
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from xml.parsers.expat import ExpatError

import pytest
from pyVmomi import vim, vmodl

from contract.simulator.client import NAME, PC, Client, Refused, connect, control, fetch, over, static
from testbed.waiting import wait_until
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


def test_a_fault_carries_its_own_fields(simulator: Running, client: Client) -> None:
    fields = {"name": "vmk9", "faultCause": {"_type": "NotFound"}, "faultMessage": [{"key": "why", "message": "So."}]}
    control(simulator, "POST", "/faults", {"method": "AddVirtualNic", "fault": "AlreadyExists", "fields": fields})

    with pytest.raises(vim.fault.AlreadyExists) as refused:
        client.network().AddVirtualNic("Backup-40", static("10.0.40.11"))

    assert refused.value.name == "vmk9"
    assert isinstance(refused.value.faultCause, vim.fault.NotFound)
    assert [(one.key, one.message) for one in refused.value.faultMessage] == [("why", "So.")]


def test_one_rule_is_looked_at_and_withdrawn_by_its_id(simulator: Running, client: Client) -> None:
    given = {"method": "Current*", "count": 5, "fault": "HostConfigFault", "text": "Broken."}
    first, second = (control(simulator, "POST", "/faults", rule)["id"] for rule in (given, {"action": "close"}))
    with pytest.raises(vim.fault.HostConfigFault):
        client.instance.CurrentTime()

    told = control(simulator, "GET", f"/faults/{first}")
    control(simulator, "DELETE", f"/faults/{second}")
    (last,) = control(simulator, "GET", "/journal?writes=false&limit=1")

    assert told.items() >= {**given, "id": first, "hits": 1, "action": "fault", "when": "before"}.items()
    assert [one["id"] for one in control(simulator, "GET", "/faults")] == [first]
    assert (last["method"], last["outcome"], last["faultRule"]) == ("CurrentTime", "fault", first)


def test_withdrawing_one_rule_lets_go_of_what_hangs_by_it(simulator: Running, client: Client) -> None:
    number = control(simulator, "POST", "/faults", {"method": "CurrentTime", "action": "hang"})["id"]
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(client.instance.CurrentTime)
        wait_until(lambda: control(simulator, "GET", f"/faults/{number}")["hits"], what="the call to hang")

        control(simulator, "DELETE", f"/faults/{number}")

        with pytest.raises((http.client.HTTPException, OSError)):
            hanging.result(20)


def test_a_session_is_ended_by_its_key(simulator: Running, client: Client) -> None:
    with connect(simulator) as other:
        key = other.content.sessionManager.currentSession.key

        answer = control(simulator, "POST", "/sessions/expire", {"key": key})

        assert answer == {"expired": 1}
        with pytest.raises(vim.fault.NotAuthenticated):
            other.instance.CurrentTime()
    assert client.instance.CurrentTime() is not None


def test_the_clock_goes_where_it_is_told(simulator: Running) -> None:
    control(simulator, "POST", "/clock", {"now": "2031-01-31T12:00:00Z"})
    told = control(simulator, "GET", "/clock")["now"]
    back = control(simulator, "POST", "/clock", {"advanceSeconds": -86400})["now"]

    assert told.startswith("2031-01-31T12:00:")
    assert back.startswith("2031-01-30T12:00:")
    with connect(simulator) as later:
        assert later.instance.CurrentTime().isoformat().startswith("2031-01-30T12:0")


def test_the_control_port_lists_what_it_answers(simulator: Running) -> None:
    assert "Withdraws" in control(simulator, "GET", "/")["DELETE /faults/{id}"]


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


def test_an_unpublished_edit_is_seen_by_nobody_until_the_host_is_read_anew(simulator: Running, client: Client) -> None:
    collector = client.collector
    collector.CreateFilter(
        over(client.view(vim.HostSystem), vim.HostSystem, "config.network.vnic"), partialUpdates=False
    )
    version = collector.WaitForUpdatesEx("").version

    control(simulator, "POST", f"/hosts/{NAME}/edit", {"published": False, "adapters": {"vmk1": {"mtu": 1400}}})
    heard = collector.WaitForUpdatesEx(version, PC.WaitOptions(maxWaitSeconds=0))
    seen = client.adapters()["vmk1"].spec.mtu
    client.network().RefreshNetworkSystem()

    assert heard is None
    assert seen == 1500
    assert client.adapters()["vmk1"].spec.mtu == 1400
    assert collector.WaitForUpdatesEx(version, PC.WaitOptions(maxWaitSeconds=0)) is not None


def test_an_edit_reaches_switches_port_groups_and_network_cards(simulator: Running, client: Client) -> None:
    edit = {
        "switches": {"vSwitch1": {"mtu": 1500, "uplinks": ["vmnic2"], "portGroups": {"Backup-40": None, "New": 7}}},
        "pnics": {"vmnic3": None},
    }

    control(simulator, "POST", f"/hosts/{NAME}/edit", edit)

    network = client.get(client.host(), "config.network")
    switch = next(one for one in network.vswitch if one.name == "vSwitch1")
    groups = {one.spec.name: one.spec.vlanId for one in network.portgroup if one.spec.vswitchName == "vSwitch1"}
    assert (switch.mtu, len(switch.pnic)) == (1500, 1)
    assert groups == {"Storage-30": 30, "New": 7}
    assert "vmnic3" not in [one.device for one in network.pnic]


def test_sessions_are_listed_and_ended_by_user(simulator: Running, client: Client) -> None:
    (session,) = control(simulator, "GET", "/sessions")

    others = control(simulator, "POST", "/sessions/expire", {"username": "nobody"})
    own = control(simulator, "POST", "/sessions/expire", {"username": simulator.username})

    assert (session["username"], session["callsUnderWay"]) == (simulator.username, 0)
    assert (others, own) == ({"expired": 0}, {"expired": 1})
    with pytest.raises(vim.fault.NotAuthenticated):
        client.instance.CurrentTime()


def test_events_are_stamped_by_the_simulated_clock(simulator: Running) -> None:
    control(simulator, "POST", "/clock", {"now": "2031-01-31T12:00:00Z"})

    with connect(simulator) as client:
        logins = vim.event.EventFilterSpec(type=[vim.event.UserLoginSessionEvent])
        (login,) = client.content.eventManager.QueryEvents(logins)

    assert login.createdTime.isoformat().startswith("2031-01-31T12:00")


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
        ("POST", "/faults", {}, 400),
        ("POST", "/faults", {"action": "close", "text": "Broken."}, 400),
        ("POST", "/faults", {"fault": "SystemError", "host": "esx99*"}, 400),
        ("POST", "/faults", {"fault": "AlreadyExists", "fields": {"nmae": "vmk1"}}, 400),
        ("POST", "/faults", {"fault": "AlreadyExists", "fields": {"name": 1}}, 400),
        ("POST", "/faults", {"fault": "AlreadyExists", "fields": {"faultCause": "NotFound"}}, 400),
        ("POST", "/faults", b'{"delaySeconds": Infinity}', 400),
        ("POST", "/faults", b"fault: AlreadyExists\nfields: &a {faultCause: *a}", 400),
        ("GET", "/faults/7", None, 404),
        ("DELETE", "/faults/first", None, 404),
        ("GET", "/calls?hots=esx01", None, 400),
        ("POST", "/sessions/expire", {"key": "nobody's"}, 404),
        ("GET", "/nowhere", None, 404),
        ("PATCH", "/state", {}, 405),
        ("POST", "/clock", {"advanceSeconds": 1e300}, 400),
        ("POST", "/clock", {"advanceSeconds": 3e11}, 400),
        ("POST", "/clock", {"advanceSeconds": 1, "now": "2031-01-31T12:00:00Z"}, 400),
        ("POST", "/clock", {"now": "soon"}, 400),
        ("POST", "/faults", {"mehtod": "Login"}, 400),
        ("POST", "/faults", b"{", 400),
        ("POST", "/faults", [], 400),
        ("POST", f"/hosts/{NAME}/connection", {"state": "asleep"}, 400),
        ("POST", f"/hosts/{NAME}/connection", {}, 400),
        ("POST", "/hosts/nobody/connection", {"state": "connected"}, 404),
        ("POST", f"/hosts/{NAME}/edit", {"adapters": {"vmk9": None}}, 400),
        ("POST", f"/hosts/{NAME}/edit", {"adapters": {"vmk1": {"mtu": "big"}}}, 400),
        ("POST", "/hosts/nobody/edit", {}, 404),
        ("POST", "/hosts/nobody/restart", None, 404),
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


def test_a_restart_puts_in_force_what_waited_for_it(simulator: Running, client: Client) -> None:
    limits = {"maxConnections": 20000, "runningMaxConnections": 11000}
    control(simulator, "POST", f"/hosts/{NAME}/edit", {"netstacks": {"defaultTcpipStack": limits}})
    assert in_force(client) == 11000
    dumped = control(simulator, "GET", "/state")

    assert control(simulator, "POST", f"/hosts/{NAME}/restart") is None

    assert in_force(client) == 20000
    assert client.host().runtime.connectionState == "connected"
    control(simulator, "PUT", "/state", dumped)
    with connect(simulator) as again:
        assert in_force(again) == 11000


def test_a_host_that_vcenter_does_not_reach_restarts_unseen(simulator: Running, client: Client) -> None:
    limits = {"maxConnections": 20000, "runningMaxConnections": 11000}
    control(simulator, "POST", f"/hosts/{NAME}/edit", {"netstacks": {"defaultTcpipStack": limits}})
    control(simulator, "POST", f"/hosts/{NAME}/connection", {"state": "disconnected"})

    control(simulator, "POST", f"/hosts/{NAME}/restart")
    assert (client.host().runtime.connectionState, in_force(client)) == ("disconnected", 11000)

    control(simulator, "POST", f"/hosts/{NAME}/connection", {"state": "connected"})
    assert in_force(client) == 20000


def in_force(client: Client) -> int:
    """The limit of connections that the default stack runs with."""
    stacks = client.host().runtime.networkRuntimeInfo.netStackInstanceRuntimeInfo
    found: int = next(one.maxNumberOfConnections for one in stacks if one.netStackInstanceKey == "defaultTcpipStack")
    return found


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"mehtod": "Login"}, "There is no field 'mehtod' here; did you mean 'method'?"),
        (
            {"method": "AddVirtualNik", "action": "close"},
            "method: vCenter has no method 'AddVirtualNik' here; did you mean",
        ),
        ({"fault": "HostConfigFalt"}, "fault: 'HostConfigFalt' is no MethodFault; did you mean 'HostConfigFault'?"),
        (
            {"action": "explode"},
            "action: Input should be 'none', 'fault', 'close', 'reset', 'halfBody', 'http503' or 'hang'",
        ),
        ({"fault": "AlreadyExists", "fields": {"nmae": "x"}}, "fields: AlreadyExists has no field 'nmae', only msg, "),
    ],
)
def test_a_misspelt_rule_is_refused_with_what_was_meant(simulator: Running, rule: object, sentence: str) -> None:
    refused = control(simulator, "POST", "/faults", rule)

    assert isinstance(refused, Refused)
    assert refused.sentence.startswith(sentence)
