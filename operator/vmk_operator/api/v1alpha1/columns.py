"""What ``kubectl get`` prints: what is wrong, where, since when; with ``-o wide`` what it is made of.

Each table fits 120 columns with names of ordinary length. A column prints only the first element of a list, hence
the messages of conditions where a list is wanted.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One printer column."""

    name: str
    path: str
    """JSONPath."""
    description: str
    type: str = "string"
    """``date`` prints as an age."""
    wide: bool = False
    """Only with ``-o wide``."""


def _condition(kind: str, part: str) -> str:
    return f'.status.conditions[?(@.type=="{kind}")].{part}'


HOST = Column("Host", ".spec.host", "Name of the host in vCenter's inventory")
READY = Column("Ready", _condition("Ready", "status"), "Whether the host is as declared")
REASON = Column("Reason", _condition("Ready", "reason"), "Why it is ready or not")
SINCE = Column("Since", ".status.since", "How long this reason has lasted", "date")
# By reason, because the message of a Drifted that is Unknown is a sentence and no list of fields.
DRIFT = Column(
    "Drift", '.status.conditions[?(@.reason=="Drifted")].message', "Fields that somebody changed on the host"
)
ADVICE = Column("Advice", ".status.advisories[0].reason", "Something worth knowing that stops nothing, the first of it")
STACK = Column("Stack", ".spec.netstack", "vSphere's key of the TCP/IP stack", wide=True)
VCENTER = Column("VCenter", ".spec.vcenter", "The VCenter object", wide=True)
AGE = Column("Age", ".metadata.creationTimestamp", "How long this object has existed", "date", wide=True)
MESSAGE = Column("Message", _condition("Ready", "message"), "The reason in a sentence", wide=True)

ADAPTER_COLUMNS = (
    HOST,
    Column("Device", ".status.binding.device", "Device on the host"),
    READY,
    REASON,
    SINCE,
    DRIFT,
    ADVICE,
    STACK,
    Column("Address", ".status.observed.addresses[0].address", "First address that the adapter has", wide=True),
    Column("MTU", ".status.observed.mtu", "Largest IP packet in bytes", "integer", wide=True),
    VCENTER,
    AGE,
    MESSAGE,
)

NETSTACK_COLUMNS = (
    HOST,
    READY,
    REASON,
    SINCE,
    DRIFT,
    ADVICE,
    STACK,
    Column("Gateway", ".status.observed.gateway", "IPv4 default gateway of the stack", wide=True),
    VCENTER,
    AGE,
    MESSAGE,
)

VCENTER_COLUMNS = (
    Column("Server", ".spec.server", "Address of the vCenter"),
    READY,
    REASON,
    SINCE,
    Column("Policy", ".spec.managementPolicy", "Enforce or Observe, for every object of this vCenter"),
    ADVICE,
    Column("Version", ".status.version", "Version of the vCenter", wide=True),
    Column("User", ".status.user", "The operator's user in the vCenter", wide=True),
    AGE,
    MESSAGE,
)
