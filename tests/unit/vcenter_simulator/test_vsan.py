import pytest

from unit.vcenter_simulator.builders import MAC, managed_host, spec, surroundings, with_vmotion_stack
from vcenter_simulator.host.adapters import add_adapter
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.state import HostState
from vcenter_simulator.host.vsan import choose_vsan_devices, vsan_devices


def host() -> HostState:
    return with_vmotion_stack(add_adapter(managed_host(), spec(), surroundings(), mac=MAC)[0])


def test_the_list_that_is_sent_is_the_whole_list() -> None:
    both = choose_vsan_devices(host(), ["vmk0", "vmk1"])

    assert vsan_devices(both) == ("vmk0", "vmk1")
    assert vsan_devices(choose_vsan_devices(both, ["vmk1"])) == ("vmk1",)
    assert choose_vsan_devices(both, []) == host()


@pytest.mark.parametrize(("device", "fault"), [("vmk9", "InvalidArgument"), ("vmk2", "HostConfigFault")])
def test_what_can_not_carry_vsan(device: str, fault: str) -> None:
    with pytest.raises(Refusal, match=device) as refused:
        choose_vsan_devices(host(), ["vmk0", device])

    assert refused.value.fault == fault
