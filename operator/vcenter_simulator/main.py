"""The command ``vcenter-simulator``."""

import asyncio
import gc
import json
import signal
import ssl
from pathlib import Path
from typing import Any, TypeVar

import typer

from vcenter_simulator import command_options as given
from vcenter_simulator.fleet.base import Document
from vcenter_simulator.fleet.documents import AccessDocument, FleetDocument
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.text import read
from vcenter_simulator.help_page import GroupedCommand
from vcenter_simulator.host.releases import ReleaseName
from vcenter_simulator.latencies import Latency, parse_latency
from vcenter_simulator.options import OptionError, settings_of
from vcenter_simulator.running import Running, start
from vcenter_simulator.vcenter import Settings

app = typer.Typer(add_completion=False, rich_markup_mode=None)

DEFAULTS = Settings()
SWITCHES = DEFAULTS.behaviour

CERTIFICATE = "--certificate and --key"

D = TypeVar("D", bound=Document)


@app.command(cls=GroupedCommand)
def serve(  # noqa: PLR0917 - typer takes a parameter for every option, and none is positional
    call: typer.Context,
    hosts: given.Hosts = 3,
    clusters: given.Clusters = 1,
    fleet: given.Fleet = None,
    api_version: given.ApiVersion = ReleaseName.V8,
    access: given.Access = None,
    listen: given.Listen = "127.0.0.1:0",
    control: given.Control = "127.0.0.1:0",
    ready_file: given.ReadyFile = None,
    username: given.Username = DEFAULTS.username,
    password: given.Password = DEFAULTS.password,
    certificate: given.Certificate = None,
    key: given.Key = None,
    name: given.Name = None,
    session_idle: given.SessionIdle = DEFAULTS.sessions.idle_s,
    session_lifetime: given.SessionLifetime = None,
    session_limit: given.SessionLimit = DEFAULTS.sessions.most,
    lockout_attempts: given.LockoutAttempts = DEFAULTS.sessions.lockout.attempts,
    lockout_window: given.LockoutWindow = DEFAULTS.sessions.lockout.window_s,
    lockout_duration: given.LockoutDuration = DEFAULTS.sessions.lockout.duration_s,
    write_latency: given.WriteLatency = "0",
    rollback: given.Rollback = DEFAULTS.rollback,
    read_lag: given.ReadLag = 0.0,
    seed: given.Seed = 0,
    default_stack_service: given.DefaultStackService = SWITCHES.default_stack_service,
    edit_inactive_stack: given.EditInactiveStack = SWITCHES.edit_inactive_stack,
    second_adapter_on_standard_portgroup: given.SecondAdapter = SWITCHES.second_adapter_on_standard_portgroup,
    update_without_ip: given.UpdateWithoutIp = SWITCHES.update_without_ip,
    ipv6_without_operation: given.Ipv6WithoutOperation = SWITCHES.ipv6_without_operation,
    management_path: given.ManagementPath = SWITCHES.management_path,
    management_address_change: given.ManagementAddressChange = SWITCHES.management_address_change,
    management_vlan_change: given.ManagementVlanChange = SWITCHES.management_vlan_change,
    mtu_above_switch: given.MtuAboveSwitch = SWITCHES.mtu_above_switch,
    remove_bound_adapter: given.RemoveBoundAdapter = SWITCHES.remove_bound_adapter,
    disconnected_config: given.DisconnectedConfig = SWITCHES.disconnected_config,
    view_of_ancestors: given.ViewOfAncestors = SWITCHES.view_of_ancestors,
    updates: given.Updates = SWITCHES.updates,
    esxcli_changes: given.EsxcliChanges = SWITCHES.esxcli_changes,
    ping_interface_without_stack: given.PingInterfaceWithoutStack = SWITCHES.ping_interface_without_stack,
) -> None:
    """Serve a simulated vCenter with ESXi hosts until SIGTERM or Ctrl-C.

    Any vSphere client can log in; the certificate's authority is in the ready file. Everything else, from faults to the
    journal, is on the control port: GET / lists it.
    """
    if (certificate is None) != (key is None):
        raise typer.BadParameter(f"{CERTIFICATE} go together.")
    if fleet is not None and any(_is_given(call, name) for name in ("hosts", "clusters")):
        raise typer.BadParameter(
            "It brings its own hosts and clusters; leave out --hosts and --clusters.", param_hint="--fleet"
        )
    settings = _settings(
        username=username,
        password=password,
        name=name,
        api_version=api_version,
        write_latency=_latency(write_latency),
        rollback=rollback,
        read_lag=read_lag,
        seed=seed,
        session_idle=session_idle,
        session_lifetime=session_lifetime,
        session_limit=session_limit,
        lockout_attempts=lockout_attempts,
        lockout_window=lockout_window,
        lockout_duration=lockout_duration,
        default_stack_service=default_stack_service,
        edit_inactive_stack=edit_inactive_stack,
        second_adapter_on_standard_portgroup=second_adapter_on_standard_portgroup,
        update_without_ip=update_without_ip,
        ipv6_without_operation=ipv6_without_operation,
        management_path=management_path,
        management_address_change=management_address_change,
        management_vlan_change=management_vlan_change,
        mtu_above_switch=mtu_above_switch,
        remove_bound_adapter=remove_bound_adapter,
        disconnected_config=disconnected_config,
        view_of_ancestors=view_of_ancestors,
        updates=updates,
        esxcli_changes=esxcli_changes,
        ping_interface_without_stack=ping_interface_without_stack,
    )
    context = start(
        hosts=hosts,
        clusters=clusters,
        fleet=_read(FleetDocument, fleet, "--fleet"),
        access=_read(AccessDocument, access, "--access"),
        settings=settings,
        listen=_address(listen, "--listen"),
        control=_address(control, "--control"),
        certificate=(certificate, key) if certificate is not None and key is not None else None,
    )

    async def run() -> None:
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopped.set)
        async with context as running:
            gc.freeze()  # the fleet stays: every full collection would look at all of it, several times a read
            _announce(running, ready_file)
            await stopped.wait()

    try:
        asyncio.run(run())
    except DocumentError as error:
        raise typer.BadParameter(str(error), param_hint="--fleet or --access") from error
    except ssl.SSLError as error:
        raise typer.BadParameter(
            f"They are no certificate chain and its key: {error}", param_hint=CERTIFICATE
        ) from error
    except OSError as error:
        typer.echo(f"Cannot serve: {error}", err=True)
        raise typer.Exit(1) from error


def _is_given(call: typer.Context, name: str) -> bool:
    source = call.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _announce(running: Running, ready_file: Path | None) -> None:
    document = running.ready_document()
    if ready_file is not None:
        # Written beside it and renamed: whoever waits for the file never reads half of it.
        partial = ready_file.with_name(f"{ready_file.name}.partial")
        partial.write_text(json.dumps(document), encoding="utf-8")
        partial.rename(ready_file)
    typer.echo(f"vCenter {document['url']} as {document['username']}, control port {document['control']}")


def _settings(**options: Any) -> Settings:
    try:
        return settings_of(**options)
    except OptionError as error:
        raise typer.BadParameter(str(error)) from error


def _latency(text: str) -> Latency:
    try:
        return parse_latency(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--write-latency") from error


def _address(text: str, option: str) -> tuple[str, int]:
    host, separator, port = text.rpartition(":")
    if not separator or not host or not port.isdecimal() or int(port) > 65535:  # noqa: PLR2004 - the largest port
        raise typer.BadParameter(f"'{text}' is not HOST:PORT.", param_hint=option)
    return host, int(port)


def _read(kind: type[D], path: Path | None, option: str) -> D | None:
    if path is None:
        return None
    try:
        return read(kind, path.read_bytes())
    except DocumentError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error
