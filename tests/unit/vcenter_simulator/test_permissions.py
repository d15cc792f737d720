from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unit.vcenter_simulator.builders import inventory
from vcenter_simulator.authorization.authority import Authority
from vcenter_simulator.authorization.fixed import is_fixed
from vcenter_simulator.authorization.permissions import Permission
from vcenter_simulator.authorization.principals import Account
from vcenter_simulator.authorization.roles import ADMIN, NO_ACCESS, READ_ONLY, SEES, SYSTEM_ROLES, Role
from vcenter_simulator.fleet.default import default_fleet
from vcenter_simulator.host.behaviour import Choice
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.inventory.growing import ROOT
from vcenter_simulator.inventory.tree import Inventory

USER = "reader@vsphere.local"
HOST = "/Datacenter/host/Cluster-1/esx01.example.com"


@pytest.fixture(scope="module")
def tree() -> Inventory:
    """Return hosts that no test changes."""
    return inventory()


@pytest.fixture
def authority(tree: Inventory) -> Authority:
    return authority_of(tree)


def authority_of(tree: Inventory, view_above: Choice = Choice.ACCEPT) -> Authority:
    authority = Authority(Account("administrator@vsphere.local", "secret"), tree, view_above=view_above)
    authority.become({USER: "secret"}, {}, ())
    return authority


def at(tree: Inventory, path: str) -> str:
    moid = tree.names.find(path)
    assert moid is not None, path
    assert tree.names.path_of(moid) == path
    return moid


def give(authority: Authority, entity: str, role_id: int, *, propagate: bool = True) -> None:
    authority.give(Permission(entity, USER, role_id, propagate))


def has(authority: Authority, entity: str) -> frozenset[str]:
    return authority.permissions.privileges_on(USER, entity)


def test_the_systems_roles_have_the_ids_of_every_vcenter() -> None:
    assert {role.name: role.id for role in SYSTEM_ROLES} == {
        "NoAccess": -5,
        "Anonymous": -4,
        "View": -3,
        "ReadOnly": -2,
        "Admin": -1,
    }


def test_a_permission_reaches_everything_below(tree: Inventory, authority: Authority) -> None:
    give(authority, at(tree, "/Datacenter"), READ_ONLY.id)

    for path in ("/Datacenter/host/Cluster-1", HOST, "/Datacenter/network/dpg-vmotion"):
        assert has(authority, at(tree, path)) == READ_ONLY.privileges


def test_a_permission_that_does_not_propagate_stays_where_it_is(tree: Inventory, authority: Authority) -> None:
    give(authority, at(tree, "/Datacenter/host/Cluster-1"), READ_ONLY.id, propagate=False)

    assert has(authority, at(tree, "/Datacenter/host/Cluster-1")) == READ_ONLY.privileges
    assert has(authority, at(tree, HOST)) == {"System.Anonymous"}


def test_the_nearest_permission_overrides_those_above(tree: Inventory, authority: Authority) -> None:
    give(authority, ROOT.moid, ADMIN.id)
    give(authority, at(tree, "/Datacenter/host/Cluster-1"), NO_ACCESS.id)

    assert has(authority, at(tree, "/Datacenter")) == ADMIN.privileges
    assert has(authority, at(tree, HOST)) == frozenset()

    give(authority, at(tree, HOST), READ_ONLY.id)
    assert has(authority, at(tree, HOST)) == READ_ONLY.privileges


def test_what_is_above_a_permission_can_be_seen_and_no_more(tree: Inventory, authority: Authority) -> None:
    give(authority, at(tree, "/Datacenter/host/Cluster-1"), READ_ONLY.id)

    for path in ("/", "/Datacenter", "/Datacenter/host"):
        assert has(authority, at(tree, path)) == SEES.privileges
    assert has(authority, at(tree, "/Datacenter/network")) == {"System.Anonymous"}


def test_what_is_above_a_permission_can_be_hidden(tree: Inventory) -> None:
    authority = authority_of(tree, Choice.REFUSE)

    give(authority, at(tree, "/Datacenter/host/Cluster-1"), READ_ONLY.id)

    assert has(authority, ROOT.moid) == {"System.Anonymous"}


def test_a_changed_role_changes_what_its_users_may(tree: Inventory, authority: Authority) -> None:
    role = authority.roles.add("Operators", ["Host.Config.Network"])
    give(authority, ROOT.moid, role.id)
    assert "Host.Config.Network" in has(authority, at(tree, HOST))

    authority.update_role(role.id, "Operators", ["Network.Assign"])

    assert has(authority, at(tree, HOST)) == READ_ONLY.privileges | {"Network.Assign"}


def test_a_role_in_use_goes_with_its_permissions_or_not_at_all(authority: Authority) -> None:
    role = authority.roles.add("Operators", [])
    give(authority, ROOT.moid, role.id)

    with pytest.raises(Refusal) as refused:
        authority.remove_role(role.id, only_unused=True)
    assert refused.value.fault == "RemoveFailed"

    authority.remove_role(role.id, only_unused=False)
    assert has(authority, ROOT.moid) == {"System.Anonymous"}


def test_permissions_are_merged_into_another_role(authority: Authority) -> None:
    role = authority.roles.add("Operators", [])
    give(authority, ROOT.moid, role.id)

    authority.merge(role.id, READ_ONLY.id)

    assert [one.role_id for one in authority.permissions.on(ROOT.moid) if one.principal == USER] == [READ_ONLY.id]


def test_somebody_stays_administrator(authority: Authority) -> None:
    changes: list[Callable[[], object]] = [
        lambda: authority.permissions.remove(authority.given_to_administrator),
        lambda: authority.give(Permission(ROOT.moid, "administrator@vsphere.local", READ_ONLY.id)),
        lambda: authority.merge(ADMIN.id, READ_ONLY.id),
    ]
    for change in changes:
        with pytest.raises(Refusal) as refused:
            change()
        assert refused.value.fault == "AuthMinimumAdminPermission"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda one: one.roles.add("Admin", []), "AlreadyExists"),
        (lambda one: one.roles.add(" ", []), "InvalidName"),
        (lambda one: one.roles.add("New", ["Host.Config.Nothing"]), "InvalidArgument"),
        (lambda one: one.update_role(-1, "Admin", []), "InvalidArgument"),
        (lambda one: one.update_role(7, "Seven", []), "NotFound"),
        (lambda one: one.remove_role(-2, only_unused=False), "InvalidArgument"),
        (lambda one: one.give(Permission(ROOT.moid, USER, 7)), "NotFound"),
        (lambda one: one.give(Permission(ROOT.moid, USER, SEES.id)), "InvalidArgument"),
        (lambda one: one.give(Permission(ROOT.moid, "who@ever", READ_ONLY.id)), "UserNotFound"),
        (lambda one: one.permissions.get(ROOT.moid, USER), "NotFound"),
    ],
)
def test_nonsense_is_refused(authority: Authority, change: Callable[[Authority], object], fault: str) -> None:
    with pytest.raises(Refusal) as refused:
        change(authority)

    assert refused.value.fault == fault


PLACES = ("/", "/Datacenter", "/Datacenter/host/Cluster-1", HOST)
ROLES = (READ_ONLY, NO_ACCESS, ADMIN)


@given(
    st.dictionaries(st.sampled_from(PLACES), st.tuples(st.sampled_from(ROLES), st.booleans())),
    st.lists(st.sampled_from(PLACES), unique=True),
)
@settings(max_examples=30)
def test_whatever_is_given_and_taken_the_nearest_that_reaches_an_object_counts(
    tree: Inventory, given_roles: dict[str, tuple[Role, bool]], taken: list[str]
) -> None:
    authority = authority_of(tree, Choice.REFUSE)
    for path, (role, propagate) in given_roles.items():
        give(authority, at(tree, path), role.id, propagate=propagate)
    for path in (path for path in taken if path in given_roles):
        authority.permissions.remove(authority.permissions.get(at(tree, path), USER))
    left = {path: one for path, one in given_roles.items() if path not in taken}

    for number, path in enumerate(PLACES):
        reaching = [
            left[above][0] for above in PLACES[number::-1] if above in left and (above == path or left[above][1])
        ]
        expected = reaching[0].privileges if reaching else {"System.Anonymous"}
        assert has(authority, at(tree, path)) == expected


def test_what_always_has_the_permissions_of_what_it_is_in_can_have_none_of_its_own() -> None:
    clustered, alone = inventory(fleet=default_fleet(1, 1)), inventory(fleet=default_fleet(1, 0))
    cluster, standalone = "/Datacenter/host/Cluster-1", "/Datacenter/host/esx01.example.com"

    for tree, path in (
        (clustered, "/Datacenter/network"),
        (clustered, f"{cluster}/Resources"),
        (alone, f"{standalone}/Resources"),
        (alone, f"{standalone}/esx01.example.com"),
    ):
        assert is_fixed(at(tree, path), tree.names), path
    for tree, path in ((clustered, cluster), (clustered, f"{cluster}/esx01.example.com"), (alone, standalone)):
        assert not is_fixed(at(tree, path), tree.names), path
    assert not is_fixed(ROOT.moid, clustered.names)
