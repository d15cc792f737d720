"""Adapters that get and give back ports of distributed switches when a host changes."""

from collections.abc import Mapping
from dataclasses import replace

from vcenter_simulator.host.state import Adapter, DistributedAttachment, HostState
from vcenter_simulator.inventory.distributed import DistributedSwitch


def plug(old: HostState, new: HostState, switches: Mapping[str, DistributedSwitch]) -> HostState:
    """Return *new* with a port for every adapter that has none yet, and give back those that *old* had besides.

    Raises:
        Refusal: when a port that was asked for by its key is not free; nothing has changed then.
    """
    held = _ports(old)
    wanted = [one for one in new.adapters if _needs_port(one, held)]
    for adapter in wanted:
        attachment = _distributed(adapter)
        if attachment.port_key is not None:
            switches[attachment.switch_uuid].check_port(attachment)
    plugged = {
        adapter.device: replace(
            adapter,
            attachment=switches[_distributed(adapter).switch_uuid].take_port(
                _distributed(adapter), f"{new.name}:{adapter.device}"
            ),
        )
        for adapter in wanted
    }
    kept = _ports(new)
    for attachment in held - kept:
        switches[attachment.switch_uuid].release_port(attachment)
    if not plugged:
        return new
    return replace(new, adapters=tuple(plugged.get(adapter.device, adapter) for adapter in new.adapters))


def seat(state: HostState, switches: Mapping[str, DistributedSwitch]) -> HostState:
    """Return a loaded *state* with a port for every adapter; those that it names are taken as they are.

    Raises:
        DocumentError: when it names a port that another adapter has.
    """
    seated = []
    for adapter in state.adapters:
        attachment = adapter.attachment
        if isinstance(attachment, DistributedAttachment):
            switch = switches[attachment.switch_uuid]
            holder = f"{state.name}:{adapter.device}"
            if attachment.port_key is None:
                attachment = switch.take_port(attachment, holder)
            else:
                switch.reserve_port(attachment, holder)
        seated.append(replace(adapter, attachment=attachment))
    return replace(state, adapters=tuple(seated))


def _ports(state: HostState) -> set[DistributedAttachment]:
    return {one.attachment for one in state.adapters if isinstance(one.attachment, DistributedAttachment)}


def _needs_port(adapter: Adapter, held: set[DistributedAttachment]) -> bool:
    return isinstance(adapter.attachment, DistributedAttachment) and adapter.attachment not in held


def _distributed(adapter: Adapter) -> DistributedAttachment:
    if not isinstance(adapter.attachment, DistributedAttachment):
        raise TypeError(f"{adapter.device} is on a standard switch")
    return adapter.attachment
