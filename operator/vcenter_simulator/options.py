"""The settings of a simulator by the names that people give them, on the command line and in a test's marker."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from vcenter_simulator.authorization.lockout import LockoutPolicy
from vcenter_simulator.fleet.sentences import alternatives
from vcenter_simulator.host.behaviour import Behaviour
from vcenter_simulator.host.releases import RELEASES, ReleaseName
from vcenter_simulator.latencies import Constant, Latency, LogNormal, Uniform, parse_latency
from vcenter_simulator.sessions import SessionPolicy
from vcenter_simulator.vcenter import Settings

_PLAIN = ("username", "password", "name", "rollback", "read_lag", "seed")

_LATENCY = "write_latency"

_RELEASE = "api_version"

_POLICY = {"session_idle": "idle_s", "session_lifetime": "lifetime_s", "session_limit": "most"}

_LOCKOUT = {"lockout_attempts": "attempts", "lockout_window": "window_s", "lockout_duration": "duration_s"}

_SECONDS = ("read_lag", "session_idle", "session_lifetime", "lockout_window", "lockout_duration")

LONGEST_S = 1e9
"""Seconds that an option may have: thirty years; much later there are no dates any more."""

SWITCHES = tuple(one.name for one in fields(Behaviour))
"""The named switches."""

NAMES = (*_PLAIN, _LATENCY, _RELEASE, *_POLICY, *_LOCKOUT, *SWITCHES)
"""All of them."""


class OptionError(ValueError):
    """An option that there is not, or that has no such value; the message is one sentence."""


def settings_of(**options: Any) -> Settings:
    """Return the settings that *options* ask for; what is not among them is as by default.

    Raises:
        OptionError: when one makes no sense.
    """
    for name in options:
        if name not in NAMES:
            raise OptionError(f"A simulator has no option '{name}'{alternatives(name, NAMES)}")
    release = _one_of(ReleaseName, _RELEASE, options.get(_RELEASE, ReleaseName.V8))
    lockout = LockoutPolicy(**_checked(LockoutPolicy, options, _LOCKOUT))
    switches = get_type_hints(Behaviour)
    return Settings(
        **_checked(Settings, options, {name: name for name in _PLAIN}),
        write_latency=_latency(options.get(_LATENCY, Settings().write_latency)),
        release=RELEASES[release],
        sessions=SessionPolicy(**_checked(SessionPolicy, options, _POLICY), lockout=lockout),
        behaviour=Behaviour(
            **{name: _one_of(switches[name], name, options[name]) for name in SWITCHES if name in options}
        ),
    )


def _checked(kind: type, options: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the options that *names* has, as fields of *kind*."""
    declared = get_type_hints(kind)
    given = {name: field for name, field in names.items() if name in options}
    for name, field in given.items():
        try:
            TypeAdapter(declared[field]).validate_python(options[name], strict=True)
        except ValidationError:
            raise OptionError(f"{name} can't be {options[name]!r}.") from None
        if name in _SECONDS and not 0 <= (options[name] or 0) <= LONGEST_S:
            raise OptionError(f"{name} can't be {options[name]!r}, only 0 to {LONGEST_S:.0f} seconds.")
    return {field: options[name] for name, field in given.items()}


def _latency(value: Any) -> Latency | float:
    """Return a latency that is given as seconds, in words or as what it is."""
    if isinstance(value, Constant | Uniform | LogNormal):
        return value
    try:
        return parse_latency(value if isinstance(value, str) else repr(value))
    except ValueError as error:
        raise OptionError(f"{_LATENCY}: {error}") from None


def _one_of(choices: Any, name: str, value: Any) -> Any:
    try:
        return choices(value)
    except ValueError:
        raise OptionError(f"'{value}' is no value of {name}, only {', '.join(choices)}.") from None
