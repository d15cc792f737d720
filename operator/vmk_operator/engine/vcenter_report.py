"""What there is to say about a VCenter object itself."""

from datetime import datetime

from vmk_operator.engine.facts import SiteFacts
from vmk_operator.engine.policy import check_pause
from vmk_operator.model.vcenter import FleetAdvice, VCenterReport, VCenterState


def describe_vcenter(
    facts: SiteFacts, *, in_use_by: int, advice: tuple[FleetAdvice, ...], now: datetime
) -> VCenterReport:
    """Turn the facts into a report; *in_use_by* counts the finalised objects that need this vCenter."""
    config = facts.config
    state, message = facts.state, facts.message
    if config.deleting:
        connected = state is VCenterState.CONNECTED
        state = VCenterState.DELETING
        if in_use_by and not connected:
            message = f"{in_use_by} objects still need this vCenter to clean up their hosts. {message}"
        elif connected:
            message = ""
    connection = facts.connection if facts.live else None
    return VCenterReport(
        name=config.name,
        uid=config.uid,
        generation=config.generation,
        state=state,
        message=message,
        instance_uuid=facts.identity.instance_uuid if facts.identity else None,
        version=facts.identity.version if facts.identity else None,
        user=connection.user if connection else None,
        tls_verified=not config.insecure_skip_verify,
        paused=check_pause(config.paused, now) is not None,
        stale_since=facts.last_live,
        hosts=len(connection.inventory.hosts()) if connection else 0,
        reconcile_requested_at=config.reconcile_requested_at,
        in_use_by=in_use_by,
        advice=advice if facts.live else None,
        silenced=config.silenced,
    )
