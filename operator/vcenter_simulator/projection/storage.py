"""What of a host's storage goes over adapters: vSAN's configuration, and software iSCSI with what it is bound to."""

from collections.abc import Iterable, Mapping
from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.attachments import uplinks_of
from vcenter_simulator.host.equipment import IscsiAdapter
from vcenter_simulator.host.iscsi import unfitness
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.requests import DistributedSwitchFacts
from vcenter_simulator.host.state import DistributedAttachment, HostState, OpaqueAttachment
from vcenter_simulator.host.vsan import VSAN, VsanPort, vsan_ports
from vcenter_simulator.projection.adapters import virtual_nic
from vcenter_simulator.soap.encode import fault_object
from vcenter_simulator.soap.references import Reference, managed_reference
from vcenter_simulator.soap.versions import NEWEST


def vsan_config(state: HostState, host: Reference) -> Any:
    """The host's part in vSAN, which is a network and nothing else here."""
    ports = [_vsan_port(one) for one in vsan_ports(state)]
    return vim.vsan.host.ConfigInfo(
        enabled=False,
        hostSystem=managed_reference(host),
        networkInfo=vim.vsan.host.ConfigInfo.NetworkInfo(port=ports),
    )


def _vsan_port(port: VsanPort) -> Any:
    """In the oldest form that says it: what carries nothing but vSAN itself has no types of traffic."""
    if port.traffic == {VSAN}:
        shown = vim.vsan.host.ConfigInfo.NetworkInfo.PortConfig(device=port.device)
    else:
        shown = vim.vsan.host.PortConfigEx(device=port.device, trafficTypes=sorted(port.traffic))
    if port.multicast is not None:
        shown.ipConfig = vim.vsan.host.IpConfig(
            upstreamIpAddress=port.multicast.upstream, downstreamIpAddress=port.multicast.downstream
        )
    return shown


def storage_device(state: HostState) -> Any:
    """The storage adapters, which are those of software iSCSI; no disks."""
    return vim.host.StorageDeviceInfo(
        hostBusAdapter=[_iscsi_adapter(state, one) for one in state.iscsi],
        scsiTopology=vim.host.ScsiTopology(adapter=[_interface(one) for one in state.iscsi]),
        softwareInternetScsiEnabled=bool(state.iscsi),
    )


def iscsi_status(faults: Iterable[Refusal], version: str) -> Any:
    """Why something is not compliant or not free, as a list of faults."""
    return vim.host.IscsiManager.IscsiStatus(reason=[fault_object(one, version) for one in faults])


def iscsi_port(state: HostState, device: str, switches: Mapping[str, DistributedSwitchFacts]) -> Any:
    """An adapter that iSCSI is bound to; as there is no storage, no path uses it."""
    adapter = state.by_device[device]
    unfit = unfitness(state, device)
    port = vim.host.IscsiManager.IscsiPortInfo(
        vnicDevice=device,
        vnic=virtual_nic(adapter, has_ipv6=state.ipv6_enabled),
        pnicDevice=next(iter(uplinks_of(state, adapter)), None),
        complianceStatus=iscsi_status(() if unfit is None else (unfit,), NEWEST),
        pathStatus="notUsed",
    )
    attachment = adapter.attachment
    if isinstance(attachment, DistributedAttachment):
        facts = switches[attachment.switch_uuid]
        port.switchName, port.switchUuid = facts.name, facts.uuid
        port.portgroupName = facts.portgroups[attachment.portgroup_key]
        port.portgroupKey, port.portKey = attachment.portgroup_key, attachment.port_key
    elif isinstance(attachment, OpaqueAttachment):
        network = state.opaque_network(attachment.network_id)
        port.opaqueNetworkId, port.opaqueNetworkType = attachment.network_id, attachment.kind
        port.opaqueNetworkName = network.name if network is not None else None
    else:
        group = state.portgroup(attachment.portgroup)
        port.portgroupName = attachment.portgroup
        port.switchName = group.switch if group is not None else None
    return port


def _key(adapter: IscsiAdapter) -> str:
    return f"key-vim.host.InternetScsiHba-{adapter.name}"


def _interface(adapter: IscsiAdapter) -> Any:
    # A link: on the wire it is the key of the storage adapter.
    interface = vim.host.ScsiTopology.Interface(key=f"key-vim.host.ScsiTopology.Interface-{adapter.name}")
    link: Any = _key(adapter)
    interface.adapter = link
    return interface


def _iscsi_adapter(state: HostState, adapter: IscsiAdapter) -> Any:
    """A software adapter that nobody has set; its authentication is as community.vmware recorded one."""
    hba: Any = vim.host.InternetScsiHba
    return hba(
        key=_key(adapter),
        device=adapter.name,
        bus=0,
        status="online",
        model="iSCSI Software Adapter",
        driver="iscsi_vmk",
        isSoftwareBased=True,
        networkBindingSupport="optional",
        discoveryCapabilities=hba.DiscoveryCapabilities(
            iSnsDiscoverySettable=False,
            slpDiscoverySettable=False,
            staticTargetDiscoverySettable=False,
            sendTargetsDiscoverySettable=False,
        ),
        discoveryProperties=hba.DiscoveryProperties(
            iSnsDiscoveryEnabled=False,
            slpDiscoveryEnabled=False,
            staticTargetDiscoveryEnabled=True,
            sendTargetsDiscoveryEnabled=True,
        ),
        authenticationCapabilities=hba.AuthenticationCapabilities(
            chapAuthSettable=True, krb5AuthSettable=False, srpAuthSettable=False, spkmAuthSettable=False
        ),
        authenticationProperties=hba.AuthenticationProperties(
            chapAuthEnabled=False,
            chapName="",
            chapSecret="",
            chapAuthenticationType="chapProhibited",
            mutualChapName="",
            mutualChapSecret="",
            mutualChapAuthenticationType="chapProhibited",
        ),
        ipCapabilities=hba.IPCapabilities(
            addressSettable=False,
            ipConfigurationMethodSettable=False,
            subnetMaskSettable=False,
            defaultGatewaySettable=False,
            primaryDnsServerAddressSettable=False,
            alternateDnsServerAddressSettable=False,
        ),
        ipProperties=hba.IPProperties(dhcpConfigurationEnabled=False),
        iScsiAlias="",
        iScsiName=f"iqn.1998-01.com.vmware:{state.name}:{adapter.name}",
    )
