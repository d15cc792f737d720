"""What a command is: its place in the tree of names, its options, its answer, and what it does."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vcenter_simulator.esxcli.arguments import Arguments
from vcenter_simulator.host.requests import Surroundings
from vcenter_simulator.host.state import HostState


class Kind(StrEnum):
    """What an option's value is; the values are XML Schema's names."""

    TEXT = "string"
    NUMBER = "long"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a command."""

    long: str
    """Without the dashes before it, for example ``interface-name``."""
    short: str
    help: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The argument's name in the API: the long option without any dash."""
        return self.long.replace("-", "")


@dataclass(frozen=True, slots=True)
class Record:
    """A structure: its fields by their titles, as esxcli prints them."""

    fields: Mapping[str, "Value"]


Value = str | int | bool | Sequence[str] | Record | Sequence[Record]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a command answers: structures of one type."""

    kind: str
    """The last part of the type's name."""
    fields: Mapping[str, "FieldType"]
    """By their titles, in the order in which they are printed."""
    is_table: bool = False
    """Printed as the columns of a table."""
    is_single: bool = False
    """One structure, and not a list of them."""


@dataclass(frozen=True, slots=True)
class Many:
    """Any number of values of one type."""

    of: Kind | Shape


FieldType = Kind | Shape | Many


def field_name(title: str) -> str:
    """Return the name of the field that is printed under *title*: the same without blanks and dashes (observed)."""
    return title.replace(" ", "").replace("-", "")


@dataclass(frozen=True, slots=True)
class Machine:
    """The host that a command runs on, and the world around it."""

    state: HostState
    surroundings: Surroundings
    neighbours: Callable[[], Iterable[HostState]]
    """The other hosts that are switched on."""
    new_mac: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Query:
    """A command that only reads."""

    name: str
    help: str
    options: tuple[Option, ...]
    shape: Shape
    run: Callable[[Machine, Arguments], Sequence[Record]]


@dataclass(frozen=True, slots=True)
class Change:
    """A command that changes the host; it answers ``true``."""

    name: str
    help: str
    options: tuple[Option, ...]
    run: Callable[[Machine, Arguments], HostState]


Command = Query | Change


@dataclass(frozen=True, slots=True)
class Namespace:
    """Commands that share the words before their last."""

    path: str
    """With dots, for example ``network.ip.netstack``."""
    help: str
    commands: tuple[Command, ...]
