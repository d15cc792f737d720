"""Which object is about which adapter (DESIGN §3, Identity)."""

import itertools
from typing import Any

import pytest

from unit.planner.builders import (
    BACKUP,
    FABRIC,
    HOST,
    IN_SEGMENT,
    ON_FABRIC,
    ON_SEGMENT,
    STORAGE,
    SWITCH,
    adapter,
    binding,
    bound,
    deleted,
    differing,
    esx,
    judge,
    netstack,
    new,
    plan,
    reason_of,
    six,
    texts,
    told,
    vmk,
)
from vmk_operator.model.host import AdapterState, Attachment, HostState, StandardAttachment
from vmk_operator.model.step import CreateAdapter
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.snapshot import ManagedObject, Subject
from vmk_operator.planner.verdict import Verdict

A, B = "10.0.40.11/24", "10.0.40.12/24"
A6, B6 = "fd00:40::11/64", "fd00:40::12/64"


def device_of(verdict: Verdict) -> str | None:
    return None if verdict.binding is None else verdict.binding.device


def found(host: HostState, *subjects: Subject) -> dict[str, str | None]:
    """Object name to its device, or to the reason why it has none."""
    verdicts = plan(host, *subjects).verdicts
    return {
        key.name: verdict.blocked.reason.value if verdict.blocked else device_of(verdict)
        for key, verdict in verdicts.items()
    }


# A binding


def test_a_binding_that_fits_is_followed_whatever_else_looks_alike() -> None:
    host = esx(vmk("vmk1", A), vmk("vmk2", B, netstack="vmotion"))

    assert found(host, bound(adapter(address=A), "vmk2")) == {"backup": "AddressInUse"}
    assert device_of(judge(host, bound(adapter(address=A), "vmk2"))) == "vmk2"


def test_a_mac_is_compared_without_regard_to_case() -> None:
    subject = told(adapter(), binding=binding("vmk1", mac="00:50:56:6A:00:01"))

    assert found(esx(vmk("vmk1"), vmk("vmk2")), subject) == {"backup": "vmk1"}


def test_the_same_device_with_another_mac_is_another_adapter() -> None:
    host = esx(vmk("vmk1", B, mac="00:50:56:6a:00:ff"))

    verdict = judge(host, bound(adapter(address=A), "vmk1"))

    assert differing(verdict) == {"device": ("vmk1", "absent")}
    assert texts(verdict) == ["create an adapter on Backup-40 in stack defaultTcpipStack with 10.0.40.11/24"]


def test_an_adapter_that_was_made_anew_by_hand_is_found_by_its_address() -> None:
    host = esx(vmk("vmk4", A))

    assert found(host, bound(adapter(address=A), "vmk1")) == {"backup": "vmk4"}


def test_a_binding_of_a_rebuilt_host_counts_for_nothing() -> None:
    host = esx(vmk("vmk1", B), uuid="another machine")

    verdict = judge(host, bound(adapter(address=A), "vmk1"))

    assert verdict.binding is None
    assert differing(verdict) == {"device": ("present", "absent")}


def test_a_binding_whose_mac_was_never_seen_is_confirmed_by_the_address_only() -> None:
    subject = told(adapter(address=A), binding=binding("vmk1").model_copy(update={"mac": None}))

    assert found(esx(vmk("vmk1", B), vmk("vmk2", A)), subject) == {"backup": "vmk2"}


def test_a_renamed_host_keeps_its_binding_and_is_told_about() -> None:
    host = esx(vmk("vmk1"), name="esx99.example.com")

    verdict = judge(host, bound(adapter(), "vmk1"))

    assert device_of(verdict) == "vmk1"
    assert verdict.binding is not None
    assert verdict.binding.host_name == "esx99.example.com"
    assert [one.reason for one in verdict.advisories] == ["HostRenamed"]
    assert "set spec.host to esx99.example.com" in verdict.advisories[0].message


def test_a_host_name_in_another_case_is_no_rename() -> None:
    assert judge(esx(vmk("vmk1"), name=HOST.upper()), bound(adapter(), "vmk1")).advisories == ()


# An IPv6 address


def test_an_adapter_is_found_by_any_of_the_declared_ipv6_addresses() -> None:
    host = esx(vmk("vmk1", ipv6=six("fd00:40::99/64")), vmk("vmk2", ipv6=six("fd00:40::12/64")))

    assert found(host, new(adapter(ipv6={"addresses": [A6, B6]}))) == {"backup": "vmk2"}


def test_a_static_ipv4_address_says_more_than_ipv6_addresses() -> None:
    host = esx(vmk("vmk1", A), vmk("vmk2", B, ipv6=six(A6)))

    assert device_of(judge(host, new(adapter(address=A, ipv6={"addresses": [B6]})))) == "vmk1"


def test_ipv6_addresses_on_two_adapters_do_not_tell_which_is_meant() -> None:
    host = esx(vmk("vmk1", ipv6=six(A6)), vmk("vmk2", ipv6=six(B6)))

    verdict = judge(host, new(adapter(ipv6={"addresses": [A6, B6]})))

    assert reason_of(verdict) == "Ambiguous"
    assert verdict.blocked is not None
    assert "vmk1, vmk2 on esx01.example.com all have the address fd00:40::11 or fd00:40::12" in verdict.blocked.message


def test_who_declares_an_ipv6_address_takes_no_adapter_without_it() -> None:
    assert texts(plan(esx(vmk("vmk1")), new(adapter(ipv6={"addresses": [A6]})))) == [
        "create an adapter on Backup-40 in stack defaultTcpipStack without IPv4 and fd00:40::11/64"
    ]


def test_who_declares_no_ipv6_address_takes_none_away() -> None:
    host, subject = esx(vmk("vmk1", ipv6=six(A6))), new(adapter(ipv6={"addresses": []}))

    assert differing(judge(host, subject)) == {"device": ("present", "absent")}
    assert found(host, new(adapter(ipv6={"dhcp": True}))) == {"backup": "vmk1"}


# No static address declared


@pytest.mark.parametrize("mode", ["DHCP", "None"])
@pytest.mark.parametrize("present", [vmk("vmk1", B, dhcp=True), vmk("vmk1")])
def test_the_only_adapter_without_a_static_address_there_is_found(mode: str, present: AdapterState) -> None:
    assert found(esx(present), new(adapter(ipv4={"mode": mode}))) == {"backup": "vmk1"}


@pytest.mark.parametrize("mode", ["DHCP", "None"])
def test_an_adapter_with_a_static_address_is_taken_from_nobody_but_by_adopt_device(mode: str) -> None:
    host, item = esx(vmk("vmk1", B)), adapter(ipv4={"mode": mode})
    adopting = adapter(ipv4={"mode": mode}, adoptDevice="vmk1")

    assert found(host, new(item)) == {"backup": None}
    assert [type(one.step) for one in plan(host, new(item)).steps] == [CreateAdapter]
    assert found(host, new(adopting)) == {"backup": "vmk1"}


# adoptDevice


def test_adopt_device_takes_exactly_that_adapter_and_brings_it_in_line() -> None:
    host = esx(vmk("vmk1", B), vmk("vmk3", "10.0.40.13/24"))

    verdict = judge(host, new(adapter(address=A, adoptDevice="vmk3")))

    assert device_of(verdict) == "vmk3"
    assert texts(verdict) == ["set ipv4.address of vmk3 from 10.0.40.13/24 to 10.0.40.11/24"]


@pytest.mark.parametrize("policy", list(Policy))
@pytest.mark.parametrize(
    ("attachment", "on"),
    [(StandardAttachment(BACKUP), BACKUP), (ON_FABRIC, (SWITCH, FABRIC)), (ON_SEGMENT, IN_SEGMENT)],
    ids=["standard", "distributed", "opaque"],
)
def test_adopt_device_is_taken_under_every_policy_and_changed_under_enforce_only(
    attachment: Attachment, on: Any, policy: Policy
) -> None:
    host = esx(vmk("vmk1", on=attachment), vmk("vmk3", B, on=attachment))

    result = plan(host, new(adapter(address=A, on=on, adoptDevice="vmk3"), policy=policy))

    (verdict,) = result.verdicts.values()
    assert verdict.binding == binding("vmk3")
    assert differing(verdict) == {"ipv4.address": (A, B)}
    assert texts(verdict) == [f"set ipv4.address of vmk3 from {B} to {A}"]
    assert result.steps == (verdict.steps if policy is Policy.ENFORCE else ())


@pytest.mark.parametrize(
    ("device", "present"),
    [
        ("vmk9", vmk("vmk3")),
        ("vmk1", vmk("vmk10")),
        ("vmk3", vmk("vmk3", on=STORAGE)),
        ("vmk3", vmk("vmk3", netstack="vmotion")),
    ],
    ids=["absent", "vmk10 is not vmk1", "on another port group", "on another stack"],
)
def test_adopt_device_that_can_not_be_meant_is_refused(device: str, present: AdapterState) -> None:
    verdict = judge(esx(present), new(adapter(address=A, adoptDevice=device)))

    assert reason_of(verdict) == "NoSuchDevice"
    assert verdict.blocked is not None
    assert device in verdict.blocked.message
    assert verdict.steps == ()


def test_adopt_device_means_nothing_once_something_is_bound() -> None:
    host = esx(vmk("vmk1", A), vmk("vmk3", B))

    assert found(host, bound(adapter(address=A, adoptDevice="vmk3"), "vmk1")) == {"backup": "vmk1"}


def test_an_adopted_adapter_that_is_gone_is_made_anew() -> None:
    verdict = judge(esx(), bound(adapter(address=A, adoptDevice="vmk3"), "vmk3"))

    assert verdict.blocked is None
    assert len(verdict.steps) == 1


def test_an_adopted_adapter_that_came_back_is_taken_again() -> None:
    host = esx(vmk("vmk3", B, mac="00:50:56:6a:00:ff"))

    assert found(host, bound(adapter(address=A, adoptDevice="vmk3"), "vmk3")) == {"backup": "vmk3"}


# The declared address


def test_an_existing_adapter_with_the_declared_address_is_the_one_meant() -> None:
    host = esx(vmk("vmk1", A), vmk("vmk2", B))

    assert found(host, new(adapter(address=B))) == {"backup": "vmk2"}


def test_the_declared_address_with_another_prefix_length_is_the_one_meant() -> None:
    assert found(esx(vmk("vmk1", "10.0.40.11/16")), new(adapter(address=A))) == {"backup": "vmk1"}


def test_an_adapter_with_another_static_address_is_never_taken_for_the_one_meant() -> None:
    host = esx(vmk("vmk1", B, on=ON_FABRIC))

    result = plan(host, new(adapter(address=A, on=(SWITCH, FABRIC))))

    assert texts(result) == ["create an adapter on DSwitch/dpg-vmotion in stack defaultTcpipStack with 10.0.40.11/24"]


def test_an_address_that_another_object_has_makes_a_claimant_and_never_a_second_adapter() -> None:
    host = esx(vmk("vmk1", A))

    result = plan(host, bound(adapter("first", A), "vmk1"), new(adapter("second", A, age=9)))

    assert result.steps == ()
    verdict = next(v for k, v in result.verdicts.items() if k.name == "second")
    assert reason_of(verdict) == "Conflict"
    assert verdict.blocked is not None
    assert "vmk1 on esx01.example.com belongs to VmkAdapter infra/first" in verdict.blocked.message


def test_one_address_on_two_adapters_of_the_place_is_ambiguous() -> None:
    host = esx(vmk("vmk1", A), vmk("vmk2", A))

    assert found(host, new(adapter(address=A))) == {"backup": "Ambiguous"}


# No address


def test_without_an_address_the_only_adapter_there_is_the_one_meant() -> None:
    host = esx(vmk("vmk1", A), vmk("vmk2", on=STORAGE), vmk("vmk3", netstack="vmotion"))

    assert found(host, new(adapter())) == {"backup": "vmk1"}


def test_without_an_address_an_adapter_that_is_claimed_is_not_free() -> None:
    host = esx(vmk("vmk1", A), vmk("vmk2", B))

    assert found(host, bound(adapter("first", A), "vmk1"), new(adapter("second"))) == {
        "first": "vmk1",
        "second": "vmk2",
    }


@pytest.mark.parametrize(
    ("host", "subjects"),
    [
        (esx(vmk("vmk1"), vmk("vmk2")), [new(adapter("one"))]),
        (esx(vmk("vmk1")), [new(adapter("one")), new(adapter("two"))]),
    ],
    ids=["two adapters for one object", "one adapter for two objects"],
)
def test_without_an_address_nothing_is_guessed(host: HostState, subjects: list[Subject]) -> None:
    assert set(found(host, *subjects).values()) == {"Ambiguous"}


def test_without_an_address_and_an_adapter_nothing_can_be_created() -> None:
    assert found(esx(), new(adapter())) == {"backup": "IncompleteForCreate"}


def test_another_systems_adapter_is_never_the_only_one_there() -> None:
    assert found(esx(vmk("vmk1", system_owned=True)), new(adapter())) == {"backup": "IncompleteForCreate"}


# Claimants


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        (bound(adapter("a", A, age=1), "vmk1"), new(adapter("b", A, age=9)), "a"),
        (new(adapter("a", A, age=1)), new(adapter("b", A, age=9)), "b"),
        (new(adapter("a", A)), new(adapter("b", A)), "a"),
        (bound(adapter("a", A, age=1), "vmk1"), bound(adapter("b", A, age=9), "vmk1"), "b"),
        (new(adapter("a", A, age=1)), new(adapter("b", adoptDevice="vmk1", age=9)), "b"),
        (new(adapter("a", A, age=9)), new(adapter("b", adoptDevice="vmk1", age=1)), "a"),
        (new(adapter("a", A, age=9), policy=Policy.OBSERVE), new(adapter("b", A, age=1)), "a"),
    ],
    ids=[
        "the bound one stays",
        "the older",
        "the smaller uid",
        "of two bound ones the older",
        "adoptDevice of an older object",
        "the address of an older object",
        "whatever the policy",
    ],
)
def test_of_two_claimants_one_wins_and_the_other_is_told(first: Subject, second: Subject, winner: str) -> None:
    host = esx(vmk("vmk1", A))
    loser = {"a": "b", "b": "a"}[winner]

    for order in itertools.permutations([first, second]):
        assert found(host, *order) == {winner: "vmk1", loser: "Conflict"}


def test_of_two_that_would_create_the_same_adapter_one_does() -> None:
    result = plan(esx(), new(adapter("young", A, age=1)), new(adapter("old", A, age=9)))

    assert [one.owner.name for one in result.steps] == ["old"]
    assert found(esx(), new(adapter("young", A, age=1)), new(adapter("old", A, age=9)))["young"] == "Conflict"


def test_a_claimant_that_lost_keeps_the_memory_of_its_binding() -> None:
    host = esx(vmk("vmk1", A))

    verdict = judge(host, bound(adapter("young", A, age=1), "vmk1"), bound(adapter("old", A, age=9), "vmk1"))

    assert device_of(verdict) == "vmk1"


def test_a_new_object_takes_over_from_a_deleted_one() -> None:
    host = esx(vmk("vmk1", A))
    leaving = bound(adapter("old", A, deletionPolicy="Delete", metadata=deleted()), "vmk1")

    assert found(host, leaving, new(adapter("new", A)))["new"] == "vmk1"


# Stacks


def test_of_two_objects_for_one_stack_the_older_wins() -> None:
    host = esx(vmk("vmk1", "10.0.40.11/24", netstack="vmotion"))
    old, young = new(netstack("old", age=9)), new(netstack("young", age=1))

    for order in itertools.permutations([old, young]):
        assert found(host, *order) == {"old": None, "young": "Conflict"}


def test_a_deleted_object_for_a_stack_stands_in_nobodys_way() -> None:
    host = esx(vmk("vmk1", "10.0.40.11/24", netstack="vmotion"))

    assert found(host, new(netstack("old", age=9, metadata=deleted())), new(netstack("young")))["young"] is None


# References


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (adapter(address=A, netstack="vMotion"), "NoSuchNetstack"),
        (adapter(address=A, on="backup-40"), "NoSuchPortGroup"),
        (adapter(address=A, on=("Nowhere", FABRIC)), "NoSuchPortGroup"),
        (adapter(address=A, on=(SWITCH, "nothing")), "NoSuchPortGroup"),
        (adapter(address=A, on={"opaque": {"id": "5A9C-0001"}}), "NoSuchPortGroup"),
        (netstack(key="vMotion"), "NoSuchNetstack"),
    ],
)
@pytest.mark.parametrize("policy", list(Policy))
def test_a_reference_to_nothing_stalls_under_every_policy_and_says_what_there_is(
    item: ManagedObject, reason: str, policy: Policy
) -> None:
    verdict = judge(esx(), new(item, policy=policy))

    assert reason_of(verdict) == reason
    assert verdict.blocked is not None
    assert any(
        known in verdict.blocked.message for known in ("vmotion", BACKUP, SWITCH, FABRIC, "5a9c-0001 (Segment-60)")
    )
    assert not verdict.differences
