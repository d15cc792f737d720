"""Answers of a vCenter, written by pyVmomi's own serialiser: what our decoders must read."""

from typing import Any

from lxml import etree
from pyVmomi import SoapAdapter, VmomiSupport, vim, vmodl

VERSION = "vim.version.v9_0_0_0"
_collector = vmodl.query.PropertyCollector


def element(value: Any, declared: Any = object) -> etree._Element:
    """Serialise *value* as the ``val`` of a property."""
    info = VmomiSupport.Object(name="val", type=declared, version="vim.version.version1", flags=VmomiSupport.F_OPTIONAL)
    raw = SoapAdapter.SerializeToStr(value, info, VERSION, {"urn:vim25": ""})
    return etree.fromstring(f'<propSet xmlns="urn:vim25">{raw}</propSet>')[0]


def answer(returned: Any) -> etree._Element:
    """Serialise a result as the one element in a response's Body."""
    info = VmomiSupport.Object(
        name="returnval", type=type(returned), version="vim.version.version1", flags=VmomiSupport.F_OPTIONAL
    )
    raw = SoapAdapter.SerializeToStr(returned, info, VERSION, {"urn:vim25": ""})
    return etree.fromstring(f'<AnyResponse xmlns="urn:vim25">{raw}</AnyResponse>')


def update_set(*updates: Any, version: str = "1", truncated: bool | None = None) -> etree._Element:
    """Serialise a page of a long poll's answer."""
    filter_update = _collector.FilterUpdate(filter=_collector.Filter("f-1"), objectSet=list(updates))
    return answer(_collector.UpdateSet(version=version, filterSet=[filter_update], truncated=truncated))


def update(kind: str, obj: Any, *changes: Any, missing: tuple[str, ...] = ()) -> Any:
    """Make the update of one object."""
    fault = vmodl.fault.NotSupported()
    return _collector.ObjectUpdate(
        kind=kind,
        obj=obj,
        changeSet=list(changes),
        missingSet=[_collector.MissingProperty(path=path, fault=fault) for path in missing],
    )


def assign(path: str, value: Any) -> Any:
    """Make the change of a property to *value*."""
    return _collector.Change(name=path, op="assign", val=value)


def remove(path: str, op: str = "remove") -> Any:
    """Make the change of a property to unset."""
    return _collector.Change(name=path, op=op)


def host(moid: str = "host-1") -> Any:
    """Name a host."""
    return vim.HostSystem(moid)


def vnic(device: str = "vmk1", *, owner: str | None = None, portgroup: str = "", **spec: Any) -> Any:
    """Make an adapter as vCenter shows it; fields of *spec* as in HostVirtualNicSpec."""
    spec.setdefault("ip", vim.host.IpConfig(dhcp=False, ipAddress="10.0.40.11", subnetMask="255.255.255.0"))
    return vim.host.VirtualNic(
        device=device,
        key=f"key-vim.host.VirtualNic-{device}",
        portgroup=portgroup,
        spec=vim.host.VirtualNic.Specification(mac="00:50:56:6A:00:01", **spec),
        owner=owner,
    )


def vnics(*all_of_them: Any) -> Any:
    """Make the array of a host's adapters."""
    return VmomiSupport.GetVmodlType("vim.host.VirtualNic[]")(all_of_them)


def net_config(service: str, *devices: str, candidates: tuple[str, ...] = ()) -> Any:
    """Make what a host says about one service."""
    return vim.host.VirtualNicManager.NetConfig(
        nicType=service,
        multiSelectAllowed=True,
        candidateVnic=[
            vim.host.VirtualNic(
                device=one,
                key=f"{service}.key-vim.host.VirtualNic-{one}",
                portgroup="",
                spec=vim.host.VirtualNic.Specification(),
            )
            for one in candidates
        ],
        selectedVnic=[f"{service}.key-vim.host.VirtualNic-{one}" for one in devices],
    )


def array(kind: str, *items: Any) -> Any:
    """Make an array of a vmodl type, for example ``vim.HostSystem``."""
    return VmomiSupport.GetVmodlType(f"{kind}[]")(items)


def stack(key: str, **fields: Any) -> Any:
    """Make a TCP/IP stack as configured."""
    return vim.host.NetStackInstance(key=key, name="", **fields)
