"""TCP/IP stacks from documents."""

from dataclasses import replace

from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.host_documents import DnsDocument, NetstackDocument, RouteDocument
from vcenter_simulator.fleet.places import place
from vcenter_simulator.host.custom_netstacks import remove_netstack
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.state import Dns, HostState, Netstack, Route


def with_netstack(state: HostState, key: str, document: NetstackDocument) -> HostState:
    """Return *state* with the fields of a stack that *document* has; a stack that is not there is created."""
    old = state.netstack(key)
    stack = old or Netstack(key=key, name=key, in_kernel=True)
    sent = document.model_fields_set
    wanted = document.max_connections if document.max_connections is not None else stack.max_connections
    is_limited = sent & {"max_connections", "running_max_connections"}
    running = document.running_max_connections if is_limited else stack.running_connections
    stack = replace(
        stack,
        name=document.name if document.name is not None else stack.name,
        gateway=document.gateway if "gateway" in sent else stack.gateway,
        gateway6=document.ipv6_gateway if "ipv6_gateway" in sent else stack.gateway6,
        routes=_routes(document.routes) if document.routes is not None else stack.routes,
        dns=_dns(document.dns) if document.dns is not None else stack.dns,
        max_connections=wanted,
        running_connections=None if running == wanted else running,
        congestion_control=document.congestion_control or stack.congestion_control,
        in_kernel=document.in_kernel if document.in_kernel is not None else stack.in_kernel,
        enabled=document.enabled if document.enabled is not None else stack.enabled,
    )
    others = tuple(stack if one.key == key else one for one in state.netstacks)
    return replace(state, netstacks=others if old is not None else (*others, stack))


def without_netstack(state: HostState, key: str) -> HostState:
    """Return *state* without a stack.

    Raises:
        DocumentError: when the host can't do without it.
    """
    try:
        return remove_netstack(state, key)
    except Refusal as refusal:
        raise DocumentError(f"{state.name}: {place(('netstacks', key))}: {refusal.text}") from refusal


def _dns(document: DnsDocument) -> Dns:
    return Dns(
        dhcp=document.dhcp,
        device=document.device,
        host_name=document.host_name,
        domain_name=document.domain_name,
        servers=tuple(document.servers),
        search_domains=tuple(document.search_domains),
        device6=document.ipv6_device,
    )


def _routes(documents: list[RouteDocument]) -> tuple[Route, ...]:
    return tuple(Route(one.network, one.gateway) for one in documents)
