"""Dedicated TCP/IP stacks imply their service and take it from the default stack.

Source: reference/vsphere.md 3.3 (docs.vmware.com vSphere 8.0, "Place vMotion Traffic on the vMotion TCP/IP Stack").
"""

from collections.abc import Mapping

from vmk_operator.model.host import DEFAULT_NETSTACK, PROVISIONING_NETSTACK, VMOTION_NETSTACK, NetworkState

IMPLIED_SERVICES: Mapping[str, str] = {VMOTION_NETSTACK: "vmotion", PROVISIONING_NETSTACK: "vSphereProvisioning"}
"""Stack key to the service that its adapters carry without being selected for it."""

DEDICATED_STACKS: Mapping[str, str] = {service: stack for stack, service in IMPLIED_SERVICES.items()}
"""Service to the stack that is made for it."""


def is_in_use(stack: str, network: NetworkState) -> bool:
    """Tell whether an adapter is on *stack*: an unused stack is configured but does not exist in the kernel."""
    return any(adapter.netstack == stack for adapter in network.adapters)


def is_shadowed(service: str, stack: str, network: NetworkState) -> bool:
    """Tell whether *service* is off on adapters of *stack* because its dedicated stack is in use."""
    dedicated = DEDICATED_STACKS.get(service)
    return stack == DEFAULT_NETSTACK and dedicated is not None and is_in_use(dedicated, network)


def can_carry(service: str, stack: str, network: NetworkState) -> bool:
    """Tell whether an adapter of *stack* can be selected for *service*."""
    return stack == DEFAULT_NETSTACK and not is_shadowed(service, stack, network)


def shadowed_services(declared: frozenset[str], stack: str, network: NetworkState) -> frozenset[str]:
    """Name the declared services that a dedicated stack carries instead: neither missed nor fought over."""
    return frozenset(service for service in declared if is_shadowed(service, stack, network))
