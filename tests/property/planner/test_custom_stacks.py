"""What holds for custom TCP/IP stacks on every host and for every set of objects."""

from functools import reduce

from hypothesis import given

from property.planner.worlds import World, worlds
from unit.planner.builders import network_of, plan, reason_of
from unit.planner.operating import operate
from vmk_operator.api.v1alpha1 import VmkAdapter, VmkNetstack
from vmk_operator.model.host import NetworkState
from vmk_operator.model.step import CreateNetstack, PlannedStep, RemoveNetstack
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.effect import apply


@given(worlds())
def test_once_a_plan_has_run_every_stack_that_may_be_made_is_there(world: World) -> None:
    result = plan(world.host, *world.subjects)
    network = reduce(_run, result.steps, network_of(world.host))

    for subject in world.subjects:
        verdict = result.verdicts[subject.object.key]
        is_live = isinstance(subject.object, VmkNetstack) and not subject.object.metadata.deleting
        if is_live and subject.policy is Policy.ENFORCE and verdict.blocked is None:
            assert network.netstack(subject.object.spec.netstack) is not None


@given(worlds())
def test_an_adapter_misses_its_stack_exactly_if_this_very_plan_does_not_make_it(world: World) -> None:
    result = plan(world.host, *world.subjects)
    there = {stack.key for stack in network_of(world.host).netstacks}
    made = {one.step.key for one in result.steps if isinstance(one.step, CreateNetstack)}

    for subject in world.subjects:
        if isinstance(subject.object, VmkAdapter) and not subject.object.metadata.deleting:
            is_missing = subject.object.spec.netstack not in there | made
            verdict = result.verdicts[subject.object.key]
            assert (reason_of(verdict) == "NoSuchNetstack") == is_missing


@given(worlds())
def test_a_stack_is_removed_for_a_deleted_object_only_without_adapters_and_if_no_live_object_is_about_it(
    world: World,
) -> None:
    subjects = {subject.object.key: subject for subject in world.subjects}
    declared = {
        subject.object.spec.netstack
        for subject in world.subjects
        if isinstance(subject.object, VmkNetstack) and not subject.object.metadata.deleting
    }
    network = network_of(world.host)
    for planned in plan(world.host, *world.subjects).steps:
        if isinstance(planned.step, RemoveNetstack):
            metadata = subjects[planned.owner].object.metadata
            assert metadata.deleting
            assert metadata.finalized
            assert planned.step.key not in declared
            assert all(adapter.netstack != planned.step.key for adapter in network.adapters)
        network = apply(planned.step, network)


@given(worlds())
def test_no_stack_is_made_or_removed_twice(world: World) -> None:
    operation = operate(world.host, *world.subjects).settle()

    for kind in (CreateNetstack, RemoveNetstack):
        keys = [one.step.key for one in operation.done if isinstance(one.step, kind)]
        assert len(set(keys)) == len(keys)


def _run(network: NetworkState, planned: PlannedStep) -> NetworkState:
    return apply(planned.step, network)
