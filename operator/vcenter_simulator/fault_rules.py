"""Faults on command: which call is to meet which trouble, before or after its effect."""

import asyncio
import itertools
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase


class When(StrEnum):
    """Whether the call still has its effect."""

    BEFORE = "before"
    AFTER = "after"


class Action(StrEnum):
    """What the caller meets."""

    NONE = "none"
    """Nothing but the delay."""
    FAULT = "fault"
    CLOSE = "close"
    RESET = "reset"
    HALF_BODY = "halfBody"
    HTTP_503 = "http503"
    HANG = "hang"


@dataclass(eq=False, kw_only=True)
class FaultRule:
    """One rule. A pattern may have ``*`` and ``?``; an unset one fits every call."""

    method: str | None = None
    host: str | None = None
    skip: int = 0
    """Fitting calls that pass first."""
    count: int | None = None
    """Fitting calls that are hit then; unset means all."""
    probability: float = 1.0
    delay_s: float = 0.0
    when: When = When.BEFORE
    action: Action = Action.NONE
    fault: str = "SystemError"
    text: str = "Injected by the simulator's control port."
    fields: Mapping[str, object] = field(default_factory=dict)
    """Values for the fault's own fields, in vSphere's types."""
    number: int = 0
    """What it is found by; the rules give it."""
    hits: int = 0
    withdrawn: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the rule is gone: what hangs because of it ends."""

    def fits(self, method: str, host: str | None) -> bool:
        """Say whether a call is one that this rule is about."""
        return (self.method is None or fnmatchcase(method, self.method)) and (
            self.host is None or (host is not None and fnmatchcase(host, self.host))
        )


class FaultRules:
    """The rules in force; the first that fits and is not used up decides.

    Args:
        seed: of the dice for rules with a probability.
    """

    def __init__(self, seed: int) -> None:
        self.rules: list[FaultRule] = []
        self._numbers = itertools.count(1)
        self._dice = random.Random(seed)  # noqa: S311 - a test wants to throw the same dice again

    def add(self, rule: FaultRule) -> None:
        """Put a rule in force, behind those that are."""
        rule.number = next(self._numbers)
        self.rules.append(rule)

    def find(self, number: int) -> FaultRule | None:
        """Find a rule that is in force."""
        return next((rule for rule in self.rules if rule.number == number), None)

    def withdraw(self, rule: FaultRule) -> None:
        """End a rule and let go of what hangs by it."""
        rule.withdrawn.set()
        self.rules.remove(rule)

    def clear(self) -> None:
        """Withdraw all rules."""
        for rule in list(self.rules):
            self.withdraw(rule)

    def draw(self, method: str, host: str | None) -> FaultRule | None:
        """Return the rule that hits this call, if one does."""
        for rule in self.rules:
            if not rule.fits(method, host) or (rule.count is not None and rule.hits >= rule.count):
                continue
            if rule.skip > 0:
                rule.skip -= 1
                continue
            if self._dice.random() < rule.probability:
                rule.hits += 1
                return rule
        return None
