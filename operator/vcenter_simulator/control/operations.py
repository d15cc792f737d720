"""What the control port can do, for callers in the same process."""

from typing import Any

from pyVmomi import VmomiSupport

from vcenter_simulator.control.documents import FaultDocument, JournalQuery, OverlapQuery
from vcenter_simulator.control.journal import instant, journal, overlaps
from vcenter_simulator.events.connections import change_connection
from vcenter_simulator.fault_rules import Action, FaultRule
from vcenter_simulator.fleet.documents import FleetDocument, HostEdit
from vcenter_simulator.fleet.editing import edit_host
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.inventory.hosts import Connection, HostRecord
from vcenter_simulator.vcenter import VCenter

EVERY_WRITE = JournalQuery()
EVERY_HOST = OverlapQuery()


class UnknownHostError(LookupError):
    """There is no host of that name."""


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

    def add_fault(self, document: FaultDocument) -> None:
        """Put a fault rule in force.

        Raises:
            DocumentError: when it names no fault of vSphere's.
        """
        action = document.action or (Action.FAULT if document.fault is not None else Action.NONE)
        rule = FaultRule(
            method=document.method,
            host=document.host,
            skip=document.skip,
            count=document.count,
            probability=document.probability,
            delay_s=document.delay_seconds,
            when=document.when,
            action=action,
        )
        if document.fault is not None:
            if action is not Action.FAULT:
                raise DocumentError(f"A fault is named, but the action is '{action.value}'.")
            rule.fault = _checked_fault(document.fault)
        if document.text is not None:
            rule.text = document.text
        self._vcenter.faults.add(rule)

    def faults(self) -> list[dict[str, Any]]:
        """Return the rules in force with how often each has hit."""
        return [
            {
                "method": rule.method,
                "host": rule.host,
                "action": rule.action.value,
                "when": rule.when.value,
                "count": rule.count,
                "hits": rule.hits,
            }
            for rule in self._vcenter.faults.rules
        ]

    def clear_faults(self) -> None:
        """Withdraw all fault rules and let go of what hangs."""
        self._vcenter.faults.clear()

    def sessions(self) -> list[dict[str, Any]]:
        """Return the sessions that are alive, the oldest first."""
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
            }
            for session in self._vcenter.sessions.all()
        ]

    def expire_sessions(self, username: str | None = None) -> int:
        """End sessions as if they had been idle for too long; return how many."""
        return self._vcenter.sessions.expire_all(username)

    def set_connection(self, host: str, state: str) -> None:
        """Change vCenter's connection to a host.

        Raises:
            UnknownHostError: when there is no such host.
        """
        change_connection(self._vcenter.events, self._host(host), Connection(state))

    def edit_host(self, host: str, edit: HostEdit) -> None:
        """Change a host behind vCenter's back.

        Raises:
            UnknownHostError: when there is no such host.
            DocumentError: when the edit names something that the host does not have.
        """
        record = self._host(host)
        inventory = self._vcenter.inventory
        state = edit_host(record.actual, edit, inventory.facts(), inventory.new_mac)
        record.commit_unseen(state)
        if edit.published:
            record.refresh()

    def dump(self) -> FleetDocument:
        """Describe the inventory."""
        return self._vcenter.inventory.dump()

    def load(self, document: FleetDocument) -> None:
        """Make the inventory another one.

        Raises:
            DocumentError: when the document contradicts itself; nothing has changed then.
        """
        self._vcenter.inventory.load(document)

    def advance_clock(self, seconds: float) -> str:
        """Move the simulated time; return what it is then."""
        self._vcenter.clock.advance(seconds)
        return instant(self._vcenter.clock.now())

    def _host(self, name: str) -> HostRecord:
        record = self._vcenter.inventory.hosts.get(name)
        if record is None:
            raise UnknownHostError(f"There is no host '{name}'.")
        return record


def _checked_fault(name: str) -> str:
    try:
        found = VmomiSupport.GuessWsdlType(name)
    except KeyError:
        raise DocumentError(f"vSphere has no fault '{name}'.") from None
    if not (isinstance(found, type) and issubclass(found, Exception)):
        raise DocumentError(f"'{name}' is no fault.")
    return name
