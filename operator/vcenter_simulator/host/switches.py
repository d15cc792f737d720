"""The host's own switches: AddVirtualSwitch, UpdateVirtualSwitch, RemoveVirtualSwitch, and whose the uplinks are."""

from collections import Counter
from dataclasses import replace

from vcenter_simulator.host.attachments import check_switch_mtu
from vcenter_simulator.host.equipment import Bond, StandardSwitch
from vcenter_simulator.host.policies import TEAMING_POLICIES, Policy
from vcenter_simulator.host.refusals import (
    already_exists,
    config_fault,
    invalid_argument,
    not_found,
    resource_in_use,
)
from vcenter_simulator.host.requests import Surroundings
from vcenter_simulator.host.state import HostState, StandardAttachment
from vcenter_simulator.host.switch_requests import MembershipChange, SwitchSpec

SMALLEST_MTU, LARGEST_MTU = 1280, 9000
LONGEST_NAME = 31
"""Source: the API reference of AddVirtualSwitch names a longest length; the figure is esxcli's."""
MOST_PORTS = 4088
DISCOVERY = "spec.bridge.linkDiscoveryProtocolConfig"
OPERATIONS = ("none", "listen", "advertise", "both")


def add_switch(state: HostState, name: str, spec: SwitchSpec | None, surroundings: Surroundings) -> HostState:
    """Create a switch; without a specification it has no uplinks.

    Raises:
        Refusal: AlreadyExists, InvalidArgument for a wrong name or number, HostConfigFault for an unknown uplink,
            ResourceInUse for one that another switch has.
    """
    if not name or len(name) > LONGEST_NAME:
        raise invalid_argument("vswitchName", f"'{name}' is not a name of 1 to {LONGEST_NAME} characters.")
    if state.switch(name) is not None:
        raise already_exists(name)
    fresh = StandardSwitch(name)
    made = _configured(fresh, spec) if spec is not None else fresh
    return check_uplinks(_placed(replace(state, switches=(*state.switches, made)), made, surroundings))


def update_switch(state: HostState, name: str, spec: SwitchSpec, surroundings: Surroundings) -> HostState:
    """Give a switch the uplinks, the number of ports and what else *spec* has.

    Raises:
        Refusal: NotFound; else as :func:`add_switch`, and HostConfigFault for an MTU below that of an adapter on it.
    """
    return check_uplinks(edit_switch(state, name, spec, surroundings))


def edit_switch(state: HostState, name: str, spec: SwitchSpec, surroundings: Surroundings) -> HostState:
    """Change a switch as :func:`update_switch`, while nobody looks whose the uplinks are."""
    changed = _configured(_get(state, name), spec)
    switches = tuple(changed if one.name == name else one for one in state.switches)
    return _placed(replace(state, switches=switches), changed, surroundings)


def remove_switch(state: HostState, name: str) -> HostState:
    """Take a switch away with its port groups.

    Raises:
        Refusal: NotFound, or ResourceInUse while an adapter is on it.
    """
    _get(state, name)
    groups = {group.name for group in state.portgroups if group.switch == name}
    for adapter in state.adapters:
        if isinstance(adapter.attachment, StandardAttachment) and adapter.attachment.portgroup in groups:
            raise resource_in_use(name)
    return replace(
        state,
        switches=tuple(one for one in state.switches if one.name != name),
        portgroups=tuple(one for one in state.portgroups if one.switch != name),
    )


def edit_membership(state: HostState, change: MembershipChange) -> HostState:
    """Give the host's part in a distributed switch other uplinks, while nobody looks whose they are.

    Raises:
        Refusal: NotFound where the host is not a member, InvalidArgument for any operation but edit: hosts join
            and leave by the distributed switch.
    """
    member = next((one for one in state.memberships if one.switch_uuid == change.switch_uuid), None)
    if member is None:
        raise not_found(f"The distributed switch '{change.switch_uuid}'")
    if change.operation != "edit":
        raise invalid_argument("proxySwitch.changeOperation", f"'{change.operation}' is not 'edit'.")
    if change.uplinks is None:
        return state
    changed = replace(member, uplinks=change.uplinks)
    return replace(state, memberships=tuple(changed if one is member else one for one in state.memberships))


def check_uplinks(state: HostState) -> HostState:
    """Return *state* if every uplink is a network card of the host and belongs to one switch.

    Raises:
        Refusal: HostConfigFault or ResourceInUse.
    """
    cards = {nic.device for nic in state.pnics}
    bonds = (
        *(one.uplinks for one in state.switches),
        *(one.uplinks for one in state.memberships),
        state.opaque_uplinks,
    )
    used = Counter(device for bond in bonds for device in bond)
    for device, times in used.items():
        if device not in cards:
            raise config_fault(f"The host has no network card '{device}'.")
        if times > 1:
            raise resource_in_use(device)
    return state


def check_policy(policy: Policy, uplinks: tuple[str, ...], parameter: str) -> Policy:
    """Return *policy* if its teaming exists and names uplinks of the switch only.

    Raises:
        Refusal: InvalidArgument.
    """
    teaming = policy.teaming
    if teaming.policy is not None and teaming.policy not in TEAMING_POLICIES:
        raise invalid_argument(f"{parameter}.nicTeaming.policy", f"'{teaming.policy}' is not a teaming policy.")
    for device in (*(teaming.active or ()), *(teaming.standby or ())):
        if device not in uplinks:
            raise invalid_argument(f"{parameter}.nicTeaming.nicOrder", f"'{device}' is not an uplink of the switch.")
    return policy


def _configured(switch: StandardSwitch, spec: SwitchSpec) -> StandardSwitch:
    if spec.mtu is not None and not SMALLEST_MTU <= spec.mtu <= LARGEST_MTU:
        raise invalid_argument("spec.mtu", f"{spec.mtu} is outside {SMALLEST_MTU} to {LARGEST_MTU}.")
    if not 0 <= spec.ports <= MOST_PORTS:
        raise invalid_argument("spec.numPorts", f"{spec.ports} is outside 0 to {MOST_PORTS}.")
    policy = switch.policy if spec.policy is None else check_policy(spec.policy, spec.uplinks, "spec.policy")
    return replace(
        switch,
        ports=spec.ports,
        uplinks=spec.uplinks,
        mtu=spec.mtu if spec.mtu is not None else switch.mtu,
        policy=policy,
        bond=_bond(switch.bond, spec),
    )


def _bond(bond: Bond, spec: SwitchSpec) -> Bond:
    interval = spec.beacon_interval if spec.beacon_interval is not None else bond.beacon_interval
    if interval < 0:
        raise invalid_argument("spec.bridge.beacon.interval", f"{interval} is negative.")
    if spec.discovery is None:
        return replace(bond, beacon_interval=interval)
    if spec.discovery.protocol != "cdp":
        raise invalid_argument(DISCOVERY, f"A standard switch does not speak '{spec.discovery.protocol}'.")
    if spec.discovery.operation not in OPERATIONS:
        raise invalid_argument(DISCOVERY, f"'{spec.discovery.operation}' is none of {', '.join(OPERATIONS)}.")
    return Bond(spec.discovery.operation, interval)


def _placed(state: HostState, switch: StandardSwitch, surroundings: Surroundings) -> HostState:
    groups = {group.name for group in state.portgroups if group.switch == switch.name}
    for adapter in state.adapters:
        if isinstance(adapter.attachment, StandardAttachment) and adapter.attachment.portgroup in groups:
            check_switch_mtu(state, adapter, surroundings)
    return state


def _get(state: HostState, name: str) -> StandardSwitch:
    switch = state.switch(name)
    if switch is None:
        raise not_found(f"The virtual switch '{name}'")
    return switch
