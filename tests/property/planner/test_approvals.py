"""What holds whatever a person approves."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from property.planner.worlds import World, worlds
from unit.planner.builders import plan
from unit.planner.operating import Operation, operate
from vmk_operator.model.host import AdapterState, NetworkState
from vmk_operator.model.step import CreateAdapter, PlannedStep
from vmk_operator.model.vcenter import Policy

MOST_MTU = 9000


def prepared(world: World) -> World:
    """The host is in maintenance mode, so that an approval is all that is missing."""
    return replace(world, host=replace(world.host, in_maintenance=True))


def approved(world: World) -> Operation:
    operation = operate(prepared(world).host, *world.subjects)
    operation.approves = True
    return operation


def managers(network: NetworkState) -> set[str]:
    """Adapters that are there, selected for management, and addressed."""
    selected = network.devices_with("management")
    return {
        one.device
        for one in network.adapters
        if one.device in selected and (one.ipv4.dhcp or one.ipv4.address is not None or one.ipv6 is not None)
    }


@given(worlds())
def test_what_is_approved_is_done_and_leaves_nothing_to_plan(world: World) -> None:
    operation = approved(world).settle()

    result = operation.plan()
    assert result.steps == ()
    for key, verdict in result.verdicts.items():
        subject = operation.subjects[key]
        if subject.policy is Policy.ENFORCE and verdict.blocked is None:
            assert verdict.differences == (), verdict


@given(worlds())
def test_a_host_with_management_keeps_it_through_every_step_that_is_approved(world: World) -> None:
    operation = approved(world)
    if not managers(operation.network):
        return

    seen: list[NetworkState] = []
    operation.watches = seen.append
    operation.settle()

    assert all(managers(network) for network in seen)


@given(worlds(), st.integers(min_value=0, max_value=3))
def test_an_approval_never_lets_another_plan_run(world: World, which: int) -> None:
    before = operate(prepared(world).host, *world.subjects)
    before.look()
    approved_contents = {key: verdict.content for key, verdict in before.plan().verdicts.items()}
    before.approve()
    changed = _with_other_mtu(before.network, which)

    for key, verdict in plan(replace(before.host, network=changed), *before.subjects.values()).verdicts.items():
        if verdict.approval is not None and verdict.approval.plan is not None:
            assert verdict.content == approved_contents[key]


@given(worlds())
def test_a_replacement_whose_new_adapter_is_refused_leaves_the_host_as_it_was(world: World) -> None:
    operation = approved(world)
    before = {one.device: one for one in operation.network.adapters}

    def refuses(planned: PlannedStep) -> bool:
        return isinstance(planned.step, CreateAdapter) and not planned.restores

    operation.refuses = refuses
    operation.settle()

    present = {_lasting(one) for one in operation.network.adapters}
    replaced = (subject.replaced for subject in operation.subjects.values())
    assert all(_lasting(before[one.device]) in present for one in replaced if one is not None)


def _lasting(adapter: AdapterState) -> AdapterState:
    """Leave out what a new adapter can't have, and what comes from the network."""
    ipv6 = None if adapter.ipv6 is None else adapter.ipv6.configured
    return replace(adapter, device="", mac="", ipv4=adapter.ipv4.configured, ipv6=ipv6)


def _with_other_mtu(network: NetworkState, which: int) -> NetworkState:
    """Let somebody change the MTU of one adapter by hand."""
    return replace(
        network,
        adapters=tuple(
            replace(one, mtu=one.mtu - 1 if one.mtu > 1300 else MOST_MTU) if index == which else one
            for index, one in enumerate(network.adapters)
        ),
    )
