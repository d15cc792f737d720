"""Statuses as JSON: in the words of the CRD, nothing that is not set, times to the second."""

from datetime import UTC, datetime
from typing import Any

from vmk_operator.api.base import StatusModel


def rfc3339(moment: datetime) -> str:
    """Write a moment as Kubernetes does: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def serialise(status: StatusModel) -> dict[str, Any]:
    """Turn a status into the JSON to be stored; equal statuses give equal JSON.

    An empty list at the top is left out: it reads back the same, and ``kubectl get -o yaml`` stays short.
    """
    dumped = status.model_dump(by_alias=True, exclude_none=True)
    return {field: _plain(value) for field, value in dumped.items() if value != ()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, str):
        return str(value)  # an enum member becomes its value
    return value
