"""What a rule is: a function with a name, and the reasons that its refusals or advice may carry."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from vmk_operator.api.reasons import AdvisoryReason, Reason
from vmk_operator.api.v1alpha1 import Advisory
from vmk_operator.planner.verdict import Blocked

Case = TypeVar("Case")
"""What the rule gets to see."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[Case]):
    """Something that must not be done, or can't."""

    check: Callable[[Case], Blocked | None]
    """Its docstring is the rule's page in docs/rules.md: what it refuses, and ``Source:``."""
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Advice(Generic[Case]):
    """Something worth knowing that stops nothing."""

    advise: Callable[[Case], tuple[Advisory, ...]]
    """Documented as a rule's ``check`` is."""
    reason: AdvisoryReason


def first_refusal(rules: Iterable[Rule[Case]], case: Case) -> Blocked | None:
    """Ask the rules in their order; the first that objects is what the user is told."""
    return next((refusal for rule in rules if (refusal := rule.check(case)) is not None), None)


def all_advice(advice: Iterable[Advice[Case]], case: Case) -> tuple[Advisory, ...]:
    """Collect what there is to know."""
    return tuple(advisory for one in advice for advisory in one.advise(case))
