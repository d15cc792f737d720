from datetime import UTC, datetime

import pytest
from pyVmomi import vim

from unit.vcenter_simulator.builders import NAME, inventory
from vcenter_simulator.events.connections import change_connection
from vcenter_simulator.events.kinds import KINDS, event_text, event_type
from vcenter_simulator.events.log import EventLog
from vcenter_simulator.inventory.clock import Clock
from vcenter_simulator.inventory.hosts import Connection


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_even_for_an_event_without_fields(kind: str) -> None:
    assert event_text(event_type(kind)())


def test_a_kind_that_is_not_ours_has_no_words() -> None:
    assert event_text(vim.event.VmPoweredOnEvent()) == ""


def test_a_port_group_is_told_with_its_switch_and_datacenter() -> None:
    tree = inventory()
    group = next(node for node in tree.nodes.values() if node.portgroup is not None)

    event = EventLog(Clock(), tree).post("GeneralUserEvent", about=group.reference, message="")

    assert event.net.name == group.name
    assert event.datacenter.name == "Datacenter"
    assert event.host is None


def test_the_reason_of_a_disconnection_is_in_words() -> None:
    tree = inventory()
    log = EventLog(Clock(), tree)

    change_connection(log, tree.hosts[NAME], Connection.DISCONNECTED)

    assert log.latest.reason == "unknown"
    assert log.latest.fullFormattedMessage.endswith("Reason: Unknown reason")


def test_times_are_told_in_words() -> None:
    event = vim.event.UserLogoutSessionEvent(loginTime=datetime(2026, 11, 25, 14, 5, tzinfo=UTC))

    assert "(login time: Wednesday, 25 November, 2026 02:05:00 PM," in event_text(event)
