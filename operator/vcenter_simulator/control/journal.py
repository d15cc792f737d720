"""The journal as the control port tells it: who called what, when, and whether two writers met on a host."""

from datetime import datetime
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any

from vcenter_simulator.control.documents import JournalQuery, OverlapQuery
from vcenter_simulator.request_log import Entry, RequestLog

MOST_OVERLAPS = 1_000
"""Pairs that are told at most: n writers at once make n² of them."""


def journal(log: RequestLog, query: JournalQuery) -> list[dict[str, Any]]:
    """Return the requests that *query* asks for, the oldest first; times are in ISO 8601."""
    found = [entry for entry in log.entries() if _is_asked_for(entry, query)]
    return [_described(entry) for entry in found[-query.limit :]]


def overlaps(log: RequestLog, query: OverlapQuery) -> list[dict[str, Any]]:
    """Return pairs of writes that were under way on one host at the same time."""
    pairs = (
        {
            "host": first.host,
            "sameSession": first.session == second.session,
            "first": _described(first),
            "second": _described(second),
        }
        for first, second in log.overlaps()
        if _fits(first.host, query.host)
    )
    return list(islice(pairs, MOST_OVERLAPS))


def instant(time: datetime) -> str:
    """Return *time* in UTC in ISO 8601, with a ``Z``: a plus sign would have to be escaped in a query."""
    return time.isoformat().replace("+00:00", "Z")


def _is_asked_for(entry: Entry, query: JournalQuery) -> bool:
    return (
        (entry.is_write or not query.writes)
        and (query.after is None or entry.number > query.after)
        and (query.since is None or entry.start >= query.since)
        and _fits(entry.host, query.host)
        and _fits(entry.method, query.method)
        and _fits(entry.user, query.user)
    )


def _fits(value: str | None, pattern: str | None) -> bool:
    return pattern is None or (value is not None and fnmatchcase(value, pattern))


def _described(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "method": entry.method,
        "host": entry.host,
        "user": entry.user,
        "session": entry.session,
        "start": instant(entry.start),
        "end": instant(entry.end) if entry.end is not None else None,
        "command": entry.command,
        "outcome": entry.outcome,
        "faultRule": entry.rule,
        "changes": entry.change.differences if entry.change is not None else [],
    }
