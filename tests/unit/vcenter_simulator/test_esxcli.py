"""The command line's own words: arguments in, XML out, and every command declared completely."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vcenter_simulator.esxcli.arguments import Arguments, CliError
from vcenter_simulator.esxcli.commands import Change, Kind, Namespace, Option, Query, Record, Shape
from vcenter_simulator.esxcli.decoding import decode_arguments
from vcenter_simulator.esxcli.encoding import encode_info, encode_records
from vcenter_simulator.esxcli.tree import NAMESPACES, find_command
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.soap.escaping import escape

QUERY = Query(
    "list",
    "List.",
    (
        Option("the-name", "n", "A name.", required=True),
        Option("count", "c", "A number.", Kind.NUMBER),
        Option("all", "a", "A flag.", Kind.BOOLEAN),
    ),
    Shape("Thing", {"Name": Kind.TEXT, "Round-trip Time": Kind.NUMBER}, is_table=True),
    lambda _machine, _arguments: [],
)
TREE = Namespace("a.b", "Help.", (QUERY,))


def decode(*sent: tuple[str, str]) -> Arguments:
    return decode_arguments(QUERY, [(name, f"<{name}>{text}</{name}>") for name, text in sent])


def test_values_are_decoded_as_the_options_say() -> None:
    decoded = decode(("all", "1"), ("count", "7"), ("thename", "a &amp; b"))

    assert (decoded.flag("all"), decoded.number("count"), decoded.text("thename")) == (True, 7, "a & b")


def test_what_was_not_given_is_none() -> None:
    decoded = decode(("thename", "x"))

    assert (decoded.flag("all"), decoded.number("count")) == (None, None)


@pytest.mark.parametrize(
    ("sent", "index"),
    [
        ([], 0),
        ([("thename", "x"), ("all", "true")], 1),
        ([("thename", "x"), ("thename", "y")], 1),
        ([("all", "true"), ("unknown", "x")], 1),
    ],
)
def test_arguments_out_of_order_missing_or_unknown_are_refused(sent: list[tuple[str, str]], index: int) -> None:
    with pytest.raises(Refusal, match=rf"argument\[{index}\]"):
        decode(*sent)


@pytest.mark.parametrize(
    "fragment", ["", "text", "<other>x</other>", "<thename>", "<thename/><thename/>", "<thename><b/></thename>"]
)
def test_a_value_is_one_element_of_its_name(fragment: str) -> None:
    with pytest.raises(Refusal, match=r"argument\[0\]"):
        decode_arguments(QUERY, [("thename", fragment)])


def test_a_prefix_that_clients_leave_to_the_envelope_is_understood() -> None:
    decoded = decode_arguments(QUERY, [("thename", '<thename xsi:type="xsd:string">x</thename>')])

    assert decoded.text("thename") == "x"


@pytest.mark.parametrize(("name", "text"), [("count", "-1"), ("count", "2147483648"), ("count", "²"), ("all", "maybe")])
def test_a_value_that_does_not_fit_is_named(name: str, text: str) -> None:
    with pytest.raises(CliError, match=f"parameter '{name}'"):
        decode((name, text), ("thename", "x"))


@given(st.lists(st.tuples(st.sampled_from(["all", "count", "thename", "x"]), st.text(max_size=20)), max_size=4))
@settings(max_examples=60)
def test_whatever_is_sent_is_decoded_or_refused(sent: list[tuple[str, str]]) -> None:
    with contextlib.suppress(Refusal, CliError):
        decode_arguments(QUERY, sent)
    with contextlib.suppress(Refusal, CliError):
        decode(*((name, escape(text)) for name, text in sent))


def test_fields_come_in_the_order_of_their_names_without_blanks() -> None:
    xml = encode_records(TREE, QUERY, [Record({"Round-trip Time": 1, "Name": "<x>", "Up": True, "Tags": ["a", "b"]})])

    assert xml.endswith(
        ' xsi:type="ArrayOfDataObject"><DataObject xsi:type="VimEsxCLIablistThing"><Name>&lt;x&gt;</Name>'
        "<RoundtripTime>1</RoundtripTime><Tags>a</Tags><Tags>b</Tags><Up>true</Up></DataObject></obj>"
    )


def test_a_table_tells_its_columns() -> None:
    assert "<hints><key>fields:Thing</key><value>Name,Round-trip Time</value></hints>" in encode_info(TREE)


@pytest.mark.parametrize("namespace", NAMESPACES.values(), ids=lambda one: one.path)
def test_every_command_is_found_and_its_options_are_distinct(namespace: Namespace) -> None:
    moid = f"ha-cli-handler-{namespace.path.replace('.', '-')}"
    for command in namespace.commands:
        shorts = [option.short for option in command.options]
        names = [option.name for option in command.options]

        assert find_command(moid, f"vim.EsxCLI.{namespace.path}.{command.name.capitalize()}") == (namespace, command)
        assert len(set(shorts)) == len(shorts)
        assert len(set(names)) == len(names)
        assert isinstance(command, Change) or command.shape.kind
