"""A managed field that differs from what was declared."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One field whose observed value is not the desired one, both as canonical text."""

    field: str
    """In the words of the CRD, for example ``mtu``, ``ipv4.address``, ``services``, ``gateway.ipv4``, ``device``."""
    desired: str
    observed: str


def field_of_spec(field: str) -> str:
    """Name what *field* is an entry of, for metrics, which can't have a series for every entry: ``routes``."""
    return field.partition("[")[0]
