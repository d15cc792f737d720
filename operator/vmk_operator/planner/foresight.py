"""Which device each VmkAdapter has, or will have once this plan has created its adapter."""

from collections.abc import Iterable, Mapping

from vmk_operator.model.host import NetworkState
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.step import CreateAdapter, PlannedStep
from vmk_operator.planner.assignment import Assignment
from vmk_operator.planner.effect import apply, created_device


def foresee_devices(
    assignment: Assignment, network: NetworkState, steps: Iterable[PlannedStep]
) -> Mapping[ObjectKey, str]:
    """Name the devices of live VmkAdapters; *steps* are to be run in this order on *network*.

    The host picks the device of a new adapter, and may pick another: a step that names it is planned anew before it is
    run.
    """
    devices = {key: device for device, key in assignment.holders.items()}
    for planned in steps:
        grown = apply(planned.step, network)
        made = created_device(planned.step, network, grown) if isinstance(planned.step, CreateAdapter) else None
        if made is not None:
            devices[planned.owner] = made.device
        network = grown
    return devices
