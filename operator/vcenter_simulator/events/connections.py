"""Events of vCenter's connection to a host."""

from collections.abc import Mapping

from vcenter_simulator.events.log import EventLog
from vcenter_simulator.inventory.hosts import Connection, HostRecord

_KINDS: Mapping[Connection, str] = {
    Connection.CONNECTED: "HostConnectedEvent",
    Connection.DISCONNECTED: "HostDisconnectedEvent",
    Connection.NOT_RESPONDING: "HostConnectionLostEvent",
}


def change_connection(
    log: EventLog, host: HostRecord, connection: Connection, *, user: str = "", chain: int | None = None
) -> None:
    """Change vCenter's connection to a host and say so; nothing when it is that already.

    Args:
        log: the events.
        host: the host.
        connection: what the connection is from now on.
        user: because of whom; empty when it happened by itself.
        chain: the key of the event that it follows from.
    """
    if host.connection is connection:
        return
    host.connect(connection)
    fields = {}
    if connection is Connection.DISCONNECTED:
        fields["reason"] = "userRequest" if user else "unknown"
    log.post(_KINDS[connection], about=host.reference, user=user, chain=chain, **fields)
