"""Typed results and refusals to SOAP."""

from typing import Any

from pyVmomi import SoapAdapter, VmomiSupport

from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.soap.escaping import escape
from vcenter_simulator.soap.places import Place, Slot, dialect
from vcenter_simulator.soap.references import Reference
from vcenter_simulator.soap.schema import fields_of
from vcenter_simulator.soap.versions import NAMESPACE

_START = (SoapAdapter.XML_HEADER + "\n" + SoapAdapter.SOAP_START).encode()
_END = SoapAdapter.SOAP_END.encode()


def encode_value(name: str, value: Any, version: str, declared: Any = object) -> bytes:
    """Encode *value* as an element *name*; with ``object`` declared it carries its type, as in a property's ``val``."""
    return _place(name, declared, version).write(value).encode()


def encode_reference(name: str, reference: Reference) -> bytes:
    """Encode a managed object's name as an element *name*."""
    return f'<{name} type="{reference.kind}">{escape(reference.moid)}</{name}>'.encode()


def encode_text(name: str, text: str) -> bytes:
    """Encode *text* as an element *name*."""
    return f"<{name}>{escape(text)}</{name}>".encode()


def encode_result(info: Any, result: Any, version: str) -> bytes:
    """Encode what a method returns as its ``returnval`` elements; nothing for ``None``."""
    if result is None:
        return b""
    return encode_value("returnval", result, version, info.result)


def response_parts(method: str, parts: list[bytes]) -> bytes:
    """Wrap encoded ``returnval`` elements into the answer to *method*."""
    opening = f'<{method}Response xmlns="{NAMESPACE}">'.encode()
    return b"".join([_START, opening, *parts, f"</{method}Response>".encode(), _END])


def fault_object(refusal: Refusal, version: str) -> Any:
    """Return the pyVmomi fault that *refusal* names; fields that the fault does not have are left out."""
    try:
        found = VmomiSupport.GuessWsdlType(refusal.fault)
    except KeyError:
        found = VmomiSupport.GetWsdlType(NAMESPACE, "SystemError")
    found = VmomiSupport.GetCompatibleType(found, version)
    known = {info.name: info for info in fields_of(found)}
    fields = {name: value for name, value in refusal.details.items() if name in known}
    fault = found(msg=refusal.text, **fields)
    for name, info in known.items():
        # What the schema requires and nobody filled must not break the answer.
        if getattr(fault, name) is None and not info.flags & VmomiSupport.F_OPTIONAL:
            setattr(fault, name, _blank(info.type))
    return fault


def fault_response(refusal: Refusal, version: str) -> bytes:
    """Return the SOAP fault for *refusal*."""
    fault = fault_object(refusal, version)
    name = f"{VmomiSupport.GetWsdlName(type(fault))}Fault"
    detail = _place(name, object, version, around="").write_bare(fault)
    code = "ServerFaultCode"
    parts = f"<faultcode>{code}</faultcode><faultstring>{escape(refusal.text)}</faultstring><detail>{detail}</detail>"
    body = f"<{SoapAdapter.SOAP_FAULT_TAG}>{parts}</{SoapAdapter.SOAP_FAULT_TAG}>"
    return b"".join([_START, body.encode(), _END])


def _blank(declared: Any) -> Any:
    if issubclass(declared, VmomiSupport.Enum):
        return declared.values[0]
    if issubclass(declared, VmomiSupport.ManagedObject):
        return declared("unknown")
    return declared()


def _place(name: str, declared: Any, version: str, around: str = NAMESPACE) -> Place:
    return dialect(version).place(Slot(name, declared, VmomiSupport.F_OPTIONAL, version, around))
