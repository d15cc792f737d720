"""A request's XML to a typed call. Everything that is wrong with it becomes a Refusal; nothing else is raised."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pyVmomi import Iso8601, VmomiSupport

from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.soap.parsing import Element, invalid_request, parse
from vcenter_simulator.soap.references import Reference, data_type, managed_type, methods_of
from vcenter_simulator.soap.schema import fields_of
from vcenter_simulator.soap.versions import is_within

_BODY = ("http://schemas.xmlsoap.org/soap/envelope/", "Body")


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
    element: Element


def open_request(body: bytes) -> Opened:
    """Find out what *body* calls, without decoding its arguments.

    Raises:
        Refusal: InvalidRequest.
    """
    element = _method_element(body)
    this = element.find("_this")
    if this is None:
        raise invalid_request("The request names no target (_this).")
    kind = this.attributes.get("type", "").rpartition(":")[2]
    return Opened(element.name, Reference(kind, this.text.strip()), element)


def decode_arguments(opened: Opened, kind: str, version: str) -> Request:
    """Decode the arguments of *opened* as the metadata of its method on a target of *kind* says.

    Raises:
        Refusal: MethodNotFound, InvalidRequest or InvalidType.
    """
    info = methods_of(kind).get(opened.method)
    if info is None or not is_within(version, info.version):
        raise Refusal("MethodNotFound", f"{kind} has no method '{opened.method}'.", method=opened.method)
    params = {param.name: param for param in info.params}
    sent: dict[str, list[Element]] = {}
    for child in opened.element.children:
        name = child.name
        if name == "_this":
            continue
        if name not in params:
            raise invalid_request(f"{opened.method} has no parameter '{name}'.")
        sent.setdefault(name, []).append(child)
    arguments = {name: _field(param, sent.get(name, []), opened.method, version) for name, param in params.items()}
    return Request(opened.method, opened.target, info, arguments, version)


def _method_element(body: bytes) -> Element:
    envelope_body = next((one for one in parse(body).children if (one.namespace, one.name) == _BODY), None)
    if envelope_body is None or not envelope_body.children:
        raise invalid_request("The request has no SOAP body with a method in it.")
    return envelope_body.children[0]


def _field(info: Any, elements: list[Element], owner: str, version: str) -> Any:
    """Decode all elements of one parameter or property."""
    is_list = isinstance(info.type, type) and issubclass(info.type, VmomiSupport.Array)
    if not elements:
        if info.flags & VmomiSupport.F_OPTIONAL or is_list:
            return info.type() if is_list else None
        raise invalid_request(f"Required '{info.name}' is missing from {owner}.")
    if is_list:
        item = info.type.Item
        return info.type(_value(item, element, info.name, version) for element in elements)
    if len(elements) > 1:
        raise invalid_request(f"'{info.name}' of {owner} can be given once only.")
    return _value(info.type, elements[0], info.name, version)


def _value(declared: Any, element: Element, name: str, version: str) -> Any:
    if declared is type:
        return _type_name(element)
    if declared in (VmomiSupport.ManagedMethod, VmomiSupport.PropertyPath):
        return element.text
    actual = _actual_type(declared, element, name)
    if issubclass(actual, VmomiSupport.ManagedObject):
        return _managed_object(actual, element, name)
    if issubclass(actual, VmomiSupport.DataObject):
        return _data_object(actual, element, version)
    if issubclass(actual, VmomiSupport.Array):
        return actual(_value(actual.Item, child, name, version) for child in element.children)
    return _scalar(actual, element.text, name)


def _data_object(actual: Any, element: Element, version: str) -> Any:
    """Decode an object with the properties that it has in *version*; later ones are unknown."""
    grouped: dict[str, list[Element]] = {}
    for child in element.children:
        grouped.setdefault(child.name, []).append(child)
    decoded = actual()
    owner = VmomiSupport.GetWsdlName(actual)
    for info in fields_of(actual):
        if not is_within(version, info.version):
            continue
        elements = grouped.pop(info.name, [])
        value = _field(info, elements, owner, version)
        if elements:
            try:
                setattr(decoded, info.name, value)
            except (TypeError, AttributeError) as error:
                raise invalid_request(f"'{info.name}' of {owner} has a value of the wrong type.") from error
    if grouped:
        raise invalid_request(f"{owner} has no property '{next(iter(grouped))}'.")
    return decoded


def _actual_type(declared: Any, element: Element, name: str) -> Any:
    """Return the type that ``xsi:type`` names, if it is one that may stand for *declared*."""
    if element.stated_type is None:
        if declared is object:
            raise invalid_request(f"'{name}' needs an xsi:type.")
        return declared
    namespace, local = element.stated_type
    if local.endswith("ManagedObjectReference"):
        return VmomiSupport.ManagedObject if declared is object else declared
    try:
        found = data_type(namespace, local)
    except KeyError:
        raise Refusal("InvalidType", f"The type '{local}' of '{name}' is unknown.", argument=name) from None
    if not issubclass(found, declared):
        raise Refusal("InvalidType", f"The type '{local}' can't stand for '{name}'.", argument=name)
    return found


def _managed_object(declared: Any, element: Element, name: str) -> Any:
    kind = element.attributes.get("type", "").rpartition(":")[2]
    found = managed_type(kind)
    if found is None:
        raise invalid_request(f"'{name}' refers to an object of the unknown type '{kind}'.")
    if not issubclass(found, declared):
        raise Refusal("InvalidType", f"'{name}' can't refer to a {kind}.", argument=name)
    return found(element.text.strip())


def _type_name(element: Element) -> Any:
    text = element.text.strip().rpartition(":")[2]
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
            # A time without a zone is in UTC, as all of vSphere's are.
            return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)
        if actual is VmomiSupport.binary:
            return VmomiSupport.binary(base64.b64decode(text, validate=True))
        if issubclass(actual, VmomiSupport.Enum):
            if text not in actual.values:
                raise ValueError(text)  # noqa: TRY301 - one place turns all of them into a sentence
            return actual(text)
        return _bounded(actual, actual(text))
    except (KeyError, ValueError, TypeError, binascii.Error, OverflowError) as error:
        raise invalid_request(f"'{text[:64]}' is no value for '{name}'.") from error


# XML Schema's bounds; Python's integers have none.
_BITS = {"byte": 8, "short": 16, "int": 32, "long": 64}


def _bounded(actual: Any, value: Any) -> Any:
    bits = _BITS.get(actual.__name__)
    if bits is not None and isinstance(value, int) and not -(1 << bits - 1) <= value < 1 << bits - 1:
        raise OverflowError(value)
    return value
