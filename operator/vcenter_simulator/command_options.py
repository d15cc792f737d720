"""The options of the command: what each means, in which unit, and in which group the help page has it."""

from pathlib import Path
from typing import Annotated

from vcenter_simulator.help_page import ACCOUNTS, FLEET, SERVING, TIMES, open_question, option
from vcenter_simulator.host import behaviour
from vcenter_simulator.host.releases import ReleaseName
from vcenter_simulator.latencies import FORMS

# Fleet

Hosts = Annotated[int, option(FLEET, "N", "Hosts of the default fleet, each with vmk0 and vmk1.", min=0, max=100_000)]
Clusters = Annotated[
    int, option(FLEET, "N", "Clusters that they are spread over; 0: they stand alone.", min=0, max=10_000)
]
Fleet = Annotated[
    Path | None,
    option(
        FLEET,
        "FILE",
        "Another fleet instead, in YAML or JSON: docs/simulator.md has an example.",
        dir_okay=False,
        exists=True,
    ),
]
ApiVersion = Annotated[ReleaseName, option(FLEET, None, "The release of vCenter and its hosts.")]
Name = Annotated[
    str | None, option(FLEET, "NAME", "What the instance UUID is made of; without one every start is a new vCenter.")
]

# Accounts and sessions

Access = Annotated[
    Path | None,
    option(
        ACCOUNTS,
        "FILE",
        "More accounts, with roles and permissions, in YAML or JSON: docs/simulator.md has an example.",
        dir_okay=False,
        exists=True,
    ),
]
Username = Annotated[str, option(ACCOUNTS, "NAME", "The administrator's account.")]
Password = Annotated[str, option(ACCOUNTS, "TEXT", "Its password.")]
SessionIdle = Annotated[float, option(ACCOUNTS, "SECONDS", "Seconds without a call that end a session.", min=1)]
SessionLifetime = Annotated[
    float | None,
    option(
        ACCOUNTS, "SECONDS", "Seconds from its login that end a session whatever it does; without it none do.", min=1
    ),
]
SessionLimit = Annotated[
    int, option(ACCOUNTS, "N", "Sessions at a time; with as many, calls without a session get HTTP 503.", min=1)
]
LockoutAttempts = Annotated[
    int, option(ACCOUNTS, "N", "Wrong passwords that lock an account (never an administrator's); 0: none do.", min=0)
]
LockoutWindow = Annotated[float, option(ACCOUNTS, "SECONDS", "Seconds in which they must come.", min=0)]
LockoutDuration = Annotated[
    float, option(ACCOUNTS, "SECONDS", "Seconds until the account is unlocked; 0: it stays locked.", min=0)
]

# Where it serves

Listen = Annotated[str, option(SERVING, "HOST:PORT", "Where SOAP is served over HTTPS; port 0 takes a free one.")]
Control = Annotated[
    str,
    option(
        SERVING, "HOST:PORT", "Where the control port is served over HTTP: faults, state, journal. It has no login."
    ),
]
ReadyFile = Annotated[
    Path | None, option(SERVING, "FILE", "Gets a JSON object with addresses, CA file and credentials when it serves.")
]
Certificate = Annotated[
    Path | None, option(SERVING, "FILE", "PEM file with the server's certificate chain; needs --key.", exists=True)
]
Key = Annotated[Path | None, option(SERVING, "FILE", "PEM file with its key.", exists=True)]

# Times and chance

WriteLatency = Annotated[
    str,
    option(TIMES, "SECONDS", f"How long a host takes for every write; it makes one after the other: {FORMS}."),
]
ReadLag = Annotated[float, option(TIMES, "SECONDS", "How long after a write clients still read the old state.", min=0)]
Seed = Annotated[int, option(TIMES, "N", "What the dice for latencies and for faults with a probability begin with.")]

Rollback = Annotated[
    bool,
    option(
        TIMES, None, "Take back changes of a host that cut it off from vCenter; else it does not respond from then on."
    ),
]

# Behaviour that no source confirms

DefaultStackService = Annotated[
    behaviour.DefaultStackService,
    open_question(
        "Once a dedicated stack is in use, default-stack adapters lose its service (off) or keep showing it "
        "without effect (shadowed).",
        "3.3",
    ),
]
EditInactiveStack = Annotated[
    behaviour.Choice, open_question("UpdateNetworkConfig on a stack that no adapter uses.", "1.2, 9 (1)")
]
SecondAdapter = Annotated[
    behaviour.Choice, open_question("A second adapter of one host on a standard port group.", "2.3, 6")
]
UpdateWithoutIp = Annotated[behaviour.Choice, open_question("UpdateVirtualNic without an IP configuration.", "2.1")]
Ipv6WithoutOperation = Annotated[
    behaviour.Choice,
    open_question("An IPv6 address without an operation: it is given to the adapter or overlooked.", "2.5"),
]
ManagementPath = Annotated[
    behaviour.ManagementPath,
    open_question("Whether vCenter reaches the hosts in their own subnet or through their default gateway.", "6"),
]
ManagementAddressChange = Annotated[
    behaviour.Choice,
    open_question("Whether vCenter finds a host again whose management adapter has another address.", "6"),
]
ManagementVlanChange = Annotated[
    behaviour.Choice,
    open_question("Whether vCenter still reaches a host whose management port group has another VLAN.", "6"),
]
MtuAboveSwitch = Annotated[behaviour.Choice, open_question("An adapter's MTU above its switch's.", "6")]
RemoveBoundAdapter = Annotated[
    behaviour.BoundRemoval,
    open_question(
        "RemoveVirtualNic of an adapter that iSCSI is bound to: taken, or refused with that fault.", "6, 9 (3)"
    ),
]
DisconnectedConfig = Annotated[
    behaviour.DisconnectedConfig, open_question("Whether the configuration of a disconnected host can be read.", "5")
]
ViewOfAncestors = Annotated[
    behaviour.Choice, open_question("Users see the objects above those that they have a permission on.", "4")
]
Updates = Annotated[
    behaviour.Updates, open_question("A changed array is reported as a whole or by its elements.", "5, 9 (9)")
]
EsxcliChanges = Annotated[
    behaviour.EsxcliChanges,
    open_question("vCenter sees what esxcli changes by itself, or after RefreshNetworkSystem only.", "1.4"),
]
PingInterfaceWithoutStack = Annotated[
    behaviour.Choice, open_question("esxcli's ping from an interface of another stack, when no stack is named.", "7.2")
]
