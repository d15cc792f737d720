"""Every rule of VMkernel networking. A rule is in force once it is registered here; docs/rules.md is made from this.

In every table, the first rule that objects is what the user is told.
"""

from vmk_operator.api.reasons import AdvisoryReason, Reason
from vmk_operator.planner.case import (
    AdapterCase,
    DeclaredAdapter,
    DeclaredNetstack,
    NetstackCase,
    RemovalCase,
    StackRemovalCase,
)
from vmk_operator.planner.fleet import Fleet
from vmk_operator.planner.rules.addresses import keep_address_unique, keep_declared_address_unique
from vmk_operator.planner.rules.cluster import (
    advise_adapter_without_gateway,
    advise_other_vmotion_stack,
    advise_unequal_mtu,
    advise_vmotion_without_gateway,
)
from vmk_operator.planner.rules.connection_limit import advise_reboot
from vmk_operator.planner.rules.creation import require_ip_configuration
from vmk_operator.planner.rules.dedicated import advise_shadowed
from vmk_operator.planner.rules.dns import require_dhcp_for_dns, require_dns_adapter
from vmk_operator.planner.rules.elsewhere import advise_address_elsewhere, keep_address_of_older_claim
from vmk_operator.planner.rules.fleet import (
    advise_gateway_of_vmotion_stack,
    advise_mixed_clusters,
    advise_provisioning_stack,
    advise_shadowed_selection,
    advise_unequal_mtus,
    advise_vmotion_stack,
)
from vmk_operator.planner.rules.identity import (
    advise_renamed,
    mean_one_adapter,
    own_netstack,
    require_adapter_spec,
    require_netstack,
    require_netstack_or_room,
    require_netstack_spec,
    require_port_group,
)
from vmk_operator.planner.rules.ipv6 import require_ipv6, require_ipv6_for_routing
from vmk_operator.planner.rules.lockout import (
    protect_adapter,
    protect_from_removal,
    protect_stack,
)
from vmk_operator.planner.rules.mtu import fit_switch
from vmk_operator.planner.rules.placement import (
    leave_owned_adapter,
    leave_owned_stack,
    move_only_from_known_place,
    remove_no_owned_adapter,
    remove_no_owned_stack,
    replace_only_what_can_be_put_back,
    replace_with_approval,
)
from vmk_operator.planner.rules.routing import (
    advise_advertised_gateway,
    advise_learned_gateway,
    require_own_gateway_in_subnet,
    require_own_ipv6_gateway_in_subnet,
    require_reachable_gateway,
    require_reachable_ipv6_gateway,
    require_reachable_routes,
)
from vmk_operator.planner.rules.rule import Advice, Rule
from vmk_operator.planner.rules.services import know_vsan_ports, leave_vsan, require_known_services
from vmk_operator.planner.rules.subnets import advise_overlapping_subnets

ADAPTER_IDENTITY: tuple[Rule[DeclaredAdapter], ...] = (
    Rule(require_adapter_spec, (Reason.INVALID_SPEC,)),
    Rule(require_netstack, (Reason.NO_SUCH_NETSTACK,)),
    Rule(require_port_group, (Reason.NO_SUCH_PORT_GROUP, Reason.AMBIGUOUS)),
    Rule(mean_one_adapter, (Reason.NO_SUCH_DEVICE, Reason.CONFLICT, Reason.AMBIGUOUS)),
)
"""What a VmkAdapter must name to be about something; told under every policy."""

NETSTACK_IDENTITY: tuple[Rule[DeclaredNetstack], ...] = (
    Rule(require_netstack_spec, (Reason.INVALID_SPEC,)),
    Rule(own_netstack, (Reason.CONFLICT,)),
    Rule(require_netstack_or_room, (Reason.NO_SUCH_NETSTACK,)),
)
"""The same of a VmkNetstack."""

ADAPTER_CHANGES: tuple[Rule[AdapterCase], ...] = (
    Rule(leave_owned_adapter, (Reason.SYSTEM_OWNED,)),
    Rule(replace_only_what_can_be_put_back, (Reason.PORT_GROUP_UNKNOWN,)),
    Rule(replace_with_approval, (Reason.WAITING_FOR_APPROVAL,)),
    Rule(move_only_from_known_place, (Reason.PORT_GROUP_UNKNOWN,)),
    Rule(protect_adapter, (Reason.LOCKOUT_PROTECTION, Reason.WAITING_FOR_APPROVAL)),
    Rule(require_ip_configuration, (Reason.INCOMPLETE_FOR_CREATE,)),
    Rule(require_ipv6, (Reason.IPV6_UNAVAILABLE,)),
    Rule(keep_address_unique, (Reason.ADDRESS_IN_USE,)),
    Rule(keep_declared_address_unique, (Reason.CONFLICT, Reason.ADDRESS_IN_USE)),
    Rule(keep_address_of_older_claim, (Reason.ADDRESS_IN_USE,)),
    Rule(require_own_gateway_in_subnet, (Reason.GATEWAY_UNREACHABLE,)),
    Rule(require_own_ipv6_gateway_in_subnet, (Reason.GATEWAY_UNREACHABLE,)),
    Rule(fit_switch, (Reason.MTU_ABOVE_SWITCH,)),
    Rule(require_known_services, (Reason.NO_SUCH_SERVICE,)),
    Rule(leave_vsan, (Reason.SYSTEM_OWNED,)),
    Rule(know_vsan_ports, (Reason.VSAN_UNKNOWN,)),
)
"""What may not be created or changed to be as a VmkAdapter declares."""

NETSTACK_CHANGES: tuple[Rule[NetstackCase], ...] = (
    Rule(leave_owned_stack, (Reason.SYSTEM_OWNED,)),
    Rule(protect_stack, (Reason.LOCKOUT_PROTECTION, Reason.WAITING_FOR_APPROVAL)),
    Rule(require_reachable_gateway, (Reason.GATEWAY_UNREACHABLE,)),
    Rule(require_ipv6_for_routing, (Reason.IPV6_UNAVAILABLE,)),
    Rule(require_reachable_ipv6_gateway, (Reason.GATEWAY_UNREACHABLE,)),
    Rule(require_reachable_routes, (Reason.GATEWAY_UNREACHABLE,)),
    Rule(require_dns_adapter, (Reason.NO_SUCH_ADAPTER,)),
    Rule(require_dhcp_for_dns, (Reason.ADAPTER_WITHOUT_DHCP,)),
)
"""What may not be changed to be as a VmkNetstack declares."""

ADAPTER_REMOVAL: tuple[Rule[RemovalCase], ...] = (
    Rule(remove_no_owned_adapter, (Reason.SYSTEM_OWNED,)),
    Rule(protect_from_removal, (Reason.LOCKOUT_PROTECTION, Reason.WAITING_FOR_APPROVAL)),
)
"""What may not be removed for a deleted VmkAdapter."""

NETSTACK_REMOVAL: tuple[Rule[StackRemovalCase], ...] = (Rule(remove_no_owned_stack, (Reason.SYSTEM_OWNED,)),)
"""What may not be removed for a deleted VmkNetstack."""

ADAPTER_ADVICE: tuple[Advice[DeclaredAdapter], ...] = (
    Advice(advise_renamed, AdvisoryReason.HOST_RENAMED),
    Advice(advise_shadowed, AdvisoryReason.SERVICE_SHADOWED),
    Advice(advise_address_elsewhere, AdvisoryReason.ADDRESS_USED_ELSEWHERE),
    Advice(advise_overlapping_subnets, AdvisoryReason.OVERLAPPING_SUBNETS),
    Advice(advise_unequal_mtu, AdvisoryReason.MTU_UNEQUAL),
    Advice(advise_other_vmotion_stack, AdvisoryReason.VMOTION_STACKS_DIFFER),
    Advice(advise_adapter_without_gateway, AdvisoryReason.VMOTION_WITHOUT_GATEWAY),
)
"""What is worth knowing about a VmkAdapter."""

NETSTACK_ADVICE: tuple[Advice[DeclaredNetstack], ...] = (
    Advice(advise_renamed, AdvisoryReason.HOST_RENAMED),
    Advice(advise_learned_gateway, AdvisoryReason.GATEWAY_FROM_DHCP),
    Advice(advise_advertised_gateway, AdvisoryReason.GATEWAY_ADVERTISED),
    Advice(advise_vmotion_without_gateway, AdvisoryReason.VMOTION_WITHOUT_GATEWAY),
    Advice(advise_reboot, AdvisoryReason.TAKES_EFFECT_AFTER_REBOOT),
)
"""What is worth knowing about a VmkNetstack."""

VCENTER_ADVICE: tuple[Advice[Fleet], ...] = (
    Advice(advise_vmotion_stack, AdvisoryReason.VMOTION_ON_DEFAULT_STACK),
    Advice(advise_provisioning_stack, AdvisoryReason.PROVISIONING_ON_DEFAULT_STACK),
    Advice(advise_shadowed_selection, AdvisoryReason.SERVICE_SHADOWED),
    Advice(advise_mixed_clusters, AdvisoryReason.VMOTION_STACKS_DIFFER),
    Advice(advise_unequal_mtus, AdvisoryReason.MTU_UNEQUAL),
    Advice(advise_gateway_of_vmotion_stack, AdvisoryReason.VMOTION_WITHOUT_GATEWAY),
)
"""What is worth knowing about all hosts of a VCenter, with objects of ours or without."""
