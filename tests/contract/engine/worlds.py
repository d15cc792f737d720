"""Every world that a write scenario has to come out right in: each open question answered either way.

The questions that concern one scenario only have tests of their own in ``test_open_questions``.
"""

import pytest

from vcenter_simulator.host.behaviour import (
    Behaviour,
    Choice,
    DefaultStackService,
    DisconnectedConfig,
    EsxcliChanges,
    Updates,
)
from vcenter_simulator.vcenter import Settings

READ_LAG_S = 0.5

WORLDS = {
    "as documented": Settings(),
    "shadowed services stay visible": Settings(behaviour=Behaviour(default_stack_service=DefaultStackService.SHADOWED)),
    "inactive stacks can't be edited": Settings(behaviour=Behaviour(edit_inactive_stack=Choice.REFUSE)),
    "no update without ip": Settings(behaviour=Behaviour(update_without_ip=Choice.REFUSE)),
    "updates by element": Settings(behaviour=Behaviour(updates=Updates.INDEXED)),
    "everything the other way": Settings(
        behaviour=Behaviour(
            default_stack_service=DefaultStackService.SHADOWED,
            edit_inactive_stack=Choice.REFUSE,
            second_adapter_on_standard_portgroup=Choice.ACCEPT,
            update_without_ip=Choice.REFUSE,
            mtu_above_switch=Choice.REFUSE,
            disconnected_config=DisconnectedConfig.ABSENT,
            esxcli_changes=EsxcliChanges.UNSEEN,
            updates=Updates.INDEXED,
        )
    ),
    "reads lag behind writes": Settings(read_lag=READ_LAG_S),
}

in_every_world = pytest.mark.parametrize("settings", WORLDS.values(), ids=WORLDS.keys())
