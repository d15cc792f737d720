"""Tells the story on a terminal: what happens, why, the command, what it printed, and whether it came true."""

import os
import shlex
import subprocess
import time
from collections.abc import Callable
from typing import TypeVar

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.rule import Rule

T = TypeVar("T")
DEADLINE_S = 30.0
POLL_S = 0.1


class StoryFailedError(Exception):
    """A part of the story did not come true."""


class Stage:
    """One terminal, one cluster."""

    def __init__(self, console: Console) -> None:
        """Use the kubectl and the KUBECONFIG of the environment."""
        self._console = console

    def chapter(self, letter: str, title: str, why: str) -> None:
        """Open a chapter."""
        self._console.print()
        self._console.print(Rule(f"[bold]({letter}) {title}[/bold]", align="left"))
        self._console.print(f"[italic]{why}[/italic]\n")

    def say(self, text: str) -> None:
        """Tell what happens; rich markup is allowed."""
        self._console.print(f"[cyan]▸[/cyan] {text}")

    def show(self, title: str, body: str) -> None:
        """Show a piece of text, for example a manifest."""
        self._console.print(Panel(escape(body.rstrip()), title=escape(title), title_align="left", border_style="dim"))

    def proof(self, text: str) -> None:
        """State what was seen to be true."""
        self._console.print(f"[green]✔[/green] {text}")

    def run(self, command: str, *, stdin: str | None = None, refused: bool = False) -> str:
        """Type a command as a person would and show its answer.

        Args:
            command: the words, without a shell.
            stdin: text that the command reads.
            refused: the command is expected to fail; its error is the answer.

        Raises:
            StoryFailedError: it ended otherwise than expected.
        """
        self._console.print(f"[bold]$ {escape(command)}[/bold]")
        done = subprocess.run(
            shlex.split(command), input=stdin, capture_output=True, text=True, check=False, env=os.environ
        )
        answer = (done.stderr if refused else done.stdout).rstrip()
        if answer:
            self._console.print(escape(answer), style="yellow" if refused else "dim", soft_wrap=True)
        if (done.returncode != 0) is not refused:
            raise StoryFailedError(f"`{command}` ended with {done.returncode}: {done.stderr.strip() or done.stdout}")
        return answer

    def quietly(self, command: str) -> str:
        """Run a command that is no part of the story."""
        return subprocess.run(shlex.split(command), capture_output=True, text=True, check=True).stdout


def wait_for(what: str, look: Callable[[], T | None], *, deadline_s: float = DEADLINE_S) -> T:
    """Wait until *look* finds something and return it.

    Raises:
        StoryFailedError: nothing within *deadline_s* seconds.
    """
    until = time.monotonic() + deadline_s
    while time.monotonic() < until:
        found = look()
        if found is not None:
            return found
        time.sleep(POLL_S)
    raise StoryFailedError(f"waited {deadline_s:.0f} s for {what}")
