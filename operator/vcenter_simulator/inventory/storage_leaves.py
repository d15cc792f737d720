"""What a host's managers of storage publish, as far as adapters carry it."""

from pyVmomi import vim

from vcenter_simulator.projection.storage import storage_device, vsan_config
from vcenter_simulator.properties.leaves import Leaves

VSAN_SYSTEM = Leaves(
    vim.host.VsanSystem,
    {"config": lambda host: vsan_config(host.seen, host.reference) if host.is_config_readable else None},
)

STORAGE_SYSTEM = Leaves(
    vim.host.StorageSystem,
    {"storageDeviceInfo": lambda host: storage_device(host.seen) if host.is_config_readable else None},
)

ISCSI_MANAGER = Leaves(vim.host.IscsiManager, {})


def vsan_leaves_of(fields: frozenset[str]) -> set[str]:
    """Return the leaves of a vSAN system that may change with *fields* of the host's state."""
    return {"config"} if "adapters" in fields else set()


def storage_leaves_of(fields: frozenset[str]) -> set[str]:
    """Return the leaves of a storage system that may change with *fields* of the host's state."""
    return {"storageDeviceInfo"} if "iscsi" in fields else set()
