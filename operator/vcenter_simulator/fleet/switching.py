"""Standard switches, port groups and their policies: documents to state and back."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict

from vcenter_simulator.fleet.host_documents import PortGroupDocument, StandardSwitchDocument
from vcenter_simulator.fleet.policy_documents import PolicyDocument
from vcenter_simulator.host.equipment import Bond, PortGroup, StandardSwitch
from vcenter_simulator.host.policies import INHERITED, Policy, Security, Shaping, Teaming
from vcenter_simulator.host.state import HostState


def read_switches(documents: Mapping[str, StandardSwitchDocument]) -> Iterator[StandardSwitch]:
    """Return the switches that *documents* describe, by name."""
    for name, document in documents.items():
        yield StandardSwitch(
            name,
            document.mtu,
            tuple(document.uplinks),
            document.ports,
            _read_policy(document.policy),
            Bond(document.discovery, document.beacon_interval),
        )


def read_portgroups(documents: Mapping[str, StandardSwitchDocument]) -> Iterator[PortGroup]:
    """Return the port groups of the switches that *documents* describe, by name."""
    for switch, document in documents.items():
        for name, group in document.port_groups.items():
            if isinstance(group, int):
                yield PortGroup(name, switch, group)
            else:
                yield PortGroup(name, switch, group.vlan, _read_policy(group.policy))


def write_switches(state: HostState) -> dict[str, StandardSwitchDocument]:
    """Return the documents of a host's switches, by name."""
    return {
        switch.name: StandardSwitchDocument.model_validate(
            {
                "mtu": switch.mtu,
                "uplinks": switch.uplinks,
                "ports": switch.ports,
                "discovery": switch.bond.discovery,
                "beaconInterval": switch.bond.beacon_interval,
                "policy": _write_policy(switch.policy),
                "portGroups": {
                    group.name: _write_portgroup(group) for group in state.portgroups if group.switch == switch.name
                },
            }
        )
        for switch in state.switches
    }


def _write_portgroup(group: PortGroup) -> int | PortGroupDocument:
    policy = _write_policy(group.policy)
    return group.vlan if policy is None else PortGroupDocument(vlan=group.vlan, policy=policy)


def _read_policy(document: PolicyDocument | None) -> Policy:
    if document is None:
        return INHERITED
    return Policy(
        security=Security(**document.security.model_dump()),
        teaming=Teaming(**document.teaming.model_dump()),
        shaping=Shaping(**document.shaping.model_dump()),
    )


def _write_policy(policy: Policy) -> PolicyDocument | None:
    return None if policy == INHERITED else PolicyDocument.model_validate(asdict(policy))
