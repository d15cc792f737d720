import pytest
from pyVmomi import vim, vmodl

from unit.vcenter.wire import answer, array, assign, host, net_config, remove, stack, update, update_set, vnic, vnics
from vmk_operator.errors import SessionLostError
from vmk_operator.vcenter import updates
from vmk_operator.vcenter.envelope import UnreadableAnswerError
from vmk_operator.vcenter.facts import HostFacts
from vmk_operator.vcenter.updates import ObjectChange

VNIC = "config.network.vnic"


def changes_of(*object_updates: object) -> tuple[ObjectChange, ...]:
    page = updates.update_set(update_set(*object_updates))
    assert page is not None
    return page.changes


def known_host() -> HostFacts:
    facts = HostFacts()
    (change,) = changes_of(
        update(
            "enter",
            host(),
            assign("name", "esx01"),
            assign(VNIC, vnics(vnic())),
            assign("config.network.netStackInstance", array("vim.host.NetStackInstance", stack("vmotion"))),
        )
    )
    return change.applied_to(facts)


def test_an_answer_without_updates_says_that_nothing_happened() -> None:
    assert updates.update_set(answer(None)) is None


def test_version_and_truncation_are_read() -> None:
    page = updates.update_set(update_set(version="17", truncated=True))
    assert page is not None
    assert (page.version, page.truncated, page.changes) == ("17", True, ())


def test_an_object_that_enters_is_taken_as_a_whole() -> None:
    (change,) = changes_of(update("enter", host("host-7"), assign("name", "esx01")))
    assert (change.kind, change.moid, change.whole, change.gone) == ("HostSystem", "host-7", True, False)
    assert change.applied_to(known_host()) == HostFacts(name="esx01")


def test_a_modified_object_keeps_what_the_update_does_not_mention() -> None:
    (change,) = changes_of(update("modify", host(), assign("runtime.inMaintenanceMode", True)))  # noqa: FBT003
    facts = change.applied_to(known_host())
    assert facts.in_maintenance
    assert facts.name == "esx01"
    assert facts.adapters is not None


def test_an_object_that_leaves_is_gone() -> None:
    (change,) = changes_of(update("leave", host()))
    assert change.gone


@pytest.mark.parametrize("op", ["remove", "indirectRemove", "assign"])
def test_a_property_that_is_no_longer_set_is_unknown(op: str) -> None:
    (change,) = changes_of(update("modify", host(), remove(VNIC, op)))
    facts = change.applied_to(known_host())
    assert facts.adapters is None
    assert facts.netstacks is not None
    assert not change.unclear


def test_what_goes_with_a_property_above_ours_is_unknown_too() -> None:
    (change,) = changes_of(update("modify", host(), remove("config")))
    facts = change.applied_to(known_host())
    assert (facts.adapters, facts.netstacks, facts.name) == (None, None, "esx01")


def test_a_property_that_vcenter_may_not_show_is_unknown() -> None:
    (change,) = changes_of(update("modify", host(), missing=(VNIC,)))
    assert change.applied_to(known_host()).adapters is None


@pytest.mark.parametrize(
    "change",
    [
        assign(f'{VNIC}["key-vim.host.VirtualNic-vmk1"]', vnic()),
        assign(f'{VNIC}["key-vim.host.VirtualNic-vmk1"].spec.mtu', 9000),
        remove(f'{VNIC}["key-vim.host.VirtualNic-vmk1"]'),
        assign("config.virtualNicManagerInfo", vim.host.VirtualNicManagerInfo(netConfig=[net_config("vmotion")])),
    ],
)
def test_a_part_or_a_whole_of_our_properties_asks_for_reading_the_object_anew(change: object) -> None:
    (found,) = changes_of(update("modify", host(), change))
    assert found.unclear


def test_properties_that_we_did_not_ask_for_are_passed_over() -> None:
    (change,) = changes_of(update("modify", host(), assign("summary.quickStats", "x"), remove("overallStatus")))
    assert change == ObjectChange("HostSystem", "host-1")


def test_objects_of_other_types_are_passed_over() -> None:
    assert changes_of(update("enter", vim.Datastore("ds-1"), assign("name", "x"))) == ()


def test_a_value_that_is_not_understood_counts_as_not_told_and_is_reported() -> None:
    bad = vnic(ip=vim.host.IpConfig(dhcp=False, ipAddress="10.0.0.300", subnetMask="255.0.0.0"))
    (change,) = changes_of(update("modify", host(), assign(VNIC, vnics(bad)), assign("name", "esx02")))
    facts = change.applied_to(known_host())
    assert facts.adapters is None
    assert facts.name == "esx02"
    assert "10.0.0.300" in change.problems[0]


def test_a_direct_read_has_the_same_form_and_its_token() -> None:
    collector = vmodl.query.PropertyCollector
    content = collector.ObjectContent(obj=host("host-3"), propSet=[vmodl.DynamicProperty(name="name", val="esx03")])
    page = updates.object_page(answer(collector.RetrieveResult(token="1", objects=[content])))
    assert page.token == "1"
    assert page.changes == (ObjectChange("HostSystem", "host-3", whole=True, values=(("name", "esx03"),)),)


def test_a_direct_read_of_nothing_is_empty() -> None:
    assert updates.object_page(answer(None)).changes == ()


def test_an_update_set_without_a_version_can_not_be_gone_on_from() -> None:
    broken = update_set()
    broken[0].remove(broken[0][0])
    with pytest.raises(UnreadableAnswerError, match="version"):
        updates.update_set(broken)


def test_an_answer_without_a_session_has_no_values_and_is_no_host_without_a_network() -> None:
    collector = vmodl.query.PropertyCollector
    fault = vim.fault.NotAuthenticated(object=host(), privilegeId="System.Read")
    missing = collector.MissingProperty(path="config.network.vnic", fault=fault)
    content = collector.ObjectContent(obj=host(), missingSet=[missing])

    with pytest.raises(SessionLostError, match="session has ended"):
        updates.object_page(answer(collector.RetrieveResult(objects=[content])))
