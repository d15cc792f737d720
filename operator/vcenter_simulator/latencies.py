"""How long hosts take for a write: always the same, or by the dice."""

import math
import random
from dataclasses import dataclass
from typing import Protocol

FORMS = "0.2 (always), 0.1..3 (anything between) or lognormal:0.5,0.6 (half of them under 0.5 s; the spread)"


class Latency(Protocol):
    """A distribution of seconds."""

    def draw(self, dice: random.Random) -> float:
        """Throw the dice once."""


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same."""

    seconds: float

    def draw(self, _: random.Random) -> float:
        """Return the seconds."""
        return self.seconds


@dataclass(frozen=True, slots=True)
class Uniform:
    """Anything between two bounds."""

    least: float
    most: float

    def draw(self, dice: random.Random) -> float:
        """Throw the dice once."""
        return dice.uniform(self.least, self.most)


@dataclass(frozen=True, slots=True)
class LogNormal:
    """Mostly short, now and then long, as the answers of real hosts are."""

    median: float
    sigma: float
    """The spread: about two thirds lie between median / e^sigma and median x e^sigma."""

    def draw(self, dice: random.Random) -> float:
        """Throw the dice once."""
        return dice.lognormvariate(math.log(self.median), self.sigma)


class Dice:
    """Every host's own: what one host draws does not depend on the others.

    Args:
        latency: what is drawn from; seconds are always the same.
        seed: makes the draws repeatable.
    """

    def __init__(self, latency: Latency | float, seed: int) -> None:
        self._latency = Constant(latency) if isinstance(latency, int | float) else latency
        self._seed = seed
        self._of_hosts: dict[str, random.Random] = {}

    def draw(self, host: str) -> float:
        """Return the seconds that the next write of *host* takes."""
        if host not in self._of_hosts:
            # A test wants to throw the same dice again; they guard no secret.
            self._of_hosts[host] = random.Random(f"{self._seed}:{host}")  # noqa: S311
        return self._latency.draw(self._of_hosts[host])


def parse_latency(text: str) -> Latency:
    """Return the distribution that *text* names.

    Raises:
        ValueError: when it names none; the message is one sentence.
    """
    try:
        latency = _parsed(text.strip())
    except ValueError:
        raise ValueError(f"'{text}' is no latency; write {FORMS}.") from None
    return latency


def _parsed(text: str) -> Latency:
    name, colon, rest = text.partition(":")
    if colon:
        median, sigma = (_seconds(part) for part in rest.split(","))
        if name != "lognormal" or median == 0:
            raise ValueError(text)
        return LogNormal(median, sigma)
    least, dots, most = text.partition("..")
    if dots:
        bounds = _seconds(least), _seconds(most)
        if bounds[0] > bounds[1]:
            raise ValueError(text)
        return Uniform(*bounds)
    return Constant(_seconds(text))


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value < math.inf:
        raise ValueError(text)
    return value
