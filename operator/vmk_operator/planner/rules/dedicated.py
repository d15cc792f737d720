"""A service that a dedicated TCP/IP stack has taken over."""

from vmk_operator.api.reasons import AdvisoryReason
from vmk_operator.api.v1alpha1 import Advisory
from vmk_operator.planner.case import DeclaredAdapter
from vmk_operator.planner.dedicated import DEDICATED_STACKS, shadowed_services


def advise_shadowed(case: DeclaredAdapter) -> tuple[Advisory, ...]:
    """Tell that a declared service is not on the adapter because its dedicated stack is in use; nothing is fought over.

    Source: reference/vsphere.md 3.3; DESIGN §4: fleets migrate host by host, so this is a normal state.
    """
    intent = case.claim.intent
    if intent is None or intent.services is None:
        return ()
    device = "this adapter" if case.adapter is None else case.adapter.device
    shadowed = shadowed_services(intent.services, intent.netstack, case.coming)
    return tuple(_advise_shadowed(service, device, case.scene.host.name) for service in sorted(shadowed))


def _advise_shadowed(service: str, device: str, host: str) -> Advisory:
    stack = DEDICATED_STACKS[service]
    return Advisory(
        reason=AdvisoryReason.SERVICE_SHADOWED,
        message=f"{service} is declared for {device} on {host}, but the dedicated TCP/IP stack {stack} is in use "
        f"there, which turns it off on the default stack; take {service} out of services once the migration to the "
        "dedicated stack is final.",
    )
