import pytest
from pyVmomi import VmomiSupport, vim, vmodl

from vmk_operator.errors import (
    AmbiguousWriteError,
    BlockedError,
    HostAwayError,
    LoginRejectedError,
    SessionLostError,
    TransientError,
    VmkOperatorError,
)
from vmk_operator.vcenter.faults import (
    TABLE,
    CallOutcome,
    CanceledError,
    GoneError,
    NotOfferedError,
    StaleCollectorError,
    UnmappedFaultError,
    fault_text,
    map_fault,
    outcome_of,
)

EXPECTED: dict[str, tuple[type[VmkOperatorError], type[VmkOperatorError]]] = {
    # fault: (of a read, of a write)
    "NotAuthenticated": (SessionLostError, SessionLostError),
    "InvalidLogin": (LoginRejectedError, LoginRejectedError),
    "NoPermission": (BlockedError, BlockedError),
    "SecurityError": (BlockedError, BlockedError),
    "HostNotConnected": (HostAwayError, HostAwayError),
    "HostNotReachable": (HostAwayError, HostAwayError),
    "HostCommunication": (HostAwayError, AmbiguousWriteError),
    "HostConfigFault": (TransientError, TransientError),
    "PlatformConfigFault": (TransientError, TransientError),
    "HostConnectFault": (TransientError, TransientError),
    "NetworkDisruptedAndConfigRolledBack": (BlockedError, BlockedError),
    "RollbackFailure": (TransientError, AmbiguousWriteError),
    "TaskInProgress": (TransientError, TransientError),
    "ConcurrentAccess": (TransientError, TransientError),
    "MethodDisabled": (TransientError, TransientError),
    "Timedout": (TransientError, AmbiguousWriteError),
    "RequestCanceled": (CanceledError, AmbiguousWriteError),
    "SystemError": (TransientError, AmbiguousWriteError),
    "NotFound": (GoneError, GoneError),
    "ManagedObjectNotFound": (GoneError, GoneError),
    "InvalidCollectorVersion": (StaleCollectorError, StaleCollectorError),
    "AlreadyExists": (BlockedError, BlockedError),
    "DuplicateName": (BlockedError, BlockedError),
    "InvalidName": (BlockedError, BlockedError),
    "InvalidArgument": (BlockedError, BlockedError),
    "InvalidRequest": (BlockedError, BlockedError),
    "InvalidType": (BlockedError, BlockedError),
    "InvalidProperty": (BlockedError, BlockedError),
    "InvalidState": (BlockedError, BlockedError),
    "MethodNotFound": (NotOfferedError, NotOfferedError),
    "NotImplemented": (NotOfferedError, NotOfferedError),
    "NotSupported": (NotOfferedError, NotOfferedError),
    "ResourceInUse": (BlockedError, BlockedError),
    "LimitExceeded": (BlockedError, BlockedError),
    "HostInDomain": (BlockedError, BlockedError),
    "NotEnoughLicenses": (BlockedError, BlockedError),
    "DvsFault": (BlockedError, BlockedError),
}


def test_every_row_of_the_table_has_its_expectation_here() -> None:
    assert EXPECTED.keys() == TABLE.keys()


def test_a_second_adapter_on_a_standard_port_group_is_refused_with_what_to_do() -> None:
    fault = vim.fault.AlreadyExists(msg="The name 'Backup-40' already exists.", name="Backup-40")

    refusal = map_fault(fault, method="AddVirtualNic", write=True)

    assert str(refusal) == (
        "AddVirtualNic was refused: The name 'Backup-40' already exists. A standard port group takes one adapter, and "
        "this one has one: declare another port group, or have the adapter that is there adopted (adoptDevice)."
    )


@pytest.mark.parametrize("name", TABLE)
def test_each_fault_is_exactly_one_of_our_errors_and_names_the_method(name: str) -> None:
    fault = VmomiSupport.GuessWsdlType(name)(msg="the host said no")
    for write, expected in zip((False, True), EXPECTED[name], strict=True):
        error = map_fault(fault, method="UpdateVirtualNic", write=write)
        assert type(error) is expected
        assert str(error).startswith("UpdateVirtualNic ")
        assert str(error).endswith(": the host said no.")


def test_a_subtype_without_a_row_is_what_its_nearest_base_is() -> None:
    fault = vim.fault.DvsScopeViolated(msg="out of scope")
    error = map_fault(fault, method="AddVirtualNic", write=True)
    assert isinstance(error, BlockedError)
    assert error.reason == "Refused"


def test_a_lost_session_is_recognised_although_it_is_a_kind_of_missing_permission() -> None:
    assert issubclass(vim.fault.NotAuthenticated, vim.fault.NoPermission)
    error = map_fault(vim.fault.NotAuthenticated(privilegeId="System.View"), method="X", write=True)
    assert outcome_of(error) is CallOutcome.SESSION_LOST


def test_a_rolled_back_change_has_its_own_reason() -> None:
    error = map_fault(vim.fault.NetworkDisruptedAndConfigRolledBack(msg="x", host="h"), method="X", write=True)
    assert isinstance(error, BlockedError)
    assert error.reason == "RolledBack"


def test_a_fault_without_a_row_is_a_passing_trouble_that_is_counted() -> None:
    error = map_fault(vim.fault.FileLocked(msg="locked", file="f"), method="X", write=False)
    assert isinstance(error, UnmappedFaultError)
    assert outcome_of(error) is CallOutcome.UNMAPPED
    assert str(error) == "X failed with FileLocked: locked."


def test_a_missing_permission_says_which_privilege() -> None:
    error = map_fault(
        vim.fault.NoPermission(msg="Permission denied", privilegeId="Host.Config.Network"), method="X", write=True
    )
    assert str(error) == "X was refused: the user lacks the privilege Host.Config.Network."


def test_the_hosts_own_text_wins_over_the_general_message() -> None:
    assert fault_text(vim.fault.PlatformConfigFault(msg="An error occurred", text="vmknic in use")) == "vmknic in use."


def test_a_fault_that_says_nothing_is_told_by_its_detail_or_its_name() -> None:
    detail = vmodl.LocalizableMessage(key="k", message="no free\nport")
    assert fault_text(vim.fault.HostConfigFault(faultMessage=[detail])) == "no free port."
    assert fault_text(vim.fault.HostConfigFault()) == "HostConfigFault."


def test_a_long_text_fits_into_a_condition() -> None:
    assert len(fault_text(vim.fault.HostConfigFault(msg="x" * 5000))) == 600


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (SessionLostError("x"), CallOutcome.SESSION_LOST),
        (HostAwayError("x"), CallOutcome.HOST_AWAY),
        (AmbiguousWriteError("x"), CallOutcome.AMBIGUOUS),
        (LoginRejectedError("R", "x"), CallOutcome.BLOCKED),
        (GoneError("x"), CallOutcome.TRANSIENT),
    ],
)
def test_each_error_has_an_outcome_for_metrics(error: VmkOperatorError, outcome: CallOutcome) -> None:
    assert outcome_of(error) is outcome
