"""How the values of settings are written as text."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

from vmk_operator.api.v1alpha1.durations import parse_duration

_ADDRESS = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:\[\]]+)):(?P<port>\d{1,5})", re.ASCII)
_LAST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Metavar:
    """What stands for the value in ``--help``."""

    text: str


@dataclass(frozen=True, slots=True)
class Listen:
    """An address to listen on."""

    host: str
    port: int

    def __str__(self) -> str:
        """Write it as it is given."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _parse_duration(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        duration = parse_duration(value)
    except ValueError as error:
        raise ValueError("a duration is written as 90s, 15m or 1h30m") from error
    if not duration:
        raise ValueError("the duration must be longer than nothing")
    return duration


def _show_duration(value: timedelta) -> str:
    minutes, seconds = divmod(value.total_seconds(), 60)
    hours, minutes = divmod(int(minutes), 60)
    return "".join(f"{count:g}{unit}" for count, unit in ((hours, "h"), (minutes, "m"), (seconds, "s")) if count)


def _parse_listen(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _ADDRESS.fullmatch(value)
    if match is None or int(match["port"]) > _LAST_PORT:
        raise ValueError("an address is written as 127.0.0.1:8080 or [::]:8080")
    return Listen(match["v6"] or match["host"], int(match["port"]))


Duration = Annotated[timedelta, BeforeValidator(_parse_duration), PlainSerializer(_show_duration), Metavar("DURATION")]

ListenAddress = Annotated[Listen, BeforeValidator(_parse_listen), PlainSerializer(str), Metavar("HOST:PORT")]
