"""What a halt remembers of the host: it stands for as long as nothing that concerns the object changes."""

from dataclasses import replace

import pytest

from unit.planner.builders import BACKUP, ON_FABRIC, STORAGE, esx, network_of, six, stack, vmk
from vmk_operator.model.host import AdapterState, Attachment, DnsState, HostState, StandardAttachment
from vmk_operator.planner.fingerprint import adapter_fingerprint, netstack_fingerprint

A, B = "10.0.40.11/24", "10.0.40.12/24"
HERE = StandardAttachment(BACKUP)
MINE = vmk("vmk1", A)
BUSY = vmk("vmk1", A, gateway="10.0.40.1", ipv6=six("fd00:40::11/64"), ipv6_gateway="fe80::1", mtu=9000)
DNS = DnsState(domain_name="example.com", servers=("10.0.40.53",), search_domains=("example.org",))
EDITED = stack(
    "vmotion", gateway="10.0.40.1", ipv6_gateway="fe80::1", dns=DNS, static_routes={"10.9.0.0/16": "10.0.40.9"}
)


def of_adapter(
    host: HostState,
    adapter: AdapterState | None = MINE,
    *,
    netstack: str = "defaultTcpipStack",
    at: Attachment | None = HERE,
) -> str:
    return adapter_fingerprint(host, network_of(host), adapter=adapter, netstack=netstack, attachment=at)


def of_stack(host: HostState, key: str = "vmotion") -> str:
    return netstack_fingerprint(host, network_of(host), key)


@pytest.mark.parametrize(
    ("told", "known"),
    [
        (of_adapter(esx(MINE)), "0ce8d443889faace"),
        (of_adapter(esx(BUSY, services={"vmotion": ["vmk1"]}), BUSY), "4f28eff4cbdc86d4"),
        (of_adapter(esx(MINE, vmk("vmk2", B), vmk("vmk3", on=STORAGE)), None), "03ede02701257b6b"),
        (of_adapter(esx(MINE, ipv6=False), None, at=None), "ff235ab2e28b343b"),
        (
            of_adapter(esx(vmk("vmk1", A, netstack="vmotion"), management=[]), netstack="vmotion", at=ON_FABRIC),
            "314ecde381c22288",
        ),
        (of_adapter(esx(), None, netstack="vMotion"), "8afd4d92c531b675"),
        (of_stack(esx()), "5ae3c6f1a61fa48a"),
        (
            of_stack(esx(vmk("vmk1", A, netstack="vmotion"), vmk("vmk2", B, netstack="vmotion"), stacks=[EDITED])),
            "18a71f69557518c4",
        ),
        (of_stack(esx(ipv6=False), "vMotion"), "b8b282530db4429b"),
    ],
)
def test_a_halt_outlives_an_upgrade_of_the_operator(told: str, known: str) -> None:
    assert told == known


@pytest.mark.parametrize(
    "changed",
    [
        esx(replace(MINE, mtu=9000)),
        esx(replace(MINE, mac="00:50:56:00:00:01")),
        esx(replace(MINE, attachment=ON_FABRIC)),
        esx(replace(MINE, system_owned=True)),
        esx(vmk("vmk1", B)),
        esx(vmk("vmk1", A, gateway="10.0.40.1")),
        esx(vmk("vmk1", A, ipv6=six("fd00:40::11/64"))),
        esx(MINE, services={"vmotion": ["vmk1"]}),
        esx(MINE, vmk("vmk2", B, netstack="vmotion")),
        esx(MINE, stacks=[stack("defaultTcpipStack", owner="NSX")]),
        esx(MINE, management=[]),
        esx(MINE, ipv6=False),
        esx(MINE, services={"vsan": ["vmk0"]}),
        esx(MINE, uuid="another machine"),
    ],
)
def test_what_concerns_an_adapter_ends_its_halt(changed: HostState) -> None:
    assert of_adapter(changed, network_of(changed).adapter("vmk1")) != of_adapter(esx(MINE))


@pytest.mark.parametrize(
    "changed",
    [
        esx(MINE, vmk("vmk2", B)),
        esx(MINE, stacks=[stack("defaultTcpipStack", gateway="10.0.10.1")]),
        esx(MINE, name="renamed.example.com"),
    ],
)
def test_what_concerns_others_ends_no_halt_of_an_adapter(changed: HostState) -> None:
    assert of_adapter(changed, network_of(changed).adapter("vmk1")) == of_adapter(esx(MINE))


def test_an_object_without_an_adapter_looks_at_those_on_its_port_group() -> None:
    alone = of_adapter(esx(), None)

    assert of_adapter(esx(MINE), None) != alone
    assert of_adapter(esx(vmk("vmk1", A, on=STORAGE)), None) == alone
    assert of_adapter(esx(vmk("vmk2", B), MINE), None) == of_adapter(esx(MINE, vmk("vmk2", B)), None)
