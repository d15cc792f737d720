import pytest

from unit.vcenter_simulator.builders import managed_host, surroundings, with_vmotion_stack
from vcenter_simulator.host.behaviour import Choice
from vcenter_simulator.host.netstacks import edit_netstacks
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.requests import Gateway, NetstackEdit
from vcenter_simulator.host.state import Dns, HostState, Netstack, default_netstacks


def edit(state: HostState, key: str = "vmotion", operation: str = "edit", **fields: object) -> Netstack:
    wanted = NetstackEdit(key=key, operation=operation, **fields)  # type: ignore[arg-type]  # whatever a test names
    changed = edit_netstacks(state, (wanted,), surroundings()).netstack(key)
    assert changed is not None
    return changed


def test_an_edit_changes_what_it_names_and_nothing_else() -> None:
    state = with_vmotion_stack(managed_host())

    stack = edit(state, gateway=Gateway("10.0.50.1"), max_connections=20000)

    assert stack == Netstack(key="vmotion", gateway="10.0.50.1", max_connections=20000)


def test_a_route_configuration_without_a_gateway_removes_it() -> None:
    state = edit_netstacks(
        managed_host(),
        (NetstackEdit(key="defaultTcpipStack", operation="edit", gateway=Gateway("10.0.0.1")),),
        surroundings(),
    )

    assert edit(state, "defaultTcpipStack", dns=Dns(host_name="esx01")).gateway == "10.0.0.1"
    assert edit(state, "defaultTcpipStack", gateway=Gateway(None)).gateway is None


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
