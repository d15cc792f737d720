"""esxcli's way in: the object that runs a host's commands. Source: reference/vsphere.md 7.1."""

from collections.abc import Mapping
from typing import Any

from vcenter_simulator.soap.declaring import data_type, field, managed_type, many, method
from vcenter_simulator.soap.escaping import escape

EXECUTER = "ReflectManagedMethodExecuter"
"""Calls methods of the host itself, by the names of objects and methods that vCenter does not have."""

MANAGED_TYPES: Mapping[str, Any] = {EXECUTER: managed_type(EXECUTER)}
"""By their names on the wire."""

DATA_TYPES: Mapping[str, Any] = {
    "ReflectManagedMethodExecuterSoapArgument": data_type(
        "ReflectManagedMethodExecuterSoapArgument", field("name", str), field("val", str)
    )
}
"""By their names on the wire."""

METHODS: Mapping[str, Mapping[str, Any]] = {
    "HostSystem": dict([method("RetrieveManagedMethodExecuter", MANAGED_TYPES[EXECUTER])]),
    EXECUTER: dict(
        [
            method(
                "ExecuteSoap",
                None,
                field("moid", str),
                field("version", str),
                field("method", str),
                many("argument", DATA_TYPES["ReflectManagedMethodExecuterSoapArgument"]),
            )
        ]
    ),
}
"""Kind of managed object to its methods, by their names."""


def encode_response(response: str) -> bytes:
    """Encode what a command answered as ExecuteSoap's ``returnval``; vCenter writes its fields with a prefix."""
    return _soap_result(_reflected("response", escape(response)))


def encode_fault(message: str, detail: str) -> bytes:
    """Encode that a command failed: to SOAP this is a success, and the fault is inside."""
    inside = _reflected("faultMsg", escape(message)) + _reflected("faultDetail", escape(detail))
    return _soap_result(_reflected("fault", inside))


def _reflected(name: str, inside: str) -> str:
    return f"<reflect:{name}>{inside}</reflect:{name}>"


def _soap_result(inside: str) -> bytes:
    return f'<returnval xmlns:reflect="urn:reflect">{inside}</returnval>'.encode()
