"""Prints what is planned and told for the same few hundred random views, for comparison with another process."""

import sys

from hypothesis import HealthCheck, Phase, given, settings

from property.planner.worlds import View, views, worlds
from unit.planner.builders import NOON, plan
from vmk_operator.planner.status import next_status


@settings(
    max_examples=300,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(view=views() | worlds().map(lambda world: (world.host, world.subjects)))
def tell(view: View) -> None:
    host, subjects = view
    result = plan(host, *subjects)
    told = [planned.text for planned in result.steps]
    for subject in subjects:
        verdict = result.verdicts[subject.object.key]
        told += [verdict.fingerprint, *(planned.text for planned in verdict.steps)]
        told.append(next_status(subject, verdict, (), now=NOON).model_dump_json())
    sys.stdout.write("\n".join(told).encode("unicode-escape").decode() + "\n")


if __name__ == "__main__":
    tell()
