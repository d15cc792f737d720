"""Reaches vCenters: what ``engine.ports.VCenterConnector`` asks for."""

import asyncio
from functools import partial
from importlib.metadata import version

from vmk_operator.model.vcenter import Credentials, ServerIdentity, VCenterConfig
from vmk_operator.vcenter.channel import Channel
from vmk_operator.vcenter.connection import Connection
from vmk_operator.vcenter.session import discover, login
from vmk_operator.vcenter.settings import Timings, VCenterCallObserver
from vmk_operator.vcenter.tls import client_context
from vmk_operator.vcenter.transport import SoapClient

_USER_AGENT = f"vmk-operator/{version('vmk-operator')}"  # read from disk: while importing, not on the event loop


class Connector:
    """Makes connections, each with sockets of its own: one slow vCenter never delays another."""

    def __init__(self, *, observe: VCenterCallObserver = lambda *_: None, timings: Timings | None = None) -> None:
        self._observe = observe
        self._timings = timings or Timings()

    async def probe(self, config: VCenterConfig) -> ServerIdentity:
        """Ask who is there, without a login.

        Raises:
            TransientError: nobody answers.
            BlockedError: reason ``CertificateRejected`` or ``UnsupportedVersion``.
        """
        async with await self._client(config) as client:
            return (await discover(client, deadline_s=self._timings.call_s)).identity

    async def connect(self, config: VCenterConfig, credentials: Credentials) -> Connection:
        """Log in.

        Raises:
            LoginRejectedError: wrong credentials, or ones that may do nothing there.
            VmkOperatorError: as ``probe``.
        """
        client = await self._client(config)
        try:
            services = await discover(client, deadline_s=self._timings.call_s)
            session = await login(client, services, credentials, deadline_s=self._timings.call_s)
        except BaseException:
            await client.aclose()
            raise
        return Connection(client, services, session, self._timings)

    async def _client(self, config: VCenterConfig) -> SoapClient:
        context = await asyncio.to_thread(client_context, config)
        channel = Channel(config.server, context, user_agent=_USER_AGENT, connect_s=self._timings.connect_s)
        return SoapClient(channel, observe=partial(self._observe, config.name))
