"""What a command answers as XML text: a document inside the SOAP answer, as the host itself serialises it."""

from collections.abc import Sequence

from vcenter_simulator.esxcli.commands import (
    Change,
    Command,
    Namespace,
    Option,
    Query,
    Record,
    Shape,
    Value,
    field_name,
)
from vcenter_simulator.soap.escaping import escape

_DECLARED = (
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns="urn:vim25" versionId="5.0"'
)

FAULT_MESSAGE = "EsxCLI.CLIFault.summary"


def encode_records(namespace: Namespace, command: Query, records: Sequence[Record]) -> str:
    """Encode what a query answers."""
    kind = f"VimEsxCLI{namespace.path.replace('.', '')}{command.name}{command.shape.kind}"
    if command.shape.is_single:
        return _document(kind, "".join(map(_fields, records[:1])))
    listed = "".join(f'<DataObject xsi:type="{kind}">{_fields(one)}</DataObject>' for one in records)
    return _document("ArrayOfDataObject", listed)


def encode_done() -> str:
    """Encode the answer to a change."""
    return _document("xsd:boolean", "true")


def encode_failure(text: str) -> str:
    """Encode the detail of a command's failure."""
    fault = f'<fault xsi:type="VimEsxCLICLIFault"><errMsg>{escape(text)}</errMsg></fault>'
    return _document("LocalizedMethodFault", f"{fault}<localizedMessage>{FAULT_MESSAGE}</localizedMessage>")


def encode_not_found(text: str) -> str:
    """Encode the detail of a call to an object or a method that the host does not have."""
    fault = f'<fault xsi:type="NotFound"/><localizedMessage>{escape(text)}</localizedMessage>'
    return _document("LocalizedMethodFault", fault)


def encode_info(namespace: Namespace) -> str:
    """Encode what FetchCLIInfo tells about the commands of a namespace: options, and hints for printing answers."""
    methods = "".join(
        f"<method>{_item(one.name, one.name, one.help)}{_method(one)}</method>" for one in _sorted(namespace)
    )
    last = namespace.path.rpartition(".")[2]
    return _document("VimCLIInfoInfo", _item(namespace.path, last, namespace.help) + methods)


def _sorted(namespace: Namespace) -> list[Command]:
    return sorted(namespace.commands, key=lambda one: one.name)


def _method(command: Command) -> str:
    options = "".join(map(_option, sorted(command.options, key=lambda one: one.name)))
    return options + "".join(f"<hints><key>{key}</key><value>{value}</value></hints>" for key, value in _hints(command))


def _option(option: Option) -> str:
    aliases = f"<aliases>-{option.short}</aliases><aliases>--{option.long}</aliases>"
    return f"<param>{_item(option.name, option.long, option.help)}{aliases}<flag>false</flag></param>"


def _hints(command: Command) -> list[tuple[str, str]]:
    if isinstance(command, Change):
        return [("formatter", "")]
    shape: Shape = command.shape
    return [(f"fields:{shape.kind}", ",".join(shape.fields)), ("formatter", "table" if shape.is_table else "simple")]


def _item(name: str, display_name: str, text: str) -> str:
    return f"<name>{name}</name><displayName>{display_name}</displayName><help>{escape(text)}</help>"


def _fields(record: Record) -> str:
    """Fields come in the order of their names (observed)."""
    named = {field_name(title): value for title, value in record.fields.items()}
    return "".join(_field(name, named[name]) for name in sorted(named))


def _field(name: str, value: Value) -> str:
    if isinstance(value, bool):
        return f"<{name}>{str(value).lower()}</{name}>"
    if isinstance(value, str | int):
        return f"<{name}>{escape(str(value))}</{name}>"
    if isinstance(value, Record):
        return f"<{name}>{_fields(value)}</{name}>"
    return "".join(_field(name, one) for one in value)


def _document(kind: str, inside: str) -> str:
    return f'<obj {_DECLARED} xsi:type="{kind}">{inside}</obj>'
