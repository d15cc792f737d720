"""A request's XML to a typed call. Everything that is wrong with it becomes a Refusal; nothing else is raised."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree
from pyVmomi import Iso8601, VmomiSupport

from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.soap.references import Reference, managed_type, methods_of
from vcenter_simulator.soap.versions import is_within

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"

DEEPEST = 64
"""Elements inside one another; the deepest request of a real client has a dozen."""


@dataclass(frozen=True, slots=True)
class Request:
    """A decoded call: the method by its WSDL name, its target, and one value for every parameter."""

    method: str
    target: Reference
    info: Any
    arguments: dict[str, Any]
    version: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A request whose method and target are known and whose arguments are not decoded yet."""

    method: str
    target: Reference
    element: Any


def open_request(body: bytes) -> Opened:
    """Find out what *body* calls, without decoding its arguments.

    Raises:
        Refusal: InvalidRequest.
    """
    element = _method_element(body)
    this = next((child for child in _children(element) if _local(child) == "_this"), None)
    if this is None:
        raise _invalid("The request names no target (_this).")
    kind = (this.get("type") or "").rpartition(":")[2]
    return Opened(_local(element), Reference(kind, (this.text or "").strip()), element)


def decode_arguments(opened: Opened, kind: str, version: str) -> Request:
    """Decode the arguments of *opened* as the metadata of its method on a target of *kind* says.

    Raises:
        Refusal: MethodNotFound, InvalidRequest or InvalidType.
    """
    info = methods_of(kind).get(opened.method)
    if info is None or not is_within(version, info.version):
        raise Refusal("MethodNotFound", f"{kind} has no method '{opened.method}'.", method=opened.method)
    params = {param.name: param for param in info.params}
    sent: dict[str, list[Any]] = {}
    for child in _children(opened.element):
        name = _local(child)
        if name == "_this":
            continue
        if name not in params:
            raise _invalid(f"{opened.method} has no parameter '{name}'.")
        sent.setdefault(name, []).append(child)
    arguments = {name: _field(param, sent.get(name, []), opened.method) for name, param in params.items()}
    return Request(opened.method, opened.target, info, arguments, version)


def _method_element(body: bytes) -> Any:
    # No entities, no network, no document type: what is left of XML is elements, attributes and text.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root: Any = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _invalid("The request is not well-formed XML.") from error
    if root.getroottree().docinfo.doctype:
        raise _invalid("A document type is not allowed in a request.")
    envelope_body = root.find(f"{{{ENVELOPE}}}Body")
    method = next(_children(envelope_body), None) if envelope_body is not None else None
    if method is None:
        raise _invalid("The request has no SOAP body with a method in it.")
    return method


def _field(info: Any, elements: list[Any], owner: str, depth: int = 0) -> Any:
    """Decode all elements of one parameter or property."""
    is_list = isinstance(info.type, type) and issubclass(info.type, VmomiSupport.Array)
    if not elements:
        if info.flags & VmomiSupport.F_OPTIONAL or is_list:
            return info.type() if is_list else None
        raise _invalid(f"Required '{info.name}' is missing from {owner}.")
    if is_list:
        item = info.type.Item
        return info.type(_value(item, element, info.name, depth) for element in elements)
    if len(elements) > 1:
        raise _invalid(f"'{info.name}' of {owner} can be given once only.")
    return _value(info.type, elements[0], info.name, depth)


def _value(declared: Any, element: Any, name: str, depth: int) -> Any:
    if depth > DEEPEST:
        raise _invalid("The request is nested too deeply.")
    if declared is type:
        return _type_name(element)
    if declared in (VmomiSupport.ManagedMethod, VmomiSupport.PropertyPath):
        return element.text or ""
    actual = _actual_type(declared, element, name)
    if issubclass(actual, VmomiSupport.ManagedObject):
        return _managed_object(actual, element, name)
    if issubclass(actual, VmomiSupport.DataObject):
        return _data_object(actual, element, depth)
    if issubclass(actual, VmomiSupport.Array):
        return actual(_value(actual.Item, child, name, depth + 1) for child in _children(element))
    return _scalar(actual, element.text or "", name)


def _data_object(actual: Any, element: Any, depth: int) -> Any:
    grouped: dict[str, list[Any]] = {}
    for child in _children(element):
        grouped.setdefault(_local(child), []).append(child)
    decoded = actual()
    owner = VmomiSupport.GetWsdlName(actual)
    for info in actual._GetPropertyList():  # noqa: SLF001 - pyVmomi's official schema interface
        elements = grouped.pop(info.name, [])
        value = _field(info, elements, owner, depth + 1)
        if elements:
            try:
                setattr(decoded, info.name, value)
            except (TypeError, AttributeError) as error:
                raise _invalid(f"'{info.name}' of {owner} has a value of the wrong type.") from error
    if grouped:
        raise _invalid(f"{owner} has no property '{next(iter(grouped))}'.")
    return decoded


def _actual_type(declared: Any, element: Any, name: str) -> Any:
    """Return the type that ``xsi:type`` names, if it is one that may stand for *declared*."""
    stated = element.get(XSI_TYPE)
    if stated is None:
        if declared is object:
            raise _invalid(f"'{name}' needs an xsi:type.")
        return declared
    prefix, _, local = stated.rpartition(":")
    namespace = element.nsmap.get(prefix or None)
    if local.endswith("ManagedObjectReference"):
        return VmomiSupport.ManagedObject if declared is object else declared
    try:
        found = VmomiSupport.GetWsdlType(namespace, local)
    except KeyError:
        raise Refusal("InvalidType", f"The type '{stated}' of '{name}' is unknown.", argument=name) from None
    if not issubclass(found, declared):
        raise Refusal("InvalidType", f"The type '{stated}' can't stand for '{name}'.", argument=name)
    return found


def _managed_object(declared: Any, element: Any, name: str) -> Any:
    kind = (element.get("type") or "").rpartition(":")[2]
    found = managed_type(kind)
    if found is None:
        raise _invalid(f"'{name}' refers to an object of the unknown type '{kind}'.")
    if not issubclass(found, declared):
        raise Refusal("InvalidType", f"'{name}' can't refer to a {kind}.", argument=name)
    return found((element.text or "").strip())


def _type_name(element: Any) -> Any:
    text = (element.text or "").strip().rpartition(":")[2]
    try:
        return VmomiSupport.GuessWsdlType(text)
    except KeyError:
        raise Refusal("InvalidType", f"The type '{text}' is unknown.", argument=text) from None


def _scalar(actual: Any, text: str, name: str) -> Any:
    try:
        if actual is bool:
            return {"true": True, "1": True, "false": False, "0": False}[text.strip().lower()]
        if actual is datetime:
            parsed = Iso8601.ParseISO8601(text.strip())
            if parsed is None:
                raise ValueError(text)  # noqa: TRY301 - one place turns all of them into a sentence
            return parsed
        if actual is VmomiSupport.binary:
            return VmomiSupport.binary(base64.b64decode(text, validate=True))
        if issubclass(actual, VmomiSupport.Enum):
            if text not in actual.values:
                raise ValueError(text)  # noqa: TRY301 - one place turns all of them into a sentence
            return actual(text)
        return _bounded(actual, actual(text))
    except (KeyError, ValueError, TypeError, binascii.Error, OverflowError) as error:
        raise _invalid(f"'{text[:64]}' is no value for '{name}'.") from error


# XML Schema's bounds; Python's integers have none.
_BITS = {"byte": 8, "short": 16, "int": 32, "long": 64}


def _bounded(actual: Any, value: Any) -> Any:
    bits = _BITS.get(actual.__name__)
    if bits is not None and isinstance(value, int) and not -(1 << bits - 1) <= value < 1 << bits - 1:
        raise OverflowError(value)
    return value


def _children(element: Any) -> Iterator[Any]:
    return (child for child in element if isinstance(child.tag, str))


def _local(element: Any) -> str:
    return str(element.tag.rpartition("}")[2])


def _invalid(text: str) -> Refusal:
    return Refusal("InvalidRequest", text)
