"""The kinds of events that there are, with vCenter's words for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyVmomi import VmomiSupport


@dataclass(frozen=True, slots=True)
class EventKind:
    """One kind. ``text`` has the event's fields in braces."""

    description: str
    category: str
    text: str


KINDS: Mapping[str, EventKind] = {
    "UserLoginSessionEvent": EventKind("User login", "info", "User {userName}@{ipAddress} logged in as {userAgent}"),
    "UserLogoutSessionEvent": EventKind(
        "User logout",
        "info",
        "User {userName}@{ipAddress} logged out (login time: {loginTime}, number of API invocations: {callCount}, "
        "user agent: {userAgent})",
    ),
    "BadUsernameSessionEvent": EventKind("Invalid user name", "error", "Cannot login {userName}@{ipAddress}"),
    "NoAccessUserEvent": EventKind(
        "No access for user", "error", "Cannot login user {userName}@{ipAddress}: no permission"
    ),
    "RoleAddedEvent": EventKind("Role added", "info", "New role {role.name} created"),
    "RoleUpdatedEvent": EventKind("Role updated", "info", "Role modified: {role.name}, it was {prevRoleName}"),
    "RoleRemovedEvent": EventKind("Role removed", "info", "Role {role.name} removed"),
    "PermissionAddedEvent": EventKind(
        "Permission added",
        "info",
        "Permission created for {principal} on {entity.name}, role is {role.name}, propagation is {propagate}",
    ),
    "PermissionUpdatedEvent": EventKind(
        "Permission updated",
        "info",
        "Permission changed for {principal} on {entity.name}, role is {role.name}, propagation is {propagate}",
    ),
    "PermissionRemovedEvent": EventKind(
        "Permission removed", "info", "Permission rule removed for {principal} on {entity.name}"
    ),
    "AlreadyAuthenticatedSessionEvent": EventKind(
        "Already authenticated", "error", "User cannot logon since the user is already logged on"
    ),
    "SessionTerminatedEvent": EventKind(
        "Session stopped", "info", "A session for user '{terminatedUsername}' has stopped"
    ),
    "TaskEvent": EventKind("Task event", "info", "Task: {info.descriptionId}"),
    "GeneralUserEvent": EventKind("User event", "user", "User logged event: {message}"),
    "DVPortgroupCreatedEvent": EventKind(
        "dvPort group created", "info", "dvPort group {net.name} in {datacenter.name} was added to switch {dvs.name}."
    ),
    "DVPortgroupReconfiguredEvent": EventKind(
        "dvPort group reconfigured", "info", "dvPort group {net.name} in {datacenter.name} was reconfigured."
    ),
    "DVPortgroupDestroyedEvent": EventKind(
        "dvPort group deleted", "info", "dvPort group {net.name} in {datacenter.name} was deleted."
    ),
    "EnteringMaintenanceModeEvent": EventKind(
        "Entering maintenance mode",
        "info",
        "Host {host.name} in {datacenter.name} has started to enter maintenance mode",
    ),
    "EnteredMaintenanceModeEvent": EventKind(
        "Entered maintenance mode", "info", "Host {host.name} in {datacenter.name} has entered maintenance mode"
    ),
    "ExitMaintenanceModeEvent": EventKind(
        "Exit maintenance mode", "info", "Host {host.name} in {datacenter.name} has exited maintenance mode"
    ),
    "HostConnectedEvent": EventKind("Host connected", "info", "Connected to {host.name} in {datacenter.name}"),
    "HostDisconnectedEvent": EventKind(
        "Host disconnected", "info", "Disconnected from {host.name} in {datacenter.name}. Reason: {reason}"
    ),
    "HostConnectionLostEvent": EventKind(
        "Host connection lost", "error", "Host {host.name} in {datacenter.name} is not responding"
    ),
    "HostReconnectionFailedEvent": EventKind(
        "Host reconnection failed", "error", "Cannot reconnect to {host.name} in {datacenter.name}"
    ),
    "NetworkRollbackEvent": EventKind(
        "Network configuration on the host is rolled back",
        "error",
        "Network configuration on the host {host.name} is rolled back as it disconnects the host from vCenter server",
    ),
}
"""By the event's type name.

The words of the session and maintenance events are in govmomi's capture of an EventManager
(simulator/esx/event_manager.go); ``Cannot login`` is in logs of vCenters. The words of the other connection events, of
the rollback, and of roles and permissions are from the API reference's description of the types; a vCenter's own may
differ.
"""

_REASONS = {"userRequest": "User requested disconnect", "unknown": "Unknown reason"}
"""HostDisconnectedEventReasonCode as vCenter words it."""


def event_type(kind: str) -> Any:
    """Return the pyVmomi class of an event by its type name."""
    return VmomiSupport.GuessWsdlType(kind)


def event_text(event: Any) -> str:
    """Return an event in words, or an empty text for a kind that is not ours."""
    kind = KINDS.get(VmomiSupport.GetWsdlName(type(event)))
    return kind.text.format_map(_Fields(event)) if kind is not None else ""


class _Fields(dict[str, Any]):
    """The fields of an event for a text; one that is unset is nothing, also inside."""

    def __init__(self, event: Any) -> None:
        super().__init__()
        self._event = event

    def __missing__(self, name: str) -> Any:
        value = getattr(self._event, name)
        if value is None:
            return _Nothing()
        if isinstance(value, datetime):
            return f"{value:%A, %d %B, %Y %I:%M:%S %p}"
        if isinstance(value, bool):
            return "Enabled" if value else "Disabled"
        return _REASONS.get(value, value) if name == "reason" else value


class _Nothing:
    def __getattr__(self, _: str) -> "_Nothing":
        return self

    def __str__(self) -> str:
        return ""
