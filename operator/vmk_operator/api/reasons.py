"""Every reason that a condition, an Event or an advisory may carry. They are API: documented, never renamed.

The comment beside each is its documentation, and ``docs/reference/reasons.md`` is made from it.
"""

import enum


class Reason(enum.StrEnum):
    """Reasons of the conditions of VmkNetstack and VmkAdapter."""

    # Of Ready when it is True
    CONVERGED = "Converged"  # Every managed field is on the host as declared.
    DORMANT = "Dormant"  # No adapter is on this stack yet; its settings wait for the first.
    OBSERVED = "Observed"  # Observe: the host differs, is reported and left alone.

    # Of Ready when it is False and Reconciling is True
    APPLYING = "Applying"  # Declared values are being written.
    REPAIRING = "Repairing"  # Somebody changed the host; the declared values are being written again.
    WAITING_FOR_SLOT = "WaitingForSlot"  # Other hosts of this vCenter are being changed (rollout.maxConcurrentHosts).
    WAITING_FOR_REPAIR_DELAY = "WaitingForRepairDelay"  # The VCenter's repairDelay has not passed since the change.
    SETTLING = "Settling"  # Written; vCenter does not show it yet.
    RETRYING = "Retrying"  # A passing trouble; tried again with back-off.
    DELETING = "Deleting"  # The object is deleted; what it is bound to is being removed.

    # Of Ready when it is False and a person must decide, or the host be prepared
    WAITING_FOR_APPROVAL = "WaitingForApproval"  # The plan touches what the host hangs by; see status.plan.
    WAITING_FOR_MAINTENANCE_MODE = "WaitingForMaintenanceMode"  # The approved replacement waits for the host.

    # Of Ready when it is Unknown
    PENDING = "Pending"  # Not looked at yet.
    HOST_AWAY = "HostAway"  # vCenter does not reach the host; nothing may be concluded.
    VCENTER_AWAY = "VCenterAway"  # The observation is older than allowed.
    PAUSED = "Paused"  # Paused by annotation, and the host differs.

    # Of Stalled: a person must act
    INVALID_SPEC = "InvalidSpec"  # The spec does not fit the API of this operator's release.
    NO_SUCH_VCENTER = "NoSuchVCenter"  # spec.vcenter names no VCenter object.
    NAMESPACE_NOT_ALLOWED = "NamespaceNotAllowed"  # The VCenter's allowedNamespaces does not list this namespace.
    NO_SUCH_HOST = "NoSuchHost"  # The vCenter has no host of that name.
    NO_SUCH_NETSTACK = "NoSuchNetstack"  # The host has no TCP/IP stack of that key.
    NO_SUCH_PORT_GROUP = "NoSuchPortGroup"  # The host has no port group of that name.
    NO_SUCH_SERVICE = "NoSuchService"  # The host does not offer the declared service.
    NO_SUCH_DEVICE = "NoSuchDevice"  # adoptDevice names no adapter of the host, or one elsewhere.
    ESXCLI_UNAVAILABLE = (
        "EsxcliUnavailable"  # The host takes no esxcli from vCenter, and only that makes custom stacks.
    )
    NO_SUCH_ADAPTER = "NoSuchAdapter"  # dns.fromAdapter names no VmkAdapter of this host and stack that has an adapter.
    ADAPTER_WITHOUT_DHCP = "AdapterWithoutDhcp"  # The adapter that dns.fromAdapter names does not use DHCP.
    INCOMPLETE_FOR_CREATE = "IncompleteForCreate"  # The adapter does not exist and neither ipv4 nor ipv6 is declared.
    CONFLICT = "Conflict"  # Another object claims the same thing; the bound one stays, else the older.
    AMBIGUOUS = "Ambiguous"  # More than one adapter could be meant; nothing is guessed.
    ADDRESS_IN_USE = "AddressInUse"  # Another adapter has the declared address, or an object with a better claim to it.
    GATEWAY_UNREACHABLE = "GatewayUnreachable"  # The gateway is in no subnet of an adapter on the stack.
    IPV6_UNAVAILABLE = "Ipv6Unavailable"  # IPv6 is off on the host, or the host does not tell the adapter's.
    MTU_ABOVE_SWITCH = "MtuAboveSwitch"  # The MTU is larger than the switch carries.
    RESTORE_FAILED = "RestoreFailed"  # Neither the new adapter nor the previous one could be created.
    REPLACEMENT_FAILED = "ReplacementFailed"  # No new adapter could be created; the previous one is put back.
    PORT_GROUP_UNKNOWN = "PortGroupUnknown"  # The adapter is on no port group that is known, and not moved from there.
    VSAN_UNKNOWN = "VsanUnknown"  # Which adapters carry vSAN can't be told for certain, and one left out would lose it.
    SYSTEM_OWNED = "SystemOwned"  # Another system configures this adapter or stack: hands off.
    LOCKOUT_PROTECTION = "LockoutProtection"  # The change touches what carries management, or what can't be verified.
    CONTESTED = "Contested"  # Somebody reverts a field again and again: three repairs within ten minutes.
    ROLLED_BACK = "RolledBack"  # vCenter undid the change because it cut the host off.
    REFUSED = "Refused"  # vCenter or the host refused the change.
    FAILED_TOO_OFTEN = "FailedTooOften"  # The change failed again and again; waits for a change or a request.
    DUPLICATE_VCENTER = "DuplicateVCenter"  # Another VCenter object is the same vCenter.

    # Of a condition that is False because all is well
    NOT_STALLED = "NotStalled"
    NOT_RECONCILING = "NotReconciling"
    NO_DRIFT = "NoDrift"
    NOT_PAUSED = "NotPaused"
    DRIFTED = "Drifted"  # The message lists the fields.


class AdvisoryReason(enum.StrEnum):
    """Something worth knowing that stops nothing."""

    SERVICE_SHADOWED = "ServiceShadowed"  # A dedicated stack is in use: the service is off on the default stack.
    HOST_RENAMED = "HostRenamed"  # The bound host has another name now; spec.host may follow.
    GATEWAY_FROM_DHCP = "GatewayFromDhcp"  # The stack has another gateway than declared from DHCP.
    GATEWAY_ADVERTISED = "GatewayAdvertised"  # The stack is to have no IPv6 gateway and takes one from a router.
    ADDRESS_USED_ELSEWHERE = "AddressUsedElsewhere"  # Another host of the vCenter has or is to have the address.
    OVERLAPPING_SUBNETS = "OverlappingSubnets"  # Two adapters of one stack are in one subnet.
    MTU_UNEQUAL = "MtuUnequal"  # Hosts of one cluster carry a service with different MTUs.
    VMOTION_STACKS_DIFFER = "VmotionStacksDiffer"  # Hosts of one cluster carry vMotion on different stacks.
    VMOTION_WITHOUT_GATEWAY = "VmotionWithoutGateway"  # The vMotion stack can't reach the subnets of other hosts.
    TAKES_EFFECT_AFTER_REBOOT = "TakesEffectAfterReboot"  # maxConnections is set; the host runs with another one still.
    VMOTION_ON_DEFAULT_STACK = "VmotionOnDefaultStack"  # Hosts carry vMotion on the default stack.
    PROVISIONING_ON_DEFAULT_STACK = "ProvisioningOnDefaultStack"  # Hosts carry Provisioning on the default stack.
    TLS_VERIFICATION_SKIPPED = "TlsVerificationSkipped"  # insecureSkipVerify: anybody in between can read the password.
