"""ExecuteSoap's arguments to a command's. Each is a name and XML text: one element of that name."""

from collections.abc import Sequence

from vcenter_simulator.esxcli.arguments import Arguments, CliError
from vcenter_simulator.esxcli.commands import Command, Kind, Option
from vcenter_simulator.host.refusals import Refusal, invalid_argument
from vcenter_simulator.soap.parsing import parse

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}

_LARGEST = 2**31 - 1

# Clients that serialise values write xsi:type and leave the declaration of the prefixes to the envelope.
_OPENING = '<val xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'


def decode_arguments(command: Command, sent: Sequence[tuple[str, str]]) -> Arguments:
    """Decode what was *sent* for *command*: pairs of a name and XML text, in the alphabetical order of the names.

    Raises:
        Refusal: InvalidArgument for the first argument that is out of order, unknown or missing. A real host compares
            the two lists in order (reported by another client of ExecuteSoap; reference/vsphere.md 7.1).
        CliError: for a value that its option does not take.
    """
    values: dict[str, str | int | bool] = {}
    at = 0
    for option in sorted(command.options, key=lambda one: one.name):
        if at < len(sent) and sent[at][0] == option.name:
            values[option.name] = _value(option, _text(at, *sent[at]))
            at += 1
        elif option.required:
            raise _wrong(at)
    if at < len(sent):
        raise _wrong(at)
    return Arguments(values)


def fragment_text(name: str, fragment: str) -> str | None:
    """Return the text of the one element *name* that *fragment* is; ``None`` when it is anything else."""
    try:
        root = parse(f"{_OPENING}{fragment}</val>".encode())
    except Refusal:
        return None
    if len(root.children) != 1 or root.children[0].name != name or root.children[0].children:
        return None
    return root.children[0].text


def _text(index: int, name: str, fragment: str) -> str:
    text = fragment_text(name, fragment)
    if text is None:
        raise _wrong(index)
    return text


def _value(option: Option, text: str) -> str | int | bool:
    if option.choices and text.lower() not in (one.lower() for one in option.choices):
        raise _unfit(option)
    if option.kind is Kind.TEXT:
        return text
    written = text.strip()
    if option.kind is Kind.BOOLEAN:
        if written.lower() not in _BOOLEANS:
            raise _unfit(option)
        return _BOOLEANS[written.lower()]
    if not written.isascii() or not written.isdecimal() or len(written) > len(str(_LARGEST)) or int(written) > _LARGEST:
        raise _unfit(option)
    return int(written)


def _unfit(option: Option) -> CliError:
    # The text of a real host.
    return CliError(f"Invalid data constraint for parameter '{option.name}'.")


def _wrong(index: int) -> Refusal:
    return invalid_argument(f"argument[{index}]", "It is not what the command takes at this place.")
