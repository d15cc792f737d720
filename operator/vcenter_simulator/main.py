"""The command ``vcenter-simulator``."""

import asyncio
import json
import signal
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from vcenter_simulator.fleet.base import Document
from vcenter_simulator.fleet.documents import AccessDocument, FleetDocument
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.text import read
from vcenter_simulator.help_page import ACCOUNTS, FLEET, SERVING, TIMES, GroupedCommand, open_question
from vcenter_simulator.host.behaviour import (
    Choice,
    DefaultStackService,
    DisconnectedConfig,
    EsxcliChanges,
    Updates,
)
from vcenter_simulator.host.releases import ReleaseName
from vcenter_simulator.options import settings_of
from vcenter_simulator.running import Running, start
from vcenter_simulator.vcenter import Settings

app = typer.Typer(add_completion=False, rich_markup_mode=None)

DEFAULTS = Settings()

D = TypeVar("D", bound=Document)


@app.command(cls=GroupedCommand)
def serve(  # noqa: PLR0917 - typer takes a parameter for every option, and none is positional
    hosts: Annotated[
        int,
        typer.Option(
            metavar="N",
            rich_help_panel=FLEET,
            min=0,
            max=100_000,
            help="Hosts of the default fleet, each with vmk0 and vmk1.",
        ),
    ] = 3,
    clusters: Annotated[
        int,
        typer.Option(
            metavar="N",
            rich_help_panel=FLEET,
            min=0,
            max=10_000,
            help="Clusters that they are spread over; 0: they stand alone.",
        ),
    ] = 1,
    fleet: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=FLEET,
            dir_okay=False,
            exists=True,
            help="Another fleet instead, in YAML or JSON: docs/simulator.md has an example.",
        ),
    ] = None,
    api_version: Annotated[
        ReleaseName, typer.Option(rich_help_panel=FLEET, help="The release of vCenter and its hosts.")
    ] = ReleaseName.V8,
    access: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=ACCOUNTS,
            dir_okay=False,
            exists=True,
            help="More accounts, with roles and permissions, in YAML or JSON: docs/simulator.md has an example.",
        ),
    ] = None,
    listen: Annotated[
        str,
        typer.Option(
            metavar="HOST:PORT",
            rich_help_panel=SERVING,
            help="Where SOAP is served over HTTPS; port 0 takes a free one.",
        ),
    ] = "127.0.0.1:0",
    control: Annotated[
        str,
        typer.Option(
            metavar="HOST:PORT",
            rich_help_panel=SERVING,
            help="Where the control port is served over HTTP: faults, state, journal. It has no login.",
        ),
    ] = "127.0.0.1:0",
    ready_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=SERVING,
            help="Gets a JSON object with addresses, CA file and credentials when it serves.",
        ),
    ] = None,
    username: Annotated[
        str, typer.Option(metavar="NAME", rich_help_panel=ACCOUNTS, help="The administrator's account.")
    ] = DEFAULTS.username,
    password: Annotated[
        str, typer.Option(metavar="TEXT", rich_help_panel=ACCOUNTS, help="Its password.")
    ] = DEFAULTS.password,
    certificate: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=SERVING,
            exists=True,
            help="PEM file with the server's certificate chain; needs --key.",
        ),
    ] = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", rich_help_panel=SERVING, exists=True, help="PEM file with its key.")
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            rich_help_panel=FLEET,
            help="What the instance UUID is made of; without one every start is a new vCenter.",
        ),
    ] = None,
    session_idle: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", rich_help_panel=ACCOUNTS, min=1, help="Seconds without a call that end a session."
        ),
    ] = DEFAULTS.sessions.idle_s,
    session_lifetime: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            rich_help_panel=ACCOUNTS,
            min=1,
            help="Seconds from its login that end a session whatever it does; without it none do.",
        ),
    ] = None,
    session_limit: Annotated[
        int,
        typer.Option(
            metavar="N",
            rich_help_panel=ACCOUNTS,
            min=1,
            help="Sessions at a time; with as many, calls without a session get HTTP 503.",
        ),
    ] = DEFAULTS.sessions.most,
    lockout_attempts: Annotated[
        int,
        typer.Option(
            metavar="N",
            rich_help_panel=ACCOUNTS,
            min=0,
            help="Wrong passwords that lock an account (never an administrator's); 0: none do.",
        ),
    ] = DEFAULTS.sessions.lockout.attempts,
    lockout_window: Annotated[
        float, typer.Option(metavar="SECONDS", rich_help_panel=ACCOUNTS, min=0, help="Seconds in which they must come.")
    ] = DEFAULTS.sessions.lockout.window_s,
    lockout_duration: Annotated[
        float,
        typer.Option(
            metavar="SECONDS",
            rich_help_panel=ACCOUNTS,
            min=0,
            help="Seconds until the account is unlocked; 0: it stays locked.",
        ),
    ] = DEFAULTS.sessions.lockout.duration_s,
    write_latency: Annotated[
        float,
        typer.Option(
            metavar="SECONDS",
            rich_help_panel=TIMES,
            min=0,
            help="How long a host takes for every write; it makes one after the other.",
        ),
    ] = 0.0,
    read_lag: Annotated[
        float,
        typer.Option(
            metavar="SECONDS",
            rich_help_panel=TIMES,
            min=0,
            help="How long after a write clients still read the old state.",
        ),
    ] = 0.0,
    seed: Annotated[
        int,
        typer.Option(
            metavar="N",
            rich_help_panel=TIMES,
            help="What the dice for faults with a probability begin with: the same seed, the same faults.",
        ),
    ] = 0,
    default_stack_service: Annotated[
        DefaultStackService,
        open_question(
            "Once a dedicated stack is in use, default-stack adapters lose its service (off) or keep showing it "
            "without effect (shadowed).",
            "3.3",
        ),
    ] = DefaultStackService.OFF,
    edit_inactive_stack: Annotated[
        Choice, open_question("UpdateNetworkConfig on a stack that no adapter uses.", "1.2, 9 (1)")
    ] = Choice.ACCEPT,
    second_adapter_on_standard_portgroup: Annotated[
        Choice, open_question("A second adapter of one host on a standard port group.", "2.3, 6")
    ] = Choice.REFUSE,
    update_without_ip: Annotated[
        Choice, open_question("UpdateVirtualNic without an IP configuration.", "2.1")
    ] = Choice.ACCEPT,
    ipv6_without_operation: Annotated[
        Choice, open_question("An IPv6 address without an operation: give it to the adapter or overlook it.", "2.5")
    ] = Choice.ACCEPT,
    mtu_above_switch: Annotated[Choice, open_question("An adapter's MTU above its switch's.", "6")] = Choice.REFUSE,
    disconnected_config: Annotated[
        DisconnectedConfig, open_question("Whether the configuration of a disconnected host can be read.", "5")
    ] = DisconnectedConfig.KEPT,
    view_of_ancestors: Annotated[
        Choice, open_question("Users see the objects above those that they have a permission on.", "4")
    ] = Choice.ACCEPT,
    reads_without_login: Annotated[
        Choice,
        open_question("RetrieveProperties(Ex) without a login is answered, with faults in place of values.", "4"),
    ] = Choice.ACCEPT,
    updates: Annotated[
        Updates, open_question("Report a changed array as a whole or by its elements.", "5, 9 (9)")
    ] = Updates.WHOLE,
    esxcli_changes: Annotated[
        EsxcliChanges,
        open_question("vCenter sees what esxcli changes by itself, or after RefreshNetworkSystem only.", "1.4"),
    ] = EsxcliChanges.SEEN,
    ping_interface_without_stack: Annotated[
        Choice, open_question("esxcli's ping from an interface of another stack, when no stack is named.", "7.2")
    ] = Choice.REFUSE,
) -> None:
    """Serve a simulated vCenter with ESXi hosts until SIGTERM or Ctrl-C.

    Any vSphere client can log in; the certificate's authority is in the ready file. Everything else, from faults to the
    journal, is on the control port: GET / lists it.
    """
    if (certificate is None) != (key is None):
        raise typer.BadParameter("--certificate and --key go together.")
    settings = settings_of(
        username=username,
        password=password,
        name=name,
        api_version=api_version,
        write_latency=write_latency,
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
        mtu_above_switch=mtu_above_switch,
        disconnected_config=disconnected_config,
        view_of_ancestors=view_of_ancestors,
        reads_without_login=reads_without_login,
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
            _announce(running, ready_file)
            await stopped.wait()

    try:
        asyncio.run(run())
    except DocumentError as error:
        raise typer.BadParameter(str(error), param_hint="--fleet or --access") from error
    except OSError as error:
        typer.echo(f"Cannot serve: {error}", err=True)
        raise typer.Exit(1) from error


def _announce(running: Running, ready_file: Path | None) -> None:
    document = running.ready_document()
    if ready_file is not None:
        # Written beside it and renamed: whoever waits for the file never reads half of it.
        partial = ready_file.with_name(f"{ready_file.name}.partial")
        partial.write_text(json.dumps(document), encoding="utf-8")
        partial.rename(ready_file)
    typer.echo(f"vCenter {document['url']} as {document['username']}, control port {document['control']}")


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
