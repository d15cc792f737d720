from dataclasses import replace

import pytest

from unit.vcenter_simulator.builders import managed_host, surroundings, with_vmotion_stack
from vcenter_simulator.host.adapters import remove_adapter
from vcenter_simulator.host.behaviour import Choice
from vcenter_simulator.host.netstacks import edit_netstacks
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.requests import Gateway, NetstackEdit
from vcenter_simulator.host.restarting import restarted
from vcenter_simulator.host.state import Dns, HostState, Netstack, default_netstacks


def edit(state: HostState, key: str = "vmotion", operation: str = "edit", **fields: object) -> Netstack:
    wanted = NetstackEdit(key=key, operation=operation, **fields)  # type: ignore[arg-type]  # whatever a test names
    changed = edit_netstacks(state, (wanted,), surroundings()).netstack(key)
    assert changed is not None
    return changed


def test_an_edit_changes_what_it_names_and_nothing_else() -> None:
    state = with_vmotion_stack(managed_host())

    stack = edit(state, gateway=Gateway("10.0.50.1"), max_connections=20000)

    assert stack == Netstack(key="vmotion", gateway="10.0.50.1", max_connections=20000, running_connections=11000)


def test_a_stack_that_runs_keeps_its_limit_of_connections_until_the_host_restarts() -> None:
    state = limited(with_vmotion_stack(managed_host()), 20000)
    assert in_force(state) == 11000
    assert in_force(limited(limited(state, 30000), 11000)) == 11000

    assert in_force(restarted(state)) == 20000
    assert in_force(limited(restarted(state), 500)) == 20000


def test_a_stack_that_starts_takes_the_limit_of_connections_that_is_set_then() -> None:
    idle = limited(managed_host(), 20000)
    assert in_force(idle) == 20000

    state = remove_adapter(limited(with_vmotion_stack(idle), 500), "vmk1")

    assert in_force(state) == 500


def test_a_restart_brings_ipv6_as_it_was_wished_for_and_leaves_the_rest() -> None:
    state = replace(managed_host(), ipv6_at_boot=False)

    assert restarted(state) == replace(state, ipv6_enabled=False)


def test_a_route_configuration_without_a_gateway_removes_it() -> None:
    state = edit_netstacks(
        managed_host(),
        (NetstackEdit(key="defaultTcpipStack", operation="edit", gateway=Gateway("10.0.0.1")),),
        surroundings(),
    )

    assert edit(state, "defaultTcpipStack", dns=Dns(host_name="esx01")).gateway == "10.0.0.1"
    assert edit(state, "defaultTcpipStack", gateway=Gateway(None)).gateway is None


def limited(state: HostState, connections: int) -> HostState:
    edits = (NetstackEdit(key="vmotion", operation="edit", max_connections=connections),)
    return edit_netstacks(state, edits, surroundings())


def in_force(state: HostState) -> int:
    stack = state.netstack("vmotion")
    assert stack is not None
    return stack.connections_in_force


@pytest.mark.parametrize(
    ("key", "operation", "fields", "fault"),
    [
        ("nfs", "edit", {}, "NotFound"),
        ("vmotion", "add", {}, "NotSupported"),
        ("vmotion", "remove", {}, "NotSupported"),
        ("vmotion", "", {}, "NotSupported"),
        ("vmotion", "edit", {"name": "fast"}, "NotSupported"),
        ("vmotion", "edit", {"gateway": Gateway("10.0.51.1")}, "HostConfigFault"),
        ("vmotion", "edit", {"gateway": Gateway("gateway")}, "InvalidArgument"),
        ("vmotion", "edit", {"max_connections": 0}, "InvalidArgument"),
        ("vmotion", "edit", {"congestion_control": "bbr"}, "InvalidArgument"),
    ],
)
def test_what_a_stack_refuses(key: str, operation: str, fields: dict[str, object], fault: str) -> None:
    with pytest.raises(Refusal) as refused:
        edit(with_vmotion_stack(managed_host()), key, operation, **fields)

    assert refused.value.fault == fault


def test_several_edits_are_one_change() -> None:
    state = with_vmotion_stack(managed_host())
    edits = (
        NetstackEdit(key="vmotion", operation="edit", gateway=Gateway("10.0.50.1")),
        NetstackEdit(key="nowhere", operation="edit"),
    )

    with pytest.raises(Refusal, match="nowhere"):
        edit_netstacks(state, edits, surroundings())


def test_editing_an_inactive_stack_is_a_matter_of_the_switch() -> None:
    edits = (NetstackEdit(key="vmotion", operation="edit", gateway=Gateway("10.0.50.1")),)

    with pytest.raises(Refusal, match="not active"):
        edit_netstacks(managed_host(), edits, surroundings(edit_inactive_stack=Choice.REFUSE))
    accepted = edit_netstacks(managed_host(), edits, surroundings(edit_inactive_stack=Choice.ACCEPT))
    stack = accepted.netstack("vmotion")
    assert stack is not None
    assert stack.gateway == "10.0.50.1"


def test_a_fresh_host_lists_all_system_stacks() -> None:
    assert [one.key for one in default_netstacks()] == [
        "defaultTcpipStack",
        "vmotion",
        "vSphereProvisioning",
        "mirror",
        "ops",
    ]
