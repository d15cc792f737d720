"""Adapters that iSCSI is bound to: what may be bound, and what becomes of an adapter that is."""

from dataclasses import replace

from vcenter_simulator.host.attachments import uplinks_of
from vcenter_simulator.host.behaviour import Behaviour, BoundRemoval
from vcenter_simulator.host.equipment import IscsiAdapter
from vcenter_simulator.host.refusals import Refusal, config_fault, not_found, resource_in_use
from vcenter_simulator.host.state import HostState, StandardAttachment


def bind_vnic(state: HostState, hba: str, device: str) -> HostState:
    """Bind an iSCSI adapter to a VMkernel adapter.

    Raises:
        Refusal: NotFound for an unknown iSCSI adapter; IscsiFaultVnicNotFound, IscsiFaultVnicAlreadyBound, or that of
            :func:`unfitness`.
    """
    found = get_iscsi_adapter(state, hba)
    if device not in state.by_device:
        raise _fault("IscsiFaultVnicNotFound", device, "is not on this host")
    if device in found.bound:
        raise _fault("IscsiFaultVnicAlreadyBound", device, f"is bound to {hba} already")
    unfit = unfitness(state, device)
    if unfit is not None:
        raise unfit
    return _with(state, replace(found, bound=(*found.bound, device)))


def unbind_vnic(state: HostState, hba: str, device: str) -> HostState:
    """Take an iSCSI adapter off a VMkernel adapter; as there is no storage, no path hangs by it.

    Raises:
        Refusal: NotFound for an unknown iSCSI adapter, IscsiFaultVnicNotBound.
    """
    found = get_iscsi_adapter(state, hba)
    if device not in found.bound:
        raise _fault("IscsiFaultVnicNotBound", device, f"is not bound to {hba}")
    return _with(state, replace(found, bound=tuple(one for one in found.bound if one != device)))


def get_iscsi_adapter(state: HostState, hba: str) -> IscsiAdapter:
    """Return an iSCSI adapter by its name.

    Raises:
        Refusal: NotFound.
    """
    found = next((one for one in state.iscsi if one.name == hba), None)
    if found is None:
        raise not_found(f"The iSCSI adapter '{hba}'")
    return found


def unfitness(state: HostState, device: str) -> Refusal | None:
    """Return the fault for which an adapter of the host is not compliant, or ``None``.

    Of a distributed port group or opaque network it is not known here which uplinks it uses: more than one is nothing
    against it.
    """
    adapter = state.by_device[device]
    uplinks = uplinks_of(state, adapter)
    if not uplinks:
        return _fault("IscsiFaultVnicHasNoUplinks", device, "has no uplink")
    if len(uplinks) > 1 and isinstance(adapter.attachment, StandardAttachment):
        return _fault("IscsiFaultVnicHasMultipleUplinks", device, f"has the uplinks {', '.join(uplinks)}")
    return None


def status_of(state: HostState, device: str) -> tuple[Refusal, ...]:
    """Return whether iSCSI uses an adapter, and what is wrong with it then, as faults; nothing when it does not.

    Raises:
        Refusal: IscsiFaultVnicNotFound.
    """
    if device not in state.by_device:
        raise _fault("IscsiFaultVnicNotFound", device, "is not on this host")
    if not is_bound(state, device):
        return ()
    unfit = unfitness(state, device)
    in_use = _fault("IscsiFaultVnicInUse", device, "is used by iSCSI")
    return (in_use,) if unfit is None else (in_use, unfit)


def candidates(state: HostState, hba: str) -> tuple[str, ...]:
    """Return the adapters that an iSCSI adapter could still be bound to.

    Raises:
        Refusal: NotFound.
    """
    bound = get_iscsi_adapter(state, hba).bound
    return tuple(device for device in state.by_device if device not in bound and unfitness(state, device) is None)


def card_status(state: HostState, card: str) -> tuple[Refusal, ...]:
    """Return whether iSCSI uses a network card, as a fault; nothing when it does not."""
    used = (state.by_device[device] for one in state.iscsi for device in one.bound)
    if any(card in uplinks_of(state, adapter) for adapter in used):
        return (Refusal("IscsiFaultPnicInUse", f"The network card {card} is used by iSCSI.", pnicDevice=card),)
    return ()


def is_bound(state: HostState, device: str) -> bool:
    """Say whether iSCSI is bound to an adapter."""
    return any(device in one.bound for one in state.iscsi)


def check_removable(state: HostState, device: str, behaviour: Behaviour) -> HostState:
    """Return *state* if an adapter may be removed as far as iSCSI goes.

    Raises:
        Refusal: ResourceInUse or HostConfigFault, as the switch for that says.
    """
    if is_bound(state, device):
        if behaviour.remove_bound_adapter is BoundRemoval.RESOURCE_IN_USE:
            raise resource_in_use(device)
        if behaviour.remove_bound_adapter is BoundRemoval.CONFIG_FAULT:
            raise config_fault(f"{device} is used by iSCSI.")
    return state


def _with(state: HostState, changed: IscsiAdapter) -> HostState:
    return replace(state, iscsi=tuple(changed if one.name == changed.name else one for one in state.iscsi))


def _fault(fault: str, device: str, what: str) -> Refusal:
    return Refusal(fault, f"The VMkernel adapter {device} {what}.", vnicDevice=device)
