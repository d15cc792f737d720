"""What a host's hardware is: the same server for every host, told apart by its tag and its network cards."""

from datetime import UTC, datetime
from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.state import HostState
from vcenter_simulator.soap.references import typed_array

VENDOR = "Simulated"
MODEL = "Simulated Server"
CPU_MODEL = "Simulated CPU"
MEMORY_BYTES = 256 << 30
CPU_HZ = 2_000_000_000
PACKAGES, CORES, THREADS = 2, 32, 64

_NETWORK_CLASS = 0x200
_CARD = ("Broadcom", 0x14E4, "BCM57414 NetXtreme-E 10Gb/25Gb RDMA Ethernet Controller", 0x16D7)
"""The card that the driver bnxtnet is for: vendor and device, with their PCI numbers."""


def hardware_summary(state: HostState) -> Any:
    """What lists of hosts show."""
    return vim.host.Summary.HardwareSummary(
        vendor=VENDOR,
        model=MODEL,
        uuid=state.uuid,
        otherIdentifyingInfo=_identification(state),
        memorySize=MEMORY_BYTES,
        cpuModel=CPU_MODEL,
        cpuMhz=CPU_HZ // 1_000_000,
        numCpuPkgs=PACKAGES,
        numCpuCores=CORES,
        numCpuThreads=THREADS,
        numNics=len(state.pnics),
        numHBAs=0,
    )


def quick_stats() -> Any:
    """What a host at rest uses, in MHz, MB and seconds; nobody takes it anew."""
    return vim.host.Summary.QuickStats(overallCpuUsage=850, overallMemoryUsage=16_384, uptime=30 * 86_400)


def system_info(state: HostState) -> Any:
    """The server."""
    return vim.host.SystemInfo(
        vendor=VENDOR,
        model=MODEL,
        uuid=state.uuid,
        otherIdentifyingInfo=_identification(state),
        serialNumber=service_tag(state),
    )


def service_tag(state: HostState) -> str:
    """Return the seven letters that are on the server's label."""
    return state.uuid.replace("-", "")[:7].upper()


def _identification(state: HostState) -> list[Any]:
    described = (
        ("AssetTag", "Asset Tag", "Asset tag of the system", "unknown"),
        ("ServiceTag", "Service tag", "Service tag of the system", service_tag(state)),
    )
    return [
        vim.host.SystemIdentificationInfo(
            identifierValue=value, identifierType=vim.ElementDescription(key=key, label=label, summary=summary)
        )
        for key, label, summary, value in described
    ]


def bios_info() -> Any:
    """The firmware."""
    return vim.host.BIOSInfo(
        biosVersion="1.0.0", releaseDate=datetime(2025, 1, 1, tzinfo=UTC), vendor=VENDOR, firmwareType="uefi"
    )


def cpu_info() -> Any:
    """All processors together."""
    return vim.host.CpuInfo(numCpuPackages=PACKAGES, numCpuCores=CORES, numCpuThreads=THREADS, hz=CPU_HZ)


def cpu_packages() -> Any:
    """The processors; thread numbers run through all of them."""
    share = THREADS // PACKAGES
    return typed_array(
        vim.host.CpuPackage,
        (
            vim.host.CpuPackage(
                index=index,
                vendor="intel",
                hz=CPU_HZ,
                busHz=100_000_000,
                description=CPU_MODEL,
                threadId=list(range(index * share, (index + 1) * share)),
            )
            for index in range(PACKAGES)
        ),
    )


def pci_devices(state: HostState) -> Any:
    """The network cards as devices of the PCI bus; the rest of the bus is not simulated."""
    vendor, vendor_id, device, device_id = _CARD
    return typed_array(
        vim.host.PciDevice,
        (
            vim.host.PciDevice(
                id=pci_address(number),
                classId=_NETWORK_CLASS,
                bus=number + 1,
                slot=0,
                function=0,
                vendorId=vendor_id,
                subVendorId=vendor_id,
                vendorName=vendor,
                deviceId=device_id,
                subDeviceId=device_id,
                deviceName=device,
            )
            for number in range(len(state.pnics))
        ),
    )


def pci_address(number: int) -> str:
    """Return where the network card of that *number*, from 0, is on the bus."""
    return f"0000:{number + 1:02x}:00.0"
