"""The privileges that there are: the ids of a vCenter's, by their groups.

Source: pyVmomi's type metadata (the ids that methods and properties ask for) and "Defined Privileges" of the vSphere
Security guide. What no method of any vSphere simulator could ask for, such as backups, is left out.
"""

from collections.abc import Mapping

ANONYMOUS = "System.Anonymous"
VIEW = "System.View"
READ = "System.Read"

GROUPS: Mapping[str, tuple[str, ...]] = {
    "System": ("Anonymous", "View", "Read"),
    "Alarm": ("Acknowledge", "Create", "Delete", "DisableActions", "Edit", "SetStatus", "ToggleEnableOnEntity"),
    "Authorization": ("ModifyPermissions", "ModifyRoles", "ReassignRolePermissions"),
    "Certificate": ("Manage",),
    "DVPortgroup": ("Create", "Delete", "Modify", "PolicyOp", "ScopeOp"),
    "DVSwitch": (
        "Create",
        "Delete",
        "HostOp",
        "Modify",
        "Move",
        "PolicyOp",
        "PortConfig",
        "PortSetting",
        "ResourceManagement",
        "Vspan",
    ),
    "Datacenter": ("Create", "Delete", "IpPoolConfig", "Move", "Reconfigure", "Rename"),
    "Datastore": (
        "AllocateSpace",
        "Browse",
        "Config",
        "Delete",
        "DeleteFile",
        "FileManagement",
        "Move",
        "Rename",
        "UpdateVirtualMachineFiles",
    ),
    "Extension": ("Register", "Unregister", "Update"),
    "Folder": ("Create", "Delete", "Move", "Rename"),
    "Global": (
        "CancelTask",
        "CapacityPlanning",
        "Diagnostics",
        "DisableMethods",
        "EnableMethods",
        "GlobalTag",
        "Health",
        "Licenses",
        "LogEvent",
        "ManageCustomFields",
        "Proxy",
        "ScriptAction",
        "ServiceManagers",
        "SetCustomField",
        "Settings",
        "SystemTag",
        "VCServer",
    ),
    "Host.Cim": ("CimInteraction",),
    "Host.Config": (
        "AdvancedConfig",
        "AuthenticationStore",
        "AutoStart",
        "Connection",
        "DateTime",
        "Firmware",
        "HyperThreading",
        "Image",
        "Maintenance",
        "Memory",
        "NetService",
        "Network",
        "Nvdimm",
        "Patch",
        "PciPassthru",
        "Power",
        "ProductLocker",
        "Quarantine",
        "Resources",
        "Settings",
        "Snmp",
        "Storage",
        "SystemManagement",
    ),
    "Host.Inventory": (
        "AddHostToCluster",
        "AddStandaloneHost",
        "CreateCluster",
        "DeleteCluster",
        "EditCluster",
        "MoveCluster",
        "MoveHost",
        "RemoveHostFromCluster",
        "RenameCluster",
    ),
    "Host.Local": ("CreateVM", "DeleteVM", "InstallAgent", "ManageUserGroups", "ReconfigVM"),
    "Network": ("Assign", "Config", "Delete", "Move"),
    "Performance": ("ModifyIntervals",),
    "Profile": ("Clear", "Create", "Delete", "Edit", "Export", "View"),
    "Resource": (
        "ApplyRecommendation",
        "AssignVMToPool",
        "ColdMigrate",
        "CreatePool",
        "DeletePool",
        "EditPool",
        "HotMigrate",
        "MovePool",
        "QueryVMotion",
        "RenamePool",
    ),
    "ScheduledTask": ("Create", "Delete", "Edit", "Run"),
    "Sessions": ("GlobalMessage", "ImpersonateUser", "TerminateSession", "ValidateSession"),
    "Task": ("Create", "Update"),
    "VirtualMachine.Inventory": ("Create", "CreateFromExisting", "Delete", "Move", "Register", "Unregister"),
}
"""Group to the names of its privileges."""

GROUP_OF: Mapping[str, str] = {f"{group}.{name}": group for group, names in GROUPS.items() for name in names}
"""Id of a privilege to its group."""

ALL = frozenset(GROUP_OF)

OF_EVERY_ROLE = frozenset({ANONYMOUS, VIEW, READ})
"""What a user-defined role has whatever was asked for.

Source: API reference, AuthorizationManager ("... are always present").
"""
