"""How many sockets a stack may have: what is set, and what it runs with."""

from vmk_operator.api.reasons import AdvisoryReason
from vmk_operator.api.v1alpha1 import Advisory
from vmk_operator.planner.case import DeclaredNetstack
from vmk_operator.planner.verdict import Blocked


def advise_reboot(case: DeclaredNetstack) -> tuple[Advisory, ...]:
    """Tell that a limit of sockets is set as declared, and that the stack still runs with another one.

    Source: reference/vsphere.md 1.1 (maxNumberOfConnections: what is in force after booting up).
    """
    intent, stack = case.intent, case.stack
    if isinstance(intent, Blocked) or intent.max_connections is None or stack is None:
        return ()
    running = stack.running_max_connections
    if stack.max_connections != intent.max_connections or running in (None, intent.max_connections):
        return ()
    host = case.scene.host.name
    return (
        Advisory(
            reason=AdvisoryReason.TAKES_EFFECT_AFTER_REBOOT,
            message=f"maxConnections of the TCP/IP stack {stack.key} is set to {intent.max_connections}, but {host} "
            f"runs it with {running} until it is restarted; restart it in maintenance mode.",
        ),
    )
