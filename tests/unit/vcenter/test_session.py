from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from vmk_operator.errors import BlockedError
from vmk_operator.vcenter.session import discover

if TYPE_CHECKING:
    from vmk_operator.vcenter.transport import SoapClient


class Answering:
    """A client of something that says what it is."""

    server = "esx01.example.com"

    def __init__(self, **about: Any) -> None:
        self._about = SimpleNamespace(**about)

    async def negotiate(self, *, deadline_s: float) -> None:
        assert deadline_s > 0

    async def call(self, *_: Any, **__: Any) -> Any:
        return SimpleNamespace(about=self._about)


@pytest.mark.parametrize(
    "about",
    [
        {"apiType": "HostAgent", "instanceUuid": None, "fullName": "VMware ESXi 8.0.3"},
        {"apiType": "VirtualCenter", "instanceUuid": None, "fullName": "VMware ESXi 8.0.3"},
    ],
)
async def test_what_is_no_vcenter_is_refused_by_its_own_name(about: dict[str, Any]) -> None:
    with pytest.raises(BlockedError, match=r"esx01\.example\.com is no vCenter but VMware ESXi 8\.0\.3") as caught:
        await discover(cast("SoapClient", Answering(**about)), deadline_s=1)
    assert caught.value.reason == "UnsupportedVersion"
