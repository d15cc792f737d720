"""The API versions that the simulator speaks, and which one a request is in."""

from typing import Any

from pyVmomi import VmomiSupport

from vcenter_simulator.host.refusals import Refusal

NAMESPACE = "urn:vim25"

API_VERSION_ID = "8.0.3.0"

# Its stubs hide the functions that it exports by assignment.
_metadata: Any = VmomiSupport

NEWEST = VmomiSupport.versionMap[f"vim25/{API_VERSION_ID}"]

# What a request without a SOAPAction is in: the namespace's legacy version, as on a real vCenter.
LEGACY = "vim.version.version1"


def is_within(version: str, since: str) -> bool:
    """Say whether a client of *version* knows what exists *since* then."""
    return bool(_metadata.IsChildVersion(version, since))


def supported_version_ids() -> tuple[str, ...]:
    """The version ids that clients may ask for, the newest first."""
    found = {
        VmomiSupport.versionIdMap[version]: version
        for version in VmomiSupport.GetServiceVersions("vim25")
        if version.startswith("vim.version.") and is_within(NEWEST, version)
    }
    return tuple(sorted((one for one in found if one), key=_numbers, reverse=True))


def version_of(soap_action: str | None) -> str:
    """Return the version that a SOAPAction header names, for example ``"urn:vim25/8.0.3.0"``.

    Raises:
        Refusal: InvalidRequest for a version that this vCenter does not have.
    """
    uri = (soap_action or "").strip().strip('"')
    if uri in ("", NAMESPACE):
        return LEGACY
    version = VmomiSupport.versionMap.get(uri.removeprefix("urn:"))
    if version is None or not uri.startswith(NAMESPACE) or not is_within(NEWEST, version):
        raise Refusal("InvalidRequest", f'Unsupported version URI "{uri}"')
    return str(version)


def versions_document() -> str:
    """The text of /sdk/vimServiceVersions.xml."""
    newest, *prior = supported_version_ids()
    listed = "".join(f"<version>{one}</version>" for one in prior)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<namespaces version="1.0"><namespace>'
        f"<name>{NAMESPACE}</name><version>{newest}</version><priorVersions>{listed}</priorVersions>"
        "</namespace></namespaces>"
    )


def _numbers(version_id: str) -> list[int]:
    return [int(part) if part.isdigit() else 0 for part in version_id.split(".")]
