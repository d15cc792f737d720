"""Custom TCP/IP stacks come and go by esxcli only. Source: reference/vsphere.md 1.4.

What a command says of a stack that is there already, or gone, is not documented in full: the kernel's own list decides.
"""

from vmk_operator.errors import TransientError
from vmk_operator.vcenter.esxcli import CommandFailedError, Esxcli

_NETSTACK = ("network", "ip", "netstack")


async def create_netstack(esxcli: Esxcli, key: str) -> None:
    """Create the stack *key*; one that is there already is fine.

    Raises:
        VmkOperatorError: as ``Esxcli.change``.
    """
    try:
        await esxcli.change(*_NETSTACK, "add", netstack=key)
    except CommandFailedError:
        if key not in await _keys(esxcli):
            raise


async def remove_netstack(esxcli: Esxcli, key: str) -> None:
    """Remove the stack *key*, unless an adapter is on it; one that is gone already is fine.

    Raises:
        TransientError: an adapter is on it, as the host itself says; vCenter will show it too.
        VmkOperatorError: as ``Esxcli.change``.
    """
    if key not in await _keys(esxcli):
        return
    # That a host refuses to remove a stack in use is unverified, and vCenter may lag behind its host.
    devices = [one.get("Name", "") for one in await esxcli.query("network", "ip", "interface", "list", netstack=key)]
    if devices:
        raise TransientError(
            f"TCP/IP stack {key} was not removed: {', '.join(devices)} came to be on it, which vCenter did not show."
        )
    await esxcli.change(*_NETSTACK, "remove", netstack=key)


async def _keys(esxcli: Esxcli) -> frozenset[str]:
    return frozenset(one.get("Key", "") for one in await esxcli.query(*_NETSTACK, "list"))
