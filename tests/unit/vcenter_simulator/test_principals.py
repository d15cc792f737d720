import pytest

from vcenter_simulator.authorization.principals import principal_key, shown_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("operator@vsphere.local", r"VSPHERE.LOCAL\operator"),
        ("administrator@vsphere.local", r"VSPHERE.LOCAL\Administrator"),
        (r"VSPHERE.LOCAL\operator", r"VSPHERE.LOCAL\operator"),
        ("root", "root"),
    ],
)
def test_a_user_is_shown_with_the_domain_first(name: str, shown: str) -> None:
    assert shown_name(name) == shown
    assert principal_key(shown) == principal_key(name)
