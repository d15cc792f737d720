"""HostSystem and ManagedMethodExecuter: the host's own command line, relayed by vCenter."""

from typing import Any

from vcenter_simulator.esxcli.arguments import CliError
from vcenter_simulator.esxcli.commands import Change, Command, Machine, Namespace
from vcenter_simulator.esxcli.decoding import decode_arguments, fragment_text
from vcenter_simulator.esxcli.encoding import (
    FAULT_MESSAGE,
    encode_done,
    encode_failure,
    encode_info,
    encode_not_found,
    encode_records,
)
from vcenter_simulator.esxcli.tree import command_line, find_command, find_namespace
from vcenter_simulator.host.behaviour import EsxcliChanges
from vcenter_simulator.host.options import DISABLE_REMOTE_ESXCLI, HOST_OPTIONS, option_value
from vcenter_simulator.host.refusals import Refusal, not_supported
from vcenter_simulator.host.state import HostState
from vcenter_simulator.inventory.hosts import Connection, HostRecord
from vcenter_simulator.methods.calls import Call, Encoded, MethodTable
from vcenter_simulator.methods.host_writes import host_of, relay
from vcenter_simulator.soap.references import managed_reference
from vcenter_simulator.soap.reflection import encode_fault, encode_response

CLI_INFO = "ha-dynamic-type-manager-local-cli-cliinfo"
FETCH_CLI_INFO = "vim.CLIInfo.FetchCLIInfo"

UNREACHABLE = frozenset({"HostNotConnected", "HostNotReachable", "HostCommunication"})
"""What vCenter says by itself, without asking the host."""

NOT_FOUND = "The object or item referred to could not be found."


async def retrieve_executer(call: Call) -> Any:
    """Return what runs the host's commands."""
    return managed_reference(host_of(call).method_executer)


async def retrieve_type_manager(call: Call) -> Any:
    """Return what knows the host's own types."""
    return managed_reference(host_of(call).type_manager)


async def execute_soap(call: Call) -> Encoded:
    """Run a command. That it failed is part of the answer: only a request that is wrong is a fault of the call."""
    host = host_of(call)
    if option_value(HOST_OPTIONS, host.actual.options, DISABLE_REMOTE_ESXCLI):
        raise not_supported("Remote esxcli is disabled on the host.")
    moid, method = call.arguments["moid"], call.arguments["method"]
    sent = [(one.name, one.val) for one in call.arguments["argument"]]
    if (moid, method) == (CLI_INFO, FETCH_CLI_INFO):
        return Encoded([_info(sent)])
    found = find_command(moid, method)
    if found is None:
        return Encoded([encode_fault(NOT_FOUND, encode_not_found(NOT_FOUND))])
    call.entry.command = command_line(*found)
    try:
        return Encoded([encode_response(await _run(call, *found, sent))])
    except CliError as error:
        call.entry.failure = "CLIFault"
        return Encoded([encode_fault(FAULT_MESSAGE, encode_failure(str(error)))])


def _info(sent: list[tuple[str, str]]) -> bytes:
    name = next((fragment_text(name, fragment) for name, fragment in sent if name == "typeName"), None)
    namespace = find_namespace(name or "")
    if namespace is None:
        return encode_fault(NOT_FOUND, encode_not_found(NOT_FOUND))
    return encode_response(encode_info(namespace))


async def _run(call: Call, namespace: Namespace, command: Command, sent: list[tuple[str, str]]) -> str:
    arguments = decode_arguments(command, sent)
    try:
        if not isinstance(command, Change):
            return encode_records(namespace, command, command.run(_machine(call, host_of(call)), arguments))
        call.entry.is_write = True
        is_seen = call.vcenter.behaviour.esxcli_changes is EsxcliChanges.SEEN
        await relay(call, lambda host: command.run(_machine(call, host), arguments), is_seen=is_seen)
    except Refusal as refusal:
        if refusal.fault in UNREACHABLE:
            raise
        raise CliError(refusal.text) from refusal
    return encode_done()


def _machine(call: Call, host: HostRecord) -> Machine:
    inventory = call.vcenter.inventory

    def neighbours() -> list[HostState]:
        # Whether vCenter manages a host says nothing about its network; one that does not respond is taken for dark.
        others = (one for one in inventory.hosts.values() if one is not host)
        return [one.actual for one in others if one.connection is not Connection.NOT_RESPONDING]

    return Machine(host.actual, host.surroundings, neighbours, inventory.new_mac)


HOST: MethodTable = {
    "RetrieveManagedMethodExecuter": retrieve_executer,
    "RetrieveDynamicTypeManager": retrieve_type_manager,
}

EXECUTER: MethodTable = {"ExecuteSoap": execute_soap}
