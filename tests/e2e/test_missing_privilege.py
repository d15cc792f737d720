"""The operator's account lacks a privilege that we document: whoever asks is told which, and giving it is enough."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import pytest
from pyVim.connect import SmartConnection

from testbed.deployment import NAMESPACE
from testbed.objects import RECONCILE, is_ready, is_stalled, sentence, vmotion_adapter
from testbed.operator_account import documented_grants
from testbed.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from testbed.control_plane import ControlPlane
    from testbed.kubectl import Kubectl

pytestmark = pytest.mark.usefixtures("operator")

HOST = "esx01.example.com"
ROLE = "vmk-operator"


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory, deployed: ControlPlane) -> Iterator[Simulator]:
    """Run a vCenter like that of other tests, but one in which the operator is refused something."""
    with Simulator(tmp_path_factory.mktemp("simulator")) as running:
        deployed.kubectl().apply(running.secret_manifest(NAMESPACE))
        yield running
        assert running.lacked() == ["AddVirtualNic"]


@pytest.fixture
def authorization(simulator: Simulator) -> Iterator[Any]:
    """Return the authorization manager as the administrator has it."""
    address = simulator.address
    host, _, port = address.server.partition(":")
    trust = ssl.create_default_context(cafile=str(address.ca_file))
    login = {"host": host, "port": int(port), "user": address.username, "pwd": address.password, "sslContext": trust}
    with SmartConnection(**login) as instance:
        yield instance.RetrieveContent().authorizationManager


def let_the_role_have(authorization: Any, *privileges: str) -> None:
    role = next(one for one in authorization.roleList if one.name == ROLE)
    authorization.UpdateAuthorizationRole(role.roleId, ROLE, list(privileges))


def test_a_missing_privilege_is_named_and_nothing_is_left_behind_when_it_is_given(
    kubectl: Kubectl, simulator: Simulator, authorization: Any
) -> None:
    (documented,) = (one.privileges for one in documented_grants() if one.role == ROLE)
    let_the_role_have(authorization, "Host.Config.Network")
    simulator.control("DELETE", "/calls")

    kubectl.apply(vmotion_adapter(HOST, "10.40.0.11/24"))

    refused = kubectl.wait_until(lambda state: is_stalled(state, "Refused"), "vmk", "vmotion")
    assert "AddVirtualNic was refused: the user lacks the privilege Network.Assign." in sentence(refused)

    let_the_role_have(authorization, *documented)
    kubectl.run("annotate", "vmk", "vmotion", f"{RECONCILE}=now", "--overwrite")

    kubectl.wait_until(is_ready, "vmk", "vmotion")
    assert simulator.control("GET", "/calls")["AddVirtualNic"] == 2
