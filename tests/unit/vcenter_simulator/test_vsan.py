import pytest

from unit.vcenter_simulator.builders import MAC, managed_host, spec, surroundings, with_vmotion_stack
from vcenter_simulator.host.adapters import add_adapter
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.state import HostState, VsanMulticast
from vcenter_simulator.host.vsan import VsanPort, choose_vsan_ports, untag_for_vsan, vsan_ports

WITNESS = frozenset({"witness"})
BOTH = frozenset({"vsan", "witness"})
MULTICAST = VsanMulticast("224.1.2.3", "224.2.3.4")


def host() -> HostState:
    return with_vmotion_stack(add_adapter(managed_host(), spec(), surroundings(), mac=MAC)[0])


def test_the_list_that_is_sent_is_the_whole_list() -> None:
    ports = (VsanPort("vmk0", WITNESS), VsanPort("vmk1", BOTH, MULTICAST))
    both = choose_vsan_ports(host(), ports)

    assert vsan_ports(both) == ports
    assert both.by_device["vmk0"].services == {"management", "vsanWitness"}
    assert vsan_ports(choose_vsan_ports(both, [VsanPort("vmk1")])) == (VsanPort("vmk1"),)
    assert choose_vsan_ports(both, []) == host()


def test_an_adapter_keeps_its_multicast_addresses_as_long_as_it_carries_vsan() -> None:
    chosen = choose_vsan_ports(host(), [VsanPort("vmk1", BOTH, MULTICAST)])

    witness = untag_for_vsan(chosen, "vsan", "vmk1")

    assert vsan_ports(witness) == (VsanPort("vmk1", WITNESS, MULTICAST),)
    assert untag_for_vsan(witness, "vsanWitness", "vmk1") == host()


@pytest.mark.parametrize(
    ("port", "fault"),
    [
        (VsanPort("vmk9"), "InvalidArgument"),
        (VsanPort("vmk2"), "HostConfigFault"),
        (VsanPort("vmk1", frozenset({"backup"})), "InvalidArgument"),
    ],
)
def test_what_can_not_carry_vsan(port: VsanPort, fault: str) -> None:
    with pytest.raises(Refusal, match=r"vmk9|vmk2|backup") as refused:
        choose_vsan_ports(host(), [VsanPort("vmk0"), port])

    assert refused.value.fault == fault
