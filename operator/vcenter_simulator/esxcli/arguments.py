"""The arguments of one command, decoded, and how a command says that they are wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field


class CliError(Exception):
    """A command that failed; the text is what esxcli prints after ``Error:``."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """Values by argument name; what was not given is not there."""

    values: Mapping[str, str | int | bool] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """Return a text, or ``None`` when it was not given."""
        found = self.values.get(name)
        return found if isinstance(found, str) else None

    def number(self, name: str) -> int | None:
        """Return a number, or ``None`` when it was not given."""
        found = self.values.get(name)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def flag(self, name: str) -> bool | None:
        """Return a boolean, or ``None`` when it was not given."""
        found = self.values.get(name)
        return found if isinstance(found, bool) else None

    def required(self, name: str) -> str:
        """Return the text of an option that the command can't do without."""
        return str(self.values[name])
