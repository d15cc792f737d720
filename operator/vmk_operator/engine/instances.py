"""Which VCenter object speaks for a vCenter when several name the same one: the older."""

from collections.abc import Callable
from dataclasses import dataclass

from vmk_operator.model.vcenter import VCenterConfig


@dataclass(frozen=True, slots=True)
class _Claimant:
    config: VCenterConfig
    reconsider: Callable[[], None]
    """Called when another one took over or gave way."""

    @property
    def seniority(self) -> tuple[float, str]:
        return self.config.created_at.timestamp(), self.config.uid


class InstanceClaims:
    """Claims by ``about.instanceUuid``, which is what Lease, queue and hosts go by."""

    def __init__(self) -> None:
        self._claims: dict[str, dict[str, _Claimant]] = {}

    def claim(self, instance_uuid: str, config: VCenterConfig, reconsider: Callable[[], None]) -> VCenterConfig | None:
        """Claim a vCenter; answer the older VCenter that has it, or ``None``: it is ours."""
        self.leave(config, but=instance_uuid)
        claimants = self._claims.setdefault(instance_uuid, {})
        before = self._first(instance_uuid)
        claimants[config.uid] = _Claimant(config, reconsider)
        first = self._first(instance_uuid)
        if first is None or first.config.uid != config.uid:
            return first.config if first is not None else None
        if before is not None and before.config.uid != config.uid:
            before.reconsider()
        return None

    def leave(self, config: VCenterConfig, *, but: str | None = None) -> None:
        """Give up whatever *config* claims, but for one."""
        for instance_uuid in [uuid for uuid, claimants in self._claims.items() if uuid != but]:
            before = self._first(instance_uuid)
            claimants = self._claims[instance_uuid]
            claimants.pop(config.uid, None)
            first = self._first(instance_uuid)
            if first is None:
                del self._claims[instance_uuid]
            elif first is not before:
                first.reconsider()

    def _first(self, instance_uuid: str) -> _Claimant | None:
        claimants = self._claims[instance_uuid].values()
        return min(claimants, key=lambda claimant: claimant.seniority, default=None)
