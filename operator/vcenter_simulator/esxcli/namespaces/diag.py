"""``network diag ping``, over the simulated network between the hosts. Nothing takes time in it."""

from ipaddress import ip_address

from vcenter_simulator.esxcli.arguments import Arguments, CliError
from vcenter_simulator.esxcli.commands import Kind, Machine, Many, Namespace, Option, Query, Record, Shape
from vcenter_simulator.esxcli.namespaces.netstack import stack_of
from vcenter_simulator.host.behaviour import Choice
from vcenter_simulator.host.reachability import Echo, Network, Probe
from vcenter_simulator.host.state import DEFAULT_STACK
from vcenter_simulator.host.stations import Address

PACKETS = 3
MOST_PACKETS = 1000
DEFAULT_SIZE = 56
LARGEST_SIZE = 65507
TTL = 64

FASTEST_US, SLOWEST_US = 180, 240
"""Round trips, in the microseconds that the fields count in, whatever their names say."""

_FAILURES = {
    # The first is a real host's; the words of the others are those of its BSD-style network stack, unverified.
    Echo.TOO_LONG: "sendto() failed (Message too long)",
    Echo.NO_ROUTE: "sendto() failed (No route to host)",
    Echo.NO_ADDRESS: "sendto() failed (Can't assign requested address)",
}


def _ping(machine: Machine, arguments: Arguments) -> list[Record]:
    for name in ("debug", "nexthop"):
        if arguments.values.get(name):
            raise CliError(f"The simulator's ping has no option '{name}'.")
    target = _target(arguments)
    count = _within(arguments, "count", PACKETS, 1, MOST_PACKETS)
    device = _device(machine, arguments)
    probe = Probe(
        target,
        machine.state.by_device[device].netstack if device is not None else stack_of(machine.state, arguments).key,
        device,
        size=_within(arguments, "size", DEFAULT_SIZE, 0, LARGEST_SIZE),
        is_whole=arguments.flag("df") is True,
        hops=_within(arguments, "ttl", TTL, 1, 255),
    )
    network = Network((machine.state, *machine.neighbours()), machine.surroundings.switches)
    echo = network.probe(machine.state, probe)
    if echo in _FAILURES:
        raise CliError(_FAILURES[echo])
    received = count if echo is Echo.ANSWERED else 0
    trace = [_reply(target, probe.size, number) for number in range(received)]
    return [Record({"Summary": _summary(target, count, received), "Trace": trace})]


def _summary(target: Address, count: int, received: int) -> Record:
    trips = [_round_trip_us(number) for number in range(received)] or [0]
    return Record(
        {
            "Host Addr": str(target),
            "Transmitted": count,
            "Recieved": received,  # as every release of ESXi spells it
            "Duplicated": 0,
            "Packet Lost": 100 * (count - received) // count,
            "Roundtrip Min MS": min(trips),
            "Roundtrip Avg MS": sum(trips) // len(trips),
            "Roundtrip Max MS": max(trips),
        }
    )


def _reply(target: Address, size: int, number: int) -> Record:
    return Record(
        {
            "Received Bytes": size + 8,
            "Host": str(target),
            "ICMP Seq": number,
            "TTL": TTL,
            "Roundtrip Time MS": _round_trip_us(number),
            "Dup": False,
            "Detail": "",
        }
    )


def _round_trip_us(number: int) -> int:
    return FASTEST_US + number * 37 % (SLOWEST_US - FASTEST_US)


def _target(arguments: Arguments) -> Address:
    text = arguments.text("host")
    if text is None:
        raise CliError("Ping needs a host.")
    try:
        return ip_address(text)
    except ValueError:
        raise CliError(f"Unknown host '{text}': the simulator's hosts resolve no names.") from None


def _device(machine: Machine, arguments: Arguments) -> str | None:
    device = arguments.text("interface")
    if device is None:
        return None
    adapter = machine.state.by_device.get(device)
    wanted = arguments.text("netstack") or DEFAULT_STACK
    if adapter is None or (adapter.netstack != wanted and not _finds_stack(machine, arguments)):
        raise CliError(f"Unknown interface '{device}': Invalid argument")
    return device


def _finds_stack(machine: Machine, arguments: Arguments) -> bool:
    accepted = machine.surroundings.behaviour.ping_interface_without_stack is Choice.ACCEPT
    return arguments.text("netstack") is None and accepted


def _within(arguments: Arguments, name: str, default: int, least: int, most: int) -> int:
    found = arguments.number(name)
    if found is None:
        return default
    if not least <= found <= most:
        raise CliError(f"Invalid data constraint for parameter '{name}'.")
    return found


_SUMMARY = Shape(
    "PingSummary",
    {
        "Host Addr": Kind.TEXT,
        "Transmitted": Kind.NUMBER,
        "Recieved": Kind.NUMBER,
        "Duplicated": Kind.NUMBER,
        "Packet Lost": Kind.NUMBER,
        "Roundtrip Min MS": Kind.NUMBER,
        "Roundtrip Avg MS": Kind.NUMBER,
        "Roundtrip Max MS": Kind.NUMBER,
    },
)

_REPLY = Shape(
    "PingTrace",
    {
        "Received Bytes": Kind.NUMBER,
        "Host": Kind.TEXT,
        "ICMP Seq": Kind.NUMBER,
        "TTL": Kind.NUMBER,
        "Roundtrip Time MS": Kind.NUMBER,
        "Dup": Kind.BOOLEAN,
        "Detail": Kind.TEXT,
    },
)

NAMESPACE = Namespace(
    "network.diag",
    "Commands to find out what is wrong with a network.",
    (
        Query(
            "ping",
            "Send ICMP echo requests.",
            (
                Option("netstack", "S", "The TCP/IP stack; without it, the default one."),
                Option("count", "c", "How many.", Kind.NUMBER),
                Option("debug", "D", "VMKPing debug mode.", Kind.BOOLEAN),
                Option("df", "d", "Set the don't-fragment bit.", Kind.BOOLEAN),
                Option("host", "H", "The address to send to."),
                Option("interface", "I", "The VMkernel interface to send from."),
                Option("interval", "i", "Seconds between packets; none pass here."),
                Option("ipv4", "4", "Ping with ICMPv4.", Kind.BOOLEAN),
                Option("ipv6", "6", "Ping with ICMPv6.", Kind.BOOLEAN),
                Option("nexthop", "N", "Override the routes' next hop."),
                Option("size", "s", "The payload in bytes.", Kind.NUMBER),
                Option("ttl", "t", "The hop limit.", Kind.NUMBER),
                Option("wait", "W", "Seconds to wait for an answer; none pass here."),
            ),
            Shape("PingOutput", {"Summary": _SUMMARY, "Trace": Many(_REPLY)}, is_single=True),
            _ping,
        ),
    ),
)
