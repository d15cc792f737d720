"""Static routes: ours are told from everybody else's by what was once declared and seen."""

from dataclasses import replace
from typing import Any

import pytest

from unit.planner.builders import (
    adapter,
    binding,
    bound,
    differing,
    esx,
    forged,
    judge,
    later,
    netstack,
    new,
    plan,
    reason_of,
    route,
    six,
    stack,
    texts,
    told,
    vmk,
)
from unit.planner.operating import operate
from vmk_operator.api.v1alpha1 import Route, VmkNetstack
from vmk_operator.model.host import HostState, Ipv6State, StaticRoute
from vmk_operator.model.step import RouteChanges, UpdateAdapter, UpdateNetstack
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.snapshot import Status, Subject
from vmk_operator.planner.status import next_status

NINE, EIGHT, SEVEN = "10.9.0.0/16", "10.8.0.0/16", "10.7.0.0/16"
VIA, OTHER = "10.0.40.254", "10.0.40.9"
IN_USE = vmk("vmk1", "10.0.40.11/24", netstack="vmotion")
MANY = {f"10.{number}.0.0/16": VIA for number in range(100, 164)}


def seen(routes: dict[str, str]) -> HostState:
    """A host whose vMotion stack shows these routes."""
    return esx(IN_USE, stacks=[stack("vmotion", static_routes=routes)])


def declaring(routes: dict[str, str], **spec: Any) -> VmkNetstack:
    return netstack(routes=[{"network": network, "gateway": gateway} for network, gateway in routes.items()], **spec)


def ours(routes: dict[str, str], item: VmkNetstack, **given: Any) -> Subject:
    """An object that once saw *routes* as it declared them."""
    applied = tuple({"field": f"routes[{network}]", "value": gateway} for network, gateway in routes.items())
    return told(item, applied=applied, **given)


def changes(add: dict[str, str], remove: dict[str, str]) -> UpdateNetstack:
    return UpdateNetstack("vmotion", route_changes=RouteChanges(add=_routes(add), remove=_routes(remove)))


def _routes(routes: dict[str, str]) -> frozenset[StaticRoute]:
    return frozenset(route(network, gateway) for network, gateway in routes.items())


def applied(status: Status) -> dict[str, str]:
    return {one.field: one.value for one in status.applied}


@pytest.mark.parametrize(
    ("subject", "host", "step"),
    [
        pytest.param(new(declaring({NINE: VIA})), {}, changes({NINE: VIA}, {}), id="missing"),
        pytest.param(new(declaring({NINE: VIA})), {EIGHT: OTHER}, changes({NINE: VIA}, {}), id="beside another's"),
        pytest.param(new(declaring({NINE: VIA})), {NINE: OTHER}, changes({NINE: VIA}, {NINE: OTHER}), id="gateway"),
        pytest.param(
            ours({NINE: VIA}, declaring({})), {NINE: VIA}, changes({}, {NINE: VIA}), id="not declared any more"
        ),
        pytest.param(
            ours({NINE: VIA, EIGHT: VIA}, declaring({EIGHT: VIA, SEVEN: VIA})),
            {NINE: VIA, EIGHT: VIA},
            changes({SEVEN: VIA}, {NINE: VIA}),
            id="one goes and one comes in one call",
        ),
        pytest.param(new(declaring(MANY)), {}, changes(MANY, {}), id="as many as may be declared"),
    ],
)
def test_what_differs_is_added_and_removed_by_one_call(
    subject: Subject, host: dict[str, str], step: UpdateNetstack
) -> None:
    assert [one.step for one in plan(seen(host), subject).steps] == [step]


@pytest.mark.parametrize(
    ("subject", "host"),
    [
        pytest.param(new(declaring({NINE: VIA})), {NINE: VIA, EIGHT: OTHER}, id="as declared beside another's"),
        pytest.param(new(declaring({})), {NINE: VIA}, id="another's"),
        pytest.param(ours({NINE: VIA}, declaring({})), {NINE: OTHER}, id="ours before it was led elsewhere by hand"),
        pytest.param(ours({NINE: VIA}, netstack()), {NINE: VIA}, id="ours of an object that declares no list any more"),
        pytest.param(
            ours({NINE: VIA}, declaring({}), binding=binding(None, uuid="another machine")),
            {NINE: VIA},
            id="ours on the machine that was there before",
        ),
        pytest.param(told(declaring({}), applied=({"field": f"routes[{NINE}]", "value": "?"},)), {NINE: VIA}, id="?"),
    ],
)
def test_other_peoples_routes_are_neither_touched_nor_told(subject: Subject, host: dict[str, str]) -> None:
    verdict = judge(seen(host), subject)

    assert (verdict.differences, verdict.steps) == ((), ())


def test_every_route_is_a_field_of_its_own() -> None:
    verdict = judge(seen({NINE: OTHER, EIGHT: VIA}), ours({EIGHT: VIA}, declaring({NINE: VIA, SEVEN: VIA})))

    assert differing(verdict) == {
        f"routes[{SEVEN}]": (VIA, "None"),
        f"routes[{EIGHT}]": ("None", VIA),
        f"routes[{NINE}]": (VIA, OTHER),
    }
    (text,) = texts(verdict)
    assert text == (
        f"set routes[{SEVEN}] of stack vmotion from None to {VIA} and routes[{EIGHT}] of stack vmotion from {VIA} to "
        f"None and routes[{NINE}] of stack vmotion from {OTHER} to {VIA}"
    )


def test_a_route_that_only_an_updated_address_reaches_is_added_after_it_and_what_goes_goes_before() -> None:
    operation = operate(
        seen({NINE: VIA, EIGHT: OTHER}),
        ours({NINE: VIA}, declaring({NINE: "10.0.50.254"}, maxConnections=12000)),
        bound(adapter(address="10.0.50.11/24", netstack="vmotion"), "vmk1"),
    ).settle()

    early, update, late = (one.step for one in operation.done)
    assert early == changes({}, {NINE: VIA})
    assert isinstance(update, UpdateAdapter)
    assert late == replace(changes({NINE: "10.0.50.254"}, {}), max_connections=12000)
    assert operation.rounds == 1


SIX = vmk("vmk1", "10.0.40.11/24", netstack="vmotion", ipv6=six("fd00:40::11/64"))
NINE6, VIA6 = "fd00:9::/64", "fd00:40::254"


def test_an_ipv6_route_is_added_beside_an_ipv4_one_by_one_call() -> None:
    step = changes({NINE: VIA, NINE6: VIA6}, {})

    assert [one.step for one in plan(esx(SIX), new(declaring({NINE: VIA, NINE6: VIA6}))).steps] == [step]


def test_an_ipv6_route_is_compared_by_its_meaning_and_named_in_one_form() -> None:
    item = declaring({"FD00:0009:0::/64": "FD00:40:0::00FE"})
    host = esx(SIX, stacks=[stack("vmotion", static_routes={NINE6: "fd00:40::fe"})])

    verdict = judge(host, new(item))

    assert verdict.differences == ()
    status = next_status(new(item), verdict, (), now=later(0))
    assert applied(status) == {f"routes[{NINE6}]": "fd00:40::fe"}


def test_an_ipv6_route_of_ours_goes_when_it_is_not_declared_any_more_and_others_stay() -> None:
    host = esx(SIX, stacks=[stack("vmotion", static_routes={NINE6: VIA6, "fd00:8::/48": VIA6})])

    assert [one.step for one in plan(host, ours({NINE6: VIA6}, declaring({}))).steps] == [changes({}, {NINE6: VIA6})]


def test_fields_of_both_families_are_told_in_one_order() -> None:
    verdict = judge(esx(SIX), new(declaring({NINE6: VIA6, "fd00:8::/48": VIA6, NINE: VIA})))

    assert [one.field for one in verdict.differences] == [f"routes[{one}]" for one in (NINE, "fd00:8::/48", NINE6)]


@pytest.mark.parametrize("ipv6", [six(dhcp=True), six(auto=True), None], ids=["DHCPv6", "advertised", "unknown"])
def test_what_takes_its_ipv6_addresses_from_the_network_may_reach_any_router(ipv6: Ipv6State | None) -> None:
    host = esx(replace(SIX, ipv6=ipv6))

    assert reason_of(judge(host, new(declaring({NINE6: VIA6})))) is None


def test_dhcp_without_an_answer_may_still_bring_the_router() -> None:
    host = esx(vmk("vmk1", dhcp=True, netstack="vmotion"))

    assert reason_of(judge(host, new(declaring({NINE: VIA})))) is None


@pytest.mark.parametrize(
    ("network", "gateway", "said"),
    [
        ("10.9.0.0", VIA, "spec.routes.network can't be '10.9.0.0': use a network"),
        ("10.9.0.0/255.255.0.0", VIA, "use a network with its prefix length"),
        ("10.9.0.1/16", VIA, "use a network with its prefix length"),
        ("10.9.0.0/33", VIA, "use a network with its prefix length"),
        ("fd00:9::1/64", "fd00:40::9", "use a network with its prefix length"),
        ("fd00:9::%vmk1/64", "fd00:40::9", "use a network with its prefix length"),
        ("fd00:9::/64", VIA, "use an address of the family of fd00:9::/64"),
        (NINE, "fd00:40::9", "use an address of the family of 10.9.0.0/16"),
        ("fe80::/64", "fd00:40::9", "the host makes the routes to link-local and multicast itself"),
        ("ff02::/16", "fd00:40::9", "the host makes the routes to link-local and multicast itself"),
        ("::/0", "fd00:40::9", "the default routes are set by gateway.ipv4 and gateway.ipv6"),
        ("fd00:9::/64", "fe80::1", "use one that is not link-local: vSphere takes no adapter with it"),
        ("fd00:9::/64", "ff02::1", "use an address that a router may have"),
        ("0.0.0.0/0", VIA, "the default routes are set by gateway.ipv4 and gateway.ipv6"),
        (NINE, "router", "spec.routes.gateway can't be 'router': use the address of a router"),
        (NINE, "0.0.0.0", "use an address that a router may have"),  # noqa: S104 - a gateway, not a socket
        (NINE, "224.0.0.1", "use an address that a router may have"),
    ],
)
def test_what_is_no_route_is_an_invalid_spec(network: str, gateway: str, said: str) -> None:
    item = forged(netstack(), routes=(Route.model_construct(network=network, gateway=gateway),))

    verdict = judge(seen({}), new(item))

    assert verdict.blocked is not None
    assert (verdict.blocked.reason, said in verdict.blocked.message) == ("InvalidSpec", True)


@pytest.mark.parametrize(
    "twice",
    [
        ({"network": NINE, "gateway": VIA}, {"network": NINE, "gateway": OTHER}),
        # The API server compares them as they are written.
        ({"network": NINE6, "gateway": VIA6}, {"network": "FD00:0009::/64", "gateway": VIA6}),
    ],
)
def test_two_routes_to_one_network_are_an_invalid_spec(twice: tuple[dict[str, str], ...]) -> None:
    assert reason_of(judge(esx(SIX), new(netstack(routes=twice)))) == "InvalidSpec"


# What is remembered


class Life:
    """One object whose status is carried on from look to look; nothing is ever written to the host."""

    def __init__(self, item: VmkNetstack, policy: Policy = Policy.ENFORCE) -> None:
        self.subject = new(item, policy=policy)
        self.seconds = 0.0

    def see(self, host: HostState, item: VmkNetstack | None = None, *, settling: bool = False) -> Status:
        self.seconds += 60
        self.subject = replace(self.subject, object=item or self.subject.object)
        verdict = judge(host, self.subject)
        status = next_status(self.subject, verdict, (), now=later(self.seconds), settling=settling)
        self.subject = replace(self.subject, status=status)
        return status


def fields(status: Status) -> list[str]:
    return [one.field for one in status.drift]


def test_a_missing_route_is_pending_and_drift_once_it_was_there() -> None:
    life = Life(declaring({NINE: VIA}))

    assert fields(life.see(seen({}))) == []
    assert fields(life.see(seen({NINE: VIA}))) == []
    (drift,) = life.see(seen({})).drift
    assert (drift.field, drift.desired, drift.observed) == (f"routes[{NINE}]", VIA, "None")


def test_a_route_taken_off_the_list_is_ours_until_it_is_gone_and_forgotten_then() -> None:
    life = Life(declaring({NINE: VIA, EIGHT: VIA}))
    life.see(seen({NINE: VIA, EIGHT: VIA}))

    status = life.see(seen({NINE: VIA, EIGHT: VIA}), declaring({EIGHT: VIA}))
    assert applied(status) == {f"routes[{NINE}]": VIA, f"routes[{EIGHT}]": VIA}
    assert fields(status) == []

    assert applied(life.see(seen({EIGHT: VIA}))) == {f"routes[{EIGHT}]": VIA}
    # Whoever makes it again is somebody else.
    assert not judge(seen({NINE: VIA, EIGHT: VIA}), life.subject).differences


def test_drift_of_a_route_that_is_not_declared_any_more_is_over_and_no_repair() -> None:
    life = Life(declaring({NINE: VIA}))
    life.see(seen({NINE: VIA}))
    life.see(seen({}))

    status = life.see(seen({}), declaring({}))

    assert (status.drift, status.drift_history, status.applied) == ((), (), ())


def test_a_repaired_route_is_told_in_the_history() -> None:
    life = Life(declaring({NINE: VIA}))
    life.see(seen({NINE: VIA}))
    life.see(seen({NINE: OTHER}))

    (repair,) = life.see(seen({NINE: VIA})).drift_history

    assert (repair.field, repair.desired, repair.observed) == (f"routes[{NINE}]", VIA, OTHER)


def test_in_observe_a_route_of_ours_that_is_still_there_differs_and_nothing_is_done() -> None:
    life = Life(declaring({NINE: VIA}), Policy.OBSERVE)
    life.see(seen({NINE: VIA, SEVEN: OTHER}))

    status = life.see(seen({NINE: VIA, SEVEN: OTHER}), declaring({EIGHT: VIA}))

    assert fields(status) == [f"routes[{EIGHT}]", f"routes[{NINE}]"]
    assert plan(seen({NINE: VIA, SEVEN: OTHER}), life.subject).steps == ()


def test_an_object_without_a_list_forgets_which_routes_were_its_own() -> None:
    life = Life(declaring({NINE: VIA}))
    life.see(seen({NINE: VIA}))

    assert life.see(seen({NINE: VIA}), netstack()).applied == ()


@pytest.mark.parametrize(
    ("host", "settling"),
    [(esx(), False), (seen({}), True), (replace(seen({}), network=None), False)],
    ids=["no adapter on the stack", "the host settles", "nothing is known of the host"],
)
def test_where_no_route_can_be_seen_none_is_forgotten(host: HostState, *, settling: bool) -> None:
    life = Life(declaring({NINE: VIA}))
    life.see(seen({NINE: VIA}))

    assert applied(life.see(host, declaring({}), settling=settling)) == {f"routes[{NINE}]": VIA}


def test_a_status_has_room_for_all_that_is_declared_and_all_that_is_to_go() -> None:
    life = Life(declaring(MANY, maxConnections=11000))
    life.see(seen(MANY))
    others = {network.replace("10.", "172.", 1): VIA for network in MANY}

    status = life.see(seen(MANY | others), declaring(others, maxConnections=11000))

    assert len(status.applied) == 2 * len(MANY) + 1
    assert plan(seen(MANY | others), life.subject).steps[0].step == changes({}, MANY)


def test_a_written_route_is_ours_from_then_on_and_goes_when_it_is_taken_off_the_list() -> None:
    operation = operate(seen({SEVEN: OTHER}), new(declaring({NINE: VIA}))).settle()
    (key,) = operation.subjects
    operation.subjects[key] = replace(operation.subjects[key], object=declaring({}))

    operation.settle()

    assert [one.step for one in operation.done] == [changes({NINE: VIA}, {}), changes({}, {NINE: VIA})]
    assert operation.subjects[key].status.applied == ()
