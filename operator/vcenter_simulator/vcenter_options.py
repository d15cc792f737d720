"""vCenter's own advanced options: what there are, and the settings that they stand for."""

from dataclasses import replace

from vcenter_simulator.host.options import Changed, Definition, by_key, find_options
from vcenter_simulator.sessions import SessionPolicy

SESSION_TIMEOUT = "config.vmacore.soap.sessionTimeout"

MOST_SESSIONS = "config.vmacore.soap.maxSessionCount"

ROLLBACK = "config.vpxd.network.rollback"

VCENTER_OPTIONS = by_key(
    Definition(SESSION_TIMEOUT, "Minutes without a call that end a session.", 30, 1, 525600),
    Definition(MOST_SESSIONS, "Sessions at a time.", 3000, 1, 1000000),
    Definition(ROLLBACK, "Take back changes of a host's network that cut it off.", default=True),
)
"""Source of the last: reference/vsphere.md 6."""


def as_options(policy: SessionPolicy, *, rollback: bool) -> Changed:
    """Return the options that stand for these settings; the timeout is in whole minutes, at least one.

    The bounds of the options are for clients: what the simulator was started with may be beyond them.
    """
    minutes = max(1, round(policy.idle_s / 60))
    values = {SESSION_TIMEOUT: minutes, MOST_SESSIONS: policy.most, ROLLBACK: rollback}
    return tuple(sorted((key, value) for key, value in values.items() if value != VCENTER_OPTIONS[key].default))


def as_settings(changed: Changed, policy: SessionPolicy) -> tuple[SessionPolicy, bool]:
    """Return *policy* as the options want it, and whether changes that cut a host off are taken back."""
    values = find_options(VCENTER_OPTIONS, changed, None)
    idle_s = 60.0 * int(values[SESSION_TIMEOUT])
    return replace(policy, idle_s=idle_s, most=int(values[MOST_SESSIONS])), bool(values[ROLLBACK])
