"""Which version of the vSphere API to speak.

pyVmomi's own negotiation drops to 6.0 when the server's version is newer than the library; requests then lose every
newer field without a word (reference/vsphere.md §2.6), and an adapter lands on the wrong stack. So we take the newest
version that both sides know, and none is better than one that is too old.
"""

from lxml import etree

from vmk_operator.errors import BlockedError, TransientError
from vmk_operator.vcenter.envelope import parse
from vmk_operator.vcenter.vmomi import VmomiSupport

UNSUPPORTED = "UnsupportedVersion"
OLDEST = "vim.version.version12"
"""vSphere 6.7: the first release whose netstack and per-adapter gateway fields are all there."""


def negotiate(document: bytes, *, server: str) -> str:
    """Choose pyVmomi's name of the version to speak, from the server's ``vimServiceVersions.xml``.

    Raises:
        TransientError: that is no such document.
        BlockedError: no common version is new enough.
    """
    try:
        offered = _offered(parse(document))
    except etree.XMLSyntaxError as error:
        raise TransientError(f"{server} answers, but not as a vCenter does: its list of versions is no XML.") from error
    if not offered:
        raise TransientError(f"{server} answers, but not as a vCenter does: its list of versions names none of vim25.")
    known = [VmomiSupport.versionMap[f"vim25/{one}"] for one in offered if f"vim25/{one}" in VmomiSupport.versionMap]
    usable = [one for one in known if VmomiSupport.IsChildVersion(one, OLDEST)]
    if not usable:
        raise BlockedError(
            UNSUPPORTED,
            f"{server} speaks vSphere API {offered[0]}, and no version of it from 6.7 on is known to this release.",
        )
    # A version knows all those that it extends: the one with most ancestors is the newest.
    return str(max(usable, key=lambda one: len(VmomiSupport.parentMap[one])))


def _offered(root: etree._Element) -> list[str]:
    return [
        (version.text or "").strip()
        for namespace in root.iter("namespace")
        if namespace.findtext("name") == "urn:vim25"
        for version in namespace.iter("version")
    ]
