"""Which vCenter and which ESXi this pretends to be."""

from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.releases import Release


def vcenter_about(instance_uuid: str, release: Release) -> Any:
    """The ``about`` of the service content, readable without a login."""
    name = "VMware vCenter Server"
    return vim.AboutInfo(
        name=name,
        fullName=f"{name} {release.version} build-{release.vcenter_build} (vcenter-simulator)",
        vendor="VMware, Inc.",
        version=release.version,
        build=release.vcenter_build,
        localeVersion="INTL",
        localeBuild="000",
        osType="linux-x64",
        productLineId="vpx",
        apiType="VirtualCenter",
        apiVersion=release.api,
        instanceUuid=instance_uuid,
        licenseProductName="VMware VirtualCenter Server",
        licenseProductVersion=release.name,
    )


def esxi_about(release: Release) -> Any:
    """The product of a host."""
    return vim.AboutInfo(
        name=release.host_product,
        fullName=f"{release.host_product} {release.version} build-{release.host_build}",
        vendor="VMware, Inc.",
        version=release.version,
        build=release.host_build,
        localeVersion="INTL",
        localeBuild="000",
        osType="vmnix-x86",
        productLineId="embeddedEsx",
        apiType="HostAgent",
        apiVersion=release.api,
        licenseProductName="VMware ESX Server",
        licenseProductVersion=release.name,
    )
