"""The named switches: one for each behaviour of a real vCenter or host that no source confirms.

Each names the place in reference/vsphere.md where the question is open. Software that is meant for real hosts should
pass its tests with every value.
"""

from dataclasses import dataclass
from enum import StrEnum


class Choice(StrEnum):
    """Whether a request is taken or refused."""

    ACCEPT = "accept"
    REFUSE = "refuse"


class DefaultStackService(StrEnum):
    """What becomes of a service on the default stack's adapters once its dedicated stack is in use."""

    OFF = "off"
    SHADOWED = "shadowed"


class ManagementPath(StrEnum):
    """How vCenter reaches the management adapters."""

    DIRECT = "direct"
    ROUTED = "routed"


class BoundRemoval(StrEnum):
    """What RemoveVirtualNic does with an adapter that iSCSI is bound to."""

    ACCEPT = "accept"
    RESOURCE_IN_USE = "resourceInUse"
    CONFIG_FAULT = "configFault"


class DisconnectedConfig(StrEnum):
    """What can be read of the configuration of a host that is not connected."""

    KEPT = "kept"
    ABSENT = "absent"


class Updates(StrEnum):
    """How the property collector reports a change inside an array."""

    WHOLE = "whole"
    INDEXED = "indexed"


class EsxcliChanges(StrEnum):
    """Whether vCenter sees by itself what a command line changed on a host."""

    SEEN = "seen"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One value for every open question; the defaults follow the API reference where it speaks."""

    default_stack_service: DefaultStackService = DefaultStackService.OFF
    """``off``: the tag is taken from default-stack adapters and can't be set; ``shadowed``: it stays, without effect.

    Source: reference/vsphere.md 3.3.
    """

    edit_inactive_stack: Choice = Choice.ACCEPT
    """Whether UpdateNetworkConfig may edit a stack that no adapter uses.

    Source: reference/vsphere.md 1.2 and 9 (1).
    """

    second_adapter_on_standard_portgroup: Choice = Choice.REFUSE
    """Whether a standard port group may carry a second adapter of one host.

    Source: reference/vsphere.md 2.3 (refused) and 6 (an esxcli script that does it).
    """

    update_without_ip: Choice = Choice.ACCEPT
    """Whether UpdateVirtualNic may leave out the IP configuration.

    Source: reference/vsphere.md 2.1 ("required although it does not have to be enabled").
    """

    ipv6_without_operation: Choice = Choice.ACCEPT
    """What an IPv6 address without an operation means: ``accept`` gives it to the adapter, ``refuse`` overlooks it.

    Source: reference/vsphere.md 2.5 (clients send read-back lists; the effect is unverified).
    """

    mtu_above_switch: Choice = Choice.ACCEPT
    """Whether an adapter may have a larger MTU than its switch.

    Source: reference/vsphere.md 6 is silent. community.vmware's own test of vmware_vmkernel makes an adapter of 9000 on
    a switch of 1500 and expects it to be there, on a real host; administrators report switches that were lowered under
    their adapters, whose packets got lost. Which fault a host would refuse it with is not documented.
    """

    management_path: ManagementPath = ManagementPath.DIRECT
    """Whether vCenter is in the management network, or behind the default gateway: then that must not be lost.

    Source: reference/vsphere.md 6 (routing changes are a documented trigger of the rollback; whether the gateway is
    one depends on where vCenter is).
    """

    management_address_change: Choice = Choice.ACCEPT
    """Whether vCenter finds a host again whose management adapter has another address.

    Source: reference/vsphere.md 6 (an IP change is a documented trigger of the rollback; a vCenter that knows the host
    by a name could find it).
    """

    management_vlan_change: Choice = Choice.ACCEPT
    """Whether vCenter still reaches a host whose management is in another VLAN, of another standard port group or not.

    Source: reference/vsphere.md 6 (a documented trigger of the rollback; whether the physical network carries it no
    client can know).
    """

    remove_bound_adapter: BoundRemoval = BoundRemoval.ACCEPT
    """Whether an adapter that iSCSI is bound to may be removed, and what the host answers when not.

    Source: reference/vsphere.md 6 and 9 (3); the call declares no ResourceInUse.
    """

    disconnected_config: DisconnectedConfig = DisconnectedConfig.KEPT
    """What a client reads of a disconnected host: its last configuration, or none at all.

    Source: reference/vsphere.md 5 ("might not be available for a disconnected host").
    """

    view_of_ancestors: Choice = Choice.ACCEPT
    """Whether a user sees the objects above those that a permission was given on.

    Every vCenter lets users reach what they have been given on a cluster alone, from the root folder down; that it does
    so by the role View, which can't be granted, is written nowhere.
    """

    updates: Updates = Updates.WHOLE
    """Whether a changed element of a keyed array is reported as the whole array or as that element.

    Source: reference/vsphere.md 5 and 9 (9).
    """

    esxcli_changes: EsxcliChanges = EsxcliChanges.SEEN
    """Whether vCenter sees a change by esxcli as it sees one by the API, or only after RefreshNetworkSystem.

    Source: reference/vsphere.md 1.4. Seen, as scripts that use PowerCLI on an interface right after esxcli made it rely
    on that.
    """

    ping_interface_without_stack: Choice = Choice.REFUSE
    """Whether esxcli's ping finds the stack of an interface that is not on the default one, when no stack is named.

    Source: reference/vsphere.md 7.2. Refused, as scripts for vMotion's and NSX's stacks name the stack.
    """
