"""``network ip interface tag``: the services of an adapter, by the names that the command line has for them."""

from collections.abc import Mapping

from vcenter_simulator.esxcli.arguments import Arguments, CliError
from vcenter_simulator.esxcli.commands import Change, Kind, Machine, Many, Namespace, Option, Query, Record, Shape
from vcenter_simulator.esxcli.namespaces.interface import INTERFACE
from vcenter_simulator.host.adapters import get_adapter
from vcenter_simulator.host.services import VSAN_SERVICES, deselect_adapter, select_adapter, selected_adapters
from vcenter_simulator.host.state import HostState
from vcenter_simulator.host.vsan import tag_for_vsan, untag_for_vsan

SERVICES: Mapping[str, str] = {
    "Management": "management",
    "VMotion": "vmotion",
    "faultToleranceLogging": "faultToleranceLogging",
    "vSphereReplication": "vSphereReplication",
    "vSphereReplicationNFC": "vSphereReplicationNFC",
    "vSphereProvisioning": "vSphereProvisioning",
    "vSphereBackupNFC": "vSphereBackupNFC",
    "VSAN": "vsan",
    "VSANWitness": "vsanWitness",
    "VSANExternal": "vsanExternal",
    "PTP": "ptp",
    "nvmeTcp": "nvmeTcp",
    "nvmeRdma": "nvmeRdma",
}
"""Tag to service."""

TAG = Option("tagname", "t", "The name of the tag.", required=True)


def _service(machine: Machine, arguments: Arguments) -> str:
    wanted = arguments.required("tagname").lower()
    found = next((service for tag, service in SERVICES.items() if tag.lower() == wanted), None)
    if found is None or found not in machine.state.release.services:
        raise CliError(f"Invalid tag name {arguments.required('tagname')}")
    return found


def _get(machine: Machine, arguments: Arguments) -> list[Record]:
    adapter = get_adapter(machine.state, arguments.required("interfacename"))
    carried = [tag for tag, service in SERVICES.items() if adapter in selected_adapters(machine.state, service)]
    return [Record({"Tags": carried})]


def _add(machine: Machine, arguments: Arguments) -> HostState:
    device, service = arguments.required("interfacename"), _service(machine, arguments)
    if service in VSAN_SERVICES:
        return tag_for_vsan(machine.state, service, device)
    return select_adapter(machine.state, service, device, machine.surroundings.behaviour)


def _remove(machine: Machine, arguments: Arguments) -> HostState:
    device, service = arguments.required("interfacename"), _service(machine, arguments)
    if service in VSAN_SERVICES:
        return untag_for_vsan(machine.state, service, device)
    return deselect_adapter(machine.state, service, device)


NAMESPACE = Namespace(
    "network.ip.interface.tag",
    "Commands for the tags of VMkernel interfaces.",
    (
        Query(
            "get",
            "Get the tags of an interface.",
            (INTERFACE,),
            Shape("Tags", {"Tags": Many(Kind.TEXT)}, is_single=True),
            _get,
        ),
        Change("add", "Add a tag to an interface.", (INTERFACE, TAG), _add),
        Change("remove", "Remove a tag from an interface.", (INTERFACE, TAG), _remove),
    ),
)
