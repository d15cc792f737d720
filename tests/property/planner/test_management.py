"""Never cut a host off, seen from outside: whatever part of a plan is done, one way to the host is as it was."""

from collections.abc import Mapping, Sequence

from hypothesis import given

from property.planner.facts import Fact, facts_of
from property.planner.worlds import World, worlds
from unit.planner.builders import network_of, plan
from vmk_operator.model.host import DEFAULT_NETSTACK, AdapterState, NetworkState, RouteConfig
from vmk_operator.model.step import PlannedStep
from vmk_operator.planner.effect import apply
from vmk_operator.planner.gateways import without_learned


def has_kept_a_way(before: NetworkState, after: NetworkState) -> bool:
    """Tell whether an adapter that carried management still does: selected, plugged in, addressed and routed alike."""
    return any(
        one.device in after.devices_with("management")
        and (kept := after.adapter(one.device)) is not None
        and _plugged(kept) == _plugged(one)
        and _is_routed_alike(one.netstack, before, after)
        for one in carriers(before)
    )


def carriers(network: NetworkState) -> Sequence[AdapterState]:
    return [one for one in network.adapters if one.device in network.devices_with("management")]


def _plugged(adapter: AdapterState) -> object:
    """Tell where it is and what addresses it has; without those that the network gives, which no plan chooses."""
    ipv6 = None if adapter.ipv6 is None else adapter.ipv6.configured
    return adapter.mac, adapter.netstack, adapter.attachment, adapter.mtu, adapter.ipv4, ipv6, adapter.routes


def _is_routed_alike(key: str, before: NetworkState, after: NetworkState) -> bool:
    """Hold the configured gateways of a stack against what it has now; what another adapter learned is that one's."""
    was, now = before.netstack(key), after.netstack(key)
    if was is None or now is None:
        return was is now
    configured = without_learned(was, before)
    kept = RouteConfig(
        configured.ipv4_gateway and now.routes.ipv4_gateway, configured.ipv6_gateway and now.routes.ipv6_gateway
    )
    return kept == configured


@given(worlds())
def test_after_every_part_of_a_plan_one_way_to_the_host_is_as_it_was(world: World) -> None:
    before = network_of(world.host)
    _assert_a_way_is_kept(before, plan(world.host, *world.subjects).steps)


def _assert_a_way_is_kept(before: NetworkState, steps: Sequence[PlannedStep]) -> None:
    network = before
    for planned in steps if carriers(before) else ():
        network = apply(planned.step, network)
        assert has_kept_a_way(before, network), planned.text


@given(worlds())
def test_where_nobody_knows_what_carries_management_nothing_that_is_there_is_changed(world: World) -> None:
    at_first = network_of(world.host)
    if carriers(at_first):
        return
    network = at_first
    for planned in plan(world.host, *world.subjects).steps:
        network = apply(planned.step, network)

        assert _of_what_may_carry_it(network, at_first) == _of_what_may_carry_it(at_first, at_first), planned.text


def _of_what_may_carry_it(network: NetworkState, at_first: NetworkState) -> Mapping[Fact, object]:
    """Give what is known of the adapters that were there at first, and of the default stack."""
    devices = {one.device for one in at_first.adapters}
    return {
        fact: value
        for fact, value in facts_of(network).items()
        if fact[:2] == ("stack", DEFAULT_NETSTACK) or (fact[0] == "adapter" and fact[1] in devices)
    }
