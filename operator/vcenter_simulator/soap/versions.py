"""The API versions that a vCenter speaks, and which one a request is in."""

from functools import cache
from typing import Any

from pyVmomi import VmomiSupport

from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.releases import V9, Release

NAMESPACE = "urn:vim25"

# Its stubs hide the functions that it exports by assignment.
_metadata: Any = VmomiSupport

# What a request without a SOAPAction is in: the namespace's legacy version, as on a real vCenter.
LEGACY = "vim.version.version1"


def is_within(version: str, since: str) -> bool:
    """Say whether a client of *version* knows what exists *since* then."""
    return bool(_metadata.IsChildVersion(version, since))


def newest_of(release: Release) -> str:
    """Return the newest version that a vCenter of *release* speaks."""
    return str(VmomiSupport.versionMap[f"vim25/{release.api}"])


NEWEST = newest_of(V9)
"""The newest version that any vCenter here speaks."""


@cache
def supported_version_ids(release: Release) -> tuple[str, ...]:
    """The version ids that clients may ask for, the newest first."""
    newest = newest_of(release)
    found = {
        VmomiSupport.versionIdMap[version]
        for version in VmomiSupport.GetServiceVersions("vim25")
        if version.startswith("vim.version.") and is_within(newest, version)
    }
    return tuple(sorted((one for one in found if one), key=_numbers, reverse=True))


def version_of(soap_action: str | None, release: Release) -> str:
    """Return the version that a SOAPAction header names, for example ``"urn:vim25/8.0.3.0"``.

    A version that this vCenter does not have gets its newest: govc names the version that it was made for to every
    vCenter, without asking what that one speaks, and works with older ones.

    Raises:
        Refusal: InvalidRequest for what is no version of this API.
    """
    uri = (soap_action or "").strip().strip('"')
    if uri in ("", NAMESPACE):
        return LEGACY
    namespace, _, version_id = uri.partition("/")
    if namespace != NAMESPACE or not version_id[:1].isdecimal():
        raise Refusal("InvalidRequest", f'Unsupported version URI "{uri}"')
    if version_id not in supported_version_ids(release):
        return newest_of(release)
    return str(VmomiSupport.versionMap.get(f"vim25/{version_id}", LEGACY))  # the map has no id for the legacy one


def versions_document(release: Release) -> str:
    """The text of /sdk/vimServiceVersions.xml: the version, and every one before it, as clients negotiate by it."""
    newest, *prior = supported_version_ids(release)
    listed = "".join(f"<version>{one}</version>" for one in prior)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<namespaces version="1.0"><namespace>'
        f"<name>{NAMESPACE}</name><version>{newest}</version><priorVersions>{listed}</priorVersions>"
        "</namespace></namespaces>"
    )


def _numbers(version_id: str) -> list[int]:
    return [int(part) if part.isdigit() else 0 for part in version_id.split(".")]
