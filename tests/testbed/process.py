"""One process that the test bed starts, watches and stops."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from testbed.errors import DeadlineError, StartError
from testbed.startable import Startable
from testbed.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_LAUNCHER = Path(__file__).with_name("launcher.py")


def launched(command: Sequence[str | Path], *, on_parent_death: signal.Signals) -> list[str]:
    """Return the command line that runs `command` under the launcher.

    Raises:
        RuntimeError: called outside the main thread: the kernel takes the end of the starting thread for the
            parent's death.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("start processes from the main thread: they die with the thread that started them")
    python = [sys.executable, "-I", "-S", str(_LAUNCHER)]
    return [*python, str(os.getpid()), str(int(on_parent_death)), *map(str, command)]


class Process(Startable):
    """A background process with its log in a file; it never outlives this one."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        within: float = 10.0,
    ) -> None:
        """Prepare it.

        Args:
            name: what messages call it.
            command: what to run.
            log: the file that gets its output.
            environment: all of its environment; this process's own if None.
            within: seconds it has to stop before it is killed.
        """
        self.name = name
        self.log = log
        self._within = within
        self._command = command
        self._environment = environment
        self._popen: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process id.

        Raises:
            StartError: it was never started.
        """
        return self._started().pid

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._popen is not None and self._popen.poll() is None

    def start(self) -> None:
        """Start it, in a session of its own so that Ctrl-C on the terminal leaves the order of stopping to us.

        Raises:
            StartError: it runs already.
        """
        if self.running:
            raise StartError(f"{self.name} runs already")
        with self.log.open("ab") as log:
            self._popen = subprocess.Popen(
                launched(self._command, on_parent_death=signal.SIGKILL),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )

    def wait_ready(self, ready: Callable[[], bool], *, within: float = 30.0) -> None:
        """Wait until it is ready.

        Raises:
            StartError: it ended, or the time in seconds is over; the message has the end of its log.
        """
        try:
            wait_until(lambda: not self.running or ready(), what=self.name, within=within, every=0.02)
        except DeadlineError:
            raise StartError(f"{self.name} was not ready after {within:g} s\n{self.last_words()}") from None
        if not self.running:
            code = self._started().returncode
            raise StartError(f"{self.name} ended with exit code {code} while starting\n{self.last_words()}")

    def terminate(self) -> None:
        """Ask it to end, without waiting."""
        if self.running:
            self._started().terminate()

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal.

        Raises:
            StartError: it was never started.
        """
        self._started().send_signal(number)

    def stop(self) -> int | None:
        """Ask it to end, kill it if it has not in time; return its exit code, None if never started."""
        if self._popen is None:
            return None
        self.terminate()
        try:
            return self._popen.wait(self._within)
        except subprocess.TimeoutExpired:
            return self.kill()

    def kill(self) -> int:
        """End it with SIGKILL and return its exit code.

        Raises:
            StartError: it was never started.
        """
        popen = self._started()
        popen.kill()
        return popen.wait()

    def last_words(self, lines: int = 20) -> str:
        """Return where its log is, and the end of it."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join([f"log: {self.log}", *(f"  {line}" for line in text.splitlines()[-lines:])])

    def _started(self) -> subprocess.Popen[bytes]:
        if self._popen is None:
            raise StartError(f"{self.name} was not started")
        return self._popen
