"""What is worth knowing about all hosts of a vCenter: a row is what they are like, and what is said."""

from ipaddress import IPv4Network

import pytest

from unit.planner.builders import esx, vmk
from vmk_operator.planner.advice import advise_fleet
from vmk_operator.planner.fleet import Fleet, FleetCluster, Hosts
from vmk_operator.planner.footprint import footprint
from vmk_operator.planner.traits import (
    ServiceMtu,
    ServiceOffThere,
    ServiceStack,
    ServiceSubnets,
    ServiceWithoutGateway,
    Trait,
)

DEFAULT, PROVISIONING = "defaultTcpipStack", "vSphereProvisioning"
ONE, TWO, MANY = Hosts(1, ("esx01",)), Hosts(2, ("esx01", "esx02")), Hosts(12, ("esx01", "esx02", "esx03"))
ON_DEFAULT, ON_VMOTION = ServiceStack("vmotion", DEFAULT), ServiceStack("vmotion", "vmotion")


def subnets(*networks: str, stack: str = DEFAULT, service: str = "vmotion") -> ServiceSubnets:
    return ServiceSubnets(service, stack, frozenset(IPv4Network(one) for one in networks))


def said(traits: dict[Trait, Hosts], *clusters: FleetCluster) -> dict[str, str]:
    """Reason to message."""
    return {one.reason: one.message for one in advise_fleet(Fleet(traits, clusters))}


@pytest.mark.parametrize(
    ("hosts", "text"),
    [
        (ONE, "1 host (esx01)"),
        (TWO, "2 hosts (esx01, esx02)"),
        (MANY, "12 hosts (esx01, esx02, esx03, …)"),
    ],
)
def test_hosts_are_counted_and_the_first_few_named(hosts: Hosts, text: str) -> None:
    assert str(hosts) == text


def test_a_fleet_with_nothing_to_tell_is_told_nothing() -> None:
    fits: dict[Trait, Hosts] = {
        ON_VMOTION: MANY,
        ServiceMtu("vmotion", 9000): MANY,
        subnets("10.0.0.0/24", stack="vmotion"): MANY,
    }

    assert said({}) == {}
    assert said(fits, FleetCluster("Gold", fits)) == {}


@pytest.mark.parametrize(
    ("where", "networks"),
    [
        pytest.param([], None, id="no address"),
        pytest.param([subnets("10.0.0.0/24")], None, id="one"),
        pytest.param([subnets("10.0.0.0/24"), subnets("10.1.0.0/24")], 2, id="two"),
        pytest.param([subnets("10.0.0.0/24"), subnets("10.0.0.0/24", "10.1.0.0/24")], None, id="with one in common"),
        pytest.param(
            [subnets("10.0.0.0/24"), subnets("10.1.0.0/24"), subnets("10.0.0.0/24", "10.1.0.0/24")],
            None,
            id="connected by a third",
        ),
        pytest.param([subnets("10.0.0.0/24"), subnets("10.1.0.0/24", stack="vmotion")], None, id="not on this stack"),
        pytest.param([subnets("10.0.0.0/24"), subnets("10.1.0.0/24", service="vsan")], None, id="not of this service"),
    ],
)
def test_what_the_vmotion_stack_would_buy_depends_on_the_networks_of_vmotion(
    where: list[ServiceSubnets], networks: int | None
) -> None:
    traits: dict[Trait, Hosts] = {ON_DEFAULT: MANY, **dict.fromkeys(where, ONE)}
    message = said(traits)["VmotionOnDefaultStack"]

    assert message.startswith("vMotion runs on the default TCP/IP stack of 12 hosts (esx01, esx02, esx03, …)")
    assert ("networks that only the gateway of the default stack connects" in message) is (networks is not None)
    assert networks is None or f"in {networks} networks" in message
    assert message.endswith("takes vMotion away from the adapters of the default stack.")


def test_provisioning_on_the_default_stack_is_told_with_what_it_is() -> None:
    message = said({ServiceStack(PROVISIONING, DEFAULT): TWO})["ProvisioningOnDefaultStack"]

    assert message == (
        "Provisioning (cold migration, clones, snapshots) runs on the default TCP/IP stack of 2 hosts (esx01, esx02); "
        "the stack vSphereProvisioning would keep it apart from management there, with its own gateway and DNS. Its "
        "first adapter on a host takes Provisioning away from the adapters of the default stack."
    )


def test_a_selection_without_effect_is_told() -> None:
    message = said({ServiceOffThere("vmotion"): ONE})["ServiceShadowed"]

    assert message == (
        "vmotion is selected for adapters of the default TCP/IP stack of 1 host (esx01), and is off there because the "
        "stack vmotion is in use; deselect it once the migration is final."
    )


def test_a_half_migrated_cluster_is_told_with_both_halves() -> None:
    half = FleetCluster("Gold", {ON_VMOTION: ONE, ON_DEFAULT: TWO})

    assert said({}, half, FleetCluster("Silver", {ON_VMOTION: TWO}))["VmotionStacksDiffer"] == (
        "vMotion is on different TCP/IP stacks within 1 cluster (Gold), in Gold on defaultTcpipStack of 2 hosts "
        "(esx01, esx02) and on vmotion of 1 host (esx01); migrations between them may fail until all are on one stack."
    )


def test_two_clusters_that_differ_from_each_other_are_fine() -> None:
    gold, silver = FleetCluster("Gold", {ON_VMOTION: ONE}), FleetCluster("Silver", {ON_DEFAULT: TWO})

    assert "VmotionStacksDiffer" not in said({}, gold, silver)


def test_many_clusters_are_counted_and_the_first_few_named() -> None:
    mtus: dict[Trait, Hosts] = {ServiceMtu("vmotion", 9000): ONE, ServiceMtu("vmotion", 1500): TWO}

    message = said({}, *(FleetCluster(name, mtus) for name in ("A", "B", "C", "D")))["MtuUnequal"]

    assert message == (
        "A service has several MTUs within 4 clusters (A, B, C, …), in A vmotion has 1500 on 2 hosts (esx01, esx02) "
        "and 9000 on 1 host (esx01); large packets between them are lost until all have one."
    )


def test_one_mtu_for_each_service_is_fine() -> None:
    cluster = FleetCluster("Gold", {ServiceMtu("vmotion", 9000): ONE, ServiceMtu("management", 1500): TWO})

    assert "MtuUnequal" not in said({}, cluster)


@pytest.mark.parametrize(
    ("traits", "is_told"),
    [
        pytest.param([ServiceWithoutGateway("vmotion"), subnets("10.0.0.0/24", stack="vmotion")], False, id="one"),
        pytest.param(
            [
                ServiceWithoutGateway("vmotion"),
                subnets("10.0.0.0/24", stack="vmotion"),
                subnets("10.1.0.0/24", stack="vmotion"),
            ],
            True,
            id="two",
        ),
        pytest.param(
            [ServiceWithoutGateway("vmotion"), subnets("10.0.0.0/24", stack="vmotion"), subnets("10.1.0.0/24")],
            True,
            id="the other on the default stack",
        ),
        pytest.param([subnets("10.0.0.0/24"), subnets("10.1.0.0/24", stack="vmotion")], False, id="with gateways"),
        pytest.param([ServiceWithoutGateway("vmotion")], False, id="no address is known"),
        pytest.param(
            [ServiceWithoutGateway(PROVISIONING), subnets("10.0.0.0/24"), subnets("10.1.0.0/24")],
            False,
            id="another stack",
        ),
    ],
)
def test_a_vmotion_stack_without_gateway_matters_where_vmotion_is_in_several_networks(
    traits: list[Trait],
    is_told: bool,  # noqa: FBT001 - a column
) -> None:
    messages = said(dict.fromkeys(traits, TWO))

    assert ("VmotionWithoutGateway" in messages) is is_told
    assert not is_told or messages["VmotionWithoutGateway"] == (
        "The TCP/IP stack vmotion of 2 hosts (esx01, esx02) has no gateway, and vMotion of this vCenter is in 2 "
        "networks, between which these hosts can't migrate; declare gateway for the stack."
    )


def test_every_message_fits_into_a_status_however_large_the_fleet() -> None:
    long = Hosts(1000, tuple("x" * 80 + str(number) for number in range(3)))
    traits: dict[Trait, Hosts] = {
        ON_DEFAULT: long,
        ON_VMOTION: long,
        ServiceStack(PROVISIONING, DEFAULT): long,
        ServiceOffThere("vmotion"): long,
        ServiceWithoutGateway("vmotion"): long,
        ServiceMtu("vmotion", 1500): long,
        ServiceMtu("vmotion", 9000): long,
        **{subnets(f"10.{number}.0.0/24"): long for number in range(200)},
    }

    messages = said(traits, *(FleetCluster("c" * 80, traits) for _ in range(50)))

    assert len(messages) == 6
    assert all(len(message) <= 1024 for message in messages.values())


def test_a_real_host_on_the_default_stack_gives_the_advice() -> None:
    host = esx(vmk("vmk1", "10.0.40.11/24"), services={"vmotion": ["vmk1"]})

    assert set(said(dict.fromkeys(footprint(host, ()).traits, ONE))) == {"VmotionOnDefaultStack"}
