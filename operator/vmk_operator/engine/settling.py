"""After a write: wait until the inventory stream shows it.

While a host settles there is no verdict of drift on it and no new plan: the stream may still show what was before
the write, and planning on that would write a second time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import structlog

from vmk_operator.engine.ports import VCenterConnection
from vmk_operator.errors import BlockedError
from vmk_operator.model.host import HostState, NetworkState
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.step import Step
from vmk_operator.planner.effect import is_visible

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Expectation:
    """A write that was sent, and what the host looked like before it."""

    step: Step
    before: NetworkState

    def is_met(self, shown: HostState) -> bool:
        """Tell whether *shown* has the effect."""
        return shown.network is not None and is_visible(self.step, self.before, shown.network)


@dataclass(frozen=True, slots=True)
class Settling:
    """What the stream must show before the host is looked at again."""

    expectations: tuple[Expectation, ...]
    owners: frozenset[ObjectKey]
    """Whose writes are awaited."""
    base: NetworkState | None
    """What the stream showed when the plan was made."""
    seen: HostState
    """The runner's last direct read: what status may say meanwhile."""
    since: float
    deadline: float
    """On ``Clock.monotonic``: then a refresh and a direct read decide."""
    awaited: NetworkState | None = None
    """A direct read that the stream did not show: seeing exactly that ends the settling too."""
    last_chance: bool = False
    """The write is not on the host; only the stream has to catch up, and for that it gets one deadline."""

    def is_over(self, shown: HostState) -> bool:
        """Tell whether the stream caught up."""
        if self.awaited is not None and shown.network == self.awaited:
            return True
        if not self.expectations:
            # Nothing was written: a read showed another host than the stream did.
            return shown.network != self.base
        return all(expected.is_met(shown) for expected in self.expectations)


async def decide(
    settling: Settling, shown: HostState, connection: VCenterConnection, *, next_deadline: float
) -> Settling | None:
    """Look behind a stream that did not show a write in time.

    Returns:
        ``None``: the settling is over and the stream can be trusted. Otherwise what to wait for now; the stream was
        told to read everything anew.

    Raises:
        TransientError: the host could not be read.
    """
    if settling.last_chance:
        log.warning("settling.given_up", host=shown.name, steps=names(settling.expectations))
        return None
    await refresh_if_allowed(connection, shown)
    fresh = await connection.read_host(shown.ref)
    if settling.is_over(fresh):
        log.warning("settling.stream_lags", host=shown.name, steps=names(settling.expectations))
        await connection.resync()
        return replace(settling, seen=fresh, deadline=next_deadline, awaited=fresh.network)
    log.warning("settling.write_not_seen", host=shown.name, steps=names(settling.expectations))
    if fresh.network == shown.network:
        return None
    await connection.resync()
    return replace(settling, seen=fresh, deadline=next_deadline, awaited=fresh.network, last_chance=True)


async def refresh_if_allowed(connection: VCenterConnection, host: HostState) -> None:
    """Let vCenter read the host anew.

    Raises:
        TransientError: it could not.
    """
    try:
        await connection.refresh(host.ref)
    except BlockedError as refused:
        # Without the privilege vCenter's own cache has to do; a read still tells what vCenter believes.
        log.warning("host.refresh_refused", host=host.name, reason=refused.reason, message=str(refused))


def names(expectations: Iterable[Expectation]) -> list[str]:
    """Name the kinds of step, for the log."""
    return [type(expected.step).__name__ for expected in expectations]
