"""What a test asks of a simulator, by names: the size of its fleet, its accounts, and everything that is a setting."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from vcenter_simulator.fleet.base import Document
from vcenter_simulator.fleet.documents import AccessDocument, FleetDocument
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.sentences import alternatives, sentence
from vcenter_simulator.fleet.text import read
from vcenter_simulator.options import NAMES, OptionError, settings_of

D = TypeVar("D", bound=Document)

_SIZES = ("hosts", "clusters")

_DOCUMENTS: dict[str, type[Document]] = {"fleet": FleetDocument, "access": AccessDocument}


def start_arguments(options: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return the arguments of ``start_in_thread`` for *options*.

    Args:
        options: those of the command, except for where it serves.
        folder: what the path of a fleet is relative to.

    Raises:
        OptionError: when one makes no sense.
    """
    known = (*_SIZES, *_DOCUMENTS, *NAMES)
    unknown = next((name for name in options if name not in known), None)
    if unknown is not None:
        raise OptionError(f"A simulator has no option '{unknown}'{alternatives(unknown, known)}")
    sizes = {name: _size(name, options[name]) for name in _SIZES if name in options}
    documents = {
        name: _document(kind, name, options[name], folder)
        for name, kind in _DOCUMENTS.items()
        if options.get(name) is not None
    }
    settings = settings_of(**{name: value for name, value in options.items() if name in NAMES})
    return {**sizes, **documents, "settings": settings}


def _size(name: str, value: Any) -> int:
    if not isinstance(value, int) or value < 0:
        raise OptionError(f"{name} can't be {value!r}.")
    return value


def _document(kind: type[D], name: str, given: Any, folder: Path) -> D:
    try:
        if isinstance(given, str | Path):
            return read(kind, (folder / given).read_bytes())
        return kind.model_validate(given)
    except OSError as error:
        raise OptionError(f"{name}: it can't be read: {error}") from error
    except DocumentError as error:
        raise OptionError(f"{name} {given}: {error}") from error
    except ValidationError as error:
        raise OptionError(f"{name}: {sentence(error)}") from error
