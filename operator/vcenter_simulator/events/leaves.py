"""What the event manager and the event history collectors publish."""

from functools import cache
from typing import Any

from pyVmomi import vim

from vcenter_simulator.events.kinds import KINDS, event_type
from vcenter_simulator.events.log import worded
from vcenter_simulator.history import MOST_COLLECTORS
from vcenter_simulator.properties.leaves import Leaves
from vcenter_simulator.soap.references import typed_array

_CATEGORIES = {"info": "Information", "warning": "Warning", "error": "Error", "user": "User"}


@cache
def _description() -> Any:
    details = [
        vim.event.EventDescription.EventDetail(
            key=event_type(name),
            description=kind.description,
            category=kind.category,
            formatOnDatacenter=kind.text,
            formatOnComputeResource=kind.text,
            formatOnHost=kind.text,
            formatOnVm=kind.text,
            fullFormat=kind.text,
        )
        for name, kind in KINDS.items()
    ]
    categories = [vim.ElementDescription(key=key, label=label, summary=label) for key, label in _CATEGORIES.items()]
    return vim.event.EventDescription(category=categories, eventInfo=details)


EVENT_MANAGER = Leaves(
    vim.event.EventManager,
    {
        "description": lambda _: _description(),
        "latestEvent": lambda log: log.latest,
        "maxCollector": lambda _: MOST_COLLECTORS,
    },
)

EVENT_COLLECTOR = Leaves(
    vim.event.EventHistoryCollector,
    {
        "filter": lambda collector: collector.spec,
        "latestPage": lambda collector: typed_array(
            vim.event.Event, (worded(one, collector.spec) for one in collector.latest_page)
        ),
        "initialized": lambda _: True,
    },
)
