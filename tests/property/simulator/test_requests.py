"""Whatever comes in, the simulator answers with a value or a fault that it means, never with an accident."""

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from property.simulator.requests import ENVELOPE, WAYS, mutilated, requests
from vcenter_simulator.fleet.default import default_fleet
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.methods.calls import Call
from vcenter_simulator.methods.dispatch import answer, find_target
from vcenter_simulator.sessions import Session
from vcenter_simulator.soap.decode import open_request
from vcenter_simulator.soap.encode import fault_response
from vcenter_simulator.soap.parsing import parse
from vcenter_simulator.soap.versions import NEWEST
from vcenter_simulator.vcenter import Settings, VCenter

PATIENCE_S = 5
"""No method without a wait takes as long."""


async def vcenter() -> tuple[VCenter, Session]:
    """Start a vCenter with one host, log in, and make an object of every kind that a session can have."""
    made = VCenter(Settings(name="fuzzed"))
    made.load(default_fleet(1, 1))
    settings = made.settings
    session = made.sessions.login(settings.username, settings.password, ip_address="", user_agent="")
    for kind, call in PREPARATIONS:
        await send(made, session, ENVELOPE.format(call.format(f'<_this type="{kind}">@{kind}@</_this>')))
    return made, session


PREPARATIONS = [
    (
        "ViewManager",
        """<CreateContainerView>{}
             <container type="Folder">@Folder@</container><recursive>true</recursive>
           </CreateContainerView>""",
    ),
    ("ViewManager", '<CreateListView>{}<obj type="HostSystem">@HostSystem@</obj></CreateListView>'),
    ("ViewManager", "<CreateInventoryView>{}</CreateInventoryView>"),
    (
        "PropertyCollector",
        """<CreateFilter>{}<spec>
             <propSet><type>HostSystem</type><pathSet>name</pathSet></propSet>
             <objectSet><obj type="HostSystem">@HostSystem@</obj></objectSet>
           </spec><partialUpdates>true</partialUpdates></CreateFilter>""",
    ),
    ("TaskManager", "<CreateCollectorForTasks>{}<filter/></CreateCollectorForTasks>"),
    ("EventManager", "<CreateCollectorForEvents>{}<filter/></CreateCollectorForEvents>"),
    ("HostSystem", "<EnterMaintenanceMode_Task>{}<timeout>0</timeout></EnterMaintenanceMode_Task>"),
]


def with_ids(text: str, made: VCenter, session: Session) -> str:
    """Put ids in the place of kinds."""
    everything = (*made.inventory.objects.values(), *made._services.values(), *session.objects.values())
    found = {one.reference.kind: one.reference.moid for one in everything}
    host = next(iter(made.inventory.hosts.values()))
    found |= {one.kind: one.moid for one in (host.method_executer, host.type_manager)}
    found |= {one.reference.kind: one.reference.moid for one in made.tasks}
    for kind, moid in found.items():
        text = text.replace(f"@{kind}@", moid)
    return text


async def send(made: VCenter, session: Session, text: str) -> bytes:
    """Answer as the server does, but for what it makes of accidents: here they fail the test."""
    opened = open_request(with_ids(text, made, session).encode(errors="surrogateescape"))
    call = Call(
        vcenter=made,
        target=find_target(made, session, opened),
        session=session,
        entry=made.requests.begin(opened.method, None, session, is_write=False),
        arguments={},
        version=NEWEST,
        peer="::1",
        user_agent="fuzz",
    )
    async with asyncio.timeout(PATIENCE_S):
        return await answer(call, opened)


async def respond(text: str) -> bytes:
    """Answer a request to a new vCenter."""
    made, session = await vcenter()
    try:
        return await send(made, session, text)
    except Refusal as refusal:
        return fault_response(refusal, NEWEST)
    finally:
        made.tasks.stop()
        session.end_waits()


@given(request=requests())
def test_a_call_after_the_schema_is_answered(request: tuple[str, str, str]) -> None:
    parse(asyncio.run(respond(request[2])))


@given(body=mutilated(requests()))
def test_a_mutilated_call_is_answered(body: bytes) -> None:
    parse(asyncio.run(respond(body.decode(errors="surrogateescape"))))


@given(body=st.binary(max_size=200))
def test_bytes_are_answered(body: bytes) -> None:
    parse(asyncio.run(respond(body.decode(errors="surrogateescape"))))


@pytest.mark.parametrize("way", WAYS, ids=".".join)
@settings(max_examples=settings().max_examples // 10)  # of each of a hundred methods
@given(data=st.data())
def test_every_method_is_answered(way: tuple[str, str], data: Any) -> None:
    request = data.draw(requests([way]))

    parse(asyncio.run(respond(request[2])))
