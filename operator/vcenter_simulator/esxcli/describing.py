"""The commands as types, as a host tells them to clients that make their own out of that: objects, methods, structures.

The names follow those of a real host (govmomi simulator/esx/type_info.go, recorded from one).
"""

from collections.abc import Iterator
from typing import Any

from vcenter_simulator.esxcli.commands import (
    Change,
    Command,
    FieldType,
    Kind,
    Many,
    Namespace,
    Option,
    Query,
    Shape,
    field_name,
)
from vcenter_simulator.esxcli.tree import NAMESPACES, moid_of, type_of
from vcenter_simulator.soap import dynamic_types

SINCE = "vim.version.version5"

FAULT = "vim.EsxCLI.CLIFault"


def all_types(wanted: str) -> Any:
    """Describe the types with *wanted* in their names."""
    managed = [one for one in map(_managed_type, NAMESPACES.values()) if wanted in one.name]
    structures = [one for namespace in NAMESPACES.values() for one in _structures(namespace) if wanted in one.name]
    return dynamic_types.AllTypes(managedTypeInfo=managed, dataTypeInfo=[*_faults(wanted), *structures])


def instances(wanted: str, moid: str | None) -> list[Any]:
    """Return the objects whose types have *wanted* in their names; with *moid*, that one."""
    return [
        dynamic_types.Instance(id=moid_of(one), moType=type_of(one))
        for one in NAMESPACES.values()
        if wanted in type_of(one) and moid in (None, moid_of(one))
    ]


def _managed_type(namespace: Namespace) -> Any:
    name = type_of(namespace)
    return dynamic_types.ManagedType(
        name=name,
        wsdlName=_wsdl_name(name),
        version=SINCE,
        base=["vmodl.ManagedObject"],
        method=[_method(name, one) for one in namespace.commands],
    )


def _method(owner: str, command: Command) -> Any:
    return dynamic_types.Method(
        name=command.name,
        wsdlName=_wsdl_name(f"{owner}.{command.name}"),
        version=SINCE,
        paramTypeInfo=[_parameter(one) for one in sorted(command.options, key=lambda one: one.name)],
        returnTypeInfo=_result(f"{owner}.{command.name}", command),
        fault=[FAULT],
    )


def _parameter(option: Option) -> Any:
    annotation = [] if option.required else [dynamic_types.Annotation(name="optional")]
    return dynamic_types.Parameter(name=option.name, version=SINCE, type=option.kind.value, annotation=annotation)


def _result(method: str, command: Command) -> Any:
    if isinstance(command, Change):
        return dynamic_types.Parameter(name="result", version=SINCE, type="boolean")
    suffix = "" if command.shape.is_single else "[]"
    return dynamic_types.Parameter(
        name="result",
        version=SINCE,
        type=f"{method}.{command.shape.kind}{suffix}",
        annotation=[dynamic_types.Annotation(name="optional")] if suffix else [],
    )


def _structures(namespace: Namespace) -> Iterator[Any]:
    for command in namespace.commands:
        if isinstance(command, Query):
            yield from _structure(f"{type_of(namespace)}.{command.name}", command.shape)


def _structure(method: str, shape: Shape) -> Iterator[Any]:
    """Describe a structure after those inside it."""
    for field in shape.fields.values():
        inside = field.of if isinstance(field, Many) else field
        if isinstance(inside, Shape):
            yield from _structure(method, inside)
    fields = {field_name(title): field for title, field in shape.fields.items()}
    yield dynamic_types.DataType(
        name=f"{method}.{shape.kind}",
        wsdlName=_wsdl_name(f"{method}.{shape.kind}"),
        version=SINCE,
        base=["vmodl.DynamicData"],
        property=[
            dynamic_types.Property(
                name=name,
                version=SINCE,
                type=_type_name(method, fields[name]),
                annotation=[dynamic_types.Annotation(name="optional")],
            )
            for name in sorted(fields)
        ],
    )


def _type_name(method: str, field: FieldType) -> str:
    if isinstance(field, Many):
        return f"{_type_name(method, field.of)}[]"
    return field.value if isinstance(field, Kind) else f"{method}.{field.kind}"


def _faults(wanted: str) -> Iterator[Any]:
    if wanted in FAULT:
        texts = dynamic_types.Property(name="errMsg", version=SINCE, type="string[]")
        yield dynamic_types.DataType(
            name=FAULT, wsdlName=_wsdl_name(FAULT), version=SINCE, base=["vmodl.MethodFault"], property=[texts]
        )


def _wsdl_name(name: str) -> str:
    first, *rest = name.split(".")
    return "".join((first.capitalize(), *rest))
