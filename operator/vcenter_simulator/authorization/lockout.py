"""The lock-out of accounts: too many wrong passwords in a time, and no password is right for a while."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from vcenter_simulator.authorization.principals import Account, principal_key
from vcenter_simulator.inventory.clock import Clock

NEVER_LOCKED = "administrator"
"""The name, in whatever domain, that the policy does not apply to.

Source: vSphere Authentication 7.0, "Edit the vCenter Single Sign-On Lockout Policy".
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockoutPolicy:
    """When an account is locked; the defaults are those of vCenter Single Sign-On."""

    attempts: int = 5
    """Wrong passwords that lock an account; 0: none does."""
    window_s: float = 180.0
    """Seconds in which they must come."""
    duration_s: float = 300.0
    """Seconds until the account is unlocked; 0: it stays locked."""


class Lockout:
    """The accounts that are locked.

    Args:
        policy: when.
        clock: the simulated time.
    """

    def __init__(self, policy: LockoutPolicy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock
        self._failures: dict[str, deque[datetime]] = {}
        self._locked: dict[str, datetime] = {}

    def is_locked(self, account: Account) -> bool:
        """Say whether nobody gets in by *account*, whatever the password."""
        key = principal_key(account.name)
        since = self._locked.get(key)
        if since is None:
            return False
        duration = self._policy.duration_s
        if duration == 0 or self._clock.now() - since < timedelta(seconds=duration):
            return True
        del self._locked[key]
        return False

    def note_failure(self, account: Account) -> None:
        """Take in a wrong password for an account that is not locked."""
        key = principal_key(account.name)
        if self._policy.attempts == 0 or key.partition("@")[0] == NEVER_LOCKED:
            return
        now = self._clock.now()
        failures = self._failures.setdefault(key, deque(maxlen=self._policy.attempts))
        failures.append(now)
        if len(failures) == self._policy.attempts and now - failures[0] <= timedelta(seconds=self._policy.window_s):
            self._locked[key] = now
            del self._failures[key]

    def note_success(self, account: Account) -> None:
        """Forget the wrong passwords before the right one."""
        self._failures.pop(principal_key(account.name), None)
