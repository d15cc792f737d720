from typing import Any

import pytest
from pyVmomi import vim, vmodl
from pyVmomi.SoapAdapter import SoapResponseDeserializer, SoapStubAdapter

from vcenter_simulator.host.refusals import Refusal, already_exists, invalid_argument
from vcenter_simulator.host.releases import RELEASES, V7, V8, Release
from vcenter_simulator.soap.encode import encode_result, encode_value, fault_response, response_parts
from vcenter_simulator.soap.references import methods_of
from vcenter_simulator.soap.versions import NEWEST, supported_version_ids, version_of, versions_document


def understood(answer: bytes, kind: type = object) -> Any:
    """Read *answer* as pyVmomi's client does."""
    return SoapResponseDeserializer(SoapStubAdapter(version=NEWEST)).Deserialize(answer, kind)


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (Refusal("NotAuthenticated", "No <session> & none."), vim.fault.NotAuthenticated),
        (Refusal("HostConfigFault", "Broken."), vim.fault.HostConfigFault),
        (Refusal("PlatformConfigFault", "Broken.", text="Broken."), vim.fault.PlatformConfigFault),
        (Refusal("HostNotConnected", "Away."), vmodl.fault.HostNotConnected),
        (Refusal("InvalidCollectorVersion", "Gone."), vmodl.query.InvalidCollectorVersion),
        (Refusal("NoSuchFaultAtAll", "?"), vmodl.fault.SystemError),
        (Refusal("MethodNotFound", "?", method="Fly"), vmodl.fault.MethodNotFound),
        (Refusal("ResourceInUse", "Taken."), vim.fault.ResourceInUse),
        (Refusal("NetworkDisruptedAndConfigRolledBack", "Back."), vim.fault.NetworkDisruptedAndConfigRolledBack),
    ],
)
def test_every_fault_arrives_as_itself_with_its_sentence(refusal: Refusal, kind: Any) -> None:
    fault = understood(fault_response(refusal, NEWEST))

    assert type(fault) is kind
    assert fault.msg == refusal.text


def test_a_faults_own_fields_arrive() -> None:
    assert understood(fault_response(already_exists("Backup-40"), NEWEST)).name == "Backup-40"
    assert understood(fault_response(invalid_argument("nic.mtu", "No."), NEWEST)).invalidProperty == "nic.mtu"


def test_an_old_client_gets_the_nearest_fault_that_it_knows() -> None:
    fault = understood(fault_response(Refusal("NetworkDisruptedAndConfigRolledBack", "?"), "vim.version.version1"))

    assert type(fault) is vim.fault.VimFault


@pytest.mark.parametrize(
    ("kind", "method", "result", "expected"),
    [
        ("HostNetworkSystem", "AddVirtualNic", "vmk1", "vmk1"),
        ("SessionManager", "SessionIsActive", False, False),
        ("SessionManager", "Logout", None, None),
    ],
)
def test_results_arrive(kind: str, method: str, result: object, expected: object) -> None:
    info = methods_of(kind)[method]

    answer = response_parts(method, [encode_result(info, result, NEWEST)])

    assert understood(answer, info.result) == expected


def test_text_that_looks_like_xml_stays_text() -> None:
    assert encode_value("val", 'a<b>&"c"', NEWEST) == b'<val xsi:type="xsd:string">a&lt;b&gt;&amp;"c"</val>'


def test_a_reference_in_a_property_states_the_type_that_the_wsdl_gives_it() -> None:
    encoded = encode_value("val", vim.Folder("group-d1"), NEWEST)

    assert encoded == b'<val xsi:type="ManagedObjectReference" type="Folder">group-d1</val>'


@pytest.mark.parametrize(
    ("action", "version"),
    [
        ('"urn:vim25/8.0.3.0"', "vim.version.v8_0_3_0"),
        ("urn:vim25/8.0.3.0", "vim.version.v8_0_3_0"),
        ('"urn:vim25/6.5"', "vim.version.version11"),
        ('"urn:vim25/2.0"', "vim.version.version1"),
        ("", "vim.version.version1"),
        (None, "vim.version.version1"),
    ],
)
def test_the_soap_action_names_the_version(action: str | None, version: str) -> None:
    assert version_of(action, V8) == version


@pytest.mark.parametrize("action", ["urn:vim25/9.0.0.0", "urn:vim25/8.0.99.0", "urn:vim25/2100.1"])
def test_a_version_that_this_vcenter_lacks_gets_its_newest(action: str) -> None:
    assert [version_of(action, one) for one in (V7, V8)] == ["vim.version.v7_0_3_0", "vim.version.v8_0_3_0"]


@pytest.mark.parametrize("action", ["urn:pbm/8.0.3.0", "urn:vim25/", "urn:vim25/next", "hello"])
def test_what_is_no_version_is_refused(action: str) -> None:
    with pytest.raises(Refusal, match="Unsupported version URI"):
        version_of(action, V8)


@pytest.mark.parametrize("release", RELEASES.values(), ids=lambda one: one.name)
def test_all_prior_versions_are_listed_and_no_later_one(release: Release) -> None:
    ids = supported_version_ids(release)

    assert ids[0] == release.api
    assert {"6.0", "6.5", "6.7", "7.0.0.0", "7.0.2.0"} <= set(ids)
    assert {one.api for one in RELEASES.values() if one.api in ids} == {"7.0.3.0", "8.0.3.0", "9.0.0.0"} - {
        later for later in ("8.0.3.0", "9.0.0.0") if later > release.api
    }
    assert all(f"<version>{one}</version>" in versions_document(release) for one in ids)
