"""What is asked before something that a host hangs by is changed, and only then.

Source: reference/vsphere.md 6. Who may not ask gets the answer unknown, which the planner takes for the worse.
"""

from typing import Any

import structlog

from vmk_operator.errors import BlockedError
from vmk_operator.model.precautions import Precautions
from vmk_operator.vcenter.session import Services
from vmk_operator.vcenter.settings import Timings
from vmk_operator.vcenter.transport import SoapClient
from vmk_operator.vcenter.vmomi import vim, vmodl

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

ROLLBACK = "config.vpxd.network.rollback"
"""Advanced option of vCenter. Source: reference/vsphere.md 6."""
_MANAGER, _ADAPTERS = "configManager.iscsiManager", "config.storageDevice.hostBusAdapter"

_collector = vmodl.query.PropertyCollector


async def read_precautions(client: SoapClient, services: Services, host: str, timings: Timings) -> Precautions:
    """Ask vCenter about its rollback, and the host with that managed object id about iSCSI.

    Raises:
        TransientError: no answer.
    """
    return Precautions(
        iscsi_bound=await _read_iscsi(client, services, host, timings),
        rollback=await _read_rollback(client, services, timings),
    )


async def _read_rollback(client: SoapClient, services: Services, timings: Timings) -> bool | None:
    try:
        options = await client.call(services.option_manager, "QueryView", ROLLBACK, deadline_s=timings.call_s)
    except BlockedError as refused:
        log.warning("precautions.unknown", option=ROLLBACK, message=str(refused))
        return None
    value = next((one.value for one in options if one.key == ROLLBACK), None)
    return None if value is None else str(value).lower() == "true"


async def _read_iscsi(client: SoapClient, services: Services, host: str, timings: Timings) -> frozenset[str] | None:
    """Ask every iSCSI adapter of the host what it is bound to; most hosts have none."""
    try:
        told = await _read_host(client, services, host, timings)
        adapters = [one.device for one in told.get(_ADAPTERS, ()) if isinstance(one, vim.host.InternetScsiHba)]
        bound: set[str] = set()
        for adapter in adapters:
            ports = await client.call(told[_MANAGER], "QueryBoundVnics", adapter, deadline_s=timings.call_s)
            bound |= {one.vnicDevice for one in ports or () if one.vnicDevice}
    except BlockedError as refused:
        log.warning("precautions.unknown", host=host, what="iSCSI", message=str(refused))
        return None
    return frozenset(bound)


async def _read_host(client: SoapClient, services: Services, host: str, timings: Timings) -> dict[str, Any]:
    spec = _collector.FilterSpec(
        objectSet=[_collector.ObjectSpec(obj=vim.HostSystem(host))],
        propSet=[_collector.PropertySpec(type=vim.HostSystem, all=False, pathSet=[_MANAGER, _ADAPTERS])],
    )
    options = _collector.RetrieveOptions()
    page = await client.call(
        services.property_collector, "RetrievePropertiesEx", [spec], options, deadline_s=timings.call_s
    )
    return {prop.name: prop.val for one in page.objects for prop in one.propSet} if page is not None else {}
