"""esxcli's way in: types and methods that every vCenter has and pyVmomi's metadata lacks.

They are declared here and not registered with pyVmomi, whose tables belong to the whole process: a client in the same
process must not find more than it would against a real vCenter. Source: reference/vsphere.md 7.1.
"""

from collections.abc import Mapping
from typing import Any

from pyVmomi import VmomiSupport, vmodl

from vcenter_simulator.soap.escaping import escape

SINCE = "vim.version.version7"
"""vCenter relays esxcli since 5.0."""


EXECUTER = "ReflectManagedMethodExecuter"
"""Calls methods of the host itself, by the names of objects and methods that vCenter does not have."""

TYPE_MANAGER = "InternalDynamicTypeManager"
"""Knows the types of the host itself."""


def _managed_type(name: str) -> Any:
    return type(name, (VmomiSupport.ManagedObject,), {"_wsdlName": name, "_version": SINCE})


def _data_type(name: str, *fields: Any) -> Any:
    described = {"_propList": list(fields), "_propInfo": {info.name: info for info in fields}}
    return type(name, (vmodl.DynamicData,), {"_wsdlName": name, "_version": SINCE, **described})


def _array_type(item: Any) -> Any:
    return type(f"{item.__name__}[]", (VmomiSupport.Array,), {"Item": item})


def _field(name: str, declared: Any, flags: int = 0) -> Any:
    return VmomiSupport.Object(name=name, type=declared, version=SINCE, flags=flags)


MANAGED_TYPES: Mapping[str, Any] = {name: _managed_type(name) for name in (EXECUTER, TYPE_MANAGER)}
"""By their names on the wire."""

_ARGUMENT = _data_type("ReflectManagedMethodExecuterSoapArgument", _field("name", str), _field("val", str))


def _method(name: str, result: Any, *params: Any) -> Any:
    return VmomiSupport.Object(wsdlName=name, version=SINCE, params=params, result=result)


METHODS: Mapping[str, Mapping[str, Any]] = {
    "HostSystem": {
        "RetrieveManagedMethodExecuter": _method("RetrieveManagedMethodExecuter", MANAGED_TYPES[EXECUTER]),
        "RetrieveDynamicTypeManager": _method("RetrieveDynamicTypeManager", MANAGED_TYPES[TYPE_MANAGER]),
    },
    EXECUTER: {
        "ExecuteSoap": _method(
            "ExecuteSoap",
            None,
            _field("moid", str),
            _field("version", str),
            _field("method", str),
            _field("argument", _array_type(_ARGUMENT), VmomiSupport.F_OPTIONAL),
        )
    },
}
"""Kind of managed object to its methods, in the form of pyVmomi's own metadata."""


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
