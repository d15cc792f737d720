"""The one sentence about a field that the API server should have refused."""

from vmk_operator.api.reasons import Reason
from vmk_operator.planner.verdict import Blocked

LONGEST_VALUE = 200
"""Characters of the value that are shown."""


def invalid(field: str, value: object, advice: str) -> Blocked:
    """Say which field of the spec can't be what it is, and what to do."""
    return Blocked(Reason.INVALID_SPEC, f"spec.{field} can't be {str(value)[:LONGEST_VALUE]}: {advice}.")
