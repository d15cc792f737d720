"""Moments that come from elsewhere, made comparable."""

from datetime import UTC, datetime


def unix_seconds(moment: datetime) -> float:
    """Tell when *moment* is, in Unix seconds; one without a time zone, which Kubernetes never writes, is UTC."""
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
