"""The port groups of the host's own switches: AddPortGroup, UpdatePortGroup and RemovePortGroup."""

from dataclasses import replace

from vcenter_simulator.host.attachments import check_switch_mtu
from vcenter_simulator.host.equipment import PortGroup
from vcenter_simulator.host.refusals import already_exists, invalid_argument, not_found, resource_in_use
from vcenter_simulator.host.requests import Surroundings
from vcenter_simulator.host.state import HostState, StandardAttachment
from vcenter_simulator.host.switch_requests import PortGroupSpec
from vcenter_simulator.host.switches import check_policy

LARGEST_VLAN = 4095
"""All VLANs at once."""

LONGEST_NAME = 80
"""Source: what vCenter allows for the names of entities; the network of a port group is one."""


def add_portgroup(state: HostState, spec: PortGroupSpec) -> HostState:
    """Create a port group.

    Raises:
        Refusal: AlreadyExists, NotFound for an unknown switch, InvalidArgument for a wrong VLAN, name or policy.
    """
    if state.portgroup(spec.name) is not None:
        raise already_exists(spec.name)
    return in_switch_order(replace(state, portgroups=(*state.portgroups, _described(state, spec))))


def update_portgroup(state: HostState, name: str, spec: PortGroupSpec, surroundings: Surroundings) -> HostState:
    """Make a port group what *spec* says; its adapters stay on it when it gets another name.

    Raises:
        Refusal: NotFound for an unknown port group or switch, AlreadyExists when the new name is taken,
            InvalidArgument as :func:`add_portgroup`.
    """
    _get(state, name)
    if spec.name != name and state.portgroup(spec.name) is not None:
        raise already_exists(spec.name)
    described = _described(state, spec)
    changed = replace(
        state,
        portgroups=tuple(described if one.name == name else one for one in state.portgroups),
        adapters=tuple(
            replace(one, attachment=StandardAttachment(spec.name))
            if one.attachment == StandardAttachment(name)
            else one
            for one in state.adapters
        ),
    )
    for adapter in changed.adapters:
        if adapter.attachment == StandardAttachment(spec.name):
            check_switch_mtu(changed, adapter, surroundings)
    return in_switch_order(changed)


def remove_portgroup(state: HostState, name: str) -> HostState:
    """Take a port group away.

    Raises:
        Refusal: NotFound, or ResourceInUse while an adapter is on it.
    """
    _get(state, name)
    if any(adapter.attachment == StandardAttachment(name) for adapter in state.adapters):
        raise resource_in_use(name)
    return replace(state, portgroups=tuple(one for one in state.portgroups if one.name != name))


def in_switch_order(state: HostState) -> HostState:
    """Return *state* with its port groups in the order of their switches, as a document has them."""
    places = {switch.name: place for place, switch in enumerate(state.switches)}
    return replace(state, portgroups=tuple(sorted(state.portgroups, key=lambda group: places[group.switch])))


def _described(state: HostState, spec: PortGroupSpec) -> PortGroup:
    switch = state.switch(spec.switch)
    if switch is None:
        raise not_found(f"The virtual switch '{spec.switch}'")
    if not 0 < len(spec.name) <= LONGEST_NAME:
        raise invalid_argument("portgrp.name", f"'{spec.name}' is not a name of 1 to {LONGEST_NAME} characters.")
    if not 0 <= spec.vlan <= LARGEST_VLAN:
        raise invalid_argument("portgrp.vlanId", f"{spec.vlan} is outside 0 to {LARGEST_VLAN}.")
    return PortGroup(spec.name, spec.switch, spec.vlan, check_policy(spec.policy, switch.uplinks, "portgrp.policy"))


def _get(state: HostState, name: str) -> PortGroup:
    group = state.portgroup(name)
    if group is None:
        raise not_found(f"The port group '{name}'")
    return group
