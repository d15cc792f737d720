"""What a standard switch does with traffic, and what a port group of it does otherwise. Unset is inherited."""

from dataclasses import dataclass, fields, replace
from typing import TypeVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """Which frames are let through."""

    promiscuous: bool | None = None
    mac_changes: bool | None = None
    forged_transmits: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaming:
    """How traffic is spread over the uplinks, and when one counts as failed."""

    policy: str | None = None
    reverse: bool | None = None
    notify: bool | None = None
    rolling: bool | None = None
    """Whether an uplink that comes back stays in reserve: the opposite of what user interfaces call failback."""
    beacon: bool | None = None
    active: tuple[str, ...] | None = None
    standby: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaping:
    """The limits of outgoing traffic, in bits a second and bytes."""

    enabled: bool | None = None
    average: int | None = None
    peak: int | None = None
    burst: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All of it."""

    security: Security = Security()
    teaming: Teaming = Teaming()
    shaping: Shaping = Shaping()


INHERITED = Policy()
"""Nothing of its own."""

Part = TypeVar("Part", Security, Teaming, Shaping)

INSTALLED = Policy(
    security=Security(promiscuous=False, mac_changes=True, forged_transmits=True),
    teaming=Teaming(policy="loadbalance_srcid", reverse=True, notify=True, rolling=False, beacon=False),
    shaping=Shaping(enabled=False),
)
"""What a switch does that nobody has told otherwise. Source: the recorded host in govmomi's simulator/esx."""

TEAMING_POLICIES = (
    "loadbalance_ip",
    "loadbalance_srcmac",
    "loadbalance_srcid",
    "failover_explicit",
)
"""Source: capabilities.nicTeamingPolicy of the ESXi 8.0.3 host in pyVmomi's test data."""


def overlaid(below: Policy, above: Policy) -> Policy:
    """Return *above* with what it leaves unset taken from *below*."""
    return Policy(
        security=_overlaid(below.security, above.security),
        teaming=_overlaid(below.teaming, above.teaming),
        shaping=_overlaid(below.shaping, above.shaping),
    )


def switch_policy(policy: Policy, uplinks: tuple[str, ...]) -> Policy:
    """Return all that a switch does: what it was told over what it was installed with; every uplink is active."""
    all_active = Policy(teaming=Teaming(active=uplinks, standby=()))
    return overlaid(overlaid(INSTALLED, all_active), policy)


def _overlaid(below: Part, above: Part) -> Part:
    given = {one.name: value for one in fields(above) if (value := getattr(above, one.name)) is not None}
    return replace(below, **given)
