"""Advice about a fleet, and what is left of advice about an object when what nobody wants to read is taken away."""

from vmk_operator.api.v1alpha1 import Advisory
from vmk_operator.model.vcenter import FleetAdvice
from vmk_operator.planner import rulebook
from vmk_operator.planner.fleet import Fleet
from vmk_operator.planner.rules.rule import all_advice
from vmk_operator.planner.snapshot import ManagedObject
from vmk_operator.planner.surroundings import Surroundings


def advise_fleet(fleet: Fleet) -> tuple[FleetAdvice, ...]:
    """Tell what is worth knowing about all hosts of a vCenter. Silencing it is up to whoever writes it down."""
    return tuple(FleetAdvice(one.reason, one.message) for one in all_advice(rulebook.VCENTER_ADVICE, fleet))


def without_silenced(
    advisories: tuple[Advisory, ...], item: ManagedObject, around: Surroundings
) -> tuple[Advisory, ...]:
    """Leave out the reasons that the object's annotation silences, or that of its VCenter."""
    if not advisories:
        return ()
    silenced = item.metadata.silenced | around.silenced
    return tuple(one for one in advisories if one.reason not in silenced)
