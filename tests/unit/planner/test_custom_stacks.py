"""Custom TCP/IP stacks: made for a VmkNetstack before anything else, removed with it after everything else."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from unit.planner.builders import (
    STORAGE,
    UUID,
    adapter,
    binding,
    bound,
    condition_of,
    deleted,
    differing,
    esx,
    forged,
    judge,
    later,
    netstack,
    network_of,
    new,
    plan,
    reason_of,
    stack,
    texts,
    told,
    vmk,
)
from unit.planner.operating import operate
from vmk_operator.api.reasons import Reason
from vmk_operator.api.v1alpha1 import Applied, Halt, VmkNetstack
from vmk_operator.model.host import Connection, NetworkState
from vmk_operator.model.step import (
    CreateAdapter,
    CreateNetstack,
    FieldChange,
    RemoveAdapter,
    RemoveNetstack,
    UpdateNetstack,
)
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.effect import apply, is_visible
from vmk_operator.planner.snapshot import Absence, Subject
from vmk_operator.planner.status import next_status
from vmk_operator.planner.verdict import FinalizerAction

A, B = "10.0.40.11/24", "10.0.40.12/24"
KEEP, ADD, RELEASE = FinalizerAction.KEEP, FinalizerAction.ADD, FinalizerAction.RELEASE
KEY = "storage"
CUSTOM = stack(KEY, running_max_connections=11000)
ON_IT = vmk("vmk1", A, netstack=KEY)


def custom(name: str = KEY, **spec: Any) -> VmkNetstack:
    return netstack(name, key=KEY, **spec)


def leaving(name: str = KEY, *, metadata: Mapping[str, Any] | None = None, **spec: Any) -> VmkNetstack:
    return custom(name, **{"deletionPolicy": "Delete", "metadata": deleted(**(metadata or {})), **spec})


def halted(item: VmkNetstack, fingerprint: str) -> Subject:
    halt = Halt(reason="EsxcliUnavailable", message="No esxcli.", generation=1, observed_fingerprint=fingerprint)
    return told(item, halt=halt)


# Creation


def test_a_stack_and_its_adapters_of_one_apply_are_made_by_one_plan_whatever_their_order() -> None:
    objects = [
        new(adapter("first", A, netstack=KEY, age=3)),
        new(custom(gateway={"ipv4": "10.0.40.1"}, congestionControl="cubic", maxConnections=11000)),
        new(adapter("second", "10.0.41.11/24", netstack=KEY, on=STORAGE)),
    ]

    plans = {plan(esx(), *order).steps for order in itertools.permutations(objects)}

    ((steps),) = plans
    assert [type(one.step) for one in steps] == [CreateNetstack, CreateAdapter, CreateAdapter, UpdateNetstack]
    assert [one.disruptive for one in steps] == [False, False, False, True]
    assert steps[0].text == "create TCP/IP stack storage"
    assert steps[0].changes == (FieldChange("netstack", "absent", KEY),)
    assert steps[-1].text.startswith("set gateway.ipv4 of stack storage from None to 10.0.40.1 and congestionControl")
    operation = operate(esx(), *objects).settle()
    assert operation.rounds == 1
    assert all(condition_of(one.status, "Ready") == ("True", "Converged") for one in operation.subjects.values())


def test_a_stack_without_adapters_is_made_and_dormant_only_then() -> None:
    subject = new(custom(gateway={"ipv4": "10.0.40.1"}))

    before = judge(esx(), subject)
    assert not before.dormant
    assert differing(before) == {"netstack": (KEY, "absent")}
    assert condition_of(next_status(subject, before, (), now=later(0)), "Ready") == ("False", "Applying")

    operation = operate(esx(), subject).settle()
    assert [one.step for one in operation.done] == [CreateNetstack(KEY)]
    (after,) = operation.subjects.values()
    assert condition_of(after.status, "Ready") == ("True", "Dormant")
    assert after.status.applied == (Applied(field="netstack", value=KEY),)


def test_what_can_not_be_set_on_a_new_stack_is_told_once_it_and_its_adapters_are_there() -> None:
    objects = [new(custom(gateway={"ipv4": "172.16.0.1"})), new(adapter(address=A, netstack=KEY))]

    assert [type(one.step) for one in plan(esx(), *objects).steps] == [CreateNetstack, CreateAdapter]

    stalled, converged = (one.status for one in operate(esx(), *objects).settle().subjects.values())
    assert condition_of(stalled, "Stalled") == ("True", "GatewayUnreachable")
    assert condition_of(converged, "Ready") == ("True", "Converged")


def test_an_adapter_alone_makes_no_stack_and_says_who_would() -> None:
    verdict = judge(esx(), new(adapter(address=A, netstack=KEY)))

    assert verdict.steps == ()
    assert verdict.blocked is not None
    assert verdict.blocked.message == (
        "esx01.example.com has no TCP/IP stack 'storage'; declare it by a VmkNetstack, which creates it, or name one "
        "that it has: defaultTcpipStack, vSphereProvisioning, vmotion."
    )


@pytest.mark.parametrize("policy", [Policy.OBSERVE, Policy.PAUSED])
def test_whoever_only_observes_makes_no_stack_and_tells_what_is_missing(policy: Policy) -> None:
    subject, waiting = new(custom(gateway={"ipv4": "10.0.40.1"}), policy=policy), new(adapter(address=A, netstack=KEY))

    result = plan(esx(), subject, waiting)

    assert result.steps == ()
    verdict = result.verdicts[subject.object.key]
    assert differing(verdict) == {"netstack": (KEY, "absent")}
    assert texts(verdict) == ["create TCP/IP stack storage"]
    blocked = result.verdicts[waiting.object.key].blocked
    assert blocked is not None
    assert blocked.reason is Reason.NO_SUCH_NETSTACK
    assert "VmkNetstack infra/storage declares it and does not create it now: see its conditions." in blocked.message


def test_a_stack_that_could_not_be_made_is_not_tried_again_and_its_adapters_wait() -> None:
    fingerprint = judge(esx(), new(custom())).fingerprint
    result = plan(esx(), halted(custom(), fingerprint), new(adapter(address=A, netstack=KEY)))

    assert result.steps == ()
    assert [reason_of(one) for one in result.verdicts.values()] == ["NoSuchNetstack", "EsxcliUnavailable"]


def test_a_spec_that_makes_no_sense_makes_no_stack_for_an_adapter_either() -> None:
    item = forged(custom(), gateway="none")

    result = plan(esx(), new(item), new(adapter(address=A, netstack=KEY)))

    assert result.steps == ()
    assert {reason_of(one) for one in result.verdicts.values()} == {"InvalidSpec", "NoSuchNetstack"}


def test_a_stack_that_somebody_made_by_hand_ends_the_halt() -> None:
    fingerprint = judge(esx(), new(custom())).fingerprint

    verdict = judge(esx(stacks=[CUSTOM]), halted(custom(), fingerprint))

    assert (verdict.blocked, verdict.dormant) == (None, True)


def test_of_two_objects_for_one_missing_stack_the_older_makes_it() -> None:
    old, young = new(custom("old", age=9)), new(custom("young"))

    result = plan(esx(), young, old)

    assert [(one.step, one.owner) for one in result.steps] == [(CreateNetstack(KEY), old.object.key)]
    assert reason_of(result.verdicts[young.object.key]) == "Conflict"


@pytest.mark.parametrize("key", ["vMotion", "vmotion ", "v-motion", "Ops", "mirror", "vxlan", "vsan"])
def test_what_looks_like_a_stack_of_the_systems_own_is_never_made(key: str) -> None:
    result = plan(esx(), new(netstack(key=key)), new(adapter(address=A, netstack=key)))

    assert result.steps == ()
    assert {reason_of(one) for one in result.verdicts.values()} <= {"NoSuchNetstack", "InvalidSpec"}


@pytest.mark.parametrize("key", ["", " x", "x ", "tab\there", "Speicher-Ä", "nul\0", "x" * 65])
def test_a_key_that_the_api_server_should_have_refused_makes_no_stack(key: str) -> None:
    verdict = judge(esx(), new(netstack(key=key)))

    assert (reason_of(verdict), verdict.steps) == ("InvalidSpec", ())


def test_a_stack_that_vcenter_shows_by_its_adapters_only_is_not_made_a_second_time() -> None:
    verdict = judge(esx(ON_IT, vmk("vmk2", B, netstack=KEY)), new(custom()))

    assert (reason_of(verdict), verdict.steps) == ("NoSuchNetstack", ())
    assert verdict.blocked is not None
    assert verdict.blocked.message.startswith(
        "vCenter shows vmk1 and vmk2 of esx01.example.com on the TCP/IP stack 'storage', but not the stack;"
    )


def test_of_a_stack_of_the_systems_own_that_is_missing_its_key_is_told() -> None:
    verdict = judge(esx(), new(netstack(key="mirror")))

    assert verdict.blocked is not None
    assert verdict.blocked.message == (
        "esx01.example.com has no TCP/IP stack 'mirror'; declare one that it has: defaultTcpipStack, "
        "vSphereProvisioning, vmotion."
    )


# Drift


def test_a_stack_that_is_removed_by_hand_is_drift_and_made_again_with_all_that_was_on_it() -> None:
    settled = operate(esx(), new(custom(congestionControl="cubic")), new(adapter(address=A, netstack=KEY))).settle()
    (stacked, on_it) = settled.subjects.values()
    bare = esx()

    result = plan(bare, stacked, on_it)

    assert [type(one.step) for one in result.steps] == [CreateNetstack, CreateAdapter, UpdateNetstack]
    status = next_status(stacked, result.verdicts[stacked.object.key], (), now=later(60))
    assert [(one.field, one.desired, one.observed) for one in status.drift] == [("netstack", KEY, "absent")]
    assert condition_of(status, "Ready") == ("False", "Repairing")
    again = operate(bare, stacked, on_it).settle()
    assert {one.field for one in again.subjects[stacked.object.key].status.drift_history} >= {"netstack"}
    assert all(condition_of(one.status, "Ready") == ("True", "Converged") for one in again.subjects.values())


def test_a_rebuilt_host_gets_the_stack_as_a_new_one_does() -> None:
    (settled,) = operate(esx(), new(custom())).settle().subjects.values()
    rebuilt = esx(uuid="another machine")

    status = next_status(settled, judge(rebuilt, settled), (), now=later(60))

    assert (status.drift, condition_of(status, "Ready")) == ((), ("False", "Applying"))


# Finalizers


@pytest.mark.parametrize(
    ("subject", "action"),
    [
        (new(custom(deletionPolicy="Delete")), ADD),
        (new(custom(deletionPolicy="Orphan")), KEEP),
        (new(custom(deletionPolicy="Delete", managementPolicy="Observe"), policy=Policy.OBSERVE), KEEP),
        (new(custom(deletionPolicy="Delete"), policy=Policy.OBSERVE), KEEP),
        (new(netstack(deletionPolicy="Delete")), KEEP),
        (new(custom(metadata={"finalizers": ("vmkernel.dev/host-cleanup",)})), RELEASE),
    ],
    ids=["Delete", "Orphan", "Observe", "a VCenter that only observes", "a system stack", "Orphan by now"],
)
@pytest.mark.parametrize("exists", [True, False])
def test_a_finalizer_is_on_what_must_remove_its_stack_and_on_nothing_else(
    subject: Subject, action: FinalizerAction, *, exists: bool
) -> None:
    assert judge(esx(stacks=[CUSTOM] if exists else []), subject).finalizer is action


def test_an_object_that_has_no_claim_to_its_stack_gets_no_finalizer() -> None:
    young, old = new(custom("young", deletionPolicy="Delete")), new(custom("old", age=9))

    assert judge(esx(stacks=[CUSTOM]), young, old).finalizer is KEEP


# Deletion


def test_a_stack_goes_after_the_last_adapter_on_it_and_then_the_objects() -> None:
    host = esx(ON_IT, stacks=[CUSTOM])
    port = bound(adapter("port", A, netstack=KEY, deletionPolicy="Delete", metadata=deleted()), "vmk1")

    result = plan(host, new(leaving()), port)

    assert [one.step for one in result.steps] == [RemoveAdapter("vmk1"), RemoveNetstack(KEY)]
    assert [one.text for one in result.steps] == ["remove vmk1", "remove TCP/IP stack storage"]
    assert [one.disruptive for one in result.steps] == [True, False]
    assert result.steps[1].changes == (FieldChange("netstack", KEY, "absent"),)
    assert texts(result.verdicts[leaving().key]) == ["remove TCP/IP stack storage"]
    operation = operate(host, new(leaving()), port).settle()
    assert operation.subjects == {}
    assert operation.network == network_of(esx())


def test_a_stack_with_adapters_stays_and_says_which() -> None:
    host = esx(ON_IT, vmk("vmk2", B, netstack=KEY), vmk("vmk3"), stacks=[CUSTOM])

    subject = told(leaving(), binding=binding(None))
    verdict = judge(host, subject)

    assert (verdict.steps, verdict.finalizer, verdict.blocked) == ((), KEEP, None)
    assert (verdict.policy, verdict.binding, verdict.host) == (Policy.ENFORCE, binding(None), binding(None))
    assert verdict.fingerprint == judge(host, new(custom())).fingerprint
    assert verdict.deletion_waits == (
        "TCP/IP stack storage of esx01.example.com is not removed while vmk1 and vmk2 are on it; remove what is on it, "
        "or annotate the object with vmkernel.dev/force-finalize=true to let go of it and leave the host as it is."
    )
    status = next_status(subject, verdict, (), now=later(0))
    assert condition_of(status, "Ready") == ("False", "Deleting")
    assert condition_of(status, "Stalled") == ("False", "NotStalled")


def test_of_one_adapter_alone_the_sentence_is_right_too() -> None:
    waits = judge(esx(ON_IT, stacks=[CUSTOM]), new(leaving())).deletion_waits

    assert waits is not None
    assert waits.startswith("TCP/IP stack storage of esx01.example.com is not removed while vmk1 is on it; remove ")


def test_an_adapter_that_is_just_being_made_holds_the_stack_as_well() -> None:
    result = plan(esx(stacks=[CUSTOM]), new(leaving()), new(adapter(address=A, netstack=KEY)))

    assert [type(one.step) for one in result.steps] == [CreateAdapter]


def test_an_adapter_that_comes_by_replacement_holds_the_stack_and_one_that_goes_by_it_frees_it() -> None:
    coming = adapter("coming", A, netstack=KEY, replacement={"requires": "None"})
    operation = operate(
        esx(vmk("vmk1", A), stacks=[CUSTOM]), bound(coming, "vmk1"), told(leaving(), policy=Policy.PAUSED)
    )
    operation.work()
    operation.approve()
    key = leaving().key
    operation.subjects[key] = new(leaving())

    assert [type(one.step) for one in operation.plan().steps] == [RemoveAdapter, CreateAdapter]
    assert "while vmk1 is on it" in str(operation.plan().verdicts[key].deletion_waits)

    going = adapter("going", A, replacement={"requires": "None"})
    operation = operate(esx(ON_IT, stacks=[CUSTOM]), bound(going, "vmk1"), new(leaving()))
    operation.work()
    operation.approve()

    assert [type(one.step) for one in operation.plan().steps] == [RemoveAdapter, CreateAdapter, RemoveNetstack]


def test_a_replacement_goes_to_a_stack_of_the_same_plan() -> None:
    item = adapter(address=A, netstack=KEY, replacement={"requires": "None"})
    operation = operate(esx(vmk("vmk1", A)), bound(item, "vmk1"), new(custom()), approves=True).settle()

    assert [type(one.step) for one in operation.done] == [CreateNetstack, RemoveAdapter, CreateAdapter]


@pytest.mark.parametrize(
    ("host", "others"),
    [
        (esx(), []),
        (esx(stacks=[CUSTOM], uuid="another machine"), []),
        (esx(stacks=[CUSTOM]), [new(custom("heir"))]),
        (esx(ON_IT, stacks=[CUSTOM]), [new(custom("heir", managementPolicy="Observe"), policy=Policy.OBSERVE)]),
    ],
    ids=["gone already", "a rebuilt host", "handed over", "handed over to one that only observes"],
)
def test_an_object_goes_at_once_where_its_stack_is_gone_or_somebody_elses(host: Any, others: list[Subject]) -> None:
    subject = told(leaving(), binding=binding(None, uuid=UUID))

    result = plan(host, subject, *others)

    assert result.steps == ()
    assert result.verdicts[subject.object.key].finalizer is RELEASE


@pytest.mark.parametrize(
    "item",
    [
        leaving(deletionPolicy="Orphan"),
        leaving(managementPolicy="Observe"),
        leaving(metadata={"annotations": {"vmkernel.dev/force-finalize": "true"}}),
        netstack(deletionPolicy="Delete", metadata=deleted()),
    ],
    ids=["Orphan", "Observe", "forced", "a system stack"],
)
def test_no_stack_is_removed_for_an_object_that_does_not_ask_for_it(item: VmkNetstack) -> None:
    result = plan(esx(stacks=[CUSTOM]), new(item))

    assert result.steps == ()
    assert result.verdicts[item.key].finalizer is RELEASE


@pytest.mark.parametrize(
    ("policy", "said"),
    [(Policy.OBSERVE, "but its VCenter is in Observe; end"), (Policy.PAUSED, "but it or its VCenter is paused; end")],
)
def test_what_the_vcenter_does_not_allow_waits_and_says_so(policy: Policy, said: str) -> None:
    verdict = judge(esx(stacks=[CUSTOM]), new(leaving(), policy=policy))

    assert (verdict.steps, verdict.finalizer) == ((), KEEP)
    assert verdict.deletion_waits is not None
    assert said in verdict.deletion_waits


def test_a_stack_of_another_system_is_not_removed() -> None:
    verdict = judge(esx(stacks=[stack(KEY, owner="NSX")]), new(leaving()))

    assert (reason_of(verdict), verdict.steps, verdict.finalizer) == ("SystemOwned", (), KEEP)
    assert verdict.deletion_waits is not None
    assert verdict.deletion_waits.startswith("The TCP/IP stack storage of esx01.example.com belongs to NSX; change it ")


def test_a_removal_that_failed_is_not_tried_again_until_the_host_changes() -> None:
    host = esx(stacks=[CUSTOM])
    subject = halted(leaving(), judge(host, new(leaving())).fingerprint)

    assert reason_of(judge(host, subject)) == "EsxcliUnavailable"
    assert judge(esx(), subject).finalizer is RELEASE


def test_two_deleted_objects_of_one_stack_remove_it_once() -> None:
    subjects = [new(leaving("one")), new(leaving("two", age=5))]

    result = plan(esx(stacks=[CUSTOM]), *subjects)

    assert [one.step for one in result.steps] == [RemoveNetstack(KEY)]
    assert operate(esx(stacks=[CUSTOM]), *subjects).settle().subjects == {}


def test_a_host_that_can_not_be_looked_at_is_waited_for_and_one_that_is_gone_for_good_needs_a_person() -> None:
    subject = told(leaving(), binding=binding(None))

    away = judge(esx(stacks=[CUSTOM], connection=Connection.NOT_RESPONDING), subject)
    gone = judge(Absence(Reason.NO_SUCH_HOST, "No such host."), subject)
    never_seen = judge(Absence(Reason.NO_SUCH_HOST, "No such host."), new(leaving()))

    assert (away.finalizer, gone.finalizer, never_seen.finalizer) == (KEEP, KEEP, RELEASE)
    assert away.unknown is not None
    assert gone.blocked is not None
    assert "force-finalize" in gone.blocked.message


# What vSphere does


def with_storage(**fields: Any) -> NetworkState:
    network = network_of(esx(stacks=[CUSTOM]))
    return replace(network, netstacks=tuple(replace(s, **fields) if s.key == KEY else s for s in network.netstacks))


def test_a_stack_comes_and_goes_and_is_seen_to() -> None:
    empty, made = network_of(esx()), with_storage()

    assert apply(CreateNetstack(KEY), empty) == made
    assert is_visible(CreateNetstack(KEY), empty, made)
    assert not is_visible(CreateNetstack(KEY), empty, empty)
    assert apply(RemoveNetstack(KEY), made) == empty
    assert is_visible(RemoveNetstack(KEY), made, empty)
    assert not is_visible(RemoveNetstack(KEY), made, made)


def test_a_stack_that_is_there_stays_as_it_is_and_one_with_adapters_is_not_removed() -> None:
    tuned = with_storage(congestion_control="cubic")
    used = network_of(esx(ON_IT, stacks=[CUSTOM]))

    assert apply(CreateNetstack(KEY), tuned) == tuned
    assert apply(RemoveNetstack(KEY), used) == used
    assert apply(RemoveAdapter("vmk1"), used) == with_storage()
