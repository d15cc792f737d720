"""Every manifest that the API server refuses, and what kubectl then prints, word for word.

Where CEL can say what is wrong, the sentence is ours; where it can't (types, required fields, sizes, unknown fields),
the API server's own words are pinned, so that a release that changes them is noticed.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from testbed.kubectl import as_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from testbed.control_plane import ControlPlane
    from testbed.kubectl import Kubectl

Manifest = dict[str, Any]

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
ABSENT = object()
ADAPTER: Manifest = {
    "apiVersion": "vmkernel.dev/v1alpha1",
    "kind": "VmkAdapter",
    "metadata": {"name": "a"},
    "spec": {
        "vcenter": "lab",
        "host": "esx01.example.com",
        "netstack": "defaultTcpipStack",
        "portGroup": {"standard": "vMotion-Old"},
        "mtu": 1500,
        "ipv4": {"mode": "Static", "address": "10.0.40.11/24"},
        "services": ["vmotion"],
    },
}
NETSTACK: Manifest = {
    "apiVersion": "vmkernel.dev/v1alpha1",
    "kind": "VmkNetstack",
    "metadata": {"name": "a"},
    "spec": {"vcenter": "lab", "host": "esx01.example.com", "netstack": "vmotion", "gateway": {"ipv4": "10.0.40.1"}},
}
CUSTOM_STACK: Manifest = NETSTACK | {"spec": NETSTACK["spec"] | {"netstack": "storage"}}
BARE_ADAPTER: Manifest = ADAPTER | {"spec": {f: v for f, v in ADAPTER["spec"].items() if f != "services"}}
DEFAULT_STACK: Manifest = NETSTACK | {"spec": NETSTACK["spec"] | {"netstack": "defaultTcpipStack"}}
VCENTER: Manifest = {
    "apiVersion": "vmkernel.dev/v1alpha1",
    "kind": "VCenter",
    "metadata": {"name": "a"},
    "spec": {
        "server": "vcenter.example.com",
        "credentialsSecret": "vcenter-lab",
        "allowedNamespaces": {"from": "All"},
        "managementPolicy": "Enforce",
    },
}

ADDRESS = "must be an IPv4 address with its prefix length, for example 10.0.40.11/24"
UNUSABLE = "must be an address that a host can have, not an unspecified, loopback, multicast or reserved one"
GATEWAY = "must be an IPv4 address, for example 10.0.40.1, or None for exactly no gateway"
NO_OWN_GATEWAY = "must not be empty: leave it out to leave the gateway alone, or write None for exactly no gateway"
ADDRESS6 = "must be an IPv6 address with its prefix length, for example fd00:40::11/64"
UNUSABLE6 = "must be an address that an adapter can be given, not an unspecified, loopback, multicast or link-local one"
NO_ROUTER = "must be an address that a router can have, not an unspecified, loopback or multicast one"
GATEWAY6 = "must be an IPv6 address, for example fd00:40::1 or fe80::1, or None for exactly no gateway"
MODES = "must be Static, DHCP or None"
STATIC_ONLY = "can be given with mode Static only: with DHCP the address comes from the server, with None there is none"
TWICE = "must not have an entry twice"
DOMAIN = "must be a domain name without a dot at its ends, for example example.com"
NETSTACKS = "must be vSphere's key of the stack"
KEY = "must be printable ASCII without spaces at its ends, and not empty"
SERVICES = (
    "must be vmotion, vSphereProvisioning, management, faultToleranceLogging, vSphereReplication, "
    "vSphereReplicationNFC, vSphereBackupNFC, nvmeTcp, nvmeRdma, vsan or vsanWitness"
)
PORT_GROUP = (
    "needs exactly one of standard (the name of a port group of a standard switch), distributed (switch and name) and "
    "opaque (the id of a network that another system manages)"
)
NAME = "must be a name without spaces at its ends, and not empty"
DEVICE = "must be a device name from vmk0 to vmk255, in lower case, for example vmk3"
DURATION = "must be a duration in h, m, s and ms, for example 90s, 15m or 1h30m"
SERVER = (
    "must be a host name or an address, with a port if it is not 443, for example vcenter.example.com or "
    "10.0.0.5:8443; an IPv6 address goes in brackets"
)
NO_URL = "must be a host name or host:port, without https:// before it and without a path after it"
HOST = "must be the host's name in vCenter's inventory, for example esx01.example.com"
IMPLIED = (
    "can be declared on defaultTcpipStack only: vmotion and vSphereProvisioning imply their own service, and no other "
    "stack has any, so leave it out"
)
UNDELETABLE = (
    "must be Orphan: the system's own stacks, for example defaultTcpipStack, vmotion and vSphereProvisioning, cannot "
    "be deleted, only custom ones"
)

# The API server adds this to its own complaints, because rules of ours were not looked at.
UNCHECKED = (
    "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; "
    "correct the existing errors to complete validation"
)


ROUTE = {"network": "10.9.0.0/16", "gateway": "10.0.40.254"}
ROUTE6 = {"network": "fd00:9::/48", "gateway": "fd00:40::254"}
NETWORK = "must be an IPv4 or IPv6 network with its prefix length, for example 10.9.0.0/16 or fd00:9::/48"
NO_DEFAULT = "must have a prefix length above 0: the default routes are set by gateway.ipv4 and gateway.ipv6"
OF_THE_HOST = "must not be link-local or multicast: the host makes the routes there itself"
ONE_FAMILY = "Invalid value: must be of the same family as network: IPv4 with IPv4, IPv6 with IPv6"


FROM_LEASE = (
    "Forbidden: can't be declared beside servers, searchDomains, domainName or hostName: with DHCP they all come with "
    "the lease"
)
HOST_NAME = "must be a host name of letters, digits and -, for example esx01"


class Case(NamedTuple):
    base: Manifest
    path: str
    """What is changed in an otherwise good manifest."""
    value: object
    printed: tuple[str, ...]


def refused(base: Manifest, path: str, value: object, *printed: str) -> Case:
    return Case(base, path, value, printed)


def sentence(base: Manifest, path: str, value: object, said: str) -> Case:
    """One sentence of ours about one value."""
    shown = f'"{value}"' if isinstance(value, str) else str(value)
    return Case(base, path, value, (f"{path}: Invalid value: {shown}: {said}",))


def bad_route(field: str, value: str, said: str, route: Mapping[str, str] = ROUTE) -> Case:
    """One sentence of ours about a field of the second route."""
    routes = [{"network": "10.8.0.0/16", "gateway": "10.0.40.254"}, {**route, field: value}]
    return refused(NETSTACK, "spec.routes", routes, f'spec.routes[1].{field}: Invalid value: "{value}": {said}')


def bad_host_name(value: str, said: str) -> Case:
    """One sentence of ours about the name of a host."""
    printed = f'spec.dns.hostName: Invalid value: "{value}": {said}'
    return refused(DEFAULT_STACK, "spec.dns", {"hostName": value}, printed)


CASES = [
    # Where: the objects that both kinds share
    sentence(ADAPTER, "spec.host", "", HOST),
    sentence(ADAPTER, "spec.host", "esx01 example", HOST),
    sentence(NETSTACK, "spec.host", "https://esx01", HOST),
    sentence(
        ADAPTER, "spec.vcenter", "Lab", "must be the name of a VCenter object: lower-case letters, digits, - and ."
    ),
    sentence(ADAPTER, "spec.managementPolicy", "observe", "must be Enforce or Observe; did you mean Observe?"),
    sentence(ADAPTER, "spec.managementPolicy", "Ignore", "must be Enforce or Observe"),
    sentence(ADAPTER, "spec.deletionPolicy", "delete", "must be Orphan or Delete; did you mean Delete?"),
    sentence(ADAPTER, "spec.deletionPolicy", "Keep", "must be Orphan or Delete"),
    # The stack
    sentence(ADAPTER, "spec.netstack", "vMotion", f"{NETSTACKS}; did you mean vmotion?"),
    sentence(ADAPTER, "spec.netstack", "provisioning", f"{NETSTACKS}; did you mean vSphereProvisioning?"),
    sentence(NETSTACK, "spec.netstack", "vsphere-provisioning", f"{NETSTACKS}; did you mean vSphereProvisioning?"),
    sentence(NETSTACK, "spec.netstack", "default", f"{NETSTACKS}; did you mean defaultTcpipStack?"),
    sentence(NETSTACK, "spec.netstack", "Default TCP-IP Stack", f"{NETSTACKS}; did you mean defaultTcpipStack?"),
    sentence(NETSTACK, "spec.netstack", "Ops", f"{NETSTACKS}; did you mean ops?"),
    sentence(NETSTACK, "spec.netstack", "", KEY),
    sentence(NETSTACK, "spec.netstack", "storage ", KEY),
    sentence(NETSTACK, "spec.netstack", "Speicher-Ä", KEY),
    refused(ADAPTER, "spec.netstack", "x" * 65, "spec.netstack: Too long: may not be more than 64 bytes", UNCHECKED),
    # The port group
    refused(ADAPTER, "spec.portGroup", {}, f"spec.portGroup: Invalid value: {PORT_GROUP}"),
    refused(
        ADAPTER,
        "spec.portGroup.distributed",
        {"switch": "DSwitch", "name": "dpg-vmotion"},
        f"spec.portGroup: Invalid value: {PORT_GROUP}",
    ),
    refused(ADAPTER, "spec.portGroup.opaque", {"id": "seg-1"}, f"spec.portGroup: Invalid value: {PORT_GROUP}"),
    refused(
        ADAPTER,
        "spec.portGroup",
        {"opaque": {"id": "seg-1 "}},
        'spec.portGroup.opaque.id: Invalid value: "seg-1 ": must be an id without spaces at its ends, and not empty',
    ),
    sentence(ADAPTER, "spec.portGroup.standard", "", NAME),
    sentence(ADAPTER, "spec.portGroup.standard", "vMotion ", NAME),
    refused(
        ADAPTER,
        "spec.portGroup",
        {"distributed": {"switch": "", "name": "dpg-vmotion"}},
        f'spec.portGroup.distributed.switch: Invalid value: "": {NAME}',
    ),
    refused(
        ADAPTER,
        "spec.portGroup",
        {"distributed": {"name": "dpg-vmotion"}},
        "spec.portGroup.distributed.switch: Required value",
        UNCHECKED,
    ),
    # The device to adopt
    sentence(ADAPTER, "spec.adoptDevice", "vmk256", DEVICE),
    sentence(ADAPTER, "spec.adoptDevice", "vmk01", DEVICE),
    sentence(ADAPTER, "spec.adoptDevice", "VMK1", DEVICE),
    sentence(ADAPTER, "spec.adoptDevice", "vmnic0", DEVICE),
    # MTU
    sentence(ADAPTER, "spec.mtu", 1279, "must be between 1280 and 9000 bytes"),
    sentence(ADAPTER, "spec.mtu", 9001, "must be between 1280 and 9000 bytes"),
    sentence(ADAPTER, "spec.mtu", -1, "must be between 1280 and 9000 bytes"),
    # IPv4
    sentence(ADAPTER, "spec.ipv4.mode", "Auto", MODES),
    sentence(ADAPTER, "spec.ipv4.mode", "static", f"{MODES}; did you mean Static?"),
    sentence(ADAPTER, "spec.ipv4.mode", "dhcp", f"{MODES}; did you mean DHCP?"),
    sentence(ADAPTER, "spec.ipv4.mode", "none", f"{MODES}; did you mean None?"),
    refused(ADAPTER, "spec.ipv4.mode", "DHCP", f"spec.ipv4.address: Forbidden: {STATIC_ONLY}"),
    refused(ADAPTER, "spec.ipv4.mode", "None", f"spec.ipv4.address: Forbidden: {STATIC_ONLY}"),
    refused(
        ADAPTER,
        "spec.ipv4",
        {"mode": "None", "gateway": "10.0.40.1"},
        "spec.ipv4.gateway: Forbidden: needs an address: with mode None there is nothing to route",
    ),
    sentence(ADAPTER, "spec.ipv4.gateway", "", NO_OWN_GATEWAY),
    refused(
        ADAPTER,
        "spec.ipv4.gateway",
        "10.0.41.1",
        "spec.ipv4.gateway: Invalid value: must be in the subnet of the adapter's address",
    ),
    sentence(ADAPTER, "spec.ipv4.gateway", "none", f"{GATEWAY}; did you mean None?"),
    refused(
        ADAPTER,
        "spec.ipv4.address",
        ABSENT,
        "spec.ipv4.address: Required value: must be given with mode Static, for example 10.0.40.11/24",
    ),
    sentence(ADAPTER, "spec.ipv4.address", "10.0.40.300/24", ADDRESS),
    sentence(ADAPTER, "spec.ipv4.address", "", ADDRESS),
    sentence(ADAPTER, "spec.ipv4.address", "10.0.40.11/33", ADDRESS),
    sentence(ADAPTER, "spec.ipv4.address", "10.0.40.11/255.255.255.0", ADDRESS),
    sentence(ADAPTER, "spec.ipv4.address", "fd00:40::11/64", ADDRESS),
    sentence(ADAPTER, "spec.ipv4.address", "::ffff:10.0.40.11/96", ADDRESS),
    sentence(ADAPTER, "spec.ipv4.address", "10.0.40.11", "needs its prefix length, for example 10.0.40.11/24"),
    sentence(ADAPTER, "spec.ipv4.address", "10.0.040.11/24", "must not have leading zeros in its numbers"),
    sentence(ADAPTER, "spec.ipv4.address", "10.0.40.11/0", "must have a prefix length from 1 to 32"),
    sentence(ADAPTER, "spec.ipv4.address", "127.0.0.1/8", UNUSABLE),
    sentence(ADAPTER, "spec.ipv4.address", "224.0.0.5/24", UNUSABLE),
    sentence(ADAPTER, "spec.ipv4.address", "0.0.0.0/32", UNUSABLE),
    sentence(ADAPTER, "spec.ipv4.address", "255.255.255.255/32", UNUSABLE),
    sentence(
        ADAPTER,
        "spec.ipv4.address",
        "10.0.40.0/24",
        "must be the address of a host, not the address of its network",
    ),
    sentence(
        ADAPTER,
        "spec.ipv4.address",
        "10.0.40.255/24",
        "must be the address of a host, not the broadcast address of its network",
    ),
    sentence(
        ADAPTER,
        "spec.ipv4.address",
        "10.0.40.79/28",
        "must be the address of a host, not the broadcast address of its network",
    ),
    # IPv6
    *(
        refused(ADAPTER, "spec.ipv6.addresses", [text], f'spec.ipv6.addresses[0]: Invalid value: "{text}": {said}')
        for text, said in (
            ("", ADDRESS6),
            ("10.0.40.11/24", ADDRESS6),
            ("fd00:40::11/129", ADDRESS6),
            ("fd00:40::11%vmk1/64", ADDRESS6),
            ("::ffff:10.0.40.11/96", ADDRESS6),
            ("fd00:40::11", "needs its prefix length, for example fd00:40::11/64"),
            ("fd00:40::11/0", "must have a prefix length from 1 to 128"),
            ("::/128", UNUSABLE6),
            ("::1/128", UNUSABLE6),
            ("ff02::1/64", UNUSABLE6),
            ("fe80::11/64", UNUSABLE6),
            ("fd00:40::/64", "must be the address of a host, not the address of its network"),
        )
    ),
    refused(
        ADAPTER,
        "spec.ipv6.addresses",
        ["fd00:40::11/64"] * 2,
        f"spec.ipv6.addresses: Invalid value: {TWICE}",
    ),
    refused(
        ADAPTER,
        "spec.ipv6.addresses",
        ["fd00:40::11/64", "FD00:40:0::11/48"],
        f"spec.ipv6.addresses: Invalid value: {TWICE}",
    ),
    refused(
        ADAPTER,
        "spec.ipv6.addresses",
        [f"fd00:40::{number}/64" for number in range(1, 18)],
        "spec.ipv6.addresses: Too many: 17: must have at most 16 items",
        UNCHECKED,
    ),
    sentence(ADAPTER, "spec.ipv6.gateway", "", NO_OWN_GATEWAY),
    sentence(ADAPTER, "spec.ipv6.gateway", "none", f"{GATEWAY6}; did you mean None?"),
    sentence(ADAPTER, "spec.ipv6.gateway", "10.0.40.1", GATEWAY6),
    sentence(
        ADAPTER,
        "spec.ipv6.gateway",
        "fd00:40::1/64",
        "must be an IPv6 address without a prefix length, for example fd00:40::1 or fe80::1, or None for exactly no "
        "gateway",
    ),
    sentence(
        ADAPTER,
        "spec.ipv6.gateway",
        "ff02::1",
        NO_ROUTER,
    ),
    refused(
        ADAPTER,
        "spec.ipv6",
        {
            "acceptRouterAdvertisements": False,
            "dhcp": False,
            "addresses": ["fd00:40::11/64"],
            "gateway": "fd00:41::1",
        },
        "spec.ipv6.gateway: Invalid value: must be link-local or in the subnet of one of the adapter's addresses: it "
        "takes no other ones",
    ),
    # Services
    refused(
        ADAPTER,
        "spec.services",
        ["vMotion"],
        f'spec.services[0]: Invalid value: "vMotion": {SERVICES}; did you mean vmotion?',
    ),
    refused(
        ADAPTER,
        "spec.services",
        ["FT", "backup-nfc"],
        f'spec.services[0]: Invalid value: "FT": {SERVICES}; did you mean faultToleranceLogging?',
        f'spec.services[1]: Invalid value: "backup-nfc": {SERVICES}; did you mean vSphereBackupNFC?',
    ),
    refused(
        ADAPTER,
        "spec.services",
        ["management", "vSAN", "witness", "vsanExternal"],
        f'spec.services[1]: Invalid value: "vSAN": {SERVICES}; did you mean vsan?',
        f'spec.services[2]: Invalid value: "witness": {SERVICES}; did you mean vsanWitness?',
        f'spec.services[3]: Invalid value: "vsanExternal": {SERVICES}',
    ),
    refused(ADAPTER, "spec.services", ["vmotion"] * 2, "spec.services: Invalid value: must not name a service twice"),
    refused(ADAPTER, "spec.netstack", "vmotion", f"spec.services: Forbidden: {IMPLIED}"),
    refused(ADAPTER, "spec.netstack", "storage", f"spec.services: Forbidden: {IMPLIED}"),
    refused(
        ADAPTER | {"spec": ADAPTER["spec"] | {"services": []}},
        "spec.netstack",
        "vSphereProvisioning",
        f"spec.services: Forbidden: {IMPLIED}",
    ),
    # Settings of a stack
    bad_route("network", "10.9.0.0", NETWORK),
    bad_route("network", "fd00:9::", NETWORK),
    bad_route("network", "10.9.0.1/16", "must be a network, without the bits of a host"),
    bad_route("network", "fd00:9::1/64", "must be a network, without the bits of a host", ROUTE6),
    bad_route("network", "0.0.0.0/0", NO_DEFAULT),
    bad_route("network", "::/0", NO_DEFAULT, ROUTE6),
    bad_route("network", "fe80::/64", OF_THE_HOST, ROUTE6),
    bad_route("network", "ff02::/16", OF_THE_HOST, ROUTE6),
    bad_route("gateway", "router", "must be the address of a router, for example 10.0.40.254 or fd00:40::254"),
    bad_route("gateway", "0.0.0.0", UNUSABLE),  # noqa: S104 - a gateway, not a socket
    bad_route("gateway", "ff02::1", UNUSABLE, ROUTE6),
    bad_route(
        "gateway",
        "fe80::1",
        "must not be link-local: such an address needs the adapter beside it, and vSphere takes none with a route",
        ROUTE6,
    ),
    refused(NETSTACK, "spec.routes", [{**ROUTE, "gateway": "fd00:40::254"}], f"spec.routes[0].gateway: {ONE_FAMILY}"),
    refused(NETSTACK, "spec.routes", [{**ROUTE, "network": "fd00:9::/64"}], f"spec.routes[0].gateway: {ONE_FAMILY}"),
    refused(
        NETSTACK,
        "spec.routes",
        [ROUTE, {**ROUTE, "gateway": "10.0.40.9"}],
        "spec.routes: Invalid value: must not have two routes to one network",
    ),
    refused(
        NETSTACK,
        "spec.dns",
        {"servers": ["ns1.example.com"]},
        'spec.dns.servers[0]: Invalid value: "ns1.example.com": must be the address of a DNS server, for example '
        "10.0.40.53 or fd00:40::53",
    ),
    refused(
        NETSTACK,
        "spec.dns",
        {"servers": ["10.0.40.53", "127.0.0.1"]},
        f'spec.dns.servers[1]: Invalid value: "127.0.0.1": {UNUSABLE}',
    ),
    refused(NETSTACK, "spec.dns", {"servers": ["10.0.40.53"] * 2}, f"spec.dns.servers: Invalid value: {TWICE}"),
    refused(NETSTACK, "spec.dns", {"searchDomains": ["a.com"] * 2}, f"spec.dns.searchDomains: Invalid value: {TWICE}"),
    refused(
        NETSTACK,
        "spec.dns",
        {"searchDomains": ["example.com."]},
        f'spec.dns.searchDomains[0]: Invalid value: "example.com.": {DOMAIN}',
    ),
    *(
        refused(NETSTACK, "spec.dns", {"fromAdapter": "uplink", field: value}, f"spec.dns.fromAdapter: {FROM_LEASE}")
        for field, value in (("servers", []), ("searchDomains", ["a.com"]), ("domainName", "None"))
    ),
    refused(
        DEFAULT_STACK,
        "spec.dns",
        {"fromAdapter": "uplink", "hostName": "esx01"},
        f"spec.dns.fromAdapter: {FROM_LEASE}",
    ),
    refused(
        NETSTACK,
        "spec.dns",
        {"fromAdapter": "infra/Uplink"},
        'spec.dns.fromAdapter: Invalid value: "infra/Uplink": must be the name of a VmkAdapter of this namespace: '
        "lower-case letters, digits, - and .",
    ),
    refused(
        NETSTACK,
        "spec.dns",
        {"hostName": "esx01"},
        "spec.dns.hostName: Forbidden: can be declared on defaultTcpipStack only: it is the name of the whole host",
    ),
    bad_host_name("esx01.example.com", "must not have a dot: the domain is set by domainName"),
    bad_host_name("", HOST_NAME),
    bad_host_name("esx_01", HOST_NAME),
    bad_host_name("-esx01", HOST_NAME),
    bad_host_name("None", "can't be None: a host always has a name; leave it out to leave the name alone"),
    refused(
        DEFAULT_STACK,
        "spec.dns",
        {"hostName": "e" * 64},
        "spec.dns.hostName: Too long: may not be more than 63 bytes",
        UNCHECKED,
    ),
    sentence(NETSTACK, "spec.dns.domainName", "-example", f"{DOMAIN}, or None for exactly no domain"),
    sentence(
        NETSTACK,
        "spec.dns.domainName",
        "",
        "must not be empty: leave it out to leave the domain alone, or write None for exactly no domain",
    ),
    sentence(
        NETSTACK,
        "spec.gateway.ipv4",
        "",
        NO_OWN_GATEWAY,
    ),
    sentence(NETSTACK, "spec.gateway.ipv4", "none", f"{GATEWAY}; did you mean None?"),
    sentence(NETSTACK, "spec.gateway.ipv4", "10.0.40", GATEWAY),
    sentence(NETSTACK, "spec.gateway.ipv4", "fd00:40::1", GATEWAY),
    sentence(
        NETSTACK,
        "spec.gateway.ipv4",
        "10.0.40.1/24",
        "must be an IPv4 address without a prefix length, for example 10.0.40.1, or None for exactly no gateway",
    ),
    sentence(NETSTACK, "spec.gateway.ipv4", "0.0.0.1", UNUSABLE),
    sentence(NETSTACK, "spec.gateway.ipv4", "224.0.0.1", UNUSABLE),
    sentence(NETSTACK, "spec.gateway.ipv6", "", NO_OWN_GATEWAY),
    sentence(NETSTACK, "spec.gateway.ipv6", "NONE", f"{GATEWAY6}; did you mean None?"),
    sentence(NETSTACK, "spec.gateway.ipv6", "10.0.40.1", GATEWAY6),
    sentence(NETSTACK, "spec.gateway.ipv6", "::1", NO_ROUTER),
    sentence(NETSTACK, "spec.congestionControl", "Cubic", "must be newreno or cubic; did you mean cubic?"),
    sentence(NETSTACK, "spec.congestionControl", "bbr", "must be newreno or cubic"),
    sentence(NETSTACK, "spec.maxConnections", 0, "must be between 1 and 65536 connections"),
    sentence(NETSTACK, "spec.maxConnections", 65537, "must be between 1 and 65536 connections"),
    refused(
        NETSTACK,
        "spec.deletionPolicy",
        "Delete",
        f"spec.deletionPolicy: Forbidden: {UNDELETABLE}",
    ),
    # VCenter
    sentence(VCENTER, "spec.server", "https://vcenter.example.com", NO_URL),
    sentence(VCENTER, "spec.server", "vcenter.example.com/sdk", NO_URL),
    sentence(VCENTER, "spec.server", "", SERVER),
    sentence(VCENTER, "spec.server", "vcenter.example.com:https", SERVER),
    sentence(VCENTER, "spec.server", "fd00::5", SERVER),
    sentence(VCENTER, "spec.server", "admin@vcenter.example.com", SERVER),
    sentence(VCENTER, "spec.server", "vcenter.example.com:0", "must have a port from 1 to 65535"),
    sentence(VCENTER, "spec.server", "vcenter.example.com:65536", "must have a port from 1 to 65535"),
    sentence(VCENTER, "spec.server", "vcenter.example.com:4430000000000000000000", "must have a port from 1 to 65535"),
    sentence(
        VCENTER,
        "spec.credentialsSecret",
        "vmk-operator/vcenter-lab",
        "must be the name of a Secret in the operator's own namespace (no namespace/ before it): lower-case letters, "
        "digits, - and .",
    ),
    sentence(
        VCENTER,
        "spec.tls.caBundle",
        "LS0tLS1CRUdJTg==",
        "must be one or more certificates in PEM, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----, "
        "not encoded again in base64",
    ),
    refused(
        VCENTER,
        "spec.tls.caBundle",
        PEM + "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n",
        "spec.tls.caBundle: Forbidden: must hold certificates only; this holds a private key, which must be kept "
        "secret",
    ),
    refused(
        VCENTER,
        "spec.tls",
        {"caBundle": PEM, "insecureSkipVerify": True},
        "spec.tls: Forbidden: caBundle and insecureSkipVerify exclude each other: with insecureSkipVerify no "
        "certificate is checked",
    ),
    sentence(VCENTER, "spec.allowedNamespaces.from", "all", "must be All or Names; did you mean All?"),
    refused(
        VCENTER,
        "spec.allowedNamespaces",
        {"from": "Names"},
        "spec.allowedNamespaces.names: Required value: must, with from: Names, list at least one namespace",
    ),
    refused(
        VCENTER,
        "spec.allowedNamespaces",
        {"from": "Names", "names": []},
        "spec.allowedNamespaces.names: Required value: must, with from: Names, list at least one namespace",
    ),
    refused(
        VCENTER,
        "spec.allowedNamespaces",
        {"from": "All", "names": ["fleet"]},
        "spec.allowedNamespaces.names: Forbidden: must, with from: All, be left out: every namespace is allowed",
    ),
    refused(
        VCENTER,
        "spec.allowedNamespaces",
        {"from": "Names", "names": ["Fleet"]},
        'spec.allowedNamespaces.names[0]: Invalid value: "Fleet": must be the name of a namespace: lower-case letters, '
        "digits and -",
    ),
    sentence(VCENTER, "spec.managementPolicy", "enforce", "must be Enforce or Observe; did you mean Enforce?"),
    sentence(VCENTER, "spec.repairDelay", "1 hour", DURATION),
    sentence(VCENTER, "spec.repairDelay", "-5s", DURATION),
    sentence(VCENTER, "spec.repairDelay", "", DURATION),
    sentence(VCENTER, "spec.repairDelay", "90", DURATION),
    sentence(VCENTER, "spec.repairDelay", "25h", "must be between 0s and 24h"),
    sentence(VCENTER, "spec.repairDelay", "999999h999999h9h", "must be between 0s and 24h"),
    sentence(VCENTER, "spec.resyncPeriod", "59s", "must be between 1m and 24h"),
    sentence(VCENTER, "spec.resyncPeriod", "15 min", DURATION),
    sentence(VCENTER, "spec.rollout.maxConcurrentHosts", 0, "must be between 1 and 1000 hosts"),
    refused(
        VCENTER,
        "metadata.name",
        "v" * 64,
        "<nil>: Invalid value: the name of a VCenter may have at most 63 characters, because spec.vcenter of other "
        "objects has room for no more",
    ),
    # The API server's own words: required, types, sizes
    *(
        refused(base, path, ABSENT, f"{path}: Required value", UNCHECKED)
        for base, path in (
            (ADAPTER, "spec"),
            (ADAPTER, "spec.vcenter"),
            (ADAPTER, "spec.host"),
            (ADAPTER, "spec.netstack"),
            (ADAPTER, "spec.portGroup"),
            (ADAPTER, "spec.ipv4.mode"),
            (NETSTACK, "spec.netstack"),
            (VCENTER, "spec.server"),
            (VCENTER, "spec.credentialsSecret"),
            (VCENTER, "spec.allowedNamespaces"),
            (VCENTER, "spec.managementPolicy"),
        )
    ),
    refused(
        ADAPTER,
        "spec.mtu",
        "9000",
        'spec.mtu: Invalid value: "string": spec.mtu in body must be of type integer: "string"',
        UNCHECKED,
    ),
    refused(
        ADAPTER,
        "spec.services",
        "vmotion",
        'spec.services: Invalid value: "string": spec.services in body must be of type array: "string"',
        UNCHECKED,
    ),
    refused(ADAPTER, "spec.host", "h" * 254, "spec.host: Too long: may not be more than 253 bytes", UNCHECKED),
    refused(ADAPTER, "spec.vcenter", "v" * 64, "spec.vcenter: Too long: may not be more than 63 bytes", UNCHECKED),
    refused(
        ADAPTER, "spec.services", ["vmotion"] * 33, "spec.services: Too many: 33: must have at most 32 items", UNCHECKED
    ),
    refused(
        VCENTER,
        "spec.tls.caBundle",
        "x" * 65537,
        "spec.tls.caBundle: Too long: may not be more than 65536 bytes",
        UNCHECKED,
    ),
]


def changed(base: Manifest, path: str, value: object) -> Manifest:
    manifest = copy.deepcopy(base)
    *parents, last = path.split(".")
    part = manifest
    for parent in parents:
        part = part.setdefault(parent, {})
    if value is ABSENT:
        del part[last]
    else:
        part[last] = value
    return manifest


def title(case: Case) -> str:
    value = "absent" if case.value is ABSENT else repr(case.value)
    return f"{case.base['kind']}-{case.path}-{value[:40]}"


@pytest.mark.parametrize("case", CASES, ids=title)
def test_a_bad_manifest_is_refused_in_these_words(deployed: ControlPlane, case: Case) -> None:
    manifest = changed(case.base, case.path, case.value)

    answer = deployed.kubectl("default").try_run("apply", "--dry-run=server", "-f", "-", stdin=as_yaml(manifest))

    begin = f'The {manifest["kind"]} "{manifest["metadata"]["name"]}" is invalid: '
    one, *more = case.printed
    wanted = f"{begin}{one}\n" if not more else f"{begin}\n" + "".join(f"* {line}\n" for line in case.printed)
    assert (answer.stderr, answer.stdout) == (wanted, "")


def test_a_field_that_does_not_exist_is_refused_by_kubectl(deployed: ControlPlane) -> None:
    answer = deployed.kubectl("default").try_run(
        "apply", "--dry-run=server", "-f", "-", stdin=as_yaml(changed(ADAPTER, "spec.mtuu", 9000))
    )

    assert answer.stderr == (
        'Error from server (BadRequest): error when creating "STDIN": VmkAdapter in version "v1alpha1" cannot be '
        'handled as a VmkAdapter: strict decoding error: unknown field "spec.mtuu"\n'
    )


GOOD: list[tuple[dict[str, Any], str, object]] = [
    (ADAPTER, "spec.services", []),
    (ADAPTER, "spec.services", ["vSphereBackupNFC", "faultToleranceLogging", "nvmeTcp"]),
    (ADAPTER, "spec.services", None),
    (ADAPTER, "spec.ipv4", None),
    (ADAPTER, "spec.ipv4", {"mode": "DHCP"}),
    (ADAPTER, "spec.ipv4", {"mode": "DHCP", "gateway": "10.0.40.1"}),
    (ADAPTER, "spec.ipv4", {"mode": "None"}),
    (ADAPTER, "spec.ipv4", {"mode": "None", "gateway": "None"}),
    (ADAPTER, "spec.ipv4.gateway", "10.0.40.1"),
    (ADAPTER, "spec.ipv4.gateway", "None"),
    (ADAPTER, "spec.ipv4.gateway", None),
    (ADAPTER, "spec.mtu", None),
    (ADAPTER, "spec.ipv4.address", "10.0.40.0/31"),
    (ADAPTER, "spec.ipv4.address", "10.0.40.255/31"),
    (ADAPTER, "spec.ipv4.address", "10.0.40.0/32"),
    (ADAPTER, "spec.ipv4.address", "10.0.40.255/16"),
    (ADAPTER, "spec.ipv4.address", "10.0.40.78/28"),
    (ADAPTER, "spec.ipv4.address", "169.254.1.1/16"),
    (ADAPTER, "spec.ipv6", {}),
    (ADAPTER, "spec.ipv6", {"acceptRouterAdvertisements": True, "dhcp": True, "gateway": "fd00:41::1"}),
    (ADAPTER, "spec.ipv6", {"addresses": [], "gateway": "None"}),
    (ADAPTER, "spec.ipv6", {"acceptRouterAdvertisements": False, "dhcp": False, "gateway": "fe80::1"}),
    (ADAPTER, "spec.ipv6", {"addresses": [f"FD00:40:0::{number}/64" for number in range(1, 17)]}),
    (ADAPTER, "spec.ipv6.addresses", ["2001:db8::11/127", "fd00:41::/127", "fd00:40::11/128"]),
    (ADAPTER, "spec.portGroup.standard", "VM Network (old) %2f"),
    (ADAPTER, "spec.adoptDevice", "vmk255"),
    (NETSTACK, "spec.gateway.ipv4", "None"),
    (NETSTACK, "spec.gateway.ipv6", "None"),
    (NETSTACK, "spec.gateway.ipv6", "fe80::1"),
    (NETSTACK, "spec.gateway", {"ipv6": "fd00:40::1"}),
    (NETSTACK, "spec.gateway", {}),
    (NETSTACK, "spec.dns", {}),
    (NETSTACK, "spec.dns", {"fromAdapter": "esx01-uplink.a"}),
    (NETSTACK, "spec.dns", {"fromAdapter": "uplink", "servers": None, "hostName": None}),
    (DEFAULT_STACK, "spec.dns", {"hostName": "ESX-01", "servers": ["10.0.0.53"]}),
    (DEFAULT_STACK, "spec.dns", {"hostName": "e" * 63}),
    (NETSTACK, "spec.dns", {"servers": [], "searchDomains": [], "domainName": "None"}),
    (
        NETSTACK,
        "spec.dns",
        {"servers": ["10.0.40.53", "fd00:40::53", "fe80::53"], "searchDomains": ["lab.example.com"]},
    ),
    (NETSTACK, "spec.gateway", None),
    (NETSTACK, "spec.routes", []),
    (NETSTACK, "spec.routes", [ROUTE, {"network": "192.168.7.1/32", "gateway": "10.0.40.254"}]),
    (NETSTACK, "spec.routes", [{**ROUTE, "network": f"10.{number}.0.0/16"} for number in range(64)]),
    (NETSTACK, "spec.routes", [ROUTE, *({**ROUTE6, "network": f"FD00:0{number}::/32"} for number in range(63))]),
    (NETSTACK, "spec.deletionPolicy", "Orphan"),
    (CUSTOM_STACK, "spec.deletionPolicy", "Delete"),
    (CUSTOM_STACK, "spec.netstack", "iSCSI A.1_x-2"),
    (CUSTOM_STACK, "spec.netstack", "x" * 64),
    (BARE_ADAPTER, "spec.netstack", "storage"),
    (VCENTER, "spec.server", "vcenter:8443"),
    (VCENTER, "spec.server", "10.0.0.5:65535"),
    (VCENTER, "spec.server", "[fd00::5]:8443"),
    (VCENTER, "spec.tls", {"caBundle": PEM}),
    (VCENTER, "spec.tls", {"insecureSkipVerify": True}),
    (VCENTER, "spec.allowedNamespaces", {"from": "Names", "names": ["fleet"]}),
    (VCENTER, "spec.repairDelay", "1h30m"),
    (VCENTER, "spec.repairDelay", "0"),
    (VCENTER, "spec.resyncPeriod", "1.5h"),
    (VCENTER, "metadata.name", "v" * 63),
]


def test_good_manifests_are_accepted_without_a_warning(deployed: ControlPlane) -> None:
    manifests = [
        changed(changed(base, "metadata.name", f"good-{number}"), path, value)
        for number, (base, path, value) in enumerate(GOOD)
    ]

    answer = deployed.kubectl("default").try_run("apply", "--dry-run=server", "-f", "-", stdin=as_yaml(manifests))

    assert (answer.stderr, answer.stdout.count(" created (server dry run)\n")) == ("", len(GOOD))


DISTRIBUTED = {"distributed": {"switch": "DSwitch", "name": "dpg-vmotion"}}
HOST_STAYS = (
    "spec.host: Forbidden: is immutable, except to follow a rename of the host that this object is bound to "
    "(status.binding.hostName); for another host create another object"
)
LATER = [
    (ADAPTER, "spec.host", "esx02.example.com", HOST_STAYS),
    (NETSTACK, "spec.host", "esx02.example.com", HOST_STAYS),
    (
        ADAPTER,
        "spec.vcenter",
        "prod",
        "spec.vcenter: Forbidden: is immutable: create another object for the other vCenter and delete this one",
    ),
    (
        NETSTACK,
        "spec.netstack",
        "defaultTcpipStack",
        "spec.netstack: Forbidden: is immutable: create another VmkNetstack for the other stack",
    ),
]


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(("base", "path", "value", "said"), LATER, ids=lambda part: str(part)[:40])
def test_what_is_immutable_is_refused_later(
    kubectl: Kubectl, base: Manifest, path: str, value: object, said: str
) -> None:
    kubectl.apply(base)

    answer = kubectl.try_run("apply", "-f", "-", stdin=as_yaml(changed(base, path, value)))

    assert answer.stderr == f'The {base["kind"]} "a" is invalid: {said}\n'


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("spec.mtu", 9000),
        ("spec.mtu", None),
        ("spec.services", []),
        ("spec.ipv4.address", "10.0.40.12/24"),
        ("spec.portGroup", DISTRIBUTED),
    ],
)
def test_a_managed_field_may_change_at_any_time(kubectl: Kubectl, path: str, value: object) -> None:
    kubectl.apply(ADAPTER)

    assert kubectl.apply(changed(ADAPTER, path, value)) == "vmkadapter.vmkernel.dev/a configured\n"


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("base", [ADAPTER, NETSTACK], ids=lambda base: base["kind"])
def test_the_host_may_follow_a_rename_of_the_bound_host(kubectl: Kubectl, base: Manifest) -> None:
    kubectl.apply(base)
    binding = {"hostId": "host-30", "hostUuid": "uuid", "hostName": "esx01.new.example.com"}
    patch = as_yaml({"status": {"binding": binding}})
    kubectl.run("patch", base["kind"], "a", "--subresource=status", "--type=merge", "--patch", patch)

    followed = kubectl.apply(changed(base, "spec.host", "esx01.new.example.com"))
    elsewhere = kubectl.try_run("apply", "-f", "-", stdin=as_yaml(changed(base, "spec.host", "esx02.example.com")))

    assert followed.endswith("configured\n")
    assert elsewhere.stderr == f'The {base["kind"]} "a" is invalid: {HOST_STAYS}\n'


@pytest.mark.usefixtures("deployed")
def test_what_is_not_declared_stays_undeclared(kubectl: Kubectl) -> None:
    least = {key: ADAPTER["spec"][key] for key in ("vcenter", "host", "netstack", "portGroup")}
    kubectl.apply(ADAPTER | {"spec": least})

    spec = kubectl.get_json("vmk", "a")["spec"]

    assert spec == least | {"managementPolicy": "Enforce", "deletionPolicy": "Orphan"}


@pytest.mark.usefixtures("deployed")
def test_a_null_is_as_if_it_were_not_there(kubectl: Kubectl) -> None:
    kubectl.run("create", "-f", "-", stdin=as_yaml(changed(ADAPTER, "spec.mtu", None)))

    assert "mtu" not in kubectl.get_json("vmk", "a")["spec"]


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("base", [ADAPTER, NETSTACK], ids=lambda base: base["kind"])
def test_an_object_that_no_operator_has_seen_is_not_taken_for_fine(kubectl: Kubectl, base: Manifest) -> None:
    kubectl.apply(base)

    status = kubectl.get_json(base["kind"], "a")["status"]

    said = {condition["type"]: (condition["status"], condition["reason"]) for condition in status["conditions"]}
    assert said == {
        "Ready": ("Unknown", "Pending"),
        "Reconciling": ("True", "Pending"),
        "Stalled": ("False", "NotStalled"),
        "Drifted": ("Unknown", "Pending"),
        "Paused": ("False", "NotPaused"),
    }
