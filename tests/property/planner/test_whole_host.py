"""What a plan leaves alone: the whole host is compared, fact by fact."""

from typing import Any, cast

from hypothesis import given

from property.planner.facts import changed, consequences, declared_facts
from property.planner.worlds import World, worlds
from unit.planner.builders import network_of, plan
from vmk_operator.planner.effect import apply


@given(worlds())
def test_a_step_changes_on_the_whole_host_only_what_its_object_declares(world: World) -> None:
    specs = {subject.object.key: cast("Any", subject.object.spec) for subject in world.subjects}
    network = network_of(world.host)
    for planned in plan(world.host, *world.subjects).steps:
        after = apply(planned.step, network)
        mine = set(declared_facts(planned.step, specs[planned.owner], network, after))

        assert changed(network, after) <= mine | set(consequences(planned.step, network, after)), planned.text
        network = after
