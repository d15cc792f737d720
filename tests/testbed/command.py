"""Running the user's command in the foreground, and ending in order whatever ends it."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil

from testbed.process import launched

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_EXIT_CODE_OF_SIGNAL = 128  # what a shell adds
_PR_SET_CHILD_SUBREAPER = 36
SECONDS_TO_END = 5.0


class Interrupted(SystemExit):
    """A signal asked us to end; raised wherever we are, so that every context manager ends in order."""

    def __init__(self, number: int) -> None:
        super().__init__(_EXIT_CODE_OF_SIGNAL + number)
        self.number = number


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Turn the first signal that asks us to end into `Interrupted`, ignore the rest, and leave no descendant behind."""

    def interrupt(number: int, _frame: FrameType | None) -> None:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)  # nothing may interrupt the stopping
        raise Interrupted(number)

    _adopt_orphans()
    heeded = [number for number in _SIGNALS if number != signal.SIGHUP or not _nohup()]
    before = {number: signal.signal(number, interrupt) for number in heeded}
    try:
        yield
    finally:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        _end_descendants()
        for number, handler in before.items():
            signal.signal(number, handler)


def _nohup() -> bool:
    return signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def run_command(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command on our terminal and return its exit code, as a shell would give it.

    Raises:
        Interrupted: a signal arrived; the command has ended by then.
    """
    popen = subprocess.Popen(launched(command, on_parent_death=signal.SIGTERM), env=environment)
    try:
        code = popen.wait()
    except Interrupted as interrupted:
        told_too = interrupted.number == signal.SIGINT and sys.stdin.isatty()  # a terminal tells all on Ctrl-C
        _end(popen, patiently=told_too)
        raise
    return code if code >= 0 else _EXIT_CODE_OF_SIGNAL - code


def _end(popen: subprocess.Popen[bytes], *, patiently: bool) -> None:
    """Ask a process to end, unless it is about to; kill it if it does not."""
    if not patiently:
        popen.terminate()
    for harder in (popen.terminate, popen.kill):
        try:
            popen.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            harder()
    popen.wait()


def _adopt_orphans() -> None:
    """Become the parent of what the command leaves behind, so that it can be found; Linux alone knows how."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _end_descendants() -> None:
    """End every process that is still below this one."""
    left = psutil.Process().children(recursive=True)
    for process in left:
        try:
            process.terminate()
        except psutil.NoSuchProcess:
            continue
    _, stubborn = psutil.wait_procs(left, timeout=SECONDS_TO_END)
    for process in stubborn:
        process.kill()
    psutil.wait_procs(stubborn, timeout=SECONDS_TO_END)
