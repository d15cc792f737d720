"""A client that knows no command: it asks the host for its types, makes pyVmomi's out of them, and calls those.

So did pyVmomi's own helpers until 8.0.0.1, and so do PowerCLI and RbVmomi. Whatever a command answers has to be what
the types say, or pyVmomi's parser refuses it.
"""

from functools import cache
from typing import Any

from pyVmomi import SoapAdapter, VmomiSupport, vim

from contract.simulator.esxcli import SINCE, executer

OPTIONAL = VmomiSupport.F_OPTIONAL
_NAMED = [("name", "string"), ("wsdlName", "string"), ("version", "string")]
_PLAIN = [("name", "string"), ("version", "string"), ("type", "string")]
_TYPES: list[tuple[str, str, str, list[tuple[str, str]], list[tuple[str, str]]]] = [
    ("Annotation", "DynamicTypeMgrAnnotation", "", [("name", "string")], [("parameter", "string[]")]),
    ("PropertyTypeInfo", "DynamicTypeMgrPropertyTypeInfo", "", _PLAIN, [("annotation", "Annotation[]")]),
    ("ParamTypeInfo", "DynamicTypeMgrParamTypeInfo", "", _PLAIN, [("annotation", "Annotation[]")]),
    (
        "MethodTypeInfo",
        "DynamicTypeMgrMethodTypeInfo",
        "",
        _NAMED,
        [("paramTypeInfo", "ParamTypeInfo[]"), ("returnTypeInfo", "ParamTypeInfo"), ("fault", "string[]")],
    ),
    (
        "ManagedTypeInfo",
        "DynamicTypeMgrManagedTypeInfo",
        "",
        _NAMED,
        [("base", "string[]"), ("property", "PropertyTypeInfo[]"), ("method", "MethodTypeInfo[]")],
    ),
    (
        "DataTypeInfo",
        "DynamicTypeMgrDataTypeInfo",
        "",
        _NAMED,
        [("base", "string[]"), ("property", "PropertyTypeInfo[]")],
    ),
    (
        "AllTypeInfo",
        "DynamicTypeMgrAllTypeInfo",
        "",
        [],
        [("managedTypeInfo", "ManagedTypeInfo[]"), ("dataTypeInfo", "DataTypeInfo[]")],
    ),
    ("MoInstance", "DynamicTypeMgrMoInstance", "", [("id", "string"), ("moType", "string")], []),
    ("FilterSpec", "DynamicTypeMgrFilterSpec", "", [], []),
    ("TypeFilterSpec", "DynamicTypeMgrTypeFilterSpec", "FilterSpec", [], [("typeSubstr", "string")]),
    ("MoFilterSpec", "DynamicTypeMgrMoFilterSpec", "FilterSpec", [], [("id", "string"), ("typeSubstr", "string")]),
]


def _full(name: str) -> str:
    return name if name.startswith("string") else f"vmodl.reflection.types.{name}"


def kind(name: str) -> Any:
    """Return one of the types that a description is made of."""
    type_manager_type()
    return VmomiSupport.GetVmodlType(_full(name))


@cache
def type_manager_type() -> Any:
    for name, wsdl_name, base, required, optional in _TYPES:
        fields = [(field, _full(declared), SINCE, 0) for field, declared in required]
        fields += [(field, _full(declared), SINCE, OPTIONAL) for field, declared in optional]
        VmomiSupport.CreateAndLoadDataType(
            _full(name), wsdl_name, _full(base) if base else "vmodl.DynamicData", SINCE, fields
        )
    parameter = (("filterSpec", _full("FilterSpec"), SINCE, OPTIONAL, None),)
    methods = [
        (
            f"query{name}",
            f"DynamicTypeMgrQuery{name}",
            SINCE,
            parameter,
            (OPTIONAL, _full(result), _full(result)),
            None,
            None,
        )
        for name, result in (("TypeInfo", "AllTypeInfo"), ("MoInstances", "MoInstance[]"))
    ]
    return VmomiSupport.CreateAndLoadManagedType(
        "vmodl.reflection.types.Manager", "InternalDynamicTypeManager", "vmodl.ManagedObject", SINCE, None, methods
    )


def type_manager(host: vim.HostSystem) -> Any:
    """Return what knows the types of *host*."""
    result = type_manager_type()
    info = VmomiSupport.Object(
        wsdlName="RetrieveDynamicTypeManager",
        version=SINCE,
        params=(),
        result=result,
        isTask=False,
        type=vim.HostSystem,
    )
    return host._stub.InvokeMethod(host, info, ())


class ReflectingStub(SoapAdapter.SoapStubAdapterBase):
    """Calls methods of the host's own objects."""

    def __init__(self, host: vim.HostSystem) -> None:
        untyped: Any = super()
        untyped.__init__(version=host._stub.version)
        self.executer = executer(host)

    def InvokeMethod(self, mo: Any, info: Any, args: Any) -> Any:  # noqa: N802 - pyVmomi's name
        argument_type = VmomiSupport.GetVmodlType("vmodl.reflection.SoapArgument")
        sent = [
            argument_type(name=param.name, val=SoapAdapter.SerializeToStr(value, param, self.version))
            for param, value in zip(info.params, args, strict=True)
            if value is not None
        ]
        method = f"{VmomiSupport.GetVmodlName(info.type)}.{info.name}"
        result = self.executer.ExecuteSoap(mo._GetMoId(), self.versionId[1:-1], method, sent)
        if result.fault is not None:
            raise SoapAdapter.Deserialize(result.fault.faultDetail, object, stub=self)
        return SoapAdapter.Deserialize(result.response, info.result, stub=self)


def make_types(host: vim.HostSystem) -> list[str]:
    """Make pyVmomi types of everything that *host* describes; return the names of the managed ones.

    Once for all: pyVmomi's tables belong to the process, and every host describes the same.
    """
    if _made:
        return _made
    found = type_manager(host).QueryTypeInfo(kind("TypeFilterSpec")(typeSubstr="vim.EsxCLI."))
    for one in found.dataTypeInfo:
        fields = [(field.name, field.type, one.version, _flags(field)) for field in one.property]
        VmomiSupport.CreateAndLoadDataType(one.name, one.wsdlName, one.base[0], one.version, fields)
    for one in found.managedTypeInfo:
        VmomiSupport.CreateAndLoadManagedType(
            one.name, one.wsdlName, one.base[0], one.version, None, [_method(method) for method in one.method]
        )
    _made.extend(one.name for one in found.managedTypeInfo)
    return _made


_made: list[str] = []


def _method(described: Any) -> Any:
    params = tuple((one.name, one.type, one.version, _flags(one), None) for one in described.paramTypeInfo)
    result = described.returnTypeInfo
    returned = (_flags(result), result.type, result.type)
    return (described.name, described.wsdlName, described.version, params, returned, None, described.fault)


def _flags(described: Any) -> int:
    return OPTIONAL if any(one.name == "optional" for one in described.annotation) else 0
