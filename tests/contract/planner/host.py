"""One host of a simulator, driven through the operator's real connection."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import Any

from contract.vcenter.lab import HOST, connected
from vcenter_simulator.fleet.host_documents import HostEdit
from vcenter_simulator.host.behaviour import Behaviour
from vcenter_simulator.running import Running, start
from vcenter_simulator.vcenter import Settings
from vmk_operator.errors import VmkOperatorError
from vmk_operator.model.host import NetworkState, RouteConfig, is_custom
from vmk_operator.model.identity import HostRef
from vmk_operator.model.step import Step
from vmk_operator.planner.gateways import without_learned
from vmk_operator.vcenter.connection import Connection

SEGMENTS = {"seg-1": "Segment 1", "seg-2": "Segment 2"}
"""The host's opaque networks."""


NOT_SENT = "not sent"
"""Instead of a fault: what is asked before a write already said no."""


class SimulatedHost:
    """Steps go in by the encoder, states come out by the decoder."""

    def __init__(self, simulator: Running, connection: Connection, ref: HostRef) -> None:
        self._simulator = simulator
        self._connection = connection
        self._ref = ref

    async def network(self) -> NetworkState:
        """Read it now, without what only its networks know: leases, and the gateways that come with them."""
        network = (await self._connection.read_host(self._ref)).network
        assert network is not None
        own = {one.key: one for one in self._simulator.vcenter.inventory.hosts[HOST].actual.netstacks}
        return replace(
            network,
            adapters=tuple(
                replace(
                    one,
                    ipv4=replace(one.ipv4, address=None) if one.ipv4.dhcp else one.ipv4,
                    ipv6=None if one.ipv6 is None else one.ipv6.configured,
                )
                for one in network.adapters
            ),
            netstacks=tuple(
                replace(
                    one,
                    dns=replace(one.dns.configured, host_name=one.dns.host_name),
                    routes=RouteConfig(
                        None if own[one.key].gateway is None else one.routes.ipv4_gateway,
                        None if own[one.key].gateway6 is None else one.routes.ipv6_gateway,
                    ),
                )
                for one in network.netstacks
            ),
        )

    async def execute(self, step: Step) -> str | None:
        """Do a step; return the fault with which the host refused it, ``None`` when it did not."""
        already = len(self._simulator.control.journal())
        try:
            await self._connection.execute(self._ref, step, timeout_s=10)
        except VmkOperatorError:
            written = self._simulator.control.journal()[already:]
            outcome: str = written[-1]["outcome"] if written else NOT_SENT
            if outcome == "ok":  # of a call that began a task, which failed
                *_, task = self._simulator.vcenter.tasks
                assert task.error is not None
                outcome = task.error.fault
            return outcome
        return None

    async def become(
        self,
        *,
        routes: dict[str, list[dict[str, str]]] | None = None,
        dns: dict[str, dict[str, Any]] | None = None,
        custom: Sequence[str] = (),
        **adapters: dict[str, Any],
    ) -> NetworkState:
        """Have vmk0 and just these other adapters, and stacks as on a new host but for *routes*, *dns*, *custom* ones.

        Adapters, routes and DNS as in a fleet's document.
        """
        others: dict[str, Any] = {one.device: None for one in (await self.network()).adapters if one.device != "vmk0"}
        stacks: dict[str, dict[str, Any] | None] = {
            one.key: None for one in (await self.network()).netstacks if is_custom(one.key)
        }
        stacks |= {
            key: {
                "gateway": None,
                "ipv6Gateway": None,
                "routes": [],
                "dns": {},
                "maxConnections": 11000,
                "runningMaxConnections": None,
                "congestionControl": "newreno",
            }
            for key in ("defaultTcpipStack", "vmotion", "vSphereProvisioning")
        }
        vmk0 = {"ipv4": {"address": "10.0.0.11/24"}, "ipv6": {}, "mtu": 1500, "services": ["management"]}
        edited: list[dict[str, Any]] = [{key: {"routes": entries}} for key, entries in (routes or {}).items()]
        edited += [{key: {"dns": entries}} for key, entries in (dns or {}).items()]
        for edit in (
            {"adapters": others},  # before the stacks that they are on
            {"netstacks": stacks},
            {"adapters": {"vmk0": vmk0, **adapters}, "netstacks": {key: {} for key in custom}},
            *({"netstacks": one} for one in edited),
        ):
            self._simulator.control.edit_host(HOST, HostEdit.model_validate(edit))
        return await self.network()


@asynccontextmanager
async def simulated_host(**behaviour: Any) -> AsyncIterator[SimulatedHost]:
    """Start a simulator with one host on opaque networks and connect to it; *behaviour* names switches."""
    settings = Settings(behaviour=Behaviour(**behaviour))
    async with (
        start(hosts=1, settings=settings) as simulator,
        connected(simulator) as connection,
        aclosing(connection.stream()) as stream,
    ):
        simulator.control.edit_host(HOST, HostEdit.model_validate({"opaqueSwitch": {"networks": SEGMENTS}}))
        await anext(stream)
        (ref,) = connection.inventory.hosts()
        yield SimulatedHost(simulator, connection, ref)


def comparable(network: NetworkState) -> NetworkState:
    """Leave out what a simulation can't foresee: leases, their gateways, and MACs, with them the adapters' order."""
    foreseen = (
        replace(one, mac="", ipv4=one.ipv4.configured, ipv6=None if one.ipv6 is None else one.ipv6.configured)
        for one in network.adapters
    )
    adapters = sorted(foreseen, key=lambda one: one.device)
    netstacks = tuple(
        replace(stack, routes=without_learned(stack, network), dns=stack.dns.configured) for stack in network.netstacks
    )
    return replace(network, adapters=tuple(adapters), netstacks=netstacks)
