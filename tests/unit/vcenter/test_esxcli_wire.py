"""esxcli commands as SOAP, as vCenter and hosts speak it: what goes out, and what comes back."""

import pytest
from lxml import etree

from vmk_operator.vcenter.envelope import SOAP, VIM, open_answer
from vmk_operator.vcenter.esxcli_wire import (
    Command,
    Failure,
    execute_message,
    read_executer,
    read_result,
    retrieve_message,
)

LIST = Command(("network", "ip", "netstack", "list"), {})
REFLECTED = 'xmlns:reflect="urn:reflect"'


def answer(inside: str, *, declared: str = "") -> etree._Element:
    """What is in the Body of an answer to ExecuteSoap."""
    namespace = SOAP.strip("{}")
    text = (
        f'<soapenv:Envelope xmlns:soapenv="{namespace}"><soapenv:Body><ExecuteSoapResponse xmlns="urn:vim25">'
        f"<returnval {declared}>{inside}</returnval></ExecuteSoapResponse></soapenv:Body></soapenv:Envelope>"
    )
    return open_answer(text.encode())


def quoted(document: str) -> str:
    return document.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def obj(kind: str, inside: str) -> str:
    xsi = "http://www.w3.org/2001/XMLSchema-instance"
    return quoted(f'<obj xmlns="urn:vim25" versionId="5.0" xmlns:xsi="{xsi}" xsi:type="{kind}">{inside}</obj>')


def test_the_executer_of_a_host_is_asked_for_by_the_hosts_id() -> None:
    call = open_answer(retrieve_message("host-30"))

    assert call.tag == f"{VIM}RetrieveManagedMethodExecuter"
    assert [(one.text, one.get("type")) for one in call] == [("host-30", "HostSystem")]


def test_a_command_is_a_method_of_a_host_object_with_its_arguments_in_the_order_of_their_names() -> None:
    command = Command(("network", "ip", "route", "ipv4", "add"), {"network": "10.0.0.0/8", "gateway": "10.0.0.1"})

    call = open_answer(execute_message("mme-7", command))

    assert call.tag == f"{VIM}ExecuteSoap"
    assert [(etree.QName(one).localname, one.text) for one in call][:4] == [
        ("_this", "mme-7"),
        ("moid", "ha-cli-handler-network-ip-route-ipv4"),
        ("version", "urn:vim25/5.0"),
        ("method", "vim.EsxCLI.network.ip.route.ipv4.add"),
    ]
    assert [[part.text for part in one] for one in call.iterchildren(f"{VIM}argument")] == [
        ["gateway", "<gateway>10.0.0.1</gateway>"],
        ["network", "<network>10.0.0.0/8</network>"],
    ]


def test_a_value_can_not_break_out_of_its_argument() -> None:
    hostile = "x</netstack><disabled>true</disabled>&lt;"

    call = open_answer(execute_message("mme-7", Command(("a", "add"), {"netstack": hostile})))

    (argument,) = call.iterchildren(f"{VIM}argument")
    inner = etree.fromstring(argument.findtext(f"{VIM}val") or "")
    assert (inner.tag, len(inner), inner.text) == ("netstack", 0, hostile)


def test_a_command_reads_like_the_one_of_a_shell_whatever_its_values_are() -> None:
    command = Command(("network", "ip", "netstack", "add"), {"netstack": "my stack"})

    assert command.line == "esxcli network ip netstack add '--netstack=my stack'"


@pytest.mark.parametrize("prefix", ["", "reflect:"])
def test_structures_are_read_with_their_plain_fields_whatever_the_prefix(prefix: str) -> None:
    rows = "<DataObject><Key>storage</Key><Name/></DataObject><DataObject><Key>vmotion</Key></DataObject>"
    inside = f"<{prefix}response>{obj('ArrayOfDataObject', rows)}</{prefix}response>"

    assert read_result(answer(inside, declared=REFLECTED)) == ({"Key": "storage", "Name": ""}, {"Key": "vmotion"})


def test_a_change_that_was_done_answers_no_structures() -> None:
    assert read_result(answer(f"<response>{obj('xsd:boolean', 'true')}</response>")) == ()


def test_what_a_command_says_of_its_failure_is_in_the_detail() -> None:
    detail = obj("LocalizedMethodFault", "<fault><errMsg>Netstack instance 'a' is already found</errMsg></fault>")
    inside = f"<fault><faultMsg>EsxCLI.CLIFault.summary</faultMsg><faultDetail>{detail}</faultDetail></fault>"

    assert read_result(answer(inside)) == Failure("Netstack instance 'a' is already found", has_run=True)


def test_a_host_that_does_not_know_the_command_has_not_run_it() -> None:
    detail = obj("LocalizedMethodFault", "<fault/><localizedMessage>not found</localizedMessage>")
    inside = f"<fault><faultMsg>The object could not be found.</faultMsg><faultDetail>{detail}</faultDetail></fault>"

    assert read_result(answer(inside)) == Failure("The object could not be found.", has_run=False)


@pytest.mark.parametrize("detail", ["", "<faultDetail>no XML &lt;</faultDetail>"])
def test_a_failure_without_a_readable_detail_is_one_of_the_command(detail: str) -> None:
    inside = f"<fault><faultMsg>It failed.</faultMsg>{detail}</fault>"

    assert read_result(answer(inside)) == Failure("It failed.", has_run=True)


@pytest.mark.parametrize("inside", ["", "<other/>"])
def test_an_answer_with_neither_result_nor_failure_is_unreadable(inside: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        read_result(answer(inside))


def test_an_answer_without_an_executer_is_unreadable() -> None:
    with pytest.raises(ValueError, match="no executer"):
        read_executer(etree.fromstring('<RetrieveManagedMethodExecuterResponse xmlns="urn:vim25"/>'))
