from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyVmomi import vim, vmodl
from pyVmomi.SoapAdapter import SoapStubAdapter

from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.soap.decode import Request, decode_arguments, open_request
from vcenter_simulator.soap.versions import NEWEST

PC = vmodl.query.PropertyCollector
WHOLE = False
RECURSIVE = True
ENVELOPE = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
    'xmlns:vim25="urn:vim25"><soapenv:Body>{}</soapenv:Body></soapenv:Envelope>'
)


def call(managed: Any, method: str, *arguments: Any) -> Request:
    """Encode a call as pyVmomi does and decode it."""
    info = type(managed)._GetMethodInfo(method)
    opened = open_request(SoapStubAdapter(version=NEWEST).SerializeRequest(managed, info, arguments))
    return decode_arguments(opened, opened.target.kind, NEWEST)


def add_virtual_nic(inside: str) -> Request:
    body = f'<AddVirtualNic xmlns="urn:vim25"><_this type="HostNetworkSystem">ns</_this>{inside}</AddVirtualNic>'
    return decode_arguments(open_request(ENVELOPE.format(body).encode()), "HostNetworkSystem", NEWEST)


def test_a_nested_call_arrives_as_it_was_sent() -> None:
    spec = PC.FilterSpec(
        propSet=[PC.PropertySpec(type=vim.HostSystem, pathSet=["name", 'config.network.vnic["k<&>"]'])],
        objectSet=[
            PC.ObjectSpec(
                obj=vim.view.ContainerView("view-1"),
                skip=True,
                selectSet=[
                    PC.TraversalSpec(
                        name="all", type=vim.view.ContainerView, path="view", selectSet=[PC.SelectionSpec(name="all")]
                    )
                ],
            )
        ],
    )

    request = call(PC("propertyCollector"), "CreateFilter", spec, WHOLE)

    assert request.method == "CreateFilter"
    assert request.target.moid == "propertyCollector"
    assert str(request.arguments["spec"]) == str(spec)
    assert request.arguments["partialUpdates"] is False


@pytest.mark.parametrize("text", ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05", "2026-01-02T05:04:05+02:00"])
def test_a_time_without_a_zone_is_in_utc(text: str) -> None:
    inside = f'<_this type="EventManager">e</_this><filter><time><beginTime>{text}</beginTime></time></filter>'
    body = f'<QueryEvents xmlns="urn:vim25">{inside}</QueryEvents>'

    request = decode_arguments(open_request(ENVELOPE.format(body).encode()), "EventManager", NEWEST)

    assert request.arguments["filter"].time.beginTime == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_an_optional_argument_may_be_missing_and_a_list_empty() -> None:
    request = call(vim.view.ViewManager("ViewManager"), "CreateContainerView", vim.Folder("group-d1"), [], RECURSIVE)

    assert request.arguments["type"] == []
    assert call(PC("pc"), "WaitForUpdatesEx", None, None).arguments == {"version": None, "options": None}


def test_scalars_of_every_kind_arrive() -> None:
    spec = vim.host.VirtualNic.Specification(
        ip=vim.host.IpConfig(dhcp=True), mtu=9000, tsoEnabled=False, netStackInstanceKey="vmotion"
    )

    decoded = call(vim.host.NetworkSystem("ns"), "UpdateVirtualNic", "vmk1", spec).arguments["nic"]

    assert (decoded.ip.dhcp, decoded.mtu, decoded.tsoEnabled, decoded.netStackInstanceKey) == (
        True,
        9000,
        False,
        "vmotion",
    )


@pytest.mark.parametrize(
    ("inside", "fault", "words"),
    [
        ("", "InvalidRequest", "portgroup"),
        ("<portgroup>a</portgroup>", "InvalidRequest", "nic"),
        ("<portgroup>a</portgroup><portgroup>b</portgroup><nic/>", "InvalidRequest", "once only"),
        ("<portgroup>a</portgroup><nic/><color>red</color>", "InvalidRequest", "color"),
        ("<portgroup>a</portgroup><nic><color>red</color></nic>", "InvalidRequest", "color"),
        ("<portgroup>a</portgroup><nic><mtu>big</mtu></nic>", "InvalidRequest", "mtu"),
        ("<portgroup>a</portgroup><nic><mtu>99999999999</mtu></nic>", "InvalidRequest", "mtu"),
        ("<portgroup>a</portgroup><nic><tsoEnabled>maybe</tsoEnabled></nic>", "InvalidRequest", "tsoEnabled"),
        ('<portgroup>a</portgroup><nic xsi:type="vim25:Folder"/>', "InvalidType", "Folder"),
        ('<portgroup>a</portgroup><nic xsi:type="vim25:HostIpConfig"/>', "InvalidType", "HostIpConfig"),
        ('<portgroup>a</portgroup><nic xsi:type="nowhere:Thing"/>', "InvalidType", "Thing"),
    ],
)
def test_wrong_arguments_are_refused_by_name(inside: str, fault: str, words: str) -> None:
    with pytest.raises(Refusal, match=words) as refused:
        add_virtual_nic(inside)

    assert refused.value.fault == fault


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<a><b></a>",
        b"<a/>",
        b"\xff\xfe\x00",
        ENVELOPE.format("").encode(),
        ENVELOPE.format("<CurrentTime/>").encode(),
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + ENVELOPE.format("<b>&b;</b>").encode(),
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd">' + ENVELOPE.format("<b/>").encode(),
        b"<a>" * 5000,
    ],
)
def test_what_is_no_request_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        open_request(body)

    assert refused.value.fault == "InvalidRequest"


def test_a_method_that_the_object_lacks_is_not_found() -> None:
    body = '<AddVirtualNic xmlns="urn:vim25"><_this type="Folder">group-d1</_this></AddVirtualNic>'

    with pytest.raises(Refusal) as refused:
        decode_arguments(open_request(ENVELOPE.format(body).encode()), "Folder", NEWEST)

    assert refused.value.fault == "MethodNotFound"


def test_a_method_that_is_newer_than_the_client_is_not_found() -> None:
    body = '<WaitForUpdatesEx xmlns="urn:vim25"><_this type="PropertyCollector">pc</_this></WaitForUpdatesEx>'

    with pytest.raises(Refusal) as refused:
        decode_arguments(open_request(ENVELOPE.format(body).encode()), "PropertyCollector", "vim.version.version1")

    assert refused.value.fault == "MethodNotFound"


WORDS = st.sampled_from(
    ["AddVirtualNic", "_this", "portgroup", "nic", "ip", "dhcp", "mtu", "spec", "propSet", "type", "true", "9000"]
)


@st.composite
def elements(draw: st.DrawFn, depth: int = 0) -> str:
    name = draw(WORDS)
    kind = draw(st.sampled_from(["", ' type="Folder"', ' xsi:type="vim25:HostIpConfig"', ' xsi:type="xsd:int"']))
    if depth > 3:
        return f"<{name}{kind}>{draw(WORDS)}</{name}>"
    inside = "".join(draw(st.lists(elements(depth + 1), max_size=3)))
    return f"<{name}{kind}>{inside or draw(WORDS)}</{name}>"


@settings(max_examples=25)
@given(
    inside=elements(),
    target=st.sampled_from(
        [
            ("HostNetworkSystem", "AddVirtualNic"),
            ("PropertyCollector", "CreateFilter"),
            ("HostNetworkSystem", "UpdateNetworkConfig"),
        ]
    ),
)
def test_no_request_makes_the_decoder_raise_anything_but_a_refusal(inside: str, target: tuple[str, str]) -> None:
    kind, method = target
    body = f'<{method} xmlns="urn:vim25"><_this type="{kind}">x</_this>{inside}</{method}>'

    with pytest.raises(Refusal):
        decode_arguments(open_request(ENVELOPE.format(body).encode()), kind, NEWEST)
