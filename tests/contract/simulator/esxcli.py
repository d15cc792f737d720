"""A second client of ExecuteSoap beside govc: the reflection types on pyVmomi, as its own users have to define them."""

from functools import cache
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from pyVmomi import VmomiSupport, vim

SINCE = "vim.version.version7"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def parsed(text: str) -> ET.Element:
    """Return the root of XML that our own simulator made."""
    return ET.fromstring(text)  # noqa: S314 - see above


class CommandFailedError(Exception):
    """A command that the host refused: ``returnval.fault`` and no SOAP fault."""

    def __init__(self, message: str, detail: str) -> None:
        super().__init__(parsed(detail).findtext(".//{urn:vim25}errMsg"))
        self.message = message
        self.detail = detail


@cache
def _executer_type() -> Any:
    """Define the types under names of our own, so that the simulator in this process can't lean on them."""
    VmomiSupport.CreateAndLoadDataType(
        "vmodl.reflection.SoapArgument",
        "ReflectManagedMethodExecuterSoapArgument",
        "vmodl.DynamicData",
        SINCE,
        [("name", "string", SINCE, 0), ("val", "string", SINCE, 0)],
    )
    VmomiSupport.CreateAndLoadDataType(
        "vmodl.reflection.SoapFault",
        "ReflectManagedMethodExecuterSoapFault",
        "vmodl.DynamicData",
        SINCE,
        [("faultMsg", "string", SINCE, 0), ("faultDetail", "string", SINCE, VmomiSupport.F_OPTIONAL)],
    )
    VmomiSupport.CreateAndLoadDataType(
        "vmodl.reflection.SoapResult",
        "ReflectManagedMethodExecuterSoapResult",
        "vmodl.DynamicData",
        SINCE,
        [
            ("response", "string", SINCE, VmomiSupport.F_OPTIONAL),
            ("fault", "vmodl.reflection.SoapFault", SINCE, VmomiSupport.F_OPTIONAL),
        ],
    )
    optional = VmomiSupport.F_OPTIONAL
    execute = (
        "executeSoap",
        "ExecuteSoap",
        SINCE,
        (
            ("moid", "string", SINCE, 0, None),
            ("version", "string", SINCE, 0, None),
            ("method", "string", SINCE, 0, None),
            ("argument", "vmodl.reflection.SoapArgument[]", SINCE, optional, None),
        ),
        (optional, "vmodl.reflection.SoapResult", "vmodl.reflection.SoapResult"),
        None,
        None,
    )
    return VmomiSupport.CreateAndLoadManagedType(
        "vmodl.reflection.ManagedMethodExecuter",
        "ReflectManagedMethodExecuter",
        "vmodl.ManagedObject",
        SINCE,
        None,
        [execute],
    )


def executer(host: vim.HostSystem) -> Any:
    """Return what runs commands on *host*."""
    kind = _executer_type()
    info = VmomiSupport.Object(
        wsdlName="RetrieveManagedMethodExecuter",
        version=SINCE,
        params=(),
        result=kind,
        isTask=False,
        type=vim.HostSystem,
    )
    return host._stub.InvokeMethod(host, info, ())


def execute(host: vim.HostSystem, moid: str, method: str, *arguments: tuple[str, object]) -> str:
    """Call anything of the host and return the XML that it answers."""
    runs = executer(host)
    kind = VmomiSupport.GetVmodlType("vmodl.reflection.SoapArgument")
    sent = [kind(name=name, val=f"<{name}>{escape(str(value))}</{name}>") for name, value in arguments]
    result = runs.ExecuteSoap(moid, "urn:vim25/5.0", method, sent)
    if result.fault is not None:
        raise CommandFailedError(result.fault.faultMsg, result.fault.faultDetail)
    return str(result.response)


def run(host: vim.HostSystem, command: str, /, **arguments: object) -> Any:
    """Run a command such as ``network ip netstack list``.

    Returns:
        A list of structures, one structure, or the text of a plain value. A structure's fields are texts, lists of
        them where one occurs several times, and structures.
    """
    words = command.split()
    moid = f"ha-cli-handler-{'-'.join(words[:-1])}"
    root = parsed(execute(host, moid, f"vim.EsxCLI.{'.'.join(words)}", *sorted(arguments.items())))
    if root.get(XSI_TYPE) == "ArrayOfDataObject":
        return [_structure(one) for one in root]
    return _structure(root)


def _structure(element: Any) -> Any:
    if not len(element):
        return element.text or ""
    fields: dict[str, Any] = {}
    for child in element:
        name, value = child.tag.rpartition("}")[2], _structure(child)
        if name not in fields:
            fields[name] = value
        elif isinstance(fields[name], list):
            fields[name].append(value)
        else:
            fields[name] = [fields[name], value]
    return fields
