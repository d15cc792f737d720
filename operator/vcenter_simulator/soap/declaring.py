"""Types and methods that every vCenter has and pyVmomi's metadata lacks, in the form of that metadata.

They are not registered with pyVmomi, whose tables belong to the whole process: a client in the same process must not
find more than it would against a real vCenter.
"""

from typing import Any

from pyVmomi import VmomiSupport, vmodl

SINCE = "vim.version.version7"
"""vCenter relays esxcli since 5.0."""


def managed_type(name: str) -> Any:
    """Declare a kind of managed object without properties."""
    return type(name, (VmomiSupport.ManagedObject,), {"_wsdlName": name, "_version": SINCE})


def data_type(name: str, *fields: Any, base: Any = vmodl.DynamicData) -> Any:
    """Declare a type of data."""
    described = {"_propList": list(fields), "_propInfo": {info.name: info for info in fields}}
    return type(name, (base,), {"_wsdlName": name, "_version": SINCE, **described})


def field(name: str, declared: Any) -> Any:
    """Declare a property or parameter that must be there."""
    return VmomiSupport.Object(name=name, type=declared, version=SINCE, flags=0)


def optional(name: str, declared: Any) -> Any:
    """Declare a property or parameter that may be there."""
    return VmomiSupport.Object(name=name, type=declared, version=SINCE, flags=VmomiSupport.F_OPTIONAL)


def many(name: str, item: Any) -> Any:
    """Declare a property or parameter that may be there any number of times."""
    array = type(f"{item.__name__}[]", (VmomiSupport.Array,), {"Item": item})
    return VmomiSupport.Object(name=name, type=array, version=SINCE, flags=VmomiSupport.F_OPTIONAL)


def method(name: str, result: Any, *params: Any) -> tuple[str, Any]:
    """Declare a method; return it with its name."""
    return name, VmomiSupport.Object(wsdlName=name, version=SINCE, params=params, result=result)
