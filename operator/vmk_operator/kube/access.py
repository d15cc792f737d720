"""How to reach the API server, and as whom: read from a kubeconfig or the Pod's service account, re-read on demand."""

import asyncio
import os
import ssl
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import structlog
from kubernetes.aio import client, config
from yaml import YAMLError

from vmk_operator.errors import VmkOperatorError

# The client's functions carry no types of their own.
_load_service_account: Callable[..., None] = config.load_incluster_config
_load_kubeconfig: Callable[..., Coroutine[Any, Any, Any]] = config.load_kube_config

_TOKEN_MAX_AGE_S = 60.0
"""A projected token lives for an hour and is replaced well before its end; reading it every minute is early enough."""

_log = structlog.get_logger(__name__)


class AccessError(VmkOperatorError):
    """There is nothing usable that says where the API server is and who we are."""


class Access:
    """One API server and one identity, shared by the loops of both threads."""

    def __init__(self, kubeconfig: str | None, configuration: client.Configuration) -> None:
        self._kubeconfig = kubeconfig
        self._configuration = configuration
        self._authorization: str | None = configuration.api_key.get("BearerToken")
        self._read_at = time.monotonic()
        self._reading = threading.Lock()

    @classmethod
    async def load(cls, kubeconfig: str | None) -> "Access":
        """Read *kubeconfig* (one path, or several joined by colons); ``None``: $KUBECONFIG, else the service account.

        Raises:
            AccessError: neither is there, or it is broken.
        """
        kubeconfig = kubeconfig or os.environ.get("KUBECONFIG")
        return cls(kubeconfig, await asyncio.to_thread(_read, kubeconfig))

    @property
    def configuration(self) -> client.Configuration:
        """What ``kubernetes.aio`` needs to connect; not its token, which ages."""
        return self._configuration

    @property
    def server(self) -> str:
        """Base URL."""
        return str(self._configuration.host)

    @property
    def proxy(self) -> str | None:
        """Proxy on the way to the API server."""
        return self._configuration.proxy or None

    def ssl_context(self) -> ssl.SSLContext:
        """Build TLS settings: roots, client certificate. Reads files."""
        context = ssl.create_default_context(cafile=self._configuration.ssl_ca_cert)
        if self._configuration.cert_file:
            context.load_cert_chain(self._configuration.cert_file, keyfile=self._configuration.key_file)
        if not self._configuration.verify_ssl:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    async def authorization(self) -> str | None:
        """Answer the present Authorization header; ``None``: the client certificate says who we are."""
        in_cluster = self._kubeconfig is None
        if in_cluster and self._is_old():
            await asyncio.to_thread(self._reread_if, self._is_old)
        return self._authorization

    async def renewed(self, rejected: str | None) -> bool:
        """Read everything anew after a 401; tell whether there is anything else than *rejected* to try now."""
        if self._authorization == rejected:
            await asyncio.to_thread(self._reread_if, lambda: self._authorization == rejected)
        return self._authorization != rejected

    def _is_old(self) -> bool:
        return time.monotonic() - self._read_at > _TOKEN_MAX_AGE_S

    def _reread_if(self, needed: Callable[[], bool]) -> None:
        # Two loops ask, and who comes second must wait for what the first one reads: told "nothing new" meanwhile,
        # it would pass its 401 on, which ends kopf.
        with self._reading:
            if not needed():
                return
            try:
                self._authorization = _read(self._kubeconfig).api_key.get("BearerToken")
            except AccessError as error:
                _log.warning("access.not_read_again", error=str(error))
            finally:
                self._read_at = time.monotonic()


def _read(kubeconfig: str | None) -> client.Configuration:
    """Read the configuration; blocks, so it runs in a thread."""
    configuration = client.Configuration()
    try:
        if kubeconfig is None:
            _load_service_account(client_configuration=configuration, try_refresh_token=False)
        else:
            loading = _load_kubeconfig(config_file=kubeconfig, client_configuration=configuration, persist_config=False)
            asyncio.run(loading)  # a loop of its own: the loader is a coroutine, yet it reads files
    except (config.ConfigException, OSError, YAMLError, TypeError, KeyError, ValueError) as error:
        # The loader assumes a well-formed file: an empty or half-written one ends in whatever error comes first.
        where = f"kubeconfig {kubeconfig}" if kubeconfig is not None else "the Pod's service account (no KUBECONFIG)"
        raise AccessError(f"the API server can't be reached with {where}: {error}") from error
    # Decided once: left to the HTTP client, the environment is searched in a thread at every request.
    configuration.client_session_kwargs = {"trust_env": False}
    configuration.proxy = configuration.proxy or _proxy_of_environment(str(configuration.host))
    return configuration


def _proxy_of_environment(server: str) -> str | None:
    """Find the proxy that HTTPS_PROXY and NO_PROXY ask for."""
    parts = urlsplit(server)
    if proxy_bypass(parts.netloc):
        return None
    return getproxies().get(parts.scheme)
