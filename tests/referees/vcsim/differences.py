"""Where the two simulators do not agree, and who is right: the rows of "Where vcsim differs" in docs/simulator.md."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Ruling(StrEnum):
    """Who is right."""

    VCSIM = "vcsim differs from the API reference"
    FIXED = "ours was wrong, now fixed"
    SILENT = "the API reference does not say"


@dataclass(frozen=True)
class Difference:
    """One row."""

    test: str
    """The scenario that pins it, or asks both what was fixed."""
    page: str
    """The page of the API reference, and the method or property on it."""
    ours: str
    vcsim: str
    ruling: Ruling = Ruling.VCSIM

    @property
    def row(self) -> str:
        """It as a row of the table."""
        return f"| {self.page} | {self.ours} | {self.vcsim} | {self.ruling} |"


DIFFERENCES = (
    Difference(
        "test_a_host_may_be_the_container_of_a_view",
        "ViewManager, `CreateContainerView`: `container`",
        "a host may be one (was `InvalidArgument`)",
        "the same",
        Ruling.FIXED,
    ),
    Difference(
        "test_a_view_is_of_entities_only_and_of_what_is_there",
        "ViewManager, `CreateContainerView`: `type`",
        "`InvalidArgument` for a type that is no managed entity (was accepted)",
        "the same",
        Ruling.FIXED,
    ),
    Difference(
        "test_a_reference_of_another_type_is_to_another_object",
        "ManagedObjectReference: `type`",
        "`ManagedObjectNotFound` when id and type do not belong together (the type was ignored)",
        "the same",
        Ruling.FIXED,
    ),
    Difference(
        "test_without_a_login_a_read_is_answered_with_faults_for_values",
        "PropertyCollector, `RetrievePropertiesEx`: `missingSet`",
        "without a login, `NotAuthenticated` for every value (was a fault of the call)",
        "the same",
        Ruling.FIXED,
    ),
    Difference(
        "test_the_view_manager_lists_the_views",
        "ViewManager: `viewList`",
        "the session's views",
        "always empty",
    ),
    Difference(
        "test_what_is_not_there_cannot_be_put_in_a_list_view",
        "ViewManager, `CreateListView`",
        "leaves out what is not there, as `ModifyListView` does",
        "`ManagedObjectNotFound`",
        Ruling.SILENT,
    ),
    Difference(
        "test_a_token_that_stands_for_nothing_is_refused",
        "PropertyCollector, `ContinueRetrievePropertiesEx`: `token`",
        "`InvalidArgument`",
        "`InvalidPropertyFault`, which no client can read",
    ),
    Difference(
        "test_a_retrieval_can_be_given_up",
        "PropertyCollector, `CancelRetrievePropertiesEx`",
        "there",
        "`MethodNotFound`",
    ),
    Difference(
        "test_a_page_has_at_least_one_object",
        "RetrieveOptions: `maxObjects`",
        "`InvalidArgument` for 0 and less",
        "everything in one page",
    ),
    Difference(
        "test_a_property_that_does_not_exist_is_an_invalid_property",
        "PropertyCollector, `RetrievePropertiesEx`: `InvalidProperty`",
        "the fault of the call",
        "an answer without the property, the fault in `missingSet`",
    ),
    Difference(
        "test_an_object_is_skipped_when_its_specification_says_so",
        "ObjectSpec: `skip`",
        "the object is not told",
        "it is told all the same, unless it leads on to others",
    ),
    Difference(
        "test_a_traversal_along_a_path_that_does_not_exist_is_refused",
        "TraversalSpec: `path`",
        "`InvalidProperty` for a path that does not exist",
        "leads nowhere",
    ),
    Difference(
        "test_what_a_host_does_is_told_to_who_waits",
        "HostSystem: `runtime.inMaintenanceMode`",
        "a host that enters maintenance mode is an update",
        "readers see it, watchers do not",
    ),
    Difference(
        "test_an_empty_version_begins_anew",
        "PropertyCollector, `WaitForUpdatesEx`: `version`",
        "an empty one gets everything again",
        "nothing after the first time",
    ),
    Difference(
        "test_a_version_that_was_never_given_is_refused",
        "PropertyCollector, `WaitForUpdatesEx`: `InvalidCollectorVersion`",
        "for a version that was never given",
        "never",
    ),
    Difference(
        "test_options_that_make_no_sense_are_refused",
        "WaitOptions: `maxWaitSeconds`, `maxObjectUpdates`",
        "`InvalidArgument` for a negative wait, and for less than one object",
        "accepted",
    ),
    Difference(
        "test_without_filters_there_is_nothing_to_tell",
        "PropertyCollector, `WaitForUpdatesEx`",
        "unset when there is no update",
        "an update with nothing in it when there is no filter",
    ),
    Difference(
        "test_a_filter_on_what_does_not_exist_is_refused",
        "PropertyCollector, `CreateFilter`",
        "`InvalidProperty`, `ManagedObjectNotFound`",
        "accepts every property and object",
    ),
    Difference(
        "test_objects_enter_and_leave_with_the_view_that_leads_to_them",
        "ObjectUpdate: `kind`",
        "`leave` for an object that is no longer in the view",
        "says nothing of it",
    ),
    Difference(
        "test_a_change_is_a_task_with_its_entity_and_user",
        "TaskInfo: `entityName`, `reason`",
        "the name of the host, the user who is logged in",
        "the host's id, always the user `vcsim`",
    ),
    Difference(
        "test_leaving_a_state_that_a_host_is_not_in_is_refused",
        "HostSystem, `ExitMaintenanceMode_Task`, `ReconnectHost_Task`: `InvalidState`",
        "for a host that is not in maintenance mode, or connected",
        "succeeds",
    ),
    Difference(
        "test_a_port_group_shows_in_both_views_of_the_host",
        "HostNetworkSystem, `AddPortGroup`",
        "shows in `config.network` of the host and in `networkInfo`",
        "only in `networkInfo`",
    ),
    Difference(
        "test_a_port_group_belongs_to_its_host",
        "HostNetworkSystem, `AddPortGroup`: `AlreadyExists`",
        "for a second one of that name on the same host",
        "`DuplicateName`, also when another host has it",
    ),
    Difference(
        "test_a_vlan_is_at_most_4095",
        "HostNetworkSystem, `AddPortGroup`: `InvalidArgument`",
        "for a VLAN above 4095",
        "accepted",
    ),
    Difference(
        "test_a_disconnected_host_takes_no_call",
        "HostNotConnected",
        "from every network method of a host that is disconnected",
        "only from `QueryNetworkHint`",
    ),
    Difference(
        "test_adapters_are_created_changed_and_removed",
        "HostNetworkSystem, `AddVirtualNic`, `UpdateVirtualNic`, `RemoveVirtualNic`",
        "there",
        "`MethodNotFound`",
    ),
    Difference(
        "test_services_are_selected",
        "HostVirtualNicManager, `QueryNetConfig`, `SelectVnicForNicType`",
        "for every service",
        "knows only `management`, and selects nothing",
    ),
    Difference(
        "test_a_stack_is_changed",
        "HostNetworkSystem, `UpdateNetworkConfig`: `netStackSpec`",
        "changes the stack",
        "succeeds and changes nothing",
    ),
    Difference(
        "test_the_adapters_of_a_host_are_the_same_in_both_views",
        "HostNetworkSystem: `networkInfo.vnic`",
        "the adapters that `config.network` has",
        "none",
    ),
    Difference(
        "test_a_distributed_switch_and_its_hosts_know_each_other",
        "DVSConfigInfo: `host`; HostNetworkInfo: `proxySwitch`",
        "every member",
        "empty",
    ),
    Difference(
        "test_a_login_begins_a_session",
        "UserSession: `userName`",
        "the domain first, as vCenter shows it: `VSPHERE.LOCAL\\Administrator`",
        "the name that was typed",
        Ruling.SILENT,
    ),
)
