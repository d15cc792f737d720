"""From a VCenter object to a live inventory under our own Lease, and back again whenever that ends.

Probe, claim, Lease, credentials, login, the predecessor's session, the stream. What passes is tried again with
back-off; a refused login never is, until the Secret or the spec is another; what only a person can mend is told.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from vmk_operator.engine.backoff import Backoff
from vmk_operator.engine.facts import SiteFacts
from vmk_operator.engine.instances import InstanceClaims
from vmk_operator.engine.ports import (
    Clock,
    CredentialSource,
    Lease,
    LeaseFactory,
    VCenterConnection,
    VCenterConnector,
)
from vmk_operator.engine.racing import race
from vmk_operator.engine.settings import EngineSettings
from vmk_operator.errors import BlockedError, LoginRejectedError, SessionLostError, TransientError
from vmk_operator.model.vcenter import Credentials, InventoryDelta, ServerIdentity, VCenterState

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

_CHECK_THE_WAY = "It is tried again; check that the vCenter is up, spec.server, name resolution and firewalls."


class Watcher(Protocol):
    """What the life cycle tells the site."""

    def state_changed(self) -> None:
        """The facts say something new about the vCenter itself."""

    def went_live(self) -> None:
        """The first read over a new connection is whole."""

    def received(self, delta: InventoryDelta) -> None:
        """The stream of a live connection delivered."""

    def went_away(self) -> None:
        """The stream ended: nothing is observed any more."""

    def lost_lease(self) -> None:
        """Another replica may write from now on."""


class LifeCycle:
    """One vCenter's connection. ``run`` is cancelled to end it and started anew after a change of the spec."""

    def __init__(
        self,
        *,
        facts: SiteFacts,
        connector: VCenterConnector,
        leases: LeaseFactory,
        credentials: CredentialSource,
        claims: InstanceClaims,
        reconsider: Callable[[], None],
        watcher: Watcher,
        clock: Clock,
        settings: EngineSettings,
        backoff: Backoff,
    ) -> None:
        self._facts = facts
        self._connector = connector
        self._leases = leases
        self._credentials = credentials
        self._claims = claims
        self._reconsider = reconsider
        self._watcher = watcher
        self._clock = clock
        self._settings = settings
        self._backoff = backoff
        self._rejected: tuple[tuple[str, Credentials], LoginRejectedError] | None = None
        """Where and with what a login was refused, and what was said about it."""
        self._used: Credentials | None = None
        self._known: ServerIdentity | None = None
        """Who answered at this address. As long as nobody ever did, any replica may tell so; later on the Lease's
        holder only."""
        self._nudged = asyncio.Event()
        self._resync_wanted = False
        self._log = log.bind(vcenter=facts.config.name)

    @property
    def used(self) -> Credentials | None:
        """The credentials of the last attempt, refused or not."""
        return self._used

    def forgive(self) -> None:
        """Begin from nothing, also with refused credentials: a person changed the spec, or asks for it."""
        self._rejected = None
        self._known = None

    def request_resync(self) -> None:
        """Read everything anew as soon as possible."""
        self._resync_wanted = True
        self._nudged.set()

    def reschedule_resync(self) -> None:
        """Begin the period between two resyncs anew: it has another length now."""
        self._nudged.set()

    async def run(self) -> None:
        """Live until cancelled."""
        while True:
            self._facts.identity = self._known
            self._begin_absence()
            identity = self._known = self._known or await self._probe()
            older = self._claims.claim(identity.instance_uuid, self._facts.config, self._reconsider)
            self._facts.identity = identity
            if older is not None:
                self._report(
                    VCenterState.DUPLICATE,
                    f"This is the same vCenter as VCenter {older.name}, which is older; delete one of the two.",
                )
                await _forever()
            self._report(VCenterState.STANDBY, "Waiting for the Lease of this vCenter, which another replica may hold.")
            lease = self._leases.lease(identity.instance_uuid)
            async with lease.keep():
                self._facts.lease = lease
                self._begin_absence()
                self._report(VCenterState.CONNECTING, f"Connecting to {self._facts.config.server}.")
                try:
                    await race(self._lead(lease, identity), self._watch_lease(lease))
                finally:
                    self._facts.lease = None
                    self._watcher.lost_lease()
            self._report(VCenterState.STANDBY, "The Lease of this vCenter was lost.")

    async def _probe(self) -> ServerIdentity:
        failures = 0
        while True:
            try:
                return await self._connector.probe(self._facts.config)
            except (TransientError, BlockedError) as error:
                failures += 1
                await self._pause(error, failures)

    async def _watch_lease(self, lease: Lease) -> None:
        await lease.lost()
        self._log.warning("vcenter.lease_lost")

    async def _lead(self, lease: Lease, identity: ServerIdentity) -> None:
        """Connect and stay connected; returns when the address turns out to be another vCenter."""
        failures = 0
        while True:
            try:
                connection = await self._connect(await self._current_credentials())
            except (TransientError, BlockedError) as error:
                failures += 1
                await self._pause(error, failures)
            else:
                try:
                    await self._take_over(lease, connection)
                    await self._serve(connection)
                except (TransientError, BlockedError) as error:
                    failures = 1 if self._facts.live else failures + 1
                    self._away()
                    if not (isinstance(error, SessionLostError) and failures == 1):
                        await self._pause(error, failures)
                    self._log.info("vcenter.disconnected", reason=str(error))
                finally:
                    self._away()
                    self._facts.connection = None
                    await connection.close()
            found = await self._probe()
            if found.instance_uuid != identity.instance_uuid:
                self._log.warning("vcenter.replaced", instance_uuid=found.instance_uuid)
                self._known = None
                return
            self._facts.identity = self._known = found

    async def _current_credentials(self) -> Credentials:
        failures = 0
        while True:
            try:
                return self._credentials.credentials(self._facts.config.credentials_secret)
            except TransientError as error:
                # Nothing is wrong with the vCenter, and mostly this is over at once: our own start is not.
                self._log.info("vcenter.credentials_awaited", reason=str(error))
                failures += 1
                await self._clock.sleep(self._backoff.delay_s(failures))

    async def _connect(self, credentials: Credentials) -> VCenterConnection:
        config, self._used = self._facts.config, credentials
        attempt = (config.server, credentials)
        if self._rejected is not None and self._rejected[0] == attempt:
            raise self._rejected[1]
        try:
            return await self._connector.connect(config, credentials)
        except LoginRejectedError as error:
            rejected = LoginRejectedError(
                error.reason,
                f"{error} Correct the Secret {config.credentials_secret}; the same user and password are not sent "
                "again, so that the account is not locked.",
            )
            self._rejected = (attempt, rejected)
            raise rejected from error

    async def _take_over(self, lease: Lease, connection: VCenterConnection) -> None:
        """End the session of whoever wrote before us: a call that it has under way must not outlive the Lease."""
        predecessor = lease.predecessor_session()
        if predecessor is not None and predecessor != connection.session_key:
            try:
                await connection.terminate_session(predecessor)
            except BlockedError as refused:
                self._log.warning("vcenter.session_not_terminated", reason=refused.reason, message=str(refused))
        await lease.record_session(connection.session_key)

    async def _serve(self, connection: VCenterConnection) -> None:
        self._facts.connection = connection
        self._log.info("vcenter.connected", user=connection.user)
        await race(self._follow(connection), self._resync(connection))

    async def _follow(self, connection: VCenterConnection) -> None:
        async for delta in connection.stream():
            self._facts.answered_at = self._clock.monotonic()
            if self._facts.live:
                self._watcher.received(delta)
            elif delta.complete:
                self._facts.live = True
                self._report(VCenterState.CONNECTED, f"Connected to {self._facts.config.server}.")
                self._watcher.went_live()
        raise TransientError("The inventory stream ended.")

    async def _resync(self, connection: VCenterConnection) -> None:
        while True:
            self._nudged.clear()
            if not self._resync_wanted:
                await race(self._resync_due(), self._rescheduled())
            if self._resync_wanted:
                self._resync_wanted = False
                await connection.resync()

    async def _resync_due(self) -> None:
        await self._clock.sleep(self._facts.config.resync_period_s)
        self._resync_wanted = True

    async def _rescheduled(self) -> None:
        await self._nudged.wait()

    def _away(self) -> None:
        if self._facts.live:
            self._facts.live = False
            self._facts.last_live = self._clock.now()
            self._begin_absence()

    def _begin_absence(self) -> None:
        """Count from now on how long nothing is observed by a replica that would have the say."""
        self._facts.away_since = self._clock.monotonic()
        self._watcher.went_away()

    async def _pause(self, error: TransientError | BlockedError, failures: int) -> None:
        """Tell what is wrong and wait as long as that deserves."""
        state = _state_of(error)
        remedy = f" {_CHECK_THE_WAY}" if state is VCenterState.UNREACHABLE else ""
        self._report(state, f"{error}{remedy}")
        if state in {VCenterState.LOGIN_REJECTED, VCenterState.NO_CREDENTIALS}:
            # The Secret's or the spec's next change ends this life cycle and starts another.
            await _forever()
        if isinstance(error, BlockedError):
            await self._clock.sleep(self._settings.blocked_retry_s)
        else:
            await self._clock.sleep(self._backoff.delay_s(failures, retry_after_s=error.retry_after_s))

    def _report(self, state: VCenterState, message: str) -> None:
        if (self._facts.state, self._facts.message) != (state, message):
            self._facts.state, self._facts.message = state, message
            self._log.info("vcenter.state", state=state.value, message=message)
            self._watcher.state_changed()


def _state_of(error: TransientError | BlockedError) -> VCenterState:
    if isinstance(error, LoginRejectedError):
        return VCenterState.LOGIN_REJECTED
    if isinstance(error, BlockedError) and error.reason in set(VCenterState):
        return VCenterState(error.reason)
    return VCenterState.UNREACHABLE


async def _forever() -> None:
    await asyncio.Event().wait()
