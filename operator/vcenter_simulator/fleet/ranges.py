"""Ranges in a text: ``esx[01:50].example.com`` stands for fifty names, ``[10.0.0.11:10.0.3.250]/22`` for addresses."""

import re
from ipaddress import AddressValueError, IPv4Address

MOST = 100_000
"""Members of a range."""

_RANGE = re.compile(r"\[([0-9.]+):([0-9.]+)\]")


def has_range(text: str) -> bool:
    """Say whether *text* has a range in it."""
    return _RANGE.search(text) is not None


def length(text: str) -> int:
    """Return how many texts *text* stands for; one when it has no range.

    Raises:
        ValueError: when the range makes no sense, or there are ranges of different lengths.
    """
    lengths = {_length(found) for found in _RANGE.finditer(text)} or {1}
    if len(lengths) > 1:
        raise ValueError(f"the ranges in '{text}' have different lengths")
    return lengths.pop()


def member(text: str, index: int) -> str:
    """Return the text that *text* stands for at *index*, which counts from 0."""
    return _RANGE.sub(lambda found: _member(found, index), text)


def _length(found: re.Match[str]) -> int:
    first, last = _number(found, 1), _number(found, 2)
    if ("." in found[1]) != ("." in found[2]) or last < first or last - first >= MOST:
        raise ValueError(f"'{found[0]}' is no range; write [01:50] or [10.0.0.11:10.0.0.60], the smaller end first")
    return last - first + 1


def _member(found: re.Match[str], index: int) -> str:
    number = _number(found, 1) + index
    if "." in found[1]:
        return str(IPv4Address(number))
    # As many digits as the first has, when it begins with a zero.
    return f"{number:0{len(found[1])}d}" if found[1].startswith("0") else str(number)


def _number(found: re.Match[str], group: int) -> int:
    try:
        return int(IPv4Address(found[group])) if "." in found[group] else int(found[group])
    except AddressValueError as error:
        raise ValueError(f"'{found[0]}' is no range: {error}") from None
