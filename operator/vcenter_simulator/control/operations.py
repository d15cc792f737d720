"""What the control port can do, for callers in the same process."""

from typing import Any

from vcenter_simulator.authorization.loading import described_permission
from vcenter_simulator.control.documents import ClockDocument, FaultDocument, JournalQuery, OverlapQuery
from vcenter_simulator.control.faults import described, rule_of
from vcenter_simulator.control.journal import instant, journal, overlaps
from vcenter_simulator.events.connections import change_connection
from vcenter_simulator.fault_rules import FaultRule
from vcenter_simulator.fleet.documents import FleetDocument
from vcenter_simulator.fleet.editing import edit_host
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.host_documents import HostEdit
from vcenter_simulator.fleet.sentences import alternatives
from vcenter_simulator.host.restarting import restarted
from vcenter_simulator.inventory.hosts import Connection, HostRecord
from vcenter_simulator.vcenter import VCenter

EVERY_WRITE = JournalQuery()
EVERY_HOST = OverlapQuery()


class UnknownError(LookupError):
    """What the path names is not there; the message is one sentence."""


class Control:
    """Everything that the control port does.

    Args:
        vcenter: the vCenter to do it to.
    """

    def __init__(self, vcenter: VCenter) -> None:
        self._vcenter = vcenter

    def calls(self, host: str | None = None) -> dict[str, int]:
        """Return the calls by method, of one host or of all."""
        return self._vcenter.requests.counts(host)

    def clear_calls(self) -> None:
        """Begin to count anew."""
        self._vcenter.requests.clear_counts()

    def journal(self, query: JournalQuery = EVERY_WRITE) -> list[dict[str, Any]]:
        """Return the requests that *query* asks for, the oldest first."""
        return journal(self._vcenter.requests, query)

    def overlaps(self, query: OverlapQuery = EVERY_HOST) -> list[dict[str, Any]]:
        """Return pairs of writes that were under way on one host at the same time."""
        return overlaps(self._vcenter.requests, query)

    def add_fault(self, document: FaultDocument) -> int:
        """Put a fault rule in force and return its id.

        Raises:
            DocumentError: when it would never hit, or asks for two things at once.
        """
        rule = rule_of(document, self._vcenter)
        self._vcenter.faults.add(rule)
        return rule.number

    def faults(self) -> list[dict[str, Any]]:
        """Return the rules in force with how often each has hit."""
        return [described(rule) for rule in self._vcenter.faults.rules]

    def fault(self, number: int) -> dict[str, Any]:
        """Return one rule in force.

        Raises:
            UnknownError: when there is none with this id.
        """
        return described(self._rule(number))

    def withdraw_fault(self, number: int) -> None:
        """Withdraw one fault rule and let go of what hangs by it.

        Raises:
            UnknownError: when there is none with this id.
        """
        self._vcenter.faults.withdraw(self._rule(number))

    def clear_faults(self) -> None:
        """Withdraw all fault rules and let go of what hangs."""
        self._vcenter.faults.clear()

    def sessions(self) -> list[dict[str, Any]]:
        """Return the sessions that are alive, the oldest first, and what their users may do."""
        authority, names = self._vcenter.authority, self._vcenter.inventory.names
        return [
            {
                "key": session.key,
                "username": session.user,
                "userAgent": session.user_agent,
                "loginTime": instant(session.login_time),
                "lastActiveTime": instant(session.last_active),
                "calls": session.calls,
                "callsUnderWay": session.under_way,
                "objects": sum(one.startswith("session[") for one in session.objects),
                "permissions": [
                    described_permission(one, authority, names).model_dump(by_alias=True)
                    for one in authority.permissions.of(session.user)
                ],
            }
            for session in self._vcenter.sessions.all()
        ]

    def expire_sessions(self, username: str | None = None, key: str | None = None) -> int:
        """End sessions as if they had been idle for too long; return how many.

        Raises:
            UnknownError: when there is no session with *key*.
        """
        if key is None:
            return self._vcenter.sessions.expire_all(username)
        session = next((one for one in self._vcenter.sessions.all() if one.key == key), None)
        if session is None or username not in {None, session.user}:
            raise UnknownError(f"There is no such session with the key '{key}'.")
        self._vcenter.sessions.end(session)
        return 1

    def set_connection(self, host: str, state: str) -> None:
        """Change vCenter's connection to a host.

        Raises:
            UnknownError: when there is no such host.
        """
        change_connection(self._vcenter.events, self._host(host), Connection(state))

    def edit_host(self, host: str, edit: HostEdit) -> None:
        """Change a host behind vCenter's back.

        Raises:
            UnknownError: when there is no such host.
            DocumentError: when the edit names something that the host does not have.
        """
        record = self._host(host)
        inventory = self._vcenter.inventory
        state = edit_host(record.actual, edit, inventory.facts(), inventory.new_mac)
        record.commit_unseen(state)
        if edit.published:
            record.refresh()

    def restart_host(self, host: str) -> None:
        """Restart a host, in no time: vCenter loses it and finds it again, if it reached it before.

        Raises:
            UnknownError: when there is no such host.
        """
        record = self._host(host)
        is_reached = record.connection is Connection.CONNECTED
        if is_reached:
            change_connection(self._vcenter.events, record, Connection.NOT_RESPONDING)
        record.commit_unseen(restarted(record.actual))
        if is_reached:
            change_connection(self._vcenter.events, record, Connection.CONNECTED)

    def dump(self) -> FleetDocument:
        """Describe the inventory."""
        return self._vcenter.dump()

    def load(self, document: FleetDocument) -> None:
        """Make the inventory another one.

        Raises:
            DocumentError: when the document contradicts itself; nothing has changed then.
        """
        self._vcenter.load(document)

    def now(self) -> str:
        """Return the simulated time."""
        return instant(self._vcenter.clock.now())

    def move_clock(self, document: ClockDocument) -> str:
        """Move the simulated time; return what it is then. Sessions that are over by then end at once.

        Raises:
            DocumentError: when it is to go to two places, or to none.
        """
        if (document.advance_seconds is None) == (document.now is None):
            raise DocumentError("The clock moves either by advanceSeconds or to now.")
        if document.now is not None:
            seconds = (document.now - self._vcenter.clock.now()).total_seconds()
        else:
            seconds = document.advance_seconds or 0.0
        try:
            self._vcenter.clock.advance(seconds)
        except OverflowError:
            raise DocumentError(f"advanceSeconds: {seconds:g} seconds from now there are no dates any more.") from None
        self._vcenter.sessions.all()
        return self.now()

    def _rule(self, number: int) -> FaultRule:
        rule = self._vcenter.faults.find(number)
        if rule is None:
            raise UnknownError(f"There is no fault rule {number}.")
        return rule

    def _host(self, name: str) -> HostRecord:
        record = self._vcenter.inventory.hosts.get(name)
        if record is None:
            raise UnknownError(f"There is no host '{name}'{alternatives(name, self._vcenter.inventory.hosts)}")
        return record
