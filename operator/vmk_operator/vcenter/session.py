"""One login at one vCenter."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from vmk_operator.errors import BlockedError, LoginRejectedError
from vmk_operator.model.vcenter import Credentials, ServerIdentity
from vmk_operator.vcenter.faults import LOGIN_REJECTED, GoneError
from vmk_operator.vcenter.transport import SoapClient
from vmk_operator.vcenter.versions import UNSUPPORTED
from vmk_operator.vcenter.vmomi import vim


@dataclass(frozen=True, slots=True)
class Services:
    """The managed objects that everything starts from, and who the server is."""

    identity: ServerIdentity
    session_manager: Any
    view_manager: Any
    property_collector: Any
    root_folder: Any
    option_manager: Any


async def discover(client: SoapClient, *, deadline_s: float) -> Services:
    """Agree on a version and ask who is there; needs no login.

    Raises:
        TransientError: no vCenter answers.
        BlockedError: CertificateRejected or UnsupportedVersion.
    """
    await client.negotiate(deadline_s=deadline_s)
    content = await client.call(vim.ServiceInstance("ServiceInstance"), "RetrieveContent", deadline_s=deadline_s)
    about = content.about
    if about.apiType != "VirtualCenter" or not about.instanceUuid:
        raise BlockedError(UNSUPPORTED, f"{client.server} is no vCenter but {about.fullName or about.apiType}.")
    return Services(
        identity=ServerIdentity(instance_uuid=about.instanceUuid, version=about.version),
        session_manager=content.sessionManager,
        view_manager=content.viewManager,
        property_collector=content.propertyCollector,
        root_folder=content.rootFolder,
        option_manager=content.setting,
    )


@dataclass(frozen=True, slots=True)
class Session:
    """A session of ours."""

    user: str
    key: str


async def login(client: SoapClient, services: Services, credentials: Credentials, *, deadline_s: float) -> Session:
    """Log in.

    Raises:
        LoginRejectedError: the credentials are wrong, or the user may do nothing here.
        VmkOperatorError: as ``SoapClient.call``.
    """
    try:
        session = await client.call(
            services.session_manager, "Login", credentials.username, credentials.password, deadline_s=deadline_s
        )
    except LoginRejectedError as error:
        raise LoginRejectedError(
            LOGIN_REJECTED,
            f"{client.server} refused the login of {credentials.username}.",
        ) from error
    except BlockedError as error:
        raise LoginRejectedError(
            LOGIN_REJECTED, f"{client.server} did not let {credentials.username} in, whose password it took: {error}"
        ) from error
    return Session(session.userName, session.key)


async def logout(client: SoapClient, services: Services, *, deadline_s: float) -> None:
    """End our session.

    Raises:
        VmkOperatorError: as ``SoapClient.call``.
    """
    await client.call(services.session_manager, "Logout", deadline_s=deadline_s)


async def terminate(client: SoapClient, services: Services, session_key: str, *, deadline_s: float) -> None:
    """End another session; one that is gone already is fine.

    Raises:
        VmkOperatorError: as ``SoapClient.call``.
    """
    with suppress(GoneError):
        await client.call(services.session_manager, "Terminate", [session_key], deadline_s=deadline_s)
