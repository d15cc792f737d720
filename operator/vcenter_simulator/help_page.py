"""The help page: options in groups, as plain text that fits 80 columns."""

from typing import Any

import typer
from typer.core import TyperCommand, TyperOption

FLEET = "Fleet"
SERVING = "Where it serves"
ACCOUNTS = "Accounts and sessions"
TIMES = "Times and chance"
QUESTIONS = "Behaviour that no source confirms"
"""Options for the named switches: software meant for real hosts should pass with every value."""

OTHER = "Other"

GROUPS = (FLEET, SERVING, ACCOUNTS, TIMES, QUESTIONS)


class GroupedCommand(TyperCommand):
    """A command whose options are listed by their ``rich_help_panel``, without rich's frames and cut-off names."""

    def sections(self, ctx: Any) -> dict[str, list[tuple[str, str]]]:
        """Return every group's options, each with what is said about it; those without a group come last."""
        found: dict[str, list[tuple[str, str]]] = {group: [] for group in (*GROUPS, OTHER)}
        for param in self.get_params(ctx):
            group = param.rich_help_panel if isinstance(param, TyperOption) else None
            record = param.get_help_record(ctx)
            if record is not None:
                found[group or OTHER].append(record)
        return {group: records for group, records in found.items() if records}

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write a section for every group."""
        for group, records in self.sections(ctx).items():
            with formatter.section(group):
                formatter.write_dl(records)


def option(group: str, value: str | None, text: str, /, **limits: Any) -> Any:
    """Return an option of a group.

    Args:
        group: where the help page has it.
        value: what stands for its value there; unset: its choices.
        text: what it means.
        limits: what typer checks.
    """
    return typer.Option(help=text, rich_help_panel=group, metavar=value, **limits)


def open_question(text: str, section: str) -> Any:
    """Return an option for a behaviour that no source confirms, with the place where the question is open."""
    return option(QUESTIONS, None, f"{text} [open: vsphere.md {section}]")
