import asyncio
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree
from pyVmomi import vim, vmodl

from unit.vcenter_simulator.builders import NAME, grow, inventory, set_mtu
from vcenter_simulator.collector.filters import Filter
from vcenter_simulator.collector.waiting import Collector
from vcenter_simulator.fleet.default import default_fleet
from vcenter_simulator.host.adapters import remove_adapter
from vcenter_simulator.host.behaviour import Updates
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.state import Netstack
from vcenter_simulator.inventory.tree import Inventory
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.soap.references import managed_reference
from vcenter_simulator.soap.versions import NEWEST

PC = vmodl.query.PropertyCollector
VNIC = "config.network.vnic"


class Client:
    """A client of one collector with one filter over all hosts."""

    def __init__(
        self,
        tree: Inventory,
        *paths: str,
        partial: bool = False,
        updates: Updates = Updates.WHOLE,
        api_version: str = NEWEST,
    ) -> None:
        self.tree = tree
        self.api_version = api_version
        self.collector = Collector(tree.journal)
        self.version = ""
        self.truncated = False
        self.watch(*paths, partial=partial, updates=updates)

    def find(self, moid: str) -> PublishedObject | None:
        return self.tree.objects.get(moid)

    def watch(self, *paths: str, partial: bool = False, updates: Updates = Updates.WHOLE) -> None:
        number = len(self.collector.filters)
        wanted = PC.FilterSpec(
            propSet=[PC.PropertySpec(type=vim.HostSystem, pathSet=list(paths))],
            objectSet=[
                PC.ObjectSpec(obj=managed_reference(one.parent), skip=True, selectSet=[_MEMBERS])
                for one in list(self.tree.hosts.values())[:1]
                if one.parent is not None
            ],
        )
        self.collector.add(
            Filter(
                f"filter-{number}",
                wanted,
                partial=partial,
                find=self.find,
                journal=self.tree.journal,
                updates=updates,
                version=self.api_version,
            )
        )

    async def next(self, *, wait: float = 0, most: int | None = None, version: str | None = None) -> list[Any]:
        """Return the next updates as (kind, object, {path: operation})."""
        parts = await self.collector.wait(self.version if version is None else version, wait, most)
        if not parts:
            return []
        text = b"".join(parts).replace(b"<returnval>", b'<returnval xmlns:xsi="x" xmlns:xsd="y">')
        answer = etree.fromstring(text)
        self.version = answer.findtext("version") or ""
        self.truncated = answer.find("truncated") is not None
        return [
            (
                update.findtext("kind"),
                update.findtext("obj"),
                {change.findtext("name"): change.findtext("op") for change in update.iter("changeSet")},
            )
            for update in answer.iter("objectSet")
        ]


_MEMBERS = PC.TraversalSpec(name="members", type=vim.ComputeResource, path="host")


async def test_the_first_answer_has_everything_and_the_next_only_what_is_new() -> None:
    tree = inventory(3)
    client = Client(tree, "name", VNIC)

    first = await client.next()
    nothing = await client.next()
    grow(tree)
    second = await client.next()

    assert [(kind, changes) for kind, _, changes in first] == [("enter", {"name": "assign", VNIC: "assign"})] * 3
    assert nothing == []
    assert second == [("modify", tree.hosts[NAME].reference.moid, {VNIC: "assign"})]


async def test_a_change_elsewhere_in_the_host_is_not_reported() -> None:
    tree = inventory()
    client = Client(tree, "name", "config.network.vswitch")
    await client.next()

    grow(tree)

    assert await client.next() == []


async def test_a_value_that_is_back_where_it_was_is_not_reported() -> None:
    tree = inventory()
    client = Client(tree, VNIC)
    await client.next()

    set_mtu(tree, 1400)
    set_mtu(tree, 1500)

    assert await client.next() == []


@pytest.mark.parametrize("path", ["config.network", "config", VNIC, f'{VNIC}["key-vim.host.VirtualNic-vmk1"].spec.mtu'])
async def test_a_change_is_seen_above_and_inside_the_path(path: str) -> None:
    tree = inventory()
    client = Client(tree, path)
    await client.next()

    set_mtu(tree, 1400)

    assert [changes for _, _, changes in await client.next()] == [{path: "assign"}]


async def test_partial_updates_report_what_changed_inside_the_path_and_nothing_else() -> None:
    tree = inventory()
    client = Client(tree, "config.network", partial=True)
    await client.next()

    set_mtu(tree, 1400)

    assert [changes for _, _, changes in await client.next()] == [{VNIC: "assign"}]


@pytest.mark.parametrize(("api_version", "told"), [("vim.version.version8", 0), ("vim.version.version9", 1)])
async def test_partial_updates_report_nothing_that_an_older_client_does_not_know(api_version: str, told: int) -> None:
    tree = inventory()
    client = Client(tree, "config.network", partial=True, api_version=api_version)
    await client.next()
    record = tree.hosts[NAME]

    record.commit(replace(record.actual, netstacks=(*record.actual.netstacks, Netstack(key="more"))))

    changed = [path for _, _, changes in await client.next() for path in changes]
    assert changed.count("config.network.netStackInstance") == told


async def test_indexed_updates_report_elements() -> None:
    tree = inventory()
    client = Client(tree, VNIC, updates=Updates.INDEXED)
    await client.next()

    grow(tree)
    added = await client.next()
    set_mtu(tree, 1400)
    changed = await client.next()
    tree.hosts[NAME].commit(remove_adapter(tree.hosts[NAME].actual, "vmk2"))
    removed = await client.next()

    assert added[0][2] == {f'{VNIC}["key-vim.host.VirtualNic-vmk2"]': "add"}
    assert changed[0][2] == {f'{VNIC}["key-vim.host.VirtualNic-vmk1"]': "assign"}
    assert removed[0][2] == {f'{VNIC}["key-vim.host.VirtualNic-vmk2"]': "remove"}


async def test_an_array_without_keys_is_reported_whole_even_with_indexed_updates() -> None:
    tree = inventory()
    path = "config.virtualNicManagerInfo.netConfig"
    client = Client(tree, path, updates=Updates.INDEXED)
    await client.next()

    grow(tree)

    assert (await client.next())[0][2] == {path: "assign"}


async def test_a_big_answer_is_truncated_at_a_hundred_objects() -> None:
    client = Client(inventory(230), "name")

    sizes = [(len(await client.next()), client.truncated) for _ in range(3)]

    assert sizes == [(100, True), (100, True), (30, False)]


async def test_a_client_may_want_fewer_objects() -> None:
    client = Client(inventory(5), "name")

    assert len(await client.next(most=2)) == 2
    assert client.truncated


@pytest.mark.parametrize("version", ["7", "-", "x", "0"])
async def test_a_version_that_was_never_given_is_refused(version: str) -> None:
    client = Client(inventory(), "name")
    await client.next()

    with pytest.raises(Refusal) as refused:
        await client.next(version=version)

    assert refused.value.fault == "InvalidCollectorVersion"


async def test_a_lost_answer_is_given_again() -> None:
    tree = inventory()
    client = Client(tree, VNIC)
    await client.next()
    known = client.version
    grow(tree)

    lost = await client.next()
    again = await client.next(version=known)

    assert lost == again != []


async def test_an_answer_before_the_last_is_not_kept() -> None:
    tree = inventory()
    client = Client(tree, VNIC)
    await client.next()
    old = client.version
    for mtu in (1400, 1300):
        set_mtu(tree, mtu)
        await client.next()

    with pytest.raises(Refusal, match="no longer kept"):
        await client.next(version=old)


async def test_the_empty_version_begins_anew() -> None:
    client = Client(inventory(3), "name")
    await client.next()

    assert len(await client.next(version="")) == 3


async def test_a_client_that_slept_through_too_many_changes_must_begin_anew() -> None:
    tree = inventory(1, kept=10)
    client = Client(tree, VNIC)
    await client.next()

    for mtu in range(1300, 1320):
        set_mtu(tree, mtu)

    with pytest.raises(Refusal) as refused:
        await client.next()
    assert refused.value.fault == "InvalidCollectorVersion"
    assert len(await client.next(version="")) == 1


async def test_hosts_that_come_and_go_enter_and_leave() -> None:
    tree = inventory(2)
    client = Client(tree, "name")
    await client.next()

    tree.load(default_fleet(3, 1))
    came = await client.next()
    tree.load(default_fleet(1, 1))
    went = await client.next()

    assert [kind for kind, _, _ in came] == ["enter"]
    assert [kind for kind, _, _ in went] == ["leave", "leave"]


async def test_a_host_that_moves_away_before_it_was_told_is_not_told() -> None:
    tree = inventory(2)
    client = Client(tree, "name")
    assert len(await client.next(most=1)) == 1

    tree.load(default_fleet(2, 2))

    assert await client.next() == []


async def test_a_wait_ends_with_the_change() -> None:
    tree = inventory()
    client = Client(tree, VNIC)
    await client.next()
    waiting = asyncio.create_task(client.next(wait=30))
    await asyncio.sleep(0)

    grow(tree)

    assert [kind for kind, _, _ in await asyncio.wait_for(waiting, 5)] == ["modify"]


async def test_a_wait_without_a_change_ends_with_nothing() -> None:
    client = Client(inventory(), "name")
    await client.next()

    assert await client.next(wait=0.01) == []


async def test_a_new_filter_is_told_to_the_client_that_waits() -> None:
    client = Client(inventory(), "name")
    await client.next()
    waiting = asyncio.create_task(client.next(wait=30))
    await asyncio.sleep(0)

    client.watch("summary.config.name")

    assert [kind for kind, _, _ in await asyncio.wait_for(waiting, 5)] == ["enter", "enter"]


async def test_a_cancelled_wait_and_one_that_another_replaces_end_with_request_canceled() -> None:
    client = Client(inventory(), "name")
    await client.next()
    first = asyncio.create_task(client.next(wait=30))
    await asyncio.sleep(0)
    second = asyncio.create_task(client.next(wait=30))
    await asyncio.sleep(0)
    client.collector.cancel()

    for waiting in (first, second):
        with pytest.raises(Refusal) as refused:
            await asyncio.wait_for(waiting, 5)
        assert refused.value.fault == "RequestCanceled"


async def test_asking_again_while_the_first_answer_is_made_loses_nothing() -> None:
    client = Client(inventory(60), "name")
    first = asyncio.create_task(client.next(version=""))
    await asyncio.sleep(0)
    lost = await first
    known = client.version

    assert len(lost) == 60
    assert await client.next(version=known) == []


@pytest.mark.parametrize(("wait", "most"), [(-1, None), (0, 0), (0, -5)])
async def test_options_that_make_no_sense_are_refused(wait: float, most: int | None) -> None:
    with pytest.raises(Refusal) as refused:
        await Client(inventory(), "name").next(wait=wait, most=most)

    assert refused.value.fault == "InvalidArgument"
