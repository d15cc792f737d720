"""Nothing in our code holds up the event loop that everything else runs on."""

import threading
from ipaddress import IPv4Interface

import pytest
from blockbuster import blockbuster_ctx
from lxml.etree import _Element as Element

from contract.vcenter.lab import TIMINGS, config_for, connected, credentials_for, set_mtu, watching
from vcenter_simulator.running import Running
from vmk_operator.model.host import Ipv4State, StandardAttachment
from vmk_operator.model.step import CreateAdapter, RemoveAdapter
from vmk_operator.vcenter import Connector, feed
from vmk_operator.vcenter.updates import UpdateSet, update_set


async def test_no_call_blocks_from_connecting_to_leaving(simulator: Running) -> None:
    config, credentials = config_for(simulator), credentials_for(simulator)
    with blockbuster_ctx("vmk_operator"):
        connector = Connector(timings=TIMINGS)
        await connector.probe(config)
        connection = await connector.connect(config, credentials)
        stream = connection.stream()
        await anext(stream)
        ref = next(iter(connection.inventory.hosts()))
        await connection.read_host(ref)
        static = Ipv4State(dhcp=False, address=IPv4Interface("10.0.40.11/24"))
        step = CreateAdapter("vmotion", StandardAttachment("Backup-40"), static, None)
        device = await connection.execute(ref, step, timeout_s=5)
        assert device is not None
        await anext(stream)
        await connection.resync()
        await anext(stream)
        await connection.refresh(ref)
        await connection.execute(ref, RemoveAdapter(device), timeout_s=5)
        await stream.aclose()
        await connection.close()


async def test_long_answers_are_decoded_in_a_thread_and_short_ones_at_once(
    simulator: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded_in: list[int] = []

    def spy(answer: Element) -> UpdateSet | None:
        decoded_in.append(threading.get_ident())
        return update_set(answer)

    monkeypatch.setattr(feed, "update_set", spy)
    async with connected(simulator) as connection, watching(connection) as watcher:
        set_mtu(simulator, 1400)
        await watcher.until(lambda: watcher.adapter("vmk1").mtu == 1400, what="the new MTU")
    loop = threading.get_ident()
    assert decoded_in[0] != loop
    assert decoded_in[-1] == loop
