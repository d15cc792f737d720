"""The exception tree.

::

    VmkOperatorError
    ├── TransientError        worth another try, later
    │   ├── HostAwayError     vCenter knows the host but cannot talk to it
    │   └── SessionLostError  the session ended; the call was not executed
    ├── AmbiguousWriteError   a write whose answer was lost: look before you act
    ├── BlockedError          a person must act; waits for a new generation or observation
    │   └── LoginRejectedError  wrong credentials; never retried with the same Secret
    └── BugError              we broke an invariant of our own

A planner never raises: bad state is a ``Blocked`` value. Every vCenter fault maps to exactly one of these
(``vcenter/faults.py``), and no exception of ours reaches kopf.
"""


class VmkOperatorError(Exception):
    """Root of everything that we raise. ``str()`` of it is one sentence for a person."""


class TransientError(VmkOperatorError):
    """The same attempt may succeed later."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        """Remember how long the other side asked us to wait, in seconds; ``None``: the caller's own back-off."""
        super().__init__(message)
        self.retry_after_s = retry_after_s


class HostAwayError(TransientError):
    """vCenter answers, but the host is disconnected or does not respond."""


class SessionLostError(TransientError):
    """The vCenter session is gone; the call that met this was not executed."""


class AmbiguousWriteError(VmkOperatorError):
    """A write was sent and its answer never came: it may or may not have happened."""


class BlockedError(VmkOperatorError):
    """No retry helps until a person changes something."""

    def __init__(self, reason: str, message: str) -> None:
        """Carry the stable CamelCase reason that status conditions show."""
        super().__init__(message)
        self.reason = reason


class LoginRejectedError(BlockedError):
    """vCenter refused the credentials. Trying again could lock the account."""


class BugError(VmkOperatorError):
    """An invariant of our own does not hold."""
