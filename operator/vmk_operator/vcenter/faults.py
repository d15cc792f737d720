"""Every vSphere fault that we know, and which of our errors it is.

Source: reference/vsphere.md §4. A fault that is not in the table is what its nearest base type in the table is;
without one it is a passing trouble that is counted as ``unmapped``.
"""

import enum
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from vmk_operator.errors import (
    AmbiguousWriteError,
    BlockedError,
    HostAwayError,
    LoginRejectedError,
    SessionLostError,
    TransientError,
    VmkOperatorError,
)
from vmk_operator.vcenter.vmomi import VmomiSupport, vmodl

REFUSED = "Refused"
ROLLED_BACK = "RolledBack"
LOGIN_REJECTED = "LoginRejected"

_LONGEST_TEXT = 600  # of the 1,024 characters of a condition's message


class CallOutcome(enum.StrEnum):
    """How a call ended, for metrics."""

    OK = "ok"
    TRANSIENT = "transient"
    HOST_AWAY = "host_away"
    SESSION_LOST = "session_lost"
    AMBIGUOUS = "ambiguous"
    BLOCKED = "blocked"
    UNMAPPED = "unmapped"
    """A fault that the table does not know; worth a row."""
    CANCELLED = "cancelled"


class Meaning(enum.Enum):
    """What a fault says."""

    SESSION_LOST = enum.auto()
    HOST_AWAY = enum.auto()
    UNDECIDED = enum.auto()
    """vCenter itself does not know how it ended: a write may have happened, a read is worth another try."""
    UNDECIDED_HOST_AWAY = enum.auto()
    """As UNDECIDED, because the host was lost on the way."""
    CANCELED = enum.auto()
    """As UNDECIDED, because somebody ended the call; the end of a session does so to its long poll."""
    PASSING = enum.auto()
    GONE = enum.auto()
    """What the call names does not exist (any more): the next observation decides."""
    STALE_COLLECTOR = enum.auto()
    REFUSED = enum.auto()
    NOT_OFFERED = enum.auto()
    """Refused, because whoever was asked has no such thing or has it switched off."""
    ROLLED_BACK = enum.auto()
    LOGIN_REJECTED = enum.auto()


class GoneError(TransientError):
    """What the call names does not exist in vCenter (any more)."""


class StaleCollectorError(TransientError):
    """The property collector does not know the version that we go on from: read everything anew."""


class CanceledError(TransientError):
    """Somebody ended the call; the end of a session does so to its long poll."""


class NotOfferedError(BlockedError):
    """Whoever was asked has no such call, or has it switched off."""


class UnmappedFaultError(TransientError):
    """A fault that the table does not know."""


TABLE: Mapping[str, Meaning] = MappingProxyType(
    {
        # The session. NotAuthenticated is a kind of NoPermission: the nearest type decides.
        "NotAuthenticated": Meaning.SESSION_LOST,
        "InvalidLogin": Meaning.LOGIN_REJECTED,
        "NoPermission": Meaning.REFUSED,
        "SecurityError": Meaning.REFUSED,
        # The host
        "HostNotConnected": Meaning.HOST_AWAY,
        "HostNotReachable": Meaning.HOST_AWAY,
        "HostCommunication": Meaning.UNDECIDED_HOST_AWAY,
        "HostConfigFault": Meaning.PASSING,
        "PlatformConfigFault": Meaning.PASSING,
        "HostConnectFault": Meaning.PASSING,
        "NetworkDisruptedAndConfigRolledBack": Meaning.ROLLED_BACK,
        "RollbackFailure": Meaning.UNDECIDED,
        # vCenter is busy or in trouble
        "TaskInProgress": Meaning.PASSING,
        "ConcurrentAccess": Meaning.PASSING,
        "MethodDisabled": Meaning.PASSING,
        "Timedout": Meaning.UNDECIDED,
        "RequestCanceled": Meaning.CANCELED,
        "SystemError": Meaning.UNDECIDED,
        # What the call names
        "NotFound": Meaning.GONE,
        "ManagedObjectNotFound": Meaning.GONE,
        "InvalidCollectorVersion": Meaning.STALE_COLLECTOR,
        # What the call asks for
        "AlreadyExists": Meaning.REFUSED,
        "DuplicateName": Meaning.REFUSED,
        "InvalidName": Meaning.REFUSED,
        "InvalidArgument": Meaning.REFUSED,
        "InvalidRequest": Meaning.REFUSED,
        "InvalidType": Meaning.REFUSED,
        "InvalidProperty": Meaning.REFUSED,
        "InvalidState": Meaning.REFUSED,
        "MethodNotFound": Meaning.NOT_OFFERED,
        "NotImplemented": Meaning.NOT_OFFERED,
        "NotSupported": Meaning.NOT_OFFERED,
        "ResourceInUse": Meaning.REFUSED,
        "LimitExceeded": Meaning.REFUSED,
        "HostInDomain": Meaning.REFUSED,
        "NotEnoughLicenses": Meaning.REFUSED,
        "DvsFault": Meaning.REFUSED,
    }
)


_UNDECIDED = (Meaning.UNDECIDED, Meaning.UNDECIDED_HOST_AWAY, Meaning.CANCELED)

_ERRORS: Mapping[Meaning, tuple[Callable[[str], VmkOperatorError], str]] = MappingProxyType(
    {
        Meaning.SESSION_LOST: (SessionLostError, "was not executed, because the vCenter session has ended"),
        Meaning.HOST_AWAY: (HostAwayError, "did not reach the host"),
        Meaning.UNDECIDED: (TransientError, "failed"),
        Meaning.UNDECIDED_HOST_AWAY: (HostAwayError, "did not reach the host"),
        Meaning.CANCELED: (CanceledError, "was ended"),
        Meaning.PASSING: (TransientError, "failed"),
        Meaning.GONE: (GoneError, "names something that is not there"),
        Meaning.STALE_COLLECTOR: (StaleCollectorError, "can't go on from where it was"),
        Meaning.REFUSED: (partial(BlockedError, REFUSED), "was refused"),
        Meaning.NOT_OFFERED: (partial(NotOfferedError, REFUSED), "was refused"),
        Meaning.ROLLED_BACK: (partial(BlockedError, ROLLED_BACK), "was undone by vCenter, because it cut the host off"),
        Meaning.LOGIN_REJECTED: (partial(LoginRejectedError, LOGIN_REJECTED), "was refused"),
    }
)

_REMEDIES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("AddVirtualNic", "AlreadyExists"): (
            "A standard port group takes one adapter, and this one has one: declare another port group, or have the "
            "adapter that is there adopted (adoptDevice)."
        ),
    }
)
"""What to do about a fault of a method whose own words don't tell. Source: reference/vsphere.md 2.3."""


def map_fault(fault: Any, *, method: str, write: bool) -> VmkOperatorError:
    """Tell what a pyVmomi fault means for a call of *method* (its WSDL name)."""
    meaning = _meaning(type(fault))
    text = fault_text(fault)
    if meaning is None:
        return unknown_fault(_name(type(fault)), text, method=method)
    remedy = _REMEDIES.get((method, _name(type(fault))))
    told = _missing_privileges(fault) or (text if remedy is None else f"{text} {remedy}")
    return _error(meaning, told, method, write=write)


def unknown_fault(name: str, text: str, *, method: str) -> VmkOperatorError:
    """Say that nobody knows what the fault *name* means."""
    return UnmappedFaultError(f"{method} failed with {name}: {_sentence(text)}")


def outcome_of(error: VmkOperatorError) -> CallOutcome:
    """Name the outcome of a call that ended with *error*."""
    match error:
        case SessionLostError():
            return CallOutcome.SESSION_LOST
        case HostAwayError():
            return CallOutcome.HOST_AWAY
        case UnmappedFaultError():
            return CallOutcome.UNMAPPED
        case AmbiguousWriteError():
            return CallOutcome.AMBIGUOUS
        case BlockedError():
            return CallOutcome.BLOCKED
        case _:
            return CallOutcome.TRANSIENT


def fault_text(fault: Any) -> str:
    """Return the server's own sentence: of a PlatformConfigFault its ``text``, which says more than the message."""
    text = getattr(fault, "text", None) or fault.msg
    if not text:
        text = next((line.message for line in fault.faultMessage or () if line.message), None)
    return _sentence(text or _name(type(fault)))


def _error(meaning: Meaning, text: str, method: str, *, write: bool) -> VmkOperatorError:
    if write and meaning in _UNDECIDED:
        return AmbiguousWriteError(f"{method} may or may not have happened: {text}")
    make, words = _ERRORS[meaning]
    return make(f"{method} {words}: {text}")


def _meaning(fault: type[Any]) -> Meaning | None:
    names = (_name(base) for base in fault.__mro__ if issubclass(base, vmodl.MethodFault))
    return next((TABLE[name] for name in names if name in TABLE), None)


def _missing_privileges(fault: Any) -> str | None:
    """Say which privileges are missing: the message of NoPermission names none."""
    needed = [one for entity in getattr(fault, "missingPrivileges", None) or () for one in entity.privilegeIds]
    if not needed and getattr(fault, "privilegeId", None):
        needed = [fault.privilegeId]
    return f"the user lacks the privilege {', '.join(sorted(set(needed)))}." if needed else None


def _name(fault: type[Any]) -> str:
    return str(VmomiSupport.GetWsdlName(fault))


def _sentence(text: str) -> str:
    """Make a server's text end as a sentence does, and short enough for a condition."""
    line = " ".join(text.split())
    if len(line) > _LONGEST_TEXT:
        return f"{line[: _LONGEST_TEXT - 1]}…"
    return line if line.endswith((".", "!", "?")) else f"{line}."
