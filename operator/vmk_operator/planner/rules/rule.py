"""What a rule is: a function with a name, and the reasons that its refusals or advice may carry."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from vmk_operator.api.reasons import AdvisoryReason, Reason
from vmk_operator.api.v1alpha1 import Advisory
from vmk_operator.planner.verdict import Blocked, Risk

Case = TypeVar("Case")
"""What the rule gets to see."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[Case]):
    """Something that must not be done, or can't."""

    check: Callable[[Case], Blocked | Risk | None]
    """Its docstring is the rule's page in docs/rules.md: what it refuses, and ``Source:``."""
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Advice(Generic[Case]):
    """Something worth knowing that stops nothing."""

    advise: Callable[[Case], tuple[Advisory, ...]]
    """Documented as a rule's ``check`` is."""
    reason: AdvisoryReason


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules say about a change."""

    refused: Blocked | None = None
    """The first refusal is what the user is told."""
    risks: tuple[Risk, ...] = ()
    """Everything that a person has to approve."""


def ask(rules: Iterable[Rule[Case]], case: Case) -> Ruling:
    """Ask the rules in their order, up to the first that refuses."""
    risks: list[Risk] = []
    for rule in rules:
        found = rule.check(case)
        if isinstance(found, Blocked):
            return Ruling(refused=found)
        if found is not None:
            risks.append(found)
    return Ruling(risks=tuple(risks))


def first_refusal(rules: Iterable[Rule[Case]], case: Case) -> Blocked | None:
    """Ask rules that only refuse."""
    return ask(rules, case).refused


def all_advice(advice: Iterable[Advice[Case]], case: Case) -> tuple[Advisory, ...]:
    """Collect what there is to know."""
    return tuple(advisory for one in advice for advisory in one.advise(case))
