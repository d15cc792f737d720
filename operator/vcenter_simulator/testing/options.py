"""What a test asks of a simulator, by names: the size of its fleet, its settings, its named switches."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

from pydantic import ValidationError

from vcenter_simulator.fleet.documents import FleetDocument
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.sentences import alternatives, sentence
from vcenter_simulator.fleet.text import read
from vcenter_simulator.host.behaviour import Behaviour
from vcenter_simulator.vcenter import Settings

_SIZES = ("hosts", "clusters", "fleet")

_SETTINGS = tuple(one.name for one in fields(Settings) if one.name != "behaviour")

_SWITCHES = tuple(one.name for one in fields(Behaviour))


class OptionError(ValueError):
    """An option that there is not, or that has no such value; the message is one sentence."""


def start_arguments(options: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return the arguments of ``start_in_thread`` for *options*.

    Args:
        options: ``hosts``, ``clusters``, ``fleet``, the names of settings and of named switches.
        folder: what the path of a fleet is relative to.

    Raises:
        OptionError: when one makes no sense.
    """
    known = (*_SIZES, *_SETTINGS, *_SWITCHES)
    unknown = next((name for name in options if name not in known), None)
    if unknown is not None:
        raise OptionError(f"A simulator has no option '{unknown}'{alternatives(unknown, known)}")
    arguments: dict[str, Any] = {name: options[name] for name in ("hosts", "clusters") if name in options}
    if options.get("fleet") is not None:
        arguments["fleet"] = _fleet(options["fleet"], folder)
    switches = {name: _switch(name, options[name]) for name in _SWITCHES if name in options}
    settings = {name: options[name] for name in _SETTINGS if name in options}
    return arguments | {"settings": Settings(**settings, behaviour=Behaviour(**switches))}


def _switch(name: str, value: Any) -> Any:
    choices = get_type_hints(Behaviour)[name]
    try:
        return choices(value)
    except ValueError:
        raise OptionError(f"'{value}' is no value of {name}, only {', '.join(choices)}.") from None


def _fleet(given: Any, folder: Path) -> FleetDocument:
    try:
        if isinstance(given, str | Path):
            return read(FleetDocument, (folder / given).read_bytes())
        return FleetDocument.model_validate(given)
    except ValidationError as error:
        raise OptionError(sentence(error)) from error
    except OSError as error:
        raise OptionError(f"The fleet can't be read: {error}") from error
    except DocumentError as error:
        raise OptionError(f"The fleet {given}: {error}") from error
