"""What deleting an object does on the host, and when the object may go (DESIGN §3, Deletion)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from unit.planner.builders import (
    BACKUP,
    FABRIC,
    IN_SEGMENT,
    MANAGEMENT,
    ON_FABRIC,
    ON_SEGMENT,
    STORAGE,
    SWITCH,
    adapter,
    binding,
    bound,
    deleted,
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
from unit.planner.operating import operate
from vmk_operator.api.reasons import Reason
from vmk_operator.api.v1alpha1 import Halt, VmkAdapter
from vmk_operator.api.v1alpha1.objects import FINALIZER
from vmk_operator.model.host import Attachment, Connection, HostState, StandardAttachment
from vmk_operator.model.step import RemoveAdapter
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.snapshot import Absence, Subject
from vmk_operator.planner.verdict import FinalizerAction

A, B, A6 = "10.0.40.11/24", "10.0.40.12/24", "fd00:40::11/64"
KEEP, ADD, RELEASE = FinalizerAction.KEEP, FinalizerAction.ADD, FinalizerAction.RELEASE
FINALIZED = {"finalizers": (FINALIZER,)}


def leaving(
    name: str = "backup", address: str | None = A, *, metadata: Mapping[str, Any] | None = None, **spec: Any
) -> VmkAdapter:
    return adapter(name, address, **{"deletionPolicy": "Delete", "metadata": deleted(**(metadata or {})), **spec})


def test_the_bound_device_is_removed_and_then_the_object_may_go() -> None:
    host = esx(vmk("vmk1", A))
    subject = bound(leaving(), "vmk1")

    result = plan(host, subject)

    assert [one.step for one in result.steps] == [RemoveAdapter("vmk1")]
    assert [one.disruptive for one in result.steps] == [True]
    assert judge(host, subject).finalizer is KEEP
    assert judge(esx(), subject).finalizer is RELEASE
    assert operate(host, subject).settle().subjects == {}


@pytest.mark.parametrize(
    "subject",
    [
        bound(leaving(deletionPolicy="Orphan"), "vmk1"),
        bound(leaving(managementPolicy="Observe"), "vmk1", policy=Policy.OBSERVE),
        bound(leaving(metadata={"annotations": {"vmkernel.dev/force-finalize": "true"}}), "vmk1"),
        told(leaving(), binding=binding("vmk1", uuid="another machine")),
        told(leaving(), binding=binding("vmk1", mac="00:50:56:00:00:99")),
        new(netstack(metadata=deleted())),
    ],
    ids=["Orphan", "Observe", "forced", "rebuilt host", "another adapter of that name", "a system stack"],
)
def test_an_object_goes_at_once_where_nothing_of_the_host_is_to_be_removed(subject: Subject) -> None:
    result = plan(esx(vmk("vmk1", A)), subject)

    assert result.steps == ()
    assert result.verdicts[subject.object.key].finalizer is RELEASE


@pytest.mark.parametrize("value", ["", "false", "False"])
def test_an_annotation_that_says_no_forces_nothing(value: str) -> None:
    item = leaving(metadata={"annotations": {"vmkernel.dev/force-finalize": value}})

    assert judge(esx(vmk("vmk1", A)), bound(item, "vmk1")).finalizer is KEEP


def test_an_object_that_carries_no_finalizer_of_ours_removes_nothing() -> None:
    result = plan(esx(vmk("vmk1", A)), bound(leaving(metadata={"finalized": False}), "vmk1"))

    assert result.steps == ()
    assert [verdict.finalizer for verdict in result.verdicts.values()] == [KEEP]


@pytest.mark.parametrize(
    ("policy", "told_so"),
    [(Policy.OBSERVE, "its VCenter is in Observe"), (Policy.PAUSED, "it or its VCenter is paused")],
)
def test_what_the_vcenter_does_not_allow_waits_and_says_so(policy: Policy, told_so: str) -> None:
    verdict = judge(esx(vmk("vmk1", A)), bound(leaving(), "vmk1", policy=policy))

    assert verdict.finalizer is KEEP
    assert verdict.steps == ()
    assert verdict.deletion_waits is not None
    assert told_so in verdict.deletion_waits
    assert "force-finalize" in verdict.deletion_waits


@pytest.mark.parametrize(
    "host",
    [
        Absence(Reason.VCENTER_AWAY, "vCenter does not answer."),
        Absence(Reason.PENDING, "Not looked at yet."),
        esx(vmk("vmk1", A), connection=Connection.NOT_RESPONDING),
        replace(esx(), network=None),
    ],
    ids=["vCenter away", "not looked at", "host away", "host unknown"],
)
def test_a_host_that_can_not_be_looked_at_is_waited_for(host: HostState | Absence) -> None:
    for subject in (bound(leaving(), "vmk1"), new(leaving())):
        verdict = judge(host, subject)

        assert verdict.unknown is not None
        assert verdict.deletion_waits is not None
        assert verdict.finalizer is KEEP


def test_a_host_that_is_gone_from_the_inventory_holds_only_what_is_bound_to_it() -> None:
    gone = Absence(Reason.NO_SUCH_HOST, "No such host.")

    assert judge(gone, bound(leaving(), "vmk1")).finalizer is KEEP
    assert "force-finalize" in (judge(gone, bound(leaving(), "vmk1")).deletion_waits or "")
    assert judge(gone, new(leaving())).finalizer is RELEASE


def test_a_device_that_a_live_object_claims_is_handed_over() -> None:
    host = esx(vmk("vmk1", A))

    result = plan(host, bound(leaving("old"), "vmk1"), new(adapter("new", A)))

    assert result.steps == ()
    finalizers = {key.name: verdict.finalizer for key, verdict in result.verdicts.items()}
    assert finalizers == {"old": RELEASE, "new": KEEP}


PLACES: dict[str, tuple[Attachment, Any]] = {
    "standard": (StandardAttachment(BACKUP), BACKUP),
    "distributed": (ON_FABRIC, (SWITCH, FABRIC)),
    "opaque": (ON_SEGMENT, IN_SEGMENT),
}
"""Where an adapter is, and as a spec says it."""


@pytest.mark.parametrize("policy", list(Policy))
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("present", "spec"),
    [
        ({"address": A}, {"address": A}),
        ({"address": A}, {}),
        ({"address": A, "dhcp": True}, {"ipv4": {"mode": "DHCP"}}),
        ({}, {"ipv4": {"mode": "None"}}),
        ({"ipv6": six(A6)}, {"ipv6": {"addresses": [A6]}}),
        ({"address": A}, {"address": B, "adoptDevice": "vmk1"}),
    ],
    ids=["its address", "no address at all", "DHCP", "no IPv4", "an IPv6 address", "its device"],
)
def test_a_device_is_handed_over_to_whoever_claims_it_as_well_wherever_it_is_and_whatever_that_one_may_do(
    present: dict[str, Any], spec: dict[str, Any], place: str, policy: Policy
) -> None:
    attachment, on = PLACES[place]
    host = esx(vmk("vmk1", on=attachment, **present))

    result = plan(
        host,
        bound(leaving("old", spec.get("address", A), on=on), "vmk1"),
        new(adapter("new", on=on, **spec), policy=policy),
    )

    taken = {key.name: verdict for key, verdict in result.verdicts.items()}
    assert RemoveAdapter not in {type(one.step) for one in result.steps}
    assert taken["old"].finalizer is RELEASE
    assert taken["new"].binding == binding("vmk1")
    assert reason_of(taken["new"]) is None


@pytest.mark.parametrize(
    ("host", "claimant"),
    [
        (esx(vmk("vmk1", A)), adapter("new", A, on=STORAGE, adoptDevice="vmk1")),
        (esx(vmk("vmk1", A)), adapter("new", A, netstack="vmotion", adoptDevice="vmk1")),
        (esx(vmk("vmk1", A), vmk("vmk2", A)), adapter("new", A)),
        (esx(vmk("vmk1"), vmk("vmk2")), adapter("new", ipv4={"mode": "None"})),
    ],
    ids=["named, but elsewhere", "named, but on another stack", "of two with the address", "of two without one"],
)
@pytest.mark.parametrize("policy", list(Policy))
def test_a_device_that_a_live_object_may_mean_is_not_removed_before_that_is_settled(
    host: HostState, claimant: VmkAdapter, policy: Policy
) -> None:
    result = plan(host, bound(leaving("old"), "vmk1"), new(claimant, policy=policy))

    assert result.steps == ()
    verdicts = {key.name: verdict for key, verdict in result.verdicts.items()}
    assert verdicts["old"].finalizer is RELEASE
    assert reason_of(verdicts["new"]) in ("NoSuchDevice", "Ambiguous")


@pytest.mark.parametrize(
    "other",
    [
        bound(adapter("other", B, adoptDevice="vmk1", on=STORAGE), "vmk2"),
        told(adapter("other", B, adoptDevice="vmk1", on=STORAGE), binding=binding("vmk9")),
        new(adapter("other", B, on=STORAGE)),
        new(adapter("other", adoptDevice="vmk1", metadata=deleted())),
    ],
    ids=["bound elsewhere", "bound once", "elsewhere", "deleted too"],
)
def test_a_device_that_nobody_claims_any_more_is_removed(other: Subject) -> None:
    host = esx(vmk("vmk1", A), vmk("vmk2", B, on=STORAGE))

    assert "remove vmk1" in texts(plan(host, bound(leaving("old"), "vmk1"), other))


def test_renaming_an_object_never_removes_the_port() -> None:
    operation = operate(
        esx(vmk("vmk1", A)), bound(leaving("old"), "vmk1"), new(adapter("new", A, deletionPolicy="Delete"))
    )

    operation.settle()

    assert [key.name for key in operation.subjects] == ["new"]
    assert operation.done == []
    assert operation.network.adapter("vmk1") is not None


def test_an_adapter_that_was_made_and_not_noted_is_found_by_its_address_and_removed() -> None:
    result = plan(esx(vmk("vmk1", A)), new(leaving()))

    assert [one.step for one in result.steps] == [RemoveAdapter("vmk1")]


def test_an_adapter_that_was_only_named_for_adoption_is_not_removed() -> None:
    assert plan(esx(vmk("vmk1", B)), new(leaving(adoptDevice="vmk1"))).steps == ()


@pytest.mark.parametrize(
    ("host", "subject", "reason"),
    [
        (esx(), bound(leaving("mgmt", "10.0.10.11/24", on=MANAGEMENT), "vmk0"), "LockoutProtection"),
        (esx(vmk("vmk1", A), management=[]), bound(leaving(), "vmk1"), "LockoutProtection"),
        (esx(vmk("vmk1", A, system_owned=True)), bound(leaving(), "vmk1"), "SystemOwned"),
    ],
    ids=["management", "can't be told", "another system's"],
)
def test_a_removal_that_could_cut_the_host_off_is_refused(host: HostState, subject: Subject, reason: str) -> None:
    result = plan(host, subject)

    assert result.steps == ()
    verdict = result.verdicts[subject.object.key]
    assert reason_of(verdict) == reason
    assert verdict.finalizer is KEEP


def test_a_removal_that_failed_is_not_tried_again_until_something_changes() -> None:
    host = esx(vmk("vmk1", A))
    fingerprint = judge(host, bound(leaving(), "vmk1")).fingerprint
    halt = Halt(reason="Refused", message="No.", generation=1, observed_fingerprint=fingerprint)
    subject = bound(leaving(), "vmk1", halt=halt)

    assert reason_of(judge(host, subject)) == "Refused"
    assert plan(esx(vmk("vmk1", A, mtu=9000)), subject).steps != ()


def test_two_deleted_objects_of_one_device_remove_it_once() -> None:
    operation = operate(esx(vmk("vmk1", A)), bound(leaving("one"), "vmk1"), bound(leaving("two"), "vmk1"))

    assert len(operation.plan().steps) == 1
    operation.settle()
    assert operation.subjects == {}
    assert [one.step for one in operation.done] == [RemoveAdapter("vmk1")]


# The finalizer of a live object


@pytest.mark.parametrize(
    ("subject", "action"),
    [
        (new(adapter(address=B, deletionPolicy="Delete")), ADD),
        (bound(adapter(deletionPolicy="Delete"), "vmk1"), ADD),
        (bound(adapter(deletionPolicy="Delete", metadata=FINALIZED), "vmk1"), KEEP),
        (bound(adapter(), "vmk1"), KEEP),
        (bound(adapter(metadata=FINALIZED), "vmk1"), RELEASE),
        (bound(adapter(deletionPolicy="Delete", managementPolicy="Observe"), "vmk1", policy=Policy.OBSERVE), KEEP),
        (
            bound(
                adapter(deletionPolicy="Delete", managementPolicy="Observe", metadata=FINALIZED),
                "vmk1",
                policy=Policy.OBSERVE,
            ),
            RELEASE,
        ),
        (bound(adapter(deletionPolicy="Delete"), "vmk1", policy=Policy.OBSERVE), KEEP),
        (bound(adapter(deletionPolicy="Delete", metadata=FINALIZED), "vmk1", policy=Policy.OBSERVE), KEEP),
        (new(adapter(address=B, on="nowhere", deletionPolicy="Delete")), KEEP),
        (new(netstack(deletionPolicy="Delete")), KEEP),
        (new(netstack(metadata=FINALIZED)), RELEASE),
    ],
    ids=[
        "before its first step",
        "bound",
        "has it",
        "Orphan",
        "back to Orphan",
        "Observe",
        "back to Observe",
        "VCenter in Observe",
        "VCenter went to Observe",
        "stalled",
        "stack",
        "stack with a stray one",
    ],
)
def test_the_finalizer_is_only_where_deleting_must_remove_a_port(subject: Subject, action: FinalizerAction) -> None:
    assert judge(esx(vmk("vmk1", A)), subject).finalizer is action


def test_going_back_to_orphan_needs_no_look_at_the_host() -> None:
    away = Absence(Reason.VCENTER_AWAY, "vCenter does not answer.")

    assert judge(away, bound(adapter(metadata=FINALIZED), "vmk1")).finalizer is RELEASE
    assert judge(away, bound(adapter(deletionPolicy="Delete", metadata=FINALIZED), "vmk1")).finalizer is KEEP
