"""The pages about the simulator: its methods, properties, options and control port, from its code."""

import importlib
import inspect
import json
import pkgutil
from collections.abc import Iterator
from typing import Any

import typer

import vcenter_simulator
from vcenter_simulator.authorization.demands import Source, row_of
from vcenter_simulator.control.documents import NoQuery
from vcenter_simulator.control.routes import ROUTES, Route
from vcenter_simulator.fleet.documents import FleetDocument
from vcenter_simulator.help_page import GroupedCommand
from vcenter_simulator.main import app
from vcenter_simulator.methods.dispatch import TABLES
from vcenter_simulator.properties.leaves import Leaves
from vcenter_simulator.soap.references import methods_of

HIDDEN = frozenset({"Destroy_Task", "Reload", "Rename_Task", "setCustomValue"})
"""What every managed entity inherits and no page needs to repeat."""


def methods_page() -> str:
    """Return, for every kind of managed object, the methods that are simulated and those that are not."""
    pages = [
        "# Methods of the simulator\n",
        "A method of vSphere's that is not simulated answers `NotSupported`. Where a privilege comes from:",
        "no mark, the API's own metadata; ¹ the text of the API reference; ² unconfirmed.\n",
    ]
    for kind, table in sorted(TABLES.items()):
        declared = methods_of(kind)
        pages += [f"## {kind}\n", "| Method | Does | Privilege |", "|---|---|---|"]
        pages += [
            f"| `{name}` | {_summary(method)} | {_privilege(kind, declared.get(name))} |"
            for name, method in sorted(table.items())
        ]
        absent = sorted(declared.keys() - table.keys() - HIDDEN)
        pages.append(f"\nNot simulated: {', '.join(f'`{name}`' for name in absent) or 'nothing'}.\n")
    return "\n".join(pages)


def properties_page() -> str:
    """Return, for every kind of managed object, the properties that have a value."""
    pages = [
        "# Properties of the simulator\n",
        "Every property of vSphere's can be asked for; what is not here is unset. A path below one that is here works,",
        'with keys as in `config.network.vnic["key-vim.host.VirtualNic-vmk0"].spec.mtu`.\n',
    ]
    for leaves in _leaves():
        declared = {info.name for info in leaves.kind._GetPropertyList()}  # noqa: SLF001 - pyVmomi's official schema interface
        absent = sorted(declared - set(leaves.top_level))
        pages += [f"## {leaves.kind_name}\n", *(f"- `{path}`" for path in sorted(leaves.readers))]
        pages.append(f"\nUnset: {', '.join(f'`{name}`' for name in absent) or 'nothing'}.\n")
    return "\n".join(pages)


def options_page() -> str:
    """Return the options of the command."""
    command = typer.main.get_command(app)
    if not isinstance(command, GroupedCommand):
        raise TypeError("the simulator's command does not group its options")
    pages = ["# Options of `vcenter-simulator`\n"]
    for group, options in command.sections(typer.Context(command)).items():
        pages += [f"## {group}\n", "| Option | Meaning |", "|---|---|"]
        pages += [f"| `{_line(option)}` | {_line(meaning)} |" for option, meaning in options]
        pages.append("")
    return "\n".join(pages)


def control_page() -> str:
    """Return what the control port answers, with the fields of what it takes."""
    pages = ["# The simulator's control port\n", "| Request | Does |", "|---|---|"]
    pages += [f"| `{route.method} {route.path}` | {route.does} |" for route in ROUTES]
    for route in ROUTES:
        pages += _takes(route)
    return "\n".join(pages)


def fleet_schema() -> str:
    """Return the JSON schema of a fleet file."""
    schema = FleetDocument.model_json_schema(mode="validation", by_alias=True)
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema | {"$schema": dialect, "title": "A fleet for vcenter-simulator --fleet"}, indent=2)


def _takes(route: Route) -> Iterator[str]:
    if route.takes is NoQuery:
        return
    yield f"\n## `{route.method} {route.path}`\n"
    if route.takes is FleetDocument:
        yield "A fleet, as [its schema](simulator-fleet.schema.json) has it."
        return
    yield "In the query:\n" if route.method == "GET" else "In the body:\n"
    yield from ("| Field | Meaning | Default |", "|---|---|---|")
    for name, field in route.takes.model_fields.items():
        meaning = _line(field.description) or "What changes; the fields are those of a fleet file."
        default = "required" if field.is_required() else f"`{json.dumps(field.default)}`"
        yield f"| `{field.alias or name}` | {meaning} | {default} |"


def _leaves() -> list[Leaves]:
    """Find every table of properties: whatever a module of the simulator publishes is one."""
    found = {}
    for module in pkgutil.walk_packages(vcenter_simulator.__path__, "vcenter_simulator."):
        if not module.name.startswith("vcenter_simulator.testing"):
            for one in vars(importlib.import_module(module.name)).values():
                if isinstance(one, Leaves):
                    found[one.kind_name] = one
    return [found[name] for name in sorted(found)]


def _privilege(kind: str, info: Any) -> str:
    if info is None:
        return ""
    row = row_of(kind, info)
    if row is None:
        return "none"
    mark = {Source.METADATA: "", Source.REFERENCE: "¹", Source.UNCONFIRMED: "²"}[row.source]
    asked = ", ".join(f"`{one.privilege}`" for one in row.demands) or "none"
    return f"{asked}{mark}"


def _summary(method: Any) -> str:
    return _line((inspect.getdoc(method) or "").partition("\n\n")[0])


def _line(text: str | None) -> str:
    return " ".join((text or "").split()).replace("``", "`").replace("|", "\\|")
