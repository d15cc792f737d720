"""What we tell people to give the operator, and what the test bed gives it."""

from pathlib import Path

from testbed.operator_account import ROLES, access, documented_grants

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "install.md"


def test_the_installation_page_names_every_privilege_of_every_role_and_no_other() -> None:
    told: dict[str, list[str]] = {}
    role = ""
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if len(cells) == 5 and "(`" in cells[1]:
            role = cells[0] or role
            told.setdefault(role, []).append(cells[1].partition("(`")[2].removesuffix("`)").removesuffix("`"))

    assert told == {one.role: [*one.privileges] for one in documented_grants()}


def test_the_installation_pages_commands_give_the_same_roles() -> None:
    commands = [line.strip() for line in PAGE.read_text().splitlines() if line.strip().startswith("govc ")]

    for one in documented_grants():
        assert f"govc role.create {one.role} {' '.join(one.privileges)}" in commands
        entity = one.entity.replace("/Datacenter", "/lab")
        propagate = f"-propagate={str(one.propagate).lower()}"
        set_it = f"govc permissions.set -principal vmk-operator@vsphere.local -role {one.role} {propagate} {entity}"
        assert set_it in commands
    assert len(commands) == 2 * len(documented_grants())


def test_the_installation_page_says_where_the_roles_are() -> None:
    assert f"{ROLES.parent.parent.name}/{ROLES.parent.name}/{ROLES.name}" in PAGE.read_text()


def test_the_operator_of_the_test_bed_has_the_documented_roles_and_nothing_else() -> None:
    document = access(documented_grants())

    assert list(document["accounts"]) == ["vmk-operator@vsphere.local"]
    assert {one["role"]: (one["entity"], one["propagate"]) for one in document["permissions"]} == {
        "vmk-operator": ("/Datacenter", True),
        "vmk-operator-sessions": ("/", False),
    }
