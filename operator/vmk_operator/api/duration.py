"""Durations as Go and Kubernetes write them, for example ``1h30m``, ``90s`` or ``250ms``."""

import re

_UNITS_S = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)")


def parse_duration(text: str) -> float:
    """Turn a Go duration into seconds.

    Raises:
        ValueError: it is none, or it is negative; the message is one sentence for a person.
    """
    if text.startswith("-"):
        raise ValueError(f"{text!r} is a negative duration; it must be 0s or longer")
    rest = text.removeprefix("+")
    if rest == "0":
        return 0.0
    seconds, end = 0.0, 0
    while part := _PART.match(rest, end):
        seconds += float(part[1]) * _UNITS_S[part[2]]
        end = part.end()
    if end == 0 or end != len(rest):
        raise ValueError(f"{text!r} is not a duration; write numbers with units, for example 90s or 1h30m")
    return seconds
