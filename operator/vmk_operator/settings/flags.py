"""Makes a flag and an environment variable of every setting: ``--stale-after`` and ``VMK_OPERATOR_STALE_AFTER``.

The flag wins. Every value reaches pydantic as text, so that a bad one is told in one way wherever it came from.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated

import typer
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from vmk_operator.errors import VmkOperatorError
from vmk_operator.settings.model import OperatorSettings
from vmk_operator.settings.values import Metavar

ENVIRONMENT_PREFIX = "VMK_OPERATOR_"
_DEFAULTS = {name: str(value) for name, value in OperatorSettings().model_dump(mode="json").items()}


class SettingsError(VmkOperatorError):
    """A setting that can't be used; ``str()`` names the flag, the variable and what is accepted."""


def parse_settings(given: Mapping[str, str]) -> OperatorSettings:
    """Read settings as text, by field name.

    Raises:
        SettingsError: one of them can't be used.
    """
    try:
        return OperatorSettings.model_validate(given)
    except ValidationError as error:
        sentences = (_sentence(detail["loc"], detail["msg"], given) for detail in error.errors())
        raise SettingsError(" ".join(sentences)) from error


def flag_of(name: str) -> str:
    """Name the flag of a setting."""
    return f"--{name.replace('_', '-')}"


def variable_of(name: str) -> str:
    """Name the environment variable of a setting."""
    return f"{ENVIRONMENT_PREFIX}{name.upper()}"


def with_settings(command: Callable[[OperatorSettings], None]) -> Callable[..., None]:
    """Make a typer command of *command*, with a flag for each setting; a bad value ends it with exit code 2."""

    def run(**given: str | None) -> None:
        try:
            settings = parse_settings({name: text for name, text in given.items() if text is not None})
        except SettingsError as error:
            typer.echo(f"vmk-operator: {error}", err=True)
            raise typer.Exit(2) from None
        command(settings)

    run.__doc__ = command.__doc__
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # what typer reads; mypy knows no such attribute
        [_parameter(name, field) for name, field in OperatorSettings.model_fields.items()]
    )
    return run


def _parameter(name: str, field: FieldInfo) -> inspect.Parameter:
    computed = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    option = typer.Option(
        flag_of(name),
        envvar=variable_of(name),
        metavar=next(mark.text for mark in field.metadata if isinstance(mark, Metavar)),
        help=field.description,
        show_default=str(computed["shown"]) if computed else True,
    )
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None if computed else _DEFAULTS[name],
        annotation=Annotated[str | None, option],
    )


def _sentence(location: tuple[int | str, ...], message: str, given: Mapping[str, str]) -> str:
    message = message.removeprefix("Value error, ")
    if not location:
        return f"{message}."
    name = str(location[0])
    return f"{flag_of(name)} ({variable_of(name)}) can't be {given[name]!r}: {message[0].lower()}{message[1:]}."
