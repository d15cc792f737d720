"""Specifications of distributed port groups. What is not simulated is refused, never ignored."""

from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.refusals import invalid_argument, not_supported
from vcenter_simulator.inventory.portgroup_settings import PortgroupSpec
from vcenter_simulator.soap.objects import altered
from vcenter_simulator.soap.schema import fields_of

_Vmware = vim.dvs.VmwareDistributedVirtualSwitch

_HIGHEST_VLAN = 4094

_TAKEN = frozenset(
    {
        "configVersion",
        "name",
        "numPorts",
        "defaultPortConfig",
        "description",
        "type",
        "backingType",
        "policy",
        "autoExpand",
    }
)


def portgroup_spec(spec: Any) -> PortgroupSpec:
    """Return what a DVPortgroupConfigSpec asks for.

    Raises:
        Refusal: NotSupported for what is not simulated, InvalidArgument for a VLAN that there is not.
    """
    for info in fields_of(spec):
        if info.name not in _TAKEN and getattr(spec, info.name):
            raise not_supported(f"The simulator's distributed port groups have no '{info.name}'.")
    if spec.type not in {None, "earlyBinding"} or spec.backingType not in {None, "standard"}:
        raise not_supported("The simulator's distributed port groups bind their ports early, on VLANs.")
    if spec.autoExpand is False:
        raise not_supported("The simulator's distributed port groups grow when their ports are in use.")
    if spec.numPorts is not None and spec.numPorts < 0:
        raise invalid_argument("spec.numPorts", f"{spec.numPorts} is negative.")
    settings = spec.defaultPortConfig
    if settings is not None and not isinstance(settings, _Vmware.VmwarePortConfigPolicy):
        raise invalid_argument("spec.defaultPortConfig", "It is not that of a VMware switch.")
    return PortgroupSpec(
        name=spec.name,
        vlan=_vlan(settings.vlan) if settings is not None and settings.vlan is not None else None,
        ports=spec.numPorts,
        description=spec.description,
        port_policy=altered(settings, vlan=None) if settings is not None else None,
        policy=spec.policy,
        version=spec.configVersion,
    )


def _vlan(vlan: Any) -> int | None:
    if not isinstance(vlan, _Vmware.VlanIdSpec):
        raise not_supported("The simulator's distributed port groups have one VLAN, no trunk and no private one.")
    if not 0 <= vlan.vlanId <= _HIGHEST_VLAN:
        raise invalid_argument("spec.defaultPortConfig.vlan.vlanId", f"{vlan.vlanId} is not 0 to {_HIGHEST_VLAN}.")
    return int(vlan.vlanId)
