"""Names as specs have them."""

import json
from typing import Annotated

from vmk_operator.api.bounds import AtMost
from vmk_operator.api.rules import NotLike, OneOf, Rule, matches
from vmk_operator.model.host import DEFAULT_NETSTACK, PROVISIONING_NETSTACK, RESERVED_NETSTACKS, VMOTION_NETSTACK

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"

VCenterName = Annotated[
    str,
    AtMost(63),
    matches(_SUBDOMAIN, "must be the name of a VCenter object: lower-case letters, digits, - and ."),
]

Namespace = Annotated[
    str, AtMost(63), matches(_LABEL, "must be the name of a namespace: lower-case letters, digits and -")
]

SecretName = Annotated[
    str,
    AtMost(253),
    matches(
        _SUBDOMAIN,
        "must be the name of a Secret in the operator's own namespace (no namespace/ before it): "
        "lower-case letters, digits, - and .",
    ),
]

HostName = Annotated[
    str,
    AtMost(253),
    matches(
        "[A-Za-z0-9]([A-Za-z0-9._:-]*[A-Za-z0-9])?",
        "must be the host's name in vCenter's inventory, for example esx01.example.com",
    ),
]

_DOMAIN = r"[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?)*"
_DOMAIN_SENTENCE = "must be a domain name without a dot at its ends, for example example.com"

SearchDomain = Annotated[str, AtMost(253), matches(_DOMAIN, _DOMAIN_SENTENCE)]

DomainName = Annotated[
    str,
    AtMost(253),
    Rule(
        "self != ''",
        "must not be empty: leave it out to leave the domain alone, or write None for exactly no domain",
    ),
    Rule(
        "self in ['', 'None'] || self.matches(" + json.dumps(f"^(?:{_DOMAIN})$") + ")",
        f"{_DOMAIN_SENTENCE}, or None for exactly no domain",
    ),
]

DnsHostName = Annotated[
    str,
    AtMost(63),
    Rule("!self.contains('.')", "must not have a dot: the domain is set by domainName"),
    Rule(
        "self.lowerAscii() != 'none'", "can't be None: a host always has a name; leave it out to leave the name alone"
    ),
    Rule(
        "self.contains('.') || self.matches('^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$')",
        "must be a host name of letters, digits and -, for example esx01",
    ),
]

AdapterName = Annotated[
    str,
    AtMost(253),
    matches(_SUBDOMAIN, "must be the name of a VmkAdapter of this namespace: lower-case letters, digits, - and ."),
]

PortGroupName = Annotated[
    str, AtMost(80), matches(r"\S|\S.*\S", "must be a name without spaces at its ends, and not empty")
]

OpaqueNetworkId = Annotated[
    str,
    AtMost(128),
    matches(r"\S|\S.*\S", "must be an id without spaces at its ends, and not empty"),
]

Device = Annotated[
    str,
    AtMost(16),
    matches(
        "vmk([0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])",
        "must be a device name from vmk0 to vmk255, in lower case, for example vmk3",
    ),
]

STACK_KEYS = NotLike(
    RESERVED_NETSTACKS,
    message="must be vSphere's key of the stack",
    nicknames={
        "default": DEFAULT_NETSTACK,
        "defaultstack": DEFAULT_NETSTACK,
        "defaulttcpip": DEFAULT_NETSTACK,
        "tcpip": DEFAULT_NETSTACK,
        "vmotionstack": VMOTION_NETSTACK,
        "provisioning": PROVISIONING_NETSTACK,
        "provisioningstack": PROVISIONING_NETSTACK,
    },
)

NetstackKey = Annotated[
    str,
    AtMost(64),
    # What esxcli takes for a name is written nowhere; a space inside is more than scripts dare.
    matches("[!-~]([ -~]*[!-~])?", "must be printable ASCII without spaces at its ends, and not empty"),
    STACK_KEYS,
]

Service = Annotated[
    str,
    OneOf(
        # All that several adapters may carry (reference/vsphere.md 3.1): to select ptp is to take it from another one.
        (
            "vmotion",
            "vSphereProvisioning",
            "management",
            "faultToleranceLogging",
            "vSphereReplication",
            "vSphereReplicationNFC",
            "vSphereBackupNFC",
            "nvmeTcp",
            "nvmeRdma",
            "vsan",
            "vsanWitness",
        ),
        nicknames={
            "provisioning": "vSphereProvisioning",
            "mgmt": "management",
            "ft": "faultToleranceLogging",
            "faulttolerance": "faultToleranceLogging",
            "replication": "vSphereReplication",
            "replicationnfc": "vSphereReplicationNFC",
            "backup": "vSphereBackupNFC",
            "backupnfc": "vSphereBackupNFC",
            "witness": "vsanWitness",
        },
    ),
]

_HOST = r"[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:.]+\]"
_PORT = "int(self.substring(self.lastIndexOf(':') + 1))"

ServerAddress = Annotated[
    str,
    AtMost(253),
    Rule(
        "!self.contains('/')",
        "must be a host name or host:port, without https:// before it and without a path after it",
    ),
    Rule(
        f"self.contains('/') || self.matches({json.dumps(f'^({_HOST})(:[0-9]+)?$')})",
        "must be a host name or an address, with a port if it is not 443, for example vcenter.example.com or "
        "10.0.0.5:8443; an IPv6 address goes in brackets",
    ),
    Rule(
        f"!self.matches(':[0-9]+$') || (self.matches(':[0-9]{{1,5}}$') && {_PORT} >= 1 && {_PORT} <= 65535)",
        "must have a port from 1 to 65535",
    ),
]
