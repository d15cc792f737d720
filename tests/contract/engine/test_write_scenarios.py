"""The write scenarios in every world: exactly the necessary writes, no adapter twice, nothing repaired for ever."""

from collections import Counter

from contract.engine.lab import EngineLab, engine_lab
from contract.engine.objects import ESX01, ESX02, HOSTS, backup, vmotion, vmotion_stack
from contract.engine.worlds import in_every_world
from unit.planner.builders import adapter, netstack
from vcenter_simulator.fleet.adapter_documents import (
    Ipv4Document,
    Ipv6Document,
    PlaceDocument,
    VsanMulticastDocument,
)
from vcenter_simulator.fleet.host_documents import DnsDocument
from vcenter_simulator.vcenter import Settings
from vmk_operator.api.v1alpha1 import PlanStatus
from vmk_operator.planner.snapshot import ManagedObject

EIGHT = {"network": "10.8.0.0/16", "gateway": "10.0.50.8"}
VSAN = ["vsan", "vsanWitness"]
NINE = {"network": "10.9.0.0/16", "gateway": "10.0.50.9"}


def routes_of(lab: EngineLab) -> dict[str, str]:
    """The static routes that the vMotion stack really has."""
    return {one.network: one.gateway for one in lab.hosts()[ESX01].netstacks["vmotion"].routes or ()}


def dns_of(lab: EngineLab) -> DnsDocument:
    """The DNS that the vMotion stack really has."""
    configured = lab.hosts()[ESX01].netstacks["vmotion"].dns
    assert configured is not None
    return configured


async def approve(lab: EngineLab, thing: ManagedObject) -> None:
    """Let a person approve the plan for *thing*, once it waits for that."""

    def waiting() -> PlanStatus | None:
        plan = lab.status(thing).plan
        return plan if plan is not None and plan.waits_for == "Approval" else None

    await lab.until(lambda: waiting() is not None, f"{thing.metadata.name} to wait for approval")
    plan = waiting()
    assert plan is not None
    lab.kube.annotate(thing, approve=plan.id)


async def rolled_out(lab: EngineLab) -> None:
    """Have a dedicated vMotion stack with an adapter, and a backup adapter, on both hosts."""
    lab.kube.apply(*(thing for n in (1, 2) for thing in (vmotion_stack(n), vmotion(n), backup(n))))
    await lab.converged()


@in_every_world
async def test_stacks_and_adapters_of_one_apply_are_made_by_the_necessary_writes(settings: Settings) -> None:
    async with engine_lab(settings) as lab:
        await rolled_out(lab)

        writes = lab.new_writes()
        assert writes == Counter(
            {(host, method): n for host in HOSTS for method, n in (("AddVirtualNic", 2), ("UpdateNetworkConfig", 1))}
        )
        for number, host in enumerate(HOSTS, start=1):
            addresses = sorted(address for address in lab.addresses(host).values() if address is not None)
            assert addresses == sorted(
                [f"10.0.0.1{number}/24", f"10.0.40.1{number}/24", f"10.0.50.1{number}/24", f"10.1.0.1{number}/24"]
            )
            stack = lab.hosts()[host].netstacks["vmotion"]
            assert (stack.gateway, stack.congestion_control, stack.max_connections) == ("10.0.50.1", "cubic", 12000)
        assert lab.recorder.drift == Counter()
        assert len(lab.simulator.control.sessions()) == 1
        await lab.stays_converged()
        assert lab.new_writes() == Counter()


@in_every_world
async def test_edits_are_made_in_place_each_by_one_write(settings: Settings) -> None:
    async with engine_lab(settings) as lab:
        await rolled_out(lab)
        lab.new_writes()

        lab.kube.apply(vmotion_stack(1, gateway="10.0.50.2"), vmotion(1, mtu=8000), backup(2, "10.0.40.77/24"))
        await lab.converged()

        assert lab.new_writes() == {
            (ESX01, "UpdateNetworkConfig"): 1,
            (ESX01, "UpdateVirtualNic"): 1,
            (ESX02, "UpdateVirtualNic"): 1,
        }
        assert "10.0.40.77/24" in lab.addresses(ESX02).values()
        assert lab.hosts()[ESX01].netstacks["vmotion"].gateway == "10.0.50.2"
        assert lab.recorder.drift == Counter()
        await lab.stays_converged()
        assert lab.new_writes() == Counter()


@in_every_world
async def test_drift_is_repaired_once_and_only_what_drifted(settings: Settings) -> None:
    async with engine_lab(settings) as lab:
        await rolled_out(lab)
        lab.new_writes()
        device = lab.status(vmotion(1)).binding
        assert device is not None
        assert device.device is not None

        lab.by_hand(ESX01, adapters={device.device: {"mtu": 1500}}, netstacks={"vmotion": {"gateway": None}})
        await lab.until(lambda: len(lab.recorder.repairs) == 2, "two repairs")
        await lab.stays_converged()

        assert lab.new_writes() == {(ESX01, "UpdateVirtualNic"): 1, (ESX01, "UpdateNetworkConfig"): 1}
        assert lab.recorder.drift == {("VmkAdapter", "mtu"): 1, ("VmkNetstack", "gateway.ipv4"): 1}
        (repair,) = lab.status(vmotion(1)).drift_history
        assert (repair.field, repair.desired, repair.observed) == ("mtu", "9000", "1500")
        assert lab.status(vmotion(2)).drift_history == ()


@in_every_world
async def test_an_adapter_is_moved_in_place_by_declaration_and_back_again_after_a_hand(settings: Settings) -> None:
    async with engine_lab(settings) as lab:
        lab.kube.apply(backup(1))
        await lab.converged()
        lab.new_writes()

        lab.kube.apply(backup(1, on=("DSwitch", "dpg-backup")))
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "UpdateVirtualNic"): 1}
        assert lab.recorder.drift == Counter()

        lab.by_hand(ESX01, adapters={"vmk2": {"portGroup": {"standard": "Backup-40"}}})
        await lab.until(lambda: lab.recorder.repairs, "the repair")
        await lab.stays_converged()
        assert lab.new_writes() == {(ESX01, "UpdateVirtualNic"): 1}
        assert lab.recorder.drift == {("VmkAdapter", "portGroup"): 1}
        assert list(lab.addresses(ESX01)) == ["vmk0", "vmk1", "vmk2"]


@in_every_world
async def test_an_adapter_goes_to_an_opaque_network_and_back_in_place(settings: Settings) -> None:
    async with engine_lab(settings) as lab:
        lab.kube.apply(backup(1, on={"opaque": {"id": "seg-1"}}))
        await lab.until(lambda: lab.ready(backup(1)) == ("False", "NoSuchPortGroup"), "a network that is not there")
        lab.by_hand(ESX01, opaqueSwitch={"networks": {"seg-1": "Segment 1", "seg-2": "Segment 2"}})
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "AddVirtualNic"): 1}
        assert lab.hosts()[ESX01].adapters["vmk2"].port_group == PlaceDocument(opaque="seg-1")

        lab.kube.apply(backup(1))
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "UpdateVirtualNic"): 1}
        lab.kube.apply(backup(1, on={"opaque": {"id": "seg-1"}}))
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "UpdateVirtualNic"): 1}
        assert lab.recorder.drift == Counter()

        lab.by_hand(ESX01, adapters={"vmk2": {"portGroup": {"opaque": "seg-2"}}})
        await lab.until(lambda: lab.recorder.repairs, "the repair")
        await lab.stays_converged()
        assert lab.new_writes() == {(ESX01, "UpdateVirtualNic"): 1}
        assert lab.recorder.drift == {("VmkAdapter", "portGroup"): 1}
        assert list(lab.addresses(ESX01)) == ["vmk0", "vmk1", "vmk2"]


@in_every_world
async def test_vsan_is_given_to_adapters_and_given_back_without_a_change_to_anybody_elses(settings: Settings) -> None:
    multicast = VsanMulticastDocument(upstream="224.1.2.3", downstream="224.2.3.4")
    second = backup(1, "10.0.30.12/24", name="second", on="Storage-30", services=VSAN)
    async with engine_lab(settings) as lab:
        lab.by_hand(ESX01, adapters={"vmk1": {"services": VSAN, "vsanMulticast": multicast.model_dump()}})

        lab.kube.apply(backup(1, services=["vsan", "vSphereBackupNFC"]), second)
        await lab.converged()
        assert lab.new_writes() == {
            (ESX01, "AddVirtualNic"): 2,
            (ESX01, "UpdateVsan_Task"): 2,
            (ESX01, "SelectVnicForNicType"): 1,
        }
        assert vsan_of(lab) == {"vmk1": VSAN, "vmk2": ["vsan"], "vmk3": VSAN}

        lab.by_hand(ESX01, adapters={"vmk2": {"services": ["vSphereBackupNFC"]}, "vmk3": {"services": []}})
        await lab.until(lambda: len(lab.recorder.repairs) == 2, "two repairs")
        await lab.stays_converged()
        assert lab.new_writes() == {(ESX01, "UpdateVsan_Task"): 2}
        assert lab.recorder.drift == {("VmkAdapter", "services"): 2}
        assert vsan_of(lab) == {"vmk1": VSAN, "vmk2": ["vsan"], "vmk3": VSAN}
        assert lab.hosts()[ESX01].adapters["vmk1"].vsan_multicast == multicast


async def test_vsan_is_taken_from_an_adapter_once_approved_by_one_write_that_leaves_it_to_the_others() -> None:
    async with engine_lab(Settings()) as lab:
        lab.by_hand(ESX01, adapters={"vmk1": {"services": VSAN}})
        lab.kube.apply(backup(1, services=VSAN))
        await lab.converged()
        lab.new_writes()

        lab.kube.apply(backup(1, services=["vsanWitness"]))
        await lab.until(lambda: lab.ready(backup(1)) == ("False", "WaitingForApproval"), "that it is asked for")
        plan = lab.status(backup(1)).plan
        assert plan is not None
        assert plan.steps == ("deselect vsan for vmk2",)
        assert lab.new_writes() == Counter()

        lab.kube.annotate(backup(1), approve=plan.id)
        await lab.stays_converged()
        assert lab.new_writes() == {(ESX01, "UpdateVsan_Task"): 1}
        assert vsan_of(lab) == {"vmk1": VSAN, "vmk2": ["vsanWitness"]}


def vsan_of(lab: EngineLab) -> dict[str, list[str]]:
    """Which of vSAN's services the adapters really carry."""
    found = {device: one.services or [] for device, one in lab.hosts()[ESX01].adapters.items()}
    carried = {device: [name for name in services if name.startswith("vsan")] for device, services in found.items()}
    return {device: services for device, services in carried.items() if services}


@in_every_world
async def test_an_adapter_goes_from_static_to_dhcp_and_to_a_gateway_of_its_own_and_back(settings: Settings) -> None:
    async with engine_lab(settings) as lab:
        lab.kube.apply(backup(1, own={"gateway": "10.0.40.1"}))
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "AddVirtualNic"): 1}
        assert lab.hosts()[ESX01].adapters["vmk2"].ipv4 == Ipv4Document(address="10.0.40.11/24", gateway="10.0.40.1")

        lab.kube.apply(backup(1, ipv4={"mode": "DHCP", "gateway": "None"}))
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "UpdateVirtualNic"): 1}
        leased = lab.hosts()[ESX01].adapters["vmk2"].ipv4
        assert leased is not None
        assert (leased.dhcp, leased.gateway) == (True, None)

        lab.by_hand(ESX01, adapters={"vmk2": {"ipv4": {"address": "10.0.40.77/24"}}})
        await lab.until(lambda: lab.recorder.repairs, "the repair")
        await lab.stays_converged()
        assert lab.new_writes() == {(ESX01, "UpdateVirtualNic"): 1}
        assert lab.recorder.drift == {("VmkAdapter", "ipv4.mode"): 1}


@in_every_world
async def test_an_adapter_gets_ipv6_and_keeps_it_by_one_write_each(settings: Settings) -> None:
    ipv6 = {"addresses": ["FD00:40:0::12/64", "fd00:40::11/64"], "gateway": "fd00:40::1"}
    async with engine_lab(settings) as lab:
        lab.kube.apply(backup(1, ipv6=ipv6))
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "AddVirtualNic"): 1}

        lab.kube.apply(backup(1, ipv6=ipv6 | {"addresses": ["fd00:40::11/64"], "acceptRouterAdvertisements": True}))
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "UpdateVirtualNic"): 1}
        assert lab.hosts()[ESX01].adapters["vmk2"].ipv6 == Ipv6Document(
            auto=True, addresses=["fd00:40::11/64"], gateway="fd00:40::1"
        )

        by_hand = {"auto": True, "dhcp": True, "addresses": ["fd00:40::11/64", "fd00:40::77/64"]}
        lab.by_hand(ESX01, adapters={"vmk2": {"ipv6": by_hand}})
        await lab.until(lambda: lab.recorder.repairs, "the repair")
        await lab.stays_converged()
        assert lab.new_writes() == {(ESX01, "UpdateVirtualNic"): 1}
        assert lab.recorder.drift == {("VmkAdapter", "ipv6.addresses"): 1, ("VmkAdapter", "ipv6.gateway"): 1}
        assert lab.hosts()[ESX01].adapters["vmk2"].ipv6 == Ipv6Document(
            auto=True, dhcp=True, addresses=["fd00:40::11/64"], gateway="fd00:40::1"
        )


@in_every_world
async def test_a_stack_gets_its_ipv6_gateway_beside_the_other_and_keeps_it(settings: Settings) -> None:
    on_stack = vmotion(1, ipv6={"addresses": ["fd00:50::11/64"]})
    async with engine_lab(settings) as lab:
        lab.kube.apply(on_stack, vmotion_stack(1))
        await lab.converged()
        lab.new_writes()

        lab.kube.apply(vmotion_stack(1, ipv6_gateway="fd00:50::1"))
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "UpdateNetworkConfig"): 1}

        lab.by_hand(ESX01, netstacks={"vmotion": {"ipv6Gateway": "fe80::99"}})
        await lab.until(lambda: lab.recorder.repairs, "the repair")
        await lab.stays_converged()
        assert lab.new_writes() == {(ESX01, "UpdateNetworkConfig"): 1}
        assert lab.recorder.drift == {("VmkNetstack", "gateway.ipv6"): 1}
        stack = lab.hosts()[ESX01].netstacks["vmotion"]
        assert (stack.gateway, stack.ipv6_gateway) == ("10.0.50.1", "fd00:50::1")


@in_every_world
async def test_a_stack_gets_its_dns_and_keeps_it_by_one_write_each(settings: Settings) -> None:
    dns = {"servers": ["10.0.50.53"], "searchDomains": ["example.com"]}
    async with engine_lab(settings) as lab:
        lab.kube.apply(vmotion(1), vmotion_stack(1))
        await lab.converged()
        lab.new_writes()

        lab.kube.apply(vmotion_stack(1, dns=dns))
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "UpdateNetworkConfig"): 1}

        lab.by_hand(ESX01, netstacks={"vmotion": {"dns": {"domainName": "by.hand", "servers": ["10.0.50.99"]}}})
        await lab.until(lambda: lab.recorder.repairs, "the repair")
        await lab.stays_converged()
        assert lab.new_writes() == {(ESX01, "UpdateNetworkConfig"): 1}
        assert {field for (_, field) in lab.recorder.drift} == {"dns.servers", "dns.searchDomains"}
        configured = lab.hosts()[ESX01].netstacks["vmotion"].dns
        assert configured is not None
        assert (configured.domain_name, configured.servers, configured.search_domains) == (
            "by.hand",
            ["10.0.50.53"],
            ["example.com"],
        )


@in_every_world
async def test_a_stack_has_its_dns_from_an_adapter_of_one_apply_and_goes_back_by_one_write_each(
    settings: Settings,
) -> None:
    leased = vmotion(1, ipv4={"mode": "DHCP"})
    async with engine_lab(settings) as lab:
        lab.kube.apply(netstack("vmotion-stack-1", host=ESX01, dns={"fromAdapter": "vmotion-1"}), leased)
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "AddVirtualNic"): 1, (ESX01, "UpdateNetworkConfig"): 1}
        configured = dns_of(lab)
        assert (configured.dhcp, configured.device) == (True, "vmk2")

        for by_hand in ({"dhcp": True, "device": "vmk1"}, {"servers": ["10.0.50.99"]}):
            lab.recorder.repairs.clear()
            lab.by_hand(ESX01, netstacks={"vmotion": {"dns": by_hand}})
            await lab.until(lambda: lab.recorder.repairs, "the repair")
            await lab.stays_converged()
            assert lab.new_writes() == {(ESX01, "UpdateNetworkConfig"): 1}
            assert (dns_of(lab).dhcp, dns_of(lab).device) == (True, "vmk2")
        assert lab.recorder.drift == {("VmkNetstack", "dns.fromAdapter"): 2}

        lab.kube.apply(netstack("vmotion-stack-1", host=ESX01, dns={"servers": ["10.0.50.53"]}))
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "UpdateNetworkConfig"): 1}
        assert (dns_of(lab).dhcp, dns_of(lab).device, dns_of(lab).servers) == (False, None, ["10.0.50.53"])


@in_every_world
async def test_an_adapter_with_another_device_than_foreseen_is_the_one_that_the_stack_has_its_dns_from(
    settings: Settings,
) -> None:
    leased = vmotion(1, ipv4={"mode": "DHCP"})
    async with engine_lab(settings) as lab:
        # vCenter does not know yet that the next number is taken.
        other = {"portGroup": {"standard": "Backup-40"}, "ipv4": {"address": "10.0.40.99/24"}}
        lab.by_hand(ESX01, published=False, adapters={"vmk2": other})

        lab.kube.apply(netstack("vmotion-stack-1", host=ESX01, dns={"fromAdapter": "vmotion-1"}), leased)
        await lab.converged()
        await lab.stays_converged()

        assert lab.new_writes() == {(ESX01, "AddVirtualNic"): 1, (ESX01, "UpdateNetworkConfig"): 1}
        assert (dns_of(lab).device, lab.hosts()[ESX01].adapters["vmk3"].netstack) == ("vmk3", "vmotion")


@in_every_world
async def test_an_adapter_that_is_gone_comes_back_and_the_stack_has_its_dns_from_the_new_one(
    settings: Settings,
) -> None:
    leased = vmotion(1, ipv4={"mode": "DHCP"})
    async with engine_lab(settings) as lab:
        lab.kube.apply(netstack("vmotion-stack-1", host=ESX01, dns={"fromAdapter": "vmotion-1"}), leased)
        await lab.converged()
        lab.new_writes()

        # Its number is taken by somebody else's before it can come back.
        other = {"portGroup": {"standard": "Backup-40"}, "ipv4": {"address": "10.0.40.99/24"}}
        lab.by_hand(ESX01, published=False, adapters={"vmk2": None})
        lab.by_hand(ESX01, adapters={"vmk2": other})
        await lab.until(lambda: dns_of(lab).device == "vmk3", "the stack to follow")
        await lab.stays_converged()

        assert lab.new_writes() == {(ESX01, "AddVirtualNic"): 1, (ESX01, "UpdateNetworkConfig"): 1}


@in_every_world
async def test_a_limit_of_connections_is_written_once_and_told_until_the_host_restarts(settings: Settings) -> None:
    async with engine_lab(settings) as lab:
        lab.kube.apply(vmotion(1), vmotion_stack(1))
        await lab.converged()
        lab.by_hand(ESX01, netstacks={"vmotion": {"maxConnections": 12000, "runningMaxConnections": 11000}})
        await lab.until(lambda: lab.status(vmotion_stack(1)).advisories, "the advisory")
        await lab.stays_converged()
        assert [one.reason for one in lab.status(vmotion_stack(1)).advisories] == ["TakesEffectAfterReboot"]
        lab.new_writes()

        lab.simulator.control.restart_host(ESX01)
        await lab.until(lambda: not lab.status(vmotion_stack(1)).advisories, "the end of the advisory")
        await lab.stays_converged()

        assert lab.new_writes() == Counter()
        assert lab.recorder.drift == Counter()


@in_every_world
async def test_static_routes_of_ours_come_and_go_by_one_write_each_and_others_stay(settings: Settings) -> None:
    async with engine_lab(settings) as lab:
        lab.kube.apply(vmotion(1), vmotion_stack(1))
        await lab.converged()
        others = [{"network": "10.7.0.0/16", "gateway": "10.0.50.7"}]
        lab.by_hand(ESX01, netstacks={"vmotion": {"routes": others}})
        lab.new_writes()

        lab.kube.apply(vmotion_stack(1, routes=[NINE, EIGHT]))
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "UpdateNetworkConfig"): 1}
        assert routes_of(lab) == {"10.7.0.0/16": "10.0.50.7", "10.8.0.0/16": "10.0.50.8", "10.9.0.0/16": "10.0.50.9"}

        lab.by_hand(ESX01, netstacks={"vmotion": {"routes": [*others, EIGHT]}})
        await lab.until(lambda: lab.recorder.repairs, "the repair")
        await lab.stays_converged()
        assert lab.new_writes() == {(ESX01, "UpdateNetworkConfig"): 1}
        assert lab.recorder.drift == {("VmkNetstack", "routes"): 1}

        await lab.stop()
        await lab.restart()
        lab.kube.apply(vmotion_stack(1, routes=[{**EIGHT, "gateway": "10.0.50.9"}]))
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "UpdateNetworkConfig"): 1}
        assert routes_of(lab) == {"10.7.0.0/16": "10.0.50.7", "10.8.0.0/16": "10.0.50.9"}


@in_every_world
async def test_ipv6_routes_come_beside_the_others_and_go_by_one_write_each(settings: Settings) -> None:
    six = {"network": "FD00:9:0::/48", "gateway": "fd00:50::9"}
    async with engine_lab(settings) as lab:
        lab.kube.apply(vmotion(1, ipv6={"addresses": ["fd00:50::11/64"]}), vmotion_stack(1))
        await lab.converged()
        lab.new_writes()

        lab.kube.apply(vmotion_stack(1, routes=[NINE, six]))
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "UpdateNetworkConfig"): 1}
        assert routes_of(lab) == {"10.9.0.0/16": "10.0.50.9", "fd00:9::/48": "fd00:50::9"}

        by_hand = [NINE, {"network": "fd00:9::/48", "gateway": "fd00:50::8"}]
        lab.by_hand(ESX01, netstacks={"vmotion": {"routes": by_hand}})
        await lab.until(lambda: lab.recorder.repairs, "the repair")
        await lab.stays_converged()
        assert lab.new_writes() == {(ESX01, "UpdateNetworkConfig"): 1}
        assert routes_of(lab) == {"10.9.0.0/16": "10.0.50.9", "fd00:9::/48": "fd00:50::9"}

        lab.kube.apply(vmotion_stack(1, routes=[]))
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "UpdateNetworkConfig"): 1}
        assert routes_of(lab) == {}


@in_every_world
async def test_services_are_selected_and_deselected_by_one_write_each(settings: Settings) -> None:
    async with engine_lab(settings) as lab:
        lab.kube.apply(backup(1, services=["vmotion", "vSphereProvisioning", "vSphereBackupNFC"]))
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "AddVirtualNic"): 1, (ESX01, "SelectVnicForNicType"): 3}

        lab.kube.apply(backup(1, services=["vSphereProvisioning"]))
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "DeselectVnicForNicType"): 2}

        lab.by_hand(ESX01, adapters={"vmk2": {"services": []}})
        await lab.until(lambda: lab.recorder.repairs, "the repair")
        await lab.stays_converged()
        assert lab.new_writes() == {(ESX01, "SelectVnicForNicType"): 1}
        assert lab.recorder.drift == {("VmkAdapter", "services"): 1}


@in_every_world
async def test_a_service_that_a_dedicated_stack_takes_is_not_fought_over_and_comes_back_after_it(
    settings: Settings,
) -> None:
    async with engine_lab(settings) as lab:
        old = adapter("vmotion-old", host=ESX01, on="vMotion-Old", services=["vmotion"])
        lab.kube.apply(old)
        await lab.converged()
        assert lab.new_writes() == Counter()

        lab.kube.apply(vmotion(1))
        await lab.until(lambda: lab.status(old).advisories, "the advisory")
        await lab.converged()
        assert lab.new_writes() == {(ESX01, "AddVirtualNic"): 1}
        assert [advisory.reason for advisory in lab.status(old).advisories] == ["ServiceShadowed"]

        lab.kube.delete(vmotion(1))
        await lab.until(lambda: vmotion(1).key not in lab.kube.objects, "the deletion")
        await lab.until(lambda: not lab.status(old).advisories, "the end of the advisory")
        await lab.stays_converged()
        assert "vmotion" in (lab.hosts()[ESX01].adapters["vmk1"].services or ())
        assert lab.recorder.drift == Counter()


@in_every_world
async def test_delete_removes_the_port_and_orphan_leaves_it(settings: Settings) -> None:
    async with engine_lab(settings) as lab:
        await rolled_out(lab)
        lab.new_writes()

        for thing in (vmotion(1), backup(1), vmotion(2)):
            lab.kube.delete(thing)
        await lab.until(lambda: not {vmotion(1).key, vmotion(2).key} & lab.kube.objects.keys(), "the deletion")
        await lab.at_rest()

        assert lab.new_writes() == {(ESX01, "RemoveVirtualNic"): 1, (ESX02, "RemoveVirtualNic"): 1}
        assert sorted(lab.addresses(ESX01)) == ["vmk0", "vmk1", backup_device(lab, 1)]
        assert lab.ready(vmotion_stack(1)) == lab.ready(vmotion_stack(2)) == ("True", "Dormant")
        assert lab.are_converged(backup(2))


def backup_device(lab: EngineLab, number: int) -> str:
    """The device with the backup address."""
    return next(
        device for device, address in lab.addresses(HOSTS[number - 1]).items() if address == f"10.0.40.1{number}/24"
    )


@in_every_world
async def test_an_approved_replacement_is_one_removal_and_one_creation(settings: Settings) -> None:
    async with engine_lab(settings) as lab:
        lab.kube.apply(backup(1))
        await lab.converged()
        lab.new_writes()

        moved = backup(1, netstack="vmotion", services=None, replacement={"requires": "None"})
        lab.kube.apply(moved)
        await approve(lab, moved)
        await lab.converged()

        assert lab.new_writes() == {(ESX01, "RemoveVirtualNic"): 1, (ESX01, "AddVirtualNic"): 1}
        assert lab.recorder.drift == Counter()
        assert list(lab.addresses(ESX01).values()).count("10.0.40.11/24") == 1
        await lab.stays_converged()
        assert lab.new_writes() == Counter()
