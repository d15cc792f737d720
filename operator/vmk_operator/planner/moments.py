"""Moments that come from elsewhere, made comparable."""

from datetime import UTC, datetime

Seniority = tuple[float, str]
"""Creation time and uid: the smaller is the older."""


def unix_seconds(moment: datetime) -> float:
    """Tell when *moment* is, in Unix seconds; one without a time zone, which Kubernetes never writes, is UTC."""
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
