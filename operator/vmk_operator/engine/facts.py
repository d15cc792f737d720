"""What is true of one vCenter now: written by its life cycle, read by its workers."""

from dataclasses import dataclass
from datetime import datetime

from vmk_operator.engine.ports import Lease, VCenterConnection
from vmk_operator.model.vcenter import ServerIdentity, VCenterConfig, VCenterState

# The planner's snapshot speaks these words; the engine may not import `api` itself, and takes them from there.
from vmk_operator.planner.snapshot import Absence, Reason

_NO_TROUBLE = frozenset({VCenterState.CONNECTED, VCenterState.CONNECTING, VCenterState.STANDBY})


@dataclass(slots=True)
class SiteFacts:
    """Mutable; everything on one event loop."""

    config: VCenterConfig
    away_since: float
    """On ``Clock.monotonic``: since when nothing is observed; means something only while not *live*."""
    state: VCenterState = VCenterState.CONNECTING
    message: str = ""
    identity: ServerIdentity | None = None
    """``None``: never reached by this process."""
    lease: Lease | None = None
    """``None``: not held."""
    connection: VCenterConnection | None = None
    live: bool = False
    """The first read is whole and the stream runs."""
    last_live: datetime | None = None
    """The last moment of the last live observation; ``None``: there was none, or it lasts."""
    answered_at: float | None = None
    """On ``Clock.monotonic``: the stream's last answer."""
    stopping: bool = False
    """No other step may be started: the site ends or its connection is about to be replaced."""

    @property
    def may_tell(self) -> bool:
        """Tell whether this replica writes the status of this vCenter and its objects.

        Only the Lease's holder does. A vCenter that was never reached has no Lease, and a duplicate never asks for
        one: any replica says the same of them.
        """
        return self.lease is not None or self.identity is None or self.state is VCenterState.DUPLICATE

    def absence(self, now: float, stale_after_s: float) -> Absence | None:
        """Say why there is no observation to plan on, once that is worth saying.

        The sentences never change while the trouble lasts, so that thousands of objects are written once.
        """
        name = self.config.name
        if self.state is VCenterState.DUPLICATE:
            message = f"VCenter {name} is a duplicate, so its objects are not looked at. {self.message}"
            return Absence(Reason.DUPLICATE_VCENTER, message)
        if not self.live and now - self.away_since >= stale_after_s:
            return self._away()
        return None

    def absence_for_deletion(self) -> Absence | None:
        """Say why nothing can be cleaned up: whoever waits for a deletion is told as soon as there is trouble."""
        return None if self.live or self.state in _NO_TROUBLE else self._away()

    def _away(self) -> Absence:
        name = self.config.name
        message = f"VCenter {name} is not reached, so nothing is known about the host; see the status of {name}."
        return Absence(Reason.VCENTER_AWAY, message)
