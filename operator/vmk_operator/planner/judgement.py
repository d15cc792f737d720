"""What the planner finds out about one object before policy, halts and finalizers are applied to it."""

from dataclasses import dataclass

from vmk_operator.api.v1alpha1 import Advisory, Applied, Binding, ObservedAdapter, ObservedNetstack, Replaced
from vmk_operator.model.drift import Difference
from vmk_operator.planner.ordering import PhasedStep
from vmk_operator.planner.verdict import Blocked, Risk
from vmk_operator.planner.wording import clip


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every managed field of an object, held against the host."""

    as_declared: tuple[Applied, ...] = ()
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """One object against one host."""

    fingerprint: str = ""
    binding: Binding | None = None
    observed: ObservedAdapter | ObservedNetstack | None = None
    comparison: Comparison = Comparison()
    stalled: Blocked | None = None
    """The object itself is wrong: told under every policy."""
    refused: Blocked | None = None
    """What differs can't be repaired: told under Enforce."""
    risks: tuple[Risk, ...] = ()
    """Why a person has to approve the steps first."""
    steps: tuple[PhasedStep, ...] = ()
    """What would make the host as declared; empty when *stalled* or *refused*."""
    restoration: tuple[PhasedStep, ...] = ()
    """What puts back an adapter that a replacement removed and failed to replace; runs whatever stalls the object."""
    replaces: Replaced | None = None
    """The adapter that the steps remove and another takes the place of."""
    dormant: bool = False
    in_place: bool = False
    """The host has what the object is about."""
    advisories: tuple[Advisory, ...] = ()


def compare_texts(wanted: dict[str, tuple[str, str]]) -> Comparison:
    """Split fields, each given as (desired, observed), into those that are as declared and those that differ."""
    return Comparison(
        tuple(Applied(field=f, value=clip(desired)) for f, (desired, seen) in wanted.items() if desired == seen),
        tuple(Difference(f, clip(desired), clip(seen)) for f, (desired, seen) in wanted.items() if desired != seen),
    )
