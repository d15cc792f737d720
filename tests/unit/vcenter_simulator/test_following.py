"""Whatever happens, and whenever a client looks: who follows the updates knows what who reads anew is told."""

import asyncio
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pyVmomi import vim, vmodl

from unit.vcenter_simulator.builders import NAME, grow, inventory, set_mtu
from vcenter_simulator.collector.filters import Filter
from vcenter_simulator.collector.selection import select
from vcenter_simulator.collector.waiting import Collector
from vcenter_simulator.fleet.default import default_fleet
from vcenter_simulator.host.adapters import remove_adapter
from vcenter_simulator.host.behaviour import Updates
from vcenter_simulator.inventory.hosts import Connection
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.soap.versions import NEWEST
from vcenter_simulator.views import LIST_VIEW, ListView

PC = vmodl.query.PropertyCollector
VNIC = "config.network.vnic"
PATHS = ("name", VNIC, "runtime.connectionState")
Values = dict[str, str | dict[str, str]]
"""By path; of a list, by the keys of its elements."""
VIEW = "view"


class World:
    """An inventory, a list view of some of its hosts, and somebody who follows the view."""

    def __init__(self, updates: Updates = Updates.WHOLE) -> None:
        self.tree = inventory(4)
        self.view = ListView(self.tree.objects.get)
        self.known: dict[str, Values] = {}
        self._version = ""
        self._published = PublishedObject(LIST_VIEW, VIEW, self.view, is_volatile=True)
        walk = PC.TraversalSpec(type=vim.view.ListView, path="view")
        self._spec = PC.FilterSpec(
            propSet=[PC.PropertySpec(type=vim.HostSystem, pathSet=list(PATHS))],
            objectSet=[PC.ObjectSpec(obj=vim.view.ListView(VIEW), skip=True, selectSet=[walk])],
        )
        journal = self.tree.journal
        self._collector = Collector(journal)
        self._collector.add(
            Filter(
                "filter",
                self._spec,
                partial=False,
                find=self.find,
                journal=journal,
                updates=updates,
                version=NEWEST,
            )
        )

    def find(self, moid: str) -> PublishedObject | None:
        return self._published if moid == VIEW else self.tree.objects.get(moid)

    def truth(self) -> dict[str, Values]:
        """What somebody is told who reads everything now."""
        found = select(self._spec, self.find)
        values = {moid: {path: one.encoded(path, NEWEST) for path in PATHS} for moid, one in found.items()}
        return {
            moid: {path: _parsed(path, _element(value)) for path, value in of.items() if value is not None}
            for moid, of in values.items()
        }

    def put_in(self, number: int) -> None:
        self._modify(lambda moid: self.view.add([moid]), number)

    def take_out(self, number: int) -> None:
        self._modify(lambda moid: self.view.remove([moid]), number)

    def edit(self, number: int) -> None:
        if NAME in self.tree.hosts:
            set_mtu(self.tree, 1400 + number)

    def grow(self, _: int) -> None:
        host = self.tree.hosts.get(NAME)
        if host is not None and len(host.actual.adapters) < 3:
            grow(self.tree, address="10.0.40.20")

    def shrink(self, _: int) -> None:
        host = self.tree.hosts.get(NAME)
        if host is not None and len(host.actual.adapters) > 2:
            host.commit(remove_adapter(host.actual, host.actual.adapters[-1].device))

    def connect(self, number: int) -> None:
        states = list(Connection)
        for host in self.tree.hosts.values():
            host.connect(states[number % len(states)])

    def load(self, number: int) -> None:
        self.tree.load(default_fleet(number, 1))

    def look(self, most: int) -> None:
        """Take in what is new, and no more than so many objects."""
        asyncio.run(self._look(most + 1))

    async def _look(self, most: int) -> None:
        parts = await self._collector.wait(self._version, 0, most)
        if not parts:
            return
        answer = etree.fromstring(b"".join(parts).replace(b"<returnval>", b'<returnval xmlns:xsi="x" xmlns:xsd="y">'))
        self._version = answer.findtext("version") or ""
        for update in answer.iter("objectSet"):
            self._take(update)

    def _take(self, update: Any) -> None:
        moid, kind = update.findtext("obj"), update.findtext("kind")
        if kind == "leave":
            del self.known[moid]
            return
        assert (kind == "enter") == (moid not in self.known), f"{kind} of {moid}"
        values = self.known.setdefault(moid, {})
        for change in update.iter("changeSet"):
            _apply(values, change)

    def _modify(self, change: Callable[[str], object], number: int) -> None:
        moids = [host.reference.moid for host in self.tree.hosts.values()]
        if number < len(moids):
            change(moids[number])
            self.tree.journal.record(VIEW, ("view",))


def _apply(values: Values, change: Any) -> None:
    path, _, key = change.findtext("name").partition('["')
    value = change.find("val")
    if not key:
        values[path] = _parsed(path, value)
        return
    elements = values[path]
    assert isinstance(elements, dict)
    assert (change.findtext("op") == "add") == (key[:-2] not in elements)
    if change.findtext("op") == "remove":
        del elements[key[:-2]]
    else:
        elements[key[:-2]] = _plain(value)


def _element(value: bytes) -> Any:
    return etree.fromstring(value.replace(b"<val", b'<val xmlns:xsi="x" xmlns:xsd="y"', 1))


def _parsed(path: str, value: Any) -> str | dict[str, str]:
    return {one.findtext("key"): _plain(one) for one in value} if path == VNIC else _plain(value)


def _plain(value: Any) -> str:
    return "".join(value.itertext())


STEPS = st.tuples(
    st.sampled_from(["put_in", "take_out", "edit", "grow", "shrink", "connect", "load", "look"]), st.integers(0, 4)
)


@settings(max_examples=40, deadline=None)
@given(updates=st.sampled_from(Updates), steps=st.lists(STEPS, max_size=20))
def test_who_follows_knows_what_is_so(updates: Updates, steps: list[tuple[str, int]]) -> None:
    world = World(updates)

    for name, number in steps:
        getattr(world, name)(number)
    for _ in range(10):
        world.look(100)

    assert world.known == world.truth()


def test_what_comes_back_before_its_leaving_was_told_is_not_told_to_enter() -> None:
    world = World()
    for number in (0, 1):
        world.put_in(number)
    world.look(9)

    for number in (0, 1):
        world.take_out(number)
    world.look(0)
    world.edit(0)
    for number in (0, 1):
        world.put_in(number)
    world.look(9)

    assert world.known == world.truth()
