"""Custom stacks by esxcli over the API: what a host does, what it says, and what became of it is never guessed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import IPv4Interface

import pytest

from contract.vcenter.lab import HOST, Colleague, Watcher, connected, inject, on_every_release, watching
from vcenter_simulator.fleet.host_documents import HostEdit
from vcenter_simulator.host.behaviour import Behaviour, EsxcliChanges
from vcenter_simulator.running import Running, start
from vcenter_simulator.vcenter import Settings
from vmk_operator.errors import AmbiguousWriteError, BlockedError, HostAwayError, TransientError
from vmk_operator.model.host import Ipv4State, StandardAttachment
from vmk_operator.model.step import CreateAdapter, CreateNetstack, RemoveNetstack, Step

STATIC = Ipv4State(dhcp=False, address=IPv4Interface("10.0.40.11/24"))
ON_STORAGE = CreateAdapter("storage", StandardAttachment("Backup-40"), STATIC, None)


async def execute(watcher: Watcher, step: Step, *, timeout_s: float = 5) -> str | None:
    return await watcher.connection.execute(watcher.host().ref, step, timeout_s=timeout_s)


def commands(simulator: Running) -> list[str]:
    """What was run on hosts that changed them."""
    return [entry["command"] for entry in simulator.control.journal() if entry["method"] == "ExecuteSoap"]


def keys(watcher: Watcher) -> set[str]:
    return {stack.key for stack in watcher.network().netstacks}


@on_every_release
async def test_a_custom_stack_is_made_is_used_as_any_other_and_goes_again(simulator: Running, watcher: Watcher) -> None:
    await execute(watcher, CreateNetstack("storage"))
    await watcher.until(lambda: "storage" in keys(watcher), what="the stack")
    stack = watcher.network().netstack("storage")
    assert stack is not None
    assert stack.active

    assert await execute(watcher, ON_STORAGE) == "vmk2"
    await watcher.until(lambda: watcher.network().adapter("vmk2") is not None, what="the adapter")
    assert watcher.adapter("vmk2").netstack == "storage"

    simulator.control.edit_host(HOST, HostEdit.model_validate({"adapters": {"vmk2": None}}))
    await execute(watcher, RemoveNetstack("storage"))
    await watcher.until(lambda: "storage" not in keys(watcher), what="one stack fewer")
    assert commands(simulator) == ["esxcli network ip netstack add", "esxcli network ip netstack remove"]


@pytest.mark.parametrize("key", ['a<b & "c"\'d>', "iSCSI.A_1-x", "--disabled", "with space"])
async def test_a_key_arrives_as_it_is_whatever_is_in_it(watcher: Watcher, key: str) -> None:
    await execute(watcher, CreateNetstack(key))
    await watcher.until(lambda: key in keys(watcher), what=key)

    await execute(watcher, RemoveNetstack(key))
    await watcher.until(lambda: key not in keys(watcher), what=f"no {key}")


async def test_a_stack_that_is_there_is_not_missed_and_one_that_is_gone_is_not_removed(
    simulator: Running, watcher: Watcher
) -> None:
    await execute(watcher, CreateNetstack("storage"))
    await execute(watcher, CreateNetstack("storage"))
    await execute(watcher, RemoveNetstack("storage"))
    await execute(watcher, RemoveNetstack("storage"))

    assert commands(simulator).count("esxcli network ip netstack remove") == 1


async def test_a_stack_with_an_adapter_that_vcenter_does_not_show_is_not_removed(
    simulator: Running, watcher: Watcher
) -> None:
    await execute(watcher, CreateNetstack("storage"))
    hidden = {"netstack": "storage", "portGroup": {"standard": "Backup-40"}, "ipv4": {"address": "10.0.40.11/24"}}
    edit = {"published": False, "adapters": {"vmk2": hidden}}
    simulator.control.edit_host(HOST, HostEdit.model_validate(edit))

    with pytest.raises(TransientError, match="TCP/IP stack storage was not removed: vmk2 came to be on it"):
        await execute(watcher, RemoveNetstack("storage"))

    assert commands(simulator) == ["esxcli network ip netstack add"]


async def test_what_the_command_refuses_is_told_in_its_own_words(watcher: Watcher) -> None:
    with pytest.raises(BlockedError) as caught:
        await execute(watcher, CreateNetstack(""))

    assert caught.value.reason == "Refused"
    assert str(caught.value) == (
        f"esxcli network ip netstack add --netstack= was refused by {HOST}: "
        "A specified parameter was not correct: netstack. The name is empty."
    )


@asynccontextmanager
async def without_esxcli() -> AsyncIterator[Watcher]:
    """A host that takes no esxcli from afar."""
    async with start(hosts=1) as simulator, connected(simulator) as connection, watching(connection) as watcher:
        async with Colleague(simulator) as colleague:
            await colleague.set_option(HOST, "Config.HostAgent.plugins.solo.disableRemoteEsxcli", value=True)
        yield watcher


@pytest.mark.parametrize("step", [CreateNetstack("storage"), RemoveNetstack("storage")])
async def test_a_host_that_takes_no_esxcli_is_told_with_both_remedies(step: Step) -> None:
    async with without_esxcli() as watcher:
        with pytest.raises(BlockedError) as caught:
            await execute(watcher, step)

    assert caught.value.reason == "EsxcliUnavailable"
    assert f"{HOST} takes no esxcli from vCenter" in str(caught.value)
    assert "Config.HostAgent.plugins.solo.disableRemoteEsxcli to false" in str(caught.value)
    assert "esxcli network ip netstack" in str(caught.value)


@pytest.mark.parametrize(
    ("method", "fault"), [("RetrieveManagedMethodExecuter", "NotSupported"), ("ExecuteSoap", "NotImplemented")]
)
async def test_a_vcenter_that_relays_no_esxcli_is_told_in_the_same_way(
    simulator: Running, watcher: Watcher, method: str, fault: str
) -> None:
    inject(simulator, method=method, action="fault", fault=fault)

    with pytest.raises(BlockedError) as caught:
        await execute(watcher, CreateNetstack("storage"))

    assert caught.value.reason == "EsxcliUnavailable"


async def test_a_missing_privilege_is_told_as_such(simulator: Running, watcher: Watcher) -> None:
    inject(
        simulator,
        method="ExecuteSoap",
        action="fault",
        fault="NoPermission",
        fields={"privilegeId": "Host.Config.Network"},
    )

    with pytest.raises(BlockedError, match=r"the user lacks the privilege Host\.Config\.Network") as caught:
        await execute(watcher, CreateNetstack("storage"))

    assert caught.value.reason == "Refused"


async def test_a_lost_answer_to_a_change_is_never_taken_for_a_failure(simulator: Running, watcher: Watcher) -> None:
    inject(simulator, method="ExecuteSoap", action="close", when="after", count=1)

    with pytest.raises(AmbiguousWriteError):
        await execute(watcher, CreateNetstack("storage"))

    await watcher.until(lambda: "storage" in keys(watcher), what="the stack that came to be all the same")


async def test_a_lost_answer_to_a_question_before_the_change_changed_nothing(
    simulator: Running, watcher: Watcher
) -> None:
    inject(simulator, method="RetrieveManagedMethodExecuter", action="close", when="after", count=1)

    with pytest.raises(TransientError):
        await execute(watcher, CreateNetstack("storage"))

    assert commands(simulator) == []


async def test_a_host_that_is_away_is_told_as_away(simulator: Running, watcher: Watcher) -> None:
    inject(simulator, method="ExecuteSoap", action="fault", fault="HostNotConnected")

    with pytest.raises(HostAwayError):
        await execute(watcher, CreateNetstack("storage"))


async def test_all_calls_of_a_step_together_keep_its_deadline(simulator: Running, watcher: Watcher) -> None:
    inject(simulator, method="RetrieveManagedMethodExecuter", delaySeconds=0.3)
    inject(simulator, method="ExecuteSoap", delaySeconds=0.3)

    with pytest.raises(AmbiguousWriteError, match=r"within 0\.[12]"):
        await execute(watcher, CreateNetstack("storage"), timeout_s=0.5)


@pytest.mark.parametrize("answer", ["halfBody", "http503"])
async def test_half_an_answer_is_none(simulator: Running, watcher: Watcher, answer: str) -> None:
    inject(simulator, method="ExecuteSoap", action=answer, when="after", count=1)

    with pytest.raises(AmbiguousWriteError):
        await execute(watcher, CreateNetstack("storage"))


async def test_where_vcenter_does_not_see_what_it_relayed_a_refresh_shows_it() -> None:
    behaviour = Behaviour(esxcli_changes=EsxcliChanges.UNSEEN)
    async with (
        start(hosts=1, settings=Settings(behaviour=behaviour)) as simulator,
        connected(simulator) as connection,
        watching(connection) as watcher,
    ):
        await execute(watcher, CreateNetstack("storage"))
        unseen = (await connection.read_host(watcher.host().ref)).network
        assert unseen is not None
        assert unseen.netstack("storage") is None

        await connection.refresh(watcher.host().ref)

        await watcher.until(lambda: "storage" in keys(watcher), what="the stack")
