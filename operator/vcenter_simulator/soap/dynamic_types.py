"""What a host tells about its own types, which esxcli's commands are made of. Source: govmomi internal/types.go."""

from collections.abc import Mapping
from typing import Any

from vcenter_simulator.soap.declaring import data_type, field, managed_type, many, method, optional

TYPE_MANAGER = "InternalDynamicTypeManager"

MANAGED_TYPES: Mapping[str, Any] = {TYPE_MANAGER: managed_type(TYPE_MANAGER)}
"""By their names on the wire."""

_named = (field("name", str), field("wsdlName", str), field("version", str))

Annotation: Any = data_type("DynamicTypeMgrAnnotation", field("name", str), many("parameter", str))

Property: Any = data_type(
    "DynamicTypeMgrPropertyTypeInfo",
    field("name", str),
    field("version", str),
    field("type", str),
    optional("privId", str),
    optional("msgIdFormat", str),
    many("annotation", Annotation),
)

Parameter: Any = data_type(
    "DynamicTypeMgrParamTypeInfo",
    field("name", str),
    field("version", str),
    field("type", str),
    optional("privId", str),
    many("annotation", Annotation),
)

Method: Any = data_type(
    "DynamicTypeMgrMethodTypeInfo",
    *_named,
    many("paramTypeInfo", Parameter),
    optional("returnTypeInfo", Parameter),
    many("fault", str),
    optional("privId", str),
    many("annotation", Annotation),
)

DataType: Any = data_type(
    "DynamicTypeMgrDataTypeInfo",
    *_named,
    many("base", str),
    many("property", Property),
    many("annotation", Annotation),
)

ManagedType: Any = data_type(
    "DynamicTypeMgrManagedTypeInfo",
    *_named,
    many("base", str),
    many("property", Property),
    many("method", Method),
    many("annotation", Annotation),
)

EnumType: Any = data_type("DynamicTypeEnumTypeInfo", *_named, many("value", str), many("annotation", Annotation))

AllTypes: Any = data_type(
    "DynamicTypeMgrAllTypeInfo",
    many("managedTypeInfo", ManagedType),
    many("enumTypeInfo", EnumType),
    many("dataTypeInfo", DataType),
)

Instance: Any = data_type("DynamicTypeMgrMoInstance", field("id", str), field("moType", str))

Filter: Any = data_type("DynamicTypeMgrFilterSpec")

TypeFilter: Any = data_type("DynamicTypeMgrTypeFilterSpec", optional("typeSubstr", str), base=Filter)

InstanceFilter: Any = data_type(
    "DynamicTypeMgrMoFilterSpec", optional("id", str), optional("typeSubstr", str), base=Filter
)

DATA_TYPES: Mapping[str, Any] = {one._wsdlName: one for one in (Filter, TypeFilter, InstanceFilter)}  # noqa: SLF001 - ours
"""Those that clients send, by their names on the wire."""

METHODS: Mapping[str, Mapping[str, Any]] = {
    "HostSystem": dict([method("RetrieveDynamicTypeManager", MANAGED_TYPES[TYPE_MANAGER])]),
    TYPE_MANAGER: dict(
        [
            method("DynamicTypeMgrQueryTypeInfo", AllTypes, optional("filterSpec", Filter)),
            method("DynamicTypeMgrQueryMoInstances", many("returnval", Instance).type, optional("filterSpec", Filter)),
        ]
    ),
}
"""Kind of managed object to its methods, by their names."""
