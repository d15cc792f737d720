"""What is left when a step fails, before or after its effect, is something that the next plans make right."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property.planner.worlds import World, worlds
from unit.planner.builders import later, network_of
from unit.planner.operating import Operation, operate
from vmk_operator.api.v1alpha1.objects import ANNOTATION_RECONCILE
from vmk_operator.model.outcome import Outcome, Result
from vmk_operator.model.step import CreateAdapter, PlannedStep, RemoveAdapter
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.effect import apply, created_device
from vmk_operator.planner.status import next_status
from vmk_operator.planner.verdict import Verdict

TROUBLES = [Result.FAILED, Result.RETRY, Result.UNVERIFIED]


@pytest.mark.parametrize("is_done", [False, True], ids=["before its effect", "after its effect"])
@given(world=worlds(), trouble=st.sampled_from(TROUBLES))
def test_a_failure_at_any_step_leaves_what_the_next_plans_make_right(
    world: World, trouble: Result, *, is_done: bool
) -> None:
    at_first = operate(world.host, *world.subjects)
    steps = at_first.look().steps
    for index, failing in enumerate(steps):
        operation = operate(world.host, *world.subjects)
        operation.look()
        for planned in steps[:index]:
            operation.run(planned)
        made = _fail(operation, failing, trouble, is_done=is_done)

        operation.settle()

        result = operation.plan()
        assert result.steps == ()
        assert not {
            key
            for key, verdict in result.verdicts.items()
            if verdict.policy is Policy.ENFORCE
            and verdict.blocked is None
            and verdict.approval is None
            and verdict.differences
        }
        # One that was made and not noted is anybody's: another object may name it by its device.
        if made is None or made not in {
            _held_by(verdict) for key, verdict in result.verdicts.items() if key != failing.owner
        }:
            _assert_every_adapter_was_made_once(world, operation, [*steps[:index], *([failing] if is_done else [])])


def _held_by(verdict: Verdict) -> str | None:
    return None if verdict.observed is None or verdict.binding is None else verdict.binding.device


def _fail(operation: Operation, planned: PlannedStep, trouble: Result, *, is_done: bool) -> str | None:
    """Let a step end in *trouble*, tell its object so, and let somebody ask for another attempt.

    Give the device that was made all the same, if one was.
    """
    subject = operation.subjects[planned.owner]
    verdict = operation.plan().verdicts[planned.owner]
    outcome = Outcome(planned, trouble, "Refused", "The host said no.")
    status = next_status(subject, verdict, [outcome], now=operation.now)
    assert (status.halt is not None) == (trouble is Result.FAILED)
    before = operation.network
    if is_done:
        operation.change(apply(planned.step, before))
    metadata = subject.object.metadata
    annotations = {**metadata.annotations, ANNOTATION_RECONCILE: later(1).isoformat()}
    asked = subject.object.model_copy(update={"metadata": metadata.model_copy(update={"annotations": annotations})})
    operation.subjects[planned.owner] = replace(subject, object=asked, status=status)
    made = created_device(planned.step, before, operation.network) if isinstance(planned.step, CreateAdapter) else None
    return None if made is None else made.device


def _assert_every_adapter_was_made_once(world: World, operation: Operation, run: list[PlannedStep]) -> None:
    before = {one.device for one in network_of(world.host).adapters}
    new = {one.device for one in operation.network.adapters} - before
    if new & {getattr(subject.object.spec, "adopt_device", None) for subject in world.subjects}:
        # Whose creation is not known to have happened loses the adapter to an object that adopts it by name.
        return
    done = [*run, *operation.done]
    owners = [one.owner for one in done if isinstance(one.step, CreateAdapter)]
    removed = [one.step for one in done if isinstance(one.step, RemoveAdapter)]
    assert len(set(owners)) == len(owners)
    assert len(operation.network.adapters) == len(network_of(world.host).adapters) + len(owners) - len(removed)
