"""pyVmomi as seen by everything in this package.

Its types are made at run time, so for the type checker they are ``Any``; what is subclassed is wrapped here once.
"""

from typing import Any, NoReturn

from pyVmomi import VmomiSupport as _VmomiSupport
from pyVmomi import vim as _vim
from pyVmomi import vmodl as _vmodl
from pyVmomi.SoapAdapter import SoapResponseDeserializer, SoapStubAdapterBase

from vmk_operator.errors import BugError

VmomiSupport: Any = _VmomiSupport
vim: Any = _vim
vmodl: Any = _vmodl

_Deserializer: Any = SoapResponseDeserializer


class Stub(SoapStubAdapterBase):
    """Serialises and deserialises in one version of the API; never sends anything."""

    requestContext = None  # noqa: N815 - read by pyVmomi's serialiser
    versionId: str  # noqa: N815 - set by pyVmomi

    def __init__(self, version: str) -> None:
        super().__init__(version)  # type: ignore[no-untyped-call] # pyVmomi is untyped

    def set_version(self, version: str) -> None:
        """Speak *version* from now on, unless the present one is newer."""
        self.ComputeVersionInfo(version)  # type: ignore[no-untyped-call] # pyVmomi is untyped

    def request(self, target: Any, info: Any, args: tuple[Any, ...]) -> bytes:
        """Serialise a call; arguments left out are unset."""
        unset = [None] * (len(info.params) - len(args))
        return bytes(self.SerializeRequest(target, info, [*args, *unset]))  # type: ignore[no-untyped-call] # pyVmomi is untyped

    def result(self, raw: bytes, kind: Any) -> Any:
        """Deserialise an answer to the result, which is of *kind*, or to the fault in it."""
        return _Deserializer(self).Deserialize(raw, kind)

    def InvokeMethod(self, mo: Any, info: Any, args: Any, outerStub: Any = None) -> NoReturn:  # noqa: N802, N803, ARG002 - pyVmomi's interface
        """Refuse what would block the loop: a managed object used as pyVmomi's users do."""
        raise BugError(f"{info.name} of {mo!r} was used directly: vCenter is called through SoapClient only.")
