"""esxcli commands as SOAP messages. Pure; pyVmomi does not know these calls (reference/vsphere.md 7.1)."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element as Element

from vmk_operator.vcenter.envelope import SOAP, VIM, parse

EXECUTER = "ReflectManagedMethodExecuter"
RETRIEVE = "RetrieveManagedMethodExecuter"
EXECUTE = "ExecuteSoap"
_DIALECT = "urn:vim25/5.0"
_UNPREFIXED: dict[str | None, str] = {None: VIM.strip("{}")}


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a host's command line."""

    words: tuple[str, ...]
    """For example ``network``, ``ip``, ``netstack``, ``list``."""
    options: Mapping[str, str]
    """Long options without any dash, and their values."""

    @property
    def line(self) -> str:
        """What a shell on the host would call it."""
        return shlex.join(("esxcli", *self.words, *(f"--{name}={value}" for name, value in self.options.items())))


@dataclass(frozen=True, slots=True)
class Failure:
    """What a command that did not do its work answered: a part of the result, and no SOAP fault."""

    text: str
    has_run: bool
    """The command itself said so; else the host did not even know it."""


Record = Mapping[str, str]
"""One structure that a command answered: its fields, as far as they are plain."""


def retrieve_message(host: str) -> bytes:
    """Ask for what runs the commands of a host, by its id."""
    return _message(RETRIEVE, "HostSystem", host)


def execute_message(executer: str, command: Command) -> bytes:
    """Run *command*; a host compares names and order of the arguments with its own list, which is by name."""
    arguments = [_argument(name, command.options[name]) for name in sorted(command.options)]
    return _message(
        EXECUTE,
        EXECUTER,
        executer,
        _text("moid", f"ha-cli-handler-{'-'.join(command.words[:-1])}"),
        _text("version", _DIALECT),
        _text("method", f"vim.EsxCLI.{'.'.join(command.words)}"),
        *arguments,
    )


def read_executer(answer: Element) -> str:
    """Read the id in the answer to ``retrieve_message``.

    Raises:
        ValueError: there is none.
    """
    found = answer.findtext(f"{VIM}returnval")
    if not found:
        raise ValueError("no executer")
    return found


def read_result(answer: Element) -> tuple[Record, ...] | Failure:
    """Read the answer to ``execute_message``.

    Raises:
        ValueError: it is none.
        XMLSyntaxError: the document in it is none.
    """
    fields = {etree.QName(one).localname: one for returned in answer for one in returned}
    if "fault" in fields:
        return _failure({etree.QName(one).localname: one.text or "" for one in fields["fault"]})
    if "response" not in fields:
        raise ValueError("neither a response nor a fault")
    document = parse((fields["response"].text or "").encode())
    return tuple(_record(one) for one in document if etree.QName(one).localname == "DataObject")


def _failure(fault: Mapping[str, str]) -> Failure:
    said = fault.get("faultMsg", "")
    try:
        detail = parse(fault.get("faultDetail", "").encode())
    except etree.XMLSyntaxError:
        return Failure(said, has_run=True)
    own = [one.text for one in detail.iter(f"{VIM}errMsg") if one.text]
    return Failure(" ".join(own) or said, has_run=bool(own))


def _record(structure: Element) -> Record:
    return {etree.QName(one).localname: one.text or "" for one in structure}


def _argument(name: str, value: str) -> Element:
    inside = etree.Element(name)
    inside.text = value
    argument = etree.Element(f"{VIM}argument")
    argument.extend([_text("name", name), _text("val", etree.tostring(inside, encoding="unicode"))])
    return argument


def _text(name: str, value: str) -> Element:
    element = etree.Element(f"{VIM}{name}")
    element.text = value
    return element


def _message(method: str, kind: str, moid: str, *arguments: Element) -> bytes:
    envelope = etree.Element(f"{SOAP}Envelope", nsmap={"soapenv": SOAP.strip("{}")})
    body = etree.SubElement(envelope, f"{SOAP}Body")
    call = etree.SubElement(body, f"{VIM}{method}", nsmap=_UNPREFIXED)  # type: ignore[arg-type] # None is the default one
    target = etree.SubElement(call, f"{VIM}_this", type=kind)
    target.text = moid
    call.extend(arguments)
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
