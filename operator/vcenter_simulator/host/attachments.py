"""The rules about where an adapter may be plugged in."""

from vcenter_simulator.host.behaviour import Choice
from vcenter_simulator.host.policies import overlaid, switch_policy
from vcenter_simulator.host.refusals import already_exists, config_fault, invalid_argument
from vcenter_simulator.host.requests import AdapterSpec, DistributedPort, Surroundings
from vcenter_simulator.host.state import (
    Adapter,
    Attachment,
    DistributedAttachment,
    HostState,
    OpaqueAttachment,
    StandardAttachment,
)

OPAQUE_MTU = 9000
"""What a network that vSphere does not manage is taken to carry."""


def check_attachment(state: HostState, spec: AdapterSpec, surroundings: Surroundings) -> Attachment | None:
    """Return what *spec* attaches to, or ``None`` when it says nothing about that.

    Raises:
        Refusal: when it names two places, or one that the host does not have.
    """
    if spec.portgroup and spec.distributed is not None:
        raise invalid_argument("nic.distributedVirtualPort", "A standard port group is named as well.")
    if spec.opaque is not None:
        if spec.portgroup or spec.distributed is not None:
            raise invalid_argument("nic.opaqueNetwork", "A port group is named as well.")
        network = state.opaque_network(spec.opaque)
        if network is None:
            raise invalid_argument("nic.opaqueNetwork", f"The host has no opaque network '{spec.opaque}'.")
        return OpaqueAttachment(network.network_id, network.kind)
    if spec.distributed is not None:
        return _distributed(state, spec.distributed, surroundings)
    if not spec.portgroup:
        return None
    if state.portgroup(spec.portgroup) is None:
        raise invalid_argument("portgroup", f"The host has no port group '{spec.portgroup}'.")
    return StandardAttachment(spec.portgroup)


def check_occupancy(state: HostState, adapter: Adapter, surroundings: Surroundings) -> None:
    """Refuse a second adapter on a standard port group, unless the switch for that says otherwise."""
    if surroundings.behaviour.second_adapter_on_standard_portgroup is Choice.ACCEPT:
        return
    attachment = adapter.attachment
    if not isinstance(attachment, StandardAttachment):
        return
    for other in state.adapters:
        if other.device != adapter.device and other.attachment == attachment:
            raise already_exists(attachment.portgroup)


def check_switch_mtu(state: HostState, adapter: Adapter, surroundings: Surroundings) -> None:
    """Refuse an MTU above that of the adapter's switch, unless the switch for that says otherwise."""
    if surroundings.behaviour.mtu_above_switch is Choice.ACCEPT:
        return
    limit = _switch_mtu(state, adapter.attachment, surroundings)
    if adapter.mtu > limit:
        raise config_fault(f"The MTU {adapter.mtu} of {adapter.device} is above the {limit} of its switch.")


def keep_port(old: Attachment, new: Attachment) -> Attachment:
    """Keep the port when an adapter stays where it is: clients send the port group back without the port."""
    stays = (
        isinstance(old, DistributedAttachment)
        and isinstance(new, DistributedAttachment)
        and (old.switch_uuid, old.portgroup_key) == (new.switch_uuid, new.portgroup_key)
        and new.port_key in (None, old.port_key)
    )
    return old if stays else new


def uplinks_of(state: HostState, adapter: Adapter) -> tuple[str, ...]:
    """Return the network cards that an adapter's traffic may use: of a standard port group those that it teams."""
    attachment = adapter.attachment
    if isinstance(attachment, DistributedAttachment):
        found = (one.uplinks for one in state.memberships if one.switch_uuid == attachment.switch_uuid)
        return next(found, ())
    if isinstance(attachment, OpaqueAttachment):
        return state.opaque_uplinks
    group = state.portgroup(attachment.portgroup)
    switch = state.switch(group.switch) if group is not None else None
    if group is None or switch is None:
        return ()
    teaming = overlaid(switch_policy(switch.policy, switch.uplinks), group.policy).teaming
    return (*(teaming.active or ()), *(teaming.standby or ()))


def _distributed(state: HostState, wanted: DistributedPort, surroundings: Surroundings) -> DistributedAttachment:
    member = any(one.switch_uuid == wanted.switch_uuid for one in state.memberships)
    switch = surroundings.switches.get(wanted.switch_uuid)
    if switch is None or not member:
        raise invalid_argument(
            "nic.distributedVirtualPort.switchUuid",
            f"The host is not a member of a distributed switch '{wanted.switch_uuid}'.",
        )
    if wanted.portgroup_key is None or wanted.portgroup_key not in switch.portgroups:
        raise invalid_argument(
            "nic.distributedVirtualPort.portgroupKey",
            f"The switch {switch.name} has no port group '{wanted.portgroup_key or ''}'.",
        )
    return DistributedAttachment(wanted.switch_uuid, wanted.portgroup_key, wanted.port_key)


def _switch_mtu(state: HostState, attachment: Attachment, surroundings: Surroundings) -> int:
    if isinstance(attachment, DistributedAttachment):
        return surroundings.switches[attachment.switch_uuid].mtu
    if isinstance(attachment, OpaqueAttachment):
        return OPAQUE_MTU
    group = state.portgroup(attachment.portgroup)
    switch = state.switch(group.switch) if group is not None else None
    if switch is None:
        raise config_fault(f"The port group {attachment.portgroup} has no switch.")
    return switch.mtu
