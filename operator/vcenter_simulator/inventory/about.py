"""Which vCenter and which ESXi this pretends to be."""

from typing import Any

from pyVmomi import vim

from vcenter_simulator.soap.versions import API_VERSION_ID

PRODUCT_VERSION = "8.0.3"


def vcenter_about(instance_uuid: str) -> Any:
    """The ``about`` of the service content, readable without a login."""
    build = "24322831"
    return vim.AboutInfo(
        name="VMware vCenter Server",
        fullName=f"VMware vCenter Server {PRODUCT_VERSION} build-{build} (vcenter-simulator)",
        vendor="VMware, Inc.",
        version=PRODUCT_VERSION,
        build=build,
        localeVersion="INTL",
        localeBuild="000",
        osType="linux-x64",
        productLineId="vpx",
        apiType="VirtualCenter",
        apiVersion=API_VERSION_ID,
        instanceUuid=instance_uuid,
        licenseProductName="VMware VirtualCenter Server",
        licenseProductVersion="8.0",
    )


def esxi_about() -> Any:
    """The product of every host."""
    build = "24022510"
    return vim.AboutInfo(
        name="VMware ESXi",
        fullName=f"VMware ESXi {PRODUCT_VERSION} build-{build}",
        vendor="VMware, Inc.",
        version=PRODUCT_VERSION,
        build=build,
        localeVersion="INTL",
        localeBuild="000",
        osType="vmnix-x86",
        productLineId="embeddedEsx",
        apiType="HostAgent",
        apiVersion=API_VERSION_ID,
        licenseProductName="VMware ESX Server",
        licenseProductVersion="8.0",
    )
