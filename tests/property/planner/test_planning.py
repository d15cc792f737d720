"""What holds for every host and every set of objects."""

import os
import subprocess
import sys
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, IPv6Interface, ip_address
from random import Random
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from property.planner.worlds import View, World, views, worlds
from unit.planner.builders import BACKUP, STORAGE, later, network_of, new, plan
from unit.planner.builders import adapter as adapter_object
from unit.planner.operating import operate
from vmk_operator.api.conditions import ConditionType
from vmk_operator.api.v1alpha1 import Dns, Gateway, Ipv4, Ipv4Mode, Ipv6
from vmk_operator.api.v1alpha1.placement import DeletionPolicy
from vmk_operator.model.host import (
    DEFAULT_NETSTACK,
    RESERVED_NETSTACKS,
    AdapterState,
    DnsState,
    HostState,
    Ipv4State,
    Ipv6State,
    NetstackState,
    NetworkState,
    RouteConfig,
)
from vmk_operator.model.identity import Kind
from vmk_operator.model.step import (
    CreateAdapter,
    CreateNetstack,
    DeselectService,
    Ipv6Change,
    RemoveAdapter,
    RemoveNetstack,
    SelectService,
    Step,
    UpdateAdapter,
    UpdateNetstack,
)
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.dedicated import IMPLIED_SERVICES, is_shadowed
from vmk_operator.planner.effect import apply, created_device, is_visible
from vmk_operator.planner.gateways import without_learned
from vmk_operator.planner.netstack_effect import StackStep
from vmk_operator.planner.rules.routing import is_reachable
from vmk_operator.planner.snapshot import Absence, Status, Subject
from vmk_operator.planner.status import next_status
from vmk_operator.planner.wording import gateway_text, mode_text


@given(view=views(), settling=st.booleans())
def test_planning_and_telling_never_raise_and_answer_for_every_object(view: View, *, settling: bool) -> None:
    host, subjects = view
    result = plan(host, *subjects)

    assert result.verdicts.keys() == {subject.object.key for subject in subjects}
    for subject in subjects:
        status = next_status(subject, result.verdicts[subject.object.key], (), now=later(0), settling=settling)
        assert [one.type for one in status.conditions] == list(ConditionType)


@given(views(), st.randoms())
def test_the_order_of_the_objects_means_nothing(view: View, random: Random) -> None:
    host, subjects = view
    shuffled = list(subjects)
    random.shuffle(shuffled)

    assert plan(host, *shuffled) == plan(host, *subjects)


def test_another_process_plans_and_tells_the_same() -> None:
    """Sets of words have another order in every process."""
    command = [sys.executable, "-m", "property.planner.digest"]
    first, second = (
        subprocess.run(
            command,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    )

    assert first.count("\n") == 300
    assert first == second


@given(worlds())
def test_running_plans_comes_to_an_end_and_leaves_nothing_to_plan(world: World) -> None:
    operation = operate(world.host, *world.subjects).settle()

    result = operation.plan()
    assert result.steps == ()
    for key, verdict in result.verdicts.items():
        subject = operation.subjects[key]
        if subject.policy is Policy.ENFORCE and verdict.blocked is None and verdict.approval is None:
            assert verdict.differences == (), verdict
            stays = subject.object.metadata.deleting and subject.object.metadata.finalized
            assert not stays or _is_used_stack(subject, operation.network), verdict


@given(worlds())
def test_every_step_changes_the_host_and_is_seen_once_it_is_done(world: World) -> None:
    network = network_of(world.host)
    for planned in plan(world.host, *world.subjects).steps:
        after = apply(planned.step, network)

        assert after != network, planned.text
        assert is_visible(planned.step, network, after), planned.text
        network = after


@given(worlds())
def test_no_adapter_too_many_and_none_twice(world: World) -> None:
    operation = operate(world.host, *world.subjects).settle()

    owners = [one.owner for one in operation.done if isinstance(one.step, CreateAdapter)]
    removed = [one.step for one in operation.done if isinstance(one.step, RemoveAdapter)]
    assert len(set(owners)) == len(owners)
    assert len(operation.network.adapters) == len(network_of(world.host).adapters) + len(owners) - len(removed)
    held = [
        verdict.binding.device
        for verdict in operation.plan().verdicts.values()
        if verdict.observed is not None and verdict.binding is not None and verdict.binding.device is not None
    ]
    assert len(set(held)) == len(held)


@given(worlds())
def test_no_plan_adds_an_adapter_that_is_there_already(world: World) -> None:
    network = network_of(world.host)
    result = plan(world.host, *world.subjects)
    taken = {address for one in network.adapters for address in _addresses(one)}
    held = {
        verdict.binding.device
        for verdict in result.verdicts.values()
        if verdict.binding is not None and verdict.observed is not None
    }
    for planned in result.steps:
        if isinstance(planned.step, CreateAdapter):
            made = created_device(planned.step, network, apply(planned.step, network))
            assert made is not None
            assert not taken & set(_addresses(made))
            assert not [
                one
                for one in network.adapters
                if one.device not in held
                and not one.system_owned
                and (one.netstack, one.attachment) == (made.netstack, made.attachment)
                and one.ipv4.configured == made.ipv4.configured
                # An IPv6 address by hand tells adapters apart as well.
                and not any(other.ipv6 is not None and other.ipv6.addresses for other in (one, made))
            ]


@given(worlds())
def test_no_address_comes_to_be_on_two_adapters(world: World) -> None:
    doubled = _doubled(network_of(world.host))

    operation = operate(world.host, *world.subjects).settle()

    assert _doubled(operation.network) <= doubled


@given(worlds())
def test_no_step_touches_what_nobody_declares(world: World) -> None:
    operation = operate(world.host, *world.subjects)
    items = {subject.object.key: subject.object for subject in world.subjects}
    for planned in operation.work():
        before, spec = network_of(world.host), cast("Any", items[planned.owner].spec)
        match planned.step:
            case UpdateAdapter() as step:
                assert step.mtu in (None, spec.mtu)
                present = before.adapter(step.device)
                assert present is not None
                assert step.ipv4 == present.ipv4.configured or _is_declared(step.ipv4, spec.ipv4)
                assert step.routes is None or step.routes == _declared_routes(spec, present.routes)
                assert step.ipv6 is None or _changes_declared_ipv6_only(step.ipv6, present.ipv6, spec.ipv6)
            case CreateAdapter() as step:
                assert (step.mtu, step.netstack) == (spec.mtu, spec.netstack)
                assert _is_declared(step.ipv4, spec.ipv4 or Ipv4(mode=Ipv4Mode.NONE))
                assert step.routes is None or step.routes == _declared_routes(spec, RouteConfig())
                assert step.ipv6 is None or step.ipv6 == _declared_ipv6(spec.ipv6)
            case SelectService() as step:
                assert step.service in spec.services
            case DeselectService() as step:
                assert step.service not in spec.services
            case RemoveAdapter():
                assert spec.deletion_policy is DeletionPolicy.DELETE
            case CreateNetstack() as step:
                assert (planned.owner.kind, spec.netstack) == (Kind.NETSTACK, step.key)
                assert step.key not in RESERVED_NETSTACKS
            case RemoveNetstack() as step:
                assert (planned.owner.kind, spec.netstack) == (Kind.NETSTACK, step.key)
                assert spec.deletion_policy is DeletionPolicy.DELETE
                assert step.key not in RESERVED_NETSTACKS
            case UpdateNetstack() as step:
                known = before.netstack(step.key)
                assert known is not None
                assert step.routes is None or _changes_declared_gateways_only(step.routes, known.routes, spec.gateway)
                assert step.dns is None or _changes_declared_dns_only(step.dns, known.dns, spec.dns)
                assert _reroutes_what_is_declared_or_ours_only(step, known, operation.subjects[planned.owner])
                assert step.max_connections in (None, spec.max_connections)
                assert step.congestion_control in (None, spec.congestion_control)


@given(worlds())
def test_whatever_no_object_with_a_step_is_about_stays_exactly_as_it_was(world: World) -> None:
    before = network_of(world.host)
    operation = operate(world.host, *world.subjects).settle()

    steps = [planned.step for planned in operation.done]
    devices = {step.device for step in steps if not isinstance(step, CreateAdapter | StackStep)}
    stacks = {step.key for step in steps if isinstance(step, StackStep)}
    for adapter in before.adapters:
        if adapter.device in devices:
            continue
        assert operation.network.adapter(adapter.device) == adapter
        lost = before.services_of(adapter.device) - operation.network.services_of(adapter.device)
        assert operation.network.services_of(adapter.device) <= before.services_of(adapter.device)
        # A dedicated stack that comes into use takes its service from the default stack's adapters.
        assert all(
            is_shadowed(service, adapter.netstack, operation.network) or service in _taken(steps) for service in lost
        )
    for stack in before.netstacks:
        if stack.key not in stacks:
            after = operation.network.netstack(stack.key)
            assert after is not None
            assert _lasting(after, before, operation.network) == _lasting(stack, before, operation.network)


@given(worlds())
def test_who_only_observes_or_is_paused_never_has_a_step_that_may_run(world: World) -> None:
    policies = {subject.object.key: subject.policy for subject in world.subjects}

    assert all(policies[planned.owner] is Policy.ENFORCE for planned in plan(world.host, *world.subjects).steps)


@given(worlds())
def test_what_carries_management_is_never_changed(world: World) -> None:
    network = network_of(world.host)
    carriers = [one.device for one in network.adapters if one.device in network.devices_with("management")]
    default = network.netstack(DEFAULT_NETSTACK)

    operation = operate(world.host, *world.subjects).settle()

    for device in carriers:
        assert operation.network.adapter(device) == network.adapter(device)
        assert device in operation.network.devices_with("management")
    after = operation.network.netstack(DEFAULT_NETSTACK)
    if carriers and default is not None:
        assert after is not None
        # What another adapter brought, from its network or by its subnet, goes with it.
        assert _lasting(after, network, operation.network) == _lasting(default, network, operation.network)
    if not carriers:
        kept = {one.device: one for one in operation.network.adapters}
        assert all(kept[one.device] == one for one in network.adapters)


@given(worlds())
def test_a_removal_is_only_of_a_deleted_objects_own_adapter_and_never_of_a_live_ones(world: World) -> None:
    result = plan(world.host, *world.subjects)

    items = {subject.object.key: subject.object for subject in world.subjects}
    held = {
        verdict.binding.device
        for key, verdict in result.verdicts.items()
        if verdict.binding is not None and verdict.observed is not None and not items[key].metadata.deleting
    }
    for planned in result.steps:
        if isinstance(planned.step, RemoveAdapter):
            metadata = items[planned.owner].metadata
            assert metadata.deleting
            assert metadata.finalized
            assert planned.step.device not in held


@given(worlds(), st.sampled_from([BACKUP, STORAGE]), st.sampled_from(list(Policy)))
def test_a_device_that_somebody_names_is_not_removed_wherever_they_say_that_it_is(
    world: World, on: str, policy: Policy
) -> None:
    for planned in plan(world.host, *world.subjects).steps:
        if isinstance(planned.step, RemoveAdapter):
            heir = new(adapter_object("heir", on=on, adoptDevice=planned.step.device), policy=policy)
            assert planned.step not in {one.step for one in plan(world.host, *world.subjects, heir).steps}


@given(views())
def test_the_same_facts_again_change_nothing(view: View) -> None:
    host, subjects = view
    first = [_tell(host, subjects, subject, 0) for subject in subjects]
    second = [replace(subject, status=status) for subject, status in zip(subjects, first, strict=True)]

    assert [_tell(host, second, subject, 0) for subject in second] == first


@given(worlds())
def test_a_settled_host_stays_as_it_is_told(world: World) -> None:
    operation = operate(world.host, *world.subjects).settle()
    told = {key: subject.status for key, subject in operation.subjects.items()}

    operation.now = later(3600)
    operation.look()

    assert {key: subject.status for key, subject in operation.subjects.items()} == told


@given(worlds())
def test_another_run_after_a_crash_at_any_step_ends_the_same(world: World) -> None:
    steps = plan(world.host, *world.subjects).steps
    network = network_of(world.host)
    for planned in steps:
        before = network
        network = apply(planned.step, before)
        # Nothing was noted of what was done: neither bindings nor what is right.
        operation = operate(replace(world.host, network=network), *world.subjects).settle()
        if isinstance(planned.step, CreateAdapter):
            made = created_device(planned.step, before, network)
            assert made is not None
            if made.device in {getattr(subject.object.spec, "adopt_device", None) for subject in world.subjects}:
                # Whose creation was not noted loses the adapter to an object that adopts it by name.
                continue
            again = [one.step for one in operation.done if isinstance(one.step, CreateAdapter)]
            assert planned.step not in again


def _is_used_stack(subject: Subject, network: NetworkState) -> bool:
    key = subject.object.spec.netstack
    return subject.object.key.kind is Kind.NETSTACK and any(one.netstack == key for one in network.adapters)


def _tell(host: HostState | Absence, subjects: list[Subject], subject: Subject, seconds: float) -> Status:
    verdict = plan(host, *subjects).verdicts[subject.object.key]
    return next_status(subject, verdict, (), now=later(seconds))


def _changes_declared_dns_only(sent: DnsState, known: DnsState, declared: Dns | None) -> bool:
    assert declared is not None
    if declared.from_adapter is not None:
        names = (known.host_name, known.domain_name)
        is_whole = sent == DnsState(dhcp=True, device=sent.device, host_name=names[0], domain_name=names[1])
        return is_whole and sent.device is not None and (not known.dhcp or known.configured != sent.configured)
    domain = "" if declared.domain_name == "None" else declared.domain_name
    return sent == DnsState(
        host_name=known.host_name if declared.host_name is None else declared.host_name,
        domain_name=known.domain_name if domain is None else domain,
        servers=known.servers if declared.servers is None else declared.servers,
        search_domains=known.search_domains if declared.search_domains is None else declared.search_domains,
    )


def _lasting(stack: NetstackState, *networks: NetworkState) -> NetstackState:
    """Leave out what comes and goes with adapters.

    That is: activity and what a stack was started with, gateways that can be learned in one of *networks*, and routes
    that lead nowhere in one of them.
    """
    given = [without_learned(stack, network) for network in networks]
    routes = RouteConfig(
        None if any(one.ipv4_gateway is None for one in given) else stack.routes.ipv4_gateway,
        None if any(one.ipv6_gateway is None for one in given) else stack.routes.ipv6_gateway,
    )
    static_routes = frozenset(
        one for one in stack.static_routes if all(is_reachable(one.gateway, stack.key, network) for network in networks)
    )
    return replace(stack, active=False, running_max_connections=None, routes=routes, static_routes=static_routes)


def _changes_declared_gateways_only(sent: RouteConfig, known: RouteConfig, declared: Gateway) -> bool:
    return sent != known and all(
        after == before or gateway_text(after) == text
        for after, before, text in (
            (sent.ipv4_gateway, known.ipv4_gateway, declared.ipv4),
            (sent.ipv6_gateway, known.ipv6_gateway, declared.ipv6),
        )
    )


def _declared_routes(spec: Any, present: RouteConfig) -> RouteConfig:
    texts = [None if family is None else family.gateway for family in (spec.ipv4, spec.ipv6)]
    ipv4, ipv6 = (None if text in (None, "None") else ip_address(text) for text in texts)
    return RouteConfig(
        present.ipv4_gateway if texts[0] is None else cast("IPv4Address | None", ipv4),
        present.ipv6_gateway if texts[1] is None else cast("IPv6Address | None", ipv6),
    )


def _declared_ipv6(declared: Ipv6) -> Ipv6Change:
    addresses = sorted(IPv6Interface(text) for text in declared.addresses or ())
    return Ipv6Change(declared.accept_router_advertisements, declared.dhcp, add=tuple(addresses))


def _changes_declared_ipv6_only(change: Ipv6Change, known: Ipv6State | None, declared: Ipv6) -> bool:
    present = Ipv6State(auto=False, dhcp=False) if known is None else known
    wanted = _declared_ipv6(declared)
    kept = set(present.addresses) - set(change.remove) | set(change.add)
    return (
        change.auto == (present.auto if wanted.auto is None else wanted.auto)
        and change.dhcp == (present.dhcp if wanted.dhcp is None else wanted.dhcp)
        and kept == set(present.addresses if declared.addresses is None else wanted.add)
    )


def _reroutes_what_is_declared_or_ours_only(step: UpdateNetstack, known: NetstackState, subject: Subject) -> bool:
    if step.route_changes is None:
        return True
    spec, status = cast("Any", subject.object.spec), subject.status
    declared = {(one.network, one.gateway) for one in spec.routes}
    networks = {network for network, _ in declared}
    ours = {(one.field, one.value) for one in status.applied}
    added = {(str(one.network), str(one.gateway)) for one in step.route_changes.add}
    return added <= declared and all(
        one in known.static_routes
        and (str(one.network) in networks or (f"routes[{one.network}]", str(one.gateway)) in ours)
        for one in step.route_changes.remove
    )


def _is_declared(configured: Ipv4State, declared: Ipv4) -> bool:
    address = None if configured.address is None else str(configured.address)
    return (mode_text(configured), address) == (declared.mode, declared.address)


def _taken(steps: list[Step]) -> set[str]:
    """Name the services that a dedicated stack took while it was in use, even if it is not any more."""
    created = (step for step in steps if isinstance(step, CreateAdapter))
    return {IMPLIED_SERVICES[step.netstack] for step in created if step.netstack in IMPLIED_SERVICES}


def _addresses(adapter: AdapterState) -> list[object]:
    ipv4 = [] if adapter.ipv4.address is None else [adapter.ipv4.address.ip]
    return [*ipv4, *(() if adapter.ipv6 is None else (one.ip for one in adapter.ipv6.addresses))]


def _doubled(network: NetworkState) -> set[object]:
    addresses = [address for one in network.adapters for address in _addresses(one)]
    return {address for address in addresses if addresses.count(address) > 1}
