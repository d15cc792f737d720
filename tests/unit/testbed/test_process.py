"""Starting, watching and stopping one process."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading
from typing import TYPE_CHECKING

import psutil
import pytest

from testbed.errors import StartError
from testbed.process import Process, launched
from testbed.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

SLEEP = ["sleep", "1000"]


def test_it_runs_between_start_and_stop(tmp_path: Path) -> None:
    with Process("sleeper", SLEEP, log=tmp_path / "log") as process:
        assert psutil.pid_exists(process.pid)
    assert not psutil.pid_exists(process.pid)


def test_its_log_has_what_it_says(tmp_path: Path) -> None:
    process = Process("talker", ["sh", "-c", "echo out; echo err >&2; exec sleep 1000"], log=tmp_path / "log")
    with process:
        wait_until(lambda: process.log.read_text() == "out\nerr\n", what="its words")


def test_one_that_ends_while_starting_is_reported_with_its_last_words(tmp_path: Path) -> None:
    process = Process("failer", ["sh", "-c", "echo no such thing; exit 3"], log=tmp_path / "log")
    process.start()
    with pytest.raises(StartError, match=r"(?s)failer ended with exit code 3.*log: .*no such thing"):
        process.wait_ready(lambda: False)


def test_one_that_is_not_ready_in_time_is_reported(tmp_path: Path) -> None:
    with (
        Process("sleeper", SLEEP, log=tmp_path / "log") as process,
        pytest.raises(StartError, match=r"sleeper was not ready after 0\.05 s"),
    ):
        process.wait_ready(lambda: False, within=0.05)


def test_one_that_does_not_stop_in_time_is_killed(tmp_path: Path) -> None:
    stubborn = ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.01; done"]
    process = Process("stubborn", stubborn, log=tmp_path / "log", within=0.05)
    process.start()
    process.wait_ready(lambda: "ready" in process.log.read_text())
    assert process.stop() == -signal.SIGKILL


def test_a_second_start_while_it_runs_is_refused(tmp_path: Path) -> None:
    with Process("sleeper", SLEEP, log=tmp_path / "log") as process, pytest.raises(StartError, match="runs already"):
        process.start()


def test_it_starts_again_after_it_was_killed(tmp_path: Path) -> None:
    with Process("sleeper", SLEEP, log=tmp_path / "log") as process:
        process.kill()
        assert not process.running
        process.start()
        assert process.running


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has ended")
def test_it_dies_with_whoever_started_it_even_if_that_one_was_killed(tmp_path: Path) -> None:
    parent = textwrap.dedent(f"""
        import pathlib, time
        from testbed.process import Process
        process = Process("sleeper", {SLEEP}, log=pathlib.Path({str(tmp_path / "log")!r}))
        process.start()
        print(process.pid, flush=True)
        time.sleep(1000)
    """)
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        child = psutil.Process(int(killed.stdout.readline()))
        killed.kill()

    wait_until(
        lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, what="the child to die as well"
    )


def test_a_thread_may_not_start_one_because_it_would_die_with_the_thread() -> None:
    raised: list[BaseException] = []

    def start() -> None:
        try:
            launched(SLEEP, on_parent_death=signal.SIGKILL)
        except RuntimeError as error:
            raised.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(raised[0])
