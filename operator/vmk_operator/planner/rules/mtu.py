"""An adapter's packets must fit its switch."""

from vmk_operator.api.reasons import Reason
from vmk_operator.planner.case import AdapterCase
from vmk_operator.planner.resolution import switch_mtu
from vmk_operator.planner.verdict import Blocked


def fit_switch(case: AdapterCase) -> Blocked | None:
    """Refuse an MTU above that of the switch behind the port group.

    Source: reference/vsphere.md 6: an MTU above what the fabric carries cuts traffic off.
    """
    wanted = case.intent.mtu
    if wanted is None and case.adapter is not None:
        wanted = case.adapter.mtu  # which it takes along when it moves
    limit = switch_mtu(case.attachment, case.network)
    if wanted is None or limit is None or wanted <= limit or not (case.is_creation or case.differs("mtu", "portGroup")):
        return None
    return Blocked(
        Reason.MTU_ABOVE_SWITCH,
        f"mtu {wanted} is above the {limit} of the switch behind the port group on {case.host.name}; raise the "
        f"switch's MTU first, or declare {limit} at most.",
    )
