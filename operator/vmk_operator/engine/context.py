"""What the workers of one vCenter share."""

from dataclasses import dataclass, field

from vmk_operator.engine.backoff import Backoff
from vmk_operator.engine.claims import Claims
from vmk_operator.engine.dependants import Dependants
from vmk_operator.engine.facts import SiteFacts
from vmk_operator.engine.ports import Clock, DesiredView, Telemetry
from vmk_operator.engine.settings import EngineSettings
from vmk_operator.engine.settling import Settling
from vmk_operator.engine.slots import Slots
from vmk_operator.engine.telling import Teller
from vmk_operator.engine.trouble import Trouble
from vmk_operator.model.identity import HostRef, ObjectKey
from vmk_operator.model.precautions import Precautions
from vmk_operator.planner.snapshot import Grant


@dataclass(frozen=True, slots=True)
class SiteContext:
    """Parts of one vCenter's site, joined by ``Site``."""

    facts: SiteFacts
    desired: DesiredView
    teller: Teller
    dependants: Dependants
    slots: Slots
    claims: Claims
    clock: Clock
    telemetry: Telemetry
    settings: EngineSettings
    backoff: Backoff
    received: dict[HostRef, float] = field(default_factory=dict)
    """When a host's change came that is not judged yet, on ``Clock.monotonic``."""


@dataclass(slots=True)
class HostMemory:
    """What is remembered of one host between two looks; losing it costs one more attempt at most."""

    settling: Settling | None = None
    trouble: Trouble = field(default_factory=Trouble)
    caught_up: bool = False
    """vCenter has read the host anew since this process leads: it shows what an earlier one wrote last."""
    precautions: Precautions | None = None
    """As last asked; ``None``: nothing was planned that they matter for."""
    grants: dict[ObjectKey, Grant] = field(default_factory=dict)
    """Approvals that were spent on runs which are not over."""
    said: tuple[str, ...] = ()
    """The decision that was logged last."""
