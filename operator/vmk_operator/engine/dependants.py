"""Our finalizers: on an object before it gets something that must be cleaned up, on its VCenter while any has one."""

import asyncio

from vmk_operator.engine.ports import DesiredView, StatusWriter
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.vcenter import VCenterConfig
from vmk_operator.planner.snapshot import ManagedObject


class Dependants:
    """Counts the finalised objects of one vCenter and keeps the VCenter's own finalizer in step."""

    def __init__(self, *, desired: DesiredView, writer: StatusWriter) -> None:
        self._desired = desired
        self._writer = writer
        self._seen: set[ObjectKey] = set()
        self._added: set[ObjectKey] = set()
        """By us, and not seen on the object yet."""
        self._vcenter_has_it = False
        self._vcenter_released = False
        self._vcenter_alone = asyncio.Lock()

    def __len__(self) -> int:
        """Count the finalised objects that are known."""
        return len(self._seen | self._added)

    def note(self, subject: ManagedObject) -> None:
        """Take in what an object carries now."""
        if subject.metadata.finalized:
            self._seen.add(subject.key)
            self._added.discard(subject.key)
        else:
            self._seen.discard(subject.key)

    def forget(self, key: ObjectKey) -> None:
        """Drop an object that is gone."""
        self._seen.discard(key)
        self._added.discard(key)

    def clear(self) -> None:
        """Forget everything: another replica may have written meanwhile."""
        self._seen.clear()
        self._added.clear()
        self._vcenter_has_it = self._vcenter_released = False

    async def add(self, config: VCenterConfig, subject: ManagedObject) -> None:
        """Put the finalizer on *subject*, and before that on its VCenter.

        Raises:
            TransientError: not done.
        """
        if subject.key in self._seen or subject.key in self._added:
            return
        # Counted before it is written: the VCenter's own echo asks meanwhile whether anything still needs it.
        self._added.add(subject.key)
        try:
            async with self._vcenter_alone:
                if not self._vcenter_has_it:
                    await self._writer.add_vcenter_finalizer(config.name, config.uid)
                    self._vcenter_has_it = True
                self._vcenter_released = False
            await self._writer.add_finalizer(subject.key)
        except BaseException:
            self._added.discard(subject.key)
            raise

    async def release(self, subject: ManagedObject) -> None:
        """Take the finalizer off *subject*.

        Raises:
            TransientError: not done.
        """
        await self._writer.release_finalizer(subject.key)
        self._added.discard(subject.key)

    async def release_vcenter(self, config: VCenterConfig) -> None:
        """Take the finalizer off the VCenter once nothing needs it any more.

        Raises:
            TransientError: not done.
        """
        wanted = self._vcenter_has_it or (config.deleting and not self._vcenter_released)
        if not wanted or len(self) or not self._desired.synced:
            return
        # The objects seen so far may not be all of them: only the whole list lets go.
        if any(subject.metadata.finalized for subject in self._desired.of_vcenter(config.name)):
            return
        async with self._vcenter_alone:
            if len(self):
                return
            await self._writer.release_vcenter_finalizer(config.name, config.uid)
            self._vcenter_has_it = False
            self._vcenter_released = True
