"""Durations in Go's syntax, as everywhere in Kubernetes."""

import re
from datetime import timedelta
from typing import Annotated, Final

from pydantic import AfterValidator

from vmk_operator.api.bounds import AtMost
from vmk_operator.api.rules import Rule, matches

_PART = r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(h|ms|m|s)"
_SYNTAX = rf"(?:{_PART})+|0"
_UNITS: Final = {"h": timedelta(hours=1), "m": timedelta(minutes=1), "s": timedelta(seconds=1)} | {
    "ms": timedelta(milliseconds=1)
}


def parse_duration(text: str) -> timedelta:
    """Read a duration such as ``90s`` or ``1h30m``.

    Raises:
        ValueError: *text* is no such duration.
    """
    if re.fullmatch(_SYNTAX, text) is None:
        raise ValueError(f"{text!r} is not a duration such as 90s, 15m or 1h30m")
    return sum((float(number) * _UNITS[unit] for number, unit in re.findall(_PART, text)), timedelta())


def _is_duration(text: str) -> str:
    parse_duration(text)
    return text


def _range(shortest: str, longest: str) -> Rule:
    readable = f"self.matches('^(?:{_SYNTAX})$')".replace("\\", "\\\\")
    return Rule(
        f"!{readable} || (duration(self) >= duration('{shortest}') && duration(self) <= duration('{longest}'))",
        f"must be between {shortest} and {longest}",
    )


_WELL_FORMED = matches(_SYNTAX, "must be a duration in h, m, s and ms, for example 90s, 15m or 1h30m")

RepairDelay = Annotated[str, AtMost(16), AfterValidator(_is_duration), _WELL_FORMED, _range("0s", "24h")]
ResyncPeriod = Annotated[str, AtMost(16), AfterValidator(_is_duration), _WELL_FORMED, _range("1m", "24h")]
