import pytest

from unit.vcenter_simulator.builders import MAC, inventory, managed_host, on_switch, spec, surroundings
from vcenter_simulator.fleet.documents import FleetDocument
from vcenter_simulator.fleet.editing import edit_host
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.host_documents import HostEdit
from vcenter_simulator.host.adapters import add_adapter
from vcenter_simulator.host.behaviour import Behaviour
from vcenter_simulator.host.custom_netstacks import add_netstack, enable_netstack, kernel_netstacks, remove_netstack
from vcenter_simulator.host.netstacks import edit_netstacks
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.requests import Gateway, NetstackEdit
from vcenter_simulator.host.services import candidate_adapters, select_adapter
from vcenter_simulator.host.state import HostState, Netstack, default_netstacks
from vcenter_simulator.projection.netstacks import network_runtime


def with_adapter_on(state: HostState, stack: str) -> HostState:
    return add_adapter(state, spec(distributed=on_switch(), netstack=stack), surroundings(), mac=MAC)[0]


def running(state: HostState) -> dict[str, str]:
    return {one.netStackInstanceKey: one.state for one in network_runtime(state)}


def test_a_custom_stack_is_created_carries_an_adapter_and_goes_again() -> None:
    fresh = managed_host()

    state = with_adapter_on(add_netstack(fresh, "nfs"), "nfs")

    assert state.netstack("nfs") == Netstack(key="nfs", name="nfs", in_kernel=True)
    assert [one.device for one in state.by_stack["nfs"]] == ["vmk1"]
    assert remove_netstack(add_netstack(fresh, "nfs"), "nfs") == fresh


def test_a_stack_made_by_hand_runs_without_an_adapter_and_a_disabled_one_does_not() -> None:
    state = add_netstack(add_netstack(managed_host(), "vmotion"), "nfs", disabled=True)

    assert running(managed_host()) == {"defaultTcpipStack": "active"}
    assert running(state) == {"defaultTcpipStack": "active", "vmotion": "active", "nfs": "inactive"}
    assert running(enable_netstack(state, "nfs", enabled=True))["nfs"] == "active"


def test_a_system_stack_that_is_removed_is_listed_as_it_was_installed() -> None:
    state = remove_netstack(add_netstack(managed_host(), "vmotion"), "vmotion")

    assert state.netstacks == default_netstacks()
    assert [one.key for one in kernel_netstacks(state)] == ["defaultTcpipStack"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nfs", "Netstack instance 'nfs' is already found in kernel"),
        ("defaultTcpipStack", "Netstack instance 'defaultTcpipStack' is already found in kernel"),
        ("vmotion", "Netstack instance 'vmotion' is already found in kernel"),
        ("", "empty"),
    ],
)
def test_what_is_in_the_kernel_is_not_added_again(name: str, words: str) -> None:
    state = with_adapter_on(add_netstack(managed_host(), "nfs"), "vmotion")

    with pytest.raises(Refusal, match=words):
        add_netstack(state, name)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("vsan", "Unable to find a Netstack instance vsan"),
        ("vmotion", "Unable to find a Netstack instance vmotion"),
        ("defaultTcpipStack", "default"),
        ("nfs", "in use by vmk1"),
    ],
)
def test_what_can_not_be_removed(name: str, words: str) -> None:
    state = with_adapter_on(add_netstack(managed_host(), "nfs"), "nfs")

    with pytest.raises(Refusal, match=words):
        remove_netstack(state, name)


def test_a_custom_stack_is_edited_and_renamed_like_no_system_stack() -> None:
    state = with_adapter_on(add_netstack(managed_host(), "nfs"), "nfs")
    edit = NetstackEdit(key="nfs", operation="edit", name="Storage", gateway=Gateway("10.0.40.1"))

    stack = edit_netstacks(state, (edit,), surroundings()).netstack("nfs")

    assert stack == Netstack(key="nfs", name="Storage", gateway="10.0.40.1", in_kernel=True)


def test_an_adapter_on_a_custom_stack_carries_no_service() -> None:
    state = with_adapter_on(add_netstack(managed_host(), "nfs"), "nfs")

    assert [one.device for one in candidate_adapters(state, "vmotion")] == ["vmk0"]
    with pytest.raises(Refusal, match="carry no 'vmotion'"):
        select_adapter(state, "vmotion", "vmk1", Behaviour())


def test_custom_stacks_are_described_created_and_removed_by_documents() -> None:
    tree = inventory(1)
    record = next(iter(tree.hosts.values()))

    def edit(**netstacks: object) -> HostState:
        wanted = HostEdit.model_validate({"netstacks": netstacks})
        return edit_host(record.actual, wanted, tree.facts(), tree.new_mac)

    record.commit(edit(nfs={"gateway": "10.0.40.1", "enabled": False}, vmotion={"inKernel": True}))
    again = inventory(fleet=FleetDocument.model_validate_json(tree.dump().model_dump_json(by_alias=True)))

    assert next(iter(again.hosts.values())).actual == record.actual
    assert record.actual.netstack("nfs") == Netstack(
        key="nfs", name="nfs", gateway="10.0.40.1", in_kernel=True, enabled=False
    )
    assert edit(nfs=None, vmotion=None).netstack("nfs") is None
    with pytest.raises(DocumentError, match="Unable to find a Netstack instance vsan"):
        edit(vsan=None)
