"""``network ip connection``: what listens on the host, and vCenter's own connection to it."""

from vcenter_simulator.esxcli.arguments import Arguments
from vcenter_simulator.esxcli.commands import Kind, Machine, Namespace, Option, Query, Record, Shape
from vcenter_simulator.esxcli.namespaces.netstack import OPTIONAL_NETSTACK, stack_of
from vcenter_simulator.host.services import selected_adapters
from vcenter_simulator.host.state import DEFAULT_STACK, HostState

_COLUMNS = {
    "Proto": Kind.TEXT,
    "Recv Q": Kind.NUMBER,
    "Send Q": Kind.NUMBER,
    "Local Address": Kind.TEXT,
    "Foreign Address": Kind.TEXT,
    "State": Kind.TEXT,
    "World ID": Kind.NUMBER,
    "CC Algo": Kind.TEXT,
    "World Name": Kind.TEXT,
}

# Service of an adapter, port, and the process behind it, as the product documentation lists the ports of ESXi.
_LISTENERS = (("management", 443, "envoy"), ("management", 902, "busybox"), ("vmotion", 8000, "vmotion-server"))


def _list(machine: Machine, arguments: Arguments) -> list[Record]:
    stack = stack_of(machine.state, arguments)
    if arguments.text("type") == "udp":
        return []
    return [
        Record(
            {
                "Proto": "tcp",
                "Recv Q": 0,
                "Send Q": 0,
                "Local Address": f"{address}:{port}",
                "Foreign Address": "0.0.0.0:0",
                "State": "LISTEN",
                "World ID": 525000 + port,
                "CC Algo": stack.congestion_control,
                "World Name": world,
            }
        )
        for service, port, world in _LISTENERS
        for address in _addresses(machine.state, service, stack.key)
    ]


def _addresses(state: HostState, service: str, stack: str) -> list[str]:
    """Return where a service listens: everywhere on the default stack, at its adapters' addresses elsewhere."""
    carriers = [one for one in selected_adapters(state, service) if one.netstack == stack]
    if stack == DEFAULT_STACK:
        return ["0.0.0.0"] if carriers else []  # noqa: S104 - what is printed, not a socket
    return [one.ipv4.address for one in carriers if one.ipv4.address is not None]


NAMESPACE = Namespace(
    "network.ip.connection",
    "Commands for TCP/IP connections.",
    (
        Query(
            "list",
            "List the connections of a TCP/IP stack.",
            (
                OPTIONAL_NETSTACK,
                Option("type", "t", "ip, tcp, udp or all.", choices=("ip", "tcp", "udp", "all")),
            ),
            Shape("IpConnection", _COLUMNS, is_table=True),
            _list,
        ),
    ),
)
